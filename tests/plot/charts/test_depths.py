"""Depths as rows of one height: each reaches half-way to its neighbours, and nothing is between."""

import numpy as np
import pytest

from actviz.plot.charts.depths import nearest_rows, rows_of


@pytest.mark.parametrize("depths", [(7,), (1, 2, 3), (5, 10, 15, 20), (3, 7, 10, 13)])
def test_depths_at_even_distances_are_the_rows(depths):
    assert rows_of(depths) == depths
    values = np.arange(2.0 * len(depths)).reshape(-1, 2)
    np.testing.assert_array_equal(nearest_rows(values, depths, rows_of(depths)), values)


def test_others_have_a_row_for_each_layer():
    depths = (2, 3, 6, 12)
    rows = rows_of(depths)
    assert rows == tuple(range(2, 13))
    found = nearest_rows(np.array(depths)[:, None], depths, rows)
    # 9 is as far from 6 as from 12.
    assert found.ravel().tolist() == [2, 3, 3, 6, 6, 6, 6, 6, 12, 12, 12]


def test_very_deep_ones_have_as_many_rows_as_are_seen():
    rows = rows_of((2, 100, 10_000))
    assert (len(rows), rows[0], rows[-1]) == (200, 2, 10_000)
    assert np.ptp(np.diff(rows)) < 1e-9


def test_what_has_no_number_has_none_in_any_of_its_rows():
    found = nearest_rows(np.array([[np.nan], [1.0]]), (2, 6), rows_of((2, 6, 7))[:5])
    assert np.isnan(found).ravel().tolist() == [True, True, True, False, False]
