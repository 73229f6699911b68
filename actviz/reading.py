"""The one way in which a user's file is read: a regular one, of a size that its reader allows.

A pipe would be waited for, and a device such as /dev/zero never ends.
"""

import errno
import os
import stat
from collections.abc import Callable

from actviz.errors import ActvizError, SpecError


def read_file(
    path: str | os.PathLike[str],
    *,
    fits: Callable[[int], object],
    error: type[ActvizError] = SpecError,
) -> bytes:
    """Return the content of a regular file.

    Parameters
    ----------
    path : path-like
        The file; a link is followed.
    fits : callable
        Told the size in bytes before anything is read; raises where that is too large.
    error : type
        What is raised for everything else.

    Raises
    ------
    ActvizError
        An `error` if the file cannot be read, is no regular file, or changes while it is read.
    """
    try:
        state = os.stat(path)
    except OSError as refusal:
        raise error(f"cannot read {os.fspath(path)!r}: {refusal.strerror}") from refusal
    except ValueError as wrong:  # a NUL in the name, or half of a surrogate pair
        raise error(f"{os.fspath(path)!r} cannot be a file name") from wrong
    try:
        _check_regular(state, path, error)
        with open(path, "rb", opener=_without_waiting) as file:
            before = os.fstat(file.fileno())
            _check_regular(before, path, error)
            fits(before.st_size)
            content = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except OSError as refusal:
        raise error(f"cannot read {os.fspath(path)!r}: {refusal.strerror}") from refusal
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or len(content) != before.st_size:
        raise error(f"{path} changed while it was read: try again")
    return content


def at_most(
    most: int, path: object, what: str, error: type[ActvizError] = SpecError
) -> Callable[[int], None]:
    """Return what raises an `error` for a size above `most` bytes, whole megabytes."""

    def check(size: int) -> None:
        if size > most:
            raise error(f"{path} is larger than {most // 10**6} MB: no {what}")

    return check


def _check_regular(state: os.stat_result, path: object, error: type[ActvizError]) -> None:
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(state.st_mode):
        raise error(f"{path} is not a regular file: name another")


def _without_waiting(path: str, flags: int) -> int:
    # Were a pipe put in the file's place just now, opening it would wait for somebody to write.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
