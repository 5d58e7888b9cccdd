"""What each artifact of a picture is made of: its key, and the results that it is drawn from.

Every part of a key is something that changes the artifact's bytes, and everything that does is a part. What
figures are made of includes all that their results are made of, so that a key is known without the results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator import paths
from generator.lenses import Lens, made_by_results
from generator.records import GalleryConfig, ImageSpec, LayerInfo
from generator.store import Key, text_digest
from generator.store.versions import code, packages


@dataclass(frozen=True)
class Subject:
    """A picture of the gallery and the SHA-256 of its file."""

    image: ImageSpec
    sha256: str


def view_key(config: GalleryConfig, lens: Lens, subject: Subject) -> Key:
    """Return the key of what a network says of a picture: its predictions, and what made them."""
    return Key(
        "results", f"{_name(lens, subject)} predictions", _numbers(config, lens, subject, config.method)
    )


def result_keys(config: GalleryConfig, lens: Lens, subject: Subject) -> list[Key]:
    """Return the keys of all that a network says of a picture by itself: predictions and layers."""
    layers = [(method, layer) for method in (config.method, *config.compare) for layer in lens.spec.layers]
    return [view_key(config, lens, subject), *(result_key(config, lens, subject, *one) for one in layers)]


def result_key(config: GalleryConfig, lens: Lens, subject: Subject, method: str, layer: str) -> Key:
    """Return the key of the features of a layer with their reconstructions by a method."""
    parts = _numbers(config, lens, subject, method) | _shown(config, lens, [layer])
    return Key("results", f"{_name(lens, subject)} {layer} {method}", parts)


def row_key(config: GalleryConfig, lens: Lens, subject: Subject, layer: str, feature: int) -> Key:
    """Return the key of one feature of a layer with its reconstruction by the gallery's method."""
    parts = _numbers(config, lens, subject, config.method) | {"layers": layer, "features": f"{feature}"}
    return Key("results", f"{_name(lens, subject)} {layer}/{feature}", parts)


def sighting_key(config: GalleryConfig, lens: Lens, subject: Subject, layer: LayerInfo, feature: int) -> Key:
    """Return the key of the panel of one feature that its picture does not show by itself."""
    parts = _drawing(config, lens, subject, config.method, [layer]) | {"features": f"{feature}"}
    return _panel(lens, subject, layer, f"{feature}", parts)


def panel_key(config: GalleryConfig, lens: Lens, subject: Subject, method: str, layer: LayerInfo) -> Key:
    """Return the key of the panel of a layer."""
    parts = _drawing(config, lens, subject, method, [layer])
    return _panel(lens, subject, layer, "" if method == config.method else method, parts)


def _panel(lens: Lens, subject: Subject, layer: LayerInfo, folder: str, parts: dict[str, str]) -> Key:
    """Return the key of a panel; its folder is in its ids too, and so a part."""
    path = paths.panel_path(subject.image.slug, lens.spec.slug, layer.name, folder)
    return Key("figures", path, parts | {"folder": folder})


def whole_key(config: GalleryConfig, lens: Lens, subject: Subject, layers: Sequence[LayerInfo]) -> Key:
    """Return the key of the figure of all layers."""
    parts = _drawing(config, lens, subject, config.method, layers)
    return Key("figures", paths.figure_path(subject.image.slug, lens.spec.slug), parts)


def copies_key(subject: Subject) -> Key:
    """Return the key of the copies of a picture: for its page, and small ones."""
    parts = {"picture": subject.sha256, "slug": subject.image.slug, **_made_by_figures()}
    return Key("figures", paths.picture_path(subject.image.slug), parts)


def card_key(config: GalleryConfig, lens: Lens, subject: Subject, layer: LayerInfo | None) -> Key:
    """Return the key of the picture by which a page is shared; ``layer`` is the one it shows."""
    if layer is None:
        parts = {**copies_key(subject).parts, "layers": ""}  # without it, the copies' own key
        return Key("figures", paths.card_path(subject.image.slug), parts)
    parts = _drawing(config, lens, subject, config.method, [layer])
    del parts["title"], parts["links"]
    return Key("figures", paths.card_path(subject.image.slug), parts)


def page_key(path: str, parts: Mapping[str, str]) -> Key:
    """Return the key of a page; its parts are what it says, and what says it."""
    return Key("pages", path, {**parts, "code": code("pages"), "packages": packages("pages")})


def _name(lens: Lens, subject: Subject) -> str:
    return f"{subject.image.slug}/{lens.spec.slug}"


def _numbers(config: GalleryConfig, lens: Lens, subject: Subject, method: str) -> dict[str, str]:
    """Return what numbers depend on whatever the layer."""
    return {
        "picture": subject.sha256,
        **lens.made_by,
        "method": method,
        "seed": config.seed,
        "bias": config.bias,
        **made_by_results(),
    }


def _shown(config: GalleryConfig, lens: Lens, layers: Sequence[str]) -> dict[str, str]:
    """Return which layers are shown, and which of their features."""
    named = lens.spec.features
    features = [
        f"{layer}: {', '.join(map(str, named[layer]))}"
        if layer in named
        else f"{layer}: top {config.top_features}"
        for layer in layers
    ]
    return {"layers": ", ".join(layers), "features": "; ".join(features)}


def _drawing(
    config: GalleryConfig, lens: Lens, subject: Subject, method: str, layers: Sequence[LayerInfo]
) -> dict[str, str]:
    """Return what a figure of layers depends on."""
    figures = _made_by_figures()
    return {
        **_numbers(config, lens, subject, method),
        **_shown(config, lens, [layer.name for layer in layers]),
        "slug": f"{subject.image.slug} {lens.spec.slug}",
        "title": f"{subject.image.title} / {lens.info.title}",
        "scale": config.scale,
        "links": config.base_url,
        "facts": text_digest(repr(tuple(layers))),
        "figures_code": figures["code"],
        "figures_packages": figures["packages"],
    }


def _made_by_figures() -> dict[str, str]:
    return {"code": code("figures"), "packages": packages("figures")}
