import numpy as np
import pytest

from generator.analysis import predictions
from generator.networks import labels

CLASSES = [(f"n{index}", f"class {index}") for index in range(6)]


def test_probabilities_are_a_softmax_that_does_not_overflow():
    found = predictions.softmax(np.array([1000.0, 1000.0, -1000.0], np.float32))
    np.testing.assert_allclose(found, [0.5, 0.5, 0.0])
    assert predictions.softmax(np.zeros(4)).sum() == pytest.approx(1.0)


def test_the_best_five_come_first_and_ties_keep_their_order():
    found = predictions.best(np.array([0.0, 2.0, 1.0, 2.0, 0.0, 0.0]), CLASSES, "softmax")
    assert [prediction.wnid for prediction in found] == ["n1", "n3", "n2", "n0", "n4"]
    assert found[0] == ("n1", "class 1", pytest.approx(np.exp(2) / (2 * np.exp(2) + np.e + 3)))


def test_a_sigmoid_says_each_class_by_itself():
    found = predictions.best(np.array([0.0, 40.0]), CLASSES[:2], "sigmoid")
    assert [prediction.label for prediction in found] == ["class 1", "class 0"]
    assert [prediction.probability for prediction in found] == pytest.approx([1.0, 0.5])


def test_one_sigmoid_says_the_second_of_two_classes():
    found = predictions.best(np.array([-2.0]), CLASSES[:2], "sigmoid")
    assert found[0] == ("n0", "class 0", pytest.approx(1 - 1 / (1 + np.exp(2))))
    assert found[1] == ("n1", "class 1", pytest.approx(1 / (1 + np.exp(2))))
    assert predictions.of_outputs(CLASSES[:2], 1) == CLASSES[1:2]


def test_what_ends_at_its_logits_says_them():
    found = predictions.best(np.array([-3.0, 7.5]), CLASSES[:2], "linear")
    assert [prediction.probability for prediction in found] == [7.5, -3.0]


def test_classes_of_one_name_are_told_apart_by_number():
    assert labels.distinct(["cat", "dog", "cat", "cat (0)"]) == (
        "cat (0) (0)",
        "dog",
        "cat (2)",
        "cat (0) (3)",
    )
    names = [label for _, label in labels.imagenet()]
    assert len({name.casefold() for name in names}) == len(names)
    assert (names[264], names[474]) == ("Cardigan (264)", "cardigan (474)")


def test_imagenets_labels_stand_in_the_usual_order():
    classes = labels.imagenet()
    assert len(classes) == len({wnid for wnid, _ in classes}) == 1000
    assert classes[0] == ("n01440764", "tench")
    assert classes[967] == ("n07920052", "espresso")
    assert [wnid for wnid, _ in classes] == sorted(wnid for wnid, _ in classes)
