"""Give a network to other processes on this machine: its model in a file, and its record without the model.

Question: how does a network reach another process? Options: by name, and loaded there; pickled; as a
``.keras`` file. Choice: the file, because a model in memory may have other weights than any file has, and
reading it runs no code. Cost: a model with layers of the user's own, which Keras cannot load without the
class, stays here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generator.errors import NetworkError
from generator.networks import model_file
from generator.networks.network import Network


@dataclass(frozen=True)
class Shipped:
    """A network whose model is in a file."""

    network: Network
    path: Path


def shipped(network: Network, folder: Path) -> Shipped:
    """Write a network's model into a folder.

    Raises:
        NetworkError: the model cannot be saved.
    """
    path = folder / "model.keras"
    try:
        network.model.save(path)
    except Exception as error:  # Keras raises nearly any exception
        raise NetworkError(_stays(network, f"unexpected {type(error).__name__}: {error}")) from error
    facts = {**{name: getattr(network, name) for name in Network.__dataclass_fields__}, "model": None}
    return Shipped(Network(**facts), path)


def arrived(one: Shipped) -> Network:
    """Return a network as it was shipped, with the same weights to the last bit.

    Raises:
        NetworkError: its model has layers that are not Keras's own.
    """
    try:
        model = model_file.load(one.path)
    except NetworkError as error:
        reason = str(error).removeprefix(f"{one.path}: ")
        raise NetworkError(_stays(one.network, reason)) from error
    facts = {**{name: getattr(one.network, name) for name in Network.__dataclass_fields__}, "model": model}
    return Network(**facts)


def _stays(network: Network, reason: str) -> str:
    return f"{network.name}: cannot be given to other processes: {reason}"
