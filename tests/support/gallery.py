"""A tiny gallery in a folder, and a process that serves it."""

import http.client
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIG = """\
title: Tiny
inputs: [inputs/]
models:
  - name: squeezenet
    layers: [maxpool1, predictions]
top_features: 2
"""


def fill(folder):
    """Put a configuration and two pictures into a folder."""
    from PIL import Image

    (folder / "inputs").mkdir()
    for name, colour in (("red", (200, 30, 40)), ("striped", (20, 60, 220))):
        picture = Image.new("RGB", (60, 40), colour)
        picture.paste((250, 240, 90), (10, 5, 30, 35))
        picture.save(folder / "inputs" / f"{name}.png")
    (folder / "gallery_config.yml").write_text(CONFIG, encoding="utf-8")


def started(folder, *arguments, program=()):
    """Return a process of ``gallery serve`` in a folder; its messages go to ``messages`` there.

    ``program`` starts an installed ``gallery`` instead of the checkout's.
    """
    environment = os.environ | {"PYTHONPATH": "" if program else str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [*(program or (sys.executable, "-m", "generator")), "serve", *arguments]
    with (folder / "messages").open("w") as messages:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=messages, text=True
        )


@dataclass
class Served:
    """A gallery that a process serves."""

    folder: Path
    process: subprocess.Popen
    port: int

    def get(self, path):
        """Return status and text of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def until(self, path, holds, seconds=60):
        """Return status and text of a page once they fit."""
        end = time.monotonic() + seconds
        while not holds(*(found := self.get(path))):
            assert time.monotonic() < end, found
            time.sleep(0.02)
        return found


@contextmanager
def serving(folder, *arguments, program=()):
    """Give a gallery that is served on a port of the system's choice, from before its first build."""
    process = started(folder, "--port", "0", *arguments, program=program)
    with process:
        try:
            line = process.stdout.readline()
            port = re.fullmatch(r"serving on http://127\.0\.0\.1:(\d+)/ \(Ctrl-C stops it\)\n", line)
            assert port, line
            yield Served(folder, process, int(port[1]))
        finally:
            process.terminate()
