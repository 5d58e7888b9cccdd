"""No message is longer than anyone reads, however many mistakes there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator import cli
from generator.errors import MOST_LINES, NetworkError, first_lines

MODELS = "models: [{name: squeezenet, layers: [maxpool1]}]\n"
MISTAKES = "".join(f"odd{number}: 1\n" for number in range(60))
MISSING = f"inputs: [{', '.join(f'gone{number}.png' for number in range(60))}]\n{MODELS}"


def test_what_fits_is_shown_whole() -> None:
    lines = [str(number) for number in range(MOST_LINES)]
    assert first_lines(lines) == lines
    assert first_lines([*lines, "more"]) == [*lines[:-1], "and 2 more"]
    assert first_lines([]) == []


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """Run a command; return its status and the lines of both outputs."""
    status = cli.main(list(arguments))
    out, err = capsys.readouterr()
    return status, [*out.splitlines(), *err.splitlines()]


@pytest.mark.parametrize("text", [MISTAKES, MISSING], ids=["mistakes", "missing pictures"])
def test_sixty_mistakes_are_twenty_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gallery_config.yml").write_text(text, encoding="utf-8")
    status, lines = told(capsys, "check")
    assert (status, len(lines)) == (2, 20)
    assert lines[-1] == "and 31 more; stopped after 50 mistakes"


def test_sixty_unreadable_pictures_are_twenty_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for number in range(60):
        (tmp_path / "in" / f"{number:02}.png").write_text("no picture")
    Path("gallery_config.yml").write_text(f"inputs: [in]\n{MODELS}", encoding="utf-8")
    status, lines = told(capsys, "check")
    assert (status, len(lines), lines[-1]) == (1, 21, "and 41 more")
    assert lines[0].startswith("warning: 60 pictures have no alt text")
    assert lines[1].startswith("00: ")
    status, lines = told(capsys, "build", "--strict")
    assert (status, len(lines)) == (1, 2)
    assert lines[1].startswith("60 pictures have no alt text")


def odd() -> Any:
    """Return a model of sixty layers without a rule."""
    import keras

    x = image = keras.Input((8, 8, 3))
    for number in range(60):
        x = keras.layers.AutoContrast(name=f"auto{number}")(x)
    return keras.Model(image, x)


def test_sixty_layers_without_a_rule_are_twenty_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from generator.analysis import inspection
    from generator.records import OwnNetwork

    monkeypatch.chdir(tmp_path)
    odd().save("odd.keras")
    status, lines = told(capsys, "models", "odd.keras")
    assert (status, len(lines), lines[-1]) == (1, 20, "and 41 more")
    with pytest.raises(NetworkError) as caught:
        inspection.describe(OwnNetwork(tmp_path / "odd.keras", "none"))
    assert str(caught.value).count("no rule for") == 19
    assert str(caught.value).endswith("; and 41 more")
