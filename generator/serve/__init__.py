"""A site served to whoever works on it: built anew when a file of it changes, and reloaded in the browser.

Owns the watching, the server and what it puts into pages on their way; nothing of that is ever written to the
site. Knows nothing of galleries: whoever calls says what a site is made of and how it is built. Answers this
machine alone, by its own names, and gives nothing from outside the site's folder.
"""

from generator.serve.loop import Made, serve

__all__ = ["Made", "serve"]
