"""What the study looks at: its photographs, weights and how often; tests look at less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from convnet_gallery import load_network
from generator.errors import GalleryError
from generator.networks.network import Network
from generator.records import GalleryConfig, ImageSpec, NetworkSpec

BLOCKS = ("block1", "block2", "block3", "block4", "block5")


class StudyError(GalleryError):
    """A number is not what the study says it must be, or something that it needs is missing."""


@dataclass(frozen=True)
class Scope:
    """What to look at.

    ``photographs`` are those of the gallery; ``weights`` are VGG16's. ``size_px`` is the side of every
    network's input, ``None`` for its own. ``filters`` are the slugs of sanity filters. ``closer`` are the
    slugs of the few photographs that single figures show; ``tested`` and ``tested_in_vgg`` how many the
    randomization test takes, ``seeds`` how often, ``stages`` how far down it goes, ``None`` for all the way.
    """

    photographs: tuple[ImageSpec, ...]
    weights: str = "hed"
    size_px: int | None = None
    filters: tuple[str, ...] = ("ones", "ninth", "identity", "zero")
    pools: tuple[str, ...] = tuple(f"{block}_pool" for block in BLOCKS)
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
        """Return a network of the study, with its weights and at its size; the same one to all chapters."""
        return _loaded(name, self._weights(name), variant, self.size_px)

    def fresh(self, name: str) -> Network:
        """Return the same of its own, whose weights may be changed."""
        return load_network(name, self._weights(name), None, self.size_px)

    def _weights(self, name: str) -> str | None:
        return self.weights if name == "vgg16" else None


@cache
def _loaded(name: str, weights: str | None, variant: str | None, size_px: int | None) -> Network:
    return load_network(name, weights, variant, size_px)


def scope_of(config: GalleryConfig) -> Scope:
    """Return what to look at: the pictures of a gallery, and VGG16 with the weights that it has there.

    Raises:
        StudyError: the gallery has no VGG16.
    """
    vgg = next(_named(config, "vgg16"), None)
    if vgg is None:
        raise StudyError(f"{config.path}: the study needs the model vgg16")
    return Scope(config.images, vgg.weights)


def _named(config: GalleryConfig, name: str) -> Iterator[NetworkSpec]:
    return (spec for spec in config.networks if spec.name == name)
