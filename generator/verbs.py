"""What each verb of the command line does, in a few lines each: the rooms it needs, in order."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path

from generator import images, own_networks, pages, site, sizes
from generator.build import Report, protected
from generator.build import build as build_site
from generator.check import broken
from generator.config import load_config
from generator.console import console
from generator.errors import ImageError, NetworkError, SiteError
from generator.networks import choice, fetch, model_file, registry
from generator.networks import weights as shelf
from generator.networks.known import Variant
from generator.networks.sources import Download
from generator.records import GalleryConfig, NetworkInfo, OwnNetwork


def build(options: argparse.Namespace) -> Report:
    """Build the site and say where it is."""
    config = configuration(options)
    with console(options.quiet, options.verbose) as progress:
        report = build_site(config, progress, options.jobs, options.offline)
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
    """Remove the site, and the cache if asked, and yield what was removed."""
    config = configuration(options)
    if site.remove_site(config.output, protected(config)):
        yield f"removed {config.output}"
    fetched = shelf.cache_folder() / "weights"
    if options.cache and fetched.is_dir():
        shutil.rmtree(fetched)
        yield f"removed {fetched}"


def configuration(options: argparse.Namespace) -> GalleryConfig:
    """Return the configuration that the command line names."""
    return load_config(
        options.config,
        registry.catalogue(),
        choice.known,
        own_networks.describe,
        options.output,
        options.base_url,
    )


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
