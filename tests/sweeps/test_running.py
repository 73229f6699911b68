"""Rows do not depend on who computes them; and they are what the judge says of each stack."""

import subprocess
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from threading import Event
from time import sleep

import pytest
from deadly import Deadly

from actviz.errors import SpecError, WorkersError
from actviz.layers.activations import ACTIVATIONS
from actviz.records.spec import StackSpec
from actviz.simulation import processes, workers
from actviz.simulation.sending import pickled
from actviz.simulation.stacks import simulate
from actviz.sweeps import running
from actviz.sweeps.running import outcomes, run, sweep
from actviz.sweeps.spec import SweepSpec

HEAVY = pytest.mark.heavy

SMALL = {"activation": "tanh", "std": "0.01..1:4", "depth": 3, "width": 20, "samples": 20}


@pytest.fixture(scope="module")
def here():
    return sweep(**SMALL)


def test_a_row_is_what_diagnose_says_of_its_stack(here):
    for row in here.rows:
        found = simulate(row.spec, gradients=True).diagnose()
        assert row.judged.verdict == found.verdict
        # The rms of gradients is one sum here and one of sums there: their last digits differ.
        assert row.judged.chance == pytest.approx(found.chance, rel=1e-12)
        assert row.judged.state == found.state


def test_on_an_executor_and_here_the_rows_are_the_same(here):
    with ThreadPoolExecutor(3) as pool:
        assert sweep(**SMALL, executor=pool) == here


def test_on_processes_the_rows_are_the_same(here):
    assert sweep(**SMALL, workers=2) == here


def test_a_short_sweep_starts_no_process(monkeypatch):
    def process(*_, **__):
        raise AssertionError("a process was started")

    monkeypatch.setattr(processes, "_on_processes", process)
    sweep(**SMALL)
    monkeypatch.setattr(running, "_SHORT", 0.0)
    with pytest.raises(AssertionError, match="a process was started"):
        sweep(**SMALL)


def test_in_any_order_and_in_any_part_the_rows_are_the_same(here):
    what = SweepSpec.of(**SMALL)
    found = [*run(what, [3, 1]), *run(what, [2]), *run(what, [0])]
    assert {row.number: row for row in found} == {row.number: row for row in here.rows}


def test_alone_and_among_others_a_row_is_the_same(here):
    alone = sweep(**SMALL | {"std": 0.01}).rows
    assert alone[0].spec == here.rows[0].spec
    assert alone[0].judged == here.rows[0].judged


def test_stacks_that_are_named_one_by_one_keep_their_seeds():
    specs = [StackSpec(activation="relu", init="he", width=20, samples=20, seed=n) for n in (5, 3)]
    found = sweep(specs)
    assert [row.spec for row in found.rows] == specs
    assert [row.seed_number for row in found.rows] == [None, None]
    assert found.sweep is None


def test_progress_is_told_of_every_stack():
    told = []
    sweep(**SMALL, progress=told.append)
    assert told == [1, 2, 3, 4]


def test_a_stack_that_kills_its_worker_is_named_and_left(here):
    specs = [row.spec for row in here.rows]
    specs = [*specs[:2], replace(specs[0], init=Deadly()), *specs[2:]]
    with pytest.warns(
        UserWarning, match=r"^1 of 5 stacks failed, .* is stack 2 \(.*SIGKILL\); .*again$"
    ):
        found = sweep(specs, workers=2).rows
    assert [row.judged for row in found if row.number != 2] == [row.judged for row in here.rows]
    assert found[2].judged is None
    assert "SIGKILL" in found[2].failed
    assert "2 times" in found[2].failed


def raising(z):
    raise ZeroDivisionError("as it was told to")


def test_what_would_fail_again_is_not_to_be_run_again(here):
    """An error of a stack's own comes again, and what cannot be sent can be run here."""
    spec = here.rows[0].spec
    own = replace(spec.activation, name="own", fn=lambda z: z)
    unsent = replace(spec, activation=own)
    with pytest.warns(UserWarning, match=r"cannot be sent .*; leave workers out, and they need"):
        assert sweep([spec, unsent], workers=2).rows[0].judged == here.rows[0].judged
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.warns(UserWarning, match=r"cannot be sent: .*; leave executor out, and they need"),
    ):
        sweep([unsent], executor=pool)
    wrong = replace(spec, activation=replace(own, fn=raising))
    with pytest.warns(
        UserWarning, match=r"ZeroDivisionError: as it was told to; it would come again: simulate"
    ):
        sweep([wrong, spec])
    with ThreadPoolExecutor(1) as pool, pytest.warns(UserWarning, match="would come again"):
        sweep([wrong], executor=pool)


def test_a_worker_that_dies_once_costs_no_row(here, tmp_path):
    flag = str(tmp_path / "flag")
    specs = [replace(row.spec, init=Deadly(flag)) for row in here.rows]
    found = sweep(specs, workers=2).rows
    assert [row.failed for row in found] == [None] * 4
    assert (tmp_path / "flag").exists()


def test_what_a_script_defines_is_run_here():
    fn, derivative = (lambda z: z / (1 + abs(z))), (lambda z: (1 + abs(z)) ** -2.0)
    own = replace(ACTIVATIONS["softsign"], name="own", fn=fn, derivative=derivative)
    found = sweep(activation=own, std="0.1..1:3", depth=2, width=20, samples=20).rows
    assert [row.failed for row in found] == [None] * 3
    assert {row.judged.no_chance for row in found} == {"activation"}


def test_where_no_process_can_be_started_threads_do_it(here, monkeypatch):
    monkeypatch.setattr(workers.sys, "executable", "/bin/false")
    assert sweep(**SMALL, workers=2) == here


class Broken(Executor):
    def submit(self, *_, **__):
        raise RuntimeError("cannot schedule new futures after shutdown")


def test_on_threads_watched_work_ends_when_its_caller_has_enough():
    ended = []

    def work(steps, told):
        done = next((done for done in range(steps) if not told(done) or sleep(0.001)), steps)
        ended.append(done)
        return done

    watch = processes.Watch(lambda index, steps: None, Event())
    found = outcomes(work, [1, 4000], workers=2, threads=True, watch=watch)
    assert next(found) == (0, 1)
    found.close()
    assert ended[0] == 1
    assert ended[1] < 4000


def test_an_executor_that_takes_nothing_at_all_is_an_error():
    with pytest.raises(WorkersError, match=r"takes no work: RuntimeError: .* that is open, inside"):
        sweep(**SMALL, executor=Broken())


def test_a_pool_that_a_stack_breaks_is_told_of_and_keeps_what_is_done(here):
    """It has one process, and so the first stack that failed is the one that ended it."""
    specs = [row.spec for row in here.rows]
    specs = [*specs[:2], replace(specs[0], init=Deadly()), *specs[2:]]
    named = r"^3 of 5 stacks failed, and their rows say why; the first is stack 2 \(tanh with "
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.warns(UserWarning, match=rf"{named}.*BrokenProcessPool.*again without executor"),
    ):
        found = sweep(specs, executor=pool).rows
    assert [row.judged for row in found[:2]] == [row.judged for row in here.rows[:2]]
    assert [row.failed is None for row in found] == [True, True, False, False, False]


class Tiring(Broken):
    """Takes two stacks, and no more."""

    taken = 0

    def submit(self, work, *args):
        if self.taken == 2:
            return super().submit()
        self.taken += 1
        done = Future()
        done.set_result(work(*args))
        return done


def test_an_executor_that_dies_names_every_stack_that_is_left(here):
    with pytest.warns(UserWarning, match=r"^2 of 4 stacks failed, .* is stack 2 .*no more work"):
        found = sweep(**SMALL, executor=Tiring()).rows
    assert [row.judged is None for row in found] == [False, False, True, True]
    assert "the executor takes no more work" in found[2].failed
    again = sweep([row.spec for row in found if row.failed]).rows  # as the warning says
    assert [row.judged for row in again] == [row.judged for row in here.rows[2:]]


class Lost(Tiring):
    """Takes two stacks, lets go of the second, and says then that nobody is there."""

    def submit(self, work, *args):
        if self.taken == 2:
            raise WorkersError("the scheduler is lost")
        future = super().submit(work, *args)
        if self.taken == 1:
            return future
        lost = Future()
        lost.cancel()
        lost.set_running_or_notify_cancel()
        return lost


def test_an_executor_that_knows_it_is_lost_ends_the_sweep_and_accuses_no_stack(here):
    """The error comes once, and what was done before it has been yielded."""
    asked, rows = SweepSpec.of(**SMALL), []
    with pytest.raises(WorkersError, match=r"^the scheduler is lost$"):
        rows.extend(run(asked, range(len(asked)), executor=Lost()))
    assert tuple(rows) == here.rows[:1]


def test_workers_of_another_version_are_named(monkeypatch):
    with ThreadPoolExecutor(1) as pool:
        versions = iter(["0.2.0", *["0.1.0"] * 9])
        monkeypatch.setattr(processes, "own_version", lambda: next(versions))
        with pytest.raises(WorkersError, match=r"a worker has actviz 0.1.0, and this is .* 0.2.0"):
            sweep(**SMALL, executor=pool)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"what": SweepSpec.of(**SMALL), "depth": 3}, "one of them"),
        ({"what": None, **SMALL, "seeds": "3"}, r"^seeds must be an integer \(got '3'\)$"),
        ({"what": None, **SMALL, "seeds": [1]}, r"^seeds must be an integer \(got \[1\]\)$"),
        ({"what": None, **SMALL, "seeds": None}, r"^seeds must be an integer \(got None\)$"),
        ({"what": None, **SMALL, "std": b"0..1"}, r"^std must be an int or a float \(got b'0..1"),
        ({"what": []}, r"at least one stack \(got a list of 0\)"),
        ({"what": ["tanh"]}, r"takes a SweepSpec.* number 0 of these is none \(got 'tanh'\)"),
        ({"what": SweepSpec.of(**SMALL), "workers": 0}, "workers must be >= 1"),
        ({"what": None, **SMALL, "executor": Broken(), "workers": 2}, "leave workers out"),
        (
            {"what": None, **SMALL, "norm": "batch"},
            "^a sweep has no field 'norm'; it has activation, bias_std, depth, .*, std, width$",
        ),
        ({"what": SweepSpec.of(**SMALL), "at_most": 3}, "^4 stacks, about .* --part K/N"),
        (
            {"what": SweepSpec.of(**SMALL | {"width": 10**6, "samples": 10**6})},
            "this needs about .* lower width",
        ),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(fields, what, monkeypatch):
    monkeypatch.setattr(running, "judged", None)
    with pytest.raises(SpecError, match=what):
        sweep(fields.pop("what"), **fields)


def test_no_array_travels(here):
    """What goes to a worker and what comes back is small, whatever the size of the stack."""
    large = StackSpec(activation="tanh", init="he", depth=1000, width=5000, samples=100_000)
    assert len(pickled(large)) < 1000
    assert len(pickled(here.rows[0].judged)) < 1000


UNGUARDED = """
import multiprocessing
from actviz import sweep
from actviz.simulation import processes
multiprocessing.set_start_method("spawn")
begun = []
class Worker(processes.Worker):
    def __init__(self, *given):
        begun.append(self)
        super().__init__(*given)
processes.Worker = Worker
found = sweep(activation="tanh", std="0.01..1:4", depth=3, width=20, samples=20, workers=2)
print(len(found), len(begun))
"""


@pytest.mark.parametrize(
    "how", ["-", pytest.param("-c", marks=HEAVY), pytest.param("script.py", marks=HEAVY)]
)
def test_a_script_needs_no_guard_and_no_file_wherever_processes_begin_anew(how, tmp_path):
    """As on Windows and macOS, where a pool of multiprocessing would run it again."""
    (tmp_path / "script.py").write_text(UNGUARDED, encoding="utf-8")
    words = [how, UNGUARDED] if how == "-c" else [how]
    told = UNGUARDED if how == "-" else None
    command = [sys.executable, *words]
    done = subprocess.run(
        command, cwd=tmp_path, input=told, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("4 2\n", "")
