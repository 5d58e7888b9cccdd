"""Made-up pictures with maxima, and the tables that plain loops make of them."""

from __future__ import annotations

import math
from hashlib import sha256

import numpy as np

from generator.datasets.collecting import Collector
from generator.datasets.table import KEPT, Picture, Table

LAYERS = {"conv": 5, "fire9/concat": 7, "two": 2}
FEATURES = sum(LAYERS.values())


def pictures(count, copies=0, seed=0):
    """Return pictures with names in no order; the last ``copies`` have the bytes of others."""
    numbers = np.random.default_rng(seed).permutation(count)
    contents = [*range(count - copies), *(place // 3 for place in range(copies))]
    return [
        Picture(f"set/{number:05}.png", sha256(b"%d" % content).hexdigest(), f"class {number % 3}")
        for number, content in zip(numbers, contents, strict=True)
    ]


def maxima(count, seed=0):
    """Return maxima with many ties, zeros, negative and tiny values, (count, features) float32."""
    random = np.random.default_rng(seed)
    drawn = random.choice([0, -1, 1e-42, 0.25, 1, 2, 3.5, 7, 1e12], (count, FEATURES)).astype(np.float32)
    fine = random.gamma(2, 3, (count, FEATURES)).astype(np.float32)
    return np.where(random.random((count, FEATURES)) < 0.5, drawn, fine)


def same_for_copies(shown, values):
    """Return the maxima with the same row for the same bytes, as a network gives them."""
    firsts = {}
    rows = [firsts.setdefault(picture.digest, place) for place, picture in enumerate(shown)]
    return values[rows]


def collected(shown, values, batch=8, is_distinct=True):
    """Return the table of a shard with these pictures, in batches."""
    collector = Collector(LAYERS, is_distinct)
    for start in range(0, len(shown), batch):
        collector.add(shown[start : start + batch], values[start : start + batch])
    return collector.table()


def plain(shown, values, is_distinct=True):
    """Return layer -> feature -> (value, name) of the strongest, and the counts, by plain loops."""
    found, start = {}, 0
    for layer, features in LAYERS.items():
        for feature in range(features):
            column = values[:, start + feature]
            rows = sorted((-float(v), p.name, p.digest) for v, p in zip(column, shown, strict=True) if v > 0)
            kept, digests = [], set()
            for value, name, digest in rows:
                if not (is_distinct and digest in digests):
                    kept.append((-value, name))
                digests.add(digest)
            found[layer, feature] = kept[:KEPT]
        start += features
    return found


def plain_counts(values):
    """Return layer -> (active, leading, histogram) as lists, by plain loops."""
    counts, start = {}, 0
    for layer, features in LAYERS.items():
        active, leading = [0] * features, [0] * features
        histogram = [[0] * 64 for _ in range(features)]
        for row in values[:, start : start + features].tolist():
            for feature, value in enumerate(row):
                if value > 0:
                    active[feature] += 1
                    histogram[feature][min(max(math.floor(math.log2(value)) + 32, 0), 63)] += 1
            ordered = sorted(range(features), key=lambda feature: (-row[feature], feature))
            for feature in ordered[:3]:
                leading[feature] += row[feature] > 0
        counts[layer] = active, leading, histogram
        start += features
    return counts


def read(table: Table):
    """Return what ``plain`` returns, of a table."""
    return {
        (layer, feature): [
            (float(value), table.pictures[place].name)
            for value, place in zip(one.values[feature], one.pictures[feature], strict=True)
            if value > 0
        ]
        for layer, one in table.layers.items()
        for feature in range(len(one.values))
    }
