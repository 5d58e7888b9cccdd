"""Load a network for Python users: a known one, a model file, or a model that is in memory.

Question: does ``deconvolve`` accept the name of a network? Options: refuse it, and name the line to write;
load the network in every call; keep it. Choice: the network named last is kept, because a notebook's first
cell is often a single call. It is loaded again if its weights are no longer those of its file. Cost: it stays
in memory until another name is given; ``load_network`` leaves that to the caller.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.analysis import inspection
from generator.api.fetching import fetch_missing
from generator.api.loaded import LoadedNetwork
from generator.errors import ConfigError, NetworkError, WeightsError, shown
from generator.networks import channel_order, choice, outputs, registry, subclassed
from generator.networks import own as own_files
from generator.networks.network import Network, from_outside, load_known, size_of
from generator.records.channels import COLOURS, Display, display_mistake
from generator.records.choices import PREPROCESSINGS, Preprocessing, Variant
from generator.records.model_files import OWN, OWN_SUFFIXES, way_from
from generator.records.model_remarks import IN_PYTHON, remarks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.engine.snapshot import Snapshot
    from generator.records import LayerInfo, NetworkInfo, OwnNetwork

_PATH = "a path or text"
_named: dict[tuple[str, Path], tuple[LoadedNetwork, Snapshot]] = {}
"""The name and the weights file of the network that was last loaded by name -> it, and its weights."""


def load_network(
    network: Any,
    weights: str | PathLike[str] | None = None,
    variant: Variant | None = None,
    input_size: int | Sequence[int] | None = None,
    preprocessing: Preprocessing | None = None,
    labels: str | PathLike[str] | None = None,
    code: str | PathLike[str] | None = None,
    predictions: str | None = None,
    display: int | Sequence[int] | None = None,
) -> LoadedNetwork:
    """Return a network ready to deconvolve.

    Args:
        network: the name of a known network; the path of your own ``.keras``, ``.onnx`` or ``.h5`` file; or
            any ``keras.Model``, whose input is one float32 picture (height, width, channels). A subclassed
            model must have been called once.
        weights: of a known network: the name of published weights, such as ``imagenet``, which are fetched if
            they are missing, or the path of an ``.h5``, ``.weights.h5`` or ``.keras`` file. By default the
            network's first choice.
        variant: of a known network: another form with the same weights; by default ``plain``, the network as
            published. In ``convolutional`` the dense layers are convolutions, so they have maps, and the
            input may have any size above a minimum. ``predictions`` is then a map of logits, and the
            probabilities are those of the mean of the logits over the map. In ``atrous`` also the last
            poolings keep their resolution, and the convolutions after them are dilated.
        input_size: height and width of the input in pixels, or one number for both; by default the network's
            own size. A file or a ``keras.Model`` that leaves its size open needs it; a model
            in memory is then copied with its weights of now.
        preprocessing: of your own file: the values that it expects of a picture. ``none`` means 0 to 255,
            ``unit`` 0 to 1; ``tf``, ``torch`` and ``caffe`` are the modes of Keras Applications. By default
            ``none``, with a warning if the model does not scale its input itself; any other comes with a
            warning if it does.
        labels: of your own file: the path of a text file with the label of one class on each line.
        code: of your own file: the path of a Python file that defines its custom layers, and rules for them.
            It is run: name only a file that you trust.
        predictions: of your own file or model with several outputs: the name of the output that has the
            classes, or of the layer that makes it. By default such a model has no predictions.
        display: of your own model: the channels that figures show, three as (red, green, blue) or one as
            grey, counted from 0; by default the first three, or the first of two.

    Raises:
        NetworkError: no such network, variant or file; a model that cannot be loaded safely, or that has an
            operation without a rule; a size that does not work; an argument that does not apply.
        WeightsError: no such weights, or they cannot be fetched, are damaged or belong to another network.
    """
    known = {"weights": weights, "variant": variant}
    own = {"preprocessing": preprocessing, "labels": labels, "code": code}
    _refuse_types(known, {**own, "predictions": predictions})
    channels = _display(display)
    if _is_own(network):
        chosen = [*channels] if len(channels) > 1 else next(iter(channels), None)
        further = {"predictions": predictions, "display": chosen}
        return _own(network, {**known, "input_size": input_size, **own, **further})
    if isinstance(network, str):
        given = {**own, "predictions": predictions, "display": display}
        _refuse_given(given, f"only to {OWN} files; {network} has its own")
        if way := way_from(Path(network)):
            raise NetworkError(f"`network`: {shown(network)} is {way}")
        path = None if weights is None else fspath(weights)
        fetch_missing(network, path)
        return _described(load_known(network, path, variant, input_size))
    _refuse_given(known, "only to the name of a network; a keras.Model has its own")
    _refuse_given(own, f"only to {OWN} files; a keras.Model gets the values 0 to 255")
    return _outside(network, size_of(input_size), channels, predictions)


def network_of(value: Any) -> LoadedNetwork:
    """Return the network that ``deconvolve`` was given: loaded, by name, or as a ``keras.Model``.

    Raises:
        NetworkError: this is none of them; the text says what to write.
        WeightsError: its weights cannot be fetched, or are damaged.
    """
    if isinstance(value, LoadedNetwork):
        return value
    if isinstance(value, Network):  # of another room
        return _with_layers(value, inspection.layers(value, value.name))
    if _is_own(value):
        name = shown(fspath(value))
        raise NetworkError(
            f"expected a loaded network. Received: {name}; write network = load_network({name}), with its "
            "`preprocessing`, and deconvolve(network, ...)"
        )
    return _by_name(value) if isinstance(value, str) else load_network(value)


def _by_name(name: str) -> LoadedNetwork:
    """Return a network with its first choice of weights; the last one is kept."""
    fetch_missing(name, None)
    key = name, choice.choose(name).path
    if key in _named and _named[key][1].shows(_named[key][0].model):
        return _named[key][0]
    _named.clear()  # freed first: two networks may not fit in memory
    network = load_network(name)
    from generator.engine.snapshot import Snapshot  # imports Keras, quietly loaded by now

    _named[key] = network, Snapshot(network.model)
    return network


def _refuse_types(known: dict[str, Any], own: dict[str, Any]) -> None:
    """Refuse arguments of wrong types.

    Raises:
        NetworkError: ``variant``, ``preprocessing``, ``labels``, ``code`` or ``predictions`` is of a wrong
            type.
        WeightsError: ``weights`` is.
    """
    for option, value in (("weights", known["weights"]), ("labels", own["labels"]), ("code", own["code"])):
        if value is not None and not _is_path(value):
            kind = WeightsError if option == "weights" else NetworkError
            raise kind(f"`{option}` must be {_PATH}. Received: {shown(value)}")
    for option, value in (("variant", known["variant"]), ("predictions", own["predictions"])):
        if value is not None and not isinstance(value, str):
            raise NetworkError(f"`{option}` must be text. Received: {shown(value)}")
    mode = own["preprocessing"]
    if mode is not None and (not isinstance(mode, str) or mode not in PREPROCESSINGS):
        expected = ", ".join(PREPROCESSINGS)
        raise NetworkError(f"`preprocessing` must be one of {expected}. Received: {shown(mode)}")


def _display(value: Any) -> Display:
    """Return the channels to show, none for ``None``; only a loaded model tells whether it has them."""
    if value is None:
        return ()
    numbers = [value] if isinstance(value, int) else value
    is_list = isinstance(numbers, list | tuple) and len(numbers) in COLOURS
    if not is_list or not all(type(number) is int and number >= 0 for number in numbers):
        raise NetworkError(
            f"`display` must be the number of a channel, or three of them. Received: {shown(value)}"
        )
    return tuple(numbers)


def _refuse_given(arguments: dict[str, Any], applies: str) -> None:
    """Refuse arguments that do not apply to this kind of network."""
    for option, value in arguments.items():
        if value is not None:
            raise NetworkError(f"`{option}` applies {applies}")


def _is_path(value: Any) -> bool:
    return isinstance(value, str | PathLike) and isinstance(fspath(value), str)


def _is_own(network: Any) -> bool:
    """Tell whether this is the path of a model file; every path object counts as one."""
    return isinstance(network, PathLike) or (
        isinstance(network, str) and network.lower().endswith(OWN_SUFFIXES)
    )


def _own(file: str | PathLike[str], arguments: dict[str, Any]) -> LoadedNetwork:
    """Return the network in a user's file, checked as in a gallery."""
    from generator.config import choose_own_file

    name = fspath(file)
    if not name.lower().endswith(OWN_SUFFIXES):
        way = way_from(Path(name))
        expected = f"{shown(name)} is {way}" if way else f"expected a {OWN} file, found {shown(name)}"
        raise NetworkError(f"`network`: {expected}")
    loaded: list[Network] = []

    def describe(own: OwnNetwork) -> NetworkInfo:
        loaded[:] = [own_files.load(own)]  # only once, unless the labels are wrong
        return inspection.described(loaded[0], own)

    size = size_of(arguments["input_size"])
    values = {**arguments, "input_size": None if size is None else [*size]}
    given = {
        key: fspath(value) if isinstance(value, PathLike) else value
        for key, value in values.items()
        if value is not None
    }
    try:
        own, info = choose_own_file({"name": name, **given}, describe)
    except ConfigError as error:
        raise NetworkError(str(error)) from error
    for remark in remarks(own, IN_PYTHON):
        warnings.warn(remark, stacklevel=3)
    return _with_layers(loaded[0], info.layers)


def _described(network: Network) -> LoadedNetwork:
    """Return a known network with its layers: those of its table, at another size those of its model."""
    describe = registry.describe if network.classes else registry.describe_features
    info = inspection.measured(describe(network.name, network.variant), network)
    return _with_layers(network, info.layers)


def _outside(
    model: Any, size: tuple[int, int] | None, display: Display, predictions: str | None
) -> LoadedNetwork:
    """Return a user's model as a network.

    Args:
        model: the model.
        size: the size of an input that leaves it open.
        display: the channels to show.
        predictions: the name of the output with the classes.

    Raises:
        NetworkError: it is no Keras model, its input is no picture, the size does not work, it has no such
            output, or an operation has no rule.
    """
    network = from_outside(_channels_last(model))
    shapes = [tuple(tensor.shape[1:]) for tensor in network.model.inputs]
    if len(shapes) == 1 and len(shapes[0]) != 3:
        raise NetworkError(
            f"{network.name}: expected one input (height, width, channels), a picture, found {shapes[0]}"
        )
    if len(shapes) == 1 and shapes[0][2] is not None:
        if size is None and None in shapes[0]:
            raise NetworkError(
                f"{network.name}: the input has no fixed size; set one: load_network(model, input_size=...)"
            )
        sized = own_files.of_size(network.model, size, network.name)
        mistake = display_mistake(display, shapes[0][2]) if display else ""
        if mistake:
            raise NetworkError(f"`display` must be {mistake}. Received: {shown(display)}")
        network = from_outside(sized, network.name, display=display)
    if predictions is not None:
        place = outputs.place_of(network.model, predictions, network.name)
        network = replace(network, output=place)
    return _with_layers(network, inspection.layers(network, network.name))


def _channels_last(model: Any) -> Any:
    """Return a model with its channels last, which is a copy with its weights of now if they were first."""
    try:
        return channel_order.channels_last(subclassed.functional(model))
    except NetworkError as error:
        raise NetworkError(f"{model.name}: {error}") from error


def _with_layers(network: Network, layers: Sequence[LayerInfo]) -> LoadedNetwork:
    return LoadedNetwork(**vars(network), layers={layer.name: layer for layer in layers})
