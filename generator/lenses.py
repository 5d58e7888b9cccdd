"""A network of the gallery: what was configured, what is known of it, and what its numbers come from.

The network itself is loaded when something must be computed, and not before: a gallery whose results are all
kept needs neither weights in memory nor TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from generator import environment
from generator.analysis import inspection
from generator.networks import choice, fetch
from generator.records import NetworkInfo, NetworkSpec, OwnNetwork, WeightsInfo
from generator.store import Digests, Key, text_digest
from generator.store.versions import code, packages

if TYPE_CHECKING:
    from generator.networks.network import Network
    from generator.store.keeper import Keeper


@dataclass(frozen=True)
class Lens:
    """A network of the gallery.

    ``made_by`` names all that its numbers depend on but the picture and the settings; ``network`` loads it at
    the first call.
    """

    spec: NetworkSpec
    info: NetworkInfo
    weights: WeightsInfo
    made_by: Mapping[str, str]
    network: Callable[[], Network]


def made_by_results() -> dict[str, str]:
    """Return the parts that every key of computed numbers has."""
    return {"code": code("results"), "packages": packages("results"), "machine": environment.machine()}


class Progress(Protocol):
    """What is told of weights on their way."""

    def say(self, text: str) -> None:
        """Say what is being done now."""

    def fetching(self, title: str) -> Callable[[int, int | None], None]:
        """Return what is told the bytes a download has, and how many it will have."""


def lens(spec: NetworkSpec, keeper: Keeper, progress: Progress, offline: bool) -> Lens:
    """Return a network of the gallery, its weights fetched if need be.

    Raises:
        WeightsError: weights are missing, damaged or do not fit.
    """
    if spec.own:
        return _own(spec, spec.own, keeper, progress.say)
    missing = choice.to_fetch(spec.name, spec.weights)
    if missing:
        fetch.fetch(missing, environment.cache_folder(), progress.fetching(missing.title), offline)
    return _known(spec, keeper, progress.say)


def described(own: OwnNetwork, keeper: Keeper) -> NetworkInfo:
    """Return what is known of a user's own network, as ``inspection.describe`` does, once for each file."""
    parts = {**_made_by_own(own, keeper.digests), **made_by_results()}
    key = Key("results", f"{own.path.name} layers", parts)
    found: NetworkInfo = keeper.kept(key, lambda: inspection.describe(own))
    return found


def _own(spec: NetworkSpec, own: OwnNetwork, keeper: Keeper, say: Callable[[str], None]) -> Lens:
    from generator.networks import own as own_files

    @cache
    def network() -> Network:
        say(f"loading {spec.name}, {spec.weights}")
        return own_files.load(own)

    made_by = _made_by_own(own, keeper.digests)
    credit = own_files.credit(own, made_by["weights"])
    return Lens(spec, described(own, keeper), credit, made_by, network)


def _known(spec: NetworkSpec, keeper: Keeper, say: Callable[[str], None]) -> Lens:
    serving = choice.choose(spec.name, spec.weights)
    info = choice.known(spec.name, spec.weights, spec.variant)
    made_by = {
        "network": spec.name,
        "variant": spec.variant or "plain",
        "input_size": _size(spec.input_size or info.input_shape[:2]),
        "weights": keeper.digests.of(serving.path),
        "weights_name": serving.title,
    }

    @cache
    def network() -> Network:
        from generator.networks.network import load_network

        say(f"loading {info.title}, {spec.weights}")
        return load_network(spec.name, spec.weights, spec.variant, spec.input_size)

    credit = choice.credit(serving, made_by["weights"])
    return Lens(spec, _measured(spec, info, made_by, network, keeper), credit, made_by, network)


def _measured(
    spec: NetworkSpec,
    info: NetworkInfo,
    made_by: Mapping[str, str],
    network: Callable[[], Network],
    keeper: Keeper,
) -> NetworkInfo:
    """Return what is known of a network with the shapes that its input's size gives."""
    if spec.input_size in (None, info.input_shape[:2]):
        return info

    def measure() -> NetworkInfo:
        from generator.networks.network import measured

        return measured(info, network())

    found: NetworkInfo = keeper.kept(
        Key("results", f"{spec.slug} layers", {**made_by, **made_by_results()}), measure
    )
    return found


def _made_by_own(own: OwnNetwork, digests: Digests) -> dict[str, str]:
    return {
        "network": own.path.stem,
        "input_size": _size(own.input_size) if own.input_size else "its own",
        "weights": digests.of(own.path),
        "weights_name": own.path.name,
        "preprocessing": own.preprocessing,
        "labels": text_digest("\n".join(own.labels)),
    }


def _size(size: tuple[int, ...]) -> str:
    return f"{size[0]} x {size[1]}"
