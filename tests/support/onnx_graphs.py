"""ONNX graphs written by hand, and what ONNX's own evaluator makes of them."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

OPSET = 17


class Graph:
    """Collects nodes and constants; every method returns the name of a tensor."""

    def __init__(self, shape=(1, 3, 12, 10), opset=OPSET, kind=TensorProto.FLOAT):
        self.nodes, self.constants, self.opset = [], [], opset
        self.random = np.random.default_rng(5)
        self.input = helper.make_tensor_value_info("image", kind, shape)

    def add(self, operator, inputs, name=None, outputs=1, scopes=None, domain="", **attributes):
        """Add a node; inputs are names or arrays."""
        names = [self.constant(one) if not isinstance(one, str) else one for one in inputs]
        name = name or f"/{operator}_{len(self.nodes)}/{operator}"
        made = [f"{name}_out{index}" for index in range(outputs)]
        node = helper.make_node(operator, names, made, name=name, domain=domain, **attributes)
        if scopes:
            node.metadata_props.add(key="pkg.torch.onnx.name_scopes", value=repr(scopes))
        self.nodes.append(node)
        return made[0] if outputs == 1 else made

    def constant(self, array):
        """Add an array, in float32 unless it is whole numbers."""
        array = np.asarray(array)
        array = array.astype(np.float32) if array.dtype == np.float64 else array
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def weights(self, *shape):
        """Return random weights whose products stay of one size."""
        return self.random.normal(0, 1 / np.sqrt(np.prod(shape[1:]) or 1), shape).astype(np.float32)

    def conv(self, x, features, channels, size=3, name=None, bias=True, scopes=None, **attributes):
        """Add a convolution with random weights."""
        groups = attributes.get("group", 1)
        kernel = self.weights(features, channels // groups, size, size)
        inputs = [x, kernel, *([self.random.normal(0, 0.2, features)] if bias else [])]
        return self.add("Conv", inputs, name, scopes=scopes, **attributes)

    def model(self, *outputs):
        """Return the model."""
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "graph", [self.input], ends, self.constants)
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", self.opset)],
            ir_version=8 if self.opset < 22 else 10,
        )

    def save(self, path, *outputs, **options):
        """Write the model; options are those of ``onnx.save``."""
        onnx.save(self.model(*outputs), path, **options)
        return path


def evaluated(model, image):
    """Return what ONNX's reference makes of a picture (1, C, H, W)."""
    name = model.graph.input[0].name
    return ReferenceEvaluator(model).run(None, {name: image})


def channels_last(array):
    """Return a tensor of ONNX in the order of Keras."""
    return array.transpose(0, 2, 3, 1) if array.ndim == 4 else array


def keras_output(model, image):
    """Return the outputs of a translated model for a picture (1, C, H, W)."""
    made = model(channels_last(image), training=False)
    return [np.asarray(one) for one in (made if isinstance(made, list | tuple) else [made])]
