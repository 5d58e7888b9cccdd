"""The workflow that users copy: what it runs exists, what it may do is little."""

import re
from pathlib import Path

import pytest
import yaml

from generator.cli.arguments import parser

ROOT = Path(__file__).parents[2]
FILE = ROOT / ".github" / "workflows" / "pages.yml"


@pytest.fixture(scope="module")
def workflow():
    """The workflow, every word of it a text: ``on`` is no boolean to GitHub."""
    return yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_what_it_runs_exists(workflow):
    """Make targets, verbs and their options are ours as they are now."""
    run = "\n".join(step.get("run", "") for step in steps(workflow))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    made = re.findall(r'\bmake (\S+) ARGS="(.*)"', run)
    assert [target for target, _ in made] == ["gallery"]
    assert "gallery" in targets
    passed = (
        made[0][1].replace("$BASE_URL", "https://x.example/").replace("${RESULTS_RELEASE:+", "").rstrip("}")
    )
    options = parser().parse_args(["build", *passed.split()])
    assert (options.base_url, options.archive) == ("https://x.example/", Path("results.zip"))
    called = re.findall(r"\.venv/bin/gallery (.*)", run)
    assert [parser().parse_args(line.split()).verb for line in called] == ["check"]


def test_what_it_reads_is_there(workflow):
    named = [
        path
        for step in steps(workflow)
        for path in re.findall(r"'([^']+)'", step.get("with", {}).get("key", ""))
    ]
    named.append(
        next(
            step["with"]["cache-dependency-path"]
            for step in steps(workflow)
            if "setup-python" in step.get("uses", "")
        )
    )
    assert named
    assert [pattern for pattern in named if not any(ROOT.glob(pattern))] == []
    assert workflow["jobs"]["build"]["env"]["GALLERY_CACHE"].endswith("/.gallery-cache")


def test_it_trusts_and_may_no_more_than_it_needs(workflow):
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in used), (
        "GitHub's own, by major version"
    )
    assert workflow["permissions"] == {}
    jobs = workflow["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read", "pages": "read"}
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert all(int(job["timeout-minutes"]) <= 120 for job in jobs.values())


def test_nothing_that_others_can_write_is_run_as_code(workflow):
    assert [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")] == []
