"""The scan of a gallery's data set: what is scanned, what is found again, and what stops it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator import cli, load_network, scan
from generator.build.models import Fetch, open_models
from generator.build.scans import DatasetScan
from generator.cli.arguments import parser
from generator.cli.setup import configuration, store_of
from generator.datasets import folder as folders
from generator.datasets.table_file import packed
from tests.support import datasets
from tests.support.runs import Told

LEFT_OUT = "2 of 35 pictures are left out"


@pytest.fixture(scope="module", autouse=True)
def _parts():
    """Divide folders into parts of a few files."""
    patch = pytest.MonkeyPatch()
    patch.setattr(folders, "MOST_FILES", datasets.MOST_FILES)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    """Return a gallery whose data set is scanned, with its cache."""
    folder = tmp_path_factory.mktemp("scanned")
    datasets.fill(folder)
    with pytest.MonkeyPatch.context() as patch:
        enter(folder, patch)
        assert cli.main(["scan", "-q", "--workers", "2"]) == 0
    return folder


def enter(folder, patch):
    patch.chdir(folder)
    patch.setenv("GALLERY_CACHE", str(folder / "cache"))


@pytest.fixture
def gallery(scanned, tmp_path, monkeypatch):
    """Enter a copy of it, and return its folder."""
    folder = shutil.copytree(scanned, tmp_path / "gallery")
    enter(folder, monkeypatch)
    return folder


@pytest.fixture
def known(gallery, monkeypatch):
    """Enter a copy whose files are remembered, although they are seconds old, and return its folder."""
    monkeypatch.setattr("generator.store.marks.RACY_NS", -(10**9))
    assert complete().made == 0
    return gallery


def opened(told=None, *options):
    """Return the scan of the gallery in this folder, and what downloads nothing."""
    told = told or Told()
    chosen = parser().parse_args(["scan", *options])
    store = store_of(chosen, told.warn)
    config = configuration(chosen, store)
    fetch = Fetch(told, True)
    models = open_models(config.networks, store.digest, told.say, fetch)
    return DatasetScan(config.dataset, models, store, told), fetch, store


def complete(told=None):
    scans, fetch, store = opened(told)
    found = scans.complete(fetch, 2)
    store.save_digests()
    return found


def test_the_table_is_that_of_a_scan_in_one_process(gallery):
    found = complete()
    assert (found.made, len(found.shards)) == (0, 4)
    table = found.tables["tiny"]
    assert ([*table.layers], table.shown) == (["pool1", "predictions"], 3)
    with pytest.warns(UserWarning, match=LEFT_OUT):
        alone = scan(load_network("tiny.keras"), "photos", [*table.layers])
    assert packed(table) == packed(alone)


def test_pictures_are_fitted_as_in_the_gallery(gallery):
    from PIL import Image

    from generator.analysis.forward_pass import look

    network, table = load_network("grey.keras"), complete().tables["grey"]
    for example in table.examples("edges", 0):
        with Image.open(Path("photos") / example.picture) as picture:
            assert picture.width != picture.height
        maps = look(network, Path("photos") / example.picture, ["edges"], fit="stretch").maps["edges"]
        assert maps[..., 0].max() == pytest.approx(example.value, rel=1e-5)


def test_only_shards_that_changed_or_are_damaged_are_scanned(gallery):
    """A new picture, one that was edited in place, and a damaged table, perhaps in the same shards."""
    before = {shard.bits: shard.paths for shard in folders.buckets(Path("photos"))}
    first = packed(complete().tables["tiny"])
    damaged = next((gallery / "cache" / "tables").glob("*/*"))
    damaged.write_bytes(damaged.read_bytes()[:-1])
    edited, content = Path("photos/cats/05.png"), Path("photos/cats/05.png").read_bytes()
    shutil.copy("photos/cats/03.png", edited)
    shutil.copy("photos/cats/01.png", "photos/new.png")
    changed = {bits for bits, paths in before.items() if "cats/05.png" in paths}
    changed |= {one.bits for one in folders.buckets(Path("photos")) if "new.png" in one.paths}
    told = Told()
    assert complete(told).made in (len(changed), len(changed) + 1)
    assert packed(complete().tables["tiny"]) != first
    Path("photos/new.png").unlink()
    edited.write_bytes(content)
    again = complete()
    assert packed(again.tables["tiny"]) == first
    assert again.made <= 1, "the tables of before are still kept, but for the damaged one"


def test_what_is_not_scanned_is_not_shown_half(known):
    scans, _, _ = opened()
    assert scans.kept().tables.keys() == {"tiny", "grey"}
    told = Told()
    Path("photos/cats/05.png").unlink()
    scans, _, _ = opened(told)
    assert scans.kept() is None
    source = known / "photos"
    assert told.said == [
        f"{source}: 1 of 4 shards are not scanned, or have changed since; 'gallery scan' scans them"
    ]


def test_bad_shards_are_named_and_the_others_kept(gallery, capsys):
    """After they are mended only they are scanned."""
    shards = gallery / "shards"
    shards.mkdir()
    pictures = sorted((gallery / "photos").glob("*/[0-9]*.png"))
    for number in range(3):
        datasets.pack(pictures[number::3], shards / f"{number}.tar", gallery / "photos")
    whole = (shards / "1.tar").read_bytes()
    (shards / "1.tar").write_bytes(whole[:3000])
    text = Path("gallery_config.yml").read_text().replace("source: photos", "source: shards")
    Path("gallery_config.yml").write_text(text)
    capsys.readouterr()
    assert cli.main(["scan", "--workers", "1"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "gallery: 1 of 3 shards cannot be scanned; the others are kept"
    assert said[1].startswith(f"{shards}/1.tar: cut short within the member 'cats/")
    (shards / "1.tar").write_bytes(whole)
    found = complete()
    assert (found.made, found.tables["tiny"].seen) == (1, 30)


def test_a_full_disk_ends_the_scan_with_its_reason(gallery, capsys):
    cache = gallery / "cache" / "tables"
    shutil.rmtree(cache)
    cache.touch()
    assert cli.main(["scan", "--workers", "1"]) == 1
    assert capsys.readouterr().err.startswith(f"gallery: {gallery / 'cache'}: cannot be written: ")


def test_a_table_of_another_model_is_not_taken(known):
    """An archive may hold anything under a key."""
    scans, _, store = opened()
    assert opened()[0].kept()
    digest = store.known_digest_of_all(scans.shards[0].name, scans.shards[0].files)
    keys = scans._tables.keys(scans.shards[0], digest)
    store.keep_table(keys["tiny"], store.find(keys["grey"]))
    assert opened()[0].kept() is None


def test_a_key_has_all_that_makes_a_table(gallery):
    scans, _, _ = opened()
    parts = scans._tables.keys(scans.shards[0], "aa")["grey"].parts
    assert [parts[name] for name in ("shard", "threads", "fit", "distinct")] == ["aa", "1", "stretch", "True"]
    assert {"weights_sha256", "layers", "tables code", "input_size", "preprocessing"} <= parts.keys()
