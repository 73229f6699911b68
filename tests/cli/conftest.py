"""The command line in this process (fast) and in one of its own (streams, signals, exit codes)."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from actviz.cli import run, stacks
from actviz.files import images

#: Dots per inch.
COARSE = 30
#: A stack that takes no time.
SMALL = ("-a", "relu", "-i", "he", "-d", "2", "-w", "5", "-n", "5")


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on standard error."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("actviz: ")
        return lines[0].removeprefix("actviz: ")


Run = Callable[..., Result]
Process = subprocess.CompletedProcess[str]


@pytest.fixture(scope="session", autouse=True)
def one_tree_of_commands():
    """Let typer build the commands once: where one is refused, that is most of its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", cache(typer.main.get_command))
        yield


@pytest.fixture
def sharp() -> None:
    """For tests of how many dots a PNG has where nobody says it."""


@pytest.fixture(autouse=True)
def coarse(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw few dots where nobody says how many: two megapixels are a third of a command's time."""
    if "sharp" in request.fixturenames:
        return
    write = images.write_figure

    def written(*about: Any, dpi: float | None = None, **more: Any) -> None:
        write(*about, dpi=COARSE if dpi is None else dpi, **more)

    monkeypatch.setattr(images, "write_figure", written)


@pytest.fixture
def small() -> tuple[str, ...]:
    return SMALL


@pytest.fixture
def actviz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Run:
    """Run a command in this process, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    def call(*arguments: str) -> Result:
        code = run(arguments)
        return Result(code, *capsys.readouterr())

    return call


@pytest.fixture
def refused(actviz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run a command that must be refused before any work, and return its one line."""

    def work(*_: object) -> None:
        raise AssertionError("work was done before the check")

    def call(*arguments: str, code: int = 2) -> str:
        before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
        with monkeypatch.context() as patch:
            patch.setattr(stacks, "simulate_specs", work)
            result = actviz(*arguments)
        assert (result.code, result.out) == (code, ""), result.err
        assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before
        return result.complaint

    return call


@pytest.fixture
def command() -> Callable[..., list[str]]:
    """What starts a process that runs the Python `code` and then the command."""

    def build(*arguments: str, code: str = "", python: tuple[str, ...] = ()) -> list[str]:
        program = f"{code}\nfrom actviz.cli import main\nmain()"
        return [sys.executable, *python, "-c", program, *arguments]

    return build


@pytest.fixture
def process(tmp_path: Path, command: Callable[..., list[str]]) -> Callable[..., Process]:
    """Run a command in a process of its own, in an empty directory."""

    def call(
        *arguments: str,
        code: str = "",
        python: tuple[str, ...] = (),
        env: Mapping[str, str | None] | None = None,
        **settings: Any,
    ) -> Process:
        changed = {**os.environ, **(env or {})}
        defaults = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "encoding": "utf-8",
            "cwd": tmp_path,
            "timeout": 120,
            "env": {name: value for name, value in changed.items() if value is not None},
        }
        return subprocess.run(
            command(*arguments, code=code, python=python), **(defaults | settings)
        )

    return call
