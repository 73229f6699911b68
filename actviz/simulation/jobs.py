"""Stacks to run: how much memory they take, how many run at once, and on what.

What a stack is computed of is not known here: the room is handed a function that runs one.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import replace
from functools import partial
from heapq import nlargest
from math import ceil, inf
from time import process_time  # noqa: TID251  # no test: the pace of this machine
from typing import NamedTuple

from actviz.errors import NoWorkersError, WorkersError
from actviz.layers.initializers import initializer_name
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.records.spec import StackSpec
from actviz.records.summary import writer
from actviz.simulation.cores import cpus
from actviz.simulation.executors import MayGoOn, Progress, is_small, spread
from actviz.simulation.memory import (
    bytes_of,
    check_fits,
    check_limit,
    fitting,
    record_bytes,
    room,
    working_bytes,
)
from actviz.simulation.processes import Failure, run
from actviz.simulation.sending import unsendable
from actviz.simulation.workers import WORKER_BYTES

#: Small stacks that run on threads whatever they are; by what they take, the others' way is chosen,
#: in CPU time: a machine that is busy changes nothing.
_TRIED = 12

#: From so many seconds of CPU time on, processes are worth their start, of 0.3 s each.
_PROCESSES_FROM = 2.0

#: So many are handed to threads at a time, whose records come together.
TOGETHER = 64

#: What is to be lowered leaves this share of the memory, or less, when it is halved.
_MATTERS = 0.9

#: So many values take about as long as a layer's own costs.
_LAYER_VALUES = 25_000


class Job(NamedTuple):
    """A stack to run, what to keep of it, several ways, and whose records these are."""

    spec: StackSpec
    measurings: tuple[Measuring, ...]
    places: tuple[int, ...]
    #: What its work may take, in bytes; by default half of what may be taken at all.
    memory: float | None = None


MeasuredLayer = tuple[LayerRecord, ...]
"""A layer, as each of several measurings sees it."""

LayersOf = Callable[[Job, MayGoOn], Iterator[MeasuredLayer]]
"""Runs a job: yields its layers, and is told after each whether it may go on."""

#: What becomes of a job: its layers, for each of its measurings.
_Layers = list[tuple[LayerRecord, ...]]

_Work = Callable[..., _Layers]

#: Takes jobs and yields what becomes of each, with its place among them, as they are done.
_Way = Callable[[Sequence[Job]], Iterator[tuple[int, _Layers]]]


def all_small(spec: StackSpec) -> bool:
    """Whether a stack is one core's work (`actviz.simulation.executors.is_small`)."""
    return all(is_small(spec.samples, shape) for shape in set(spec.shapes))


# --- memory


def check_memory(jobs: Sequence[Job], *, times: int = 1, here: bool = True) -> None:
    """Raise SpecError if jobs need more memory than may be taken (`actviz.simulation.memory`).

    That is what the largest of them needs, and the records of all: `times` of each in the end. If
    they are not run `here`, their own limits alone are known.
    """
    records = times * _record_bytes(jobs)

    def remedy() -> str:
        return _remedy(max(jobs, key=_working_bytes))

    if here:
        check_fits(max(map(_working_bytes, jobs), default=0) + records, "this needs", remedy)
    for job in jobs:
        check_limit(_working_bytes(job) + records, job.memory, "this needs", remedy)


def _remedy(job: Job) -> str:
    """Return what to lower, where too much memory is needed: what makes a difference, halved."""
    spec = job.spec
    widths = tuple(ceil(width / 2) for width in spec.widths)
    depth = ceil(spec.depth / 2)
    fan_in = None if spec.input_width is None else ceil(spec.input_width / 2)
    halves = {
        "width": job._replace(spec=replace(spec, width=widths, input_width=fan_in)),
        "samples": job._replace(spec=replace(spec, samples=ceil(spec.samples / 2))),
        "depth": job._replace(spec=replace(spec, width=spec.widths[:depth], depth=depth)),
        "bins": job._replace(measurings=tuple(map(_half_as_fine, job.measurings))),
    }
    now = _bytes(job)
    names = [name for name, half in halves.items() if _bytes(half) < _MATTERS * now] or ["width"]
    return f"lower {' or '.join(filter(None, (', '.join(names[:-1]), names[-1])))}"


def _half_as_fine(measuring: Measuring) -> Measuring:
    return replace(measuring, bins=ceil(measuring.bins / 2))


def _bytes(job: Job) -> int:
    return _working_bytes(job) + _record_bytes([job])


def check_each_fits(
    specs: Sequence[StackSpec], measuring: Measuring, memory_limit: int | str | None = None
) -> None:
    """Raise SpecError if the largest of the stacks takes more memory than there is, or may be."""
    largest = max(specs, key=lambda spec: working_bytes(spec, measuring), default=None)
    memory = None if memory_limit is None else bytes_of(memory_limit)
    if largest is not None:
        check_memory([Job(largest, (measuring,), (0,), memory)])


def at_once(jobs: Sequence[Job], *, beside: int = 0, held: int | None = None) -> int:
    """Return how many jobs may be at work at a time, by the CPUs and the memory that there are.

    Parameters
    ----------
    jobs : sequence of Job
        All that there are; the largest ones may meet.
    beside : int
        What each takes beside its working memory, in bytes.
    held : int, optional
        How many of their records are kept at a time; default: all.
    """
    return fitting((_working_bytes(job) + beside for job in jobs), _left(jobs, held))


def memory_share(jobs: Sequence[Job], workers: int, *, held: int | None = None) -> float:
    """Return how many bytes the work of a job may take, where it is done by one of some processes.

    As many as the largest needs, where even these are more than its share.
    """
    share = _left(jobs, held) / workers - WORKER_BYTES
    return max(share, *map(_bytes, jobs))


def _left(jobs: Sequence[Job], held: int | None = None) -> float:
    """Return how many bytes the work of all that run at a time may take, their records aside."""
    return min([room(), *(job.memory or inf for job in jobs)]) - _record_bytes(jobs, held)


def working_memory(job: Job) -> float:
    """Return how many bytes a job's work may take: as many as it is allowed, or half of all.

    Less a twentieth, which Python and its libraries have already.
    """
    return 0.95 * (room() / 2 if job.memory is None else min(job.memory, room()))


def _working_bytes(job: Job) -> int:
    return max(working_bytes(job.spec, measuring) for measuring in job.measurings)


def _record_bytes(jobs: Sequence[Job], held: int | None = None) -> int:
    each = [sum(record_bytes(job.spec, kept) for kept in job.measurings) for job in jobs]
    return sum(each if held is None else nlargest(held, each))


# --- ways to run several


def run_jobs(
    layers_of: LayersOf,
    jobs: Sequence[Job],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    held: int | None = None,
) -> Generator[tuple[int, Record], None, None]:
    """Yield the records of jobs with the places that these name, by the way that is fastest.

    Parameters
    ----------
    layers_of : callable
        Runs one job: a function of a module, which processes can be told by its name.
    jobs : sequence of Job
        What there is to do, for a caller who has asked `check_memory`.
    executor : Executor, optional
        Of the caller's, that all of it goes through.
    progress : callable, optional
        Told how many layers are done.
    held : int, optional
        How many of the records the caller keeps at a time; default: all.

    Yields
    ------
    (int, Record)
        As they are done: in any order.

    Raises
    ------
    Exception
        The first error of a job; the others are stopped.
    WorkersError
        If a job has cost its worker its life twice, or an executor has lost it.
    """
    done = 0

    def told_of(layers: int) -> None:
        if progress is not None:
            progress(done + layers)

    def take(some: Sequence[Job], way: _Way) -> Iterator[tuple[int, Record]]:
        nonlocal done
        for index, layers in way(some):
            job = some[index]
            for place, measuring, seen in zip(job.places, job.measurings, layers, strict=True):
                yield (
                    place,
                    Record(spec=job.spec, measuring=measuring, layers=seen, writer=writer()),
                )
        done += sum(job.spec.depth for job in some)

    work = partial(_done, layers_of)
    on_threads = partial(_on_threads, work, told_of, held)
    one_by_one = partial(_one_by_one, work, told_of)  # a large one takes all cores
    on_processes = partial(_on_processes, work, told_of, held)
    if executor is not None:
        yield from take(jobs, partial(_on_executor, work, told_of, executor))
        return
    small = [job for job in jobs if all_small(job.spec)]
    large = [job for job in jobs if not all_small(job.spec)]
    for some, first, way in ((small, _TRIED, on_threads), (large, 1, one_by_one)):
        tried, others = some[:first], some[first:]
        begun = process_time()
        found = list(take(tried, way))
        pace = (process_time() - begun) / sum(map(_weight, tried)) if tried else 0.0
        yield from found
        if others:
            yield from take(others, on_processes if _want_processes(others, pace, held) else way)


def _done(layers_of: LayersOf, job: Job, told: MayGoOn = lambda layers: True) -> _Layers:
    """Do a job; return its layers, for each of its measurings."""
    return list(zip(*layers_of(job, told), strict=True))


def _on_threads(
    work: _Work, told_of: Progress, held: int | None, jobs: Sequence[Job]
) -> Iterator[tuple[int, _Layers]]:
    if len(jobs) == 1:
        yield from _one_by_one(work, told_of, jobs)
        return
    before, workers = 0, at_once(jobs, held=held)
    for start in range(0, len(jobs), TOGETHER):
        some = jobs[start : start + TOGETHER]

        def told(layers: int, before: int = before) -> None:
            told_of(before + layers)

        yield from enumerate(spread(work, some, workers=workers, progress=told), start)
        before += sum(job.spec.depth for job in some)


def _one_by_one(
    work: _Work, told_of: Progress, jobs: Sequence[Job]
) -> Iterator[tuple[int, _Layers]]:
    before = 0
    for index, job in enumerate(jobs):

        def told(layers: int, before: int = before) -> bool:
            told_of(before + layers)
            return True

        yield index, work(job, told)
        before += job.spec.depth


def _on_processes(
    work: _Work, told_of: Progress, held: int | None, jobs: Sequence[Job]
) -> Iterator[tuple[int, _Layers]]:
    workers = at_once(jobs, beside=WORKER_BYTES, held=held)
    each = memory_share(jobs, workers, held=held)
    sent = [job._replace(memory=each) for job in jobs]
    found = set[int]()
    try:
        for index, layers in _told(jobs, run(work, sent, workers=workers), told_of):
            found.add(index)
            yield index, layers
    except NoWorkersError:
        left = [index for index in range(len(jobs)) if index not in found]
        way = _one_by_one
        if all_small(jobs[0].spec):
            way = partial(_on_threads, held=held)
        before = sum(jobs[index].spec.depth for index in found)
        rest = way(work, lambda layers: told_of(before + layers), jobs=[jobs[i] for i in left])
        yield from ((left[index], layers) for index, layers in rest)


def _on_executor(
    work: _Work, told_of: Progress, executor: Executor, jobs: Sequence[Job]
) -> Iterator[tuple[int, _Layers]]:
    return _told(jobs, run(work, jobs, executor=executor), told_of)


def _told(
    jobs: Sequence[Job],
    outcomes: Generator[tuple[int, _Layers | Failure], None, None],
    told_of: Progress,
) -> Iterator[tuple[int, _Layers]]:
    """Yield what becomes of all, as they are done; the first failure ends the others."""
    done = 0
    with closing(outcomes):
        for index, outcome in outcomes:
            spec = jobs[index].spec
            if isinstance(outcome, Failure):
                who = f"{spec.activation.name}, {initializer_name(spec.init)}, depth {spec.depth}"
                raise outcome.error or WorkersError(f"{who}: {outcome.reason}")
            done += spec.depth
            told_of(done)
            yield index, outcome


def _want_processes(jobs: Sequence[Job], pace: float, held: int | None) -> bool:
    """Whether processes are worth their start, and can be had; `pace` in seconds for a weight of 1.

    Threads of one process take turns for more than half of a small stack's time (Python's lock).
    Large stacks, all or none of these, share the cores if there are enough for all of them;
    else the cores share each one.
    """
    small, workers = all_small(jobs[0].spec), at_once(jobs, beside=WORKER_BYTES, held=held)
    shared = workers > 1 and (small or (workers == cpus() and len(jobs) >= 2 * workers))
    if not shared or pace * sum(map(_weight, jobs)) < _PROCESSES_FROM:
        return False
    parts = {id(part): part for job in jobs for part in (job.spec.activation, job.spec.init)}
    return not any(map(unsendable, parts.values()))


def _weight(job: Job) -> float:
    """Return about how long a job takes, in a unit that is the machine's."""
    return job.spec.samples * sum(job.spec.widths) + _LAYER_VALUES * job.spec.depth
