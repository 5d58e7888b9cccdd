import numpy as np
import pytest

from generator.analysis import selection
from generator.errors import SelectionError

MAPS = np.zeros((2, 2, 4), np.float32)
MAPS[0, 0] = [3, 1, 3, 0]
MAPS[1, 1] = [4, 1, 0, 5]


def test_strength_is_the_l2_norm_of_the_map():
    np.testing.assert_allclose(selection.strengths(MAPS), [5, np.sqrt(2), 3, 5])


def test_ties_go_to_the_lower_index():
    norms = selection.strengths(MAPS)
    assert selection.strongest(norms, 4).tolist() == [0, 3, 2, 1]
    assert selection.strongest(norms, 1).dtype == np.int32


def test_the_strength_of_a_dense_feature_is_its_size():
    norms = selection.strengths(np.array([0.5, -2.0, 1.0], np.float32))
    assert norms.tolist() == [0.5, 2.0, 1.0]
    assert selection.strongest(norms, 2).tolist() == [1, 2]


def test_classes_are_ranked_by_logit_not_by_size():
    assert selection.likeliest(np.array([-9.0, 1.0, 2.0], np.float32), 2).tolist() == [2, 1]


@pytest.mark.parametrize("count", [0, 5])
def test_more_features_than_there_are_is_refused(count):
    with pytest.raises(SelectionError, match=f"^expected 1 to 4 features of this layer. Received: {count}$"):
        selection.strongest(selection.strengths(MAPS), count)


def test_named_features_keep_their_order():
    assert selection.named([3, 0], MAPS).tolist() == [3, 0]


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([4], "no feature 4; the layer has features 0 to 3"),
        ([0, -1], "no feature -1; the layer has features 0 to 3"),
        ([], "expected different features of the layer, at least one. Received: []"),
        ([1, 1], "expected different features of the layer, at least one. Received: [1, 1]"),
    ],
)
def test_named_features_must_exist(features, message):
    with pytest.raises(SelectionError) as error:
        selection.named(features, MAPS)
    assert str(error.value) == message
