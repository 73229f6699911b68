"""Names along an axis stand as near to their places as none touches another."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from actviz.plot.charts.chart import Axis, Chart, ColorKey, FieldPanel, Name
from actviz.plot.charts.layout import apart, lay_out, marks_in
from actviz.plot.charts.stds import std_axis
from actviz.plot.overview.type import type_of
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.style import SIZES


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


def test_of_two_names_the_wider_gives_way_by_as_much_more():
    """So each place is above its name's edge, where both cannot be above their middles."""
    found = apart([5.0, 5.2], [2.0, 1.0], 0.2, 0.0, 9.0)
    off = [middle - place for middle, place in zip(found, (5.0, 5.2), strict=True)]
    assert off == pytest.approx([-1.0, 0.5])


def a_chart(columns, x, key):
    return Chart(
        title="A title",
        subtitle="",
        foot=(),
        description="",
        rows=(Name(text="row"),),
        columns=columns,
        panels=(tuple(FieldPanel(values=np.zeros((3, x.cells))) for _ in columns),),
        x=x,
        y=Axis(values=(1.0, 2.0, 3.0)),
        key=key,
        axes="up, over across",
    )


def marks_of(size, panels, width):
    """Return the layout of maps side by side, of layers of so many units."""
    axis = std_axis((0.004, 0.03, 0.3, 3.0), width, "weight std")
    key = ColorKey(kind="diverging", low=-1.0, high=1.0, ticks=((0.0, "0"),))
    chart = a_chart((Name(text="column"),) * panels, axis, key)
    return lay_out(chart, SIZES[size], type_of(SIZES[size]), head=1.0, foot=0.5)


def keyed(hues, *, by_activation=True):
    """Return the width of the key of a slide, in lines, of so many hues."""
    names = tuple(Name(text="column", activation=str(index)) for index in range(hues))
    key = ColorKey(
        kind="sequential", low=0.0, high=1.0, ticks=((0.0, "0"),), by_activation=by_activation
    )
    chart = a_chart(names, Axis(values=(1.0, 2.0)), key)
    layout = lay_out(chart, SIZES["slide"], type_of(SIZES["slide"]), head=1.0, foot=0.5)
    assert layout.key.left + layout.key.width < SIZES["slide"].width
    assert layout.panels[0][-1].right < layout.key.left
    return layout.key.width / layout.type.inches(layout.type.body)


def test_a_stripe_of_the_key_is_wide_enough_to_have_a_colour():
    """The key of four was as wide as that of one: 5 pixels each of a slide 1456 wide."""
    assert keyed(1) == keyed(3, by_activation=False) == pytest.approx(0.75)
    for hues in (2, 3, 4):
        assert keyed(hues) / hues >= 0.3 - 1e-9


@pytest.mark.parametrize("width", [20, 100, 300, 1000, 10_000])
@pytest.mark.parametrize("panels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", ["slide", "stage", "half-slide", "column"])
def test_every_name_is_below_its_own_mark_or_at_its_leader(size, panels, width):
    layout = marks_of(size, panels, width)
    points = layout.type.small
    if not layout.fits:  # then there are fewer on a page
        return
    for marks in layout.marks:
        assert {"Xavier", "He"} <= {mark.text for mark in marks}
        named = [mark for mark in marks if mark.text]
        for mark in named:
            half = text_width(mark.text, points, weight="bold") / 2
            assert abs(mark.middle - mark.at) <= half + 1e-6  # its own mark is above it
            leaders = [one.at for one in named if one.tier > mark.tier]
            assert all(abs(mark.middle - at) > half for at in leaders)
            if layout.tiers == 1:  # where no leader says whose it is
                others = [one.at for one in marks if one.at != mark.at]
                assert all(abs(mark.middle - at) > abs(mark.middle - mark.at) for at in others)
        tiers = [mark.tier for mark in named]
        assert layout.tiers == 1 or len(set(tiers)) == len(tiers)


def test_names_hang_on_leaders_as_soon_as_one_would_stand_below_another_s_mark():
    assert [marks_of("slide", panels, 100).tiers for panels in (1, 2, 3, 4)] == [1, 1, 1, 2]


def test_panels_without_room_for_a_name_have_its_pointer():
    axis = replace(std_axis((0.01, 3.0), 100, ""), marks=((0.1, "a" * 99, "b" * 99),))
    (only,) = marks_in(axis, [1.0], 0.5, type_of(SIZES["slide"]), 0.1)
    assert [mark.text for mark in only] == [""]
