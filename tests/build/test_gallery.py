"""What a build takes from its surroundings, and what it protects."""

import pytest

from generator.build.gallery import _epoch
from generator.errors import ConfigError


def test_a_date_is_seconds_since_1970():
    assert _epoch("0") == 0
    assert _epoch("1700000000") == 1_700_000_000


@pytest.mark.parametrize("text", ["", "today", "-1", "1.5", "\N{SUPERSCRIPT TWO}", "1" * 12])
def test_a_date_that_is_no_number_is_refused(text):
    with pytest.raises(ConfigError, match=r"^SOURCE_DATE_EPOCH: expected seconds since 1970, found "):
        _epoch(text)
