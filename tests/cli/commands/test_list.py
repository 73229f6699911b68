"""actviz list: every row of the tables, and the std of each initializer at a shape."""

import re
import sys
from math import sqrt

import pytest

from actviz.layers.activations import ACTIVATIONS
from actviz.layers.initializers import INITIALIZERS


def _lines(text: str) -> dict[str, str]:
    return {line.split()[0]: line for line in text.splitlines() if line}


def test_every_name_alias_formula_and_source_is_there(actviz):
    result = actviz("list")
    assert (result.code, result.err) == (0, "")
    activations, initializers = result.out.split("\nInitializers")
    for name, row in ACTIVATIONS.items():
        line = _lines(activations)[row.name]
        assert name in line
        assert row.formula in line
        assert row.source in line
    lines = _lines(initializers)
    for name, preset in INITIALIZERS.items():
        line = next(lines[key] for key in lines if key.split("=")[0].split("(")[0] == preset.name)
        assert name in line
        assert preset.formula in line
        assert preset.source in line
        assert ("--gain" in line) == preset.takes_gain


@pytest.mark.parametrize(
    ("name", "std"),
    [
        ("he", sqrt(2 / 800)),
        ("he_fan_out", sqrt(2 / 50)),
        ("xavier", sqrt(2 / 850)),
        ("lecun", sqrt(1 / 800)),
        ("lecun_uniform", sqrt(1 / 800)),
        ("torch_linear", sqrt(1 / (3 * 800))),
        ("he_truncated_normal", sqrt(2 / 800)),
        ("zeros", 0.0),
    ],
)
def test_the_std_is_that_of_the_shape_asked_for(actviz, name, std):
    result = actviz("list", "--width", "50", "--input-width", "800")
    assert "with fan_in 800 and fan_out 50" in result.out
    line = _lines(result.out.split("Initializers")[1])[name]
    assert any(word.startswith(f"{std:.3g}") for word in line.split())


def test_without_a_shape_it_is_the_default_width(actviz):
    assert "with fan_in 100 and fan_out 100" in actviz("list").out
    assert "with fan_in 7 and fan_out 7" in actviz("list", "--width", "7").out


@pytest.mark.parametrize("width", [80, 100, 150])
def test_no_name_is_broken_on_a_terminal(actviz, monkeypatch, width):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(width))
    text = actviz("list").out
    assert max(map(len, text.splitlines())) <= width
    words = set(re.split(r"[\s,]+", text))
    for name, row in {**ACTIVATIONS, **INITIALIZERS}.items():
        assert {name, f"{name}=NUMBER", f"{name}(…)"} & words
        assert set(re.split(r"[\s,]+", f"{row.formula} {row.source}")) <= words


def test_it_says_whose_xavier_lecun_is(actviz):
    line = _lines(actviz("list").out.split("Initializers")[1])["lecun"]
    assert "xavier_fan_in" in line
    assert line.endswith("the Xavier of Saito, CS231n and Caffe")
