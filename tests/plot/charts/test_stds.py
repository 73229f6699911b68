"""The axis of weight stds: round numbers within it, and where the known initializers stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from actviz.plot.charts.stds import std_axis


def test_decades_and_initializers_stand_where_they_are():
    axis = std_axis((0.005, 0.1, 3.0), 50, "weight std")
    assert axis.ticks == ((0.01, "0.01"), (0.1, "0.1"), (1.0, "1"))
    assert axis.log
    assert [name for _, name, _ in axis.marks] == ["std = 0.01", "Xavier", "He", "std = 1"]
    assert [short for _, _, short in axis.marks] == ["", "Xavier", "He", ""]  # numbers say two
    assert axis.marks[2][0] == pytest.approx((2 / 50) ** 0.5)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.2, 0.9, "0.2 0.5"),
        (0.05, 0.5, "0.05 0.1 0.2 0.5"),
        (0.13, 0.15, "0.13 0.135 0.14 0.145 0.15"),
        (0.3, 0.45, "0.3 0.35 0.4 0.45"),
        (0.1, 0.1, "0.1"),
    ],
)
def test_a_narrow_axis_has_numbers_too(low, high, said):
    assert " ".join(text for _, text in std_axis((low, high), 100, "").ticks) == said


@given(some.floats(-8, 3), some.floats(-3, 3))
def test_every_axis_has_two_numbers_or_more_and_no_two_alike(decade, wider):
    low = 10**decade
    high = low * (1 + 10**wider)
    ticks = std_axis((low, high), 100, "").ticks
    assert len({text for _, text in ticks}) == len(ticks) >= 2
    assert all(low * 0.998 <= at <= high * 1.002 for at, _ in ticks)
