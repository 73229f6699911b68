"""A cluster of Dask's as an executor: found by its address, and looked at before it is used.

The room starts no scheduler and no worker, and imports distributed when it is asked for one.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, nullcontext, suppress
from importlib.metadata import version
from re import fullmatch
from threading import Event, Thread
from time import sleep
from typing import Any

from actviz.errors import ExportError, MissingExtraError, SpecError, WorkersError
from actviz.simulation.sending import attempted

#: How long a scheduler has to answer, in seconds.
_PATIENCE = 3

#: Protocols of addresses that need a port, and those that have one of their own.
_PORTED, _WEB = ("tcp", "tls", "ucx"), ("ws", "wss")

#: How often it is looked whether it is there again, in seconds.
_LOOK = 0.05

#: How often it is looked whether it has workers, in seconds: one that dies is replaced within two.
_WATCH = 3.0

#: So many looks in a row without any are told.
_LOOKS = 2


@contextmanager
def dask_executor(address: str, *, tell: Callable[[str], None] | None = None) -> Iterator[Executor]:
    """Give the workers of a Dask scheduler as an executor.

    Parameters
    ----------
    address : str
        Such as ``tcp://host:8786``.
    tell : callable, optional
        Called with a line for people, by a thread of its own, when it has lost all its workers,
        for which Dask waits without end and without a word, and when it has some again.

    Raises
    ------
    MissingExtraError
        If distributed is not installed.
    SpecError
        If it is no address.
    ExportError
        If no scheduler answers there within three seconds.
    WorkersError
        If it has no workers, or one has another version of actviz, or none; and of what is
        submitted when the scheduler is lost, and not there again within three seconds.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError("a Dask scheduler", "distributed", extra="dask") from error
    _check_address(address)
    try:
        asyncio.run(_greet(address))
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    # TimeoutError is an OSError. What another protocol says is read as the length of a message.
    except (OSError, ValueError, MemoryError, OverflowError) as error:
        raise ExportError(
            f"no Dask scheduler answers at {address} within {_PATIENCE} seconds: start one with "
            "dask scheduler, and name its address (port 8786, where its dashboard has 8787)"
        ) from error
    with client, _quiet("distributed.client"):
        _check_workers(client, address)
        with nullcontext() if tell is None else _watched(client, address, tell):
            try:
                yield _Cluster(client, address)
            except WorkersError as error:  # one that came later does not say where it is
                if client.status == "running":
                    named = attempted(_check_versions, client).error
                    if isinstance(named, WorkersError):
                        raise named from error
                raise


def _check_address(address: str) -> None:
    """Raise SpecError unless it has a protocol of Dask's, a host, and a port if that needs one."""
    scheme, found, place = address.partition("://")
    if not found or scheme not in _PORTED + _WEB or not place:
        raise SpecError(f"scheduler must be an address such as tcp://host:8786 (got {address!r})")
    host, _, port = place.rpartition(":")
    right = fullmatch("[0-9]{1,5}", port) is not None and 0 < int(port) < 1 << 16
    if scheme in _PORTED and not (host and right):
        raise SpecError(
            "scheduler must be an address with a port from 1 to 65535, such as tcp://host:8786 "
            f"(got {address!r})"
        )


class _Cluster(Executor):
    """A client's executor, which says that its scheduler is lost where Dask cancels all it has."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._executor = client.get_executor(pure=False)

    def submit(self, work: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        while self._client.status == "connecting":  # for as long as a scheduler has to answer
            sleep(_LOOK)
        if self._client.status != "running":
            raise WorkersError(f"the scheduler at {self._address} is lost")
        found: Future[Any] = self._executor.submit(work, *args, **more)
        return found


@contextmanager
def _watched(client: Any, address: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Look now and then whether there are workers, and tell when there are none, or some again."""
    stop = Event()
    watcher = Thread(target=_look_for_workers, args=(client, address, tell, stop), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join(_PATIENCE)


def _look_for_workers(client: Any, address: str, tell: Callable[[str], None], stop: Event) -> None:
    without = 0
    # What the scheduler does not answer is told by who hands it work.
    with suppress(asyncio.CancelledError, CancelledError):
        while not stop.wait(_WATCH):
            if client.status != "running":
                continue
            found = attempted(client.nthreads)
            if found.error is not None:
                continue
            if found.result:
                if without >= _LOOKS:
                    tell(f"the cluster at {address} has workers again")
                without = 0
                continue
            without += 1
            if without == _LOOKS:
                tell(
                    f"the cluster at {address} has no workers: start one with dask worker "
                    f"{address}, or press Ctrl-C, which keeps what is done"
                )


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a logger from telling what is told by an error of ours."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


async def _greet(address: str) -> None:
    """Raise what goes wrong unless one of Dask's listens there.

    A Client waits without end for a server of another kind, such as a scheduler's own dashboard.
    """
    from distributed.comm.core import connect

    async with asyncio.timeout(_PATIENCE):
        comm = await connect(address, timeout=_PATIENCE)
    comm.abort()


def _check_workers(client: Any, address: str) -> None:
    """Raise WorkersError unless there are workers, all of this actviz's version."""
    if not _check_versions(client):
        raise WorkersError(f"{address} has no workers: start some with dask worker {address}")


def _check_versions(client: Any) -> int:
    """Return how many workers there are; raise WorkersError if one has another actviz, or none."""
    ours = _ours()
    found: dict[str, object] = client.run(version, "actviz", on_error="return")
    for worker, theirs in found.items():
        if theirs != ours:
            has = f"actviz {theirs}" if isinstance(theirs, str) else "no actviz"
            raise WorkersError(
                f"the worker at {worker} has {has}, and this is actviz {ours}: install the same "
                "there"
            )
    return len(found)


def _ours() -> str:
    return version("actviz")
