"""Choose the weights file of a network, before anything is loaded.

Some networks have two files for ``imagenet``, with and without the classifier. The fullest file that is
present is used, so that predictions appear as soon as the classifier has been fetched. The cost: the same
configuration shows more on a machine that has more files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator import environment
from generator.errors import WeightsError
from generator.networks import arrays, registry, weights
from generator.networks.preprocessing import Preprocessing
from generator.networks.sources import Packaged, Source
from generator.records import NetworkInfo, WeightsInfo


@dataclass(frozen=True)
class Choice:
    """A weights file that is present.

    ``pinned`` is the SHA-256 that the file must have, ``None`` if it is not known. ``rename`` converts a
    layer's name in the file to our name.
    """

    network: str
    path: Path
    pinned: str | None
    preprocessing: Preprocessing
    rename: Callable[[str], str]
    classifies: bool
    title: str
    licence: str
    source_url: str


def choose(network: str, name: str | Path | None = None, is_read: bool = True) -> Choice:
    """Return the weights file of a network for a name of weights (default: the first) or a path.

    If it is not read now, ``is_read=False``, a file whose checksum is pinned may be missing.

    Raises:
        NetworkError: no such network.
        WeightsError: no such weights, or the file is missing.
    """
    known = registry.entry(network).weights
    name = str(name) if name is not None else next(iter(known))
    if name not in known:
        return _from_path(network, Path(name))
    source, folder = fullest(known[name].files), environment.weights_folder()
    pinned = source.sha256 if isinstance(source, Packaged) else None
    is_needed = is_read or pinned is None
    return Choice(
        network=network,
        path=weights.locate(source, folder) if is_needed else weights.path_in(folder, source),
        pinned=pinned,
        preprocessing=known[name].preprocessing,
        rename=known[name].rename,
        classifies=source.classifies,
        title=source.title,
        licence=source.licence,
        source_url=source.source_url,
    )


def fullest(files: tuple[Source, ...]) -> Source:
    """Return the first file that is present, or the first of all if every file is missing."""
    folder = environment.weights_folder()
    return next((source for source in files if weights.is_present(source, folder)), files[0])


def candidates(network: str, name: str) -> tuple[Path, ...]:
    """Return all paths of a network's weights for a name or a path, whether the files exist or not."""
    known = registry.entry(network).weights
    if name not in known:
        return (Path(name),)
    return tuple(weights.path_in(environment.weights_folder(), source) for source in known[name].files)


def to_fetch(network: str, name: str) -> Source | None:
    """Return the file that is missing for weights of this name, or ``None``."""
    known = registry.entry(network).weights
    source = fullest(known[name].files) if name in known else None
    return None if source and weights.is_present(source, environment.weights_folder()) else source


def known(network: str, name: str, variant: str | None = None) -> NetworkInfo:
    """Return the description of a network with weights that are present or can be fetched.

    Raises:
        WeightsError: the file at a path is missing or damaged.
    """
    serving = to_fetch(network, name) or choose(network, name)
    return describe(network, serving, variant)


def describe(network: str, serving: Choice | Source, variant: str | None = None) -> NetworkInfo:
    """Return the description of a network with these weights: with or without its classifier."""
    of = registry.describe if serving.classifies else registry.describe_features
    return of(network, variant)


def credit(choice: Choice, sha256: str = "") -> WeightsInfo:
    """Return the origin and licence of the weights; ``sha256`` is computed unless it is passed or pinned."""
    return WeightsInfo(
        name=choice.path.name,
        title=choice.title,
        licence=choice.licence,
        source_url=choice.source_url,
        sha256=sha256 or choice.pinned or weights.sha256_of(choice.path),
    )


def made_by(
    name: str, variant: str | None, size: Sequence[int], preprocessing: Preprocessing | None, of: WeightsInfo
) -> dict[str, str]:
    """Return what determines a network's numbers, for the keys of results and for their provenance."""
    height, width = size
    return {
        "network": name,
        "variant": variant or registry.PLAIN,
        "input_size": f"{height} x {width}",
        "preprocessing": str(preprocessing or "none"),
        "weights": of.title,
        "weights_sha256": of.sha256,
    }


def _from_path(network: str, path: Path) -> Choice:
    """Return a user's weights file; it is assumed to use the preprocessing of the ImageNet weights."""
    known = registry.entry(network).weights
    if not path.is_file():
        choices = ", ".join(known)
        raise WeightsError(f"no weights '{path}' for {network}: not a file, and not one of {choices}")
    return Choice(
        network=network,
        path=path,
        pinned=None,
        preprocessing=known["imagenet"].preprocessing,
        rename=known["imagenet"].rename,
        classifies=arrays.has_layers(path, registry.entry(network).classifier),
        title=path.name,
        licence="",
        source_url="",
    )
