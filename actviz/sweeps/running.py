"""sweep(…) -> SweepRecord: every stack is run and judged, whoever does it and in which order."""

import warnings
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from typing import Any

from actviz.diagnosis.rules import get_profile
from actviz.diagnosis.verdict import diagnose
from actviz.errors import NoWorkersError, SpecError
from actviz.format import counted
from actviz.numbers.scalars import check_integer
from actviz.records.spec import StackSpec
from actviz.simulation import processes
from actviz.simulation.arguments import check_executor, check_progress, specs_in
from actviz.simulation.cores import cpus
from actviz.simulation.executors import Item, Result
from actviz.simulation.jobs import Job, at_once, check_memory, memory_share
from actviz.simulation.memory import bytes_of, working_bytes
from actviz.simulation.sending import unsendable
from actviz.simulation.stacks import simulate, without_measuring
from actviz.simulation.workers import WORKER_BYTES
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import Judged, Row
from actviz.sweeps.size import MOST_UNASKED, Work, check_size
from actviz.sweeps.spec import SweepSpec

_PROFILE = get_profile("default")

#: Sweeps that take fewer seconds are done before other processes have started.
_SHORT = 2.0


def sweep(
    what: SweepSpec | Sequence[StackSpec] | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    memory_limit: int | str | None = None,
    at_most: int = MOST_UNASKED,
    progress: Callable[[int], None] | None = None,
    **fields: Any,
) -> SweepRecord:
    """Run and judge many stacks.

    Parameters
    ----------
    what : SweepSpec or sequence of StackSpec, optional
        What to run, instead of fields.
    executor : Executor, optional
        Of `concurrent.futures`, of a cluster's too, instead of processes of our own: specs go out,
        and what is judged of them comes back.
    workers : int, optional
        How many processes, where there is no executor; default: as many as CPUs and memory allow,
        and none for a sweep of two seconds.
    memory_limit : int or str, optional
        How much memory the stacks may take that run at a time, as in `simulate_many`; on an
        executor, each of them.
    at_most : int, default 100 000
        More stacks than this are refused, with an estimate of what they take.
    progress : callable, optional
        Called with the number of stacks that are done.
    **fields
        Those of `StackSpec`, `std` and `gain`, and `seeds`: a value or several, as in
        `SweepSpec.of`.

    Raises
    ------
    SpecError
        Before any work, if a value is wrong, or there are more stacks than anyone wants.
    WorkersError
        If processes cannot be started, workers have another version of actviz, or the executor
        says so where it is given work.

    Notes
    -----
    A stack that cannot be run, as it ends its worker each time, is a row with `Row.failed`, and
    the others go on; of those that failed, a UserWarning names the first. Processes of our own
    outlive such a stack. A `ProcessPoolExecutor` does not: all that is not done when one of its
    workers is killed fails with it, the stack that did it being one of the first. What failed so
    is run again by ``sweep([row.spec for row in found.rows if row.failed])``, and gives the same
    numbers as it would have then; the warning says so, or what else helps.

    Examples
    --------
    >>> found = sweep(activation="tanh", init=["he", "std=0.01"], depth=4, width=20, samples=50)
    >>> [row.judged.verdict for row in found.rows]
    ['healthy', 'vanishing_gradient']
    """
    if what is not None and fields:
        raise SpecError("sweep takes a SweepSpec, a list of specs, or fields: one of them")
    check_executor(executor)
    check_progress(progress)
    if executor is not None and workers is not None:
        raise SpecError("an executor has workers of its own: leave workers out")
    asked = what_is_asked(SweepSpec.of(**fields, at_most=at_most) if what is None else what)
    numbers = range(len(asked))
    check_size(*_size(asked), here=len(numbers), most=at_most)
    rows: list[Row] = []
    failures: list[processes.Failure] = []
    found = run(
        asked,
        numbers,
        executor=executor,
        workers=workers,
        memory_limit=memory_limit,
        failures=failures,
    )
    with closing(found):
        for row in found:
            rows.append(row)
            if progress is not None:
                progress(len(rows))
    rows.sort(key=lambda row: row.number)
    if failures:
        failed = [row for row in rows if row.failed is not None]
        warnings.warn(
            f"{len(failed):,} of {counted(len(rows), 'stack')} failed, and their rows say why; the "
            f"first is {failed[0].in_words}: {failed[0].failed}; {_remedy(failures, executor)}",
            stacklevel=2,
        )
    return SweepRecord(sweep=asked if isinstance(asked, SweepSpec) else None, rows=tuple(rows))


def _remedy(failures: Sequence[processes.Failure], executor: Executor | None) -> str:
    """Return what the caller of `sweep` can do about stacks that failed."""
    if not all(each.lasting for each in failures):
        without = "" if executor is None else " without executor=, where none fails for another"
        return f"sweep([row.spec for row in found.rows if row.failed]) runs them again{without}"
    if not all(each.sent for each in failures):
        which = "workers" if executor is None else "executor"
        return f"leave {which} out, and they need not be sent"
    return "it would come again: simulate(row.spec) raises it where it happens"


#: Which stacks there are: those of a sweep, or named one by one.
SweepOrSpecs = SweepSpec | tuple[StackSpec, ...]


def what_is_asked(what: SweepSpec | Sequence[StackSpec]) -> SweepOrSpecs:
    """Return which stacks are meant.

    Raises
    ------
    SpecError
        If it is something else, or a list of none.
    """
    if isinstance(what, SweepSpec):
        return what
    specs = specs_in(what, "sweep takes a SweepSpec, or a list of StackSpec")
    if not specs:
        raise SpecError("a sweep has at least one stack (got a list of 0)")
    return tuple(map(without_measuring, specs))


def named(what: SweepOrSpecs, number: int) -> Row:
    """Return a row of which nothing is known yet but its stack."""
    if isinstance(what, SweepSpec):
        seed_number: int | None = what.seed_number(number)
        return Row(number=number, seed_number=seed_number, spec=what.stack(number))
    return Row(number=number, seed_number=None, spec=what[number])


def run(
    what: SweepOrSpecs,
    numbers: Sequence[int],
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    memory_limit: int | str | None = None,
    failures: list[processes.Failure] | None = None,
) -> Generator[Row, None, None]:
    """Return what yields rows of these numbers with what the judge says, as they are done.

    The parameters are those of `sweep`; `failures` has each when it is known.

    Raises
    ------
    SpecError
        At once, if a stack needs more memory than there is, or workers or a limit are wrong.
    WorkersError
        With the first row, if processes cannot be started, or workers have another version of
        actviz.
    """
    items = Stacks(what, numbers)
    memory = None if memory_limit is None else bytes_of(memory_limit)
    if items:
        largest = Job(_largest(what), (_PROFILE.measuring,), (0,), memory)
        check_memory([largest], here=executor is None)
    threads = False
    if executor is None and items:
        fitting = at_once([largest] * cpus(), beside=WORKER_BYTES)
        if workers is not None:
            workers = min(check_integer("workers", workers, 1, 10_000), fitting)
        else:
            quick = len(numbers) * _size(what)[1].seconds < _SHORT
            sent = _can_be_sent(what)
            threads, workers = quick or not sent, 1 if quick and sent else fitting
        memory = memory_share([largest], workers)
    work = partial(judged, memory_limit=memory)
    found = outcomes(work, items, workers=workers, executor=executor, threads=threads)
    return _rows(what, numbers, found, [] if failures is None else failures)


def _rows(
    what: SweepOrSpecs,
    numbers: Sequence[int],
    found: Generator[tuple[int, Judged | processes.Failure], None, None],
    failures: list[processes.Failure],
) -> Generator[Row, None, None]:
    with closing(found):
        for index, outcome in found:
            row = named(what, numbers[index])
            if isinstance(outcome, processes.Failure):
                failures.append(outcome)
                yield replace(row, failed=outcome.reason)
            else:
                yield replace(row, judged=outcome)


def outcomes(
    work: Callable[..., Result],
    items: Sequence[Item],
    *,
    workers: int | None,
    executor: Executor | None = None,
    threads: bool = False,
    watch: processes.Watch | None = None,
) -> Generator[tuple[int, Result | processes.Failure], None, None]:
    """Yield what becomes of each item, as `actviz.simulation.processes.run` does.

    On threads of our own where no process can be started, and where these are asked for: there work
    that is watched ends when its caller has enough, and tells no steps.
    """
    if executor is None and not threads:
        found = processes.run(work, items, workers=workers, watch=watch)
        begun = False
        try:
            for outcome in found:
                begun = True
                yield outcome
            return
        except NoWorkersError:
            if begun:
                raise
        finally:
            found.close()  # which ends its workers
    with ExitStack() as stack:
        if executor is None:
            executor = stack.enter_context(ThreadPoolExecutor(workers))
        if watch is not None:
            stop = watch.stop
            work = partial(work, told=lambda steps: not stop.is_set())
            stack.callback(stop.set)
        yield from processes.run(work, items, executor=executor)


class Stacks(Sequence[StackSpec]):
    """The stacks of some numbers, each made when it is asked for."""

    def __init__(self, what: SweepOrSpecs, numbers: Sequence[int]) -> None:
        self._what, self._numbers = what, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: Any) -> Any:
        return named(self._what, self._numbers[index]).spec


def judged(spec: StackSpec, memory_limit: float | None = None) -> Judged:
    """Return what the judge says of a stack, whose work takes so many bytes at most."""
    memory = None if memory_limit is None else int(memory_limit)
    record = simulate(spec, measuring=_PROFILE.measuring, memory_limit=memory)
    return Judged.of(record, diagnose(record, _PROFILE))


def _can_be_sent(what: SweepOrSpecs) -> bool:
    # A user's own activation may be a function of a script.
    values = what if isinstance(what, tuple) else (what.base, what.axes)
    return unsendable(values) is None


def _size(what: SweepOrSpecs) -> tuple[dict[str, int], Work]:
    if isinstance(what, SweepSpec):
        return what.counts, what.work
    depth = sum(spec.depth for spec in what) / max(len(what), 1)
    largest = max((max(spec.widths) for spec in what), default=1)
    samples = max((spec.samples for spec in what), default=1)
    return {"specs": len(what)}, Work(depth=depth, width=largest, samples=samples)


def _largest(what: SweepOrSpecs) -> StackSpec:
    if isinstance(what, SweepSpec):
        return what.largest
    return max(what, key=lambda spec: working_bytes(spec, _PROFILE.measuring))
