"""The scan table: SIGKILL of a scan, or of a process of it, and what the next scan makes of what is left.

Scans are processes of their own: they start others, which load TensorFlow. A blow falls when a random number
of tables is kept, and a random part of a second later.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tests.kills.rows import Row, difference
from tests.support.datasets import pack

ROOT = Path(__file__).parents[2]
SHARDS, PICTURES, LATEST_SECONDS = 8, 24, 0.3
SCAN = (sys.executable, "-m", "generator", "scan", "-q", "--workers")
CONFIG = """\
inputs: [pictures/]
models: [{name: squeezenet, layers: [maxpool1]}]
dataset: shards/
"""
VICTIMS = ("the scan", "a process of it")
ENDED = "a process that scanned pictures ended abruptly"


@dataclass(frozen=True)
class Place:
    """A gallery with a data set, in a folder with its cache; ``workers`` processes scan."""

    folder: Path
    workers: int

    @property
    def cache(self):
        return self.folder / "cache"

    def tables(self):
        """Return the bytes of each kept table by its path, and its file number."""
        found = sorted((self.cache / "tables").glob("*/*"))
        kept = {path.name: path for path in found if path.suffix != ".part"}
        return {name: (path.read_bytes(), path.stat().st_ino) for name, path in kept.items()}

    def start(self):
        """Return a scan that has begun."""
        environment = os.environ | {"PYTHONPATH": str(ROOT), "GALLERY_CACHE": str(self.cache)}
        command = [*SCAN, f"{self.workers}"]
        # A file of its own: Python's tracker of semaphores outlives a killed scan, and complains in its log.
        self.log.unlink(missing_ok=True)
        with self.log.open("x") as log:
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    @property
    def log(self):
        return self.folder / "log.txt"


def prepared(folder, workers):
    """Make the gallery, and return it."""
    numbers = np.random.default_rng(3)
    for place in range(SHARDS):
        pictures = folder / "pictures" / f"{place}"
        pictures.mkdir(parents=True)
        for number in range(PICTURES):
            pixels = numbers.integers(0, 256, (40, 60, 3), np.uint8)
            Image.fromarray(pixels).save(pictures / f"{number}.png")
        (folder / "shards").mkdir(exist_ok=True)
        pack(sorted(pictures.iterdir()), folder / "shards" / f"{place}.tar", folder / "pictures")
    (folder / "gallery_config.yml").write_text(CONFIG.replace("pictures/", "pictures/0/"))
    return Place(folder, workers)


def rows(folder, points, workers):
    """Yield a row for each point: the scan is killed, and a process of it, in turn."""
    place, chance = prepared(folder, workers), random.Random(17)
    calm = _undisturbed(place)
    for number in range(points):
        kept, seconds = chance.randrange(SHARDS), chance.uniform(0, LATEST_SECONDS)
        yield _struck(place, calm, VICTIMS[number % 2], kept, seconds)


def _undisturbed(place):
    """Return the tables of an undisturbed scan."""
    scan = place.start()
    if scan.wait():
        raise RuntimeError(f"an undisturbed scan ended with {scan.returncode}: {place.log.read_text()}")
    found = place.tables()
    if len(found) != SHARDS:
        raise RuntimeError(f"{len(found)} tables of {SHARDS} shards")
    return {name: content for name, (content, _) in found.items()}


def _struck(place, calm, victim, kept, seconds):
    """Kill a scan or a process of it when some tables are kept, and return the row of the scan after it."""
    shutil.rmtree(place.cache)
    scan = place.start()
    while scan.poll() is None and len(place.tables()) < kept:
        time.sleep(0.002)
    time.sleep(seconds)
    killed = _kill(scan, victim)
    status = scan.wait()
    before = place.tables()
    faults = list(_wrong_end(killed, victim, status, place.log.read_text()))
    faults += [f"unsound: {name}" for name, (content, _) in before.items() if calm.get(name) != content]
    again = place.start()
    if again.wait() or place.log.read_text():
        faults.append(f"the next scan ended with {again.returncode}: {place.log.read_text()[-200:]}")
    after = place.tables()
    if worse := difference({name: content for name, (content, _) in after.items()}, calm):
        faults.append(f"the next tables: {worse}")
    if twice := [name for name in before if after.get(name) != before[name]]:
        faults.append(f"scanned again: {twice}")
    if parts := [*place.cache.rglob("*.part")]:
        faults.append(f"left behind: {parts}")
    seen = f"{len(before)} of {SHARDS} tables kept" + ("" if killed else ", it had ended")
    return Row(f"{victim}, {kept} tables and {seconds:.2f} s later", seen, tuple(faults))


def _wrong_end(killed, victim, status, said):
    expected = {"the scan": -signal.SIGKILL, "a process of it": 1}[victim]
    if killed and status != expected:
        yield f"ended with {status}: {said[-200:]}"
    if killed and victim == VICTIMS[1] and ENDED not in said:
        yield f"did not say why: {said[-200:]}"


def _kill(scan, victim):
    """Kill, and return whether there was anything to kill."""
    while scan.poll() is None:
        chosen = scan.pid if victim == VICTIMS[0] else next(_processes_of(scan.pid), None)
        if chosen:
            with suppress(ProcessLookupError):
                os.kill(chosen, signal.SIGKILL)
            return True
        time.sleep(0.002)  # the scan has not started any yet, or they have just ended
    return False


def _processes_of(parent):
    """Yield the processes that a scan has started to share its work."""
    with suppress(FileNotFoundError):
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                yield int(child)
