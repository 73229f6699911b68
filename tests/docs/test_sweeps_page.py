"""docs/sweeps.md is true: its columns, its texts of values, its makefile and its Slurm array."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from actviz.cli import run
from actviz.sweeps.axes import read_axis
from actviz.sweeps.row import COLUMNS
from actviz.sweeps.size import MOST_EVER, MOST_UNASKED

PAGE = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text(encoding="utf-8")


def block(language: str, containing: str = "") -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    (text,) = [text for text in found if containing in text]
    return text


@pytest.fixture
def shell(tmp_path):
    """Run a command of a shell that finds the actviz of these tests."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def call(*words, **env):
        result = subprocess.run(
            words,
            cwd=tmp_path,
            env={**os.environ, "PATH": path, **env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return call


def test_the_columns_are_the_programs():
    table = PAGE.split("<!-- columns -->\n")[1].split("<!-- /columns -->")[0]
    assert re.findall(r"^\| `(\w+)` \| \S", table, flags=re.MULTILINE) == list(COLUMNS)


def test_the_texts_are_read_as_it_says():
    for text in ("0.01,0.1", "logspace:-3:0.5:60", "linspace:0:0.5:6", "0.001..3:60", "8..12"):
        assert f"| `{text}` |" in PAGE
        found = read_axis("depth" if text == "8..12" else "std", text).values()
        count = {"0.01,0.1": 2, "linspace:0:0.5:6": 6, "8..12": 5}.get(text, 60)
        assert len(found) == count


def test_the_limits_are_the_programs():
    assert f"A sweep of more than {MOST_UNASKED:,} stacks is refused" in PAGE
    assert f"more than {MOST_EVER:,} always are" in PAGE


@pytest.mark.heavy
def test_make_and_slurm_give_what_one_run_gives(shell, tmp_path):
    (tmp_path / "Makefile").write_text(block("make"), encoding="utf-8")
    shell("make", "-j", "2", "rows.csv")
    made = (tmp_path / "rows.csv").read_bytes()
    (tmp_path / "rows.csv").unlink()
    script = tmp_path / "sweep.sbatch"
    script.write_text(block("bash", "SBATCH"), encoding="utf-8")
    for part in range(1, 11):
        count = {"SLURM_ARRAY_TASK_ID": str(part), "SLURM_ARRAY_TASK_COUNT": "10"}
        shell("bash", str(script), **count)
    shell("bash", "-c", "actviz sweep --merge rows.csv.part-*-of-10 -o rows.csv")
    assert (tmp_path / "rows.csv").read_bytes() == made
    assert made.count(b"\n") == 41


def test_the_lines_of_a_cluster_are_options_that_there_are(capsys):
    line = block("bash", "--scheduler").splitlines()[-1]
    assert run(["sweep", "--help"]) == 0
    shown = capsys.readouterr().out
    for option in re.findall(r"--[a-z-]+", line):
        assert option in shown
