"""How many CPUs this process may use, which is not how many the machine has.

A batch system or `taskset` pins a process to some of them, and a container's quota gives it their
time: who starts more threads than that waits for them. The room reads what the system says.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from threading import local

from actviz.simulation.cgroups import groups, number_in, text_of


class _Here(local):
    """What a thread may start: nothing, where it is itself one of several on their cores."""

    alone = False


_here = _Here()


def cpus(root: Path = Path("/")) -> int:
    """Return how many CPUs the caller may use, at least 1.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` are.

    Notes
    -----
    Those of the process's affinity, or as many as the quotas of its control groups add up to in
    time, if that is less; half a CPU counts as one. One, inside of `on_one_core`.
    """
    if _here.alone:
        return 1
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        count = os.cpu_count() or 1
    return max(1, min([count, *map(ceil, _quotas(root))]))


@contextmanager
def on_one_core() -> Iterator[None]:
    """Let this thread's work start no others: it is one of several that share the cores."""
    before, _here.alone = _here.alone, True
    try:
        yield
    finally:
        _here.alone = before


def _quotas(root: Path) -> Iterator[float]:
    """Yield how many CPUs' time each control group has."""
    for group, version in groups(root, "cpu"):
        if version == 1:
            quota, period = (
                number_in(group / f"cpu.cfs_{name}_us") for name in ("quota", "period")
            )
        else:
            words = [*text_of(group / "cpu.max").split(), "", ""]
            quota, period = (int(word) if word.isdigit() else None for word in words[:2])
        if quota and period:
            yield quota / period
