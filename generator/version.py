"""The version of the generator."""

__version__ = "0.2.0"
