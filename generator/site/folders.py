"""Which folders are sites, and which of their files belong to the user.

Question: which files may a build replace? A marker in the site lists the files that were made. Options: a
folder with a marker is ours as a whole; only the listed files are ours. Choice: the listed files. Everything
else, such as a ``CNAME`` or the ``.gitkeep`` of a fresh checkout, is the user's and is still there after a
build or a removal. Cost: each build copies such files.

Question: after a removal that left only the user's files, may the next build use the folder? Options: no;
yes. Choice: yes, by a marker that lists nothing, so that ``build`` works after ``clean``. Cost: the marker
stays. A folder with only a ``CNAME`` or a ``.gitkeep`` needs no marker, because people put these where a site
will be.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from generator.errors import SiteError

MARKER = ".gallery-site"
ALWAYS_THEIRS = frozenset({".gitkeep", "CNAME"})


def checked(folder: Path, protected: Sequence[Path], cache: Path | None = None) -> Path:
    """Return the resolved folder if a site may be written there.

    Raises:
        SiteError: it may not; the text says why, and what to do.
    """
    if folder.is_symlink():
        raise SiteError(f"{folder}: is a symbolic link; give the folder it points to as the output")
    folder = folder.resolve()
    for place in (Path.cwd(), Path.home(), *protected, *([cache] if cache else ())):
        if Path(os.path.realpath(place)).is_relative_to(folder):  # resolve() fails on a circular link
            raise SiteError(f"{folder}: contains {place}; choose an output folder of its own, such as site/")
    if cache and folder.is_relative_to(cache.resolve()):
        raise SiteError(f"{folder}: lies in the cache, {cache}; choose an output folder outside it")
    if os.path.ismount(folder):
        raise SiteError(f"{folder}: is a mount point and cannot be swapped; choose a folder in it")
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
    return MARKER in names or names <= ALWAYS_THEIRS


def entries(folder: Path) -> set[str]:
    """Return the relative POSIX paths of all files and links in a folder, without following links."""
    return {
        f"{place}{name}"
        for place, folders, names in _walked(folder)
        for name in (*names, *(name for name in folders if (folder / f"{place}{name}").is_symlink()))
    }


def files(folder: Path) -> list[Path]:
    """Return the files of a site that a build made, and its marker."""
    return [folder / path for path in sorted(made(folder) | {MARKER})]


def empty_folders(folder: Path) -> list[str]:
    """Return the relative POSIX paths of empty folders; they are the user's, because builds make none."""
    return sorted(
        place[:-1] for place, folders, names in _walked(folder) if place and not folders and not names
    )


def _walked(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield for each folder its relative POSIX path with a slash at its end, its folders and its files."""
    root = os.path.join(folder, "")  # noqa: PTH118 - Path objects are slow for thousands of files
    for place, folders, names in os.walk(root):
        relative = place[len(root) :].replace(os.sep, "/")
        yield (f"{relative}/" if relative else ""), folders, names


def made(folder: Path) -> set[str]:
    """Return the paths that a site's marker lists; empty without a marker."""
    with suppress(FileNotFoundError):
        return set((folder / MARKER).read_text(encoding="utf-8").splitlines())
    return set()


def prune(folder: Path, removed: Sequence[str]) -> None:
    """Remove folders that are empty without the removed files: deepest first, ``folder`` itself last."""
    parents = {folder / parent for path in removed for parent in PurePosixPath(path).parents}
    for path in sorted({folder, *parents}, reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


def discard(folder: Path) -> None:
    """Remove a whole folder that is ours; errors are ignored.

    The marker is removed last: if the process dies before, the folder is still known as ours.
    """
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != MARKER:
                path.unlink(missing_ok=True)
        (folder / MARKER).unlink(missing_ok=True)
        folder.rmdir()


@contextmanager
def reported(place: Path | str) -> Iterator[None]:
    """Turn an ``OSError`` into a ``SiteError`` that names the place."""
    try:
        yield
    except OSError as error:
        raise SiteError(f"{place}: cannot be written: {error.strerror or error}") from error
