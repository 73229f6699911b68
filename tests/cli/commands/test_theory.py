"""actviz theory: prediction beside simulation, and an honest line about their difference."""

import csv
import json
import math
import re
from io import StringIO

import pytest

from actviz.cli.commands import theory as theory_command
from actviz.records.spec import StackSpec
from actviz.simulation.ensemble import simulate_ensemble
from actviz.theory import predict

WORDS = ("theory", "-a", "tanh", "-i", "he", "-d", "2", "-w", "30", "-n", "40", "--seeds", "5")


def _rows(actviz, *words):
    return list(csv.DictReader(StringIO(actviz(*words, "--format", "csv").out)))


def test_csv_holds_both_sides(actviz):
    rows = _rows(actviz, *WORDS)
    assert list(rows[0]) == list(theory_command.COMPARED_COLUMNS)
    spec = StackSpec(activation="tanh", init="he", depth=2, width=30, samples=40)
    prediction, ensemble = predict(spec), simulate_ensemble(spec, seeds=5, gradients=True)
    assert len(rows) == 16
    for row in rows:
        where = (int(row["layer"]), row["signal"], row["statistic"])
        predicted, spread = prediction.value(*where), ensemble.spread(*where)
        assert float(row["predicted"]) == predicted
        assert float(row["mean"]) == pytest.approx(spread.mean, rel=1e-12, abs=1e-15)
        assert float(row["sd"]) == pytest.approx(spread.sd, rel=1e-9, abs=1e-15)
        if spread.sd:
            wanted = (spread.mean - predicted) / spread.sd
            assert float(row["difference_in_sd"]) == pytest.approx(wanted, rel=1e-6)
        assert row["seeds"] == "5"


def test_json_is_the_same_rows(actviz):
    rows = json.loads(actviz(*WORDS, "--format", "json").out)
    assert [str(row["predicted"]) for row in rows] == [
        row["predicted"] for row in _rows(actviz, *WORDS)
    ]
    zero = [row for row in rows if row["statistic"] == "zero_fraction"]
    assert [row["difference_in_sd"] for row in zero] == [0.0, 0.0]


def test_the_table_and_its_line(actviz):
    result = actviz(*WORDS, "-i", "lecun")
    assert (result.code, result.err) == (0, "")
    blocks = result.out.split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        f"tanh, {init} (5 seeds; difference in sd between seeds)" for init in ("he", "lecun")
    ]
    for block in blocks:
        lines = block.strip().splitlines()
        assert lines[1].split() == [
            "statistic",
            "layer",
            "theory",
            "simulation",
            "sd",
            "difference",
        ]
        assert len(lines) == 3 + 16 + 2
        assert re.match(r"They agree|\d+ of \d+ differ", lines[-1])
        assert lines[-2].startswith("Mean field: ")


def test_differences_of_finite_width_are_named(actviz):
    """At width 5, a He ReLU stack's means are not what they are at infinite width."""
    words = ("theory", "-a", "relu", "-i", "he", "-d", "8", "-w", "5", "-n", "20", "--seeds", "16")
    line = actviz(*words).out.splitlines()[-1]
    found = re.match(r"(\d+) of (\d+) differ by more than 3 standard errors", line)
    assert found
    assert 0 < int(found[1]) < int(found[2])
    assert "limit of infinite width" in line
    assert "here up to 1.6" in line  # 8 layers of 5 units


def test_wide_layers_agree_in_what_is_not_tiny(actviz):
    words = ("theory", "-a", "tanh", "-i", "he", "-d", "2", "-w", "300", "-n", "50", "--seeds", "5")
    for row in _rows(actviz, *words):
        if row["statistic"] in ("std", "within_unit_std"):
            assert float(row["mean"]) == pytest.approx(float(row["predicted"]), rel=0.02)


def test_relu_units_of_the_first_layer_differ_by_the_norms_of_their_weights(actviz):
    """What the README says of width 100, and why: the mean of a unit is .56 / sqrt(2 × 100) off."""
    words = ("theory", "-a", "relu", "-i", "he", "-d", "1", "--seeds", "10")
    (row,) = [row for row in _rows(actviz, *words) if row["statistic"] == "between_unit_std"]
    assert float(row["predicted"]) == pytest.approx(0.026, abs=5e-4)
    assert float(row["mean"]) == pytest.approx(0.048, abs=4 * float(row["sd"]) / 10**0.5)
    norms = (1 / math.pi) / (2 * 100)
    assert math.hypot(0.026, norms**0.5) == pytest.approx(0.048, abs=1e-3)


def test_one_seed_has_no_spread(actviz):
    out = actviz(*WORDS[:-1], "1").out
    assert out.splitlines()[0] == "tanh, he (1 seed; difference in sd between seeds)"
    assert out.endswith("One seed has no spread to compare with: give more --seeds.\n")


def test_without_a_number_of_seeds_there_are_forty(actviz):
    rows = _rows(actviz, *WORDS[:-2])
    assert {row["seeds"] for row in rows} == {"40"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["-i", "ones"], "theory needs random weights around 0: constant weights other than 0"),
        (["-i", "identity"], "theory needs random weights around 0: identity weights are not"),
        (["-i", "he", "--seeds", "0"], "seeds must be >= 1"),
        (["-i", "he", "--seeds", "x"], "--seeds must be an integer"),
        (["-i", "he", "--format", "xml"], "unknown format 'xml'"),
        (["-i", "xaiver"], "unknown initializer 'xaiver': did you mean 'xavier'"),
    ],
)
def test_what_is_refused_is_refused_before_any_work(refused, words, complaint):
    assert refused("theory", "-a", "relu", *words).startswith(complaint)


def test_seeds_that_overflow_are_left_out_and_said(actviz):
    words = ("-a", "relu", "-i", "std=1e60", "-d", "6", "-w", "4", "-n", "4", "--seeds", "2")
    result = actviz("theory", *words)
    assert result.code == 3
    assert "2 of 2 seeds stop being finite" in result.complaint
    assert not re.search(r"\b(inf|nan)\b", result.out)
    json.loads(actviz("theory", *words, "--format", "json").out)


def test_a_process_of_its_own(process):
    done = process(*WORDS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "gradient std" in done.stdout


def test_where_deep_layers_come_to_rest_is_one_line(actviz):
    """Sigmoid at sigma_w² = 1: q* and χ of facts.md section 3, 0.26468688 and 0.05572071."""
    words = ("-a", "sigmoid", "-i", "xavier", "--seeds", "2", "--samples", "50", "--width", "50")
    last = actviz("theory", *words).out.splitlines()[-2]
    assert last == ("Mean field: q* 0.265, χ 0.0557, c* 1.00, depth scale ξ 0.346, L/n 0.100")
    unequal = actviz("theory", *words[:-2], "--widths", "20,10").out
    assert "Mean field:" not in unequal


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("tanh", "-i", "std=1e200"), 0),
        (("relu", "-i", "std=1e160"), 3),
        (("tanh", "-i", "he", "--bias-std", "1e200"), 0),
        (("tanh", "-i", "he", "--input-std", "1e200"), 0),
    ],
)
def test_a_variance_beyond_the_floats_leaves_no_line_and_is_no_error(actviz, words, code):
    result = actviz("theory", *words, "-d", "2", "-w", "5", "-n", "5", "--seeds", "2")
    assert result.code == code, result.err
    assert "Mean field:" not in result.out
    if code == 3:
        assert "There is nothing to compare: no layer has numbers of both." in result.out
