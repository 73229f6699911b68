"""actviz baseline: what it writes, of which stacks, and that the file is whole."""

import subprocess
import sys

import pytest

from actviz.cli import run
from actviz.files.records import load_baseline

STACK = ["-a", "relu", "-i", "he", "-d", "2", "-w", "20", "-n", "40"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_baseline_of_one_seed_is_for_exact_checks(here, capsys):
    words = ["baseline", *STACK, "-w", "8", "--seeds", "1", "-o", "b.json"]
    assert run(words) == 0
    assert capsys.readouterr().out == "b.json: 1 seed, for exact checks\n"
    assert run(["check", "b.json", "--kind", "exact"]) == 0
    assert run(["check", "b.json"]) == 2
    assert "layer 1 has 8 units" in capsys.readouterr().err


def test_a_stack_without_a_finite_layer_is_no_baseline(here, capsys):
    words = ["baseline", "-a", "identity", "-i", "std=1e300", "-d", "2", "-w", "20", "-n", "10"]
    assert run([*words, "-o", "b.json"]) == 3
    assert not (here / "b.json").exists()


def test_two_writers_leave_one_whole_file(here):
    path = here / "b.json"
    words = [sys.executable, "-m", "actviz", "baseline", *STACK, "--seeds", "5", "-o", str(path)]
    writers = [subprocess.Popen(words, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert load_baseline(path).seeds == 5
    assert [item.name for item in here.iterdir()] == ["b.json"]
