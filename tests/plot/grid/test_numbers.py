"""The two numbers of a panel: its std, and what stands with it."""

from dataclasses import replace

import pytest
from drawn import texts_of

from actviz import plot_grid, simulate, simulate_ensemble
from actviz.errors import SpecError


def test_the_range_between_seeds_stands_beside_the_std():
    ensemble = simulate_ensemble(
        activation="tanh", init="xavier", width=30, samples=60, seeds=6, gradients=True
    )
    drawn = ensemble.records[0]
    texts = texts_of(plot_grid([drawn], ensembles=[ensemble]))
    assert texts.count("6 seeds") == 2
    for signal in ("activation", "gradient"):
        low, *_, high = ensemble.spread(1, signal, "std").quantiles
        assert f"{low:.2f}–{high:.2f}" in texts
    assert any("drawn: seed 0; shade: 5 to 95 % of 6 seeds" in text for text in texts)
    with pytest.raises(SpecError, match="one for each record"):
        plot_grid([replace(drawn, spec=replace(drawn.spec, seed=9))], ensembles=[ensemble])


@pytest.mark.parametrize(
    ("activation", "told"), [("tanh", True), ("relu", False), ("softplus", True)]
)
def test_no_median_is_told_where_about_half_of_the_gradients_are_zero(activation, told):
    """It would be 0 in one layer and 0.01 in the next: at which of the zeros the middle falls."""
    record = simulate(
        activation=activation, init="xavier", width=60, samples=100, depth=3, gradients=True
    )
    texts = texts_of(plot_grid([record]))
    assert ("median" in texts) is told
    assert texts.count("std") == 2
