"""A file of a table: the same bytes for the same table, and a refusal of everything else."""

from __future__ import annotations

import io
import json
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.datasets import table_file
from generator.datasets.table_file import load, packed, save, unpacked
from generator.errors import DatasetError
from tests.datasets import tables

FOREIGN = "not the table of a data set, or damaged"


@pytest.fixture(scope="module")
def table():
    shown = tables.pictures(60, copies=9)
    return tables.collected(shown, tables.same_for_copies(shown, tables.maxima(60)))


@pytest.fixture(scope="module")
def content(table):
    return packed(table)


def test_a_table_comes_back(table, content, tmp_path):
    save(table, tmp_path / "a.npz")
    found = load(tmp_path / "a.npz")
    assert packed(found) == content
    assert (found.pictures, found.seen, found.shards) == (table.pictures, table.seen, table.shards)
    assert tables.read(found) == tables.read(table)
    assert found.histogram("conv").tolist() == table.histogram("conv").tolist()


def test_odd_names_come_back():
    shown = [tables.pictures(1)[0]._replace(name="caf\u00e9/\udce9.png", class_name="\u72ac")]
    found = unpacked(packed(tables.collected(shown, tables.maxima(1))))
    assert found.pictures == tuple(shown)


def test_numpy_reads_the_arrays(table, content):
    with np.load(io.BytesIO(content)) as arrays:
        np.testing.assert_array_equal(arrays["0.values"], table.layers["conv"].values)
        assert arrays["0.histogram"].dtype == np.uint8
        assert json.loads(arrays["head"].tobytes())["layers"] == [[*pair] for pair in tables.LAYERS.items()]


@settings(max_examples=150)
@given(place=st.integers(0, 10**9), bits=st.integers(1, 255))
def test_a_changed_byte_changes_nothing_or_is_refused(content, place, bits):
    damaged = bytearray(content)
    damaged[place % len(content)] ^= bits
    try:
        found = packed(unpacked(bytes(damaged)))
    except DatasetError:
        return
    assert found == content  # the byte was not read: a date, or a flag of the archive


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_a_file_cut_short_is_refused(content, share, tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DatasetError) as caught:
        load(path)
    assert str(caught.value) == f"{path}: {FOREIGN}: File is not a zip file"


def changed(content, compression=ZIP_STORED, **arrays):
    """Return the file with other arrays in place of some, ``None`` for no array."""
    file = io.BytesIO()
    with np.load(io.BytesIO(content)) as found, ZipFile(file, "w", compression) as archive:
        for name in {**found, **arrays}:
            array = arrays.get(name, found.get(name))
            if array is not None:
                with archive.open(f"{name}.npy", "w") as member:
                    np.lib.format.write_array(member, array, version=(1, 0))
    return file.getvalue()


def head(content, **facts):
    """Return the head of the file with other facts."""
    with np.load(io.BytesIO(content)) as found:
        known = json.loads(found["head"].tobytes())
    return np.frombuffer(json.dumps({**known, **facts}).encode(), np.uint8)


def wrong(content):
    """Yield files that are sound archives of arrays, and no sound tables."""
    with np.load(io.BytesIO(content)) as found:
        arrays = {**found}
    values = arrays["0.values"]
    for array in (values[:, ::-1], -values, values + np.nan, values.astype(np.float64), values[:-1]):
        yield changed(content, **{"0.values": np.ascontiguousarray(array)})
    yield changed(content, **{"0.pictures": arrays["0.pictures"] + np.uint8(200)})
    yield changed(content, **{"0.active": arrays["0.active"].astype(np.int8)})
    yield changed(content, **{"1.leading": None})
    yield changed(content, more=values)
    yield changed(content, compression=ZIP_DEFLATED)
    pictures = [[*one] for one in unpacked(content).pictures]
    for facts in (
        {"pictures": pictures[::-1]},
        {"pictures": [[*pictures[0][:1], "x", ""], *pictures[1:]]},
        {"pictures": 7},
        {"seen": -1},
        {"seen": True},
        {"distinct": 1},
        {"layers": [["conv", 5]]},
        {"layers": [["conv", 5], ["conv", 7], ["two", 2]]},
        {"left_out": [["b", ""], ["a", ""]]},
        {"shards": ["a"]},
    ):
        yield changed(content, head=head(content, **facts))


def test_arrays_that_are_no_sound_table_are_refused(content):
    assert unpacked(changed(content)).seen == 60
    for file in wrong(content):
        with pytest.raises(DatasetError, match=f"^{FOREIGN}$"):
            unpacked(file)


def test_a_foreign_file_is_refused(content):
    file = io.BytesIO()
    np.savez(file, values=np.zeros(3))
    with pytest.raises(DatasetError, match=f"^{FOREIGN}$"):
        unpacked(file.getvalue())
    with pytest.raises(DatasetError, match=r"^not the table of a data set$"):
        unpacked(changed(content, head=head(content, format="results")))
    with pytest.raises(DatasetError, match=r"^of version 2; this program reads version 1$"):
        unpacked(changed(content, head=head(content, version=2)))


def test_a_pickle_in_the_file_is_never_read(content):
    file = io.BytesIO()
    np.savez(file, head=np.array([print], object))
    with pytest.raises(DatasetError, match=f"^{FOREIGN}$"):
        unpacked(file.getvalue())


def test_a_length_that_is_not_there_asks_for_no_memory(content):
    claimed = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        claimed, {"shape": (10**15,), "fortran_order": False, "descr": "|u1"}
    )
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("head.npy", claimed.getvalue())
    with pytest.raises(DatasetError, match=f"^{FOREIGN}$"):
        unpacked(file.getvalue())


def test_a_file_that_cannot_be_reached_is_named(table, tmp_path):
    with pytest.raises(DatasetError, match=r"none\.npz: cannot be read: No such file or directory$"):
        load(tmp_path / "none.npz")
    with pytest.raises(DatasetError, match=r"a\.npz: cannot be written: No such file or directory$"):
        save(table, tmp_path / "gone" / "a.npz")


def test_integers_take_the_smallest_type():
    assert [table_file._narrow(np.array([most])).dtype.str for most in (255, 256, 2**32)] == [
        "|u1",
        "<u2",
        "<u8",
    ]
