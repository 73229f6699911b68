"""draw_ridge: every layer on a line of its own, and its histogram's outline over it."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from actviz.plot.marks.ridges import draw_ridge, first_and_last
from actviz.plot.marks.steps import Curve
from actviz.plot.paper.page import thin
from actviz.plot.paper.style import THEMES, get_theme, shades


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
