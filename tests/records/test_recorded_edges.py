"""Edges of recorded layers: the range, the bounds, or powers of two that stay."""

import dataclasses

import numpy as np
import pytest

from actviz.layers.activations import ACTIVATIONS
from actviz.numbers.histogram import OCTAVE_EDGES
from actviz.records.measuring import Measuring
from actviz.records.recorded_edges import Extent, possible_edges, recorded_edges
from actviz.records.recorded_spec import UNKNOWN

SOME = Measuring(bins=4)
ONES = np.array([[1.0, -1.0], [np.nan, np.inf]])


def ends(matrices, activations=(UNKNOWN,), measuring=SOME, signal="activation"):
    sizes = [Extent.of(matrix) for matrix in matrices]
    return recorded_edges(signal, sizes, activations, measuring)[[0, -1]].tolist()


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
    assert recorded_edges("gradient", [Extent.of(ONES)], [tanh], SOME) is OCTAVE_EDGES


def test_values_of_any_size_have_edges():
    assert ends([1e308 * ONES[:1]]) == pytest.approx([-(2.0**1023), 2.0**1023])
    assert ends([1e-300 * ONES[:1]])[1] == pytest.approx(4e-300, rel=1)


def test_rounding_of_an_rms_chooses_no_other_axis():
    above = Extent(np.nextafter(1.0, 2.0), -1.0)
    assert recorded_edges("activation", [above], [UNKNOWN], SOME)[-1] == 4.0
    assert recorded_edges("activation", [Extent(1.0 + 1e-6, -1.0)], [UNKNOWN], SOME)[-1] == 8.0


@pytest.mark.parametrize("name", ["unknown", "tanh", "relu", "selu"])
@pytest.mark.parametrize("signal", ["preactivation", "activation"])
def test_every_axis_is_some_of_the_possible_edges(name, signal):
    activation = UNKNOWN if name == "unknown" else ACTIVATIONS[name]
    measuring = Measuring(bins=7)
    possible = possible_edges(signal, activation, measuring)
    for functions in ([activation], [activation, ACTIVATIONS["gelu"], ACTIVATIONS["elu"]]):
        for rms in np.geomspace(1e-40, 1e40, 50):
            for low in (0.0, -1.0):
                size = Extent(rms, low, forgotten=True)
                axis = recorded_edges(signal, [size], functions, measuring)
                top = np.nextafter(axis[-1], np.inf)
                assert np.isin([*axis, top], possible[:-1]).all()


def test_the_possible_edges_of_a_range_and_of_gradients_are_the_axis():
    tanh = ACTIVATIONS["tanh"]
    ranged = Measuring(bins=4, range=(-3, 5))
    assert possible_edges("activation", tanh, ranged).tolist() == [-3.0, -1.0, 1.0, 3.0, 5.0]
    assert possible_edges("gradient", tanh, SOME) is OCTAVE_EDGES


def test_the_edges_of_a_bound_far_from_0_begin_where_there_are_bins():
    far = dataclasses.replace(UNKNOWN, name="far", bounds=(5.0, np.inf))
    possible = possible_edges("activation", far, SOME)
    axis = recorded_edges("activation", [Extent(6.0, 5.0, forgotten=True)], [far], SOME)
    assert np.isin(axis, possible).all()
