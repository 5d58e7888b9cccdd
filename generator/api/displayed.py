"""A result as Python users have it: it shows itself in a notebook, and saves its figure.

Records have no behaviour, so results for Python users have their own type. Its ``_repr_html_`` works in
Jupyter, editors and documentation tools, with or without IPython; a formatter registered with IPython would
not. A gallery draws its figures itself and never loads this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.records import Visualization
from generator.records.choices import PairView, Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.api.loaded import LoadedNetwork

_MOST_LAYERS = 5
"""The layers that a line names; of more it counts the rest."""


def score(value: float, measure: str) -> str:
    """Return what a model says of a class, as text.

    >>> score(0.7142, "probability"), score(12.345, "logit")
    ('71.4 %', 'logit 12.3')
    """
    return f"{100 * value:.1f} %" if measure == "probability" else f"{measure} {value:.3g}"


@dataclass(frozen=True, repr=False)
class Displayed(Visualization):
    """A result of ``deconvolve``; ``of`` is its network, ``path`` the file of its picture if it has one."""

    of: LoadedNetwork = field(kw_only=True, compare=False)
    path: Path | None = field(kw_only=True, default=None, compare=False)

    def __repr__(self) -> str:
        """Return one line, without arrays."""
        named = [f"{name} ({len(layer.features)})" for name, layer in self.layers.items()]
        rest = [f"and {len(named) - _MOST_LAYERS} more"] if len(named) > _MOST_LAYERS else []
        layers = ", ".join([*named[:_MOST_LAYERS], *rest])
        picture = f" for {self.path}" if self.path else ""
        best = [
            f"; {guess.label}, {score(guess.probability, self.measure)}" for guess in self.predictions[:1]
        ]
        method = self.provenance["method"]
        return f"<Result of {self.network} by {method}{picture}: {layers}{''.join(best)}>"

    def save(
        self,
        path: str | PathLike[str],
        layers: Iterable[str] | None = None,
        features: Mapping[str, Sequence[int] | NDArray[Any]] | None = None,
        scale: Scale = "power",
        width: int | None = None,
        dpi: float | None = None,
        views: Sequence[PairView] = ("map", "reconstruction"),
    ) -> None:
        """Write the figure of the layers, a row for each, as ``gallery figure`` does.

        An existing file is replaced, but never the picture of this result.

        Args:
            path: the file, ``.svg``, ``.png`` or ``.pdf``. PNG and PDF need the extra ``figures``.
            layers: names of layers of this result, in order; by default the keys of ``features`` or all.
            features: layer -> features of this result to show alone, in order.
            scale: the colours of a reconstruction: ``power`` raises weak values, ``symmetric`` and
                ``clipped`` are linear, ``luminance`` needs no sense of colour; all four show zero as
                mid-grey. ``minmax`` stretches the range from the minimum to the maximum.
            width: of a PNG, in pixels; by default twice that of the SVG.
            dpi: of a PNG, in dots per inch, in place of ``width``; 96 is the width of the SVG.
            views: what is shown of each feature, in order: ``map``, ``reconstruction``, ``seen``.

        Raises:
            FigureError: another suffix, scale or view, no such folder, a file that cannot be written, or a
                missing extra.
            NetworkError: a layer that this result does not have.
            SelectionError: a feature that this result does not have.
        """
        from generator.api.saving import save

        save(self, path, layers, features, scale, width, dpi, views)

    def _repr_html_(self) -> str:
        from generator.api.notebook import html

        return html(self)
