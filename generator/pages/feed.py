"""What readers and robots subscribe to: the Atom feed and the sitemap; both need the site's address.

Question: which date does an entry of the feed have, when no clock may enter the site? Options: none, which is
no valid Atom; the files' times, which a checkout changes; ``SOURCE_DATE_EPOCH``. Choice: the last, and 1970
where it is not set. Cost: only who sets it has readers that see which build is newer.
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


def feed(
    renderer: PageRenderer, config: PageConfig, pictures: Sequence[ShownPicture], epoch: int
) -> Iterator[UnrenderedPage]:
    """Give the feed of the first pictures of a gallery that has an address."""
    if config.base_url:
        entries = [(picture, card(config, picture)) for picture in pictures[:ENTRIES]]
        updated = datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield renderer.page(paths.FEED, "feed.xml", entries=entries, updated=updated)


def sitemap(renderer: PageRenderer, config: PageConfig, written: Iterable[str]) -> Iterator[UnrenderedPage]:
    """Give the list of a site's pages, where it has an address."""
    if config.base_url:
        pages = [path for path in written if path.endswith(paths.INDEX)]
        yield renderer.page(paths.SITEMAP, "sitemap.xml", pages=pages)
