"""What whole graphs become: SqueezeNet written channels first, names, open sizes, weights beside them."""

import keras
import numpy as np
import onnx
import pytest
from keras import layers
from onnx import TensorProto

from generator import deconvolve, load_network
from generator.engine.deconvnet import Deconvnet
from generator.errors import NetworkError
from generator.networks import model_file
from generator.networks.network import load_known
from tests.networks.onnx.test_operators import IMAGE, gate, layer_norm_by_means
from tests.support import onnx_squeezenet
from tests.support.onnx_graphs import Graph, channels_last, evaluated, keras_output

METHODS = ("deconvnet", "guided", "gradient")


@pytest.fixture
def loaded(tmp_path):
    """Return what translates a graph."""
    return lambda graph, *outputs: model_file.load(graph.save(tmp_path / "net.onnx", *outputs))


@pytest.mark.parametrize("method", METHODS)
def test_squeezenet_from_onnx_is_the_packaged_network(tmp_path, method):
    known = load_known("squeezenet")
    path = onnx_squeezenet.write(known.model, tmp_path / "squeezenet.onnx")
    own = load_network(path, preprocessing="caffe")
    picture = np.random.default_rng(2).integers(0, 256, (224, 224, 3), np.uint8)
    names = ["maxpool1", "maxpool3", "maxpool5", "fire9", "predictions"]
    found, expected = (deconvolve(each, picture, names, 3, method=method) for each in (own, known))
    for name in names:
        one, other = found.layers[name], expected.layers[name]
        np.testing.assert_array_equal(one.features, other.features)
        largest = np.abs(other.reconstructions).max()
        np.testing.assert_allclose(one.reconstructions, other.reconstructions, atol=1e-5 * largest)


def swept(model, image, method):
    """Return what the engine makes of the strongest feature of the last layer."""
    engine = Deconvnet(model)
    last = engine.steps[-1].name
    trace = engine.forward(image, [last], keeps_slopes=True)
    return engine.backward(trace, {last: [0]}, method, "peak")[last]


@pytest.mark.parametrize("method", METHODS)
def test_a_margin_is_never_the_maximum_of_a_window(tmp_path, method):
    graph = Graph()
    kernel, bias = graph.weights(4, 3, 3, 3), np.full(4, -1.5)  # so that whole windows are zero
    x = graph.add("Relu", [graph.add("Conv", ["image", kernel, bias], pads=[1] * 4)])
    x = graph.add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    x = graph.conv(x, 2, 4, size=5)
    found = model_file.load(graph.save(tmp_path / "net.onnx", x))
    image = layers.Input((12, 10, 3))
    y = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    y = keras.ops.pad(y, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=float("-inf"))
    y = layers.Conv2D(2, 5)(layers.MaxPooling2D(3, 2)(y))
    by_hand = keras.Model(image, y)
    by_hand.set_weights(found.get_weights())
    np.testing.assert_allclose(
        swept(found, channels_last(IMAGE), method), swept(by_hand, channels_last(IMAGE), method), atol=1e-6
    )
    assert np.abs(swept(found, channels_last(IMAGE), method)).max() > 0


def test_products_that_are_activations_are_rectifiers(loaded):
    for nodes, kind in ((("Sigmoid",), "silu"), (("Softplus", "Tanh"), "mish")):
        graph = Graph()
        x = "image"
        for operator in nodes:
            x = graph.add(operator, [x])
        found = loaded(graph, graph.add("Mul", [x, "image"]))
        assert [layer.activation.__name__ for layer in found.layers[1:]] == [kind]


def test_a_gate_stays_a_product_and_a_chain_a_layer_normalization(loaded):
    graph = Graph()
    assert isinstance(loaded(graph, gate(graph)).layers[-1], layers.Multiply)
    graph = Graph()
    found = loaded(graph, layer_norm_by_means(graph))
    (norm,) = [layer for layer in found.layers if isinstance(layer, layers.LayerNormalization)]
    assert norm.epsilon == pytest.approx(1e-3)


def test_activations_of_different_tensors_are_no_activation(loaded):
    graph = Graph()
    other = graph.conv("image", 3, 3, pads=[1] * 4)
    found = loaded(graph, graph.add("Mul", [graph.add("Sigmoid", [other]), "image"]))
    assert isinstance(found.layers[-1], layers.Multiply)


OLD = [
    "/layer1/layer1.0/conv1/Conv",
    "/layer1/layer1.0/relu/Relu",
    "/layer1/layer1.0/Add",
    "/fc/Relu",
    "/Relu",
]
NEW = [
    ["", "layer1", "layer1.0", "layer1.0.conv1", "conv2d"],
    ["", "layer1", "layer1.0", "layer1.0.relu", "relu"],
    ["", "layer1", "layer1.0", "add_1"],
    ["", "fc", "relu_2"],
    ["", "relu_3"],
]


@pytest.mark.parametrize(
    ("names", "scopes", "last"),
    [(OLD, [None] * 5, "Relu"), ([f"node_{at}" for at in range(5)], NEW, "node_4")],
    ids=["older exporter", "newer exporter"],
)
def test_layers_are_called_as_the_modules_of_pytorch(loaded, names, scopes, last):
    graph = Graph()
    kernel = graph.weights(3, 3, 1, 1)
    x = graph.add("Conv", ["image", kernel], names[0], scopes=scopes[0])
    x = graph.add("Relu", [x], names[1], scopes=scopes[1])
    x = graph.add("Add", [x, "image"], names[2], scopes=scopes[2])
    x = graph.add("Relu", [x], names[3], scopes=scopes[3])
    x = graph.add("Relu", [x], names[4], scopes=scopes[4])
    found = [layer.name for layer in loaded(graph, x).layers[1:]]
    assert found == ["layer1.0.conv1", "layer1.0.relu", "layer1.0.add", "fc", last]


def test_a_convolution_keeps_its_name_beside_a_normalization(loaded):
    graph = Graph()
    graph.constant(graph.weights(3, 3, 1, 1))
    graph.constants[0].name = "layer1.0.conv1.weight"
    x = graph.add(
        "Conv", ["image", graph.constants[0].name], "node_7", scopes=["", "layer1.0.bn1", "batch_norm"]
    )
    assert [layer.name for layer in loaded(graph, x).layers] == ["input", "layer1.0.conv1"]


def test_names_are_those_that_a_folder_may_have_and_the_same_again(loaded):
    graph = Graph()
    x = graph.add("MaxPool", ["image"], "a:b/c\n<d>", kernel_shape=[3, 3], pads=[1] * 4)
    x = graph.add("Relu", [graph.add("Relu", [x], "same")], "SAME")
    twice = [[operation.name for operation in loaded(graph, x).operations] for _ in range(2)]
    assert twice[0] == twice[1]
    assert twice[0] == ["input", "a_b.pad", "a_b", "same", "SAME.relu"]


def test_the_order_of_tensorflow_needs_no_permutation(loaded):
    graph = Graph((1, 12, 10, 3))
    x = graph.conv(graph.add("Transpose", ["image"], perm=[0, 3, 1, 2]), 4, 3)
    found = loaded(graph, x)
    assert [type(layer).__name__ for layer in found.layers] == ["InputLayer", "Conv2D"]
    image = channels_last(IMAGE)
    (expected,) = evaluated(graph.model(x), image)
    np.testing.assert_allclose(found(image), channels_last(expected), atol=1e-5)


def open_graph():
    graph = Graph(("batch", 3, "height", "width"))
    return graph, graph.add("Relu", [graph.conv("image", 4, 3, strides=[2, 2])])


def test_open_sides_take_the_size_that_is_set(tmp_path):
    graph, x = open_graph()
    path = graph.save(tmp_path / "net.onnx", x)
    assert model_file.has_open_size(path)
    assert load_network(path, input_size=(12, 10), preprocessing="none").input_shape == (12, 10, 3)
    (made,) = keras_output(model_file.load(path, (12, 10)), IMAGE)
    np.testing.assert_allclose(made, channels_last(evaluated(graph.model(x), IMAGE)[0]), atol=1e-5)
    with pytest.raises(NetworkError, match="the input has no fixed size; set one with `input_size`"):
        load_network(path, preprocessing="none")


def beside(tmp_path, location="net.onnx.data"):
    """Write a model whose weights lie in a file beside it."""
    graph = Graph()
    x = graph.conv("image", 4, 3)
    path = tmp_path / "net.onnx"
    options = {"save_as_external_data": True, "size_threshold": 0, "location": location}
    return graph, x, graph.save(path, x, **options)


@pytest.mark.parametrize("location", ["net.onnx.data", "net.onnx_data"])
def test_weights_beside_the_file_are_read(tmp_path, location):
    graph, x, path = beside(tmp_path, location)
    (made,) = keras_output(model_file.load(path), IMAGE)
    np.testing.assert_allclose(made, channels_last(evaluated(graph.model(x), IMAGE)[0]), atol=1e-5)


def moved(path, **facts):
    """Change where the first tensor of a file lies."""
    model = onnx.load(path, load_external_data=False)
    for entry in model.graph.initializer[0].external_data:
        entry.value = facts.get(entry.key, entry.value)
    path.write_bytes(model.SerializeToString())


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            {"location": "../secret"},
            "the tensor 'c0' is in '../secret'; expected net.onnx.data or net.onnx_data",
        ),
        ({"location": "/etc/passwd"}, "the tensor 'c0' is in '/etc/passwd'; expected net.onnx.data"),
        ({"location": "./net.onnx.data"}, "the tensor 'c0' is in './net.onnx.data'; expected"),
        ({"location": "net.onnx_data"}, "its weights are in net.onnx_data, which is not beside it"),
        ({"offset": "9999"}, "net.onnx.data does not have the numbers of the tensor 'c0'; is it another's?"),
        ({"length": "8"}, "net.onnx.data does not have the numbers of the tensor 'c0'"),
        ({"offset": "-1"}, "the tensor 'c0' is at '-1'; expected a number"),
    ],
)
def test_weights_are_read_from_nowhere_else(tmp_path, facts, message):
    _, _, path = beside(tmp_path)
    moved(path, **facts)
    with pytest.raises(NetworkError) as error:
        model_file.load(path)
    assert str(error.value).startswith(f"{path}: {message}")


def refused(tmp_path, graph, *outputs, damage=lambda model: None):
    path = tmp_path / "net.onnx"
    model = graph.model(*outputs)
    damage(model)
    path.write_bytes(model.SerializeToString())
    with pytest.raises(NetworkError) as error:
        model_file.load(path)
    return str(error.value).removeprefix(f"{path}: ")


def node(graph, operator, *inputs, **attributes):
    return graph.add(operator, inputs or ["image"], "/a/Node", **attributes)


SUBGRAPH = onnx.helper.make_graph([], "inside", [], [])
HALF = np.ones(3, np.float16)
REFUSALS = {
    "another operator": (
        lambda graph: node(graph, "Erf"),
        "node '/a/Node' (Erf): no translation of the operator Erf; expected Add, ",
    ),
    "an operator of others": (
        lambda graph: node(graph, "FusedConv", domain="com.microsoft"),
        "node '/a/Node' (com.microsoft.FusedConv): no translation of the operator com.microsoft.FusedConv",
    ),
    "control flow": (
        lambda graph: node(graph, "If", then_branch=SUBGRAPH, else_branch=SUBGRAPH),
        "node '/a/Node' (If): no translation of the attribute ",
    ),
    "a quantized graph": (
        lambda graph: node(graph, "DequantizeLinear", np.ones(3, np.int8), 1.0),
        "the tensor 'c0' is of type INT8; export the model in float32",
    ),
    "half precision": (
        lambda graph: node(graph, "Mul", "image", HALF),
        "the tensor 'c0' is of type FLOAT16; export the model in float32",
    ),
    "a cast to half precision": (
        lambda graph: node(graph, "Cast", to=TensorProto.FLOAT16),
        "node '/a/Node' (Cast): no translation of a cast to FLOAT16; expected float32",
    ),
    "reflected margins": (
        lambda graph: node(graph, "Pad", "image", np.array([0, 0, 1, 1] * 2), mode="reflect"),
        "node '/a/Node' (Pad): no translation of mode=reflect; expected mode=constant",
    ),
    "dilated pooling": (
        lambda graph: node(graph, "MaxPool", kernel_shape=[2, 2], dilations=[2, 2]),
        "node '/a/Node' (MaxPool): no translation of dilations=(2, 2); expected dilations=(1, 1)",
    ),
    "a clipping from below zero": (
        lambda graph: node(graph, "Clip", "image", -1.0, 1.0),
        "node '/a/Node' (Clip): no translation of a clipping from -1.0 to 1.0; expected one from 0 to a",
    ),
    "aligned corners": (
        lambda graph: node(
            graph,
            "Resize",
            "image",
            "",
            np.array([1, 1, 2, 2.0]),
            mode="linear",
            coordinate_transformation_mode="align_corners",
        ),
        "node '/a/Node' (Resize): no translation of a resizing from (12, 10) to (24, 20) by mode=linear with",
    ),
    "a kernel of one axis": (
        lambda graph: node(graph, "Conv", "image", np.ones((4, 3, 3))),
        "node '/a/Node' (Conv): no translation of a kernel of shape (4, 3, 3); expected one with two axes",
    ),
    "a kernel for other channels": (
        lambda graph: node(graph, "Conv", "image", np.ones((4, 5, 3, 3))),
        "node '/a/Node' (Conv): no translation of a kernel for 5 channels; expected the 3 of its input",
    ),
    "a matrix for other features": (
        lambda graph: node(graph, "MatMul", "image", np.ones((4, 5))),
        "node '/a/Node' (MatMul): no translation of a matrix for 4 channels; expected the 10 of its input",
    ),
    "a picture that is too small": (
        lambda graph: node(graph, "Conv", "image", np.ones((4, 3, 13, 3))),
        "node '/a/Node' (Conv): ",
    ),
    "an enormous constant": (
        lambda graph: node(
            graph, "Add", "image", graph.add("ConstantOfShape", [np.array([2**40])], "/b/Fill")
        ),
        "node '/b/Fill' (ConstantOfShape): no translation of 1099511627776 numbers made from few",
    ),
    "an enormous tensor": (
        lambda graph: node(graph, "Pad", "image", np.array([0, 0, 9999, 9999] * 2)),
        "node '/a/Node' (Pad): no translation of an output of shape (1, 3, 20010, 20008)",
    ),
    "an enormous margin": (
        lambda graph: node(graph, "AveragePool", kernel_shape=[2, 2], pads=[2**50] * 4),
        "node '/a/Node' (AveragePool): no translation of pads=(",
    ),
    "a reshape across pictures": (
        lambda graph: node(graph, "Reshape", "image", np.array([3, -1])),
        "node '/a/Node' (Reshape): no translation of the shape (3, 120), across pictures",
    ),
    "an input that nothing makes": (
        lambda graph: node(graph, "Relu", "nowhere"),
        "node '/a/Node' (Relu): no translation of the input 'nowhere', which nothing before it makes",
    ),
    "an output that is a constant": (
        lambda graph: node(graph, "Sqrt", 4.0),
        "its output '/a/Node_out0' does not depend on the picture",
    ),
}


@pytest.mark.parametrize(("build", "message"), REFUSALS.values(), ids=REFUSALS)
def test_what_has_no_translation_is_refused_by_name_and_node(tmp_path, build, message):
    graph = Graph()
    assert refused(tmp_path, graph, build(graph)).startswith(message)


INPUTS = {
    "two inputs": (Graph(), "has 2 inputs; expected one picture"),
    "a vector": (
        Graph((1, 784)),
        "its input has the shape (1, 784); expected (batch, channels, height, width)",
    ),
    "a batch": (Graph((8, 3, 12, 10)), "its input is a batch of 8 pictures; export the model with one"),
    "half precision": (
        Graph(kind=TensorProto.FLOAT16),
        "its input is of type FLOAT16; export the model with an input in float32",
    ),
    "open channels": (Graph((1, "c", 12, 10)), "the number of channels of its input is open"),
    "an opset to come": (Graph(opset=99), "has opset 99; opsets 7 to "),
}


@pytest.mark.parametrize(("graph", "message"), INPUTS.values(), ids=INPUTS)
def test_an_input_that_is_no_picture_is_refused(tmp_path, graph, message):
    def damage(model):
        if message.startswith("has 2"):
            model.graph.input.add().CopyFrom(onnx.helper.make_tensor_value_info("more", 1, (1, 3, 12, 10)))

    output = graph.add("Relu", ["image"]) if not graph.nodes else "/Relu_0/Relu_out0"
    assert refused(tmp_path, graph, output, damage=damage).startswith(message)


CONTENTS = {
    "text": (b"nothing", "not an ONNX file"),
    "nothing": (b"", "not an ONNX file, or one without a graph"),
    "a pointer": (
        b"version https://git-lfs.github.com/spec/v1\n",
        "a pointer of Git LFS and not the file itself",
    ),
}


@pytest.mark.parametrize(("content", "message"), CONTENTS.values(), ids=CONTENTS)
def test_a_file_of_another_kind_is_refused(tmp_path, content, message):
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    with pytest.raises(NetworkError) as error:
        model_file.load(path)
    assert str(error.value).startswith(f"{path}: {message}")


def test_a_tensor_with_too_few_numbers_is_refused(tmp_path):
    graph = Graph()
    output = graph.conv("image", 4, 3)

    def damage(model):
        model.graph.initializer[0].dims[0] = 2**40

    message = refused(tmp_path, graph, output, damage=damage)
    assert message.startswith(
        "the tensor 'c0' does not have the numbers of its shape (1099511627776, 3, 3, 3)"
    )


def test_tensors_may_not_share_numbers(tmp_path):
    path = beside(tmp_path)[2]
    model = onnx.load(path, load_external_data=False)
    for _ in range(3):
        model.graph.initializer.add().CopyFrom(model.graph.initializer[0])
    path.write_bytes(model.SerializeToString())
    with pytest.raises(NetworkError, match=r"the tensors share numbers of net\.onnx\.data; each must have"):
        model_file.load(path)
