"""actviz stats: the same numbers for people, spreadsheets and programs."""

import csv
import json
from io import StringIO
from typing import NoReturn

import pytest

import actviz as api
from actviz.format import significant
from actviz.layers.signals import SIGNALS

HEADER = (
    "activation,init,depth,width,samples,seed,layer,signal,count,mean,std,rms,min,max,skewness,"
    "excess_kurtosis,zero_fraction,saturated_fraction,dead_unit_fraction,within_unit_std,"
    "between_unit_std,nonfinite,underflow,overflow,q07,q16,q31,q50,q69,q84,q93,constant,fan_in,"
    "mean_cosine,effective_rank,median_magnitude"
)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} in JSON")


def test_csv_has_a_row_for_each_layer_and_signal(actviz):
    words = ("-a", "tanh", "-a", "relu", "-i", "he", "-d", "3", "-w", "5", "-n", "7", "-s", "9")
    result = actviz("stats", *words, "--format", "csv")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(HEADER)
    assert result.out.endswith("\n")
    assert "\r" not in result.out
    rows = _rows(result.out)
    assert [(row["activation"], row["layer"], row["signal"]) for row in rows] == [
        (activation, str(layer), signal)
        for activation in ("tanh", "relu")
        for layer in (1, 2, 3)
        for signal in ("preactivation", "activation")
    ]
    assert {(r["init"], r["depth"], r["width"], r["samples"], r["seed"]) for r in rows} == {
        ("he", "3", "5", "7", "9")
    }


def test_csv_holds_the_numbers_of_the_record(actviz):
    record = api.simulate(activation="relu", init="he", depth=2, width=5, samples=7)
    words = ("-a", "relu", "-i", "he", "-d", "2", "-w", "5", "-n", "7")
    for read, made in zip(
        _rows(actviz("stats", *words, "-f", "csv").out), record.to_rows(), strict=True
    ):
        assert list(read) == list(made)
        for name, value in made.items():
            # Every digit of a number; nothing where it is undefined.
            assert read[name] == ("" if value is None else str(value))


def test_csv_gives_the_width_of_each_layer(actviz):
    result = actviz("stats", "-a", "tanh", "-i", "he", "--widths", "4,2,3", "-n", "5", "-f", "csv")
    assert [row["width"] for row in _rows(result.out)][::2] == ["4", "2", "3"]


def test_json_of_one_stack_is_its_record(actviz, tmp_path):
    words = ("-a", "tanh", "-i", "xavier", "-d", "2", "-w", "5", "-n", "7")
    result = actviz("stats", *words, "--format", "json")
    data = json.loads(result.out, parse_constant=_refuse)
    assert data["schema"] == "actviz.record/2"
    (tmp_path / "record.json").write_text(result.out)
    record = api.load(tmp_path / "record.json")
    assert record.to_dict() == (
        api.simulate(activation="tanh", init="xavier", depth=2, width=5, samples=7).to_dict()
    )


def test_json_of_several_stacks_is_a_list(actviz):
    words = ("-a", "tanh", "-i", "xavier", "-i", "he", "-d", "1", "-w", "5", "-n", "7")
    data = json.loads(actviz("stats", *words, "-f", "json").out, parse_constant=_refuse)
    assert [item["spec"]["init"] for item in data] == ["xavier", "he"]


@pytest.mark.wide
@pytest.mark.parametrize(
    "words",
    [
        ("-i", "std=1e200"),  # infinite
        ("-i", "zeros"),  # constant
        ("-i", "std=1e-200"),  # too small
        ("-i", "he", "-n", "1"),  # no spread over samples
        ("-i", "he", "-w", "1", "-n", "1", "-d", "1"),  # no spread at all
    ],
)
def test_json_and_csv_hold_numbers_only(actviz, words):
    for signal in ("activation", "preactivation"):
        words = ("-a", "identity", "-a", "relu", "-w", "4", "-n", "5", *words, "--signal", signal)
        json.loads(actviz("stats", *words, "-f", "json").out, parse_constant=_refuse)
        rows = _rows(actviz("stats", *words, "-f", "csv").out)
        texts = {value.lower() for row in rows for value in row.values()}
        assert not texts & {"nan", "inf", "-inf", "none", "null"}
        assert {row["signal"] for row in rows} == {signal}


def test_the_table_is_for_people(actviz):
    words = ("-a", "relu", "-i", "he", "-i", "std=1e-100", "-d", "2", "-w", "5", "-n", "7")
    result = actviz("stats", *words)
    first, second = result.out.split("\n\n")
    assert first.startswith("relu, he (activation)\nlayer")
    assert second.startswith("relu, std=1e-100 (activation)\nlayer")
    heads = (
        "layer mean std min max skew kurtosis zero saturated dead units within-unit between-unit "
        "cosine rank"
    )
    assert first.splitlines()[1].split() == heads.split()
    assert [line.split()[0] for line in first.splitlines()[3:]] == ["1", "2"]
    assert not any(line != line.rstrip() for line in result.out.splitlines())


def test_the_table_of_one_signal_and_of_what_is_undefined(actviz):
    words = ("-a", "tanh", "-i", "zeros", "-d", "1", "-w", "5", "-n", "7")
    result = actviz("stats", *words, "--signal", "preactivation")
    assert "tanh, zeros (preactivation)" in result.out
    # A constant has no skewness and no kurtosis.
    assert result.out.splitlines()[-1].split()[5:7] == ["-", "-"]


@pytest.mark.wide
@pytest.mark.parametrize(
    ("words", "fields"),
    [
        (("-s", "5"), {"seed": 5}),
        (("-n", "3"), {"samples": 3}),
        (("-w", "9"), {"width": 9}),
        (("-d", "4"), {"depth": 4}),
        (("--widths", "3, 2"), {"width": (3, 2)}),
        (("--input-width", "7"), {"input_width": 7}),
        (("--bias-std", "0.5"), {"bias_std": 0.5}),
        (("--input-std", "2"), {"input_std": 2.0}),
        (("--input-distribution", "uniform"), {"input_distribution": "uniform"}),
        (("--dtype", "float32"), {"dtype": "float32"}),
        (("--rng", "legacy"), {"rng": "legacy"}),
        (("--bins", "7"), {"bins": 7}),
        (("--range", "-1,2.5"), {"range": (-1.0, 2.5)}),
        (("--range=-1,2.5",), {"range": (-1.0, 2.5)}),
        (("--gain", "2"), {"init": "he(gain=2)"}),
    ],
)
def test_every_option_reaches_the_spec(actviz, words, fields):
    data = json.loads(actviz("stats", "-a", "relu", "-i", "he", *words, "-f", "json").out)
    record = api.Record.from_dict(data)
    asked = {"activation": "relu", "init": "he"} | fields
    kept = {name: asked.pop(name) for name in ("bins", "range") if name in asked}
    assert record.spec == api.StackSpec(**asked)
    assert record.measuring == api.Measuring(**kept)
    plain = api.StackSpec(activation="relu", init="he"), api.Measuring()
    assert (record.spec, record.measuring) != plain


# --- gradients and ensembles --------------------------------------------------------------

SMALL = ("-a", "tanh", "-i", "he", "-d", "2", "-w", "5", "-n", "7")


def test_a_gradient_is_printed_in_the_same_columns(actviz):
    record = api.simulate(activation="tanh", init="he", depth=2, width=5, samples=7, gradients=True)
    for signal in ("gradient", "activation_gradient", "weight_gradient"):
        rows = _rows(actviz("stats", *SMALL, "--signal", signal, "-f", "csv").out)
        assert [row["signal"] for row in rows] == [signal] * 2
        for row, layer in zip(rows, record.layers, strict=True):
            assert float(row["std"]) == layer[signal].stats.std
            assert float(row["median_magnitude"]) == layer[signal].stats.median_magnitude
            assert row["mean_cosine"] == ""


def test_the_table_of_a_gradient_has_its_median(actviz):
    result = actviz("stats", *SMALL, "--signal", "gradient")
    assert (result.code, result.err) == (0, "")
    assert "median |g|" in result.out
    assert "median |g|" not in actviz("stats", *SMALL).out
    both = actviz("stats", *SMALL, "--gradients").out
    assert [line.split()[1] for line in both.splitlines()[3:]] == ["activation", "gradient"] * 2


def test_csv_of_gradients_has_all_signals(actviz):
    rows = _rows(actviz("stats", *SMALL, "--gradients", "-f", "csv").out)
    assert [row["signal"] for row in rows[:5]] == [*SIGNALS]
    assert len(rows) == 10


def test_csv_has_a_row_for_each_seed(actviz):
    rows = _rows(actviz("stats", *SMALL, "--seeds", "3", "-s", "4", "-f", "csv").out)
    assert [(r["seed"], r["layer"], r["signal"]) for r in rows] == [
        (str(seed), str(layer), signal)
        for seed in (4, 5, 6)
        for layer in (1, 2)
        for signal in ("preactivation", "activation")
    ]
    alone = _rows(actviz("stats", *SMALL, "-s", "6", "-f", "csv").out)
    assert rows[-4:] == alone


def test_a_summary_of_seeds(actviz):
    words = ("stats", *SMALL, "--seeds", "4", "--signal", "activation")
    rows = _rows(actviz(*words, "--summary", "-f", "csv").out)
    ensemble = api.simulate_ensemble(
        activation="tanh", init="he", depth=2, width=5, samples=7, seeds=4
    )
    assert [row["statistic"] for row in rows if row["layer"] == "2"][:2] == ["mean", "std"]
    (std,) = (r for r in rows if (r["layer"], r["statistic"]) == ("2", "std"))
    spread = ensemble.spread(2, "activation", "std")
    assert (float(std["mean"]), float(std["sd"])) == (spread.mean, spread.sd)
    assert json.loads(actviz(*words, "--summary", "-f", "json").out) == ensemble.summary(
        ["activation"]
    )
    table = actviz(*words).out
    assert table.startswith("tanh, he (activation; mean ± sd of 4 seeds)\n")
    assert f"{significant(spread.mean, 3)} ± {significant(spread.sd, 3)}" in table


def test_a_summary_without_a_number_of_seeds_is_of_forty(actviz):
    rows = _rows(actviz("stats", *SMALL, "--summary", "-f", "csv").out)
    assert {row["seeds"] for row in rows if row["statistic"] == "rms"} == {"40"}


def test_seeds_that_overflow_are_counted_and_the_others_kept(actviz):
    words = ("stats", "-a", "relu", "-i", "std=8e18", "-w", "4", "-n", "5", "-d", "2")
    result = actviz(*words, "--dtype", "float32", "--seeds", "40", "--summary")
    assert result.code == 0
    assert "of 40 seeds stop being finite in float32; the others are kept" in result.err
    result = actviz(*words, "--dtype", "float32", "-i", "std=1e37", "--seeds", "3")
    assert result.code == 3
    assert "3 of 3 seeds stop being finite in float32; none is left" in result.err


def test_underflow_and_overflow_of_gradients_are_said(actviz):
    deep = ("-w", "5", "-n", "8", "-d", "40", "--dtype", "float32", "--signal", "gradient")
    result = actviz("stats", "-a", "sigmoid", "-i", "std=0.01", *deep)
    assert result.code == 0
    assert "down, gradients are too small for float32 (underflow)" in result.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--signal gradient --no-gradients", "signal gradient needs the gradients: leave one"),
        ("--seeds 0", "seeds must be >= 1 (got 0)"),
        ("--seeds -1", "seeds must be >= 1 (got -1)"),
        ("--seeds 1.5", "--seeds must be an integer (got '1.5')"),
        ("--seeds 100001", "seeds must be <= 100000"),
        ("--seeds 2 -s 9223372036854775807", "2 seeds from 9223372036854775807 on go beyond"),
    ],
)
def test_seeds_and_signals_that_are_wrong(refused, words, complaint):
    assert complaint in refused("stats", *SMALL, *words.split())


def test_a_file_says_what_the_options_of_seeds_say(actviz, tmp_path):
    (tmp_path / "seeds.toml").write_text(
        "gradients = true\neffective-rank = true\nunit-histograms = true\n"
        "seeds = 3\nsummary = true\n"
    )
    words = ("--gradients", "--effective-rank", "--unit-histograms", "--seeds", "3", "--summary")
    by_file = actviz("stats", *SMALL, "--spec", "seeds.toml", "-f", "csv")
    assert (by_file.code, by_file.out) == (0, actviz("stats", *SMALL, *words, "-f", "csv").out)
    assert "weight_gradient" in by_file.out
