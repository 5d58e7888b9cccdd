"""A gallery of numbers, whose builds take no time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.galleries import NumberGallery


@pytest.fixture
def gallery(tmp_path: Path) -> NumberGallery:
    return NumberGallery(tmp_path / "cache")
