"""The values that settings accept, for the configuration, the command line, the schema and the docs.

The tables that implement them, in the engine, the networks, the images and the figures, have the same names
in the same order; a test compares them. The configuration's keys use the types, all other code the tuples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

Method = Literal["deconvnet", "guided", "gradient"]
Seed = Literal["map", "peak", "unit"]
Bias = Literal["none", "subtract"]
Scale = Literal["power", "symmetric", "clipped", "luminance", "minmax"]
Fit = Literal["crop", "pad", "stretch"]
PairView = Literal["map", "reconstruction", "seen"]
PatchView = Literal["photograph", "reconstruction", "seen"]
Preprocessing = Literal["none", "unit", "tf", "torch", "caffe"]
Variant = Literal["plain", "convolutional", "atrous"]
Order = Literal["listed", "name", "title"]
Parametrization = Literal["fourier", "phase"]
Measure = Literal["probability", "logit", "output"]

METHODS: tuple[str, ...] = get_args(Method)
SEEDS: tuple[str, ...] = get_args(Seed)
BIASES: tuple[str, ...] = get_args(Bias)
SCALES: tuple[str, ...] = get_args(Scale)
FITS: tuple[str, ...] = get_args(Fit)
VIEWS: tuple[str, ...] = get_args(PairView)
PAIR = VIEWS[:2]
"""The views of a feature unless others are asked for."""
PATCH_VIEWS: tuple[str, ...] = get_args(PatchView)
PATCH_PAIR = PATCH_VIEWS[:2]
"""The views of a place in a data set unless others are asked for."""
PREPROCESSINGS: tuple[str, ...] = get_args(Preprocessing)
VARIANTS: tuple[str, ...] = get_args(Variant)
PARAMETRIZATIONS: tuple[str, ...] = get_args(Parametrization)
MEASURES: tuple[str, ...] = get_args(Measure)
"""What a model says of a class: no setting, but read off how the model ends."""
OWN_PICTURES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""The pictures of the user's own that a text can place: those that browsers show."""
TABLE, VALUES = ".csv", ".json"
OWN_TEXTS = (TABLE, VALUES)
"""What else a text can place: a table, and one value of many."""


def either(choices: Sequence[str]) -> str:
    """Return choices as text for a message.

    >>> either(SEEDS), either(BIASES), either(["map"])
    ('map, peak or unit', 'none or subtract', 'map')
    """
    return " or ".join(filter(None, (", ".join(choices[:-1]), choices[-1])))
