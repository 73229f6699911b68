"""Labels along axes: inside their boxes, apart, and the most important first."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.format import plain
from actviz.plot.paper.page import Box
from actviz.plot.paper.ticks import (
    kept_apart,
    long_tick,
    short_tick,
    spread_out,
    write_below,
    write_beside,
    write_row,
    write_steps,
    write_values,
)

BOX = Box(left=1.0, bottom=0.5, width=2.0, height=1.5)


def test_labels_below_stay_inside_and_the_first_ones_win(page, written):
    write_below(page, BOX, [(0.0, "0"), (1.0, "10000"), (0.99, "lost"), (0.5, "mid")])
    assert [text for text, *_ in written()] == ["0", "10000", "mid"]
    for text, x, y in written():
        assert BOX.left <= x
        assert x + page.width(text) <= BOX.right + 1e-9
        assert y == pytest.approx(BOX.bottom - 1.05 * page.line)


def test_labels_below_may_stand_a_little_outside(page, written):
    write_below(page, BOX, [(0.0, "0"), (1.0, "1000000000")], beyond=0.1)
    (_, first, _), (_, last, _) = written()
    assert first == pytest.approx(BOX.left - page.width("0") / 2)
    assert last + page.width("1000000000") == pytest.approx(BOX.right + 0.1)


def test_a_label_wider_than_its_box_is_left_out(page, written):
    write_below(page, BOX, [(0.5, "much too wide for a box of two inches, by any measure")])
    assert written() == []


def test_a_row_says_where_it_ends(page):
    end = write_row(page, 1.0, [(0.0, "aa"), (0.01, "bb")], 0.5)
    assert end == pytest.approx(page.width("aa"))


def test_labels_beside_stand_at_their_heights_and_the_first_ones_win(page, written):
    kept = write_beside(page, BOX, [(0.0, "low"), (1.0, "high"), (0.999, "lost"), (0.5, "middle")])
    assert kept == [0.0, 1.0, 0.5]
    heights = {text: y for text, _, y in written()}
    assert set(heights) == {"low", "high", "middle"}
    # Each as far below its place as the others: digits are so high that their middle is there.
    below = 0.28 * page.line
    assert heights["low"] == pytest.approx(BOX.bottom - below)
    assert heights["high"] == pytest.approx(BOX.top - below)
    assert heights["middle"] == pytest.approx(BOX.bottom + BOX.height / 2 - below)
    assert all(x < BOX.left for _, x, _ in written())


def test_steps_are_whole_and_end_with_the_word(page, written):
    write_steps(page, BOX, 100)
    *numbers, word = [text for text, *_ in written()]
    assert word == "step"
    assert all(0 <= int(text) <= 100 for text in numbers)


def test_values_are_round_and_stand_at_their_heights(page, written):
    write_values(page, BOX, 0.0, 1.0, percent=True)
    for text, _, y in written():
        share = int(plain(text).removesuffix(" %")) / 100
        assert y + 0.3 * page.line == pytest.approx(BOX.bottom + share * BOX.height)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (long_tick(-0.123456789, 0), "−0.123457"),
        (short_tick(0.0, 0), "0"),
        (short_tick(1500, 0), "1500"),
        (short_tick(1e9, 0), "1.0×10⁹"),
    ],
)
def test_numbers_at_ticks(written, text):
    assert written == text


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
