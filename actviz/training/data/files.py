"""Arrays from files: .npy, .npz and CSV of one's own, and the IDX files of MNIST.

A file is read once, whole, and what it claims of itself is held against its size before any array
is made; nothing in it is ever executed (no pickle). Whatever is wrong with it is a SpecError.
"""

import csv
import gzip
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO, StringIO
from lzma import LZMAError
from math import prod
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.reading import read_file
from actviz.simulation.memory import check_fits

#: What an array takes: its bytes in the file, itself, and the copy that it is trained on.
_COPIES = 3

#: What a table of texts takes while it is read: so often its bytes, and so many bytes a line.
#: Measured with cells of two digits, the dearest: 51 bytes for an object and 8 for its place.
_CSV_TIMES, _CSV_LINE = 27, 120

#: What numpy, zipfile and the decompressors raise, each of them, over bytes that were changed.
_DAMAGE = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError),
    *(RuntimeError, SyntaxError, TypeError, ValueError),
    *(LZMAError, TokenError, struct.error, zipfile.BadZipFile, zlib.error),
)


def _check_size(path: object, size: int) -> None:
    times = _CSV_TIMES if str(path).lower().endswith(".csv") else _COPIES
    _check_bytes(path, times * size)


def _check_bytes(path: object, needed: float) -> None:
    check_fits(needed, f"{path} needs", "take fewer rows")


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
    return _READERS[suffix](str(path), read_file(path, fits=partial(_check_size, path)))


# --- numpy's files ------------------------------------------------------------------------


def _npy(path: str, content: bytes) -> dict[str, NDArray[Any]]:
    return {"": _npy_array(path, BytesIO(content), len(content))}


def _npz(path: str, content: bytes) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            found = {}
            _check_size(path, sum(member.file_size for member in archive.infolist()))
            for member in archive.infolist():
                with archive.open(member) as file:
                    name = member.filename.removesuffix(".npy")
                    found[name] = _npy_array(f"{path}, {name}", file, member.file_size)
    except SpecError:
        raise
    except _DAMAGE as error:
        raise SpecError(f"{path} is not a whole .npz file: {_line(error)}") from error
    if not found:
        raise SpecError(f"{path} holds no arrays")
    return found


def _npy_array(path: str, file: Any, size: int) -> NDArray[Any]:
    """Return the array of a .npy file of `size` bytes; its claims are checked before memory is."""
    try:
        shape, fortran, dtype = _npy_header(file)
        header = file.tell()
        if dtype.hasobject:
            raise ValueError("it holds Python objects, which are never loaded")
        if not dtype.itemsize or min(shape, default=0) < 0:
            raise ValueError(f"its header claims {dtype} values of shape {shape}")
        claimed = prod(shape) * dtype.itemsize
        if claimed != size - header:
            raise ValueError(f"its header claims {claimed} bytes, and there are {size - header}")
        content = file.read(claimed)
        if len(content) != claimed:
            raise ValueError("it ends too early")
        array = np.frombuffer(content, dtype)
        array = array.reshape(shape[::-1]).T if fortran else array.reshape(shape)
        if dtype.kind == "U" and (_code_points(content, dtype) > sys.maxunicode).any():
            raise ValueError("it holds numbers that are no characters")
    except _DAMAGE as error:
        raise SpecError(f"{path} is not a readable array: {_line(error)}") from error
    return array


def _npy_header(file: Any) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = npy.read_magic(file)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
    if read is None:
        raise ValueError(f"version {version} is not known")
    try:
        return read(file)
    except MemoryError as error:  # how Python's parser calls too many brackets
        raise ValueError("its header is nested too deeply") from error


def _code_points(content: bytes, dtype: np.dtype[Any]) -> NDArray[np.uint32]:
    return np.frombuffer(content, np.dtype(np.uint32).newbyteorder(dtype.byteorder))


def _line(error: BaseException) -> str:
    """Return what an error says, on one line that is not too long."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else f"{text[:119]}…"


# --- CSV ----------------------------------------------------------------------------------


def _csv(path: str, content: bytes) -> dict[str, NDArray[Any]]:
    """Return a table of numbers, or of texts where one is none; a line of headings is left out."""
    _check_bytes(path, _CSV_TIMES * len(content) + _CSV_LINE * content.count(b"\n"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is not UTF-8 text") from error
    try:
        lines = [line for line in csv.reader(StringIO(text), strict=True) if line]
    except csv.Error as error:
        bare = b"\r" in content.replace(b"\r\n", b"")
        told = "its lines end in CR alone, and must end in LF or CR LF" if bare else error
        raise SpecError(f"{path} is not CSV: {told}") from error
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
        # numpy makes every cell as long as the longest.
        longest = max(len(cell) for line in rows for cell in line)
        _check_bytes(path, 4.0 * longest * len(rows) * len(rows[0]))
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
    content = read_file(path, fits=partial(_check_size, path))
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
    except SpecError:
        raise
    except _DAMAGE as error:
        raise SpecError(f"{path} is not a whole gzip file: {error}") from error
    if len(content) != prod(shape):
        there = "more" if len(content) > prod(shape) else f"only {len(content)}"
        raise SpecError(
            f"{path} announces {' × '.join(map(str, shape))} bytes and has {there}: get it again"
        )
    return np.frombuffer(content, np.uint8).reshape(shape)
