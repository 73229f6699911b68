"""Rows as CSV, JSON and JSON lines."""

import csv
import json

import pytest

from actviz.errors import ExportError, SpecError
from actviz.files.rows import ROW_SUFFIXES, check_replaceable, read_rows, rows_path, write_rows
from actviz.sweeps.row import COLUMNS
from actviz.sweeps.running import sweep
from actviz.sweeps.spec import SweepSpec

RECORD = sweep(activation="tanh", init=["he", "zeros"], depth=2, width=20, samples=20)


def read(path):
    if path.suffix == ".csv":
        with path.open(newline="") as file:
            return list(csv.DictReader(file))
    text = path.read_text()
    return json.loads(text) if path.suffix == ".json" else list(map(json.loads, text.splitlines()))


@pytest.mark.parametrize("suffix", ROW_SUFFIXES)
def test_the_rows_come_back(tmp_path, suffix):
    path = write_rows(RECORD, rows_path(str(tmp_path / f"rows{suffix}")))
    expected = RECORD.to_rows()
    if suffix == ".csv":
        expected = [{n: "" if it is None else str(it) for n, it in r.items()} for r in expected]
    assert read(path) == expected
    assert tuple(read(path)[0]) == COLUMNS


@pytest.mark.parametrize("suffix", ROW_SUFFIXES)
def test_rows_are_read_as_what_they_were(tmp_path, suffix):
    path = write_rows(RECORD, rows_path(str(tmp_path / f"rows{suffix}")))
    assert read_rows(path, RECORD.sweep) == RECORD.rows
    assert check_replaceable(path, RECORD.sweep, range(2)) == RECORD.rows
    path.write_text("")
    assert read_rows(path, RECORD.sweep) == ()
    path.unlink()
    assert check_replaceable(path, RECORD.sweep, range(2)) == ()


def changed(text, suffix, how):
    if how == "cut":
        return text[: len(text) * 2 // 3]
    if how == "twice":
        return text + text.splitlines()[-1] + "\n" if suffix != ".json" else text + text
    return {
        "seed": text.replace(str(RECORD.rows[1].spec.seed), "12"),
        "init": text.replace("zeros", "ones"),
        "prose": "Dear diary,\n",
        "quotes": text + '"he"he,\n',
    }[how]


@pytest.mark.parametrize("how", ["cut", "twice", "seed", "init", "prose", "quotes"])
@pytest.mark.parametrize("suffix", ROW_SUFFIXES)
def test_what_else_is_in_a_file_is_not_replaced(tmp_path, suffix, how):
    path = write_rows(RECORD, rows_path(str(tmp_path / f"rows{suffix}")))
    path.write_text(changed(path.read_text(), suffix, how))
    assert read_rows(path, RECORD.sweep) is None
    with pytest.raises(SpecError, match="holds something else than these rows: name another"):
        check_replaceable(path, RECORD.sweep, range(2))


def test_a_file_with_more_rows_is_not_replaced_by_fewer(tmp_path):
    path = write_rows(RECORD, rows_path(str(tmp_path / "rows.csv")))
    with pytest.raises(SpecError, match="holds more than these rows"):
        check_replaceable(path, RECORD.sweep, [1])


def test_rows_of_another_sweep_are_something_else(tmp_path):
    path = write_rows(RECORD, rows_path(str(tmp_path / "rows.csv")))
    for other in ({"depth": 3}, {"init": ["zeros", "he"]}, {"seed": 1}, {"samples": 21}):
        fields = {"init": ["he", "zeros"], "depth": 2, "width": 20, "samples": 20} | other
        assert read_rows(path, SweepSpec.of(activation="tanh", **fields)) is None


@pytest.mark.parametrize("name", ["rows", "rows.txt", "rows.parquet", ".csv/"])
def test_a_name_without_a_form_is_refused(name, tmp_path):
    with pytest.raises(SpecError, match=r"must end with one of .csv, .json, .jsonl"):
        rows_path(str(tmp_path / name))


def test_a_name_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(SpecError, match="is not a directory: make it first"):
        rows_path(str(tmp_path / "nowhere" / "rows.csv"))
    with pytest.raises(ExportError):
        rows_path(str(tmp_path / f"{'a' * 300}.csv"))
