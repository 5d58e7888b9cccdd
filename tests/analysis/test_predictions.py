import numpy as np
import pytest

from generator.analysis import predictions
from generator.networks import labels

CLASSES = [(f"n{index}", f"class {index}") for index in range(6)]


def test_probabilities_are_a_softmax_that_does_not_overflow():
    found = predictions.probabilities(np.array([1000.0, 1000.0, -1000.0], np.float32))
    np.testing.assert_allclose(found, [0.5, 0.5, 0.0])
    assert predictions.probabilities(np.zeros(4)).sum() == pytest.approx(1.0)


def test_the_best_five_come_first_and_ties_keep_their_order():
    found = predictions.best(np.array([0.0, 2.0, 1.0, 2.0, 0.0, 0.0]), CLASSES)
    assert [prediction.wnid for prediction in found] == ["n1", "n3", "n2", "n0", "n4"]
    assert found[0] == ("n1", "class 1", pytest.approx(np.exp(2) / (2 * np.exp(2) + np.e + 3)))


def test_imagenets_labels_stand_in_the_usual_order():
    classes = labels.imagenet()
    assert len(classes) == len({wnid for wnid, _ in classes}) == 1000
    assert classes[0] == ("n01440764", "tench")
    assert classes[967] == ("n07920052", "espresso")
    assert [wnid for wnid, _ in classes] == sorted(wnid for wnid, _ in classes)
