"""The code of a stage is all of our modules that its modules import."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from generator.store import versions

ROOT = versions.PACKAGE.parent
STAGE = re.compile(r'^    stage: ClassVar\[Stage\] = "(\w+)"$', re.MULTILINE)
FURTHER = {
    "results": ("networks.network", "networks.own", "networks.choice", "images"),
    "figures": ("images",),
    "check": ("check",),
    "tables": ("analysis.scanner", "datasets.opening", "datasets.table_file"),
}
"""What makes values besides their kinds: what opens models and pictures."""

NEUTRAL = {"environment.py", "errors.py", "version.py", "__init__.py", "artifacts/__init__.py"}
NEUTRAL |= {"analysis/__init__.py"}
"""The machine and the version are parts of their own, and words of errors change no artifact."""

KEEPS = re.compile(r"store/(?!codec\.py)|artifacts/artifact\.py")
"""What makes keys and keeps values, and changes none."""


def kinds(stage: str) -> set[str]:
    """Return the modules that define kinds of a stage."""
    found = versions.PACKAGE.glob("artifacts/*.py")
    return {f"artifacts.{path.stem}" for path in found if stage in STAGE.findall(path.read_text())}


def file_of(module: str) -> Path | None:
    path = ROOT / module.replace(".", "/")
    found = (path / "__init__.py", path.with_suffix(".py"))
    return next((one for one in found if one.is_file()), None)


def imports(path: Path) -> set[str]:
    """Return the modules of ours that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("generator"):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("generator")}
    return found - {"generator"}


def closure(modules: set[str], others: set[str]) -> set[str]:
    """Return the files, below the generator's folder, that modules import directly or not, but no others."""
    waiting, seen = [f"generator.{module}" for module in modules], set()
    left = {file_of(f"generator.{module}") for module in others}
    while waiting:
        path = file_of(waiting.pop())
        if path and path not in seen | left:
            seen.add(path)
            waiting += imports(path)
    return {path.relative_to(versions.PACKAGE).as_posix() for path in seen}


@pytest.mark.parametrize("stage", versions.CODE)
def test_all_that_a_stage_imports_is_its_code(stage: str) -> None:
    """Kinds of other stages are needs, whose keys name their own code."""
    hashed = {path.relative_to(versions.PACKAGE).as_posix() for path in versions._files(stage)}
    needs = {module for other in versions.CODE for module in kinds(other)} - kinds(stage)
    found = closure(kinds(stage) | set(FURTHER.get(stage, ())), needs)
    assert {path for path in found - hashed - NEUTRAL if not KEEPS.match(path)} == set()


def test_every_kind_has_a_stage_whose_code_it_is() -> None:
    modules = {f"artifacts.{path.stem}" for path in versions.PACKAGE.glob("artifacts/*.py")}
    with_kinds = {module for stage in versions.PACKAGES for module in kinds(stage)}
    assert modules - with_kinds == {"artifacts.__init__", "artifacts.artifact"}


@pytest.mark.parametrize("stage", versions.CODE)
def test_every_name_of_code_exists(stage: str) -> None:
    assert all((versions.PACKAGE / name).exists() for name in versions.CODE[stage])


@pytest.mark.parametrize("stage", versions.PACKAGES)
def test_every_stage_has_packages(stage: str) -> None:
    assert versions.packages(stage)


def test_another_byte_of_code_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "PACKAGE", tmp_path)
    monkeypatch.setattr(versions, "CODE", {"figures": ("figures", "images.py")})
    (tmp_path / "figures").mkdir()
    (tmp_path / "images.py").write_text("a = 1\n")
    found = set()
    for name, text in (
        ("draw.py", "b = 1\n"),
        ("draw.py", "b = 2\n"),
        ("style.py", ""),
        ("table.json", "{}"),
    ):
        (tmp_path / "figures" / name).write_text(text)
        versions.code.cache_clear()
        found.add(versions.code("figures"))
    versions.code.cache_clear()
    assert len(found) == 4
