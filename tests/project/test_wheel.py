"""What is shipped: the wheel and the source archive, and a gallery made where only the wheel is installed."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.version import __version__
from tests.support import gallery
from tests.support.structure import ROOT

SOURCES = {
    "generator": "generator",
    "convnet_gallery": "convnet_gallery",
    "generator/templates": "templates",
}
"""Folder of the wheel -> folder of the checkout."""
SCRIPT = """\
from convnet_gallery import GalleryError, __version__, deconvolve, load_network

network = load_network("squeezenet", weights="imagenet", variant="plain", input_size=(224, 224))
shape: tuple[int, ...] = network.layers["maxpool1"].shape
result = deconvolve(network, "inputs/chelsea.jpg", layers=["maxpool1"], top_features=1, method="guided")
maps: tuple[int, ...] = result.layers["maxpool1"].reconstructions.shape
result.save("panel.svg", layers=["maxpool1"])
text: str = repr(network) + repr(result)
names: list[str] = []
for one in deconvolve("squeezenet", ["inputs/chelsea.jpg"], features={"maxpool1": [3]}, bias="subtract"):
    names += [feature for feature in one.layers]
try:
    load_network("vgg61")
except GalleryError as error:
    print(__version__, names, shape, maps, len(text) < 200, str(error).partition(";")[0])
"""


@dataclass(frozen=True)
class Shipped:
    """What was built, and an environment with nothing of the project but the wheel."""

    sdist: Path
    wheel: Path
    scripts: Path
    folder: Path

    def run(self, command, *arguments):
        """Return the output of a command of the environment, started in the user's folder."""
        return run([self.scripts / command, *arguments], self.folder)


def run(command, folder):
    """Return what a command printed; it must succeed. The checkout is not on Python's path."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def only(paths):
    """Return the one path that there is."""
    [path] = paths
    return path


def built(folder):
    """Build both archives in a folder, the wheel from the source archive.

    A copy is built, because setuptools leaves folders beside what it builds, and packs what it finds there.
    """
    copied = folder / "checkout"
    copied.mkdir()
    for name in (*SOURCES.values(), "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, copied / name)
    build = "from setuptools import build_meta as b; b.build_sdist('..')"
    run([sys.executable, "-c", build], copied)
    shutil.rmtree(copied)
    sdist = only(folder.glob("*.tar.gz"))
    offline = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    run([sys.executable, "-m", "pip", "wheel", "-q", *offline, sdist], folder)
    return sdist, only(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """Install the wheel where the dependencies of this environment can be imported, but not the checkout."""
    folder = tmp_path_factory.mktemp("shipped")
    sdist, wheel = built(folder)
    venv.create(folder / "environment", symlinks=True)
    scripts = folder / "environment" / "bin"
    run(
        [sys.executable, "-m", "pip", "--python", scripts / "python", "install", "-q", "--no-deps", wheel],
        folder,
    )
    packages = run(
        [scripts / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder
    )
    (Path(packages.strip()) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    user = folder / "user"
    user.mkdir()
    return Shipped(sdist, wheel, scripts, user)


def files_of(folder):
    """Return the files of a folder that are no litter, as relative paths."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix() for path in paths}


def test_the_wheel_has_every_file_and_no_other(shipped):
    names = {name for name in zipfile.ZipFile(shipped.wheel).namelist() if ".dist-info/" not in name}
    assert names == {f"{to}/{name}" for to, folder in SOURCES.items() for name in files_of(ROOT / folder)}


def test_the_source_archive_has_every_file(shipped):
    with tarfile.open(shipped.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    sources = {f"{folder}/{name}" for folder in SOURCES.values() for name in files_of(ROOT / folder)}
    assert sources | {"pyproject.toml", "README.md", "LICENSE"} <= names


def test_an_installation_makes_a_gallery_from_nothing(shipped):
    assert shipped.run("gallery", "init").endswith(
        "next:\n  gallery check\n  gallery build\n  gallery serve\n"
    )
    assert shipped.run("gallery", "check") == "2 pictures, 1 network, 3 layers: no problems\n"
    shipped.run("gallery", "build", "-q")
    page = (shipped.folder / "site" / "index.html").read_text(encoding="utf-8")
    assert "<title>Looking inside a convnet" in page
    assert files_of(ROOT / "templates" / "assets") <= files_of(shipped.folder / "site" / "assets")
    with gallery.serving(shipped.folder, "-q", program=(shipped.scripts / "gallery",)) as served:
        assert served.until("/images/chelsea/", lambda status, _: status == 200)
    run(["git", "init", "-q", "--bare", "../remote.git"], shipped.folder)
    run(["git", "init", "-q"], shipped.folder)
    run(["git", "remote", "add", "origin", "../remote.git"], shipped.folder)
    name = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    run(["git", *name, "commit", "-q", "--allow-empty", "-m", "Begin"], shipped.folder)
    shipped.run("gallery", "publish")
    published = run(["git", "--git-dir=../remote.git", "show", "gh-pages:index.html"], shipped.folder)
    assert published == page


def test_the_public_import_is_no_second_copy(shipped):
    code = (
        "import convnet_gallery as c, generator as g; "
        "print([n for n in dir(c) if getattr(c, n) is not getattr(g, n)], len(dir(c)))"
    )
    assert shipped.run("python", "-c", code) == "[] 10\n"
    code = "import convnet_gallery as c; print(c.__version__, c.__file__)"
    version, place = shipped.run("python", "-c", code).split()
    assert version == __version__
    assert Path(place).is_relative_to(shipped.scripts.parent)


def test_a_script_passes_mypy_strict(shipped):
    (shipped.folder / "use.py").write_text(SCRIPT)
    (shipped.folder / "wrong.py").write_text("import convnet_gallery\n\nconvnet_gallery.deconvolv\n")
    mypy = (sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--no-pretty")
    command = [*mypy, "--python-executable", shipped.scripts / "python", "use.py", "wrong.py"]
    done = subprocess.run(list(map(str, command)), cwd=shipped.folder, capture_output=True, text=True)
    errors = re.findall(r"^(.+?):\d+: error: (.*?)[;\[]", done.stdout, re.MULTILINE)
    assert errors == [("wrong.py", 'Module has no attribute "deconvolv"')], done.stdout + done.stderr
    said = f"{__version__} ['maxpool1'] (55, 55, 64) (1, 224, 224, 3) True no network 'vgg61'\n"
    assert shipped.run("python", "use.py") == said
    assert (shipped.folder / "panel.svg").read_text(encoding="utf-8").startswith("<")


def test_the_installation_knows_its_own_schema(shipped):
    lines = (
        "from generator.config import json_schema_text",
        "from generator.networks.registry import catalogue",
        "print(json_schema_text(catalogue()), end='')",
    )
    text = shipped.run("python", "-c", "; ".join(lines))
    assert text == (ROOT / "gallery_config.schema.json").read_text(encoding="utf-8")
