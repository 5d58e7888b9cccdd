"""What is remembered between runs in one small JSON file: an object, replaced whole, behind its checksum.

A loss of power may leave anything in such a file; a digest misread would make something stale.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from generator.store.parts import replace


def recalled(path: Path) -> dict[str, Any]:
    """Return what is remembered; nothing where the file is missing, damaged or not of this form."""
    with suppress(OSError, ValueError):
        checksum, _, content = path.read_bytes().partition(b"\n")
        if checksum == _checksum(content) and isinstance(known := json.loads(content), dict):
            return known
    return {}


def remember(path: Path, known: Mapping[str, Any]) -> None:
    """Remember for the next run; where that cannot be written, do without."""
    content = json.dumps(known).encode()
    with suppress(OSError):
        replace(path, _checksum(content), b"\n", content)


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
