"""The index by which the gallery is filtered: the data of each picture, in scripts of ``PER_SHARD`` pictures.

Question: how does search data reach a page that may be opened from a disk? Options: JSON that the page
fetches, which browsers refuse for ``file:`` addresses; data inside the page, which every visitor would load;
scripts. Choice: scripts that call a function of the page, loaded when the visitor first uses the search.
Cost: a global function.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from generator import paths
from generator.pages.album_pages import ShownAlbum
from generator.pages.formats import score
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.records import ShownPicture, View

PER_SHARD = 200


def shard_count(pictures: int) -> int:
    """Return the number of scripts for a number of pictures."""
    return -(-pictures // PER_SHARD)


def search_index(
    renderer: PageRenderer,
    pictures: Sequence[ShownPicture],
    views: Sequence[View],
    albums: Sequence[ShownAlbum] = (),
) -> Iterator[UnrenderedPage]:
    """Yield the scripts of the search index; ``views`` are the models, each as configured."""
    titles = {one.album.slug: one.album.title for one in albums}
    models = [_model(view) for view in views]
    for number in range(1, shard_count(len(pictures)) + 1):
        some = pictures[(number - 1) * PER_SHARD : number * PER_SHARD]
        yield renderer.untemplated(
            paths.search_shard(number),
            partial(_shard, number, models, some, titles),
            number,
            models,
            some,
            titles,
        )


def _shard(
    number: int,
    models: Sequence[dict[str, Any]],
    pictures: Sequence[ShownPicture],
    albums: Mapping[str, str],
) -> str:
    """Return one script of the index; ``albums`` maps slugs to titles."""
    shard = {"models": models, "pictures": [_picture(picture, models, albums) for picture in pictures]}
    return f"galleryShard({number},{script(shard)});\n"


def _model(view: View) -> dict[str, Any]:
    facts = {"slug": view.spec.slug, "title": view.network.title, "layers": view.spec.layers}
    return facts | ({"measure": view.measure} if view.measure != "probability" else {})


def _picture(
    picture: ShownPicture, models: Sequence[dict[str, Any]], albums: Mapping[str, str]
) -> dict[str, Any]:
    """Return the searchable data of a picture, and what its entry in the list shows."""
    image = picture.image
    views = {view.spec.slug: view for view in picture.views}
    small = {"columns": picture.columns} if picture.columns else {}
    album = {"album": albums[image.album]} if image.album in albums else {}
    caption = {"caption": image.caption.markdown} if image.caption.markdown else {}
    return {
        **small,
        **album,
        **caption,
        **_through(picture),
        "slug": image.slug,
        "title": image.title,
        "alt": image.alt or image.title,
        "tags": image.tags,
        "size": [picture.thumbnail_width_px, picture.thumbnail_height_px],
        "small": [[small.name_px, small.width_px] for small in picture.thumbnails],
        "seen": [
            _seen(views[model["slug"]], model["layers"]) if model["slug"] in views else None
            for model in models
        ],
    }


def _through(picture: ShownPicture) -> dict[str, Any]:
    """Return the sizes of the copies through a reconstruction: of the larger one, then of the inset."""
    seen = picture.seen
    if not seen:
        return {}
    sizes = [[seen.width_px, seen.height_px], [seen.inset_width_px, seen.inset_height_px]]
    return {"through": sizes, "pixelated": seen.is_small} if seen.is_small else {"through": sizes}


def _seen(view: View, layers: Sequence[str]) -> list[Any]:
    """Return a network's predictions, and the features shown of each layer, 0 if it is not shown."""
    guesses = [
        [guess.label, round(guess.probability, 4), score(guess.probability, view.measure)]
        for guess in view.predictions
    ]
    shown = {panel.layer.name: panel.features for panel in view.panels}
    return [guesses, [shown.get(layer, 0) for layer in layers]]


def script(value: object) -> str:
    r"""Return a value as a JavaScript expression; no text in it can end the script or the line.

    >>> print(script(["</script>", chr(0x2028)]))
    ["\u003c/script>","\u2028"]
    """
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
