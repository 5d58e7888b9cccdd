"""A picture that shows which way it is turned."""

import numpy as np
import pytest


@pytest.fixture
def corner():
    """A 24 x 16 picture that no turn or flip leaves alone: its quarters differ."""
    rgb = np.zeros((16, 24, 3), np.uint8)
    rgb[:8, :12], rgb[:8, 12:], rgb[8:, :12] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    return rgb
