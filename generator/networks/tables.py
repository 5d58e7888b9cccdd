"""Tables of each network's layers, readable without Keras: one committed JSON file per network and variant.

A table describes the network at its own input size; at another size the loaded model is measured. ``python -m
generator.networks.tables`` writes the tables from the Keras models; a test compares them. The receptive field
of a unit is the square of input pixels that can influence it (Araujo et al. 2019, equation 2), along the
branch with the largest field, at most the size of the picture.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generator.records import LayerInfo

FOLDER = Path(__file__).parent / "tables"
AUGMENTATIONS = {
    *("RandomBrightness", "RandomContrast", "RandomFlip"),
    *("RandomRotation", "RandomTranslation", "RandomZoom"),
}
UNSHOWN = {"InputLayer", "Dropout", "Flatten", "ZeroPadding2D"} | AUGMENTATIONS


def read(name: str, variant: str | None = None) -> tuple[LayerInfo, ...]:
    """Return the layers of a known network or a variant of it, in order."""
    rows = json.loads(_path(name, variant).read_text(encoding="utf-8"))
    return tuple(LayerInfo(**{**row, "shape": tuple(row["shape"])}) for row in rows)


def write(name: str, variant: str | None, model: Any) -> None:
    """Write the table of a network or a variant of it."""
    rows = ",\n".join(json.dumps(asdict(layer)) for layer in measure(model))
    _path(name, variant).write_text(f"[\n{rows}\n]\n", encoding="utf-8")


def measure(model: Any) -> tuple[LayerInfo, ...]:
    """Return the layers of a Keras model, without those that have nothing to show, such as dropout."""
    whole = max(model.inputs[0].shape[1:3])
    fields: dict[str, tuple[int | None, int]] = {}
    for layer in model.layers:
        sources = [fields[node.operation.name] for node in layer._inbound_nodes[0].parent_nodes]
        fields[layer.name] = field(layer, sources, len(layer.output.shape) > 3)
    return tuple(
        LayerInfo(
            name=layer.name,
            kind=type(layer).__name__,
            shape=tuple(layer.output.shape[1:]),
            parameters=layer.count_params(),
            receptive_field_px=clip(fields[layer.name][0], whole),
        )
        for layer in model.layers
        if type(layer).__name__ not in UNSHOWN
    )


def field(layer: Any, sources: list[tuple[int | None, int]], mapped: bool) -> tuple[int | None, int]:
    """Return a layer's receptive field, ``None`` for the whole picture, and the pixels between its units.

    ``sources`` are the same pairs of its input layers; ``mapped`` is whether its features have maps.
    """
    if not sources:
        return 1, 1
    size = getattr(layer, "kernel_size", getattr(layer, "pool_size", (1,)))[0]
    stride = getattr(layer, "strides", (1,))[0]
    span = (size - 1) * getattr(layer, "dilation_rate", (1,))[0]
    seen, apart = max((-1 if one is None else one, jump) for one, jump in sources)
    everything = any(one is None for one, _ in sources) or not mapped
    return (None if everything else seen + span * apart), apart * stride


def _path(name: str, variant: str | None) -> Path:
    return FOLDER / (f"{name}-{variant}.json" if variant else f"{name}.json")


def clip(pixels: int | None, whole: int) -> int | None:
    """Return a receptive field limited to the side of the picture, ``whole`` pixels."""
    return None if pixels is None else min(pixels, whole)


def main() -> None:
    """Write every table."""
    from generator.networks import registry

    for name in registry.names():
        for variant in registry.variants(name):
            write(name, variant, registry.build(name, variant=variant))


if __name__ == "__main__":
    main()
