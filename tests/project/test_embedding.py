"""Every way of embedding that the documentation names, tried with the snippets that stand there."""

from __future__ import annotations

import ast
import json
import re
import shutil
from contextlib import chdir
from pathlib import Path

import pytest
from IPython.core.formatters import DisplayFormatter
from playwright import sync_api
from pypdf import PdfReader

from generator.cli.arguments import parser
from tests.support import embedding
from tests.support.snippets import ROOT

PAGE = ROOT / "docs" / "how-to" / "embed-figures.md"
ALT = "Three features of SqueezeNet in a cat"
IDENTITY = 'id="figure-chelsea-squeezenet-cat"'
LANGUAGES = ("html", "markdown", "rst", "python", "latex")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the figures that the page's commands make."""
    made = tmp_path_factory.mktemp("embedding")
    embedding.make_figures(PAGE, made)
    return made


def snippets(language: str) -> list[str]:
    return [block.text for block in embedding.of_language(PAGE, language)]


def test_the_commands_make_the_figures_that_the_snippets_name(folder: Path) -> None:
    names = {path.name for path in folder.glob("cat.*")}
    assert names == {"cat.svg", "cat.png", "cat.pdf"}
    shown = "".join(block.text for block in embedding.of_language(PAGE, *LANGUAGES))
    assert set(re.findall(r"cat\.\w+", shown)) <= names


def test_html(folder: Path, browser: sync_api.Browser) -> None:
    picture, thing = snippets("html")
    (folder / "page.html").write_text(f"<!doctype html>{picture}{thing}", encoding="utf-8")
    with browser.new_context(viewport={"width": 700, "height": 700}) as context:
        page = context.new_page()
        page.goto((folder / "page.html").as_uri())
        sizes = page.evaluate("(i => [i.naturalWidth, i.naturalHeight])(document.querySelector('img'))")
        attributes = page.evaluate("(i => [i.width, i.alt])(document.querySelector('img'))")
        held = page.frames[1].evaluate("document.documentElement.id")
    written = [int(number) for number in re.findall(r'(?:width|height)="(\d+)"', picture)]
    assert sizes == written
    assert attributes[1] == ALT
    assert attributes[0] < 700
    assert f'id="{held}"' == IDENTITY


def test_mkdocs(folder: Path) -> None:
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("".join(snippets("markdown")), encoding="utf-8")
    (folder / "docs" / "cat.svg").write_bytes((folder / "cat.svg").read_bytes())
    (folder / "mkdocs.yml").write_text("site_name: Cat\ntheme: mkdocs\n", encoding="utf-8")
    html = embedding.build_mkdocs(folder).read_text(encoding="utf-8")
    assert f'<img alt="{ALT}" src="cat.svg"' in html
    assert (folder / "site" / "cat.svg").read_bytes() == (folder / "cat.svg").read_bytes()


def test_sphinx(folder: Path) -> None:
    project = folder / "sphinx"
    project.mkdir()
    (project / "conf.py").write_text("project = 'Cat'\n", encoding="utf-8")
    (project / "index.rst").write_text("Cat\n===\n\n" + "\n".join(snippets("rst")), encoding="utf-8")
    for suffix in ("svg", "pdf"):
        (project / f"cat.{suffix}").write_bytes((folder / f"cat.{suffix}").read_bytes())
    html = embedding.build_sphinx(project).read_text(encoding="utf-8")
    assert re.search(rf'<img alt="{ALT}"[^>]* src="_images/cat.svg"', html)
    assert (project / "html" / "_images" / "cat.svg").is_file()
    assert html.count(IDENTITY) == 1


def last_value(cell: str) -> object:
    """Return what stands in a cell's last line, as a notebook does."""
    *before, last = ast.parse(cell).body
    names: dict[str, object] = {}
    exec(compile(ast.Module(before, []), "cell", "exec"), names)
    return eval(ast.unparse(last), names)


@pytest.mark.parametrize(("place", "kind"), [(0, "text/html"), (1, "image/svg+xml")])
def test_jupyter(folder: Path, place: int, kind: str) -> None:
    with chdir(folder):
        content, _ = DisplayFormatter().format(last_value(snippets("python")[place]))
    assert content[kind].count("<svg ") == 1


def test_latex(folder: Path) -> None:
    named = re.fullmatch(r"\\includegraphics\[width=\\linewidth\]\{(.+)\}\n", snippets("latex")[0])
    assert named
    assert len(PdfReader(folder / named[1]).pages) == 1


def test_the_examples_name_the_figures_that_their_commands_make(tmp_path: Path) -> None:
    shutil.copytree(embedding.EXAMPLES, tmp_path, dirs_exist_ok=True)
    commands = embedding.figure_commands(tmp_path / "README.md")
    made = [parser().parse_args(command).output for command in commands]
    assert made == ["edges.svg", "parts.svg", "classes.svg"]
    for name in made:
        (tmp_path / "docs" / name).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for page in (tmp_path / "article.html", embedding.build_mkdocs(tmp_path)):
        assert re.findall(r'(?:src|data)="([^"/:]+\.svg)"', page.read_text(encoding="utf-8")) == made
    notebook = json.loads((tmp_path / "notebook.ipynb").read_text(encoding="utf-8"))
    assert not any(cell.get("outputs") for cell in notebook["cells"])
