"""Descriptions of networks, layers and weights, available without loading a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SCALING = frozenset(
    {"GroupNormalization", "LayerNormalization", "Normalization", "Operation", "RMSNormalization"}
    | {"Rescaling", "UnitNormalization"}
)
"""Kinds of layers that change, or may change, the scale of their input; an ``Operation`` can be anything."""

LARGEST_SIDE_PX = 16_384
"""The limit for the side of a network's input. A larger one is a slip: its maps fit into no memory."""


@dataclass(frozen=True)
class LayerInfo:
    """The description of a layer.

    ``shape`` is that of the activated output without the batch axis: (h, w, features) or (features,).
    ``parameters`` are those that it computes with; ``shared_with`` is the first use of a layer that is used
    more than once, whose parameters these are. ``receptive_field_px`` is the height and width of the input
    pixels that can reach one unit, the most of any unit in the layer; ``None`` for the whole picture.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    receptive_field_px: tuple[int, int] | None
    shared_with: str | None = None

    @property
    def owner(self) -> str:
        """The name under which these parameters are counted."""
        return self.shared_with or self.name


@dataclass(frozen=True)
class NetworkInfo:
    """The description of a network.

    ``groups`` maps ``pools``, ``convs``, ``blocks`` and ``all`` to layer names. ``weights_choices`` maps the
    names of weights that this network has to a line about each, the default first. ``variants`` are the names
    of its variants, ``plain`` first. ``smallest_px`` is the minimum height and width of its input, ``None``
    if only ``input_shape`` is possible. ``class_names`` maps labels and WordNet ids to the classes of that
    name, usually one, and none for a class that the model has no output for; it is empty without a
    classifier. ``class_layers`` are the layers whose features are the classes. ``aliases`` maps second names
    of layers to their first names. ``dtype`` is the type in which the network is computed, ``policies`` are
    the types of layers that have another one. ``outputs`` are those of a model that has several and none
    chosen for its classes. ``part_ends`` are the layers that the next layer does not lead to the same outputs
    as; a model with one output has none.
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
    class_layers: tuple[str, ...] = ()
    dtype: str = "float32"
    policies: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    part_ends: tuple[str, ...] = ()

    @property
    def distinct_layers(self) -> tuple[LayerInfo, ...]:
        """The layers without their aliases."""
        return tuple(layer for layer in self.layers if layer.name not in self.aliases)

    @property
    def parameters(self) -> int:
        """The number of parameters in all layers; those of a shared layer count once."""
        return sum({layer.owner: layer.parameters for layer in self.layers}.values())

    @property
    def scales(self) -> bool:
        """Whether any layer before the first one with a kernel may change the scale of the input."""
        kinds = [layer.kind for layer in self.layers]
        ends = (at for at, kind in enumerate(kinds) if "Conv" in kind or kind == "Dense")
        return not SCALING.isdisjoint(kinds[: next(ends, len(kinds))])


@dataclass(frozen=True)
class WeightsInfo:
    """The origin and licence of a network's weights."""

    name: str
    title: str
    licence: str
    source_url: str
    sha256: str
