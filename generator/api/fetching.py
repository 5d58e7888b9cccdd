"""Fetch the weights that a notebook or script lacks, with a progress bar, as a build does."""

from __future__ import annotations

from generator import environment
from generator.networks import choice, registry


def fetch_missing(network: str, weights: str | None) -> None:
    """Fetch the published weights of a known network if they are missing; by default its first choice.

    Raises:
        NetworkError: no such network.
        WeightsError: they cannot be fetched, or GALLERY_OFFLINE forbids it.
    """
    name = weights if weights is not None else next(iter(registry.entry(network).weights))
    missing = choice.to_fetch(network, name)
    if missing is None:
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from generator.networks.fetch import fetch

    columns = TextColumn("fetching {task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(missing.title, total=missing.size_bytes)
        fetch(
            missing,
            environment.weights_folder(),
            lambda received, total: bar.update(task, completed=received, total=total),
        )
