"""The layout of facets: on the page, apart from each other, and all shown or counted."""

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actviz.plot.facets.layout import FacetNeeds, lay_out_facets
from actviz.plot.paper.page import PAGE
from actviz.plot.paper.style import SIZES, get_size

many = settings(max_examples=60, deadline=None)
CLOSE = 1e-9

sizes = st.sampled_from([*SIZES.values()]) | st.builds(
    lambda width, height: get_size(f"{width}x{height}"), st.integers(2, 60), st.integers(2, 60)
)


#: What is written beside a trend, as a share of the page.
SIDES = st.floats(0.0, 0.1)


def is_trend(needs, line, facet):
    return facet >= needs.counts[line.band]


def sides(needs, line, facet):
    """What a facet has to its left and right, in inches."""
    if is_trend(needs, line, facet):
        return needs.trends[facet - needs.counts[line.band]]
    return needs.gutter * (needs.own_axis or line.facets[0] == facet), 0.0


@st.composite
def pages(draw):
    size = draw(sizes)
    trends = draw(st.lists(st.tuples(SIDES, SIDES), max_size=4))
    least = 0 if trends else 1
    counts = tuple(draw(st.lists(st.integers(least, 13), min_size=1, max_size=7)))
    headed = draw(st.booleans()) or len(counts) > 1
    needs = FacetNeeds(
        counts=counts,
        trends=tuple((left * size.width, right * size.width) for left, right in trends),
        headed=headed,
        label_width=draw(st.floats(0.02, 0.2)) * size.width if headed else 0.0,
        above=tuple(tuple(draw(st.floats(0.5, 4.3)) * size.line for _ in range(2)) for _ in counts),
        name=draw(st.floats(1.0, 2.0)) * size.line,
        gutter=draw(st.sampled_from([0.0, 1.0, 2.4])) * size.line,
        own_axis=draw(st.booleans()),
        aspect=draw(st.floats(0.5, 2.0)),
        same_names=draw(st.booleans()),
    )
    head, foot = (draw(st.floats(0.1, 0.3)) * (size.height or PAGE) for _ in range(2))
    return size, needs, head, foot


def made(page):
    size, needs, head, foot = page
    layout = lay_out_facets(size, needs, head=head, foot=foot)
    assume(layout.shown)
    return layout


@many
@given(pages())
def test_facets_stand_on_the_page_with_what_is_written_around_them(page):
    size, needs, head, foot = page
    layout = made(page)
    assert layout.width == size.width
    assert layout.height == size.height or (size.height is None and layout.height <= PAGE)
    edge = size.margin + needs.label_width * layout.labelled
    for line, facet, box in layout.places():
        above = needs.above[line.band][is_trend(needs, line, facet)] + needs.name * line.named
        left, right = sides(needs, line, facet)
        assert box.width > 0
        assert box.height > 0
        assert edge - CLOSE <= box.left - left
        assert box.right + right <= size.width - size.margin + CLOSE
        assert box.top + above <= layout.height - head + CLOSE
        assert box.bottom - 1.05 * size.line >= foot - CLOSE  # the baseline of the ticks


@many
@given(pages())
def test_no_facet_lies_on_another(page):
    layout = made(page)
    boxes = [box for _, _, box in layout.places()]
    for one, other in combinations(boxes, 2):
        beside = one.right < other.left or other.right < one.left
        assert beside or one.bottom > other.top or other.bottom > one.top


@many
@given(pages())
def test_facets_leave_room_for_gutters_ticks_and_names_between_them(page):
    size, needs, _, _ = page
    layout = made(page)
    for line, boxes in zip(layout.lines, layout.boxes, strict=True):
        for (one, left), (other, right) in pairwise(zip(line.facets, boxes, strict=True)):
            written = sides(needs, line, one)[1] + sides(needs, line, other)[0]
            assert right.left - left.right > written
    for (_, upper), (line, lower) in pairwise(zip(layout.lines, layout.boxes, strict=True)):
        words = needs.name * line.named + max(
            needs.above[line.band][is_trend(needs, line, facet)] for facet in line.facets
        )
        free = upper[0].bottom - lower[0].top
        assert free - words >= 1.05 * size.line + (size.heading / 72) * line.headed - CLOSE


@many
@given(pages())
def test_facets_are_shown_in_order_once_and_are_counted(page):
    _, needs, _, _ = page
    layout = made(page)
    asked = [
        (band, facet)
        for band, count in enumerate(needs.counts)
        for facet in range(count + len(needs.trends))
    ]
    shown = [(line.band, facet) for line, facet, _ in layout.places()]
    assert shown == asked[: len(shown)]
    assert (layout.shown, layout.asked) == (len(shown), len(asked))


@many
@given(pages())
def test_a_band_is_headed_once_and_all_facets_are_named(page):
    _, needs, _, _ = page
    layout = made(page)
    seen = set()
    for line in layout.lines:
        first = line.band not in seen
        seen.add(line.band)
        assert line.headed == (needs.headed and first and not layout.labelled)
        # Only below other facets of the same names are names left out.
        assert line.named or (layout.labelled and needs.same_names and line.band > 0)
    assert needs.headed or not layout.labelled


@many
@given(pages())
def test_facets_of_a_kind_are_of_one_size_and_stand_in_columns(page):
    layout = made(page)
    places = {}
    for line, boxes in zip(layout.lines, layout.boxes, strict=True):
        assert len({box.bottom for box in boxes}) == 1
        for column, box in zip(line.columns, boxes, strict=True):
            places.setdefault(line.trends, []).append((column, box))
    heights = [box.height for own in places.values() for _, box in own]
    assert heights == pytest.approx([heights[0]] * len(heights))
    for own in places.values():
        lefts = {column: box.left for column, box in own}
        for column, box in own:
            assert box.width == pytest.approx(own[0][1].width)
            assert box.left == lefts[column]


@many
@given(pages())
def test_trends_stand_in_the_same_columns_in_all_bands(page):
    _, needs, _, _ = page
    layout = made(page)
    found = {}
    for line in layout.lines:
        for facet, column in zip(line.facets, line.columns, strict=True):
            if is_trend(needs, line, facet):
                found.setdefault(facet - needs.counts[line.band], set()).add(column)
    assert all(len(columns) == 1 for columns in found.values())


NEEDS = FacetNeeds(
    counts=(4, 4, 4),
    headed=True,
    label_width=1.0,
    above=((0.5, 0.0), (0.3, 0.0), (0.5, 0.0)),
    name=0.4,
    gutter=0.4,
    own_axis=False,
    aspect=1.3,
    same_names=True,
)


def test_a_slide_has_room_for_three_bands_of_four():
    layout = lay_out_facets(SIZES["slide"], NEEDS, head=1.0, foot=0.5)
    assert layout.shown == layout.asked == 12
    assert [line.band for line in layout.lines] == [0, 1, 2]
    assert {len(boxes) for boxes in layout.boxes} == {4}


@pytest.mark.parametrize(("paper", "head"), [("1.5x1.5", 0.2), ("60x1.5", 0.2), ("slide", 7.5)])
def test_a_page_without_room_for_a_facet_shows_none(paper, head):
    assert lay_out_facets(get_size(paper), NEEDS, head=head, foot=0.2).shown == 0


@pytest.mark.parametrize("paper", ["column", "two-column"])
def test_a_figure_that_chooses_its_height_takes_no_more_than_it_needs(paper):
    low = lay_out_facets(SIZES[paper], NEEDS, head=0.5, foot=0.3)
    _, _, box = [*low.places()][-1]
    assert low.height <= PAGE
    assert box.bottom == pytest.approx(0.3, abs=3 * SIZES[paper].line)


def test_trends_stand_beside_their_stacks_or_below_them():
    """Beside them on a wide page, on a line of their own below where that makes them larger."""
    trends = ((0.4, 0.8), (0.4, 0.8))
    needs = replace(NEEDS, counts=(4,), above=((0.5, 0.2),), trends=trends)
    wide = lay_out_facets(get_size("30x4"), needs, head=0.5, foot=0.5)
    assert [line.facets for line in wide.lines] == [(0, 1, 2, 3, 4, 5)]
    slide = lay_out_facets(SIZES["slide"], needs, head=1.0, foot=0.5)
    assert [line.facets for line in slide.lines] == [(0, 1, 2, 3), (4, 5)]
    assert [line.trends for line in slide.lines] == [False, True]


def test_a_single_stack_and_its_trends_share_their_lines():
    needs = replace(NEEDS, counts=(1,), above=((0.5, 0.2),), trends=((0.4, 0.1),) * 5)
    layout = lay_out_facets(SIZES["half-slide"], needs, head=0.8, foot=0.4)
    assert layout.shown == 6
    assert all(len(line.facets) == len(layout.lines[0].facets) for line in layout.lines)
