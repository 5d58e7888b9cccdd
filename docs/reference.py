"""Write the references anew: ``make reference``, or ``python -m docs.reference``."""

from pathlib import Path

from docs import make_command_line, make_configuration

PAGES = {"command-line.md": make_command_line.page, "configuration.md": make_configuration.page}


def main() -> None:
    """Write every page that is made from the code."""
    for name, page in PAGES.items():
        Path(__file__).with_name(name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
