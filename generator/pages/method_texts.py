"""What pages say about each method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class MethodText:
    """A method in words: its name, its name with its paper for use in a sentence, and what to expect."""

    name: str
    cited: str
    note: str


METHOD_TEXTS: Mapping[str, MethodText] = {
    "deconvnet": MethodText(
        "Deconvnet",
        "deconvnet (Zeiler & Fergus 2013)",
        "Rectifies the signal itself at every ReLU. Clear, but much of it is the picture's own edges, which "
        "the switches bring back: features of a deep layer can look alike.",
    ),
    "guided": MethodText(
        "Guided backpropagation",
        "guided backpropagation (Springenberg et al. 2014)",
        "Rectifies the signal, and lets it pass only where the activation was positive. The sharpest, but "
        "it hardly changes when the weights of the upper layers are replaced by random ones.",
    ),
    "gradient": MethodText(
        "Gradient",
        "the gradient (Simonyan et al. 2014)",
        "Lets the signal pass where the activation was positive, and does not rectify it. Grainy, but it "
        "does depend on the weights.",
    ),
}
"""Method -> its text, in the order of ``records.choices.METHODS``."""
