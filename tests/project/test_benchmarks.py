"""The benchmarks' arithmetic, table and pipe; no time is asserted."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import keras
import numpy as np
import pytest

from benchmarks import albums, middle, multiplications, processes, report, work
from benchmarks.bound import bounds, convolutions
from benchmarks.checkouts import Checkout, checkout
from benchmarks.measures import Measured, difference, ratio, spread
from benchmarks.peer import Peer, PeerError
from generator.engine import graph

ROOT = Path(__file__).parents[2]
OURS = Measured("ours", (1.0, 2.0, 3.0), 2**20)
PEER = Measured("peer", (4.0, 4.0, 4.0), 3 * 2**20, note="the fast way")
COLD = Measured("cold", (9.0, 9.0, 9.0), 2**30, in_turns=False)

PEER_CODE = """
import sys
import numpy as np
from benchmarks.serving import serve
serve(lambda given: lambda: {"pool": np.full((1, 2, 2, 3), float(sys.argv[2]), np.float32)}, note="noted")
"""


@pytest.fixture
def small_work(tmp_path):
    """Return a file with two blocks of one convolution, and two and one features."""
    kernel, bias = np.ones((3, 3, 3, 4), np.float32), np.zeros(4, np.float32)
    deeper = np.ones((3, 3, 4, 8), np.float32), np.zeros(8, np.float32)
    layers = (
        work.Layer("conv1", kernel, bias),
        work.Layer("pool1"),
        work.Layer("conv2", *deeper),
        work.Layer("pool2"),
    )
    features = {"pool1": np.array([0, 1]), "pool2": np.array([7])}
    path = tmp_path / "work.npz"
    work.write(work.Work(np.ones((1, 8, 8, 3), np.float32), layers, features), path)
    return path


def test_work_is_read_as_it_was_written(small_work):
    given = work.read(small_work)
    assert [layer.name for layer in given.layers] == ["conv1", "pool1", "conv2", "pool2"]
    assert given.layers[1].kernel is None
    assert given.layers[2].kernel.shape == (3, 3, 4, 8)
    assert {name: chosen.tolist() for name, chosen in given.features.items()} == {
        "pool1": [0, 1],
        "pool2": [7],
    }


def test_multiplications_are_those_of_the_bound(small_work):
    """Two plain blocks, counted from the engine's steps and from the file of the work."""
    image = keras.Input((8, 8, 3))
    maps = image
    for number, features in ((1, 4), (2, 8)):
        maps = keras.layers.Conv2D(features, 3, padding="same", activation="relu", name=f"conv{number}")(maps)
        maps = keras.layers.MaxPooling2D(2, name=f"pool{number}")(maps)
    steps = graph.read(keras.Model(image, maps))
    parts = convolutions(work.read(small_work))
    there = [part.multiplications for part in parts if part.name.startswith("forward")]
    back = [part.needed * part.multiplications for part in parts if part.name.startswith("back")]
    assert multiplications.forward(steps, ["pool2"]) == sum(there)
    assert multiplications.forward(steps, ["pool1"]) == there[0]
    assert multiplications.backward(steps, {"pool1": 2, "pool2": 1}) == pytest.approx(sum(back))


def test_a_row_that_parts_passes_a_convolution_once():
    image = keras.Input((8, 8, 3))
    maps = keras.layers.Conv2D(4, 3, padding="same", name="conv")(image)
    sides = [keras.layers.Conv2D(2, 1, name=f"side{number}")(maps) for number in range(2)]
    steps = graph.read(keras.Model(image, keras.layers.Concatenate(name="both")(sides)))
    whole, side = 8 * 8 * 9 * 3 * 4, 8 * 8 * 4 * 2
    assert multiplications.backward(steps, {"both": 3}) == 3 * (whole + 2 * side)
    assert multiplications.backward(steps, {"side0": 3}) == 3 * whole + 3 * side / 2


MODULES = {"markdown-it-py": "markdown_it", "pyyaml": "yaml"}
ALONE = """
import json, sys
import keras  # TensorFlow, in its place here, needs some of these itself
sys.modules.update(dict.fromkeys(json.loads(sys.argv[1])))  # so that importing these fails
from benchmarks import accelerator
for name in accelerator.POOLS:
    model, _ = accelerator.network(name)
    tasks = [*accelerator.tasks(model, accelerator.POOLS[name][:1])] if name == "squeezenet" else []
    for task in tasks[:2] + tasks[-1:]:
        print(accelerator.line(task, accelerator.seconds_of(task.run, 1), 1e9))
"""


def test_the_accelerator_needs_few_packages():
    needed = {"h5py", "keras", "numpy", "pillow", "pydantic", "rich"}  # Keras itself needs the last one
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[^\w.-]", one)[0] for one in project["dependencies"]}
    assert needed < named
    others = [MODULES.get(name, name.replace("-", "_")) for name in sorted(named - needed)]
    done = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps(others)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = [line.split(" | ")[0] for line in done.stdout.splitlines()]
    assert names == ["| forward", "| single pass", "| scan"]


def test_what_the_work_needs(small_work):
    found = convolutions(work.read(small_work))
    assert [(one.name, one.rows, one.height, one.inputs, one.features) for one in found] == [
        ("forward conv1", 1, 8, 3, 4),
        ("forward conv2", 1, 4, 4, 8),
        ("back conv2", 1, 4, 8, 4),
        ("back conv1", 3, 8, 4, 3),
    ]
    assert [one.needed for one in found] == [1.0, 1.0, 1 / 8, (1 + 2 / 4) / 3]
    assert found[-1].multiplications == 9 * 3 * 8 * 8 * 4 * 3


def test_the_bound_takes_each_convolution_from_the_library_that_does_it_faster():
    one = [{"a": 1.0, "b": 5.0}, {"a": 3.0, "b": 6.0}, {"a": 1.0, "b": 9.0}]
    other = [{"a": 2.0, "b": 4.0}, {"a": 2.0, "b": 2.0}, {"a": 2.0, "b": 4.0}]
    assert bounds({"a": 1.0, "b": 0.5}, [one, other]) == [3.0, 4.0, 3.0]


def test_spread_and_ratio():
    assert spread([5.0]) == 0.0
    assert spread([4.0, 1.0, 3.0, 2.0, 5.0]) == 2.0
    assert ratio((1.0, 2.0, 30.0), (2.0, 4.0, 40.0)) == 0.5


def test_difference_is_a_share_of_each_largest_value():
    ours = {"pool": np.array([[1.0, -10.0], [0.1, 0.0]])}
    assert difference(ours, ours) == 0.0
    assert difference({"pool": np.array([[1.0, -10.0], [0.05, 0.0]])}, ours) == pytest.approx(0.5)
    assert difference({}, ours) == float("inf")
    assert difference({"pool": np.zeros((1, 2))}, ours) == float("inf")
    assert difference({"pool": np.array([[np.nan, 0.0], [0.0, 0.0]])}, ours) == float("inf")


def test_table_compares_every_row_with_ours():
    assert report.table([OURS, PEER, COLD]).splitlines()[2:] == [
        "| ours | 2.00 | 1.00 | 1 | 1.00 |",
        "| peer (the fast way) | 4.00 | 0.00 | 3 | 0.50 |",
        "| cold | 9.00 | 0.00 | 1024 | |",
    ]


def test_results_and_table_are_written(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"Before.\n{report.BEGIN}\nold\n{report.END}\nAfter.\n", encoding="utf-8")
    for _ in range(2):  # a second time replaces the first
        report.write(tmp_path, "A machine, 2 cores", [OURS, PEER], ["Left out: nobody."])
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"Before.\n{report.BEGIN}\n\nA machine, 2 cores.\n\n| | seconds")
    assert text.endswith(f"| 0.50 |\n\nLeft out: nobody.\n\n{report.END}\nAfter.\n")
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8")) == {
        "machine": "A machine, 2 cores",
        "rows": [
            {"name": "ours", "seconds_median": 2.0, "seconds_iqr": 1.0, "peak_bytes": 2**20},
            {"name": "peer", "seconds_median": 4.0, "seconds_iqr": 0.0, "peak_bytes": 3 * 2**20},
        ],
    }


@pytest.mark.parametrize("page", ["", report.BEGIN, f"{report.END} {report.BEGIN}"])
def test_a_page_without_markers_is_refused(page):
    with pytest.raises(ValueError, match=r"expected '<!-- results: begin -->' and"):
        report.between_markers(page, "text")


def peer(small_work, code, *arguments):
    command = [sys.executable, "-c", code, str(small_work), *arguments]
    return Peer("peer", command, {**os.environ, "PYTHONPATH": str(ROOT)}, compared=True)


def test_a_peer_is_checked_and_run(small_work, tmp_path):
    np.savez(tmp_path / "ours.npz", pool=np.full((1, 2, 2, 3), 2.0))
    with peer(small_work, PEER_CODE, "2.0") as one:
        assert one.check(tmp_path / "found.npz", tmp_path / "ours.npz") == 0.0
        one.run()
        measured = one.measured()
    assert (measured.name, measured.note, len(measured.seconds)) == ("peer", "noted", 1)
    assert measured.peak_bytes >= 0


def test_a_peer_that_differs_is_named(small_work, tmp_path):
    np.savez(tmp_path / "ours.npz", pool=np.full((1, 2, 2, 3), 2.0))
    with (
        peer(small_work, PEER_CODE, "2.5") as one,
        pytest.raises(
            PeerError, match=r"^its reconstructions differ from ours by 2.5e-01 of the largest value$"
        ),
    ):
        one.check(tmp_path / "found.npz", tmp_path / "ours.npz")


def test_a_peer_that_breaks_says_why(small_work, tmp_path):
    with (
        peer(small_work, "raise SystemExit('no such library')") as one,
        pytest.raises(PeerError, match=r"^no such library$"),
    ):
        one.check(tmp_path / "found.npz", None)


def test_a_rebuild_writes_only_what_differs_and_takes_no_longer_than_it_may():
    good = albums.Rebuild(2.0, 0.4, ["index.html"], ["index.html", "gone.html"])
    slow = albums.Rebuild(2.6, 0.5, ["index.html"], ["index.html"])
    needless = albums.Rebuild(1.0, 0.1, ["index.html", "a.html"], ["index.html"])
    found = [[good], [slow, good], [slow], [good, needless]]
    assert [albums.is_good(some) for some in found] == [True, True, False, False]


# Checkouts beside each other

BUILD_CODE = """
import os, sys
from pathlib import Path
config, site = (Path(sys.argv[sys.argv.index(option) + 1]) for option in ("--config", "--output"))
site.mkdir(exist_ok=True)
(site / "index.html").write_text(f"{len(config.read_text())} characters, {Path.cwd().name[:8]}")
cache = Path(os.environ["GALLERY_CACHE"])
cache.mkdir(exist_ok=True)
(cache / f"entry-{len(list(cache.iterdir()))}").write_bytes(bytes(1_500_000))
"""
CHILD_CODE = "import time; held = bytearray(b'1') * 60_000_000; time.sleep(1)"
FAMILY_CODE = f"import subprocess, sys; children = [subprocess.Popen([sys.executable, '-c', {CHILD_CODE!r}])"
FAMILY_CODE += " for _ in range(2)]; [child.wait() for child in children]"


@pytest.fixture
def made_up(tmp_path):
    """Return what makes a checkout whose builds only count the characters of a configuration."""

    def make(name, code=BUILD_CODE):
        (tmp_path / name / "generator").mkdir(parents=True)
        (tmp_path / name / "generator" / "__init__.py").touch()
        (tmp_path / name / "generator" / "__main__.py").write_text(code, encoding="utf-8")
        return Checkout(tmp_path / name, sys.executable)

    return make


@pytest.fixture
def settled(monkeypatch):
    """Let nothing wait for files to settle: nothing here reads their marks."""
    monkeypatch.setattr(middle, "SETTLING_SECONDS", 0)


def test_checkouts_take_turns_at_every_step(made_up, settled, tmp_path):
    sides = {middle.BEFORE: made_up("checkout-before"), middle.AFTER: made_up("checkout-after")}
    steps, table = middle.GALLERIES["repository"], {}
    assert list(middle.take_turns(tmp_path, sides, steps, table)) == []
    assert list(table) == ["from nothing", "a title changed", "a picture touched"]
    for step, megabytes in zip(table.values(), (1.5, 3.0, 4.5), strict=True):
        assert [one.caches for one in step.values()] == [[megabytes * 1e6]] * 2
    lengths = [int((tmp_path / name / "site" / "index.html").read_text().split()[0]) for name in sides]
    config = json.loads((tmp_path / "before" / "gallery_config.yml").read_text(encoding="utf-8"))
    assert config["inputs"][0]["title"].endswith(", again")
    assert lengths == [len(json.dumps(config))] * 2


def test_sites_that_differ_are_named(made_up, settled, tmp_path):
    other = BUILD_CODE + "(site / 'more.html').touch()\n"
    sides = {middle.BEFORE: made_up("one-side"), middle.AFTER: made_up("two-side", other)}
    steps = middle.GALLERIES["large"]
    assert list(middle.take_turns(tmp_path, sides, steps, {})) == ["index.html", "more.html"]


def test_a_large_gallery_has_the_pictures_of_the_repository(tmp_path):
    middle.GALLERIES["large"]["40 features of 6 layers"](tmp_path)
    config = json.loads((tmp_path / "gallery_config.yml").read_text(encoding="utf-8"))
    assert (config["top_features"], len(config["models"][0]["layers"])) == (40, 6)
    assert all((tmp_path / picture["path"]).is_file() for picture in config["inputs"])


def test_the_table_of_checkouts():
    before = middle.Measured([4.0, 6.0, 5.0], [2**20, 3 * 2**20], [2_000_000])
    after = middle.Measured([2.0, 2.0, 5.0], [2**20], [1_000_000])
    (row,) = list(middle.lines({"from nothing": {middle.AFTER: after, middle.BEFORE: before}}))[2:]
    assert row == "| from nothing | 5.00 | 2.00 | 0.50 | 3 | 1 | 2.0 | 1.0 |"


def test_a_folder_that_is_no_checkout_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"expected a checkout after `make setup`$"):
        checkout(tmp_path)


def test_the_memory_of_processes_is_added_up():
    alone = processes.run([sys.executable, "-c", CHILD_CODE], os.environ)
    family = processes.run([sys.executable, "-c", FAMILY_CODE], os.environ)
    assert alone.peak_bytes > 60_000_000
    assert family.peak_bytes > alone.peak_bytes + (50_000_000 if sys.platform == "linux" else 0)


def test_a_command_that_fails_is_no_measurement():
    with pytest.raises(subprocess.CalledProcessError):
        processes.run([sys.executable, "-c", "raise SystemExit(3)"], os.environ)
