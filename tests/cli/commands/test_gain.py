"""actviz gain: for people, spreadsheets and programs, and for functions of one's own."""

import csv
import json
from io import StringIO

import pytest

from actviz import ACTIVATIONS
from actviz.theory import gains, isoline

MODULE = """
import numpy as np

def squareplus(x):
    return (x + np.sqrt(x * x + 4)) / 2

def scalar(x):
    return x if x > 0 else 0.0

def softmax(x):
    return np.exp(x) / np.exp(x).sum()

def fails(x):
    raise LookupError("nothing there")

number = 3

class Holder:
    inside = staticmethod(np.tanh)
"""


@pytest.fixture
def own(tmp_path):
    """Write a module of a name that no other test has imported."""
    name = f"own_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(MODULE, encoding="utf-8")
    return name


def test_the_table_has_every_activation_and_criterion(actviz):
    result = actviz("gain")
    assert (result.code, result.err) == (0, "")
    lines = [line.split() for line in result.out.splitlines()[2:]]
    names = [name for name, row in ACTIVATIONS.items() if name == row.name]
    assert [line[0] for line in lines] == [name for name in names for _ in range(3)]
    assert [line for line in lines if line[:2] == ["tanh", "PyTorch"]] == [
        ["tanh", "PyTorch", "1.6667", "0.651", "1.94", "0.651", "1.03×10⁴"]
    ]
    assert [line[2:] for line in lines if line[:2] == ["gelu", "PyTorch"]] == [["-"] * 5]


def test_chi_is_1_for_a_signal_of_size_1_and_the_table_says_so(actviz):
    """At rest it is another: tanh's gradient is ×260 after 100 layers, and χ = 1 is at gain 1."""
    told = [line for line in actviz("gain", "tanh").out.splitlines() if "χ" in line]
    assert len(told) == 1
    assert told[0].split()[:7] == ["tanh", "χ", "=", "1", "at", "q", "="]
    assert told[0].split()[-1] == "260"
    assert float(isoline(ACTIVATIONS["tanh"], 1.0, [0.0])[0]) == pytest.approx(1)
    assert float(isoline(ACTIVATIONS["selu"], 1.0, [0.0])[0]) ** 0.5 == pytest.approx(
        0.69, abs=0.005
    )


def test_json_is_a_list_of_objects(actviz):
    result = actviz("gain", "tanh", "swish", "--format", "json")
    first, second = json.loads(result.out)
    found = gains(ACTIVATIONS["tanh"])
    assert first["activation"] == "tanh"
    assert first["gain_second_moment"] == found.second_moment
    assert first["gain_chi"] == found.chi
    assert first["gain_torch"] == pytest.approx(5 / 3)
    assert [one["layers"] for one in first["after"]["chi"]] == [10, 100]
    assert first["after"]["torch"][1]["rms"] == pytest.approx(0.651347, abs=1e-6)
    assert (second["activation"], second["gain_torch"]) == ("silu", None)
    assert sorted(second["after"]) == ["chi", "second_moment"]


def test_csv_has_a_row_for_each_criterion(actviz):
    rows = list(csv.DictReader(StringIO(actviz("gain", "selu", "gelu", "-f", "csv").out)))
    assert [(row["activation"], row["criterion"]) for row in rows] == [
        (name, key) for name in ("selu", "gelu") for key in ("second_moment", "chi", "torch")
    ]
    assert float(rows[2]["gain"]) == 0.75
    assert float(rows[0]["rms_100"]) == pytest.approx(1, abs=1e-9)
    assert set(rows[5].values()) == {"gelu", "torch", ""}


def test_a_function_of_one_s_own(actviz, own):
    result = actviz(
        "gain", f"{own}:squareplus", f"{own}:scalar", f"{own}:Holder.inside", "-f", "json"
    )
    assert (result.code, result.err) == (0, "")
    plus, scalar, tanh = json.loads(result.out)
    assert plus["activation"] == f"{own}:squareplus"
    # E φ² of (z + √(z² + 4)) / 2 is E (z² + z √(…) + 2) / 2 = 3/2.
    assert plus["gain_second_moment"] == pytest.approx((3 / 2) ** -0.5, rel=1e-9)
    assert plus["gain_torch"] is None
    assert scalar["gain_second_moment"] == pytest.approx(2**0.5, rel=1e-9)
    assert tanh["gain_chi"] == pytest.approx(gains(ACTIVATIONS["tanh"]).chi, rel=1e-9)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["rleu"], "unknown activation 'rleu': did you mean 'relu'?"),
        (["no_such_module:f"], "cannot import the module 'no_such_module': ModuleNotFoundError"),
        (["math:nope"], "the module 'math' has no 'nope'"),
        (["math:pi"], "math:pi must be a function (it is a float)"),
        (["math:"], "a function of your own is given as module:function (got 'math:')"),
        ([":tanh"], "a function of your own is given as module:function (got ':tanh')"),
        (["math:log"], "math:log fails: ValueError"),
        (["tanh", "--format", "xml"], "unknown format 'xml'"),
        (["tanh", "--format", ""], "unknown format ''"),
    ],
)
def test_one_line_says_what_is_wrong(actviz, words, complaint):
    result = actviz("gain", *words)
    assert (result.code, result.out) == (2, "")
    assert result.complaint.startswith(complaint)


@pytest.mark.parametrize(
    ("function", "complaint"),
    [
        ("softmax", "must be elementwise: a number's value depends on the others"),
        ("fails", "fails: LookupError: nothing there"),
        ("number", "must be a function (it is a int)"),
    ],
)
def test_a_function_that_will_not_do(actviz, own, function, complaint):
    result = actviz("gain", f"{own}:{function}")
    assert (result.code, result.out) == (2, "")
    assert result.complaint == f"{own}:{function} {complaint}"


def test_a_module_with_a_mistake_in_it(actviz, tmp_path):
    (tmp_path / "mistaken.py").write_text("def f(x:\n", encoding="utf-8")
    result = actviz("gain", "mistaken:f")
    assert (result.code, result.out) == (2, "")
    assert result.complaint.startswith("cannot import the module 'mistaken': SyntaxError")


def test_a_process_of_its_own(process):
    done = process("gain", "relu")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1.4142" in done.stdout
