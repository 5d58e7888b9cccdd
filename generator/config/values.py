"""The values that keys of ``gallery_config.yml`` accept: texts, layers, features, sizes and amounts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from generator.records.networks import LARGEST_SIDE_PX

CODE = r"\.py$"
BASE_URL = r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$"
LINK = r"^https?://[^\s/]\S*$"
PLACE = r"^(https?://[^\s/]\S*|(\.\./)*([\w-][\w.-]*/)*([\w-][\w.-]*\.html)?)$"
HOST = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
SLUG = r"^[a-z0-9][a-z0-9-]*$"
MODEL_SLUG = r"^[a-z0-9][a-z0-9_.-]*$"
AMOUNT = r"^[0-9]{1,9}(\.[0-9]{1,3})? ?[kMGT]i?B$"
_UNITS: dict[str, int] = {
    f"{letter}{infix}B": base**power
    for infix, base in (("", 1000), ("i", 1024))
    for letter, power in (("k", 1), ("M", 2), ("G", 3), ("T", 4))
}

Text = Annotated[str, Field(min_length=1)]
Link = Annotated[str, Field(pattern=LINK)]


class Keys(BaseModel):
    """A mapping with exactly these keys.

    A key without a default of its own has a ``default_factory``: pydantic leaves its empty value out of the
    schema, where ``"default": ""`` would contradict the pattern or the minimal length of the key.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


Group = Literal["pools", "convs", "blocks", "all"]
Names = Annotated[list[Text], Field(min_length=1)]
Layers = Annotated[
    Annotated[Group, Tag("group")] | Annotated[Names, Tag("list")],
    Discriminator(lambda layers: "list" if isinstance(layers, list) else "group"),
]
LayersByModel = Annotated[
    Annotated[Layers, Tag("of all")] | Annotated[dict[str, Layers], Field(min_length=1), Tag("by model")],
    Discriminator(lambda layers: "by model" if isinstance(layers, dict) else "of all"),
]

Side = Annotated[int, Field(ge=1, le=LARGEST_SIDE_PX)]
Size = Annotated[
    Annotated[Side, Tag("side")] | Annotated[list[Side], Field(min_length=2, max_length=2), Tag("sides")],
    Discriminator(lambda size: "sides" if isinstance(size, list) else "side"),
]

Budget = Annotated[
    Annotated[int, Field(ge=1), Tag("bytes")] | Annotated[str, Field(pattern=AMOUNT), Tag("amount")],
    Discriminator(lambda budget: "bytes" if isinstance(budget, int) else "amount"),
]


Feature = Annotated[
    Annotated[int, Field(ge=0), Tag("number")] | Annotated[Text, Tag("name")],
    Discriminator(lambda feature: "name" if isinstance(feature, str) else "number"),
]
Features = Annotated[list[Feature], Field(min_length=1)]
FeaturesByModel = Annotated[
    Annotated[Features, Tag("of layer")]
    | Annotated[dict[str, Features], Field(min_length=1), Tag("by layer")],
    Discriminator(lambda features: "by layer" if isinstance(features, dict) else "of layer"),
]

Channel = Annotated[int, Field(ge=0)]
Display = Annotated[
    Annotated[Channel, Tag("channel")]
    | Annotated[list[Channel], Field(min_length=3, max_length=3), Tag("channels")],
    Discriminator(lambda display: "channels" if isinstance(display, list) else "channel"),
]


def amount_bytes(amount: int | str) -> int:
    """Return the bytes of a ``Budget``: a number of bytes, or an amount with a unit.

    >>> amount_bytes(500), amount_bytes("2GB"), amount_bytes("1.5 MiB")
    (500, 2000000000, 1572864)
    """
    if isinstance(amount, int):
        return amount
    unit = amount.lstrip("0123456789. ")
    return round(float(amount.removesuffix(unit)) * _UNITS[unit])
