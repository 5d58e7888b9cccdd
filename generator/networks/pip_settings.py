"""Where pip looks for packages, and how: read from ``pip config list``, so that nobody has to say it twice.

Question: our own reading of pip's files and variables, or pip's? Choice: pip's, in a process of its own,
because pip is not meant to be imported. Cost: half a second when a file is missing.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.errors import WeightsError

_SECTIONS = ("global", "install", "download", ":env:")  # the later ones win
_SETTING = re.compile(rf"({'|'.join(_SECTIONS)})\.([\w-]+)=(.*)")
_TRUE = {"1", "true", "t", "yes", "y", "on"}
_SILENCING = ("PIP_QUIET", "PIP_VERBOSE", "PIP_LOG")
_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Place:
    """An index, or a folder or page of links."""

    address: str
    is_index: bool


@dataclass(frozen=True)
class PipSettings:
    """Settings of ``pip download`` by their long names; none of them is empty."""

    values: Mapping[str, str]

    def words(self, name: str) -> list[str]:
        """Return the values of a setting that may have several."""
        return self.values.get(name, "").split()

    def is_on(self, name: str) -> bool:
        """Return whether a switch is on."""
        return self.values.get(name, "").lower() in _TRUE

    @property
    def timeout_s(self) -> float:
        """The longest wait for a server."""
        for name in ("timeout", "default-timeout"):
            try:
                return float(self.values[name])
            except (KeyError, ValueError):
                continue
        return _TIMEOUT_S

    @property
    def proxy(self) -> str | None:
        """The address of the proxy for every host."""
        found = self.values.get("proxy")
        return f"http://{found}" if found and "://" not in found else found

    @property
    def certificates(self) -> str | None:
        """The path of the trusted certificates, also where only Requests is told."""
        names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
        return self.values.get("cert") or next(
            (os.environ[name] for name in names if os.environ.get(name)), None
        )

    def places(self, usual: str) -> Iterator[Place]:
        """Yield the places to look in, in pip's order; ``usual`` is the index if no other is set."""
        if not self.is_on("no-index"):
            for address in (self.values.get("index-url", usual), *self.words("extra-index-url")):
                yield Place(address, is_index=True)
        for address in self.words("find-links"):
            path = Path(address).expanduser()
            yield Place(address if "://" in address else str(path.absolute()), is_index=False)


def read_pip_settings() -> PipSettings:
    """Return the settings of ``pip download``, from its files and from variables such as PIP_INDEX_URL.

    Raises:
        WeightsError: pip cannot be run, or finds a mistake in its settings.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _SILENCING}
    told = subprocess.run(
        # -P: without it a file pip.py in the working folder would be run.
        [sys.executable, "-P", "-m", "pip", "--disable-pip-version-check", "config", "list"],
        env={**environment, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if told.returncode:
        raise WeightsError(f"the settings of pip cannot be read: {told.stderr.strip()[-300:]}")
    found = [match.groups() for match in map(_SETTING.fullmatch, told.stdout.splitlines()) if match]
    settings: dict[str, str] = {}
    for section in _SECTIONS:
        settings |= {name: str(ast.literal_eval(value)) for place, name, value in found if place == section}
    return PipSettings({name: value.strip() for name, value in settings.items() if value.strip()})
