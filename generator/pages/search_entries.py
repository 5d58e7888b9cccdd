"""What the search of the whole site finds: entries of each kind, each with its page and a small picture.

A group is a list of entries of one kind that share a note. Whatever gets pages of its own becomes findable
by one more group; neither the files of the index nor the script ask where entries come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from generator import paths
from generator.pages import markdown
from generator.pages.album_pages import ShownAlbum
from generator.pages.class_pages import ShownClass
from generator.pages.formats import score
from generator.pages.groups import Groups
from generator.pages.jinja_environment import class_page
from generator.pages.own_pages import page_links
from generator.pages.shown_networks import FeaturePicture, ShownFeature, ShownLayer, ShownNetwork
from generator.pages.tag_pages import ShownTag
from generator.records import MarkdownText, OwnPage, ShownPicture
from generator.records.choices import PairView

Kind = Literal["feature", "layer", "class", "network", "picture", "album", "tag", "page"]

LEGIBLE: Sequence[PairView] = ("seen", "map", "reconstruction")
"""The views of a feature, from the one that is most legible at 48 pixels; reconstructions look grey there."""


@dataclass(frozen=True)
class Entry:
    """One thing that the search finds.

    ``link`` and ``picture`` are links from the root of the site; ``picture`` may be empty. Words are looked
    for in ``name``, and after it in ``texts``. ``note`` is shown below the name, and not searched.
    """

    name: str
    link: str
    picture: str = ""
    note: str = ""
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntryGroup:
    """Entries of one kind, in the order in which equally good results are listed.

    ``note`` is shown below each name, and searched as a text of each. ``ratio`` is the width by the height of
    all their pictures; 0 stands for photographs, which are cut to squares.
    """

    kind: Kind
    entries: Sequence[Entry]
    note: str = ""
    ratio: float = 0


def network_groups(network: ShownNetwork, classes: Sequence[ShownClass]) -> Iterator[EntryGroup]:
    """Yield a network, its layers, their features and its classes."""
    slug, title = network.view.spec.slug, network.view.network.title
    yield EntryGroup("network", [Entry(title, _link(paths.network_page(slug)))])
    layers = [_layer(slug, shown) for shown in network.layers]
    yield EntryGroup("layer", layers, title, _ratio(network.layers[0]) if layers else 0)
    for shown in network.layers:
        yield EntryGroup(
            "feature", [_feature(slug, shown, one) for one in shown.features], title, _ratio(shown)
        )
    yield EntryGroup("class", [_class(slug, one) for one in classes], title)


def picture_group(pictures: Sequence[ShownPicture], albums: Sequence[ShownAlbum]) -> EntryGroup:
    """Return pictures, found also by all classes that networks predict, by tags, album and texts."""
    titles = {one.album.slug: one.album.title for one in albums}
    return EntryGroup("picture", [_picture(one, titles.get(one.image.album, "")) for one in pictures])


def site_groups(
    groups: Groups,
    album_texts: Mapping[str, MarkdownText],
    pages: Sequence[OwnPage],
    pictures: Sequence[ShownPicture],
) -> Iterator[EntryGroup]:
    """Yield the albums, the tags and the pages of the user's own."""
    yield EntryGroup("album", [_album(one, album_texts[one.album.slug].markdown) for one in groups.albums])
    yield EntryGroup("tag", [_tag(one, pictures) for one in groups.tags])
    yield EntryGroup(
        "page",
        [
            Entry(known.title, _link(known.path), note=page.description, texts=_texts(page.text.markdown))
            for page, known in zip(pages, page_links(pages), strict=True)
        ],
    )


def _link(path: str) -> str:
    return paths.link(paths.INDEX, path)


def _texts(*texts: str) -> tuple[str, ...]:
    """Return texts without markup, each once, without empty ones."""
    return tuple(filter(None, dict.fromkeys(map(markdown.plain, texts))))


def _layer(model: str, shown: ShownLayer) -> Entry:
    """Return a layer, with the feature that most pictures show."""
    best = max(shown.features, key=lambda one: (len(one.pictures), one.pictures[0].strength))
    link = _link(paths.layer_page(model, shown.layer.name))
    return Entry(shown.layer.name, link, _view(model, best.pictures[0]))


def _feature(model: str, shown: ShownLayer, feature: ShownFeature) -> Entry:
    """Return a feature, in the picture in which it is strongest."""
    layer = shown.layer.name
    return Entry(
        f"{layer}/{feature.number}",
        _link(paths.feature_page(model, layer, feature.number)),
        _view(model, feature.pictures[0]),
        texts=(feature.label,) if feature.label else (),
    )


def _view(model: str, shown: FeaturePicture) -> str:
    """Return the link to the view of a feature in a picture that can be read best at a small size."""
    view = next(view for view in LEGIBLE if view in shown.panel.views)
    slug, layer = shown.picture.image.slug, shown.panel.layer.name
    return paths.view_link(paths.INDEX, slug, model, layer, shown.place, view, shown.folder)


def _ratio(shown: ShownLayer) -> float:
    panel = shown.features[0].pictures[0].panel
    return round(panel.view_width_px / panel.view_height_px, 3)


def _class(model: str, shown: ShownClass) -> Entry:
    """Return a class, with the picture of which it is likeliest."""
    prediction, (best, *_) = shown.prediction, (*shown.first, *shown.further)
    names = (prediction.wnid,) if prediction.wnid else ()
    link = _link(class_page(model, prediction))
    return Entry(prediction.label, link, _thumbnail(best.picture), texts=names)


def _picture(picture: ShownPicture, album: str) -> Entry:
    image = picture.image
    guesses = [(guess, view.measure) for view in picture.views for guess in view.predictions]
    first = [f"{guess.label} {score(guess.probability, measure)}" for guess, measure in guesses[:1]]
    labels = (guess.label for guess, _ in guesses)
    texts = dict.fromkeys((*labels, *image.tags, album, image.alt, image.caption.markdown))
    return Entry(
        image.title,
        _link(paths.image_page(image.slug)),
        _thumbnail(picture),
        "".join(first),
        tuple(filter(None, texts)),
    )


def _album(shown: ShownAlbum, text: str) -> Entry:
    album = shown.album
    link = _link(paths.album_page(album.slug))
    return Entry(album.title, link, _thumbnail(shown.cover), _count(shown.picture_count), _texts(text))


def _tag(shown: ShownTag, pictures: Sequence[ShownPicture]) -> Entry:
    tag = shown.tag
    first = next(picture for picture in pictures if tag.name in picture.image.tags)
    return Entry(tag.name, _link(paths.tag_page(tag.slug)), _thumbnail(first), _count(shown.picture_count))


def _count(pictures: int) -> str:
    return f"{pictures} picture{'s' if pictures != 1 else ''}"


def _thumbnail(picture: ShownPicture) -> str:
    """Return the link to the smallest copy of a picture; browsers that have ``dialog`` have WebP."""
    slug = picture.image.slug
    if not picture.thumbnails:
        return _link(paths.thumbnail_path(slug))
    return _link(paths.sized_thumbnail_path(slug, picture.thumbnails[0].name_px, "webp"))
