"""Every operator against ONNX's own reference evaluator."""

import numpy as np
import onnx
import pytest

from generator.errors import GalleryError
from generator.networks import model_file
from generator.networks.onnx import constants
from tests.support.onnx_graphs import Graph, channels_last, evaluated, keras_output

IMAGE = np.random.default_rng(1).normal(0, 1.5, (1, 3, 12, 10)).astype(np.float32)


def vector(graph, x="image", length=3):
    """Add a mean over the picture: (1, length)."""
    return graph.add("Flatten", [graph.add("GlobalAveragePool", [x])])


def unary(operator, *inputs, opset=17, **attributes):
    def build(graph):
        return graph.add(operator, ["image", *inputs], **attributes)

    return opset, build


def binary(operator, constant, is_first=False):
    def build(graph):
        inputs = (
            [np.asarray(constant, np.float32), "image"]
            if is_first
            else ["image", np.asarray(constant, np.float32)]
        )
        return graph.add(operator, inputs)

    return 17, build


def conv(features=4, size=3, channels=3, **attributes):
    return 17, lambda graph: graph.conv("image", features, channels, size, **attributes)


def transposed(size, **attributes):
    def build(graph):
        kernel = graph.weights(3, 5, size, size)
        return graph.add("ConvTranspose", ["image", kernel, graph.random.normal(0, 1, 5)], **attributes)

    return 17, build


def of(build, opset=17):
    return opset, build


def spelled(*nodes, opset=13):
    """Build a chain of nodes, each an operator and its inputs: ``n0`` is the first, ``x`` the picture."""

    def build(graph):
        made = {"x": "image"}
        for number, (operator, inputs, *rest) in enumerate(nodes):
            names = [made[one] if isinstance(one, str) else np.float32(one[0]) for one in inputs]
            made[f"n{number}"] = graph.add(operator, names, **(rest[0] if rest else {}))
        return made[f"n{len(nodes) - 1}"]

    return opset, build


def normalized(graph, x, epsilon, outside=False, axes=(-1, -1)):
    """Normalize over an axis, by default the last; ``outside`` adds epsilon to the deviation instead."""
    centred = graph.add("Sub", [x, graph.add("ReduceMean", [x], axes=[axes[0]])])
    spread = graph.add("ReduceMean", [graph.add("Pow", [centred, np.float32(2)])], axes=[axes[1]])
    steps = ("Sqrt", "Add") if outside else ("Add", "Sqrt")
    for step in steps:
        spread = graph.add(step, [spread, np.float32(epsilon)] if step == "Add" else [spread])
    return graph.add("Div", [centred, spread])


def means_by_inputs(graph):
    x = small(graph)
    means = [x, np.array([3])]
    centred = graph.add("Sub", [x, graph.add("ReduceMean", means)])
    spread = graph.add("ReduceMean", [graph.add("Mul", [centred, centred]), np.array([3])])
    return graph.add("Div", [centred, graph.add("Sqrt", [graph.add("Add", [spread, np.float32(1e-6)])])])


def small(graph, shift=0.0):
    """Return small numbers with channels last: the epsilon of a normalization weighs much in them."""
    x = graph.add("Transpose", [graph.add("Mul", ["image", np.float32(1e-4)])], perm=[0, 2, 3, 1])
    return graph.add("Add", [x, np.float32(shift)]) if shift else x


def padded_as_by_torch(graph):
    """Build a margin as PyTorch's older exporter writes one: the order is reversed by a negative step."""
    pads = graph.add("Concat", [np.array([1, 2, 0, 3]), graph.add("ConstantOfShape", [np.array([4])],
        value=onnx.numpy_helper.from_array(np.array([0])))], axis=0)  # fmt: skip
    rows = graph.add("Reshape", [pads, np.array([-1, 2])])
    ends = np.array([-(2**63) + 1])
    reversed_rows = graph.add("Slice", [rows, np.array([-1]), ends, np.array([0]), np.array([-1])])
    columns = graph.add("Transpose", [reversed_rows], perm=[1, 0])
    return graph.add("Pad", ["image", graph.add("Reshape", [columns, np.array([-1])])])


def layer_norm_by_means(graph):
    x = graph.add("Transpose", ["image"], perm=[0, 2, 3, 1])
    centred = graph.add("Sub", [x, graph.add("ReduceMean", [x], axes=[-1])])
    variance = graph.add("ReduceMean", [graph.add("Pow", [centred, np.float32(2)])], axes=[-1])
    deviation = graph.add("Sqrt", [graph.add("Add", [variance, np.float32(1e-3)])])
    scaled = graph.add("Mul", [graph.add("Div", [centred, deviation]), graph.weights(3)])
    return graph.add("Transpose", [graph.add("Add", [scaled, graph.weights(3)])], perm=[0, 3, 1, 2])


def batch_norm(graph, x="image", channels=3):
    scale, shift, mean = graph.random.normal(1, 0.3, (3, channels))
    variance = graph.random.uniform(0.5, 2, channels)
    return graph.add("BatchNormalization", [x, scale, shift, mean, variance], epsilon=1e-3)


def gate(graph):
    """Build squeeze and excitation."""
    x = graph.conv("image", 6, 3, pads=[1, 1, 1, 1])
    squeezed = graph.conv(graph.add("GlobalAveragePool", [x]), 6, 6, size=1)
    return graph.add("Mul", [graph.add("Sigmoid", [squeezed]), x])


def shuffled(graph):
    x = graph.conv("image", 6, 3, pads=[1, 1, 1, 1])
    x = graph.add("Reshape", [x, np.array([1, 2, 3, 12, 10])])
    x = graph.add("Transpose", [x], perm=[0, 2, 1, 3, 4])
    return graph.add("Reshape", [x, np.array([0, -1, 12, 10])])


def by_shape(graph):
    """Flatten as older exporters do: with a shape that is computed."""
    shape = graph.add("Shape", ["image"])
    batch = graph.add("Gather", [shape, np.array(0)], axis=0)
    rows = graph.add("Unsqueeze", [batch, np.array([0])])
    return graph.add("Reshape", ["image", graph.add("Concat", [rows, np.array([-1])], axis=0)])


def flattened(graph):
    """Build a dense layer behind a flattening of a map that is not one pixel."""
    x = graph.add("Flatten", [graph.conv("image", 4, 3, strides=[3, 3])])
    return graph.add("Gemm", [x, graph.weights(5, 48), graph.weights(5)], transB=1)


def convnext_block(graph):
    x = graph.conv("image", 6, 3, size=7, pads=[3] * 4)
    y = graph.add("Transpose", [graph.conv(x, 6, 6, size=7, pads=[3] * 4, group=6)], perm=[0, 2, 3, 1])
    y = graph.add("LayerNormalization", [y, graph.weights(6), graph.weights(6)], axis=-1, epsilon=1e-6)
    y = graph.add("Add", [graph.add("MatMul", [y, graph.weights(6, 24)]), graph.weights(24)])
    y = graph.add("MatMul", [graph.add("Gelu", [y]), graph.weights(24, 6)])
    y = graph.add("Transpose", [graph.add("Mul", [y, graph.weights(6)])], perm=[0, 3, 1, 2])
    return graph.add("Add", [y, x])


def split(opset, **attributes):
    def build(graph):
        sizes = [np.array([2, 4])] if opset == 13 else []
        x = graph.conv("image", 6, 3)
        first, second = graph.add("Split", [x, *sizes], outputs=2, axis=1, **attributes)
        return graph.add("Concat", [second, first], axis=1)

    return opset, build


CASES = {
    "a convolution": conv(),
    "a convolution with asymmetric padding": conv(pads=[0, 1, 2, 3], strides=[2, 2]),
    "a convolution with groups": conv(6, group=3, pads=[1] * 4),
    "a grouped convolution of two": of(
        lambda graph: graph.conv(graph.conv("image", 4, 3), 6, 4, group=2, name="/grouped/Conv")
    ),
    "a depthwise convolution": conv(3, group=3),
    "a depthwise convolution with unequal strides": conv(3, group=3, strides=[2, 1]),
    "a dilated convolution": conv(dilations=[2, 3], bias=False),
    "a convolution, same upper": conv(auto_pad="SAME_UPPER", strides=[2, 2], size=4),
    "a convolution, same lower": conv(auto_pad="SAME_LOWER", strides=[3, 2], size=4),
    "a convolution, valid": conv(auto_pad="VALID"),
    "a transposed convolution": transposed(4, strides=[2, 2], pads=[1, 1, 1, 1]),
    "a transposed convolution smaller than its stride": transposed(2, strides=[3, 3]),
    "a transposed convolution with output padding": transposed(
        3, strides=[2, 2], pads=[1] * 4, output_padding=[1, 1]
    ),
    "a dilated transposed convolution": transposed(3, dilations=[2, 2], pads=[0, 1, 2, 1]),
    "batch normalization": of(batch_norm),
    "batch normalization of a vector": of(lambda graph: batch_norm(graph, vector(graph))),
    "Relu": unary("Relu"),
    "LeakyRelu": unary("LeakyRelu", alpha=0.3),
    "LeakyRelu by default": unary("LeakyRelu"),
    "PRelu": unary("PRelu", np.array([0.1, 0.2, 0.3]).reshape(3, 1, 1)),
    "PRelu of one slope": unary("PRelu", np.array([0.25])),
    "Elu": unary("Elu", alpha=0.7),
    "Clip": unary("Clip", np.float32(0), np.float32(1)),
    "Clip without a maximum": unary("Clip", np.float32(0)),
    "Clip by attributes": unary("Clip", min=0.0, max=6.0, opset=10),
    "Sigmoid": unary("Sigmoid"),
    "HardSigmoid": unary("HardSigmoid", alpha=1 / 6),
    "HardSwish": unary("HardSwish"),
    "Gelu": unary("Gelu", opset=20),
    "Gelu by tanh": unary("Gelu", approximate="tanh", opset=20),
    "Tanh": unary("Tanh"),
    "Softmax": of(lambda graph: graph.add("Softmax", [vector(graph)])),
    "Softmax before opset 13": of(lambda graph: graph.add("Softmax", [vector(graph)], axis=1), 11),
    "Softmax of a map": unary("Softmax", axis=1),
    "Identity": unary("Identity"),
    "Dropout": unary("Dropout"),
    "Cast": unary("Cast", to=1),
    "the sum of a constant": binary("Add", [[[1]], [[2]], [[3]]]),
    "the sum of a constant picture": binary("Add", np.ones((1, 3, 12, 10)) * np.arange(10)),
    "a constant minus": binary("Sub", 2.5, is_first=True),
    "minus a constant": binary("Sub", [[[1]], [[2]], [[3]]]),
    "the product with a constant row": binary("Mul", np.arange(10)),
    "the quotient by a constant": binary("Div", [[[1.5]], [[2]], [[3]]]),
    "the sum of branches": of(lambda graph: graph.add("Add", [graph.add("Relu", ["image"]), "image"])),
    "the difference of branches": of(lambda graph: graph.add("Sub", [graph.add("Relu", ["image"]), "image"])),
    "a gate": of(gate),
    "max pooling": unary("MaxPool", kernel_shape=[2, 2], strides=[2, 2]),
    "max pooling with padding": unary("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
    "max pooling, rounded up": unary("MaxPool", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
    "max pooling, rounded up with padding": unary(
        "MaxPool", kernel_shape=[2, 2], strides=[3, 3], pads=[1, 1, 1, 1], ceil_mode=1
    ),
    "average pooling": unary("AveragePool", kernel_shape=[2, 3], strides=[2, 2]),
    "average pooling with padding": unary("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 0, 1]),
    "average pooling with counted padding": unary(
        "AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1
    ),
    "average pooling, rounded up": unary("AveragePool", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
    "global average": unary("GlobalAveragePool"),
    "global maximum": unary("GlobalMaxPool"),
    "a mean": unary("ReduceMean", axes=[2, 3], keepdims=1),
    "a mean without axes kept": unary("ReduceMean", axes=[-1, -2], keepdims=0),
    "a mean, axes as input": unary("ReduceMean", np.array([2, 3]), keepdims=0, opset=18),
    "Gemm": of(lambda graph: graph.add("Gemm", [vector(graph), graph.weights(3, 4), graph.weights(4)])),
    "Gemm with factors": of(
        lambda graph: graph.add(
            "Gemm", [vector(graph), graph.weights(4, 3), graph.weights(4)], alpha=0.5, beta=2.0, transB=1
        )
    ),
    "Gemm without bias": of(lambda graph: graph.add("Gemm", [vector(graph), graph.weights(3, 4)])),
    "MatMul": of(lambda graph: graph.add("MatMul", [vector(graph), graph.weights(3, 4)])),
    "MatMul along the width": of(lambda graph: graph.add("MatMul", ["image", graph.weights(10, 4)])),
    "a dense layer behind a flattening": of(flattened),
    "Reshape": unary("Reshape", np.array([0, 6, -1])),
    "Reshape to a picture": unary("Reshape", np.array([1, 6, 4, 15])),
    "Reshape by a computed shape": of(by_shape),
    "shuffled channels": of(shuffled),
    "Transpose": unary("Transpose", perm=[0, 2, 3, 1]),
    "Transpose and a mean": of(
        lambda graph: graph.add(
            "ReduceMean", [graph.add("Transpose", ["image"], perm=[0, 2, 3, 1])], axes=[1, 2]
        )
    ),
    "Concat": of(lambda graph: graph.add("Concat", ["image", graph.add("Relu", ["image"])], axis=1)),
    "Concat of rows": of(lambda graph: graph.add("Concat", ["image", graph.add("Relu", ["image"])], axis=2)),
    "Split in parts": split(13),
    "Split evenly": split(18, num_outputs=2),
    "Slice of channels": unary("Slice", np.array([1]), np.array([3]), np.array([1])),
    "Slice of pixels": unary("Slice", np.array([1, -4]), np.array([2**62, -1]), np.array([2, 3])),
    "Slice before opset 10": unary("Slice", starts=[1], ends=[3], axes=[1], opset=9),
    "one channel": of(
        lambda graph: graph.add(
            "Unsqueeze", [graph.add("Gather", ["image", np.array(1)], axis=1), np.array([1])]
        )
    ),
    "Pad": unary("Pad", np.array([0, 0, 1, 2, 0, 0, 0, 3]), np.float32(-1.5)),
    "Pad by zeros of some axes": unary("Pad", np.array([1, 2, 3, 4]), "", np.array([2, 3]), opset=18),
    "Resize by repetition": unary(
        "Resize",
        "",
        np.array([1, 1, 2, 3], np.float32),
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    ),
    "Resize by repetition, half pixel": unary(
        "Resize", "", np.array([1, 1, 3, 2], np.float32), mode="nearest"
    ),
    "Resize linearly": unary("Resize", "", "", np.array([1, 3, 17, 25]), mode="linear"),
    "Resize linearly by factors": unary(
        "Resize",
        "",
        np.array([1, 1, 2, 2], np.float32),
        mode="linear",
        coordinate_transformation_mode="pytorch_half_pixel",
    ),
    "Squeeze": of(
        lambda graph: graph.add("Squeeze", [graph.add("GlobalAveragePool", ["image"]), np.array([2, 3])])
    ),
    "Squeeze by attribute": of(
        lambda graph: graph.add("Squeeze", [graph.add("GlobalAveragePool", ["image"])], axes=[2, 3]), 11
    ),
    "Unsqueeze": of(lambda graph: graph.add("Unsqueeze", [vector(graph), np.array([-1, -2])])),
    "LayerNormalization": of(
        lambda graph: graph.add(
            "LayerNormalization", [vector(graph), graph.weights(3), graph.weights(3)], epsilon=1e-3
        )
    ),
    "LayerNormalization by means": of(layer_norm_by_means),
    "a layer normalization of small numbers": of(lambda graph: normalized(graph, small(graph), 1e-6)),
    "a layer normalization, its axis counted from the front": of(
        lambda graph: normalized(graph, small(graph), 1e-6, axes=(3, 3))
    ),
    "a layer normalization, its axes counted both ways": of(
        lambda graph: normalized(graph, small(graph), 1e-6, axes=(-1, 3))
    ),
    "a layer normalization, its axes as inputs": of(means_by_inputs, 18),
    "LayerNormalization, its axis counted from the front": unary(
        "LayerNormalization", np.linspace(0.5, 2, 10), axis=3
    ),
    "Flatten, its axis counted from the back": of(
        lambda graph: graph.add("Flatten", [graph.conv("image", 4, 3)], axis=-3)
    ),
    "a layer normalization after a shift": of(lambda graph: normalized(graph, small(graph, 0.01), 1e-5)),
    "a margin as PyTorch writes it": of(padded_as_by_torch),
    "a block of ConvNeXt": of(convnext_block, 20),
    "SiLU, spelled out": spelled(("Sigmoid", ["x"]), ("Mul", ["x", "n0"])),
    "SiLU, the other way": spelled(("Sigmoid", ["x"]), ("Mul", ["n0", "x"])),
    "GELU, spelled out": spelled(
        ("Div", ["x", [2**0.5]]),
        ("Erf", ["n0"]),
        ("Add", ["n1", [1]]),
        ("Mul", ["x", "n2"]),
        ("Mul", ["n3", [0.5]]),
    ),
    "hard swish, spelled out": spelled(
        ("Add", ["x", [3]]), ("Clip", ["n0", [0], [6]]), ("Mul", ["x", "n1"]), ("Div", ["n2", [6]])
    ),
}
WITHOUT_LAYERS = ("Identity", "Dropout", "Cast", "Transpose")


def translated(tmp_path, opset, build, shape=(1, 3, 12, 10)):
    graph = Graph(shape, opset)
    output = build(graph)
    if len(graph.nodes) == 1 and graph.nodes[0].op_type in WITHOUT_LAYERS:
        output = graph.add("Relu", [output])
    model = graph.model(output)
    path = graph.save(tmp_path / "net.onnx", output)
    return model, model_file.load(path)


@pytest.mark.parametrize(("opset", "build"), CASES.values(), ids=CASES)
def test_an_operator_computes_what_onnx_says(tmp_path, opset, build):
    model, found = translated(tmp_path, opset, build)
    (expected,) = evaluated(model, IMAGE)
    (made,) = keras_output(found, IMAGE)
    np.testing.assert_allclose(made, channels_last(expected), atol=1e-5 * max(1, np.abs(expected).max()))


def resized(graph):
    return graph.add("Resize", ["image", np.array([1, 1, 2, 2], np.float32)], mode="linear")


def doubled(graph):
    numbers = graph.add("Concat", [np.zeros(8), np.zeros(8)], axis=0)
    for _ in range(30):
        numbers = graph.add("Concat", [numbers, numbers], axis=0)
    return graph.add("Add", ["image", numbers])


def gathered(place, axis):
    return lambda graph: graph.add("Gather", ["image", np.array(place)], axis=axis)


REFUSED = {
    "epsilon outside the root": (
        lambda graph: normalized(graph, small(graph), 1e-6, outside=True),
        13,
        "a mean over",
    ),
    "a linear resizing of opset 10": (resized, 10, "a resizing from"),
    "an index beyond the end": (gathered(7, 1), 13, "the index 7 of 3"),
    "an axis beyond the last": (gathered(0, 9), 13, "the axis 9 of 4"),
    "a normalization of another axis": (
        lambda graph: normalized(graph, small(graph), 1e-6, axes=(2, 2)),
        13,
        r"a normalization from the axis 2 of 4; expected one along the last axis",
    ),
    "a normalization of two axes": (
        lambda graph: normalized(graph, small(graph), 1e-6, axes=(2, 3)),
        13,
        "a mean over",
    ),
    **{
        f"{operator} of an axis beyond the last": (
            unary(operator, *inputs, axis=7)[1],
            17,
            r"\): no translation of the axis 7 of 4",
        )
        for operator, *inputs in (("Softmax",), ("Flatten",), ("LayerNormalization", np.ones(10)))
    },
    "an axis before the first": (
        lambda graph: graph.add("Unsqueeze", [vector(graph), np.array([-5, 1])]),
        13,
        "the axis -5 of 4",
    ),
    "an axis named twice": (
        lambda graph: graph.add("Unsqueeze", [vector(graph), np.array([-1, 3])]),
        13,
        r"an axis that is named twice in \(-1, 3\)",
    ),
    "too few margins": (unary("Pad", np.array([1, 1]))[1], 13, "2 margins of 4 axes"),
}


@pytest.mark.parametrize(("build", "opset", "message"), REFUSED.values(), ids=REFUSED)
def test_what_would_be_another_number_is_refused(tmp_path, build, opset, message):
    with pytest.raises(GalleryError, match=message):
        translated(tmp_path, opset, build)


def test_a_large_array_is_not_made_of_few_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "LARGEST", 10_000)
    with pytest.raises(GalleryError, match="16384 numbers made from few"):
        translated(tmp_path, 13, doubled)


def test_what_no_output_needs_is_not_computed(tmp_path):
    def build(graph):
        graph.add("Reciprocal", [np.float32(2)])
        return graph.add("Relu", ["image"])

    _, found = translated(tmp_path, 13, build)
    np.testing.assert_array_equal(keras_output(found, IMAGE)[0], channels_last(np.maximum(IMAGE, 0)))
