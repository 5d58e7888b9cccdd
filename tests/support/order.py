"""The order in which the files of the suite are begun: the longest first.

A file stays in one process. Pytest-xdist begins the files with most tests first, so one with a single test of
half a minute came last, and the other process waited for it.
"""

from __future__ import annotations

LONGEST = (
    "build/test_mutations.py",
    "networks/test_variants.py",
    "networks/test_network.py",
    "analysis/test_deconvolution.py",
    "engine/test_applications.py",
    "kills/test_kills.py",
    "project/test_docs.py",
    "project/test_study.py",
    "project/test_wheel.py",
    "pages/test_reload.py",
    "build/test_edits.py",
    "build/test_reproducible.py",
)
"""Files of ``tests/`` that take over ten seconds, the longest first."""


def place(path: str) -> int:
    """Return the place of a file among the longest; all others come after them.

    >>> place("tests/networks/test_variants.py"), place("tests/test_names.py") == len(LONGEST)
    (1, True)
    """
    return next((place for place, name in enumerate(LONGEST) if path == f"tests/{name}"), len(LONGEST))
