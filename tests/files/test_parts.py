"""The parts of a sweep on disk, and what they give together."""

import pytest
from kept_rows import GIVEN, SWEEP, rows_of_it, write

from actviz.errors import RecordError
from actviz.files.parts import merge_parts, part_path
from actviz.files.rows import write_rows
from actviz.sweeps.parts import Part, PartHeading
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import COLUMNS
from actviz.sweeps.spec import SweepSpec


@pytest.fixture
def rows():
    return rows_of_it()


def test_the_file_stands_beside_its_output(tmp_path):
    output = tmp_path / "rows.csv"
    assert part_path(output, Part()).name == "rows.csv.part"
    assert part_path(output, Part.read("3/10")).name == "rows.csv.part-3-of-10"


def test_parts_are_merged_in_order_each_row_once(tmp_path, rows):
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, [rows[2], rows[0]], PartHeading.today(SWEEP, Part.read("1/2")))
    write(other, [rows[3], rows[1], rows[3]], PartHeading.today(SWEEP, Part.read("2/2")))
    for paths in ([one, other], [other, one, one]):
        record, apart = merge_parts(paths)
        assert (record.rows, apart) == (rows, None)
    assert [row.number for row in merge_parts([other])[0].rows] == [1, 3]


def test_parts_of_two_sweeps_are_not_merged(tmp_path, rows):
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, rows)
    write(other, [], PartHeading.today(SweepSpec.of(**GIVEN | {"samples": 21}), Part()))
    with pytest.raises(
        RecordError, match=r"other does not go with .*one: .*samples is 21 there and"
    ):
        merge_parts([one, other])


def test_a_part_that_has_just_begun_is_no_obstacle(tmp_path, rows):
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, rows)
    other.write_bytes(b'{"schema"')
    assert merge_parts([one, other])[0].rows == rows
    with pytest.raises(RecordError, match="there are no rows yet"):
        merge_parts([other])


@pytest.mark.parametrize("suffix", [".csv", ".json", ".jsonl"])
def test_a_finished_table_is_named_as_one(tmp_path, rows, suffix):
    """As of a glob that takes it along; whatever its name is by now."""
    part, table = tmp_path / "part", tmp_path / f"rows{suffix}"
    write(part, rows)
    write_rows(SweepRecord(sweep=SWEEP, rows=rows), table)
    renamed = table.rename(tmp_path / "table")
    what = r"table is a finished table of 4 rows, and no part file: leave it out, and name the .*"
    with pytest.raises(RecordError, match=what):
        merge_parts([part, renamed])


#: The first line of rows, and a cell that goes on behind its quotes.
QUOTES = ",".join(COLUMNS) + '\n"abc"d,"\n'


@pytest.mark.parametrize("text", ["a,b\n1,2\n", '[{"a": 1}]', "no table", "", QUOTES])
def test_another_file_is_no_table(tmp_path, text):
    path = tmp_path / "other"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=r"holds no rows of a sweep|there are no rows yet"):
        merge_parts([path])
