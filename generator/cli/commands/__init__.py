"""The commands of the command line, one module each.

Each module has ``run(options)``, which prints the result and returns the exit status. A module is imported
when its command is called, so that ``gallery --help`` and a build with nothing to do stay fast.
"""

DONE, FAILED, WRONG_USE = 0, 1, 2
"""Exit status: done; something failed; wrong usage or configuration, nothing touched."""
