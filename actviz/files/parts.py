"""The rows of a sweep while it runs, in a file for each of its parts, and their merge."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from actviz.errors import RecordError
from actviz.files.kept import KeptRows, LineKind, read_kept
from actviz.files.rows import rows_in_table
from actviz.format import counted
from actviz.sweeps.parts import Part, PartHeading, contradiction, merged
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import Row
from actviz.sweeps.running import named


def part_path(output: Path, part: Part | None = None) -> Path:
    """Return where is kept, of all the work or of a part of it, what is to become `output`."""
    part = part or Part()
    end = "part" if part.count == 1 else f"part-{part.number}-of-{part.count}"
    return output.with_name(f"{output.name}.{end}")


def _row(heading: PartHeading, data: Any) -> Row:
    number = data.get("number") if isinstance(data, dict) else None
    if not isinstance(number, int) or not 0 <= number < len(heading.sweep):
        raise RecordError("it is no row of its sweep")
    return Row.from_dict(data, named(heading.sweep, number).spec)


#: The rows of a sweep, failed ones too.
ROWS = LineKind(rows="rows", work="a sweep", item="stack", heading=PartHeading.from_dict, row=_row)


def read_part(path: Path) -> KeptRows[PartHeading, Row]:
    """Read a part file that somebody names.

    Raises
    ------
    RecordError
        If it cannot be read, or is none.
    """
    try:
        return read_kept(path, ROWS, remedy="name what a sweep keeps beside its -o")
    except RecordError:
        if (count := rows_in_table(path)) is None:
            raise
    raise RecordError(
        f"{path} is a finished table of {counted(count, 'row')}, and no part file: leave it out, "
        "and name the files that end in .part-K-of-N"
    )


def merge_parts(paths: Sequence[Path]) -> tuple[SweepRecord, str | None]:
    """Return the rows of several part files of one sweep, each once, and where two do not agree.

    The second is `actviz.sweeps.parts.contradiction`.

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
    rows = [row for _, kept in begun for row in kept.rows]
    return SweepRecord(sweep=heading.sweep, rows=merged(rows)), contradiction(rows)
