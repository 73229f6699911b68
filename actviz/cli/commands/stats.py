"""``actviz stats``: simulate and print the numbers, for people, a spreadsheet or a program."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from actviz.cli import options as opt
from actviz.cli import spec_options
from actviz.cli.output import cell, print_as, print_table, print_text

if TYPE_CHECKING:
    from actviz.layers.signals import Signal
    from actviz.records.ensemble import Ensemble, Spread
    from actviz.records.record import Record


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


class StatsOptions(spec_options.SpecOptions):
    """What is simulated, what is kept of it, and in what form it is said."""

    __slots__ = ()

    bins: spec_options.BinsOption
    range: spec_options.RangeOption
    signal: spec_options.SignalOption
    gradients: spec_options.GradientsOption
    effective_rank: spec_options.EffectiveRankOption
    unit_histograms: spec_options.UnitHistogramsOption
    seeds: spec_options.SeedsOption
    summary: Annotated[
        bool | None,
        opt.Option(
            "Mean, sd and quantiles over the seeds, instead of a row for each seed.",
            panel=opt.OUTPUT,
            default="no",
        ),
    ]
    format: Annotated[
        str | None,
        opt.form(
            "table for people; csv, a row for each layer and signal; json, the whole Record.",
        ),
    ]


def stats(options: StatsOptions) -> None:
    """Print the statistics of every layer.

    The table shows the activations, and the gradients with --gradients; csv shows all signals that
    there are. --signal names one.

    With --seeds, the table shows mean and standard deviation over the seeds, and csv has the rows
    of every seed, or those of --summary.

    json holds whole Records: an object for one stack, a list of them for several; with --summary a
    list of its rows.
    """
    from actviz.cli import stacks
    from actviz.layers.signals import SIGNALS

    options = stacks.read_options(options)
    chosen = opt.choice("format", options.format, opt.FORMATS)
    signals: Sequence[Signal] = SIGNALS
    if options.signal is not None:
        signals = (opt.choice("signal", options.signal, SIGNALS),)
        options = replace(options, signal=signals[0])
    elif chosen == "table":
        signals = ("activation", "gradient") if options.gradients else ("activation",)
    specs, measuring = stacks.specs_of(options), stacks.measuring_of(options)
    if options.seeds is None and not options.summary:
        records = stacks.simulate_specs(specs, measuring, options.memory_limit)
        _say_records(chosen, records, signals)
        stacks.exit_if_diverged(records)
        return
    from actviz.simulation.ensemble import DEFAULT_SEEDS

    seeds = opt.given(options.seeds, DEFAULT_SEEDS)
    ensembles = stacks.run_ensembles(specs, seeds, measuring, options.memory_limit)
    if opt.given(options.summary, chosen == "table"):
        _say_summaries(chosen, ensembles, signals)
    else:
        _say_records(chosen, [one for each in ensembles for one in each.records], signals)
    stacks.exit_if_none_is_left(ensembles)


def _say_records(chosen: str, records: "Sequence[Record]", signals: "Sequence[Signal]") -> None:
    from actviz.records.record import RECORD_COLUMNS

    def plain() -> object:
        found = [record.to_dict() for record in records]
        return found[0] if len(found) == 1 else found

    def table() -> None:
        for number, record in enumerate(records):
            spec = record.spec
            heading = f"{spec.activation.name}, {spec.init_name} ({', '.join(signals)})"
            _say_stack(number, heading, record.to_rows(signals), signals, cell)

    print_as(
        chosen,
        table=table,
        plain=plain,
        rows=lambda: (row for record in records for row in record.to_rows(signals)),
        columns=RECORD_COLUMNS,
    )


def _say_summaries(
    chosen: str, ensembles: "Sequence[Ensemble]", signals: "Sequence[Signal]"
) -> None:
    from actviz.records.ensemble import SPREAD_COLUMNS

    def table() -> None:
        for number, ensemble in enumerate(ensembles):
            spec, seeds = ensemble.spec, len(ensemble.records)
            what = f"{', '.join(signals)}; mean ± sd of {seeds} seeds"
            heading = f"{spec.activation.name}, {spec.init_name} ({what})"
            _say_stack(number, heading, _spreads(ensemble, signals), signals, _mean_and_sd)

    def rows() -> list[dict[str, Any]]:
        return [row for ensemble in ensembles for row in ensemble.summary(signals)]

    print_as(chosen, table=table, plain=rows, rows=rows, columns=SPREAD_COLUMNS)


def _spreads(ensemble: "Ensemble", signals: "Sequence[Signal]") -> Iterator[dict[str, Any]]:
    for layer in range(1, ensemble.spec.depth + 1):
        for signal in signals:
            if ensemble.spread(layer, signal, "rms") is not None:
                found = {key: ensemble.spread(layer, signal, key) for _, key, _ in _TABLE}
                yield {"layer": layer, "signal": signal, **found}


def _say_stack(
    number: int,
    heading: str,
    rows: "Iterable[dict[str, Any]]",
    signals: "Sequence[Signal]",
    text_of: Callable[..., str],
) -> None:
    """Write the table of a stack below its heading, and below the stack before it."""
    from actviz.layers.signals import BACKWARD

    backward = any(signal in BACKWARD for signal in signals)
    columns = [column for column in _TABLE if backward or column[1] not in _OF_GRADIENTS]
    heads = [head for head, _, _ in columns]
    texts = ("layer", "signal") if len(signals) > 1 else ("layer",)
    cells = [
        [
            *(str(row[key]) for key in texts),
            *(text_of(row[key], share=share) for _, key, share in columns),
        ]
        for row in rows
    ]
    print_text(f"{chr(10) if number else ''}{heading}\n")
    expendable = [head for head in _EXPENDABLE if head in heads]
    print_table((*texts, *heads), cells, numbers=heads, expendable=expendable)


def _mean_and_sd(spread: "Spread | None", *, share: bool) -> str:
    if spread is None:
        return "-"
    mean = cell(spread.mean, share=share)
    return mean if spread.sd is None else f"{mean} ± {cell(spread.sd, share=share)}"
