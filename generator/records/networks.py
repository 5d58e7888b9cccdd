"""What is known of a network, its layers and its weights without loading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SCALING = frozenset({"Rescaling", "Normalization", "Operation"})
"""Kinds of layers that change the scale of what they read, or may: a bare operation is one of many."""


@dataclass(frozen=True)
class LayerInfo:
    """What is known of a layer without computing.

    ``shape`` is the activated output without the batch axis: (h, w, features) or (features,).
    ``receptive_field_px`` is the side of the square of input pixels that one unit sees, ``None`` for all.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    receptive_field_px: int | None


@dataclass(frozen=True)
class NetworkInfo:
    """What is known of a network without loading it.

    ``groups`` maps ``pools``, ``convs``, ``blocks`` and ``all`` to layer names.
    ``weights_choices`` maps the names of weights this network knows to one line on each, the default first.
    ``variants`` are the names of its forms, ``plain`` first. ``smallest_px`` is the least height and width of
    its input, ``None`` where it takes ``input_shape`` alone. ``class_names`` maps labels and WordNet ids to
    the classes of that name, mostly one; it is empty without a classifier. ``aliases`` maps names of layers
    to those of the layers that they name again.
    """

    name: str
    title: str
    reference: str
    reference_url: str
    input_shape: tuple[int, int, int]
    layers: tuple[LayerInfo, ...]
    groups: Mapping[str, tuple[str, ...]]
    weights_choices: Mapping[str, str]
    variants: tuple[str, ...] = ("plain",)
    smallest_px: int | None = None
    class_names: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def distinct_layers(self) -> tuple[LayerInfo, ...]:
        """Return the layers, each under one name."""
        return tuple(layer for layer in self.layers if layer.name not in self.aliases)

    @property
    def scales(self) -> bool:
        """Return whether something before the first layer with a kernel may change the scale of its input."""
        kinds = [layer.kind for layer in self.layers]
        ends = (at for at, kind in enumerate(kinds) if "Conv" in kind or kind == "Dense")
        return not SCALING.isdisjoint(kinds[: next(ends, len(kinds))])


@dataclass(frozen=True)
class WeightsInfo:
    """Where the weights of a network come from."""

    name: str
    title: str
    licence: str
    source_url: str
    sha256: str
