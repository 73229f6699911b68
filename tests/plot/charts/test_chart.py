"""An axis finds the place of every number, in cells."""

import numpy as np
import pytest

from actviz.plot.charts.chart import Axis


def test_a_cell_s_middle_is_its_value():
    axis = Axis(values=(0.01, 0.1, 1.0), log=True)
    assert axis.place([0.01, 0.1, 1.0]).tolist() == pytest.approx([0.5, 1.5, 2.5])
    assert float(axis.place(10**-1.5)) == pytest.approx(1.0)


def test_beyond_the_middles_distances_go_on():
    even = Axis(values=(1.0, 2.0, 4.0))
    assert even.place([0.5, 5.0]).tolist() == pytest.approx([0.0, 3.0])
    assert even.place([3.0]).tolist() == pytest.approx([2.0])


def test_one_cell_is_everywhere():
    assert Axis(values=(3.0,)).place(np.array([1.0, 9.0])).tolist() == [0.5, 0.5]
