"""Artifacts: values that are made from other values, kept in the store, and found again.

Question: how does a key come to contain everything that changes a value? Options: write each key by hand,
beside the code that draws; derive it from the inputs of ``make``. Choice: derive it. A kind is a dataclass
whose fields are the only inputs of ``make``. A field that cannot change the value, such as a memory limit, is
declared with ``compare=False`` and left out of the key. Cost: everything that ``make`` reads must be a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeVar, cast

from generator.environment import Stage
from generator.records import Subject, Value
from generator.store import Key, text_digest
from generator.store.versions import code, packages

if TYPE_CHECKING:
    from generator.records import Array

Lane = Literal["pass", "draw", "process"]
"""Where a kind is made: in the calling thread, which runs the models; in a thread; in a worker process."""

ADDED = {"added": True}
"""The metadata of a field that a kind got later: its default adds no part to the key, so that everything kept
before is still found."""

_FIELDS: dict[type[Any], tuple[Field[Any], ...]] = {}

T = TypeVar("T")
F = TypeVar("F")


@dataclass(frozen=True)
class Source(Generic[T]):
    """A need that is opened and never kept: a decoded picture, a loaded model.

    ``parts`` are what it adds to a key. A shared source stays open until the run ends, any other until its
    group is finished. Pickling drops ``open``: a worker process opens each shared source once, when it
    starts, and finds it by ``identity``.
    """

    name: str
    parts: Mapping[str, str]
    open: Callable[[], T] = field(compare=False, repr=False)
    is_shared: bool = False

    @cached_property
    def identity(self) -> str:
        """The digest of its parts, unique among needs."""
        return text_digest(repr(sorted(self.parts.items())))

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "open": _closed}


def _closed() -> Any:
    raise AssertionError("a source must be shared with a worker before it is used there")


@dataclass(frozen=True)
class Artifact(Generic[F]):
    """One thing to make; ``F`` is the type of the facts of its value.

    The subject is not part of the key, so a renamed picture keeps its results. A kind that writes the name
    into a file has a field for it.
    """

    subject: Subject = field(compare=False)

    stage: ClassVar[Stage]
    lane: ClassVar[Lane]

    @classmethod
    def make(cls, artifacts: Sequence[Self], values: Values) -> Iterator[tuple[Self, Value]]:
        """Make artifacts of one group; kinds that inherit the same ``make`` are made together.

        Yield large values one by one: the run draws from one, and frees it, before the next is made.
        """
        raise NotImplementedError

    @property
    def name(self) -> str:
        """A name for people, unique among the artifacts of its stage in a gallery."""
        raise NotImplementedError

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """Every artifact and every source in its fields."""
        members = (one for field_ in _fields(type(self)) for one in _members(getattr(self, field_.name)))
        return tuple(one for one in members if isinstance(one, Artifact | Source))

    @cached_property
    def is_computed(self) -> bool:
        """Whether it depends on numbers that a model computed, on this machine or on that of an archive."""
        return self.stage in ("results", "patches") or any(
            need.is_computed for need in self.needs if isinstance(need, Artifact)
        )

    @cached_property
    def parts(self) -> dict[str, str]:
        """The parts of its key; the parts of its needs are among them, under the same names."""
        found: dict[str, list[str]] = {}
        for field_ in _fields(type(self)):
            value = getattr(self, field_.name)
            if field_.compare and not (field_.metadata == ADDED and value == field_.default):
                for part, text in _parts(field_.name, value):
                    found.setdefault(part, []).append(text)
        parts = {part: _joined(texts) for part, texts in found.items()}
        parts |= {"kind": type(self).__name__, f"{self.stage} code": code(self.stage)}
        # The store adds the packages of results, because those may come from another machine.
        if self.stage != "results":
            parts[f"{self.stage} packages"] = packages(self.stage)
        return parts

    def forget_parts(self) -> None:
        """Free the cached parts, which are large; they are put together again when needed."""
        self.__dict__.pop("parts", None)
        self.__dict__.pop("key", None)
        for need in self.needs:
            if isinstance(need, Artifact):
                need.forget_parts()

    @cached_property
    def key(self) -> Key:
        """Its key in the store."""
        return Key(self.stage, self.name, self.parts, self.subject, self.is_computed)

    @cached_property
    def digest(self) -> str:
        """The digest of the key."""
        return self.key.digest

    @property
    def identity(self) -> str:
        """Its digest, unique among needs."""
        return self.digest


Need = Artifact[Any] | Source[Any]


def closure(artifacts: Sequence[Artifact[Any]]) -> Iterator[Artifact[Any]]:
    """Yield artifacts and everything they need, directly or indirectly, each once and after its needs."""
    yield from _closure(artifacts, set())


def _closure(artifacts: Sequence[Artifact[Any]], seen: set[str]) -> Iterator[Artifact[Any]]:
    for artifact in artifacts:
        if artifact.digest not in seen:
            seen.add(artifact.digest)
            yield from _closure([need for need in artifact.needs if isinstance(need, Artifact)], seen)
            yield artifact


class Values:
    """The values of the needs of a group, as ``make`` sees them.

    Args:
        shared: what shared sources have opened, for the whole run, by identity.
        recall: reads a kept value; called at each use, so that large values do not pile up in memory.
        say: reports progress.
    """

    def __init__(
        self,
        shared: dict[str, object],
        recall: Callable[[Artifact[Any]], Value],
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.say = say
        self._shared, self._recall = shared, recall
        self._opened: dict[str, object] = {}
        self._made: dict[str, Value] = {}

    def __getitem__(self, artifact: Artifact[Any]) -> Value:
        made = self._made.get(artifact.digest)
        return self._recall(artifact) if made is None else made

    def __setitem__(self, artifact: Artifact[Any], value: Value) -> None:
        self._made[artifact.digest] = value

    def facts(self, artifact: Artifact[F]) -> F:
        """Return the facts of a need."""
        return cast(F, self[artifact].facts)

    def array(self, artifact: Artifact[Any]) -> Array:
        """Return the one array of a need."""
        (array,) = self[artifact].arrays
        return array

    def opened(self, source: Source[T]) -> T:
        """Return what a source opens; the first call opens it."""
        opened = self._shared if source.is_shared else self._opened
        if source.identity not in opened:
            opened[source.identity] = source.open()
        return cast(T, opened[source.identity])

    def keep_only(self, needed: set[str]) -> None:
        """Drop all values and opened sources except those with these identities; shared ones stay."""
        for held in (self._made, self._opened):
            for name in [name for name in held if name not in needed]:
                held.pop(name, None)


def _fields(kind: type[Any]) -> tuple[Field[Any], ...]:
    """Return the fields of a kind, which takes long and is asked thousands of times."""
    if kind not in _FIELDS:
        _FIELDS[kind] = fields(kind)
    return _FIELDS[kind]


def _members(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _parts(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield the parts that a field adds to a key."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Artifact):
        yield from ((part, text) for part, text in value.parts.items() if part != "kind")
    elif isinstance(value, Source):
        yield from value.parts.items()
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, tuple) and any(isinstance(one, Artifact | Source) for one in value):
        for one in value:
            yield from _parts(name, one)
    else:
        yield name, _text(value)


def _text(value: object) -> str:
    """Return the text of a plain value or record for a part; of a long one, the digest."""
    text = repr(value)
    return text if len(text) <= 64 else text_digest(text)


def _joined(texts: Sequence[str]) -> str:
    """Return one value if all agree, otherwise all in order, so that no value can hide another."""
    return texts[0] if len(texts) == 1 or len(set(texts)) == 1 else "; ".join(texts)
