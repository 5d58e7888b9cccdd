"""Numbers as the study's pages and figures print them."""

from __future__ import annotations

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


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
