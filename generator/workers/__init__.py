"""Where work runs: in processes of this machine."""

from generator.workers.processes import Workers

__all__ = ["Workers"]
