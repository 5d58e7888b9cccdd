"""The story: from a configuration to a site.

Load the networks, see every picture through each of them, draw what comes back, compose the pages, and swap
the finished site in. A picture that fails is named and left out; everything else is published.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from generator import environment, lenses, pages, sightings, site
from generator.check import broken
from generator.errors import GalleryError, ImageError, NetworkError, SiteError, WeightsError
from generator.exhibits import Drawn, Prepared, Seen, draw, prepare, see
from generator.lenses import Lens
from generator.records import Exhibit, GalleryConfig, ImageSpec, Output
from generator.rendering import Gallery, rendered
from generator.store.keeper import Keeper
from generator.version import __version__

T = TypeVar("T")
READ_AHEAD = 2
"""How many pictures wait for the networks, decoded."""


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
    is_checked: bool = True,
) -> Report:
    """Build a whole site and swap it in.

    Args:
        config: what to show.
        keeper: has what earlier builds made, and keeps what this one makes.
        progress: is told of every step.
        jobs: how many pictures are read and drawn at once while others are computed.
        offline: never fetch weights.
        further: pages and files of one's own, which become a part of the site.
        is_checked: swap the site in only if nothing in it is broken.

    Raises:
        ConfigError: ``SOURCE_DATE_EPOCH`` is no number of seconds.
        PageError: a template is wrong.
        SiteError: the output folder is not ours, or no picture could be shown.
        WeightsError: weights are missing, damaged or do not fit.
    """
    pages.check_templates(config.templates)
    epoch = environment.epoch()
    left_out = _LeftOut(progress)
    check = partial(broken, known=keeper.read) if is_checked else None
    with site.staged(config.output, protected(config), check, keeper.cache.folder) as write:
        views = [lenses.lens(spec, keeper, progress, offline) for spec in config.networks]
        exhibits = list(_written(_drawn(config, views, keeper, jobs, left_out), write))
        if not exhibits:
            raise SiteError("no picture could be shown; the site is left as it was")
        exhibits = list(_written(_sighted(config, views, exhibits, keeper, left_out), write))
        progress.say("rendering the pages")
        gallery = Gallery(config, exhibits, __version__, _fingerprint(config), epoch, further)
        for page in rendered(gallery, keeper, jobs):
            write(page)
        progress.say("checking the site")
    keeper.save()
    keeper.cache.trim(config.cache_limit)
    shown = tuple(exhibit.image.slug for exhibit in exhibits)
    return Report(shown, tuple(left_out.slugs), config.output)


def protected(config: GalleryConfig) -> Sequence[Path]:
    """Return the user's own files, which no site may be written over."""
    models = (spec.own.path if spec.own else Path(spec.weights) for spec in config.networks)
    files = [path for path in models if path.is_absolute()]  # the name of weights that are known is no path
    folders = [config.templates] if config.templates else []
    return [config.path, *files, *folders, *(image.path for image in config.images)]


class _LeftOut:
    """The pictures that failed, each told at once."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.slugs: list[str] = []

    def add(self, image: ImageSpec, error: Exception) -> None:
        """Name a picture, and say why it is left out."""
        self.slugs.append(image.slug)
        self.progress.failed(image, error)


def _written(drawings: Iterable[Drawn], write: site.Write) -> Iterator[Exhibit]:
    """Yield what the pages say of each picture, once its files are written."""
    for drawn in drawings:
        for output in drawn.outputs:
            write(output)
        yield drawn.exhibit


def _drawn(
    config: GalleryConfig, views: Sequence[Lens], keeper: Keeper, jobs: int, left_out: _LeftOut
) -> Iterator[Drawn]:
    """Yield what was drawn of every picture, in the order configured, without those that fail.

    The networks run here. Meanwhile the next pictures are read and the last ones drawn in threads, as many as
    there are ``jobs``, so that memory does not grow with the gallery.
    """
    progress, total = left_out.progress, len(config.images)
    with ThreadPoolExecutor(jobs) as pool:
        prepared = ((image, pool.submit(prepare, config, views, image, keeper)) for image in config.images)
        seen = (
            (image, _seen(config, ready, keeper, progress.say))
            for image, ready in _behind(prepared, READ_AHEAD)
        )
        drawn = ((image, pool.submit(_finished, config, views, one, keeper)) for image, one in seen)
        for done, (image, ready) in enumerate(_behind(drawn, jobs), start=1):
            outcome = ready.result()
            if isinstance(outcome, Drawn):
                yield outcome
                progress.shown(image, done, total)
            else:
                left_out.add(image, outcome)


def _behind(items: Iterable[T], count: int) -> Iterator[T]:
    """Yield each item once ``count`` more have been made.

    >>> list(_behind("abc", 2))
    ['a', 'b', 'c']
    """
    waiting: deque[T] = deque()
    for item in items:
        waiting.append(item)
        if len(waiting) > count:
            yield waiting.popleft()
    yield from waiting


def _seen(
    config: GalleryConfig, ready: Future[Prepared], keeper: Keeper, say: Callable[[str], None]
) -> Seen | Exception:
    """Return a picture seen through every network, or what went wrong with it."""
    try:
        return see(config, ready.result(), keeper, say)
    except (NetworkError, WeightsError):
        raise  # no picture's fault: no other would fare better
    except (GalleryError, OSError) as error:
        return error


def _finished(
    config: GalleryConfig, views: Sequence[Lens], seen: Seen | Exception, keeper: Keeper
) -> Drawn | Exception:
    """Return what was drawn of a picture, or what went wrong with it."""
    if isinstance(seen, Exception):
        return seen
    try:
        return draw(config, views, seen, keeper)
    except (GalleryError, OSError) as error:
        return error


def _sighted(
    config: GalleryConfig,
    views: Sequence[Lens],
    exhibits: Sequence[Exhibit],
    keeper: Keeper,
    left_out: _LeftOut,
) -> Iterator[Drawn]:
    """Yield every picture with the pairs that features seek in it; one that fails, as it was."""
    wanted = sightings.sought(exhibits, config.feature_pictures)
    for exhibit in exhibits:
        try:
            yield sightings.add(config, views, exhibit, wanted, keeper, left_out.progress.say)
        except (ImageError, OSError) as error:
            left_out.add(exhibit.image, error)
            yield Drawn(exhibit, ())


def _fingerprint(config: GalleryConfig) -> str:
    """Return the SHA-256 of the configuration file."""
    return hashlib.sha256(config.path.read_bytes()).hexdigest()
