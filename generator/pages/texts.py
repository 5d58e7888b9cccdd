"""The texts of a gallery on its pages, with the figures and links that they place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from generator import paths
from generator.errors import PageError, first_lines
from generator.pages import markdown
from generator.pages.markdown import Article
from generator.pages.placed_files import kind_of, table_of, value_of
from generator.pages.references import Names, Target, names_of
from generator.pages.renderer import PageRenderer
from generator.pages.shown_networks import FeaturePicture, ShownNetwork
from generator.records import GalleryConfig, MarkdownText, OwnFile, Panel, ShownPicture, View
from generator.records.choices import TABLE, VALUES

MOST_LISTED = 20
"""The features that a message lists."""


def check_texts(config: GalleryConfig) -> None:
    """Check what links and images in texts name, before anything is computed.

    Raises:
        PageError: some name nothing; the text has a line for each of the first, with file and line.
    """
    problems, names = list[str](), names_of(config)
    for text in all_texts(config):
        for one in markdown.addresses(text):
            try:
                _checked(names.target(one.address, text.file), one.address, one.is_image)
            except PageError as error:
                problems.append(f"{text.file}:{one.line}: {error}")
    if problems:
        raise PageError("\n".join(first_lines(problems)))


def all_texts(config: GalleryConfig) -> Iterator[MarkdownText]:
    """Yield every text of a gallery."""
    yield config.lead
    yield from (image.caption for image in config.images)
    yield from (album.text for album in config.albums)
    yield from (page.text for page in config.pages)


def own_files(config: GalleryConfig) -> Iterator[OwnFile]:
    """Yield the user's files that become part of the site: pictures in texts, and files that they link to."""
    names, found = names_of(config), dict[str, OwnFile]()
    for text in all_texts(config):
        for one in markdown.addresses(text):
            file = names.target(one.address, text.file).file
            if file and not (one.is_image and kind_of(file)):
                found[file.path] = file
    yield from (found[path] for path in sorted(found))


@dataclass(frozen=True)
class Texts:
    """Renders texts; ``pictures`` and ``networks`` are those that are shown."""

    renderer: PageRenderer
    names: Names
    pictures: Mapping[str, ShownPicture]
    networks: Sequence[ShownNetwork]

    def refuse_unshown(self, texts: Iterable[MarkdownText]) -> None:
        """Refuse texts that name features which no figure shows.

        Raises:
            PageError: there are some; the text has a line for each of the first, with file and line.
        """
        problems = list[str]()
        for text in texts:
            places = _Places(self, "", text.file)
            for line, address, _ in markdown.addresses(text):
                try:
                    places.refuse_unshown(address)
                except PageError as error:
                    problems.append(f"{text.file}:{line}: {error}")
        if problems:
            raise PageError("\n".join(first_lines(problems)))

    def html(self, text: MarkdownText, page: str) -> Markup:
        """Return a text as HTML for a page.

        Raises:
            PageError: a link or an image names what is not shown.
        """
        if not text.markdown.strip():
            return Markup()
        return markdown.html(text, _Places(self, page, text.file))

    def article(self, text: MarkdownText, page: str, has_title: bool) -> Article:
        """Return the text of a page of its own, as ``html``; see ``markdown.article``."""
        return markdown.article(text, _Places(self, page, text.file), has_title)


@dataclass(frozen=True)
class _Places:
    """What links and images of one text, in ``file``, become on a page."""

    texts: Texts
    page: str
    file: Path

    def refuse_unshown(self, address: str) -> None:
        """Refuse a feature that no figure shows; one of a picture that failed is no mistake of the text."""
        target = self.texts.names.target(address, self.file)
        if target.feature >= 0 and (not target.picture or target.picture in self.texts.pictures):
            self._feature(target)

    def link(self, address: str) -> str | None:
        target = self.texts.names.target(address, self.file)
        if target == Target():
            return address
        if target.picture and target.picture not in self.texts.pictures:
            return None
        if target.layer and not target.picture and not self._is_shown(target):
            return None
        path, anchor = self._place(target)
        return paths.link(self.page, path) + (f"#{anchor}" if anchor else "")

    def _place(self, target: Target) -> tuple[str, str]:
        """Return the path of the page of a target, and the anchor in it."""
        if target.page or target.file:
            return target.file.path if target.file else target.page, target.anchor
        if target.feature >= 0:
            shown = self._feature(target)
            return paths.feature_page(target.model, target.layer, shown.panel.features[shown.place]), ""
        if not target.picture:
            layer = paths.layer_page(target.model, target.layer)
            return layer if target.layer else paths.network_page(target.model), ""
        anchor = paths.panel_anchor(target.model, target.layer) if target.layer else target.model
        return paths.image_page(target.picture), anchor and (anchor if target.layer else f"{anchor}/")

    def figure(self, address: str, caption: Markup, alt: str, is_alone: bool) -> Markup:
        target = _checked(self.texts.names.target(address, self.file), address, is_image=True)
        if target.file:
            return self._own(target.file, target.anchor, caption, alt, is_alone)
        if target.picture and target.picture not in self.texts.pictures:
            return Markup("<em>{}</em>").format(caption or "A picture that could not be shown")
        names = {"caption": caption, "alt": alt, "is_alone": is_alone, **self._shown(target)}
        return self.texts.renderer.fragment("placed.html", page=self.page, **names)

    def _own(self, file: OwnFile, anchor: str, caption: Markup, alt: str, is_alone: bool) -> Markup:
        """Return what a file of the user's own becomes."""
        kind = kind_of(file)
        if kind == VALUES:
            return Markup("{}").format(value_of(file, anchor))
        if kind == TABLE and not is_alone:
            raise PageError(f"{file.file.name}: a table needs a paragraph of its own")
        return self.texts.renderer.fragment(
            "placed_file.html",
            page=self.page,
            file=file,
            table=table_of(file) if kind == TABLE else None,
            caption=caption,
            alt=alt or caption.striptags(),
            is_alone=is_alone,
        )

    def _shown(self, target: Target) -> dict[str, object]:
        """Return what the template of a figure receives about its target.

        Raises:
            PageError: the gallery does not show it.
        """
        names: dict[str, object] = {"panel": None, "view": None, "place": -1, "folder": ""}
        if target.feature >= 0:
            found = self._feature(target)
            panel = replace(found.panel, views=(target.view,)) if target.view else found.panel
            names |= {"panel": panel, "place": found.place, "folder": found.folder}
            picture = self.texts.pictures[found.picture.image.slug]
        else:
            picture = self.texts.pictures[target.picture]
        method = self._method(target, picture)
        if target.model:
            names["view"] = self._view(picture, target.model)
        if target.layer and target.feature < 0:
            names["panel"] = _panel(self._view(picture, target.model), target.layer, method)
        return {**names, "picture": picture, "method": method}

    def _view(self, picture: ShownPicture, model: str) -> View:
        return next(view for view in picture.views if view.spec.slug == model)

    def _is_shown(self, target: Target) -> bool:
        """Return whether a layer has a page: the pictures that show it may all have failed."""
        return any(
            layer.layer.name == target.layer
            for network in self.texts.networks
            for layer in network.layers
            if network.view.spec.slug == target.model
        )

    def _feature(self, target: Target) -> FeaturePicture:
        """Return a feature in its picture, or in that in which it is strongest."""
        return self._pair(target) if target.picture else self._strongest(target)

    def _method(self, target: Target, picture: ShownPicture) -> str:
        """Return the method that a text asks for; empty for that of the picture."""
        if not target.method:
            return ""
        view = self._view(picture, target.model)
        if target.method != view.spec.method and target.method not in view.comparisons:
            raise PageError(
                f"{target.model} shows {target.picture!r} by {view.spec.method} alone; "
                "'compare:' adds methods"
            )
        return target.method if target.method != view.spec.method else ""

    def _pair(self, target: Target) -> FeaturePicture:
        """Return a feature in a picture."""
        picture = self.texts.pictures[target.picture]
        view, method = self._view(picture, target.model), self._method(target, picture)
        panel = _panel(view, target.layer, method)
        if target.feature in panel.features:
            return FeaturePicture(picture, panel, panel.features.index(target.feature), method)
        for single in () if method else view.single_panels.get(target.layer, ()):
            if single.features == (target.feature,):
                return FeaturePicture(picture, single, 0, str(target.feature))
        alone = [single.features[0] for single in view.single_panels.get(target.layer, ())]
        raise PageError(
            f"{target.layer} of {target.model} does not show feature {target.feature} in {target.picture!r}; "
            f"it shows {_listed([*panel.features, *alone])}; 'features:' chooses others"
        )

    def _strongest(self, target: Target) -> FeaturePicture:
        """Return a feature in the picture in which it is strongest."""
        shown = {
            feature.number: feature.pictures[0]
            for network in self.texts.networks
            for layer in network.layers
            for feature in layer.features
            if (network.view.spec.slug, layer.layer.name) == (target.model, target.layer)
        }
        if target.feature not in shown:
            raise PageError(
                f"no picture shows feature {target.feature} of {target.layer} of {target.model}; shown are "
                f"{_listed(list(shown))}; 'features:' chooses others"
            )
        return shown[target.feature]


def _listed(features: Sequence[int]) -> str:
    """Return the first of some features, and how many more there are."""
    more = f" and {len(features) - MOST_LISTED} more" if len(features) > MOST_LISTED else ""
    return ", ".join(map(str, features[:MOST_LISTED])) + more


def _panel(view: View, layer: str, method: str = "") -> Panel:
    panels = view.comparisons[method] if method else view.panels
    return next(panel for panel in panels if panel.layer.name == layer)


def _checked(target: Target, address: str, is_image: bool) -> Target:
    """Return the target of a link or an image that can have such a target.

    Raises:
        PageError: it cannot; the text has no place.
    """
    if target.file:
        if is_image and kind_of(target.file) == TABLE:
            table_of(target.file)
        elif is_image and kind_of(target.file) == VALUES:
            value_of(target.file, target.anchor)
        elif target.file.fault:
            raise PageError(f"{target.file.file.name}: {target.file.fault}")
    elif is_image and (target.page or target == Target()):
        raise PageError(f"expected the address of a figure as the image, found {address!r}")
    elif is_image and not target.picture and target.feature < 0:
        raise PageError(f"expected a feature as the image, found {address!r}; pictures come before models")
    if target.view and target.feature < 0:
        raise PageError(f"expected a feature before '?view=', found {address!r}")
    if target.method and not (target.picture and target.layer):
        raise PageError(f"expected a picture, a model and a layer before '?method=', found {address!r}")
    return target
