"""The packaged SqueezeNet as an ONNX file with its channels first."""

from generator.networks.squeezenet import FIRES, POOLED_AFTER
from tests.support.onnx_graphs import Graph


def write(model, path):
    """Write SqueezeNet with the weights of a Keras model as a channels-first graph."""
    graph = Graph((1, 3, 224, 224))

    def conv(x, name, **attributes):
        kernel, bias = model.get_layer(name).get_weights()
        made = graph.add(
            "Conv", [x, kernel.transpose(3, 2, 0, 1), bias], f"/{name}/linear/Conv", **attributes
        )
        return graph.add("Relu", [made], f"/{name}/Relu")

    def pool(x, name):
        return graph.add("MaxPool", [x], f"/{name}/MaxPool", kernel_shape=[3, 3], strides=[2, 2])

    x = pool(conv("image", "conv1", strides=[2, 2], pads=[0, 0, 1, 1]), "maxpool1")
    for number, *_ in FIRES:
        fire = f"fire{number}"
        squeezed = conv(x, f"{fire}_squeeze1x1")
        wide = conv(squeezed, f"{fire}_expand3x3", pads=[1, 1, 1, 1])
        x = graph.add("Concat", [conv(squeezed, f"{fire}_expand1x1"), wide], f"/{fire}/Concat", axis=1)
        x = pool(x, f"maxpool{number}") if fire in POOLED_AFTER else x
    x = graph.add("ReduceMean", [conv(x, "conv10")], "/predictions/ReduceMean", axes=[2, 3], keepdims=0)
    return graph.save(path, x)
