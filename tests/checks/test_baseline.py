"""Baselines as files: what does not belong together, and every leaf damaged."""

import copy
import dataclasses
import json
import random

import pytest

import actviz
from actviz.checks.baseline import Baseline
from actviz.checks.comparison import compare
from actviz.checks.making import make_baseline, rerun
from actviz.errors import RecordError, SpecError
from actviz.numbers.histogram import Histogram

SPEC = actviz.StackSpec(activation="relu", init="he", depth=3, width=30, samples=60)
BACK = actviz.Measuring(gradients=True)


def test_a_gradient_that_is_not_a_number_has_drifted():
    found, record = make_baseline(SPEC, measuring=BACK), actviz.simulate(SPEC, measuring=BACK)
    item = record.layers[1]["gradient"]
    counts = item.histogram.counts.copy()
    counts[counts.argmax()] -= 1
    bad = dataclasses.replace(
        item,
        stats=dataclasses.replace(item.stats, count=item.stats.count - 1, nonfinite=1),
        counted=dataclasses.replace(item.histogram, counts=counts, nonfinite=1),
    )
    signals = tuple(bad if other is item else other for other in record.layers[1].signals)
    layers = (record.layers[0], dataclasses.replace(record.layers[1], signals=signals))
    report = compare(dataclasses.replace(record, layers=(*layers, record.layers[2])), found)
    assert {(d.layer, d.signal) for d in report.drifts} == {(2, "gradient")}


def test_a_spread_of_what_nobody_recorded_or_will_run_is_refused():
    """They were drifts, exit code 1, of a file that is broken."""
    data = make_baseline(SPEC, seeds=5, measuring=BACK).to_dict()
    data = json.loads(json.dumps(data))
    data["record"]["measuring"]["gradients"] = False
    with pytest.raises(RecordError, match="has no signal 'gradient'"):
        Baseline.from_dict(data)
    data = json.loads(json.dumps(make_baseline(SPEC, seeds=5).to_dict()))
    rms = data["spread"]["1"]["activation"]["rms"]
    data["spread"]["1"]["gradient"] = {"rms": rms}
    with pytest.raises(RecordError, match="has no signal 'gradient'"):
        Baseline.from_dict(data)


@pytest.mark.parametrize(
    ("name", "mean"), [("mean/rms", 5.0), ("mean/rms", -1.1), ("rms", 1e308), ("mean_cosine", -900)]
)
def test_a_mean_that_no_record_can_have_is_refused(name, mean):
    data = json.loads(json.dumps(make_baseline(SPEC, seeds=5).to_dict()))
    data["spread"]["2"]["activation"][name]["mean"] = mean
    with pytest.raises(RecordError, match=f"mean of {name} cannot be"):
        Baseline.from_dict(data)


def test_a_spread_that_lacks_a_layer_is_refused():
    """It was a check of fewer statistics, which passed without a word."""
    data = json.loads(json.dumps(make_baseline(SPEC, seeds=5).to_dict()))
    for change, message in (
        (lambda spread: spread.pop("1"), "has the layers 1, 2, … .got 2"),
        (lambda spread: spread["2"].clear(), "layer 2 of a spread has no activation"),
        (lambda spread: spread.update({"x": {}}), "must be from 1 to .* .got 'x'"),
        (lambda spread: spread.update({"１": spread.pop("1")}), "must be from 1 to "),
        (lambda spread: spread.update({"1": []}), "layer 1 of a spread must be an object"),
        (lambda spread: spread["1"]["activation"].update(rms=3), "spread of rms must be an object"),
    ):
        damaged = json.loads(json.dumps(data))
        change(damaged["spread"])
        with pytest.raises(RecordError, match=message):
            Baseline.from_dict(damaged)
    for spread in ([], None, 3):
        with pytest.raises(RecordError, match="a spread must be an object of names"):
            Baseline.from_dict(data | {"spread": spread})
    with pytest.raises(RecordError, match="is of 5 seeds, and the baseline of 1"):
        Baseline.from_dict(data | {"seeds": 1})


def test_few_samples_are_refused():
    """Of 1500 clean seeds with 4 samples 15 were alarms, where one and a half were promised."""
    with pytest.raises(SpecError, match=r"9 samples: the rate of false alarms .* from 10 samples"):
        make_baseline(dataclasses.replace(SPEC, samples=9), seeds=5)


# --- every leaf damaged -----------------------------------------------------------------------

#: What may stand where something else should: of every type, of every size.
ODD = (
    *(None, True, "x", "", "1", "gradient", [], {}, [1], {"a": 1}, [[[]]]),
    *(-1, 0, 1.5, -5.5, 2**63, 10**400, -(10**400), 1e308, -1e308, 5e-324),
)
NAMES = ("0", "-1", "x", "10**3", "9" * 20, "²", "weights", "activation")


def leaves(data, path=()):
    """Yield the path of everything in JSON data, the nodes too."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in pairs:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, key))


def damaged(data, rng):
    """Yield what was done, and a copy in which one thing is another, renamed, or gone."""
    for path in leaves(data):
        for value in (*rng.sample(ODD, 3), "gone", "renamed"):
            found = place = copy.copy(data)  # and what leads to it; all else is shared
            for key in path[:-1]:
                place[key] = copy.copy(place[key])
                place = place[key]
            if value == "gone":
                del place[path[-1]]
            elif value == "renamed" and isinstance(place, dict):
                place[rng.choice(NAMES)] = place.pop(path[-1])
            elif value != "renamed":
                place[path[-1]] = value
            yield f"{path}: {value!r:.20}", found


def attempt(data):
    """Return what a check of it is refused with; "" where it is compared."""
    try:
        baseline = Baseline.from_dict(data)
        records = rerun(baseline)
        for kind in ("statistical", "exact"):
            compare(records, baseline, kind=kind).to_text()
    except (RecordError, SpecError) as error:
        return str(error)
    return ""


def test_a_damaged_baseline_is_refused_in_one_line_or_is_one():
    """A fixed seed; `actviz check` translates RecordError and SpecError, and nothing else."""
    fields = {"activation": "relu", "init": "he", "depth": 1, "width": 20, "samples": 20}
    spec = actviz.StackSpec(**fields)
    measuring = actviz.Measuring(gradients=True, bins=2, range=(-1, 1))
    data = json.loads(json.dumps(make_baseline(spec, seeds=5, measuring=measuring).to_dict()))
    for item in data["record"]["layers"][0]["signals"].values():  # two of 104 octaves are enough
        bins = Histogram(**item["histogram"])
        item["histogram"] = bins.rebin(bins.n_bins // 2).to_dict()
    assert Baseline.from_dict(data).seeds == 5
    refused = kept = 0
    for what, found in damaged(data, random.Random(19)):
        said = attempt(found)
        refused, kept = refused + bool(said), kept + (not said)
        assert len(said.splitlines()) <= 1, what
        assert len(said) < 500, what
    assert refused > 500
    assert kept > 50  # a seed, a label, a number that is as possible as the one that was there


def test_a_baseline_is_one_line():
    found = make_baseline(SPEC, seeds=5)
    assert repr(found) == f"<Baseline of 5 seeds, the first {found.record!r}>"
    assert repr(make_baseline(SPEC, seeds=1)).startswith(
        "<Baseline of 1 seed, the first <Record of"
    )
