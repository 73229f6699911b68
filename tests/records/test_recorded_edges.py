"""Edges of recorded layers: the range, the bounds, or powers of two that stay."""

import numpy as np
import pytest

from actviz.layers.activations import ACTIVATIONS
from actviz.numbers.histogram import OCTAVE_EDGES
from actviz.records.measuring import Measuring
from actviz.records.recorded_edges import recorded_edges
from actviz.records.recorded_spec import UNKNOWN

SOME = Measuring(bins=4)
ONES = np.array([[1.0, -1.0], [np.nan, np.inf]])


def ends(matrices, activations=(UNKNOWN,), measuring=SOME, signal="activation"):
    return recorded_edges(signal, matrices, activations, measuring)[[0, -1]].tolist()


def test_the_power_of_two_next_above_four_times_the_rms_of_the_layer_in_the_middle():
    assert ends([ONES]) == [-4.0, 4.0]
    assert ends([1.01 * ONES]) == [-8.0, 8.0]
    assert ends([ONES, 1e6 * ONES, 1e-6 * ONES]) == [-4.0, 4.0]
    assert ends([np.abs(ONES)]) == [0.0, 4.0]
    assert ends([np.abs(ONES)], signal="preactivation") == [-4.0, 4.0]
    assert ends([0.0 * ONES[:1]]) == ends([]) == [0.0, 4.0]


def test_bounds_and_ranges_come_first():
    tanh, relu = ACTIVATIONS["tanh"], ACTIVATIONS["relu"]
    assert ends([9 * ONES], [tanh, tanh]) == [-1.0, 1.0]
    assert ends([ONES], [tanh, relu]) == [-4.0, 4.0]  # of several functions, none's
    assert ends([ONES], [tanh], Measuring(bins=4, range=(-3, 5))) == [-3.0, 5.0]
    assert recorded_edges("gradient", [ONES], [tanh], SOME) is OCTAVE_EDGES


def test_values_of_any_size_have_edges():
    assert ends([1e308 * ONES[:1]]) == pytest.approx([-(2.0**1023), 2.0**1023])
    assert ends([1e-300 * ONES[:1]])[1] == pytest.approx(4e-300, rel=1)
