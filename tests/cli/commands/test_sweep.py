"""``actviz sweep``: rows, a summary that a person can read, and what is refused."""

import csv
import io
import json
import re

import pytest

from actviz.format import percent
from actviz.sweeps.row import COLUMNS

SMALL = ("sweep", "-a", "tanh", "-d", "3", "-w", "20", "-n", "20")


def test_csv_has_a_row_for_each_stack(actviz):
    result = actviz(*SMALL, "--std", "logspace:-3:0.5:6", "--seeds", "2", "--format", "csv")
    assert (result.code, result.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["number"] for row in rows] == [str(number) for number in range(12)]
    assert [row["seed_number"] for row in rows] == ["0", "1"] * 6


@pytest.mark.parametrize("form", ["csv", "json"])
def test_who_counts_verdicts_counts_what_the_summary_counts(actviz, form):
    """Narrow stacks, one layer, healthy ones and lost ones."""
    words = ("-a", "tanh", "--std", "0.001,0.03,0.3", "-d", "1,3", "-w", "8,20", "-n", "100")
    out = actviz("sweep", *words, "--format", form).out
    rows = json.loads(out) if form == "json" else list(csv.DictReader(io.StringIO(out)))
    line = actviz("sweep", *words).out.splitlines()[0]
    said = {level: int(count) for count, level in re.findall(r"(\d+) ([a-z ]+)[,;]", line)}
    healthy = sum(row["verdict"] == "healthy" for row in rows)
    assert healthy == sum(row["severity"] == "info" for row in rows) == said["healthy"] > 0
    assert sum(not row["verdict"] for row in rows) == said["not judged"] > 0
    assert all(bool(row["verdict"]) == (row["state"] != "not_judged") for row in rows)
    for level in ("warning", "error"):
        assert sum(row["severity"] == level for row in rows) == said[level] > 0
    unknown = sum(row["chance"] in ("", None) for row in rows)
    assert f"{unknown} without a chance" in line


def test_json_has_the_same_rows(actviz):
    words = (*SMALL, "--std", "0.01,0.1")
    (rows,) = [json.loads(actviz(*words, "-f", "json").out)]
    from_csv = csv.DictReader(io.StringIO(actviz(*words, "-f", "csv").out))
    for row, texts in zip(rows, from_csv, strict=True):
        assert {name: "" if it is None else str(it) for name, it in row.items()} == texts


def test_an_option_that_is_given_twice_has_both_values(actviz):
    twice = actviz(*SMALL, "--std", "1", "--std", "2", "-w", "10", "-f", "csv").out
    assert len(twice.splitlines()) == 1 + 2 * 2
    assert ",std=1,1.0," in twice
    assert ",std=2,2.0," in twice


def test_a_row_is_run_again_by_its_parameters(actviz):
    """What the row says of its stack is all that diagnose needs."""
    (row,) = json.loads(actviz(*SMALL, "--std", "0.2", "-f", "json").out)
    words = ("-a", row["activation"], "-i", row["init"], "-d", "3", "-w", "20", "-n", "20")
    again = actviz("diagnose", *words, "-s", str(row["seed"]), "--no-remedies", "-f", "json")
    found = json.loads(again.out)
    assert found["verdict"] == row["verdict"]
    # Fewer statistics are summed in another order.
    assert found["chance"] == pytest.approx(row["chance"], rel=1e-12)


def test_the_summary_is_short_and_counts_every_stack(actviz):
    result = actviz(*SMALL, "-a", "relu", "--std", "0.001..3:60")
    lines = result.out.splitlines()
    assert lines[0].startswith("120 stacks: ")
    counts = [
        int(word) for word in lines[0].split(";")[0].replace(",", "").split() if word.isdigit()
    ]
    assert counts[0] == sum(counts[1:])
    assert len(lines) < 25
    assert "0.001 to " in result.out


def test_the_summary_of_one_stack_has_its_chance_and_its_verdict(actviz):
    (row,) = json.loads(actviz(*SMALL, "-i", "std=0.01", "-f", "json").out)
    assert row["verdict"] == "vanishing_gradient"
    shown = actviz(*SMALL, "-i", "std=0.01").out
    assert shown == f"1 stack: vanishing gradient, trains {percent(row['chance'])}\n"


def test_a_stack_that_overflows_is_a_row_like_another(actviz):
    result = actviz(*SMALL, "-a", "relu", "--std", "1e200,1.0", "-f", "json")
    assert result.code == 0
    assert [row["first_nonfinite_layer"] for row in json.loads(result.out)[-2:]] == [2, None]


def test_the_summary_finds_the_rows_of_an_initializer_with_gains(actviz):
    result = actviz(*SMALL, "-i", "he,xavier", "--gain", "0.5,1.0")
    (he,) = [line for line in result.out.splitlines() if line.startswith("he ")]
    assert "-" not in he.split()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--std", "0,1"), "std '0,1' may be 0.1, which has a point, or 0.0,1.0: write logspace"),
        (("--std", "abc"), "std 'abc' has 'abc', which is no finite number: write logspace"),
        (("--std", "0.1", "-i", "he"), "such as he,std=0.1"),
        (("-i", "xaiver"), "unknown initializer 'xaiver': did you mean 'xavier'?"),
        (("-a", "rleu"), "unknown activation 'rleu': did you mean 'relu'?"),
        (("--std", "1..0.01:4"), "std '1..0.01:4' falls from 1 to 0.01, and an axis rises: write"),
        (("-d", "5..1"), "depth '5..1' falls from 5 to 1, and an axis rises: write the lower end"),
        (("-d", "0"), "depth must be >= 1 (got 0)"),
        (("-d", "9" * 5000), "has a number of 5000 digits"),
        (("-w", "0"), "width must be >= 1 (got 0)"),
        (("--seeds", "0"), "seeds must be >= 1 (got 0)"),
        (("--std", "1..2:1000000", "-d", "1..1000"), "1,000,000,000 stacks"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(refused, words, what):
    assert what in refused(*SMALL[:3], *words)


def test_what_all_stacks_have_in_common_is_in_their_rows(actviz):
    words = ("--input-width", "9", "--rng", "legacy", "--dtype", "float32", "-i", "he")
    more = ("--input-distribution", "uniform", "--input-std", "2", "--bias-std", "0.5")
    (row,) = json.loads(actviz(*SMALL, *words, *more, "-f", "json").out)
    assert {name: row[name] for name in ("input_width", "rng", "dtype")} == {
        "input_width": 9,
        "rng": "legacy",
        "dtype": "float32",
    }
    assert (row["input_distribution"], row["input_std"], row["bias_std"]) == ("uniform", 2, 0.5)


def test_whose_xavier_it_is_is_said_where_that_matters(actviz):
    words = (*SMALL, "-i", "xavier", "--depth", "2")
    assert actviz(*words).err == ""
    assert "Glorot's 2/(fan_in + fan_out)" in actviz(*words, "--input-width", "9").complaint


def test_where_the_workers_are_lost_the_rows_that_nobody_else_has_are_printed(actviz, monkeypatch):
    from actviz.cli import sweep_runs
    from actviz.errors import WorkersError
    from actviz.sweeps.running import sweep

    def lost(what, plan, rows):
        rows.append(sweep(what).rows[0])
        raise WorkersError("the scheduler is lost")

    monkeypatch.setattr(sweep_runs, "run_sweep", lost)
    words = ("tanh", "--std", "0.1,0.2", "-d", "3", "-w", "20", "-n", "20", "-f", "csv")
    result = actviz("sweep", *words)
    assert (result.code, result.err) == (1, "actviz: the scheduler is lost\n")
    assert len(result.out.splitlines()) == 2
