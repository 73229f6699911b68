"""actviz baseline and actviz check, as they are typed: exit codes, formats, faults."""

import json
import xml.etree.ElementTree as ET

import pytest

from actviz.cli import run

STACK = ["-a", "relu", "-i", "he", "-d", "2", "-w", "20", "-n", "40"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def made(here, capsys):
    assert run(["baseline", *STACK, "--seeds", "20", "-o", "baselines/relu-he.json"]) == 0
    assert capsys.readouterr().out == "baselines/relu-he.json: 20 seeds, 23 statistics\n"
    return here / "baselines" / "relu-he.json"


@pytest.fixture
def drifted(made):
    path = made.with_name("drifted.json")
    path.write_text(made.read_text().replace('"init": "he"', '"init": "lecun"'))
    return path


def test_a_stack_that_is_what_it_was_passes(made, capsys):
    assert run(["check", str(made)]) == 0
    assert "ok, 23 statistics within tolerance (statistical)" in capsys.readouterr().out
    assert run(["check", str(made), "--kind", "exact"]) == 0
    assert run(["check", str(made), "--seeds", "5", "--false-alarm", "0.01"]) == 0


def test_a_drift_is_told_drawn_and_exits_with_1(made, drifted, here, capsys):
    assert run(["check", str(made), str(drifted), "--diff-dir", "drifts"]) == 1
    out = capsys.readouterr().out
    assert f"{made}: ok" in out
    assert f"{drifted}: layer 1 is the first that drifted, " in out
    assert [path.name for path in (here / "drifts").iterdir()] == ["drifted.png"]


def test_every_format_holds_the_same_report(made, drifted, capsys):
    words = ["check", str(made), str(drifted), "--format"]
    assert run([*words, "json"]) == 1
    good, bad = json.loads(capsys.readouterr().out)
    assert (good["ok"], bad["ok"], bad["first_layer"]) == (True, False, 1)
    assert run([*words, "junit"]) == 1
    suite = ET.fromstring(capsys.readouterr().out)
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert "layer 1 is the first" in suite.find("testcase/failure").get("message")
    assert run([*words, "github"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"::error file={drifted},title=actviz check::")
    assert "%0A" in line


def test_a_record_made_elsewhere_is_compared(made, here, capsys):
    for init, code in (("he", 0), ("lecun", 2)):
        run(["stats", *STACK[:2], "-i", init, *STACK[4:], "--seed", "9", "--format", "json"])
        (here / "record.json").write_text(capsys.readouterr().out)
        assert run(["check", str(made), "--against", "record.json"]) == code
        said = capsys.readouterr().err
    assert "they differ in init ('he' and 'lecun')" in said


def test_theory_needs_no_baseline(made, here, capsys):
    run(["stats", *STACK, "--format", "json"])
    (here / "record.json").write_text(capsys.readouterr().out)
    assert run(["check", "--kind", "theory", "--against", "record.json"]) == 0
    assert "record.json: ok, 4 statistics within tolerance (theory)" in capsys.readouterr().out
    assert run(["check", str(made), "--kind", "theory"]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["check", "gone.json"],
            "gone.json is not there: make it with actviz baseline -a NAME -i NAME -o gone.json",
        ),
        (["check", "."], "Is a directory"),
        (["check", "b.json"], "b.json is not valid JSON"),
        (["check", "b.json", "--kind", "exactly"], "unknown kind 'exactly': did you mean 'exact'"),
        (["check", "b.json", "--format", "xml"], "unknown format 'xml'"),
        (["check", "a.json", "b.json", "--against", "c.json"], "one record with one baseline"),
        (["check"], "name the baselines to check"),
        (["baseline", *STACK], "name the file to write"),
        (["baseline", "-o", "b.json"], "a baseline is of one stack: name it"),
        (
            ["baseline", *STACK, "-i", "xavier", "-o", "x.json"],
            "a baseline is of one stack (got 2)",
        ),
        (
            ["baseline", *STACK, "--seeds", "4", "-o", "x.json"],
            "at least 5 seeds, and an exact check 1 (got 4)",
        ),
        (["baseline", *STACK, "--seeds", "0", "-o", "x.json"], "at least 5 seeds, and an exact"),
        (["baseline", *STACK, "-w", "8", "-o", "x.json"], "layer 1 has 8 units"),
        (["baseline", *STACK, "-o", "b.json/x.json"], "b.json is not a folder"),
    ],
)
def test_what_is_wrong_is_one_line_and_exits_with_2(words, message, here, capsys):
    (here / "b.json").write_text("{")
    assert run(words) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert len(said.err.splitlines()) == 1
    assert said.out == ""
    assert [path.name for path in here.iterdir()] == ["b.json"]  # a check creates nothing


def test_no_seeds_are_no_check(here, capsys):
    assert run(["baseline", *STACK, "-o", "b.json"]) == 0
    capsys.readouterr()
    assert run(["check", "b.json", "--seeds", "0"]) == 2
    assert capsys.readouterr().err == "actviz: seeds must be >= 1 (got 0)\n"


def test_baselines_of_one_stem_have_a_picture_each(here, capsys):
    """Their folders tell them apart, and a number where these do not."""
    for folder in ("a", "b/c", "A"):
        (here / folder).mkdir(parents=True)
    assert run(["baseline", *STACK, "-o", "a/x.json"]) == 0
    for other in ("b/c/x.json", "A/x.json", "./a/../a/x.json"):
        if other != "./a/../a/x.json":
            (here / other).write_bytes((here / "a/x.json").read_bytes())
    drifted = json.loads((here / "a/x.json").read_text())
    drifted["record"]["spec"]["init"] = "std=0.5"
    for path in ("a/x.json", "b/c/x.json", "A/x.json"):
        (here / path).write_text(json.dumps(drifted))
    paths = ["a/x.json", "b/c/x.json", "A/x.json", "a/../a/x.json"]
    assert run(["check", *paths, "--diff-dir", "drifts"]) == 1
    found = sorted(path.name for path in (here / "drifts").iterdir())
    assert found == ["A-x.png", "a-a-x.png", "c-x.png", "x.png"]
