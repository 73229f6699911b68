"""The process: exit codes, streams, environment; and that each command works in one."""

import os
import re
import subprocess
import sys

import pytest

from actviz.cli import application
from actviz.cli.output import print_table

COMMANDS = ("plot", "figure", "stats", "diagnose", "list")


def test_one_process_a_command(process, small, tmp_path):
    for words in (("plot", *small), ("stats", *small), ("list",)):
        result = process(*words, python=("-W", "error"))
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["actviz.png"]


def test_python_m_is_the_same(process):
    words = [sys.executable, "-m", "actviz", "--version"]
    assert subprocess.run(words, capture_output=True, encoding="utf-8", check=True).stdout == (
        process("--version").stdout
    )


def test_version(actviz):
    result = actviz("--version")
    assert (result.code, result.err) == (0, "")
    assert re.fullmatch(r"actviz \d+\.\d+\.\d+\S*\n", result.out)


def test_the_version_of_the_package(actviz):
    import actviz as package

    assert actviz("--version").out == f"actviz {package.__version__}\n"


WRONG = [
    *("plot rleu", "plot -i normal", "plot --depth 0", "plot --spec missing.toml"),
    *("plot --view ridgy", "plot --theme drak", "plot --size slied", "plot --style textbok"),
    *("plot -o a.jpg", "train circles --view los", "figure saito-relu --size slied"),
]


def test_a_wrong_name_is_refused_before_matplotlib_is_imported(tmp_path):
    """One after the other in one process, until one of them imports it."""
    code = (
        "import sys\nfrom actviz.cli import run\n"
        f"for words in {WRONG}:\n"
        "    assert run(words.split()) == 2, words\n"
        "    assert f'actviz.cli.commands.{words.split()[0]}' in sys.modules, words\n"
        "    assert 'matplotlib' not in sys.modules, words\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr
    assert len(result.stderr.splitlines()) == len(WRONG)


def test_nothing_at_all_shows_the_help_and_is_a_mistake(actviz):
    result = actviz()
    assert result.code == 2
    assert result.complaint == "no command given: actviz plot is a good start"
    assert all(f" {name} " in result.out for name in COMMANDS)


def test_exit_codes_of_a_process(process):
    assert process("stats", "-d", "0").returncode == 2
    assert process("stats", "-a", "identity", "-i", "std=1e200").returncode == 3


def test_the_runner_of_typer_sees_the_same_commands():
    from typer.testing import CliRunner

    result = CliRunner().invoke(application(), ["list"])
    assert result.exit_code == 0
    assert "kaiming" in result.output


# --- streams ------------------------------------------------------------------------------

#: typer prints the help by itself, we the rest.
PRINTING = [("plot", "--help"), ("stats", "-w", "2", "-n", "2")]


@pytest.mark.parametrize("words", PRINTING)
def test_standard_output_on_a_full_disk(process, words):
    with open("/dev/full", "w") as full:
        result = process(*words, stdout=full)
    assert result.returncode == 1
    assert result.stderr == "actviz: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("words", PRINTING)
def test_whoever_read_went_away(process, words):
    reading, writing = os.pipe()
    os.close(reading)
    result = process(*words, stdout=writing)
    os.close(writing)
    assert (result.returncode, result.stderr) == (141, "")


def test_a_figure_is_written_though_nobody_reads_what_is_said(process, small, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    assert process("plot", *small, stdout=writing).returncode == 141
    os.close(writing)
    assert (tmp_path / "actviz.png").stat().st_size > 0


def test_closed_streams(command, tmp_path):
    def closed(redirection: str) -> subprocess.CompletedProcess[str]:
        shell = ["sh", "-c", f'exec "$@" {redirection}', "sh", *command("--version")]
        return subprocess.run(shell, cwd=tmp_path, capture_output=True, encoding="utf-8")

    result = closed(">&-")
    assert (result.returncode, result.stderr) == (1, "actviz: standard output is closed\n")
    assert (closed(">&- 2>&-").returncode, closed("<&- 2>&-").returncode) == (1, 0)


def test_standard_error_that_takes_nothing(process):
    with open("/dev/full", "w") as full:
        assert process("stats", "-d", "0", stderr=full).returncode == 2


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        (("list",), "ascii:strict"),
        (("plot", "--help"), "ascii:strict"),
        (("list",), "utf-8"),
    ],
)
def test_characters_that_the_stream_cannot_hold(process, words, encoding):
    env = {"PYTHONIOENCODING": encoding}
    result = process(*words, env=env, encoding=encoding.partition(":")[0])
    assert (result.returncode, result.stderr) == (0, "")
    assert ("─" in result.stdout) == (encoding == "utf-8")


def test_a_name_that_is_no_utf8(process, small, tmp_path):
    name = os.fsdecode(b"\xff.svg")
    result = process("plot", *small, "-o", name)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("\n\\udcff.svg\n")
    assert os.listdir(os.fsencode(tmp_path)) == [b"\xff.svg"]


# --- environment --------------------------------------------------------------------------


def test_no_home_no_display_no_cache_and_no_backend(process, small):
    env = {"DISPLAY": None, "MPLBACKEND": "nonsense", "MPLCONFIGDIR": None}
    nowhere = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), "/proc")
    result = process("plot", *small, env=env | nowhere, python=("-W", "error"))
    assert (result.returncode, result.stderr) == (0, "")


def test_a_working_directory_that_is_gone(actviz, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gone").mkdir()
    os.chdir("gone")
    (tmp_path / "gone").rmdir()
    result = actviz("plot", *small)
    assert (result.code, result.out) == (1, "")
    assert result.complaint == "cannot write actviz.png: No such file or directory"
    assert actviz("stats", *small).code == 0


class _Terminal:
    """Standard output on a terminal, for `print_table`."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


HEADS = ("name", "also", "std", "a share", "what it does")
CELLS = [
    ("he", "kaiming_normal, kaiming", "1.49×10³⁰⁰", ">99%", "keeps its scale"),
    ("std=0.01", "", "−3", "0%", "fades away from layer to layer, and then nothing is left"),
]


@pytest.mark.parametrize("width", range(1, 121, 7))
def test_no_terminal_is_too_narrow_for_a_number(monkeypatch, width):
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(width))
    print_table(HEADS, CELLS, numbers=("std", "a share"), expendable=("a share",))
    shown, _, note = terminal.text.partition("(the terminal is too narrow for a share)")
    gone = ("a share", ">99%", "0%") if note else ()
    for cell in {"name", "std", "a share", "he", "std=0.01", "1.49×10³⁰⁰", "−3", ">99%"} - {*gone}:
        assert cell in shown
    # Texts may be wrapped but lose nothing.
    kept = "".join(cell for line in (HEADS, *CELLS) for cell in line if cell not in gone)
    assert sorted("".join(shown.replace("─", "").split())) == sorted("".join(kept.split()))


def test_completion_knows_the_names(process):
    def offers(words: str) -> list[str]:
        env = {"_ACTVIZ_COMPLETE": "complete_bash", "COMP_WORDS": words}
        env["COMP_CWORD"] = str(len(words.split(" ")) - 1)
        result = process(env=env)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout.split()

    assert offers("actviz plot -a s") == [
        *("sigmoid", "selu", "silu", "softplus", "softsign", "swish")
    ]
    assert offers("actviz st") == ["stats"]
    assert "--log-y" in offers("actviz plot --")
