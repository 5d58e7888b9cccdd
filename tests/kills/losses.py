"""The table of losses: cache files as a loss of power may leave them, one by one and all at once."""

from tests.kills import builds
from tests.kills.killing import recovered, undisturbed
from tests.kills.rows import Row, difference

SPOILS = {
    "emptied": lambda content: b"",
    "cut in half": lambda content: content[: len(content) // 2],
    "zeros": lambda content: bytes(len(content)),
    "garbage": lambda content: bytes((7 * place + byte) % 251 for place, byte in enumerate(content)),
}


def singly(gallery, spoils=tuple(SPOILS), every=1):
    """Yield a row for each file of the cache and each way to spoil it."""
    calm = undisturbed(gallery, "old site", "all kept")
    gallery.start("old site", "all kept")
    names = sorted(path.relative_to(gallery.cache) for path in gallery.cache.rglob("*") if path.is_file())
    for name in names[::every]:
        for spoil in spoils:
            gallery.start("old site", "all kept")
            _spoil(gallery.cache / name, spoil)
            yield _judged(gallery, calm, f"{name.parts[0]}/{name.name[:12]} {spoil}", 1)


def together(gallery, spoils=tuple(SPOILS), stages=None):
    """Yield a row for each way to spoil every file of the cache, or of some of its folders, at once."""
    calm = undisturbed(gallery, "old site", "all kept")
    for spoil in spoils:
        gallery.start("old site", "all kept")
        folders = [path for path in gallery.cache.iterdir() if not stages or path.name in stages]
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        for path in files:
            _spoil(path, spoil)
        row = _judged(
            gallery, calm, f"{', '.join(stages or ['all'])}: {len(files)} files {spoil}", len(files)
        )
        unseen = () if row.seen != "0 told" else ("no damage was told",)
        yield Row(row.blow, row.seen, (*row.faults, *unseen))


def of_the_site(gallery, spoils=tuple(SPOILS)):
    """Yield a row for pages that were lost in the site itself: they come back."""
    for path in ("index.html", "gallery.json", "images/red/squeezenet.svg"):
        for spoil in spoils:
            gallery.start("old site", "all kept")
            builds.run(gallery)
            calm = undisturbed(gallery, "old site", "all kept")
            _spoil(gallery.site / path, spoil)
            yield Row(f"site/{path} {spoil}", "", tuple(recovered(gallery, calm, {})))


def _spoil(path, spoil):
    path.write_bytes(SPOILS[spoil](path.read_bytes()))


def _judged(gallery, calm, blow, most):
    """Return the row of a loss: the next build reports it a limited number of times and is right."""
    ended = builds.run(gallery)
    told = [line for line in ended.said.splitlines() if line.startswith("warning: ")]
    faults = [f"ended with {ended.status}: {ended.said[-300:]}"] if ended.status else []
    faults += [f"said {line}" for line in told if ": is damaged; " not in line]
    faults += [f"told {len(told)} times"] if len(told) > most else []
    if gallery.seen() != calm.new:
        faults.append(f"another site: {difference(gallery.seen().site, calm.new.site)}")
    again = builds.run(gallery)
    faults += [f"the next build: {again}"] if (again.status, again.said) != (0, "") else []
    return Row(blow, f"{len(told)} told", tuple(faults))
