"""Pages of layers, features and classes that only hidden pictures have, linked from their pages alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.pages.class_pages import class_pages, shown_classes
from generator.pages.feature_pages import feature_pages
from generator.pages.network_pages import layer_pages
from generator.pages.page_records import PageConfig
from generator.pages.renderer import PageRenderer, UnrenderedPage
from generator.pages.scanned_features import contact_sheet
from generator.pages.shown_networks import ShownLayer, ShownNetwork, Specs, shown_networks
from generator.records import Prediction, ScannedLayer, ShownPicture


def unlisted_pages(
    renderer: PageRenderer,
    config: PageConfig,
    pictures: Sequence[ShownPicture],
    listed: Sequence[ShownNetwork],
    specs: Specs,
    scanned: Mapping[str, Mapping[str, ScannedLayer]],
) -> Iterator[UnrenderedPage]:
    """Yield the pages of layers, features and classes that ``listed`` lacks.

    These are the networks without hidden pictures. A layer in ``scanned``, by model and layer, has its page
    already, and so has a feature of it that a picture of the data set excites.
    """
    if not any(picture.image.is_hidden for picture in pictures):
        return
    renderer = renderer.unlisted()
    for whole, known in zip(shown_networks(pictures, specs), listed, strict=True):
        features = {
            (shown.layer.name, feature.number) for shown in known.layers for feature in shown.features
        }
        sheets = scanned.get(known.view.spec.slug, {})
        names = {layer.layer.name for layer in known.layers} | sheets.keys()
        hidden = tuple(layer for layer in whole.layers if layer.layer.name not in names)
        yield from layer_pages(renderer, config, replace(whole, layers=hidden))
        for name, layer in sheets.items():
            features |= {(name, feature.number) for feature in contact_sheet(layer).live}
        layers = (_without(shown, features) for shown in whole.layers)
        yield from feature_pages(renderer, config, replace(whole, layers=tuple(layers)))
        classes = {_name(one.prediction) for one in shown_classes(known)}
        further = [one for one in shown_classes(whole) if _name(one.prediction) not in classes]
        yield from class_pages(renderer, config, whole, further)


def _without(layer: ShownLayer, features: set[tuple[str, int]]) -> ShownLayer:
    name = layer.layer.name
    return replace(layer, features=tuple(one for one in layer.features if (name, one.number) not in features))


def _name(prediction: Prediction) -> tuple[str, str]:
    return prediction.label, prediction.wnid
