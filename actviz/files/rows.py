"""The rows of a sweep as a file: CSV, JSON, or a line of JSON for each."""

import csv
import json
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path

from actviz.errors import SpecError
from actviz.files.disk import check_writable, write_atomically
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import COLUMNS


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


#: How rows are written, by the suffix of the file.
ROW_SUFFIXES: Mapping[str, Callable[[SweepRecord], str]] = {
    ".csv": _csv,
    ".json": _json,
    ".jsonl": _json_lines,
}


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


def write_rows(record: SweepRecord, path: Path) -> Path:
    """Write the rows and return the path.

    Raises
    ------
    ExportError
        If the file cannot be written; a file that was there before is then untouched.
    """
    write_atomically(path, ROW_SUFFIXES[path.suffix.lower()](record).encode())
    return path
