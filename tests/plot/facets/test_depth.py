"""Depth: mean ± std and quantiles are the Record's numbers, and stds stand on a log axis."""

import numpy as np
import pytest
from drawn import FOUR, STDS, misplaced, record, records, series, solid, trends, written
from matplotlib.collections import PolyCollection

from actviz import plot_depth, simulate_ensemble
from actviz.errors import SpecError
from actviz.plot.paper.style import get_size


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


def test_panels_that_do_not_fit_are_left_out_by_name():
    many = records(["sigmoid", "tanh", "relu"], FOUR, gradients=True)
    for size in ("slide", "half-slide", "two-column"):
        made = plot_depth(many, size=size)
        texts = {item.text for item in written(made)}
        assert {"std", "gradient std"} <= texts, size
        assert any("No room for: each stack’s values" in text for text in texts), size
        assert misplaced(made, get_size(size)) == []


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
