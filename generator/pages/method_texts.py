"""What pages say of each method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class MethodText:
    """A method in words: its name, its name in a sentence with its paper, and what to expect of it."""

    name: str
    cited: str
    note: str


METHOD_TEXTS: Mapping[str, MethodText] = {
    "deconvnet": MethodText(
        "Deconvnet",
        "deconvnet (Zeiler & Fergus 2013)",
        "Rectifies the signal itself at every ReLU. Clear, but much of it is the picture's own edges, which "
        "the switches carry: features of a deep layer can look alike.",
    ),
    "guided": MethodText(
        "Guided backpropagation",
        "guided backpropagation (Springenberg et al. 2014)",
        "Rectifies the signal, and lets it pass only where the activation was positive. The sharpest, and "
        "hardly another when the upper layers are replaced by random weights.",
    ),
    "gradient": MethodText(
        "Gradient",
        "the gradient (Simonyan et al. 2014)",
        "Lets the signal pass where the activation was positive, and rectifies nothing. Grainy, but it does "
        "follow the weights.",
    ),
}
"""Method -> its words, in the order of ``records.choices.METHODS``."""
