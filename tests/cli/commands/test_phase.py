"""``actviz phase``: a picture, rows, and what is refused before anything is done."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest
from counting import own_calls
from matplotlib.collections import PathCollection

from actviz.cli.commands import phase as command
from actviz.plot.charts.phase import plot_phase
from actviz.sweeps.phase_record import PhaseRecord, PhaseSpec, Plane

SMALL = ("phase", "tanh", "--std", "0.05..0.5:3", "--bias-std", "0..1:2", "-w", "20", "-d", "4")
THEORY = (*SMALL, "--theory-only")


def test_csv_has_a_row_for_each_point_and_each_stack(actviz):
    result = actviz(*SMALL, "--format", "csv")
    assert (result.code, result.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert [row["source"] for row in rows] == ["mean field"] * 6 + ["simulation"] * 6
    assert list(rows[0]) == [
        *("activation", "std", "bias_std", "width", "source", "gradient"),
        *("depth", "predicted", "chi", "q_star", "trainable_depth"),
    ]
    for row in rows[:6]:
        assert float(row["gradient"]) ** 2 == pytest.approx(float(row["chi"]))
    for row, told in zip(rows[6:], rows[:6], strict=True):
        assert (row["std"], row["bias_std"], row["depth"]) == (told["std"], told["bias_std"], "4")
        assert row["predicted"] == told["gradient"]
        assert 0 < float(row["gradient"]) < 10


def test_a_size_without_room_is_refused_before_the_stacks_are_run(actviz, monkeypatch):
    monkeypatch.setattr("actviz.sweeps.phase_making.simulate_each", pytest.fail)
    result = actviz(*SMALL, "--size", "1.5x1.5")
    assert (result.code, result.out) == (2, "")
    assert "no room for a panel" in result.err


def test_theory_alone_has_no_stacks(actviz):
    rows = list(csv.DictReader(io.StringIO(actviz(*THEORY, "-f", "csv").out)))
    assert [row["source"] for row in rows] == ["mean field"] * 6


@pytest.mark.parametrize("quantity", ["gradient", "cosine", "scale"])
def test_json_has_the_same_numbers_and_the_lines(actviz, quantity):
    words = (*THEORY, "-q", quantity)
    found = json.loads(actviz(*words, "-f", "json").out)
    rows = list(csv.DictReader(io.StringIO(actviz(*words, "-f", "csv").out)))
    (plane,) = found["planes"]
    numbers = [number for row in plane[quantity] for number in row]
    assert numbers == [float(row[quantity]) if row[quantity] else None for row in rows]
    assert "critical" in [line["line"] for line in plane["lines"]]
    again = found["phase"]
    again = {name: tuple(it) if isinstance(it, list) else it for name, it in again.items()}
    assert PhaseSpec(**again).to_dict() == found["phase"]


def test_the_table_says_where_the_edge_is(actviz, tmp_path):
    path = tmp_path / "phase.png"
    result = actviz("phase", "relu", "--theory-only", "-w", "50", "-o", str(path))
    assert path.read_bytes().startswith(b"\x89PNG")
    lines = [line.split() for line in result.out.splitlines() if line.startswith("relu")]
    assert [line[1] for line in lines] == ["0", "0.25", "0.5", "0.75", "1"]
    assert {line[-1] for line in lines} == {"0.200"}  # He's at 50 units
    assert "at 50 units: Xavier is 0.141, He is 0.200\n" in result.out
    assert str(path) in result.out


def test_the_table_has_the_quantity_s_own_weight_stds(actviz, tmp_path):
    """sqrt(q / (n E φ²)) for a size without a bias; tanh keeps every angle there."""
    words = ("phase", "tanh", "--theory-only", "-o", str(tmp_path / "phase.png"), "-q")

    def first(quantity):
        lines = actviz(*words, quantity).out.splitlines()
        return lines[0], next(line for line in lines if line.startswith("tanh")).split()[2:]

    heads, told = first("scale")
    assert "signal 0.1 at  signal 1 at  signal 10 at" in heads
    z = np.linspace(-12, 12, 20001)
    bell = np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
    stds = [s / np.sqrt(100 * (bell * np.tanh(s * z) ** 2).sum()) for s in (0.1, 1.0, 10.0)]
    assert [float(each) for each in told[1:]] == pytest.approx(stds, rel=5e-3)
    heads, told = first("cosine")
    assert heads.split()[-6:] == ["cosine", "0.9", "at", "cosine", "0.5", "at"]
    assert told == ["0.100", *["below", "everywhere"] * 2]


def test_a_cosine_that_rises_over_a_level_is_said_to_be_there(actviz, tmp_path):
    """GELU's does where signals no longer die out: 0.147 at 100 units."""
    words = ("phase", "gelu", "--theory-only", "-q", "cosine", "-o", str(tmp_path / "phase.png"))
    lines = [line.split() for line in actviz(*words).out.splitlines() if line.startswith("gelu")]
    edge, high, half = map(float, lines[0][2:])
    assert edge == pytest.approx(high, rel=0.02)
    assert 0.1 < half < edge
    assert lines[-1][3:] == ["above", "everywhere"] * 2


@pytest.mark.wide
@pytest.mark.parametrize("names", [("tanh",), ("sigmoid", "tanh", "relu", "gelu")], ids=len)
@pytest.mark.parametrize("size", ["slide", "half-slide", "column", "stage"])
def test_dots_stand_inside_of_their_frames(names, size):
    """The outermost too, with their rims; at even distances both ways."""
    spec = command._spec(command.PhaseOptions(activation=names))
    assert (len(spec.dot_stds), len(spec.dot_biases)) == (9, 5)
    planes = tuple(
        Plane(
            activation=activation,
            values=np.ones((len(spec.biases), len(spec.stds))),
            **dict.fromkeys(("chi", "q_star"), np.ones((len(spec.biases), len(spec.stds)))),
            **dict.fromkeys(("found", "predicted"), np.ones((5, 9))),
        )
        for activation in spec.activations
    )
    for figure in plot_phase(PhaseRecord(spec=spec, planes=planes), size=size):
        figure.draw_without_rendering()
        fields = [
            ax for ax in figure.axes if any(isinstance(c, PathCollection) for c in ax.collections)
        ]
        for ax in fields:
            (dots,) = (c for c in ax.collections if isinstance(c, PathCollection))
            at = ax.transData.transform(dots.get_offsets())
            radius = (dots.get_sizes()[0] ** 0.5 + dots.get_linewidths()[0]) / 2 * figure.dpi / 72
            box = ax.get_window_extent()
            assert (at - radius >= box.min).all()
            assert (at + radius <= box.max).all()


def test_the_bias_stds_of_the_table_are_those_of_the_diagram(actviz, tmp_path):
    """1.25 was printed as 1.2."""
    path = str(tmp_path / "phase.png")
    out = actviz("phase", "relu", "--theory-only", "--bias-std", "0..5", "-o", path).out
    lines = [line.split() for line in out.splitlines() if line.startswith("relu")]
    assert [line[1] for line in lines] == ["0", "1.25", "2.5", "3.75", "5"]


def test_dots_stand_at_round_bias_stds():
    spec = command._spec(command.PhaseOptions(activation=("tanh",)))
    assert spec.dot_biases == (0.1, 0.3, 0.5, 0.7, 0.9)


@pytest.mark.parametrize("quantity", ["gradient", "cosine"])
def test_theory_alone_asks_for_all_points_at_once(quantity):
    """Which is why it takes less than a second: a fixed point of its own for each took 400."""
    from actviz.sweeps.phase_making import make_phase

    spec = PhaseSpec(
        activations=("sigmoid", "tanh", "relu"),
        quantity=quantity,
        stds=tuple(0.005 * 1.045**n for n in range(144)),
        biases=tuple(n / 71 for n in range(72)),
    )
    assert own_calls(make_phase, spec) < 3 * 144 * 72 / 2  # not even one for every second point


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("tahn",), "tahn"),
        (("tanh", "-q", "chance"), "quantity"),
        (("tanh", "-q", "gradient,cosine"), "one quantity at a time: gradient, cosine, scale (got"),
        (("tanh", "--std=-1..1"), "is spaced by factors, and has an end that is not above 0"),
        (("tanh", "--std", "-0.5,0.5"), "std must be finite numbers > 0 (got -0.5)"),
        (("tanh", "--std", "1..0.1"), "std '1..0.1' falls from 1 to 0.1"),
        (("tanh", "--std", "0.1..0.1"), "std '0.1..0.1' asks for 288 values where there is one"),
        (("tanh", "--std", ""), "lacks a number"),
        (
            ("tanh", "--std", "0.1..1:1000000000"),
            "points are made, so take fewer, such as 0.001..3:60",
        ),
        (("tanh", "--bias-std", "1..0"), "bias_std '1..0' falls from 1 to 0"),
        (("tanh", "--bias-std=-1..1"), "bias_std must be finite numbers >= 0 (got -1)"),
        (("tanh", "--bias-std", "0..0"), "bias_std"),
        (("tanh", "--std", "1e153..1e155"), "std must be from 1e-75 to 1e+75 (got 1e+153)"),
        (("tanh", "--std", "1e-300..1"), "std must be from 1e-75 to 1e+75 (got 1e-300)"),
        (("tanh", "--bias-std", "0..1e200"), "bias_std must be from 1e-75 to 1e+75 (got 1.66667e"),
        (("tanh", "--bias-std", "0..x"), "bias_std '0..x' has 'x', which is no finite number"),
        (("tanh", "-d", "0"), "depth must be >= 2 (got "),
        (("tanh", "-d", "1"), "depth must be >= 2 (got "),
        (("tanh", "-w", "0"), "width must be >= 1 (got "),
        (("tanh", "-n", "1"), "samples must be >= 2 (got "),
        (("tanh", "--seeds", "0"), "seeds must be >= 1 (got "),
        (("tanh", "--seed=-1"), "seed"),
        (("tanh", "-d", "10000", "-w", "20000"), "this diagram simulates 450,000 layers"),
        (("tanh", "-f", "csv", "--theme", "dark"), "--theme is of a picture"),
    ],
)
def test_what_is_refused_in_one_line(actviz, tmp_path, monkeypatch, words, what):
    monkeypatch.chdir(tmp_path)
    result = actviz("phase", *words)
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert what in line
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_name_is_refused_before_matplotlib_is_imported():
    script = (
        "import sys, runpy; sys.argv = ['actviz', 'phase', 'tahn']\n"
        "try: runpy.run_module('actviz', run_name='__main__')\n"
        "except SystemExit as stop: print(stop.code, 'matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["2", "False"]
