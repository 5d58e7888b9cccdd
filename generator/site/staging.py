"""Writes a site into a staging folder, and swaps it in when it is complete."""

from __future__ import annotations

import filecmp
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath

from generator.errors import SiteError
from generator.records import Output
from generator.site.exchange import exchange
from generator.site.folders import (
    ALWAYS_THEIRS,
    MARKER,
    checked,
    discard,
    empty_folders,
    entries,
    made,
    reported,
)
from generator.site.lock import locked

Check = Callable[[Path], Sequence[str]]
Mark = tuple[int, int]
"""The size and the modification time of a file."""
Linked = dict[str, Mark]
"""The outputs that are hard links to files of the old site, as they were when linked."""


class Staging:
    """A site being written in ``stage``, to replace ``folder``."""

    def __init__(self, stage: Path, folder: Path, linked: Linked) -> None:
        self._stage, self._folder, self._linked = stage, folder, linked

    def write(self, output: Output) -> None:
        """Write one output.

        Raises:
            SiteError: its path is outside the site, or it cannot be written.
        """
        _refuse_outside(output.path)
        target, old = f"{self._stage}/{output.path}", f"{self._folder}/{output.path}"
        with reported(old):
            try:
                found = _create(target, old, output.content)
            except FileNotFoundError:  # faster than to make sure of each folder first: most exist already
                Path(target).parent.mkdir(parents=True, exist_ok=True)
                found = _create(target, old, output.content)
            if found:
                self._linked[output.path] = found

    def remove(self, path: str) -> None:
        """Remove an output that was written, and the folders that become empty.

        Raises:
            SiteError: its path is outside the site, or it cannot be removed.
        """
        _refuse_outside(path)
        self._linked.pop(path, None)
        target = self._stage / path
        with reported(self._folder / path):
            target.unlink()
            for folder in target.relative_to(self._stage).parents[:-1]:
                with suppress(OSError):  # it is not empty
                    (self._stage / folder).rmdir()


@contextmanager
def staged(
    folder: Path, protected: Sequence[Path] = (), check: Check | None = None, cache: Path | None = None
) -> Iterator[Staging]:
    """Yield an empty staging folder; when the block ends without an exception, swap it in.

    After an exception the old site is as it was. A site that would not change keeps its files and their
    times.

    Args:
        folder: where the site goes; made if missing.
        protected: the configuration file and the inputs, which the folder must not contain.
        check: receives the finished stage and returns what is broken in it; then nothing is swapped.
        cache: a folder that the site must neither contain nor be inside of.

    Raises:
        SiteError: the folder is not ours to replace, another process is working on it, an output's path is
            outside it, or the site is broken.
    """
    with reported(folder):
        folder = checked(folder, protected, cache)
        folder.parent.mkdir(parents=True, exist_ok=True)
    with _lock(folder):
        with reported(folder):
            _clear_leftovers(folder)
        stage = _beside(folder, "new")  # free since _clear_leftovers
        linked: Linked = {}
        try:
            with reported(folder):
                stage.mkdir()
                (stage / MARKER).touch()  # so that a build after a crash may remove it
            yield Staging(stage, folder, linked)
            with reported(folder):
                _finish(stage, folder, check)
            _refuse_changed(folder, linked)
        finally:
            _clear_away(stage, folder)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; report a place where no lock file can be made."""
    with ExitStack() as stack:
        with reported(folder):
            stack.enter_context(locked(folder))
        yield


def _clear_away(stage: Path, folder: Path) -> None:
    """Remove the stage, and the old site unless the next build must move it back."""
    old = _beside(folder, "old")
    try:
        _discard(stage, old, folder)
    except BaseException:  # a signal must not interrupt the cleaning up
        _discard(stage, old, folder)
        raise


def _discard(stage: Path, old: Path, folder: Path) -> None:
    discard(stage)
    if folder.exists():
        discard(old)


def _clear_leftovers(folder: Path) -> None:
    """Remove what interrupted builds left beside the folder; move back a site that was being swapped.

    Raises:
        SiteError: something there was not made by gallery.
    """
    new, old = (_beside(folder, state) for state in ("new", "old"))
    if old.exists() and not folder.exists():
        old.rename(folder)
    for left in (new, old):
        if not left.exists():
            continue
        if any(left.iterdir()) and not (left / MARKER).is_file():
            raise SiteError(f"{left}: was not made by gallery and is in the way; move it elsewhere")
        discard(left)


def _beside(folder: Path, state: str) -> Path:
    return folder.with_name(f".{folder.name}.gallery-{state}")


def _create(path: str, old: str, content: bytes) -> Mark | None:
    """Write a file, or make a hard link to the old site's if that is the same; return the mark of a link.

    A link saves a write to the disk, and keeps the file's time. Paths are texts, because a rebuild does this
    for every file of the site, and Path objects take longer than the rest.
    """
    if _holds(old, content):
        with suppress(OSError):  # no hard links here; any other problem shows when the file is written
            os.link(old, path)
            return _changed(path)
    with open(path, "xb") as file:  # noqa: PTH123
        file.write(content)
    return None


def _refuse_changed(folder: Path, linked: Linked) -> None:
    """Refuse a site if somebody wrote into a file that it links to during the build.

    Raises:
        SiteError: there is such a file; the next build makes it again.
    """
    for path, before in linked.items():
        with reported(f"{folder}/{path}"):
            if _changed(f"{folder}/{path}") != before:
                raise SiteError(f"{folder / path}: changed while the site was built; build again")


def _holds(path: str, content: bytes) -> bool:
    """Return whether a path is a regular file, not a symbolic link, with this content."""
    try:
        found = os.lstat(path)
        if not (stat.S_ISREG(found.st_mode) and found.st_size == len(content)):
            return False
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read() == content
    except OSError:
        return False


def _refuse_outside(path: str) -> None:
    if not _stays_inside(path) or path == MARKER:
        raise SiteError(f"{path!r}: must be a relative POSIX path inside the site")


def _stays_inside(path: str) -> bool:
    """Return whether a path is relative, normal and POSIX.

    >>> [_stays_inside(path) for path in ("a/b.svg", ".nojekyll", "", ".", "/a", "a/../b", "a//b")]
    [True, True, False, False, False, False, False]
    """
    pure = PurePosixPath(path)
    normal = str(pure) == path and path != "." and ".." not in pure.parts
    return normal and not pure.is_absolute() and path.isprintable() and "\\" not in path


def _finish(stage: Path, folder: Path, check: Check | None) -> None:
    """Check the stage, write its marker, copy the user's files, and swap it in if anything has changed."""
    if problems := check(stage) if check else ():
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise SiteError(f"the new site is broken and was not swapped in: {problems[0]}{more}")
    listed = sorted(entries(stage) - {MARKER})
    marker = "".join(f"{path}\n" for path in listed).encode()
    part = f"{stage}/{MARKER}.part"
    _create(part, f"{folder}/{MARKER}", marker)
    Path(part).replace(stage / MARKER)  # never without one: a build after a crash may remove the stage
    _bring_along(stage, folder)
    if not _same(stage, folder):
        if hasattr(os, "sync"):  # not on Windows
            os.sync()  # so that a power failure cannot leave the new site with empty files
        exchange(stage, folder, _beside(folder, "old"))
        _bring_late(stage if stage.exists() else _beside(folder, "old"), folder)
        _settle(folder.parent)


def _settle(parent: Path) -> None:
    """Wait until the swap is on the disk, because the removal of the old site must not get there first."""
    with suppress(OSError):  # not every file system can, and the new site is in place already
        place = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)


def _bring_along(stage: Path, folder: Path) -> None:
    """Copy the user's files from the old site to the stage; refuse if an output would replace one."""
    for path in sorted(entries(folder) - made(folder) - {MARKER}):
        target = stage / path
        if os.path.lexists(target) and path not in ALWAYS_THEIRS:
            raise SiteError(f"{folder / path}: was not made by gallery and is in the way; move it elsewhere")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / path, target, follow_symlinks=False)
    for path in empty_folders(folder):
        (stage / path).mkdir(parents=True, exist_ok=True)


def _bring_late(old: Path, folder: Path) -> None:
    """Copy files that the user changed in the old site while the new one was written to the disk."""
    for path in sorted(entries(old) - made(old) - made(folder) - {MARKER}):
        target = folder / path
        if not os.path.lexists(target) or _changed(old / path) != _changed(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / path, target, follow_symlinks=False)


def _changed(path: Path | str) -> Mark:
    found = os.lstat(path)
    return found.st_size, found.st_mtime_ns


def _same(stage: Path, folder: Path) -> bool:
    """Return whether the stage has the same files as the folder; the user's were copied from there."""
    paths = made(stage) | {MARKER}
    return entries(stage) == entries(folder) and all(
        _equal(stage / path, folder / path) for path in sorted(paths)
    )


def _equal(one: Path, other: Path) -> bool:
    return one.samefile(other) or filecmp.cmp(one, other, shallow=False)
