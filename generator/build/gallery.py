"""Build a gallery, from a configuration to a site.

Open the models, scan the data set, show every picture through each model, show each feature in the pictures
where it is strongest, write the pages, and replace the old site by the finished one. A picture that fails is
reported and left out; everything else is published.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from generator import pages, site
from generator.build.models import Fetch, open_models
from generator.build.plan import Plan
from generator.build.run import Run
from generator.build.scans import DatasetScan, ScannedDataset, default_workers
from generator.check import broken
from generator.errors import ConfigError
from generator.records import GalleryConfig, Output, Progress
from generator.store import Store
from generator.version import __version__


@dataclass(frozen=True)
class Report:
    """The outcome of a build: the slugs of pictures shown and of those that failed, and the folder.

    ``dataset`` is ``None`` without one, or if a preview lacks some of its tables.
    """

    shown: tuple[str, ...]
    failed: tuple[str, ...]
    output: Path
    dataset: ScannedDataset | None = None


def build(
    config: GalleryConfig,
    store: Store,
    progress: Progress,
    jobs: int = 2,
    offline: bool = False,
    further: Sequence[Output] = (),
    is_checked: bool = True,
    scans: bool = True,
) -> Report:
    """Build a whole site and replace the old one.

    Args:
        config: what to show.
        store: holds what earlier builds made, and keeps what this one makes.
        progress: receives a report of every step.
        jobs: the number of pictures read and drawn at once while others are computed.
        offline: never download weights.
        further: pages and files made elsewhere that become part of the site.
        is_checked: replace the old site only if the check finds no fault in the new one.
        scans: scan the shards of the data set that are missing; otherwise it is shown only if none is.

    Raises:
        ConfigError: ``SOURCE_DATE_EPOCH`` is not a number of seconds.
        DatasetError: the data set cannot be scanned.
        PageError: a template has an error.
        SiteError: the output folder is not ours, no picture could be shown, or the check found a fault.
        WeightsError: weights are missing or damaged, or do not fit the model.
    """
    pages.check_templates(config.templates)
    pages.check_texts(config)
    build_info = pages.BuildInfo(
        __version__, _fingerprint(config), _epoch(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    )
    check = partial(broken, known=store.checked_links) if is_checked else None
    with site.staged(config.output, protected(config), check, store.folder) as stage:
        fetch = Fetch(progress, offline)
        models = open_models(config.networks, store.digest, progress.say, fetch)
        dataset = None
        if config.dataset:
            scan = DatasetScan(config.dataset, models, store, progress)
            dataset = scan.complete(fetch, min(jobs, default_workers())) if scans else scan.kept()
        stages = Plan(config, models, store, dataset).site(build_info, further)
        known = Run(store, progress, jobs).complete(stages, stage)
        progress.say("checking the site")
    store.save()
    store.trim(config.cache_limit)
    failed = tuple(subject.name for subject in known.left_out)
    shown = tuple(image.slug for image in config.images if image.slug not in failed)
    return Report(shown, failed, config.output, dataset)


def protected(config: GalleryConfig) -> Sequence[Path]:
    """Return the user's files and folders that a site must not overwrite."""
    models = (
        path for spec in config.networks for path in (spec.own.files if spec.own else (Path(spec.weights),))
    )
    files = [path for path in models if path.is_absolute()]  # the name of published weights is not a path
    folders = [config.templates] if config.templates else []
    dataset = [config.dataset.source] if config.dataset else []
    return [config.path, *files, *folders, *dataset, *(image.path for image in config.images)]


def _epoch(text: str) -> int:
    """Parse the date of a build, in seconds since 1970.

    Source: https://reproducible-builds.org/specs/source-date-epoch

    >>> _epoch("1700000000")
    1700000000
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 11):
        raise ConfigError(f"SOURCE_DATE_EPOCH: expected seconds since 1970, found {text!r}")
    return int(text)


def _fingerprint(config: GalleryConfig) -> str:
    """Return the SHA-256 of the configuration file."""
    return hashlib.sha256(config.path.read_bytes()).hexdigest()
