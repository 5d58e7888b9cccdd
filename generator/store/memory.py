"""A JSON object remembered between runs in one small file, which begins with its checksum.

The file is always replaced as a whole. The checksum is there because a loss of power may leave anything in a
file, and a digest misread would let a stale artifact pass as fresh.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from generator.store.whole_files import replace


def recalled(path: Path) -> dict[str, Any]:
    """Return the remembered object, an empty one if the file is missing, damaged or of another form."""
    with suppress(OSError, ValueError):
        checksum, _, content = path.read_bytes().partition(b"\n")
        if checksum == _checksum(content) and isinstance(known := json.loads(content), dict):
            return known
    return {}


def remember(path: Path, known: Mapping[str, Any]) -> None:
    """Remember an object for the next run; a failure to write is ignored, and only costs time."""
    content = json.dumps(known).encode()
    with suppress(OSError):
        replace(path, _checksum(content), b"\n", content)


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
