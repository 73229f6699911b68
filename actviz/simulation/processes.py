"""Work on worker processes, or on an executor of others, that outlives those who do it.

The room owns its workers one by one and knows who had what, so that the death of one costs one
item's time and accuses nobody else. They import what the work needs, and never the caller's script:
that needs no guard, and what it defines itself cannot be sent.
"""

import pickle
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event
from typing import Any

from actviz.errors import NoWorkersError, SpecError, WorkersError
from actviz.format import error_line
from actviz.numbers.scalars import short
from actviz.simulation.cores import cpus, on_one_core
from actviz.simulation.executors import Item, Result, one_blas_thread
from actviz.simulation.sending import (
    Answer,
    as_sent,
    attempted,
    pickled,
    unsendable,
)
from actviz.simulation.workers import Worker, check_version, own_version, steps_in

#: How often a worker may die of an item, or an executor lose one, before it is left.
ATTEMPTS = 2

#: How many workers may die before they are ready, one after the other.
_STARTS = 3

#: Items that an executor of the caller's holds at a time.
_IN_FLIGHT = 1000

#: How long a lock is waited for at once, in seconds: on some systems Ctrl-C waits for its end.
_PATIENCE = 0.5

_Outcomes = Generator[tuple[int, Any], None, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What stands in the place of a result that there is none of.

    Parameters
    ----------
    index : int
        Which item, from 0.
    reason : str
        What happened, in one line.
    error : Exception, optional
        What the work raised; None where its worker died, or the item could not be sent.
    sent : bool
        Whether the item could be sent.
    """

    index: int
    reason: str
    error: Exception | None = None
    sent: bool = True

    @property
    def lasting(self) -> bool:
        """Whether it would come again."""
        return self.error is not None or not self.sent


@dataclass(frozen=True, slots=True)
class Watch:
    """What goes between a caller and work that takes long.

    Parameters
    ----------
    told : callable
        Called with the index of an item and how many of its steps are done, ten times a second.
    stop : Event
        Set by the caller where all is to end: what is under way is stopped where it is and yielded,
        and nothing else is begun.
    """

    told: Callable[[int, int], None]
    stop: Event


def run(
    work: Callable[..., Result],
    items: Sequence[Item],
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    watch: "Watch | None" = None,
) -> Generator[tuple[int, Result | Failure], None, None]:
    """Yield the index of every item once, with its result or its `Failure`, as they come.

    Parameters
    ----------
    work : callable
        Takes an item. It, the items and the results are pickled: functions of importable modules.
    items : sequence
        What there is to do.
    workers : int, optional
        How many processes; default: as many as CPUs may be used. Never more than items.
    executor : Executor, optional
        Of the caller's, instead of processes of our own: of threads, processes or a cluster.
    watch : Watch, optional
        Of processes of our own: the work has a second argument then, ``told``, which it calls with
        the number of steps that it has done, and it ends where that returns False.

    Yields
    ------
    (int, object)
        An error of the work is a Failure and ends nothing else. What is in flight when a worker
        dies is done again; an item that does so twice is a Failure. So is what an executor has
        lost or cancelled twice, and what one that is broken no longer takes.

    Raises
    ------
    SpecError
        If the work cannot be pickled; it says why. (An item that cannot be is a Failure.)
    NoWorkersError
        If processes cannot be started, or cannot load the work.
    WorkersError
        If a worker has another version of actviz.

    Notes
    -----
    Ctrl-C, an error of the caller's and closing the iterator end the workers at once. Each is one
    thread's work, BLAS included, and does not hear Ctrl-C itself.
    """
    if executor is not None:
        return _on_executor(work, items, executor)
    if why := unsendable(work):
        name = getattr(work, "__name__", type(work).__name__)
        raise SpecError(f"worker processes cannot be sent {name}: {why}")
    program = pickled((work, watch is not None))
    return _on_processes(program, items, max(1, workers or cpus()), watch)


# --- who does what --------------------------------------------------------------------------


class _Ledger:
    """Which items wait, and how often each has been lost."""

    def __init__(self, count: int) -> None:
        self._fresh, self._again, self._lost = iter(range(count)), deque[int](), Counter[int]()
        self.waiting = count

    def take(self) -> int | None:
        index = self._again.popleft() if self._again else next(self._fresh, None)
        self.waiting -= index is not None
        return index

    def put_back(self, index: int) -> None:
        self._again.appendleft(index)
        self.waiting += 1

    def lose(self, index: int) -> bool:
        """Note that an item was lost where it was done; return whether that was the last time."""
        self._lost[index] += 1
        if self._lost[index] == ATTEMPTS:
            return True
        self.put_back(index)
        return False


def _next(heard: "SimpleQueue[Item]") -> Item:
    while True:
        if (item := _soon(heard)) is not None:
            return item


def _soon(heard: "SimpleQueue[Item]") -> Item | None:
    with suppress(Empty):
        return heard.get(timeout=_PATIENCE)
    return None


def _outcome(index: int, answer: Answer) -> tuple[int, Any]:
    if not isinstance(answer, Answer):  # somebody else's executor did something else
        reason = f"the executor did not do what it was given, and gave {short(answer)}"
        return index, Failure(index=index, reason=reason)
    if answer.error is None:
        return index, answer.result
    reason = error_line(answer.error)
    return index, Failure(index=index, reason=reason, error=answer.error)


# --- processes of our own -------------------------------------------------------------------


def _on_processes(
    program: bytes, items: Sequence[Any], workers: int, watch: Watch | None
) -> _Outcomes:
    heard: SimpleQueue[tuple[Worker, bytes | None]] = SimpleQueue()
    ledger, left = _Ledger(len(items)), len(items)
    crew: list[Worker] = []
    false_starts = 0
    try:
        while left:
            if watch is not None and watch.stop.is_set():
                yield from _stopped(crew, heard)
                return
            while len(crew) < min(workers, left):
                crew.append(Worker(program, heard))
            for failure in _hand_out(ledger, items, crew):
                left -= 1
                yield failure.index, failure
            if not left:
                return
            if (news := _soon(heard)) is None:
                continue
            worker, frame = news
            if watch and frame and worker.ready and (steps := steps_in(frame)) is not None:
                watch.told(worker.items[0], steps)
            elif frame is not None and worker.ready:
                left -= 1
                yield _outcome(worker.items.popleft(), pickle.loads(frame))
            elif frame is not None:
                worker.begin(frame)
                false_starts = 0
            else:
                crew.remove(worker)
                how = worker.death()
                false_starts += not worker.ready
                if false_starts == _STARTS:
                    raise NoWorkersError(
                        f"worker processes end before they begin ({how}): "
                        "what they say stands on standard error"
                    )
                # It does one after the other: only the first of these can it have died of.
                for index in list(worker.items)[:0:-1]:
                    ledger.put_back(index)
                if worker.items and ledger.lose(index := worker.items[0]):
                    left -= 1
                    reason = f"its worker died of it {ATTEMPTS} times ({how})"
                    yield index, Failure(index=index, reason=reason)
    finally:
        for worker in crew:
            worker.process.kill()
        for worker in crew:
            worker.end()


def _stopped(
    crew: Sequence[Worker], heard: "SimpleQueue[tuple[Worker, bytes | None]]"
) -> _Outcomes:
    """Yield what those have that are at work, which end where they are."""
    busy = {worker for worker in crew if worker.items}
    for worker in busy:
        worker.stop()
    while busy:
        worker, frame = _next(heard)
        if frame is None:
            worker.items.clear()  # it has died, and what it had is lost
        elif worker in busy and steps_in(frame) is None:
            yield _outcome(worker.items.popleft(), pickle.loads(frame))
        if not worker.items:
            busy.discard(worker)


def _hand_out(ledger: _Ledger, items: Sequence[Any], crew: "Sequence[Worker]") -> Iterator[Failure]:
    """Give every worker something to do; yield what cannot be given."""
    for depth in (1, 2):
        for worker in crew:
            # One waits in its pipe while one is done, until the last ones are shared out.
            while (
                worker.ready
                and len(worker.items) < depth
                and (depth == 1 or ledger.waiting > len(crew))
                and (index := ledger.take()) is not None
            ):
                frame = attempted(pickled, items[index])
                if frame.error is None:
                    worker.give(index, frame.result)
                else:
                    reason = f"it cannot be sent to a worker: {error_line(frame.error)}"
                    yield Failure(index=index, reason=reason, sent=False)


# --- an executor of the caller's ------------------------------------------------------------


def _on_executor(work: Callable[[Any], Any], items: Sequence[Any], executor: Executor) -> _Outcomes:
    heard: SimpleQueue[Future[Answer]] = SimpleQueue()
    ledger, left = _Ledger(len(items)), len(items)
    given: dict[Future[Answer], int] = {}
    # Dask accuses all that a worker held when it died: who is accused is asked again, by itself.
    accused: deque[int] = deque()
    alone: set[int] = set()
    version, refusal = own_version(), ""
    try:
        while left:
            if not given and not ledger.waiting and accused:
                alone.add(accused[0])
                ledger.put_back(accused.popleft())
            while len(given) < _IN_FLIGHT and (index := ledger.take()) is not None:
                if not refusal:
                    sent = attempted(executor.submit, _perform, version, work, items[index])
                    if sent.error is None:
                        if not hasattr(sent.result, "add_done_callback"):
                            raise WorkersError(
                                "the executor gives no future for what is submitted (got "
                                f"{short(sent.result)})"
                            )
                        given[sent.result] = index
                        sent.result.add_done_callback(heard.put)
                        continue
                    if isinstance(sent.error, WorkersError):  # it knows that nothing will be done
                        yield from _done(given)
                        raise sent.error
                    said = error_line(sent.error)
                    if isinstance(sent.error, RuntimeError):  # broken, or shut down
                        if left == len(items) and not given:
                            raise WorkersError(
                                f"the executor takes no work: {said}; give one that is open, "
                                "inside its with block"
                            ) from sent.error
                        refusal = f"the executor takes no more work: {said}"
                left -= 1
                reason = refusal or f"it cannot be sent: {said}"
                yield index, Failure(index=index, reason=reason, sent=bool(refusal))
            if not given:
                continue
            future = _next(heard)
            index = given.pop(future)
            lost = CancelledError() if future.cancelled() else future.exception()
            if isinstance(lost, WorkersError):  # another version, which all would meet
                raise lost
            if lost is None:
                outcome = _outcome(index, future.result())
            elif not _is_lost(lost):  # the executor has given up on it
                if index not in alone:
                    accused.append(index)
                    continue
                outcome = index, _given_up(index, lost)
            elif ledger.lose(index):
                reason = f"the executor lost it {ATTEMPTS} times: {error_line(lost)}"
                outcome = index, Failure(index=index, reason=reason)
            else:
                continue
            left -= 1
            yield outcome
    finally:
        for future in given:
            future.cancel()


def _done(given: dict[Future[Answer], int]) -> _Outcomes:
    """Yield what has come of items, and was not heard yet."""
    for future, index in given.items():
        if future.done() and not future.cancelled() and future.exception() is None:
            yield _outcome(index, future.result())


def _is_lost(error: BaseException) -> bool:
    """Whether an executor has let go of an item, rather than given up on it."""
    # By name: importing asyncio, which has one of its own, would take a sixth of a worker's start.
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, BrokenExecutor) or "CancelledError" in names


#: What pickle raises; an error of the work's own is an answer.
_UNSENT = (pickle.PicklingError, AttributeError, TypeError)


def _given_up(index: int, error: BaseException) -> Failure:
    """Return why an executor has given up on an item that it held alone."""
    deaths = getattr(error, "allowed_failures", None)  # of Dask's KilledWorker, by its last
    if type(error).__name__ == "KilledWorker" and isinstance(deaths, int):
        return Failure(index=index, reason=f"its worker died of it {deaths + 1} times")
    if isinstance(error, _UNSENT):  # as a pool of processes finds out late
        reason = f"it cannot be sent: {error_line(error)}"
        return Failure(index=index, reason=reason, sent=False)
    return Failure(index=index, reason=error_line(error))


def _perform(version: str, work: Callable[[Item], Any], item: Item) -> Answer:
    """Do an item where others decide, as one of several there; its errors are answers."""
    check_version(ours=version, workers=own_version())
    with on_one_core(), one_blas_thread():
        answer = attempted(work, item)
        return answer if answer.error is None else Answer(None, as_sent(answer.error))
