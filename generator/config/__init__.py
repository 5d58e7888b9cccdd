"""The configuration: ``gallery_config.yml`` in, a checked ``GalleryConfig`` out.

This room owns what the file may say and every message about it. It reports all mistakes of a file at once,
each with line and column. It computes nothing, opens no picture and knows networks only by ``NetworkInfo``.
"""

from generator.config.keys import json_schema_text, schema
from generator.config.loading import load_config
from generator.config.single import load_single
from generator.config.sources import sources

__all__ = ["json_schema_text", "load_config", "load_single", "schema", "sources"]
