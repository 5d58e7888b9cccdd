"""Digests tell values apart that differ in type, order, nesting or content."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from generator.pages.record_digests import RecordDigests
from generator.records import Credit, Tag

VALUES = [
    *(None, True, 1, 1.0, "1", "None", Path("1"), "", (), [], {}, ("",), ("", ""), (("",), ""), ("", ("",))),
    *(
        ("a", "b"),
        ("ab",),
        ["a", "b"],
        {"a": "b"},
        {"b": "a"},
        (1, 23),
        (12, 3),
        ("int 1\0", 1),
        (None, None),
    ),
    *(
        np.zeros(2),
        np.zeros(2, np.float32),
        np.zeros((2, 1)),
        Credit("a"),
        Credit("", "a"),
        Tag("a", ""),
        "\udc00",
    ),
]


def test_different_values_have_different_digests() -> None:
    for one, other in combinations(VALUES, 2):
        assert RecordDigests().of(one) != RecordDigests().of(other), (one, other)


def test_equal_values_have_one_digest() -> None:
    digests = RecordDigests()
    assert digests.of((Credit("a"), np.ones(2))) == digests.of((Credit("a"), np.ones(2)))
    assert digests.of(Credit("a")) == RecordDigests().of(Credit("a"))


def test_what_has_no_digest_is_refused() -> None:
    with pytest.raises(TypeError, match="a function has no digest"):
        RecordDigests().of((1, test_equal_values_have_one_digest))
