"""The story: from a configuration to a site.

Open the models, show every picture through each of them, show each feature where it is strongest, write the
pages, and swap the finished site in. A picture that fails is named and left out; everything else is
published.
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
from generator.check import broken
from generator.errors import ConfigError
from generator.records import GalleryConfig, Output, Progress
from generator.store import Store
from generator.version import __version__


@dataclass(frozen=True)
class Report:
    """What a build did: the slugs of pictures shown and of those that failed, and where the site is."""

    shown: tuple[str, ...]
    failed: tuple[str, ...]
    output: Path


def build(
    config: GalleryConfig,
    store: Store,
    progress: Progress,
    jobs: int = 2,
    offline: bool = False,
    further: Sequence[Output] = (),
    is_checked: bool = True,
) -> Report:
    """Build a whole site and swap it in.

    Args:
        config: what to show.
        store: has what earlier builds made, and keeps what this one makes.
        progress: takes a report of every step.
        jobs: how many pictures are read and drawn at once while others are computed.
        offline: never fetch weights.
        further: pages and files made elsewhere, which become a part of the site.
        is_checked: swap the site in only if nothing in it is broken.

    Raises:
        ConfigError: ``SOURCE_DATE_EPOCH`` is no number of seconds.
        PageError: a template is wrong.
        SiteError: the output folder is not ours, or no picture could be shown.
        WeightsError: weights are missing, damaged or do not fit.
    """
    pages.check_templates(config.templates)
    build_info = pages.BuildInfo(
        __version__, _fingerprint(config), _epoch(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    )
    check = partial(broken, known=store.read) if is_checked else None
    with site.staged(config.output, protected(config), check, store.folder) as stage:
        models = open_models(config.networks, store.digest, progress.say, Fetch(progress, offline))
        stages = Plan(config, models, store).site(build_info, further)
        known = Run(store, progress, jobs).complete(stages, stage)
        progress.say("checking the site")
    store.save()
    store.trim(config.cache_limit)
    failed = tuple(subject.name for subject in known.left_out)
    shown = tuple(image.slug for image in config.images if image.slug not in failed)
    return Report(shown, failed, config.output)


def protected(config: GalleryConfig) -> Sequence[Path]:
    """Return the user's own files, which no site may be written over."""
    models = (spec.own.path if spec.own else Path(spec.weights) for spec in config.networks)
    files = [path for path in models if path.is_absolute()]  # the name of known weights is no path
    folders = [config.templates] if config.templates else []
    return [config.path, *files, *folders, *(image.path for image in config.images)]


def _epoch(text: str) -> int:
    """Return the seconds since 1970 that the environment gives a build for a date.

    >>> _epoch("1700000000")
    1700000000
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 11):
        raise ConfigError(f"SOURCE_DATE_EPOCH: expected seconds since 1970, found {text!r}")
    return int(text)


def _fingerprint(config: GalleryConfig) -> str:
    """Return the SHA-256 of the configuration file."""
    return hashlib.sha256(config.path.read_bytes()).hexdigest()
