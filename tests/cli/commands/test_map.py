"""actviz map: for people, spreadsheets and programs, and as a picture."""

import csv
import json
import os
import re
import signal
import subprocess
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from actviz.cli.commands import map as command
from actviz.errors import SpecError

SMALL = ("map", "relu", "-w", "20", "-n", "20", "-d", "6", "--std", "0.1..1:4")
THEORY = ("map", "relu", "--theory-only", "-d", "20")


@pytest.mark.usefixtures("sharp")
def test_a_picture_and_a_table(actviz, tmp_path):
    result = actviz(*SMALL)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[0].split() == [
        *("activation", "layers", "both", "kept", "by", "mean", "field", "from", "std"),
        *("to", "std", "of", "these"),
    ]
    assert result.out.endswith("\nactviz.png\n")
    with Image.open(tmp_path / "actviz.png") as image:
        assert image.size == (1920, 1080)
        assert image.info["Comment"] == f"actviz {' '.join(SMALL)}"
        assert "ReLU" in image.info["Description"]


@pytest.mark.parametrize("more", [(), ("-q", "chance")])
def test_a_size_without_room_is_refused_before_the_stacks_are_run(actviz, monkeypatch, more):
    monkeypatch.setattr("actviz.sweeps.map_making.simulate_each", pytest.fail)
    monkeypatch.setattr("actviz.sweeps.map_making.run", pytest.fail)
    result = actviz(*SMALL, *more, "--size", "1.5x1.5")
    assert (result.code, result.out) == (2, "")
    assert "no room for a panel" in result.err


def test_relu_keeps_both_at_he_and_not_at_xavier(actviz):
    rows = [line.split() for line in actviz(*THEORY, "-o", "a.svg").out.splitlines()]
    (deepest,) = [row for row in rows if row[:2] == ["relu", "20"]]
    low, high = map(float, deepest[2:4])
    assert 0.1 < low < 2**0.5 / 10 < high
    assert deepest[4:] == ["He"]


def test_the_numbers_of_every_cell(actviz, tmp_path):
    result = actviz(*SMALL, "--format", "csv")
    rows = list(csv.DictReader(StringIO(result.out)))
    assert len(rows) == 4 * 6
    assert list(rows[0]) == [
        *("activation", "std", "depth", "width", "signal", "gradient", "null_because")
    ]
    stds = [float(row["std"]) for row in rows[::6]]
    assert stds == pytest.approx([0.1, 0.215443469, 0.4641588834, 1.0])
    assert list(tmp_path.iterdir()) == []  # no picture


def test_rows_of_theory_alone_are_those_of_the_whole_map(actviz, tmp_path):
    """A picture beside them asks for lines, and they alone ask for none."""
    asked = (*THEORY, "--format", "csv")
    assert actviz(*asked).out == actviz(*asked, "-o", "map.svg").out
    refused = actviz(*asked, "--memory-limit", "much")
    assert (refused.code, refused.out) == (2, "")


def test_json_has_lines_and_bands_too(actviz):
    plain = json.loads(actviz(*THEORY, "--format", "json").out)
    assert {line["line"] for line in plain["lines"]} == {"critical", "reach", "level"}
    assert [(one["activation"], one["depth"]) for one in plain["kept"]] == [
        ("relu", depth) for depth in plain["map"]["depths"]
    ]
    assert plain["map"]["simulated"] is False


def test_a_named_file_is_drawn_beside_the_numbers(actviz, tmp_path):
    result = actviz(*THEORY, "--format", "csv", "-o", "map.pdf")
    assert result.code == 0
    assert "map.pdf" not in result.out
    assert (tmp_path / "map.pdf").stat().st_size > 0


def test_the_chance_of_a_few(actviz):
    result = actviz(*SMALL, "-q", "chance", "-d", "3", "--format", "csv")
    rows = list(csv.DictReader(StringIO(result.out)))
    assert [row["depth"] for row in rows[:3]] == ["2", "3", "2"]
    assert all(0 <= float(row["chance"]) <= 1 for row in rows)


def test_an_initializer_between_two_cells_is_healthy_with_the_nearer(actviz):
    """tanh at 20 layers trains at Xavier's, 0.1, which lies between cells of 0.16 and of 0.99."""
    words = ("-q", "chance", "-d", "20", "--std", "0.071969,0.13895,0.26827", "-o", "a.svg")
    rows = [line.split() for line in actviz("map", "tanh", *words).out.splitlines()]
    (deepest,) = [row for row in rows if row[:2] == ["tanh", "20"]]
    assert deepest[4:] == ["Xavier,", "He"]


def test_depths_end_with_the_deepest_at_even_distances():
    assert command._depths(5) == (1, 2, 3, 4, 5)
    found = command._depths(330)
    assert len(found) == 100
    assert found[-1] == 330
    assert {b - a for a, b in pairwise(found)} <= {3, 4}


@pytest.mark.parametrize("deepest", [*range(1, 60), 100, 1000, 10_000])
def test_depths_of_a_chance_are_apart_by_factors(deepest):
    found = command._depths_apart(deepest)
    assert (found[0], found[-1]) == (min(deepest, 2), deepest)
    assert len(found) <= 14
    factor = (deepest / 2) ** (1 / 13)
    assert all(b <= max(a + 1, factor * (a + 0.5) + 0.5) for a, b in pairwise(found))


@pytest.mark.parametrize("width", [20, 100, 1000])
def test_the_chance_is_asked_at_xavier_s_and_at_he_s_weights(width):
    stds = command._stds(None, width, chance=True).values()
    for std in (width**-0.5, (2 / width) ** 0.5):
        assert min(abs(one / std - 1) for one in stds) < 1e-9
    assert stds[0] < 0.01 < 1 < stds[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--quantity loss", "unknown quantity 'loss'"),
        ("--quantity chance,signal", "the chance has a map of its own"),
        ("--quantity chance --theory-only", "theory knows no chance to train"),
        ("--std 1..0.1", "falls from 1 to 0.1, and an axis rises: write the lower end first"),
        ("--std 0.1..0.1", "std '0.1..0.1' asks for 42 values where there is one"),
        ("--std 0..1", "not above 0"),
        ("--std nonsense", "std 'nonsense' has 'nonsense', which is no finite number"),
        ("--std 0.1..1:1000000000", "a map of 300,000,000,000 cells, about"),
        (
            "--std 0.1..1:1000000000 --theory-only",
            "are made, so take fewer stds, such as 0.001..3:60",
        ),
        ("--std 0.1", "each above the last"),
        ("--depth 1000000", "depth must be <= 10000"),
        ("--depth 0", "depth must be >= 1"),
        ("-q chance --depth 1", "a map of the chance goes to a depth of 2 or more (got 1)"),
        ("--train --depth 1", "a map of the chance goes to a depth of 2 or more (got 1)"),
        ("--width 0", "width must be >= 1"),
        ("--samples 1", "samples must be >= 2"),
        ("--seeds 0", "seeds must be >= 1"),
        ("--train -q signal", "--train shows whether nets train: it goes with --quantity chance"),
        ("--train --theory-only", "--train trains nets, and --theory-only runs nothing"),
        ("--yes", "--yes is of --train"),
        (
            "relu --train -w 2000 -d 2 --std 0.01,0.02 --memory-limit 150MB",
            "these nets needs about 167 MB of memory, and memory_limit is 150 MB: raise it",
        ),
        ("--train -d 3000 -w 300", "take fewer activations, less depth or width, or say"),
        ("--width 5000 --depth 5000 --samples 5000", " hours on "),
        ("--format csv --theme dark", "--theme is of a picture: name its file with -o"),
        ("rleu", "did you mean 'relu'?"),
        ("--theme blue", "unknown theme"),
        ("--bias-std=-1", "bias_std must be a finite number >= 0 (got -1.0)"),
        ("--bias-std 1e300", "bias_std must be from 1e-75 to 1e+75 (got 1e+300)"),
        ("--std 1e200..1e300", "the stds of a map must be from 1e-75 to 1e+75 (got 1e+200)"),
        ("--std 1e-300..1 --theory-only", "must be from 1e-75 to 1e+75 (got 1e-300)"),
    ],
)
def test_what_is_no_map_is_refused_in_one_line(actviz, tmp_path, words, said):
    result = actviz("map", *words.split())
    assert (result.code, result.out) == (2, "")
    assert said in result.complaint
    assert list(tmp_path.iterdir()) == []


def test_width_1_has_a_map_of_its_signal(actviz):
    result = actviz(*SMALL, "-w", "1", "--format", "csv")
    assert (result.code, result.err) == (0, "")


def test_pages_of_more_than_four_activations(actviz, tmp_path):
    words = ("-a", "relu,leaky_relu,identity,tanh,sigmoid", "--theory-only", "-d", "3")
    assert actviz("map", *words, "--std", "0.1..1:5").code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"actviz.png", "actviz-page-2.png"}


TRAINED = ("map", "tanh", "-w", "20", "-n", "20", "-d", "3", "--std", "0.2,2")


@pytest.fixture
def without_mnist(monkeypatch):
    """Nets learn digits where MNIST is not."""

    def nowhere():
        raise SpecError("MNIST is not here")

    monkeypatch.setattr("actviz.training.trying.find", nowhere)


def test_nets_are_trained_on_the_cells_and_drawn(actviz, without_mnist, tmp_path, monkeypatch):
    monkeypatch.setattr("actviz.sweeps.map_trying.cpus", lambda: 2)
    result = actviz(*TRAINED, "--train", "-o", "map.svg")
    assert result.code == 0
    took = r"\d+ (second|minute)s?"  # of the machine as it is
    said = rf"4 nets are trained, about {took} on 2 cores, at most {took}"
    assert re.fullmatch(said, result.complaint)
    assert "that are healthy train" in result.out
    drawn = (tmp_path / "map.svg").read_text(encoding="utf-8")
    assert re.search("Dots: nets trained on digits .64 inputs, 10 outputs., full at 80.?%", drawn)


@pytest.mark.heavy
def test_the_numbers_of_the_cells_have_those_of_their_nets(actviz, without_mnist, tmp_path):
    rows = list(csv.DictReader(StringIO(actviz(*TRAINED, "--train", "--format", "csv").out)))
    assert list(rows[0])[-6:] == ["chance", "trains", "accuracy", "rate", "step", "null_because"]
    assert [row["depth"] for row in rows if row["trains"]] == ["2", "3"] * 2
    for row in (one for one in rows if one["trains"]):
        assert (row["trains"].lower() == "true") == (float(row["accuracy"]) >= 0.8)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def stopped(monkeypatch):
    """Let Ctrl-C be pressed after so many nets."""
    from actviz.cli import map_nets

    whole = map_nets.train_each

    def after(count, stop=KeyboardInterrupt):
        def train_each(*given, **named):
            found = whole(*given, **named)
            for number, net in enumerate(found):
                if number == count:
                    found.close()
                    raise stop
                yield net

        monkeypatch.setattr(map_nets, "train_each", train_each)

    return after


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("stop", "code"), [(KeyboardInterrupt(), 130), (SystemExit(143), 143)], ids=str
)
def test_ctrl_c_keeps_the_nets_that_are_done(actviz, without_mnist, stopped, stop, code):
    stopped(3, stop)
    result = actviz(*TRAINED, "--train", "--format", "json", "-o", "map.svg")
    assert result.code == code
    assert result.err.splitlines()[1:] == [
        "actviz: 3 of 4 nets are done: they are kept in map.svg.part, and the same command with "
        "--resume goes on",
        "actviz: interrupted",
    ]
    plain = json.loads(result.out)
    assert (plain["trained"]["asked"], len(plain["trained"]["nets"])) == (4, 3)
    drawn = Path("map.svg").read_text(encoding="utf-8")
    assert re.search(
        "Dots: 3 of 4 (nets )?trained on digits .64 in.*, 10 out.*, full at 80.?%",
        drawn,
    )


def test_ctrl_c_before_any_net_is_done_leaves_the_map(actviz, without_mnist, stopped, tmp_path):
    stopped(0)
    result = actviz(*TRAINED, "--train", "-o", "map.png")
    assert result.code == 130
    assert result.err.splitlines()[1:] == ["actviz: interrupted"]
    assert result.out == actviz(*TRAINED, "-q", "chance", "-o", "map.png").out
    assert (tmp_path / "map.png").exists()


@pytest.mark.heavy
def test_nets_that_are_lost_are_named(actviz, without_mnist, monkeypatch):
    from actviz.simulation import processes

    real = processes.run

    def run(*given, watch=None, **named):
        for index, outcome in real(*given, watch=watch, **named):
            reason = "its worker died of it 2 times (SIGKILL)"
            failure = processes.Failure(index=index, reason=reason)
            yield index, failure if watch and index == 0 else outcome

    monkeypatch.setattr(processes, "run", run)
    result = actviz(*TRAINED, "--train")
    assert result.code == 1
    assert result.err.splitlines()[1:] == [
        "actviz: tanh with std=0.2, 2 layers of 20 is left: its worker died of it 2 times (SIGKILL)"
    ]
    assert "trained on digits: " in result.out


LONG = ("map", "tanh", "--train", "-w", "20", "-n", "20", "-d", "12", "--std", "0.01..2:6")


@pytest.mark.heavy
def test_a_process_that_is_interrupted_draws_what_it_has(command, tmp_path):
    """One that is pressed at a terminal: the whole group hears it, and nobody is left."""
    there = subprocess.Popen(
        command(*LONG, "--format", "json", "-o", "map.png", code=TOLD),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        env={**os.environ, "ACTVIZ_DATA_DIR": str(tmp_path / "nowhere")},
    )
    for line in there.stderr:
        if line == "a net is done\n":
            os.killpg(there.pid, signal.SIGINT)
            break
    out, err = there.communicate(timeout=60)
    assert there.returncode == 130, err
    trained = json.loads(out)["trained"]
    assert 1 <= len(trained["nets"]) < trained["asked"]
    done = len(trained["nets"])
    kept = "is done: it is kept in" if done == 1 else "are done: they are kept in"
    assert f"{done} of {trained['asked']} nets {kept}" in err
    assert "Traceback" not in err
    assert (tmp_path / "map.png").exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(there.pid, 0)


#: Run before the command: says when a net is done and noted, which is when the next is asked for.
TOLD = """
import sys
from actviz.cli import map_nets
whole = map_nets.train_each
def train_each(*given, **named):
    for net in whole(*given, **named):
        yield net
        print("a net is done", file=sys.stderr, flush=True)
map_nets.train_each = train_each
"""


@pytest.mark.parametrize("command", ["map", "phase"])
@pytest.mark.parametrize(
    "words", [("-n", "50"), ("--seed", "1"), ("--seeds", "5"), ("--memory-limit", "1GB")]
)
def test_what_only_simulated_stacks_have_is_refused_where_none_is(refused, command, words):
    line = refused(command, "tanh", "--theory-only", *words)
    assert "is of simulated stacks, and --theory-only simulates none" in line


@pytest.mark.parametrize("command", ["sweep", "map", "phase"])
@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("-a", "tanh,tanh"), "activation has tanh twice"),
        (("tanh", "-a", "tanh"), "activation has tanh twice"),
        (("-a", "silu,swish"), "activation has silu twice"),
        (("tanh", "--std", "0.1,0.1"), "std '0.1,0.1' has 0.1 twice"),
    ],
)
def test_what_is_named_twice_is_refused_by_all_that_vary_it(refused, command, words, what):
    assert what in refused(command, *words)


@pytest.mark.parametrize("command", [("map",), ("phase",), ("train", "digits"), ("plot", "tanh")])
def test_the_seed_that_is_refused_is_the_one_that_was_given(refused, command):
    line = refused(*command, "--seed", "9223372036854775806", "--seeds", "4")
    assert line == (
        "4 seeds from 9223372036854775806 on go beyond 9223372036854775807, the last one that "
        "there is: begin with 9223372036854775804 at most"
    )


def test_quantities_and_initializers_are_named_once_too(refused):
    assert refused("map", "-q", "signal,signal") == "quantity has signal twice: name it once"
    assert refused("sweep", "-i", "he,he") == "init has he twice: name it once"
