"""The artifacts of a scanned data set: the places that excite each feature most, in one figure a feature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from generator.artifacts.artifact import Source
from generator.artifacts.montages import FeatureMontage
from generator.artifacts.patches import FEATURES, FeaturePatches
from generator.build.models import DescribedModel
from generator.build.scans import ScannedDataset
from generator.build.stages import Group, Known
from generator.datasets.facts import scanned_layer
from generator.datasets.places import places
from generator.datasets.shards import Shard
from generator.records import Examples, GalleryConfig, LayerInfo, ScannedLayer, Subject
from generator.records.kept import DATASET


class PlacePlan:
    """Plans the figures of a gallery's data set.

    Args:
        config: what the gallery shows, and how.
        dataset: the data set, with the tables of all models.
    """

    def __init__(self, config: GalleryConfig, dataset: ScannedDataset) -> None:
        self._config, self._tables = config, dataset.tables
        shards = dataset.shards
        self._shards: Source[Sequence[Shard]] = Source("data set", {}, lambda: shards, is_shared=True)
        self._montages: dict[str, list[FeatureMontage]] = {}

    def groups(self, models: Sequence[DescribedModel]) -> Iterator[Group]:
        """Yield the features of each model in groups whose pictures are read once."""
        for model in (model for model in models if model.slug in self._tables):
            montages = self._montages[model.slug] = [*self._planned(model)]
            rest = iter(montages)
            while some := list(islice(rest, FEATURES)):
                yield Group(Subject(DATASET, model.slug), partial(list, some))

    def scanned(self, models: Sequence[DescribedModel], known: Known) -> dict[str, list[ScannedLayer]]:
        """Return the pages' records of each model's layers, after the stage of ``groups``."""
        return {
            model.slug: [
                scanned_layer(self._tables[model.slug], layer, self._shown(model, layer, known))
                for layer in self._layers(model)
            ]
            for model in models
            if model.slug in self._tables
        }

    def _shown(self, model: DescribedModel, layer: LayerInfo, known: Known) -> dict[int, Examples]:
        own = (one for one in self._montages[model.slug] if one.layer == layer.name)
        return {one.feature: known.fact(one) for one in own}

    def _layers(self, model: DescribedModel) -> list[LayerInfo]:
        return [layer for layer in model.info.layers if layer.name in self._tables[model.slug].layers]

    def _planned(self, model: DescribedModel) -> Iterator[FeatureMontage]:
        """Yield the figure of every feature that a picture excites."""
        table, spec = self._tables[model.slug], model.spec
        for layer in self._layers(model):
            for feature in range(layer.shape[-1]):
                found = places(table, layer.name, feature)
                if not found:
                    continue
                subject = Subject(DATASET, model.slug)
                patches = FeaturePatches(
                    subject,
                    model.source,
                    self._shards,
                    found,
                    method=spec.method,
                    bias=self._config.bias,
                    fit=spec.fit,
                    memory_budget=self._config.memory_budget,
                )
                title = f"{model.info.title}, {layer.name}, feature {feature}"
                yield FeatureMontage(subject, patches, model.slug, layer.name, feature, title)
