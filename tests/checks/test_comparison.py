"""Checks: tolerances against scipy's t, planted faults caught, clean seeds passed."""

import dataclasses
import importlib.util
import json
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import actviz
from actviz.checks.baseline import Baseline
from actviz.checks.comparison import baseline_of, compare, make_baseline, rerun
from actviz.checks.exact import explain
from actviz.errors import RecordError, SpecError
from actviz.files.records import load_baseline, save_baseline
from actviz.testing import assert_law, assert_statistics

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
    arrays = actviz.record_from_arrays({"a": np.eye(3)})
    with pytest.raises(SpecError, match="give at least 5 records"):
        baseline_of(arrays)
    with pytest.raises(SpecError, match="nothing to run"):
        rerun(baseline_of(arrays, "exact"))
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


# --- laws ---


@pytest.mark.parametrize(
    "name", ["he", "lecun_uniform", "xavier_truncated_normal", "std=0.01", "uniform=0.2"]
)
def test_a_law_is_its_own(name):
    """10 draws at one false alarm in 1000 each."""
    wrong = 0
    for seed in range(10):
        try:
            assert_law(actviz.layers.initializers.get_initializer(name), name, seed=seed)
        except AssertionError:
            wrong += 1
    assert wrong <= 1


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda r, i, o: r.normal(0, (1 / i) ** 0.5, (i, o)), "variance"),
        (lambda r, i, o: r.normal(0, (2 / o) ** 0.5, (i, o)), "variance"),
        (lambda r, i, o: r.normal(0, 1.02 * (2 / i) ** 0.5, (i, o)), "variance"),
        (lambda r, i, o: r.normal(0.002, (2 / i) ** 0.5, (i, o)), "mean"),
        (lambda r, i, o: r.uniform(-1, 1, (i, o)) * (6 / i) ** 0.5, "KS distance"),
        (lambda r, i, o: r.normal(0, (2 / i) ** 0.5, (o, i)), "must have the shape"),
        (lambda r, i, o: np.full((i, o), np.nan), "not all finite"),
    ],
)
def test_another_law_fails(draw, message):
    with pytest.raises(AssertionError, match=message):
        assert_law(draw, "he")


def test_bounds_belong_to_a_law():
    rng = np.random.default_rng(0)
    W = rng.uniform(-0.1, 0.1, (400, 100))
    assert_law(W, "uniform=0.1")
    W[3, 4] = 0.11
    with pytest.raises(AssertionError, match=r"values from .* expected within ±0.1"):
        assert_law(W, "uniform=0.1")
    with pytest.raises(SpecError, match="no law of independent"):
        assert_law(W, "orthogonal")
    with pytest.raises(SpecError, match="at least 100 floats"):
        assert_law(np.ones((3, 2)), "he")


def test_two_values_explain_how_they_differ():
    one = actviz.simulate(SPEC)
    assert explain(1, 2) is None
    assert explain(one, other(seed=5))[1] == "layer 1, preactivation, is the first that differs"
    wide = actviz.simulate(SPEC, range=(-9, 9))
    assert explain(one, wide)[1:] == [
        "layer 1, preactivation: the histograms differ",
        "their edges differ: -4 … 4 and -9 … 9",
    ]


# --- theory ---


@pytest.mark.parametrize(
    ("activation", "init"), [("relu", "he"), ("tanh", "xavier"), ("selu", "lecun")]
)
def test_theory_passes_its_own_law_and_no_other(activation, init):
    spec = dataclasses.replace(SPEC, activation=activation, init=init, width=100)
    records = [actviz.simulate(dataclasses.replace(spec, seed=k)) for k in range(12)]
    assert all(compare(record, kind="theory") for record in records)
    wrong = actviz.simulate(dataclasses.replace(spec, init="std=0.25"))
    report = compare(dataclasses.replace(wrong, spec=spec), kind="theory")
    assert (report.ok, report.first_layer, report.kind) == (False, 1, "theory")


def test_the_band_of_relu_is_hanin_and_rolnick_s():
    """(1 + 5/n)^L - 1 for one input, to first order 5 L / n."""
    from actviz.checks.theory import _rows

    spec = dataclasses.replace(SPEC, width=5000, depth=6, samples=1)
    rows = [v for _, signal, _, v in _rows(spec, 6) if signal == "activation"]
    first = 2 / 5000  # of the input's own length
    assert np.subtract(rows, first) == pytest.approx(5 * np.arange(1, 7) / 5000, rel=1e-4)


def test_theory_needs_a_law():
    with pytest.raises(SpecError, match="theory needs a stack's law"):
        compare(actviz.record_from_arrays({"a": np.eye(3)}), kind="theory")
    with pytest.raises(SpecError, match="needs a baseline"):
        compare(actviz.simulate(SPEC))


# --- heavy tails, and narrow layers ---------------------------------------------------------

#: Degrees of freedom as the docstring of `compare` has them, in wide stacks and in narrow ones.
FREEDOM = {
    "rms": (30, 12),
    "within_unit_std": (30, 12),
    "between_unit_std": (30, 12),
    "mean/rms": (8, 8),
    "mean_cosine": (12, 12),
    "zero_fraction": (12, 12),
    "effective_rank": (12, 12),
}
SCALES = {
    "log": (log, ("rms", "within_unit_std", "between_unit_std", "effective_rank")),
    "linear": (float, ("mean/rms",)),
    "logit": (lambda p: log(p / (1 - p)), ("mean_cosine", "zero_fraction")),
}


@pytest.mark.parametrize(("width", "place"), [(28, 0), (27, 1)])
def test_the_tolerance_of_every_measure_is_its_own(width, place):
    """From the spread that a baseline has in its file, by scipy's t."""
    spec = dataclasses.replace(SPEC, width=width)
    found = make_baseline(spec)
    seen = set()
    changes = ({"init": "std=7", "bias_std": 40.0}, {"activation": "gelu"}, {"init": "ones"})
    others = [actviz.simulate(dataclasses.replace(spec, **change)) for change in changes]
    others = [dataclasses.replace(item, spec=dataclasses.replace(spec, seed=0)) for item in others]
    for drift in (drift for item in others for drift in compare(item, found).drifts):
        expected = found.spread[drift.layer, drift.signal, drift.statistic]
        t = stats.t.isf(1e-3 / 2 / len(found.spread), FREEDOM[drift.statistic][place])
        reach = t * expected.sd * sqrt(1 / 40 + 1)
        scale = next(forward for forward, names in SCALES.values() if drift.statistic in names)
        if drift.statistic == "zero_fraction":
            reach = max(reach, 0.25)
        assert scale(drift.high) - expected.mean == pytest.approx(reach, rel=1e-6)
        assert expected.mean - scale(drift.low) == pytest.approx(reach, rel=1e-6)
        seen.add(drift.statistic)
    assert seen == set(FREEDOM)


@pytest.mark.parametrize("width", [1, 8, 19])
def test_narrow_layers_are_refused(baseline, width):
    spec = dataclasses.replace(SPEC, width=(30, width, 30))
    unit = f"{width} unit{'s' if width > 1 else ''}"
    with pytest.raises(SpecError, match=f"^layer 2 has {unit}: .* from 20 units on; check exactly"):
        make_baseline(spec)
    record = actviz.simulate(spec)
    assert compare(record, record, kind="exact")
    # A file of 0.1.0 may have such a spread.
    spread = baseline.spread
    with pytest.raises(SpecError, match=f"layer 2 has {unit}"):
        compare(record, Baseline(record=record, seeds=40, spread=spread))


def test_where_all_inputs_look_alike_their_differences_are_not_compared():
    """Sigmoid under Xavier, 30 layers: 1 - cosine is 1e-12, and rounding scatters its logit."""
    spec = dataclasses.replace(SPEC, activation="sigmoid", init="xavier", depth=30)
    spread = make_baseline(spec, seeds=10).spread
    deep = {statistic for layer, _, statistic in spread if layer == 30}
    assert deep == {"rms", "between_unit_std", "mean/rms", "zero_fraction"}
    first = {statistic for layer, _, statistic in spread if layer == 1}
    assert first == set(FREEDOM)
