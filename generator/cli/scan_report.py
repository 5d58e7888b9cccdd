"""What a scan of a data set has found, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from generator.build.scans import ScannedDataset
from generator.cli.console import counted, duration
from generator.cli.warnings import left_out_warning
from generator.datasets.table import Table
from generator.records import Progress


def report(found: ScannedDataset, progress: Progress) -> None:
    """Report what a scan cost, and warn of the pictures that are left out."""
    cost = found.cost
    if found.made:
        progress.say(
            f"in all processes together: decoding {duration(cost.decoding)}, "
            f"networks {duration(cost.networks)}, tables {duration(cost.tables)}"
        )
    if warning := left_out_warning(found.spec.source, [*found.tables.values()]):
        progress.warn(warning)


def summary(found: ScannedDataset, seconds: float) -> Iterator[str]:
    """Yield a line for each model, and one for the data set."""
    for slug, table in found.tables.items():
        features = sum(len(layer.values) for layer in table.layers.values())
        dead = sum(int((table.active(name) == 0).sum()) for name in table.layers)
        of = f"{counted(features, 'feature')} of {counted(len(table.layers), 'layer')}"
        yield f"{slug}: {of}, {dead} dead"
    first: Table = next(iter(found.tables.values()))
    left_out = f", {len(first.left_out)} left out" if first.left_out else ""
    shards = f"shards scanned: {found.made} of {len(found.shards)}"
    pictures = counted(first.seen, "picture")
    yield f"{pictures}{left_out}; {shards}, in {duration(seconds)}: {found.spec.source}"
