"""Load a configuration: read the file, validate it, find the files it names, then return or refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from generator.config.albums import INDEX, find_albums
from generator.config.dataset import choose_dataset
from generator.config.document import Document
from generator.config.keys import GalleryKeys, ModelKeys
from generator.config.models import WithWeights, choose_networks
from generator.config.own_files import find_own_files
from generator.config.own_models import DescribeOwn
from generator.config.own_pages import find_pages, note_pages_folder, pages_folder, watched
from generator.config.paths import anchored, is_file, is_folder, nearest_file
from generator.config.picture_keys import Picture, PictureKeys
from generator.config.picture_networks import with_networks
from generator.config.pictures import Pictures, find_pictures
from generator.config.reading import read_document
from generator.config.slugs import tag_slugs
from generator.config.validation import sound_entries, validate
from generator.config.values import amount_bytes
from generator.config.words import natural, quote
from generator.records import GalleryConfig, ImageSpec, MarkdownText, NetworkInfo, NetworkSpec, SiteLink, Tag

_PICTURE: TypeAdapter[PictureKeys] = TypeAdapter(Picture)
_MODEL = TypeAdapter(ModelKeys)


def load_config(
    path: Path,
    networks: Mapping[str, NetworkInfo],
    with_weights: WithWeights,
    describe_own: DescribeOwn,
    output: Path | None = None,
    base_url: str | None = None,
) -> GalleryConfig:
    """Return the validated configuration of a file.

    Args:
        path: the file. Messages name it as given here; paths in it are relative to its folder.
        networks: the known networks by name.
        with_weights: describes a network with given weights and variant; weights without a classifier have
            fewer layers.
        describe_own: describes a user's own network.
        output: replaces the output folder of the file; relative to the current folder.
        base_url: replaces the base URL of the file.

    Raises:
        ConfigError: the file has mistakes; the text has one line for each, sorted by line and column.
    """
    document = read_document(path)
    _override(document, output, base_url)
    validate(document)
    file = anchored(Path.cwd(), str(path))
    folder = file.parent
    site = _output(document, folder)
    pictures = find_pictures(document, sound_entries(document, "inputs", _PICTURE), folder, site)
    _note_pictures_within(document, site, pictures.images)
    models = sound_entries(document, "models", _MODEL)
    chosen = choose_networks(document, models, folder, networks, with_weights, describe_own)
    seen = with_networks(document, pictures, chosen)
    templates = _templates(document, folder, site)
    dataset = choose_dataset(document, folder, site)
    note_pages_folder(document, folder)
    _note_methods_twice(document)
    _note_none_listed(document, pictures)
    note_views_twice(document)
    document.refuse_mistakes()
    keys = GalleryKeys.model_validate(document.values)
    built = [image for image in seen if image.slug not in pictures.drafts]
    albums, images = find_albums(pictures.albums, built, keys.sort)
    specs = tuple(one.spec for one in chosen)
    config = config_of(keys, file, site, replace(pictures, images=images), specs, templates)
    config = replace(config, albums=albums, drafts=len(pictures.drafts), dataset=dataset)
    return _with_texts(config, pages_folder(folder, keys.pages), pictures, _lead(document, keys, path))


def _lead(document: Document, keys: GalleryKeys, path: Path) -> MarkdownText:
    """Return the description, with its place for messages."""
    return MarkdownText(keys.description, path, document.places[document.known(("description",))].line)


def _with_texts(config: GalleryConfig, texts: Path, pictures: Pictures, lead: MarkdownText) -> GalleryConfig:
    """Return a configuration with the user's texts, and the files beside them."""
    pages = find_pages(texts)
    return replace(
        config,
        sources=(*config.sources, *(path / INDEX for path in pictures.albums), *watched(texts)),
        lead=lead,
        pages=pages,
        own_files=find_own_files(texts, {page.name for page in pages}),
    )


def _override(document: Document, output: Path | None, base_url: str | None) -> None:
    """Replace values of the file by the options of the command line."""
    if output is not None:
        document.override(("output",), str(output.absolute()), "--output")
    if base_url is not None:
        document.override(("base_url",), base_url, "--base-url")


def _output(document: Document, folder: Path) -> Path:
    """Return the output folder; record a folder that a build must not replace."""
    default = GalleryKeys.model_fields["output"].default
    if not document.has_mistake("output"):
        path = document.values.get("output", default)
        site = anchored(folder, path)
        if is_file(site):
            document.note(("output",), f"expected a folder, but {quote(path)} is a file")
        elif folder.is_relative_to(site):
            text = f"expected a folder for the site alone, but {quote(path)} contains the configuration"
            document.note(("output",), text)
        else:
            return site
    return anchored(folder, default)


def _note_pictures_within(document: Document, site: Path, images: tuple[ImageSpec, ...]) -> None:
    """Record that the output folder contains a picture, which a build would delete."""
    held = next((image.path.name for image in images if site in image.path.parents), None)
    if held and not document.has_mistake("output"):
        document.note(
            ("output",), f"expected a folder for the site alone, but it contains the picture {quote(held)}"
        )


def _note_none_listed(document: Document, pictures: Pictures) -> None:
    """Record that no picture would be in the gallery, because all are drafts or hidden."""
    images = pictures.images
    if images and all(image.is_hidden or image.slug in pictures.drafts for image in images):
        document.note(("inputs",), "expected at least one picture that is neither a draft nor hidden")


def _templates(document: Document, folder: Path, site: Path) -> Path | None:
    """Return the folder of the user's templates or ``None``; record a folder that cannot be used."""
    path = document.values.get("templates")
    if not path or document.has_mistake("templates"):
        return None
    templates = anchored(folder, path)
    if is_file(templates):
        document.note(("templates",), f"expected a folder, but {quote(path)} is a file")
    elif not is_folder(templates):
        document.note(("templates",), f"no folder {quote(path)}{nearest_file(templates)}")
    elif templates.is_relative_to(site) and not document.has_mistake("output"):
        text = f"expected a folder for the site alone, but it contains the templates {quote(path)}"
        document.note(("output",), text)
    return templates


def _note_methods_twice(document: Document) -> None:
    """Record every method under ``compare`` that is already shown."""
    if document.has_mistake("method") or document.has_mistake("compare"):
        return
    main = document.values.get("method", GalleryKeys.model_fields["method"].default)
    shown = {main: "the gallery's method"}
    for index, method in enumerate(document.values.get("compare", ())):
        if method in shown:
            text = f"{quote(method)} is already {shown[method]}; each method is shown once"
            document.note(("compare", index), text)
        shown.setdefault(method, "compared")


def note_views_twice(document: Document) -> None:
    """Record a view that is named twice under ``views``."""
    views = () if document.has_mistake("views") else document.values.get("views", ())
    for view in sorted({view for view in views if list(views).count(view) > 1}):
        document.note(("views",), f"{quote(view)} is named twice; each view is shown once")


def _page_at(address: str) -> str:
    """Return an address, of a folder relative to the site its page, so that it can be opened from a disk."""
    is_folder = not address.startswith(("http://", "https://")) and not address.endswith(".html")
    return f"{address}index.html" if is_folder else address


def config_of(
    keys: GalleryKeys,
    file: Path,
    output: Path,
    pictures: Pictures,
    networks: tuple[NetworkSpec, ...],
    templates: Path | None,
) -> GalleryConfig:
    """Return the configuration as the record that all other packages use."""
    tags = tag_slugs(sorted({tag for image in pictures.images for tag in image.tags}, key=natural))
    labels = (anchored(file.parent, model.labels) for model in keys.models if model.labels)
    return GalleryConfig(
        path=file,
        title=keys.title,
        description=keys.description,
        base_url=keys.base_url and keys.base_url.rstrip("/") + "/",
        output=output,
        images=pictures.images,
        networks=networks,
        top_features=keys.top_features,
        feature_pictures=keys.feature_pictures,
        cache_limit=amount_bytes(keys.cache_limit),
        cname=keys.cname,
        method=keys.method,
        seed=keys.seed,
        bias=keys.bias,
        scale=keys.scale,
        views=tuple(keys.views),
        memory_budget=amount_bytes(keys.memory_budget) if keys.memory_budget else None,
        templates=templates,
        compare=tuple(keys.compare),
        sources=(*pictures.searched, *labels),
        passed_over=pictures.passed_over,
        links=tuple(SiteLink(one.title, _page_at(one.address)) for one in keys.links),
        tags=tuple(Tag(name, slug) for name, slug in tags.items()),
    )
