"""An input size that an open model cannot have is refused with one that it can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generator import cli
from generator.errors import NetworkError
from generator.networks.open_input import resized


def funnel(depth: int = 4, side: int | None = None) -> Any:
    """Return valid convolutions and poolings: of n pixels a side each pair leaves (n - 2) // 2."""
    import keras
    from keras import layers

    x = image = keras.Input((None, side, 3))
    for number in range(depth):
        x = layers.Conv2D(2, 3, activation="relu", name=f"conv{number}")(x)
        x = layers.MaxPooling2D(name=f"pool{number}")(x)
    return keras.Model(image, layers.GlobalAveragePooling2D(name="mean")(x))


def joined() -> Any:
    """Return a model that joins a branch, halved twice and upsampled again, with its picture."""
    import keras
    from keras import layers

    image = keras.Input((None, None, 3))
    x = layers.Conv2D(2, 3, strides=4, padding="same", name="conv")(image)
    return keras.Model(image, layers.Concatenate(name="joined")([layers.UpSampling2D(4)(x), image]))


def sliced() -> Any:
    """Return a model that cuts eight pixels off each side without asking how many there are."""
    import keras
    from keras import layers

    image = keras.Input((None, None, 3))
    x = layers.Conv2D(2, 3, padding="same", name="conv")(image)
    return keras.Model(image, layers.GlobalAveragePooling2D()(x[:, 8:-8, 8:-8]))


SMALL = "is too small for this model; expected at least"
CASES: dict[str, tuple[Callable[[], Any], tuple[int, int], str]] = {
    "one pixel": (funnel, (1, 1), f"1 x 1 {SMALL} 46 x 46"),  # 1, 4, 10, 22, 46: 2 n + 2 for each pair
    "one less": (funnel, (45, 45), f"45 x 45 {SMALL} 46 x 46"),
    "a single side": (funnel, (101, 33), f"101 x 33 {SMALL} 101 x 46"),
    "nothing left": (sliced, (16, 99), f"16 x 99 {SMALL} 17 x 99"),
    "no multiple": (joined, (45, 8), "45 x 8 does not work with this model: A `Concatenate` layer requires"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_size_that_fails_is_refused_with_one_that_works(case: str) -> None:
    build, size, said = CASES[case]
    with pytest.raises(NetworkError) as caught:
        resized(build(), size)
    assert str(caught.value).startswith(f"`input_size` {said}")
    assert case != "no multiple" or str(caught.value).endswith("; 48 x 8 works")


def test_the_size_that_is_named_works() -> None:
    assert resized(funnel(), (46, 46)).layers[-2].output.shape == (None, 1, 1, 2)
    assert resized(joined(), (48, 8)).output.shape == (None, 48, 8, 5)


def gallery(folder: Path, model: Any, size: str) -> list[str]:
    """Write a gallery of a model; return the arguments that check it."""
    model.save(folder / "open.keras")
    Image.new("RGB", (60, 60)).save(folder / "a.png")
    text = "inputs: [a.png]\nmodels:\n  - name: open.keras\n    preprocessing: unit\n    layers: [pool0]\n"
    (folder / "gallery_config.yml").write_text(f"{text}    input_size: {size}\n", encoding="utf-8")
    return ["check", "-c", str(folder / "gallery_config.yml")]


@pytest.mark.parametrize(
    ("side", "size", "said"),
    [
        (None, "20", f"`input_size` 20 x 20 {SMALL} 46 x 46"),
        (64, "[64, 32]", "`input_size` must be any x 64, the size of the input"),
    ],
)
def test_check_refuses_it_at_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], side: int | None, size: str, said: str
) -> None:
    assert cli.main(gallery(tmp_path, funnel(side=side), size)) == 2
    place = f"{tmp_path / 'gallery_config.yml'}:6:17: models[0].input_size"
    assert capsys.readouterr().err == f"{place}: {tmp_path / 'open.keras'}: {said}\n"
