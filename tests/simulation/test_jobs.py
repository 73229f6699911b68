"""How many stacks run at once, and on what: all ways give the same Records."""

from concurrent.futures import BrokenExecutor, Executor
from dataclasses import replace

import numpy as np
import pytest
from machines import machine_of, on_cores

from actviz.errors import NoWorkersError, SpecError, WorkersError
from actviz.layers.activations import ACTIVATIONS
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation import jobs, processes, workers
from actviz.simulation import stacks as simulation
from actviz.simulation.memory import record_bytes, working_bytes
from actviz.simulation.stacks import simulate, simulate_each, simulate_many

SMALL = {"width": 6, "samples": 9, "depth": 3}


def one_by_one(specs):
    return [simulate(spec) for spec in specs]


def test_many_small_stacks_go_to_processes_and_are_the_same(monkeypatch):
    specs = [
        StackSpec(activation=activation, init="he", seed=seed, bias_std=0.1, **SMALL)
        for seed in range(10)
        for activation in ("tanh", "relu")
    ]
    expected = one_by_one(specs)
    asked = []

    def watched(work, items, *, workers):
        asked.append((len(items), workers))
        return processes.run(work, items, workers=workers)

    monkeypatch.setattr(jobs, "run", watched)
    monkeypatch.setattr(jobs, "_PROCESSES_FROM", 0.0)
    for count in (1, 3):
        on_cores(monkeypatch, count)
        told = []
        records = simulate_many(specs, progress=told.append)
        assert records == expected
        assert told == sorted(told)
        assert told[-1] == 60
    assert asked == [(8, 3)]  # of what is left after a dozen, where there is more than one core
    assert all(record.spec is spec for record, spec in zip(records, specs, strict=True))
    # What cannot be pickled stays on threads.
    own = replace(ACTIVATIONS["tanh"], fn=lambda x: np.tanh(x))
    odd = [replace(spec, activation=own) for spec in specs]
    assert simulate_many(odd) == one_by_one(odd)
    assert len(asked) == 1


def test_large_stacks_share_the_cores_where_there_are_enough_for_all(monkeypatch):
    """Else the cores share each of them; the same either way."""
    specs = [
        StackSpec(activation="tanh", init="he", width=400, samples=40, depth=2, seed=seed)
        for seed in range(5)
    ]
    expected = one_by_one(specs)
    asked = []

    def watched(work, items, *, workers):
        asked.append((len(items), workers, items[0].memory))
        return processes.run(work, items, workers=workers)

    monkeypatch.setattr(jobs, "run", watched)
    monkeypatch.setattr(jobs, "_PROCESSES_FROM", 0.0)
    need = working_bytes(specs[0], Measuring()) + workers.WORKER_BYTES
    on_cores(monkeypatch, 2)
    for fitting, count, expected_asked in ((2.5, 4, []), (1.5, 5, []), (2.5, 5, [(4, 2)])):
        machine_of(monkeypatch, (fitting * need) / 0.8)
        told = []
        assert simulate_many(specs[:count], progress=told.append) == expected[:count]
        assert told == sorted(told)
        assert told[-1] == 2 * count
        assert [each[:2] for each in asked] == expected_asked
    # What each may take leaves room for the others.
    assert asked[0][2] < 2.5 * need / 2 - workers.WORKER_BYTES


def test_a_dozen_default_stacks_start_no_process(monkeypatch):
    monkeypatch.setattr(jobs, "run", None)
    monkeypatch.setattr(jobs, "_PROCESSES_FROM", 0.0)
    specs = [StackSpec(activation="tanh", init="he", seed=seed, **SMALL) for seed in range(12)]
    assert simulate_many(specs) == one_by_one(specs)
    monkeypatch.setattr(jobs, "_PROCESSES_FROM", 2.0)
    assert len(simulate_many([*specs, replace(specs[0], seed=99)])) == 13


def test_where_no_process_starts_threads_do_it(monkeypatch):
    on_cores(monkeypatch, 2)
    monkeypatch.setattr(jobs, "_PROCESSES_FROM", 0.0)
    monkeypatch.setattr(workers, "_PROGRAM", "raise SystemExit(5)")
    specs = [StackSpec(activation="tanh", init="he", seed=seed, **SMALL) for seed in range(14)]
    assert simulate_many(specs) == one_by_one(specs)


class Losing(Executor):
    """An executor that is broken."""

    def submit(self, fn, /, *args, **kwargs):
        raise BrokenExecutor("a process in the pool was terminated")


def test_an_executor_that_is_broken_is_an_error():
    specs = [StackSpec(activation="tanh", init="he", **SMALL)]
    with pytest.raises(
        WorkersError, match=r"the executor takes no work: BrokenExecutor: a process"
    ):
        simulate_many(specs, executor=Losing())


def test_who_keeps_few_records_has_room_for_few(monkeypatch):
    """Each as soon as it is there: a thousand of them need not fit at once."""
    specs = [StackSpec(activation="tanh", init="he", seed=seed, **SMALL) for seed in range(100)]
    measuring = Measuring(bins=10_000)
    one = working_bytes(specs[0], measuring) + record_bytes(specs[0], measuring)
    limit = one + jobs.TOGETHER * record_bytes(specs[0], measuring)
    with pytest.raises(SpecError, match="memory_limit"):
        simulate_many(specs, measuring, memory_limit=limit)
    found = dict(simulate_each(specs, measuring, memory_limit=limit))
    assert list(found) == list(range(100))
    assert found[70] == simulate(specs[70], measuring=measuring)


FINE = Measuring(bins=10_000)
FEW = Measuring(bins=10_000, statistics={"activation": ["scale"]})


@pytest.mark.parametrize(
    ("fields", "measuring", "remedy"),
    [
        ({"width": 100, "samples": 5000}, FINE, "width or samples"),
        ({"width": 10, "samples": 10, "depth": 1000}, FINE, "depth or bins"),
        ({"width": 10, "samples": 10, "depth": 10_000}, FEW, "depth"),  # which has no histograms
        ({"width": 100, "samples": 200_000, "depth": 50}, Measuring(gradients=True), "depth"),
        ({"width": (3000, 3000), "input_width": 3000, "samples": 2}, FINE, "width"),
        ({"width": 1, "samples": 1, "depth": 1}, FEW, "width"),
    ],
    ids=str,
)
def test_only_what_makes_a_difference_is_to_be_lowered(fields, measuring, remedy):
    spec = StackSpec(activation="tanh", init="he", **fields)
    with pytest.raises(SpecError, match=rf"raise it, or lower {remedy}$"):
        simulate(spec, measuring=measuring, memory_limit=1000)


def test_what_no_process_was_left_to_do_threads_do(monkeypatch):
    """Workers that cannot be started any more, after some stacks are done."""
    specs = [StackSpec(activation="tanh", init="he", seed=seed, **SMALL) for seed in range(20)]

    def run(work, items, *, workers):
        yield from ((index, work(items[index])) for index in (3, 1))
        raise NoWorkersError("none is left")

    monkeypatch.setattr(jobs, "run", run)
    monkeypatch.setattr(jobs, "_PROCESSES_FROM", 0.0)
    on_cores(monkeypatch, 2)
    told = []
    assert simulate_many(specs, progress=told.append) == one_by_one(specs)
    assert told == sorted(told)
    assert told[-1] == sum(spec.depth for spec in specs)


def test_the_limit_says_how_many_run_at_once(monkeypatch):
    specs = [StackSpec(activation="tanh", init="he", seed=i, width=20) for i in range(8)]
    some = simulation._jobs(specs, None)
    work = working_bytes(specs[0], Measuring())
    records = 8 * record_bytes(specs[0], Measuring())
    on_cores(monkeypatch, 5)
    for fitting, expected in ((1.0, 1), (2.5, 2), (3.5, 3), (100.0, 5)):
        machine_of(monkeypatch, (fitting * work + records) / 0.8 + 1000)
        jobs.check_memory(some)
        assert jobs.at_once(some) == expected
    assert jobs.at_once(some, beside=80 * work) == 1
    assert jobs.at_once(some[:3]) == 3
    machine_of(monkeypatch, (0.9 * work + records) / 0.8)
    with pytest.raises(SpecError, match=r"may be taken, 80 % of the test's limit"):
        simulate_many(specs)
