"""What each verb of the command line does: the rooms it needs, in order, one verb a file.

Each module has ``run(options)``, which prints what was asked for and returns the exit status. It is imported
when its verb is called, so that ``gallery --help`` and a build with nothing to do stay quick.
"""

DONE, FAILED, WRONG_USE = 0, 1, 2
"""Exit status: done; something failed; wrong usage or configuration, nothing touched."""
