"""Nets on the cells of a map: which, how long they take, and that each is what it is alone."""

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.sweeps import map_trying
from actviz.sweeps.map_record import MapSpec
from actviz.sweeps.map_trying import (
    cells_of,
    check_training,
    train_on_map,
    training_estimate,
    updates_of,
)
from actviz.training.trial import MOST_STEPS, RATES
from actviz.training.trying import trial_data, try_to_train

SPEC = {"activations": ("tanh",), "quantities": ("chance",), "stds": (0.001, 0.3), "depths": (3, 5)}
SPEC |= {"width": 10, "samples": 20}


def spec(**fields):
    return MapSpec(**SPEC | fields)


def test_each_net_is_the_one_that_is_trained_alone():
    asked, told = spec(seeds=(3, 4)), []
    found = train_on_map(asked, "digits", progress=told.append)
    assert found.data == "digits"
    assert [(net.std, net.depth) for net in found.nets] == [
        *((0.001, 3), (0.001, 5)),
        *((0.3, 3), (0.3, 5)),
    ]
    for net in found.nets:
        stack = asked.stack(asked.activations[0], net.std, net.depth, 3)
        assert net.trial == try_to_train(stack, trial_data("digits"))
    assert [net.trial.trains for net in found.nets] == [False, False, True, True]
    assert told == sorted(told)
    assert told[-1] == updates_of(asked) == 4 * MOST_STEPS


def test_few_cells_are_the_map_s_own_and_stand_where_anything_is_decided():
    xavier = 100**-0.5
    stds = tuple(xavier * 2.0 ** (step / 2) for step in range(-8, 10))
    asked = spec(stds=stds, depths=tuple(range(5, 51, 5)), width=100)
    found, depths = cells_of(asked)
    assert len(found) == map_trying.MOST_STDS
    assert len(depths) == map_trying.MOST_DEPTHS
    assert set(found) <= set(stds)
    assert set(depths) <= set(asked.depths)
    assert min(abs(std / xavier - 1) for std in found) < 1e-9
    assert np.log2(np.array(found) / xavier).round(6).tolist() == [-1, 0, 1, 2, 3, 4]
    assert (depths[0], depths[-1]) == (5, 50)


def test_a_map_that_has_none_there_has_its_nets_where_it_is():
    assert cells_of(spec(stds=(1e-4, 0.1), width=100))[0] == (1e-4, 0.1)
    stds = tuple(1e-4 * n for n in range(1, 12))
    assert cells_of(spec(stds=stds, width=100))[0] == tuple(stds[n] for n in (0, 2, 4, 6, 8, 10))
    assert cells_of(spec(depths=(7,)))[1] == (7,)
    assert cells_of(spec(depths=(1, 2, 3)))[1] == (2, 3)
    assert cells_of(spec(depths=(1,)))[1] == (1,)


def test_hours_are_refused_with_the_estimate_unless_they_are_wanted():
    asked = spec(width=400, depths=(50, 100, 200), activations=("tanh", "relu"))
    assert training_estimate(asked).startswith("12 nets are trained, at most ")
    with pytest.raises(SpecError, match=r"12 nets are trained, at most \d+ hours of one core"):
        train_on_map(asked, "digits")
    check_training(asked, at_most=100.0)


def test_the_estimate_is_of_all_rates_and_grows_with_the_layers():
    seconds = [map_trying._seconds(spec(depths=depths)) for depths in ((2,), (4,), (2, 4))]
    assert seconds[1] == pytest.approx(2 * seconds[0])
    assert seconds[2] == pytest.approx(seconds[0] + seconds[1])
    assert updates_of(spec(depths=(2,))) == 2 * MOST_STEPS
    assert len(RATES) > 1


def test_inputs_of_another_size_are_refused():
    with pytest.raises(SpecError, match="inputs of std 1: the map's is 2"):
        train_on_map(spec(input_std=2.0), "digits")


def test_what_memory_has_no_room_for_is_refused(monkeypatch):
    monkeypatch.setattr("actviz.simulation.memory.least", lambda: None)
    check_training(spec())
    from actviz.simulation.memory import Limit

    monkeypatch.setattr("actviz.simulation.memory.least", lambda: Limit(1000.0, "the memory"))
    with pytest.raises(SpecError, match="training these nets needs about"):
        train_on_map(spec(), "digits")
