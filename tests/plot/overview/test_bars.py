"""The bars of small panels: against the counts, written out."""

import numpy as np
import pytest
from drawn import record

from actviz.plot.overview.bars import TIMES, cut, heights, items_of, nicked, outline, stem
from actviz.words.told import tell


def _item(activation, init, layer=0):
    return record(activation, init).layers[layer]["activation"]


def test_a_bar_is_its_share_of_the_scale_and_is_cut_there():
    item = _item("tanh", "xavier")
    histogram = item.histogram
    even = histogram.n_finite / histogram.n_bins
    expected = np.minimum(histogram.counts / even / TIMES, 1.0)
    np.testing.assert_allclose(heights(item), expected, rtol=1e-12)
    assert heights(_item("tanh", "std=1")).max() == 1.0


def test_zeros_are_a_stem_and_no_bar():
    item = _item("relu", "he")
    place, share = stem(item)
    assert place == 0.0
    assert share == pytest.approx(item.stats.zero_fraction)
    assert 0.4 < share < 0.6
    counts = item.histogram.counts.copy()
    counts[0] -= round(share * item.stats.count)
    even = item.stats.count / item.histogram.n_bins
    np.testing.assert_allclose(heights(item), np.minimum(counts / even / TIMES, 1.0), rtol=1e-12)
    assert stem(_item("sigmoid", "he")) is None


def test_a_stack_of_zeros_is_stems_alone():
    item = _item("tanh", "zeros")
    assert stem(item) == (0.5, 1.0)
    assert not heights(item).any()


def test_an_outline_goes_up_and_down_each_bar():
    shape = outline(np.array([0.5, 1.0]), left=2.0, bottom=1.0, width=4.0, height=2.0)
    expected = [(2, 1), (2, 2), (4, 2), (4, 3), (6, 3), (6, 1)]
    np.testing.assert_array_equal(shape, expected)


def test_a_stack_that_stopped_has_nothing_beyond():
    (told,) = tell([record("identity", "std=1e200")])
    items = items_of(told, "activation", range(5))
    assert items[0] is not None
    assert items[1:] == [None] * 4 or items[2:] == [None] * 3


def test_bars_that_are_higher_than_the_scale_are_cut_and_no_others():
    for init in ("std=1", "std=0.01", "xavier"):
        item = _item("tanh", init)
        counts = item.histogram.counts
        high = counts > TIMES * item.histogram.n_finite / len(counts)
        np.testing.assert_array_equal(cut(item), high)
        assert (heights(item)[high] == 1.0).all()
    assert not cut(_item("tanh", "xavier")).any()


def test_a_bar_that_is_cut_is_broken_below_its_top_and_neighbours_together():
    bars, high = np.array([1.0, 1.0, 0.5, 1.0]), np.array([True, True, False, True])
    box = {"left": 0.0, "bottom": 1.0, "width": 4.0, "height": 2.0}
    shape, *caps = nicked(bars, high, **box, points=16)
    assert [(cap[:, 0].min(), cap[:, 0].max()) for cap in caps] == [(0, 2), (3, 4)]
    for cap in caps:
        assert cap[:, 1].max() == 3.0
        assert cap[:, 1].min() > shape[:, 1].max() > 2.5  # a gap, near the top
    assert shape[:, 1].max() == shape[1, 1] == shape[7, 1]
    (whole,) = nicked(bars, np.zeros(4, bool), **box, points=16)
    np.testing.assert_array_equal(whole, outline(bars, **box))
