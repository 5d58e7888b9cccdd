"""``gallery why NAME``: what became of the artifacts of a picture, model or feature, and why."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from generator import paths
from generator.cli.commands import DONE
from generator.cli.setup import configuration, seal_of, store_of
from generator.errors import ConfigError
from generator.records import GalleryConfig, Subject
from generator.records.kept import PICTURE
from generator.store.ledger import Line

Concerns = Callable[[Line], bool]


def run(options: argparse.Namespace) -> int:
    """Print for each artifact whether the last build that made anything reused it, or why not.

    Builds that had nothing to do are passed over. Nothing is computed.

    Raises:
        ConfigError: no picture, model or feature of that name.
    """
    store = store_of(options, lambda _: None)
    concerns = _concerning(configuration(options, store), options.name)
    lines = [line for line in store.ledger.before() if concerns(line)]
    for line in lines:
        print(f"{line.outcome:7} {line.stage:8} {line.name}{f' ({line.reason})' if line.reason else ''}")
    print(
        _summary(lines, seal_of(options).is_confirmed)
        if lines
        else f"{options.name}: no build has included it yet"
    )
    return DONE


def _summary(lines: Sequence[Line], untouched: bool) -> str:
    """Return how many artifacts were made, and the reasons in order of first use.

    ``untouched`` says that the gallery was built again since, with nothing to do.
    """
    counts = Counter(line.outcome for line in lines)
    texts = (line.reason.removeprefix("changed: ") for line in lines if line.reason)
    reasons = dict.fromkeys(reason for text in texts for reason in text.split(", "))
    because = f"; why: {', '.join(reasons)}" if reasons else ""
    since = "; nothing has changed since" if untouched else ""
    return f"{len(lines)} artifacts: {', '.join(f'{n} {word}' for word, n in counts.items())}{because}{since}"


def _concerning(config: GalleryConfig, name: str) -> Concerns:
    """Return what tells whether an artifact is about a picture, a model or a feature (MODEL/LAYER/NUMBER)."""
    pictures, models = ([one.slug for one in some] for some in (config.images, config.networks))
    if name in pictures:
        of_picture = Subject(PICTURE, name)
        return lambda line: line.subject == of_picture or line.name.startswith(f"images/{name}/")
    if name in models:
        return lambda line: line.subject.name == name or line.name.startswith(f"models/{name}/")
    model, _, rest = name.partition("/")
    layer, _, number = rest.rpartition("/")
    if model in models and layer and number.isdecimal():
        return _of_feature(model, layer, int(number))
    near = get_close_matches(name, [*pictures, *models], n=1)
    hint = f"; nearest: {near[0]}" if near else ""
    known = f"pictures: {', '.join(pictures)}; models: {', '.join(models)}; a feature: MODEL/LAYER/NUMBER"
    raise ConfigError(f"no picture or model {name!r}{hint}; {known}")


def _of_feature(model: str, layer: str, feature: int) -> Concerns:
    page = paths.feature_page(model, layer, feature)
    result = f"/{model} {layer}/{feature} "
    panel = paths.panel_path("", model, layer, f"{feature}").removeprefix("images/")
    return lambda line: line.name == page or result in line.name or line.name.endswith(panel)
