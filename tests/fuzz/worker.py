"""A process that reads cases, so that a crash is a finding and the run goes on."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import resource
import tempfile
import traceback
from pathlib import Path

from tests.support.peak import peak_bytes

HANG_S = 10
MOST_BYTES = 2_000_000_000
ABOVE_BYTES = 4_000_000_000  # what may be asked for on top of what the libraries take, before it is refused
START_S = 120
FINE, REFUSED = "fine", "refused"


class Worker:
    """Reads cases of one kind and seed, one after another; a dead process is followed by another."""

    def __init__(self, kind, seed, hang_s=HANG_S):
        self._kind, self._seed, self._hang_s, self._process = kind, seed, hang_s, None

    def outcome(self, number):
        """Return ``fine``, ``refused`` or what was found."""
        if not self._process:
            self._start()
        try:
            self._pipe.send(number)
            if self._pipe.poll(self._hang_s + 5):
                return self._pipe.recv()
            self._process.kill()
        except (EOFError, OSError):
            pass  # it died; the log says where
        return self._last_words()

    def stop(self):
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.join()
            self._process = None
            self._log.unlink(missing_ok=True)

    def _start(self):
        context = multiprocessing.get_context("spawn")
        descriptor, name = tempfile.mkstemp(".log")
        os.close(descriptor)
        self._log = Path(name)
        self._pipe, theirs = context.Pipe()
        arguments = (theirs, self._kind, self._seed, self._hang_s, self._log)
        self._process = context.Process(target=serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        if not self._pipe.poll(START_S) or self._pipe.recv() != FINE:
            raise RuntimeError("a worker does not start")

    def _last_words(self):
        """Return how the process died, and where."""
        self._process.join()
        status, told = self._process.exitcode, self._log.read_text(errors="replace")
        self.stop()
        return f"died with status {status}\n{told.strip()}"


def serve(pipe, kind, seed, hang_s, log):
    """Answer numbers of cases with their outcomes, until nobody asks."""
    from tests.fuzz import kinds

    with log.open("w") as file, tempfile.TemporaryDirectory() as folder:
        faulthandler.enable(file)
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what libraries say of damaged files
        _read(kinds.KINDS[kind], Path(folder), kinds.seeds_of(kind)[0])
        _limit_memory()
        pipe.send(FINE)
        while True:
            try:
                number = pipe.recv()
            except EOFError:
                return
            content = kinds.case(kind, seed, number)
            faulthandler.dump_traceback_later(hang_s, exit=True, file=file)
            outcome = _read(kinds.KINDS[kind], Path(folder), content)
            faulthandler.cancel_dump_traceback_later()
            pipe.send(outcome)


def _read(kind, folder, content):
    """Return what comes of reading one case, whose file is gone afterwards."""
    from generator.errors import GalleryError

    path = folder / f"case{kind.suffix}"
    path.write_bytes(content)
    try:
        kind.read(path)
    except GalleryError:
        outcome = REFUSED
    except BaseException:
        outcome = traceback.format_exc()
    else:
        outcome = FINE
    path.unlink()
    if peak_bytes() > MOST_BYTES:
        raise SystemExit(f"took {peak_bytes()} bytes")
    return outcome


def _limit_memory():
    """Refuse this process more memory than any case may take."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + ABOVE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
