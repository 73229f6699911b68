"""What a command that shows stacks may be asked, in its options or in a file of ``--spec``.

A field with an `Option` is an option of each of these commands; one without is a key of files. The
class of a command adds no field: it tells again those that are options of this command, or stand
elsewhere in its help.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, TypeVar

import typer

from actviz.cli.options import Option, memory_limit, names

Options = TypeVar("Options", bound="SpecOptions")

INPUT = "Their input and their numbers"

_stack = partial(Option, panel="The stacks: every activation with every initializer")
_input = partial(Option, panel=INPUT)
_bins = partial(Option, panel="The histograms")

WidthOption = Annotated[int | None, _stack("Units of every layer.", short="-w", default="100")]
StdOption = Annotated[
    tuple[str, ...] | None,
    _stack("Std of the weights, or several: the same as -i std=NUMBER.", metavar="NUMBER"),
]
InputWidthOption = Annotated[
    int | None, _input("Columns of the input.", default="the first layer's width")
]
RngOption = Annotated[
    str | None,
    _input(
        "spawned: a stream for each layer; legacy: the textbooks' RandomState.",
        default="spawned",
        names=names("actviz.records.spec", "RNGS"),
    ),
]
DtypeOption = Annotated[
    str | None,
    _input("float64 or float32.", default="float64", names=names("actviz.records.spec", "DTYPES")),
]
MemoryLimitOption = Annotated[str | None, memory_limit(INPUT)]
BinsOption = Annotated[
    int | None,
    _bins("Bins of the histograms of preactivations and activations.", default="30"),
]
RangeOption = Annotated[
    tuple[float, float] | None,
    _bins(
        "Ends of the histograms of preactivations and activations, not of gradients.",
        default="the activation's bounds, or 4 input stds",
    ),
]
GradientsOption = Annotated[
    bool | None,
    _stack(
        "Go back through the stack as well, from a standard normal cotangent.",
        default="only if --signal asks for one",
    ),
]
EffectiveRankOption = Annotated[
    bool | None,
    _stack("In how many directions the inputs' activations spread.", default="up to 128 units"),
]
UnitHistogramsOption = Annotated[
    bool | None,
    _bins("Count each activation's deviation from its unit's mean as well.", default="no"),
]
SeedsOption = Annotated[
    int | None, _input("How many seeds, from --seed on.", default="the one of --seed, alone")
]
SignalOption = Annotated[
    str | None,
    _bins(
        "activation, after the nonlinearity; preactivation, x @ W + b; gradient, with respect "
        "to the preactivation; activation_gradient or weight_gradient.",
        default="activation",
        names=names("actviz.layers.signals", "SIGNALS"),
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecOptions:
    """The options that a file may hold, in the order in which its keys are told."""

    named: Annotated[
        tuple[str, ...] | None,
        typer.Argument(
            metavar="ACTIVATION",
            show_default=False,
            help="The same as -a ACTIVATION.",
            autocompletion=names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    activation: Annotated[
        tuple[str, ...] | None,
        _stack(
            "Activation, or several: tanh,relu. [dim]actviz list[/dim] has the names.",
            short="-a",
            default="sigmoid, tanh, relu",
            names=names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    init: Annotated[
        tuple[str, ...] | None,
        _stack(
            "Initializer, or several: std=0.01,xavier,he.",
            short="-i",
            default="std=1, std=0.01, xavier, he",
            names=names("actviz.layers.initializers", "INITIALIZERS"),
        ),
    ] = None
    std: StdOption = None
    gain: Annotated[
        float | None,
        _stack("Factor of the initializers' standard deviation, for those that take one."),
    ] = None
    depth: Annotated[int | None, _stack("Layers.", short="-d", also="--layers", default="5")] = None
    width: WidthOption = None
    widths: Annotated[
        tuple[int, ...] | None, _stack("Units of each layer, instead of --width and --depth.")
    ] = None
    bias_std: Annotated[float | None, _stack("Standard deviation of the biases.", default="0")] = (
        None
    )
    spec: Annotated[
        str | None,
        _stack(
            "Read the options from a file; what is given here as well wins.", metavar="FILE.toml"
        ),
    ] = None
    input_width: InputWidthOption = None
    samples: Annotated[int | None, _input("Rows of the input.", short="-n", default="1000")] = None
    input_distribution: Annotated[
        str | None,
        _input(
            "Law of the input's entries: normal or uniform, around 0.",
            default="normal",
            names=names("actviz.records.spec", "DISTRIBUTIONS"),
        ),
    ] = None
    input_std: Annotated[
        float | None, _input("Standard deviation of the input's entries.", default="1")
    ] = None
    seed: Annotated[int | None, _input("Of all random numbers.", short="-s", default="0")] = None
    rng: RngOption = None
    dtype: DtypeOption = None
    memory_limit: MemoryLimitOption = None
    # From here on, keys that not every command has as an option.
    bins: int | None = None
    range: tuple[float, float] | None = None
    gradients: bool | None = None
    effective_rank: bool | None = None
    unit_histograms: bool | None = None
    seeds: int | None = None
    summary: bool | None = None
    signal: str | None = None
    output: str | None = None
    show: bool | None = None
    view: str | None = None
    panel: tuple[str, ...] | None = None
    pool: str | None = None
    theory: bool | None = None
    style: str | None = None
    size: str | None = None
    theme: str | None = None
    transparent: bool | None = None
    dpi: float | None = None
    share_y: str | None = None
    density: bool | None = None
    log_y: bool | None = None
    title: str | None = None
    font: str | None = None
    numbers: str | None = None
    caption: str | None = None
    verdict: str | None = None
    build: str | None = None
    format: str | None = None
    record: str | None = None
    profile: str | None = None
    remedies: bool | None = None
    explain: bool | None = None
    fail_on: str | None = None
    fail_under: float | None = None


def otherwise(options: Options, **values: Any) -> Options:
    """Return `options` with these values where none was given."""
    missing = {name: it for name, it in values.items() if getattr(options, name) is None}
    return replace(options, **missing)
