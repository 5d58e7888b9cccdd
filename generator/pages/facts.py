"""What pages are made of: records without what only this machine knows, and their digests.

A page is kept under the digest of all that its template is given, so what templates are given holds no path
of a folder, which would be another one elsewhere, and nothing of pictures that the page is not about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from generator.records import Exhibit, GalleryConfig, ImageSpec, NetworkSpec, View

NOWHERE = Path()


class Digests:
    """Digests of records and of what they consist of; each record is hashed once, however often it is met."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, bytes]] = {}  # the record too: while it lives, its id is its own

    def of(self, value: object) -> str:
        """Return the SHA-256 of a value: 64 hexadecimal digits.

        Raises:
            TypeError: there is something in it that has no digest, such as a function.

        >>> Digests().of({"a": (1, None)}) == Digests().of({"a": (1, None)})
        True
        """
        return self._digest(value).hex()

    def _digest(self, value: object) -> bytes:
        if value is None or isinstance(value, bool | int | float | str | Path):
            return _hash(type(value).__name__, repr(value).encode("utf-8", "surrogatepass"))
        if isinstance(value, np.ndarray):
            return _hash(f"{value.dtype.str} {value.shape}", np.ascontiguousarray(value).tobytes())
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = value, self._whole(value)
        return known[1]

    def _whole(self, value: object) -> bytes:
        """Return the digest of what consists of others."""
        members: list[Any]
        if is_dataclass(value):
            members = [getattr(value, field.name) for field in fields(value)]
        elif isinstance(value, Mapping):
            members = [member for pair in value.items() for member in pair]
        elif isinstance(value, tuple | list):
            members = list(value)
        else:
            raise TypeError(f"a {type(value).__name__} has no digest")
        return _hash(type(value).__name__, b"".join(map(self._digest, members)))


@dataclass(frozen=True)
class PageConfig:
    """What pages may know of a configuration; each field is one of ``GalleryConfig``.

    What is not here changes no page: neither paths of this machine nor what only bounds a build.
    """

    title: str
    description: str
    base_url: str
    top_features: int
    method: str
    seed: str
    bias: str
    scale: str
    compare: tuple[str, ...]
    feature_pictures: int
    cname: str


def page_config(config: GalleryConfig) -> PageConfig:
    """Return what pages may know of a configuration."""
    return PageConfig(**{field.name: getattr(config, field.name) for field in fields(PageConfig)})


def portable(exhibit: Exhibit) -> Exhibit:
    """Return a picture as pages may know it: without the paths of its file and of its networks' files."""
    views = tuple(replace(view, spec=_portable_spec(view.spec)) for view in exhibit.views)
    return replace(exhibit, image=replace(exhibit.image, path=NOWHERE), views=views)


def _portable_spec(spec: NetworkSpec) -> NetworkSpec:
    return replace(spec, weights=Path(spec.weights).name, own=None)


def alone(exhibit: Exhibit) -> Exhibit:
    """Return a picture without its views, for pages that are about something else."""
    return replace(exhibit, views=())


def name_only(exhibit: Exhibit | None) -> Exhibit | None:
    """Return a picture of which only slug and title are left, for pages that only link to it."""
    if exhibit is None:
        return None
    image = ImageSpec(exhibit.image.slug, NOWHERE, exhibit.image.title)
    return Exhibit(image, 0, 0, 0, 0, (), ())


def shared(view: View) -> View:
    """Return what a network's views of all pictures share."""
    return replace(
        view,
        predictions=(),
        panels=(),
        width_px=0,
        height_px=0,
        description="",
        provenance={},
        comparisons={},
        sightings={},
    )


def _hash(kind: str, content: bytes) -> bytes:
    return hashlib.sha256(f"{kind} {len(content)}\0".encode() + content).digest()
