"""Work that takes long, on worker processes: watched, and stopped where it is with what it has.

What `actviz.simulation.executors.spread` is on threads, for work that Python's lock would put in a
queue there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from signal import SIG_DFL, SIG_IGN, SIGINT, default_int_handler, getsignal, signal
from threading import Event, current_thread, main_thread

from actviz.errors import WorkersError
from actviz.simulation.executors import Item, MayGoOn, Progress, Result
from actviz.simulation.processes import Failure, Watch, run


def others_hear_interrupts() -> bool:
    """Whether Ctrl-C is somebody else's, who may raise at any line."""
    ours = (default_int_handler, SIG_IGN, SIG_DFL)
    return current_thread() is main_thread() and getsignal(SIGINT) not in ours


def spread_on_processes(
    work: Callable[[Item, MayGoOn], Result],
    items: Sequence[Item],
    *,
    workers: int,
    progress: Progress | None = None,
) -> list[Result]:
    """Return ``[work(item, told) for item in items]``, computed by worker processes.

    Ctrl-C ends the items where they are and all results are returned, those of items that had not
    begun too. Where `others_hear_interrupts`, what they raise ends all of them without any.

    Parameters
    ----------
    work : callable
        Takes an item and ``told``; both are pickled, as in `actviz.simulation.processes.run`.
    items : sequence
        What there is to do.
    workers : int
        How many processes.
    progress : callable, optional
        Called about ten times a second with the number of steps that all items have done.

    Raises
    ------
    NoWorkersError
        If processes cannot be started.
    WorkersError
        If a worker has died of an item twice.
    Exception
        The first error of an item; the others are stopped.
    """
    steps = [0] * len(items)

    def told(index: int, done: int) -> None:
        steps[index] = done
        if progress is not None:
            try:
                progress(sum(steps))
            except KeyboardInterrupt:  # of the caller's own
                watch.stop.set()

    watch = Watch(told, Event())
    found: dict[int, Result] = {}
    outcomes = run(work, items, workers=workers, watch=watch)
    with _setting(watch.stop), closing(outcomes):
        for index, outcome in outcomes:
            if isinstance(outcome, Failure):
                raise outcome.error or WorkersError(outcome.reason)
            found[index] = outcome
        return [
            found[index] if index in found else work(item, lambda steps: False)
            for index, item in enumerate(items)
        ]


@contextmanager
def _setting(stop: Event) -> Iterator[None]:
    """Let Ctrl-C set an event, however often it is pressed."""
    if current_thread() is not main_thread() or getsignal(SIGINT) is not default_int_handler:
        yield
        return
    signal(SIGINT, lambda number, frame: stop.set())
    try:
        yield
    finally:
        signal(SIGINT, default_int_handler)
