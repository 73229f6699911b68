"""``actviz sweep``: run and judge many stacks, and say for which of them it works."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import options as opt
from actviz.cli.output import cell, print_as, print_table, print_text

if TYPE_CHECKING:
    from actviz.sweeps.record import SweepRecord
    from actviz.sweeps.row import Row
    from actviz.sweeps.spec import SweepSpec


EXAMPLES = """Examples:

actviz sweep -a tanh --std logspace:-3:0.5:60 --depth 50 --seeds 5

actviz sweep -a tanh,relu -i xavier,he --depth 10..50:5 --format csv > rows.csv

actviz sweep -a relu -i he --gain 0.5..2:16 --depth 5,10,20,50
"""

_axis = partial(opt.Option, panel="What is varied: every value with every other")
_same = partial(opt.Option, panel="What all stacks have in common")


def _texts(help: str, metavar: str = "VALUES", **more: Any) -> Any:  # noqa: A002
    return _axis(help, metavar=metavar, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOptions:
    """Which stacks are run, and what is made of their rows."""

    named: Annotated[
        tuple[str, ...] | None,
        typer.Argument(
            metavar="ACTIVATION",
            show_default=False,
            help="The same as -a ACTIVATION.",
            autocompletion=opt.names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    activation: Annotated[
        tuple[str, ...] | None,
        _axis(
            "Activation, or several: tanh,relu.",
            short="-a",
            default="tanh",
            names=opt.names("actviz.layers.activations", "ACTIVATIONS"),
        ),
    ] = None
    init: Annotated[
        tuple[str, ...] | None,
        _axis(
            "Initializer, or several: he,xavier.",
            short="-i",
            names=opt.names("actviz.layers.initializers", "INITIALIZERS"),
        ),
    ] = None
    std: Annotated[
        str | None,
        _texts(
            "Std of normal weights: logspace:-3:0.5:60 from 10^-3 to 10^0.5, as numpy's; "
            "0.001..3:60 from 0.001 to 3, by factors too; linspace:0.1:0.2:11; 0.01,0.1.",
            default="logspace:-3:0.5:30, unless -i is given",
        ),
    ] = None
    gain: Annotated[
        str | None,
        _texts("Factor of the initializers' std, for those that take one: 0.5..2:16."),
    ] = None
    depth: Annotated[
        str | None,
        _texts("Layers: 5,10,20; 10..100:10, evenly spaced; 8..12.", short="-d", default="50"),
    ] = None
    width: Annotated[
        str | None, _texts("Units of every layer, as --depth.", short="-w", default="100")
    ] = None
    bias_std: Annotated[str | None, _texts("Std of the biases: linspace:0:0.5:6.", default="0")] = (
        None
    )
    input_std: Annotated[
        str | None, _texts("Std of the input's entries: 0.5,1,2.", default="1")
    ] = None
    seeds: Annotated[
        int | None,
        _axis("How many seeds of each, which follow from its parameters.", default="1"),
    ] = None
    samples: Annotated[int | None, _same("Rows of the input.", short="-n", default="1000")] = None
    input_distribution: Annotated[
        str | None,
        _same(
            "Law of the input's entries: normal or uniform, around 0.",
            default="normal",
            names=opt.names("actviz.records.spec", "DISTRIBUTIONS"),
        ),
    ] = None
    seed: Annotated[
        int | None, _same("The first of the seeds' numbers.", short="-s", default="0")
    ] = None
    dtype: Annotated[
        str | None,
        _same(
            "float64 or float32.",
            default="float64",
            names=opt.names("actviz.records.spec", "DTYPES"),
        ),
    ] = None
    format: Annotated[
        str | None,
        opt.form("table, a summary for people; csv, a row for each stack; json, a list of them."),
    ] = None


def sweep(options: SweepOptions) -> None:
    """Run and judge many stacks, to see for which it works.

    Every value of every option is combined with every other. A row has the stack's parameters, its
    chance to train, its verdict, and the numbers behind them. The same stack gives the same row,
    in whatever sweep it is.
    """
    from actviz.cli.progress import meter
    from actviz.sweeps.row import COLUMNS
    from actviz.sweeps.running import sweep as run

    chosen = opt.choice("format", options.format, opt.FORMATS)
    what = _sweep_of(options)
    with meter("stacks") as bar:
        record = run(what, progress=lambda done: bar.show(done, len(what)))
    print_as(
        chosen,
        table=lambda: _print_summary(record, what),
        plain=record.to_rows,
        rows=record.to_rows,
        columns=COLUMNS,
    )


def _sweep_of(options: SweepOptions) -> "SweepSpec":
    """Return which stacks the options name."""
    from actviz.cli import names
    from actviz.records.spec import DISTRIBUTIONS, DTYPES
    from actviz.sweeps.spec import SweepSpec

    init = names.initializers(options.init)
    choices = {"input_distribution": DISTRIBUTIONS, "dtype": DTYPES}
    chosen = {
        name: None if (given := getattr(options, name)) is None else opt.choice(name, given, among)
        for name, among in choices.items()
    }
    default = None if init else "logspace:-3:0.5:30"
    return SweepSpec.of(
        activation=_once(names.activations(options.named, options.activation)) or "tanh",
        init=_once(init),
        std=opt.given(options.std, default),
        gain=options.gain,
        depth=opt.given(options.depth, "50"),
        width=options.width,
        bias_std=options.bias_std,
        input_std=options.input_std,
        samples=options.samples,
        seed=options.seed,
        seeds=opt.given(options.seeds, 1),
        **chosen,
    )


def _once(names: Sequence[str] | None) -> list[str] | None:
    return None if names is None else list(dict.fromkeys(names))


# --- the summary ----------------------------------------------------------------------------

#: So many lines an axis has in the summary; more values are told of in groups.
_LINES = 12


def _print_summary(record: "SweepRecord", what: "SweepSpec") -> None:
    print_text(f"{_counted(record.rows)}\n")
    for number, axis in enumerate(what.axes):
        cells = []
        for label, places in _groups(axis.plain):
            rows = [row for row in record.rows if what.places(row.number)[number] in places]
            counts = _counts(rows)
            cells.append([label, cell(_best(rows)), *map(str, counts.values()), _commonest(rows)])
        print_text("\n")
        heads = (axis.name, "best chance", *_LEVELS)
        print_table((*heads, "mostly"), cells, numbers=heads[1:])


_LEVELS = {"healthy": "info", "warning": "warning", "error": "error"}


def _counted(rows: "Sequence[Row]") -> str:
    told = ", ".join(f"{count} {name}" for name, count in _counts(rows).items())
    return f"{len(rows)} stacks: {told}"


def _counts(rows: "Sequence[Row]") -> dict[str, int]:
    severities = [row.judged.severity for row in rows if row.judged is not None]
    return {name: severities.count(severity) for name, severity in _LEVELS.items()}


def _best(rows: "Sequence[Row]") -> float | None:
    chances = [row.judged.chance for row in rows if row.judged is not None]
    return max((chance for chance in chances if chance is not None), default=None)


def _groups(values: Sequence[Any]) -> list[tuple[str, range]]:
    """Return the places of each value of an axis, or of some that follow one another."""
    step = -(-len(values) // _LINES)
    found = []
    for start in range(0, len(values), step):
        places = range(start, min(start + step, len(values)))
        ends = (values[places[0]], values[places[-1]])
        found.append((" to ".join(map(_label, ends if len(places) > 1 else ends[:1])), places))
    return found


def _label(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"


def _commonest(rows: "Sequence[Row]") -> str:
    verdicts = [row.judged.verdict for row in rows if row.judged is not None]
    return max(verdicts, key=verdicts.count).replace("_", " ") if verdicts else ""
