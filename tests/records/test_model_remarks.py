"""Remarks on a user's own model: in a configuration and in Python, which write settings differently."""

from pathlib import Path

import pytest

from generator.records import OwnNetwork
from generator.records.model_remarks import IN_FILE, IN_PYTHON, remarks


@pytest.mark.parametrize(
    ("wording", "words"),
    [
        (IN_FILE, "scaled by preprocessing: tf; set preprocessing: none if"),
        (IN_PYTHON, "scaled by preprocessing='tf'; pass preprocessing='none' if"),
    ],
)
def test_a_scale_beside_the_models_own_is_remarked_on(wording, words):
    own = OwnNetwork(Path("folder/net.keras"), "tf", is_scaled_twice=True)
    assert remarks(own, wording) == (
        f"net.keras scales its input itself and gets it {words} it expects 0 to 255",
    )


def test_only_the_first_outputs_are_listed():
    (remark,) = remarks(OwnNetwork(Path("net.keras"), "none", outputs=tuple("abcdefgh")), IN_PYTHON)
    assert "net.keras has 8 outputs" in remark
    assert remark.endswith("pass " + " or ".join(f"predictions='{name}'" for name in "abcdef"))


def test_a_model_without_doubts_has_no_remarks():
    assert remarks(OwnNetwork(Path("net.keras"), "tf"), IN_FILE) == ()
