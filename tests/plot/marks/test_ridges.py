"""Ridges: the numbers beside them stand apart."""

import pytest

from actviz.plot.marks.ridges import first_and_last


@pytest.mark.parametrize(
    ("heights", "distance", "kept"),
    [
        ([3, 2, 1, 0], 1, [0, 1, 2, 3]),
        ([3, 2, 1, 0], 2, [0, 3]),
        ([3, 2.9, 0], 1, [0, 2]),
        ([1, 0.5], 1, [0]),
        ([0], 1, [0]),
    ],
)
def test_first_and_last_are_kept(heights, distance, kept):
    assert first_and_last(dict(enumerate(heights)), distance) == kept
