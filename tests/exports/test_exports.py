"""Exported networks of PyTorch, translated: their outputs, layers and reconstructions beside PyTorch's."""

import numpy as np
import pytest

from generator.engine.deconvnet import Deconvnet
from generator.networks import model_file
from tests.exports.names import CLASSES, EXPORTS, METHODS, NETWORKS, file_name
from tests.support.onnx_graphs import channels_last, keras_output

MODULES = {
    "resnet18": ("layer1.0.conv1", "layer2.0.relu", "layer4.1.add", "fc"),
    "squeezenet": ("features.0", "features.3.expand1x1", "classifier.1"),
    "vgg11_bn": ("features.0", "features.2", "classifier.3"),
    "convnext": ("stem.0", "stage1.0.dwconv", "stage1.0.act", "head"),
}
"""Modules of some networks that are layers by the same name, whichever exporter wrote them."""


@pytest.fixture(scope="module", params=NETWORKS)
def network(request):
    """Return the name of a network and PyTorch's numbers."""
    folder = request.config.getoption("exports")
    with np.load(folder / f"{request.param}.npz") as numbers:
        return request.param, folder, dict(numbers)


@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_gives_the_numbers_of_pytorch(network, export):
    name, folder, numbers = network
    model = model_file.load(folder / file_name(name, export))
    (output,) = keras_output(model, numbers["image"])
    assert_close(output, numbers["output"])
    assert set(MODULES.get(name, ())) <= {layer.name for layer in model.layers}
    engine = Deconvnet(model)
    image, last = channels_last(numbers["image"]), engine.steps[-1].name
    trace = engine.forward(image, [last], keeps_slopes=True)
    for method in METHODS:
        found = engine.backward(trace, {last: list(CLASSES)}, method, "peak")[last]
        assert_close(found, numbers[method].transpose(0, 2, 3, 1))


def assert_close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
