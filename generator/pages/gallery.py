"""A gallery's records to all files of the site that are text, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from generator import paths
from generator.pages.appearances import ShownNetwork, named_networks, shown_networks
from generator.pages.classes import class_pages, shown_classes
from generator.pages.comparisons import compare_pages
from generator.pages.documents import manifest
from generator.pages.environment import assets, make_environment
from generator.pages.facts import portable, portable_config
from generator.pages.features import feature_pages
from generator.pages.feed import feed, sitemap
from generator.pages.heads import card
from generator.pages.networks import layer_pages, network_page
from generator.pages.pictures import image_pages
from generator.pages.press import Kept, Press, made_now
from generator.pages.search import search_index, shard_count
from generator.records import Exhibit, GalleryConfig, Output

PER_PAGE = 60


def render(
    config: GalleryConfig,
    exhibits: Sequence[Exhibit],
    version: str,
    config_hash: str,
    epoch: int = 0,
    kept: Kept = made_now,
    further: Sequence[Output] = (),
) -> Iterator[Output]:
    """Give every page, data file and asset, the manifest of them all last.

    Pictures and figures are not made here; the pages link to them where ``paths`` says they lie.

    Args:
        config: what to show; its ``templates`` take the place of the project's own, file by file.
        exhibits: the pictures that could be shown.
        version: of the generator.
        config_hash: of the configuration.
        epoch: seconds since 1970, the only date that a site ever carries.
        kept: gives what earlier builds made of the same parts, or has it made.
        further: files made elsewhere, which go into the manifest, and the pages among them into the sitemap.

    Raises:
        PageError: a template is wrong.
    """
    templates, config = config.templates, portable_config(config)
    exhibits = [portable(exhibit) for exhibit in exhibits]
    networks = shown_networks(exhibits)
    press = Press(make_environment(templates), config, named_networks(networks), version, kept)
    written = []
    outputs = chain(
        assets(templates),
        _gallery_pages(press, config, exhibits, networks),
        search_index(press, exhibits),
        image_pages(press, config, exhibits),
        compare_pages(press, config, exhibits),
        *(_network_pages(press, config, network) for network in networks),
        _lone_pages(press, config, exhibits),
        feed(press, config, exhibits, epoch),
        further,
    )
    for output in outputs:
        written.append(output.path)
        yield output
    for output in sitemap(press, config, written):
        written.append(output.path)
        yield output
    content = manifest(config, exhibits, version, config_hash, written)
    yield Output(paths.MANIFEST, content.encode())


def _gallery_pages(
    press: Press, config: GalleryConfig, exhibits: Sequence[Exhibit], networks: Sequence[ShownNetwork]
) -> Iterator[Output]:
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


def _network_pages(press: Press, config: GalleryConfig, network: ShownNetwork) -> Iterator[Output]:
    """Give all pages of one network."""
    classes = shown_classes(network)
    yield network_page(press, config, network, classes)
    yield from layer_pages(press, config, network)
    yield from feature_pages(press, config, network)
    yield from class_pages(press, config, network, classes)


def _lone_pages(press: Press, config: GalleryConfig, exhibits: Sequence[Exhibit]) -> Iterator[Output]:
    """Give the pages that a site has once."""
    first = exhibits[0] if exhibits else None
    shared = card(config, first) if first else None
    yield press.page(paths.ABOUT, "about.html", exhibit=first, card=shared)
    yield press.page(paths.EMBED, "embed.html", exhibit=first, card=shared)
    yield press.page(paths.NOT_FOUND, "404.html")
    yield press.page(paths.ROBOTS, "robots.txt", sitemap=paths.SITEMAP)
    yield Output(paths.NO_JEKYLL, b"")
