"""Numbers as the pages print them."""

from __future__ import annotations

from decimal import Decimal


def percent(probability: float) -> str:
    """Return a probability in percent: whole from 10 on, one decimal below.

    >>> [percent(value) for value in (1.0, 0.9996, 0.714, 0.0996, 0.0312, 0.0004, 0.0)]
    ['100 %', '100 %', '71 %', '10 %', '3.1 %', '< 0.1 %', '< 0.1 %']
    """
    value = probability * 100
    if value < 0.1:
        return "< 0.1 %"
    return f"{value:.0f} %" if round(value, 1) >= 10 else f"{value:.1f} %"


def number(value: float, digits: int = 3) -> str:
    """Return a number with some significant digits, without an exponent.

    >>> [number(value) for value in (812.4, 12345.6, 2.5, 0.00123, 0)]
    ['812', '12300', '2.5', '0.00123', '0']
    """
    return f"{Decimal(f'{value:.{digits}g}'):f}"
