"""Write the generated reference pages: ``make reference``, or ``python -m docs.generate.references``."""

from pathlib import Path

from docs.generate import command_line, configuration

REFERENCE = Path(__file__).parents[1] / "reference"
PAGES = {"command-line.md": command_line.page, "configuration.md": configuration.page}


def main() -> None:
    """Write each page into ``docs/reference``."""
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
