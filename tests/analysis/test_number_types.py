"""Models of every number type: what ``gallery models`` calls supported is built, and computed as it says."""

import itertools
import json
import re

import numpy as np
import pytest

from generator import cli, deconvolve
from generator.analysis import inspection
from generator.engine import graph
from generator.records import OwnNetwork

POLICIES = ("float32", "mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64")
STARTS = ("rescaling", "normalization", "adapted", "nothing")
INPUTS = ("uint8", "float32", None)
PICTURE = np.random.default_rng(1).integers(0, 256, (12, 10, 3), np.uint8)


def start(kind):
    """Return the layers that a model begins with."""
    from keras import layers

    if kind == "rescaling":
        return [layers.Rescaling(1 / 255)]
    if kind == "normalization":
        return [layers.Normalization(mean=[100.0, 110.0, 120.0], variance=[900.0, 1000.0, 1100.0])]
    if kind == "adapted":
        adapted = layers.Normalization()
        adapted.adapt(PICTURE[None])
        return [adapted]
    return []


def network(policy, kind, dtype):
    """Return a seeded model whose layers have a policy, and whose input has a type."""
    import keras
    from keras import layers

    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        keras.utils.set_random_seed(2)
        body = [
            layers.Conv2D(4, 3, activation="relu", name="conv"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2, name="pool"),
            layers.LayerNormalization(),
            layers.UpSampling2D(2),
            layers.Activation("silu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, name="dense"),
            layers.Softmax(dtype="float32"),
        ]
        return keras.Sequential([layers.Input((12, 10, 3), dtype=dtype), *start(kind), *body])
    finally:
        keras.config.set_dtype_policy(usual)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_model_of_any_type_is_computed_in_float32_at_least(tmp_path, policy, capsys):
    turn = POLICIES.index(policy)
    starts = [start for start in itertools.product(STARTS, INPUTS) if start != ("nothing", "uint8")]
    for kind, dtype in starts[
        turn % 5 :: 5
    ]:  # every start with some policy, every policy with every start's kind
        path = tmp_path / f"{kind}_{dtype}.keras"
        model = network(policy, kind, dtype)
        model.save(path)
        assert cli.main(["models", str(path)]) == 0
        assert "supported, every operation has a rule" in capsys.readouterr().out
        result = deconvolve(model, PICTURE, ["conv", "predictions"], 3)
        logits = result.layers["predictions"]
        assert (
            result.layers["conv"].reconstructions.dtype == logits.activations.dtype == graph.dtype_of(model)
        )
        powers = np.exp(logits.activations[np.argsort(logits.features)])
        expected = np.asarray(model(PICTURE[None].astype(model.inputs[0].dtype)))[0]
        np.testing.assert_allclose(powers / powers.sum(), expected, atol=0.05)


def test_their_gallery_says_in_which_type_it_is_computed(tiny_gallery):
    for policy in POLICIES:
        network(policy, "rescaling", "uint8").save(tiny_gallery / f"{policy}.keras")
    models = "".join(f"  - {{name: {policy}.keras, layers: [conv]}}\n" for policy in POLICIES)
    (tiny_gallery / "gallery_config.yml").write_text(f"inputs: [inputs/]\nmodels:\n{models}")
    assert cli.main(["check"]) == 0
    assert cli.main(["build", "-q"]) == 0
    result = json.loads((tiny_gallery / "site/images/red/result.json").read_text())
    assert len(result["models"]) == len(POLICIES)
    said = {}
    for page in (tiny_gallery / "site" / "models").glob("*/index.html"):
        found = re.search(r"<dt>Computed in</dt>\s*<dd>([^<]*)</dd>", page.read_text(encoding="utf-8"))
        said[page.parent.name] = found and found.group(1)
    assert sorted(filter(None, said.values())) == [
        f"float32, with the weights of layers in {policy}"
        for policy in sorted(POLICIES)
        if policy not in ("float32", "float64")
    ] + ["float64, with the weights of layers in float32"]


def test_the_type_of_a_network_is_described(tmp_path):
    path = tmp_path / "mixed.keras"
    network("mixed_float16", "nothing", None).save(path)
    info = inspection.describe(OwnNetwork(path, "none"))
    assert (info.dtype, info.policies) == ("float32", ("mixed_float16",))
