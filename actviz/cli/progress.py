"""Progress bars on standard error, for those who wait at a terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Work shorter than this many seconds shows no progress bar.
PATIENCE = 1.0


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
    """How far some work is: a bar once it takes a while, and nothing where nobody watches.

    It is what a download tells (`total`, `update`, `reset`, `close`), and `show` is what training
    tells.
    """

    def __init__(self, what: str) -> None:
        self._what, self._started = what, time.monotonic()
        self._bar: Any = None
        self.total: float = 0
        self._done = 0

    def show(self, done: int, total: int) -> None:
        """Say that `done` of `total` are done."""
        self._done, self.total = done, total
        waited = time.monotonic() - self._started > PATIENCE
        if self._bar is None and waited and sys.stderr.isatty():
            self._bar = progress_bar(self._what, total, done)
        elif self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)

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
