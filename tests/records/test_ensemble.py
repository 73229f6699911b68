"""Ensembles as values: how their statistics spread is numpy's, and the summary says so."""

import dataclasses

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.layers.signals import SIGNALS
from actviz.records.ensemble import SPREAD_COLUMNS, SPREAD_LEVELS, SPREAD_STATISTICS, Ensemble
from actviz.simulation.ensemble import simulate_ensemble
from actviz.simulation.stacks import simulate

FIELDS = {"activation": "tanh", "init": "he", "depth": 3, "width": 20, "samples": 60}


@pytest.fixture(scope="module")
def members():
    return simulate_ensemble(seeds=12, seed=5, gradients=True, **FIELDS)


def test_spreads_are_numpys(members):
    stds = [record.layers[1]["gradient"].stats.std for record in members.records]
    found = members.spread(2, "gradient", "std")
    assert members.values(2, "gradient", "std") == stds
    assert found.count == 12
    assert found.mean == pytest.approx(np.mean(stds), rel=1e-14)
    assert found.sd == pytest.approx(np.std(stds, ddof=1), rel=1e-12)
    assert found.quantiles == pytest.approx(np.quantile(stds, SPREAD_LEVELS), rel=1e-14)


def test_a_statistic_that_no_seed_has_has_no_spread(members):
    assert members.spread(2, "gradient", "mean_cosine") is None
    assert members.spread(9, "activation", "std") is None
    with pytest.raises(SpecError, match=r"^unknown statistic 'sdt'; known are mean, std"):
        members.spread(1, "activation", "sdt")


@pytest.mark.parametrize("signal", ["activation", "gradient"])
def test_shares_of_bins_spread_as_numpy_says(members, signal):
    items = [record.layers[1][signal] for record in members.records]
    shares = [item.counts_without_zeros() / item.stats.count for item in items]
    low, high = members.bin_shares(2, signal)
    np.testing.assert_allclose(low, np.quantile(shares, 0.05, axis=0), rtol=1e-12)
    np.testing.assert_allclose(high, np.quantile(shares, 0.95, axis=0), rtol=1e-12)
    assert (low < high).any()


def test_shares_that_no_two_seeds_have_do_not_spread(members):
    assert members.bin_shares(9, "activation") is None
    assert simulate_ensemble(seeds=1, **FIELDS).bin_shares(1, "activation") is None
    some = {"activation": "all", "gradient": "moments"}
    moments = simulate_ensemble(seeds=3, gradients=True, statistics=some, **FIELDS)
    assert moments.bin_shares(2, "activation") is not None
    assert moments.bin_shares(2, "gradient") is None


def test_the_summary_has_a_row_for_each_layer_signal_and_statistic(members):
    rows = members.summary()
    assert all(list(row) == list(SPREAD_COLUMNS) for row in rows)
    places = {(row["layer"], row["signal"]) for row in rows}
    assert places == {(layer, signal) for layer in (1, 2, 3) for signal in SIGNALS}
    assert {row["statistic"] for row in rows} == set(SPREAD_STATISTICS)
    assert {row["seeds"] for row in rows} == {12}
    (row,) = [
        row
        for row in members.summary(["activation"])
        if (row["layer"], row["statistic"]) == (3, "effective_rank")
    ]
    found = members.spread(3, "activation", "effective_rank")
    assert (row["mean"], row["sd"], row["q50"]) == (found.mean, found.sd, found.quantiles[2])


def test_one_seed_has_no_sd():
    (row, *_) = simulate_ensemble(seeds=1, **FIELDS).summary()
    assert (row["seeds"], row["sd"]) == (1, None)
    assert row["q05"] == row["q95"] == row["mean"]


def test_a_seed_that_overflows_leaves_the_others():
    # The input's largest value decides whether the last layer is beyond the largest float.
    fields = {"activation": "relu", "width": 4, "samples": 5, "depth": 2, "dtype": "float32"}
    some = simulate_ensemble(init="std=8e18", seeds=40, **fields)
    gone = some.overflowed
    assert 0 < len(gone) < 40
    assert len(some.records) == 40
    assert some.spread(2, "activation", "std").count == 40 - len(gone)
    assert np.isfinite(some.spread(2, "activation", "std").sd)
    assert some.spread(1, "activation", "std").count == 40


def test_spreads_of_numbers_whose_squares_overflow():
    huge = simulate_ensemble(seeds=5, **{**FIELDS, "activation": "identity", "init": "std=1e90"})
    found = huge.spread(3, "activation", "std")
    values = np.array(huge.values(3, "activation", "std"))
    assert found.sd == pytest.approx(np.std(values / 1e270, ddof=1) * 1e270, rel=1e-12)


def test_members_differ_in_their_seed_only(members):
    other = simulate(dataclasses.replace(members.spec, input_std=2.0))
    with pytest.raises(SpecError, match="differ in their seed only"):
        Ensemble(records=(members.records[0], other))
    with pytest.raises(SpecError, match="at least one record"):
        Ensemble(records=())


def test_an_ensemble_is_one_line(members):
    told = "<Ensemble of tanh, he: 3 layers of 20 units, 60 samples, seeds 5, 6, 7, …, 15, 16>"
    assert repr(members) == told
    gone = simulate_ensemble(seeds=1, **FIELDS | {"activation": "relu", "init": "std=1e200"})
    assert repr(gone).endswith("60 samples, seed 0; 1 not finite>")
