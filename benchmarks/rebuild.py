"""What a change costs once everything is kept: ``python -m benchmarks.rebuild``.

The pictures of ``inputs/`` are repeated, each with other pixels, until there are enough, and seen through
SqueezeNet once. Then the gallery is built again: with nothing changed, after one title, one template and one
picture have changed, and with the whole site gone. Each build is a process of its own; times are of the wall.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from benchmarks.fetched import shared

ROOT = Path(__file__).parents[1]
LONGEST_PX = 320
LIMIT = "50GB"  # more than a thousand pictures' results take
LAYERS = ["maxpool1", "maxpool3", "maxpool5", "fire7", "fire9"]
MODULES = """
import sys
from generator.cli import main
status = main(["build", "-q"])
heavy = ("numpy", "PIL", "jinja2", "pydantic", "yaml", "keras", "tensorflow")
found = [name for name in heavy if name in sys.modules]
print(len(sys.modules), "modules, among them", ", ".join(found) or "none that is large")
sys.exit(status)
"""


def main() -> None:
    """Build a gallery, change it, and print the seconds of each build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        _measure(Path(name), options.pictures)


def _measure(folder: Path, count: int) -> None:
    _pictures(folder / "inputs", count)
    titles = {f"picture-{place}.jpg": f"Picture {place}" for place in range(count)}
    _write(folder, titles)
    time.sleep(2.1)  # what changed just before a build is not sealed
    _say("from nothing", folder)
    _say("nothing changed", folder)
    _write(folder, titles | {"picture-7.jpg": "Another"})
    _say("one title changed", folder)
    (folder / "theme" / "about.html").write_text('{% extends "!about.html" %}')
    _say("one template of one page", folder)
    (folder / "theme" / "base.html").write_text('{% extends "!base.html" %}')
    _say("the template of all pages", folder)
    _pictures(folder / "inputs", 1, first=7, shade=99)
    _say("one picture changed", folder)
    subprocess.run(["rm", "-r", str(folder / "site")], check=True)
    _say("the site gone", folder)


def _pictures(folder: Path, count: int, first: int = 0, shade: int = 0) -> None:
    """Write pictures, each with a corner of another colour."""
    folder.mkdir(exist_ok=True)
    found = sorted((ROOT / "inputs").glob("*.jpg"))
    for place in range(first, first + count):
        picture = Image.open(found[place % len(found)]).convert("RGB")
        picture.thumbnail((LONGEST_PX, LONGEST_PX))
        picture.paste((place % 256, place // 256, shade), (0, 0, 40, 40))
        picture.save(folder / f"picture-{place}.jpg", quality=90)


def _write(folder: Path, titles: dict[str, str]) -> None:
    inputs = [{"path": f"inputs/{name}", "title": title} for name, title in titles.items()]
    model = {"name": "squeezenet", "layers": LAYERS}
    config = {"inputs": inputs, "models": [model], "templates": "theme/", "cache_limit": LIMIT}
    (folder / "theme").mkdir(exist_ok=True)
    (folder / "gallery_config.yml").write_text(json.dumps(config, indent=1))


def _say(what: str, folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GALLERY_CACHE": str(folder / "cache")}
    environment |= shared("squeezenet")
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MODULES],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - started
    print(f"{what}: {seconds:.2f} s, {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main()
