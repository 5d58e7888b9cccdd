"""Records to bytes and back."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest

from generator.records import Credit, ImageSpec, LayerResult, Output, Prediction
from generator.store.codec import pack, unpack


def test_records_come_back(tmp_path: Path) -> None:
    image = ImageSpec("cat", tmp_path / "ç .jpg", 'A "cat"\n', credit=Credit("Ann"), tags=("a", "<b>"))
    value = (
        image,
        {"guesses": (Prediction("n0", "cat", 0.1), None)},
        Output("a/b", b"\0\xff"),
        True,
        3,
        1e-45,
    )
    assert unpack(pack(value)) == value


def test_arrays_come_back_to_the_last_bit() -> None:
    random = np.random.default_rng(0)
    result = LayerResult(
        features=np.array([7, 4], np.int32),
        strengths=random.normal(size=2).astype(np.float32),
        activations=random.normal(size=(2, 3, 3)).astype(np.float32)[:, ::-1],
        reconstructions=np.array([[[[np.nan, -0.0, np.inf]]]], np.float32),
        labels=("a", "b"),
    )
    again = unpack(pack(result))
    assert is_dataclass(again)
    for field in fields(LayerResult):
        one, other = getattr(result, field.name), getattr(again, field.name)
        if isinstance(one, np.ndarray):
            assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
        else:
            assert one == other


def test_the_same_record_has_the_same_bytes() -> None:
    assert pack({"b": 1, "a": (1, 2)}) == pack({"b": 1, "a": [1, 2]})


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot keep a set"):
        pack({"a": {1, 2}})


@pytest.mark.parametrize("name", ["os.system", "Array", "object"])
def test_nothing_but_records_is_made(name: str) -> None:
    content = pack(Output("a", b"")).replace(b'"Output"', f'"{name}"'.encode())
    length = len(content) - 8
    with pytest.raises((KeyError, ValueError)):
        unpack(length.to_bytes(8, "big") + content[8:])
