"""The command line: the parser, one module per command, and the progress display."""

from generator.cli.main import UNREAD, main

__all__ = ["UNREAD", "main"]
