"""The version of the generator, in one place."""

__version__ = "0.2.0.dev0"
