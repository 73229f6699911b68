"""actviz diagnose: a verdict in words, in JSON, and as an exit code."""

import json
import re
from pathlib import Path
from typing import NoReturn

import pytest

import actviz as api

TINY = ("-n", "60", "-w", "30", "--no-remedies")
KEYS = ["kind", "severity", "layer", "value", "threshold", "source", "remedy"]


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} in JSON")


def _json(text):
    return json.loads(text, parse_constant=_refuse)


def test_the_verdict_comes_first_and_in_a_sentence(actviz):
    result = actviz("diagnose", "-a", "tanh", "-a", "relu", "-i", "xavier", *TINY)
    assert (result.code, result.err) == (0, "")
    good, bad = result.out.split("\n\n")
    assert good == "tanh with xavier is healthy."
    head, kind, number, source, *_ = bad.splitlines()
    assert head == "relu with xavier lets the signal vanish."
    assert kind == "  warning: signal vanishes"
    assert number.startswith("    signal factor a layer: 0.")
    assert number.endswith(" (threshold 0.77)")
    assert source.startswith("    threshold: our own: ")
    assert "remedy" not in bad


def test_a_remedy_and_the_layers_stand_with_their_finding(actviz):
    lines = actviz("diagnose", "-a", "tanh", "-i", "std=1", "-n", "60").out.splitlines()
    assert lines[1] == "  error: saturated in layers 1–5"
    assert lines[4].startswith("    remedy: Xavier with tanh: share of entries")


def test_json_of_one_stack_is_an_object_and_of_several_a_list(actviz):
    one = _json(actviz("diagnose", "-a", "tanh", "-i", "std=0.01", *TINY, "-f", "json").out)
    assert one["verdict"] == "vanishing_signal"
    for finding in one["findings"]:
        assert set(KEYS) <= set(finding)
    record = api.simulate(activation="tanh", init="std=0.01", samples=60, width=30, gradients=True)
    assert one == record.diagnose().to_dict()
    words = ("-a", "tanh", "-i", "xavier", "-i", "zeros", "-i", "std=1e200")
    many = _json(actviz("diagnose", *words, *TINY, "-f", "json").out)
    assert [(each["activation"], each["init"], each["verdict"]) for each in many] == [
        ("tanh", "xavier", "healthy"),
        ("tanh", "zeros", "symmetric_units"),
        ("tanh", "std=1e+200", "saturated"),
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("-a", "relu", "-i", "he"), 0),
        (("-a", "relu", "-i", "he", "--fail-on", "warning"), 0),
        (("-a", "relu", "-i", "xavier"), 0),
        (("-a", "relu", "-i", "xavier", "--fail-on", "error"), 0),
        (("-a", "relu", "-i", "xavier", "--fail-on", "WARNING"), 1),
        (("-a", "tanh", "-i", "xavier", "-i", "std=1", "--fail-on", "error"), 1),
        # A stack that stops being finite: 3, unless that is what the command is to fail on.
        (("-a", "identity", "-i", "std=1e200"), 3),
        (("-a", "identity", "-i", "std=1e200", "--fail-on", "error"), 1),
    ],
)
def test_the_exit_code(actviz, words, code):
    result = actviz("diagnose", *words, *TINY)
    assert result.code == code
    assert result.out


def test_a_record_of_a_file(actviz, tmp_path):
    words = ("-a", "sigmoid", "-i", "xavier", "-n", "60")
    (tmp_path / "record.json").write_text(actviz("stats", *words, "-f", "json").out)
    found = actviz("diagnose", "--record", "record.json", "--no-remedies")
    assert found.out.startswith(
        "sigmoid with xavier collapses: it maps all inputs onto nearly one point (its gradients "
        "were not recorded).\n"
    )
    assert "gradient vanishes" not in found.out
    words = (*words, "--gradients")
    (tmp_path / "record.json").write_text(actviz("stats", *words, "-f", "json").out)
    read = actviz("diagnose", "--record", "record.json", "-f", "json").out
    assert read == actviz("diagnose", *words[:-1], "-f", "json").out


def test_the_published_profile(actviz):
    words = ("-a", "relu", "-i", "xavier", "--profile", "published", "-f", "json")
    found = _json(actviz("diagnose", *words, *TINY).out)
    assert (found["profile"], found["verdict"]) == ("published", "vanishing_signal")
    assert found["findings"][0]["threshold"] == 10
    assert "SageMaker" in found["findings"][0]["source"]


def test_underflow_is_said(actviz):
    result = actviz("diagnose", "-a", "relu", "-i", "std=1e-200", "-d", "4", *TINY)
    assert "underflow: rms of the preactivations" in result.out
    assert "dead" not in result.out
    assert "from layer 2 on, values are too small for float64 (underflow)" in result.err


def test_its_options_stand_in_a_spec_file(actviz, tmp_path):
    (tmp_path / "ci.toml").write_text(
        'activation = "tanh"\ninit = "std=1"\nsamples = 50\nprofile = "default"\n'
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


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--profile", "publishd"), "unknown profile 'publishd': did you mean 'published'?"),
        (("--fail-on", "info"), "unknown fail-on level 'info'; known are warning, error"),
        (("--format", "csv"), "unknown format 'csv'"),
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
    result = actviz("diagnose", "-a", "relu", "-i", "he", "--depth", "50", "--fail-on", "error")
    assert (result.code, result.out, result.err) == (0, shown[1], "")
