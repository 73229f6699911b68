"""The rows of a sweep while it runs: a file that grows line by line, and outlives whoever wrote it.

The first line says of which sweep, part and version the rows are; each other line is a row in JSON.
A line without its end was being written when something happened, and counts for nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actviz.errors import RecordError, SpecError
from actviz.files.disk import appending, check_writable
from actviz.reading import at_most, read_file
from actviz.sweeps.parts import Part, PartHeading, merged
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import Row
from actviz.sweeps.running import named

#: What is to be done about a file that cannot be gone on with.
_ANEW = "delete it to begin anew, or name another file with -o"

#: Ten million rows.
_MAX_BYTES = 10_000_000_000


def part_path(output: Path, part: Part) -> Path:
    """Return where the rows of a part are kept that are to become `output`."""
    end = "part" if part.count == 1 else f"part-{part.number}-of-{part.count}"
    return output.with_name(f"{output.name}.{end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFile:
    """What a part file holds.

    Parameters
    ----------
    heading : PartHeading or None
        None of a file in which even that is torn.
    rows : tuple of Row
        As they were written, failed ones too.
    size : int
        Up to where the file is whole, in bytes.
    """

    heading: PartHeading | None
    rows: tuple[Row, ...]
    size: int


def read_part(path: Path, *, remedy: str = "name what a sweep keeps beside its -o") -> PartFile:
    """Read a part file.

    Parameters
    ----------
    path : Path
    remedy : str
        What to do about a file that is none.

    Raises
    ------
    RecordError
        If it cannot be read, or is none.
    """
    fits = at_most(_MAX_BYTES, path, "file of rows", RecordError)
    content = read_file(path, fits=fits, error=RecordError)
    size = content.rfind(b"\n") + 1
    first, *lines = content[:size].split(b"\n")[:-1] or [b""]
    if not size:
        if content and not content.startswith(b'{"schema"'[: len(content)]):
            raise RecordError(f"{path} holds no rows of a sweep: {remedy}")
        return PartFile(heading=None, rows=(), size=0)
    try:
        plain = _plain(first)
    except RecordError as error:
        raise RecordError(f"{path} holds no rows of a sweep: {remedy}") from error
    try:
        heading = PartHeading.from_dict(plain)
    except ValueError as error:
        raise RecordError(f"{path}, line 1: {error}: {remedy}") from error
    rows = []
    for number, line in enumerate(lines, 2):
        try:
            rows.append(_row(heading, _plain(line)))
        except ValueError as error:
            raise RecordError(
                f"line {number} of {path} is damaged ({error}): remove that line, and its stack "
                "is run again with --resume"
            ) from error
    return PartFile(heading=heading, rows=tuple(rows), size=size)


def _plain(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # whose words count lines of their own
        raise RecordError("it is torn, or no JSON") from error


def _row(heading: PartHeading, data: Any) -> Row:
    number = data.get("number") if isinstance(data, dict) else None
    if not isinstance(number, int) or not 0 <= number < len(heading.sweep):
        raise RecordError("it is no row of its sweep")
    return Row.from_dict(data, named(heading.sweep, number).spec)


def begin_or_resume(path: Path, heading: PartHeading, *, resume: bool) -> PartFile:
    """Return what a part file holds that is to be written, nothing if it is not there.

    Raises
    ------
    SpecError
        If it holds rows, and nobody asks to go on with them, or it cannot be a file.
    RecordError
        If its rows are of another sweep, part or version.
    ExportError
        If the machine refuses to write it.
    """
    check_writable(path)
    if not path.exists():
        return PartFile(heading=None, rows=(), size=0)
    kept = read_part(path, remedy=_ANEW)
    if not resume and kept.rows:
        raise SpecError(
            f"{path} holds {len(kept.rows):,} rows already: go on with --resume, or delete it"
        )
    if kept.heading is not None and kept.rows:
        try:
            kept.heading.check_same(heading)
        except RecordError as error:
            raise RecordError(f"cannot go on with the rows of {path}: {error}; {_ANEW}") from error
        return kept
    return PartFile(heading=None, rows=(), size=0)


@contextmanager
def keeping(path: Path, heading: PartHeading, kept: PartFile) -> Iterator[Callable[[Row], None]]:
    """Give what appends a row to a part file.

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


def merge_parts(paths: Sequence[Path]) -> SweepRecord:
    """Return the rows of several part files of one sweep, each once.

    Raises
    ------
    RecordError
        If one cannot be read, or they are of different sweeps or versions.
    """
    found = [(path, read_part(path)) for path in paths]
    begun = [(path, kept) for path, kept in found if kept.heading is not None]
    if not begun:
        raise RecordError(f"{', '.join(map(str, paths))}: there are no rows yet")
    first, heading = begun[0][0], begun[0][1].heading
    assert heading is not None
    for path, kept in begun[1:]:
        assert kept.heading is not None
        try:
            kept.heading.check_same(heading, parts=False)
        except RecordError as error:
            raise RecordError(f"{path} does not go with {first}: {error}") from error
    rows = merged(row for _, kept in begun for row in kept.rows)
    return SweepRecord(sweep=heading.sweep, rows=rows)
