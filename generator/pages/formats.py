"""Numbers as the pages print them."""

from __future__ import annotations


def percent(probability: float) -> str:
    """Return a probability in percent: whole from 10 on, one decimal below.

    >>> [percent(value) for value in (1.0, 0.9996, 0.714, 0.0996, 0.0312, 0.0004, 0.0)]
    ['100 %', '100 %', '71 %', '10 %', '3.1 %', '< 0.1 %', '< 0.1 %']
    """
    value = probability * 100
    if value < 0.1:
        return "< 0.1 %"
    return f"{value:.0f} %" if round(value, 1) >= 10 else f"{value:.1f} %"
