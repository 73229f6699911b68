"""Work that takes long, on processes: in order, watched, and stopped with what it has."""

import os
import signal
from threading import Event, Thread

import pytest
from chores import count_slowly, die_once_watched

from actviz.errors import NoWorkersError, WorkersError
from actviz.simulation import workers
from actviz.simulation.processes import Watch, run
from actviz.simulation.watched import others_hear_interrupts, spread_on_processes


def test_results_stand_in_order_and_steps_are_told():
    told = []
    found = spread_on_processes(count_slowly, [30, 3, 20], workers=2, progress=told.append)
    assert found == [(30, True), (3, True), (20, True)]
    assert told
    assert max(told) <= 53


@pytest.mark.parametrize("presses", [1, 3])
def test_ctrl_c_ends_what_is_under_way_and_gives_all(presses):
    pressed = Event()

    def press(done):
        if done and not pressed.is_set():
            pressed.set()
            for _ in range(presses):
                os.kill(os.getpid(), signal.SIGINT)

    found = spread_on_processes(count_slowly, [10**6] * 5, workers=2, progress=press)
    assert [whole for _, whole in found] == [False] * 5
    assert sum(steps > 0 for steps, _ in found) in (1, 2)  # the others had not begun
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_worker_that_dies_costs_no_result(tmp_path):
    items = [(str(tmp_path / f"{number}"), number) for number in range(3)]
    assert spread_on_processes(die_once_watched, items, workers=2) == [0, 1, 2]


def test_work_that_kills_its_workers_is_named(tmp_path):
    with pytest.raises(WorkersError, match="its worker died of it 2 times"):
        spread_on_processes(die_once_watched, [(None, 1)], workers=2)


def test_an_error_of_the_work_arrives():
    with pytest.raises(TypeError):
        spread_on_processes(count_slowly, [1, "two"], workers=2)


def test_where_no_process_can_be_started_it_is_said(monkeypatch):
    monkeypatch.setattr(workers.sys, "executable", "/bin/false")
    with pytest.raises(NoWorkersError):
        spread_on_processes(count_slowly, [1, 2], workers=2)


def test_what_had_died_when_all_were_stopped_is_left_out(tmp_path):
    """Nobody waits for a worker that is gone."""
    stop = Event()

    def told(index, steps):
        stop.set()

    items = [(str(tmp_path / "once"), -1), (None, 1)]
    found = list(run(die_once_watched, items, workers=2, watch=Watch(told, stop)))
    assert len(found) <= 2


def test_who_hears_ctrl_c():
    assert not others_hear_interrupts()
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        assert others_hear_interrupts()
        there = []
        other = Thread(target=lambda: there.append(others_hear_interrupts()))
        other.start()
        other.join()
        assert there == [False]
    finally:
        signal.signal(signal.SIGINT, before)
