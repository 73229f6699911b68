"""Where dots stand: whole pixels, inside their page, and as many as there is room for."""

from dataclasses import replace

import pytest
from drawn import record

from actviz.plot.paper.style import get_size
from actviz.plot.units.arrange import dot_arrangements
from actviz.plot.units.layout import WordNeeds, lay_out
from actviz.words.told import tell
from actviz.words.units import see

SLIDE = get_size("slide")
NEEDS = WordNeeds(
    head=1.2,
    foot=0.5,
    heading=0.4,
    caption=0.3,
    std=0.2,
    number=0.2,
    label=0.0,
    beside=0.0,
    text=0.4,
)


def arranged(activations=("tanh",), inits=("he",), depth=5):
    fields = {
        "depth": depth,
        "width": 8,
        "samples": 8,
        "unit_sample": (8, 8),
        "statistics": "moments",
    }
    made = see(tell([record(a, i, **fields) for a in activations for i in inits]))
    return next(iter(dot_arrangements(made)))


def boxes(made):
    shape = (made.inputs, made.units)
    return {
        (row, block, column): made.box(row, block, column, shape)
        for row in range(len(made.rows))
        for block in range(made.arrangement.blocks)
        for column in range(made.arrangement.columns)
    }


@pytest.mark.parametrize("size", ["slide", "half-slide", "column", "10x5.6"])
@pytest.mark.parametrize("stacks", [("tanh",), ("tanh", "relu")])
def test_dots_are_whole_pixels_of_the_page_and_share_none(size, stacks):
    size = get_size(size)
    made = lay_out(arranged(stacks, ("he", "xavier")), size, NEEDS, units=60, inputs=60)
    taken = []
    for box in boxes(made).values():
        sides = [size.dpi * side for side in (box.left, box.bottom, box.width, box.height)]
        assert sides == pytest.approx([round(side) for side in sides], abs=1e-6)
        assert box.left >= size.margin - 1 / size.dpi
        assert box.right <= size.width - size.margin + 1 / size.dpi
        assert NEEDS.foot <= box.bottom < box.top <= made.height - NEEDS.head
        taken.append(box)
    for index, one in enumerate(taken):
        for other in taken[:index]:
            beside = one.right <= other.left or other.right <= one.left
            assert beside or one.top <= other.bottom or other.top <= one.bottom


def test_layers_of_fewer_units_or_inputs_keep_their_upper_left_corner():
    made = lay_out(arranged(), SLIDE, NEEDS, units=60, inputs=60)
    whole, part = made.box(0, 0, 1, (60, 60)), made.box(0, 0, 1, (6, 20))
    assert (part.left, part.top) == pytest.approx((whole.left, whole.top))
    assert (part.height / whole.height, part.width / whole.width) == pytest.approx((0.1, 1 / 3))


def test_where_dots_would_be_smaller_than_three_pixels_fewer_are_drawn():
    made = lay_out(arranged(depth=10), SLIDE, NEEDS, units=1000, inputs=1000)
    assert made.units < 1000
    assert made.inputs < 1000
    assert min(made.across, made.down) >= 3
    assert made.fits


@pytest.mark.parametrize("depth", [3, 4, 5, 6])
def test_a_single_row_fills_its_page(depth):
    """Its dots are up to half as high again as wide; what is left over is above and below alike."""
    made = lay_out(arranged(depth=depth), SLIDE, NEEDS, units=60, inputs=60)
    (bottom,) = made.bottoms
    assert 1.0 <= made.down / made.across <= 1.5 or 1.0 <= made.across / made.down <= 1.5
    words = NEEDS.heading + NEEDS.caption + NEEDS.std
    free = SLIDE.height - NEEDS.head - NEEDS.foot
    above = SLIDE.height - NEEDS.head - (bottom + made.dots_height + words)
    below = bottom - NEEDS.number - NEEDS.foot
    assert above == pytest.approx(below, abs=0.15)
    assert above + below <= 0.4 * free


def test_rows_without_room_are_left_out_and_counted():
    many = arranged(inits=[f"std={n}" for n in range(1, 30)])
    made = lay_out(many, SLIDE, NEEDS, units=60, inputs=60)
    assert made.of == 29
    assert 1 < len(made.rows) < 29
    first = many.rows[: len(made.rows)]
    assert [row.label for row in made.rows] == [row.label for row in first]
    assert [row.last for row in made.rows] == [False] * (len(first) - 1) + [True]
    tall = lay_out(many, get_size("10x40"), NEEDS, units=60, inputs=60)
    assert len(tall.rows) == 29
    assert tall.merit > made.merit


@pytest.mark.parametrize(
    "needs",
    [
        {"head": 5.0, "foot": 2.4},  # no height
        {"text": 3.0},  # numbers that are wider than a layer
        {"label": 12.0},  # labels that leave no width
        {"beside": 7.0, "label": 1.0},  # labels that are higher than their row
    ],
    ids=str,
)
def test_a_page_without_room_does_not_fit(needs):
    arrangement = arranged()
    assert lay_out(arrangement, SLIDE, NEEDS, units=60, inputs=60).fits
    made = lay_out(arrangement, SLIDE, replace(NEEDS, **needs), units=60, inputs=60)
    assert not made.fits
    assert made.merit < lay_out(arrangement, SLIDE, NEEDS, units=60, inputs=60).merit
