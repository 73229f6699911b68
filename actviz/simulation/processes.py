"""Work on worker processes, or on an executor of others, that outlives those who do it.

A process is a Python of its own that imports actviz and what the work needs, and never the caller's
script: a script needs no guard, and what it defines itself cannot be sent. The room owns its
workers one by one, over a pipe each: it knows who had what, so that the death of one costs one
item's time and accuses nobody else. When the caller ends, however it ends, the pipes close, and a
worker whose pipe is closed ends itself.
"""

import json
import os
import pickle
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from queue import Empty, SimpleQueue
from struct import Struct
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Thread
from types import FunctionType
from typing import Any, BinaryIO, NamedTuple, TypeVar

from actviz.errors import SpecError, WorkersError
from actviz.records.summary import writer
from actviz.simulation.cores import cpus, on_one_core
from actviz.simulation.executors import one_blas_thread

#: How often a worker may die of an item, or an executor lose one, before it is left.
ATTEMPTS = 2

#: How many workers may die before they are ready, one after the other.
_STARTS = 3

#: Items that an executor of the caller's holds at a time.
_IN_FLIGHT = 1000

#: How long a lock is waited for at once, in seconds: on some systems Ctrl-C waits for its end.
_PATIENCE = 0.5

#: A worker is one core's, whatever library its numpy multiplies with.
_ONE_THREAD = dict.fromkeys(
    (
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
        *("BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    ),
    "1",
)

#: A worker finds modules where its parent does; its own working directory hides none (-P).
_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline());"
    "from actviz.simulation.processes import serve; serve()"
)

_LENGTH = Struct("<Q")

Item = TypeVar("Item")
Result = TypeVar("Result")


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
    """

    index: int
    reason: str
    error: Exception | None = None


class _Answer(NamedTuple):
    """What became of an item where it was done: a result, or an error of the work's own."""

    result: Any
    error: Exception | None = None


def run(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int | None = None,
    executor: Executor | None = None,
) -> Iterator[tuple[int, Result | Failure]]:
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
    WorkersError
        If processes cannot be started, or a worker has another version of actviz.

    Notes
    -----
    Ctrl-C, an error of the caller's and closing the iterator end the workers at once. Each is one
    thread's work, BLAS included, and does not hear Ctrl-C itself.
    """
    if executor is not None:
        return _on_executor(work, items, executor)
    try:
        program = _pickled(work)
    except Exception as error:
        name = getattr(work, "__name__", type(work).__name__)
        raise SpecError(f"worker processes cannot be sent {name}: {_in_one_line(error)}") from error
    return _on_processes(program, items, workers or cpus())


# --- what can be sent -----------------------------------------------------------------------


def unsendable(value: object) -> str | None:
    """Return why a value cannot be sent to worker processes, in one line; None if it can.

    Examples
    --------
    >>> unsendable(max)
    >>> print(unsendable([1, 2, (n for n in [3])]))
    TypeError: cannot pickle 'generator' object
    """
    try:
        _pickled(value)
    except Exception as error:  # whatever a __reduce__ of the caller's raises
        return _in_one_line(error)
    return None


class _Pickler(pickle.Pickler):
    """Pickles what a process that does not run the caller's script can make again."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, (FunctionType, type)):
            kind = "class" if isinstance(value, type) else "function"
            name, module = value.__qualname__, value.__module__
            if module == "__main__":
                raise pickle.PicklingError(
                    f"the {kind} {name} is defined in the script or notebook itself, which "
                    "workers do not run: import it from a module"
                )
            if isinstance(value, FunctionType) and not _is_found(value):
                raise pickle.PicklingError(
                    f"the {kind} {name} of {module} cannot be imported by its name: "
                    "define it at the top of a module"
                )
        return NotImplemented


def _is_found(function: FunctionType) -> bool:
    found: object = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function


def _pickled(value: object) -> bytes:
    buffer = BytesIO()
    _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def _in_one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _version() -> str:
    return dict(writer())["actviz"]


def _check_version(*, ours: str, workers: str) -> None:
    if workers != ours:
        raise WorkersError(
            f"a worker has actviz {workers}, and this is actviz {ours}: install the same there"
        )


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
        with suppress(Empty):
            return heard.get(timeout=_PATIENCE)


def _outcome(index: int, answer: _Answer) -> tuple[int, Any]:
    if answer.error is None:
        return index, answer.result
    reason = _in_one_line(answer.error)
    return index, Failure(index=index, reason=reason, error=answer.error)


# --- processes of our own -------------------------------------------------------------------


def _on_processes(program: bytes, items: Sequence[Any], workers: int) -> Iterator[tuple[int, Any]]:
    heard: SimpleQueue[tuple[_Worker, bytes | None]] = SimpleQueue()
    ledger, left = _Ledger(len(items)), len(items)
    crew: list[_Worker] = []
    false_starts = 0
    try:
        while left:
            crew += [_Worker(program, heard) for _ in range(len(crew), min(workers, left))]
            for failure in _hand_out(ledger, items, crew):
                left -= 1
                yield failure.index, failure
            if not left:
                return
            worker, frame = _next(heard)
            if frame is not None and worker.ready:
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
                    raise WorkersError(
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


def _hand_out(
    ledger: _Ledger, items: Sequence[Any], crew: "Sequence[_Worker]"
) -> Iterator[Failure]:
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
                try:
                    frame = _pickled(items[index])
                except Exception as error:
                    reason = f"it cannot be sent to a worker: {_in_one_line(error)}"
                    yield Failure(index=index, reason=reason)
                else:
                    worker.give(index, frame)


class _Worker:
    """A process, what it has been given and has not answered, and who listens to it."""

    def __init__(self, program: bytes, heard: "SimpleQueue[tuple[_Worker, bytes | None]]") -> None:
        self.items, self.ready = deque[int](), False
        with _no_interrupt():
            # Without buffers: what a dead worker does not read is nobody's to write again.
            self.process = Popen(
                [sys.executable, "-P", "-c", _PROGRAM],
                stdin=PIPE,
                stdout=PIPE,
                bufsize=0,
                env={**os.environ, **_ONE_THREAD},
            )
        path = json.dumps([entry for entry in sys.path if isinstance(entry, str)])
        self._write(f"{path}\n".encode() + _LENGTH.pack(len(program)) + program)
        Thread(target=self._listen, args=(heard,), daemon=True).start()

    def begin(self, frame: bytes) -> None:
        """Hear that it is ready, or why it is not.

        Raises
        ------
        WorkersError
            If it has another version, or cannot load the work.
        """
        version, error = pickle.loads(frame)
        _check_version(ours=_version(), workers=version)
        if error is not None:
            raise WorkersError(f"a worker cannot load its work: {error}")
        self.ready = True

    def give(self, index: int, frame: bytes) -> None:
        self.items.append(index)
        self._write(_LENGTH.pack(len(frame)) + frame)

    def _write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        rest = memoryview(data)
        with suppress(OSError):  # it has died, which its listener says
            while rest:
                rest = rest[self.process.stdin.write(rest) :]

    def _listen(self, heard: "SimpleQueue[tuple[_Worker, bytes | None]]") -> None:
        assert self.process.stdout is not None
        with BufferedReader(self.process.stdout) as answers:  # type: ignore[type-var]
            while (frame := _read(answers)) is not None:
                heard.put((self, frame))
        heard.put((self, None))

    def end(self) -> None:
        """End it, if it has not ended."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()

    def death(self) -> str:
        """Return how it ended, whose answers have."""
        with suppress(TimeoutExpired):
            self.process.wait(timeout=1)  # its code comes after the end of its pipe
        self.end()
        if (code := self.process.returncode) < 0:
            with suppress(ValueError):
                return signal.Signals(-code).name
        return f"exit code {code}"


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Let a process that is started here not hear Ctrl-C before it can decide that for itself."""
    if not hasattr(signal, "pthread_sigmask"):  # not a POSIX machine
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _read(stream: BinaryIO | BufferedReader) -> bytes | None:
    """Return the next frame of a stream; None where it ends, or is torn."""
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(length)
    frame = stream.read(size)
    return frame if len(frame) == size else None


def serve() -> None:
    """Be a worker: read the work and its items from standard input, and write what they give.

    It ends with standard input, which is its parent's to hold, whatever it is doing.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what the work prints must not stand among them
    frames: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_follow, args=(sys.stdin.buffer, frames), daemon=True).start()
    with on_one_core(), one_blas_thread():
        try:
            work, error = pickle.loads(frames.get()), None
        except Exception as unknown:
            error = _in_one_line(unknown)
        _write(answers, pickle.dumps((_version(), error)))
        while True:
            _write(answers, _packed(_answered(work, frames.get())))


def _follow(commands: BinaryIO, frames: "SimpleQueue[bytes]") -> None:
    while (frame := _read(commands)) is not None:
        frames.put(frame)
    os._exit(0)  # nobody waits for what is being done


def _answered(work: Callable[[Any], Any], frame: bytes) -> _Answer:
    try:
        return _Answer(work(pickle.loads(frame)))
    except BaseException as error:  # sys.exit() of an item's own is no reason to die
        return _Answer(None, _as_sent(error))


def _as_sent(error: BaseException) -> Exception:
    """Return an error that arrives: its own, or one with its words."""
    with suppress(Exception):
        if isinstance(error, Exception) and isinstance(pickle.loads(_pickled(error)), type(error)):
            return error
    return RuntimeError(_in_one_line(error))


def _packed(answer: _Answer) -> bytes:
    try:
        return _pickled(answer)
    except Exception as error:
        what = RuntimeError(f"its result cannot be sent back: {_in_one_line(error)}")
        return _pickled(_Answer(None, what))


def _write(answers: Any, frame: bytes) -> None:
    rest = memoryview(_LENGTH.pack(len(frame)) + frame)
    while rest:
        rest = rest[answers.write(rest) :]


# --- an executor of the caller's ------------------------------------------------------------


def _on_executor(
    work: Callable[[Any], Any], items: Sequence[Any], executor: Executor
) -> Iterator[tuple[int, Any]]:
    heard: SimpleQueue[Future[_Answer]] = SimpleQueue()
    ledger, left = _Ledger(len(items)), len(items)
    given: dict[Future[_Answer], int] = {}
    version, refusal = _version(), ""
    try:
        while left:
            while len(given) < _IN_FLIGHT and (index := ledger.take()) is not None:
                error: Exception | None = None
                if not refusal:
                    try:
                        future = executor.submit(_perform, version, work, items[index])
                    except RuntimeError as closed:  # broken, or shut down
                        refusal = f"the executor takes no more work: {_in_one_line(closed)}"
                    except Exception as unsent:
                        error = unsent
                    else:
                        given[future] = index
                        future.add_done_callback(heard.put)
                        continue
                reason = f"it cannot be sent: {_in_one_line(error)}" if error else refusal
                left -= 1
                yield index, Failure(index=index, reason=reason)
            if not left:
                return
            future = _next(heard)
            index = given.pop(future)
            try:
                answer = future.result()
            except WorkersError:  # another version, which all of its items would meet
                raise
            except BaseException as error:
                if not (lost := _is_lost(error)) and not isinstance(error, Exception):
                    raise  # Ctrl-C, not the future's
                if lost and not ledger.lose(index):
                    continue
                said = f"the executor lost it {ATTEMPTS} times: " if lost else ""
                reason = f"{said}{_in_one_line(error)}"
                outcome = index, Failure(index=index, reason=reason)
            else:
                outcome = _outcome(index, answer)
            left -= 1
            yield outcome
    finally:
        for future in given:
            future.cancel()


def _is_lost(error: BaseException) -> bool:
    """Whether an executor has let go of an item, rather than given up on it."""
    # By name: importing asyncio, which has one of its own, would take a sixth of a worker's start.
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, BrokenExecutor) or "CancelledError" in names


def _perform(version: str, work: Callable[[Item], Any], item: Item) -> _Answer:
    """Do an item where others decide, as one of several there; its errors are answers."""
    _check_version(ours=version, workers=_version())
    with on_one_core(), one_blas_thread():
        try:
            return _Answer(work(item))
        except Exception as error:
            return _Answer(None, _as_sent(error))
