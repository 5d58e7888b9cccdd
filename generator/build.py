"""The story: from a configuration to a site.

Load the networks, see every picture through each of them, draw what comes back, compose the pages, and swap
the finished site in. A picture that fails is named and left out; everything else is published.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from generator import lenses, pages, sightings, site
from generator.check import broken
from generator.errors import ConfigError, GalleryError, ImageError, NetworkError, SiteError, WeightsError
from generator.exhibits import Drawn, draw, see
from generator.keeper import Keeper
from generator.lenses import Lens
from generator.records import Exhibit, GalleryConfig, ImageSpec, Output
from generator.version import __version__


class Progress(lenses.Progress, Protocol):
    """What a build tells of itself while it runs."""

    def shown(self, image: ImageSpec, done: int, total: int) -> None:
        """Say that a picture is finished."""

    def failed(self, image: ImageSpec, error: Exception) -> None:
        """Say that a picture is left out, and why."""


@dataclass(frozen=True)
class Report:
    """What a build did."""

    shown: tuple[str, ...]
    failed: tuple[str, ...]
    output: Path


def build(
    config: GalleryConfig,
    keeper: Keeper,
    progress: Progress,
    jobs: int = 2,
    offline: bool = False,
    further: Sequence[Output] = (),
) -> Report:
    """Build a whole site and swap it in.

    Args:
        config: what to show.
        keeper: has what earlier builds made, and keeps what this one makes.
        progress: is told of every step.
        jobs: how many pictures are drawn at once while further ones are computed.
        offline: never fetch weights.
        further: pages and files of one's own, which become a part of the site.

    Raises:
        ConfigError: ``SOURCE_DATE_EPOCH`` is no number of seconds.
        PageError: a template is wrong.
        SiteError: the output folder is not ours, or no picture could be shown.
        WeightsError: weights are missing, damaged or do not fit.
    """
    pages.check_templates(config.templates)
    epoch = _epoch(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    with site.staged(config.output, protected(config), broken) as write:
        views = [lenses.lens(spec, keeper, progress, offline) for spec in config.networks]
        exhibits: list[Exhibit] = []
        failed: list[str] = []
        for image, outcome in _drawn(config, views, keeper, jobs, progress):
            if isinstance(outcome, Exception):
                failed.append(image.slug)
                progress.failed(image, outcome)
                continue
            for output in outcome.outputs:
                write(output)
            exhibits.append(outcome.exhibit)
            progress.shown(image, len(exhibits) + len(failed), len(config.images))
        if not exhibits:
            raise SiteError("no picture could be shown; the site is left as it was")
        for place, outcome in enumerate(_sighted(config, views, exhibits, keeper, progress)):
            if isinstance(outcome, Exception):
                failed.append(exhibits[place].image.slug)
                progress.failed(exhibits[place].image, outcome)
                continue
            for output in outcome.outputs:
                write(output)
            exhibits[place] = outcome.exhibit
        for page in pages.render(config, exhibits, __version__, _fingerprint(config), epoch, further):
            write(page)
    keeper.save()
    keeper.cache.trim(config.cache_limit)
    return Report(tuple(exhibit.image.slug for exhibit in exhibits), tuple(failed), config.output)


def protected(config: GalleryConfig) -> Sequence[Path]:
    """Return the user's own files, which no site may be written over."""
    models = (spec.own.path if spec.own else Path(spec.weights) for spec in config.networks)
    files = [path for path in models if path.is_absolute()]  # the name of weights that are known is no path
    folders = [config.templates] if config.templates else []
    return [config.path, *files, *folders, *(image.path for image in config.images)]


def _drawn(
    config: GalleryConfig, views: Sequence[Lens], keeper: Keeper, jobs: int, progress: Progress
) -> Iterator[tuple[ImageSpec, Drawn | Exception]]:
    """Yield every picture with what was drawn of it, or with what went wrong, in the order configured.

    The networks run here; drawing overlaps with them in threads, at most ``jobs`` pictures behind, so that
    memory does not grow with the gallery.
    """
    waiting: deque[tuple[ImageSpec, Future[Drawn]]] = deque()
    with ThreadPoolExecutor(jobs) as pool:
        for image in config.images:
            waiting.append((image, _started(pool, config, views, image, keeper, progress)))
            if len(waiting) > jobs:
                yield _settled(*waiting.popleft())
        while waiting:
            yield _settled(*waiting.popleft())


def _started(
    pool: ThreadPoolExecutor,
    config: GalleryConfig,
    views: Sequence[Lens],
    image: ImageSpec,
    keeper: Keeper,
    progress: Progress,
) -> Future[Drawn]:
    """See a picture through every network and hand it on to be drawn."""
    try:
        seen = see(config, views, image, keeper, progress.say)
    except (NetworkError, WeightsError):
        raise  # no picture's fault: no other would fare better
    except (GalleryError, OSError) as error:
        future: Future[Drawn] = Future()
        future.set_exception(error)
        return future
    return pool.submit(draw, config, views, seen, keeper)


def _settled(image: ImageSpec, future: Future[Drawn]) -> tuple[ImageSpec, Drawn | Exception]:
    try:
        return image, future.result()
    except (GalleryError, OSError) as error:
        return image, error


def _sighted(
    config: GalleryConfig,
    views: Sequence[Lens],
    exhibits: Sequence[Exhibit],
    keeper: Keeper,
    progress: Progress,
) -> Iterator[Drawn | Exception]:
    """Yield every picture with the pairs that features seek in it, or with what went wrong."""
    wanted = sightings.sought(exhibits, config.feature_pictures)
    for exhibit in tuple(exhibits):
        try:
            yield sightings.add(config, views, exhibit, wanted, keeper, progress.say)
        except (ImageError, OSError) as error:
            yield error


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
