"""Work shared among processes: who gets what, in which order it comes back, and how it fails."""

import os

import pytest

from generator.workers import shared_out


def scaled(factor, numbers):
    return os.getpid(), [factor * number for number in numbers]


def refused(_given, numbers):
    raise ValueError(f"no {numbers[0]}")


def test_every_process_gets_its_share_in_order():
    made = list(shared_out(scaled, 10, [1, 2, 3, 4, 5], 2))
    assert [numbers for _, numbers in made] == [[10, 30, 50], [20, 40]]
    assert os.getpid() not in {process for process, _ in made}


def test_an_error_in_a_process_comes_back():
    with pytest.raises(ValueError, match="no 1"):
        list(shared_out(refused, None, [1, 2], 2))
