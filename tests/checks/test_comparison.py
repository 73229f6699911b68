"""What a check compares, what it refuses, and what its baseline looks like in a file."""

import dataclasses
import json

import numpy as np
import pytest

import actviz
from actviz.checks.baseline import Baseline
from actviz.checks.comparison import compare
from actviz.checks.exact import explain
from actviz.checks.making import make_baseline, rerun
from actviz.errors import RecordError, SpecError
from actviz.files.records import load_baseline, save_baseline
from actviz.testing import assert_statistics

pytestmark = pytest.mark.usefixtures("one_blas_thread")

SPEC = actviz.StackSpec(activation="relu", init="he", depth=3, width=30, samples=60)


@pytest.fixture(scope="module")
def baseline():
    return make_baseline(SPEC)


def test_exact_sees_the_ninth_digit_and_sample_kurtosis(baseline):
    record = rerun(baseline)[0]
    layer = record.layers[2]
    item = layer["activation"]

    def with_kurtosis(value):
        changed = dataclasses.replace(
            item, stats=dataclasses.replace(item.stats, excess_kurtosis=value)
        )
        last = dataclasses.replace(layer, signals=(layer.signals[0], changed))
        return dataclasses.replace(record, layers=(*record.layers[:2], last))

    population, n = item.stats.excess_kurtosis, item.stats.count
    sample = ((n + 1) * population + 6) * (n - 1) / ((n - 2) * (n - 3))
    for value in (sample, population * (1 + 3e-9)):
        report = compare(with_kurtosis(value), baseline, kind="exact")
        assert [(d.layer, d.statistic) for d in report.drifts] == [(3, "excess_kurtosis")]
        assert compare(with_kurtosis(value), baseline)  # another seed differs by more
    assert compare(with_kurtosis(population * (1 + 1e-11)), baseline, kind="exact")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 20}, "baseline is of another stack: they differ in width .30 and 20"),
        ({"activation": "tanh"}, "differ in activation"),
        ({"samples": 10}, "differ in samples"),
        ({"depth": 2}, "differ in depth"),
    ],
)
def test_another_stack_is_refused_and_not_called_a_drift(baseline, change, message):
    with pytest.raises(SpecError, match=message):
        compare(actviz.simulate(dataclasses.replace(SPEC, **change)), baseline)


def test_what_cannot_be_compared_is_refused(baseline):
    record = actviz.simulate(SPEC)
    with pytest.raises(SpecError, match="knows no spread"):
        compare(record, record)
    with pytest.raises(SpecError, match="kind must be"):
        compare(record, baseline, kind="close")
    with pytest.raises(SpecError, match="false_alarm must be"):
        compare(record, baseline, false_alarm=0.0)
    with pytest.raises(SpecError, match="has seed 0 and not 1"):
        compare(actviz.simulate(dataclasses.replace(SPEC, seed=1)), baseline, kind="exact")
    with pytest.raises(SpecError, match="at least 5 seeds"):
        Baseline.of([record] * 3)
    old = dataclasses.replace(record, writer=(("numpy", "1.0.0"),))
    with pytest.raises(SpecError, match="whose random numbers may differ"):
        compare(record, old, kind="exact")


def test_recorded_layers_keep_their_names_in_a_report():
    a = np.random.default_rng(0).standard_normal((40, 8))
    one, two = (actviz.record_from_arrays({"enc.0": a, "enc.1": s * a}) for s in (1.0, 2.0))
    report = compare(two, one, kind="exact")
    assert report.summary.startswith("baseline: layer 2 (enc.1) is the first that drifted")
    with pytest.raises(AssertionError, match=r"enc\.1"):
        assert_statistics(two, one)
    assert_statistics(one, one)


# --- on disk ---


def test_a_baseline_goes_through_its_file_and_reads_well_in_a_diff(baseline, tmp_path):
    path = save_baseline(baseline, tmp_path / "b.json")
    again = load_baseline(path)
    assert (again.record, again.spread, again.seeds) == (baseline.record, baseline.spread, 40)
    save_baseline(again, tmp_path / "c.json")
    assert (tmp_path / "c.json").read_bytes() == path.read_bytes()
    text = path.read_text()
    data = json.loads(text)
    assert data["schema"] == "actviz.baseline/1"
    assert list(data) == sorted(data)
    assert '"rms": {"count": 40, "mean": ' in text
    assert max(map(len, text.splitlines())) < 800  # a list of edges is one line


FAULTS = {
    "empty": ("", "not valid JSON .line 1, column 1"),
    "truncated": ('{"schema": "actviz.baseline/1", "rec', "not valid JSON"),
    "list": ("[1, 2]", "its schema is None"),
    "a record": ('{"schema": "actviz.record/1"}', "its schema is 'actviz.record/1'"),
    "next version": ('{"schema": "actviz.baseline/2"}', "its schema is 'actviz.baseline/2'"),
    "nan": ('{"schema": NaN}', "never NaN"),
    "inf": ('{"schema": 1e999}', "never 1e999"),
    "twice": ('{"schema": "actviz.baseline/1", "schema": 1}', "it has 'schema' twice"),
    "deep": ("[" * 100_000, "nested too deeply"),
    "nothing in it": ('{"schema": "actviz.baseline/1"}', "a baseline has schema, seeds, record"),
    "BOM": ("\ufeff{}", "UTF-8|BOM|valid JSON"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_file_that_is_no_baseline_is_refused_in_one_line(name, tmp_path):
    text, message = FAULTS[name]
    path = tmp_path / "b.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=message) as caught:
        load_baseline(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d["spread"]["1"]["activation"]["rms"].update(sd=-1.0),
        lambda d: d["spread"]["1"]["activation"]["rms"].update(mean="0"),
        lambda d: d["spread"]["1"]["activation"]["rms"].update(scale="linear"),
        lambda d: d["spread"]["1"]["activation"]["rms"].pop("count"),
        lambda d: d["spread"]["1"]["activation"].update(beauty=1),
        lambda d: d["spread"].update({"9": d["spread"]["1"]}),
        lambda d: d["spread"].update({"x": {}}),
        lambda d: d.update(seeds=True),
        lambda d: d.update(spread=[1]),
        lambda d: d["record"].pop("spec"),
        lambda d: d.update(more=1),
    ],
)
def test_a_damaged_baseline_is_refused(baseline, damage):
    data = json.loads(json.dumps(baseline.to_dict()))
    damage(data)
    with pytest.raises(RecordError):
        Baseline.from_dict(data)


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "b.json"
    with path.open("wb") as file:
        file.truncate(200_000_000)  # sparse: nothing is written
    with pytest.raises(RecordError, match="larger than 100 MB"):
        load_baseline(path)


def test_two_values_explain_how_they_differ():
    one = actviz.simulate(SPEC)
    assert explain(1, 2) is None
    two = actviz.simulate(dataclasses.replace(SPEC, seed=5))
    assert explain(one, two)[1] == "layer 1, preactivation, is the first that differs"
    wide = actviz.simulate(SPEC, range=(-9, 9))
    assert explain(one, wide)[1:] == [
        "layer 1, preactivation: the histograms differ",
        "their edges differ: −4 … 4 and −9 … 9",
    ]
