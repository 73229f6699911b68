"""The rows of a sweep as tables of others."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from actviz.errors import MissingExtraError, SpecError
from actviz.sweeps.row import COLUMNS
from actviz.sweeps.running import sweep
from actviz.sweeps.spec import SweepSpec

SMALL = {"depth": 3, "width": 20, "samples": 20}
SWEEP = SweepSpec.of(activation=["tanh", "relu"], init=["he", "std=0.01"], **SMALL, seeds=3)


@pytest.fixture(scope="module")
def record():
    return sweep(SWEEP)


def test_the_frame_has_a_row_for_each_stack(record):
    frame = record.to_frame()
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == len(record) == 12
    best = frame.groupby(["activation", "init"])["chance"].median()
    assert best["tanh", "he"] > 0.9 > best["tanh", "std=0.01"]


def test_the_cube_has_a_dimension_for_each_axis(record):
    xarray = pytest.importorskip("xarray")
    cube = record.to_xarray()
    assert isinstance(cube, xarray.Dataset)
    assert dict(cube.sizes) == {"activation": 2, "init": 2, "seed_number": 3}
    for row in record.rows:
        plain = row.to_dict()
        where = {name: plain[name] for name in ("activation", "init", "seed_number")}
        found = cube.sel(where)
        assert found["chance"].item() == plain["chance"]
        assert found["verdict"].item() == plain["verdict"]
    assert cube["chance"].dtype == np.float64


def test_without_xarray_one_line_says_how_to_get_it(record, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'actviz\[xarray\]'"):
        record.to_xarray()


def test_a_cube_needs_all_its_rows(record):
    pytest.importorskip("xarray")
    with pytest.raises(SpecError, match="the sweep has 12 rows, and here are 11: use to_frame"):
        replace(record, rows=record.rows[1:]).to_xarray()
    with pytest.raises(SpecError, match="have no axes"):
        replace(record, sweep=None).to_xarray()


def test_its_repr_is_one_line_with_the_counts(record):
    assert repr(record) == (
        "<SweepRecord of 12 stacks over activation, init: 6 healthy, 5 warning, 1 error>"
    )
    lost = replace(record.rows[0], judged=None, failed="why")
    assert repr(replace(record, sweep=None, rows=(lost,))) == (
        "<SweepRecord of 1 stack: 0 healthy, 0 warning, 0 error, 1 failed>"
    )
