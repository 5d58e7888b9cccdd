"""An archive gives back what was put in, to whoever asks for the same content, or is refused."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from generator import environment
from generator.errors import ArchiveError
from generator.records import Drawing, Facts, LayerResult, NetworkInfo, Prediction
from generator.store import Key, versions
from generator.store.archive import Archive, write_archive
from generator.store.codec import pack
from generator.store.manifest import place

MADE_BY = {"code": versions.code("results"), "machine": "another", "packages": "keras 3"}
OF_PICTURE = {"picture": "aa", "weights": "bb", "method": "deconvnet", **MADE_BY}
RESULT = LayerResult(
    np.array([7, 3], np.int32),
    np.array([2.0, 1.0], np.float32),
    np.ones((2, 3, 3), np.float32),
    np.full((2, 8, 8, 3), 0.1, np.float32),
    profile=np.arange(9, dtype=np.float32),
)
LAYER = Key("results", "cat/net pool deconvnet", {**OF_PICTURE, "layers": "pool", "features": "pool: top 2"})
VIEW = Key("results", "cat/net predictions", OF_PICTURE)
NETWORK = Key("results", "net layers", {"weights": "bb", **MADE_BY})
KEYS = (LAYER, VIEW, NETWORK)
VALUES = {
    LAYER.name: RESULT,
    VIEW.name: Facts((Prediction("n1", "cat", 0.5),), {"method": "deconvnet"}),
    NETWORK.name: NetworkInfo("net", "Net", "", "", (8, 8, 3), (), {}, {}),
}


def key(of, **parts):
    return replace(of, parts={**of.parts, **parts})


def payload(key):
    return pack(VALUES[key.name])


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "results.zip"
    assert write_archive(file, KEYS, payload) == 3
    return file


def test_results_are_found_whatever_machine_and_packages_ask(path):
    archive = Archive(path)
    asked = key(LAYER, machine="mine", packages="keras 4")
    assert archive.holds(asked)
    found = archive.found(asked)
    np.testing.assert_array_equal(found.reconstructions, RESULT.reconstructions)
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
    assert str(caught.value) == f"{letter}: is there already and no archive of results; name another file"
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
    assert refusal(tmp_path) == "is no archive of results, or cut short"
    (tmp_path / "letter").write_text("dear")
    assert refusal(tmp_path / "letter") == "is no archive of results, or cut short"
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
        info = archive.getinfo(f"results/{place(LAYER)}")
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
        np.testing.assert_array_equal(found.reconstructions, RESULT.reconstructions)


def test_a_damaged_result_is_named(path):
    files = entries(path)
    name = f"results/{place(LAYER)}"
    rewritten(path, (files | {name: files[name][:-1] + b"x"}).items())
    assert refusal(path) == f"{LAYER.name} is damaged: its checksum is not the one listed"


def test_entries_that_are_not_listed_and_listed_ones_that_are_not_there_are_refused(path):
    files = entries(path)
    rewritten(path, [*files.items(), ("../../evil.py", b"evil")])
    assert refusal(path) == "holds '../../evil.py', which its manifest.json does not list"
    name = f"results/{place(LAYER)}"
    with pytest.warns(UserWarning, match="Duplicate name"):
        rewritten(path, [*files.items(), (name, files[name])])
    assert refusal(path) == f"holds {name!r}, which its manifest.json does not list"
    rewritten(path, [one for one in files.items() if one[0] != name])
    assert refusal(path) == f"lacks {name!r}, which its manifest.json lists"


def test_a_bomb_is_refused_before_it_goes_off(path):
    rewritten(path, [("manifest.json", b" " * 50_000_000)], zipfile.ZIP_DEFLATED)
    assert refusal(path) == "'manifest.json' is compressed or encrypted; ours are not"


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
        (lambda known: known.update(format=2), "has the format 2; this version reads 1"),
        (
            lambda known: known.update(code="0" * 64, generator="0.0.9"),
            "was made by other code (of version 0.0.9, this is 0.1.0); export it again with this code",
        ),
        (lambda known: known.pop("machine"), "its manifest.json is not one of ours"),
        (lambda known: known.update(extra=1), "its manifest.json is not one of ours"),
        (lambda known: known["results"].update({"../evil": {}}), "its manifest.json is not one of ours"),
        (
            lambda known: known["results"][place(LAYER)]["parts"].update(picture="cc"),
            f"{LAYER.name} is not what its place says",
        ),
    ],
)
def test_a_manifest_for_others_is_refused(path, change, message):
    assert refusal(with_manifest(path, change)) == message


WRONG = {
    "another record": Drawing(()),
    "facts for a layer": VALUES[VIEW.name],
    "fewer strengths": replace(RESULT, strengths=np.ones(1, np.float32)),
    "other numbers": replace(RESULT, reconstructions=np.ones((2, 8, 8, 3), np.float64)),
    "other axes": replace(RESULT, reconstructions=np.ones((2, 8, 8), np.float32)),
    "features that are none": replace(RESULT, features=(7, 3)),
    "too many labels": replace(RESULT, labels=("a", "b", "c")),
    "no record at all": b"\x00" * 8,
    "an unknown record": b"\x00" * 7 + b"\x1b" + b'[[],{"record":["system"]}]  ',
    "an array of objects": b"\x00" * 7 + b"\x18" + b'[[["|O",[1]]],{"array":0}]' + b"\x00" * 8,
    "a deep nest": (20_000).to_bytes(8, "big") + b"[" * 20_000,
}


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG)
def test_what_is_no_result_is_refused_whatever_its_checksum(path, value):
    assert refusal(forged(path, LAYER, value)) == f"{LAYER.name} is no result of ours"


@pytest.mark.parametrize(
    "value", [RESULT, Facts((Prediction("n1", "cat", "likely"),), {}), Facts((), {"a": 1})]
)
@pytest.mark.parametrize("of", [VIEW, NETWORK])
def test_another_record_in_the_place_of_facts_is_refused(path, of, value):
    assert refusal(forged(path, of, value)) == f"{of.name} is no result of ours"


def test_a_file_that_changes_while_it_is_read_is_noticed(path):
    large = pack(replace(RESULT, reconstructions=np.full((2, 64, 64, 3), 0.1, np.float32)))
    write_archive(path, [LAYER], lambda _: large)
    archive = Archive(path)
    path.write_bytes(path.read_bytes().replace(np.float32(0.1).tobytes(), np.float32(0.2).tobytes()))
    with pytest.raises(ArchiveError) as caught:
        archive.found(LAYER)
    assert str(caught.value).startswith(f"{path}: {LAYER.name} is damaged: ")
