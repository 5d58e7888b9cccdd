"""The page of what is supported says what the engine does."""

from generator.engine.translation import RULES
from generator.networks import registry
from tests.support import applications, coverage, operations

PAGE = coverage.PHOTOGRAPH.parents[1] / "docs" / "reference" / "coverage.md"


def test_every_operation_with_a_rule_has_a_sample():
    assert set(operations.SAMPLES) == set(RULES)


def test_the_operations_on_the_page_are_the_engines():
    page = PAGE.read_text(encoding="utf-8")
    again = "python -m tests.support.coverage --keep --write docs/reference/coverage.md"
    assert page[page.index("| operation |") :].splitlines() == operations.table(), f"run: {again}"


def test_the_networks_on_the_page_are_those_that_are_measured():
    networks = PAGE.read_text(encoding="utf-8").partition("## Operations\n")[0]
    shown = {line.split("`")[1] for line in networks.splitlines() if line.startswith("| `")}
    others = {name for name in applications.SIZES if name.lower() not in registry.names()}
    assert shown == {*registry.names(), *others}


def test_the_errors_on_the_page_are_within_what_it_promises():
    rows = [line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if "| `" in line]
    rows = [[cell.strip() for cell in row] for row in rows if len(row) == 11]
    assert rows
    for *_, deconvnet, guided, gradient, loop, exact, _end in rows:
        assert max(map(float, (deconvnet, guided, gradient, loop))) <= 1e-5
        assert exact == coverage.NONE or float(exact) <= 1e-10


def test_kept_rows_are_not_measured_again():
    rows = coverage.rows_of(PAGE)
    assert list(coverage.networks(rows)) == rows
    assert len(coverage.rows_but(PAGE, ["ConvNeXtTiny", "vgg16"])) == len(rows) - 3


def test_a_page_that_differs_is_told():
    text = PAGE.read_text(encoding="utf-8")
    measured, table = "\n".join(coverage.rows_of(PAGE)), "\n".join(operations.table())
    assert list(coverage.differences(text, measured, table)) == []
    name, errors = (coverage.cells(measured.splitlines()[2])[at] for at in (0, coverage.FACTS))
    assert list(coverage.differences(text, measured.replace(errors, "2.0e-05", 1), table)) == [
        f"{name}: an error of 2.0e-05, above 1e-05"
    ]
    assert list(coverage.differences(text, measured, table + "\nmore")) == [
        "changed: the table of operations"
    ]
    renamed = list(coverage.differences(text, measured.replace(name, "`new`", 1), table))
    assert [line.split()[1] for line in renamed] == sorted([name, "`new`"])
