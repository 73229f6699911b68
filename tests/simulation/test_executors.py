"""Work that is spread: in order, watched, stopped by errors and by Ctrl-C, BLAS held meanwhile."""

import os
import signal
import time
from concurrent.futures import CancelledError
from threading import Event, get_ident

import numpy  # noqa: F401  # whose BLAS it is
import pytest
from threadpoolctl import threadpool_info

from actviz.simulation import executors
from actviz.simulation.executors import one_blas_thread, spread


def count():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_results_come_in_the_order_of_the_items():
    def work(item, told):
        time.sleep(0.03 if item == 0 else 0)
        return item, get_ident()

    found = spread(work, range(6))
    assert [item for item, _ in found] == list(range(6))
    assert get_ident() not in {thread for _, thread in found}
    assert spread(work, []) == []


def test_progress_is_the_sum_of_what_is_told(monkeypatch):
    monkeypatch.setattr(executors, "_TICK", 0.001)

    def work(item, told):
        for step in range(1, 4):
            time.sleep(0.002)
            assert told(step)

    seen = []
    spread(work, range(5), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 15
    assert len(set(seen)) > 2


def test_an_error_stops_the_others():
    begun = Event()

    def work(item, told):
        if item == 1:
            begun.wait(5)
            raise KeyError(item)
        step = 0
        while told(step):
            begun.set()
            step += 1
            time.sleep(0.001)
        raise CancelledError

    with pytest.raises(KeyError):
        spread(work, range(9))


@pytest.mark.parametrize("keep", [False, True])
def test_ctrl_c_stops_what_is_under_way(keep):
    """A real signal; where results are kept, a second one is not heard."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    steps = []

    def work(item, told):
        step = 0
        while told(step):
            step += 1
            time.sleep(0.001)
        if keep and item == 0:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
        steps.append((item, step))
        return item

    def progress(done):
        if done > 3 and not sent:
            sent.append(done)
            os.kill(os.getpid(), signal.SIGINT)

    sent = []
    try:
        if keep:
            assert spread(work, range(4), progress=progress, keep=True) == [0, 1, 2, 3]
            assert dict(steps)[3] == 0  # it had not begun
        else:
            with pytest.raises(KeyboardInterrupt):
                spread(work, range(4), progress=progress)
            assert sorted(dict(steps)) == [0, 1]  # the others never ran
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_blas_is_held_to_one_thread_only_while_it_is_asked_to():
    before = count()
    assert spread(lambda item, told: max(count()), range(2)) == [1, 1]
    assert spread(lambda item, told: count(), range(2), one_blas=False) == [before, before]
    assert count() == before


def test_the_last_to_leave_gives_the_threads_of_blas_back():
    def count():
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = count()
    first, second = one_blas_thread(), one_blas_thread()
    first.__enter__()
    second.__enter__()
    assert set(count()) == {1}
    first.__exit__(None, None, None)
    assert set(count()) == {1}
    second.__exit__(None, None, None)
    assert count() == before
    with pytest.raises(KeyError), one_blas_thread():
        raise KeyError
    assert count() == before
