"""What long work has done, kept while it goes on: a file that grows line by line.

It outlives whoever wrote it. The first line says what the work is; each other line is one result in
JSON. A line without its end was being written when something happened, and counts for nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

from actviz.errors import RecordError, SpecError
from actviz.files.disk import appending, check_writable
from actviz.reading import at_most, read_file

#: What is to be done about a file that cannot be gone on with.
_ANEW = "delete it to begin anew, or name another file with -o"

#: Ten million rows.
_MAX_BYTES = 10_000_000_000


class _Plain(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


class _Heading(_Plain, Protocol):
    def check_same(self, other: Self) -> None:
        """Raise RecordError if `other` is the heading of other work."""


HeadingT = TypeVar("HeadingT", bound=_Heading)
RowT = TypeVar("RowT", bound=_Plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineKind(Generic[HeadingT, RowT]):
    """Of what work a file's lines are.

    Parameters
    ----------
    rows, work : str
        In words: "rows" and "a sweep".
    item : str
        Of what a row is the result, in words: its "stack".
    heading : callable
        Returns the heading of the first line's dict; a ValueError says that it is none.
    row : callable
        Returns the row of a heading and a line's dict; a ValueError says that it is none.
    """

    rows: str
    work: str
    item: str
    heading: Callable[[Mapping[str, Any]], HeadingT]
    row: Callable[[HeadingT, Any], RowT]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRows(Generic[HeadingT, RowT]):
    """What such a file holds.

    Parameters
    ----------
    heading : object or None
        None of a file in which even that is torn.
    rows : tuple
        As they were written.
    size : int
        Up to where the file is whole, in bytes.
    """

    heading: HeadingT | None
    rows: tuple[RowT, ...]
    size: int


def read_kept(
    path: Path, kind: LineKind[HeadingT, RowT], *, remedy: str = _ANEW
) -> KeptRows[HeadingT, RowT]:
    """Read what is kept of some work.

    Parameters
    ----------
    path : Path
    kind : LineKind
    remedy : str
        What to do about a file that is none.

    Raises
    ------
    RecordError
        If it cannot be read, or is none.
    """
    fits = at_most(_MAX_BYTES, path, f"file of {kind.rows}", RecordError)
    content = read_file(path, fits=fits, error=RecordError)
    size = content.rfind(b"\n") + 1
    first, *lines = content[:size].split(b"\n")[:-1] or [b""]
    none = f"{path} holds no {kind.rows} of {kind.work}: {remedy}"
    if not size:
        if content and not content.startswith(b'{"schema"'[: len(content)]):
            raise RecordError(none)
        return KeptRows(heading=None, rows=(), size=0)
    try:
        plain = _plain(first)
    except RecordError as error:
        raise RecordError(none) from error
    try:
        heading = kind.heading(plain)
    except ValueError as error:
        raise RecordError(f"{path}, line 1: {error}: {remedy}") from error
    rows = []
    for number, line in enumerate(lines, 2):
        try:
            rows.append(kind.row(heading, _plain(line)))
        except ValueError as error:
            raise RecordError(
                f"line {number} of {path} is damaged ({error}): remove that line, and its "
                f"{kind.item} is run again with --resume"
            ) from error
    return KeptRows(heading=heading, rows=tuple(rows), size=size)


def _plain(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # whose words count lines of their own
        raise RecordError("it is torn, or no JSON") from error


def begin_or_resume(
    path: Path, kind: LineKind[HeadingT, RowT], heading: HeadingT, *, resume: bool
) -> KeptRows[HeadingT, RowT]:
    """Return what a file holds that is to be written, nothing if it is not there.

    Raises
    ------
    SpecError
        If it holds rows, and nobody asks to go on with them, or it cannot be a file.
    RecordError
        If its rows are of other work, or another version's.
    ExportError
        If the machine refuses to write it.
    """
    check_writable(path)
    if not path.exists():
        return KeptRows(heading=None, rows=(), size=0)
    kept = read_kept(path, kind)
    if not resume and kept.rows:
        raise SpecError(
            f"{path} holds {len(kept.rows):,} {kind.rows} already: go on with --resume, or "
            "delete it"
        )
    if kept.heading is not None and kept.rows:
        try:
            kept.heading.check_same(heading)
        except RecordError as error:
            raise RecordError(
                f"cannot go on with the {kind.rows} of {path}: {error}; {_ANEW}"
            ) from error
        return kept
    return KeptRows(heading=None, rows=(), size=0)


@contextmanager
def keeping(
    path: Path, heading: HeadingT, kept: KeptRows[HeadingT, RowT]
) -> Iterator[Callable[[RowT], None]]:
    """Give what appends a row to the file.

    Raises
    ------
    ExportError
        If the machine refuses, or another process is writing to the file.
    """
    with appending(path, kept.size) as append:
        if kept.heading is None:
            append(_line(heading.to_dict()))
        yield lambda row: append(_line(row.to_dict()))


def _line(plain: object) -> bytes:
    return json.dumps(plain, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"
