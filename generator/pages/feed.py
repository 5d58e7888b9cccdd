"""What readers and robots subscribe to: the Atom feed and the sitemap; both need the site's address.

Question: which date does an entry of the feed have, when no clock may enter the site? Options: none, which is
no valid Atom; the files' times, which a checkout changes; ``SOURCE_DATE_EPOCH``. Choice: the last, and 1970
where it is not set. Cost: only who sets it has readers that see which build is newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from generator import paths
from generator.pages.facts import PageConfig
from generator.pages.heads import card
from generator.pages.press import Press, Sheet
from generator.records import Exhibit

ENTRIES = 60


def feed(press: Press, config: PageConfig, exhibits: Sequence[Exhibit], epoch: int) -> Iterator[Sheet]:
    """Give the feed of the first pictures of a gallery that has an address."""
    if config.base_url:
        entries = [(exhibit, card(config, exhibit)) for exhibit in exhibits[:ENTRIES]]
        updated = datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield press.page(paths.FEED, "feed.xml", entries=entries, updated=updated)


def sitemap(press: Press, config: PageConfig, written: Iterable[str]) -> Iterator[Sheet]:
    """Give the list of a site's pages, where it has an address."""
    if config.base_url:
        pages = [path for path in written if path.endswith(paths.INDEX)]
        yield press.page(paths.SITEMAP, "sitemap.xml", pages=pages)
