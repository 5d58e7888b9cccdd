"""How long the pages of many pictures take, from results that are kept, beside sigal and Hugo.

Run after ``make gallery``: ``python -m benchmarks.pages --sigal PATH --hugo PATH``. The pictures of
``gallery_config.yml`` are repeated under other names until there are enough. The others then make as many
pages, of as many thumbnails, as ours has of pictures, networks, layers, features, classes and comparisons;
each in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from benchmarks import processes
from generator.build.models import Fetch, open_models
from generator.build.plan import Plan
from generator.build.run import Run
from generator.cli import setup
from generator.cli.console import Plain
from generator.pages import BuildInfo, SitePages, UnrenderedPage
from generator.records import GalleryConfig, Output, ShownPicture

PAGE = """---
title: {title}
---
![{title}](/thumbnails/{title}.jpg)
"""
SINGLE = "<!doctype html><title>{{ .Title }}</title>{{ .Content }}"
LIST = '<!doctype html>{{ range .Paginator.Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}'


def main() -> None:
    """Measure and print a line for each generator."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--sigal", help="sigal's command")
    parser.add_argument("--hugo", help="Hugo's command")
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        _ours(options.ours, options.pictures)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        command = [sys.executable, "-m", "benchmarks.pages", "--pictures", str(options.pictures)]
        count = _say("ours", _timed([*command, "--ours", str(root / "ours")], root), root / "ours")
        if options.sigal:
            _sigal(root, options.sigal, count)
        if options.hugo:
            _hugo(root, options.hugo, count)


def _ours(folder: Path, count: int) -> None:
    """Render the pages of so many pictures, and say how long that took without the loading of the records."""
    config, shown = _records()
    many = [_again(shown[place % len(shown)], place) for place in range(count)]
    started = time.perf_counter()
    for output in _files(SitePages(config, many, BuildInfo("1", "0" * 64))):
        path = folder / output.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output.content)
    print(f"rendering alone: {time.perf_counter() - started:.1f} s")


def _records() -> tuple[GalleryConfig, list[ShownPicture]]:
    """Return the repository's gallery, from the cache."""
    options = argparse.Namespace(config=Path("gallery_config.yml"), output=None, base_url=None)
    store, progress = setup.store_of(options, print), Plain(quiet=True)
    config = setup.configuration(options, store)
    models = open_models(config.networks, store.digest, progress.say, Fetch(progress, offline=True))
    plan = Plan(config, models, store)
    known = Run(store, progress).complete(plan.results)
    return config, plan.shown_pictures(known)


def _files(pages: SitePages) -> Iterator[Output]:
    """Yield all files of a site that are not figures, those that list the others last."""
    written = []
    for output in chain(pages.files(), _rendered(pages.pages())):
        written.append(output.path)
        yield output
    for output in _rendered(pages.sitemap(written)):
        written.append(output.path)
        yield output
    yield pages.manifest(written)


def _rendered(pages: Iterable[UnrenderedPage]) -> Iterator[Output]:
    return (Output(page.path, page.rendered()) for page in pages)


def _again(shown: ShownPicture, place: int) -> ShownPicture:
    """Return a picture under another name."""
    image = replace(shown.image, slug=f"{shown.image.slug}-{place}", title=f"{shown.image.title} {place}")
    return replace(shown, image=image)


def _thumbnails(folder: Path, count: int) -> None:
    """Put as many thumbnails into a folder."""
    folder.mkdir(parents=True)
    found = sorted(Path("site/images").glob("*/thumbnail.jpg"))
    for place in range(count):
        shutil.copy(
            found[place % len(found)], folder / f"{found[place % len(found)].parent.name}-{place}.jpg"
        )


def _sigal(root: Path, command: str, count: int) -> None:
    """Let sigal make an album with a page for each picture."""
    _thumbnails(root / "pictures", count)
    settings = "source = 'pictures'\ndestination = 'sigal'\ntheme = 'colorbox'\n"
    (root / "sigal.conf.py").write_text(settings + "plugins = ['sigal.plugins.media_page']\n")
    _say("sigal", _timed([command, "build", "-c", "sigal.conf.py"], root), root / "sigal")


def _hugo(root: Path, command: str, count: int) -> None:
    """Let Hugo make a page for each picture, and lists of sixty."""
    site = root / "hugo-site"
    _thumbnails(site / "static" / "thumbnails", count)
    for layout, text in (("single", SINGLE), ("list", LIST)):
        path = site / "layouts" / "_default" / f"{layout}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (site / "hugo.toml").write_text('baseURL = "/"\n[pagination]\npagerSize = 60\n')
    content = site / "content" / "posts"
    content.mkdir(parents=True)
    for path in (site / "static" / "thumbnails").iterdir():
        (content / f"{path.stem}.md").write_text(PAGE.format(title=path.stem))
    _say("Hugo", _timed([command, "-s", str(site), "-d", str(root / "hugo")], root), root / "hugo")


def _timed(command: list[str], root: Path) -> processes.Taken:
    """Return what a command took; it runs where it finds its files."""
    where = root if "benchmarks.pages" not in command else Path.cwd()
    return processes.run(command, {**os.environ, "PYTHONPATH": "."}, where, sys.stderr)


def _say(name: str, took: processes.Taken, folder: Path) -> int:
    """Print what a generator took, and return how many pages it made."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    html = sum(path.suffix == ".html" for path in files)
    peak = took.peak_bytes / 1e6
    print(f"{name}: {took.seconds:.1f} s, peak {peak:.0f} MB, {html} pages, {len(files)} files")
    return html


if __name__ == "__main__":
    main()
