"""The site's folder: written aside, swapped in when it is whole, removed on request.

Owns the stage beside the folder, the lock, the swap, and the question whose files are whose. Refuses to touch
a folder that is not known to be a site, and any that holds the project or its inputs.
"""

from generator.site.folders import MARKER, files
from generator.site.lock import locked
from generator.site.removal import remove_site
from generator.site.staging import Staging, staged

__all__ = ["MARKER", "Staging", "files", "locked", "remove_site", "staged"]
