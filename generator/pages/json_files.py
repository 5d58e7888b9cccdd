"""The data files: the content of the pages as JSON.

Keys are sorted and floats are rounded to six significant digits, so that the same gallery gives the same
bytes. Paths in a picture's ``result.json`` are relative to that file, as links are; paths in the manifest are
relative to the site.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from generator import paths
from generator.pages.album_pages import ShownAlbum
from generator.pages.groups import Groups
from generator.pages.own_pages import PageLink
from generator.pages.page_records import PageConfig
from generator.records import Panel, ShownPicture, Tag, View

SETTINGS = ("method", "compare", "seed", "bias", "scale", "top_features")


def result(config: PageConfig, picture: ShownPicture) -> str:
    """Return ``result.json``: everything that the page of one picture says."""
    image = picture.image
    here = paths.result_path(image.slug)
    content = {
        "slug": image.slug,
        "title": image.title,
        "alt": image.alt,
        "credit": asdict(image.credit),
        "tags": image.tags,
        "caption": image.caption.markdown,
        "picture": _file(here, paths.picture_path(image.slug), picture.width_px, picture.height_px)
        | {
            "original_width_px": picture.original_width_px,
            "original_height_px": picture.original_height_px,
        },
        "settings": _settings(config),
        "models": [_view(here, image.slug, view) for view in picture.views],
    }
    return _json(content)


def manifest(
    config: PageConfig,
    pictures: Sequence[ShownPicture],
    models: Sequence[View],
    groups: Groups,
    own_pages: Sequence[PageLink],
    made_by: tuple[str, str],
    written: Iterable[str],
) -> str:
    """Return ``gallery.json``: what is in the site and what made it.

    Args:
        config: the settings that pages may read.
        pictures: the pictures.
        models: the models, each as configured.
        groups: their albums and tags.
        own_pages: the pages of the user's own.
        made_by: the version of the generator, and the hash of the configuration.
        written: the paths of the other files.
    """
    version, config_hash = made_by
    content = {
        "generator": {"name": "convnet-gallery", "version": version},
        "config_hash": config_hash,
        "title": config.title,
        "description": config.description,
        "base_url": config.base_url,
        "settings": _settings(config),
        "models": [_model(view) for view in models],
        "images": [_entry(picture) for picture in pictures],
        "pages": [{"title": one.title, "page": one.path} for one in own_pages],
        "albums": [_album(one, pictures) for one in groups.albums],
        "tags": [_tag(one.tag, pictures) for one in groups.tags],
        "artifacts": sorted([*written, paths.MANIFEST]),
    }
    return _json(content)


def _settings(config: PageConfig) -> dict[str, Any]:
    return {name: getattr(config, name) for name in SETTINGS}


def _file(here: str, path: str, width_px: int, height_px: int) -> dict[str, Any]:
    return {"path": paths.link(here, path), "width_px": width_px, "height_px": height_px}


def _model(view: View) -> dict[str, Any]:
    """Return the facts of a model that do not depend on the picture."""
    return {
        "slug": view.spec.slug,
        "name": view.spec.name,
        "title": view.network.title,
        "variant": view.spec.variant,
        "reference": view.network.reference,
        "reference_url": view.network.reference_url,
        "input_shape": view.network.input_shape,
        "fit": view.spec.fit,
        "method": view.spec.method,
        "layers": view.spec.layers,
        "weights": asdict(view.weights),
    }


def _view(here: str, image: str, view: View) -> dict[str, Any]:
    """Return the results of one model for one picture."""
    path = paths.figure_path(image, view.spec.slug)
    figure = _file(here, path, view.width_px, view.height_px) | {"description": view.description}
    return _model(view) | {
        **asdict(view.framing),
        "measure": view.measure,
        "predictions": [
            {"wnid": guess.wnid, "label": guess.label, view.measure: guess.probability}
            for guess in view.predictions
        ],
        "figure": figure,
        "layers": [_panel(here, image, view, panel) for panel in view.panels],
        "comparisons": {
            method: [_compared(here, image, view, panel, method) for panel in panels]
            for method, panels in view.comparisons.items()
        },
        "sightings": {
            layer: [_single_panel(here, image, view, panel) for panel in panels]
            for layer, panels in view.single_panels.items()
        },
        "provenance": dict(view.provenance),
    }


def _panel(here: str, image: str, view: View, panel: Panel) -> dict[str, Any]:
    """Return the facts of one layer, strongest feature first."""
    path = paths.panel_path(image, view.spec.slug, panel.layer.name)
    figure = _file(here, path, panel.width_px, panel.height_px) | {"description": panel.description}
    return asdict(panel.layer) | {
        "features": panel.features,
        "strengths": panel.strengths,
        "positions": panel.positions,
        "labels": panel.labels,
        "limits": panel.limits,
        "figure": figure,
    }


def _compared(here: str, image: str, view: View, panel: Panel, method: str) -> dict[str, Any]:
    """Return the facts of one layer that depend on the method; features and strengths do not."""
    path = paths.panel_path(image, view.spec.slug, panel.layer.name, method)
    figure = _file(here, path, panel.width_px, panel.height_px) | {"description": panel.description}
    return {"name": panel.layer.name, "limits": panel.limits, "figure": figure}


def _single_panel(here: str, image: str, view: View, panel: Panel) -> dict[str, Any]:
    """Return the facts of a feature that has a panel of its own in this picture."""
    (feature,) = panel.features
    path = paths.panel_path(image, view.spec.slug, panel.layer.name, str(feature))
    figure = _file(here, path, panel.width_px, panel.height_px) | {"description": panel.description}
    return {
        "feature": feature,
        "strength": panel.strengths[0],
        "position": panel.positions[0],
        "limits": panel.limits,
        "figure": figure,
    }


def _album(shown: ShownAlbum, pictures: Sequence[ShownPicture]) -> dict[str, Any]:
    """Return the page of an album, and its pictures."""
    slug = shown.album.slug
    return {
        "title": shown.album.title,
        "slug": slug,
        "page": paths.album_page(slug),
        "cover": shown.cover.image.slug,
        "images": [picture.image.slug for picture in pictures if picture.image.album == slug],
    }


def _tag(tag: Tag, pictures: Sequence[ShownPicture]) -> dict[str, Any]:
    """Return the page of a tag, and its pictures."""
    return {
        "name": tag.name,
        "slug": tag.slug,
        "page": paths.tag_page(tag.slug),
        "images": [picture.image.slug for picture in pictures if tag.name in picture.image.tags],
    }


def _entry(picture: ShownPicture) -> dict[str, Any]:
    """Return the paths of all files of one picture."""
    slug = picture.image.slug
    return {
        "slug": slug,
        "title": picture.image.title,
        "hidden": picture.image.is_hidden,
        "page": paths.image_page(slug),
        "result": paths.result_path(slug),
        "picture": paths.picture_path(slug),
        "thumbnail": paths.thumbnail_path(slug),
        "card": paths.card_path(slug),
        **({"seen": paths.seen_path(slug)} if picture.seen else {}),
        "models": {view.spec.slug: _figures(slug, view) for view in picture.views},
    }


def _figures(image: str, view: View) -> dict[str, Any]:
    model = view.spec.slug
    layers = [panel.layer.name for panel in view.panels]
    return {
        "figure": paths.figure_path(image, model),
        "panels": {layer: paths.panel_path(image, model, layer) for layer in layers},
        "comparisons": {
            method: {layer: paths.panel_path(image, model, layer, method) for layer in layers}
            for method in view.comparisons
        },
        "sightings": {
            layer: {
                panel.features[0]: paths.panel_path(image, model, layer, str(panel.features[0]))
                for panel in panels
            }
            for layer, panels in view.single_panels.items()
        },
    }


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(_rounded(content), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _rounded(value: Any) -> Any:
    """Return a value with all floats rounded to six significant digits.

    >>> _rounded({"limits": (0.1234567, 812345.678)})
    {'limits': [0.123457, 812346.0]}
    """
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return value
