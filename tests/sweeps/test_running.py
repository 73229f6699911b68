"""Rows do not depend on who computes them; and they are what the judge says of each stack."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from actviz.errors import SpecError
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate
from actviz.sweeps.running import run, sweep
from actviz.sweeps.spec import SweepSpec

SMALL = {"activation": "tanh", "std": "0.01..1:4", "depth": 3, "width": 20, "samples": 20}


def test_a_row_is_what_diagnose_says_of_its_stack():
    for row in sweep(**SMALL).rows:
        found = simulate(row.spec, gradients=True).diagnose()
        assert row.judged.verdict == found.verdict
        assert row.judged.chance == found.chance
        assert row.judged.state == found.state


def test_on_an_executor_and_here_the_rows_are_the_same():
    here = sweep(**SMALL)
    with ThreadPoolExecutor(3) as pool:
        assert sweep(**SMALL, executor=pool) == here


def test_alone_and_among_others_a_row_is_the_same():
    every = sweep(**SMALL).rows
    alone = sweep(**SMALL | {"std": 0.01}).rows
    assert alone[0].spec == every[0].spec
    assert alone[0].judged == every[0].judged


def test_stacks_that_are_named_one_by_one_keep_their_seeds():
    specs = [StackSpec(activation="relu", init="he", width=20, samples=20, seed=n) for n in (5, 3)]
    found = sweep(specs)
    assert [row.spec for row in found.rows] == specs
    assert [row.seed_number for row in found.rows] == [None, None]
    assert found.sweep is None


def test_progress_is_told_of_every_stack():
    told = []
    sweep(**SMALL, progress=told.append)
    assert told == [1, 2, 3, 4]


def test_a_sweep_is_given_in_one_way():
    with pytest.raises(SpecError, match="one of them"):
        sweep(SweepSpec.of(**SMALL), depth=3)


def test_nothing_to_do_is_done():
    assert list(run([])) == []
