"""The texts of a gallery on its pages, with the figures and links that they place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from generator import paths
from generator.errors import PageError, first_lines
from generator.pages import markdown
from generator.pages.markdown import Article
from generator.pages.references import Names, Target, names_of
from generator.pages.renderer import PageRenderer
from generator.pages.shown_networks import FeaturePicture, ShownNetwork
from generator.records import GalleryConfig, MarkdownText, Panel, ShownPicture, View


def check_texts(config: GalleryConfig) -> None:
    """Check what links and images in texts name, before anything is computed.

    Raises:
        PageError: some name nothing; the text has a line for each of the first, with file and line.
    """
    problems, names = list[str](), names_of(config)
    for text in all_texts(config):
        for line, address in markdown.addresses(text):
            try:
                names.target(address, text.file.parent)
            except PageError as error:
                problems.append(f"{text.file}:{line}: {error}")
    if problems:
        raise PageError("\n".join(first_lines(problems)))


def all_texts(config: GalleryConfig) -> Iterator[MarkdownText]:
    """Yield every text of a gallery."""
    yield config.lead
    yield from (image.caption for image in config.images)
    yield from (album.text for album in config.albums)
    yield from (page.text for page in config.pages)


@dataclass(frozen=True)
class Texts:
    """Renders texts; ``pictures`` and ``networks`` are those that are shown."""

    renderer: PageRenderer
    names: Names
    pictures: Mapping[str, ShownPicture]
    networks: Sequence[ShownNetwork]

    def html(self, text: MarkdownText, page: str) -> Markup:
        """Return a text as HTML for a page.

        Raises:
            PageError: a link or an image names what is not shown.
        """
        if not text.markdown.strip():
            return Markup()
        return markdown.html(text, _Places(self, page, text.file.parent))

    def article(self, text: MarkdownText, page: str) -> Article:
        """Return the text of a page of its own, as ``html``."""
        return markdown.article(text, _Places(self, page, text.file.parent))


@dataclass(frozen=True)
class _Places:
    """What links and images of one text become on a page; ``folder`` is that of the text."""

    texts: Texts
    page: str
    folder: Path

    def link(self, address: str) -> str | None:
        target = self.texts.names.target(address, self.folder)
        if target == Target():
            return address
        if target.picture and target.picture not in self.texts.pictures:
            return None
        path, anchor = self._place(target)
        return paths.link(self.page, path) + (f"#{anchor}" if anchor else "")

    def _place(self, target: Target) -> tuple[str, str]:
        """Return the path of the page of a target, and the anchor in it."""
        if target.page:
            return target.page, target.anchor
        if target.feature >= 0:
            shown = self._strongest(target)
            if target.picture:
                self._pair(target)
            return paths.feature_page(target.model, target.layer, shown.panel.features[shown.place]), ""
        if not target.picture:
            layer = paths.layer_page(target.model, target.layer)
            return layer if target.layer else paths.network_page(target.model), ""
        anchor = paths.panel_anchor(target.model, target.layer) if target.layer else target.model
        return paths.image_page(target.picture), anchor and (anchor if target.layer else f"{anchor}/")

    def figure(self, address: str, caption: Markup, is_alone: bool) -> Markup:
        target = self.texts.names.target(address, self.folder)
        if target.page or target == Target():
            raise PageError(f"expected the address of a figure as the image, found {address!r}")
        if target.picture and target.picture not in self.texts.pictures:
            return Markup("<em>{}</em>").format(caption or "A picture that could not be shown")
        if not target.picture and target.feature < 0:
            raise PageError(
                f"expected a feature as the image, found {address!r}; pictures come before models"
            )
        names: dict[str, object] = {"panel": None, "view": None, "place": -1, "folder": ""}
        if target.feature >= 0:
            shown = self._pair(target) if target.picture else self._strongest(target)
            names |= {"panel": shown.panel, "place": shown.place, "folder": shown.folder}
            picture = self.texts.pictures[shown.picture.image.slug]
        else:
            picture = self.texts.pictures[target.picture]
        if target.model:
            names["view"] = self._view(picture, target.model)
        if target.layer and target.feature < 0:
            names["panel"] = _panel(self._view(picture, target.model), target.layer)
        return self.texts.renderer.fragment(
            "placed.html", page=self.page, picture=picture, caption=caption, is_alone=is_alone, **names
        )

    def _view(self, picture: ShownPicture, model: str) -> View:
        return next(view for view in picture.views if view.spec.slug == model)

    def _pair(self, target: Target) -> FeaturePicture:
        """Return a feature in a picture."""
        picture = self.texts.pictures[target.picture]
        view = self._view(picture, target.model)
        panel = _panel(view, target.layer)
        if target.feature in panel.features:
            return FeaturePicture(picture, panel, panel.features.index(target.feature))
        for single in view.single_panels.get(target.layer, ()):
            if single.features == (target.feature,):
                return FeaturePicture(picture, single, 0, str(target.feature))
        shown = ", ".join(map(str, panel.features))
        raise PageError(
            f"{target.layer} of {target.model} does not show feature {target.feature} in {target.picture!r}; "
            f"it shows {shown}; 'features:' of the model chooses others"
        )

    def _strongest(self, target: Target) -> FeaturePicture:
        """Return a feature in the picture in which it is strongest."""
        for network in self.texts.networks:
            for layer in network.layers if network.view.spec.slug == target.model else ():
                for feature in layer.features if layer.layer.name == target.layer else ():
                    if feature.number == target.feature:
                        return feature.pictures[0]
        raise PageError(f"no picture shows feature {target.feature} of {target.layer} of {target.model}")


def _panel(view: View, layer: str) -> Panel:
    return next(panel for panel in view.panels if panel.layer.name == layer)
