"""The options: how numbers are read, what the help promises, and what a shell completes."""

import inspect
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

import actviz as api
from actviz.checks.making import make_baseline
from actviz.cli import application, look, names, options, stacks
from actviz.layers.activations import ACTIVATIONS
from actviz.layers.initializers import INITIALIZERS
from actviz.literature import stacks as literature
from actviz.records.measuring import REACH

COMMANDS = typer.main.get_command(application()).commands  # type: ignore[attr-defined]
OPTIONS = {name: {item.name: item for item in command.params} for name, command in COMMANDS.items()}


@given(st.integers(-(10**28), 10**28))
def test_every_integer_is_read(value):
    assert options.whole(str(value)) == value
    assert options.whole(f" {value} ") == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_read(value):
    assert options.decimal(repr(value)) == value


@given(st.text(max_size=12))
def test_no_text_is_read_in_two_ways(text):
    for read in (options.whole, options.decimal, options.wholes, options.decimals):
        try:
            value = read(text)
        except typer.BadParameter:
            continue
        # What is read is plain ASCII, with nothing that Python alone would take for a number.
        assert re.fullmatch(r"[\s0-9eE+.,-]+", text)
        assert "_" not in text
        assert value is not None


@pytest.mark.parametrize("text", ["1e400", "nan", "inf", "-inf", "0x1", "1_0", "١", "1e", "", "."])
def test_what_is_no_finite_number(text):
    with pytest.raises(typer.BadParameter, match="must be a finite number"):
        options.decimal(text)


@pytest.mark.parametrize(("text", "number"), [("80%", "0.8"), ("-2.5 %", "-0.025"), ("1e2%", "1")])
def test_of_a_percentage_the_number_is_named(text, number):
    with pytest.raises(typer.BadParameter, match=rf"^must be a number: {number} \(got "):
        options.decimal(text)


# --- from fields to options -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    depth: Annotated[int | None, options.Option("Layers.", panel="A", short="-d")] = None
    bias_std: Annotated[float | None, options.Option("Of b.", panel="A", default="0")] = None
    hidden: Annotated[bool | None, options.Option("For some.", panel="A")] = None
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run(_Shape):
    task: Annotated[str, typer.Argument(metavar="TASK")]
    seed: Annotated[int | None, options.Option("Of W.", panel="B")] = None
    bias_std: Annotated[float | None, options.Option("Last.", panel="B", metavar="STD")] = None
    hidden: bool | None = None
    init: Annotated[tuple[str, ...] | None, options.Option("Law.", panel="B")] = None
    widths: Annotated[tuple[int, ...] | None, options.Option("Units.", panel="B")] = None
    range: Annotated[tuple[float, float] | None, options.Option("Ends.", panel="B")] = None
    log_y: Annotated[bool | None, options.Option("Heights.", panel="B")] = None


@pytest.fixture
def given_to_a_command():
    """What a command of such options is called with, and typer's command itself."""
    calls: list[tuple[_Run, typer.Context]] = []

    def work(options: _Run, context: typer.Context) -> None:
        """Do it."""
        calls.append((options, context))

    made = typer.Typer()
    made.command()(options.command(work))
    command = typer.main.get_command(made)

    def call(*words: str) -> _Run:
        command(words, standalone_mode=False)
        (found, context) = calls.pop()
        assert context.command is command
        return found

    return call, command


def test_a_field_is_an_option_where_it_was_declared_last(given_to_a_command):
    _, command = given_to_a_command
    told = {item.name: (item.opts, item.secondary_opts, item.metavar) for item in command.params}
    told = {name: it for name, it in told.items() if "completion" not in name and name != "help"}
    assert list(told.items()) == [
        ("depth", (["-d", "--depth"], [], "N")),
        ("task", (["task"], [], "TASK")),
        ("seed", (["--seed"], [], "N")),
        ("bias_std", (["--bias-std"], [], "STD")),
        ("init", (["--init"], [], "NAME")),
        ("widths", (["--widths"], [], "N,N,…")),
        ("range", (["--range"], [], "LOW,HIGH")),
        ("log_y", (["--log-y"], ["--no-log-y"], "")),
    ]
    assert command.help == "Do it."


def test_a_command_gets_its_options_as_typed_values(given_to_a_command):
    call, _ = given_to_a_command
    assert call("t") == _Run(task="t")
    words = [
        "t",
        "-d",
        "3",
        "--bias-std",
        "1",
        "--init",
        "he",
        "--init",
        "ones",
        "--widths",
        "4,5",
        "--range",
        "0,2",
        "--no-log-y",
    ]
    assert call(*words) == _Run(
        task="t",
        depth=3,
        bias_std=1.0,
        init=("he", "ones"),
        widths=(4, 5),
        range=(0.0, 2.0),
        log_y=False,
    )
    for wrong in ("--hidden", "--depth=x", "--range=1"):
        with pytest.raises(typer.exceptions.TyperException):
            call("t", wrong)


# --- what the help promises ---------------------------------------------------------------


def _promise(item: typer.core.TyperOption) -> str | None:
    found = re.search(r"\[default: (.*)\]\[/dim\]$", item.help or "")
    return found[1] if found else None


@pytest.mark.parametrize("name", ["plot", "stats"])
def test_the_defaults_in_the_help_are_those_of_the_spec(name):
    spec = api.StackSpec(activation="relu", init="he")
    fields = ("depth", "width", "samples", "bias_std", "input_distribution", "input_std")
    for field in (*fields, "dtype", "seed", "rng", "bins"):
        value = getattr(api.Measuring() if field == "bins" else spec, field)
        expected = f"{value:g}" if isinstance(value, float) else str(value)
        assert _promise(OPTIONS[name][field]) == expected
    assert _promise(OPTIONS[name]["activation"]) == ", ".join(names.DEFAULT_ACTIVATIONS)
    assert _promise(OPTIONS[name]["init"]) == ", ".join(stacks.DEFAULT_INITIALIZERS)
    assert f"or {REACH:g} input stds" in (_promise(OPTIONS[name]["range"]) or "")
    assert spec.input_width is None
    assert spec.shapes[0] == (spec.width, spec.width)
    assert _promise(OPTIONS[name]["input_width"]) == "the first layer's width"


#: Defaults that are said in words, and options that have none.
IN_WORDS = {"range", "input_width", "title", "dpi", "effective_rank", "gradients", "seeds"}
IN_WORDS |= {"panel", "signal", "view", "numbers", "memory_limit"}
WITHOUT = {"gain", "widths", "spec", "std", "named", "build"}
SWITCHES = {"density": "--density", "log_y": "--no-log-y", "transparent": "--no-transparent"}
MORE_SWITCHES = {
    "unit_histograms": "--no-unit-histograms",
    "summary": "--no-summary",
    "show": "--no-show",
    "explain": "--no-explain",
    "theory": "--theory",
}


#: What is drawn where no view is named takes these, the sheet all others.
OF_THE_OVERVIEW = {"numbers", "caption", "verdict"}


@pytest.mark.parametrize(("name", "view"), [("plot", "overview"), ("plot", "sheet"), ("stats", "")])
def test_naming_a_default_changes_nothing(actviz, tmp_path, monkeypatch, name, view):
    monkeypatch.setattr(look, "typed_command", lambda context: "the command differs")
    base = ["-a", "relu", "-i", "he", "-n", "9", "-w", "4"]
    base += ["--view", view] if view else []
    base += ["--dpi", "20"] if name == "plot" else []

    def result(*words: str) -> object:
        shown = actviz(name, *base, *words)
        assert (shown.code, shown.err) == (0, "")
        if name == "stats":
            return shown.out
        return (tmp_path / "actviz.png").read_bytes()

    expected = result()
    named = {}
    told = OPTIONS[name].keys() - IN_WORDS - WITHOUT - {"activation", "init", "samples", "width"}
    if view == "sheet":
        told -= OF_THE_OVERVIEW
    if view == "overview":
        told -= {"density", "log_y", "pool", "share_y", "theory"}
    for option in sorted(told):
        item = OPTIONS[name][option]
        promise = _promise(item)
        assert promise, option
        switches = SWITCHES | MORE_SWITCHES
        named[option] = (
            (switches[option],) if option in switches else (max(item.opts, key=len), promise)
        )
    together = [word for words in named.values() for word in words]
    # One by one only to say which it is.
    wrong = result(*together) != expected and [
        option for option, words in named.items() if result(*words) != expected
    ]
    assert wrong is False


def test_the_switches_promise_what_they_do():
    assert {name: _promise(OPTIONS["plot"][name]) for name in SWITCHES} == {
        "density": "density",
        "log_y": "no",
        "transparent": "no",
    }


@pytest.mark.parametrize("name", ["plot", "stats", "list"])
def test_the_help_has_every_option_and_examples(actviz, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "200")
    shown = actviz(name, "--help").out
    for item in OPTIONS[name].values():
        flags = [item.metavar] if item.name == "named" else item.opts + item.secondary_opts
        assert set(flags) <= set(re.findall(r"-{1,2}[a-z][a-z-]*|ACTIVATION", shown))
        assert item.name in WITHOUT or name == "list" or "[default: " in (item.help or "")
    assert "Examples:" in shown
    assert f"actviz {name}" in shown.split("Examples:")[1]


@pytest.mark.wide
@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_nothing_in_the_help_is_cut_or_names_a_type(actviz, monkeypatch, name, width):
    monkeypatch.setenv("COLUMNS", str(width))
    asked = [name] if name else []
    printed = actviz(*asked, "--help").out
    shown = printed.replace("[ARGS]...", "")
    assert max(map(len, shown.splitlines())) <= width
    # A metavar such as N,N,… and the dots of the usage are no cuts.
    assert not re.search(r"(?<![\],])(?:…|\.\.\.)", shown)
    assert not re.search(r"<\w+|\[\[", shown)
    assert "\\b" not in shown
    assert width == 80 or actviz(*asked, "-h").out == printed
    if not name:
        for command in COMMANDS.values():
            assert (command.help or "").partition("\n")[0] in shown


def test_a_paragraph_of_the_help_is_broken_at_the_terminals_width_alone(actviz, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert "moment q = 1, one gain keeps that second moment, another" in actviz("gain", "-h").out


def _examples() -> list[str]:
    texts = [command.epilog or "" for command in COMMANDS.values()]
    return [line for text in texts for line in text.splitlines() if line.startswith("actviz ")]


def _tried_by_nobody_else() -> list[object]:
    """Those of the README and of docs/, to a file or not, are run by the tests of these."""
    root = Path(__file__).parents[2]
    pages = [root / "README.md", *(root / "docs").iterdir()]
    lines = [line for page in pages for line in page.read_text(encoding="utf-8").splitlines()]
    told = {*lines, *(line.partition(" -o ")[0] for line in lines)}
    return [
        pytest.param(example, marks=pytest.mark.heavy) if "train" in example else example
        for example in _examples()
        if example not in told
    ]


@pytest.mark.wide
@pytest.mark.parametrize("example", _tried_by_nobody_else())
def test_the_examples_of_the_help_work(actviz, monkeypatch, example):
    if "--all" in example:  # all are drawn in `docs/test_named_figures`
        few = {name: literature.FIGURES[name] for name in ("saito-relu-he", "symmetry-ones")}
        monkeypatch.setattr(literature, "FIGURES", few)
        monkeypatch.setattr("actviz.literature.trained.TRAINED_FIGURES", {})
        monkeypatch.setattr("actviz.literature.nets.NET_FIGURES", {})
    words = example.partition(" > ")[0].partition(" | ")[0].split()[1:]
    prepare(words, monkeypatch)
    if "--merge" in words:  # of two parts, and not of ten
        small = ["--std", "0.1,1", "-d", "2", "-w", "20", "-n", "20", "-o", "rows.csv"]
        assert {actviz("sweep", *small, "--part", part).code for part in ("1/2", "2/2")} == {0}
        parts = sorted(map(str, Path().glob("rows.csv.part-*-of-2")))
        words = ["sweep", "--merge", *parts, "-o", "rows.csv"]
    for part in " ".join(words).split(" && actviz "):
        result = actviz(*part.split())
        assert (result.code, result.err) == (0, "")


def prepare(words, monkeypatch):
    """Make the files that an example names, and small what it need not do in full."""
    monkeypatch.syspath_prepend(".")
    stack = {"activation": "relu", "init": "he", "samples": 20, "width": 20, "depth": 2}
    if "baselines" in " ".join(words):
        os.makedirs("baselines")
        api.save_baseline(make_baseline(api.StackSpec(**stack)), "baselines/relu-he.json")
        words[:] = ["baselines/relu-he.json" if "*" in word else word for word in words]
    if "record.json" in words:
        api.save(api.simulate(**stack), "record.json")
    if any(word.startswith("mymodule:") for word in words):
        text = "def squareplus(x):\n    return (x + (x * x + 4) ** 0.5) / 2\n"
        Path("mymodule.py").write_text(text)
    if "X.npy" in words:
        rng = np.random.default_rng(0)
        x = rng.standard_normal((40, 3))
        np.save("X.npy", x)
        np.save("y.npy", (x[:, 0] > 0).astype(int))
    if words[0] in ("theory", "baseline"):
        words[1:1] = ["--samples", "50"]
        if "100" in words:
            words[words.index("100")] = "8"
        if "&&" not in words:  # the last one counts
            words += ["--seeds", "2" if words[0] == "theory" else "8"]
    if words[0] == "theory":
        words += ["--width", "100"]
    if "--seeds" in words and words[0] in ("plot", "stats"):
        words[words.index("--seeds") + 1] = "2"
        words += ["--samples", "50"]
    if words[0] in ("sweep", "map", "phase") and "--merge" not in words:
        few = ":12" if "--part" in words else ":2"  # values, of 16 and more
        words[:] = [re.sub(r":\d{2,}$", few, word) for word in words]
        words += ["--width", "10"]
        if "--theory-only" not in words:  # which has no samples
            words += ["--samples", "10"]
        if words[0] != "sweep":
            words += ["--depth", "5"]
    if words[0] in ("map", "phase"):
        words += ["--std", "0.1..1:3"]
    if words[0] == "phase":
        words += ["--bias-std", "0..1:3"]
    if words[0] in ("plot", "figure", "map", "phase") and "--format" not in words:
        words += ["--dpi", "20"]
    if words[0] in ("plot", "stats", "diagnose") and "--record" not in words:
        words += ["--samples", "50"]
    if "mnist" in words:
        pytest.skip("needs the network; tests/training has the downloads")


def test_the_examples_are_there():
    assert len(_examples()) >= 6


def test_options_are_the_same_for_every_command():
    for name in OPTIONS["plot"].keys() & OPTIONS["stats"].keys():
        plot, stats = OPTIONS["plot"][name], OPTIONS["stats"][name]
        assert (plot.opts, plot.help, plot.metavar) == (stats.opts, stats.help, stats.metavar)
    for name in OPTIONS["list"]:
        assert OPTIONS["list"][name].opts == OPTIONS["plot"][name].opts


def test_every_field_of_a_spec_is_an_option():
    names = {*inspect.signature(api.StackSpec).parameters, *api.Measuring.__dataclass_fields__}
    # A view asks for single values, and for what it reads; nobody types that.
    assert names - {"measuring", "statistics", "unit_sample"} <= set(OPTIONS["stats"])


# --- what a shell completes ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "start", "expected"),
    [
        ("activation", "s", ["sigmoid", "selu", "silu", "softplus", "softsign", "swish"]),
        ("activation", "", list(ACTIVATIONS)),
        (
            "init",
            "xavier_",
            ["xavier_normal", "xavier_uniform", "xavier_fan_in", "xavier_truncated_normal"],
        ),
        ("init", "", list(INITIALIZERS)),
        ("input_distribution", "u", ["uniform"]),
        ("init", "0.1,he,lec", [f"0.1,he,{it}" for it in INITIALIZERS if it.startswith("lec")]),
        ("rng", "", ["spawned", "legacy"]),
        ("dtype", "float3", ["float32"]),
        ("signal", "pre", ["preactivation"]),
        ("style", "", ["honest", "textbook"]),
        ("size", "", ["slide", "half-slide", "column", "two-column", "textbook", "stage"]),
        ("theme", "d", ["dark"]),
        ("share_y", "", ["row", "column", "all", "none"]),
        ("format", "", ["table", "csv", "json"]),
    ],
)
def test_names_are_completed(option, start, expected):
    name = "stats" if option == "format" else "plot"
    item = OPTIONS[name][option]
    context = typer.Context(COMMANDS[name])
    assert [found.value for found in item.shell_complete(context, start)] == expected


def test_a_completion_says_whose_xavier_it_is():
    item = OPTIONS["plot"]["init"]
    found = item.shell_complete(typer.Context(COMMANDS["plot"]), "lecun")
    assert found[0].value == "lecun"
    assert found[0].help == (
        "N(0, 1/fan_in); LeCun et al. 1998; the Xavier of Saito, CS231n and Caffe"
    )
