"""Descriptions of models that must be loaded first: a user's own, or a known one at another input size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from generator.artifacts.artifact import Artifact, Lane, Source, Values
from generator.environment import Stage
from generator.records import NetworkInfo, OwnNetwork, Value

if TYPE_CHECKING:
    from generator.networks.network import Network


@dataclass(frozen=True)
class OwnDescription(Artifact[NetworkInfo]):
    """The layers of a user's own model, by the engine's names; ``own`` is only for messages."""

    model: Source[Network]
    own: OwnNetwork = field(compare=False)

    stage: ClassVar[Stage] = "results"
    lane: ClassVar[Lane] = "pass"

    @property
    def name(self) -> str:
        """The model's file and the word ``layers``."""
        return f"{self.subject.name} layers"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Read the layers from the model.

        Raises:
            NetworkError: the model cannot be loaded, uses an operation without a rule, or the number of
                labels differs from the number of classes.
        """
        from generator.analysis import inspection

        for one in artifacts:
            yield one, Value(inspection.described(values.opened(one.model), one.own))


@dataclass(frozen=True)
class SizedDescription(Artifact[NetworkInfo]):
    """The layers of a known model, with their shapes at another input size."""

    model: Source[Network]
    info: NetworkInfo

    stage: ClassVar[Stage] = "results"
    lane: ClassVar[Lane] = "pass"

    @property
    def name(self) -> str:
        """The model and the word ``layers``."""
        return f"{self.model.name} layers"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Read the shapes from the loaded model."""
        from generator.analysis import inspection

        for one in artifacts:
            yield one, Value(inspection.measured(one.info, values.opened(one.model)))
