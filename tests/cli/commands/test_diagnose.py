"""actviz diagnose: a verdict in words, in JSON, and as an exit code."""

import json
import re
from pathlib import Path
from typing import NoReturn

import pytest

import actviz as api

TINY = ("-n", "60", "-w", "30", "--no-remedies")
KEYS = {"kind", "severity", "layer", "value", "threshold", "measure", "source"}
TOP = {
    "activation",
    "init",
    "profile",
    "chance",
    "no_chance",
    "chance_at_most",
    "verdict",
    "severity",
    "state",
    "signal",
    "gradient",
    "has_gradients",
    "remedy",
    "findings",
}


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} in JSON")


def _json(text):
    return json.loads(text, parse_constant=_refuse)


def test_a_line_a_stack_and_once_what_is_meant(actviz):
    result = actviz("diagnose", "-a", "tanh", "-a", "relu", "-i", "xavier", *TINY)
    assert (result.code, result.err) == (0, "")
    good, slow, empty, meant = result.out.splitlines()
    number = r"\(gradient ×0\.\d\d a layer\)"
    assert re.fullmatch(rf"✓ tanh with xavier: keeps, trains 9\d % {number}", good)
    number = r"\(signal ×0\.\d\d over 5 layers\)"
    assert re.fullmatch(rf"– relu with xavier: declines ×0\.\d\d, trains 9\d % {number}", slow)
    assert empty == ""
    assert meant.startswith("trains: the chance that plain gradient descent learns, from a fit to ")


def test_a_pale_stack_has_a_number_and_a_command_to_try(actviz):
    (line, *_) = actviz("diagnose", "-a", "relu", "-i", "xavier").out.splitlines()
    assert line.startswith("– relu with xavier: declines ×0.71, trains 99 % (signal ×0.26 over 5 ")
    assert "; try: actviz plot -a relu -i he (trains 99 %" in line


def test_what_was_found_stands_under_explain(actviz):
    words = ("diagnose", "-a", "relu", "-i", "xavier", "-d", "12", "--explain", *TINY)
    head, *lines = actviz(*words).out.splitlines()
    assert head.startswith("– relu with xavier: ")
    assert lines[0].startswith("  warning: ")
    numbers = [line for line in lines if " (threshold " in line]
    assert "    signal factor a layer: 0.7071 (threshold 0.77)" in numbers
    sources = [line for line in lines if line.startswith("    threshold: ")]
    assert len(sources) == len(numbers) > 1
    assert len(set(numbers)) == len(numbers)  # nothing twice
    # Without it there is one line of a stack.
    assert len(actviz(*words[:7], *TINY).out.splitlines()) == 3


def test_a_command_to_try_stands_at_the_end(actviz):
    (line, *_) = actviz("diagnose", "-a", "tanh", "-i", "std=0.01", "-n", "60").out.splitlines()
    assert line.startswith("✗ tanh with std=0.01: vanishes, trains ")
    assert re.search(
        r"; try: actviz plot -a tanh -i xavier --samples 60 \(trains 9\d %, median of 5 seeds\)$",
        line,
    )


def test_on_a_terminal_lines_are_wrapped_and_a_command_is_not_broken_in_a_word(actviz, monkeypatch):
    words = ("diagnose", "-a", "sigmoid", "-i", "xavier", *TINY)
    (whole, *_) = actviz(*words).out.splitlines()
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    lines = actviz(*words).out.split("\n\n")[0].splitlines()
    assert len(lines) > 2
    assert all(len(line) <= 40 for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])
    assert " ".join(line.strip() for line in lines) == whole


def test_json_of_one_stack_is_an_object_and_of_several_a_list(actviz):
    one = _json(actviz("diagnose", "-a", "tanh", "-i", "std=0.01", *TINY, "-f", "json").out)
    assert set(one) == TOP
    assert (one["verdict"], one["severity"], one["state"]) == (
        "vanishing_gradient",
        "error",
        "lost",
    )
    assert 0 < one["chance"] < 0.1
    assert (one["no_chance"], one["chance_at_most"], one["remedy"]) == (None, None, None)
    assert one["signal"]["becomes"] == one["gradient"]["becomes"] == "vanishes"
    for finding in one["findings"]:
        assert set(finding) == KEYS
    record = api.simulate(activation="tanh", init="std=0.01", samples=60, width=30, gradients=True)
    assert one == record.diagnose().to_dict()
    words = ("-a", "tanh", "-i", "xavier", "-i", "zeros", "-i", "std=1e200")
    many = _json(actviz("diagnose", *words, *TINY, "-f", "json").out)
    assert [(each["activation"], each["init"], each["verdict"]) for each in many] == [
        ("tanh", "xavier", "healthy"),
        ("tanh", "zeros", "dead_units"),
        ("tanh", "std=1e+200", "vanishing_gradient"),
    ]
    mended = _json(actviz("diagnose", "-a", "tanh", "-i", "std=0.01", "-n", "60", "-f", "json").out)
    assert mended["remedy"].startswith("try: actviz plot -a tanh -i xavier --samples 60 (trains ")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("-a", "relu", "-i", "he"), 0),
        (("-a", "relu", "-i", "he", "--fail-on", "warning"), 0),
        # Slow is no warning.
        (("-a", "relu", "-i", "xavier", "--fail-on", "warning"), 0),
        (("-a", "tanh", "-i", "std=1"), 0),
        (("-a", "tanh", "-i", "std=1", "--fail-on", "error"), 0),
        (("-a", "tanh", "-i", "std=1", "--fail-on", "WARNING"), 1),
        (("-a", "relu", "-i", "he", "--fail-under", "0.8"), 0),
        (("-a", "relu", "-i", "he", "--fail-under", "1"), 1),
        (("-a", "tanh", "-i", "he", "-i", "std=1", "--fail-under", "0.8"), 1),
        (("-a", "relu", "-i", "he", "--fail-under", "0.8", "--fail-on", "error"), 0),
        # A hard fact is a chance of 0.
        (("-a", "sigmoid", "-i", "zeros", "--fail-under", "0.01"), 1),
        (("-a", "relu", "-i", "he", "--seeds", "3", "--fail-under", "0.8"), 0),
        (("-a", "relu", "-i", "zeros", "--seeds", "3", "--fail-on", "error"), 1),
        (("-a", "tanh", "-i", "xavier", "-i", "std=0.01", "--fail-on", "error"), 1),
        # A stack that stops being finite: 3, unless that is what the command is to fail on.
        (("-a", "identity", "-i", "std=1e200"), 3),
        (("-a", "identity", "-i", "std=1e200", "--fail-on", "error"), 1),
    ],
)
def test_the_exit_code(actviz, words, code):
    result = actviz("diagnose", *words, *TINY)
    assert result.code == code
    assert result.out


@pytest.mark.parametrize("gate", [("--fail-under", "0.5"), ("--fail-on", "error")])
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("-d", "1"), "one layer is no stack"),
        (("-w", "15"), "no layer has 16 units or more"),
        (("-w", "15", "--seeds", "3"), "no layer has 16 units or more"),
    ],
)
def test_a_gate_that_meets_no_chance_never_passes(actviz, gate, words, why):
    result = actviz("diagnose", "-a", "tanh", "-i", "xavier", "-n", "60", *words, *gate)
    assert result.code == 2
    assert f"no chance given: {why}" in result.out
    assert result.complaint == f"tanh with xavier has no chance to hold a gate to: {why}"
    # Without a gate, that is said and no more.
    assert actviz("diagnose", "-a", "tanh", "-i", "xavier", "-n", "60", *words).code == 0


def test_a_gate_fails_before_it_is_refused(actviz):
    """What is as bad by thresholds is as bad, whatever the chance."""
    words = ("-a", "relu", "-i", "std=1", "-w", "15", "-d", "9", "-n", "60", "--no-remedies")
    assert actviz("diagnose", *words, "--fail-on", "error").code == 1
    assert actviz("diagnose", *words, "--fail-under", "0.5").code == 2


def test_the_published_profile_has_severities_and_no_chance_for_a_gate(actviz):
    words = ("-a", "tanh", "-i", "he", "--profile", "published", *TINY)
    assert actviz("diagnose", *words, "--fail-on", "error").code == 0
    result = actviz("diagnose", *words, "--fail-under", "0.5")
    assert result.code == 2
    assert result.complaint.endswith("this profile has thresholds only")


def test_several_seeds_are_judged_by_their_median(actviz):
    words = ("diagnose", "-a", "relu", "-i", "xavier", *TINY, "--seeds", "3")
    (line, *_) = actviz(*words).out.splitlines()
    shown = r"– relu with xavier: declines ×0\.\d+, trains 9\d % "
    shown += r"\((9\d % to 9\d % of|all) 3 seeds\); signal ×0\.\d+ over 5 layers"
    assert re.fullmatch(shown, line)
    several = _json(actviz(*words, "-f", "json").out)
    fields = {"activation": "relu", "init": "xavier", "samples": 60, "width": 30}
    own = [api.simulate(**fields, seed=s, gradients=True).diagnose().chance for s in range(3)]
    assert (several["chances"], several["seeds"]) == (own, 3)
    assert several["chance"] == sorted(own)[1]


def test_seeds_begin_with_the_seed_that_was_given(actviz):
    words = ("diagnose", "-a", "tanh", "-i", "he", *TINY, "-f", "json")
    several = _json(actviz(*words, "--seed", "5", "--seeds", "2").out)
    alone = [_json(actviz(*words, "--seed", seed).out)["chance"] for seed in ("5", "6")]
    assert several["chances"] == alone


def test_a_picture_s_table_says_the_same(actviz):
    """One judge: the word and the chance of plot's table are those of diagnose."""
    words = ("-a", "sigmoid", "-a", "tanh", "-a", "relu", "-i", "std=1", "-i", "xavier", "-i", "he")
    words = (*words, "-n", "60", "-w", "30")
    drawn = actviz("plot", *words, "-o", "x.svg").out.splitlines()[2:11]
    asked = actviz("diagnose", *words, "--no-remedies").out.splitlines()[:9]
    for row, line in zip(drawn, asked, strict=True):
        cells = re.split(r" {2,}", row.strip())
        assert line[2:].startswith(f"{cells[0]} with {cells[1]}: {cells[4]}, {cells[5]}")


def test_a_record_of_a_file(actviz, tmp_path):
    words = ("-a", "sigmoid", "-i", "xavier", "-n", "60")
    (tmp_path / "record.json").write_text(actviz("stats", *words, "-f", "json").out)
    found = actviz("diagnose", "--record", "record.json", "--no-remedies", "--explain")
    assert found.out.startswith("✗ sigmoid with xavier: inputs alike, trains 0 % (mean cosine ")
    assert "gradient vanishes" not in found.out
    words = (*words, "--gradients")
    (tmp_path / "record.json").write_text(actviz("stats", *words, "-f", "json").out)
    read = actviz("diagnose", "--record", "record.json", "-f", "json").out
    assert read == actviz("diagnose", *words[:-1], "-f", "json").out


def test_a_record_without_gradients_has_no_chance_for_a_gate(actviz, tmp_path):
    words = ("-a", "tanh", "-i", "xavier", "-n", "60")
    (tmp_path / "record.json").write_text(actviz("stats", *words, "-f", "json").out)
    result = actviz("diagnose", "--record", "record.json", "--fail-under", "0.5")
    assert result.code == 2
    assert result.complaint.endswith("the gradients were not recorded")


def test_the_published_profile(actviz):
    words = ("-a", "relu", "-i", "xavier", "--profile", "published", "-f", "json")
    found = _json(actviz("diagnose", *words, *TINY).out)
    assert (found["profile"], found["verdict"]) == ("published", "vanishing_signal")
    assert found["findings"][0]["threshold"] == 10
    assert "SageMaker" in found["findings"][0]["source"]


def test_underflow_is_said(actviz):
    result = actviz("diagnose", "-a", "relu", "-i", "std=1e-200", "-d", "4", "--explain", *TINY)
    assert "underflow: rms of the preactivations" in result.out
    assert "dead" not in result.out
    assert "from layer 2 on, values are too small for float64 (underflow)" in result.err


def test_its_options_stand_in_a_spec_file(actviz, tmp_path):
    (tmp_path / "ci.toml").write_text(
        'activation = "tanh"\ninit = "std=0.01"\nsamples = 50\nprofile = "default"\n'
        'fail-on = "error"\nremedies = false\n'
    )
    assert actviz("diagnose", "--spec", "ci.toml").code == 1
    assert actviz("diagnose", "--spec", "ci.toml", "-i", "xavier").code == 0


def test_a_gate_stands_in_a_spec_file(actviz, tmp_path):
    (tmp_path / "gate.toml").write_text(
        'activation = "sigmoid"\ninit = "xavier"\nsamples = 50\nremedies = false\n'
        "fail-under = 0.8\nexplain = true\n"
    )
    gate = actviz("diagnose", "--spec", "gate.toml")
    assert gate.code == 1
    assert "threshold" in gate.out
    assert "threshold" not in actviz("diagnose", "--spec", "gate.toml", "--no-explain").out


def test_a_gate_of_a_spec_file_that_is_none_is_told_with_its_file(refused, tmp_path):
    (tmp_path / "gate.toml").write_text("fail-under = 80\n")
    said = "fail-under is a chance, above 0 and at most 1"
    words = ("diagnose", "-a", "relu", "--spec", "gate.toml")
    assert refused(*words) == f"gate.toml: {said} (got 80): 80 % is 0.8"
    assert refused(*words, "--fail-under", "2") == f"--{said} (got 2): 2 % is 0.02"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--profile", "publishd"), "unknown profile 'publishd': did you mean 'published'?"),
        (("--fail-on", "info"), "unknown fail-on level 'info'; known are warning, error"),
        (("--format", "csv"), "unknown format 'csv'"),
        (("--fail-under", "0"), "--fail-under is a chance, above 0 and at most 1 (got 0)"),
        (
            ("--fail-under", "80"),
            "--fail-under is a chance, above 0 and at most 1 (got 80): 80 % is 0.8",
        ),
        (("--fail-under", "80%"), "--fail-under must be a number: 0.8 (got '80%')"),
        (
            ("--fail-under", "300%"),
            "--fail-under is a chance, above 0 % and at most 100 %: a number such as 0.8 (got",
        ),
        (("--fail-under=-5 %",), "above 0 % and at most 100 %: a number such as 0.8 (got '-5 %')"),
        (("--fail-under", "x%"), "--fail-under must be a finite number (got 'x%')"),
        (("--fail-under", "101"), "--fail-under is a chance, above 0 and at most 1 (got 101)"),
        (("--fail-under", "nan"), "--fail-under must be a finite number (got 'nan')"),
        (("--seeds", "0"), "seeds must be >= 1 (got 0)"),
        (("--seeds", "100001"), "seeds must be <= 100000 (got 100001)"),
        (("--record", "none.json", "--seeds", "3"), "leave --seeds out"),
        (("--record", "none.json"), "cannot read 'none.json': No such file or directory"),
        (("--record", "none.json", "-d", "3"), "--record has its stack in the file: leave --depth"),
        (("-d", "0"), "depth must be >= 1 (got 0)"),
        (("-a", "rleu"), "unknown activation 'rleu': did you mean 'relu'?"),
    ],
)
def test_what_is_refused(refused, words, message):
    assert message in refused("diagnose", *words)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema": "actviz.record/9"}'])
def test_a_file_that_is_no_record(refused, tmp_path, text):
    (tmp_path / "bad.json").write_text(text)
    assert refused("diagnose", "--record", "bad.json").startswith("bad.json")


def test_what_the_readme_shows_is_what_the_command_says(actviz):
    readme = (Path(__file__).parents[3] / "docs" / "numbers.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- diagnose -->\n```\n(.*?)```\n<!-- /diagnose -->", readme, re.DOTALL)
    commands = re.findall(r"^actviz (diagnose .*--fail-under .*)$", readme, re.MULTILINE)
    result = actviz(*commands[0].split())
    assert (result.code, result.out, result.err) == (0, shown[1], "")


def test_a_gate_names_each_stack_that_does_not_pass_and_by_what(actviz):
    words = ("diagnose", "-a", "tanh", "-i", "std=1", "-i", "xavier", "-i", "std=0.01")
    under = actviz(*words, "--fail-under", "0.8", "--no-remedies")
    assert under.code == 1
    first, second = under.err.splitlines()
    assert re.fullmatch(
        r"actviz: tanh with std=1: its chance to train, 0\.\d+, is below 0\.8", first
    )
    assert second.startswith("actviz: tanh with std=0.01: its chance to train, ")
    on = actviz(*words, "--fail-on", "error", "--no-remedies")
    assert on.err == "actviz: tanh with std=0.01: its verdict is error, and --fail-on is error\n"
