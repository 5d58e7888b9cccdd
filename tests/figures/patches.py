"""Made-up patches of a feature."""

from __future__ import annotations

import numpy as np

from generator.records import Patch, Place, Region


def patches(count=9, side=60, input_px=(224, 224), channels=3, seed=0):
    """Return patches of noise, the hardest to encode, in two classes; the names need escaping."""
    random = np.random.default_rng(seed)
    return [
        Patch(
            Place(
                "fire9",
                294,
                rank,
                f"set/<{rank}> & co.jpg",
                "0" * 64,
                100.0 / (rank + 1),
                f"class {rank % 2}",
            ),
            Region(3, 4, side, side),
            random.integers(0, 256, (side, side, 3), np.uint8),
            random.normal(0, 1, (side, side, channels)).astype(np.float32),
            input_px,
        )
        for rank in range(count)
    ]
