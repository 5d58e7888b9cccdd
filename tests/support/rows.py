"""The comparison of two reconstructions of the same feature."""

import numpy as np

from generator.engine.compiled import bundles_rows


def assert_same_rows(found, expected, tolerance=1e-5):
    """Assert that rows (K, H, W, C) are the same, whatever else their sweeps carried.

    To the last bit where rows go through a step one by one; nearly where a library took several at once.
    """
    largest = max(np.abs(expected).max(initial=0.0), 1e-300)
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * largest if bundles_rows() else 0)
