"""How much memory may be taken, asked before it is taken: by simulations, nets, arrays and files.

A container tells its limit to nobody who does not look for it: a process that takes more is killed
without a word. The room reads what the system says of itself, and allocates nothing.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from heapq import nlargest
from itertools import accumulate
from math import ceil, floor, inf
from pathlib import Path
from re import ASCII, IGNORECASE, fullmatch
from typing import NamedTuple

import numpy as np

from actviz.errors import SpecError
from actviz.numbers.scalars import short
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation.blocks import CACHED, is_streamed, least_bytes
from actviz.simulation.cgroups import groups, number_in, text_of
from actviz.simulation.cores import cpus
from actviz.simulation.draws import kept_bytes

#: Of what there is, so much may be taken: the rest is for Python, its libraries and the system.
SHARE = 0.8

#: A cgroup of version 1 without a limit has one that is larger than any machine's memory.
_UNLIMITED = 1 << 60


class Limit(NamedTuple):
    """What bounds a process: how many bytes it leaves, and what it is, for people."""

    left: float
    name: str


#: What to do, or what finds it out.
_Remedy = str | Callable[[], str]


def check_fits(needed: float, what: str, remedy: _Remedy) -> None:
    """Raise SpecError if `needed` bytes are more than 80 % of what is left under the least limit.

    Parameters
    ----------
    needed : float
        An estimate, in bytes.
    what, remedy : str
        Who needs them, and what to do if they are not there: the message's beginning and end. The
        end may be a function that is called where it is needed.

    Raises
    ------
    SpecError
        If they are not there; the message names the limit. Never where no limit is known.
    """
    limit = least()
    if limit is not None and needed > SHARE * limit.left:
        wanted, allowed = _more_and_less(needed, SHARE * limit.left)
        raise SpecError(
            f"{what} about {wanted} of memory, and {allowed} may be taken, 80 % of {limit.name}: "
            f"{_said(remedy)}"
        )


def check_limit(needed: float, limit: float | None, what: str, remedy: _Remedy) -> None:
    """Raise SpecError if `needed` bytes are more than a limit that was asked for, None for none.

    The other parameters are those of `check_fits`.
    """
    if limit is not None and needed > limit:
        wanted, allowed = _more_and_less(needed, limit)
        raise SpecError(
            f"{what} about {wanted} of memory, and memory_limit is {allowed}: raise it, or "
            f"{_said(remedy)}"
        )


def _said(remedy: _Remedy) -> str:
    return remedy if isinstance(remedy, str) else remedy()


def _more_and_less(needed: float, limit: float) -> tuple[str, str]:
    """Return for people what is needed, which is more, and the limit, which is never the same.

    What is needed is enough as it is written, too, where somebody raises the limit to it.
    """
    return bytes_in_words(needed, ceil), bytes_in_words(round(limit), floor)


def fitting(needs: Iterable[float], left: float) -> int:
    """Return how many works may be done at a time, by the CPUs and in so many bytes; at least one.

    `needs` has what each takes, in bytes; the largest of them may meet.
    """
    return max(1, sum(taken <= left for taken in accumulate(nlargest(cpus(), needs))))


def room() -> float:
    """Return how many bytes may be taken, 80 % of what the least limit leaves; inf without one."""
    limit = least()
    return inf if limit is None else SHARE * limit.left


def bytes_in_words(size: float, whole: Callable[[float], int] = round) -> str:
    """Return a number of bytes for people, made `whole` in the last place that is shown.

    Examples
    --------
    >>> bytes_in_words(3.2e9), bytes_in_words(41e9), bytes_in_words(12_345_678)
    ('3.2 GB', '41 GB', '12 MB')
    >>> bytes_in_words(2_000)
    '2 kB'
    >>> bytes_in_words(10_400_000, ceil), bytes_in_words(10_900_000, floor)
    ('11 MB', '10 MB')
    """
    if size >= 9.95e8 and whole(size / 1e8) >= 10:
        return f"{whole(size / 1e9):,} GB" if size >= 9.95e9 else f"{whole(size / 1e8) / 10:.1f} GB"
    if 0 < size < 1e6 and (size < 9.95e5 or not whole(size / 1e6)):
        return f"{whole(size / 1e3):,} kB" if size >= 1e3 else f"{whole(size):,} B"
    return f"{whole(max(size, 0) / 1e6):,} MB"


def bytes_of(limit: int | str) -> float:
    """Return a limit of memory in bytes: a number of them, or a text such as "2GB".

    Units are B, kB, MB, GB, TB, of 1000 each, and KiB, MiB, GiB, TiB, of 1024.

    Raises
    ------
    SpecError
        If it is neither, or not above 0.

    Examples
    --------
    >>> bytes_of("1.5 GB"), bytes_of("512MiB"), bytes_of(10**9)
    (1500000000.0, 536870912.0, 1000000000.0)
    """
    found = fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", str(limit), ASCII | IGNORECASE)
    number = inf
    if found is not None and not isinstance(limit, bool | float):
        size, prefix, binary = found.groups()
        number = float(size) * (1024 if binary else 1000) ** " kmgt".index(prefix.lower() or " ")
    if not 0 < number < inf:
        raise SpecError(
            f"memory_limit must be a number of bytes, or a text such as 2GB (got {short(limit)})"
        )
    return number


def working_bytes(spec: StackSpec, measuring: Measuring) -> int:
    """Return about how much memory a simulation needs at least, its record aside, in bytes.

    That is its peak, but for stacks that run in blocks, which take more where there is more.
    """
    if is_streamed(spec):
        return least_bytes(spec, measuring)
    shapes = set(spec.shapes)  # 100 000 layers are often of one shape
    entry = np.dtype(spec.dtype).itemsize
    # Input, preactivation, activation and two copies of these, or of parts of them, to order.
    forward = spec.samples * max(fan_in + 6 * fan_out for fan_in, fan_out in shapes) * entry
    # Drawn in float64 and scaled; the input too, before anything else is there.
    weights = max(fan_in * fan_out for fan_in, fan_out in shapes) * 16
    drawn_input = spec.samples * spec.shapes[0][0] * 16
    always = CACHED + kept_bytes(spec)
    return max(forward + weights, drawn_input) + _tape_bytes(spec, measuring) + always


def _tape_bytes(spec: StackSpec, measuring: Measuring) -> int:
    """Return how much of the forward pass the backward pass needs: inputs, slopes and weights."""
    if not measuring.gradients:
        return 0
    entry = np.dtype(spec.dtype).itemsize
    return sum(
        (spec.samples * (fan_in + fan_out) + fan_in * fan_out) * entry
        for fan_in, fan_out in spec.shapes
    )


def record_bytes(spec: StackSpec, measuring: Measuring) -> int:
    """Return about how much memory the layers' records take, in bytes."""
    inputs, units = measuring.unit_sample or (0, 0)
    values = min(inputs, spec.samples) * min(units, max(spec.widths))
    binned = sum("histogram" in measuring.kept(name) for name in measuring.signals)
    return spec.depth * (len(measuring.signals) * 2000 + binned * 16 * measuring.bins + 8 * values)


def least(root: Path = Path("/")) -> Limit | None:
    """Return the limit that leaves least, of those that the system tells; None if it tells none.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` are.
    """
    return min(_limits(root), default=None)


def _limits(root: Path) -> Iterator[Limit]:
    yield from _machine()
    yield from _free(root)
    yield from _address_space(root)
    yield from _groups(root)


def _machine() -> Iterator[Limit]:
    with suppress(AttributeError, ValueError, OSError):  # not a POSIX machine
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
        yield Limit(float(pages * size), "the machine's memory")


def _free(root: Path) -> Iterator[Limit]:
    for line in text_of(root / "proc/meminfo").splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable" and rest.split()[:1] and rest.split()[0].isdigit():
            yield Limit(1024.0 * int(rest.split()[0]), "the memory that is free")


def _address_space(root: Path) -> Iterator[Limit]:
    try:
        from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit
    except ImportError:  # not a POSIX machine
        return
    most, _ = getrlimit(RLIMIT_AS)
    if most != RLIM_INFINITY:
        pages = text_of(root / "proc/self/statm").split()[:1] or ["0"]
        mapped = int(pages[0]) * os.sysconf("SC_PAGE_SIZE")
        yield Limit(
            float(max(most - mapped, 0)), "what the limit of address space (ulimit -v) leaves"
        )


# --- control groups -------------------------------------------------------------------------

_NAME = "what the container's limit (cgroup) leaves"


class _Files(NamedTuple):
    """What the files of one version of control groups are called."""

    limit: str
    used: str
    reclaimable: str  # a line of memory.stat: files in memory, which make room when it is needed


_V1 = _Files("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
_V2 = _Files("memory.max", "memory.current", "inactive_file")


def _groups(root: Path) -> Iterator[Limit]:
    """Yield the limits of this process's control groups and of all those that hold them."""
    for group, version in groups(root, "memory"):
        files = _V1 if version == 1 else _V2
        limit = number_in(group / files.limit)
        if limit is None or limit >= _UNLIMITED:
            continue
        used = (number_in(group / files.used) or 0) - _counted(
            group / "memory.stat", files.reclaimable
        )
        yield Limit(float(max(limit - max(used, 0), 0)), _NAME)


def _counted(path: Path, name: str) -> int:
    """Return the number beside a name in a file of names and numbers, 0 where it is not there."""
    rows = (line.split() for line in text_of(path).splitlines())
    return next((int(row[1]) for row in rows if row[:1] == [name] and row[1:][0].isdigit()), 0)
