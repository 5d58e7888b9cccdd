"""Finds what is broken in a built site: links, anchors, ids, images, SVG, XML and JSON.

Links to other sites are not followed. Inside the site every link must be relative and name a file, never a
folder, so that the site works from ``file://`` and from any sub-path. An SVG may fetch nothing and may link
only to absolute addresses, because it can be embedded anywhere.
"""

from generator.check.whole import broken

__all__ = ["broken"]
