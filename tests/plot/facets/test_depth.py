"""Depth: mean ± std and quantiles are the Record's numbers, and stds stand on a log axis."""

from itertools import pairwise

import numpy as np
import pytest
from drawn import FOUR, misplaced, record, records, written
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from actviz import plot_depth, simulate_ensemble
from actviz.errors import SpecError
from actviz.plot.facets.bands import TrendLines
from actviz.plot.facets.series import TRENDS
from actviz.plot.facets.trends import ends_of
from actviz.plot.marks.fan import draw_depth
from actviz.plot.marks.trends import LogAxis, Series, layer_places
from actviz.plot.paper.style import THEMES, get_size, get_theme
from actviz.theory import predict

WIDTH, HEIGHT = 4.0, 2.0
QUANTILES = ((0, 6), (1, 5), (2, 4))
#: Of every stack its values, and the stds of all, with nothing else drawn over them.
STDS = {"panels": ("values", "std"), "theory": False}
VALUES = ((1.0, 0.1), (1.0, 0.001), (1.0, 0.1001))
STOPS = {"depth": 8, "dtype": "float32", "input_std": 1e35}


def drawn(stack, *, signal="activation", low=-1.0, high=1.0, theme="light"):
    ax = Figure(figsize=(WIDTH, HEIGHT)).add_axes((0, 0, 1, 1))
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(0, HEIGHT)
    theme = get_theme(theme)
    look = {"color": theme.hues[1], "points": 12, "theme": theme}
    return draw_depth(ax, stack, signal=signal, low=low, high=high, **look)


def bands_of(artists, count):
    """Return lower and upper edge of each band, from the widest to the narrowest."""
    edges = []
    for path in artists.bands.get_paths():
        y = path.vertices[: 2 * count, 1]
        edges.append((y[:count], y[count:][::-1]))
    return edges


def trends(made):
    """Return the Axes that compare stds: those without bands."""
    return [
        ax for ax in made.axes if not any(isinstance(c, PolyCollection) for c in ax.collections)
    ]


def solid(ax):
    """Return the lines of the stds, without those of the inputs and the axis."""
    return [line for line in ax.lines if line.get_linestyle() == "-"][:-1]


def dotted(ax):
    return [line for line in ax.lines if line.get_linestyle() != "-"]


def dashed(ax):
    """Return theory's lines: no stack has the colour of the ink."""
    return [line for line in dotted(ax) if to_hex(line.get_color()) == THEMES["light"].ink]


def series(stack, name="std", signal="activation"):
    return [getattr(layer[signal].stats, name) for layer in stack.layers]


# --- a stack ------------------------------------------------------------------------------------


@pytest.mark.parametrize("signal", ["activation", "preactivation"])
@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-4.0, 4.0), (-0.5, 7.5)])
def test_lines_and_bands_are_the_record_s_numbers_in_inches(signal, low, high):
    stack = record("tanh", "xavier")
    artists = drawn(stack, signal=signal, low=low, high=high)
    stats = [layer[signal].stats for layer in stack.layers]

    def y(values):
        return np.clip((np.array(values) - low) / (high - low), -1, 2) * HEIGHT

    np.testing.assert_allclose(artists.mean.get_xdata(), [0, 1, 2, 3, 4])
    np.testing.assert_allclose(artists.mean.get_ydata(), y([s.mean for s in stats]))
    below, above = np.split(np.asarray(artists.spread.get_ydata()), [5])
    np.testing.assert_allclose(below, y([s.mean - s.std for s in stats]))
    assert np.isnan(above[0])  # the pen is lifted
    np.testing.assert_allclose(above[1:], y([s.mean + s.std for s in stats]))
    for (lower, upper), (a, b) in zip(bands_of(artists, 5), QUANTILES, strict=True):
        np.testing.assert_allclose(lower, y([s.quantiles[a] for s in stats]))
        np.testing.assert_allclose(upper, y([s.quantiles[b] for s in stats]))


@pytest.mark.parametrize("name", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("init", FOUR)
def test_bands_are_nested_and_the_narrowest_is_the_strongest(name, init):
    artists = drawn(record(name, init), low=-4.0, high=4.0)
    bands = bands_of(artists, 5)
    assert len(bands) == 3
    for (outer_low, outer_high), (low, high) in pairwise(bands):
        assert (outer_low <= low).all()
        assert (low <= high).all()
        assert (high <= outer_high).all()
    colors = artists.bands.get_facecolor()[:, :3]
    away = np.abs(colors - 1.0).sum(axis=1)  # from the white page
    assert (np.diff(away) > 0).all()


def test_the_middle_of_the_quantiles_lies_in_the_narrowest_band():
    stack = record("relu", "he")
    lower, upper = bands_of(drawn(stack, low=-4.0, high=4.0), 5)[-1]
    medians = np.array([layer["activation"].stats.quantiles[3] for layer in stack.layers])
    y = (medians + 4.0) / 8.0 * HEIGHT
    assert (lower <= y + 1e-9).all()
    assert (y <= upper + 1e-9).all()


def test_one_layer_is_a_short_stretch_in_the_middle():
    stack = record("tanh", "he", depth=1)
    artists = drawn(stack)
    x, y = artists.mean.get_data()
    assert len(x) == len(y) == 2
    assert sum(x) == pytest.approx(WIDTH)
    assert 0 < x[0] < x[1] < WIDTH
    mean = stack.layers[0]["activation"].stats.mean
    assert y.tolist() == pytest.approx([(mean + 1.0) / 2.0 * HEIGHT] * 2)


@pytest.mark.parametrize("depth", [1, 2, 5, 100])
def test_layers_stand_evenly_from_end_to_end(depth):
    places = layer_places(depth, depth, 3.0)
    if depth == 1:
        assert places.mean() == pytest.approx(1.5)
    else:
        np.testing.assert_allclose(places, np.linspace(0.0, 3.0, depth))
        np.testing.assert_array_equal(layer_places(2, depth, 3.0), places[:2])


def test_where_a_stack_stops_its_lines_stop():
    stack = record("relu", "std=1", **STOPS)
    count = len(stack.layers)
    assert 1 < count < 8
    artists = drawn(stack, low=-1e38, high=1e38)
    np.testing.assert_allclose(artists.mean.get_xdata(), np.arange(count) * WIDTH / 7)
    assert np.isfinite(artists.mean.get_ydata()).all()


def test_a_stack_that_stops_in_its_first_layer_is_seen():
    stack = record("relu", "std=1", depth=5, dtype="float32", input_std=1e38)
    assert len(stack.layers) == 1
    artists = drawn(stack, low=-1e38, high=1e38)
    assert np.ptp(artists.mean.get_xdata()) > 0 or artists.mean.get_marker() not in ("", "None")


def test_a_layer_without_a_finite_value_is_left_out():
    stack = record("relu", "std=100", depth=5, dtype="float32", input_std=1e38)
    assert [layer["preactivation"].stats.count for layer in stack.layers] == [0]
    artists = drawn(stack, signal="preactivation", low=-4.0, high=4.0)
    assert len(artists.mean.get_xdata()) == 0
    for signal in ("activation", "preactivation"):
        assert plot_depth([stack], signal=signal).records


def test_what_lies_far_beyond_the_axis_is_drawn_near_it():
    stack = record("relu", "std=1", depth=20)
    assert series(stack)[-1] > 1e10
    artists = drawn(stack, low=-4.0, high=4.0)
    for values in (artists.mean.get_ydata(), *np.concatenate(bands_of(artists, 20))):
        assert np.abs(values).max() <= 2 * HEIGHT


@pytest.mark.parametrize("theme", THEMES)
def test_bands_have_the_stack_s_hue_and_lines_the_ink(theme):
    look = get_theme(theme)
    artists = drawn(record("tanh", "he"), theme=theme)
    assert to_hex(artists.mean.get_color()) == to_hex(artists.spread.get_color()) == look.ink
    assert artists.spread.get_linewidth() < artists.mean.get_linewidth() / 2
    strongest = artists.bands.get_facecolor()[-1]
    assert to_hex(strongest) not in (look.page, look.ink)


# --- figures ------------------------------------------------------------------------------------


def test_facets_of_an_activation_share_the_vertical_axis():
    stacks = records(["tanh"], ["std=1", "xavier"])
    made = plot_depth(stacks, **STDS)
    facets = [ax for ax in made.axes if any(isinstance(c, PolyCollection) for c in ax.collections)]
    assert len(facets) == 2
    assert len({ax.get_ylim() for ax in facets}) == 1
    assert len({(round(ax.get_position().y0, 9), ax.get_position().height) for ax in facets}) == 1
    height = facets[0].get_ylim()[1]
    for ax, stack in zip(facets, stacks, strict=True):
        mean = max(ax.lines, key=lambda line: line.get_linewidth())
        np.testing.assert_allclose(
            mean.get_ydata(), (np.array(series(stack, "mean")) + 1.0) / 2.0 * height
        )


@pytest.mark.parametrize("signal", ["activation", "preactivation"])
def test_a_trend_is_the_logarithm_of_the_std(signal):
    stacks = records(["tanh"], ["std=0.01", "xavier", "he"])
    (ax,) = trends(plot_depth(stacks, signal=signal, **STDS))
    every = [*solid(ax), *dotted(ax)]
    assert len(every) == 6
    names = ("std", "within_unit_std")
    logs = [np.log10(series(stack, name, signal)) for name in names for stack in stacks]
    # One linear axis for all lines, on which a whole power of ten is at either end.
    y = np.concatenate([np.asarray(line.get_ydata()) for line in every])
    decade, zero = np.polyfit(np.concatenate(logs), y, 1)
    for line, log in zip(every, logs, strict=True):
        np.testing.assert_allclose(line.get_ydata(), zero + decade * log, atol=1e-8)
        np.testing.assert_allclose(line.get_xdata(), np.linspace(0, ax.get_xlim()[1], 5))
    height = ax.get_ylim()[1]
    for place in (-zero / decade, (height - zero) / decade):
        assert place == pytest.approx(round(place), abs=1e-6)
    assert -zero / decade <= min(map(np.min, logs))
    assert (height - zero) / decade >= max(map(np.max, logs))


def test_every_activation_has_a_trend_of_its_own_stacks():
    made = plot_depth(records(["tanh", "relu"], FOUR[:3]), **STDS)
    assert [len(solid(ax)) for ax in trends(made)] == [3, 3]
    assert len(made.axes) == 8


def test_activations_of_one_stack_each_have_a_trend_together():
    made = plot_depth(records(["tanh", "relu", "sigmoid"], ["he"]), **STDS)
    assert [len(solid(ax)) for ax in trends(made)] == [3]
    texts = [item.text for item in written(made)]
    assert {"tanh", "ReLU", "sigmoid"} <= set(texts)  # at the ends of its lines


def test_a_std_of_0_leaves_a_gap():
    dead, alive = stacks = records(["tanh"], ["zeros", "he"])
    assert set(series(dead)) == {0.0}
    (ax,) = trends(plot_depth(stacks, **STDS))
    gone, seen = solid(ax)
    assert np.isnan(gone.get_ydata()).all()
    assert np.isfinite(seen.get_ydata()).all()
    for line in ax.lines:
        assert not np.isinf(np.asarray(line.get_ydata(), dtype=float)).any()
    logs = np.log10(series(alive))
    slopes = np.diff(seen.get_ydata()) / np.diff(logs)
    np.testing.assert_allclose(slopes, slopes[0])


def test_a_stack_that_dies_is_drawn_up_to_there():
    stack = record("relu", "constant=-1", depth=5)
    stds = np.array(series(stack))
    assert stds[0] > 0
    assert (stds[1:] == 0).all()
    (ax,) = trends(plot_depth([stack, record("relu", "he")], **STDS))
    y = np.asarray(solid(ax)[0].get_ydata())
    assert np.isfinite(y).tolist() == (stds > 0).tolist()


def test_a_std_between_gaps_is_seen():
    (ax,) = trends(
        plot_depth([record("relu", "constant=-1", depth=5), record("relu", "he")], **STDS)
    )
    line = solid(ax)[0]
    finite = np.isfinite(np.asarray(line.get_ydata(), dtype=float))
    alone = finite & ~np.r_[False, finite[:-1]] & ~np.r_[finite[1:], False]
    assert not alone.any() or line.get_marker() not in ("", "None", None)


def test_only_zeros_have_an_axis_nonetheless():
    made = plot_depth(records(["tanh"], ["zeros"]), **STDS)
    (ax,) = trends(made)
    assert all(np.isnan(np.asarray(line.get_ydata())).all() for line in ax.lines[:-1])
    assert {"0.1", "1"} <= {item.text for item in written(made)}


def test_stacks_of_two_depths_share_the_axis_of_layers():
    stacks = [record("tanh", "he", depth=depth) for depth in (3, 12)]
    (ax,) = trends(plot_depth(stacks, **STDS))
    short, long = (np.asarray(line.get_xdata()) for line in solid(ax))
    np.testing.assert_allclose(short, long[:3])


def test_the_labels_of_layers_include_the_first_and_the_last():
    for depth in (2, 5, 12, 100):
        made = plot_depth([record("tanh", "he", depth=depth, width=6, samples=8)])
        texts = [item.text for item in written(made)]
        assert texts.count("1") >= 2
        assert texts.count(str(depth)) >= 2


def test_a_trend_keeps_near_where_stacks_begin():
    made = plot_depth(records(["relu"], ["std=1", "std=0.01"], depth=60), **STDS)
    (ax,) = trends(made)
    up, down = (np.asarray(line.get_ydata()) for line in solid(ax))
    height = ax.get_ylim()[1]
    assert 0 < up[0] < height
    assert 0 < down[0] < height
    assert up[-1] > height  # beyond the axis, and cut by it
    assert down[-1] < 0
    assert all(line.get_clip_on() for line in solid(ax))


# --- axes and names of trends -------------------------------------------------------------------


def beside(made, ax):
    """Return what stands left and right of an Axes: texts, and heights of their middles in it."""
    items = written(made)
    box = ax.get_window_extent()
    inches = ax.get_ylim()[1] / box.height
    sides = {"left": {}, "right": {}}
    for item in items:
        if not box.y0 - 20 < item.box.y0 < box.y1 + 20:
            continue
        middle = item.box.y0 + 0.6 * item.points  # of a digit, over the descenders' room
        at = (middle - box.y0) * inches
        if item.box.x1 <= box.x0:
            sides["left"][item.text] = at
        elif item.box.x0 >= box.x1:
            sides["right"][item.text] = at
    return sides


@pytest.mark.parametrize("panel", ["std", "gradient"])
def test_powers_of_ten_stand_left_of_the_axis_each_at_its_height_and_with_a_line(panel):
    stacks = records(["tanh"], ["std=0.01", "xavier", "he"], gradients=True)
    made = plot_depth(stacks, panels=[panel], theory=False)
    (ax,) = made.axes
    signal = {"std": "activation", "gradient": "gradient"}[panel]
    line = solid(ax)[0]
    decade, zero = np.polyfit(np.log10(series(stacks[0], "std", signal)), line.get_ydata(), 1)
    sides = beside(made, ax)
    powers = {"0.001": -3, "0.01": -2, "0.1": -1, "1": 0, "10": 1}
    powers |= {f"10{tail}": -n for n, tail in enumerate(["⁰", "⁻¹", "⁻²", "⁻³", "⁻⁴", "⁻⁵", "⁻⁶"])}
    found = {powers[text]: y for text, y in sides["left"].items() if text in powers}
    assert len(found) >= 3
    assert not any(text in powers for text in sides["right"])
    axis = np.asarray(ax.lines[-1].get_xydata())
    across = {
        round(y, 6) for (x, y), (end, _) in pairwise(axis.tolist()) if end - x >= ax.get_xlim()[1]
    }
    for power, y in found.items():
        assert y == pytest.approx(zero + power * decade, abs=0.04)
        assert any(abs(zero + power * decade - level) < 1e-5 for level in across)


@pytest.mark.parametrize("panel", ["values", "std"])
def test_a_layer_s_number_stands_below_its_place(panel):
    made = plot_depth([record("tanh", "he", depth=5)], panels=[panel])
    (ax,) = made.axes
    items = written(made)
    box = ax.get_window_extent()
    middles = {i.text: (i.box.x0 + i.box.x1) / 2 for i in items if i.box.y1 <= box.y0 + 1}
    for number in range(1, 6):
        place = box.x0 + (number - 1) / 4 * box.width
        assert middles[str(number)] == pytest.approx(place, abs=1.0)


def leaders(ax):
    (lines,) = [c for c in ax.collections if isinstance(c, LineCollection)]
    return [segment.tolist() for segment in lines.get_segments()]


def test_a_leader_goes_from_the_end_of_each_line_to_its_name():
    stacks = records(["tanh"], FOUR, gradients=True)
    for panel in ("std", "gradient"):
        made = plot_depth(stacks, panels=[panel], theory=False)
        (ax,) = made.axes
        ends = sorted(line.get_ydata()[-1] for line in solid(ax))
        found = leaders(ax)
        np.testing.assert_allclose(sorted(y for (_, y), _ in found), ends, atol=1e-9)
        names = beside(made, ax)["right"]
        assert {stack.spec.label for stack in stacks} <= set(names)
        for _, (x, y) in found:
            assert x > ax.get_xlim()[1]
            assert min(abs(y - at) for at in names.values()) < 0.04
        # In the order of the lines, so that no leader crosses another.
        assert [y for _, (_, y) in found] == sorted(y for _, (_, y) in found)


def test_lines_that_are_one_have_one_name():
    """ReLU is homogeneous: the cosine of its inputs does not know the weights' scale."""
    made = plot_depth(records(["relu"], FOUR), panels=["cosine"])
    (ax,) = made.axes
    assert len(leaders(ax)) == 1
    texts = [item.text for item in written(made)]
    assert "all four" in texts
    assert "Xavier" not in texts
    two = plot_depth(records(["relu"], ["he", "xavier"]), panels=["cosine"])
    assert "both" in [item.text for item in written(two)]


def test_lines_of_which_some_are_one_are_named_together_and_the_others_alone():
    fields = {"name": "a", "color": "#000000", "depth": 2}
    lines = [
        Series(**fields | {"name": n, "values": v}) for n, v in zip("abc", VALUES, strict=True)
    ]
    trend = TrendLines(
        panel=TRENDS["std"], scale=LogAxis(low=-2, high=0), series=(*lines,), notes=()
    )
    low, high = ends_of(trend)
    assert (low.text, low.place) == ("b", 0.0)
    assert (high.text, high.place) == ("a, c", 0.5)


# --- signal and gradient, seeds, theory ---------------------------------------------------

SMALL = {"width": 30, "samples": 60, "gradients": True}


@pytest.mark.parametrize("signal", [None, "gradient", "activation_gradient", "weight_gradient"])
def test_gradients_are_the_records_stds_and_medians(signal):
    stacks = records(["tanh"], ["std=0.1", "xavier"], gradients=True)
    own = signal or "gradient"
    made = plot_depth(stacks, signal=signal, panels=["gradient"], theory=False)
    (ax,) = made.axes
    every = [*solid(ax), *dotted(ax)]
    logs = [
        np.log10(series(stack, name, own))
        for name in ("std", "median_magnitude")
        for stack in stacks
    ]
    decade, zero = np.polyfit(
        np.concatenate(logs), np.concatenate([line.get_ydata() for line in every]), 1
    )
    for line, log in zip(every, logs, strict=True):
        np.testing.assert_allclose(line.get_ydata(), zero + decade * log, atol=1e-8)


def test_a_cosine_stands_at_its_nines():
    stacks = records(["sigmoid"], ["std=1", "xavier"])
    (ax,) = plot_depth(stacks, panels=["cosine"], theory=False).axes
    nines = [-np.log10(1 - np.array(series(stack, "mean_cosine"))) for stack in stacks]
    height = ax.get_ylim()[1]
    top = np.ceil(np.max(nines))
    for line, own in zip(solid(ax), nines, strict=True):
        np.testing.assert_allclose(line.get_ydata(), own / top * height)


def test_inputs_that_are_one_leave_the_axis_and_are_named():
    made = plot_depth(records(["sigmoid"], ["std=0.01", "he"], depth=9), panels=["cosine"])
    assert "std = 0.01: over 1−10⁻¹²" in {item.text for item in written(made)}


@pytest.mark.parametrize("name", ["between", "rank"])
def test_the_other_panels_are_the_records_numbers(name):
    statistic = {"between": "between_unit_std", "rank": "effective_rank"}[name]
    stack = record("tanh", "std=0.1")
    (ax,) = plot_depth([stack], panels=[name], theory=False).axes
    (line,) = solid(ax)
    logs = np.log10(series(stack, statistic))
    steps = np.diff(line.get_ydata()) / np.diff(logs)
    np.testing.assert_allclose(steps, steps[0])


@pytest.mark.parametrize("panel", ["std", "gradient", "cosine"])
def test_dashed_lines_are_the_predictions(panel):
    stack = record("sigmoid", "xavier", gradients=True)
    made = plot_depth([stack], panels=[panel])
    (ax,) = made.axes
    layers = predict(stack.spec).layers
    expected = {
        "std": [layer.activation.std for layer in layers],
        "gradient": [layer.gradient_std for layer in layers],
        "cosine": [1 / (1 - layer.activation.mean_cosine) for layer in layers],
    }[panel]
    places = np.asarray(dashed(ax)[0].get_ydata())
    decade, zero = np.polyfit(np.log10(expected), places, 1)
    np.testing.assert_allclose(places, zero + decade * np.log10(expected), atol=1e-8)
    # On the very axis of the simulation, which is not far from it.
    drawn = np.asarray(solid(ax)[0].get_ydata())
    assert np.abs(drawn - places).max() < 0.25 * decade
    assert any("mean field" in item.text for item in written(made))


def test_a_dash_a_dot_and_a_line_mean_one_thing_each_in_a_figure():
    """Dashes are theory's, dots a second statistic's, a line what was measured; and said so."""
    stacks = records(["relu"], ["he", "xavier"], gradients=True)
    made = plot_depth(stacks, panels=["values", "std", "gradient"])
    own = [ax for ax in made.axes if ax not in trends(made)]
    assert len(own) == 2
    assert not any(dotted(ax) for ax in own)
    for ax in trends(made):
        assert all(line.get_linewidth() > 1 for line in solid(ax))
    (std, gradient) = trends(made)
    assert len(dotted(std)) - len(dashed(std)) == 2  # the within-unit std of both
    assert dashed(std)  # mean field, and most nets
    assert len({line.get_linewidth() for line in dashed(gradient)}) == 1
    said = " ".join(item.text for item in written(made))
    assert said.count("Dashed") == 1
    assert "Thin line" not in said


def test_a_key_of_dots_stands_only_where_there_are_some():
    """Half of ReLU's gradients are 0, and so is their median."""
    dots = "dotted: median of |g|"
    for name, keys in (("tanh", 1), ("relu", 0)):
        made = plot_depth([record(name, "he", gradients=True)], panels=["gradient"], theory=False)
        texts = [item.text for item in written(made)]
        assert texts.count(dots) == keys
        assert not any("median is 0" in text for text in texts)
        assert any(len(line.get_xdata()) for line in dotted(made.axes[0])) == bool(keys)
    both = plot_depth(records(["tanh", "relu"], ["he"], gradients=True), panels=["gradient"])
    texts = [item.text for item in written(both)]
    assert texts.count(dots) == 1
    assert any("No dotted line where the median is 0." in text for text in texts)


def test_weights_that_are_not_random_have_no_theory():
    made = plot_depth(records(["tanh"], ["ones", "identity"], gradients=True))
    assert not any(dashed(ax) for ax in trends(made))
    assert not any("mean field" in item.text for item in written(made))


def test_bands_are_the_quantiles_over_seeds():
    ensemble = simulate_ensemble(activation="relu", init="he", seeds=9, **SMALL)
    made = plot_depth(
        [ensemble.records[0]], ensembles=[ensemble], panels=["gradient"], theory=False
    )
    (ax,) = made.axes
    (bands,) = [c for c in ax.collections if isinstance(c, PolyCollection)]
    (line,) = solid(ax)
    stds = np.log10(series(ensemble.records[0], "std", "gradient"))
    decade, zero = np.polyfit(stds, line.get_ydata(), 1)
    spreads = [ensemble.spread(layer, "gradient", "std") for layer in range(1, 6)]
    for path, (low, high) in zip(bands.get_paths(), ((0, 4), (1, 3)), strict=True):
        outline = (path.vertices[:10, 1] - zero) / decade
        expected = [[spread.quantiles[end] for spread in spreads] for end in (low, high)]
        np.testing.assert_allclose(outline[:5], np.log10(expected[0]), atol=1e-8)
        np.testing.assert_allclose(outline[5:][::-1], np.log10(expected[1]), atol=1e-8)
    assert any("of 9 seeds" in item.text for item in written(made))


def test_seeds_that_overflow_are_counted_and_the_others_kept():
    ensemble = simulate_ensemble(
        activation="relu", init="std=2", width=20, samples=10, depth=50, dtype="float32", seeds=9
    )
    assert 0 < len(ensemble.overflowed) < 9
    made = plot_depth([ensemble.records[0]], ensembles=[ensemble], panels=["std"])
    texts = {item.text for item in written(made)}
    assert f"{len(ensemble.overflowed)} of 9 seeds overflow" in texts


def test_ensembles_of_other_stacks_are_refused():
    ensemble = simulate_ensemble(activation="tanh", init="he", seeds=2, width=30, samples=60)
    for stacks in ([record("tanh", "xavier")], records(["tanh"], ["he", "xavier"])):
        with pytest.raises(SpecError, match="ensembles must be of the records' specs"):
            plot_depth(stacks, ensembles=[ensemble])


@pytest.mark.parametrize(
    ("activation", "init", "fields", "says"),
    [
        ("tanh", "zeros", {}, "0 from layer 4 down"),
        ("relu", "constant=-1", {}, "0 from layer 5 down"),
        ("tanh", "std=1e-90", {}, "underflow from layer 1 down"),
        ("relu", "std=1e90", {}, "no gradient"),
    ],
)
def test_gradients_that_are_no_numbers_are_named(activation, init, fields, says):
    stack = record(activation, init, gradients=True, **fields)
    other = record(activation, "he", gradients=True)
    made = plot_depth([stack, other], panels=["gradient"])
    label = stack.spec.label
    assert f"{label}: {says}" in {item.text for item in written(made)}


def test_what_leaves_the_axis_is_named_with_where_it_goes():
    made = plot_depth(records(["tanh"], ["std=0.01", "he"], depth=30), panels=["std"])
    assert any("std = 0.01 (to 10⁻" in item.text for item in written(made))
    assert any(item.text.endswith("off the axis") for item in written(made))


def test_panels_that_do_not_fit_are_left_out_by_name():
    many = records(["sigmoid", "tanh", "relu"], FOUR, gradients=True)
    for size in ("half-slide", "two-column"):
        made = plot_depth(many, size=size)
        texts = {item.text for item in written(made)}
        assert {"std", "gradient std"} <= texts, size
        assert any("No room for: cosine of inputs" in text for text in texts), size
        assert misplaced(made, get_size(size)) == []


@pytest.mark.parametrize("activations", [["relu"], ["sigmoid", "tanh", "relu"]])
def test_a_slide_has_a_title_of_one_line_and_room_for_all_that_it_shows(activations):
    made = plot_depth(records(activations, FOUR, gradients=True))
    items = written(made)
    title = max(item.points for item in items)
    assert [item.text for item in items if item.points == title] == [made.title]
    assert "radient" not in made.title
    assert any("seed 0 · gradients explode" in item.text for item in items) == (
        len(activations) == 1
    )
    assert any("gradients " in item.text and "std 1" in item.text for item in items)
    assert not any("No room" in item.text for item in items)
    assert {"cosine of inputs", "std", "gradient std"} <= {item.text for item in items}


@pytest.mark.parametrize("depth", [1, 5, 100])
def test_nothing_lies_on_anything_else(depth):
    """In any theme, as one changes colours only: `test_page`."""
    stacks = records(["relu"], ["std=1", "he"], depth=depth, gradients=True)
    for size in ("slide", "column"):
        assert misplaced(plot_depth(stacks, size=size), get_size(size)) == []


def test_without_gradients_there_is_no_panel_of_them():
    made = plot_depth(records(["tanh"], ["he", "xavier"]))
    assert "gradient std" not in {item.text for item in written(made)}
    assert "radient" not in made.description
    both = plot_depth(records(["tanh"], ["he", "xavier"], gradients=True))
    assert "gradient std" in {item.text for item in written(both)}
    assert both.description.count("Gradient ×") == 2


@pytest.mark.parametrize(
    ("look", "says"),
    [
        ({"signal": "loss"}, "signal must be preactivation or activation"),
        ({"signal": "gradient"}, "no gradient: simulate with gradients=True"),
        ({"panels": ["std", "mean"]}, "panels must be of values, std, between, gradient"),
        ({"panels": []}, "at least one"),
        ({"panels": ["gradient"]}, "nothing for the panel gradient: simulate with gradients"),
        ({"panels": ["rank"], "signal": "preactivation"}, "panel rank is not of the preactivation"),
    ],
)
def test_what_records_do_not_have_is_refused(look, says):
    with pytest.raises(SpecError, match=says):
        plot_depth(records(["tanh"], ["he"]), **look)
