"""What is done with a figure's file: it is opened where there is a display."""

import os
import sys

import pytest
from PIL import Image

DRAW = ("plot", "relu", "-i", "he", "-d", "2", "-w", "5", "-n", "5", "--dpi", "20")


@pytest.fixture
def opened(monkeypatch):
    """The files that the desktop was asked to open."""
    found: list[str] = []

    def launch(path: str) -> int:
        assert os.path.getsize(path) > 0
        found.append(path)
        return 0

    monkeypatch.setattr("typer.launch", launch)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return found


@pytest.mark.parametrize("name", ["actviz.png", "-a.png", "a b.svg"])
def test_the_file_that_was_written_is_opened(actviz, opened, tmp_path, name):
    result = actviz(*DRAW, "--show", f"--output={name}")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith(f"\n{name}\n")
    assert opened == [str(tmp_path / name)]


def test_nothing_is_opened_unasked(actviz, opened):
    for words in ((), ("--no-show",)):
        assert actviz(*DRAW, *words).code == 0
    assert opened == []


def test_a_shell_without_a_display_is_told_so(actviz, opened, monkeypatch):
    monkeypatch.delenv("DISPLAY")
    result = actviz(*DRAW, "--show")
    assert (result.code, opened) == (0, [])
    assert result.complaint == "actviz.png is written and not shown: there is no display here"
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert actviz(*DRAW, "--show").err == ""
    monkeypatch.delenv("WAYLAND_DISPLAY")
    monkeypatch.setattr(sys, "platform", "darwin")  # which has one without a variable
    assert actviz(*DRAW, "--show").err == ""
    assert len(opened) == 2


def test_a_desktop_that_opens_nothing_is_no_failure(actviz, opened, monkeypatch):
    monkeypatch.setattr("typer.launch", lambda path: 127)
    result = actviz(*DRAW, "--show")
    assert result.code == 0
    assert result.complaint == "actviz.png is written and not shown: no program here opens it"


def test_no_program_to_open_with(process, monkeypatch):
    """Not substituted: what typer does where there is no xdg-open."""
    result = process(*DRAW, "--show", env={"DISPLAY": ":0", "PATH": "/nowhere"})
    assert result.returncode == 0
    if sys.platform == "linux":
        assert result.stderr.endswith("written and not shown: no program here opens it\n")


def test_a_stack_that_overflows_is_opened_too(actviz, opened):
    result = actviz("plot", "identity", "-i", "1e200", "-w", "5", "-n", "5", "--show")
    assert (result.code, len(opened)) == (3, 1)


def test_what_a_figure_says_of_its_command_is_the_same(actviz, opened):
    for words in (("--show", "-o", "a.png"), ("-o", "b.png")):
        actviz(*DRAW, *words)
    with Image.open("a.png") as a, Image.open("b.png") as b:
        assert a.info["Comment"] == b.info["Comment"] == f"actviz {' '.join(DRAW)}"


def test_the_picture_of_a_training_is_opened(actviz, opened, refused, tmp_path):
    few = ("train", "circles", "-i", "zeros", "--steps", "2")
    assert actviz(*few, "--dpi", "20", "--show").code == 0
    assert actviz(*few, "--dpi", "20", "--show", "-f", "csv", "-o", "a.png").code == 0
    assert opened == [str(tmp_path / "actviz.png"), str(tmp_path / "a.png")]
    assert "--show is of a picture" in refused(*few, "--show", "-f", "csv")
