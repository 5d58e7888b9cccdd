"""The rows of a table: one for each blow, with the faults found, if any."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What was done to a build, what was seen afterwards, and what should not have been."""

    blow: str
    seen: str
    faults: tuple[str, ...] = ()


def told(title, rows):
    """Print a table while it is made, and return how many rows have faults."""
    print(f"\n{title}", flush=True)
    wrong = made = 0
    for row in rows:
        made += 1
        wrong += bool(row.faults)
        print(f"  {row.blow:<58} {row.seen:<40} {'; '.join(row.faults) or 'ok'}", flush=True)
    print(f"  {made} rows, {wrong} wrong", flush=True)
    return wrong


def difference(found, expected):
    """Return in a few words how two mappings of files differ, an empty text if they do not."""
    if found == expected:
        return ""
    if found is None or expected is None:
        return "no site" if found is None else "a site"
    gone, more = sorted(expected.keys() - found.keys()), sorted(found.keys() - expected.keys())
    other = [path for path in sorted(found.keys() & expected.keys()) if found[path] != expected[path]]
    words = [
        f"{word} {names[0]} of {len(names)}"
        for word, names in (("lacks", gone), ("has", more), ("differs in", other))
        if names
    ]
    return ", ".join(words)
