"""The rows of a sweep as a file: CSV, JSON, or a line of JSON for each."""

import csv
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from actviz.errors import RecordError, SpecError
from actviz.files.disk import check_writable, write_atomically
from actviz.reading import at_most, read_file
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import COLUMNS, TEXTS, Row
from actviz.sweeps.running import named
from actviz.sweeps.spec import SweepSpec


def _csv(record: SweepRecord) -> str:
    buffer = StringIO()
    rows = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    rows.writeheader()
    rows.writerows(record.to_rows())
    return buffer.getvalue()


def _json(record: SweepRecord) -> str:
    return json.dumps(record.to_rows(), allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def _json_lines(record: SweepRecord) -> str:
    lines = (json.dumps(row, allow_nan=False, ensure_ascii=False) for row in record.to_rows())
    return "".join(f"{line}\n" for line in lines)


def _of_csv(text: str) -> Iterator[dict[str, Any]]:
    rows = csv.DictReader(StringIO(text), strict=True)
    try:
        if rows.fieldnames != list(COLUMNS):
            raise ValueError("these are no rows of a sweep")
        for row in rows:
            if None in row or None in row.values():
                raise ValueError("a row has other columns than the first line")
            yield {name: _of_cell(name, cell) for name, cell in row.items()}
    except csv.Error as error:  # which is no ValueError
        raise ValueError(str(error)) from error


def _of_cell(name: str, cell: str) -> Any:
    if not cell:
        return None
    return cell if name in TEXTS else json.loads(cell)


def _of_json(text: str) -> Any:
    return json.loads(text)


def _of_json_lines(text: str) -> Iterator[Any]:
    return map(json.loads, text.splitlines())


#: How rows are written, by the suffix of the file.
ROW_SUFFIXES: Mapping[str, Callable[[SweepRecord], str]] = {
    ".csv": _csv,
    ".json": _json,
    ".jsonl": _json_lines,
}

#: And how they are read.
_READERS: Mapping[str, Callable[[str], Iterable[Any]]] = {
    ".csv": _of_csv,
    ".json": _of_json,
    ".jsonl": _of_json_lines,
}

#: Two million rows.
_MAX_BYTES = 2_000_000_000


def rows_path(name: str) -> Path:
    """Return a path that rows can be written to.

    Raises
    ------
    SpecError
        If its suffix says no form of rows, or it cannot be a file.
    ExportError
        If the machine refuses.
    """
    path = Path(name)
    if path.suffix.lower() not in ROW_SUFFIXES:
        known = ", ".join(ROW_SUFFIXES)
        raise SpecError(f"{name!r} must end with one of {known}: the form of its rows")
    check_writable(path)
    return path


def read_rows(path: Path, sweep: SweepSpec) -> tuple[Row, ...] | None:
    """Return the rows of a sweep that a file holds, in their order.

    Nothing of a file that is empty or not there, and None of one that holds anything else: the
    seed of a row, which follows from its parameters, says which stack it is of.

    Raises
    ------
    RecordError
        If the file cannot be read.
    """
    if not path.exists():
        return ()
    content = _content(path)
    if not content.strip():
        return ()
    try:
        rows = [
            Row.from_dict(plain, named(sweep, plain["number"]).spec)
            for plain in _READERS[path.suffix.lower()](content.decode())
        ]
    except (RecordError, ValueError, LookupError, TypeError, RecursionError):
        return None
    numbers = [row.number for row in rows]
    return tuple(rows) if numbers == sorted(set(numbers)) else None


def rows_in_table(path: Path) -> int | None:
    """Return how many rows a file has that is a finished table, of whatever sweep; else None.

    Raises
    ------
    RecordError
        If the file cannot be read.
    """
    content = _content(path)
    for read in _READERS.values():
        try:
            rows = list(read(content.decode()))
        except (ValueError, TypeError, RecursionError):
            continue
        if all(isinstance(row, dict) and set(COLUMNS) <= row.keys() for row in rows):
            return len(rows)
    return None


def _content(path: Path) -> bytes:
    fits = at_most(_MAX_BYTES, path, "file of rows", RecordError)
    return read_file(path, fits=fits, error=RecordError)


def check_replaceable(path: Path, sweep: SweepSpec, numbers: Collection[int]) -> tuple[Row, ...]:
    """Return the rows of this sweep that a file holds, which is to hold those of these numbers.

    Raises
    ------
    SpecError
        If anything else is in it: somebody has waited for it.
    RecordError
        If it cannot be read.
    """
    rows = read_rows(path, sweep)
    if rows is None:
        raise SpecError(
            f"{path} holds something else than these rows: name another file, delete it, or "
            "replace it with --force"
        )
    if not {row.number for row in rows} <= set(numbers):
        raise SpecError(
            f"{path} holds more than these rows: name another file, delete it, or replace it "
            "with --force"
        )
    return rows


def write_rows(record: SweepRecord, path: Path) -> Path:
    """Write the rows and return the path.

    Raises
    ------
    ExportError
        If the file cannot be written; a file that was there before is then untouched.
    """
    write_atomically(path, ROW_SUFFIXES[path.suffix.lower()](record).encode())
    return path
