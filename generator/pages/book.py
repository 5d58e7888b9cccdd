"""The book of a site: every file that is text, from a gallery's records.

Pictures and figures are not made here; the pages link to them where ``paths`` says they lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from generator import paths
from generator.pages.appearances import ShownNetwork, named_networks, shown_networks
from generator.pages.classes import class_pages, shown_classes
from generator.pages.comparisons import compare_pages
from generator.pages.documents import manifest
from generator.pages.environment import assets, make_environment
from generator.pages.facts import PageConfig, page_config, portable
from generator.pages.features import feature_pages
from generator.pages.feed import feed, sitemap
from generator.pages.heads import card
from generator.pages.networks import layer_pages, network_page
from generator.pages.pictures import image_pages
from generator.pages.press import Press, Sheet
from generator.pages.search import search_index, shard_count
from generator.records import Exhibit, GalleryConfig, Output

PER_PAGE = 60


@dataclass(frozen=True)
class Edition:
    """What a site says of the build that made it.

    ``version`` is the generator's, ``config_hash`` the configuration's; ``epoch`` are seconds since 1970, the
    only date that a site ever carries.
    """

    version: str
    config_hash: str
    epoch: int = 0


class Book:
    """All pages of a gallery, not yet rendered.

    Args:
        config: what to show; its ``templates`` take the place of the project's own, file by file.
        exhibits: the pictures that could be shown.
        edition: of the site.
    """

    def __init__(self, config: GalleryConfig, exhibits: Sequence[Exhibit], edition: Edition) -> None:
        self._templates, self._config, self._edition = config.templates, page_config(config), edition
        self._exhibits = [portable(exhibit) for exhibit in exhibits]
        self._networks = shown_networks(self._exhibits)
        environment = make_environment(config.templates)
        self._press = Press(environment, self._config, named_networks(self._networks), edition.version)

    def files(self) -> Iterator[Output]:
        """Yield what goes into the site as it is: assets, and what keeps GitHub Pages from using Jekyll."""
        yield from assets(self._templates)
        yield Output(paths.NO_JEKYLL, b"")

    def sheets(self) -> Iterator[Sheet]:
        """Yield every page and data file but those that list the others."""
        press, config, exhibits = self._press, self._config, self._exhibits
        yield from chain(
            _gallery_pages(press, config, exhibits, self._networks),
            search_index(press, exhibits),
            image_pages(press, config, exhibits),
            compare_pages(press, config, exhibits),
            *(_network_pages(press, config, network) for network in self._networks),
            _lone_pages(press, config, exhibits),
            feed(press, config, exhibits, self._edition.epoch),
        )

    def sheet(self, path: str) -> Sheet:
        """Return one page by its path."""
        return self._by_path[path]

    def sitemap(self, written: Iterable[str]) -> Iterator[Sheet]:
        """Yield the list of all pages among the paths of a site's files, where the site has an address."""
        return sitemap(self._press, self._config, written)

    def manifest(self, written: Iterable[str]) -> Output:
        """Return the list of all files, given the paths of the others."""
        edition = self._edition
        text = manifest(self._config, self._exhibits, edition.version, edition.config_hash, written)
        return Output(paths.MANIFEST, text.encode())

    @cached_property
    def _by_path(self) -> Mapping[str, Sheet]:
        return {sheet.path: sheet for sheet in self.sheets()}


def _gallery_pages(
    press: Press, config: PageConfig, exhibits: Sequence[Exhibit], networks: Sequence[ShownNetwork]
) -> Iterator[Sheet]:
    """Give the gallery, so many pictures a page."""
    pages = max(1, -(-len(exhibits) // PER_PAGE))
    for number in range(1, pages + 1):
        shown = exhibits[(number - 1) * PER_PAGE : number * PER_PAGE]
        yield press.page(
            paths.gallery_page(number),
            "index.html",
            exhibits=shown,
            pictures=len(exhibits),
            classifies=any(network.classifies for network in networks),
            number=number,
            pages=pages,
            shards=shard_count(len(exhibits)),
            filters=_filters(exhibits, networks),
            card=card(config, shown[0]) if shown else None,
        )


def _filters(exhibits: Sequence[Exhibit], networks: Sequence[ShownNetwork]) -> list[str]:
    """Return which filters of the search have anything to choose between."""
    useful = {
        "tag": any(exhibit.image.tags for exhibit in exhibits),
        "class": any(network.classifies for network in networks),
        "network": len(networks) > 1,
    }
    return [name for name, chosen in useful.items() if chosen]


def _network_pages(press: Press, config: PageConfig, network: ShownNetwork) -> Iterator[Sheet]:
    """Give all pages of one network."""
    classes = shown_classes(network)
    yield network_page(press, config, network, classes)
    yield from layer_pages(press, config, network)
    yield from feature_pages(press, config, network)
    yield from class_pages(press, config, network, classes)


def _lone_pages(press: Press, config: PageConfig, exhibits: Sequence[Exhibit]) -> Iterator[Sheet]:
    """Give the pages that a site has once."""
    first = exhibits[0] if exhibits else None
    shared = card(config, first) if first else None
    yield press.page(paths.ABOUT, "about.html", exhibit=first, card=shared)
    yield press.page(paths.EMBED, "embed.html", exhibit=first, card=shared)
    yield press.page(paths.NOT_FOUND, "404.html")
    yield press.page(paths.ROBOTS, "robots.txt", sitemap=paths.SITEMAP)
