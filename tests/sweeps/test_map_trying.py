"""Nets on the cells of a map: which, how long they take, and that each is what it is alone."""

import re
from contextlib import closing
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from deadly import deadly_tanh

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.simulation import processes, workers
from actviz.simulation.memory import Limit
from actviz.sweeps import map_trying
from actviz.sweeps.map_record import MapSpec
from actviz.sweeps.map_trying import (
    cells_of,
    check_training,
    gathered,
    train_each,
    train_on_map,
    training_estimate,
    training_slowdown,
    updates_of,
)
from actviz.theory import fixed_points
from actviz.training.trial import MOST_STEPS, RATES
from actviz.training.trying import trial_data, try_to_train

SPEC = {"activations": ("tanh",), "quantities": ("chance",), "stds": (0.001, 0.3), "depths": (3, 5)}
SPEC |= {"width": 10, "samples": 20}


def spec(**fields):
    return MapSpec(**SPEC | fields)


@pytest.fixture(scope="module")
def alone():
    """What each net of `spec()` is that is trained by itself."""
    asked = spec(seeds=(3, 4))
    stacks = [asked.stack(asked.activations[0], std, depth, 3) for std, depth in CELLS]
    return [try_to_train(stack, trial_data("digits")) for stack in stacks]


CELLS = ((0.001, 3), (0.001, 5), (0.3, 3), (0.3, 5))


@pytest.mark.parametrize("workers", [1, 2])
def test_each_net_is_the_one_that_is_trained_alone(alone, workers):
    asked, told = spec(seeds=(3, 4)), []
    found = train_on_map(asked, "digits", workers=workers, progress=told.append)
    assert (found.data, found.asked, found.lost) == ("digits", 4, ())
    assert [(net.std, net.depth) for net in found.nets] == [*CELLS]
    assert [net.trial for net in found.nets] == alone
    assert [net.trial.trains for net in found.nets] == [False, False, True, True]
    assert told == sorted(told)
    assert told[-1] == updates_of(asked) == MOST_STEPS * 2 * (3 + 5)


@pytest.mark.heavy
def test_where_no_process_can_be_started_threads_do_it(alone, monkeypatch):
    monkeypatch.setattr(workers.sys, "executable", "/bin/false")
    found = train_on_map(spec(seeds=(3,)), "digits")
    assert [net.trial for net in found.nets] == alone


@pytest.mark.heavy
def test_what_a_script_defines_is_trained_here(alone, monkeypatch):
    monkeypatch.setattr(processes, "run", only_on_an_executor(processes.run))
    own = replace(ACTIVATIONS["tanh"], name="own", fn=lambda x: np.tanh(x))
    found = train_on_map(spec(seeds=(3,), activations=(own,)), "digits")
    assert [net.trial for net in found.nets] == alone


def only_on_an_executor(run):
    def checked(*given, executor=None, **named):
        assert executor is not None, "a process was started"
        return run(*given, executor=executor, **named)

    return checked


def test_who_stops_has_the_nets_that_are_done(alone):
    asked, done = spec(seeds=(3,)), []
    with closing(train_each(asked, "digits", workers=1)) as found:
        for net in found:
            done.append(net)
            if len(done) == 2:
                break
    nets = gathered(asked, "digits", reversed(done))
    assert (len(nets.nets), nets.asked) == (2, 4)
    assert [net.trial for net in nets.nets] == alone[::2]  # the shallow ones are first


@pytest.mark.heavy
def test_a_worker_that_dies_costs_no_net(alone, tmp_path):
    own = deadly_tanh(str(tmp_path / "flag"))
    found = train_on_map(spec(seeds=(3,), activations=(own,)), "digits", workers=2)
    assert [net.trial for net in found.nets] == alone
    assert (tmp_path / "flag").exists()


@pytest.mark.heavy
def test_a_net_that_kills_its_worker_is_named_and_left(alone):
    asked = spec(seeds=(3,), activations=(deadly_tanh(), "tanh"), stds=(0.001, 0.3), depths=(3,))
    found = train_on_map(asked, "digits", workers=2)
    assert [net.trial for net in found.nets] == alone[::2]
    assert [(net.activation, net.std, net.depth) for net in found.lost] == [
        ("deadly_tanh", 0.001, 3),
        ("deadly_tanh", 0.3, 3),
    ]
    assert {net.reason for net in found.lost} == {"its worker died of it 2 times (SIGKILL)"}
    assert found.asked == 4


@pytest.mark.heavy
@pytest.mark.parametrize("workers", [1, 2])
def test_nets_that_are_done_are_not_trained_again(alone, workers):
    asked, told = spec(seeds=(3, 4)), []
    whole = train_on_map(asked, "digits")
    done = [whole.nets[3], whole.nets[1]]
    left = train_each(asked, "digits", workers=workers, done=done)
    assert sorted((net.std, net.depth) for net in left) == [CELLS[0], CELLS[2]]
    found = train_on_map(asked, "digits", workers=workers, done=done, progress=told.append)
    assert found == whole
    assert told[0] > MOST_STEPS * 2 * 5
    assert (told[-1], told) == (updates_of(asked), sorted(told))
    assert training_estimate(asked, done).startswith("2 more nets are trained, about ")
    assert training_estimate(asked, whole.nets[1:]).startswith("1 more net is trained, about ")
    assert training_estimate(asked, whole.nets) == "all nets are trained already"
    nothing = train_on_map(asked, "digits", done=whole.nets)
    assert nothing == whole
    # A file may hold a net twice.
    assert train_on_map(asked, "digits", done=(*whole.nets, whole.nets[0])) == whole


def test_the_default_s_nets_go_from_where_all_vanish_to_where_all_that_can_explodes():
    """By mean field's gradient over the shallowest of them: its variance has the factor chi."""
    command = import_module("actviz.cli.commands.map")
    stds, depths = cells_of(command._spec(command.MapOptions(train=True)))
    for name in ("sigmoid", "tanh", "relu"):
        ends = [100 * std**2 for std in (stds[0], stds[-1])]
        lost, grown = (
            np.log10(fixed_points(ACTIVATIONS[name], ends, pairs=False).chi) / 2 * (depths[0] - 1)
        )
        assert lost < -1.5
        assert name == "sigmoid" or grown > 1.5


def test_few_cells_are_the_map_s_own_and_stand_where_anything_is_decided():
    xavier = 100**-0.5
    stds = tuple(xavier * 2.0 ** (step / 2) for step in range(-8, 11))
    asked = spec(stds=stds, depths=tuple(range(5, 51, 5)), width=100)
    found, depths = cells_of(asked)
    assert len(found) == map_trying.MOST_STDS
    assert len(depths) == map_trying.MOST_DEPTHS
    assert set(found) <= set(stds)
    assert set(depths) <= set(asked.depths)
    assert min(abs(std / xavier - 1) for std in found) < 1e-9
    assert np.log2(np.array(found) / xavier).round(6).tolist() == [-2, -1, 0, 1, 2, 3, 4]
    assert depths == (5, 10, 25, 50)  # from a tenth on, by factors


def test_a_map_that_has_none_there_has_its_nets_where_it_is():
    assert cells_of(spec(stds=(1e-4, 0.1), width=100))[0] == (1e-4, 0.1)
    stds = tuple(1e-4 * n for n in range(1, 12))
    assert cells_of(spec(stds=stds, width=100))[0] == tuple(stds[n] for n in (0, 2, 3, 5, 7, 8, 10))
    assert cells_of(spec(depths=(7,)))[1] == (7,)
    assert cells_of(spec(depths=(1, 2, 3)))[1] == (2, 3)


def test_hours_are_refused_with_the_estimate_unless_they_are_wanted(monkeypatch):
    asked = spec(width=400, depths=(50, 100, 200), activations=("tanh", "relu"))
    monkeypatch.setattr(map_trying, "cpus", lambda: 2)
    said = r"^12 nets are trained, about \d+ minutes on 2 cores, at most (\d) hours: take fewer"
    with pytest.raises(SpecError, match=said):
        train_on_map(asked, "digits")
    monkeypatch.setattr(map_trying, "cpus", lambda: 64)  # of which 12 have a net each
    told = r"12 nets .* minutes on 12 cores, at most \d+ minutes"
    assert re.fullmatch(told, training_estimate(asked))
    check_training(asked, at_most=100.0)


@pytest.mark.parametrize("factor", [0.5, 4.0])
def test_the_estimate_is_of_the_machine_as_it_is(monkeypatch, factor):
    """By the first updates of a few nets, which are no more than a share of all."""
    asked, now, updates = spec(activations=("tanh", "relu"), depths=(10, 50), width=100), [0.0], []

    def slowly(stack, rows, told):
        for step in range(1, MOST_STEPS + 1):
            now[0] += factor * map_trying._layer_seconds(100) * stack.depth
            updates.append(stack.activation.name)
            if not told(step):
                break

    monkeypatch.setattr(map_trying, "monotonic", lambda: now[0])
    monkeypatch.setattr(map_trying, "try_to_train", slowly)
    monkeypatch.setattr(map_trying, "cpus", lambda: 2)
    found = training_slowdown(asked, "digits")
    assert found == pytest.approx(factor)
    assert set(updates) == {"tanh", "relu"}
    assert now[0] < 0.03 * factor * map_trying._seconds(asked)
    most = int(re.search(r"at most (\d+) minutes", training_estimate(asked, slowdown=12))[1])
    assert most == pytest.approx(1.2 * map_trying._seconds(asked) / 10, abs=1)


def test_the_first_updates_of_real_nets_take_a_while():
    assert training_slowdown(spec(), "digits") > 0


def test_the_estimate_is_of_all_rates_and_grows_with_the_layers():
    seconds = [map_trying._seconds(spec(depths=depths)) for depths in ((2,), (4,), (2, 4))]
    assert seconds[1] == pytest.approx(2 * seconds[0])
    assert seconds[2] == pytest.approx(seconds[0] + seconds[1])
    assert updates_of(spec(depths=(2,))) == 2 * 2 * MOST_STEPS
    assert len(RATES) > 1


def test_inputs_of_another_size_are_refused():
    with pytest.raises(SpecError, match="inputs of std 1: the map's is 2"):
        train_on_map(spec(input_std=2.0), "digits")


def test_what_memory_has_no_room_for_is_refused(monkeypatch):
    monkeypatch.setattr("actviz.simulation.memory.least", lambda: None)
    check_training(spec())
    monkeypatch.setattr("actviz.simulation.memory.least", lambda: Limit(1000.0, "the memory"))
    with pytest.raises(SpecError, match="training these nets needs about"):
        train_on_map(spec(), "digits")


def test_a_limit_of_memory_is_heard_before_any_work():
    with pytest.raises(SpecError, match="about 88 kB of memory, and memory_limit is 50 kB: raise"):
        train_on_map(spec(), "digits", memory_limit="50kB")
    with pytest.raises(SpecError, match="memory_limit must be a number of bytes"):
        train_on_map(spec(), "digits", memory_limit="much")


@pytest.mark.parametrize(("limit", "workers"), [(None, 4), ("200MB", 2), ("1MB", 1)])
def test_a_limit_of_memory_says_how_many_are_trained_at_a_time(monkeypatch, limit, workers):
    monkeypatch.setattr("actviz.simulation.memory.cpus", lambda: 4)
    monkeypatch.setattr("actviz.simulation.memory.least", lambda: None)
    monkeypatch.setattr("actviz.sweeps.map_trying.outcomes", found := Outcomes())
    train_on_map(spec(), "digits", memory_limit=limit)
    assert found.workers == workers


class Outcomes:
    def __call__(self, work, items, *, workers, **named):
        self.workers = workers
        yield from ()
