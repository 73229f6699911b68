"""The world outside: no home, other encodings, odd characters, full streams, an early Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

import actviz as package
from actviz import record_from_arrays, save
from actviz.cli import run

# --- no home folder -----------------------------------------------------------------------

#: A user who is a number without a name, as in a container.
NOBODY = """
import os, pwd
def unknown(number):
    raise KeyError(number)
pwd.getpwuid = unknown
for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR"):
    os.environ.pop(name, None)
"""


def test_without_a_home_one_line_says_what_to_name(process):
    result = process("train", "mnist", code=NOBODY, env={"ACTVIZ_DATA_DIR": None})
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "actviz: there is no home folder for MNIST: name a folder with --data-dir or "
        "ACTVIZ_DATA_DIR\n"
    )


def test_without_a_home_the_named_folder_is_asked(process, tmp_path):
    result = process("train", "mnist", code=NOBODY, env={"ACTVIZ_DATA_DIR": str(tmp_path)})
    assert result.returncode == 2
    assert f"MNIST is not in {tmp_path} (" in result.stderr


def test_a_picture_needs_no_home(process, tmp_path, small):
    result = process("plot", *small, code=NOBODY)
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "actviz.png").exists()


# --- JSON ---------------------------------------------------------------------------------

LABEL = "Schicht 层 \u001b[31m"
JSON = [
    ("stats", "-a", "relu", "-i", "he", "-d", "1", "-w", "3", "-n", "3", "-f", "json"),
    ("stats", "-a", "relu", "-i", "he", "-d", "1", "--seeds", "2", "--summary", "-f", "json"),
    ("diagnose", "-a", "sigmoid", "-i", "xavier", "-w", "10", "-n", "20", "-f", "json"),
    ("diagnose", "--record", "record.json", "-f", "json"),
    (
        "theory",
        "-a",
        "relu",
        "-i",
        "he",
        "-d",
        "1",
        "-w",
        "3",
        "-n",
        "3",
        "--seeds",
        "2",
        "-f",
        "json",
    ),
    ("map", "relu", "--theory-only", "-d", "3", "--std", "0.1..1:3", "-f", "json"),
    ("gain", "relu", "-f", "json"),
    ("check", "--against", "record.json", "record.json.baseline", "--kind", "exact", "-f", "json"),
    ("figure", "--list", "--format", "json"),
    ("figure", "--verify", "saito-relu-he", "--format", "json"),
    ("train", "circles", "--steps", "2", "-f", "json"),
    ("sweep", "-a", "relu", "-i", "he", "-d", "2", "-w", "5", "-n", "5", "-f", "json"),
]


@pytest.fixture
def labelled(tmp_path):
    """A Record whose label and layers are somebody's, and its baseline."""
    record = record_from_arrays({LABEL: [[1.0, 2.0], [3.0, 5.0]]}, label=LABEL)
    save(record, tmp_path / "record.json")
    package.save_baseline(package.Baseline.of([record]), tmp_path / "record.json.baseline")
    return tmp_path


#: Every command once, and one of them in every encoding.
ENCODED = [(words, "ascii") for words in JSON]
ENCODED += [(JSON[0], encoding) for encoding in ("latin-1", "utf-8", "cp1252", "utf-16", "cp037")]


@pytest.mark.wide
@pytest.mark.parametrize(("words", "encoding"), ENCODED)
def test_json_is_ascii_or_utf8_whatever_standard_output_is(
    words, encoding, labelled, monkeypatch, capfdbinary
):
    monkeypatch.chdir(labelled)
    with open(os.dup(1), "w", encoding=encoding, closefd=True) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert run(words) in (0, 1)
        stream.flush()
    out = capfdbinary.readouterr().out
    if encoding == "utf-16":
        out = out.removeprefix("".encode("utf-16"))  # which the stream writes when it is opened
    assert json.loads(out.decode("utf-8" if encoding == "utf-8" else "ascii"))


# --- odd characters -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("diagnose", "--record", "record.json"),
        ("diagnose", "--record", "record.json", "-f", "json"),
        ("check", "record.json.baseline", "--against", "moved.json", "--kind", "exact"),
    ],
    ids=" ".join,
)
def test_no_label_commands_the_terminal(actviz, labelled, words):
    moved = record_from_arrays({LABEL: [[1.0, 2.0], [3.0, 6.0]]}, label=LABEL)
    save(moved, labelled / "moved.json")
    result = actviz(*words)
    for text in (result.out, result.err):
        assert not [char for char in text if unicodedata.category(char) == "Cc" and char != "\n"]
    assert "层" in result.out + result.err


#: What has no shape, or no meaning, in a title.
ODD = [
    char
    for char in map(chr, range(0x110000))
    if unicodedata.category(char) in ("Cf", "Zl", "Zp") or char == "\ue000"
]


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png"])
def test_a_title_may_hold_what_no_font_has(actviz, small, tmp_path, suffix):
    assert "\ufeff" in ODD
    result = actviz("plot", *small, "--title", f"a{'b'.join(ODD)}c", "-o", f"a.{suffix}")
    assert result.code == 0
    assert (tmp_path / f"a.{suffix}").stat().st_size > 1000


# --- files --------------------------------------------------------------------------------


def test_a_folder_for_a_baseline_is_made_and_the_file_named(actviz, tmp_path):
    words = ("baseline", "-a", "tanh", "-i", "std=0.2", "-d", "1", "-w", "20", "-n", "10")
    assert actviz(*words, "-o", "new/er/").code == 0
    assert [path.name for path in (tmp_path / "new" / "er").iterdir()] == ["tanh-std=0.2.json"]
    assert actviz("check", "new/er/tanh-std=0.2.json").code == 0


def test_a_file_of_the_user_s_does_not_take_a_library_s_place(process, tmp_path):
    for name in ("rich", "typing_extensions", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(99)")
    (tmp_path / "mine.py").write_text("import numpy as np\ndef f(x): return np.tanh(x)\n")
    # -P: as the installed command, which does not begin with the current folder.
    result = process("gain", "mine:f", python=("-P",))
    assert (result.returncode, result.stderr) == (0, "")
    assert "mine:f" in result.stdout


# --- streams and signals --------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", [("stats", "--wrong"), ("stats", "-a", "rleu")])
def test_a_full_standard_error_changes_no_exit_code(process, words):
    with open("/dev/full", "w") as full:
        assert process(*words, stderr=full).returncode == 2


START = "from actviz.__main__ import start\nstart()"


def test_ctrl_c_while_it_starts_is_one_line():
    """Sent by an import in the middle of the command line's own."""
    code = (
        "import os, signal, sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", f"{code}{START}", "stats"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (result.returncode, result.stdout) == (130, "")
    assert result.stderr == "actviz: interrupted\n"


def test_the_installed_command_starts_there():
    from importlib.metadata import entry_points

    (found,) = entry_points(group="console_scripts", name="actviz")
    assert found.value == "actviz.__main__:start"


@pytest.mark.parametrize("words", [("stats", "-d", "2", "-n", "5"), ("stats", "-d", "0")])
def test_nothing_looks_for_cycles_in_what_is_left_at_the_end(words):
    """Looking through it, when the interpreter ends, took a seventh of `actviz plot`'s time."""
    code = (
        "import atexit, gc, sys\n"
        "end = lambda: print(gc.get_freeze_count(), len(gc.get_objects()), file=sys.stderr)\n"
        "atexit.register(end)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", f"{code}{START}", *words], capture_output=True, text=True
    )
    left, looked_through = map(int, result.stderr.splitlines()[-1].split())
    assert left > 10_000 > 1000 > looked_through


# --- what nobody has thought of ---------------------------------------------------------------


@pytest.fixture
def broken(monkeypatch):
    from actviz.cli import stacks

    def fail(*_):
        raise RuntimeError("first line\nand second")

    monkeypatch.setattr(stacks, "simulate_specs", fail)


def test_an_unexpected_error_is_one_line_and_its_own_exit_code(actviz, small, broken):
    result = actviz("stats", *small)
    assert (result.code, result.out) == (70, "")
    assert result.complaint == (
        "unexpected error, RuntimeError: first line and second: run it with --debug and report "
        "what that prints"
    )


@pytest.mark.parametrize("first", [True, False])
def test_debug_prints_its_traceback(actviz, small, broken, first):
    words = ("--debug", "stats", *small) if first else ("stats", *small, "--debug")
    result = actviz(*words)
    assert result.code == 70
    assert result.err.startswith("Traceback (most recent call last):")
    assert 'raise RuntimeError("first line' in result.err
    assert result.err.splitlines()[-1].endswith("first line and second: please report it")


def test_debug_changes_nothing_else(actviz, small):
    assert actviz("stats", *small, "--debug").out == actviz("stats", *small).out


def test_the_version_is_the_installed_one(actviz):
    assert actviz("--version").out == f"actviz {package.__version__}\n"
