"""What can go wrong, one class a room.

Every error the user can cause is a ``GalleryError`` whose text names the place, the value found and the
choices. Anything else that escapes is a bug in the generator.
"""


class GalleryError(Exception):
    """A failure the user can understand and mend; its text is the whole message."""


class ConfigError(GalleryError):
    """The configuration is wrong; the text lists every mistake, one a line."""


class ImageError(GalleryError):
    """A picture cannot be read."""


class NetworkError(GalleryError):
    """No such network, variant or layer, or a model that is not supported."""


class WeightsError(GalleryError):
    """Weights are missing, damaged or do not fit their network."""


class EngineError(GalleryError):
    """A deconvolution was asked for that the engine cannot do."""


class SelectionError(GalleryError):
    """A feature was asked for that its layer does not have."""


class FigureError(GalleryError):
    """A result cannot be drawn."""


class SiteError(GalleryError):
    """The site cannot be written where it should go."""


class ServeError(GalleryError):
    """The site cannot be served where it was asked for."""


class ArchiveError(GalleryError):
    """An archive of results is damaged, or not for this version; or it cannot be written."""


class StoreError(GalleryError):
    """Something that is kept cannot be read again."""


class PublishError(GalleryError):
    """The site cannot be published; the text ends in git's own word where git refused."""


class PageError(GalleryError):
    """A template is wrong; the text names its file and line."""
