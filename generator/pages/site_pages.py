"""The pages of a site, and its other text files, from a gallery's records.

Pictures and figures are made elsewhere; pages link to them by the names in ``generator.paths``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from markupsafe import Markup

from generator import paths
from generator.errors import PageError
from generator.pages.album_pages import album_pages, outside_albums, shown_albums
from generator.pages.class_pages import ShownClass, class_pages, shown_classes
from generator.pages.compare_pages import compare_pages
from generator.pages.feature_pages import feature_pages
from generator.pages.feed import feed, sitemap
from generator.pages.groups import Groups
from generator.pages.hero import hero
from generator.pages.jinja_environment import assets, make_environment
from generator.pages.json_files import manifest
from generator.pages.listing_pages import on_page, page_count
from generator.pages.metadata import card
from generator.pages.network_pages import layer_pages, network_page
from generator.pages.own_pages import own_pages, page_links, top_links
from generator.pages.page_records import PageConfig, page_config, portable, portable_spec
from generator.pages.picture_pages import moved_pages, moves, picture_pages
from generator.pages.references import names_of
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.search import search_index, shard_count
from generator.pages.search_files import search_files
from generator.pages.shown_networks import ShownNetwork, model_views, named_networks, shown_networks
from generator.pages.tag_pages import most_frequent, shown_tags, tag_pages
from generator.pages.texts import Texts, own_files
from generator.pages.unlisted_pages import unlisted_pages
from generator.records import GalleryConfig, MarkdownText, Output, ScannedLayer, ShownPicture
from generator.records.choices import Measure


@dataclass(frozen=True)
class BuildInfo:
    """What a site says about the build that made it.

    ``version`` is the generator's; ``config_hash`` is the SHA-256 of the configuration file. ``epoch``, in
    seconds since 1970, is the only date in a site.
    """

    version: str
    config_hash: str
    epoch: int = 0


class SitePages:
    """All pages of a gallery, not yet rendered.

    Args:
        config: what to show; files in its ``templates`` replace the project's of the same name.
        pictures: the pictures that did not fail, in the order of the configuration.
        build_info: what the site says about the build.
        scanned: model -> its layers over a data set, by the model's name in addresses.
    """

    def __init__(
        self,
        config: GalleryConfig,
        pictures: Sequence[ShownPicture],
        build_info: BuildInfo,
        scanned: Mapping[str, Sequence[ScannedLayer]] | None = None,
    ) -> None:
        self._scanned = {
            model: {one.layer.name: one for one in layers} for model, layers in (scanned or {}).items()
        }
        self._templates, self._config, self._build_info = config.templates, page_config(config), build_info
        self._pictures = [portable(picture) for picture in pictures]
        self._listed = [picture for picture in self._pictures if not picture.image.is_hidden]
        self._moves = moves(config.images)
        self._specs = {spec.slug: portable_spec(spec) for spec in config.networks}
        self._networks = shown_networks(self._listed, self._specs)
        self._tags = shown_tags(config.tags, self._listed)
        self._albums = shown_albums(config, self._pictures)
        environment = make_environment(config.templates)
        self._own_pages, self._lead, self._own_files = config.pages, config.lead, tuple(own_files(config))
        self._renderer = PageRenderer(
            environment,
            self._config,
            named_networks(self._networks),
            build_info.version,
            top_links(config.pages),
        )
        self._album_texts = {album.slug: album.text for album in config.albums}
        self._captions = {picture.image.slug: picture.image.caption for picture in pictures}
        shown = {picture.image.slug: picture for picture in self._pictures}
        self._texts = Texts(self._renderer, names_of(config), shown, self._networks)

    def files(self) -> Iterator[Output]:
        """Yield files that need no rendering: assets, files that texts name, ``.nojekyll`` for GitHub Pages.

        Raises:
            PageError: a file cannot be read any more.
        """
        yield from assets(self._templates)
        for own in self._own_files:
            try:
                yield Output(own.path, own.file.read_bytes())
            except OSError as error:
                raise PageError(f"{own.file}: {error.strerror}") from error
        yield Output(paths.NO_JEKYLL, b"")

    def pages(self) -> Iterator[UnrenderedPage]:
        """Yield all pages and data files except the sitemap and the manifest, which list the others.

        Raises:
            PageError: texts name features that no figure shows.
        """
        self._texts.refuse_unshown(self._shown_texts())
        renderer, config, pictures = self._renderer, self._config, self._pictures
        listed, networks, albums, tags = self._listed, self._networks, self._albums, self._tags
        is_several, groups = _is_several(networks), Groups(albums, tags)
        classified = [(network, shown_classes(network)) for network in networks]
        yield from chain(
            _gallery_pages(renderer, config, listed, networks, groups, self._lead_html()),
            album_pages(renderer, config, albums, listed, self._album_text, is_several=is_several),
            tag_pages(renderer, config, listed, tags, is_several),
            search_index(renderer, listed, model_views(listed, self._specs), albums),
            search_files(renderer, listed, classified, groups, self._album_texts, self._own_pages),
            picture_pages(renderer, config, pictures, groups, self._caption),
            moved_pages(renderer, self._moves, pictures),
            compare_pages(renderer, config, pictures),
            *(
                _network_pages(renderer, config, *known, self._scanned.get(known[0].view.spec.slug, {}))
                for known in classified
            ),
            self._unlisted(),
            _lone_pages(renderer, config, listed),
            own_pages(renderer, config, self._texts, self._own_pages, listed[0] if listed else None),
            feed(renderer, config, listed, self._build_info.epoch),
        )

    def page(self, path: str) -> UnrenderedPage:
        """Return one page by its path."""
        return self._by_path[path]

    def sitemap(self, written: Iterable[str]) -> Iterator[UnrenderedPage]:
        """Yield the sitemap of ``written``, if the site has an address.

        Pages that forward, and those of hidden pictures, are left out.
        """
        left_out = {paths.image_page(former) for former in self._moves}
        left_out |= {page.path for page in self._unlisted()}
        for picture in self._pictures:
            if picture.image.is_hidden:
                left_out |= {make(picture.image.slug) for make in (paths.image_page, paths.compare_page)}
        return sitemap(self._renderer, self._config, (path for path in written if path not in left_out))

    def manifest(self, written: Iterable[str]) -> Output:
        """Return ``gallery.json``, which lists all files; ``written`` are the paths of the others."""
        build_info = self._build_info
        text = manifest(
            self._config,
            self._pictures,
            model_views(self._pictures, self._specs),
            Groups(self._albums, self._tags),
            page_links(self._own_pages),
            (build_info.version, build_info.config_hash),
            written,
        )
        return Output(paths.MANIFEST, text.encode())

    def _shown_texts(self) -> Iterator[MarkdownText]:
        """Yield every text on a page; captions only of pictures that are shown."""
        yield from (self._lead, *self._captions.values())
        yield from (self._album_texts[one.album.slug] for one in self._albums)
        yield from (page.text for page in self._own_pages)

    def _unlisted(self) -> Iterator[UnrenderedPage]:
        known = self._networks, self._specs, self._scanned
        return unlisted_pages(self._renderer, self._config, self._pictures, *known)

    def _lead_html(self) -> Markup:
        return self._texts.html(self._lead, paths.INDEX)

    def _album_text(self, slug: str) -> Markup:
        return self._texts.html(self._album_texts[slug], paths.album_page(slug))

    def _caption(self, slug: str) -> Markup:
        return self._texts.html(self._captions[slug], paths.image_page(slug))

    @cached_property
    def _by_path(self) -> Mapping[str, UnrenderedPage]:
        return {page.path: page for page in self.pages()}


def _gallery_pages(
    renderer: PageRenderer,
    config: PageConfig,
    pictures: Sequence[ShownPicture],
    networks: Sequence[ShownNetwork],
    groups: Groups,
    lead: Markup,
) -> Iterator[UnrenderedPage]:
    """Yield the pages that list the albums, and the pictures outside them."""
    outside = outside_albums(pictures)
    count = page_count(len(outside))
    for number in range(1, count + 1):
        shown = on_page(outside, number)
        yield renderer.page(
            paths.gallery_page(number),
            "index.html",
            pictures=shown,
            picture_count=len(pictures),
            classifies=any(network.classifies for network in networks),
            measure=_measure(networks),
            number=number,
            page_count=count,
            addresses=[paths.gallery_page(other) for other in range(1, count + 1)],
            lead=lead if number == 1 else Markup(),
            hero=hero(pictures) if number == 1 else None,
            albums=groups.albums if number == 1 else [],
            tags=most_frequent(groups.tags) if number == 1 else [],
            tag_count=len(groups.tags),
            sample=pictures[0] if pictures else None,
            shards=shard_count(len(pictures)),
            filters=_filters(pictures, networks),
            card=card(config, (*shown, *pictures)[0]) if pictures else None,
        )


def _is_several(networks: Sequence[ShownNetwork]) -> bool:
    """Return whether several networks predict, so that a class is shown with its network."""
    return sum(network.classifies for network in networks) > 1


def _measure(networks: Sequence[ShownNetwork]) -> Measure:
    """Return by what the search sorts: what all networks say of a class, or else probabilities."""
    found = {network.view.measure for network in networks if network.classifies}
    return found.pop() if len(found) == 1 else "probability"


def _filters(pictures: Sequence[ShownPicture], networks: Sequence[ShownNetwork]) -> list[str]:
    """Return the filters of the search that offer a choice."""
    useful = {
        "tag": any(picture.image.tags for picture in pictures),
        "class": any(network.classifies for network in networks),
        "network": len(networks) > 1,
    }
    return [name for name, chosen in useful.items() if chosen]


def _network_pages(
    renderer: PageRenderer,
    config: PageConfig,
    network: ShownNetwork,
    classes: Sequence[ShownClass],
    scanned: Mapping[str, ScannedLayer],
) -> Iterator[UnrenderedPage]:
    """Yield all pages of one network."""
    yield network_page(renderer, config, network, classes, scanned)
    yield from layer_pages(renderer, config, network, scanned)
    yield from feature_pages(renderer, config, network, scanned)
    yield from class_pages(renderer, config, network, classes)


def _lone_pages(
    renderer: PageRenderer, config: PageConfig, pictures: Sequence[ShownPicture]
) -> Iterator[UnrenderedPage]:
    """Yield the pages that a site has once."""
    first = pictures[0] if pictures else None
    shared = card(config, first) if first else None
    yield renderer.page(paths.ABOUT, "about.html", picture=first, card=shared)
    yield renderer.page(paths.EMBED, "embed.html", picture=first, card=shared)
    yield renderer.page(paths.NOT_FOUND, "404.html")
    yield renderer.page(paths.ROBOTS, "robots.txt", sitemap=paths.SITEMAP)
