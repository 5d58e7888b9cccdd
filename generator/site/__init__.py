"""The site's folder: a new site is written beside it, swapped in when complete, and removed on request.

Owns the staging folder, the lock, the swap, and the decision which files belong to the user. Refuses to touch
a folder that is not known to be a site, and any folder that contains the project or its inputs.
"""

from generator.site.clean import remove_site
from generator.site.folders import MARKER, files
from generator.site.lock import locked
from generator.site.staging import Staging, staged

__all__ = ["MARKER", "Staging", "files", "locked", "remove_site", "staged"]
