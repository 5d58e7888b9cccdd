"""Serves a site while you work on it: rebuilds when a source changes, and reloads the browser.

Owns the watching, the server, and the script that it adds to pages as it sends them; nothing of this is
written to the site. Knows nothing about galleries: the caller says which files a site is made of and how it
is built. Answers only requests from this machine, and sends only files in the site's folder.
"""

from generator.serve.loop import Made, serve

__all__ = ["Made", "serve"]
