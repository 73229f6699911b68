"""Depth: mean ± std and quantiles are the Record's numbers, and stds stand on a log axis."""

import re
from itertools import pairwise

import numpy as np
import pytest
from drawn import (
    FOUR,
    STDS,
    dotted,
    record,
    records,
    series,
    solid,
    trends,
    written,
)
from drawn import misplaced as misplaced_in
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex

from actviz import plot_depth, simulate_ensemble
from actviz.errors import SpecError
from actviz.plot.facets.bands import TrendLines
from actviz.plot.facets.series import TRENDS
from actviz.plot.facets.trends import ends_of
from actviz.plot.marks.trends import LogAxis, Series
from actviz.plot.paper.style import THEMES, get_size
from actviz.plot.paper.type import sizes_of
from actviz.theory import predict


def misplaced(made, size):
    """Return what is wrong with the texts, in the type that this page has of those of its size."""
    least = min(item.points for item in written(made))
    (own,) = [each for each in sizes_of(size) if each.text == least]
    return misplaced_in(made, own)


VALUES = ((1.0, 0.1), (1.0, 0.001), (1.0, 0.1001))


def dashed(ax):
    """Return theory's lines: no stack has the colour of the ink."""
    return [line for line in dotted(ax) if to_hex(line.get_color()) == THEMES["light"].ink]


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
    assert said.count("dashed") == 1
    assert "thin line" not in said


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
    assert any("no dots: the median is 0" in text for text in texts)


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
        activation="relu", init="std=2", width=20, samples=10, depth=50, dtype="float32", seeds=4
    )
    assert 0 < len(ensemble.overflowed) < 4
    made = plot_depth([ensemble.records[0]], ensembles=[ensemble], panels=["std"])
    texts = {item.text for item in written(made)}
    assert f"{len(ensemble.overflowed)} of 4 seeds overflow" in texts


def test_ensembles_of_other_stacks_are_refused():
    ensemble = simulate_ensemble(activation="tanh", init="he", seeds=2, width=30, samples=60)
    for stacks in ([record("tanh", "xavier")], records(["tanh"], ["he", "xavier"])):
        with pytest.raises(SpecError, match="ensembles must be of the records' specs"):
            plot_depth(stacks, ensembles=[ensemble])


def test_panels_that_do_not_fit_are_left_out_by_name():
    many = records(["sigmoid", "tanh", "relu"], FOUR, gradients=True)
    for size in ("half-slide", "two-column"):
        made = plot_depth(many, size=size)
        texts = {item.text for item in written(made)}
        assert {"std", "gradient std"} <= texts, size
        assert any("no room for cosine of inputs" in text for text in texts), size
        assert misplaced(made, get_size(size)) == []


@pytest.mark.parametrize("activations", [["relu"], ["sigmoid", "tanh", "relu"]])
def test_a_slide_has_a_title_of_one_line_and_room_for_all_that_it_shows(activations):
    made = plot_depth(records(activations, FOUR, gradients=True))
    items = written(made)
    title = max(item.points for item in items)
    assert [item.text for item in items if item.points == title] == [made.title]
    assert "radient" not in made.title
    does = "Gradients explode under std = 1" if len(activations) == 1 else r"Gradients .* of 12"
    assert any(re.match(does, item.text) for item in items)
    assert not any("no room" in item.text for item in items)
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
