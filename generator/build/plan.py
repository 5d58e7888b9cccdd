"""The artifacts that a gallery consists of, in stages: models, pictures, features, places, pages, lists.

Lists are the files that name other files: the sitemap and the manifest. The artifacts of a single picture are
planned in ``picture_plan``, those of a data set in ``place_plan``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from generator.artifacts.artifact import Artifact, Source
from generator.artifacts.pages import Listing, Page
from generator.artifacts.panels import LayerPanel
from generator.build.models import DescribedModel, Model
from generator.build.picture_plan import PictureArtifacts, PicturePlan
from generator.build.picture_records import PictureRecords
from generator.build.place_plan import PlacePlan
from generator.build.scans import ScannedDataset
from generator.build.stages import Group, Known, Stage
from generator.build.unshown_features import Place, unshown_features
from generator.errors import SiteError
from generator.pages import BuildInfo, SitePages, UnrenderedPage
from generator.records import GalleryConfig, ImageSpec, Output, ScannedLayer, ShownPicture, Subject
from generator.records.kept import PAGE, PICTURE
from generator.store import Store

BATCH = 50
"""The number of pages rendered together: few enough for memory, enough to be worth a call of a process."""


class Plan:
    """The artifacts of one gallery.

    Args:
        config: the configuration.
        models: the models, in its order.
        store: hashes files, and knows where results were computed.
        dataset: the data set, if there is one and all of it is scanned.
    """

    def __init__(
        self,
        config: GalleryConfig,
        models: Sequence[Model],
        store: Store,
        dataset: ScannedDataset | None = None,
    ) -> None:
        self._config, self._models, self._store = config, models, store
        self._places = PlacePlan(config, dataset) if dataset else None
        self._pictures: dict[str, PictureArtifacts] = {}
        self._singles: dict[str, dict[str, list[LayerPanel]]] = {}
        self._site_pages: SitePages | None = None

    @property
    def results(self) -> tuple[Stage, ...]:
        """The stages of all results, and of the figures drawn from them."""
        count = len(self._config.images)
        places = (Stage(self._place_groups, says="cutting out the places of the data set"),)
        return (
            Stage(self._model_groups),
            Stage(self._picture_groups, steps=count),
            Stage(self._feature_groups, is_joint=True, steps=count, part="features"),
            *(places if self._places else ()),
        )

    def site(self, build_info: BuildInfo, further: Sequence[Output] = ()) -> tuple[Stage, ...]:
        """Return all stages of a site; ``further`` are files made elsewhere that become part of it."""
        groups, steps = partial(self._page_groups, build_info, further), len(self._config.images)
        pages = Stage(groups, says="rendering the pages", steps=steps, part="pages")
        return (*self.results, pages, Stage(partial(self._list_groups, build_info)))

    def shown_pictures(self, known: Known) -> list[ShownPicture]:
        """Return the pages' record of each picture, after the stages of ``results``."""
        shown = PictureRecords(self._config, known, self._store)
        return [
            shown.of(picture, self._singles.get(picture.image.slug, {})) for picture in self._shown(known)
        ]

    def _model_groups(self, _known: Known) -> Iterator[Group]:
        """Describe each model whose layers are unknown until it is loaded."""
        for model in self._models:
            if isinstance(model.info, Artifact):
                yield Group(model.subject, partial(tuple, [model.info]))

    def _picture_groups(self, known: Known) -> Iterator[Group]:
        """Show each picture through every model."""
        models = [described(model, known) for model in self._models]
        for image in self._config.images:
            yield Group(Subject(PICTURE, image.slug), partial(self._planned, image, models))

    def _planned(self, image: ImageSpec, models: Sequence[DescribedModel]) -> PictureArtifacts:
        self._pictures[image.slug] = PicturePlan(self._config, image, self._store.digest).all(models)
        return self._pictures[image.slug]

    def _feature_groups(self, known: Known) -> Iterator[Group]:
        """Show each feature in the pictures where it is strongest, unless their own pages show it."""
        profiles = {
            Place(picture.image.slug, view.model.slug, strengths.layer): known.fact(strengths)
            for picture in self._shown(known)
            if not picture.image.is_hidden
            for view in picture.views
            for strengths in view.strengths
        }
        wanted = unshown_features(profiles, self._config.feature_pictures)
        self._singles.clear()
        by_picture: dict[str, dict[tuple[str, str], tuple[int, ...]]] = {}
        for place in (place for place in profiles if place in wanted):
            by_picture.setdefault(place.picture, {})[place.model, place.layer] = wanted[place]
        for slug, features in by_picture.items():
            yield Group(Subject(PICTURE, slug), partial(self._single_panels, slug, features))

    def _single_panels(self, slug: str, features: dict[tuple[str, str], tuple[int, ...]]) -> list[LayerPanel]:
        """Return the panels of single features in a picture."""
        picture = self._pictures[slug]
        plan = PicturePlan(self._config, picture.image, self._store.digest)
        singles = self._singles[slug] = {
            view.model.slug: [
                plan.single(view.model, info, feature)
                for info in view.model.layers
                for feature in features.get((view.model.slug, info.name), ())
            ]
            for view in picture.views
        }
        return [panel for panels in singles.values() for panel in panels]

    def _place_groups(self, known: Known) -> Iterator[Group]:
        """Show the places of the data set that excite each feature most."""
        if self._places:
            yield from self._places.groups([described(model, known) for model in self._models])

    def _scanned(self, known: Known) -> dict[str, list[ScannedLayer]]:
        models = [described(model, known) for model in self._models]
        return self._places.scanned(models, known) if self._places else {}

    def _page_groups(self, build_info: BuildInfo, further: Sequence[Output], known: Known) -> Iterator[Group]:
        """Write the pages, and the files that are copied into the site.

        Raises:
            SiteError: no picture could be shown.
        """
        pictures = self.shown_pictures(known)
        if all(picture.image.is_hidden for picture in pictures):
            raise SiteError("no picture could be shown; the site was not changed")
        parts = self._config, pictures, build_info, self._scanned(known)
        site_pages = self._site_pages = SitePages(*parts)
        opened = Source("pages", {}, partial(SitePages, *parts), is_shared=True)
        yield Group(Subject(PAGE, "assets"), files=site_pages.files())
        unrendered = site_pages.pages()
        while batch := list(islice(unrendered, BATCH)):
            yield _pages(batch, opened)
        yield Group(Subject(PAGE, "further"), files=further)

    def _list_groups(self, build_info: BuildInfo, known: Known) -> Iterator[Group]:
        """Write the files that list the others: first the sitemap, then the manifest, which includes it."""
        site_pages = self._site_pages  # no picture fails after they were made
        if site_pages is None:
            shown = self.shown_pictures(known)
            site_pages = SitePages(self._config, shown, build_info, self._scanned(known))
        written = known.paths  # of the stages before this one
        sitemap = list(site_pages.sitemap(written))
        manifest = site_pages.manifest([*written, *(one.path for one in sitemap)])
        yield _pages(sitemap)
        yield Group(Subject(PAGE, "manifest"), files=[manifest])

    def _shown(self, known: Known) -> list[PictureArtifacts]:
        """Return the pictures that did not fail, in configured order."""
        failed = {subject.name for subject in known.left_out}
        return [self._pictures[image.slug] for image in self._config.images if image.slug not in failed]


def described(model: Model, known: Known) -> DescribedModel:
    """Return a model with its description, after the stage that describes models."""
    info = known.fact(model.info) if isinstance(model.info, Artifact) else model.info
    return DescribedModel(model, replace(info, title=model.spec.title or info.title))


def _pages(pages: Sequence[UnrenderedPage], site_pages: Source[SitePages] | None = None) -> Group:
    """Return a group of pages; other processes can take these pages from ``site_pages``."""
    kind = Page if site_pages else Listing

    def artifacts() -> list[Page]:
        return [kind(Subject(PAGE, page.path), page.path, page.made_by(), site_pages, page) for page in pages]

    return Group(Subject(PAGE, pages[0].path if pages else ""), artifacts)
