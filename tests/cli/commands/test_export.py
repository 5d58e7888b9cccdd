"""Results computed on one machine are used on another: the same figures, without TensorFlow, or anew."""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path

from PIL import Image

from generator import cli

ROOT = Path(__file__).parents[3]
MADE = re.compile(
    r"results from results\.zip, computed on (backend .*; cores \d+.*), with (tensorflow.*|keras.*)\n"
)
WITHOUT = """
import sys
from generator.cli import main
status = main(["build", "--from", "results.zip"])
loaded = {"tensorflow", "keras"} & set(sys.modules)
sys.exit(f"loaded: {loaded}" if loaded else status)
"""


def run(*arguments):
    return cli.main(list(arguments))


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def provenance(site, slug):
    (model,) = json.loads((site / "images" / slug / "result.json").read_text())["models"]
    return model["provenance"]


def outcomes(capsys, picture):
    """Return what became of each result of a picture: outcome -> names."""
    capsys.readouterr()
    assert run("why", picture) == 0
    found = {}
    for line in capsys.readouterr().out.splitlines():
        outcome, stage, name = line.split(maxsplit=2)
        if stage == "results":
            found.setdefault(outcome, []).append(name.partition(" (")[0])
    return found


def test_the_same_figures_come_of_an_archive_without_tensorflow_or_weights(elsewhere, computed, tmp_path):
    shutil.rmtree(elsewhere / "site")
    command = [sys.executable, "-P", "-c", WITHOUT]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "GALLERY_WEIGHTS": str(tmp_path / "none")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said, machine, packages, last = MADE.split(done.stdout)
    assert (said, last) == ("", f"2 pictures: {elsewhere / 'site' / 'index.html'}\n")
    made, home = files(elsewhere / "site"), files(computed / "site")
    changed = {name for name in made if made[name] != home[name]}
    assert set(made) == set(home)
    assert changed == {
        f"images/{slug}/{name}" for slug in ("red", "striped") for name in ("index.html", "result.json")
    }
    (model,) = json.loads(made["images/red/result.json"])["models"]
    (at_home,) = json.loads(home["images/red/result.json"])["models"]
    told = {name: model["provenance"].pop(name) for name in ("computed_on", "computed_with")}
    assert told == {"computed_on": machine, "computed_with": packages}
    assert model == at_home
    assert not (elsewhere / "cache" / "results").exists(), "nothing that was not made here"


def test_what_has_changed_is_computed_here_and_the_rest_is_taken(elsewhere, computed, capsys):
    """One picture is another now, and a layer is new: the site tells which results are from where."""
    Image.new("RGB", (60, 40), "teal").save(elsewhere / "inputs" / "red.png")
    config = elsewhere / "gallery_config.yml"
    config.write_text(config.read_text().replace("[maxpool1,", "[maxpool1, maxpool3,"))
    assert run("build", "--from", "results.zip") == 0
    said = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\d+ results are not from results\.zip: 7 changed: picture; \d+ not in it", said[1])
    of_layers = product(("maxpool1", "predictions"), ("strengths", "maps", "deconvnet"))
    kept = {f"striped/squeezenet {layer} {what}" for layer, what in of_layers}
    assert set(outcomes(capsys, "striped")["taken"]) == {*kept, "striped/squeezenet predictions"}
    assert "taken" not in outcomes(capsys, "red")
    changed, same = (provenance(elsewhere / "site", slug) for slug in ("red", "striped"))
    assert "computed_on" not in changed
    made_here = [f"striped/squeezenet maxpool3 {what}" for what in ("strengths", "maps", "deconvnet")]
    assert same["not_computed_there"].split(", ")[:3] == made_here
    panel = "images/striped/squeezenet/maxpool1.svg"
    assert files(elsewhere / "site")[panel] == files(computed / "site")[panel]


def test_what_is_drawn_from_an_archive_is_not_taken_for_what_is_computed_here(gallery, computed, capsys):
    assert run("build", "-q") == 0
    assert run("build", "-q", "--from", "results.zip") == 0
    assert list(outcomes(capsys, "red")) == ["taken"]
    assert run("why", "red") == 0
    assert "redone  figures  images/red/squeezenet.svg (changed: archive)\n" in capsys.readouterr().out
    assert files(gallery / "site") != files(computed / "site")
    assert run("build", "-q") == 0
    assert list(outcomes(capsys, "red")) == ["reused"]
    assert files(gallery / "site") == files(computed / "site")


def test_a_damaged_archive_is_refused_before_anything_is_touched(elsewhere, capsys):
    archive = elsewhere / "results.zip"
    archive.write_bytes(archive.read_bytes()[:-9])
    before = files(elsewhere)
    assert run("build", "--from", "results.zip") == 1
    assert capsys.readouterr().err == "gallery: results.zip: is not an archive of results, or is cut short\n"
    assert files(elsewhere) == before


def test_an_export_is_whole_even_where_only_figures_are_kept(gallery, capsys):
    first = (gallery / "results.zip").read_bytes()
    for path in sorted((gallery / "cache" / "results").glob("*/*"))[::2]:
        path.unlink()
    assert run("export", "results.zip") == 0
    assert re.fullmatch(r"\d+ results, \d+\.\d MB: results\.zip\n", capsys.readouterr().out)
    assert (gallery / "results.zip").read_bytes() == first


def test_an_export_over_another_file_is_refused(gallery, capsys):
    before = (gallery / "gallery_config.yml").read_bytes()
    assert run("export", "-q", "gallery_config.yml") == 1
    assert capsys.readouterr().err == (
        "gallery: gallery_config.yml: exists and is not an archive of results; name another file\n"
    )
    assert (gallery / "gallery_config.yml").read_bytes() == before
    assert run("export", "-q", "gone/results.zip") == 1
    assert capsys.readouterr().err == "gallery: gone/results.zip: no folder 'gone'\n"


def test_a_picture_that_is_none_is_named_and_the_rest_is_exported(gallery, capsys):
    (gallery / "inputs" / "broken.png").write_text("no picture")
    assert run("export", "-q", "some.zip") == 1
    assert capsys.readouterr().err.startswith("broken: ")
    assert (gallery / "some.zip").read_bytes() == (gallery / "results.zip").read_bytes()
