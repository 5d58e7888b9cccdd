"""Translate an ONNX file to a Keras functional model, after which everything works as for a ``.keras`` file.

Question: how is an ONNX graph read? Options: rules of its own in the engine; a package that converts; a
translation to Keras. Choice: the translation, because then layers, receptive fields, methods, keys and pages
need nothing new, and what Keras can do is checked once. The packages that convert are not kept up, or keep
channels first. Cost: only operators with the same meaning in Keras can be read; all others are refused by
name and node. ONNX's own evaluator is the reference of the tests.
"""

from __future__ import annotations

from generator.networks.onnx.graph import open_sides, translated
from generator.networks.onnx.reading import read

__all__ = ["open_sides", "read", "translated"]
