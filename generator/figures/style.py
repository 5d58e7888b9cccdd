"""The style sheet of figures: colours, fonts, and light and dark.

Rules are scoped by the figure's id, so that a page can hold many figures. ``color`` on a figure's root
recolours all its text, bars and frames; pictures stay as they are.

Question: which colours does a figure have that is inlined into another page? Options: those of the reader's
colour scheme, as in a file; that of the text around it. Choice: the latter, because that page may have no
dark scheme, or a button for it. Other properties that a page's rules could change are reset. Cost: a few
rules.

What fades the picture outside a contour disappears under the pointer, at once if the reader prefers reduced
motion; the figure's plain fragment has none of it. Only hovering starts a transition: Chromium draws all
pictures of one file in a page from one document, so a transition between their fragments would never end.
"""

from __future__ import annotations

from generator.figures.layout import LABEL_PX, NAME_PX, SMALL_PX

PAPER, FADED = "#fafafa", 0.78
"""The paper of the site's pages, and how far the picture fades to it outside a contour."""
SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,sans-serif'
MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'
SPACING = "direction:ltr;letter-spacing:0;text-anchor:start;word-spacing:0"
UPRIGHT = "font-style:normal;font-weight:400;text-transform:none"
RULES = f"""
#ID{{color:#1b1f24;font-family:{SANS};font-variant-numeric:tabular-nums;{UPRIGHT};{SPACING}}}
#ID:root{{color-scheme:light dark}}
#ID:not(:root),#ID *{{color:inherit}}
#ID *{{opacity:1;stroke:none}}
#ID text{{fill:currentColor;font-size:{SMALL_PX}px}}
#ID tspan{{fill:inherit;font-size:inherit}}
#ID .label{{font-size:{LABEL_PX}px;font-weight:600}}
#ID .name{{font-family:{MONO};font-size:{NAME_PX}px}}
#ID .soft{{fill-opacity:.72}}
#ID .bar{{fill:currentColor;fill-opacity:.72}}
#ID .track{{fill:currentColor;fill-opacity:.14}}
#ID .frame{{fill:none;stroke:currentColor;stroke-opacity:.3;stroke-width:1}}
#ID .paper{{fill:{PAPER}}}
#ID .faded{{fill:{PAPER};fill-opacity:{FADED};fill-rule:evenodd}}
#ID .contour{{fill:none;stroke:#000;stroke-opacity:.75;stroke-width:inherit}}
#ID a:hover,#ID a:focus{{text-decoration:underline}}
#ID .crisp{{image-rendering:pixelated}}
#ID .pair:hover .veil,#ID [id$=plain]:target~g .veil{{opacity:0}}
@media (prefers-reduced-motion: no-preference){{#ID:hover .veil{{transition:opacity .15s}}}}
@media screen and (prefers-color-scheme: dark){{#ID:root{{color:#e4e7eb}}}}
"""


def sheet(identity: str) -> str:
    """Return the style sheet of the figure with this id, on one line.

    In Markdown a line that starts with ``#`` is a heading, even inside an ``<svg>``.

    >>> "#figure-cat text{" in sheet("figure-cat")
    True
    """
    return RULES.replace("\n", "").replace("#ID", f"#{identity}")
