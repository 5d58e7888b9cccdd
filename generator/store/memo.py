"""Plain values remembered between builds by name; a build keeps those that it reads or adds."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

from generator.store.memory import recalled, remember


class Memo(MutableMapping[str, Any]):
    """A mapping in a file that forgets the values a build does not use.

    Args:
        path: the file.
        code: identifies the code that makes the values; values of other code are forgotten.
    """

    def __init__(self, path: Path, code: str) -> None:
        self._path, self._code = path, code
        before = recalled(path)
        values = before.get("values")
        self._values: dict[str, Any] = (
            values if before.get("code") == code and isinstance(values, dict) else {}
        )
        self._before = frozenset(self._values)
        self._used: set[str] = set()

    def save(self) -> None:
        """Save the values that this build used, for the next one."""
        if self._used != self._before:
            used = {name: self._values[name] for name in sorted(self._used)}
            remember(self._path, {"code": self._code, "values": used})

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        self._used.add(name)
        return value

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = value
        self._used.add(name)

    def __delitem__(self, name: str) -> None:
        del self._values[name]
        self._used.discard(name)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
