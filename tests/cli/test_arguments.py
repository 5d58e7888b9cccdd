"""The help of every verb: what it does, an example that parses, defaults, and where the documentation is."""

from __future__ import annotations

import argparse
import re
import shlex

import pytest

from docs.generate.command_line import verbs
from generator.cli.arguments import parser
from generator.cli.arguments.verbs import DOCUMENTATION, VERBS
from generator.config.keys import GalleryKeys, ModelKeys
from tests.support.gallery import ROOT

PARSERS = verbs().choices


def test_every_verb_has_its_texts():
    assert set(PARSERS) == set(VERBS)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_help_ends_with_examples_that_parse(name):
    known = PARSERS[name].format_help()
    examples = re.findall("^  (gallery .*)$", known[known.index("\nexample") :], flags=re.MULTILINE)
    assert f"gallery {VERBS[name].examples[0]}" == examples[0]
    for example in examples:
        words = shlex.split(re.sub(" > .*", "", example))[1:]
        assert parser().parse_args(words).verb in (name, "build")
    assert VERBS[name].description[:40] in " ".join(known.split())
    assert known.endswith(f"\n\n{DOCUMENTATION}\n")


def test_the_documentation_is_there():
    assert "\n## Command line\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert (ROOT / DOCUMENTATION.split()[-1]).is_file()
    assert parser().format_help().endswith(f"{DOCUMENTATION}\n")


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_value_that_may_be_left_out_has_its_default_in_the_help(name):
    optional = [
        action
        for action in PARSERS[name]._actions
        if action.nargs != 0 and not action.required and not isinstance(action, argparse._HelpAction)
    ]
    assert [action.dest for action in optional if "(default: " not in action.help] == []


def test_the_defaults_of_a_figure_are_those_of_the_configuration():
    keys = GalleryKeys.model_fields | {"preprocessing": ModelKeys.model_fields["preprocessing"]}
    helps = {action.dest: action.help for action in PARSERS["figure"]._actions}
    for key in ("method", "seed", "bias", "scale", "preprocessing", "top_features"):
        assert re.search(rf"\(default: (.* or )?{keys[key].default}\)$", helps[key]), key
