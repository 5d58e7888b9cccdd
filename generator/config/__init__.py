"""Read ``gallery_config.yml`` and return a validated ``GalleryConfig``.

This package defines the keys of the file and every message about them. It reports all mistakes of a file at
once, each with line and column. It computes nothing, opens no picture, and sees networks only as
``NetworkInfo``.
"""

from generator.config.json_schema import json_schema_text, schema
from generator.config.loading import load_config
from generator.config.own_file import choose_own_file
from generator.config.single import load_single
from generator.config.sources import sources

__all__ = ["choose_own_file", "json_schema_text", "load_config", "load_single", "schema", "sources"]
