"""Names along an axis stand as near to their places as none touches another."""

import itertools

import pytest

from actviz.plot.charts.layout import apart


@pytest.mark.parametrize(
    "places",
    [(1.0, 1.1, 1.2, 6.0), (0.0, 0.0, 0.0, 0.0), (8.9, 8.95, 9.0, 9.0), (1.0, 3.0, 5.0, 7.0)],
)
def test_no_name_touches_another_and_none_leaves_the_line(places):
    widths = (1.0, 0.5, 0.7, 0.4)
    found = apart(places, widths, 0.2, 0.0, 9.0)
    ends = [(m - w / 2, m + w / 2) for m, w in zip(found, widths, strict=True)]
    assert ends[0][0] >= -1e-6
    assert ends[-1][1] <= 9.0 + 1e-6
    for (_, end), (start, _) in itertools.pairwise(ends):
        assert start - end >= 0.2 - 1e-6


def test_names_with_room_stand_where_they_belong():
    assert apart([1.0, 3.0], [1.0, 1.0], 0.2, 0.0, 9.0) == [1.0, 3.0]


def test_names_without_room_are_refused():
    assert apart([1.0, 2.0], [1.0, 1.0], 0.2, 0.0, 2.1) is None
