"""Where the strips of an overview stand: on their page, apart, and as many as there is room for."""

from itertools import pairwise

import pytest
from drawn import FOUR, THREE, records

from actviz.plot.overview.arrange import MOST_BLOCKS, bands_of, spreads
from actviz.plot.overview.layout import frame_of, margin_of, place, room_for, rows_that_fit
from actviz.plot.overview.type import type_of
from actviz.plot.paper.style import get_size
from actviz.words.told import tell


def framed(size="slide", **options):
    size = get_size(size)
    fields = {"labels": ("He", "Xavier"), "blocks": 3, "least": 1.0, "columns": 5}
    return frame_of(size, type_of(size), head=1.2, foot=0.4, **fields | options)


@pytest.mark.parametrize("size", ["slide", "half-slide", "column"])
def test_blocks_stand_side_by_side_inside_the_margins(size):
    frame = framed(size, least=0.3)
    margin = margin_of(frame.size, frame.type)
    lefts = frame.lefts()
    assert len(lefts) == frame.across
    assert lefts[0] >= margin + frame.label
    assert lefts[-1] + frame.block == pytest.approx(frame.size.width - margin)
    for left, right in pairwise(lefts):
        assert left + frame.block < right


def test_as_many_blocks_as_have_room_for_their_words():
    wide, narrow = framed(least=1.0), framed(least=4.0)
    assert (wide.across, narrow.across) == (3, 2)
    assert framed(least=20.0) is None
    assert framed(blocks=30, least=0.1, columns=1).across == MOST_BLOCKS
    # Panels need room too.
    assert framed(columns=60).across < wide.across


def test_long_labels_leave_the_strips_most_of_the_page():
    frame = framed(labels=("a label that is longer than any page is wide " * 4,))
    assert frame.label == pytest.approx(0.24 * frame.size.width)


@pytest.mark.parametrize("size", ["slide", "half-slide", "column"])
@pytest.mark.parametrize("activations", [THREE, THREE[:1]])
def test_strips_stand_on_their_page_and_apart(size, activations):
    frame = framed(size, blocks=len(activations), least=0.3)
    told = tell(records(activations, FOUR))
    rows = rows_that_fit(frame, len(FOUR))
    spread, *_ = spreads(
        bands_of(told, across=frame.across, rows=rows), across=frame.across, rows=rows
    )
    placed = place(frame, spread, columns=5)
    assert room_for(frame, [len(band.labels) for band in spread.bands])
    levels = [row for band in placed.strips for row in band]
    for row in levels:
        assert len({(box.bottom, box.height) for box in row}) == 1
        assert [box.left for box in row] == frame.lefts()
    assert levels[-1][0].bottom >= frame.foot - 1e-9
    for upper, lower in pairwise(levels):
        assert lower[0].top + placed.over < upper[0].bottom
    for heading, band in zip(placed.headings, placed.strips, strict=True):
        assert band[0][0].top + placed.over < heading < placed.height - frame.head


def test_a_page_holds_as_many_rows_as_it_has_room_for():
    frame = framed()
    most = rows_that_fit(frame, 1000)
    assert rows_that_fit(frame, 2) == 2
    assert room_for(frame, [most])
    low = framed("13.33x4")
    fewer = rows_that_fit(low, 1000)
    assert 0 < fewer < most
    assert not room_for(low, [fewer + 1])
    assert rows_that_fit(framed("13.33x1.8"), 1000) == 0
