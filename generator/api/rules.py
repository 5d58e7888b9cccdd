"""What a user needs to give a layer of their own a rule."""

from generator.networks import backend

backend.load()  # quietly; the engine imports Keras

from generator.engine.rules import Pointwise, Rule  # noqa: E402
from generator.engine.translation import register_rule  # noqa: E402

__all__ = ["Pointwise", "Rule", "register_rule"]
