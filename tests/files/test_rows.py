"""Rows as CSV, JSON and JSON lines."""

import csv
import json

import pytest

from actviz.errors import ExportError, SpecError
from actviz.files.rows import ROW_SUFFIXES, rows_path, write_rows
from actviz.sweeps.row import COLUMNS
from actviz.sweeps.running import sweep

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


@pytest.mark.parametrize("name", ["rows", "rows.txt", "rows.parquet", ".csv/"])
def test_a_name_without_a_form_is_refused(name, tmp_path):
    with pytest.raises(SpecError, match=r"must end with one of .csv, .json, .jsonl"):
        rows_path(str(tmp_path / name))


def test_a_name_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(SpecError, match="is not a directory: make it first"):
        rows_path(str(tmp_path / "nowhere" / "rows.csv"))
    with pytest.raises(ExportError):
        rows_path(str(tmp_path / f"{'a' * 300}.csv"))
