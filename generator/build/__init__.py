"""A build: which artifacts a gallery has, which of them must be made, and the site that comes of them."""

from generator.build.gallery import Report, build, protected

__all__ = ["Report", "build", "protected"]
