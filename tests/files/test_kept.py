"""Files of rows that grow: torn lines, files of others, and two who write at a time."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from kept_rows import GIVEN, HEADING, SWEEP, rows_of_it, write

from actviz.errors import ExportError, RecordError, SpecError
from actviz.files.kept import begin_or_resume, keeping
from actviz.files.parts import ROWS, read_part
from actviz.sweeps.parts import Part, PartHeading
from actviz.sweeps.spec import SweepSpec


@pytest.fixture
def rows():
    return rows_of_it()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rows.csv.part"


#: Locks a file until standard input ends.
LOCK = """
import fcntl, sys
with open(sys.argv[1], "ab") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print(flush=True)
    sys.stdin.read()
"""


def test_what_was_written_is_read(path, rows):
    write(path, rows)
    kept = read_part(path)
    assert (kept.heading, kept.rows, kept.size) == (HEADING, rows, path.stat().st_size)
    for line in path.read_text().splitlines():
        json.loads(line)


def test_every_row_is_in_the_file_at_once(path, rows):
    with keeping(path, HEADING, begin_or_resume(path, ROWS, HEADING, resume=False)) as append:
        for number, row in enumerate(rows, start=1):
            append(row)
            assert len(read_part(path).rows) == number


def test_a_file_that_is_cut_anywhere_can_be_gone_on_with(path, rows):
    write(path, rows)
    content = path.read_bytes()
    ends = [number for number, byte in enumerate(content) if byte == ord("\n")]
    for cut in [0, 1, 10, ends[0], *(end + more for end in ends for more in (1, 2, 90))]:
        path.write_bytes(content[:cut])
        whole = max(0, content[:cut].count(b"\n") - 1)
        assert read_part(path).rows == rows[:whole]
        write(path, rows[whole:], resume=True)
        assert path.read_bytes() == content


def test_rows_that_are_there_are_neither_lost_nor_gone_on_with_unasked(path, rows):
    write(path, rows[:2])
    before = path.read_bytes()
    with pytest.raises(SpecError, match="holds 2 rows already: go on with --resume, or delete it"):
        begin_or_resume(path, ROWS, HEADING, resume=False)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        (PartHeading.today(SweepSpec.of(**GIVEN | {"depth": 3}), Part()), "depth is 2 there and 3"),
        (PartHeading.today(SWEEP, Part.read("1/2")), "part 1/1, and not of 1/2"),
        (
            replace(HEADING, version="9.9"),
            "and not of .* so take actviz .* for all of them; delete it to",
        ),
    ],
)
def test_rows_of_something_else_are_refused(path, rows, heading, what):
    write(path, rows[:2])
    with pytest.raises(RecordError, match=f"cannot go on with the rows of .*{what}"):
        begin_or_resume(path, ROWS, heading, resume=True)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda lines: [b"number,activation", *lines], "holds no rows of a sweep: name what a"),
        (lambda lines: [b"\xff\xfe", *lines], "holds no rows of a sweep"),
        (lambda lines: [b'{"schema": 1}', *lines[1:]], "line 1: not the rows of a sweep"),
        (
            lambda lines: [*lines[:2], b"{", *lines[2:]],
            r"^line 3 of .*rows\.csv\.part is damaged \(it is torn, or no JSON\): ",
        ),
        (
            lambda lines: [*lines[:2], b"[]", *lines[2:]],
            r"line 3 of .*\(it is no row of its sweep\): remove that line",
        ),
        (lambda lines: [lines[0], b'{"number": 99}'], r"line 2 of .*\(it is no row of its sweep"),
        (lambda lines: [lines[0], b'{"number": 1}'], r"line 2 of .*\(a row needs 'activation'"),
        (
            lambda lines: [lines[0], lines[1].replace(b'"number":0', b'"number":1')],
            r"line 2 of .*\(row 1 is of another stack",
        ),
    ],
)
def test_a_file_that_was_changed_is_refused_with_its_line(path, rows, change, what):
    write(path, rows)
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join(change(lines)) + b"\n")
    with pytest.raises(RecordError, match=what):
        read_part(path)


def test_without_its_damaged_line_a_file_is_gone_on_with(path, rows):
    """As the message says: the line is removed, and its stack alone is missing."""
    write(path, rows)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], lines[2][:39] + b"\n", *lines[3:]]))
    with pytest.raises(RecordError, match=r"^line 3 of .* is run again with --resume$"):
        begin_or_resume(path, ROWS, HEADING, resume=True)
    path.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    kept = begin_or_resume(path, ROWS, HEADING, resume=True)
    assert kept.rows == (rows[0], *rows[2:])


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    with pytest.raises(ExportError, match=r"cannot write .*File name too long"):
        begin_or_resume(tmp_path / f"{'a' * 260}.part", ROWS, HEADING, resume=False)


def test_a_file_of_something_else_is_not_touched(path):
    path.write_text("my thesis")
    with pytest.raises(RecordError, match="holds no rows of a sweep: delete it to begin anew, or"):
        begin_or_resume(path, ROWS, HEADING, resume=True)
    assert path.read_text() == "my thesis"


def test_a_file_that_another_process_writes_is_left_to_it(path, rows):
    pytest.importorskip("fcntl")
    write(path, rows[:1])
    with subprocess.Popen(
        [sys.executable, "-c", LOCK, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        with pytest.raises(ExportError, match="is being written by another process"):
            write(path, rows[1:], resume=True)
        other.stdin.close()
    write(path, rows[1:], resume=True)
