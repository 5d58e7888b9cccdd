"""The figures' colours, type and style rules.

It owns how a figure adapts to light and dark. Rules are scoped by the figure's id, so that many figures share
a page; ``color`` on a figure's root restyles all its text, bars and frames. Pictures never adapt.

Question: how does a figure look that is inlined into somebody's page? Options: by the reader's scheme, as
where it is a file of its own; in the colour of the text around it. Choice: the latter, for that page may know
no dark scheme, or have a button for it. What else its rules might do is set back. Cost: a few rules.

Their tint fades under the pointer, at once where motion is unwelcome; in the figure's plain fragment it is
gone. Only a pointer starts a transition: Chromium draws all pictures of one file in a page from one document,
and a transition between their fragments would never end.
"""

from __future__ import annotations

from generator.figures.layout import LABEL_PX, NAME_PX, SMALL_PX

HUE, HUE_OPACITY = "#ff5a00", 0.75
LUMA, CONTRAST, LIFT = (0.2126, 0.7152, 0.0722), 0.62, (0.22, 0.25, 0.29)
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
#ID .tint rect{{fill:{HUE};fill-opacity:{HUE_OPACITY}}}
#ID a:hover,#ID a:focus{{text-decoration:underline}}
#ID .crisp{{image-rendering:pixelated}}
#ID .pair:hover .tint,#ID [id$=plain]:target~g .tint{{opacity:0}}
@media (prefers-reduced-motion: no-preference){{#ID:hover .tint{{transition:opacity .15s}}}}
@media screen and (prefers-color-scheme: dark){{#ID:root{{color:#e4e7eb}}}}
"""


def sheet(identity: str) -> str:
    """Return the style rules of the figure with that id.

    >>> "#figure-cat text{" in sheet("figure-cat")
    True
    """
    return RULES.replace("#ID", f"#{identity}")


def muted_matrix() -> str:
    """Return the colour matrix that turns a picture into a cool, softened grey.

    On it the hue reads whatever the picture's colours, and neutral grey is left to the reconstruction's zero.
    """
    luma = " ".join(f"{CONTRAST * weight:.3f}" for weight in LUMA)
    return " ".join([*(f"{luma} 0 {lift}" for lift in LIFT), "0 0 0 1 0"])
