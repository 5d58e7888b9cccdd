"""A build: plan the artifacts of a gallery, make the missing ones, and write the site from them."""

from generator.build.gallery import Report, build, protected

__all__ = ["Report", "build", "protected"]
