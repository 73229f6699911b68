"""How workers begin: or do not, which is said; what becomes of them is in test_processes."""

import signal
import subprocess
import sys

import chores
import pytest

from actviz.errors import NoWorkersError, WorkersError
from actviz.simulation import workers
from actviz.simulation.processes import run


def test_workers_that_do_not_begin_end_the_work(monkeypatch):
    monkeypatch.setattr(workers, "_PROGRAM", "raise SystemExit(5)")
    with pytest.raises(NoWorkersError, match=r"before they begin \(exit code 5\)"):
        list(run(chores.slowly, range(3), workers=1))


def test_workers_that_cannot_load_the_work_say_so(monkeypatch):
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if "tests" not in entry])
    with pytest.raises(NoWorkersError, match=r"cannot load its work: ModuleNotFoundError.*chores"):
        list(run(chores.slowly, range(3), workers=1))


def test_workers_of_another_version_are_refused(monkeypatch):
    monkeypatch.setattr(workers, "own_version", lambda: "9.9")
    with pytest.raises(WorkersError, match=r"a worker has actviz \d.*this is actviz 9.9"):
        list(run(chores.slowly, range(3), workers=1))


def test_a_python_that_prints_while_it_starts_is_a_worker_too(monkeypatch):
    monkeypatch.setattr(workers, "_PROGRAM", f"print('hello, ' * 99);{workers._PROGRAM}")
    assert list(run(chores.slowly, range(3), workers=1)) == [(0, 0), (1, 1), (2, 2)]


@pytest.mark.parametrize("executable", ["", "/nowhere/python"])
def test_without_a_python_there_are_no_workers(executable, monkeypatch):
    monkeypatch.setattr(sys, "executable", executable)
    with pytest.raises(NoWorkersError, match=r"no Python here|cannot be started.*/nowhere/python"):
        list(run(chores.slowly, range(3)))


@pytest.mark.parametrize("heard", [b"", b'["/somewhere", "/else'], ids=["nothing", "half a line"])
def test_a_worker_whose_parent_was_stopped_before_it_began_ends_quietly(heard):
    command = [sys.executable, "-P", "-c", workers._PROGRAM]
    done = subprocess.run(command, input=heard, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="of POSIX machines")
def test_a_process_that_is_started_here_does_not_hear_ctrl_c_before_it_decides(capfd):
    program = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('on', flush=True)"
    with workers._no_interrupt():
        done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == 0
    assert capfd.readouterr() == ("on\n", "")
