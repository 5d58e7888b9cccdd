"""Notices that are shown instead of pages, and the script that reloads pages.

Text, style and script are here and not in ``templates/``: they are not part of a site, and a broken template
of the user must not break the page that reports it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from http import HTTPStatus

SCRIPT, STYLE, CHANGES = "/-/reload.js", "/-/notice.css", "/-/changes"
"""Addresses that the server answers itself; no site has a folder called ``-``."""


@dataclass(frozen=True)
class Notice:
    """A page that is shown instead of all others."""

    status: HTTPStatus
    title: str
    lead: str
    text: str = ""


BUILDING = Notice(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The first build is running",
    "The site appears here as soon as it is built.",
)


def failure(text: str, expected: bool = True) -> Notice:
    """Return the notice of a failed build; ``expected`` means that the user can fix the error."""
    mistake = "The site appears here again as soon as the mistake is fixed."
    bug = "This is a bug in the generator; the terminal shows the full error. The next change builds again."
    title = "The site cannot be built"
    return Notice(HTTPStatus.INTERNAL_SERVER_ERROR, title, mistake if expected else bug, text)


def render(notice: Notice) -> bytes:
    """Return a notice as HTML."""
    said = f"<pre>{escape(notice.text)}</pre>\n" if notice.text else ""
    page = PAGE.format(title=escape(notice.title), lead=escape(notice.lead), said=said, style=STYLE)
    return page.encode("utf-8", "replace")


def with_script(page: bytes, version: str) -> bytes:
    """Return a page with the script that reloads it when there is another version.

    >>> with_script(b"<p></body></html>", "7")
    b'<p><script src="/-/reload.js" data-version="7"></script></body></html>'
    """
    tag = f'<script src="{SCRIPT}" data-version="{version}"></script>'.encode()
    place = page.rfind(b"</body>")
    return page + tag if place < 0 else page[:place] + tag + page[place:]


PAGE = """\
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self'; \
img-src data:; script-src 'self'; style-src 'self'">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{title}</title>
  <link rel="stylesheet" href="{style}">
  <link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>{title}</h1>
{said}<p>{lead}</p>
</main>
</body>
</html>
"""

SHEET = b"""\
:root { color-scheme: light dark; --paper: #fdfdfc; --ink: #1d2023; --wash: #eef3f7; }
@media (prefers-color-scheme: dark) { :root { --paper: #141618; --ink: #e5e7e9; --wash: #20282e; } }
body { max-width: 60rem; margin: 3rem auto; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem / 1.6 system-ui, sans-serif; }
h1 { font-size: 1.5rem; font-weight: 600; }
pre { padding: 1rem; background: var(--wash); font: 0.9375rem / 1.6 ui-monospace, monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; }
"""

# A hidden tab closes its stream: each stream is a connection, and a browser opens only six to one server.
CODE = b"""\
"use strict";
{
  const shown = document.currentScript.dataset.version;
  let stream = null;
  const listen = () => {
    stream?.close();
    stream = null;
    if (document.hidden) return;
    stream = new EventSource("/-/changes");
    stream.onmessage = event => { if (event.data !== shown) location.reload(); };
  };
  document.addEventListener("visibilitychange", listen);
  listen();
}
"""
