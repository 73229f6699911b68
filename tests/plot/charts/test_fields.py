"""What is drawn in a field: lines where the axes have them, dots in its colours, words."""

from dataclasses import replace

import numpy as np
import pytest
from charts.maps import a_map
from drawn import written

from actviz.plot.charts.chart import Axis, Chart, ColorKey, FieldPanel, Name, Stroke
from actviz.plot.charts.colors import colors_of
from actviz.plot.charts.map import plot_map
from actviz.plot.charts.page import draw_chart
from actviz.plot.paper.style import THEMES, look_of

KEY = ColorKey(
    kind="diverging", low=-1.0, high=1.0, ticks=((0.0, "0"),), words=((0.5, 1.0, "much"),)
)


def a_chart(**panel):
    values = np.linspace(-1, 1, 12).reshape(3, 4)
    return Chart(
        title="A title",
        subtitle="",
        foot=(),
        description="",
        rows=(Name(text="row"),),
        columns=(Name(text="column"),),
        panels=((FieldPanel(**{"values": values} | panel),),),
        x=Axis(values=(1.0, 2.0, 3.0, 4.0), ticks=((1.0, "one"),), label="across"),
        y=Axis(values=(10.0, 20.0, 30.0), ticks=((30.0, "thirty"),), label="up"),
        key=KEY,
        axes="up, over across",
    )


def drawn(chart, **look):
    figure = draw_chart(chart, look_of("slide", "light", **look))
    return figure, next(ax for ax in figure.axes if ax.collections)


def test_a_dot_has_the_colour_of_its_value_and_stands_where_it_is():
    _, ax = drawn(a_chart(dots=np.array([[2.5, 20.0, 1.0], [1.0, 10.0, -1.0]])))
    dots = ax.collections[-1]
    assert dots.get_offsets().tolist() == [[2.0, 1.5], [0.5, 0.5]]
    colors = colors_of(THEMES["light"], "diverging").map([1.0, 0.0])
    np.testing.assert_allclose(dots.get_facecolors(), colors)


@pytest.mark.parametrize("size", ["slide", "column", "stage"])
def test_the_outermost_dots_are_inside_of_the_frame_and_others_where_they_are(size):
    many = Axis(values=tuple(map(float, range(200))))
    dots = np.array([[0.0, 0.0, 0.0], [199.0, 199.0, 0.0], [100.0, 50.0, 0.0]])
    chart = replace(a_chart(values=np.zeros((200, 200)), dots=dots), x=many, y=many)
    figure = draw_chart(chart, look_of(size, "light"))
    ax = next(ax for ax in figure.axes if ax.collections)
    found = ax.collections[-1]
    assert found.get_offsets()[2].tolist() == [100.5, 50.5]
    at = ax.transData.transform(found.get_offsets())
    radius = (found.get_sizes()[0] ** 0.5 + found.get_linewidths()[0]) / 2 * figure.dpi / 72
    box = ax.get_window_extent()
    np.testing.assert_allclose(at[0] - radius, box.min, atol=1e-6)
    np.testing.assert_allclose(at[1] + radius, box.max, atol=1e-6)


def test_lines_are_told_apart_by_width_and_dashes():
    points = np.array([[1.0, 10.0], [4.0, 30.0]])
    strokes = tuple(Stroke(kind=kind, points=points) for kind in ("heavy", "dashed", "thin"))
    _, ax = drawn(a_chart(strokes=strokes))
    heavy, dashed, thin = ax.lines
    assert heavy.get_linewidth() > dashed.get_linewidth() > thin.get_linewidth()
    assert [line.is_dashed() for line in (heavy, dashed, thin)] == [False, True, False]
    assert thin.get_xydata().tolist() == [[0.5, 0.5], [3.5, 2.5]]


def test_a_word_stands_in_the_field_that_it_means():
    values = np.full((3, 40), -1.0)
    values[:, 20:] = 1.0
    chart = replace(a_chart(values=values), x=Axis(values=tuple(map(float, range(40)))))
    figure, ax = drawn(chart)
    (word,) = [item for item in written(figure) if item.text == "much"]
    left, _ = ax.transData.transform((20, 0))
    assert word.box.x0 > left


def test_no_line_crosses_a_word():
    values = np.ones((30, 40))
    up = np.array([[20.0, 0.0], [20.0, 29.0]])
    chart = replace(
        a_chart(values=values, strokes=(Stroke(kind="thin", points=up),)),
        x=Axis(values=tuple(map(float, range(40)))),
        y=Axis(values=tuple(map(float, range(30)))),
    )
    figure, ax = drawn(chart)
    (word,) = [item for item in written(figure) if item.text == "much"]
    line, _ = ax.transData.transform((20.5, 0))
    assert not word.box.x0 <= line <= word.box.x1


def test_a_word_without_room_stands_at_its_end_of_the_key():
    values = np.full((3, 40), -1.0)
    values[:, -2:] = 1.0
    chart = replace(a_chart(values=values), x=Axis(values=tuple(map(float, range(40)))))
    figure, ax = drawn(chart)
    (word,) = [item for item in written(figure) if item.text == "much"]
    field = ax.get_window_extent()
    assert word.box.x0 > field.x1
    assert word.box.y0 > field.y1


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_read_on_their_ground(theme):
    (figure,) = plot_map(a_map(), theme=theme)
    assert {"vanishes", "kept", "explodes"} <= {item.text for item in written(figure)}


def ruled(ax):
    """Return what is ruled in a field, as a region in cells; None where nothing is."""
    found = [each for each in ax.collections if each.get_hatch_linewidth() and _hatch(each) == "--"]
    return found[0].get_paths()[0] if found else None


def _hatch(item):
    return (getattr(item, "hatches", None) or [item.get_hatch()])[0]


def test_in_greys_what_is_above_the_middle_is_ruled_and_what_is_below_is_not():
    """Half-way to an end a grey is both ends': 0.4 is as light as -0.13."""
    values = np.array([[-1.0, -0.13, 0.0, 0.4], [-0.1, 0.1, 0.2, 1.0]])
    chart = replace(a_chart(values=values), y=Axis(values=(10.0, 20.0)))
    figure = draw_chart(chart, look_of("slide", "print"))
    ax = next(ax for ax in figure.axes if ax.collections)
    region = ruled(ax)
    inside = region.contains_points([(x + 0.5, y + 0.5) for y in range(2) for x in range(4)])
    assert inside.tolist() == (values.ravel() > 0.15).tolist()
    assert region.contains_point((3.99, 0.01))  # up to the edges
    (key,) = (each for ax in figure.axes for each in ax.patches if each.get_hatch() == "--")
    assert (key.get_y(), key.get_y() + key.get_height()) == pytest.approx((0.15, 1.15))


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_is_ruled_where_hues_tell_the_sides_apart_or_there_is_one_side(theme):
    for values in (np.full((3, 4), -1.0), np.full((3, 4), 0.1), a_chart().panels[0][0].values):
        figure = draw_chart(a_chart(values=values), look_of("slide", theme))
        ax = next(ax for ax in figure.axes if ax.collections)
        assert (ruled(ax) is not None) == (theme == "print" and values.max() == 1.0)


def test_a_word_on_rules_has_ground_around_it_and_others_have_none():
    (figure,) = plot_map(a_map(), theme="print")
    # A halo of letters left the rule between them, which struck them through.
    clear = {item.text: item.artist.get_bbox_patch() is not None for item in written(figure)}
    assert (clear["vanishes"], clear["kept"], clear["explodes"]) == (False, False, True)
