"""The names of a model's outputs, one of which can be named as that with the classes.

An output has the name of the layer that makes it. A model that returns a mapping, such as the translation of
an ONNX file, also names its outputs itself. If an inner model makes the output, its layer inside has it too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from generator.errors import NetworkError, shown


def names(model: Any) -> tuple[tuple[str, ...], ...]:
    """Return the names of each output, never that of another; the first is for messages.

    Outputs that only their order tells apart are numbered: ``heads``, ``heads@2``.
    """
    found = [tuple(_names(tensor, key)) for tensor, key in zip(model.outputs, _keys(model), strict=True)]
    counts = Counter(name for each in found for name in {*each})
    used: Counter[str] = Counter()
    numbered = []
    for each in found:
        used[each[0]] += 1
        alone = tuple(dict.fromkeys(name for name in each if counts[name] == 1))
        numbered.append(alone or (each[0] if used[each[0]] == 1 else f"{each[0]}@{used[each[0]]}",))
    return tuple(numbered)


def first_names(model: Any) -> tuple[str, ...]:
    """Return one name of each output."""
    return tuple(each[0] for each in names(model))


def place_of(model: Any, name: str, place: str) -> int:
    """Return the place of the output of that name; ``place`` names the model in messages.

    Raises:
        NetworkError: the model has no such output.
    """
    known = {each: at for at, every in enumerate(names(model)) for each in every}
    if name in known:
        return known[name]
    nearest = get_close_matches(name, known, n=1)
    hint = f"; nearest: {nearest[0]}" if nearest else ""
    raise NetworkError(
        f"{place}: no output {shown(name)}{hint}; outputs: {', '.join(first_names(model))}", key="predictions"
    )


def structure(model: Any) -> Any:
    """Return the outputs of a functional or sequential model as it returns them: one, a list, a mapping."""
    return getattr(model, "_functional", model)._outputs_struct  # a Sequential keeps its graph there


def _keys(model: Any) -> list[str]:
    """Return the key of each output in the mapping that a model returns; empty texts without one."""
    returned = structure(model)
    if not isinstance(returned, dict) or not all(isinstance(key, str) for key in returned):
        return [""] * len(model.outputs)
    keys = {id(tensor): key for key, tensor in returned.items()}
    return [keys.get(id(tensor), "") for tensor in model.outputs]


def _names(tensor: Any, key: str) -> Iterator[str]:
    """Yield the names of one output: its key, the layer that makes it, and that layer inside inner models."""
    if key:
        yield key
    operation, _, index = tensor._keras_history
    yield operation.name
    if getattr(operation, "outputs", None):
        yield from _names(operation.outputs[index], "")
