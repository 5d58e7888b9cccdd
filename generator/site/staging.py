"""A site written aside, and swapped in when it is whole."""

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
Linked = dict[str, tuple[int, int]]
"""The outputs that are files of the old site, with their size and time of change."""


class Staging:
    """A site while it is written: in ``stage``, to take the place of ``folder``."""

    def __init__(self, stage: Path, folder: Path, linked: Linked) -> None:
        self._stage, self._folder, self._linked = stage, folder, linked

    def write(self, output: Output) -> None:
        """Write one output.

        Raises:
            SiteError: its path leaves the site, or it cannot be written.
        """
        _refuse_outside(output.path)
        target, old = self._stage / output.path, self._folder / output.path
        with reported(old):
            try:
                is_linked = _create(target, old, output.content)
            except FileNotFoundError:  # most folders are there already, and asking each time takes time
                target.parent.mkdir(parents=True, exist_ok=True)
                is_linked = _create(target, old, output.content)
            if is_linked:
                self._linked[output.path] = _changed(target)

    def remove(self, path: str) -> None:
        """Remove an output that was written, and the folders that are empty without it.

        Raises:
            SiteError: its path leaves the site, or it cannot be removed.
        """
        _refuse_outside(path)
        self._linked.pop(path, None)
        target = self._stage / path
        with reported(self._folder / path):
            target.unlink()
            for folder in target.relative_to(self._stage).parents[:-1]:
                with suppress(OSError):  # something else is in it
                    (self._stage / folder).rmdir()


@contextmanager
def staged(
    folder: Path, protected: Sequence[Path] = (), check: Check | None = None, cache: Path | None = None
) -> Iterator[Staging]:
    """Give a site that is written aside; when the block ends well, it is swapped in.

    Each output is on disk before the next is asked for. An exception leaves the old site as it was. A site
    of the same bytes is left alone, times and all.

    Args:
        folder: where the site goes; made if missing.
        protected: the config file and the inputs, which the folder must not contain.
        check: is given the finished stage and returns what is broken in it; then nothing is swapped.
        cache: a folder which the site must neither contain nor lie in.

    Raises:
        SiteError: the folder is not ours to replace, another build is at it, an output's path leaves it, or
            the site is broken.
    """
    with reported(folder):
        folder = checked(folder, protected, cache)
        folder.parent.mkdir(parents=True, exist_ok=True)
    with _lock(folder):
        with reported(folder):
            _clear_leftovers(folder)
        stage = _beside(folder, "new")  # where now nothing is
        linked: Linked = {}
        try:
            with reported(folder):
                stage.mkdir()
                (stage / MARKER).touch()  # ours from the start
            yield Staging(stage, folder, linked)
            with reported(folder):
                _finish(stage, folder, check)
            _refuse_changed(folder, linked)
        finally:
            _clear_away(stage, folder)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; a place where none can be made is reported."""
    with ExitStack() as stack:
        with reported(folder):
            stack.enter_context(locked(folder))
        yield


def _clear_away(stage: Path, folder: Path) -> None:
    """Remove the stage, and the old site once another is in its place; else the next build needs it."""
    old = _beside(folder, "old")
    try:
        _discard(stage, old, folder)
    except BaseException:  # a signal: it ends the build, not the clearing away
        _discard(stage, old, folder)
        raise


def _discard(stage: Path, old: Path, folder: Path) -> None:
    discard(stage)
    if folder.exists():
        discard(old)


def _clear_leftovers(folder: Path) -> None:
    """Remove what dead builds left beside the folder; put back the site of one that died while swapping.

    Raises:
        SiteError: what is there was not made by gallery.
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


def _create(path: Path, old: Path, content: bytes) -> bool:
    """Write a file, or link the old site's where that is the same; tell which.

    What is linked need not wait for the disk, and keeps its time.
    """
    if _holds(old, content):
        with suppress(OSError):  # not every file system has links; what else is wrong, writing tells
            os.link(old, path)
            return True
    with path.open("xb") as file:
        file.write(content)
    return False


def _refuse_changed(folder: Path, linked: Linked) -> None:
    """Refuse a site of which somebody wrote into a file that was taken over from the old one.

    Raises:
        SiteError: there is such a file; the next build makes it anew.
    """
    for path, before in linked.items():
        with reported(folder / path):
            if _changed(folder / path) != before:
                raise SiteError(f"{folder / path}: changed while the site was built; build again")


def _holds(path: Path, content: bytes) -> bool:
    """Tell whether a path is a file of its own, no link to another, with this content."""
    try:
        found = path.lstat()
        return stat.S_ISREG(found.st_mode) and found.st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _refuse_outside(path: str) -> None:
    if not _stays_inside(path) or path == MARKER:
        raise SiteError(f"{path!r}: must be a relative POSIX path inside the site")


def _stays_inside(path: str) -> bool:
    """Tell whether a path is relative, normal and POSIX.

    >>> [_stays_inside(path) for path in ("a/b.svg", ".nojekyll", "", ".", "/a", "a/../b", "a//b")]
    [True, True, False, False, False, False, False]
    """
    pure = PurePosixPath(path)
    normal = str(pure) == path and path != "." and ".." not in pure.parts
    return normal and not pure.is_absolute() and path.isprintable() and "\\" not in path


def _finish(stage: Path, folder: Path, check: Check | None) -> None:
    """Mark the stage, bring the user's files along and swap it in, unless nothing has changed."""
    if problems := check(stage) if check else ():
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise SiteError(f"the new site is broken and was not swapped in: {problems[0]}{more}")
    listed = sorted(entries(stage) - {MARKER})
    (stage / MARKER).write_text("".join(f"{path}\n" for path in listed), encoding="utf-8")
    _bring_along(stage, folder)
    if not _same(stage, folder):
        os.sync()  # after a loss of power the new site must not be a name without its bytes
        exchange(stage, folder, _beside(folder, "old"))
        _bring_late(stage if stage.exists() else _beside(folder, "old"), folder)
        _settle(folder.parent)


def _settle(parent: Path) -> None:
    """Wait until the swap is on the disk: the removal that follows must not come there first."""
    with suppress(OSError):  # not every file system can, and the new site is in its place already
        place = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)


def _bring_along(stage: Path, folder: Path) -> None:
    """Copy what the user keeps in the old site, or refuse where a new output would replace it."""
    for path in sorted(entries(folder) - made(folder) - {MARKER}):
        target = stage / path
        if os.path.lexists(target) and path not in ALWAYS_THEIRS:
            raise SiteError(f"{folder / path}: was not made by gallery and is in the way; move it elsewhere")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / path, target, follow_symlinks=False)
    for path in empty_folders(folder):
        (stage / path).mkdir(parents=True, exist_ok=True)


def _bring_late(old: Path, folder: Path) -> None:
    """Copy what the user changed in the old site since, for waiting for the disk takes time."""
    for path in sorted(entries(old) - made(old) - made(folder) - {MARKER}):
        target = folder / path
        if not os.path.lexists(target) or _changed(old / path) != _changed(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / path, target, follow_symlinks=False)


def _changed(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_size, found.st_mtime_ns


def _same(stage: Path, folder: Path) -> bool:
    """Tell whether the stage would change nothing; what was brought along is the same anyway."""
    paths = made(stage) | {MARKER}
    return entries(stage) == entries(folder) and all(
        _equal(stage / path, folder / path) for path in sorted(paths)
    )


def _equal(one: Path, other: Path) -> bool:
    return one.samefile(other) or filecmp.cmp(one, other, shallow=False)
