"""``actviz stats``: simulate and print the numbers, for people, a spreadsheet or a program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from actviz.cli import options as opt
from actviz.cli.output import say, say_json, say_table

if TYPE_CHECKING:
    from actviz.layers.signals import Signal
    from actviz.records.ensemble import Ensemble
    from actviz.records.record import Record

FORMATS = ("table", "csv", "json")

EXAMPLES = """Examples:

actviz stats -a relu -i he --depth 10

actviz stats -a tanh -i xavier -i std=0.01 --format csv > stats.csv

actviz stats -a sigmoid -i xavier --signal gradient

actviz stats -a relu -i he --seeds 40 --summary

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
    ("cosine", "mean_cosine", False),
    ("rank", "effective_rank", False),
    ("median |g|", "median_magnitude", False),
)

#: Those that only gradients have.
_OF_GRADIENTS = ("median_magnitude",)


#: What a narrow terminal goes without, in this order.
_EXPENDABLE = (
    *("kurtosis", "skew", "min", "max", "rank", "between-unit", "cosine", "within-unit"),
    *("dead units", "median |g|"),
)


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
    gradients: opt.Gradients = None,
    effective_rank: opt.EffectiveRank = None,
    unit_histograms: opt.UnitHistograms = None,
    seeds: opt.Seeds = None,
    summary: Annotated[
        bool | None,
        opt.option(
            "--summary/--no-summary",
            metavar="",
            default="no",
            panel="The output",
            help="Mean, sd and quantiles over the seeds, instead of a row for each seed.",
        ),
    ] = None,
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

    The table shows the activations, and the gradients with --gradients; csv shows all signals that
    there are. --signal names one.

    With --seeds, the table shows mean and standard deviation over the seeds, and csv has the rows
    of every seed, or those of --summary.

    json holds whole Records: an object for one stack, a list of them for several; with --summary a
    list of its rows.
    """
    from actviz.cli import stacks
    from actviz.layers.signals import SIGNALS, Signal

    options = stacks.read_options(context)
    chosen = opt.choice("format", options.get("format", "table"), FORMATS)
    signals: Sequence[Signal] = SIGNALS
    if "signal" in options:
        options["signal"] = opt.choice("signal", options["signal"], SIGNALS)
        signals = (cast(Signal, options["signal"]),)
    elif chosen == "table":
        signals = ("activation", "gradient") if options.get("gradients") else ("activation",)
    specs = stacks.specs_of(options)
    if "seeds" not in options and not options.get("summary"):
        records = stacks.run(specs)
        _PRINTERS[chosen](records, signals)
        stacks.exit_if_diverged(records)
        return
    from actviz.simulation.ensemble import DEFAULT_SEEDS

    ensembles = stacks.run_ensembles(specs, options.get("seeds", DEFAULT_SEEDS))
    if options.get("summary", chosen == "table"):
        _SUMMARY_PRINTERS[chosen](ensembles, signals)
    else:
        _PRINTERS[chosen]([record for one in ensembles for record in one.records], signals)
    stacks.exit_if_none_is_left(ensembles)


def _columns(signals: "Sequence[Signal]") -> list[tuple[str, str, bool]]:
    from actviz.layers.signals import BACKWARD

    return [
        column
        for column in _TABLE
        if column[1] not in _OF_GRADIENTS or any(signal in BACKWARD for signal in signals)
    ]


def _expendable(heads: Sequence[str]) -> list[str]:
    return [head for head in _EXPENDABLE if head in heads]


def _cell(value: float | None, share: bool) -> str:
    from actviz.format import percent, significant

    if value is None:
        return "-"
    return percent(value) if share else significant(value, 3)


def _print_table(records: "Sequence[Record]", signals: "Sequence[Signal]") -> None:
    columns = _columns(signals)
    numbers = [head for head, _, _ in columns]
    texts = ("layer", "signal") if len(signals) > 1 else ("layer",)
    for number, record in enumerate(records):
        rows = [
            [
                *(str(row[key]) for key in texts),
                *(_cell(row[key], share) for _, key, share in columns),
            ]
            for row in record.to_rows(signals)
        ]
        name = f"{record.spec.activation.name}, {record.spec.init_name}"
        say(f"{'' if not number else chr(10)}{name} ({', '.join(signals)})\n")
        say_table((*texts, *numbers), rows, numbers=numbers, expendable=_expendable(numbers))


def _print_csv(records: "Sequence[Record]", signals: "Sequence[Signal]") -> None:
    from actviz.records.record import COLUMNS

    _say_csv(COLUMNS, [row for record in records for row in record.to_rows(signals)])


def _print_json(records: "Sequence[Record]", signals: "Sequence[Signal]") -> None:
    plain = [record.to_dict() for record in records]
    say_json(plain[0] if len(plain) == 1 else plain)


def _print_summary_table(ensembles: "Sequence[Ensemble]", signals: "Sequence[Signal]") -> None:
    columns = _columns(signals)
    heads = [head for head, _, _ in columns]
    texts = ("layer", "signal") if len(signals) > 1 else ("layer",)

    def cell(ensemble: "Ensemble", layer: int, signal: "Signal", key: str, share: bool) -> str:
        spread = ensemble.spread(layer, signal, key)
        if spread is None:
            return "-"
        mean = _cell(spread.mean, share)
        return mean if spread.sd is None else f"{mean} ± {_cell(spread.sd, share)}"

    for number, ensemble in enumerate(ensembles):
        spec = ensemble.spec
        rows = [
            [
                *(str(layer) if key == "layer" else signal for key in texts),
                *(cell(ensemble, layer, signal, key, share) for _, key, share in columns),
            ]
            for layer in range(1, spec.depth + 1)
            for signal in signals
            if ensemble.spread(layer, signal, "rms") is not None
        ]
        say(f"{chr(10) if number else ''}{spec.activation.name}, {spec.init_name} ")
        say(f"({', '.join(signals)}; mean ± sd of {len(ensemble.records)} seeds)\n")
        say_table((*texts, *heads), rows, numbers=heads, expendable=_expendable(heads))


def _print_summary_csv(ensembles: "Sequence[Ensemble]", signals: "Sequence[Signal]") -> None:
    from actviz.records.ensemble import COLUMNS

    _say_csv(COLUMNS, [row for ensemble in ensembles for row in ensemble.summary(signals)])


def _print_summary_json(ensembles: "Sequence[Ensemble]", signals: "Sequence[Signal]") -> None:
    say_json([row for ensemble in ensembles for row in ensemble.summary(signals)])


def _say_csv(columns: Sequence[str], rows: "Sequence[dict[str, Any]]") -> None:
    import csv
    from io import StringIO

    buffer = StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    say(buffer.getvalue())


_PRINTERS = {"table": _print_table, "csv": _print_csv, "json": _print_json}
_SUMMARY_PRINTERS = {
    "table": _print_summary_table,
    "csv": _print_summary_csv,
    "json": _print_summary_json,
}
