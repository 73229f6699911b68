"""The numbers that a diagnosis looks at, against what the values themselves say."""

import numpy as np
import pytest

from actviz.diagnosis.findings import Kind, Severity
from actviz.diagnosis.measures import flat_entries, mean_magnitude
from actviz.diagnosis.rules import DEFAULT
from actviz.diagnosis.verdict import diagnose, verdict
from actviz.layers.activations import ACTIVATIONS
from actviz.numbers.histogram import OCTAVE_EDGES
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate, simulate_many


def test_the_mean_magnitude_is_bounded_within_a_factor_of_two():
    made = simulate(activation="sigmoid", init="std=0.01", gradients=True, samples=40, width=20)
    for (layer, bound), found in zip(mean_magnitude(made), made.layers, strict=True):
        item = found["gradient"]
        low = float(item.histogram.counts @ OCTAVE_EDGES[:-1]) / item.stats.count
        assert low <= bound <= 2 * low
        assert bound <= item.stats.rms
        assert layer == found.layer
    # So far below 1e-7 that it is certain.
    assert verdict(simulate(activation="tanh", init="std=1e-4", gradients=True), "published") in (
        Kind.VANISHING_SIGNAL,
        Kind.VANISHING_GRADIENT,
    )


def test_of_moments_alone_the_mean_magnitude_is_at_most_the_rms():
    spec = StackSpec(activation="tanh", init="std=1e-4", samples=20, width=20)
    (made,) = simulate_many([spec], DEFAULT.measuring)
    for (_, bound), layer in zip(mean_magnitude(made), made.layers, strict=True):
        assert bound == layer["gradient"].stats.rms
    assert diagnose(made, "published").severity is Severity.ERROR


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "hard_tanh"])
def test_the_flat_share_is_a_lower_bound_from_quantiles(name):
    activation = ACTIVATIONS[name]
    made = simulate(activation=name, init="std=3", samples=400, depth=2)
    for layer, share in flat_entries(made):
        stats = made.layers[layer - 1]["preactivation"].stats
        # The preactivations are nearly normal: their share beyond where the slope is 1e-7.
        grid = np.linspace(0, 40, 40_001)
        edge = grid[np.abs(activation.derivative(grid)) < 1e-7][0]
        z = np.random.default_rng(0).normal(stats.mean, stats.std, 200_000)
        true = float(np.mean(np.abs(z) >= edge))
        assert share <= true + 0.02
        assert share >= true - 2 * 0.1915 - 0.02  # one step between quantiles on each side
    assert not list(flat_entries(simulate(activation="relu", init="he", samples=5)))


def test_the_published_rule_holds_for_tanh_beyond_nine_and_a_half():
    # 1 - tanh² z = 4 exp(-2 z) beyond rounding: 1e-7 at 8.75.
    slope = ACTIVATIONS["tanh"].derivative(np.array([8.7, 9.5]))
    assert slope[1] < 1e-7 < slope[0]
