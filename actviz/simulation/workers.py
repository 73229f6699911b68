"""A worker process, seen from both ends: what it is started with, handed and heard of.

It is a Python of its own on a pipe of its own, which reads items from its standard input and writes
what becomes of them. It ends when that input does: when its parent ends, however that ends.
"""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from io import BufferedReader
from queue import SimpleQueue
from struct import Struct
from subprocess import PIPE, Popen, TimeoutExpired
from threading import Event, Thread
from time import monotonic
from typing import Any, BinaryIO

from actviz.errors import NoWorkersError, WorkersError
from actviz.format import error_line
from actviz.records.summary import writer
from actviz.simulation.cores import on_one_core
from actviz.simulation.executors import one_blas_thread
from actviz.simulation.sending import Answer, as_sent, attempted, pickled

#: What a worker takes before it does anything: Python, numpy and actviz.
WORKER_BYTES = 80_000_000

#: A worker is one core's, whatever library its numpy multiplies with.
_ONE_THREAD = dict.fromkeys(
    (
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
        *("BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    ),
    "1",
)

#: A worker finds modules where its parent does; its own working directory hides none (-P). Without
#: a whole line of them its parent has been stopped, and says so itself.
_PROGRAM = (
    "import json, sys; line = sys.stdin.buffer.readline();"
    "line.endswith(b'\\n') or sys.exit(); sys.path[:] = json.loads(line);"
    "from actviz.simulation.workers import serve; serve()"
)

#: On Windows, what keeps Ctrl-C from a process; elsewhere `_no_interrupt` does.
_APART: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)

_LENGTH = Struct("<Q")

#: A frame that says how many steps are done: no answer is as short. One of nothing says "stop".
_STEPS = Struct("<Q")
_STOP = _LENGTH.pack(0)

#: How often it says so, in seconds.
_TICK = 0.1

#: Where answers begin: what is written before is of a Python that prints while it starts.
_BEGIN = b"\0actviz\0"


class Worker:
    """A process, what it has been given and has not answered, and who listens to it."""

    def __init__(self, program: bytes, heard: "SimpleQueue[tuple[Worker, bytes | None]]") -> None:
        self.items, self.ready = deque[int](), False
        if getattr(sys, "frozen", False) or not sys.executable:
            raise NoWorkersError("there is no Python here to start worker processes with")
        try:
            with _no_interrupt():
                # Without buffers: what a dead worker does not read is nobody's to write again.
                self.process = Popen(
                    [sys.executable, "-P", "-c", _PROGRAM],
                    stdin=PIPE,
                    stdout=PIPE,
                    bufsize=0,
                    creationflags=_APART,
                    env={**os.environ, **_ONE_THREAD},
                )
        except OSError as error:
            raise NoWorkersError(f"a worker process cannot be started: {error}") from error
        path = json.dumps([entry for entry in sys.path if isinstance(entry, str)])
        self._write(f"{path}\n".encode() + _LENGTH.pack(len(program)) + program)
        Thread(target=self._listen, args=(heard,), daemon=True).start()

    def begin(self, frame: bytes) -> None:
        """Hear that it is ready, or why it is not.

        Raises
        ------
        NoWorkersError
            If it cannot load the work.
        WorkersError
            If it has another version of actviz.
        """
        version, error = pickle.loads(frame)
        check_version(ours=own_version(), workers=version)
        if error is not None:
            raise NoWorkersError(f"a worker cannot load its work: {error}")
        self.ready = True

    def give(self, index: int, frame: bytes) -> None:
        """Hand it an item, pickled; it does one after the other."""
        self.items.append(index)
        self._write(_LENGTH.pack(len(frame)) + frame)

    def stop(self) -> None:
        """Let what it does end where it is, if it asks (`actviz.simulation.watched`)."""
        self._write(_STOP)

    def _write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        rest = memoryview(data)
        with suppress(OSError):  # it has died, which its listener says
            while rest:
                rest = rest[self.process.stdin.write(rest) :]

    def _listen(self, heard: "SimpleQueue[tuple[Worker, bytes | None]]") -> None:
        assert self.process.stdout is not None
        with BufferedReader(self.process.stdout) as answers:  # type: ignore[type-var]
            said = b""
            while not said.endswith(_BEGIN) and (byte := answers.read(1)):
                said = said[1 - len(_BEGIN) :] + byte
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
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # it ends at once
    frames: SimpleQueue[bytes] = SimpleQueue()
    stop = Event()
    Thread(target=_follow, args=(sys.stdin.buffer, frames, stop), daemon=True).start()
    with on_one_core(), one_blas_thread():
        program, error = attempted(pickle.loads, frames.get())
        work, watched = program if error is None else (_nothing, False)
        why = None if error is None else error_line(error)
        _send(answers, _BEGIN)
        _write(answers, pickle.dumps((own_version(), why)))
        while True:
            frame = frames.get()
            if watched:
                _write(answers, _packed(_answered(partial(work, told=_Told(answers, stop)), frame)))
            else:
                _write(answers, _packed(_answered(work, frame)))


def _nothing(*_: Any, **__: Any) -> None:
    """Stand for work that could not be loaded, and is never done."""


class _Told:
    """What work calls that is watched: says at times how many steps are done, and when to end."""

    def __init__(self, answers: Any, stop: Event) -> None:
        self._answers, self._stop, self._next = answers, stop, 0.0

    def __call__(self, steps: int) -> bool:
        if (now := monotonic()) >= self._next:
            _write(self._answers, _STEPS.pack(steps))
            self._next = now + _TICK
        return not self._stop.is_set()


def steps_in(frame: bytes) -> int | None:
    """Return how many steps of an item a frame says are done; None of an answer."""
    return int(_STEPS.unpack(frame)[0]) if len(frame) == _STEPS.size else None


def _follow(commands: BinaryIO, frames: "SimpleQueue[bytes]", stop: Event) -> None:
    while (frame := _read(commands)) is not None:
        if frame:
            frames.put(frame)
        else:
            stop.set()
    os._exit(0)  # nobody waits for what is being done


def _answered(work: Callable[[Any], Any], frame: bytes) -> Answer:
    try:
        answer = attempted(lambda: work(pickle.loads(frame)))
    except SystemExit as stop:  # of an item's own, which is no reason to die
        return Answer(None, as_sent(stop))
    return answer if answer.error is None else Answer(None, as_sent(answer.error))


def _packed(answer: Answer) -> bytes:
    packed = attempted(pickled, answer)
    if packed.error is None:
        return bytes(packed.result)
    what = RuntimeError(f"its result cannot be sent back: {error_line(packed.error)}")
    return pickled(Answer(None, what))


def _write(answers: Any, frame: bytes) -> None:
    _send(answers, _LENGTH.pack(len(frame)) + frame)


def _send(answers: Any, data: bytes) -> None:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[answers.write(rest) :]
    except OSError:  # its parent has ended
        os._exit(0)


def own_version() -> str:
    """Return the version of actviz in this process."""
    return dict(writer())["actviz"]


def check_version(*, ours: str, workers: str) -> None:
    """Raise WorkersError if a worker has another version of actviz than who asks it."""
    if workers != ours:
        raise WorkersError(
            f"a worker has actviz {workers}, and this is actviz {ours}: install the same there"
        )
