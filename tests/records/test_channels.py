"""The channels to show: a default for every model, and what is expected of a wrong choice."""

import pytest

from generator.records.channels import ModelInput, display_mistake, shown_channels


@pytest.mark.parametrize(
    ("channels", "shown"), [(1, (0,)), (2, (0,)), (3, (0, 1, 2)), (4, (0, 1, 2)), (99, (0, 1, 2))]
)
def test_the_first_channels_are_the_default(channels, shown):
    assert shown_channels((), channels) == shown
    assert display_mistake(shown, channels) == ""


@pytest.mark.parametrize(
    ("display", "channels", "expected"),
    [
        ((4,), 4, "one or three different channels, numbers from 0 to 3"),
        ((0, 1), 4, "one or three different channels, numbers from 0 to 3"),
        ((0, 1, 1), 4, "one or three different channels, numbers from 0 to 3"),
        ((-1,), 4, "one or three different channels, numbers from 0 to 3"),
        ((0, 1, 2), 2, "one channel, a number from 0 to 1"),
        ((1,), 1, "0, the only channel"),
    ],
)
def test_a_wrong_choice_says_what_is_expected(display, channels, expected):
    assert display_mistake(display, channels) == expected


def test_grey_and_rgb_are_read_alike():
    assert ModelInput("a", 1, is_scaled=False).reading == ModelInput("b", 3, is_scaled=True).reading
    others = {ModelInput("a", channels, scaled).reading for channels in (2, 4) for scaled in (False, True)}
    assert len(others) == 4
