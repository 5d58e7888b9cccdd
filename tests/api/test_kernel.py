"""In the kernel of a notebook nothing is printed but what the cells ask for."""

from __future__ import annotations

import os

import nbformat
import pytest
from nbconvert.preprocessors import ExecutePreprocessor

from tests.support.snippets import ROOT

CELLS = (
    "from generator import deconvolve, load_network\nnetwork = load_network('squeezenet')\nnetwork",
    "result = deconvolve(network, 'inputs/chelsea.jpg', ['maxpool5'], 1)\nresult",
    "result.layers",
    "paths = ['inputs/hen.jpg', 'inputs/jaguar.jpg']\n"
    "for seen in deconvolve(network, paths, ['maxpool5'], 1):\n    print(seen)",
)


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """Return the cells of a notebook that was run where nothing hides TensorFlow's messages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
        patch.delenv("PYTEST_CURRENT_TEST")  # with it, ipykernel shows no output of C++
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
        resources = {"metadata": {"path": str(ROOT)}}
        run, _ = ExecutePreprocessor(timeout=120, kernel_name="python3").preprocess(book, resources)
    return run.cells


def test_the_libraries_say_nothing(cells):
    streams = [[output for output in cell.outputs if output.output_type == "stream"] for cell in cells]
    assert streams[:3] == [[], [], []]
    (output,) = streams[3]
    lines = [line.partition(": ")[0] for line in output.text.splitlines()]
    said = [f"<Result of squeezenet by deconvnet for inputs/{name}.jpg" for name in ("hen", "jaguar")]
    assert (output.name, lines) == ("stdout", said)


def test_a_network_and_a_result_are_shown_shortly(cells):
    network, result, layers = (cell.outputs[0].data for cell in cells[:3])
    assert network["text/plain"].startswith("<Network squeezenet: input 224 x 224 x 3, 1000 classes")
    assert "<summary>" in network["text/html"]
    assert result["text/plain"].startswith("<Result of squeezenet by deconvnet for inputs/chelsea.jpg: ")
    assert "<svg " in result["text/html"]
    assert len(layers["text/plain"]) < 200
