"""A tar as a shard: its pictures with their labels, and what damages it."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.datasets.shards import Item
from generator.datasets.tar import TarShard
from generator.errors import DatasetError


@pytest.fixture
def write(tmp_path):
    """Return what writes a tar of (name, bytes) and returns its path."""

    def written(*members, form=tarfile.PAX_FORMAT):
        path = tmp_path / "a.tar"
        with tarfile.open(path, "w", format=form) as archive:
            for name, content in members:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return path

    return written


def items(path):
    return [*TarShard(path).items()]


def refused(path):
    with pytest.raises(DatasetError) as caught:
        items(path)
    return str(caught.value)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_labels_come_from_cls_json_and_txt(write, form):
    path = write(
        ("1.jpg", b"one"),
        ("1.cls", b"207\n"),
        ("2.json", b'{"width": 3, "label": "dog"}'),
        ("2.png", b"two"),
        ("3.txt", b"a cat\non a mat"),
        ("3.png", b"three"),
        ("4.png", b"four"),
        ("./cats/5.png", b"five"),
        form=form,
    )
    assert items(path) == [
        Item("a.tar/1.jpg", b"one", "207"),
        Item("a.tar/2.png", b"two", "dog"),
        Item("a.tar/3.png", b"three", "a cat"),
        Item("a.tar/4.png", b"four"),
        Item("a.tar/cats/5.png", b"five", "cats"),
    ]


def test_only_the_members_of_some_names_are_read(write):
    path = write(("1.jpg", b"one"), ("2.jpg", b"two"), ("2.cls", b"b"))
    assert [*TarShard(path).items({"a.tar/2.jpg", "2.cls"})] == [Item("a.tar/2.jpg", b"two", "b")]


def test_members_of_several_keys_may_be_mixed(write):
    path = write(("1.jpg", b"one"), ("2.jpg", b"two"), ("2.cls", b"b"), ("1.cls", b"a"))
    assert items(path) == [Item("a.tar/1.jpg", b"one", "a"), Item("a.tar/2.jpg", b"two", "b")]


def test_cls_counts_before_json_and_txt(write):
    path = write(("1.txt", b"t"), ("1.json", b'"j"'), ("1.cls", b"c"), ("1.jpg", b"one"))
    assert [item.class_name for item in items(path)] == ["c"]


def test_a_mask_beside_a_picture_is_none(write):
    path = write(("1.mask.png", b"mask"), ("1.jpg", b"one"), ("photo.2.png", b"two"), (".3.png", b"hidden"))
    assert [item.name for item in items(path)] == ["a.tar/1.jpg", "a.tar/photo.2.png"]


def test_a_name_of_any_length_is_read(write):
    name = "/".join(["long" * 20] * 5) + "/1.jpg"
    assert items(write((name, b"one"))) == [Item(f"a.tar/{name}", b"one", "long" * 20)]


def test_a_member_cut_short_is_named(write):
    path = write(("1.jpg", b"one"), ("sub/2.jpg", bytes(3000)))
    whole = path.read_bytes()
    for end in (1536 + 10, 4000):  # within the second member
        path.write_bytes(whole[:end])
        assert refused(path) == f"{path}: cut short within the member 'sub/2.jpg'"
    path.write_bytes(whole[:1024])
    assert refused(path) == f"{path}: cut short after the member '1.jpg'"
    path.write_bytes(whole[:1300])  # within the header of the second member
    assert refused(path) == f"{path}: cut short after the member '1.jpg'"


def test_a_damaged_header_is_no_end(write):
    path = write(("1.jpg", b"one"), ("2.jpg", b"two"))
    content = bytearray(path.read_bytes())
    content[1024 + 150] ^= 1  # the checksum of the second member's header
    path.write_bytes(content)
    assert refused(path) == f"{path}: damaged after the member '1.jpg'"


def test_files_that_are_no_tar_are_refused(write, tmp_path):
    path = tmp_path / "b.tar"
    path.write_bytes(b"no archive" * 100)
    assert refused(path).startswith(f"{path}: not a tar archive: ")
    path.write_bytes(b"")
    assert refused(path) == f"{path}: the file is empty"
    path.write_bytes(gzip.compress(write(("1.jpg", b"one")).read_bytes()))
    assert refused(path) == f"{path}: compressed; unpack it to a plain .tar"
    assert refused(tmp_path / "none.tar") == f"{tmp_path}/none.tar: cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("1.json", b"{", "expected JSON: Expecting property name"),
        ("1.json", b"[" * 200_000, "expected JSON: "),
        ("1.cls", b"\xe9", "expected text in UTF-8"),
        ("1.txt", bytes(1_000_001), "a label of more than 1 MB"),
    ],
)
def test_a_label_that_cannot_be_read_is_named(write, name, content, reason):
    path = write((name, content), ("1.jpg", b"one"))
    assert refused(path).startswith(f"{path}: the member '{name}': {reason}")


def test_what_is_no_plain_file_is_left_out(tmp_path):
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (
            ("1.jpg", tarfile.SYMTYPE),
            ("2.jpg", tarfile.FIFOTYPE),
            ("3.jpg", tarfile.LNKTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert [(item.name, item.problem) for item in items(path)] == [
        ("a.tar/1.jpg", "a link"),
        ("a.tar/2.jpg", "not a plain file"),
        ("a.tar/3.jpg", "a link"),
    ]


def test_a_size_that_is_not_there_is_no_memory(write):
    path = write(("1.jpg", b"one"))
    content = bytearray(path.read_bytes())
    header = tarfile.TarInfo("1.jpg")
    header.size = 2**33
    content[:512] = header.tobuf(tarfile.GNU_FORMAT)[:512]
    path.write_bytes(content)
    assert refused(path) == f"{path}: cut short within the member '1.jpg'"


def outcome(path):
    """Return how many pictures an archive has, or why it is refused."""
    try:
        return f"{path}: {len(items(path))} pictures"
    except DatasetError as error:
        return str(error)


@settings(max_examples=150)
@given(
    place=st.integers(0, 10**9), value=st.integers(0, 255), end=st.integers(0, 10**9), is_cut=st.booleans()
)
def test_a_spoilt_archive_is_read_or_refused_in_words(tmp_path_factory, place, value, end, is_cut):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("caf\u00e9/1.jpg", "1.cls", "2.png"):
            info = tarfile.TarInfo(name)
            info.size = 700
            archive.addfile(info, io.BytesIO(bytes(700)))
    content = bytearray(file.getvalue())
    content[place % 6000] = value
    path = tmp_path_factory.mktemp("tar") / "a.tar"
    path.write_bytes(content[: end % len(content)] if is_cut else content)
    assert outcome(path).startswith(f"{path}: ")
