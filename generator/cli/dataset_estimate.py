"""What the data set of a configuration has, and about how much a scan and its pages would cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod

from generator.build.scans import default_workers
from generator.check import sizes
from generator.cli.console import counted, duration
from generator.datasets.opening import opened
from generator.networks import choice
from generator.records import DatasetSpec, GalleryConfig, NetworkInfo, NetworkSpec, OwnNetwork

DECODING_SECONDS = 0.008
"""About what reading, decoding and scaling a picture of 500 x 400 pixels takes."""
PRODUCTS = 2e10
"""About how many products of a value and a weight a core computes in a second."""
MONTAGE_BYTES, PAGE_BYTES = 60_000, 10_000
"""At most what the nine pictures of a feature take in the site, and about what its page does."""
OF_MONTAGE = 9


def lines(config: GalleryConfig, describe_own: Callable[[OwnNetwork], NetworkInfo]) -> Iterator[str]:
    """Yield how many pictures and features there are, the time of a scan, and the bytes of the site.

    Args:
        config: the configuration; without a data set there are no lines.
        describe_own: describes a user's own network.

    Raises:
        DatasetError: the data set cannot be read.
    """
    if not config.dataset:
        return
    shards = opened(config.dataset.source)
    pictures = sum(shard.count() for shard in shards)
    scanned = [spec for spec in config.networks if spec.scanned]
    products = sum(_products(spec, _info(spec, describe_own)) for spec in scanned)
    processes = min(default_workers(), len(shards))
    seconds = pictures * (DECODING_SECONDS + products / PRODUCTS) / processes
    yield (
        f"data set {config.dataset.source}: {counted(pictures, 'picture')}, {counted(len(shards), 'shard')}; "
        f"about {duration(seconds)} to scan all, in {processes} at once"
    )
    for spec in scanned:
        features = counted(sum(spec.scanned.values()), "feature")
        yield f"{spec.slug}: {features} of {counted(len(spec.scanned), 'layer')}"
    yield _site(config.dataset, sum(sum(spec.scanned.values()) for spec in scanned))


def excess(config: GalleryConfig) -> str:
    """Return the warning about a site that GitHub Pages would probably refuse, or nothing."""
    features = sum(sum(spec.scanned.values()) for spec in config.networks)
    if not config.dataset or _bytes(config.dataset, features) <= sizes.SITE_BYTES:
        return ""
    return f"dataset: {_site(config.dataset, features)}; scan fewer layers or show fewer examples"


def _site(dataset: DatasetSpec, features: int) -> str:
    return (
        f"{features} features with {dataset.examples} pictures each take up to "
        f"{sizes.amount(_bytes(dataset, features))} of the site; GitHub Pages ends at "
        f"{sizes.amount(sizes.SITE_BYTES)}"
    )


def _bytes(dataset: DatasetSpec, features: int) -> int:
    return features * (PAGE_BYTES + MONTAGE_BYTES * dataset.examples // OF_MONTAGE)


def _info(spec: NetworkSpec, describe_own: Callable[[OwnNetwork], NetworkInfo]) -> NetworkInfo:
    return describe_own(spec.own) if spec.own else choice.known(spec.name, spec.weights, spec.variant)


def _products(spec: NetworkSpec, info: NetworkInfo) -> float:
    """Return about how many products a picture takes, up to the last layer that is scanned.

    Every weight of a layer with kernels is used once at each place of its map. A layer that is used twice
    counts twice.
    """
    names = [layer.name for layer in info.layers]
    last = max(names.index(name) for name in spec.scanned)
    layers = (one for one in info.layers[: last + 1] if "Conv" in one.kind or one.kind == "Dense")
    own = sum(layer.parameters * prod(layer.shape[:-1]) for layer in layers)
    size = spec.input_size or info.input_shape[:2]
    return own * prod(size) / prod(info.input_shape[:2])
