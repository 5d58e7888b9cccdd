"""The table of a scan as Python users have it: it cuts the places of a feature out of their pictures.

Question: when is a feature cut out? Options: with the scan, for all features; when it is asked for. Choice:
the latter, because most features are never looked at, and each takes nine forward passes. Cost: the pictures
must still be there.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from generator.api.arguments import whole_number
from generator.datasets.table import Table
from generator.errors import EngineError, FigureError, SelectionError, shown
from generator.records import Patch
from generator.records.choices import METHODS, PATCH_PAIR, PATCH_VIEWS, Method, PatchView, Scale

if TYPE_CHECKING:
    from generator.api.loaded import LoadedNetwork
    from generator.records import Figure


@dataclass(frozen=True, eq=False, repr=False)
class ScannedTable(Table):
    """A table that knows its network and its data set."""

    of: LoadedNetwork = field(kw_only=True)
    dataset: Path = field(kw_only=True)

    def __repr__(self) -> str:
        """Return one line."""
        layers = ", ".join(f"{name} ({len(layer.values)})" for name, layer in self.layers.items())
        return f"<Table of {self.of.name} over {self.seen} pictures of {self.dataset}: {layers}>"

    def montage(self, layer: str, feature: int, method: Method = "deconvnet") -> Montage:
        """Cut the examples of a feature out of their pictures, each with the reconstruction from it alone.

        Args:
            layer: a layer of the table.
            feature: the number of the feature.
            method: as for ``deconvolve``; the seed is ``peak``.

        Raises:
            DatasetError: a picture is missing or has changed since the scan, or the network has.
            EngineError: the method is unknown, or a number overflows.
            NetworkError: the table does not have the layer.
            SelectionError: the layer does not have the feature, or no picture excites it.
        """
        from generator.analysis.cutting import cut_all
        from generator.datasets.opening import opened
        from generator.datasets.places import places

        if method not in METHODS:
            raise EngineError(f"`method` must be one of {', '.join(METHODS)}. Received: {shown(method)}")
        wanted = places(self, layer, whole_number("feature", feature, "", SelectionError))
        if not wanted:
            raise SelectionError(f"no picture of {self.dataset} excites feature {feature} of layer '{layer}'")
        patches = cut_all(self.of, opened(self.dataset), wanted, method=method)
        ordered = sorted(patches, key=lambda patch: patch.place.rank)
        return Montage(self.of, layer, feature, tuple(ordered), self.seen, method)


@dataclass(frozen=True, eq=False, repr=False)
class Montage:
    """The places of a data set that excite a feature most, strongest first.

    ``patches`` have the cut pictures and reconstructions as arrays, ``seen`` is the number of pictures that
    were scanned.
    """

    of: LoadedNetwork
    layer: str
    feature: int
    patches: tuple[Patch, ...]
    seen: int
    method: str

    def __repr__(self) -> str:
        """Return one line."""
        return f"<Montage of {self._name}: {len(self.patches)} of {self.seen} pictures, {self.method}>"

    @property
    def title(self) -> str:
        """The title of the figure."""
        return f"{self._name}: the {len(self.patches)} of {self.seen} pictures that excite it most"

    def save(
        self,
        path: str | PathLike[str],
        views: Sequence[PatchView] = ("photograph", "reconstruction"),
        scale: Scale = "symmetric",
        width: int | None = None,
        dpi: float | None = None,
    ) -> None:
        """Write the figure: every place beside its reconstruction. An existing file is replaced.

        Args:
            path: the file, ``.svg``, ``.png`` or ``.pdf``. PNG and PDF need the extra ``figures``.
            views: what is shown of each place, from left to right; ``seen`` is the photograph where its
                reconstruction is strong.
            scale: the colours of a reconstruction, as for a result's ``save``.
            width: of a PNG, in pixels; by default twice that of the SVG.
            dpi: of a PNG, in dots per inch, in place of ``width``; 96 is the width of the SVG.

        Raises:
            FigureError: another suffix, view or scale, no such folder, or a file that cannot be written.
        """
        from generator.api.saving import target

        file = target(path, width, dpi, scale)
        file.write(self._figure(scale, _views(views)), self.title)

    def _repr_html_(self) -> str:
        from generator.api.notebook import FIT

        return self._figure("symmetric", PATCH_PAIR).svg.replace("<svg ", FIT, 1)

    @property
    def _name(self) -> str:
        return f"{self.layer}, feature {self.feature} of {self.of.name}"

    def _figure(self, scale: str, views: tuple[str, ...]) -> Figure:
        from generator.figures.montage import draw_montage
        from generator.figures.patches import encode_patch

        channels = list(self.of.shown_channels)
        shown_patches = (
            replace(patch, reconstruction=patch.reconstruction[..., channels]) for patch in self.patches
        )
        tiles = [encode_patch(patch, scale) for patch in shown_patches]
        hashed = hashlib.sha256(
            repr((self.title, self.method, views, tiles)).encode("utf-8", "surrogatepass")
        )
        digest = base64.b32encode(hashed.digest())[:12].decode().lower()
        return draw_montage(f"montage-{digest}", tiles, title=self.title, views=views)


def _views(views: Sequence[str]) -> tuple[str, ...]:
    chosen = () if isinstance(views, str) else tuple(views)
    if not chosen or len(set(chosen)) < len(chosen) or not set(chosen) <= set(PATCH_VIEWS):
        expected = f"different ones of {', '.join(PATCH_VIEWS)}"
        raise FigureError(f"`views` must be {expected}. Received: {shown(views)}")
    return chosen
