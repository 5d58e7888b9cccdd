"""What each verb of the command line does, in a few lines each: the rooms it needs, in order."""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from generator import images, lenses, own_networks, pages, site, sizes
from generator.build import Report, protected
from generator.build import build as build_site
from generator.cache.entries import STAGES, unused_since
from generator.check import broken
from generator.config import load_config
from generator.console import console
from generator.errors import ConfigError, ImageError, NetworkError, SiteError
from generator.keeper import Keeper
from generator.networks import choice, fetch, model_file, registry
from generator.networks import weights as shelf
from generator.networks.known import Variant
from generator.networks.sources import Download
from generator.records import GalleryConfig, NetworkInfo, OwnNetwork


def build(options: argparse.Namespace) -> Report:
    """Build the site and say where it is."""
    with console(options.quiet, options.verbose) as progress:
        keeper = keeper_of(options, progress.warn, options.force)
        config = configuration(options, keeper)
        report = build_site(config, keeper, progress, options.jobs, options.offline)
    if not options.quiet:
        failed = f", {len(report.failed)} left out" if report.failed else ""
        print(f"{len(report.shown)} pictures{failed}: {report.output / 'index.html'}")
    return report


def check(options: argparse.Namespace) -> list[str]:
    """Return what is wrong with the pictures of a valid configuration.

    Raises:
        ConfigError: the configuration is not valid.
        PageError: a template of the user's own is not valid.
    """
    config = configuration(options)
    pages.check_templates(config.templates)
    problems = []
    for image in config.images:
        try:
            images.read(image.path)
        except ImageError as error:
            problems.append(f"{image.slug}: {error}")
    return problems


def warnings(options: argparse.Namespace) -> Iterator[str]:
    """Yield what a configuration had better say: a line for each picture without alt text."""
    for image in configuration(options).images:
        if not image.alt:
            yield f"warning: {image.slug}: no alt text; its title stands in for it"


def check_site(options: argparse.Namespace) -> list[str]:
    """Return what is broken in the built site, or too large for GitHub Pages."""
    folder = _site(options)
    return broken(folder) + sizes.excesses(folder)


def site_sizes(options: argparse.Namespace) -> Iterator[str]:
    """Yield how large the built site is, and its largest files."""
    return sizes.report(_site(options))


def _site(options: argparse.Namespace) -> Path:
    folder = configuration(options).output
    if not folder.is_dir():
        raise SiteError(f"{folder}: no such folder; 'gallery build' makes it")
    return folder


def models(name: str | None) -> Iterator[str]:
    """Yield the lines that describe one model, or all.

    Raises:
        NetworkError: no such model.
    """
    for network in [name] if name else registry.names():
        yield from _model(registry.describe(network))


def problems_of_model(path: Path) -> list[str]:
    """Return why a user's own model cannot be deconvolved: one line for each operation without a rule.

    Raises:
        NetworkError: the file cannot be loaded.
    """
    from generator.engine import graph

    return [f"{path}: {problem}" for problem in graph.unsupported(model_file.load(path))]


def layers_of_model(path: Path) -> Iterator[str]:
    """Yield the layers of a user's own model that is supported, or why a gallery cannot show it."""
    try:
        yield from _layers(own_networks.describe(OwnNetwork(path, preprocessing="none")))
    except NetworkError as error:
        yield f"  in a gallery: {error}"


def weights(options: argparse.Namespace) -> Iterator[str]:
    """Fetch what is missing of a model's weights, verify all of them, and yield where they are."""
    cache = shelf.cache_folder()
    for name, known in registry.entry(options.name).weights.items():
        source = known.files[-1 if options.no_classifier else 0]
        if isinstance(source, Download):
            with console(options.quiet, options.verbose) as progress:
                fetch.fetch(source, cache, progress.fetching(source.title), options.offline)
        yield f"{name}: {shelf.verified(source, cache)}"


def clean(options: argparse.Namespace) -> Iterator[str]:
    """Remove the site, and the cache if asked, and yield what was removed.

    With ``older_than``, in days, only what of the cache was not used since.
    """
    if options.older_than is not None:
        yield _removed_unused(shelf.cache_folder(), time.time() - 86_400 * options.older_than)
        return
    config = configuration(options)
    if site.remove_site(config.output, protected(config)):
        yield f"removed {config.output}"
    for name in ("weights", *STAGES, "digests", "ledgers") if options.cache else ():
        kept = shelf.cache_folder() / name
        if kept.is_dir():
            shutil.rmtree(kept)
            yield f"removed {kept}"


def _removed_unused(folder: Path, seconds: float) -> str:
    """Remove the entries of the cache last used before a time, and say how much went."""
    sizes = []
    for path in unused_since(folder, seconds):
        sizes.append(path.stat().st_size)
        path.unlink()
    return f"removed {len(sizes)} entries, {sum(sizes) / 1e6:.1f} MB, from {folder}"


def why(options: argparse.Namespace) -> Iterator[str]:
    """Yield what became of each artifact of a picture in the last build, and why.

    Raises:
        ConfigError: no picture of that name.
    """
    keeper = keeper_of(options, lambda _: None)
    config = configuration(options, keeper)
    slugs = [image.slug for image in config.images]
    if options.image not in slugs:
        near = get_close_matches(options.image, slugs, n=1)
        hint = f"; nearest: {near[0]}" if near else ""
        raise ConfigError(f"no picture {options.image!r}{hint}; pictures: {', '.join(slugs)}")
    lines = [line for line in keeper.ledger.lines() if _concerns(line.name, options.image)]
    yield from (f"{line.outcome:7} {line.stage:8} {line.name}{_because(line.reason)}" for line in lines)
    if not lines:
        yield f"{options.image}: no build has shown it yet"


def _concerns(name: str, slug: str) -> bool:
    return name.startswith((f"{slug}/", f"images/{slug}/"))


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def configuration(options: argparse.Namespace, keeper: Keeper | None = None) -> GalleryConfig:
    """Return the configuration that the command line names."""
    keeper = keeper or keeper_of(options, lambda _: None)
    return load_config(
        options.config,
        registry.catalogue(),
        choice.known,
        partial(lenses.described, keeper=keeper),
        options.output,
        options.base_url,
    )


def keeper_of(options: argparse.Namespace, report: Callable[[str], None], fresh: bool = False) -> Keeper:
    """Return the memory of the gallery that the command line names."""
    gallery = f"{options.config.absolute()}\n{options.output.absolute() if options.output else ''}"
    return Keeper(shelf.cache_folder(), gallery, report, fresh)


def _model(info: NetworkInfo) -> Iterator[str]:
    yield f"{info.name}: {info.title}, input {_shape(info.input_shape)}, {info.reference_url}"
    cache = shelf.cache_folder()
    for name, known in registry.entry(info.name).weights.items():
        yield f"  weights: {name} ({known.summary})"
        yield from (f"    {shelf.status(source, cache)}" for source in known.files)
    for variant in registry.variants(info.name):
        form = registry.form(info.name, variant)
        yield f"  variant: {variant or registry.PLAIN} ({form.summary}; {_sizes(form)})"
    yield from _layers(info)
    yield ""


def _layers(info: NetworkInfo) -> Iterator[str]:
    width = max(len(layer.name) for layer in info.layers)
    for layer in info.layers:
        yield f"  {layer.name:{width}}  {layer.kind:22}  {_shape(layer.shape)}"


def _sizes(form: Variant) -> str:
    """Return what sizes of input a form of a network takes."""
    bare, classifying = (
        "this input only" if px is None else f"input from {px} px" for px in form.smallest_px
    )
    return classifying if bare == classifying else f"{classifying}, without classes {bare}"


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
