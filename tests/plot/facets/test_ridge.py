"""Ridge: a shape for each layer on a line of its own, the first layer on top."""

from itertools import pairwise

import numpy as np
import pytest
from drawn import FOUR, record, records, written
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from actviz import plot_ridge
from actviz.plot.facets.curves import CAP
from actviz.plot.marks.ridges import draw_ridge
from actviz.plot.marks.steps import Curve
from actviz.plot.paper.page import thin
from actviz.plot.paper.style import THEMES, get_theme, shades

STOPS = {"depth": 8, "dtype": "float32", "input_std": 1e35}


def curve(heights, **fields):
    heights = np.asarray(heights, dtype=float)
    given = {"peak": None, "highest": int(heights.argmax()), "collapsed": False} | fields
    return Curve(heights=heights, **given)


def drawn(curves, depth=None, *, height=3.0, width=4.0, theme="light", points=12, zeros=(0.0, ())):
    ax = Figure(figsize=(width, height)).add_axes((0, 0, 1, 1))
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    theme = get_theme(theme)
    depth = depth or len(curves)
    return draw_ridge(
        ax,
        curves,
        stds=[f"s{index + 1}" for index in range(len(curves))],
        depth=depth,
        zeros=zeros,
        colors=shades(theme, theme.hues[0], depth),
        points=points,
        theme=theme,
    )


def shapes_of(artists):
    """Return for each ridge its base, its edges and its heights above the base, in inches."""
    found = []
    for path in artists.ridges.get_paths():
        x, y = path.vertices.T
        count = len(x) - 1 if (x[0], y[0]) == (x[-1], y[-1]) else len(x)
        base = y[0]
        found.append((base, x[1 : count - 1 : 2], y[1 : count - 1 : 2] - base))
    return found


def ridges_in(ax):
    (collection,) = [c for c in ax.collections if isinstance(c, PolyCollection)]
    return collection


# --- what is drawn of curves --------------------------------------------------------------------


def test_a_ridge_is_the_outline_of_a_histogram_on_its_line():
    rows = [[0.25, 1.0, 0.0, 0.5], [1.0, 0.0, 0.0, 0.0], [0.0, 0.1, 0.2, 0.3]]
    shapes = shapes_of(drawn([curve(row) for row in rows]))
    assert len(shapes) == 3
    unit = shapes[0][2].max()
    for (_, x, heights), row in zip(shapes, rows, strict=True):
        np.testing.assert_allclose(x, [0.0, 1.0, 2.0, 3.0])
        np.testing.assert_allclose(heights, np.array(row) * unit, atol=1e-12)


@pytest.mark.parametrize("count", [1, 2, 5, 10])
def test_lines_are_evenly_spaced_from_the_top_and_the_highest_curve_stays_inside(count):
    shapes = shapes_of(drawn([curve([1.0, 0.5])] * count, height=6.0))
    bases = np.array([base for base, *_ in shapes])
    assert len(bases) == count
    assert bases[-1] == pytest.approx(0.0)
    steps = np.diff(bases)
    assert (steps < 0).all()
    np.testing.assert_allclose(steps, steps[:1].repeat(count - 1))
    top = bases[0] + shapes[0][2].max()
    assert top == pytest.approx(6.0)


def test_every_ridge_is_the_same_unit_high():
    shapes = shapes_of(drawn([curve([level, level / 2]) for level in (1.0, 0.5, 0.1)]))
    tops = [heights.max() for *_, heights in shapes]
    np.testing.assert_allclose(np.array(tops) / tops[0], [1.0, 0.5, 0.1])


@pytest.mark.parametrize("depth", [30, 100, 101])
def test_of_too_many_layers_the_first_the_last_and_evenly_spaced_ones_are_drawn(depth):
    curves = [curve([(index + 1) / depth, 1.0]) for index in range(depth)]
    artists = drawn(curves, height=1.5)
    shown = [round(heights[0] / heights[1] * depth) - 1 for _, _, heights in shapes_of(artists)]
    assert 2 <= len(shown) < depth
    assert shown == list(thin(depth, len(shown)))
    numbers = [int(text.get_text()) for text in artists.layers]
    assert {numbers[0], numbers[-1]} == {1, depth}
    assert {number - 1 for number in numbers} <= set(shown)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("height", [0.3, 0.6, 1.1, 3.0])
def test_numbers_and_stds_stand_on_their_lines_and_apart(count, height):
    artists = drawn([curve([1.0, 0.5])] * count, height=height)
    layers = [(text.get_text(), text.get_position()[1]) for text in artists.layers]
    stds = [(text.get_text(), text.get_position()[1]) for text in artists.stds]
    assert [(f"s{number}", y) for number, y in layers] == stds
    assert layers[0][0] == "1"
    levels = [y for _, y in layers]
    assert all(a - b >= 12 / 72 for a, b in pairwise(levels))
    bases = [base for base, *_ in shapes_of(artists)]
    assert all(min(abs(y - base) for base in bases) < 1e-9 for y in levels)
    assert all(text.get_position()[0] < 0 for text in artists.layers)
    # A std stands where its line ends, and not at the far end of the page.
    assert all(4.0 < text.get_position()[0] < 4.0 + 12 / 72 for text in artists.stds)
    assert {text.get_ha() for text in artists.stds} == {"left"}


def test_a_stack_that_stops_leaves_the_lines_of_the_layers_it_has_not_empty():
    whole = [base for base, *_ in shapes_of(drawn([curve([1.0, 0.5])] * 6))]
    stopped = drawn([curve([1.0, 0.5])] * 2, depth=6)
    assert [base for base, *_ in shapes_of(stopped)] == pytest.approx(whole[:2])
    assert [text.get_text() for text in stopped.layers] == ["1", "2"]


@pytest.mark.parametrize("theme", THEMES)
def test_collapsed_layers_are_hollow_and_the_others_filled_with_an_outline(theme):
    look = get_theme(theme)
    ridges = drawn([curve([1.0, 0.5], collapsed=hollow) for hollow in (0, 1)], theme=theme).ridges
    tints = shades(look, look.hues[0], 2)
    assert [to_hex(color) for color in ridges.get_facecolor()] == [tints[0], look.page]
    outlines = [to_hex(color) for color in ridges.get_edgecolor()]
    assert outlines[1] == tints[1]
    assert outlines[0] not in (look.page, tints[0])
    assert all(width > 0 for width in ridges.get_linewidths())


@pytest.mark.parametrize("depth", [1, 2, 5, 50])
def test_every_ridge_has_a_line_to_stand_on_however_low_it_is(depth):
    artists = drawn([curve([0.0, 0.001])] * depth)
    ends = [segment.tolist() for segment in artists.baselines.get_segments()]
    assert ends == [[[0.0, base], [4.0, base]] for base, *_ in shapes_of(artists)]


def test_a_stem_is_as_high_as_the_share_of_zeros_on_its_own_line():
    artists = drawn([curve([1.0, 0.5])] * 3, zeros=(0.25, (0.5, 0.0, 1.0)))
    shapes = shapes_of(artists)
    full = shapes[0][2].max()
    assert [segment.tolist() for segment in artists.stems.get_segments()] == [
        [[1.0, base], [1.0, pytest.approx(base + share * full)]]
        for (base, *_), share in zip(shapes, (0.5, 0.0, 1.0), strict=True)
        if share
    ]


# --- figures ------------------------------------------------------------------------------------


def test_relu_with_std_1_is_no_empty_panel():
    """Half of its values are 0, and most of the others lie beyond the axis."""
    stack = record("relu", "std=1")
    made = plot_ridge([stack])
    (ax,) = made.axes
    baselines, stems = (c for c in ax.collections if isinstance(c, LineCollection))
    assert len(baselines.get_segments()) == len(stack.layers) == 5
    shares = [layer["activation"].zeros / (60 * 30) for layer in stack.layers]
    assert all(0.3 < share < 0.7 for share in shares)
    step = -np.diff([segment[0, 1] for segment in baselines.get_segments()])[0]
    heights = [np.ptp(segment[:, 1]) for segment in stems.get_segments()]
    np.testing.assert_allclose(np.array(heights) / shares, heights[0] / shares[0])
    assert min(heights) > 0.3 * step
    assert "Stem: share exactly 0." in " ".join(item.text for item in written(made))


def test_without_a_zero_there_is_no_stem_and_no_key_of_one():
    made = plot_ridge([record("tanh", "he")])
    stems = [c for c in made.axes[0].collections if isinstance(c, LineCollection)][1]
    assert stems.get_segments() == []
    assert "Stem" not in " ".join(item.text for item in written(made))


def test_every_ridge_of_the_default_has_its_std_and_none_is_said_twice():
    stacks = records(["sigmoid", "tanh", "relu"], FOUR)
    made = plot_ridge(stacks)
    for ax, stack in zip(made.axes, stacks, strict=True):
        right = [item.get_text() for item in ax.texts if item.get_position()[0] > ax.get_xlim()[1]]
        assert len(right) == len(stack.layers)
    assert not any(item.text.startswith("std ") and "→" in item.text for item in written(made))


def test_marks_of_panels_that_do_not_fit_are_not_explained():
    stacks = records(["sigmoid", "relu"], FOUR)
    whole, half = (plot_ridge(stacks, size=size) for size in ("slide", "3.4x3"))
    said, less = (" ".join(item.text for item in written(made)) for made in (whole, half))
    assert len(half.axes) <= 4  # of sigmoid alone, which is never 0 and never beyond its axis
    for mark in ("Stem: ", "share beyond the axis"):
        assert mark in said
        assert mark not in less


@pytest.mark.parametrize("values", ["density", "count"])
def test_a_ridge_s_heights_are_proportional_to_the_histogram_s(values):
    stack = record("tanh", "xavier")
    (ax,) = plot_ridge([stack], values=values).axes
    counts = np.array([layer["activation"].histogram.counts for layer in stack.layers], float)
    assert len(ridges_in(ax).get_paths()) == 5
    found = []
    for path in ridges_in(ax).get_paths():
        y = path.vertices[: 2 * counts.shape[1] + 2, 1]
        found.append(y[1:-1:2] - y[0])
    found = np.array(found)
    np.testing.assert_allclose(found / found.max(), counts / counts.max(), atol=1e-9)


def tops(ax):
    return np.array([np.ptp(path.vertices[:, 1]) for path in ridges_in(ax).get_paths()])


def test_on_a_shared_scale_a_ridge_is_cut_at_the_cap():
    spike, healthy = stacks = records(["tanh"], ["std=0.01", "xavier"])
    cut, whole = plot_ridge(stacks).axes
    peak = max(layer["activation"].histogram.density().max() for layer in healthy.layers)
    assert peak < CAP * 0.5  # even: 0.5 over (-1, 1)
    assert tops(whole).max() / tops(cut).max() == pytest.approx(peak / (CAP * 0.5))
    assert len(set(tops(cut).round(9))) < len(spike.layers)  # several are as high as is allowed
    own = plot_ridge(stacks, share_y="row").axes
    assert tops(own[0]).max() == pytest.approx(tops(own[1]).max())
    every = plot_ridge(stacks, share_y="none").axes
    assert np.ptp([*tops(every[0]), *tops(every[1])]) == pytest.approx(0.0, abs=1e-9)


def test_the_foot_says_which_layers_are_drawn_only_where_some_may_not_be():
    deep = plot_ridge(records(["relu"], ["he"], depth=100, width=6, samples=8), size="half-slide")
    said = " ".join(item.text for item in written(deep))
    assert "evenly spaced ones are drawn" in said
    flat = " ".join(item.text for item in written(plot_ridge([record("tanh", "he")])))
    assert "evenly spaced" not in flat


def test_a_stopped_stack_has_fewer_ridges_than_layers():
    stack = record("relu", "std=1", **STOPS)
    (ax,) = plot_ridge([stack]).axes
    assert len(ridges_in(ax).get_paths()) == len(stack.layers) < 8


@pytest.mark.parametrize(("theme", "sign"), [("light", -1), ("print", -1), ("dark", 1)])
def test_ridges_go_from_near_the_page_to_near_the_ink(theme, sign):
    (ax,) = plot_ridge([record("tanh", "xavier", width=60)], theme=theme).axes
    faces, edges = ridges_in(ax).get_facecolor(), ridges_in(ax).get_edgecolor()
    page = get_theme(theme).page
    colors = [e if to_hex(f) == page else f for f, e in zip(faces, edges, strict=True)]
    light = [float(np.array(to_rgb(color)) @ [0.2126, 0.7152, 0.0722]) for color in colors]
    assert (np.diff(light) * sign > 0).all()
