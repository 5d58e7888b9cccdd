"""Everything broken in a built site, one line each: links, anchors, ids, images, SVG, XML and JSON.

Links to other sites are taken on trust. Inside the site every link is relative and names a file, never a
folder, so that the site works from ``file://`` and from any sub-path. An SVG fetches nothing but itself,
and links only by whole addresses: it may be read anywhere.
"""

from generator.check.whole import broken

__all__ = ["broken"]
