"""The one way in which actviz writes a file: whole, or not at all.

What MNIST's download fetches, pooch writes.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EACCES
from pathlib import Path
from typing import IO
from uuid import uuid4

from actviz.errors import ExportError, SpecError


def make_folder(path: Path) -> Path:
    """Make a folder, and those above it, unless it is there; return it.

    Raises
    ------
    ExportError
        If the machine refuses.
    SpecError
        If `path` is a file, or cannot be a name.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise SpecError(f"{path} is not a folder: name another") from error
    except OSError as error:
        raise ExportError(f"cannot make {path}: {error.strerror}") from error
    except ValueError as error:
        raise SpecError(f"{str(path)!r} cannot be a folder's name") from error
    return path


def check_writable(path: Path) -> None:
    """Raise before any work is done if `path` cannot become a file.

    Raises
    ------
    SpecError
        If the name itself is wrong: a directory or a device, or in a directory that is not there.
    ExportError
        If the machine refuses: no permission, or a name that it cannot hold.
    """
    try:
        with suppress(FileNotFoundError, NotADirectoryError):
            os.stat(path)  # what pathlib takes for "not there": a NUL, too long a name
        if path.is_dir():
            raise SpecError(f"{path} is a directory: name a file in it")
        if path.exists() and not path.is_file():
            raise SpecError(f"{path} is not a regular file: name another")
        if not path.parent.is_dir():
            raise SpecError(f"{path.parent} is not a directory: make it first")
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
        target = Path(os.path.realpath(path))  # where a link leads
        if not target.parent.is_dir():
            raise SpecError(
                f"{path} is a link to {target}, and {target.parent} is not a directory: make it "
                "first, or name another file"
            )
        with _neighbour(target):
            pass
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror}") from error
    except SpecError:
        raise
    except ValueError as error:  # a NUL, or characters that the file system cannot encode
        raise SpecError(f"{str(path)!r} cannot be a file name") from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that at any moment the file is the old one or the new one.

    Raises
    ------
    ExportError
        If the machine refuses (disk full, permission), or `path` is there and is no regular file;
        what was there before is untouched.
    SpecError
        If `path` cannot be a file name.
    """
    try:
        target = Path(os.path.realpath(path))  # a link stays a link
        if target.exists() and not target.is_file():
            raise ExportError(f"cannot write {path}: not a regular file")
        with _neighbour(target) as (temporary, file):
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if target.exists():
                os.chmod(temporary, target.stat().st_mode & 0o7777)
            os.replace(temporary, target)
    except ExportError:
        raise
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror}") from error
    except ValueError as error:  # a NUL, or characters that the file system cannot encode
        raise SpecError(f"{str(path)!r} cannot be a file name") from error


@contextmanager
def _neighbour(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Open a new file beside `path`; unless it was moved away, it is gone at the end."""
    # Not tempfile's: its mode 0600 would survive the move, where a new file follows the umask.
    # A name has up to 255 bytes, and a character up to 4.
    name = os.path.join(path.parent, f".{path.name[:40]}.{uuid4().hex[:12]}")
    with open(name, "xb") as file:
        try:
            yield name, file
        finally:
            with suppress(FileNotFoundError):
                os.unlink(name)


@contextmanager
def appending(path: Path, keep: int) -> Iterator[Callable[[bytes], None]]:
    """Give what appends to a file, line by line: each is on its way to the disk at once.

    Parameters
    ----------
    path : Path
        The file; it is made if it is not there.
    keep : int
        How many of its bytes are kept; what comes after them is a torn line.

    Raises
    ------
    ExportError
        If the machine refuses, or another process is writing to the file.
    """

    def append(line: bytes) -> None:
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[file.write(rest) :]
        except OSError as error:
            raise ExportError(f"cannot write {path}: {error.strerror}") from error

    try:
        file = open(path, "ab", buffering=0)  # noqa: SIM115
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror}") from error
    with file:
        if _is_locked(file.fileno()):
            raise ExportError(f"{path} is being written by another process: wait for it, or end it")
        file.truncate(keep)
        yield append


def _is_locked(descriptor: int) -> bool:
    """Lock a file until it is closed; return whether another process has done so."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # not a POSIX machine
        return False
    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return False
    return False
