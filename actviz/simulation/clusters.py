"""A cluster of Dask's as an executor: found by its address, and looked at before it is used.

The room starts no scheduler and no worker, and imports distributed when it is asked for one.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from actviz.errors import ExportError, MissingExtraError, SpecError, WorkersError

#: How long a scheduler has to answer, in seconds.
_PATIENCE = 3


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Give the workers of a Dask scheduler as an executor.

    Parameters
    ----------
    address : str
        Such as ``tcp://host:8786``.

    Raises
    ------
    MissingExtraError
        If distributed is not installed.
    SpecError
        If it is no address.
    ExportError
        If no scheduler answers there within three seconds.
    WorkersError
        If it has no workers, or one has another version of actviz, or none.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError("a Dask scheduler", "distributed", extra="dask") from error
    scheme, found, place = address.partition("://")
    if not found or scheme not in ("tcp", "tls", "ws", "wss", "ucx") or not place:
        raise SpecError(f"scheduler must be an address such as tcp://host:8786 (got {address!r})")
    try:
        asyncio.run(_greet(address))
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    # TimeoutError is an OSError. What another protocol says is read as the length of a message.
    except (OSError, ValueError, MemoryError, OverflowError) as error:
        raise ExportError(
            f"no Dask scheduler answers at {address} within {_PATIENCE} seconds: start one with "
            "dask scheduler, and name its address (port 8786, where its dashboard has 8787)"
        ) from error
    with client:
        _check_workers(client, address)
        yield client.get_executor(pure=False)


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
    ours = _ours()
    found: dict[str, object] = client.run(version, "actviz", on_error="return")
    if not found:
        raise WorkersError(f"{address} has no workers: start some with dask worker {address}")
    for worker, theirs in found.items():
        if theirs != ours:
            has = f"actviz {theirs}" if isinstance(theirs, str) else "no actviz"
            raise WorkersError(
                f"the worker at {worker} has {has}, and this is actviz {ours}: install the same "
                "there"
            )


def _ours() -> str:
    return version("actviz")
