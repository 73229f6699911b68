"""Progress on standard error: a bar for those who wait at a terminal, else a line now and then."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from actviz.cli.output import complain

#: Work shorter than this many seconds shows no progress bar.
PATIENCE = 1.0

#: Of many stacks that take longer than this it is said beforehand how long.
WAIT = 10.0

#: Where there is no terminal, a line is written after so many seconds, and as often again.
LONG = 30.0


def progress_bar(what: str, total: int, done: int) -> Any:
    """Return a bar that is shown, with the time left; it counts `what`, such as layers."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    bar.add_task(what, total=total, completed=done)
    bar.start()
    return bar


class Meter:
    """How far some work is: nothing while it is quick.

    On a terminal it is a bar, and where there is none, as in a batch job's log, a line at times.
    It is what a download tells (`total`, `update`, `reset`, `close`), and `show` is what training
    tells.
    """

    def __init__(self, what: str) -> None:
        self._what, self._started = what, time.monotonic()
        self._bar: Any = None
        self._next = self._started + LONG
        self.total: float = 0
        self._done = 0
        #: When the first of it was done, and how much: what was there before took no time.
        self._first: tuple[float, int] | None = None

    def show(self, done: int, total: int) -> None:
        """Say that `done` of `total` are done."""
        self._done, self.total = done, total
        now = time.monotonic()
        if self._first is None:
            self._first = (now, done)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)
        elif not sys.stderr.isatty():
            if now >= self._next:
                self._next = now + LONG
                complain(f"{done:,} of {total:,} {self._what}{self._left(now)}")
        elif now - self._started > PATIENCE:
            self._bar = progress_bar(self._what, total, done)

    def _left(self, now: float) -> str:
        """Return how much time is left at the pace until now, for people; "" if none is known."""
        from actviz.sweeps.size import duration

        assert self._first is not None
        then, before = self._first
        if self._done == before or now == then:
            return ""
        pace = (now - then) / (self._done - before)
        return f", about {duration(pace * (self.total - self._done))} left"

    def update(self, amount: int) -> None:
        """Say that so many more are done."""
        self.show(self._done + amount, int(self.total))

    def reset(self) -> None:
        """Begin again."""
        self._done = 0

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextmanager
def meter(what: str) -> Iterator[Meter]:
    """Give a Meter, and take its bar away at the end."""
    made = Meter(what)
    try:
        yield made
    finally:
        made.close()
