"""``gallery scan`` and what other verbs do with its tables; nothing is scanned twice."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from generator import cli
from generator.cli.arguments import parser
from generator.cli.setup import facts_of, seal_of
from generator.cli.site_build import build_site
from generator.datasets import folder as folders
from generator.datasets.opening import NO_PARQUET
from tests.support import datasets


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a gallery with a data set, which its first build has scanned."""
    folder = tmp_path_factory.mktemp("built")
    datasets.fill(folder)
    with pytest.MonkeyPatch.context() as patch:
        enter(folder, patch)
        assert cli.main(["build", "-q"]) == 0
        yield folder


@pytest.fixture
def gallery(built, tmp_path, monkeypatch):
    """Enter it with a copy of its cache, and return its folder."""
    enter(built, monkeypatch)
    monkeypatch.setenv("GALLERY_CACHE", str(shutil.copytree(built / "cache", tmp_path / "cache")))
    return built


def enter(folder, patch):
    patch.setattr(folders, "MOST_FILES", datasets.MOST_FILES)
    patch.setattr("generator.store.marks.RACY_NS", -(10**9))  # files that are seconds old count as settled
    patch.chdir(folder)
    patch.setenv("GALLERY_CACHE", str(folder / "cache"))


def options(*words):
    return parser().parse_args(words or ("build",))


def is_sealed():
    return seal_of(options()).said(facts_of(options())) is not None


def lines(capsys, *words, status=0):
    capsys.readouterr()
    assert cli.main(list(words)) == status
    said = capsys.readouterr()
    return said.out.splitlines(), said.err.splitlines()


def test_a_build_has_scanned_everything(gallery, capsys):
    out, err = lines(capsys, "scan")
    photos = gallery / "photos"
    assert out[:2] == ["tiny: 10 features of 2 layers, 2 dead", "grey: 5 features of 1 layer, 0 dead"]
    assert out[2].startswith("33 pictures, 2 left out; shards scanned: 0 of 4, in ")
    assert out[2].endswith(f" s: {photos}")
    assert err[0] == f"warning: {photos}: 2 of 35 pictures are left out"
    assert [line.partition(":")[0] for line in err[1:]] == ["cats/bad.png", "empty.jpg"]


def test_a_quiet_scan_prints_no_summary(gallery, capsys):
    out, err = lines(capsys, "scan", "-q")
    assert (out, len(err)) == ([], 3)


def test_a_gallery_without_a_data_set_is_refused(gallery, capsys):
    Path("none.yml").write_text("inputs: [photos/cats/01.png]\nmodels: [{name: tiny.keras}]\n")
    _, err = lines(capsys, "scan", "-c", "none.yml", status=2)
    assert err == ["none.yml: has no key 'dataset', so there is nothing to scan"]


def test_the_seal_looks_at_folders_and_at_what_a_scan_has_found(built, capsys, monkeypatch):
    enter(built, monkeypatch)
    assert is_sealed()
    lines(capsys, "scan")
    assert is_sealed()
    edited, content = Path("photos/cats/05.png"), Path("photos/cats/05.png").read_bytes()
    edited.write_bytes(Path("photos/cats/03.png").read_bytes())
    assert is_sealed(), "a picture edited in place is not looked at"
    lines(capsys, "scan", "-q")
    assert not is_sealed()
    edited.write_bytes(content)
    lines(capsys, "scan", "-q")
    assert not is_sealed(), "the file that the scan writes is another one"
    lines(capsys, "build", "-q")
    assert is_sealed()
    Path("photos/cats/more.png").write_bytes(content)
    assert not is_sealed()
    Path("photos/cats/more.png").unlink()


def test_check_says_how_much_there_is(gallery, capsys):
    out, _ = lines(capsys, "check")
    assert out[1].startswith(f"data set {gallery / 'photos'}: 35 pictures, 4 shards; about 0.")
    assert out[2:] == [
        "tiny: 10 features of 2 layers",
        "grey: 5 features of 1 layer",
        "15 features with 3 pictures each take up to 450.0 kB of the site; GitHub Pages ends at 1.0 GB",
    ]


def test_check_warns_of_a_site_too_large(gallery, capsys, monkeypatch):
    monkeypatch.setattr("generator.check.sizes.SITE_BYTES", 400_000)
    _, err = lines(capsys, "check")
    assert err[-1] == (
        "warning: dataset: 15 features with 3 pictures each take up to 450.0 kB of the site; GitHub Pages "
        "ends at 400.0 kB; scan fewer layers or show fewer examples"
    )


def test_a_table_goes_to_parquet(gallery, capsys, tmp_path):
    from pyarrow import parquet

    lines(capsys, "scan", "-q", "--parquet", str(tmp_path / "all.parquet"))
    rows = parquet.read_table(tmp_path / "all.parquet").to_pylist()
    assert {row["model"] for row in rows} == {"tiny", "grey"}
    assert {row["rank"] for row in rows} == {1, 2, 3}


def test_parquet_needs_its_extra_before_anything_is_scanned(gallery, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "generator.datasets.parquet_table", raising=False)
    _, err = lines(capsys, "scan", "--parquet", "all.parquet", status=1)
    assert err == [f"gallery: --parquet: {NO_PARQUET}"]


def test_why_names_the_tables_of_a_model(gallery, capsys):
    out, _ = lines(capsys, "why", "grey")
    found = [line for line in out if " tables " in line]
    assert len(found) == 4
    assert {line.split()[0] for line in found} <= {"redone", "reused"}  # by this build, or by one before
    assert found[0].split(maxsplit=2)[2].startswith(f"grey: {gallery / 'photos'}, part ")


def test_an_archive_takes_the_tables_along(gallery, capsys, tmp_path, monkeypatch):
    archive = str(tmp_path / "results.zip")
    lines(capsys, "export", "-q", archive)
    monkeypatch.setenv("GALLERY_CACHE", str(tmp_path / "empty"))
    out, _ = lines(capsys, "build", "--from", archive)
    assert out[-1].startswith("1 pictures")
    assert not [*(tmp_path / "empty" / "tables").glob("*/*")], "nothing was scanned here"


def test_a_preview_never_scans(gallery, capsys, tmp_path):
    cache = tmp_path / "cache" / "tables"
    shutil.rmtree(cache)
    capsys.readouterr()
    chosen = options("serve", "-o", str(tmp_path / "site"))
    assert build_site(chosen, force=False, is_preview=True).dataset is None
    assert "4 of 4 shards are not scanned" in capsys.readouterr().err
    assert not cache.exists()


def test_clean_removes_tables_with_the_cache(gallery, capsys, tmp_path):
    assert [*(tmp_path / "cache" / "tables").glob("*/*")]
    lines(capsys, "clean", "--cache", "-o", str(tmp_path / "none"))
    assert not (tmp_path / "cache" / "tables").exists()
    assert not (tmp_path / "cache" / "scans").exists()
