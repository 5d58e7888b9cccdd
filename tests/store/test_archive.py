"""An archive returns its results for the same content on any machine, or is refused."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from generator import environment
from generator.errors import ArchiveError
from generator.records import Classification, NetworkInfo, Output, Prediction, Profile, Subject, Value
from generator.store import Key, versions
from generator.store.archive import Archive, write_archive
from generator.store.codec import pack
from generator.store.manifest import place
from generator.version import __version__

MADE_BY = {"results code": versions.code("results"), "machine": "another", "results packages": "keras 3"}
OF_PICTURE = {"picture": "aa", "weights": "bb", **MADE_BY}
CAT, NET = Subject("picture", "cat"), Subject("model", "net")


def asked(kind, name, subject=CAT, **parts):
    return Key("results", name, {"kind": kind, **parts}, subject, is_computed=True)


LAYER = asked("Reconstructions", "cat/net pool deconvnet", **OF_PICTURE, layer="pool", method="deconvnet")
MAPS = asked("ActivationMaps", "cat/net pool maps", **OF_PICTURE, layer="pool")
PROFILE = asked("Strengths", "cat/net pool strengths", **OF_PICTURE, layer="pool")
VIEW = asked("Predictions", "cat/net predictions", **OF_PICTURE)
NETWORK = asked("OwnDescription", "net layers", NET, weights="bb", **MADE_BY)
KEYS = (LAYER, MAPS, PROFILE, VIEW, NETWORK)
ROWS = np.full((2, 8, 8, 3), 0.1, np.float32)
SHOWN = Profile((7, 3), (), np.arange(9, dtype=np.float32))
INFO = NetworkInfo("net", "Net", "", "", (8, 8, 3), (), {}, {})
VALUES = {
    LAYER.name: Value(arrays=(ROWS,)),
    MAPS.name: Value(arrays=(np.ones((2, 3, 3), np.float32),)),
    PROFILE.name: Value(SHOWN),
    VIEW.name: Value(Classification((Prediction("n1", "cat", 0.5),), {"keras": "3"}, {"weights": "bb"})),
    NETWORK.name: Value(INFO),
}


def key(of, **parts):
    return replace(of, parts={**of.parts, **parts})


def payload(key):
    return pack(VALUES[key.name])


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "results.zip"
    assert write_archive(file, KEYS, payload) == len(KEYS)
    return file


def test_results_are_found_whatever_machine_and_packages_ask(path):
    archive = Archive(path)
    here = key(LAYER, **{"machine": "mine", "results packages": "keras 4"})
    assert archive.holds(here)
    assert not archive.holds(key(LAYER, packages="keras 4")), "any other part is what a result shows"
    np.testing.assert_array_equal(archive.found(here).arrays, [ROWS])
    np.testing.assert_array_equal(archive.found(PROFILE).facts.strengths, SHOWN.strengths)
    assert archive.found(VIEW) == VALUES[VIEW.name]
    assert archive.found(NETWORK) == VALUES[NETWORK.name]
    assert (archive.machine, archive.packages) == (environment.machine(), versions.packages("results"))
    assert archive.lines() == [
        f"results from {path}, computed on {environment.machine()}, with {versions.packages('results')}"
    ]


def test_other_content_is_not_found_and_the_reason_is_told(path):
    archive = Archive(path)
    assert archive.found(key(LAYER, picture="cc", machine="mine")) is None
    assert archive.found(key(VIEW, weights="cc")) is None
    assert archive.found(replace(LAYER, name="dog/net pool deconvnet", parts={"picture": "dd"})) is None
    assert not archive.holds(key(VIEW, seed="peak"))
    assert archive.lines()[1] == (
        f"3 results are not from {path}: 1 changed: picture; 1 changed: weights; 1 not in it"
    )


def test_the_same_results_give_the_same_bytes_in_whatever_order(path, tmp_path):
    again = tmp_path / "again.zip"
    write_archive(again, reversed(KEYS), payload)
    assert again.read_bytes() == path.read_bytes()
    write_archive(again, KEYS, payload)
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["again.zip", "results.zip"]


@pytest.mark.parametrize("content", [b"a letter", b""])
def test_a_file_that_is_none_is_not_written_over(tmp_path, content):
    letter = tmp_path / "letter.txt"
    letter.write_bytes(content)
    with pytest.raises(ArchiveError) as caught:
        write_archive(letter, KEYS, payload)
    assert str(caught.value) == f"{letter}: exists and is not an archive of results; name another file"
    assert letter.read_bytes() == content


def test_a_failure_leaves_the_old_archive(path, tmp_path):
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        write_archive(path, KEYS, lambda key: bytes(1 // 0))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


# Archives that are refused


def refusal(path):
    with pytest.raises(ArchiveError) as caught:
        Archive(path)
    return str(caught.value).removeprefix(f"{path}: ")


def entries(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path, files, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def with_manifest(path, change):
    """Change the manifest of an archive."""
    files = entries(path)
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    return rewritten(path, (files | {"manifest.json": json.dumps(manifest)}).items())


def forged(path, of, value):
    """Put another value in the place of a result, with the right checksum."""
    other = path.with_name("forged.zip")
    write_archive(other, [of], lambda _: value if isinstance(value, bytes) else pack(value))
    return other


def test_no_file_and_no_archive_are_refused(tmp_path):
    assert refusal(tmp_path / "gone.zip") == "no such file"
    assert refusal(tmp_path) == "is not an archive of results, or is cut short"
    (tmp_path / "letter").write_text("dear")
    assert refusal(tmp_path / "letter") == "is not an archive of results, or is cut short"
    other = rewritten(tmp_path / "other.zip", [("a.txt", "a")])
    assert refusal(other) == "has no manifest.json; 'gallery export' makes an archive of results"


def test_an_archive_that_is_cut_short_anywhere_is_refused(path):
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        assert refusal(path)


def test_no_flipped_bit_goes_unnoticed(path):
    """In data, checksums tell; in the zip's own fields it is refused, or means the same."""
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(f"results/{place(LAYER.parts)}")
    start = info.header_offset + 30 + len(info.filename)
    for place_of_byte in [*range(start, start + info.file_size, 61), *range(len(whole) - 700, len(whole), 3)]:
        content = bytearray(whole)
        content[place_of_byte] ^= 4
        path.write_bytes(content)
        try:
            found = Archive(path).found(LAYER)
        except ArchiveError:
            continue
        assert place_of_byte >= start + info.file_size
        np.testing.assert_array_equal(found.arrays, [ROWS])


def test_a_damaged_result_is_named(path):
    files = entries(path)
    name = f"results/{place(LAYER.parts)}"
    rewritten(path, (files | {name: files[name][:-1] + b"x"}).items())
    assert refusal(path) == f"{LAYER.name} is damaged: its checksum differs from the one listed"


def test_an_archive_holds_what_it_lists_and_no_more(path):
    files = entries(path)
    rewritten(path, [*files.items(), ("../../evil.py", b"evil")])
    assert refusal(path) == "holds '../../evil.py', which its manifest.json does not list"
    name = f"results/{place(LAYER.parts)}"
    with pytest.warns(UserWarning, match="Duplicate name"):
        rewritten(path, [*files.items(), (name, files[name])])
    assert refusal(path) == f"holds {name!r}, which its manifest.json does not list"
    rewritten(path, [one for one in files.items() if one[0] != name])
    assert refusal(path) == f"lacks {name!r}, which its manifest.json lists"


def test_a_bomb_is_refused_before_it_goes_off(path):
    rewritten(path, [("manifest.json", b" " * 50_000_000)], zipfile.ZIP_DEFLATED)
    assert refusal(path) == "'manifest.json' is compressed or encrypted; export it again"


def test_entries_that_share_their_bytes_are_refused(path):
    """A hundred entries in the directory, one in the file: each is small, together they are not."""
    rewritten(path, [("manifest.json", b" " * 100_000)])
    with zipfile.ZipFile(path, "a") as archive:
        archive.filelist += [archive.filelist[0]] * 99
        archive._didModify = True
    assert refusal(path) == "its entries are larger than the file"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda known: known.update(format=1, generator="0.0.9"),
            "was written in format 1 by version 0.0.9; "
            f"version {__version__} reads format 2; export it again",
        ),
        (
            lambda known: known.update(code="0" * 64, generator="0.0.9"),
            f"was made by different code (version 0.0.9; this is {__version__}); "
            "export it again with this code",
        ),
        (lambda known: known.pop("machine"), "its manifest.json was not written by 'gallery export'"),
        (lambda known: known.update(extra=1), "its manifest.json was not written by 'gallery export'"),
        (
            lambda known: known["results"].update({"../evil": {}}),
            "its manifest.json was not written by 'gallery export'",
        ),
        (
            lambda known: known["results"][place(LAYER.parts)]["parts"].update(picture="cc"),
            f"{LAYER.name} is listed under the hash of another result",
        ),
    ],
)
def test_a_manifest_for_others_is_refused(path, change, message):
    assert refusal(with_manifest(path, change)) == message


NUMBERS = {
    "no array": Value(),
    "two arrays": Value(arrays=(ROWS, ROWS)),
    "facts beside": Value(SHOWN, arrays=(ROWS,)),
    "files beside": Value(files=(Output("index.html", b"evil"),), arrays=(ROWS,)),
    "other numbers": Value(arrays=(ROWS.astype(np.float64),)),
    "other axes": Value(arrays=(ROWS[0],)),
    "no array at all": Value(arrays=("rows",)),
    "another record": Output("a", b"b"),
    "no record at all": b"\x00" * 8,
    "an unknown record": b"\x00" * 7 + b"\x1b" + b'[[],{"record":["system"]}]  ',
    "an array of objects": b"\x00" * 7 + b"\x18" + b'[[["|O",[1]]],{"array":0}]' + b"\x00" * 8,
    "a deep nest": (20_000).to_bytes(8, "big") + b"[" * 20_000,
}


@pytest.mark.parametrize("value", NUMBERS.values(), ids=NUMBERS)
def test_what_is_no_result_is_refused_whatever_its_checksum(path, value):
    assert refusal(forged(path, LAYER, value)) == f"{LAYER.name} is not a valid result"


PROFILES = {
    "a feature that is none": replace(SHOWN, features=(9, 3)),
    "a negative feature": replace(SHOWN, features=(-1, 3)),
    "no feature": replace(SHOWN, features=()),
    "a word for a feature": replace(SHOWN, features=("7", "3")),
    "too many labels": replace(SHOWN, labels=("a", "b", "c")),
    "numbers for labels": replace(SHOWN, labels=(1, 2)),
    "other strengths": replace(SHOWN, strengths=np.arange(9.0)),
    "strengths of two axes": replace(SHOWN, strengths=np.ones((9, 9), np.float32)),
    "no strengths": replace(SHOWN, strengths=None),
}


@pytest.mark.parametrize("facts", PROFILES.values(), ids=PROFILES)
def test_a_profile_that_does_not_fit_together_is_refused(path, facts):
    assert refusal(forged(path, PROFILE, Value(facts))) == f"{PROFILE.name} is not a valid result"


@pytest.mark.parametrize(
    "value",
    [
        VALUES[LAYER.name],
        VALUES[PROFILE.name],
        Value(Classification((Prediction("n1", "cat", "likely"),), {}, {})),
        Value(Classification((), {"a": 1}, {})),
        Value(Classification((), {}, {"a": 1})),
        Value(Classification((), {}, {}), arrays=(ROWS,)),
        Value(Classification((), {}, {}, "certainty")),
        Value(INFO, arrays=(ROWS,)),
    ],
)
@pytest.mark.parametrize("of", [VIEW, NETWORK])
def test_another_record_in_the_place_of_facts_is_refused(path, of, value):
    assert refusal(forged(path, of, value)) == f"{of.name} is not a valid result"


@pytest.mark.parametrize("kind", ["Page", "LayerPanel", "", "reconstructions"])
def test_a_kind_that_does_not_travel_is_refused(path, kind):
    other = key(LAYER, kind=kind)
    assert refusal(forged(path, other, VALUES[LAYER.name])) == f"{LAYER.name} is not a valid result"


def test_a_file_that_changes_while_it_is_read_is_noticed(path):
    large = pack(Value(arrays=(np.full((2, 64, 64, 3), 0.1, np.float32),)))
    write_archive(path, [LAYER], lambda _: large)
    archive = Archive(path)
    path.write_bytes(path.read_bytes().replace(np.float32(0.1).tobytes(), np.float32(0.2).tobytes()))
    with pytest.raises(ArchiveError) as caught:
        archive.found(LAYER)
    assert str(caught.value).startswith(f"{path}: {LAYER.name} is damaged: ")
