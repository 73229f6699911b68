"""Nets of a map that are stopped and gone on with, as somebody types it."""

import csv
import json
import re
import signal
import subprocess
import time
from io import StringIO

import pytest

from actviz.cli import map_nets
from actviz.errors import SpecError

TRAINED = ("map", "tanh", "-w", "20", "-n", "20", "-d", "3", "--std", "0.2,2", "--train")


@pytest.fixture(autouse=True)
def without_mnist(monkeypatch):
    def nowhere():
        raise SpecError("MNIST is not here")

    monkeypatch.setattr("actviz.training.trying.find", nowhere)
    monkeypatch.setenv("ACTVIZ_DATA_DIR", "nowhere")  # of processes


@pytest.fixture
def stopped(monkeypatch):
    """Let Ctrl-C be pressed after two nets, once."""
    whole = map_nets.train_each

    def train_each(*given, **named):
        monkeypatch.setattr(map_nets, "train_each", whole)
        for number, net in enumerate(whole(*given, **named)):
            if number == 2:
                raise KeyboardInterrupt
            yield net

    monkeypatch.setattr(map_nets, "train_each", train_each)


@pytest.mark.heavy
@pytest.mark.usefixtures("stopped")
def test_what_is_stopped_goes_on_and_ends_as_if_nothing_had_been(actviz, refused, tmp_path):
    words = (*TRAINED, "-o", "map.svg", "--format", "csv")
    first = actviz(*words)
    assert first.code == 130
    assert first.err.splitlines()[1:] == [
        "actviz: 2 of 4 nets are done: they are kept in map.svg.part, and the same command with "
        "--resume goes on",
        "actviz: interrupted",
    ]
    kept = (tmp_path / "map.svg.part").read_bytes()
    assert "map.svg.part holds 2 nets already: go on with --resume, or delete it" in refused(*words)
    other = (*words[:-5], "--seed", "1", *words[-5:], "--resume")
    assert "they are of another map: seed is 0 there and 1 here; delete it to" in refused(*other)
    assert (tmp_path / "map.svg.part").read_bytes() == kept
    again = actviz(*words, "--resume")
    assert (again.code, again.err.split(",")[0]) == (0, "actviz: 2 more nets are trained")
    assert again.out == actviz(*TRAINED, "--format", "csv").out
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]
    trained = [row["trains"] for row in csv.DictReader(StringIO(first.out)) if row["trains"]]
    assert len(trained) == 2


@pytest.mark.heavy
def test_resume_begins_where_there_is_nothing(actviz, tmp_path):
    result = actviz(*TRAINED, "-o", "map.svg", "--resume")
    said, estimate = result.err.splitlines()
    assert result.code == 0
    assert said == "actviz: no nets are kept beside map.svg: all of them are trained"
    assert estimate.startswith("actviz: 4 nets are trained, ")
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]


def test_resume_of_a_map_that_is_done_trains_nothing(refused, monkeypatch, tmp_path):
    """Its nets are not there any more: the picture that is there stays as it is."""
    (tmp_path / "map.svg").write_text("a picture")
    monkeypatch.setattr(map_nets, "train_each", lambda *_, **__: pytest.fail("trained"))
    monkeypatch.setattr(
        "actviz.sweeps.map_making.make_map", lambda *_, **__: pytest.fail("simulated")
    )
    assert refused(*TRAINED, "-o", "map.svg", "--resume") == (
        "map.svg is there already, and a map that is done keeps no nets to go on with: leave "
        "--resume out to train all of them again"
    )
    assert (tmp_path / "map.svg").read_text() == "a picture"


@pytest.mark.heavy
def test_a_map_that_was_stopped_before_its_first_net_goes_on(actviz, monkeypatch, tmp_path):
    def train_each(*given, **named):
        raise KeyboardInterrupt
        yield

    with monkeypatch.context() as patch:
        patch.setattr(map_nets, "train_each", train_each)
        assert actviz(*TRAINED, "-o", "map.svg").code == 130
    assert {path.name for path in tmp_path.iterdir()} == {"map.svg", "map.svg.part"}
    assert actviz(*TRAINED, "-o", "map.svg", "--resume").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("map", "tanh", "--resume"), "--resume is of --train: leave it out"),
        (
            (*TRAINED, "--resume", "--format", "csv"),
            "--resume needs -o FILE, beside which the nets are kept",
        ),
    ],
)
def test_resume_where_nothing_is_kept_is_refused(refused, words, said):
    assert said in refused(*words)


@pytest.mark.heavy
def test_a_net_that_is_lost_is_trained_by_who_goes_on(actviz, monkeypatch, tmp_path):
    from actviz.simulation import processes

    real = processes.run

    def run(*given, watch=None, **named):
        for index, outcome in real(*given, watch=watch, **named):
            failure = processes.Failure(index=index, reason="its worker died of it 2 times")
            yield index, failure if watch and index == 1 else outcome

    with monkeypatch.context() as lost:
        lost.setattr(processes, "run", run)
        assert actviz(*TRAINED, "-o", "map.svg").code == 1
    assert (tmp_path / "map.svg.part").read_bytes().count(b"\n") == 1 + 3
    again = actviz(*TRAINED, "-o", "map.svg", "--resume", "--format", "json")
    assert (again.code, again.err.split(",")[0]) == (0, "actviz: 1 more net is trained")
    assert len(json.loads(again.out)["trained"]["nets"]) == 4


LONG = ("map", "tanh", "--train", "-w", "20", "-n", "20", "-d", "3", "--std", "0.05..2:8")

#: At 7 of its weight stds and both depths.
NETS = 14


@pytest.mark.heavy
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_ended_loses_no_net_that_is_done(command, process, tmp_path, number):
    words, path = (*LONG, "--format", "csv", "-o", "map.svg"), tmp_path / "map.svg.part"
    there = subprocess.Popen(
        command(*words),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    end = time.monotonic() + 300
    while not path.exists() or path.read_bytes().count(b"\n") < 4:
        assert time.monotonic() < end
        assert there.poll() is None, there.stderr.read()
        time.sleep(0.01)
    there.send_signal(number)
    _, err = there.communicate(timeout=300)
    assert "Traceback" not in err
    kept = path.read_bytes().count(b"\n") - 1
    assert 3 <= kept < NETS
    again = process(*words, "--resume")
    assert again.returncode == 0
    assert re.search(rf"\b{NETS - kept} more nets? (is|are) trained", again.stderr)
    assert again.stdout == process(*LONG, "--format", "csv").stdout
    assert [one.name for one in tmp_path.iterdir()] == ["map.svg"]
