"""The version of the generator."""

__version__ = "0.3.0.dev0"
