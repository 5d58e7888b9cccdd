"""What `make audit` needs: a built site, a server for it, a browser, and the tools of package.json."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright import sync_api

HERE = Path(__file__).parent
TOOLS = HERE / "node_modules"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("background-networking", "component-update", "gpu", "quic", "sync")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site() -> Path:
    """The site that is audited: the folder named by SITE, else site/."""
    folder = Path(os.environ.get("SITE", HERE.parents[1] / "site")).resolve()
    assert (folder / "index.html").is_file(), f"{folder} has no index.html; run `make gallery` first"
    return folder


@pytest.fixture(scope="session")
def kinds(site: Path) -> dict[str, str]:
    """One page of each kind that the site has, by the kind's pattern."""
    found: dict[str, str] = {}
    for path in sorted(site.rglob("*.html")):
        page = path.relative_to(site).as_posix()
        found.setdefault(_kind(page), page)
    return found


def _kind(page: str) -> str:
    """Return the pattern of a page's path: names that the gallery's content gives become stars.

    >>> _kind("models/vgg16/block1_pool/12/index.html")
    'models/*/*/*/index.html'
    """
    parts = page.split("/")
    if parts[0] not in ("images", "models", "page"):
        return page
    return "/".join(part if part in (parts[0], "index.html", "compare", "classes") else "*" for part in parts)


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Return what serves a folder on the loopback and gives its address."""
    servers = []

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        server.handle_error = lambda *_: None  # a browser that hangs up
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def served(site: Path, serve: Callable[[Path], str]) -> str:
    """The address of the site."""
    return serve(site)


@pytest.fixture(scope="session")
def browser() -> Iterator[sync_api.Browser]:
    assert CHROMIUM, "the audit needs Chromium; on Debian: apt-get install chromium"
    arguments = ["--no-sandbox", *(f"--disable-{feature}" for feature in QUIET)]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def markup_errors() -> Callable[..., list[str]]:
    """Return what the Nu HTML checker finds wrong in pages, or in figures, a line each."""
    checker = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    assert shutil.which("java"), (
        "the Nu HTML checker needs Java; on Debian: apt-get install default-jre-headless"
    )

    def check(paths: list[Path], *options: str) -> list[str]:
        options = ("--format", "json", "--errors-only", *options)
        command = ["java", "-Xss1m", "-jar", str(checker), *options, *map(str, paths)]
        said = subprocess.run(command, capture_output=True, text=True, timeout=600).stderr
        messages = json.loads(said)["messages"]
        return [f"{one.get('url')}:{one.get('lastLine')}: {one['message']}" for one in messages]

    return check
