"""The scale of a trend: near where stacks begin, whole powers of ten, and what it leaves out."""

import numpy as np
from drawn import STDS, records, solid, trends, written
from matplotlib.colors import to_hex

from actviz import plot_depth
from actviz.plot.paper.style import THEMES


def test_only_zeros_have_an_axis_nonetheless():
    made = plot_depth(records(["tanh"], ["zeros"]), **STDS)
    (ax,) = trends(made)
    assert all(np.isnan(np.asarray(line.get_ydata())).all() for line in ax.lines[:-1])
    assert {"0.1", "1"} <= {item.text for item in written(made)}


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


def test_inputs_that_are_one_leave_the_axis_and_are_named():
    made = plot_depth(records(["sigmoid"], ["std=0.01", "he"], depth=9), panels=["cosine"])
    assert "std = 0.01: over 1−10⁻¹²" in {item.text for item in written(made)}


def test_what_leaves_the_axis_is_named_with_where_it_goes():
    made = plot_depth(records(["tanh"], ["std=0.01", "he"], depth=30), panels=["std"])
    assert any("std = 0.01 (to 10⁻" in item.text for item in written(made))
    assert any(item.text.endswith("off the axis") for item in written(made))


def test_a_stack_that_goes_to_10_to_the_8th_stays_on_the_axis():
    """What a std of 0.2 does to ReLU in fifty layers of a hundred units."""
    made = plot_depth(records(["relu"], ["he", "std=0.2"], width=100, depth=50), **STDS)
    (ax,) = trends(made)
    assert not any("off the axis" in item.text for item in written(made))
    top = max(np.nanmax(np.asarray(line.get_ydata())) for line in solid(ax))
    assert 0.8 * ax.get_ylim()[1] < top <= ax.get_ylim()[1]


def test_one_line_that_is_all_stacks_has_no_stacks_hue():
    made = plot_depth(records(["relu"], ["he", "xavier"], depth=9), panels=["cosine"])
    (ax,) = trends(made)
    assert "both" in {item.text for item in written(made)}
    assert {to_hex(line.get_color()) for line in solid(ax)} == {THEMES["light"].muted}
