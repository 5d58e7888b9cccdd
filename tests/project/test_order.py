"""The files of the suite that are begun first are there."""

from tests.support.order import LONGEST, place
from tests.support.snippets import ROOT


def test_the_longest_files_are_there():
    assert [name for name in LONGEST if not (ROOT / "tests" / name).is_file()] == []
    assert len({*LONGEST}) == len(LONGEST)


def test_the_longest_files_come_first():
    paths = [
        "generator/names.py",
        "tests/project/test_docs.py",
        "tests/build/test_mutations.py",
        "tests/a.py",
    ]
    first, second, *others = sorted(paths, key=place)
    assert [first, second] == ["tests/build/test_mutations.py", "tests/project/test_docs.py"]
    assert others == ["generator/names.py", "tests/a.py"]


def test_this_session_is_in_that_order(request):
    places = [place(item.nodeid.partition("::")[0]) for item in request.session.items]
    assert places == sorted(places)
