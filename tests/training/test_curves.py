"""Bands over seeds and the textbook's smoothing, against plain numpy."""

import numpy as np
import pytest
from scipy.signal.windows import kaiser
from trained import reported, run

from actviz.errors import SpecError
from actviz.training.curves import (
    SeedBand,
    accuracy_band,
    coarse,
    curve_end,
    final_loss,
    loss_band,
    loss_curve,
    smoothed,
)


def _short(losses, **fields):
    return run(losses=np.array(losses), reported=(reported(0),), maps=(), **fields)


def test_a_band_is_the_median_and_the_range_of_the_seeds():
    band = loss_band([_short([3.0, 1.0]), _short([1.0, 2.0]), _short([2.0, 5.0])])
    assert band.steps.tolist() == [0, 1]
    assert band.middle.tolist() == [2.0, 2.0]
    assert band.low.tolist() == [1.0, 1.0]
    assert band.high.tolist() == [3.0, 5.0]


def test_a_run_that_stopped_is_in_the_band_as_far_as_it_went():
    band = loss_band([_short([3.0, 1.0, 1.0]), _short([1.0, np.inf], end="diverged")])
    assert band.middle.tolist() == [2.0, 1.0, 1.0]
    assert loss_band([_short([np.nan], end="diverged")]).steps.size == 0


def test_accuracies_at_the_reported_steps():
    runs = [
        run(reported=(reported(0, train_accuracy=a), reported(4, test_accuracy=None)))
        for a in (0.25, 0.75)
    ]
    band = accuracy_band(runs, test=False)
    assert (band.steps.tolist(), band.middle.tolist()) == ([0, 4], [0.5, 0.5])
    assert accuracy_band(runs, test=True).steps.tolist() == [0]


def test_smoothing_is_a_kaiser_window_over_mirrored_ends():
    values = np.random.default_rng(0).standard_normal(40)
    window = kaiser(11, 2.0)
    mirrored = np.concatenate([values[5:0:-1], values, values[-2:-7:-1]])
    expected = [mirrored[i : i + 11] @ window / window.sum() for i in range(40)]
    np.testing.assert_allclose(smoothed(values), expected, rtol=1e-13)


def test_smoothing_keeps_constants_and_short_curves():
    np.testing.assert_allclose(smoothed(np.full(50, 2.5)), 2.5, rtol=1e-15)
    assert smoothed(np.arange(10.0)).tolist() == list(range(10))


def test_no_runs_have_no_band():
    with pytest.raises(SpecError, match="at least one run"):
        loss_band([])


def test_a_coarse_band_keeps_the_ends_of_what_it_stands_for():
    values = np.random.default_rng(0).random(1000)
    band = SeedBand(steps=np.arange(1000), middle=values, low=values - 1, high=values + 1)
    few = coarse(band, 10)
    parts = values.reshape(10, 100)
    np.testing.assert_array_equal(few.middle, np.median(parts, axis=1))
    np.testing.assert_array_equal(few.low, parts.min(axis=1) - 1)
    np.testing.assert_array_equal(few.high, parts.max(axis=1) + 1)
    assert (np.diff(few.steps) == 100).all()
    assert coarse(band, 1000) is band


def test_the_final_loss_is_the_mean_of_the_last_hundred():
    first = run(losses=np.array([9.0] * 5 + [1.0] * 50 + [3.0] * 50), reported=(), maps=())
    other = run(seed=4, losses=np.full(7, 5.0), reported=(), maps=())
    assert final_loss([first]) == 2.0
    assert final_loss([first, other]) == 3.5
    nothing = run(losses=np.array([np.nan]), reported=(), maps=(), end="diverged")
    assert final_loss([nothing]) is None


def test_a_curve_ends_where_its_last_losses_are():
    falling = run(losses=np.linspace(3.0, 1.0, 201), reported=(), maps=())
    other = run(seed=4, losses=np.linspace(3.0, 2.0, 201), reported=(), maps=())
    assert curve_end([falling]) == 1.0
    assert curve_end([falling, other]) == 1.5
    long = run(losses=np.linspace(3.0, 1.0, 3000), reported=(), maps=())
    assert curve_end([long]) == pytest.approx(np.median(long.losses[-10:]))
    nothing = run(losses=np.array([np.nan]), reported=(), maps=(), end="diverged")
    assert curve_end([nothing]) is None


@pytest.mark.parametrize("steps", [1, 299, 300, 301, 599, 1000, 3001])
def test_what_stands_at_a_curve_is_the_last_point_that_is_drawn(steps):
    rng = np.random.default_rng(steps)
    # One that stops early, so that the last points are of another alone.
    runs = [_short(rng.random(steps)), _short([*rng.random(steps // 2), np.nan], end="diverged")]
    for some in (runs, runs[:1], runs[1:]):
        middle = loss_curve(some).middle
        assert curve_end(some) == (middle[-1] if middle.size else None)
