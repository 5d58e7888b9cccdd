"""Build the examples of embedding: make the figures, build an article in three ways, and take screenshots.

``python -m tests.support.embedding FOLDER`` writes everything into a folder, with a screenshot of each
article in light and dark.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
from contextlib import chdir
from pathlib import Path

from generator import cli
from tests.support.snippets import ROOT, Block, blocks, commands

EXAMPLES = ROOT / "examples" / "embedding"
SCHEMES = ("light", "dark")
WINDOW = {"width": 1000, "height": 800}


def of_language(page: Path, *languages: str) -> list[Block]:
    """Return the snippets of a page in some languages."""
    return [block for block in blocks(page.read_text(encoding="utf-8")) if block.language in languages]


def figure_commands(page: Path) -> list[list[str]]:
    """Return the arguments of each ``gallery`` command of a page."""
    lines = [line for block in of_language(page, "sh") for line in commands(block)]
    return [shlex.split(line)[1:] for line in lines if line.startswith("gallery ")]


def make_figures(page: Path, folder: Path) -> None:
    """Run the commands of a page in a folder that has its own copy of the picture."""
    (folder / "inputs").mkdir(exist_ok=True)
    shutil.copy(ROOT / "inputs" / "chelsea.jpg", folder / "inputs")
    with chdir(folder):
        for arguments in figure_commands(page):
            assert cli.main([*arguments, "--quiet"]) == 0


def build_mkdocs(folder: Path) -> Path:
    """Return the first page of a folder's MkDocs project, built strictly."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    build(load_config(str(folder / "mkdocs.yml"), strict=True))
    return folder / "site" / "index.html"


def build_sphinx(folder: Path) -> Path:
    """Return the first page of a folder's Sphinx project; a warning fails."""
    from sphinx.cmd.build import main

    assert (
        main(["-q", "-W", "-b", "html", "-d", str(folder / "trees"), str(folder), str(folder / "html")]) == 0
    )
    return folder / "html" / "index.html"


def run_notebook(notebook: Path, theme: str) -> Path:
    """Return the page of a notebook that was run, in a theme."""
    import nbformat
    from nbconvert import HTMLExporter
    from nbconvert.preprocessors import ExecutePreprocessor

    book = nbformat.read(notebook, as_version=4)
    ExecutePreprocessor(timeout=300).preprocess(book, {"metadata": {"path": str(notebook.parent)}})
    for cell in book.cells:
        cell.outputs = [output for output in cell.get("outputs", ()) if output.get("name") != "stderr"]
    html, _ = HTMLExporter(theme=theme).from_notebook_node(book)
    page = notebook.with_name(f"notebook-{theme}.html")
    page.write_text(html, encoding="utf-8")
    return page


def prepare(folder: Path) -> None:
    """Copy the examples into a folder and make their figures there."""
    shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
    make_figures(folder / "README.md", folder)
    for figure in folder.glob("*.svg"):
        shutil.copy(figure, folder / "docs")


def photograph(pages: dict[str, dict[str, Path]], folder: Path) -> None:
    """Write a screenshot of each page in each scheme."""
    from tests.pages.conftest import launched

    with launched() as browser:
        for scheme in SCHEMES:
            with browser.new_context(viewport=WINDOW, color_scheme=scheme) as context:
                page = context.new_page()
                for name, by_scheme in pages.items():
                    page.goto(by_scheme[scheme].as_uri(), wait_until="load")
                    page.screenshot(path=folder / f"{name}-{scheme}.png", full_page=True)
                    print(folder / f"{name}-{scheme}.png")


def main() -> None:
    """Put the examples together in a folder, and photograph them."""
    parser = argparse.ArgumentParser(description="Build the examples of embedding and photograph them.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.absolute()
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])  # of the kernel
    prepare(folder)
    built = {"article": folder / "article.html", "mkdocs": build_mkdocs(folder)}
    pages = {name: dict.fromkeys(SCHEMES, path) for name, path in built.items()}
    pages["notebook"] = {scheme: run_notebook(folder / "notebook.ipynb", scheme) for scheme in SCHEMES}
    photograph(pages, folder)


if __name__ == "__main__":
    main()
