"""``actviz theory``: what mean field predicts, beside what many seeds of a simulation give."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, sqrt
from typing import TYPE_CHECKING, Annotated, Any

from actviz.cli import options as opt
from actviz.cli import spec_options
from actviz.cli.output import cell, print_as, print_table, print_text

if TYPE_CHECKING:
    from actviz.layers.signals import Signal
    from actviz.records.ensemble import Ensemble
    from actviz.records.spec import StackSpec
    from actviz.theory.prediction import Prediction


EXAMPLES = """Examples:

actviz theory -a tanh -i he

actviz theory -a sigmoid -i xavier --seeds 100 --format csv > theory.csv

actviz theory -a relu -i he --depth 20 --width 1000 --samples 100
"""

#: What is compared: signal, statistic, its heading, and whether it is a share.
_COMPARED: "tuple[tuple[Signal, str, str, bool], ...]" = (
    ("activation", "std", "std", False),
    ("activation", "mean", "mean", False),
    ("activation", "within_unit_std", "within-unit", False),
    ("activation", "between_unit_std", "between-unit", False),
    ("activation", "mean_cosine", "cosine", False),
    ("activation", "zero_fraction", "zero", True),
    ("activation", "saturated_fraction", "saturated", True),
    ("gradient", "std", "gradient std", False),
)

COMPARED_COLUMNS = (
    *("activation", "init", "depth", "width", "samples", "layer", "signal", "statistic"),
    *("seeds", "predicted", "mean", "sd", "difference_in_sd"),
)

#: A mean over seeds is off by more than this many of its standard errors once in 370 times.
_ERRORS = 3.0


class TheoryOptions(spec_options.SpecOptions):
    """What is predicted and simulated, and in what form that is said."""

    __slots__ = ()

    seeds: Annotated[
        int | None,
        opt.Option("How many seeds, from --seed on.", panel=spec_options.INPUT, default="40"),
    ]
    format: Annotated[
        str | None,
        opt.form(
            "table for people; csv, a row for each layer and statistic; json, a list of them.",
        ),
    ]


def theory(options: TheoryOptions) -> None:
    """Print what theory predicts beside what a simulation finds.

    Theory is mean field, the limit of infinite width. The simulation is the mean over many seeds,
    and its difference from theory is in units of the standard deviation between seeds.
    """
    from actviz.cli import stacks
    from actviz.simulation.ensemble import DEFAULT_SEEDS
    from actviz.theory.prediction import predict

    options = stacks.read_options(options)
    chosen = opt.choice("format", options.format, opt.FORMATS)
    options = replace(options, gradients=True, effective_rank=False)
    specs, measuring = stacks.specs_of(options), stacks.measuring_of(options)
    predictions = [predict(one) for one in specs]
    seeds = opt.given(options.seeds, DEFAULT_SEEDS)
    ensembles = stacks.run_ensembles(specs, seeds, measuring, options.memory_limit)
    rows = [_rows(*pair) for pair in zip(predictions, ensembles, strict=True)]
    every = [row for found in rows for row in found]
    print_as(
        chosen,
        table=lambda: _print_table(rows, specs),
        plain=lambda: every,
        rows=lambda: every,
        columns=COMPARED_COLUMNS,
    )
    stacks.exit_if_none_is_left(ensembles)


def _rows(prediction: "Prediction", ensemble: "Ensemble") -> list[dict[str, Any]]:
    spec = ensemble.spec
    rows = []
    for signal, statistic, _, _ in _COMPARED:
        for layer, width in enumerate(spec.widths, start=1):
            predicted = prediction.value(layer, signal, statistic)
            spread = ensemble.spread(layer, signal, statistic)
            if predicted is None or spread is None:
                continue
            scale = max(abs(predicted), abs(spread.mean))
            difference = _in_sd(spread.mean - predicted, spread.sd, scale=scale)
            numbers = (spread.count, predicted, spread.mean, spread.sd, difference)
            names = (spec.activation.name, spec.init_name, spec.depth, width, spec.samples)
            cells = (*names, layer, signal, statistic, *numbers)
            rows.append(dict(zip(COMPARED_COLUMNS, cells, strict=True)))
    return rows


def _in_sd(difference: float, sd: float | None, *, scale: float) -> float | None:
    """Return a difference in units of sd; what is rounding beside the prediction is none."""
    if abs(difference) <= 1e-12 * scale:
        return 0.0
    return difference / sd if sd and sd > 1e-13 * scale else None


def _print_table(rows: Sequence[list[dict[str, Any]]], specs: "Sequence[StackSpec]") -> None:
    headings = {(signal, name): (text, share) for signal, name, text, share in _COMPARED}
    numbers = ("theory", "simulation", "sd", "difference")
    for number, (found, spec) in enumerate(zip(rows, specs, strict=True)):
        lines = []
        for row in found:
            heading, share = headings[row["signal"], row["statistic"]]
            values = (cell(row[key], share=share) for key in ("predicted", "mean", "sd"))
            lines.append((heading, str(row["layer"]), *values, _signed(row["difference_in_sd"])))
        seeds = max((row["seeds"] for row in found), default=0)
        print_text(f"{chr(10) if number else ''}{spec.activation.name}, {spec.init_name} ")
        print_text(f"({seeds} seed{'s' if seeds != 1 else ''}; difference in sd between seeds)\n")
        print_table(("statistic", "layer", *numbers), lines, numbers=("layer", *numbers))
        if (line := _fixed(spec)) is not None:
            print_text(f"{line}\n")
        print_text(f"{_verdict(found, spec, headings)}\n")


def _fixed(spec: "StackSpec") -> str | None:
    """Return where deep layers come to rest, and how wide they are for their depth, in one line.

    None where the widths differ, so that no layer's map is another's, and where a variance is
    beyond the floats. How deep a stack trains is for `actviz diagnose` to say.
    """
    from actviz.theory.maps import fixed_point

    if len(set(spec.widths)) > 1:
        return None
    width = spec.widths[0]
    std, bias_std = spec.init.std(width, width), spec.bias_std_of(spec.depth)
    sigma_w2, sigma_b2 = width * (std * std), bias_std * bias_std  # which ** refuses
    q_start = sigma_w2 * (spec.input_std * spec.input_std) or 1.0
    if not all(map(isfinite, (sigma_w2, sigma_b2, q_start))):
        return None
    found = fixed_point(
        spec.activation,
        sigma_w2=sigma_w2,
        sigma_b2=sigma_b2,
        q_start=q_start,
    )
    parts = {
        "q*": found.q_star,
        "χ": found.chi,
        "c*": found.c_star,
        "depth scale ξ": found.xi_c,
        "L/n": spec.depth / width,
    }
    return "Mean field: " + ", ".join(f"{name} {_plain(it)}" for name, it in parts.items())


def _plain(value: float | None) -> str:
    from actviz.format import significant

    if value is None:
        return "–"
    return significant(value, 3) if isfinite(value) else "∞"


def _signed(difference: float | None) -> str:
    if difference is None:
        return "-"
    if abs(difference) > 999:
        return "> 999" if difference > 0 else "< −999"
    return f"{difference:+.2f}".replace("-", "−")


def _verdict(
    rows: Sequence[dict[str, Any]],
    spec: "StackSpec",
    headings: dict[Any, tuple[str, bool]],
) -> str:
    """Return one line: whether theory and simulation agree, and if not, by how much and why."""
    if not rows:
        return "There is nothing to compare: no layer has numbers of both."
    known = [row for row in rows if row["difference_in_sd"] is not None]
    if not any(row["sd"] for row in known):
        return "One seed has no spread to compare with: give more --seeds."
    largest = max(known, key=lambda row: abs(row["difference_in_sd"]))
    heading = headings[largest["signal"], largest["statistic"]][0]
    where = f"{_signed(largest['difference_in_sd'])} sd ({heading} of layer {largest['layer']})"
    off = [row for row in known if abs(row["difference_in_sd"]) > _ERRORS / sqrt(row["seeds"])]
    if not off:
        return (
            f"They agree: no difference is larger than {_ERRORS:g} standard errors of the mean of"
            f" the seeds. The largest is {where}."
        )
    beyond = sum(abs(row["difference_in_sd"]) > 1 for row in off)
    narrowest = min(spec.widths)
    return (
        f"{len(off)} of {len(known)} differ by more than {_ERRORS:g} standard errors of the mean of"
        f" the seeds, {beyond or 'none'} of them by more than one seed from another; the largest is"
        f" {where}. Theory is the limit of infinite width: it leaves out terms of the order of"
        f" layer / width, here up to {spec.depth / narrowest:.2g}, which show most where what it"
        " predicts is small."
    )
