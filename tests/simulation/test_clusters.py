"""A Dask cluster: found, or one line; and what becomes of a sweep on one that loses a worker."""

import os
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread

import pytest
from deadly import Deadly

from actviz.errors import ExportError, MissingExtraError, SpecError, WorkersError
from actviz.simulation import clusters
from actviz.simulation.clusters import dask_executor
from actviz.sweeps.running import run, sweep
from actviz.sweeps.spec import SweepSpec

SWEEP = SweepSpec.of(activation="tanh", std="0.01..3:20", depth=20, width=50, samples=200, seeds=2)


def test_without_distributed_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MissingExtraError, match=r"pip install 'actviz\[dask\]'"),
        dask_executor("tcp://127.0.0.1:8786"),
    ):
        pass


@pytest.mark.parametrize(
    "address",
    [
        *("", "host", "host:8786", "http://host:8786", "tcp://", "tcp://host", "tcp://host:"),
        *("tcp://host:x", "tcp://host:0", "tcp://host:99999", "tls://:8786", "tcp://host:８７８６"),
    ],
)
def test_what_is_no_address_is_refused(address):
    pytest.importorskip("distributed")
    with pytest.raises(SpecError, match="such as tcp://host:8786"), dask_executor(address):
        pass


@pytest.mark.heavy
def test_a_scheduler_that_is_not_there_is_one_line_after_three_seconds():
    pytest.importorskip("distributed")
    with (
        pytest.raises(ExportError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9 "),
        dask_executor("tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.heavy
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_server_of_another_kind_is_no_scheduler(says):
    """Such as the dashboard of one, which waits to be asked, or refuses what it does not know."""
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard = []

        def answer():
            with suppress(OSError):  # the server is closed
                while True:
                    heard.append(server.accept()[0])
                    heard[-1].sendall(says)

        Thread(target=answer, daemon=True).start()
        with (
            pytest.raises(ExportError, match="no Dask scheduler answers at"),
            dask_executor(f"tcp://127.0.0.1:{server.getsockname()[1]}"),
        ):
            pass
    assert heard
    for connection in heard:
        connection.close()


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as made:
        yield made


@pytest.mark.heavy
@pytest.mark.filterwarnings("default")
def test_on_a_cluster_that_loses_a_worker_nothing_is_lost_and_nothing_twice(cluster):
    expected = sweep(SWEEP, workers=2)
    numbers = range(len(SWEEP))
    found = []
    nanny = next(iter(cluster.workers.values()))
    worker = nanny.pid
    with dask_executor(cluster.scheduler_address) as executor:
        for row in run(SWEEP, numbers, executor=executor):
            found.append(row)
            if len(found) == len(numbers) // 2:
                os.kill(worker, signal.SIGKILL)
    assert nanny.pid != worker
    assert sorted(row.number for row in found) == list(numbers)
    assert tuple(sorted(found, key=lambda row: row.number)) == expected.rows


class LostClient:
    """Of a scheduler that is gone, and comes back after a few looks, or does not."""

    def __init__(self, *states):
        self.states = list(states)

    @property
    def status(self):
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def get_executor(self, pure):
        return ThreadPoolExecutor(1)


def test_a_scheduler_that_is_lost_is_one_error_and_one_that_comes_back_is_none(monkeypatch):
    monkeypatch.setattr(clusters, "_LOOK", 0)
    back = clusters._Cluster(LostClient("connecting", "connecting", "running"), "tcp://a:1")
    assert back.submit(max, 3, 4).result() == 4
    gone = clusters._Cluster(LostClient("connecting", "connecting", "closed"), "tcp://a:1")
    with pytest.raises(WorkersError, match=r"^the scheduler at tcp://a:1 is lost$"):
        gone.submit(max, 3, 4)


class Emptied:
    """A client whose scheduler answers these, and then is lost."""

    def __init__(self, stop, *answers):
        self.answers, self.stop, self.status = list(answers), stop, "running"

    def nthreads(self):
        if not self.answers:
            self.stop.set()
            self.answers = [OSError("lost")]
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_cluster_without_workers_is_told_once_and_so_is_that_it_has_some_again(monkeypatch):
    monkeypatch.setattr(clusters, "_WATCH", 0)
    some, none = {"tcp://w:1": 1}, {}

    def told(*answers):
        found = []
        stop = Event()
        clusters._look_for_workers(Emptied(stop, *answers), "tcp://a:1", found.append, stop)
        return found

    lost, again = told(some, none, none, OSError("later"), none, some, some)
    assert lost == (
        "the cluster at tcp://a:1 has no workers: start one with dask worker tcp://a:1, or press "
        "Ctrl-C, which keeps what is done"
    )
    assert again == "the cluster at tcp://a:1 has workers again"
    assert told(some, none, some, none, some) == []  # a nanny has replaced what died
    assert told(none, none, none) == [lost]


@pytest.mark.heavy
@pytest.mark.filterwarnings("default")
def test_a_cluster_that_loses_all_its_workers_says_so_and_goes_on_when_they_are_back(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(clusters, "_WATCH", 0.2)
    told, found = [], []
    numbers = range(len(SWEEP))
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as made:

        def tell(line):
            told.append(line)
            if len(told) == 1:
                made.scale(1)

        with dask_executor(made.scheduler_address, tell=tell) as executor:
            for row in run(SWEEP, numbers, executor=executor):
                found.append(row)
                if len(found) == 3:
                    made.scale(0)
    assert [" has no workers: " in line for line in told] == [True, False]
    assert told[1].endswith(" has workers again")
    assert sorted(row.number for row in found) == list(numbers)
    assert all(row.failed is None for row in found)


@pytest.mark.heavy
@pytest.mark.filterwarnings("default")
def test_workers_of_another_version_are_named(cluster, monkeypatch):
    _until_there_is_a_worker(cluster)
    monkeypatch.setattr(clusters, "_ours", lambda: "9.9")
    with (
        pytest.raises(WorkersError, match=r"worker at tcp://.* has actviz .*, and this is .* 9.9"),
        dask_executor(cluster.scheduler_address),
    ):
        pass


@pytest.mark.heavy
@pytest.mark.filterwarnings("default")
def test_a_worker_of_another_version_that_came_later_is_named(cluster, monkeypatch):
    """What it says itself is no more than that there is one."""
    _until_there_is_a_worker(cluster)

    def ends_with(said, ours):
        with dask_executor(cluster.scheduler_address):
            monkeypatch.setattr(clusters, "_ours", lambda: ours)
            raise WorkersError(said)

    ours = clusters._ours()
    with pytest.raises(WorkersError, match=r"worker at tcp://.* has actviz .*, and this is .* 9.9"):
        ends_with("a worker has actviz 0.0.1", "9.9")
    monkeypatch.undo()
    with pytest.raises(WorkersError, match=r"^something else$"):
        ends_with("something else", ours)


@pytest.mark.heavy
@pytest.mark.filterwarnings("default")
def test_a_stack_that_kills_its_workers_there_is_named_and_left(cluster):
    specs = [SWEEP.stack(number) for number in range(4)]
    specs.insert(2, replace(specs[0], init=Deadly()))
    _until_there_is_a_worker(cluster)
    with (
        dask_executor(cluster.scheduler_address) as executor,
        pytest.warns(UserWarning, match="1 of 5 stacks failed"),
    ):
        found = sweep(specs, executor=executor).rows
    assert [row.number for row in found if row.failed is not None] == [2]
    assert found[2].failed == "its worker died of it 4 times"
    assert found[0].judged == sweep([specs[0]]).rows[0].judged


def _until_there_is_a_worker(cluster):
    """Wait for one that takes the place of the killed; the other may take minutes, or give up."""
    distributed = pytest.importorskip("distributed")
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=60)


@pytest.mark.heavy
@pytest.mark.filterwarnings("default")
def test_a_scheduler_without_workers_is_said():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=0, processes=True, dashboard_address=":0") as empty,
        pytest.raises(WorkersError, match="has no workers: start some with dask worker tcp://"),
        dask_executor(empty.scheduler_address),
    ):
        pass
