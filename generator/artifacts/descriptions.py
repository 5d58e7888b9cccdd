"""What is known of a model once it is loaded: of a user's own, and of a known one with another input size."""

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
    """The layers of a user's own model as the engine names them; ``own`` is named in messages."""

    model: Source[Network]
    own: OwnNetwork = field(compare=False)

    stage: ClassVar[Stage] = "results"
    lane: ClassVar[Lane] = "pass"

    @property
    def name(self) -> str:
        """The model's file."""
        return f"{self.own.path.name} layers"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Read them off the model.

        Raises:
            NetworkError: it cannot be loaded, has an operation without a rule, or not a label for each class.
        """
        from generator.analysis import inspection

        for one in artifacts:
            yield one, Value(inspection.described(values.opened(one.model), one.own))


@dataclass(frozen=True)
class SizedDescription(Artifact[NetworkInfo]):
    """A known model with the shapes that its layers have at another size of the input."""

    model: Source[Network]
    info: NetworkInfo

    stage: ClassVar[Stage] = "results"
    lane: ClassVar[Lane] = "pass"

    @property
    def name(self) -> str:
        """The model."""
        return f"{self.model.name} layers"

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Measure the shapes."""
        from generator.networks.network import measured

        for one in artifacts:
            yield one, Value(measured(one.info, values.opened(one.model)))
