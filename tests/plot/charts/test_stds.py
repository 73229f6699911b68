"""The axis of weight stds: decades within it, and where the known initializers stand."""

import pytest

from actviz.plot.charts.stds import std_axis


def test_decades_and_initializers_stand_where_they_are():
    axis = std_axis((0.005, 0.1, 3.0), 50, "weight std")
    assert axis.ticks == ((0.001, "0.001"), (0.01, "0.01"), (0.1, "0.1"), (1.0, "1"))
    assert axis.log
    assert [name for _, name, _ in axis.marks] == ["std = 0.01", "Xavier", "He", "std = 1"]
    assert [short for _, _, short in axis.marks] == ["", "Xavier", "He", ""]  # numbers say two
    assert axis.marks[2][0] == pytest.approx((2 / 50) ** 0.5)
