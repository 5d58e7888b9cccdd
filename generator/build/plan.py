"""Which artifacts a gallery consists of: models, pictures, features, pages, lists, each a stage of its own.

Lists are the files that name other files. A kind of artifact that a picture has is planned in ``pictures``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from generator.artifacts.artifact import Artifact, Source
from generator.artifacts.pages import Listing, Page
from generator.artifacts.panels import LayerPanel
from generator.build.features import Place, sought
from generator.build.models import DescribedModel, Model
from generator.build.pictures import PictureArtifacts, PicturePlan, picture_source
from generator.build.shown_pictures import ShownPictures
from generator.build.stages import Group, Known, Stage
from generator.errors import SiteError
from generator.pages import BuildInfo, SitePages, UnrenderedPage
from generator.records import GalleryConfig, ImageSpec, Output, ShownPicture, Subject
from generator.records.kept import PAGE, PICTURE
from generator.store import Store

BATCH = 50
"""How many pages are rendered together: few enough to hold, enough for a process to be worth asking."""


class Plan:
    """The artifacts of one gallery.

    Args:
        config: what it shows.
        models: its models.
        store: hashes files, and says where results come from.
    """

    def __init__(self, config: GalleryConfig, models: Sequence[Model], store: Store) -> None:
        self._config, self._models, self._store = config, models, store
        self._pictures: dict[str, PictureArtifacts] = {}
        self._singles: dict[str, dict[str, list[LayerPanel]]] = {}

    @property
    def results(self) -> tuple[Stage, ...]:
        """The stages that have all results of a gallery, and what is drawn from them."""
        return (
            Stage(self._of_models),
            Stage(self._of_pictures, total=len(self._config.images)),
            Stage(self._of_features, is_joint=True),
        )

    def site(self, build_info: BuildInfo, further: Sequence[Output] = ()) -> tuple[Stage, ...]:
        """Return all stages of a site; ``further`` are files made elsewhere that become a part of it."""
        pages = Stage(partial(self._of_pages, build_info, further), says="rendering the pages")
        return (*self.results, pages, Stage(partial(self._of_lists, build_info)))

    def shown_pictures(self, known: Known) -> list[ShownPicture]:
        """Return what the pages say of each picture, once the stages of results are made."""
        shown = ShownPictures(self._config, known, self._store)
        return [
            shown.of(picture, self._singles.get(picture.image.slug, {})) for picture in self._shown(known)
        ]

    def _of_models(self, _known: Known) -> Iterator[Group]:
        """Describe each model whose layers are not known without it."""
        for model in self._models:
            if isinstance(model.info, Artifact):
                yield Group(model.subject, partial(tuple, [model.info]))

    def _of_pictures(self, known: Known) -> Iterator[Group]:
        """Show each picture through every model."""
        models = [described(model, known) for model in self._models]
        for image in self._config.images:
            yield Group(Subject(PICTURE, image.slug), partial(self._planned, image, models))

    def _planned(self, image: ImageSpec, models: Sequence[DescribedModel]) -> PictureArtifacts:
        picture = picture_source(image, self._store.digest)
        self._pictures[image.slug] = PicturePlan(self._config, image, picture).all(models)
        return self._pictures[image.slug]

    def _of_features(self, known: Known) -> Iterator[Group]:
        """Show each feature in the pictures where it is strongest and that do not show it by themselves."""
        profiles = {
            Place(picture.image.slug, view.model.slug, strengths.layer): known.fact(strengths)
            for picture in self._shown(known)
            for view in picture.views
            for strengths in view.strengths
        }
        wanted = sought(profiles, self._config.feature_pictures)
        self._singles.clear()
        for slug in dict.fromkeys(place.picture for place in profiles if place in wanted):
            features = {
                (place.model, place.layer): wanted[place] for place in wanted if place.picture == slug
            }
            yield Group(Subject(PICTURE, slug), partial(self._single_panels, slug, features))

    def _single_panels(self, slug: str, features: dict[tuple[str, str], tuple[int, ...]]) -> list[LayerPanel]:
        """Return the panels of single features of a picture."""
        picture = self._pictures[slug]
        plan = PicturePlan(self._config, picture.image, picture_source(picture.image, self._store.digest))
        singles = self._singles[slug] = {
            view.model.slug: [
                plan.single(view.model, info, feature)
                for info in view.model.layers
                for feature in features.get((view.model.slug, info.name), ())
            ]
            for view in picture.views
        }
        return [panel for panels in singles.values() for panel in panels]

    def _of_pages(self, build_info: BuildInfo, further: Sequence[Output], known: Known) -> Iterator[Group]:
        """Write the pages, and the files that go into the site as they are.

        Raises:
            SiteError: no picture could be shown.
        """
        pictures = self.shown_pictures(known)
        if not pictures:
            raise SiteError("no picture could be shown; the site is left as it was")
        parts = self._config, pictures, build_info
        site_pages = SitePages(*parts)
        opened = Source("pages", {}, partial(SitePages, *parts), is_shared=True)
        yield Group(Subject(PAGE, "assets"), files=site_pages.files())
        unrendered = site_pages.pages()
        while batch := list(islice(unrendered, BATCH)):
            yield _pages(batch, opened)
        yield Group(Subject(PAGE, "further"), files=further)

    def _of_lists(self, build_info: BuildInfo, known: Known) -> Iterator[Group]:
        """Write the files that list the others: the sitemap, and the manifest, which lists that too."""
        site_pages = SitePages(self._config, self.shown_pictures(known), build_info)
        sitemap = list(site_pages.sitemap(known.paths))
        yield _pages(sitemap)
        yield Group(
            Subject(PAGE, "manifest"),
            files=[site_pages.manifest([*known.paths, *(one.path for one in sitemap)])],
        )

    def _shown(self, known: Known) -> list[PictureArtifacts]:
        """Return the pictures that did not fail, in their order."""
        failed = {subject.name for subject in known.left_out}
        return [self._pictures[image.slug] for image in self._config.images if image.slug not in failed]


def described(model: Model, known: Known) -> DescribedModel:
    """Return a model with what is known of its layers, once that has been made."""
    info = model.info
    return DescribedModel(model, known.fact(info) if isinstance(info, Artifact) else info)


def _pages(pages: Sequence[UnrenderedPage], site_pages: Source[SitePages] | None = None) -> Group:
    """Return pages as a group; ``site_pages`` has them too, for other processes."""
    kind = Page if site_pages else Listing

    def artifacts() -> list[Page]:
        return [kind(Subject(PAGE, page.path), page.path, page.made_by(), site_pages, page) for page in pages]

    return Group(Subject(PAGE, pages[0].path if pages else ""), artifacts)
