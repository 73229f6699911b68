"""Bad input gets one line, exit code 2, and no work; a machine that refuses gets one line and 1."""

import os
import signal
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from actviz.cli import stacks

SPEC = ("--spec", "experiment.toml")

# what is wrong; a fragment of the line that says so
WRONG_STACKS = [
    ("-a rleu", "unknown activation 'rleu': did you mean 'relu'? actviz list has all"),
    ("-a ''", "unknown activation ''"),
    ("-a ＲＥＬＵ", "unknown activation"),
    ("-a relu,tahn", "unknown activation 'tahn': did you mean 'tanh'?"),
    ("-a he", "unknown activation 'he': did you mean '-i he'?"),
    ("rleu", "unknown activation 'rleu': did you mean 'relu'?"),
    ("std=0.1", "unknown activation 'std=0.1': did you mean '-i std=0.1'?"),
    ("experiment.toml", "did you mean '--spec experiment.toml'?"),
    ("record.json", "did you mean 'actviz diagnose --record record.json'?"),
    ("-a '\x1b[31mrelu'", "unknown activation '\\x1b[31mrelu'"),
    ("-i xaiver", "unknown initializer 'xaiver': did you mean 'xavier'?"),
    ("-i ''", "unknown initializer ''"),
    ("-i normal", "unknown initializer 'normal': did you mean 'std=0.01'? actviz list has all"),
    ("-i random", "unknown initializer 'random': did you mean 'std=0.01'? actviz list has all"),
    ("-i relu", "unknown initializer 'relu': did you mean '-a relu'?"),
    ("-i xavier,hee", "unknown initializer 'hee': did you mean 'he'?"),
    ("-i xavier,,he", "unknown initializer ''"),
    ("-i 0,01", "0,01: needs a plain decimal number with a point, 0.01; two are std=0,std=01"),
    ("-i -0.5", "-0.5: std must be a finite number >= 0 (got -0.5)"),
    ("--std he", "std=he: needs a plain decimal number"),
    ("--std -1", "std=-1: std must be a finite number >= 0 (got -1.0)"),
    ("--std nan", "std=nan: std must be a finite number >= 0 (got nan)"),
    ("--std 1,5", "1,5: needs a plain decimal number with a point, 1.5; two are --std 1 --std 5"),
    ("-i std", "std: needs a number"),
    ("-i std=", "std=: needs a number"),
    ("-i std=-1", "std must be a finite number >= 0 (got -1"),
    ("-i std=nan", "std must be a finite number >= 0 (got nan)"),
    ("-i std=inf", "std must be a finite number >= 0 (got inf)"),
    ("-i std=1e400", "std=1e400: "),
    ("-i std=１", "needs a plain decimal number"),
    ("-i std=0x10", "needs a plain decimal number"),
    ("-i std=1,5", "needs a plain decimal number with a point, 1.5; two are std=1,std=5"),
    ("-i uniform=1,5", "with a point, 1.5; two are uniform=1,uniform=5"),
    ("-i he(", "he(: write NAME"),
    ("-i he()", "he(): write he(gain=…)"),
    ("-i he=2", "he=2: takes no number"),
    ("-i he(gain=-1)", "gain must be a finite number >= 0 (got -1"),
    ("-i uniform=-1", "limit must be a finite number >= 0 (got -1"),
    ("-i uniform(low=1,high=0)", "low=1.0, high=0.0"),
    ("-i sparse=2", "sparsity must be"),
    ("-i variance_scaling(scale=-1,mode=fan_in,distribution=normal)", "scale"),
    ("-i std=0.01 --gain 2", "takes no gain"),
    ("-i he --gain -1", "gain must be a finite number >= 0 (got -1"),
    ("--gain nan", "--gain must be a finite number (got 'nan')"),
    ("-d 0", "depth must be >= 1 (got 0)"),
    ("-d -3", "depth must be >= 1 (got -3)"),
    ("-d 100001", "depth must be <= 100000 (got 100001)"),
    ("-d 5.0", "--depth must be an integer (got '5.0')"),
    ("-d 1_0", "--depth must be an integer (got '1_0')"),
    ("-d １０", "--depth must be an integer (got '１０')"),
    ("-d 1e3", "--depth must be an integer (got '1e3')"),
    ("-d 0x5", "--depth must be an integer"),
    ("-d ''", "--depth must be an integer (got '')"),
    (f"-d {'9' * 40}", f"depth must be <= 100000 (got {'9' * 40})"),
    (f"-d {'9' * 300}", "depth must be <= 100000 (got a number of about 10^"),
    (f"-d {'9' * 5000}", "--depth is too large: a number of 5,000 digits, where at most 300 are"),
    ("--layers 0", "depth must be >= 1 (got 0)"),
    ("--layers 5.0", "--depth must be an integer (got '5.0')"),
    ("-w 0", "width must be >= 1 (got 0)"),
    ("-w 10000001", "width must be <= 10000000"),
    ("-w 10000000", "lower width"),
    ("--widths 5,,4", "--widths must be integers with commas between them (got '5,,4')"),
    ("--widths 5,4,", "--widths must be integers with commas between them (got '5,4,')"),
    ("--widths '5 4'", "--widths must be integers with commas between them (got '5 4')"),
    ("--widths ''", "--widths must be integers with commas between them (got '')"),
    ("--widths 5,0", "width must be >= 1 (got 0)"),
    ("--widths 5,5 -d 2", "leave --depth out"),
    ("--widths 5,5 -w 5", "leave --width out"),
    ("--input-width 0", "input_width must be >= 1 (got 0)"),
    ("-n 0", "samples must be >= 1 (got 0)"),
    ("-n 10000000 -w 1000000", "lower width"),
    ("--bias-std -1", "bias_std must be a finite number >= 0 (got -1.0)"),
    ("--input-std 1e400", "--input-std must be a finite number (got '1e400')"),
    ("--input-distribution cauchy", "unknown input_distribution 'cauchy'"),
    ("--dtype float16", "unknown dtype 'float16': did you mean 'float64'?"),
    ("--rng spawn", "unknown rng 'spawn': did you mean 'spawned'?"),
    ("-s -1", "seed must be >= 0 (got -1)"),
    ("-s 1.5", "--seed must be an integer (got '1.5')"),
    (f"-s {2**63}", "seed must be <= 9223372036854775807"),
    (f"-s {2**32} --rng legacy", "seed must be <= 4294967295"),
    ("--bins 0", "bins must be >= 1 (got 0)"),
    ("--bins 1000000000", "bins must be <= 10000"),
    ("--range 1", "--range must be two finite numbers LOW,HIGH (got '1')"),
    ("--range 1,2,3", "--range must be two finite numbers LOW,HIGH (got '1,2,3')"),
    ("--range 1,", "--range must be two finite numbers LOW,HIGH (got '1,')"),
    ("--range nan,1", "--range must be two finite numbers LOW,HIGH (got 'nan,1')"),
    ("--range 0,inf", "--range must be two finite numbers LOW,HIGH (got '0,inf')"),
    ("--range 2,1", "range must be two finite numbers, low < high"),
    ("--range 1,1", "range must be two finite numbers, low < high"),
    ("--signal gradeint", "unknown signal 'gradeint'"),
    ("--dpeth 3", "no such option: --dpeth, did you mean --depth?"),
    ("-x", "no such option: -x; see actviz"),
    ("-d", "option '-d' requires an argument"),
    ("--spec missing.toml", "cannot read 'missing.toml': No such file or directory"),
    ("--spec ''", "cannot read '': No such file or directory"),
    ("--spec .", "cannot read '.': Is a directory"),
    ("--spec /dev/zero", "/dev/zero is not a regular file"),
]
WRONG_FIGURES = [
    ("-o ''", "the output's name is empty"),
    ("-o -", "the suffix of - must be .png or .svg or .pdf, and it has none"),
    ("-o figure", "the suffix of figure must be .png or .svg or .pdf, and it has none"),
    ("-o figure.xyz", "the suffix of figure.xyz must be .png or .svg or .pdf, not .xyz"),
    ("-o there", "there is a directory: name a file in it"),
    ("-o there.png", "there.png is a directory: name a file in it"),
    ("-o not-there/", "not-there/ is a directory: name a file in it"),
    ("-o not-there.png/", "not-there.png/ is a directory: name a file in it"),
    ("-o not-there/a.png", "not-there is not a directory: make it first"),
    ("-o a.toml/b.png", "a.toml is not a directory: make it first"),
    ("-o 'a\nb/c.png'", "a\\nb is not a directory"),
    ("-o '\udcff/c.png'", "\\udcff is not a directory"),
    ("-o /dev/full", "the suffix of /dev/full must be"),
    ("--style honset", "unknown style 'honset': did you mean 'honest'?"),
    ("--theme neon", "unknown theme 'neon'; known are light, dark, print"),
    ("--share-y rows", "unknown share-y 'rows': did you mean 'row'?"),
    ("--size slid", "did you mean 'slide'?"),
    ("--size ''", "unknown size ''; known are slide, "),
    ("--size 10x", ", WxH in inches, such as 10x5.6"),
    ("--size 0x0", "a size must be from 1.5 to 60 inches each way (got 0x0)"),
    ("--size 61x5", "a size must be from 1.5 to 60 inches each way (got 61x5)"),
    ("--size 1e9x1", "unknown size"),
    ("--size １０x5", "unknown size"),
    ("--dpi 0", "dpi must be from 20 to 1200 (got 0)"),
    ("--dpi nan", "--dpi must be a finite number (got 'nan')"),
    ("--dpi 1e9", "dpi must be from 20 to 1200 (got 1e+09)"),
    ("--dpi 1200", "lower --dpi or --size"),
    ("--dpi 1e9 -o figure.svg", "dpi must be from 20 to 1200"),
    ("--font Nowhere", "font 'Nowhere' is not installed"),
    ("--title 'a\x07b'", "the title has a character that is no text: '\\x07'"),
    ("--title '\udcff'", "the title has a character that is no text: '\\udcff'"),
    ("--title '\ufffe'", "the title has a character that is no text: '\\ufffe'"),
    ("--format csv", "no such option: --format"),
    ("--density=1", "option '--density' does not take a value"),
]
WRONG_NUMBERS = [
    ("--format xml", "unknown format 'xml'; known are table, csv, json"),
    ("-o numbers.csv", "no such option: -o; see actviz stats --help"),
]
WRONG_LISTS = [
    ("--width 0", "width must be >= 1 (got 0)"),
    ("--width 1.5", "--width must be an integer (got '1.5')"),
    ("--input-width 0", "input_width must be >= 1"),
    ("-a relu", "no such option: -a; see actviz list --help"),
    ("relu", "unexpected extra argument(s) (relu); see actviz list --help"),
]
WRONG = [
    *(("stats", words, fragment) for words, fragment in WRONG_STACKS + WRONG_NUMBERS),
    *(("plot", words, fragment) for words, fragment in WRONG_STACKS + WRONG_FIGURES),
    *(("list", words, fragment) for words, fragment in WRONG_LISTS),
    ("plto", "", "no such command 'plto'. Did you mean 'plot'?"),
    ("help", "", "no such command 'help'; see actviz --help"),
    ("--verison", "", "no such option: --verison, did you mean --version?"),
    ("-a", "relu", "no such option: -a; see actviz --help"),
]


def _split(words: str) -> list[str]:
    """Split at spaces, '' being an empty word and '…' one with spaces or what is no text."""
    if "'" in words:
        option, _, value = words.partition(" '")
        return [option, value.removesuffix("'")]
    return words.split()


@pytest.mark.parametrize(
    ("name", "words", "fragment"), WRONG, ids=[ascii(f"{a} {b}"[:60]) for a, b, _ in WRONG]
)
def test_bad_input_gets_one_line_and_no_work(refused, tmp_path, name, words, fragment):
    (tmp_path / "there").mkdir()
    (tmp_path / "there.png").mkdir()
    (tmp_path / "a.toml").touch()
    assert fragment in refused(name, *_split(words))


def test_a_nul_in_the_output_name(refused, tmp_path):
    (tmp_path / "experiment.toml").write_text('output = "a\\u0000.png"')
    assert "cannot be a file name" in refused("plot", *SPEC)


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "x" * 252 + ".png"])
def test_a_name_that_no_disk_holds(refused, name):
    assert "File name too long" in refused("plot", "-o", name, code=1)


def test_a_file_that_is_not_ours_to_write(refused, tmp_path, monkeypatch):
    (tmp_path / "figure.png").write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
    line = refused("plot", "-o", "figure.png", code=1)
    assert line == "cannot write figure.png: Permission denied"


def test_a_directory_that_is_not_ours_to_write(refused, monkeypatch):
    def refuse(path: str, mode: str = "r", *_: object) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("actviz.files.disk.open", refuse, raising=False)
    assert refused("plot", code=1) == "cannot write actviz.png: Permission denied"


def test_a_link_that_leads_nowhere(refused, tmp_path):
    (tmp_path / "link.png").symlink_to("not-there/figure.png")
    line = refused("plot", "-o", "link.png")
    assert line.startswith("link.png is a link to ")
    assert line.endswith("not-there is not a directory: make it first, or name another file")


def test_a_pipe_is_no_place_for_a_figure(refused, tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert "pipe.png is not a regular file" in refused("plot", "-o", "pipe.png")


def test_a_machine_with_no_more_memory(actviz, monkeypatch, small, tmp_path):
    def run(*_: object) -> None:
        raise MemoryError("Unable to allocate 1.19 GiB")

    monkeypatch.setattr(stacks, "simulate_specs", run)
    result = actviz("plot", *small)
    assert (result.code, result.out, list(tmp_path.iterdir())) == (1, "", [])
    assert result.complaint == (
        "out of memory: Unable to allocate 1.19 GiB; lower width or samples"
    )


def test_the_longest_legal_names_work(actviz, small, tmp_path):
    for name in ("x" * 251 + ".png", "图" * 83 + ".svg"):
        assert actviz("plot", *small, "-o", name).code == 0
        assert (tmp_path / name).stat().st_size > 0


# --- what stops a command half-way --------------------------------------------------------

#: Run before the command: says when the file is half-written, and waits there.
HALF_WRITTEN = """
import os, time
def fsync(number):
    print("half-written", flush=True)
    time.sleep(60)
os.fsync = fsync
"""

#: Run before the command: signal {0} arrives while the second layer is computed.
SIGNAL_IN_LAYER_2 = """
import os
from actviz.simulation.draws import Draws
layer = Draws.layer
def drawn(self, number):
    if number == 2:
        os.kill(os.getpid(), {0})
    return layer(self, number)
Draws.layer = drawn
"""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_while_simulating(process, tmp_path, small, number, code):
    result = process("stats", *small, code=SIGNAL_IN_LAYER_2.format(int(number)))
    assert (result.returncode, result.stdout) == (code, "")
    assert result.stderr == "actviz: interrupted\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_writing_leaves_the_old_file_whole(command, tmp_path, small, number, code):
    (tmp_path / "figure.svg").write_text("old")
    error = _stop_while_writing(command, tmp_path, small, number, code)
    assert error == "actviz: interrupted\n"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("figure.svg", "old")]


def test_kill_while_writing_leaves_the_old_file_whole(command, tmp_path, small):
    (tmp_path / "figure.svg").write_text("old")
    _stop_while_writing(command, tmp_path, small, signal.SIGKILL, -signal.SIGKILL)
    assert (tmp_path / "figure.svg").read_text() == "old"


def _stop_while_writing(
    command: Callable[..., list[str]], path: Path, small: tuple[str, ...], number: int, code: int
) -> str:
    words = command("plot", *small, "-o", "figure.svg", code=HALF_WRITTEN)
    with subprocess.Popen(
        words, cwd=path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == "half-written\n"
        child.send_signal(number)
        _, error = child.communicate(timeout=60)
    assert child.returncode == code
    return error


def test_a_full_disk_leaves_the_old_file_whole(process, tmp_path, small):
    (tmp_path / "figure.svg").write_text("old")
    # No file may grow beyond 2000 bytes.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    result = process("plot", *small, "-o", "figure.svg", code=limit)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "actviz: cannot write figure.svg: File too large\n"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("figure.svg", "old")]


def test_two_writers_of_one_file(process, command, tmp_path, small):
    words = command("plot", *small, "-o", "figure.svg")
    children = [subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [child.wait(60) for child in children] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["figure.svg"]
    assert (tmp_path / "figure.svg").read_text().rstrip().endswith("</svg>")


def test_a_link_stays_a_link_and_a_mode_stays_a_mode(actviz, small, tmp_path):
    (tmp_path / "target.png").write_bytes(b"old")
    (tmp_path / "target.png").chmod(0o640)
    (tmp_path / "link.png").symlink_to("target.png")
    assert actviz("plot", *small, "-o", "link.png").code == 0
    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "target.png").read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE((tmp_path / "target.png").stat().st_mode) == 0o640


def test_the_largest_stack_is_refused_before_any_work(refused):
    refused("stats", "-d", "100000", "-w", "10000000")


# --- stacks that end early ----------------------------------------------------------------


def test_the_fixture_refused_would_see_work(actviz, monkeypatch):
    # The fixture `refused` would see nothing if no command went through `simulate_specs`.
    monkeypatch.setattr(stacks, "simulate_specs", lambda *_: pytest.fail("work"))
    with pytest.raises(pytest.fail.Exception):
        actviz("stats")
