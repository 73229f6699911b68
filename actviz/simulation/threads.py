"""The threads of numpy's BLAS: held to one while small matrices are multiplied.

The limit is the whole process's. It is set for a layer at a time and given back, and the room keeps
count of who holds it; it computes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any


class _Limit:
    """How many hold BLAS to one thread at the moment, and how to give back what it had before."""

    def __init__(self) -> None:
        self.lock, self.holders = Lock(), 0
        self.controller: Any = None
        self.before: Any = None


_limit = _Limit()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread: with small matrices its others wait, and keep cores busy with it.

    Notes
    -----
    Of several holders at a time, in threads of their own, the last one to leave gives back what
    the first one found. Nothing may be yielded to a caller inside.
    """
    # Half of its time is for looking at the libraries that are loaded, which is done once.
    from threadpoolctl import ThreadpoolController

    with _limit.lock:
        if _limit.controller is None:
            _limit.controller = ThreadpoolController()
        if _limit.holders == 0:
            _limit.before = _limit.controller.limit(limits=1, user_api="blas")
        _limit.holders += 1
    try:
        yield
    finally:
        with _limit.lock:
            _limit.holders -= 1
            if _limit.holders == 0:
                _limit.before.restore_original_limits()
