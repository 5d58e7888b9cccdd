"""Amounts of memory as people write them."""

from __future__ import annotations

_UNITS: dict[str, int] = {
    f"{letter}{infix}B": base**power
    for infix, base in (("", 1000), ("i", 1024))
    for letter, power in (("k", 1), ("M", 2), ("G", 3), ("T", 4))
}


def amount_bytes(amount: int | str) -> int:
    """Return an amount of memory in bytes; it has the form that ``keys`` allows.

    >>> amount_bytes(500), amount_bytes("2GB"), amount_bytes("1.5 MiB")
    (500, 2000000000, 1572864)
    """
    if isinstance(amount, int):
        return amount
    unit = amount.lstrip("0123456789. ")
    return round(float(amount.removesuffix(unit)) * _UNITS[unit])
