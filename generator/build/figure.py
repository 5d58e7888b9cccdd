"""One figure of one picture through one model, without a site: for a paper or a talk."""

from __future__ import annotations

from dataclasses import dataclass

from generator.artifacts.artifact import Artifact
from generator.build.models import DescribedModel, Digest, Model
from generator.build.pictures import PicturePlan, picture_source
from generator.build.run import Run
from generator.records import Figure, GalleryConfig


@dataclass(frozen=True)
class Titled:
    """A figure and its title."""

    figure: Figure
    title: str


def figure(config: GalleryConfig, model: Model, digest: Digest, run: Run, name: str) -> Titled:
    """Return the figure of a configuration's only picture and model: a panel of its layer, or all in rows.

    Args:
        config: with one picture and one model.
        model: that model.
        digest: hashes the picture's file.
        run: finds or makes what the figure is drawn from.
        name: the figure's ids are made of it, after the names of picture and model.

    Raises:
        ImageError: the picture cannot be read.
    """
    image = config.images[0]
    info = run.value(model.info) if isinstance(model.info, Artifact) else model.info
    plan = PicturePlan(config, image, picture_source(image, digest))
    wanted = plan.figure(DescribedModel(model, info), name)
    return Titled(run.value(wanted), wanted.title)
