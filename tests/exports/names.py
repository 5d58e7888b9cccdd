"""The networks, ways to export them and methods; without PyTorch, because both environments read them."""

NETWORKS = (
    *("resnet18", "squeezenet", "vgg11_bn", "mobilenet_v2", "mobilenet_v3", "efficientnet", "shufflenet"),
    "convnext",
)
EXPORTS = {
    "older, opset 13": {"dynamo": False, "opset_version": 13},
    "older, opset 17": {"dynamo": False, "opset_version": 17},
    "older, opset 20": {"dynamo": False, "opset_version": 20},
    "newer, opset 18": {"dynamo": True, "opset_version": 18},
    "newer, opset 22": {"dynamo": True, "opset_version": 22},
}
METHODS = ("deconvnet", "guided", "gradient")
TRAINED = "open-nsfw"
"""A trained network, from a package."""

CLASSES = (0, 3, 7)
SIDE = 64


def file_name(network, export):
    """Return the name of an exported file."""
    return f"{network}, {export}.onnx"
