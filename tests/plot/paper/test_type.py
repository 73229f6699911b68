"""Views have large type where there is room, and none below 13 points on a slide."""

import pytest

from actviz.plot.paper.style import SIZES, get_size
from actviz.plot.paper.type import sizes_of


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("slide", [16, 14.5, 13]),
        ("30x16.875", [36, 32.6, 29.2]),  # a slide of 2.25 times the size, and of its type
        ("half-slide", [13, 12]),
        ("stage", [18]),
        ("column", [7]),
        ("two-column", [8]),
        ("textbook", [9]),
    ],
)
def test_sizes_of_a_page(name, points):
    size = get_size(name)
    found = sizes_of(size)
    assert [each.text for each in found] == pytest.approx(points, abs=0.06)
    assert {(each.width, each.height, each.name) for each in found} == {
        (size.width, size.height, size.name)
    }


def test_no_page_has_smaller_type_than_its_size():
    for size in SIZES.values():
        found = [each.text for each in sizes_of(size)]
        assert found == sorted(found, reverse=True)
        assert found[-1] >= size.text
