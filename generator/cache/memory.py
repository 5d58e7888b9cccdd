"""What is remembered between runs in one small JSON file: an object, replaced whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


def recalled(path: Path) -> dict[str, Any]:
    """Return what is remembered; nothing where the file is missing or not of this form."""
    with suppress(OSError, ValueError):
        known = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return known
    return {}


def remember(path: Path, known: Mapping[str, Any]) -> None:
    """Remember for the next run; where that cannot be written, do without."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(known), encoding="utf-8")
        part.replace(path)
