"""A map's numbers are those of the stacks that it names, each simulated alone."""

import numpy as np
import pytest

from actviz.diagnosis.calibration import CUTS
from actviz.diagnosis.verdict import diagnose
from actviz.errors import SpecError
from actviz.simulation.stacks import simulate
from actviz.sweeps.map_making import check_size, make_map
from actviz.sweeps.map_record import MapSpec

SPEC = {"activations": ("tanh",), "stds": (0.05, 0.3), "depths": (2, 3, 7), "samples": 50}
SPEC |= {"width": 30}


def spec(**fields):
    return MapSpec(**SPEC | fields)


def test_signal_and_gradient_are_those_of_each_stack_alone():
    asked = spec(input_std=2.0)
    found = make_map(asked)
    (tanh,) = asked.activations
    signal, gradient = found.of("tanh", "signal"), found.of("tanh", "gradient")
    for column, std in enumerate(asked.stds):
        for row, depth in enumerate(asked.depths):
            record = simulate(asked.stack(tanh, std, depth), gradients=True)
            last = record.layers[-1]["activation"].stats.within_unit_std
            assert signal.values[row, column] == pytest.approx(last / 2.0, rel=1e-12)
        # Another cotangent goes down a stack that ends there: it differs by the seeds' spread.
        deepest = [layer["gradient"].stats.rms for layer in record.layers]
        ratios = [deepest[0] / deepest[depth - 1] for depth in asked.depths]
        assert gradient.values[:, column].tolist() == pytest.approx(ratios, rel=1e-12)


def test_the_chance_is_the_judge_s_of_a_stack_that_ends_there():
    asked = spec(quantities=("chance",))
    (field,) = make_map(asked).fields
    for column, std in enumerate(asked.stds):
        for row, depth in enumerate(asked.depths):
            stack = asked.stack(asked.activations[0], std, depth)
            alone = diagnose(simulate(stack, gradients=True)).chance
            assert field.values[row, column] == pytest.approx(alone, rel=1e-9)


def test_the_median_of_the_seeds_is_kept():
    every = [make_map(spec(seeds=(seed,))) for seed in (0, 1, 2)]
    together = make_map(spec(seeds=(0, 1, 2)))
    for quantity in ("signal", "gradient"):
        values = [one.of("tanh", quantity).values for one in every]
        np.testing.assert_allclose(
            together.of("tanh", quantity).values, np.median(values, axis=0), rtol=1e-12
        )


def test_a_cell_without_a_chance_says_why():
    found = make_map(spec(quantities=("chance",), depths=(1, 2))).fields[0]
    assert np.isnan(found.values[0]).all()
    assert not np.isnan(found.values[1]).any()
    assert set(found.reasons.values()) == {"unknown.one_layer"}


def test_a_signal_that_overflows_is_infinite_and_its_gradient_unknown():
    found = make_map(spec(activations=("identity",), stds=(1e59, 1e60), depths=(2, 5, 9)))
    signal, gradient = (found.of("identity", name) for name in ("signal", "gradient"))
    assert np.isfinite(signal.values[:2]).all()
    assert np.isinf(signal.values[2, 0])
    assert np.isfinite(gradient.values[1, 0])
    assert set(gradient.reasons) == {(2, 0), (2, 1)}
    assert set(gradient.reasons.values()) == {"map.null.overflow"}


def test_a_gradient_beyond_the_floats_is_found_by_a_shallower_stack():
    """std = 1e-40 loses 39 decades a layer: below layer 8 a gradient is 0 in float64."""
    asked = spec(activations=("identity",), stds=(1e-40, 1e-39), depths=(2, 3, 12), width=100)
    found = make_map(asked).of("identity", "gradient").values[:, 0]
    assert np.log10(found[:2]) == pytest.approx([-39, -78], abs=0.2)
    assert found[2] == 0.0


def test_the_bands_of_a_map_of_chances_are_above_the_judge_s_cut():
    asked = spec(quantities=("chance",), stds=(0.02, 0.19, 3.0), depths=(2, 9, 16))
    found = make_map(asked)
    chances = found.fields[0].values
    assert (chances[2] > CUTS[1]).tolist() == [False, True, False]
    low, high = found.bands["tanh"][2]
    assert 0.02 < low < 0.19 < high < 3.0


def test_theory_alone_draws_nothing(monkeypatch):
    monkeypatch.setattr("actviz.sweeps.map_making.simulate_each", None)
    found = make_map(spec(simulated=False))
    assert found.of("tanh", "signal").values.shape == (3, 2)
    assert found.spec.simulated_layers == 0


def test_hours_are_refused_with_their_estimate():
    stds = tuple(np.geomspace(0.01, 1, 1000))
    large = spec(stds=stds, depths=(10, 100), width=4000, samples=10_000)
    with pytest.raises(SpecError, match=r"100,000 layers of 4,000 units, about .* hours on "):
        check_size(large)
    check_size(spec())


def test_progress_is_told_of_all_layers():
    for quantities in (("signal", "gradient"), ("chance",)):
        told = []
        asked = spec(quantities=quantities)
        make_map(asked, progress=told.append)
        assert told[-1] == asked.simulated_layers
