"""actviz figure: the figures of the literature drawn, listed and verified; and --view of plot."""

import json
import os
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from PIL import Image

from actviz import FIGURES, literature
from actviz.errors import SpecError
from actviz.plot import views
from actviz.plot.views import VIEWS, get_view, plot_named
from actviz.simulation import simulate_many

NAME = "saito-relu-he"
BOTH = [f"{NAME}-honest.png", f"{NAME}-textbook.png"]


def info(path):
    with Image.open(path) as image:
        return image.info


def test_the_list_names_every_figure(actviz):
    result = actviz("figure", "--list")
    assert result.code == 0
    assert [line.split()[0] for line in result.out.splitlines()[2:]] == [*FIGURES]
    rows = json.loads(actviz("figure", "--list", "--format", "json").out)
    assert rows == [{"name": f.name, "line": f.line, "source": f.source} for f in FIGURES.values()]
    one = json.loads(actviz("figure", NAME, "--list", "--format", "json").out)
    assert [row["name"] for row in one] == [NAME]


def test_a_name_is_drawn_in_both_versions(actviz, tmp_path):
    result = actviz("figure", NAME)
    assert (result.code, result.err) == (0, "")
    assert sorted(os.listdir(tmp_path)) == BOTH == sorted(result.out.split())
    for name in BOTH:
        assert info(name)["Comment"] == f"actviz figure {NAME}"
    honest, textbook = (json.loads(info(name)["actviz"])[0]["range"] for name in BOTH)
    assert (honest, textbook) == (None, [0.0, 1.0])


def test_each_file_says_the_command_that_makes_it_alone(actviz, tmp_path):
    names = (NAME, "saito-tanh-xavier")
    result = actviz("figure", *names, "--theme", "dark", "-o", "all", "--style", "honest")
    assert result.code == 0
    for name in names:
        path = tmp_path / "all" / f"{name}-honest.png"
        command = info(path)["Comment"]
        assert command == f"actviz figure {name} --theme dark --style honest"
        assert actviz(*command.split()[1:]).code == 0
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_all_draws_each_of_them(actviz, tmp_path, monkeypatch):
    few = {name: FIGURES[name] for name in ("symmetry-ones", "saito-relu")}
    monkeypatch.setattr(literature, "FIGURES", MappingProxyType(few))
    assert actviz("figure", "--all", "-o", "new/deep").code == 0
    found = sorted(path.name for path in (tmp_path / "new" / "deep").iterdir())
    assert found == sorted(f"{name}-{style}.png" for name in few for style in views.STYLES)
    assert info(tmp_path / "new/deep/saito-relu-honest.png")["Comment"] == (
        "actviz figure saito-relu"
    )


@pytest.mark.parametrize("view", [*VIEWS])
@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_a_view_alone_in_another_format(actviz, tmp_path, view, suffix):
    options = ("--view", view, "--format", suffix, "--size", "column", "--signal", "preactivation")
    assert actviz("figure", "saito-sigmoid", *options).code == 0
    version = "honest" if view == "grid" else view
    assert os.listdir(tmp_path) == [f"saito-sigmoid-{version}.{suffix}"]


def test_verify_prints_published_and_obtained(actviz, tmp_path):
    result = actviz("figure", NAME, "--verify")
    assert result.code == 0
    count = len(FIGURES[NAME].numbers)
    assert f"{count} of {count} numbers are within their tolerance" in result.out
    assert "OFF" not in result.out
    assert "0.560951" in result.out
    rows = json.loads(actviz("figure", NAME, "--verify", "--format", "json").out)
    first = rows[0]
    assert first["ok"]
    assert first["published"] == 0.560950642886
    assert first["difference"] == first["obtained"] - first["published"]
    assert os.listdir(tmp_path) == []


def test_a_number_that_is_off_is_named_and_exits_with_1(actviz, monkeypatch):
    row = FIGURES[NAME]
    wrong = replace(row.numbers[3], value=row.numbers[3].value * 1.01)
    planted = replace(row, numbers=(*row.numbers[:3], wrong, *row.numbers[4:]))
    monkeypatch.setattr(literature, "FIGURES", MappingProxyType({NAME: planted}))
    result = actviz("figure", NAME, "--verify")
    assert result.code == 1
    assert result.out.count("OFF") == 1
    assert f"{len(row.numbers) - 1} of {len(row.numbers)} numbers" in result.out
    rows = json.loads(actviz("figure", NAME, "--verify", "--format", "json").out)
    assert [row["ok"] for row in rows].index(False) == 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("saito-relu-eh",), "did you mean 'saito-relu-he'"),
        (("lenet",), "unknown figure 'lenet'"),
        ((), "name a figure, or give --all"),
        ((NAME, "--all"), "not both"),
        ((NAME, "--view", "ridges"), "did you mean 'ridge'"),
        ((NAME, "--style", "faithful"), "unknown style 'faithful'"),
        ((NAME, "--style", "textbook", "--view", "ridge"), "goes with view grid"),
        ((NAME, "--signal", "gradient"), "unknown signal 'gradient'"),
        ((NAME, "--theme", "drak"), "did you mean 'dark'"),
        ((NAME, "--size", "slid"), "did you mean 'slide'"),
        ((NAME, "--format", "gif"), "unknown format 'gif'"),
        ((NAME, "--format", "json"), "unknown format 'json'"),
        (("--list", "--format", "png"), "unknown format 'png'"),
        ((NAME, "--dpi", "5000"), "dpi must be"),
        ((NAME, "-o", ""), "name is empty"),
        ((NAME, "-o", "relu.png"), "names a directory"),
        ((NAME, "-o", "file"), "is a file"),
        ((NAME, "-o", "file/below"), "is a file"),
        ((NAME, "-o", "a\0b"), "NUL"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_done(refused, tmp_path, words, says):
    (tmp_path / "file").write_text("mine")
    assert says in refused("figure", *words)
    assert os.listdir(tmp_path) == ["file"]


def test_a_directory_that_must_not_be_written_to(actviz, tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "there")
    result = actviz("figure", NAME, "-o", "there/new")
    assert (result.code, result.complaint) == (1, "cannot write to there: permission denied")
    assert os.listdir(tmp_path / "there") == []


# --- plot --view --------------------------------------------------------------------------------

STARTS = {
    "grid": "Grid of histograms",
    "overlay": "Overlaid histograms",
    "ridge": "Ridges of histograms",
    "depth": "Mean, spread and quantiles",
}


@pytest.mark.parametrize("view", [*VIEWS])
@pytest.mark.parametrize(
    "shape",
    [(), ("--depth", "1"), ("--width", "1"), ("--samples", "1"), ("--depth", "100", "-w", "4")],
)
def test_plot_takes_every_view_in_every_shape(actviz, small, view, shape):
    result = actviz("plot", *small, *shape, "--view", view)
    assert (result.code, result.err) == (0, "")
    assert STARTS[view] in info("actviz.png")["Description"]
    assert f"--view {view}" in info("actviz.png")["Comment"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--view", "dept"), "did you mean 'depth'"),
        (("--view", "depth", "--log-y"), "goes with view grid, overlay or ridge"),
        (("--view", "depth", "--count"), "goes with view grid, overlay or ridge"),
        (("--view", "depth", "--share-y", "all"), "goes with view grid, overlay or ridge"),
        (("--view", "overlay", "--style", "textbook"), "goes with view grid"),
    ],
)
def test_what_does_not_go_together_says_what_does(refused, small, words, says):
    assert says in refused("plot", *small, *words)


def test_a_view_from_a_file(actviz, small, tmp_path):
    (tmp_path / "spec.toml").write_text('view = "ridge"\nactivation = "tanh"\n')
    assert actviz("plot", *small[4:], "--spec", "spec.toml").code == 0
    assert STARTS["ridge"] in info("actviz.png")["Description"]


# --- the room behind them -----------------------------------------------------------------------


def test_a_view_that_is_not_of_a_signal_names_those_that_are(monkeypatch):
    rows = dict(VIEWS) | {"ridge": replace(VIEWS["ridge"], signals=("preactivation",))}
    monkeypatch.setattr(views, "VIEWS", MappingProxyType(rows))
    with pytest.raises(SpecError, match="activation goes with view grid, overlay or depth"):
        get_view("ridge", signal="activation")
    assert get_view("RIDGE", signal="preactivation").name == "ridge"


@pytest.mark.parametrize("name", ["saito-relu-he", "cs231n-tanh-xavier", "glorot-bengio-6"])
def test_each_layout_is_drawn_in_both_styles(name):
    row = FIGURES[name]
    small = tuple(replace(spec, width=20, input_width=20, samples=30) for spec in row.specs)
    row = replace(row, specs=small)
    textbook = plot_named(row, simulate_many(row.specs), style="textbook")
    honest = plot_named(row, simulate_many(row.honest_specs))
    assert [record.spec for record in textbook.records] == [*row.specs]
    assert [record.spec for record in honest.records] == [*row.honest_specs]
    titles = [ax.get_title() for ax in textbook.axes]
    expected = {"row": 0, "row-and-trends": 1, "overlay": 0}[row.layout]
    assert titles.count("layer std") == titles.count("layer mean") == expected
    assert titles.count("1-layer") == (row.layout != "overlay")
