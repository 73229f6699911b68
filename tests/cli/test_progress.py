"""A bar where somebody waits at a terminal, and nothing anywhere else."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from actviz.cli import progress

#: Run before the command: each layer takes a while, and patience is short.
SLOW = """
import time
from actviz.cli import progress
from actviz.simulation import stacks
progress.PATIENCE = 0.05
summaries = stacks.summaries
def slowly(*given):
    time.sleep(0.05)
    return summaries(*given)
stacks.summaries = slowly
"""


def _on_a_terminal(words: list[str], cwd: Path) -> tuple[int, str]:
    """Return the exit code, and all that a process wrote to a terminal."""
    controller, terminal = pty.openpty()
    child = subprocess.Popen(
        words, cwd=cwd, stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True
    )
    os.close(terminal)
    written = b""
    while True:
        try:
            chunk = os.read(controller, 65536)
        except OSError:  # Linux's way to say that the other side is closed
            break
        if not chunk:
            break
        written += chunk
    os.close(controller)
    return child.wait(60), written.decode()


def _screen(written: str) -> list[str]:
    """Return the lines that a terminal shows in the end."""
    lines, row, column = [""], 0, 0
    for token in re.findall(r"\x1b\[\??\d*(?:;\d+)*[A-Za-z]|\r|\n|[^\x1b\r\n]+", written):
        if token == "\r":
            column = 0
        elif token == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif token == "\x1b[2K":
            lines[row] = ""
        elif token == "\x1b[1A":
            row -= 1
        elif not token.startswith("\x1b"):
            lines[row] = (
                lines[row].ljust(column)[:column] + token + lines[row][column + len(token) :]
            )
            column += len(token)
    return [line.rstrip() for line in lines]


def test_quick_work_shows_no_bar(command, small, tmp_path):
    code, written = _on_a_terminal(command("stats", *small), tmp_path)
    assert code == 0
    assert "\x1b" not in written


def test_slow_work_shows_a_bar_and_leaves_nothing_behind(command, small, tmp_path):
    words = ("stats", *small, "-d", "6", "--format", "csv")
    code, written = _on_a_terminal(command(*words, code=SLOW), tmp_path)
    assert code == 0
    assert "/6" in written
    shown = _screen(written)
    assert shown[0].startswith("activation,init,")
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h") == 1
    assert not any("━" in line for line in shown)


def test_slow_work_without_a_terminal_shows_no_bar(process, small):
    result = process("stats", *small, "-d", "6", code=SLOW)
    assert (result.returncode, result.stderr) == (0, "")


# --- where there is no terminal -----------------------------------------------------------


class Clock:
    """Time that goes by when it is told to."""

    def __init__(self, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr(progress.time, "monotonic", lambda: self.now)


def test_long_work_says_at_times_how_far_it_is(monkeypatch, capsys):
    """Ten a minute, of 100: from 30 s on, and every 30 s; what was there before took no time."""
    clock = Clock(monkeypatch)
    with progress.meter("stacks") as meter:
        for done in range(40, 101):
            meter.show(done, 100)
            clock.now += 6
    said = capsys.readouterr().err.splitlines()
    assert said[:3] == [
        "actviz: 45 of 100 stacks, about 6 minutes left",
        "actviz: 50 of 100 stacks, about 5 minutes left",
        "actviz: 55 of 100 stacks, about 5 minutes left",
    ]
    assert len(said) == 60 * 6 // 30


def test_quick_work_says_nothing(monkeypatch, capsys):
    clock = Clock(monkeypatch)
    with progress.meter("layers") as meter:
        for done in range(30):
            meter.show(done, 30)
            clock.now += 0.99
    assert capsys.readouterr() == ("", "")


def test_a_pace_that_is_not_known_is_not_guessed(monkeypatch, capsys):
    clock = Clock(monkeypatch)
    meter = progress.Meter("stacks")
    clock.now += 45
    meter.show(1, 3)
    assert capsys.readouterr().err == "actviz: 1 of 3 stacks\n"


@pytest.mark.parametrize("command", ["map", "phase"])
def test_how_long_many_stacks_take_is_said_beforehand(actviz, monkeypatch, command):
    from actviz.sweeps import size

    theory = (command, "relu", "-w", "9", "-d", "3", "--std", "0.1,1", "-o", "a.svg")
    words = (*theory, "-n", "9")
    assert actviz(*words).err == ""
    monkeypatch.setattr(size, "_LAYER", 9.0)
    making = f"actviz.sweeps.{command}_making.{command}_slowdown"
    monkeypatch.setattr(making, lambda spec: 1.0)
    monkeypatch.setattr("actviz.simulation.cores.cpus", lambda: 2)
    said = actviz(*words).complaint
    assert re.fullmatch(
        r"this (map|diagram) simulates \d+ layers of 9 units, about \d+ (seconds|minutes) on 2 "
        "cores",
        said,
    )
    # A machine that is busy takes longer.
    monkeypatch.setattr(making, lambda spec: 60.0)
    assert _minutes(actviz(*words).complaint) == pytest.approx(60 * _minutes(said), rel=0.1)
    assert actviz(*theory, "--theory-only").err == ""


def _minutes(said):
    count, unit = re.search(r"about (\d+) (seconds|minutes|hours)", said).groups()
    return int(count) * {"seconds": 1 / 60, "minutes": 1, "hours": 60}[unit]


@pytest.mark.parametrize("command", ["map", "phase"])
def test_a_few_stacks_of_the_map_itself_are_tried(command):
    """Which take as long as they take; of each kind of map."""
    from actviz.cli.commands.map import MapOptions
    from actviz.cli.commands.map import _spec as map_of
    from actviz.cli.commands.phase import PhaseOptions
    from actviz.cli.commands.phase import _spec as phase_of
    from actviz.sweeps import map_making, phase_making

    size = {"named": ("relu",), "depth": 3, "width": 9, "samples": 9}
    if command == "map":
        for asked in ({}, {"quantity": ("chance",)}, {"quantity": ("signal",)}):
            assert map_making.map_slowdown(map_of(MapOptions(**size, **asked))) > 0
    else:
        for quantity in ("gradient", "cosine"):
            asked = PhaseOptions(**size, quantity=quantity)
            assert phase_making.phase_slowdown(phase_of(asked)) > 0
