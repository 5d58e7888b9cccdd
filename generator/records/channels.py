"""The channels of a model's input: how pictures are read for it, and which of them are shown as colours.

Question: which channels of a model with other than one or three are shown? Options: refuse a model that does
not say; the first three. Choice: the first three as red, green and blue, or the first of two as grey, and a
warning that says so. Cost: bands in another order look strange until ``display`` names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COLOURS = 1, 3
"""The numbers of channels for which every picture is made grey or RGB."""

Display = tuple[int, ...]
"""The channels shown: three as red, green and blue, or one as grey."""


@dataclass(frozen=True)
class ModelInput:
    """What pictures are read for: a model, by its name in messages, and the channels that it takes.

    ``is_scaled`` if its preprocessing changes the values 0 to 255 of pictures.
    """

    model: str
    channels: int
    is_scaled: bool

    @property
    def is_coloured(self) -> bool:
        """Whether every picture can be made grey or RGB for it."""
        return self.channels in COLOURS

    @property
    def reading(self) -> str:
        """What decides how a picture is read; inputs for grey and for RGB share one reading."""
        if self.is_coloured:
            return ""
        return f"{self.channels} channels of {'values 0 to 255' if self.is_scaled else 'any values'}"


def first_channels_hint(shape: Sequence[int], channels: Sequence[int]) -> str:
    """Return what to write if an array (channels, height, width) is found where the channels are the last.

    Args:
        shape: of the array; a first axis of a batch does not count.
        channels: the numbers of channels that are taken.

    >>> first_channels_hint((3, 20, 30), [3])
    '; its channels seem to be first, move them last: numpy.moveaxis(array, -3, -1)'
    >>> first_channels_hint((20, 30, 4), [3])
    ''
    """
    if len(shape) not in (3, 4) or shape[-3] not in channels or shape[-1] in channels:
        return ""
    return "; its channels seem to be first, move them last: numpy.moveaxis(array, -3, -1)"


def shown_channels(display: Display, channels: int) -> Display:
    """Return the channels to show; without a choice the first three, or the first of one or two.

    >>> shown_channels((2, 1, 0), 5), shown_channels((), 5), shown_channels((), 2)
    ((2, 1, 0), (0, 1, 2), (0,))
    """
    return display or tuple(range(3 if channels >= 3 else 1))


def display_mistake(display: Sequence[int], channels: int) -> str:
    """Return what is expected of a choice of channels that is wrong; nothing for a right one.

    >>> display_mistake([2, 2, 0], 5)
    'one or three different channels, numbers from 0 to 4'
    """
    is_right = len(display) in COLOURS and len({*display}) == len(display)
    if is_right and all(0 <= channel < channels for channel in display):
        return ""
    if channels == 1:
        return "0, the only channel"
    count = "one or three different channels, numbers" if channels >= 3 else "one channel, a number"
    return f"{count} from 0 to {channels - 1}"


def display_words(display: Display) -> str:
    """Return which channels are shown, for pages and messages.

    >>> display_words((2, 1, 0)), display_words((3,))
    ('channels 2, 1 and 0 as red, green and blue', 'channel 3 as grey')
    """
    if len(display) == 1:
        return f"channel {display[0]} as grey"
    red, green, blue = display
    return f"channels {red}, {green} and {blue} as red, green and blue"
