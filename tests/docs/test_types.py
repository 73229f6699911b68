"""What a user's own mypy --strict says of a file that uses actviz as the README does."""

import re
from pathlib import Path

import pytest
from mypy import api

pytestmark = pytest.mark.heavy

FILES = Path(__file__).parents[1] / "typing"
SETTINGS = ("--strict", "--no-error-summary", "--hide-error-context", "--no-color-output")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """What mypy knows of numpy and of actviz after the first of two runs."""
    return tmp_path_factory.mktemp("mypy")


@pytest.fixture
def complaints(tmp_path, monkeypatch, cache):
    """Return a function that runs mypy over a text and returns (line, code) of every error."""
    monkeypatch.chdir(tmp_path)  # away from the project's own settings

    def check(text):
        (tmp_path / "user.py").write_text(text, encoding="utf-8")
        out, err, _ = api.run([*SETTINGS, "--cache-dir", str(cache), "user.py"])
        assert err == ""
        found = re.findall(r"^user\.py:(\d+): error: .*\[([a-z-]+)\]$", out, re.MULTILINE)
        assert len(found) == out.count(": error: "), out
        return [(int(line), code) for line, code in found], out

    return check


def test_what_is_right_passes(complaints):
    found, out = complaints((FILES / "right.txt").read_text(encoding="utf-8"))
    assert not found, out


def test_what_is_wrong_is_found_and_nothing_else(complaints):
    text = (FILES / "wrong.txt").read_text(encoding="utf-8")
    expected = [
        (number, line.partition("# error: ")[2])
        for number, line in enumerate(text.splitlines(), start=1)
        if "# error: " in line
    ]
    found, out = complaints(text)
    assert found == expected, out
