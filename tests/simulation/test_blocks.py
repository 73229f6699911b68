"""Blocks: their size follows from the spec, how many run at once from the memory there is."""

from math import ceil, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz import Measuring, StackSpec
from actviz.simulation.blocks import (
    block_rows,
    is_streamed,
    least_bytes,
    planned,
    planned_bytes,
)

SOME = Measuring()


def stack(**fields):
    return StackSpec(**{"activation": "relu", "init": "he"} | fields)


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ({}, 1000),
        ({"samples": 2**20, "width": 1}, 2**20),
        ({"samples": 1024, "width": 1024}, 1024),
        ({"samples": 1025, "width": 1024}, 1024),
        ({"samples": 200_000, "width": 4096}, 256),
        ({"samples": 9000, "width": 300}, 3328),  # 13 panels: the most that 2^20 values hold
        ({"samples": 5000, "width": (10, 700, 10)}, 1280),
        ({"samples": 5000, "width": 300, "input_width": 2000}, 512),
        ({"samples": 1000, "width": 10, "input_width": 10**6}, 1000),  # few values a layer
        ({"samples": 300, "width": 40_000}, 256),  # no block is smaller than a panel
        ({"samples": 200, "width": 40_000}, 200),
    ],
    ids=str,
)
def test_a_block_follows_from_the_spec(fields, rows):
    assert block_rows(stack(**fields)) == rows
    assert is_streamed(stack(**fields)) == (rows < fields.get("samples", 1000))


def test_depth_seed_and_dtype_change_no_block():
    for fields in ({"depth": 50}, {"seed": 3}, {"dtype": "float32"}, {"rng": "legacy"}):
        assert block_rows(stack(samples=9000, width=300, **fields)) == 3328


def test_deviations_from_means_are_a_block_more_for_each_worker():
    spec, by_unit = stack(samples=9000, width=300), Measuring(unit_histograms=True)
    for limit in (1e6, inf):
        for workers in (1, 3):
            plan = planned(spec, SOME, limit=limit, workers=workers)
            more = planned_bytes(spec, by_unit, plan) - planned_bytes(spec, SOME, plan)
            assert more == plan.workers * plan.rows * 300 * 8


specs = st.builds(
    stack,
    samples=st.integers(20_000, 10**6),
    width=st.integers(60, 5000),
    depth=st.integers(1, 60),
    dtype=st.sampled_from(["float32", "float64"]),
)


@settings(max_examples=40, deadline=None)
@given(
    spec=specs,
    gradients=st.booleans(),
    limit=st.floats(1e6, 1e13) | st.just(inf),
    workers=st.integers(1, 16),
)
def test_a_plan_keeps_within_its_limit_and_leaves_out_no_block(spec, gradients, limit, workers):
    measuring = Measuring(gradients=gradients)
    found, least = (
        planned(spec, measuring, limit=limit, workers=workers),
        least_bytes(spec, measuring),
    )
    assert found.rows == block_rows(spec)
    assert found.blocks == ceil(spec.samples / found.rows)
    assert 1 <= found.workers <= found.at_once <= found.blocks
    assert found.workers <= workers
    assert (found.waves - 1) * found.at_once < found.blocks <= found.waves * found.at_once
    taken = planned_bytes(spec, measuring, found)
    assert taken <= limit or (limit < least and taken >= least)
    if limit == inf:
        assert found.waves == 1


def test_the_least_does_not_grow_with_samples_nor_much_with_depth():
    def least(**fields):
        return least_bytes(stack(**{"width": 500, "dtype": "float32"} | fields), SOME)

    assert least(samples=10**7) == least(samples=10**6)
    more = (least(samples=10**6, depth=105) - least(samples=10**6, depth=5)) / 100
    assert 0 < more < 2e6  # the sums of a layer
    tape = Measuring(gradients=True)
    shallow, deep = (
        least_bytes(stack(width=500, samples=10**6, depth=depth), tape) for depth in (5, 55)
    )
    assert deep - shallow > 50 * 2 * block_rows(stack(width=500, samples=10**6)) * 500 * 8


def test_what_was_refused_fits():
    """A prototype took 1.7 GB for 2 layers; all values of 4 take 30."""
    spec = stack(samples=200_000, width=4096, depth=4, dtype="float32")
    assert least_bytes(spec, SOME) < 1e9
    found = planned(spec, SOME, limit=2e9, workers=2)
    assert planned_bytes(spec, SOME, found) <= 2e9
    assert found.waves <= 3
