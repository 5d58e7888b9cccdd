"""Lighthouse's mobile preset on index and image page: 100, and 95 for speed."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.audit.conftest import CHROMIUM, HERE, TOOLS

FLOORS = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 95}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def scores(address: str) -> tuple[dict[str, int], list[str]]:
    """Return Lighthouse's score for each category, and which of its audits cost points."""
    command = [
        *("node", str(TOOLS / "lighthouse" / "cli" / "index.js"), address, "--quiet", "--output=json"),
        *(f"--only-categories={','.join(FLOORS)}", f"--chrome-flags={FLAGS}"),
    ]
    environment = {**os.environ, "CHROME_PATH": str(CHROMIUM)}
    done = subprocess.run(
        command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=300, check=True
    )
    said = json.loads(done.stdout)
    weighed = {
        one["id"] for part in said["categories"].values() for one in part["auditRefs"] if one["weight"]
    }
    costly = [
        audit["title"] for name, audit in said["audits"].items() if name in weighed and audit["score"] == 0
    ]
    return {name: round(100 * part["score"]) for name, part in said["categories"].items()}, costly


@pytest.mark.parametrize("kind", ["index.html", "images/*/index.html"])
def test_scores_reach_their_floors(served: str, kinds: Mapping[str, str], kind: str) -> None:
    found, costly = scores(f"{served}/{kinds[kind]}")
    print(kind, found)
    assert {name: score for name, score in found.items() if score < FLOORS[name]} == {}, costly


def test_a_seeded_fault_costs_points(site: Path, tmp_path: Path, serve: Callable[[Path], str]) -> None:
    page = (site / "404.html").read_text(encoding="utf-8")
    (tmp_path / "index.html").write_text(page.replace(' lang="en"', ""), encoding="utf-8")
    found, _ = scores(f"{serve(tmp_path)}/index.html")
    assert found["accessibility"] < FLOORS["accessibility"]
