"""What the study looks at: its photographs, weights and how often; tests look at less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator import load_network
from generator.errors import GalleryError
from generator.networks.network import Network
from generator.records import GalleryConfig, ImageSpec

METHODS = ("deconvnet", "guided", "gradient")
BLOCKS = ("block1", "block2", "block3", "block4", "block5")


class StudyError(GalleryError):
    """A number is not what the study says it must be, or something that it needs is missing."""


@dataclass(frozen=True)
class Scope:
    """What to look at.

    ``photographs`` are those of the gallery; ``weights`` are VGG16's. ``size_px`` is the side of every
    network's input, ``None`` for its own. ``closer`` are the slugs of the few that single figures show;
    ``tested`` and ``tested_in_vgg`` how many photographs the randomization test takes, ``seeds`` how often,
    ``stages`` how far down it goes, ``None`` for all the way.
    """

    photographs: tuple[ImageSpec, ...]
    weights: str = "hed"
    size_px: int | None = None
    pools: tuple[str, ...] = tuple(f"{block}_pool" for block in BLOCKS)
    classifiers: tuple[str, ...] = ("squeezenet", "efficientnet_lite0")
    closer: tuple[str, ...] = ("chelsea", "jaguar", "scarlet-macaw")
    top_features: int = 3
    tested: int = 4
    tested_in_vgg: int = 2
    seeds: tuple[int, ...] = (1, 2)
    stages: int | None = None

    @property
    def shown_closer(self) -> tuple[ImageSpec, ...]:
        """The photographs of single figures; the first one where none of them is there."""
        found = tuple(image for image in self.photographs if image.slug in self.closer)
        return found or self.photographs[:1]

    def load(self, name: str, variant: str | None = None) -> Network:
        """Return a network of the study, with its weights and at its size."""
        weights = self.weights if name == "vgg16" else None
        return load_network(name, weights, variant, self.size_px)


def scope_of(config: GalleryConfig) -> Scope:
    """Return what to look at: the pictures of a gallery, and VGG16 with the weights that it has there.

    Raises:
        StudyError: the gallery has no VGG16.
    """
    vgg = next(_named(config, "vgg16"), None)
    if vgg is None:
        raise StudyError(f"{config.path}: the study needs the model vgg16")
    return Scope(config.images, vgg.weights)


def plural(count: int, noun: str) -> str:
    """Return a number with its noun.

    >>> plural(1, "photograph"), plural(2, "photograph")
    ('1 photograph', '2 photographs')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _named(config: GalleryConfig, name: str) -> Iterator:
    return (spec for spec in config.networks if spec.name == name)


def titles(images: Sequence[ImageSpec]) -> tuple[str, ...]:
    """Return what the photographs are called."""
    return tuple(image.title for image in images)
