"""The Python API: ``load_network``, ``deconvolve``, ``scan``, ``optimize``, ``occlude``, rules of one's own.

All of it is imported on first use, so that importing the package is fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.api.deconvolution import deconvolve
    from generator.api.loading import load_network
    from generator.api.occluding import occlude
    from generator.api.optimizing import optimize
    from generator.api.rules import Pointwise, Rule, register_rule
    from generator.api.scanning import scan

__all__ = ["Pointwise", "Rule", "deconvolve", "load_network", "occlude", "optimize", "register_rule", "scan"]


if not TYPE_CHECKING:  # a type checker would take any name for a public one

    def __getattr__(name: str) -> object:
        if name == "deconvolve":
            from generator.api.deconvolution import deconvolve

            return deconvolve
        if name == "load_network":
            from generator.api.loading import load_network

            return load_network
        if name == "occlude":
            from generator.api.occluding import occlude

            return occlude
        if name == "optimize":
            from generator.api.optimizing import optimize

            return optimize
        if name == "scan":
            from generator.api.scanning import scan

            return scan
        if name in ("Pointwise", "Rule", "register_rule"):
            from generator.api import rules

            return getattr(rules, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
