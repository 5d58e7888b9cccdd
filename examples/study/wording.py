"""Numbers and tables as the study's pages and figures print them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from generator.records import Output

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def table(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Output:
    """Return a table as a CSV file beside the study's pages."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return Output(f"study/{name}.csv", text.getvalue().encode())


def ranged(values: Sequence[float]) -> str:
    """Return least, median and largest of some numbers as text: the median, then both others in brackets.

    >>> ranged((0.25, 0.5, 1.0))
    '0.50 (0.25 to 1.00)'
    """
    return f"{two(values[1])} ({two(values[0])} to {two(values[2])})"


def listed(values: Iterable[tuple[str, float]]) -> str:
    """Return named numbers as text.

    >>> listed([("guided", 0.5), ("gradient", 0.25)])
    '0.50 (guided), 0.25 (gradient)'
    """
    return ", ".join(f"{two(value)} ({name})" for name, value in values)


def two(value: float) -> str:
    r"""Return a number with two decimals and a proper minus sign.

    >>> two(-0.126).encode("ascii", "namereplace"), two(-0.001)
    (b'\\N{MINUS SIGN}0.13', '0.00')
    >>> two(0.9999), two(1.0)
    ('0.999', '1.00')
    """
    if 0.995 <= abs(value) < 1:
        value = int(value * 1000) / 1000  # rounded to 1.00, a correlation of 0.999 would look perfect
        return f"{value:.3f}".replace("-", "\N{MINUS SIGN}")
    text = f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
    return text.removeprefix("\N{MINUS SIGN}") if float(f"{value:.2f}") == 0 else text


def exact(value: float, digits: int = 6) -> str:
    """Return a number with ``digits`` significant digits; very large and small ones with a power of ten.

    >>> exact(6561.0), exact(0.0625), exact(2541865828329.0).split()[0]
    ('6,561', '0.0625', '2.54187')
    """
    if value == 0 or 1e-4 <= abs(value) < 1e7:
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:.{digits}g}"
    digits, _, power = f"{value:.{digits - 1}e}".partition("e")
    shown = digits.rstrip("0").rstrip(".")
    return f"{shown} \N{MULTIPLICATION SIGN} 10{str(int(power)).translate(SUPERSCRIPTS)}"


def megabytes(value: float) -> str:
    """Return bytes as megabytes.

    >>> megabytes(123_456_789)
    '123 MB'
    """
    return f"{value / 1e6:,.0f} MB"
