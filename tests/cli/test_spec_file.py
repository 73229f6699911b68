"""--spec: the options in a TOML file, checked as strictly, and overruled by the command line."""

import json
from pathlib import Path

import pytest
import typer

from actviz.cli import application
from actviz.cli.spec_file import KEYS, read_spec_file

EVERYTHING = """
activation = ["tanh", "relu"]
init = "he"
gain = 0.9
widths = [6, 4]
bias-std = 0.1
input_width = 3
samples = 5
input-distribution = "uniform"
input_std = 2
seed = 11
rng = "legacy"
dtype = "float32"
memory-limit = "2 GB"
bins = 7
range = [-1, 2.5]
signal = "preactivation"
"""
THE_SAME = (
    *("-a", "tanh", "-a", "relu", "-i", "he", "--gain", "0.9", "--widths", "6,4"),
    *("--bias-std", "0.1", "--input-width", "3", "-n", "5", "--input-distribution", "uniform"),
    *("--input-std", "2", "-s", "11", "--rng", "legacy", "--dtype", "float32", "--bins", "7"),
    *("--range", "-1,2.5", "--signal", "preactivation", "--memory-limit", "2 GB"),
)
FIGURE = """
view = "grid"
style = "honest"
size = "column"
theme = "dark"
share-y = "all"
density = false
log_y = true
title = "From a file"
font = "DejaVu Serif"
transparent = true
dpi = 50
output = "by-file.svg"
"""
THE_SAME_FIGURE = (
    *(
        "--view",
        "grid",
        "--style",
        "honest",
        "--size",
        "column",
        "--theme",
        "dark",
        "--share-y",
        "all",
        "--count",
    ),
    *("--log-y", "--title", "From a file", "--font", "DejaVu Serif", "--transparent"),
    *("--dpi", "50", "-o", "by-options.svg"),
)
SPEC = ("--spec", "experiment.toml")


@pytest.fixture
def spec_file(tmp_path: Path) -> Path:
    return tmp_path / "experiment.toml"


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_a_file_says_what_the_options_say(actviz, spec_file, form):
    spec_file.write_text(EVERYTHING + f'format = "{form}"\n' + FIGURE)
    by_file, by_options = actviz("stats", *SPEC), actviz("stats", *THE_SAME, "-f", form)
    assert (by_file.code, by_file.err, by_file.out) == (0, "", by_options.out)


def test_a_file_draws_what_the_options_draw(actviz, spec_file, tmp_path, monkeypatch):
    spec_file.write_text(EVERYTHING + FIGURE)
    monkeypatch.setattr("actviz.cli.look.typed_command", lambda context: "the command differs")
    assert actviz("plot", *SPEC).code == actviz("plot", *THE_SAME, *THE_SAME_FIGURE).code == 0
    by_file, by_options = (tmp_path / f"by-{name}.svg" for name in ("file", "options"))
    assert by_file.read_bytes() == by_options.read_bytes()
    assert "From a file" in by_file.read_text()


#: What `actviz diagnose` adds; tests/cli/commands/test_diagnose.py reads it from a file.
VERDICT = "\nrecord\nprofile\nremedies\nfail_on\nfail_under\nexplain"
#: Read from a file in tests/cli/commands/test_stats.py.
SEEDS = "\ngradients\neffective_rank\nunit_histograms\nseeds\nsummary"
#: Read from a file below.
LOOKS = "\npool\npanel\ntheory\nshow"
#: Read from a file in tests/cli/commands/test_plot_overview.py.
LOOKS += "\nnumbers\ncaption\nverdict\nbuild"


def test_the_keys_are_the_options():
    commands = typer.main.get_command(application()).commands  # type: ignore[attr-defined]
    options = {
        item.name for name in ("plot", "stats", "diagnose") for item in commands[name].params
    }
    assert set(KEYS) == options - {"spec", "named"}
    for key in KEYS:
        assert (
            f"\n{key}"
            in f"{EVERYTHING}{FIGURE}{VERDICT}{SEEDS}{LOOKS}\nformat\ndepth\nwidth\nstd".replace(
                "-", "_"
            )
        ), key


@pytest.mark.wide
@pytest.mark.parametrize(
    ("in_file", "words"),
    [
        ("init = 0.01", ("-i", "std=0.01")),
        ("init = 1", ("-i", "std=1")),
        ('init = "xavier,he"', ("-i", "xavier", "-i", "he")),
        ('init = [1e-5, "xavier,he"]', ("-i", "std=1e-05", "-i", "xavier", "-i", "he")),
        ("std = 0.01", ("-i", "std=0.01")),
        ('std = [1, 0.01]\ninit = "he"', ("-i", "std=1", "-i", "std=0.01", "-i", "he")),
        ("layers = 2", ("-d", "2")),
        ('activation = "relu,tanh"', ("-a", "relu", "-a", "tanh")),
    ],
)
def test_a_file_may_say_it_as_one_types_it(actviz, spec_file, in_file, words):
    spec_file.write_text(f'{in_file}\nsamples = 4\nwidth = 3\nformat = "json"')
    expected = actviz("stats", *words, "-n", "4", "-w", "3", "-f", "json")
    assert actviz("stats", *SPEC) == expected
    assert expected.code == 0


@pytest.mark.parametrize(
    ("in_file", "words", "expected"),
    [
        ('activation = "tanh"', ("-a", "relu"), {"activation": "relu"}),
        ('activation = "tanh"', ("relu",), {"activation": "relu"}),
        ("width = 5", ("--std", "0.5", "-i", "std=0.5"), {"init": "std=0.5"}),
        ("layers = 5", ("-d", "2"), {"depth": 2}),
        ("seed = 5", ("-s", "6"), {"seed": 6}),
        ("seed = 5", ("-s", "0"), {"seed": 0}),
        ("bias_std = 5", ("--bias-std", "0"), {"bias_std": 0.0}),
        ("range = [0, 1]", ("--range", "0,2"), {"range": [0.0, 2.0]}),
        ("widths = [3, 4]", ("--widths", "5,6,7"), {"width": [5, 6, 7], "depth": 3}),
        ("widths = [3, 4]", ("-w", "5"), {"width": 5, "depth": 5}),
        ("widths = [3, 4]", ("-d", "2"), {"width": 100, "depth": 2}),
        ("width = 3\ndepth = 2", ("--widths", "5"), {"width": [5], "depth": 1}),
        ("width = 3\ndepth = 2", ("-d", "4"), {"width": 3, "depth": 4}),
    ],
)
def test_the_command_line_wins(actviz, spec_file, in_file, words, expected):
    spec_file.write_text(f'{in_file}\nsamples = 4\ninit = "he"\nformat = "json"')
    if "activation" not in in_file:
        words = ("-a", "tanh", *words)
    record = json.loads(actviz("stats", *SPEC, *words).out)
    told = record["spec"] | record["measuring"]
    assert {name: told[name] for name in expected} == expected
    assert told["samples"] == 4


def test_the_command_line_switches_off_what_the_file_switches_on(
    actviz, spec_file, small, tmp_path, monkeypatch
):
    monkeypatch.setattr("actviz.cli.look.typed_command", lambda context: "the command differs")
    spec_file.write_text("log_y = true\ntransparent = true\ndensity = false")
    off = ("--no-log-y", "--no-transparent", "--density")
    assert actviz("plot", *small, *SPEC, *off, "-o", "a.svg").code == 0
    assert actviz("plot", *small, "-o", "b.svg").code == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"# nothing\n", b"\xef\xbb\xbfdepth = 1", b"depth = 1\r\nwidth = 2\r\n"]
)
def test_files_of_every_making_are_read(actviz, spec_file, content):
    spec_file.write_bytes(content)
    assert actviz("stats", *SPEC, "-n", "2", "-a", "relu", "-i", "he").code == 0


WRONG = [
    ("depth = nan", "depth must be a valid integer (got NaN)"),
    ("depth = true", "depth must be a valid integer (got true)"),
    ("depth = 5.0", "depth must be a valid integer (got 5.0)"),
    ("depth = 2024-01-01", 'depth must be a valid integer (got "2024-01-01")'),
    ("depth = '3'", 'depth must be a valid integer (got "3")'),
    ("depth = 0", "depth must be >= 1 (got 0)"),
    ("depth = 12345678901234567890", "depth must be <= 100000 (got 12345678901234567890)"),
    ("depth = " + "9" * 5000, "an integer of thousands of digits"),
    ("input_std = nan", "input_std must be a finite number (got NaN)"),
    ("input_std = -inf", "input_std must be a finite number (got -Infinity)"),
    ("input_std = 1e400", "input_std must be a finite number (got Infinity)"),
    ("input_std = true", "input_std must be a valid number (got true)"),
    ("input_std = -1", "input_std must be a finite number >= 0 (got -1.0)"),
    ("range = [1]", "range must be two finite numbers, low < high"),
    ("range = [1, 2, 3]", "range must be two finite numbers, low < high"),
    ("range = [2, 1]", "range must be two finite numbers, low < high"),
    ("range = '0,1'", 'range must be a valid list (got "0,1")'),
    ("range = [true, 2]", "range must be a valid number (got [true, 2])"),
    ("activation = []", "activation is an empty list"),
    ("activation = 3", "activation must be a valid string or a valid list (got 3)"),
    ("activation = ['relu', 3]", 'activation must be a valid string (got ["relu", 3])'),
    ("activation = {a = 1}", "activation must be a valid string or a valid list"),
    ("activation = 'rleu'", "unknown activation 'rleu': did you mean 'relu'?"),
    ("init = true", "init must be a valid string or a valid number or a valid list (got true)"),
    ("init = nan", "init must be a valid string or a finite number or a valid list (got NaN)"),
    ("init = ['he', -1]", "-1.0: std must be a finite number >= 0 (got -1.0)"),
    ("init = 'normal'", "unknown initializer 'normal': did you mean 'std=0.01'?"),
    ("std = 1e400", "std must be a valid string or a finite number or a valid list (got Infinity)"),
    ("std = 'he'", "std=he: needs a plain decimal number"),
    ("std = []", "std is an empty list"),
    ("layers = 5.0", "depth must be a valid integer (got 5.0)"),
    ("layers = 3\ndepth = 3", "depth is given twice, under two spellings"),
    ("activation = 'he'", "unknown activation 'he': did you mean '-i he'?"),
    ("init = ['he', 'xaiver']", "unknown initializer 'xaiver': did you mean 'xavier'?"),
    ("widths = [3, 0]", "width must be >= 1 (got 0)"),
    ("widths = [3.0]", "widths must be a valid integer (got [3.0])"),
    ("widths = []", "width must be an integer >= 1 or a sequence of them"),
    ("rng = 'x'", "unknown rng 'x'"),
    ("title = 3", "title must be a valid string (got 3)"),
    ("transparent = 'yes'", 'transparent must be a valid boolean (got "yes")'),
    ("dpi = inf", "dpi must be a finite number (got Infinity)"),
    ("depth = true\nwidth = 2.5", "depth must be a valid integer (got true); width must be"),
    ("dpeth = 3", "unknown key 'dpeth': did you mean 'depth'?"),
    ("Depth = 3", "unknown key 'Depth': did you mean 'depth'?"),
    ("share-yy = 'all'", "unknown key 'share-yy': did you mean 'share_y'?"),
    ("spec = 'other.toml'", "unknown key 'spec'"),
    ("[stack]\ndepth = 3", "unknown key 'stack'"),
    ("'a\\nb' = 1", "unknown key 'a"),
    ("bias-std = 1\nbias_std = 2", "bias_std is given twice, under two spellings"),
    ("depth = 3\ndepth = 4", "is not valid TOML: Cannot overwrite a value"),
    ("depth 3", "is not valid TOML: Expected '='"),
    ("a = " + "[" * 100_000, "is nested too deeply"),
    ("# " + "x" * 1_000_001, "is larger than 1 MB: no spec file"),
]


@pytest.mark.parametrize(("content", "fragment"), WRONG, ids=[ascii(c[:40]) for c, _ in WRONG])
def test_a_wrong_file_is_named_and_refused(refused, spec_file, content, fragment):
    spec_file.write_text(content)
    line = refused("stats", *SPEC)
    assert line.startswith("experiment.toml")
    assert fragment in line


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        ("depth = 2\nwidths = [3]", "leave --depth out"),
        ("seed = 4294967296\nrng = 'legacy'", "seed must be <= 4294967295"),
        ("range = [1.0, 1.0000000000000004]", "range"),
        ("width = 10000000", "GB of memory"),
        ("format = 'xml'", "unknown format 'xml'"),
    ],
)
def test_values_that_are_wrong_together_are_refused(refused, spec_file, content, fragment):
    spec_file.write_text(content)
    assert fragment in refused("stats", *SPEC)


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        ('title = "a\\u0000b"', "the title has a character that is no text: '\\x00'"),
        ('font = "a\\u0000b"', "is not installed"),
        ('output = "figure.xyz"', "the suffix of figure.xyz must be"),
        ('output = ""', "the output's name is empty"),
        ('theme = "neon"', "unknown theme 'neon'"),
        ("dpi = 0", "dpi must be from 20 to 1200"),
    ],
)
def test_a_figure_that_is_wrong_in_the_file_is_refused(refused, spec_file, content, fragment):
    spec_file.write_text(content)
    assert fragment in refused("plot", *SPEC)


@pytest.mark.parametrize("content", ["depth = 2".encode("utf-16"), b"title = '\xe9'", b"\xff"])
def test_text_that_is_not_utf_8(refused, spec_file, content):
    spec_file.write_bytes(content)
    assert refused("stats", *SPEC) == "experiment.toml is not UTF-8 text"


def test_a_range_is_judged_with_the_bins_of_its_file(actviz, spec_file):
    spec_file.write_text("range = [1.0, 1.0000000000000004]\nbins = 1\nsamples = 2\nwidth = 2")
    assert actviz("stats", *SPEC).code == 0


def test_a_gain_that_suits_the_initializer_of_the_command_line(actviz, spec_file):
    spec_file.write_text("gain = 2\nsamples = 2\nwidth = 2")
    assert actviz("stats", *SPEC, "-i", "he").code == 0
    assert "takes no gain" in actviz("stats", *SPEC).complaint


def test_a_file_may_ask_to_open_what_is_drawn(actviz, spec_file, small, monkeypatch):
    opened: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("typer.launch", lambda path: opened.append(path) or 0)
    spec_file.write_text("show = true")
    for words in ((), ("--no-show",)):
        assert actviz("plot", *small, *SPEC, "--dpi", "20", *words).code == 0
    assert opened == [str(spec_file.parent / "actviz.png")]


def test_looks_of_one_view_are_read_from_a_file(actviz, spec_file, tmp_path, monkeypatch):
    monkeypatch.setattr("actviz.cli.look.typed_command", lambda context: "the command differs")
    small = ("-a", "tanh", "-i", "he", "-n", "20", "-w", "5", "--dpi", "20")
    for in_file, words in (
        ('pool = "unit"\ntheory = false', ("--pool", "unit", "--no-theory")),
        (
            'view = "depth"\npanel = ["std", "rank"]',
            ("--view", "depth", "--panel", "std", "--panel", "rank"),
        ),
    ):
        spec_file.write_text(in_file + "\n")
        assert actviz("plot", *small, *SPEC, "-o", "a.png").code == 0
        assert actviz("plot", *small, *words, "-o", "b.png").code == 0
        assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_limit_of_memory_is_a_number_of_bytes_too(spec_file):
    spec_file.write_text("memory-limit = 2000000000\n")
    assert read_spec_file(str(spec_file)).memory_limit == "2000000000"
