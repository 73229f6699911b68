"""A baseline is made of what is given, if anybody can run it."""

import numpy as np
import pytest

import actviz
from actviz.checks.making import baseline_of, make_baseline, rerun
from actviz.errors import SpecError

pytestmark = pytest.mark.usefixtures("one_blas_thread")

SPEC = actviz.StackSpec(activation="relu", init="he", depth=1, width=20, samples=20)


def test_a_stack_a_record_and_its_seeds_have_one_baseline():
    record = actviz.simulate(SPEC)
    made = make_baseline(SPEC)
    assert baseline_of(SPEC) == baseline_of(record) == made
    ensemble = actviz.simulate_ensemble(SPEC, seeds=made.seeds)
    assert baseline_of(ensemble.records) == baseline_of(iter(ensemble.records)) == made
    for subject in (SPEC, record, [record]):
        exact = baseline_of(subject, "exact")
        assert (exact.record, exact.seeds, exact.spread) == (record, 1, {})
    assert [again.spec.seed for again in rerun(made, 3)] == [0, 1, 2]
    assert rerun(made) == [record]


def test_recorded_arrays_cannot_be_run():
    arrays = actviz.record_from_arrays({"a": np.eye(3)})
    with pytest.raises(SpecError, match="give at least 5 records"):
        baseline_of(arrays)
    with pytest.raises(SpecError, match="nothing to run"):
        rerun(baseline_of(arrays, "exact"))
