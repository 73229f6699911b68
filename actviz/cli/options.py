"""The options, defined once: they are the same for every command where they mean the same.

A default of None means "not given": the value then comes from the file of ``--spec``, and else
from `StackSpec`.
"""

import re
from collections.abc import Callable
from math import isfinite
from typing import Annotated, Any

import typer

from actviz.lookup import lookup

_STACK = "The stacks: every activation with every initializer"
_INPUT = "Their input and their numbers"
_BINS = "The histograms"
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MOST_DIGITS = 30


def whole(text: str) -> int:
    """Read an integer in plain ASCII digits: not 5.0, 1_000 or 1e3."""
    if not _INTEGER.fullmatch(text.strip()):
        raise typer.BadParameter(f"must be an integer (got {_shown(text)})")
    if len(text.strip()) > _MOST_DIGITS:
        raise typer.BadParameter(f"is too large: a number of {len(text.strip())} digits")
    return int(text)


def number(text: str) -> float:
    """Read a finite decimal number in plain ASCII."""
    value = float(text) if _DECIMAL.fullmatch(text.strip()) else float("nan")
    if not isfinite(value):
        raise typer.BadParameter(f"must be a finite number (got {_shown(text)})")
    return value


def numbers(text: str) -> tuple[float, float]:
    """Read two finite numbers with a comma between them."""
    try:
        low, high = map(number, text.split(","))
    except (ValueError, typer.BadParameter) as error:
        wanted = "must be two finite numbers LOW,HIGH"
        raise typer.BadParameter(f"{wanted} (got {_shown(text)})") from error
    return low, high


def wholes(text: str) -> tuple[int, ...]:
    """Read integers with commas between them."""
    parts = text.split(",")
    if not all(_INTEGER.fullmatch(part.strip()) for part in parts):
        wanted = "must be integers with commas between them"
        raise typer.BadParameter(f"{wanted} (got {_shown(text)})")
    return tuple(map(whole, parts))


def choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """Return `value` in lower case if it is allowed.

    Raises
    ------
    UnknownNameError
        If it is not; the closest name is in the message.
    """
    return lookup({item: item for item in allowed}, value, kind=name)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def names(module: str, table: str) -> Callable[[str], list[str]]:
    """Return a completion of the names of a table, which is imported when it is asked for."""

    def complete(incomplete: str) -> list[str]:
        from importlib import import_module

        names: list[str] = list(getattr(import_module(module), table))
        return [name for name in names if name.startswith(incomplete.lower())]

    return complete


def option(*flags: str, default: str | None, panel: str, help: str, **settings: Any) -> Any:  # noqa: A002
    """Return an option whose help ends in the default that it has if nobody gives it."""
    text = help if default is None else f"{help} [dim]\\[default: {default}][/dim]"
    return typer.Option(*flags, show_default=False, rich_help_panel=panel, help=text, **settings)


Activation = Annotated[
    list[str] | None,
    option(
        *("-a", "--activation"),
        default="sigmoid, tanh, relu",
        panel=_STACK,
        metavar="NAME",
        help="Activation; give it several times for several. [dim]actviz list[/dim] has the names.",
        autocompletion=names("actviz.layers.activations", "ACTIVATIONS"),
    ),
]
Init = Annotated[
    list[str] | None,
    option(
        *("-i", "--init"),
        default="std=1, std=0.01, xavier, he",
        panel=_STACK,
        metavar="NAME",
        help="Initializer, such as he, std=0.01 or uniform=0.1; several times for several.",
        autocompletion=names("actviz.layers.initializers", "INITIALIZERS"),
    ),
]
Gain = Annotated[
    float | None,
    option(
        "--gain",
        default=None,
        panel=_STACK,
        parser=number,
        metavar="NUMBER",
        help="Factor of the initializers' standard deviation, for those that take one.",
    ),
]
Depth = Annotated[
    int | None,
    option(
        *("-d", "--depth"),
        default="5",
        panel=_STACK,
        parser=whole,
        metavar="N",
        help="Layers.",
    ),
]
Width = Annotated[
    int | None,
    option(
        *("-w", "--width"),
        default="100",
        panel=_STACK,
        parser=whole,
        metavar="N",
        help="Units of every layer.",
    ),
]
Widths = Annotated[
    Any,
    option(
        "--widths",
        default=None,
        panel=_STACK,
        parser=wholes,
        metavar="N,N,…",
        help="Units of each layer, instead of --width and --depth.",
    ),
]
BiasStd = Annotated[
    float | None,
    option(
        "--bias-std",
        default="0",
        panel=_STACK,
        parser=number,
        metavar="NUMBER",
        help="Standard deviation of the biases.",
    ),
]
InputWidth = Annotated[
    int | None,
    option(
        "--input-width",
        default="the first layer's width",
        panel=_INPUT,
        parser=whole,
        metavar="N",
        help="Columns of the input.",
    ),
]
Samples = Annotated[
    int | None,
    option(
        *("-n", "--samples"),
        default="1000",
        panel=_INPUT,
        parser=whole,
        metavar="N",
        help="Rows of the input.",
    ),
]
InputDistribution = Annotated[
    str | None,
    option(
        "--input-distribution",
        default="normal",
        panel=_INPUT,
        metavar="NAME",
        help="Law of the input's entries: normal or uniform, around 0.",
        autocompletion=names("actviz.records.spec", "DISTRIBUTIONS"),
    ),
]
InputStd = Annotated[
    float | None,
    option(
        "--input-std",
        default="1",
        panel=_INPUT,
        parser=number,
        metavar="NUMBER",
        help="Standard deviation of the input's entries.",
    ),
]
Seed = Annotated[
    int | None,
    option(
        *("-s", "--seed"),
        default="0",
        panel=_INPUT,
        parser=whole,
        metavar="N",
        help="Of all random numbers.",
    ),
]
Rng = Annotated[
    str | None,
    option(
        "--rng",
        default="spawned",
        panel=_INPUT,
        metavar="NAME",
        help="spawned: a stream for each layer; legacy: the textbooks' RandomState.",
        autocompletion=names("actviz.records.spec", "RNGS"),
    ),
]
Dtype = Annotated[
    str | None,
    option(
        "--dtype",
        default="float64",
        panel=_INPUT,
        metavar="NAME",
        help="float64 or float32.",
        autocompletion=names("actviz.records.spec", "DTYPES"),
    ),
]
Bins = Annotated[
    int | None,
    option(
        "--bins",
        default="30",
        panel=_BINS,
        parser=whole,
        metavar="N",
        help="Bins of the histograms of preactivations and activations.",
    ),
]
Range = Annotated[
    Any,
    option(
        "--range",
        default="the activation's bounds, or 4 input stds",
        panel=_BINS,
        parser=numbers,
        metavar="LOW,HIGH",
        help="Ends of the histograms of preactivations and activations, not of gradients.",
    ),
]
Signal = Annotated[
    str | None,
    option(
        "--signal",
        default="activation",
        panel=_BINS,
        metavar="NAME",
        help="activation, after the nonlinearity; preactivation, x @ W + b; gradient, with respect "
        "to the preactivation; activation_gradient or weight_gradient.",
        autocompletion=names("actviz.layers.signals", "SIGNALS"),
    ),
]
Gradients = Annotated[
    bool | None,
    option(
        "--gradients/--no-gradients",
        metavar="",
        default="only if --signal asks for one",
        panel=_STACK,
        help="Go back through the stack as well, from a standard normal cotangent.",
    ),
]
EffectiveRank = Annotated[
    bool | None,
    option(
        "--effective-rank/--no-effective-rank",
        metavar="",
        default="up to 128 units",
        panel=_STACK,
        help="In how many directions the inputs' activations spread.",
    ),
]
UnitHistograms = Annotated[
    bool | None,
    option(
        "--unit-histograms/--no-unit-histograms",
        metavar="",
        default="no",
        panel=_BINS,
        help="Count each activation's deviation from its unit's mean as well.",
    ),
]
Seeds = Annotated[
    int | None,
    option(
        "--seeds",
        default="the one of --seed, alone",
        panel=_INPUT,
        parser=whole,
        metavar="N",
        help="How many seeds, from --seed on.",
    ),
]
Spec = Annotated[
    str | None,
    option(
        "--spec",
        default=None,
        panel=_STACK,
        metavar="FILE.toml",
        help="Read the options from a file; what is given here as well wins.",
    ),
]
