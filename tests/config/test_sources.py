"""Which files a configuration is made of, right or wrong."""

import pytest

from generator.config import sources
from generator.config.globs import search, searched


@pytest.fixture
def folder(tmp_path):
    for path in (
        "in/b.png",
        "in/a.JPG",
        "in/notes.txt",
        "in/.c.png",
        "deep/x/d.webp",
        "site/e.png",
        "lone.gif",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


FILE = "gallery_config.yml"
NAMED = {
    "inputs: [in]": ["in/a.JPG", "in/b.png"],
    "inputs: [{path: in/}, lone.gif]": ["in/a.JPG", "in/b.png", "lone.gif"],
    "inputs: [gone.jpg, deep]": ["gone.jpg"],
    "inputs: ['**/*.*p*']": ["deep/x/d.webp", "in/b.png"],
    "inputs: [in]\noutput: in": ["in/a.JPG", "in/b.png"],
    "output: elsewhere\ninputs: ['*/e.png']": ["site/e.png"],
    "templates: theme\nmodels: [{name: my.keras, labels: words.txt}, {name: in, weights: w.h5}]": [
        *("my.keras", "words.txt", "w.h5", "theme"),
    ],
    "models: [{name: my.onnx}]": ["my.onnx", "my.onnx.data", "my.onnx_data"],
    "models: [{name: my.keras, code: own.py}]": ["my.keras", "own.py"],
    "inputs: 3\nmodels: [vgg16, [x], {name: [x]}]\ntemplates: {}\noutput: []": [],
    "inputs: [[in], {}, {path: 3}, '', in]\nunknown: key": ["in/a.JPG", "in/b.png"],
    "inputs: [in": [],
    "- in": [],
    "": [],
}


@pytest.mark.parametrize(("text", "named"), NAMED.items())
def test_a_configuration_names_its_files_right_or_wrong(folder, text, named):
    (folder / FILE).write_text(text)
    assert [path.relative_to(folder).as_posix() for path in sources(folder / FILE)] == [FILE, *named, "pages"]


def test_the_output_of_the_command_line_takes_the_place_of_the_files(folder):
    (folder / FILE).write_text("inputs: ['*/e.png']\noutput: elsewhere")
    assert list(sources(folder / FILE, folder / "site")) == [
        folder / FILE,
        folder / "*/e.png",
        folder / "pages",
    ]


def test_a_configuration_that_is_missing_is_waited_for(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert list(sources((folder / "gone.yml").relative_to(folder))) == [folder / "gone.yml", folder / "pages"]


def test_a_change_of_the_configuration_is_read(folder):
    for text, count in (("inputs: [in]", 4), ("inputs: [lone.gif]", 3), ("inputs: [in]", 4)):
        (folder / FILE).write_text(text)
        assert len(list(sources(folder / FILE))) == count


@pytest.mark.parametrize("name", ["trip [2024]", "what?", "a*b", "[x]/deep?"])
@pytest.mark.parametrize("pattern", ["", "/*.png", "/[a-z].png"])
def test_a_folder_that_exists_is_no_pattern(tmp_path, name, pattern):
    (tmp_path / name).mkdir(parents=True)
    (tmp_path / name / "a.png").touch()
    assert search(f"{name}{pattern}", tmp_path, tmp_path / "site") == [tmp_path / name / "a.png"]
    assert list(searched(f"{name}{pattern}", tmp_path)) == [tmp_path / name]


@pytest.mark.parametrize("name", ["@eaDir", "#recycle", "__MACOSX", "$RECYCLE.BIN", ".thumbnails"])
def test_a_glob_leaves_out_the_folders_of_systems(folder, name):
    thumbnail = folder / "in" / name / "b.png" / "SYNOPHOTO_THUMB_XL.png"
    thumbnail.parent.mkdir(parents=True)
    thumbnail.touch()
    found = search("in/**/*.png", folder, folder / "site")
    assert found == [folder / "in" / "b.png"]
    assert search(f"in/{name}/b.png", folder, folder / "site") == [thumbnail]
