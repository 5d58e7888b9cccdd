"""The models of a gallery: their configuration, their weights, and how to load them.

A model is loaded only when something must be computed. A gallery whose results are all kept needs neither
weights in memory nor TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from generator import environment
from generator.artifacts.artifact import Artifact, Source
from generator.artifacts.descriptions import OwnDescription, SizedDescription
from generator.errors import NetworkError
from generator.networks import choice
from generator.networks import own as own_files
from generator.networks.sources import Download
from generator.networks.sources import Source as WeightsSource
from generator.records import (
    ImageSpec,
    LayerInfo,
    NetworkInfo,
    NetworkSpec,
    OwnNetwork,
    Progress,
    Subject,
    WeightsInfo,
)
from generator.records.kept import MODEL
from generator.store import text_digest

if TYPE_CHECKING:
    from generator.networks.network import Network

Digest = Callable[[Path], str]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Model:
    """A model of the gallery.

    ``info`` describes its layers; if that requires loading the model, it is the artifact that does so.
    ``files`` are those that it is loaded from, with the SHA-256 that its keys name.
    """

    spec: NetworkSpec
    weights: WeightsInfo
    source: Source[Network]
    info: NetworkInfo | Artifact[NetworkInfo]
    files: Mapping[Path, str] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """The model as the subject of artifacts."""
        return Subject(MODEL, self.spec.slug)


class Fetch:
    """Fetches missing weights, unless the build is offline."""

    def __init__(self, progress: Progress, offline: bool) -> None:
        self._progress, self._offline = progress, offline

    def __call__(self, missing: WeightsSource) -> None:
        """Fetch one file.

        Raises:
            WeightsError: the build is offline, or the file cannot be fetched.
        """
        from generator.networks import fetch  # imports an HTTP library, a tenth of a rebuild

        with self._progress.fetching(missing.title) as listen:
            fetch.fetch(missing, environment.weights_folder(), listen, self._offline)


def open_models(specs: Iterable[NetworkSpec], digest: Digest, say: Say, fetch: Fetch) -> list[Model]:
    """Return the models of a gallery; ``fetch`` downloads missing weights.

    Raises:
        WeightsError: weights are missing or damaged, or do not fit the model.
    """
    return [open_model(spec, digest, say, fetch) for spec in specs]


def open_model(spec: NetworkSpec, digest: Digest, say: Say, fetch: Fetch) -> Model:
    """Return one model of the gallery, as ``open_models`` does."""
    if spec.own:
        return _own(spec, spec.own, digest, say)
    missing = choice.to_fetch(spec.name, spec.weights)
    if isinstance(missing, Download):
        fetch(missing)  # its checksum is part of keys, and known only from the file
    return _known(spec, digest, say, fetch)


def fetch_missing(spec: NetworkSpec, fetch: Fetch) -> None:
    """Download the weights of a model if they are missing, for a process that cannot.

    Raises:
        WeightsError: they are missing and cannot be fetched.
    """
    if not spec.own and (missing := choice.to_fetch(spec.name, spec.weights)):
        fetch(missing)


def describe_own(own: OwnNetwork, digest: Digest) -> OwnDescription:
    """Return the artifact that describes a user's own model, before its layers are configured."""
    digest = partial(own_files.digest_of, digest=digest)
    load = _unchanged_own(own, digest, partial(own_files.load, own))
    source = Source(own.path.stem, _parts_of_own(own, digest), load, is_shared=True)
    return OwnDescription(Subject(MODEL, own.path.stem), source, own)


def _own(spec: NetworkSpec, own: OwnNetwork, digest: Digest, say: Say) -> Model:
    files = {path: digest(path) for path in own.files if path.is_file()}
    digest = partial(own_files.digest_of, digest=digest)

    def load() -> Network:
        say(f"loading {spec.name}, {spec.weights}")
        network = own_files.load(own)
        _say_device(say)
        return network

    opened = _unchanged_own(own, digest, load)
    source = Source(spec.slug, _parts_of_own(own, digest), opened, is_shared=True)
    description = OwnDescription(Subject(MODEL, spec.slug), source, own)
    return Model(spec, own_files.credit(own, digest(own.path)), source, description, files)


def _known(spec: NetworkSpec, digest: Digest, say: Say, fetch: Fetch) -> Model:
    serving = choice.choose(spec.name, spec.weights, is_read=False)
    info = choice.known(spec.name, spec.weights, spec.variant)
    credit = choice.credit(serving, digest(serving.path) if serving.path.exists() else "")
    size = spec.input_size or info.input_shape[:2]

    def load() -> Network:
        from generator.networks.network import load_known

        fetch_missing(spec, fetch)  # only now: a build that reuses every result does not need it
        say(f"loading {info.title}, {spec.weights}")
        network = load_known(spec.name, spec.weights, spec.variant, spec.input_size)
        _say_device(say)
        return network

    parts = choice.made_by(spec.name, spec.variant, size, serving.preprocessing, credit)
    opened = partial(_unchanged, serving.path, credit.sha256, digest, load)
    source = Source(spec.slug, parts, opened, is_shared=True)
    files = {serving.path: credit.sha256}
    if size == info.input_shape[:2]:
        return Model(spec, credit, source, info, files)
    return Model(spec, credit, source, SizedDescription(Subject(MODEL, spec.slug), source, info), files)


def _say_device(say: Say) -> None:
    """Report where the model computes; only now, because asking loads the backend."""
    from generator.engine.device import device

    found = device()
    say(f"computing with {found}")
    if found.unused:
        say(found.unused)


def _unchanged(path: Path, known: str, digest: Digest, load: Callable[[], Network]) -> Network:
    """Load a model from a file that must still be the one that the keys of its results name.

    Raises:
        NetworkError: the file was written in the meantime, for example by a training that goes on.
    """
    network = load()
    if digest(path) != known:
        raise NetworkError(f"{path}: changed while it was read; build again")
    return network


def _unchanged_own(own: OwnNetwork, digest: Digest, load: Callable[[], Network]) -> Callable[[], Network]:
    """Return how to load a user's own model, whose file and code must be those of the keys."""
    for path in (own.path, own.code):
        load = partial(_unchanged, path, digest(path), digest, load) if path else load
    return load


def _parts_of_own(own: OwnNetwork, digest: Digest) -> dict[str, str]:
    """Return the key's parts for a user's own model; its input size is the file's unless configured."""
    size = own.input_size
    return {
        "network": own.path.stem,
        "input_size": f"{size[0]} x {size[1]}" if size else "as in the file",
        "preprocessing": own.preprocessing,
        "labels": text_digest("\n".join(own.labels)),
        "weights": own.path.name,
        "weights_sha256": digest(own.path),
        "model_code": digest(own.code) if own.code else "",
        "predictions": own.predictions,
    }


@dataclass(frozen=True)
class DescribedModel:
    """A model of the gallery, or as one picture shows it, and the description of its layers."""

    model: Model
    info: NetworkInfo

    @property
    def spec(self) -> NetworkSpec:
        """The model as configured."""
        return self.model.spec

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.spec.slug

    @property
    def source(self) -> Source[Network]:
        """The source that loads the model."""
        return self.model.source

    def of(self, image: ImageSpec) -> DescribedModel:
        """Return the model as a picture shows it."""
        own = image.networks.get(self.slug)
        return replace(self, model=replace(self.model, spec=own)) if own else self

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The layers that are shown, in their order."""
        known = {layer.name: layer for layer in self.info.layers}
        return tuple(known[name] for name in self.spec.layers)
