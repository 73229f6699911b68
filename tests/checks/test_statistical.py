"""Planted faults are caught, clean seeds pass, and tolerances are prediction intervals."""

import dataclasses
import importlib.util
import json
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import actviz
from actviz.checks.comparison import compare
from actviz.checks.making import make_baseline, rerun

pytestmark = pytest.mark.usefixtures("one_blas_thread")

SPEC = actviz.StackSpec(activation="relu", init="he", depth=3, width=30, samples=60)


@pytest.fixture(scope="module")
def baseline():
    return make_baseline(SPEC)


@pytest.fixture(scope="module")
def planted():
    path = Path(__file__).parents[2] / "benchmarks" / "faults.py"
    found = importlib.util.spec_from_file_location("faults", path)
    module = importlib.util.module_from_spec(found)
    import sys

    sys.modules["faults"] = module
    found.loader.exec_module(module)
    return module


def other(**changes):
    """Return a record of another stack that says it is of SPEC's."""
    record = actviz.simulate(dataclasses.replace(SPEC, **changes))
    return dataclasses.replace(record, spec=dataclasses.replace(SPEC, seed=record.spec.seed))


def test_the_tolerance_is_a_prediction_interval(baseline):
    """Of the log rms in layer 2, by scipy's t, for 3 seeds against 40."""
    values = [
        log(actviz.simulate(dataclasses.replace(SPEC, seed=k)).layers[1]["preactivation"].stats.rms)
        for k in range(40)
    ]
    t = stats.t.isf(1e-3 / 2 / len(baseline.spread), 30)
    reach = t * np.std(values, ddof=1) * sqrt(1 / 40 + 1 / 3)
    report = compare([other(init="std=1", seed=s) for s in (50, 51, 52)], baseline)
    (drift,) = [
        d for d in report.drifts if (d.layer, d.signal, d.statistic) == (2, "preactivation", "rms")
    ]
    # The spread is written with four digits.
    assert log(drift.high) == pytest.approx(np.mean(values) + reach, rel=1e-3)
    assert log(drift.low) == pytest.approx(np.mean(values) - reach, rel=1e-3)
    assert drift.distance == pytest.approx(
        (log(drift.obtained) - np.mean(values)) / reach * t, rel=1e-3
    )


def test_other_seeds_of_the_law_pass(baseline):
    """60 checks at one false alarm in 1000 each: more than two alarms once in 25 000 runs."""
    reports = [compare(other(seed=1000 + k), baseline) for k in range(60)]
    assert sum(not report.ok for report in reports) <= 2
    assert compare(rerun(baseline), baseline)
    assert compare(rerun(baseline), baseline, kind="exact")


def test_planted_faults_are_caught(planted):
    """The short version of the README's table: what it says is always caught is caught here."""
    kept = {}
    for name, good, faulty in planted.FAULTS:
        if name in ("bias 0.01", "the same weights in every layer", "weights 2 % too large"):
            continue  # the README says so
        if good not in kept:
            kept[good] = planted.baselines(good, 1)[0]
            assert planted.caught(kept[good], good, trials=3, seeds=1) == 0.0
        seeds = 10 if name in ("weights 5 % too large", "fan_out for fan_in") else 1
        assert planted.caught(kept[good], faulty, trials=1, seeds=seeds) == 1.0, name


def test_the_report_names_the_first_layer_and_lists_twenty(baseline):
    report = compare(other(init="lecun"), baseline, name="relu-he.json")
    assert report.first_layer == 1
    assert not report
    lines = report.to_text().splitlines()
    assert lines[0].startswith("relu-he.json: layer 1 is the first that drifted, ")
    assert lines[1].split() == [
        *("layer", "signal", "statistic", "expected", "tolerance", "obtained", "distance")
    ]
    many = dataclasses.replace(report, drifts=report.drifts * 9)
    lines = many.to_text().splitlines()
    assert lines[-2] == f"  … and {len(many.drifts) - 20} more"
    assert len(lines) == 2 + 20 + 2


def test_a_stack_that_stops_being_finite_has_drifted(baseline):
    spec = dataclasses.replace(SPEC, init="std=1e200")
    report = compare(dataclasses.replace(actviz.simulate(spec), spec=SPEC), baseline)
    assert "finite values" in {drift.statistic for drift in report.drifts}
    assert report.to_dict()["drifts"][-1]["distance"] is None
    json.dumps(report.to_dict(), allow_nan=False)


@pytest.mark.parametrize("init", ["zeros", "ones", "orthogonal", "identity"])
def test_what_has_no_spread_is_held_to_its_rounding(init):
    spec = dataclasses.replace(SPEC, init=init, activation="identity")
    found = make_baseline(spec, seeds=6)
    again = dataclasses.replace(
        actviz.simulate(
            spec,
        ),
        spec=spec,
    )
    assert compare(again, found)
    off = actviz.simulate(dataclasses.replace(spec, init="std=0.5"))
    assert not compare(dataclasses.replace(off, spec=spec), found)
