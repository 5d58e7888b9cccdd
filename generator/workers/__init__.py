"""Where work runs: in processes of this machine."""

from generator.workers.processes import shared_out

__all__ = ["shared_out"]
