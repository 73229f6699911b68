"""Isolines go where the field is the level, whole: from edge to edge, or closed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from actviz.sweeps.isolines import isolines


def at(values, column, row):
    """Return the number at a point of a side."""
    low = values[int(row), int(column)]
    high = values[int(np.ceil(row)), int(np.ceil(column))]
    return low + (high - low) * (column % 1 + row % 1)


def test_a_hill_has_one_line_around_it():
    y, x = np.mgrid[-2:2:41j, -2:2:41j]
    (line,) = isolines(-np.hypot(x, y), -1.0)
    np.testing.assert_array_equal(line[0], line[-1])
    radius = np.hypot(*(line.T / 10 - 2))
    np.testing.assert_allclose(radius, 1.0, atol=0.1**2 / 8)  # a chord of a circle, squared
    around = np.unwrap(np.arctan2(*(line.T - 20)))
    assert abs(around[-1] - around[0]) > 2 * np.pi - 1e-9


def test_a_slope_has_a_line_from_edge_to_edge():
    y, x = np.mgrid[0:5, 0:9]
    (line,) = isolines(x + 0.25 * y, 4.0)
    assert sorted(line[[0, -1], 1]) == [0.0, 4.0]
    np.testing.assert_allclose(line[:, 0] + 0.25 * line[:, 1], 4.0)


def test_a_flat_field_has_none():
    assert isolines(np.ones((3, 4)), 0.5) == isolines(np.zeros((3, 4)), 0.5) == []


def test_a_middle_above_joins_two_corners_and_one_below_parts_them():
    joined = isolines(np.array([[1.0, 0.4], [0.4, 1.0]]), 0.5)
    parted = isolines(np.array([[0.6, 0.0], [0.0, 0.6]]), 0.5)
    # Around the low corners, lower right and upper left; around the high ones.
    assert sorted(line.mean(axis=0).round().tolist() for line in joined) == [[0, 1], [1, 0]]
    assert sorted(line.mean(axis=0).round().tolist() for line in parted) == [[0, 0], [1, 1]]


@given(arrays(float, (4, 5), elements=st.floats(0, 1)))
def test_all_of_a_line_is_at_the_level_and_its_ends_are_at_the_edge(values):
    for line in isolines(values, 0.37):
        for column, row in line:
            assert column % 1 == 0 or row % 1 == 0
            np.testing.assert_allclose(at(values, column, row), 0.37, atol=1e-9)
        if not np.array_equal(line[0], line[-1]):
            for column, row in line[[0, -1]]:
                assert column in (0, 4) or row in (0, 3)


@given(arrays(float, (4, 4), elements=st.floats(0, 1)))
def test_every_side_that_crosses_the_level_is_on_one_line(values):
    above = values >= 0.37
    crossed = (above[1:] != above[:-1]).sum() + (above[:, 1:] != above[:, :-1]).sum()
    lines = isolines(values, 0.37)
    closed = sum(np.array_equal(line[0], line[-1]) for line in lines)
    assert sum(map(len, lines)) - closed == crossed


def test_a_number_above_holds_for_as_much_of_the_way_as_is_said():
    values = np.array([[0.0, 0.6, 0.0], [0.0, 0.6, 0.0]])
    left, right = isolines(values, 0.5, least=0.5)
    assert [*left[:, 0], *right[:, 0]] == [0.5, 0.5, 1.5, 1.5]
    (near,) = isolines(np.array([[1.0, 0.0], [1.0, 0.0]]), 0.25, least=0.5)
    assert near[:, 0].tolist() == [0.75, 0.75]


def test_no_line_goes_towards_what_is_not_known():
    values = np.tile([0.0, 1.0, 0.0], (4, 1))
    values[0] = np.nan
    assert [line[:, 1].tolist() for line in isolines(values, 0.5)] == [[1.0, 2.0, 3.0]] * 2
