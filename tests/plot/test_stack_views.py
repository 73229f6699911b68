"""Overlay, ridge and depth: every text in its place, and what is drawn is what the Record says."""

import re
from dataclasses import replace
from functools import cache

import matplotlib
import numpy as np
import pytest
from drawn import FOUR, THREE, TWELVE, misplaced, record, records, written
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgb

from actviz import ACTIVATIONS, plot_depth, plot_overlay, plot_ridge
from actviz.errors import SpecError
from actviz.initializers import get_initializer
from actviz.plot.curves import CAP
from actviz.plot.depth import draw_depth
from actviz.plot.facets import Needs, lay_out_facets
from actviz.plot.style import SIZES, THEMES, get_size, get_theme, shades

VIEWS = {"overlay": plot_overlay, "ridge": plot_ridge, "depth": plot_depth}
ALL = [name for name, row in ACTIVATIONS.items() if row.name == name]


class Named:
    """He's initializer under a long name of the user's own."""

    name = "own"
    label = "my own truncated orthogonal initializer with a long name"

    def std(self, fan_in, fan_out):
        return get_initializer("he").std(fan_in, fan_out)

    def sample(self, rng, fan_in, fan_out):
        return get_initializer("he").sample(rng, fan_in, fan_out)


LONG = Named()
CASES = {
    "default": lambda: records(THREE, FOUR, width=100, samples=200),
    "one record": lambda: records(["tanh"], ["he"]),
    "one layer": lambda: records(THREE, FOUR, depth=1),
    "one value": lambda: records(["tanh"], ["he"], depth=3, width=1, samples=1),
    "one unit": lambda: records(["relu"], ["he", "xavier"], width=1),
    "ten layers": lambda: records(["relu"], FOUR, depth=10),
    "a hundred layers": lambda: records(["relu"], ["std=1", "he"], depth=100),
    "twelve rows": lambda: records(["relu"], TWELVE),
    "one initializer": lambda: records(THREE, ["he"]),
    "all activations": lambda: records(ALL, ["he"]),
    "long name": lambda: records(["tanh", "relu"], [LONG, "he"]),
    "stopped": lambda: records(["relu"], ["std=1", "he"], depth=8, dtype="float32", input_std=1e35),
    "all alike": lambda: records(THREE, ["zeros", "ones", "constant=1"]),
    "not every pair": lambda: [record("tanh", "he"), record("relu", "xavier"), record("elu", "he")],
    "seeds": lambda: [record("tanh", "he", seed=seed) for seed in (0, 1)],
}


@cache
def figure(view, name, paper="slide", **look):
    return VIEWS[view](CASES[name](), size=paper, **look)


PLACES = [(name, "slide") for name in CASES]
PLACES += [(n, p) for n in ("default", "one record", "ten layers") for p in (*SIZES, "10x5.6")]
PLACES += [(name, "column") for name in CASES]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("name", "paper"), dict.fromkeys(PLACES))
def test_every_text_has_its_place(view, name, paper):
    assert misplaced(figure(view, name, paper), get_size(paper)) == []


@pytest.mark.parametrize("view", VIEWS)
def test_every_text_has_its_place_beside_preactivations(view):
    made = figure(view, "default", signal="preactivation")
    assert misplaced(made, SIZES["slide"]) == []
    assert made.signal == "preactivation"
    assert "preactivations" in made.description


@pytest.mark.parametrize("view", ["overlay", "ridge"])
@pytest.mark.parametrize(
    "look", [{"share_y": "row"}, {"share_y": "none", "values": "count"}, {"log_y": True}]
)
def test_every_text_has_its_place_with_other_heights(view, look):
    assert misplaced(figure(view, "default", **look), SIZES["slide"]) == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_theme_changes_colours_only(view):
    texts = {
        theme: [(item.text, tuple(item.box.extents.round(3))) for item in written(made)]
        for theme in THEMES
        for made in [VIEWS[view](CASES["default"](), theme=theme)]
    }
    assert texts["light"] == texts["dark"] == texts["print"]


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_left_out_is_said(view):
    made = VIEWS[view](records(ALL, ["he", "xavier"]), size="3x3")
    assert made.records
    text = " ".join(item.text for item in written(made))
    assert re.search(r"Only the first \d+ of \d+ panels fit", text)


@pytest.mark.parametrize("view", VIEWS)
def test_bad_options_are_refused(view):
    with pytest.raises(SpecError, match="at least one record"):
        VIEWS[view]([])
    with pytest.raises(SpecError, match="signal must be preactivation or activation"):
        VIEWS[view](CASES["one record"](), signal="weight")
    with pytest.raises(SpecError, match="no room"):
        VIEWS[view](CASES["one record"](), size="1.5x1.5")
    with pytest.raises(SpecError, match="different histogram edges"):
        VIEWS[view]([record("tanh", "he"), record("tanh", "xavier", range=(0.0, 2.0))])
    if view != "depth":
        with pytest.raises(SpecError, match="share_y must be"):
            VIEWS[view](CASES["one record"](), share_y="panel")


@pytest.mark.parametrize("view", VIEWS)
def test_matplotlib_is_left_as_it_was(view):
    before = dict(matplotlib.rcParams)
    VIEWS[view](CASES["one record"]())
    assert dict(matplotlib.rcParams) == before


# --- overlay ------------------------------------------------------------------------------------


def overlay_heights(made):
    """Return the heights of the bins of every curve of every facet, in inches."""
    return [
        [segment[1:-1:2, 1] for segment in collection.get_segments()]
        for ax in made.axes
        for collection in ax.collections
        if isinstance(collection, LineCollection)
    ]


def test_an_overlay_s_curves_are_the_densities():
    (stack,) = records(["tanh"], ["xavier"])
    (curves,) = overlay_heights(plot_overlay([stack]))
    assert len(curves) == 5
    densities = [layer["activation"].histogram.density() for layer in stack.layers]
    scale = curves[0].max() / densities[0].max()
    for curve, density in zip(curves, densities, strict=True):
        np.testing.assert_allclose(curve, density * scale, rtol=1e-9)


def test_stacks_of_an_activation_share_a_scale_that_ends_at_the_cap():
    spike, healthy = records(["tanh"], ["std=0.01", "xavier"])
    spikes, curves = overlay_heights(plot_overlay([spike, healthy]))
    even = 0.5  # of a density over (-1, 1)
    scale = spikes[-1].max() / (CAP * even)
    assert spike.layers[-1]["activation"].histogram.density().max() > CAP * even
    np.testing.assert_allclose(
        curves[2], healthy.layers[2]["activation"].histogram.density() * scale, rtol=1e-9
    )
    # Each on its own scale, the highest of both stand as high as each other.
    own = overlay_heights(plot_overlay([spike, healthy], share_y="row"))
    tops = [max(curve.max() for curve in stack) for stack in own]
    assert tops[0] == pytest.approx(tops[1])


def test_the_cut_peak_is_written():
    (stack,) = records(["tanh"], ["std=0.01"])
    peak = max(layer["activation"].histogram.density().max() for layer in stack.layers)
    texts = [item.text for item in written(plot_overlay([stack]))]
    assert f"▴{peak:.2g}" in texts


def luminance(color):
    return float(np.dot([0.2126, 0.7152, 0.0722], np.array(to_rgb(color)) ** 2.2))


@pytest.mark.parametrize(("theme", "sign"), [("light", -1), ("print", -1), ("dark", 1)])
def test_depth_goes_from_near_the_page_to_near_the_ink(theme, sign):
    theme = get_theme(theme)
    for hue in theme.hues:
        light = [luminance(color) for color in shades(theme, hue, 7)]
        assert (np.diff(light) * sign > 0).all()
        ratio = (max(luminance(theme.page), light[0]) + 0.05) / (
            min(luminance(theme.page), light[0]) + 0.05
        )
        assert ratio > 1.25, hue  # told from the page


# --- ridge --------------------------------------------------------------------------------------


def ridges(made):
    (collection,) = [c for ax in made.axes for c in ax.collections if isinstance(c, PolyCollection)]
    return [path.vertices for path in collection.get_paths()]


def test_a_ridge_has_a_shape_for_each_layer_the_first_on_top():
    (stack,) = records(["tanh"], ["xavier"])
    shapes = ridges(plot_ridge([stack]))
    assert len(shapes) == 5
    bases = [shape[:, 1].min() for shape in shapes]
    assert (np.diff(bases) < 0).all()
    heights = [shape[:, 1].max() - base for shape, base in zip(shapes, bases, strict=True)]
    peaks = [layer["activation"].histogram.density().max() for layer in stack.layers]
    np.testing.assert_allclose(np.array(heights) / heights[0], np.array(peaks) / peaks[0])


def test_of_too_many_layers_evenly_spaced_ones_are_drawn_and_it_is_said():
    made = plot_ridge(records(["relu"], ["he"], depth=100), size="half-slide")
    assert 10 < len(ridges(made)) < 100
    texts = [item.text for item in written(made)]
    assert {"1", "100"} <= set(texts)
    assert any("evenly spaced" in text for text in texts)


# --- depth --------------------------------------------------------------------------------------


def depth_artists(stack, low=-1.0, high=1.0):
    from matplotlib.figure import Figure

    ax = Figure().add_axes((0, 0, 1, 1))
    ax.set_xlim(0, 4)
    ax.set_ylim(0, 2)
    return draw_depth(
        ax,
        stack,
        signal="activation",
        low=low,
        high=high,
        color="#0072b2",
        points=12,
        theme=get_theme("light"),
    )


def test_a_depth_view_s_lines_and_bands_are_the_record_s_numbers():
    (stack,) = records(["tanh"], ["xavier"])
    artists = depth_artists(stack)
    stats = [layer["activation"].stats for layer in stack.layers]

    def inches(values):
        return (np.array(values) + 1.0) / 2.0 * 2.0

    np.testing.assert_allclose(artists.mean.get_ydata(), inches([s.mean for s in stats]))
    np.testing.assert_allclose(artists.mean.get_xdata(), [0, 1, 2, 3, 4])
    spread = artists.spread.get_ydata()
    np.testing.assert_allclose(spread[:5], inches([s.mean - s.std for s in stats]))
    np.testing.assert_allclose(spread[6:], inches([s.mean + s.std for s in stats]))
    outlines = [path.vertices[:10, 1] for path in artists.bands.get_paths()]
    for outline, (low, high) in zip(outlines, ((0, 6), (1, 5), (2, 4)), strict=True):
        np.testing.assert_allclose(outline[:5], inches([s.quantiles[low] for s in stats]))
        np.testing.assert_allclose(outline[5:][::-1], inches([s.quantiles[high] for s in stats]))


def test_a_trend_is_the_std_on_a_logarithmic_axis():
    stacks = records(["tanh"], ["std=0.01", "xavier"])
    made = plot_depth(stacks)
    lines = [line for ax in made.axes if len(ax.lines) == 5 for line in ax.lines]
    solid = [line for line in lines if line.get_linestyle() == "-"][:2]
    logs = [np.log10([layer["activation"].stats.std for layer in stack.layers]) for stack in stacks]
    slopes = [np.diff(line.get_ydata()) for line in solid]
    decade = slopes[0][0] / np.diff(logs[0])[0]  # inches
    for slope, log in zip(slopes, logs, strict=True):
        np.testing.assert_allclose(slope, decade * np.diff(log), rtol=1e-6)


def test_a_std_of_0_leaves_a_gap_and_is_not_drawn_at_the_edge():
    made = plot_depth(records(["tanh"], ["zeros", "he"]))
    (trend,) = [ax for ax in made.axes if len(ax.lines) == 5]
    assert sum(np.isnan(np.asarray(line.get_ydata())).all() for line in trend.lines) == 2


def test_facets_of_an_activation_stand_side_by_side():
    made = plot_depth(records(["tanh"], FOUR))
    bottoms = {round(ax.get_position().y0, 6) for ax in made.axes}
    assert (len(made.axes), len(bottoms)) == (5, 1)


# --- layout -------------------------------------------------------------------------------------

NEEDS = Needs(
    counts=(4, 4, 4),
    headed=True,
    label_width=1.0,
    above=(0.5, 0.3, 0.5),
    name=0.4,
    gutter=0.4,
    own_axis=frozenset({3}),
    right=0.5,
    aspect=1.3,
    same_names=True,
)


@pytest.mark.parametrize("paper", [*SIZES, "4x3", "30x4", "3x20"])
@pytest.mark.parametrize("counts", [(1,), (5,), (4, 4, 4), (1,) * 6, (13,), (3, 1)])
def test_boxes_keep_to_the_page_and_apart(paper, counts):
    needs = replace(NEEDS, counts=counts, above=(0.5,) * len(counts))
    layout = lay_out_facets(get_size(paper), needs, head=1.0, foot=0.5)
    boxes = [box for _, _, box in layout.places()]
    if not layout.shown:
        pytest.skip("no room")
    assert layout.shown == len(boxes) <= layout.asked == sum(counts)
    for box in boxes:
        assert 0 < box.left < box.right <= layout.width
        assert 0.5 <= box.bottom < box.top <= layout.height - 1.0
    for a in range(len(boxes)):
        for b in range(a):
            one, other = boxes[a], boxes[b]
            beside = one.right <= other.left or other.right <= one.left
            assert beside or one.top <= other.bottom or other.top <= one.bottom
