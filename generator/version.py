"""The version of the generator, in one place."""

VERSION = "0.1.0"
