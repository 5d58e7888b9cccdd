"""The page of what is supported says what the engine does."""

import keras

from generator.engine.translation import RULES
from tests.exports.names import NETWORKS, TRAINED
from tests.support import coverage, coverage_cases, operations

PAGE = coverage.PAGE_FILE
APPLICATIONS = {name for name in dir(keras.applications) if name[0].isupper()}


def test_every_operation_with_a_rule_has_a_sample():
    assert set(operations.SAMPLES) == set(RULES)


def test_the_operations_on_the_page_are_the_engines():
    page = PAGE.read_text(encoding="utf-8")
    again = "python -m tests.support.coverage --keep --write docs/reference/coverage.md"
    assert page[page.index("| operation |") :].splitlines() == operations.table(), f"run: {again}"


def test_the_networks_on_the_page_are_those_that_are_measured():
    text = PAGE.read_text(encoding="utf-8")
    rows = coverage.rows_of(PAGE)
    assert {coverage.key(row) for row in rows} == {
        (f"`{case.name}`", case.weights) for case in coverage.cases()
    }
    shown = {coverage.key(row)[0].strip("`").lower() for row in rows}
    assert len(APPLICATIONS) == 40
    assert {name.lower() for name in APPLICATIONS} <= shown
    assert [line.split(" ", 1)[1] for line in text.splitlines() if line.startswith("### ")] == [
        *coverage_cases.GROUPS,
        coverage.EXPORTS.removeprefix("### "),
    ]
    exports = coverage.exports_of(text)
    assert [line.split("`")[1] for line in exports.splitlines() if line.startswith("| `")] == [
        *NETWORKS,
        TRAINED,
    ]


def test_the_errors_on_the_page_are_within_what_it_promises():
    for row in map(coverage.cells, coverage.rows_of(PAGE)):
        *errors, exact = row[coverage.FACTS :]
        assert len(errors) == 4
        assert max(map(float, errors)) <= 1e-5
        assert exact == coverage.NONE or float(exact) <= 1e-10
    exports = coverage.exports_of(PAGE.read_text(encoding="utf-8")).splitlines()
    for line in exports:
        if line.startswith("| `"):
            assert max(map(float, coverage.cells(line)[1:])) <= 1e-5


def test_kept_rows_are_not_measured_again():
    rows = coverage.rows_of(PAGE)
    assert coverage.rows_in("\n".join(coverage.networks(rows))) == rows
    assert len(coverage.rows_but(PAGE, ["ConvNeXtTiny", "vgg16"])) == len(rows) - 3


def test_a_page_that_differs_is_told():
    text = PAGE.read_text(encoding="utf-8")
    measured, table = "\n".join(coverage.rows_of(PAGE)), "\n".join(operations.table())
    assert list(coverage.differences(text, measured, table)) == []
    name, errors = (coverage.cells(measured.splitlines()[0])[at] for at in (0, coverage.FACTS))
    assert list(coverage.differences(text, measured.replace(errors, "2.0e-05", 1), table)) == [
        f"{name}: an error of 2.0e-05, above 1e-05"
    ]
    assert list(coverage.differences(text, measured, table + "\nmore")) == [
        "changed: the table of operations"
    ]
    renamed = list(coverage.differences(text, measured.replace(name, "`new`", 1), table))
    assert [line.split()[1] for line in renamed] == sorted([name, "`new`"])
