"""Work for processes, which import it by its name: a test's own functions they cannot find."""

import os
import signal
import sys
import time
from pathlib import Path
from threading import Lock

import numpy  # noqa: F401  # whose BLAS it is
from threadpoolctl import threadpool_info

from actviz.simulation.cores import cpus


def slowly(item):
    time.sleep(0.005)
    return item


def killed_once(item):
    """Kill the worker at the first of the items that carry a flag, unless it is raised already."""
    index, flag = item
    time.sleep(0.005)
    if flag is not None and not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return index


def poisoned(item):
    if item == "poison":
        time.sleep(0.02)
        os._exit(3)
    time.sleep(0.01)
    return item


class OddError(Exception):
    """One that cannot be pickled, nor be made again from its message."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")
        self.held = Lock()


def various(item):
    print("what work prints goes to standard error")
    if item == "one":
        raise ValueError("one is\ntoo much")
    if item == "two":
        raise OddError(1, 2)
    if item == "exit":
        sys.exit(3)
    if item == "unsent":
        return lambda: None
    if item == "surroundings":
        return surroundings()
    return 2 * item, os.getpid()


def surroundings():
    blas = {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}
    return blas, cpus(), signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def linger(folder):
    """Leave this worker's id in a folder, and work on for longer than any test."""
    Path(folder, str(os.getpid())).touch()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        time.sleep(0.01)


def count_slowly(steps, told):
    """Return how many steps were done, and whether all were."""
    for done in range(steps):
        if not told(done):
            return done, False
        time.sleep(0.005)
    return steps, True


def die_once_watched(item, told):
    """Kill the worker if the flag of an item is not raised yet; without one, each time."""
    flag, number = item
    told(0)
    if flag is None or not Path(flag).exists():
        if flag is not None:
            Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number
