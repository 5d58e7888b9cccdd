"""Exported networks of PyTorch, translated: their outputs, layers and reconstructions beside PyTorch's."""

import numpy as np
import pytest

from generator.engine.deconvnet import Deconvnet
from generator.networks import model_file
from tests.exports.names import CLASSES, EXPORTS, METHODS, NETWORKS, TRAINED, file_name
from tests.support import applications, coverage, tapes
from tests.support.onnx_graphs import channels_last, keras_output

MODULES = {
    "resnet18": ("layer1.0.conv1", "layer2.0.relu", "layer4.1.add", "fc"),
    "squeezenet": ("features.0", "features.3.expand1x1", "classifier.1"),
    "vgg11_bn": ("features.0", "features.2", "classifier.3"),
    "convnext": ("stem.0", "stage1.0.dwconv", "stage1.0.act", "head"),
}
"""Modules of some networks that are layers by the same name, whichever exporter wrote them."""

CLOSE = 1e-5


@pytest.fixture(scope="session")
def measured(request):
    """Return {network: [errors of its output and of each method]}; with ``--write`` they go into a page."""
    found = {}
    yield found
    if page := request.config.getoption("write"):
        text = page.read_text(encoding="utf-8")
        page.write_text(coverage.with_exports(text, found), encoding="utf-8")


@pytest.fixture(scope="module", params=NETWORKS)
def network(request):
    """Return the name of a network and PyTorch's numbers."""
    return request.param, *written(request, request.param)


def written(request, name):
    folder = request.config.getoption("exports")
    with np.load(folder / f"{name}.npz") as numbers:
        return folder, dict(numbers)


@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_gives_the_numbers_of_pytorch(network, export, measured):
    name, folder, numbers = network
    model = model_file.load(folder / file_name(name, export))
    (output,) = keras_output(model, numbers["image"])
    assert set(MODULES.get(name, ())) <= {layer.name for layer in model.layers}
    engine = Deconvnet(model)
    image, last = channels_last(numbers["image"]), engine.steps[-1].name
    trace = engine.forward(image, [last], keeps_slopes=True)
    errors = [share(output, numbers["output"])]
    for method in METHODS:
        found = engine.backward(trace, {last: list(CLASSES)}, method, "peak")[last]
        errors.append(share(found, numbers[method].transpose(0, 2, 3, 1)))
    assert max(errors) <= CLOSE
    measured.setdefault(name, []).append(errors)


def test_a_trained_network_gives_the_output_of_onnxruntime(request, measured):
    folder, numbers = written(request, TRAINED)
    model, image = model_file.load(folder / f"{TRAINED}.onnx"), numbers["image"]
    errors = [share(np.asarray(model(image, training=False)), numbers["output"])]
    names = applications.spread(model, 4)[:3]  # the last has too few classes to choose from
    chosen, engine = applications.chosen(model, image, names=names), Deconvnet(model)
    trace = engine.forward(image, list(chosen), keeps_slopes=True)
    for method in METHODS:
        found, oracle = (
            engine.backward(trace, chosen, method),
            tapes.reconstruct(model, image, chosen, method),
        )
        errors.append(max(tapes.worst_error(found[layer], oracle[layer]) for layer in chosen))
    assert max(errors) <= CLOSE
    measured[TRAINED] = [errors]


def share(found, expected):
    """Return the largest difference as a share of the largest number expected."""
    assert found.shape == expected.shape
    return float(np.abs(found - expected).max() / np.abs(expected).max())
