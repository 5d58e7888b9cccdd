"""Templates to pages, each made only where none of the same making is kept.

A page's parts are all that changes its bytes: its template with those that it builds on, what the template is
given, and the settings that every template may read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from functools import cache
from hashlib import sha256
from typing import Any

from jinja2 import BaseLoader, Environment, TemplateNotFound

from generator.pages.environment import reported
from generator.pages.facts import NOWHERE, Digests
from generator.records import GalleryConfig, Output

Kept = Callable[[str, Mapping[str, str], Callable[[], bytes]], bytes]
"""(path, parts, make) -> the page's bytes: those kept under its parts, or else made now."""

_REFERENCE = re.compile(
    r"""\{%[-+]?\s*(?:extends|include|import|from)\b\s*
    (?:(?P<quote>["'])(?P<name>[^"']+)(?P=quote)\s*(?=[-+]?%\}|(?:import|as|ignore|with|without)\b))?""",
    re.VERBOSE,
)
"""A tag that refers to another template, with its name where that is all it says."""


def made_now(_path: str, _parts: Mapping[str, str], make: Callable[[], bytes]) -> bytes:
    """Return a page made now, whatever is kept."""
    return make()


class Press:
    """Renders the pages of one gallery.

    Args:
        environment: has the templates.
        config: what templates may know of the configuration.
        networks: what every page may know of the gallery's networks.
        version: of the generator.
        kept: gives a page that is kept, or has it made.
    """

    def __init__(
        self, environment: Environment, config: GalleryConfig, networks: Any, version: str, kept: Kept
    ) -> None:
        self._environment, self._loader = environment, environment.loader or BaseLoader()
        self._kept = kept
        self._digests = Digests()
        self._template = cache(self._template_digest)
        environment.globals.update(config=config, networks=networks, version=version)
        settings = {field.name: getattr(config, field.name) for field in fields(config)}
        given = {name: value for name, value in settings.items() if value and value != NOWHERE}
        self._shared = {name: self._digests.of(value) for name, value in given.items()}
        self._shared |= {"networks": self._digests.of(networks), "version": version}

    def page(self, path: str, template: str, **names: object) -> Output:
        """Return one page, rendered from a template with these names.

        Raises:
            PageError: the template is wrong; the text names the file and the line.
        """
        names = {"card": None, "structured": None, **names}
        with reported():
            parts = {
                **self._shared,
                "path": path,
                "template": self._template(template),
                "facts": self._digests.of(names),
            }
            return Output(path, self._kept(path, parts, lambda: self._rendered(path, template, names)))

    def document(self, path: str, make: Callable[[], str], *facts: object) -> Output:
        """Return a page that is made without a template, of nothing but these facts and the settings."""
        parts = {**self._shared, "path": path, "facts": self._digests.of(facts)}
        return Output(path, self._kept(path, parts, lambda: make().encode()))

    def _rendered(self, path: str, template: str, names: Mapping[str, object]) -> bytes:
        return self._environment.get_template(template).render(page=path, **names).encode()

    def _template_digest(self, name: str) -> str:
        """Return the SHA-256 of a template and of all that it refers to, directly or not."""
        waiting, sources = [name], dict[str, str]()
        while waiting:
            one = waiting.pop()
            if one not in sources:
                with suppress(TemplateNotFound):  # whoever renders it is told, with the place
                    sources[one] = self._loader.get_source(self._environment, one)[0]
                waiting += self._references(sources.setdefault(one, ""))
        return sha256(repr(sorted(sources.items())).encode("utf-8", "surrogatepass")).hexdigest()

    def _references(self, source: str) -> Iterator[str]:
        """Yield the templates that one refers to; where a tag says more than a name, all there are."""
        for found in _REFERENCE.finditer(source):
            if found["name"]:
                yield found["name"]
            else:
                yield from self._environment.list_templates(extensions=["html", "xml", "txt"])
