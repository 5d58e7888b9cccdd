"""The command line: its arguments, one command a verb, and what a person reads while it runs."""

from generator.cli.main import UNREAD, main

__all__ = ["UNREAD", "main"]
