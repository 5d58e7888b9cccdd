"""Prepares pages: each with the means to render it, and digests of everything that its bytes depend on.

A page depends on its template and all templates that this one refers to, on what the template receives, and
on the settings that every template can read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, fields
from functools import cache, partial
from hashlib import sha256
from typing import Any

from jinja2 import BaseLoader, Environment, TemplateNotFound
from markupsafe import Markup

from generator.pages.jinja_environment import reported
from generator.pages.page_records import PageConfig
from generator.pages.record_digests import RecordDigests

_REFERENCE = re.compile(
    r"""\{%[-+]?\s*(?:extends|include|import|from)\b\s*
    (?:(?P<quote>["'])(?P<name>[^"']+)(?P=quote)\s*(?=[-+]?%\}|(?:import|as|ignore|with|without)\b))?""",
    re.VERBOSE,
)
"""A tag that refers to another template; ``name`` matches only if it is a plain string."""


@dataclass(frozen=True)
class UnrenderedPage:
    """A page that is not rendered yet.

    ``made_by`` returns digests of everything that its bytes depend on, by name; ``rendered`` returns the
    bytes. Both raise ``PageError`` if a template is wrong; the text names its file and line.
    """

    path: str
    made_by: Callable[[], Mapping[str, str]]
    rendered: Callable[[], bytes]
    template_now: Callable[[], str] = str
    """The digest of its template as it is on the disk now; empty without a template."""


class PageRenderer:
    """Prepares the pages of one gallery.

    Args:
        environment: loads and renders the templates.
        config: the settings that templates may read.
        networks: the gallery's networks, reduced to what every page may read.
        own_pages: the pages of the user's own, for the navigation.
        version: version of the generator.
    """

    def __init__(
        self,
        environment: Environment,
        config: PageConfig,
        networks: Any,
        version: str,
        own_pages: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._environment, self._loader = environment, environment.loader or BaseLoader()
        self.config = config
        self._digests, self._is_listed = RecordDigests(), True
        self._template = cache(self._template_digest)
        environment.globals.update(config=config, networks=networks, version=version, own_pages=own_pages)
        settings = {field.name: getattr(config, field.name) for field in fields(config)}
        self._shared = {name: self._digests.of(value) for name, value in settings.items() if value}
        self._shared |= {"networks": self._digests.of(networks), "version": version}
        if own_pages:
            self._shared["own_pages"] = self._digests.of(list(own_pages))

    def unlisted(self) -> PageRenderer:
        """Return a renderer whose pages ask search engines to leave them out."""
        other = copy(self)
        other._is_listed = False
        return other

    def page(self, path: str, template: str, **names: object) -> UnrenderedPage:
        """Return a page that renders a template with these variables."""
        names = {"card": None, "structured": None, "is_listed": self._is_listed, **names}
        made_by = partial(self._made_by, path, template, names)
        rendered = partial(self._rendered, path, template, names)
        return UnrenderedPage(path, made_by, rendered, partial(self._template_digest, template))

    def untemplated(self, path: str, make: Callable[[], str], *facts: object) -> UnrenderedPage:
        """Return a file that ``make`` writes without a template; it depends on ``facts`` and the settings."""
        return UnrenderedPage(path, partial(self._parts, path, facts), lambda: make().encode())

    def fragment(self, template: str, **names: object) -> Markup:
        """Return what a template gives, to become a part of a page."""
        with reported():
            return Markup(self._environment.get_template(template).render(**names).strip())  # noqa: S704

    def _parts(self, path: str, facts: object) -> dict[str, str]:
        return {**self._shared, "path": path, "facts": self._digests.of(facts)}

    def _made_by(self, path: str, template: str, names: Mapping[str, object]) -> dict[str, str]:
        with reported():
            return {**self._parts(path, names), "template": self._template(template)}

    def _rendered(self, path: str, template: str, names: Mapping[str, object]) -> bytes:
        with reported():
            return self._environment.get_template(template).render(page=path, **names).encode()

    def _template_digest(self, name: str) -> str:
        """Return the SHA-256 of a template and all templates that it refers to, directly or indirectly."""
        waiting, sources = [name], dict[str, str]()
        while waiting:
            one = waiting.pop()
            if one not in sources:
                with suppress(TemplateNotFound):  # rendering reports it, with file and line
                    sources[one] = self._loader.get_source(self._environment, one)[0]
                waiting += self._references(sources.setdefault(one, ""))
        return sha256(repr(sorted(sources.items())).encode("utf-8", "surrogatepass")).hexdigest()

    def _references(self, source: str) -> Iterator[str]:
        """Yield the templates that one refers to; all templates if a tag computes the name."""
        for found in _REFERENCE.finditer(source):
            if found["name"]:
                yield found["name"]
            else:
                yield from self._environment.list_templates(extensions=["html", "xml", "txt"])
