"""A sample of `make test-backends`: what TensorFlow writes for the other backends can be written and read."""

from dataclasses import replace

import numpy as np

from generator.engine.translation import RULES
from tests.backends import cases, runs
from tests.backends.operations import FAMILIES


def test_what_is_written_for_other_backends_is_what_the_engine_computes(tmp_path):
    whole = cases.branches()
    case = replace(whole, options=whole.options[:1])
    runs.write(case, tmp_path / "branches.npz")
    written = runs.Written(tmp_path / "branches.npz", case)
    for options in case.options:
        run = runs.forward(case, *options)
        for layer, expected in written.activations().items():
            assert expected.dtype == np.float64
            assert max(runs.distances(run.engine.to_numpy(run.trace.activations[layer]), expected)) < 1e-6
        assert written.choices(options[0]).keys() == run.choices.keys()
        found = run.backward(run.trace, written.features())
        for layer, expected in written.reconstructions(*options).items():
            assert np.any(expected)
            assert max(runs.distances(found[layer], expected)) < 1e-5


def test_what_is_no_number_is_infinitely_far():
    rows = np.array([[1.0, 2.0], [np.nan, 2.0], [np.inf, 2.0], [0.0, 0.0], [1.0, 2.5], [0.0, 1e-9]])
    plain = np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [0.0, 0.0], [1.0, 2.0], [0.0, 0.0]])
    far = np.inf
    assert runs.distances(rows, plain).tolist() == [0.0, far, far, 0.0, 0.25, far]
    assert runs.distances(plain, rows)[:4].tolist() == [0.0, far, far, 0.0]
    assert runs.distances(rows, rows)[:4].tolist() == [0.0, far, far, 0.0]


def test_every_operation_with_a_rule_is_compared_under_other_backends():
    assert {kind for family in FAMILIES.values() for kind in family} == set(RULES)
