"""The Atom feed and the sitemap; a site without an address has neither.

Question: which date does an entry of the feed have, if a site must not depend on the clock? Options: none,
which is not valid Atom; the files' times, which a checkout changes; ``SOURCE_DATE_EPOCH``. Choice: the last,
and 1970 if it is not set. Cost: unless you set it, feed readers cannot tell which build is newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from generator import paths
from generator.pages.metadata import card
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.records import ShownPicture

ENTRIES = 60
"""Pictures in the feed, the first of the gallery."""


def feed(
    renderer: PageRenderer, config: PageConfig, pictures: Sequence[ShownPicture], epoch: int
) -> Iterator[UnrenderedPage]:
    """Yield the feed, if the site has an address."""
    if config.base_url:
        entries = [(picture, card(config, picture)) for picture in pictures[:ENTRIES]]
        updated = datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield renderer.page(paths.FEED, "feed.xml", entries=entries, updated=updated)


def sitemap(renderer: PageRenderer, config: PageConfig, written: Iterable[str]) -> Iterator[UnrenderedPage]:
    """Yield the sitemap of the pages among ``written``, if the site has an address."""
    if config.base_url:
        pages = [path for path in written if path.endswith(paths.INDEX)]
        yield renderer.page(paths.SITEMAP, "sitemap.xml", pages=pages)
