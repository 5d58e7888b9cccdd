"""``gallery init [FOLDER]``: write what a new gallery needs, and say what to type next.

Question: where are the files that it copies? Options: ``templates/``; the checkout's ``inputs/``; a folder in
this room. Choice: ``cli/starter/``, as ``networks/tables/``. Only this command reads it, the wheel has it,
and a change there neither renders pages again nor is found as a template. Cost: two photographs are in the
repository twice; a test compares them.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.cli.commands import DONE
from generator.config.globs import search
from generator.errors import ConfigError, GalleryError
from generator.records.picture_formats import SUFFIXES
from generator.site import MARKER
from generator.version import __version__

STARTER = Path(__file__).parents[1] / "starter"
CONFIG, IGNORED, WORKFLOW = "gallery_config.yml", ".gitignore", ".github/workflows/pages.yml"
INPUTS, SITE = "inputs", "site"


def run(options: argparse.Namespace) -> int:
    """Write the files of a new gallery, leave those that exist, and print both.

    Raises:
        ConfigError: the folder cannot hold a gallery; nothing was written.
        GalleryError: a folder cannot be read, or a file cannot be written.
    """
    folder: Path = options.folder.absolute()
    try:
        _begin(folder)
    except OSError as error:
        raise GalleryError(f"{error.filename or folder}: {error.strerror or error}") from error
    steps = ["gallery check", "gallery build", "gallery serve"]
    if folder != Path.cwd():
        folder_name = str(options.folder)
        quoted = f'"{folder_name}"' if os.name == "nt" else shlex.quote(folder_name)
        steps.insert(0, f"cd {quoted}")
    print("next:", *steps, sep="\n  ")
    return DONE


def _begin(folder: Path) -> None:
    """Write the files of a gallery into the folder, and print a line for each."""
    files, repository = _files(folder), _repository_above(folder)
    _refuse(folder, files)
    for name, content in files.items():
        if name == WORKFLOW and repository:
            print(f"no {name}: GitHub reads workflows only at the root of a repository, {repository}")
        elif _wrote(folder / name, content):
            print(f"wrote {name}")
        else:
            print(f"left {name} as it is{_advice(folder, name)}")


def _refuse(folder: Path, names: Iterable[str]) -> None:
    """Refuse a folder in which a gallery cannot be, before anything is written.

    Raises:
        ConfigError: there is a file where a folder is needed, or the folder is in a site.
    """
    for path in (folder, *folder.parents):
        if (path / MARKER).is_file():
            raise ConfigError(f"{path}: is a site that gallery made; choose a folder outside it")
    for path in (above for name in names for above in (folder / name).parents):
        if os.path.lexists(path) and not path.is_dir():
            raise ConfigError(f"{path}: expected a folder, found a file; choose another folder or move it")


def _files(folder: Path) -> dict[str, bytes]:
    """Return path -> content of each file; photographs only with the configuration that names them."""
    workflow = (STARTER / "pages.yml").read_text(encoding="utf-8").replace("VERSION", __version__)
    own = list(_own_pictures(folder))
    has_configuration = os.path.lexists(folder / CONFIG)
    photographs = [] if own or has_configuration else sorted((STARTER / INPUTS).iterdir())
    return {
        CONFIG: _configuration(own).encode(),
        IGNORED: (STARTER / "gitignore").read_bytes(),
        WORKFLOW: workflow.encode(),
        **{f"{INPUTS}/{path.name}": path.read_bytes() for path in photographs},
    }


def _configuration(own: list[str]) -> str:
    """Return the configuration with our photographs, or with the user's pictures if there are any."""
    text = (STARTER / CONFIG).read_text(encoding="utf-8")
    if not own:
        return text
    before, key, after = text.partition("\ninputs:\n")
    _, end, rest = after.partition("\n\n")
    entries = "\n".join(f"  - {json.dumps(path, ensure_ascii=False)}" for path in own)
    return f"{before}{key}{entries}{end}{rest}"


def _own_pictures(folder: Path) -> Iterator[str]:
    """Yield entries of ``inputs`` for all pictures in the folder, by suffix, then by subfolder."""
    content = sorted(folder.iterdir()) if folder.is_dir() else []
    shown = [path for path in content if not path.name.startswith(".")]
    suffixes = {path.suffix for path in shown if path.suffix.lower() in SUFFIXES and path.is_file()}
    yield from (f"*{suffix}" for suffix in sorted(suffixes))
    for path in filter(_may_have_pictures, shown):
        entries = (f"{path.name}/", f"{path.name}/*/**/*")
        yield from (entry for entry in entries if search(entry, folder, folder / SITE))


def _may_have_pictures(path: Path) -> bool:
    """Return whether a folder is the user's own: neither a site nor an environment of Python."""
    return path.is_dir() and not any((path / name).exists() for name in (MARKER, "pyvenv.cfg"))


def _repository_above(folder: Path) -> Path | None:
    """Return the root of the git repository that contains the folder, unless it is the folder itself."""
    roots = (path for path in (folder, *folder.parents) if (path / ".git").exists())
    root = next(roots, folder)
    return root if root != folder else None


def _wrote(path: Path, content: bytes) -> bool:
    """Write a new file, whole or not at all; return ``False`` if there is one already, even a broken link."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = path.open("xb")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(content)
    except OSError:
        path.unlink()
        raise
    return True


def _advice(folder: Path, name: str) -> str:
    """Return what a file of the user's may lack."""
    if name != IGNORED:
        return ""
    lines = (
        (folder / name).read_text(encoding="utf-8", errors="replace").split()
        if (folder / name).is_file()
        else []
    )
    has_site = {SITE, f"{SITE}/", f"/{SITE}", f"/{SITE}/", f"/{SITE}/*"} & {*lines}
    return "" if has_site else f"; add the line /{SITE}/"
