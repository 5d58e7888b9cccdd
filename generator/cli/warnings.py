"""Warnings about a valid configuration; with ``--strict`` they are errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from generator.cli import dataset_estimate
from generator.datasets.table import Table
from generator.errors import GalleryError, first_lines
from generator.records import GalleryConfig, NetworkSpec
from generator.records.channels import display_words
from generator.records.model_remarks import IN_FILE, remarks
from generator.records.picture_formats import FORMATS, HEIC

_MOST_KINDS, _MOST_PICTURES = 6, 3


def warn_or_refuse(config: GalleryConfig, strict: bool, verbose: bool, warn: Callable[[str], None]) -> None:
    """Print the warnings that a build should not hide, or with ``strict`` refuse any warning.

    Raises:
        GalleryError: ``strict`` is set and there are warnings; the text has a line for each of the first.
    """
    found = list(all_warnings(config, verbose)) if strict else []
    if found:
        lines = ["--strict makes these warnings errors:", *found]
        raise GalleryError("\n".join(lines if verbose else first_lines(lines)))
    for warning in (*draft_remarks(config), *passed_over_warnings(config), *model_warnings(config)):
        warn(warning)


def all_warnings(config: GalleryConfig, verbose: bool) -> Iterator[str]:
    """Yield every warning: on pictures without an alt text, on files passed over, and on models."""
    yield from alt_warnings([image.slug for image in config.images if not image.alt], verbose)
    yield from passed_over_warnings(config)
    yield from model_warnings(config)
    if warning := dataset_estimate.excess(config):
        yield warning


def alt_warnings(slugs: Sequence[str], verbose: bool) -> Iterator[str]:
    """Yield one line about all pictures without an alt text, or with ``verbose`` a line for each."""
    if verbose or len(slugs) == 1:
        yield from (f"{slug}: no alt text; its title is used instead" for slug in slugs)
    elif slugs:
        rest = len(slugs) - _MOST_PICTURES
        more = f" and {rest} more (-v names each)" if rest > 0 else ""
        named = ", ".join(slugs[:_MOST_PICTURES])
        yield f"{len(slugs)} pictures have no alt text, their titles are used instead: {named}{more}"


def draft_remarks(config: GalleryConfig) -> Iterator[str]:
    """Yield one line about pictures that are not built; it is no warning, because they are meant to be."""
    if config.drafts:
        count = "1 picture is a draft" if config.drafts == 1 else f"{config.drafts} pictures are drafts"
        yield f"inputs: {count} and not built"


def passed_over_warnings(config: GalleryConfig) -> Iterator[str]:
    """Yield one line that counts and names the files which may be pictures but are not read."""
    kinds: dict[str, list[str]] = {}
    for path in config.passed_over:
        kinds.setdefault(path.suffix.lower() or "without a suffix", []).append(path.name)
    if not kinds:
        return
    count, ordered = len(config.passed_over), sorted(kinds, key=lambda kind: (-len(kinds[kind]), kind))
    listed = [f"{len(kinds[kind])} {kind} ({_first(kinds[kind])})" for kind in ordered[:_MOST_KINDS]]
    more = [f"{len(kinds) - _MOST_KINDS} more kinds"] if len(kinds) > _MOST_KINDS else []
    yield (
        f"inputs: {count} file{'s' if count > 1 else ''} passed over: {', '.join([*listed, *more])}; "
        f"what is read: {', '.join(known.name for known in (*FORMATS, HEIC))}"
    )


def _first(names: list[str]) -> str:
    """Return the first of several names, in quotes."""
    return repr(min(names)) + (", ..." if len(names) > 1 else "")


def model_warnings(config: GalleryConfig) -> Iterator[str]:
    """Yield a line for each model that may get values of another range, or has too few features."""
    for index, network in enumerate(config.networks):
        specs = network, *config.seen(network).values()
        fewer = {layer: count for spec in specs for layer, count in spec.fewer.items()}
        if fewer:
            yield f"models[{index}]: {fewer_warning(replace(network, fewer=fewer), config.top_features)}"
        for remark in remarks(network.own, IN_FILE) if network.own else ():
            yield f"models[{index}]: {remark}"
        if has_default_display(network):
            yield f"models[{index}]: {display_warning(network)}"


def left_out_warning(source: Path, tables: Sequence[Table]) -> str:
    """Return the warning about pictures of a data set that cannot be read; nothing if there are none."""
    reasons = {picture.name: picture.reason for table in tables for picture in table.left_out}
    if not reasons:
        return ""
    total = max(table.seen + len(table.left_out) for table in tables)
    lines = first_lines(f"{name}: {reasons[name]}" for name in sorted(reasons))
    return "\n".join([f"{source}: {len(reasons)} of {total} pictures are left out", *lines])


def fewer_warning(network: NetworkSpec, count: int) -> str:
    """Return the remark about layers that have fewer features than a configured ``top_features``."""
    few = [f"{layer} ({features})" for layer, features in network.fewer.items()]
    rest = [f"{len(few) - _MOST_KINDS} more"] if len(few) > _MOST_KINDS else []
    listed = ", ".join([*few[:_MOST_KINDS], *rest])
    return f"all features are shown of layers with fewer than {count}: {listed}"


def has_default_display(network: NetworkSpec) -> bool:
    """Return whether channels are shown that nobody chose, and that need be no colours."""
    return not network.takes.is_coloured and not (network.own and network.own.display)


def display_warning(network: NetworkSpec) -> str:
    """Return the remark about a model with channels that are no colours, and without a configured display."""
    channels, shown = network.takes.channels, network.shown_channels
    choice = "[2, 1, 0]" if len(shown) == 3 else "1"
    return (
        f"{network.name} takes {channels} channels; figures show {display_words(shown)}; choose others with "
        f"display, such as display: {choice}"
    )
