"""Trends: where layers and values stand on their axes, and what draw_trend draws of a stack."""

import numpy as np
import pytest
from drawn import STDS, dotted, record, records, series, solid, trends

from actviz import plot_depth
from actviz.plot.marks.trends import layer_places


@pytest.mark.parametrize("depth", [1, 2, 5, 100])
def test_layers_stand_evenly_from_end_to_end(depth):
    places = layer_places(depth, depth, 3.0)
    if depth == 1:
        assert places.mean() == pytest.approx(1.5)
    else:
        np.testing.assert_allclose(places, np.linspace(0.0, 3.0, depth))
        np.testing.assert_array_equal(layer_places(2, depth, 3.0), places[:2])


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
