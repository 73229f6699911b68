"""A bar where somebody waits at a terminal, and nothing anywhere else."""

import os
import pty
import re
import subprocess
from pathlib import Path

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
