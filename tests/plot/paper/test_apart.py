"""Keeping labels apart: no two closer than asked, and none moved or dropped without need."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.plot.paper.apart import first_and_last, kept_apart, spread_out

places = st.lists(st.floats(0.0, 10.0), min_size=1, max_size=8)


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 3)), max_size=9), st.floats(0, 2))
def test_what_is_kept_is_apart_and_what_is_left_out_would_not_be(pairs, gap):
    spans = [(start, start + width) for start, width in pairs]

    def apart(one, other):
        return one[0] > other[1] + gap or one[1] < other[0] - gap

    kept = kept_apart(spans, gap)
    assert kept == sorted(kept)
    for index, span in enumerate(spans):
        before = [spans[other] for other in kept if other < index]
        assert (index in kept) == all(apart(span, other) for other in before)


@given(places, st.floats(0.0, 1.0))
def test_spread_out_is_in_order_apart_and_inside_where_there_is_room(values, distance):
    moved = spread_out(values, distance, 0.0, 10.0)
    order = sorted(range(len(values)), key=lambda index: values[index])
    ranked = [moved[index] for index in order]
    for low, high in pairwise(ranked):
        assert high - low >= distance - 1e-9
    assert ranked[0] >= 0.0 - 1e-9
    assert ranked[-1] <= 10.0


def test_what_is_apart_stays_where_it_is():
    assert spread_out([5.0, 1.0, 3.0], 1.0, 0.0, 10.0) == [5.0, 1.0, 3.0]


def test_without_room_the_lowest_give_way():
    assert spread_out([0.0, 0.0, 0.0], 1.0, 0.0, 1.0) == [-1.0, 0.0, 1.0]


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
