"""Numbers and text as pages print them."""

from __future__ import annotations

import re


def percent(probability: float) -> str:
    """Return a probability as a percentage: whole from 10 %, one decimal below.

    >>> [percent(value) for value in (1.0, 0.9996, 0.714, 0.0996, 0.0312, 0.0004, 0.0)]
    ['100 %', '100 %', '71 %', '10 %', '3.1 %', '< 0.1 %', '< 0.1 %']
    """
    value = probability * 100
    if value < 0.1:
        return "< 0.1 %"
    return f"{value:.0f} %" if round(value, 1) >= 10 else f"{value:.1f} %"


def score(value: float, measure: str) -> str:
    """Return what a network says of a class: its probability, or any other measure by name.

    >>> score(0.714, "probability"), score(3.2068, "logit")
    ('71 %', 'logit 3.21')
    """
    return percent(value) if measure == "probability" else f"{measure} {figure_number(value)}"


def figure_number(value: float) -> str:
    """Return a number as figures print it: three significant digits, from 100 rounded to an integer.

    >>> [figure_number(value) for value in (23509.1, 44.26, 0.0)]
    ['23,509', '44.3', '0']
    """
    text = f"{value:,.0f}" if 99.95 <= abs(value) < 1e9 else f"{value:.3g}"
    return text.replace("-", "\N{MINUS SIGN}")


def thousands(value: int) -> str:
    """Return an integer with commas between thousands.

    >>> thousands(138357544)
    '138,357,544'
    """
    return f"{value:,}"


def markdown_text(text: str) -> str:
    r"""Return text escaped for Markdown, for use in the text of a link or an image.

    >>> print(markdown_text("a [b] *c*"))
    a \[b\] \*c\*
    """
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)
