"""A single figure of one picture and one model, without a site: for a paper or a talk."""

from __future__ import annotations

from dataclasses import dataclass

from generator.artifacts.artifact import Artifact
from generator.build.models import DescribedModel, Digest, Model
from generator.build.picture_plan import PicturePlan
from generator.build.run import Run
from generator.records import Figure, GalleryConfig


@dataclass(frozen=True)
class Titled:
    """A figure and its title."""

    figure: Figure
    title: str


def figure(config: GalleryConfig, model: Model, digest: Digest, run: Run, name: str) -> Titled:
    """Return the figure of one picture and one model: a panel if there is one layer, otherwise one row each.

    Args:
        config: a configuration with exactly one picture and one model.
        model: the model.
        digest: hashes the picture's file.
        run: finds or makes the artifacts.
        name: the last part of the figure's SVG ids, after the names of picture and model.

    Raises:
        ImageError: the picture cannot be read.
    """
    image = config.images[0]
    info = run.value(model.info) if isinstance(model.info, Artifact) else model.info
    plan = PicturePlan(config, image, digest)
    wanted = plan.figure(DescribedModel(model, info), name)
    return Titled(run.value(wanted), wanted.title)
