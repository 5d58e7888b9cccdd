"""Collects what pages need of each picture, from the facts of its artifacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from generator import images
from generator.artifacts.artifact import closure
from generator.artifacts.panels import LayerPanel
from generator.build.picture_plan import PictureArtifacts, ViewArtifacts
from generator.build.stages import Known
from generator.records import Framing, GalleryConfig, NetworkSpec, Panel, Photograph, ShownPicture, View
from generator.records.channels import display_words
from generator.store import Store

Singles = Mapping[str, Sequence[LayerPanel]]
"""Model -> panels of single features, for the pages of features, in the order of the model's layers."""


@dataclass(frozen=True)
class PictureRecords:
    """Makes the records of pictures from facts; ``store`` says which results came from an archive."""

    config: GalleryConfig
    known: Known
    store: Store

    def of(self, picture: PictureArtifacts, singles: Singles) -> ShownPicture:
        """Return the record of one picture."""
        photograph = self.known.fact(picture.copies)
        return ShownPicture(
            picture.image,
            photograph.width_px,
            photograph.height_px,
            photograph.thumbnail_width_px,
            photograph.thumbnail_height_px,
            photograph.thumbnails,
            tuple(self._view(photograph, view, singles.get(view.model.slug, ())) for view in picture.views),
            photograph.original_width_px,
            photograph.original_height_px,
            seen=self.known.fact(picture.seen) if picture.seen else None,
        )

    def _view(self, photograph: Photograph, view: ViewArtifacts, singles: Sequence[LayerPanel]) -> View:
        spec, (method, *others) = view.model.spec, view.panels
        classified = self.known.fact(view.predictions)
        whole = self.known.fact(view.whole)
        origin = self.store.origin(one.key for one in closure([*view, *singles]))
        for artifact in (*view, *singles) if origin else ():
            artifact.forget_parts()  # put together again for their keys; a gallery has many
        return View(
            spec=spec,
            network=view.model.info,
            weights=view.model.model.weights,
            predictions=classified.predictions,
            panels=self._profiled(view),
            width_px=whole.width_px,
            height_px=whole.height_px,
            description=whole.description,
            provenance={
                **classified.versions,
                "method": method,
                "seed": self.config.seed,
                "bias": self.config.bias,
                "fit": spec.fit,
                **classified.made_by,
                "scale": self.config.scale,
                **_display(spec),
                **origin,
            },
            comparisons={other: self._panels(view.panels[other], other) for other in others},
            single_panels=self._single_panels(singles, method),
            measure=classified.measure,
            framing=_framing(photograph, view),
            own=_own(spec, next(one for one in self.config.networks if one.slug == spec.slug)),
            grid_share=self.known.fact(view.grid) if view.grid else None,
        )

    def _panels(self, panels: Iterable[LayerPanel], method: str) -> tuple[Panel, ...]:
        return tuple(replace(self.known.fact(panel), method=method) for panel in panels)

    def _profiled(self, view: ViewArtifacts) -> tuple[Panel, ...]:
        """Return the panels by the picture's method, with the strengths of all features of their layers."""
        method, *_ = view.panels
        panels = self._panels(view.panels[method], method)
        return tuple(
            replace(panel, profile=self.known.fact(strengths).strengths)
            for panel, strengths in zip(panels, view.strengths, strict=True)
        )

    def _single_panels(self, singles: Iterable[LayerPanel], method: str) -> dict[str, tuple[Panel, ...]]:
        """Return the panels of single features by layer."""
        by_layer: dict[str, list[Panel]] = {}
        for panel in self._panels(singles, method):
            by_layer.setdefault(panel.layer.name, []).append(panel)
        return {layer: tuple(panels) for layer, panels in by_layer.items()}


def _display(spec: NetworkSpec) -> dict[str, str]:
    """Return which channels figures show, unless it is the picture as everyone sees it."""
    is_usual = spec.takes.is_coloured and not (spec.own and spec.own.display)
    return {} if is_usual else {"display": display_words(spec.shown_channels)}


def _own(spec: NetworkSpec, gallery: NetworkSpec) -> tuple[str, ...]:
    """Return the keys under which a picture differs from what the gallery shows of a network."""
    common = set(spec.layers) & set(gallery.layers)
    differs = {
        "layers": spec.layers != gallery.layers,
        "features": any(spec.features.get(layer) != gallery.features.get(layer) for layer in common)
        or bool(spec.features.keys() - set(gallery.layers)),
        "method": spec.method != gallery.method,
    }
    return tuple(key for key, is_own in differs.items() if is_own)


def _framing(photograph: Photograph, view: ViewArtifacts) -> Framing:
    """Return which part of the picture a model saw, and where in its input."""
    picture = photograph.original_height_px, photograph.original_width_px
    height, width, _ = view.model.info.input_shape
    return images.framed(picture, (height, width), view.model.spec.fit)
