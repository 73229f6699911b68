"""Work that outlives its workers: each item once, a poisonous one named, nothing left running."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from threading import Lock

import chores
import pytest

from actviz.errors import SpecError, WorkersError
from actviz.simulation import processes
from actviz.simulation.processes import Failure, run

HEAVY = pytest.mark.heavy


def reasons(found):
    return {index: it.reason for index, it in found if isinstance(it, Failure)}


# --- processes of our own -------------------------------------------------------------------


def test_every_item_once_whatever_becomes_of_it():
    items = [*range(20), "one", "two", "exit", "unsent", Lock(), "surroundings"]
    found = dict(run(chores.various, items, workers=2))
    assert list(run(chores.various, [])) == []
    assert [found[i][0] for i in range(20)] == [2 * i for i in range(20)]
    assert os.getpid() not in {found[i][1] for i in range(20)}
    assert isinstance(found[20].error, ValueError)
    said = {"one": "ValueError: one is too much", "two": "RuntimeError: OddError: 1 and 2"}
    assert [found[20].reason, found[21].reason] == list(said.values())
    assert found[22].reason == "RuntimeError: SystemExit: 3"
    assert "result cannot be sent back: PicklingError: the function vari" in found[23].reason
    assert found[24].reason.startswith("it cannot be sent to a worker: TypeError: cannot pickle")
    # BLAS and actviz on one core, and Ctrl-C left to the parent.
    assert found[25] == ({1}, 1, True)
    assert len(found) == len(items)


@pytest.mark.parametrize("workers", [2, pytest.param(1, marks=HEAVY), pytest.param(3, marks=HEAVY)])
def test_what_was_in_flight_when_a_worker_was_killed_is_done_again(workers, tmp_path):
    items = [(i, tmp_path / "flag" if i in (7, 8) else None) for i in range(40)]
    found = list(run(chores.killed_once, items, workers=workers))
    assert (tmp_path / "flag").exists()
    assert sorted(found) == [(i, i) for i in range(40)]


def test_an_item_that_kills_twice_is_named_and_nobody_else():
    items = ["a", "b", "poison", *"cdefgh"]
    found = list(run(chores.poisoned, items, workers=2))
    assert reasons(found) == {2: "its worker died of it 2 times (exit code 3)"}
    others = [(i, item) for i, item in enumerate(items) if i != 2]
    assert sorted(pair for pair in found if pair[0] != 2) == others


def test_of_several_that_kill_side_by_side_each_is_named_and_nobody_beside_or_behind_them():
    """A worker holds one more than it does: of the two, the one at work is accused."""
    poison = {0, 1, 4, 9}
    items = ["poison" if index in poison else index for index in range(14)]
    found = list(run(chores.poisoned, items, workers=2))
    assert reasons(found) == dict.fromkeys(poison, "its worker died of it 2 times (exit code 3)")
    assert len(found) == len(items)


def test_work_that_cannot_be_sent_is_named():
    with pytest.raises(
        SpecError, match=r"sent <lambda>: .* of .*test_processes cannot be imported"
    ):
        run(lambda item: item, range(3))


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    assert true()


def test_an_iterator_that_is_left_leaves_no_worker():
    found = run(chores.various, range(40), workers=1)
    _, (_, pid) = next(found)
    assert alive(pid)
    found.close()
    assert not alive(pid)


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=HEAVY),
        pytest.param(signal.SIGKILL, marks=HEAVY),
    ],
)
def test_a_parent_that_is_stopped_leaves_no_worker(number, tmp_path):
    """However it ends; and a script needs no guard, which workers would run again."""
    (tmp_path / "ids").mkdir()
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, chores\nfrom actviz.simulation.processes import run\n"
        f"for found in run(chores.linger, [{str(tmp_path / 'ids')!r}] * 4, workers=2): pass\n"
    )
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_until(lambda: len(list((tmp_path / "ids").iterdir())) == 2)
    # As a terminal does, which sends Ctrl-C to all.
    kill = os.killpg if number == signal.SIGINT else os.kill
    kill(parent.pid, number)
    _, said = parent.communicate(timeout=10)
    assert parent.returncode == -number
    assert said.count(b"Traceback") == (number == signal.SIGINT)  # the parent's own
    wait_until(lambda: not any(alive(path.name) for path in (tmp_path / "ids").iterdir()))


# --- an executor of the caller's ------------------------------------------------------------


def test_threads_take_what_cannot_be_pickled():
    with ThreadPoolExecutor(2) as pool:
        found = list(run(lambda item: 2 * item, range(9), executor=pool))
    assert sorted(found) == [(i, 2 * i) for i in range(9)]


def test_a_pool_that_breaks_loses_nothing_unsaid():
    items = ["poison" if i == 7 else i for i in range(20)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = list(run(chores.poisoned, items, executor=pool))
    assert sorted(index for index, _ in found) == list(range(20))
    assert 7 in reasons(found)
    assert all("takes no more work: BrokenProcessPool" in why for why in reasons(found).values())
    assert all(it == index for index, it in found if not isinstance(it, Failure))


class Answering(Executor):
    """Does nothing, and gives what it was made with."""

    def __init__(self, answer):
        self.answer = answer

    def submit(self, fn, /, *args):
        return self.answer


def test_what_is_no_executor_s_answer_is_said_and_not_taken():
    with pytest.raises(WorkersError, match=r"^the executor gives no future .* \(got 5\)$"):
        list(run(chores.slowly, range(3), executor=Answering(5)))
    future = Future()
    future.set_result("nonsense")
    ((index, failure),) = run(chores.slowly, range(1), executor=Answering(future))
    assert index == 0
    assert failure.reason == "the executor did not do what it was given, and gave 'nonsense'"


class Cancelling(Executor):
    """Cancels what is first submitted, as a scheduler does that has lost a worker."""

    def __init__(self, times):
        self.times, self.seen = times, {}

    def submit(self, fn, /, *args):
        future = Future()
        item = args[-1]
        self.seen[item] = self.seen.get(item, 0) + 1
        if item % 3 == 0 and self.seen[item] <= self.times:
            future.cancel()
        else:
            future.set_result(fn(*args))
        return future


def test_what_an_executor_cancels_is_asked_for_again():
    assert sorted(run(chores.slowly, range(9), executor=Cancelling(1))) == [
        (i, i) for i in range(9)
    ]
    found = list(run(chores.slowly, range(9), executor=Cancelling(5)))
    assert sorted(reasons(found)) == [0, 3, 6]
    assert all("lost it 2 times: CancelledError" in why for why in reasons(found).values())


class KilledWorker(Exception):  # noqa: N818  # its name is what is known of it
    """As Dask's, which is told of in a paragraph."""

    allowed_failures = 3

    def __str__(self):
        return "Attempted to run task '_perform-1' on 4 different workers. For more see https://…"


class Accusing(Executor):
    """Gives up on all that it holds when one of them kills its worker, as Dask does."""

    def __init__(self, poison, company, error=None):
        self.poison, self.company, self.asked = poison, company, []
        self.error = error or MemoryError("its workers died")

    def submit(self, fn, /, *args):
        future = Future()
        self.asked.append(args[-1])
        if args[-1] == self.poison or len(self.asked) <= self.company:
            future.set_exception(self.error)
        else:
            future.set_result(fn(*args))
        return future


@pytest.mark.parametrize("company", [0, 4, 9])
def test_who_is_accused_beside_the_poison_is_asked_again_alone(company):
    executor = Accusing(7, company)
    found = list(run(chores.slowly, range(9), executor=executor))
    assert sorted(index for index, _ in found) == list(range(9))
    assert list(reasons(found)) == [7]
    assert executor.asked.count(7) == 2


def test_what_kills_the_workers_of_dask_is_told_in_words_of_ours():
    found = run(chores.slowly, range(3), executor=Accusing(1, 0, KilledWorker()))
    assert reasons(found) == {1: "its worker died of it 4 times"}
    found = run(chores.slowly, range(3), executor=Accusing(1, 0))
    assert reasons(found) == {1: "MemoryError: its workers died"}


def test_an_executor_of_others_has_the_same_version(monkeypatch):
    versions = iter(["1.0", "0.9"])
    monkeypatch.setattr(processes, "own_version", lambda: next(versions))
    with ThreadPoolExecutor(1) as pool, pytest.raises(WorkersError, match=r"has actviz 0.9.* 1.0"):
        list(run(chores.slowly, range(1), executor=pool))


def test_an_executor_that_is_left_is_told_to_stop():
    futures = []

    class Kept(ThreadPoolExecutor):
        def submit(self, *args):
            futures.append(super().submit(*args))
            return futures[-1]

    with Kept(1) as pool:
        found = run(chores.slowly, range(400), executor=pool)
        next(found)
        found.close()
    assert futures[-1].cancelled()
