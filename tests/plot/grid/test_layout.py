"""The geometry of a grid: nothing leaves the page, nothing overlaps, whatever is asked for."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actviz.plot.grid.layout import RowNeeds, lay_out
from actviz.plot.paper.page import thin
from actviz.plot.paper.style import SIZES, get_size

many = settings(max_examples=60, deadline=None)
CLOSE = 1e-9
#: Lines of type that tick labels take below a row, and numbers above one.
TICKS, MEAN_AND_STD, STD = 1.2, 2.0, 1.0

sizes = st.sampled_from([*SIZES.values()]) | st.builds(
    lambda width, height: get_size(f"{width}x{height}"),
    st.integers(2, 60),
    st.integers(2, 60),
)


@st.composite
def needs(draw):
    """Return what some rows ask for; rows of a group stand together, and headings come first."""
    groups = draw(st.lists(st.integers(1, 12), min_size=1, max_size=8))
    rows = []
    for group, count in enumerate(groups):
        headings = draw(st.sampled_from([0.0, 1.15, 2.9]))
        rows += [RowNeeds(group=group, headings=headings if n == 0 else 0.0) for n in range(count)]
    return rows


layouts = st.fixed_dictionaries(
    {
        "size": sizes,
        "blocks": st.integers(1, 13),
        "rows": needs(),
        "columns": st.integers(1, 120),
        "label": st.floats(0.02, 0.22),
        "number_width": st.floats(0.05, 0.9),
        "mean_width": st.floats(0.05, 0.9),
        "word_width": st.floats(0.2, 0.9),
        "caption": st.booleans(),
        "note_width": st.floats(0.0, 0.9),
        "head": st.floats(0.1, 1.5),
        "foot": st.floats(0.1, 1.0),
        "axis_width": st.sampled_from([0.0, 0.6]),
    }
)


def made(options):
    options = dict(options)
    size = options.pop("size")
    return lay_out(size, label_width=options.pop("label") * size.width, **options)


@many
@given(layouts)
def test_everything_stands_on_the_page(options):
    layout = made(options)
    assume(layout.fits)
    size, line = options["size"], options["size"].line
    left = size.margin + options["label"] * size.width + options["axis_width"]
    ticked = dict(enumerate(layout.ticked))
    for strips in layout.strips:
        assert len(strips) == len(layout.rows)
        for row, box in enumerate(strips):
            assert box.height > 0
            assert box.width > 0
            assert box.left >= left - CLOSE  # the row labels keep their room
            assert box.right <= size.width - size.margin + CLOSE
            headings = options["rows"][row].headings * line
            assert box.top + layout.above + headings <= layout.height - options["head"] + CLOSE
            low = box.bottom - (TICKS * line if ticked[row] else 0.0)
            assert low >= options["foot"] - CLOSE


@many
@given(layouts)
def test_nothing_overlaps(options):
    layout = made(options)
    assume(layout.fits)
    line = options["size"].line
    for strips in layout.strips:
        for row in range(1, len(strips)):
            above, below = strips[row - 1], strips[row]
            needed = layout.above + options["rows"][row].headings * line
            needed += TICKS * line if layout.ticked[row - 1] else 0.0
            assert above.bottom - below.top >= needed - CLOSE
    for row in range(len(layout.rows)):
        for left, right in pairwise(layout.strips):
            assert left[row].right < right[row].left
            assert left[row].bottom == right[row].bottom


@many
@given(layouts)
def test_panels_and_their_numbers_fit_between_their_neighbours(options):
    layout = made(options)
    assume(layout.fits)
    line = options["size"].line
    block = layout.strips[0][0].width
    assert layout.pitch * len(layout.columns) == pytest.approx(block)
    assert 0 < layout.panel < layout.pitch
    assert layout.pitch >= options["number_width"]
    assert layout.above == pytest.approx(
        (
            {"above": MEAN_AND_STD, "pair": STD, "std": STD}.get(layout.numbers, 0.0)
            + options["caption"]
        )
        * line
    )
    if layout.numbers == "pair":
        assert options["mean_width"] + options["number_width"] <= layout.pitch
    if layout.numbers == "above":
        assert options["mean_width"] <= layout.pitch
    if layout.numbers == "beside":
        beside = layout.pitch - layout.panel
        assert options["mean_width"] + options["word_width"] <= beside
        assert layout.panel >= 0.9 * beside  # of two that share a line neither is a crumb
    if layout.notes:
        assert options["note_width"] <= layout.pitch
        assert layout.bars >= 2 * line
    assert layout.bars == min(box.height for strips in layout.strips for box in strips)


@many
@given(layouts)
def test_what_is_shown_is_some_of_what_was_asked_for(options):
    layout = made(options)
    assume(layout.fits)
    assert layout.rows == tuple(range(len(layout.rows)))
    assert 1 <= len(layout.rows) <= len(options["rows"])
    assert layout.columns == thin(options["columns"], len(layout.columns))
    size = options["size"]
    assert layout.width == size.width
    assert layout.height == (size.height or layout.height)
    assert layout.height <= (size.height or 9.2)
    # The last row of each group, and the last one shown, has tick labels.
    groups = [row.group for row in options["rows"][: len(layout.rows)]]
    last = {group: index for index, group in enumerate(groups)}
    assert [i for i, ticked in enumerate(layout.ticked) if ticked] == sorted(last.values())


@many
@given(layouts)
def test_more_height_never_shows_less(options):
    assume(options["size"].height)
    lower = made(options)
    assume(lower.fits)
    size = options["size"]
    taller = made(options | {"size": replace(size, height=size.height + 1)})
    assert len(taller.rows) >= len(lower.rows)
    assert len(taller.columns) == len(lower.columns)


@pytest.mark.parametrize(
    ("size", "blocks", "columns"), [("1.5x1.5", 1, 1), ("2x20", 13, 5), ("60x1.5", 1, 1)]
)
def test_a_page_without_room_says_so(size, blocks, columns):
    layout = lay_out(
        get_size(size),
        blocks=blocks,
        rows=[RowNeeds(group=0, headings=2.9)],
        columns=columns,
        label_width=0.3,
        word_width=0.4,
        number_width=0.3,
        mean_width=0.3,
        note_width=0.3,
        head=0.8,
        foot=0.5,
    )
    assert not layout.fits


def test_the_rows_of_a_stack_are_shown_together_or_not_at_all():
    counts = set()
    for height in range(30, 90):
        layout = lay_out(
            get_size(f"13x{height / 10}"),
            blocks=1,
            rows=[RowNeeds(group=row % 2, headings=0.0, stack=row // 2) for row in range(8)],
            columns=5,
            label_width=1.0,
            number_width=0.4,
            mean_width=0.4,
            word_width=0.4,
            note_width=0.3,
            head=1.0,
            foot=0.5,
        )
        counts.add(len(layout.rows))
    assert {4, 6, 8} <= counts
    assert not {3, 5, 7} & counts
