"""A tiny gallery to damage: its starting states, and what an observer sees on the disk."""

import shutil
from dataclasses import dataclass

from PIL import Image

CONFIG = """\
title: {title}
inputs: [inputs/]
models:
  - name: squeezenet
    layers: [maxpool1]
top_features: 2
"""
PICTURES = {"red": (200, 30, 40), "striped": (20, 60, 220), "teal": (10, 140, 130)}
BESIDE = {".site.lock", ".site.gallery-new", ".site.gallery-old"}
"""What a build may have beside its site while it runs, and a dead one may leave there."""

STATES = ("no site", "old site", "fewer pages")
CACHES = ("all kept", "results kept", "nothing kept")


@dataclass(frozen=True)
class Seen:
    """What is on the disk: the site's files, ``None`` without a site; the user's; what else lies beside."""

    site: dict[str, bytes] | None
    theirs: dict[str, bytes]
    beside: set[str]


def files(folder):
    """Return the bytes of every file of a folder, and where its links lead, by relative path."""
    found = sorted(folder.rglob("*"))
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()).encode()
        if path.is_symlink()
        else path.read_bytes()
        for path in found
        if path.is_symlink() or path.is_file()
    }


class Gallery:
    """A gallery and its cache in a folder of their own, and their starting states, kept beside."""

    def __init__(self, root):
        self.root = root
        self.work = root / "work"
        self.folder = self.work / "gallery"
        self.cache = self.work / "cache"
        self.log = root / "log.txt"

    @property
    def site(self):
        return self.folder / "site"

    def seen(self):
        """Return what is on the disk now."""
        names = {path.name for path in self.folder.iterdir()}
        theirs = {
            path: content
            for path, content in files(self.folder).items()
            if path.split("/")[0] not in {"site", *BESIDE}
        }
        return Seen(files(self.site) if self.site.exists() else None, theirs, names & BESIDE)

    def entries(self):
        """Return file number and bytes of everything finished in the cache."""
        return {
            path.relative_to(self.cache).as_posix(): (path.stat().st_ino, path.read_bytes())
            for path in self.cache.glob("*/??/*")
            if path.suffix != ".part"
        }

    def parts(self):
        """Return what is half written in the cache."""
        return sorted(path.relative_to(self.cache).as_posix() for path in self.cache.rglob("*.part"))

    def start(self, state, cache):
        """Put the gallery and its cache in one of their starting states."""
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.root / "states" / state, self.folder, symlinks=True)
        if cache == "nothing kept":
            return
        shutil.copytree(self.root / "cache", self.cache)
        if cache == "results kept":
            for stage in self.cache.iterdir():
                if stage.name not in {"results", "weights"}:
                    shutil.rmtree(stage)

    def prepare(self, build):
        """Make the starting states; the builds fill a cache with all that any of them needs."""
        if (self.root / "states").exists():
            return
        self._write("Old", PICTURES)
        build()
        self._keep("fewer pages", lambda: (self.folder / "inputs" / "teal.png").unlink())
        self._write("Old", ("red", "striped"))
        build()
        (self.site / "CNAME").write_text("gallery.example")
        (self.site / "notes.txt").write_text("mine")
        (self.site / "drafts" / "later").mkdir(parents=True)
        self._keep("old site", lambda: self._retitle("New"))
        build()
        self._retitle("New")
        build()
        shutil.copytree(self.cache, self.root / "cache")
        self._keep("no site", lambda: shutil.rmtree(self.site))

    def _keep(self, state, change):
        """Keep a starting state: the gallery as it is with one change, its title the new one."""
        kept = self.root / "aside"
        shutil.copytree(self.folder, kept, symlinks=True)
        change()
        self._retitle("New")
        shutil.copytree(self.folder, self.root / "states" / state, symlinks=True)
        shutil.rmtree(self.folder)
        kept.rename(self.folder)

    def _write(self, title, names):
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "inputs").mkdir(parents=True)
        (self.folder / "letter.txt").write_text("beside the site, and mine")
        for name in names:
            picture = Image.new("RGB", (60, 40), PICTURES[name])
            picture.paste((250, 240, 90), (10, 5, 30, 35))
            picture.save(self.folder / "inputs" / f"{name}.png")
        self._retitle(title)

    def _retitle(self, title):
        (self.folder / "gallery_config.yml").write_text(CONFIG.format(title=title))
