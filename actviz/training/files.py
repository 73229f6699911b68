"""Arrays from files: .npy, .npz and CSV of one's own, and the IDX files of MNIST.

With `actviz.io`, `actviz.export` and `actviz.training.mnist` the rooms that open files. A file is
read once, whole, and what it claims of itself is held against its size before any array is made;
nothing in it is ever executed (no pickle).
"""

import csv
import gzip
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO, StringIO
from math import prod
from pathlib import Path
from stat import S_ISREG
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.training.memory import check_memory

#: A file may take at most this share of the machine's memory.
MEMORY_SHARE = 0.25


def read_file(path: str | os.PathLike[str]) -> bytes:
    """Return the content of a file.

    Raises
    ------
    SpecError
        If it cannot be read, is too large, or changes while it is read.
    """
    try:
        if not S_ISREG(os.stat(path).st_mode):  # a pipe would be waited for
            raise SpecError(f"{path} is not a regular file: name another")
        with open(path, "rb") as file:
            before = os.fstat(file.fileno())
            _check_size(path, before.st_size)
            content = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise SpecError(f"cannot read {os.fspath(path)!r}: {error.strerror}") from error
    except SpecError:
        raise
    except ValueError as error:  # a NUL in the name
        raise SpecError(f"{os.fspath(path)!r} cannot be a file name") from error
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or len(content) != before.st_size:
        raise SpecError(f"{path} changed while it was read: try again")
    return content


def _check_size(path: object, size: int) -> None:
    check_memory(size, f"{path} holds", "take fewer rows", share=MEMORY_SHARE)


def read_arrays(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """Return the arrays of a .npy, .npz or .csv file by name; one without a name is called "".

    Raises
    ------
    SpecError
        If the file cannot be read, is another kind of file, or is damaged.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _READERS:
        raise SpecError(f"the suffix of {path} must be .npy, .npz or .csv")
    return _READERS[suffix](str(path), read_file(path))


# --- numpy's files ------------------------------------------------------------------------


def _npy(path: str, content: bytes) -> dict[str, NDArray[Any]]:
    return {"": _npy_array(path, BytesIO(content), len(content))}


def _npz(path: str, content: bytes) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            found = {}
            for member in archive.infolist():
                _check_size(path, member.file_size)
                with archive.open(member) as file:
                    name = member.filename.removesuffix(".npy")
                    found[name] = _npy_array(f"{path}, {name}", file, member.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SpecError(f"{path} is not a whole .npz file: {error}") from error
    if not found:
        raise SpecError(f"{path} holds no arrays")
    return found


def _npy_array(path: str, file: Any, size: int) -> NDArray[Any]:
    """Return the array of a .npy file of `size` bytes; its claims are checked before memory is."""
    try:
        version = npy.read_magic(file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
        if read is None:
            raise ValueError(f"version {version} is not known")
        shape, fortran, dtype = read(file)
        header = file.tell()
        if dtype.hasobject:
            raise ValueError("it holds Python objects, which are never loaded")
        claimed = prod(shape) * dtype.itemsize
        if claimed != size - header:
            raise ValueError(f"its header claims {claimed} bytes, and there are {size - header}")
        content = file.read(claimed)
        if len(content) != claimed:
            raise ValueError("it ends too early")
    except (ValueError, EOFError) as error:
        raise SpecError(f"{path} is not a readable array: {error}") from error
    array = np.frombuffer(content, dtype)
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


# --- CSV ----------------------------------------------------------------------------------


def _csv(path: str, content: bytes) -> dict[str, NDArray[Any]]:
    """Return a table of numbers, or of texts where one is none; a line of headings is left out."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is not UTF-8 text") from error
    try:
        lines = [line for line in csv.reader(StringIO(text), strict=True) if line]
    except csv.Error as error:
        raise SpecError(f"{path} is not CSV: {error}") from error
    if not lines:
        raise SpecError(f"{path} is empty")
    for number, line in enumerate(lines, start=1):
        if len(line) != len(lines[0]):
            raise SpecError(
                f"{path}: line {number} has {len(line)} columns, the first one {len(lines[0])}"
            )
    headed = len(lines) > 1 and not any(map(_is_number, lines[0])) and _any_numbers(lines[1:])
    rows = lines[1:] if headed else lines
    if not _any_numbers(rows):
        return {"": np.array(rows)}
    try:
        return {"": np.array(rows, dtype=np.float64)}
    except ValueError:
        for number, line in enumerate(rows, start=1 + headed):
            for column, cell in enumerate(line, start=1):
                if not _is_number(cell):
                    place = f"line {number}, column {column}"
                    raise SpecError(f"{path}: {place} is no number: {cell!r:.40}") from None
        raise


def _any_numbers(rows: list[list[str]]) -> bool:
    return any(_is_number(cell) for cell in rows[0])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_READERS: Mapping[str, Callable[[str, bytes], dict[str, NDArray[Any]]]] = {
    ".npy": _npy,
    ".npz": _npz,
    ".csv": _csv,
}


# --- IDX ----------------------------------------------------------------------------------


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Return the bytes of an IDX file, gzipped or not, in the shape that its header gives.

    Parameters
    ----------
    path : Path
        Such as ``train-images-idx3-ubyte.gz``.
    dimensions : int
        How many the array must have.

    Raises
    ------
    SpecError
        If the file cannot be read, is damaged, or is another kind of file.
    """
    content = read_file(path)
    if content[:2] == b"\x1f\x8b":
        with gzip.open(BytesIO(content)) as file:
            return _idx(path, file, dimensions)
    return _idx(path, BytesIO(content), dimensions)


def _idx(path: Path, file: "gzip.GzipFile | BinaryIO", dimensions: int) -> NDArray[np.uint8]:
    start = 4 + 4 * dimensions
    try:
        header = file.read(start)
        wanted = 0x0800 + dimensions
        if (magic := int.from_bytes(header[:4], "big")) != wanted or len(header) < start:
            raise SpecError(
                f"{path} begins with {magic:#010x}, not with {wanted:#010x}: not the IDX file it "
                "should be"
            )
        shape = tuple(int(size) for size in np.frombuffer(header, ">u4", offset=4))
        _check_size(path, prod(shape))
        content = file.read(prod(shape) + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SpecError(f"{path} is not a whole gzip file: {error}") from error
    if len(content) != prod(shape):
        there = "more" if len(content) > prod(shape) else f"only {len(content)}"
        raise SpecError(
            f"{path} announces {' × '.join(map(str, shape))} bytes and has {there}: get it again"
        )
    return np.frombuffer(content, np.uint8).reshape(shape)
