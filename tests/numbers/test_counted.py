"""Counts of values between edges, by their codes: those that values in order give."""

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from actviz.numbers.counted import Counted
from actviz.numbers.histogram import OCTAVE_EDGES, Histogram, bin_edges
from actviz.numbers.order import Order

#: Of a bounded activation, of one that is bounded below, and ends that float32 has not.
ALL_EDGES = [bin_edges(-1, 1, 30), bin_edges(0.0, 4.0, 7), bin_edges(-0.3, 0.7, 3), OCTAVE_EDGES]

#: Atoms, what is just beside them, and what is no number.
ATOMS = [0.0, -0.0, 1.0, -1.0, 0.7, np.nextafter(1, 2), np.nextafter(1, 0), inf, -inf, np.nan]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_counts_are_those_of_values_in_order(dtype, data):
    elements = st.sampled_from(ATOMS) | st.floats(-5, 5, width=32, allow_subnormal=False)
    shapes = st.tuples(st.integers(1, 9), st.just(5))
    values = data.draw(hnp.arrays(np.float64, shapes, elements=elements)).astype(dtype)
    found, order = Counted.of(values, ALL_EDGES), Order(values)
    assert (found.nonfinite, found.zeros) == (order.nonfinite, order.zeros)
    if order.size:
        assert (found.low, found.high) == (order.low, order.high)
    *counted, magnitudes = found.histograms
    assert counted == [Histogram.of(values, edges=edges) for edges in ALL_EDGES[:-1]]
    assert magnitudes == Histogram.of_magnitudes(order)


def test_codes_are_kept_where_they_are_asked_for():
    values = np.array([1.0, -2.0, 0.0])
    assert Counted.of(values, ALL_EDGES).codes.counts.sum() == 2
    assert Counted.of(values, ALL_EDGES, coded=False).codes is None
    assert Counted.of(np.zeros(3), ALL_EDGES).codes is None
    assert Counted.of(values, []).histograms == ()
