"""A user's own module of layers: run for the model that names it, and known to no other."""

import keras
import numpy as np
import pytest

from generator import load_network
from generator.errors import NetworkError
from generator.networks import model_file, user_code

CODE = """
import keras
from keras import ops


def bent(x):
    return ops.relu(x) * 0.5


@keras.saving.register_keras_serializable("mine")
class Doubled(keras.Layer):
    def call(self, x):
        return 2.0 * x


class Whole(keras.Model):
    def __init__(self, **options):
        super().__init__(**options)
        self.conv = keras.layers.Conv2D(4, 3, activation="relu")
        self.doubled = Doubled()
        self.classes = keras.layers.Dense(2)

    def call(self, x):
        return self.classes(ops.mean(self.doubled(self.conv(x)), axis=(1, 2)))
"""


@pytest.fixture
def code(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(CODE, encoding="utf-8")
    return path


@pytest.fixture
def saved(tmp_path, code):
    """Return a subclassed model and its file."""
    model = user_code.custom_objects(code)["Whole"](name="whole")
    model(np.zeros((1, 8, 8, 3), "float32"))
    model.save(tmp_path / "whole.keras")
    return model, tmp_path / "whole.keras"


def test_a_subclassed_model_is_loaded_with_its_code(saved, code):
    model, path = saved
    network = load_network(path, preprocessing="unit", code=code)
    assert list(network.layers) == ["conv", "doubled", "mean", "classes", "predictions"]
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")
    np.testing.assert_allclose(network.model(x), model(x), atol=1e-6)


def test_a_subclassed_model_in_memory_is_a_network(saved):
    network = load_network(saved[0])
    assert network.layers["conv"].shape == (6, 6, 4)
    assert network.layers["conv"].parameters == 112


def test_a_subclassed_model_that_was_never_called_says_so(code):
    with pytest.raises(
        NetworkError, match="the size of the input of 'whole' is unknown; call the model once"
    ):
        load_network(user_code.custom_objects(code)["Whole"](name="whole"))


def test_layers_of_one_model_are_unknown_to_another(tmp_path, code):
    image = keras.Input((8, 8, 3))
    layer = user_code.custom_objects(code)["Doubled"]()
    keras.Model(image, layer(image)).save(tmp_path / "doubled.keras")
    assert model_file.load(tmp_path / "doubled.keras", code=code).layers[1].name == layer.name
    with pytest.raises(NetworkError) as error:
        model_file.load(tmp_path / "doubled.keras")
    assert str(error.value).endswith(f"contains the custom layer 'Doubled'; {model_file.OF_KERAS}")


def test_code_without_the_layer_is_named(tmp_path, code):
    layer = user_code.custom_objects(code)["Doubled"]()
    image = keras.Input((8, 8, 3))
    keras.Model(image, layer(image)).save(tmp_path / "doubled.keras")
    (tmp_path / "empty.py").touch()
    with pytest.raises(NetworkError) as error:
        model_file.load(tmp_path / "doubled.keras", code=tmp_path / "empty.py")
    expected = "contains the custom layer 'Doubled'; empty.py, its `code`, does not define it"
    assert str(error.value).endswith(expected)


BRANCHING = """\
import keras
from keras import ops


class Branching(keras.Layer):
    def call(self, x):
        return x if ops.max(x) > 0 else 2 * x
"""


def test_a_call_that_branches_on_values_says_why(tmp_path):
    (tmp_path / "branching.py").write_text(BRANCHING, encoding="utf-8")
    (tmp_path / "plain.py").write_text(BRANCHING.replace("x if ops.max(x) > 0 else", ""), encoding="utf-8")
    image = keras.Input((8, 8, 3))
    plain = user_code.custom_objects(tmp_path / "plain.py")["Branching"]()
    keras.Model(image, plain(image)).save(tmp_path / "branch.keras")
    with pytest.raises(NetworkError) as error:
        model_file.load(tmp_path / "branch.keras", code=tmp_path / "branching.py")
    said = str(error.value)
    assert "Exception encountered when calling Branching.call()." in said
    assert "Could not automatically infer the output shape" in said
    assert "\x1b" not in said


def test_a_function_of_ones_own_is_an_activation(tmp_path, code):
    image = keras.Input((8, 8, 3))
    bent = user_code.custom_objects(code)["bent"]
    keras.Model(image, keras.layers.Conv2D(2, 3, activation=bent)(image)).save(tmp_path / "bent.keras")
    assert model_file.load(tmp_path / "bent.keras", code=code).layers[1].activation is bent


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def", "SyntaxError: invalid syntax (mine.py, line 1)"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
    ],
)
def test_a_module_that_fails_is_named(code, text, message):
    code.write_text(text, encoding="utf-8")
    with pytest.raises(NetworkError) as error:
        user_code.custom_objects(code)
    assert str(error.value) == f"{code}: {message}"


def test_a_module_beside_it_would_escape_the_keys(code, monkeypatch):
    (code.parent / "beside_mine.py").write_text("", encoding="utf-8")
    code.write_text("import beside_mine", encoding="utf-8")
    monkeypatch.syspath_prepend(code.parent)
    with pytest.raises(NetworkError, match=r"imports beside_mine\.py, which lies beside it"):
        user_code.custom_objects(code)


def test_code_is_not_run_unless_it_is_named(saved, code):
    ran = code.parent / "ran"
    code.write_text(f"open({str(ran)!r}, 'w').close()", encoding="utf-8")
    with pytest.raises(NetworkError):
        load_network(saved[1])
    assert not ran.exists()
