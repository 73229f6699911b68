"""actviz train: what is printed, what is refused, and how it ends."""

import csv
import json
import os
import re
import signal
import subprocess
import time
from io import StringIO
from typing import NoReturn

import numpy as np
import pytest

import actviz as api
from actviz.training import loop
from actviz.training.record import TRAINING_COLUMNS, TrainingRecord

FEW = ("--steps", "3", "--report-every", "2")
RNG = np.random.RandomState(0)
X = RNG.standard_normal((60, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


@pytest.fixture
def arrays(tmp_path):
    """Files of a small problem in the folder of the command."""
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", Y)
    np.savez(tmp_path / "both.npz", X=X, y=Y)
    np.save(tmp_path / "one.npy", np.zeros(60))
    np.save(tmp_path / "short.npy", Y[:50])
    np.save(tmp_path / "half.npy", Y + 0.5)
    np.save(tmp_path / "nan.npy", np.where(X > 2, np.nan, X))
    (tmp_path / "ragged.csv").write_text("1,2\n3\n")
    (tmp_path / "empty.npz").write_bytes(b"")
    (tmp_path / "folder.npy").mkdir()
    return ("arrays", "--x", "X.npy", "--y", "y.npy", "--hidden", "5", *FEW)


def _rows(text):
    return list(csv.DictReader(StringIO(text)))


def _refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} in JSON")


def test_csv_has_a_row_for_each_run_and_reported_step(actviz):
    words = ("train", "circles", "-i", "zeros", "-i", "std=10", *FEW, "--seeds", "2", "-s", "5")
    result = actviz(*words, "--format", "csv")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("init,seed,step,loss,train_accuracy,test_accuracy,")
    assert "\r" not in result.out
    rows = _rows(result.out)
    assert [(row["init"], row["seed"], row["step"]) for row in rows] == [
        (init, seed, step)
        for init in ("zeros", "std=10")
        for seed in ("5", "6")
        for step in ("0", "2")
    ]
    assert list(rows[0]) == list(TRAINING_COLUMNS)
    assert rows[0]["loss"] == "0.6931471805599453"
    first = next(row for row in rows if row["init"] == "std=10")
    assert float(first["loss"]) >= float(first["stable_loss"]) > 1


def test_json_is_the_record(actviz, tmp_path, arrays):
    words = ("train", *arrays, "-i", "he", "-a", "tanh", "--record-every", "1")
    result = actviz(*words, "--format", "json")
    data = json.loads(result.out, parse_constant=_refuse)
    assert data["schema"] == "actviz.training/1"
    record = TrainingRecord.from_dict(data)
    expected = api.train(
        "arrays",
        x=X,
        y=Y,
        hidden=(5,),
        steps=3,
        report_every=2,
        inits=["he"],
        activation="tanh",
        record_every=1,
    )
    assert [run.to_dict() for run in record.runs] == [run.to_dict() for run in expected.runs]
    assert record.data.name == "X.npy"
    (tmp_path / "record.json").write_text(result.out)
    assert api.load_training(tmp_path / "record.json") == record


def test_the_table_has_the_losses_and_how_it_ended(actviz):
    result = actviz("train", "circles", "-i", "zeros", "-i", "std=10", *FEW)
    assert (result.code, result.err) == (0, "")
    first, *lines = [line for line in result.out.splitlines() if line.strip()]
    assert first == "circles: 2-10-5-1, relu; sgd, rate 0.01, all rows"
    assert lines[0].split() == ["loss", "at", "step", "zeros", "std=10"]
    assert re.fullmatch(r" +0 +0\.6931 +inf \(1774\)", lines[2])
    assert lines[4].startswith("inf is what the formula")
    assert re.fullmatch(r"zeros +trains 0 % +0\.5000 +0\.5000 +0 0 0 +done", lines[7])


def test_the_table_has_medians_and_ranges_of_seeds(actviz, arrays):
    result = actviz("train", *arrays, "-i", "he", "--seeds", "3")
    assert "medians of 3 seeds" in result.out
    assert re.search(r"he +0\.\d{4} \(0\.\d{4}–[01]\.\d{4}\)", result.out)


def test_a_long_table_is_thinned_and_keeps_the_last_step(actviz):
    result = actviz("train", "circles", "-i", "zeros", "--steps", "101", "--report-every", "1")
    steps = re.findall(r"^ *(\d+) +0\.6931", result.out, flags=re.MULTILINE)
    assert (steps[0], steps[1], steps[-1]) == ("0", "7", "100")


@pytest.mark.parametrize(
    "words",
    [
        "--optimizer adam",
        "--optimizer MOMENTUM",
        "--batch all",
        "--batch 7",
        "--dtype float32",
        "--lr 1e-3",
        "--hidden 4,3,2",
        "-a tanh",
        "--test-share 0",
    ],
)
def test_options_are_taken(actviz, arrays, words):
    result = actviz("train", *arrays, "-i", "he", *words.split(), "-f", "json")
    assert (result.code, result.err) == (0, "")
    option, value = words.split()
    name = {"-a": "activation"}.get(option, option.removeprefix("--").replace("-", "_"))
    data = json.loads(result.out)
    if name == "test_share":
        assert data["data"]["n_test"] == 0
    else:
        expected = {"batch all": None, "hidden 4,3,2": [4, 3, 2]}.get(f"{name} {value}", value)
        found = data["spec"][name]
        assert found == expected or str(found) == value.lower() or found == float(value)


def test_classes_in_the_npz_need_no_second_file(actviz, arrays):
    one = actviz("train", *arrays, "-i", "he", "-f", "csv")
    two = actviz(
        "train", "arrays", "--x", "both.npz", "--hidden", "5", *FEW, "-i", "he", "-f", "csv"
    )
    assert one.out == two.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "missing argument TASK; see actviz train --help"),
        ("cirlces", "unknown task 'cirlces': did you mean 'circles'?"),
        ("circles digits", "unexpected extra argument"),
        ("circles -i xaiver", "did you mean 'xavier'"),
        ("circles -i std=nan", "std must be a finite number"),
        ("circles -i normal", "did you mean 'std=0.01'"),
        ("circles -i 0,01", "needs a plain decimal number with a point, 0.01"),
        ("circles --std he", "std=he: needs a plain decimal number"),
        ("circles -a rleu", "did you mean 'relu'"),
        ("circles -a he", "did you mean '-i he'?"),
        ("circles -a relu,tanh", "one activation is trained at a time (got relu,tanh)"),
        ("circles --hidden 0", "hidden must be >= 1 (got 0)"),
        ("circles --hidden 100000,100000", "lower hidden, batch, steps or seeds"),
        ("circles --seeds 200 --steps 10000000", "this training needs about 4"),
        ("circles --hidden 5,,5", "--hidden must be integers with commas"),
        ("circles --steps 0", "steps must be >= 1"),
        ("circles --steps 1e3", "--steps must be an integer (got '1e3')"),
        ("circles --steps 10000001", "steps must be <= 10000000"),
        ("circles --batch 0", "batch must be >= 1"),
        ("circles --batch some", "--batch must be an integer (got 'some')"),
        ("circles --lr 0", "lr must be a finite number > 0"),
        ("circles --lr nan", "--lr must be a finite number (got 'nan')"),
        ("circles --optimizer sdg", "did you mean 'sgd'"),
        ("circles --dtype float16", "unknown dtype 'float16'"),
        ("circles --seeds 0", "seeds must be >= 1"),
        ("circles --seeds 500", "5 initializers with 500 seeds: at most 1000 runs"),
        ("circles -s -1", "seed must be >= 0"),
        ("circles --record-every 0", "record_every must be >= 1"),
        ("circles --report-every 0", "report_every must be >= 1"),
        ("circles --format xml", "unknown format 'xml'"),
        ("circles --format ''", "unknown format ''"),
        ("circles --x X.npy", "--x goes with task arrays (got task circles)"),
        ("mnist --test-share 0.5", "--test-share goes with task arrays"),
        ("circles --download", "--download go with task mnist (got task circles)"),
        ("arrays --data-dir .", "--download go with task mnist (got task arrays)"),
        ("mnist --data-dir .", "MNIST is not in . (train-images-idx3-ubyte is missing)"),
        ("arrays", "task arrays needs --x FILE"),
        ("arrays --x X.npy", "X.npy holds one array: name the file of the classes with --y"),
        ("arrays --x missing.npy --y y.npy", "cannot read 'missing.npy': No such file"),
        ("arrays --x folder.npy --y y.npy", "cannot read 'folder.npy': Is a directory"),
        ("arrays --x X.txt --y y.npy", "the suffix of X.txt must be .npy, .npz or .csv"),
        ("arrays --x empty.npz", "empty.npz is not a whole .npz file"),
        ("arrays --x ragged.csv --y y.npy", "line 2 has 1 columns, the first one 2"),
        ("arrays --x nan.npy --y y.npy", "x has nan in row"),
        ("arrays --x X.npy --y one.npy", "all rows are of one class, 0"),
        ("arrays --x X.npy --y short.npy", "y has 50 classes for 60 rows"),
        ("arrays --x X.npy --y half.npy", "y must be classes, whole numbers or texts"),
        ("arrays --x X.npy --y X.npy", "y must be one class a row"),
        ("arrays --x X.npy --y y.npy --test-share 1", "test_share must be from 0 to below 1"),
    ],
)
def test_what_is_wrong_gets_one_line_and_no_training(actviz, arrays, monkeypatch, words, message):
    def work(*_):
        raise AssertionError("work was done before the check")

    monkeypatch.setattr(loop, "spread", work)
    given = [word.strip("'") for word in words.split()]
    result = actviz("train", *given)
    assert (result.code, result.out) == (2, "")
    assert message in result.complaint


def test_a_run_that_diverges_is_named_and_the_others_go_on(actviz, arrays):
    words = ("train", *arrays, "-a", "identity", "-i", "std=1e+160", "-i", "std=0.01")
    result = actviz(*words, "-f", "csv")
    assert result.code == 3
    assert result.complaint.startswith("std=1e+160, seed 0: diverged at step ")
    ends = {row["init"]: row["end"] for row in _rows(result.out)}
    assert ends == {"std=1e+160": "diverged", "std=0.01": "done"}
    last = [row for row in _rows(result.out) if row["init"] == "std=1e+160"][-1]
    assert last["loss"] in ("nan", "inf")
    assert last["train_accuracy"] == ""
    assert "diverged" in actviz(*words).out


def test_the_published_inf_is_no_divergence(actviz):
    result = actviz("train", "circles", "-i", "std=10", *FEW, "-f", "csv")
    assert (result.code, result.err) == (0, "")
    assert _rows(result.out)[0]["loss"] == "inf"


def test_ctrl_c_writes_what_has_been_done(command, tmp_path):
    words = ("train", "circles", "-i", "zeros", "-i", "he", "--steps", "10000000", "-f", "csv")
    # It says on standard error when it has begun: on threads of one core, or on processes.
    code = (
        "import sys\nfrom actviz.simulation import executors, watched\n"
        "def begun(said=[]):\n"
        "    if not said:\n        said.append(print('begun', file=sys.stderr, flush=True))\n"
        "old, Watch = executors._gathered, watched.Watch\n"
        "def gathered(*given):\n    begun()\n    return old(*given)\n"
        "def watch(told, stop):\n"
        "    return Watch(lambda *steps: (begun(), told(*steps)), stop)\n"
        "executors._gathered, watched.Watch = gathered, watch"
    )
    with subprocess.Popen(
        command(*words, code=code),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stderr.readline() == "begun\n"
        time.sleep(0.2)
        for _ in range(2):  # impatiently
            os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    rows = _rows(out)
    assert {row["end"] for row in rows} == {"interrupted"}
    first, second = err.splitlines()
    said = first.removeprefix("actviz: ").removesuffix(" (of steps 0 to 9999999)").split("; ")
    stopped = dict(
        re.fullmatch(r"(\w+), seed 3 stopped after step (\d+)", each).groups()
        for each in said
        if "stopped" in each
    )
    assert stopped == {row["init"]: row["step"] for row in rows}  # the last row of each
    # On one core the second waits, and so may its process.
    assert said[len(stopped) :] == ["1 of 2 runs had not begun"] * (2 - len(stopped))
    assert "zeros" in stopped
    assert second == "actviz: interrupted"


def test_mnist_that_is_not_there_says_how_to_get_it(actviz, monkeypatch, tmp_path):
    monkeypatch.delenv("ACTVIZ_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    result = actviz("train", "mnist")
    assert result.code == 2
    assert "--download fetches it" in result.complaint


def test_a_library_that_is_not_there_is_named(actviz, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sklearn.datasets", None)
    result = actviz("train", "digits")
    assert result.code == 2
    assert result.complaint == "task digits needs scikit-learn: pip install 'actviz[train]'"


def test_digits_learn(actviz):
    pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed")
    words = ("-i", "zeros", "-i", "he", "--steps", "300", "--report-every", "299")
    rows = _rows(actviz("train", "digits", *words, "-f", "csv").out)
    last = {row["init"]: float(row["test_accuracy"]) for row in rows if row["step"] == "299"}
    assert last["zeros"] < 0.2
    assert last["he"] > 0.7


def test_what_the_judge_foretells_stands_beside_what_came(actviz, tmp_path):
    """Of the hidden layers alone: theory and the trainings of the docs have std = 0.01 dead."""
    words = ("train", "digits", "--steps", "2", "-i", "std=0.01", "-i", "he")
    out = actviz(*words).out
    small, he = (
        re.search(rf"^{init} +trains ([<>]?\d+) %", out, re.MULTILINE)[1]
        for init in ("std=0.01", "he")
    )
    assert int(small.lstrip("<")) <= 2
    assert int(he.lstrip(">")) >= 95
    narrow = actviz("train", "circles", "--steps", "2", "-i", "he").out
    assert "foretold" not in narrow
    assert "no chance given" not in narrow
    some = actviz("train", "circles", "--steps", "2", "-i", "zeros", "-i", "he").out
    assert re.search(r"^zeros +trains 0 %", some, re.MULTILINE)
    assert re.search(r"^he +- ", some, re.MULTILINE)
    assert some.count("-: no chance given: no layer has 16 units or more\n") == 1
