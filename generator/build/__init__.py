"""A build: from a configuration to a site."""

from generator.build.gallery import Progress, Report, build, protected

__all__ = ["Progress", "Report", "build", "protected"]
