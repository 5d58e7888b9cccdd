"""Workers: other processes on this machine that share the work."""

from generator.workers.processes import Workers

__all__ = ["Workers"]
