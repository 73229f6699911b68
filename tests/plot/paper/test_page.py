"""The page: what is written and drawn on it stands where it was put, in inches."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import Box, thin

BOX = Box(left=1.0, bottom=0.5, width=2.0, height=1.5)


def test_small_text_has_the_smallest_type_and_stands_where_it_was_put(page, written):
    page.small(1.0, 2.0, "here", muted=True)
    ((text, x, y),) = written()
    assert (text, x, y) == ("here", pytest.approx(1.0), pytest.approx(2.0))
    (artist,) = page.figure.texts
    assert artist.get_fontsize() == page.size.text
    assert artist.get_color() == page.theme.muted
    assert page.width("here") == text_width("here", page.size.text)


def test_axes_fill_a_box_and_measure_inches(page):
    ax = page.axes(BOX)
    assert ax.get_position().bounds == pytest.approx((0.25, 0.5 / 3, 0.5, 0.5))
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 2.0), (0, 1.5))
    assert not ax.axison
    assert page.axes(BOX, (0, 5), (3, 0)).get_ylim() == (3, 0)


def test_framed_axes_have_frame_and_ticks(page):
    ax = page.framed(BOX)
    assert ax.axison
    assert {to_hex(spine.get_edgecolor()) for spine in ax.spines.values()} == {page.theme.ink}


def test_a_rule_lies_under_its_axes(page):
    ax = page.axes(BOX)
    page.rule(ax)
    (line,) = ax.lines
    assert list(line.get_ydata()) == [0, 0]


many = settings(max_examples=60, deadline=None)


def test_a_box_has_four_sides():
    box = Box(left=1.0, bottom=2.0, width=3.0, height=4.0)
    assert (box.right, box.top) == (4.0, 6.0)


@pytest.mark.parametrize(
    ("count", "most", "kept"),
    [
        (1, 1, (0,)),
        (5, 9, (0, 1, 2, 3, 4)),
        (5, 5, (0, 1, 2, 3, 4)),
        (10, 4, (0, 3, 6, 9)),
        (5, 2, (0, 4)),
        (3, 1, (2,)),
        (60, 4, (0, 20, 40, 59)),
    ],
)
def test_thin(count, most, kept):
    assert thin(count, most) == kept


@many
@given(st.integers(1, 2000), st.integers(1, 200))
def test_thinning_keeps_the_ends_and_even_steps(count, most):
    kept = thin(count, most)
    assert 1 <= len(kept) <= most
    assert kept[-1] == count - 1
    assert kept[0] == 0 or most == 1
    steps = [b - a for a, b in pairwise(kept)]
    assert all(step > 0 for step in steps)
    assert len(set(steps[:-1])) <= 1
    assert not steps or steps[-1] <= steps[0]
