"""``actviz stats``: simulate and print the numbers, for people, a spreadsheet or a program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import options as opt
from actviz.cli.output import say, say_table

if TYPE_CHECKING:
    from actviz.record import Record

FORMATS = ("table", "csv", "json")

EXAMPLES = """Examples:

actviz stats -a relu -i he --depth 10

actviz stats -a tanh -i xavier -i std=0.01 --format csv > stats.csv

actviz stats -a tanh -i he --format json | jq '.layers[4].signals.activation.stats.std'
"""

#: Columns of the table for people: heading, column of a row, and whether it is a share.
_TABLE = (
    ("mean", "mean", False),
    ("std", "std", False),
    ("min", "min", False),
    ("max", "max", False),
    ("skew", "skewness", False),
    ("kurtosis", "excess_kurtosis", False),
    ("zero", "zero_fraction", True),
    ("saturated", "saturated_fraction", True),
    ("dead units", "dead_unit_fraction", True),
    ("within-unit", "within_unit_std", False),
    ("between-unit", "between_unit_std", False),
)


#: What a narrow terminal goes without, in this order.
_EXPENDABLE = ("kurtosis", "skew", "min", "max", "between-unit", "within-unit", "dead units")


def stats(
    context: typer.Context,
    activation: opt.Activation = None,
    init: opt.Init = None,
    gain: opt.Gain = None,
    depth: opt.Depth = None,
    width: opt.Width = None,
    widths: opt.Widths = None,
    bias_std: opt.BiasStd = None,
    spec: opt.Spec = None,
    input_width: opt.InputWidth = None,
    samples: opt.Samples = None,
    input_distribution: opt.InputDistribution = None,
    input_std: opt.InputStd = None,
    seed: opt.Seed = None,
    rng: opt.Rng = None,
    dtype: opt.Dtype = None,
    bins: opt.Bins = None,
    range: opt.Range = None,  # noqa: A002  # the option's own name
    signal: opt.Signal = None,
    format: Annotated[  # noqa: A002
        str | None,
        opt.option(
            *("-f", "--format"),
            default="table",
            panel="The output",
            metavar="NAME",
            help="table for people; csv, a row for each layer and signal; json, the whole Record.",
            autocompletion=lambda: list(FORMATS),
        ),
    ] = None,
) -> None:
    """Print the statistics of every layer.

    The table shows the activations and csv both signals, unless --signal names one.

    json always holds whole Records: an object for one stack, a list of them for several.
    """
    from actviz.cli import stacks
    from actviz.spec import SIGNALS

    options = stacks.read_options(context)
    chosen = opt.choice("format", options.get("format", "table"), FORMATS)
    signals: Sequence[str] = SIGNALS
    if "signal" in options:
        signals = (opt.choice("signal", options["signal"], SIGNALS),)
    elif chosen == "table":
        signals = ("activation",)
    records = stacks.run(stacks.specs_of(options))
    _PRINTERS[chosen](records, signals)
    stacks.exit_if_diverged(records)


def _print_table(records: "Sequence[Record]", signals: Sequence[str]) -> None:
    from actviz._format import percent, significant

    def cell(value: float | None, share: bool) -> str:
        if value is None:
            return "-"
        return percent(value) if share else significant(value, 3)

    numbers = [head for head, _, _ in _TABLE]
    texts = ("layer", "signal") if len(signals) > 1 else ("layer",)
    for number, record in enumerate(records):
        rows = [
            [
                *(str(row[key]) for key in texts),
                *(cell(row[key], share) for _, key, share in _TABLE),
            ]
            for row in record.to_rows(signals)
        ]
        name = f"{record.spec.activation.name}, {record.spec.init_name}"
        say(f"{'' if not number else chr(10)}{name} ({', '.join(signals)})\n")
        say_table((*texts, *numbers), rows, numbers=numbers, expendable=_EXPENDABLE)


def _print_csv(records: "Sequence[Record]", signals: Sequence[str]) -> None:
    import csv
    from io import StringIO

    from actviz.record import COLUMNS

    buffer = StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerows(record.to_rows(signals))
    say(buffer.getvalue())


def _print_json(records: "Sequence[Record]", signals: Sequence[str]) -> None:
    import json

    plain = [record.to_dict() for record in records]
    chosen = plain[0] if len(plain) == 1 else plain
    say(json.dumps(chosen, allow_nan=False, ensure_ascii=False, indent=1) + "\n")


_PRINTERS = {"table": _print_table, "csv": _print_csv, "json": _print_json}
