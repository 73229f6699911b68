"""Work spread over threads: in order, watched, and stopped.

Results come in the order of the items, whoever computed them. Ctrl-C stops what is under way at its
next step. The threads of numpy's BLAS, which would compete with these for the cores, are held to
one; the limit is the whole process's, and the room keeps count of who holds it.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from math import prod
from threading import Event, Lock, current_thread, main_thread
from typing import Any, TypeVar

from actviz.simulation.cores import cpus

#: How often progress is told of, in seconds.
_TICK = 0.1

#: Up to this many values, products and weights, a layer is one thread's work.
_SMALL_VALUES, _SMALL_PRODUCTS, _SMALL_WEIGHTS = 1_000_000, 100_000_000, 1 << 17

MayGoOn = Callable[[int], bool]
"""What work calls with the number of steps it has done; it ends where that returns False."""

Progress = Callable[[int], None]
"""Called ten times a second with the number of steps that all items have done."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(
    work: Callable[[Item, MayGoOn], Result],
    items: Sequence[Item],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    one_blas: bool = True,
    keep: bool = False,
) -> list[Result]:
    """Return ``[work(item, told) for item in items]``, computed side by side.

    Parameters
    ----------
    work : callable
        Takes an item and a `MayGoOn`.
    items : sequence
        What there is to do.
    workers : int, optional
        How many threads; default: as many as CPUs may be used. Never more than items.
    progress : callable, optional
        See `Progress`.
    one_blas : bool, default True
        Whether BLAS is held to one thread meanwhile: for items that are one thread's work.
    keep : bool, default False
        Whether Ctrl-C ends the items where they are and all results are returned, instead of a
        KeyboardInterrupt. Pressed again, it is not heard.

    Raises
    ------
    Exception
        The first error of an item; the others are stopped.
    """
    stop, done = Event(), [0] * len(items)

    def told(index: int, steps: int) -> bool:
        done[index] = steps
        return not stop.is_set()

    with (
        heard_once() if keep else nullcontext(),
        one_blas_thread() if one_blas else nullcontext(),
        ThreadPoolExecutor(max(1, min(workers or cpus(), len(items)))) as pool,
    ):
        futures = [pool.submit(work, item, partial(told, i)) for i, item in enumerate(items)]
        try:
            return _gathered(futures, progress, lambda: sum(done))
        except KeyboardInterrupt:
            if not keep:
                raise
            stop.set()
            _settle(futures)
            return [future.result() for future in futures]
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _gathered(
    futures: Sequence[Future[Result]], progress: Progress | None, done: Callable[[], int]
) -> list[Result]:
    waiting = set(futures)
    while waiting:
        finished, waiting = wait(waiting, timeout=_TICK)
        for future in finished:
            future.result()  # an error in one ends them all
        if progress is not None:
            progress(done())
    return [future.result() for future in futures]


def _settle(futures: Sequence[Future[Any]]) -> None:
    """Wait until all have stopped, which takes a step, however often Ctrl-C is pressed."""
    while True:
        try:
            wait(futures)
        except KeyboardInterrupt:
            continue
        return


@contextmanager
def heard_once() -> Iterator[None]:
    """Let the first Ctrl-C stop the work, and keep those that follow from losing what is done.

    They can come at any line of the stopping; a handler of the caller's own is left alone.
    """
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not ours or current_thread() is not main_thread():
        yield
        return
    heard = Event()

    def once(number: int, frame: object) -> None:
        if not heard.is_set():
            heard.set()
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, once)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# --- BLAS ---------------------------------------------------------------------------------


def is_small(samples: int, shape: tuple[int, int]) -> bool:
    """Whether a layer is one core's work, and its products are not shared out in tiles.

    That depends on its shape alone: in float32 a product in tiles differs from the whole in its
    last bit, and a stack must give the same by itself and among others, with this depth and with
    another.
    """
    weights, values = prod(shape), samples * shape[1]
    products = samples * weights
    return values < _SMALL_VALUES and products <= _SMALL_PRODUCTS and weights <= _SMALL_WEIGHTS


class _Limit:
    """How many hold BLAS to one thread at the moment, and how to give back what it had before."""

    def __init__(self) -> None:
        self.lock, self.holders = Lock(), 0
        self.controller: Any = None
        self.before: Any = None

    def __enter__(self) -> None:
        with self.lock:
            if self.holders == 0:
                self.before = self._loaded().limit(limits=1, user_api="blas")
            self.holders += 1

    def __exit__(self, *error: object) -> None:
        with self.lock:
            self.holders -= 1
            if self.holders == 0:
                self.before.restore_original_limits()

    def _loaded(self) -> Any:
        """Return the libraries that are loaded: to look for them takes half of the time."""
        if self.controller is None:
            from threadpoolctl import ThreadpoolController

            self.controller = ThreadpoolController()
        return self.controller


_limit = _Limit()


def one_blas_thread() -> AbstractContextManager[None]:
    """Hold BLAS to one thread: with small matrices its others wait, and keep cores busy with it.

    Notes
    -----
    Of several holders at a time, in threads of their own, the last one to leave gives back what
    the first one found. Nothing may be yielded to a caller inside.
    """
    return _limit
