"""The table of mutations: what each part of each key changes, and that nothing else is made again.

A gallery of two pictures and a small network is built and kept. Each row changes one thing, builds again, and
lists the artifacts that must be made again, as patterns. The result must equal, byte for byte, a build of the
changed gallery from nothing. Every part of every key must change in some row.
"""

import argparse
import fnmatch
import shutil
from dataclasses import dataclass

import pytest

from generator import cli
from generator.cli.setup import name_of
from generator.environment import machine
from generator.store import versions
from generator.store.ledger import REDONE, Ledger

CONFIG = """\
title: Mutations
description: A gallery to change.
base_url: https://example.org/gallery/
inputs:
  - path: red.png
    title: Red
    alt: A red field
    tags: [colour]
  - path: striped.png
models:
  - name: own.keras
    labels: labels.txt
    preprocessing: unit
    input_size: [24, 32]
    layers: [conv, pool]
top_features: 1
feature_pictures: 1
compare: [guided]
templates: theme/
"""
PAGES = ["pages *"]
RED = "images/red"
SHOWING_RED = [
    *("pages index.html", "pages search/1.js", "pages feed.xml", "pages about/index.html"),
    *("pages tags/colour/index.html", "pages search/entries/pictures/1.js"),
    *("pages embed/index.html", f"pages {RED}/*", "pages models/own/*"),
]
"""The pages that show the red picture; of features and classes, all do here."""
TELLING = [
    "pages *",
    *(
        f"!pages {name}"
        for name in ("404.html", "robots.txt", "sitemap.xml", "models/*", "tags/*", "search/entries*")
    ),
]
"""The pages that are given what made a picture's numbers."""
RESULTS, FIGURES = ["results *"], ["figures *"]
TILES = "figures */own * tiles"
SEEN, GRID = "figures images/*/seen.webp", "figures */own pool * grid"
DRAWN = [TILES, SEEN, GRID, *(f"figures images/*/{name}" for name in ("card.jpg", "own.svg", "own/*"))]
REDRAWN = ["results */own * deconvnet", "results */own * guided", *DRAWN]
"""What depends on how signals go back."""


def with_code(folder, patch):
    """Name a module beside the model."""
    (folder / "own.py").write_text("HALF = 0.5\n", encoding="utf-8")
    edit("name: own.keras", "name: own.keras\n    code: own.py")(folder, patch)


def write_network(folder, seed=3, name="own"):
    """Write a small network of random weights."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    image = layers.Input((None, None, 3))
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="conv")(image)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    keras.Model(image, layers.Dense(3, name="classes")(x), name=name).save(folder / f"{name}.keras")


def write_picture(path, colour):
    from PIL import Image

    picture = Image.new("RGB", (64, 48), colour)
    picture.paste((250, 240, 90), (10, 5, 30, 35))
    picture.save(path)


@dataclass(frozen=True)
class Row:
    """One change: what of the keys it changes, what does it, and the artifacts that are redone."""

    parts: tuple[str, ...]
    change: object
    redone: list[str]


def edit(old, new):
    """Return a change of the configuration's text."""

    def change(folder, _patch):
        path = folder / "gallery_config.yml"
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    return change


def append(line):
    return edit("top_features: 1\n", f"top_features: 1\n{line}\n")


def other_picture(folder, _patch):
    write_picture(folder / "red.png", (0, 0, 90))


def other_weights(folder, _patch):
    write_network(folder, seed=4)


def other_labels(folder, _patch):
    (folder / "labels.txt").write_text("uno\ndos\ntres\n")


def other_file(folder, patch):
    (folder / "own.keras").rename(folder / "mine.keras")
    edit("name: own.keras", "name: mine.keras\n    slug: own")(folder, patch)


def template(text):
    def change(folder, _patch):
        (folder / "theme" / "feature.html").write_text(text)

    return change


def style(folder, _patch):
    (folder / "theme" / "assets" / "style.css").write_text("p {}")


def code_of(file):
    """Return a change of the generator's code: a comment more in one file."""

    def change(folder, patch):
        copied = folder / "code" / "generator"
        shutil.copytree(versions.PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__"))
        with (copied / file).open("a") as lines:
            lines.write("# changed\n")
        patch.setattr(versions, "PACKAGE", copied)

    return change


def version_of(package):
    """Return a change of a package's version, found before the real one."""

    def change(folder, patch):
        found = folder / "packages" / f"{package}-99.0.dist-info"
        found.mkdir(parents=True)
        (found / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 99.0\n")
        patch.syspath_prepend(found.parent)

    return change


def version_of_ours(_folder, patch):
    patch.setattr("generator.build.gallery.__version__", "99.0")


def environment(name, value):
    return lambda _folder, patch: patch.setenv(name, value)


ROWS = {
    "nothing": Row((), lambda _folder, _patch: None, []),
    "a byte of a picture": Row(
        ("results picture", "figures picture", "pages facts"),
        other_picture,
        [
            *("results red/*", "figures red/*", f"figures {RED}/*", *SHOWING_RED),
            # Striped is now the stronger one for red's features, so that they are sought in it.
            *("results striped/own */[0-9] *", "figures striped/own */[0-9] * tiles"),
            "figures images/striped/own/[0-9]/*",
            *("pages images/striped/*", "pages sitemap.xml", "pages search/entries/models/own.js"),
        ],
    ),
    "weights": Row(
        ("results weights_sha256", "figures weights_sha256", "pages facts"),
        other_weights,
        [*RESULTS, *DRAWN, *PAGES],
    ),
    "file of weights": Row(
        (
            *("results weights", "results network"),
            *("figures weights", "figures network", "figures title"),
        ),
        other_file,
        [*RESULTS, *DRAWN, *PAGES],
    ),
    "labels": Row(("results labels", "figures labels"), other_labels, [*RESULTS, *DRAWN, *PAGES]),
    "preprocessing": Row(
        ("results preprocessing", "figures preprocessing"),
        edit("preprocessing: unit", "preprocessing: tf"),
        [
            *(*RESULTS, *DRAWN, *PAGES),
            *("!pages 404.html", "!pages robots.txt", "!pages tags/index.html", "!pages search/entries.js"),
        ],
    ),
    "display": Row(
        ("figures display", "pages facts"),
        edit("preprocessing: unit", "preprocessing: unit\n    display: [2, 1, 0]"),
        ["figures */photograph *", *DRAWN, f"!{GRID}", *TELLING],
    ),
    "size of the input": Row(
        ("results input_size", "figures input_size", "figures shape", "figures info"),
        edit("[24, 32]", "[32, 32]"),
        [*RESULTS, "figures */photograph *", *DRAWN, *PAGES],
    ),
    "code of a model": Row(
        ("results model_code", "figures model_code"),
        with_code,
        [*RESULTS, *DRAWN],
    ),
    "predictions of a model": Row(
        ("results predictions", "figures predictions"),
        edit("name: own.keras", "name: own.keras\n    predictions: classes"),
        [*RESULTS, *DRAWN],
    ),
    "slug of a model": Row(
        ("figures slug", "figures model_slug", "figures path", "pages path", "pages networks"),
        edit("name: own.keras", "name: own.keras\n    slug: mine"),
        ["figures images/*/mine.svg", "figures images/*/mine/*", *PAGES],
    ),
    "a layer more": Row(
        ("results layer", "figures layer", "figures infos", "pages networks"),
        edit("layers: [conv, pool]", "layers: [conv, pool, classes]"),
        [
            *("results */own classes *", "figures */own classes * tiles"),
            *("figures images/*/own.svg", "figures images/*/own/*classes.svg", *PAGES),
        ],
    ),
    "features": Row(
        ("results features", "figures features"),
        edit("layers: [conv, pool]", "layers: [conv, pool]\n    features: {pool: [2]}"),
        [
            *("results */own pool *", "figures */own pool * tiles"),
            *(SEEN, GRID, "figures images/*/card.jpg"),
            *("figures images/*/own.svg", "figures images/*/own/*pool.svg"),
            *PAGES,
        ],
    ),
    "top_features": Row(
        ("results features", "figures features", "pages top_features"),
        edit("top_features: 1", "top_features: 2"),
        ["results */own conv *", "results */own pool *", *DRAWN, *PAGES],
    ),
    "method": Row(
        ("results method", "figures method", "pages method"),
        edit("compare: [guided]", "method: gradient\ncompare: [guided]"),
        [
            *("results */own * gradient", "figures */own * gradient tiles"),
            *(SEEN, GRID, "figures images/*/card.jpg", "figures images/*/own.svg"),
            *("figures images/*/own/conv.svg", "figures images/*/own/pool.svg"),
            *PAGES,
        ],
    ),
    "compare": Row(
        ("pages compare", "figures path", "figures slug"),
        edit("compare: [guided]", "compare: [gradient]"),
        [
            *("results */own * gradient", "figures */own * gradient tiles"),
            *("figures images/*/own/gradient/*", *PAGES),
        ],
    ),
    "seed": Row(("results seed", "figures seed", "pages seed"), append("seed: peak"), [*REDRAWN, *PAGES]),
    "bias": Row(
        ("results bias", "figures bias", "pages bias"),
        append("bias: subtract"),
        [*REDRAWN, *PAGES],
    ),
    "fit": Row(
        ("results fit", "figures fit", "pages facts"),
        append("fit: stretch"),
        [*RESULTS, "!results own layers", "figures */photograph *", *DRAWN, *PAGES],
    ),
    "scale": Row(
        ("figures scale", "pages scale"), append("scale: minmax"), [*DRAWN, f"!{SEEN}", f"!{GRID}", *PAGES]
    ),
    "views": Row(
        ("figures views", "pages views"),
        append("views: [seen]"),
        ["figures images/*/own.svg", "figures images/*/own/*", *PAGES],
    ),
    "title of a picture": Row(
        ("figures title", "pages facts"),
        edit("title: Red", "title: Rouge"),
        [
            *(f"figures {RED}/{name}" for name in ("own.svg", "own/*")),
            *SHOWING_RED,
            "pages images/striped/index.html",
        ],
    ),
    "alt of a picture": Row(
        ("pages facts",), edit("A red field", "A field"), [*SHOWING_RED, "pages tags/index.html"]
    ),
    "tags of a picture": Row(
        ("pages facts",),
        edit("[colour]", "[red]"),
        [*SHOWING_RED, "pages tags/*", "pages sitemap.xml", "pages search/entries.js"],
    ),
    "method of a picture": Row(
        ("results method", "figures title", "pages facts"),
        edit("tags: [colour]", "tags: [colour]\n    method: gradient"),
        [
            *("results red/own * gradient", "figures red/own * gradient tiles"),
            "figures red/own * gradient grid",
            *(f"figures {RED}/{name}" for name in ("card.jpg", "seen.webp", "own.svg", "own/*")),
            f"!figures {RED}/own/guided/*",
            *SHOWING_RED,
            *("!pages models/own/classes/*", "!pages search/entries/pictures/1.js"),
        ],
    ),
    "title of the gallery": Row(("pages title",), edit("title: Mutations", "title: Changed"), PAGES),
    "description": Row(("pages description",), edit("to change", "changed"), PAGES),
    "base_url": Row(
        ("figures base_url", "pages base_url", "pages facts"),
        edit("example.org/gallery", "example.org"),
        ["figures images/*/own.svg", "figures images/*/own/*", *PAGES],
    ),
    "feature_pictures": Row(
        ("pages feature_pictures",), edit("feature_pictures: 1", "feature_pictures: 2"), PAGES
    ),
    "memory_budget": Row((), append("memory_budget: 1GB"), []),
    "cache_limit": Row((), append("cache_limit: 1GB"), []),
    "a template": Row(
        ("pages template",),
        template('{% extends "!feature.html" %}'),
        ["pages models/own/conv/[0-9]*", "pages models/own/pool/[0-9]*"],
    ),
    "a style sheet": Row((), style, ["pages 404.html"]),  # which carries it
    "date": Row(("pages facts",), environment("SOURCE_DATE_EPOCH", "1700000000"), ["pages feed.xml"]),
    "machine": Row(
        ("results machine", "figures machine"), environment("OMP_NUM_THREADS", "1"), [*RESULTS, *DRAWN]
    ),
    "code of the engine": Row(
        ("results results code", "figures results code"), code_of("engine/passes.py"), [*RESULTS, *DRAWN]
    ),
    "code of the figures": Row(("figures figures code",), code_of("figures/layout.py"), FIGURES),
    "code of the pages": Row(("pages pages code",), code_of("pages/formats.py"), PAGES),
    "version of keras": Row(
        ("results results packages", "figures results packages"),
        version_of("keras"),
        [*RESULTS, *DRAWN, *TELLING],
    ),
    "version of svgwrite": Row(("figures figures packages",), version_of("svgwrite"), FIGURES),
    "version of jinja2": Row(("pages pages packages",), version_of("jinja2"), PAGES),
    "version of ours": Row(("pages version",), version_of_ours, PAGES),
}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Return a gallery that was built, with its cache, and what became of each artifact."""
    folder = tmp_path_factory.mktemp("mutations")
    (folder / "theme" / "assets").mkdir(parents=True)
    (folder / "gallery_config.yml").write_text(CONFIG)
    (folder / "labels.txt").write_text("one\ntwo\nthree\n")
    write_network(folder)
    write_picture(folder / "red.png", (200, 30, 40))
    write_picture(folder / "striped.png", (20, 60, 220))
    with pytest.MonkeyPatch.context() as patch:
        return folder, built(folder, patch, folder / "cache")


def built(folder, patch, cache):
    """Build a gallery in its folder, and return what became of each artifact, by place."""
    for remembered in (versions.code, versions.packages, machine):
        remembered.cache_clear()
    patch.chdir(folder)
    patch.setenv("GALLERY_CACHE", str(cache))
    assert cli.main(["build", "-q"]) == 0
    name = name_of(argparse.Namespace(config=folder / "gallery_config.yml", output=None))
    return {line.place: line for line in Ledger(cache / "ledgers" / f"{name}.json").before()}


def site(folder):
    files = (path for path in (folder / "site").rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def matches(place, patterns):
    """Tell whether a place is among patterns, and not among those that begin with an exclamation mark."""
    wanted, unwanted = (
        [pattern.lstrip("!") for pattern in patterns if pattern.startswith("!") is negative]
        for negative in (False, True)
    )
    return _any(place, wanted) and not _any(place, unwanted)


def _any(place, patterns):
    return any(fnmatch.fnmatchcase(place, pattern) for pattern in patterns)


def changed_parts(before, after):
    """Return ``stage part`` of every part that another artifact or value has after a change."""
    parts = {(line.stage, *part) for line in before.values() for part in line.parts.items()}
    return {
        f"{line.stage} {name}"
        for line in after.values()
        for name, value in line.parts.items()
        if (line.stage, name, value) not in parts
    }


@pytest.mark.parametrize("name", ROWS)
def test_a_change_makes_anew_what_depends_on_it_and_nothing_else(first, tmp_path, monkeypatch, name):
    row, (original, before) = ROWS[name], first
    folder = tmp_path / "gallery"
    shutil.copytree(original, folder, ignore=shutil.ignore_patterns("site"))
    row.change(folder, monkeypatch)
    after = built(folder, monkeypatch, folder / "cache")
    redone = {place for place, line in after.items() if line.outcome == REDONE}
    assert redone == {place for place in after if matches(place, row.redone)}
    assert set(row.parts) <= changed_parts(before, after)
    found = site(folder)
    built(folder, monkeypatch, tmp_path / "nothing")
    assert found == site(folder)


def test_every_part_of_every_key_has_a_row(first):
    _, lines = first
    parts = {
        f"{line.stage} {part}" for line in lines.values() for part in line.parts if part != "kind"
    }  # a kind is a class
    assert parts - {part for row in ROWS.values() for part in row.parts} == set()
