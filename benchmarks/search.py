"""How long the search of a site takes for a key stroke: ``python -m benchmarks.search``.

The index is made up: 5,000 features, 200 pictures, 300 classes, tags, albums and pages. Queries are typed
letter by letter in a headless Chromium, from a disk. A stroke is timed until the list is laid out.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.entries import parts
from generator import paths
from generator.pages.search_files import entry_texts

QUERIES = (
    "fire9/294",
    "block4_pool 17",
    "294",
    "squeezenet",
    "marcat",
    "grifly jo",
    "köhen",
    "n00000042",
    "zzz",
)
ROUNDS = 5
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Search</title>
<link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src file: data:; script-src file:; style-src file:">
<link rel="stylesheet" href="../assets/style.css"><script defer src="../assets/find.js"></script></head>
<body><button data-find>Search</button></body></html>"""
TIMED = """window.strokes = [];
const frame = window.requestAnimationFrame;
window.requestAnimationFrame = act => frame(now => {
  const started = performance.now();
  act(now);
  document.querySelector("dialog")?.getBoundingClientRect();
  window.strokes.push(performance.now() - started);
});"""
TYPED = """async text => {
  const field = document.querySelector("[role=combobox]");
  for (let length = 1; length <= text.length; length++) {
    field.value = text.slice(0, length);
    field.dispatchEvent(new Event("input"));
    await new Promise(done => setTimeout(done, 50));
  }
}"""


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="Chromium's command")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder)
        write(root)
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.add_init_script(TIMED)
        page.goto((root / "page" / paths.INDEX).as_uri())
        _measure(page, root)
        browser.close()
    return 0


def write(root: Path) -> None:
    """Write a page, the assets, the index, and a picture in the place of each that the index names."""
    shutil.copytree(paths.TEMPLATES / "assets", root / "assets")
    lone, named = parts()
    groups = [*lone, *(group for some in named.values() for group in some)]
    pictures = {entry.picture.partition("#")[0] for group in groups for entry in group.entries} - {""}
    icon = (root / "assets" / "icon.svg").read_text()
    texts = {f"page/{paths.INDEX}": PAGE, **dict.fromkeys(pictures, icon), **entry_texts(lone, named)}
    for path, text in texts.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def _measure(page: Page, root: Path) -> None:
    """Load the index, type all queries, and print sizes and times."""
    files = [path.read_bytes() for path in sorted(root.glob("search/**/*.js"))]
    zipped = sum(len(gzip.compress(file)) for file in files)
    print(f"index: {len(files)} files, {sum(map(len, files)) / 1e3:.0f} KB, {zipped / 1e3:.0f} KB with gzip")
    started = time.perf_counter()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("You can search")
    print(f"first use, until the index is ready: {(time.perf_counter() - started) * 1e3:.0f} ms")
    for query in QUERIES:
        strokes = [time_ms for _ in range(ROUNDS) for time_ms in _typed(page, query)]
        found = page.get_by_role("status").inner_text().split(".")[0]
        middle, late = statistics.median(strokes), statistics.quantiles(strokes, n=20)[-1]
        print(f"{query!r}: median {middle:.1f} ms a stroke, 95 % below {late:.1f} ms; {found}")


def _typed(page: Page, query: str) -> list[float]:
    """Type a query letter by letter, and return the milliseconds of each stroke."""
    page.evaluate("strokes.length = 0")
    page.evaluate(TYPED, query)
    return list(page.evaluate("strokes"))


if __name__ == "__main__":
    sys.exit(main())
