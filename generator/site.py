"""The site's folder: written aside, swapped in when it is whole, removed on request.

Owns the stage beside the folder, the swap, and the question whose files are whose. Refuses to touch a folder
that is not known to be a site, and any that holds the project or its inputs.

Whose file is it? A marker in the site lists the files that were made. Options: the marker's presence makes
the whole folder ours; the marker's list makes the listed files ours. Choice: the list. Whatever else lies
there, such as a ``CNAME`` or the ``.gitkeep`` of a fresh checkout, is the user's and outlives each build and
removal. Cost: such files are copied once a build.

Whose folder is it, once its site has been removed and only the user's files are left? Options: no longer
ours, so that the next build refuses; ours still. Choice: ours still, by a marker that lists nothing, so that
``clean`` and ``build`` can follow each other. Cost: the marker stays. A folder with nothing but a ``CNAME``
or a ``.gitkeep`` needs none: such files are put where a site is to be.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath

from generator.errors import SiteError
from generator.records import Output

MARKER = ".gallery-site"
_ALWAYS_THEIRS = frozenset({".gitkeep", "CNAME"})


@contextmanager
def staged(folder: Path, protected: Sequence[Path] = ()) -> Iterator[Callable[[Output], None]]:
    """Give a function that writes one output; when the block ends well, the site is swapped in.

    Each output is on disk before the next is asked for. An exception leaves the old site as it was. A site
    of the same bytes is left alone, times and all.

    Args:
        folder: where the site goes; made if missing.
        protected: the config file and the inputs, which the folder must not contain.

    Raises:
        SiteError: the folder is not ours to replace, or an output's path leaves it.
    """
    with _reported(folder):
        folder = _checked(folder, protected)
        _clear_leftovers(folder)
        stage = _beside(folder, "new")
        stage.mkdir(parents=True)
    try:
        yield partial(_write, stage)
        with _reported(folder):
            _finish(stage, folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def remove_site(folder: Path, protected: Sequence[Path] = ()) -> bool:
    """Remove the files that were made, and the folder if no other is in it; tell whether anything went.

    Raises:
        SiteError: the folder is not empty and not a site, or must not be touched.
    """
    with _reported(folder):
        folder = _checked(folder, protected)
        if not (folder / MARKER).is_file():
            return False
        made = sorted(_entries(folder) & _made(folder))
        for path in made:
            (folder / path).unlink()
        stays = not _entries(folder) - {MARKER} <= _ALWAYS_THEIRS
        _forget(folder, stays)
        _prune(folder, made)
    return bool(made) or not stays


def _forget(folder: Path, stays: bool) -> None:
    """Empty the marker of a folder that stays ours for the user's files in it; remove it elsewhere."""
    if stays:
        (folder / MARKER).write_text("", encoding="utf-8")
    else:
        (folder / MARKER).unlink()


def _checked(folder: Path, protected: Sequence[Path]) -> Path:
    """Return the folder resolved, or refuse it."""
    if folder.is_symlink():
        raise SiteError(f"{folder}: is a symbolic link; give the folder it points to as the output")
    folder = folder.resolve()
    for place in (Path.cwd(), Path.home(), *protected):
        if place.resolve().is_relative_to(folder):
            raise SiteError(f"{folder}: contains {place}; choose an output folder of its own, such as site/")
    if folder.exists() and not folder.is_dir():
        raise SiteError(f"{folder}: is a file; choose an output folder")
    if folder.is_dir() and not _ours(folder):
        raise SiteError(
            f"{folder}: is not empty and was not made by gallery (it has no {MARKER}); "
            "choose another output folder, or empty this one"
        )
    return folder


def _ours(folder: Path) -> bool:
    names = {path.name for path in folder.iterdir()}
    return MARKER in names or names <= _ALWAYS_THEIRS


def _write(stage: Path, output: Output) -> None:
    """Write one output into the stage."""
    if not _stays_inside(output.path) or output.path == MARKER:
        raise SiteError(f"{output.path!r}: must be a relative POSIX path inside the site")
    target = stage / output.path
    with _reported(output.path):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(output.content)


def _stays_inside(path: str) -> bool:
    """Tell whether a path is relative, normal and POSIX.

    >>> [_stays_inside(path) for path in ("a/b.svg", ".nojekyll", "", ".", "/a", "a/../b", "a//b")]
    [True, True, False, False, False, False, False]
    """
    pure = PurePosixPath(path)
    normal = str(pure) == path and path != "." and ".." not in pure.parts
    return normal and not pure.is_absolute() and path.isprintable() and "\\" not in path


def _finish(stage: Path, folder: Path) -> None:
    """Mark the stage, bring the user's files along and swap it in, unless nothing has changed."""
    (stage / MARKER).write_text("".join(f"{path}\n" for path in sorted(_entries(stage))), encoding="utf-8")
    _bring_along(stage, folder)
    if not _same(stage, folder):
        _swap(stage, folder)


def _bring_along(stage: Path, folder: Path) -> None:
    """Copy what the user keeps in the old site, or refuse where a new output would replace it."""
    for path in sorted(_entries(folder) - _made(folder) - {MARKER}):
        target = stage / path
        if os.path.lexists(target) and path not in _ALWAYS_THEIRS:
            raise SiteError(f"{folder / path}: was not made by gallery and is in the way; move it elsewhere")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / path, target, follow_symlinks=False)
    for path in _empty_folders(folder):
        (stage / path).mkdir(parents=True, exist_ok=True)


def _swap(stage: Path, folder: Path) -> None:
    """Put the stage in the folder's place; on failure the old folder is back."""
    old = _beside(folder, "old")
    if folder.exists():
        folder.rename(old)
    try:
        stage.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _clear_leftovers(folder: Path) -> None:
    """Remove what dead builds left beside the folder; put back the site of one that died while swapping."""
    pattern = re.compile(rf"\.{re.escape(folder.name)}\.(\d+)\.(new|old)")
    for path in sorted(folder.parent.glob(".*")):
        found = pattern.fullmatch(path.name)
        if not found or _runs_elsewhere(int(found[1])):
            continue
        if found[2] == "old" and not folder.exists():
            path.rename(folder)
        else:
            shutil.rmtree(path)


def _runs_elsewhere(pid: int) -> bool:
    """Tell whether another living process has this id; where that cannot be asked, assume it."""
    if pid == os.getpid():
        return False
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _beside(folder: Path, state: str) -> Path:
    return folder.with_name(f".{folder.name}.{os.getpid()}.{state}")


def _entries(folder: Path) -> set[str]:
    """Return the relative POSIX paths of all files and links in a folder; links are not followed."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path.relative_to(folder).as_posix() for path in found}


def _empty_folders(folder: Path) -> list[str]:
    """Return the relative POSIX paths of the folders with nothing in them: the user's, for we make none."""
    found = (path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())
    return [path.relative_to(folder).as_posix() for path in found if not any(path.iterdir())]


def _made(folder: Path) -> set[str]:
    """Return the paths that a site's marker lists; none without a marker."""
    with suppress(FileNotFoundError):
        return set((folder / MARKER).read_text(encoding="utf-8").splitlines())
    return set()


def _same(stage: Path, folder: Path) -> bool:
    """Tell whether the stage would change nothing; what was brought along is the same anyway."""
    paths = _made(stage) | {MARKER}
    return _entries(stage) == _entries(folder) and all(
        filecmp.cmp(stage / path, folder / path, shallow=False) for path in sorted(paths)
    )


def _prune(folder: Path, removed: Sequence[str]) -> None:
    """Remove the folders that are empty without the removed files, deepest first, the folder itself last."""
    parents = {folder / parent for path in removed for parent in PurePosixPath(path).parents}
    for path in sorted({folder, *parents}, reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


@contextmanager
def _reported(place: Path | str) -> Iterator[None]:
    """Turn an error of the operating system into one that names the place."""
    try:
        yield
    except OSError as error:
        raise SiteError(f"{place}: cannot be written: {error.strerror or error}") from error
