"""Record × baseline -> Report: is it still the same law? No pytest, no printing, no disk.

Three kinds of comparison. `exact` asks for the same numbers, `statistical` for numbers that another
seed of the same law could have given, with one false alarm in a thousand checks, and `theory` for
those of mean field theory, without a baseline.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import inf, sqrt
from typing import get_args

from actviz.checks.baseline import (
    MIN_SEEDS,
    Baseline,
    Expected,
    MeasureKey,
    check_sized,
    difference,
    measured,
)
from actviz.checks.exact import exact_report, layer_name, stop_drift
from actviz.checks.measures import MEASURES, Measure
from actviz.checks.report import CheckKind, Drift, Report
from actviz.checks.theory import theory_report
from actviz.errors import SpecError
from actviz.numbers.scalars import is_number
from actviz.numbers.tails import student_quantile
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.simulation.ensemble import DEFAULT_SEEDS, simulate_ensemble
from actviz.simulation.stacks import simulate

KINDS: tuple[CheckKind, ...] = get_args(CheckKind)

#: Of a whole check: over all its layers, signals and statistics together.
FALSE_ALARM = 1e-3

#: What a spread of 0 allows, on the measure's scale: a mean is written with nine digits.
_ROUNDING = 1e-8
#: What a share of zeros is allowed at least, as a logit: it is a count, and no normal number.
_COUNTS = 0.25


def make_baseline(
    spec: StackSpec, seeds: int = DEFAULT_SEEDS, measuring: Measuring | None = None
) -> Baseline:
    """Simulate a stack under several seeds and return what a check of it expects.

    Raises
    ------
    SpecError
        If there are fewer than 5 seeds, or the spec cannot be run.
    """
    return Baseline.of(simulate_ensemble(spec, measuring=measuring, seeds=seeds).records)


def baseline_of(
    subject: StackSpec | Record | Sequence[Record], kind: CheckKind = "statistical"
) -> Baseline:
    """Return the baseline of a stack, of a Record, or of one Record for each seed.

    The spread of a simulated stack is measured over 40 seeds, unless `kind` is "exact".

    Raises
    ------
    SpecError
        If a spread is needed and nobody can measure it: of one record of arrays, or of too few.
    """
    if not isinstance(subject, Record | Iterable):
        return make_baseline(subject) if kind == "statistical" else Baseline.of([simulate(subject)])
    records = [subject] if isinstance(subject, Record) else list(subject)
    if kind == "exact" or len(records) != 1:
        return Baseline.of(records)
    if (stack := records[0].stack) is None:
        raise SpecError(
            f"one record of arrays has no spread between seeds: give at least {MIN_SEEDS} "
            'records, one for each seed, or check with kind="exact"'
        )
    spread = make_baseline(stack, measuring=records[0].measuring)
    return Baseline(record=records[0], seeds=spread.seeds, spread=spread.spread)


def rerun(baseline: Baseline, seeds: int = 1) -> list[Record]:
    """Simulate a baseline's own spec again, under its seed and those that follow it.

    Raises
    ------
    SpecError
        If the baseline is of recorded arrays, which nobody can run.
    """
    if (stack := baseline.record.stack) is None:
        raise SpecError("a baseline of recorded arrays has nothing to run: give a record to check")
    measuring = baseline.record.measuring
    return list(simulate_ensemble(stack, measuring=measuring, seeds=seeds).records)


def compare(
    obtained: Record | Sequence[Record],
    baseline: Baseline | Record | None = None,
    *,
    kind: CheckKind = "statistical",
    name: str = "baseline",
    false_alarm: float = FALSE_ALARM,
    rtol: float | None = None,
) -> Report:
    """Return in which statistics a record is not what a baseline expects.

    Parameters
    ----------
    obtained : Record, or a sequence of them
        What to check; several are seeds of one stack, and their mean is compared, which sees
        smaller changes.
    baseline : Baseline or Record, optional
        What is expected; a Record only for an exact comparison, and nothing for theory.
    kind : {"statistical", "exact", "theory"}
        How. The seed may differ for "statistical", and must not for "exact".
    name : str
        Of the baseline, for the report.
    false_alarm : float
        The probability that a statistical check of an unchanged stack fails, over all layers,
        signals and statistics together, from 1e-9 to 0.5.
    rtol : float, optional
        What "exact" allows, relative to each statistic (to the rms, where that is larger). Default:
        1e-9, and 1e-3 for stacks in float32.

    Raises
    ------
    SpecError
        If the records' specs are not the baseline's: the message names the field. Also where the
        baseline's spread is not known, the kind is another one, or nothing is left to compare.

    Notes
    -----
    On its measure's scale (the logarithm of a size, the logit of a share), the mean of N seeds is
    compared with that of the baseline's n seeds, of standard deviation s. It passes within
    t s sqrt(1/n + 1/N): a prediction interval, t being Student's quantile for n - 1 degrees of
    freedom at false_alarm / (2 k) for k comparisons (Bonferroni; they are correlated, so that the
    rate is lower than said). t has at most 30 degrees of freedom, for measures of a layer's shape
    and in stacks with a layer below 28 units 12, and for a mean 8: what seeds scatter has heavier
    tails than a normal distribution. With these, the rate was kept in stacks of at least 20 units,
    and a statistical check of narrower layers is refused. Of layers in which all inputs look alike
    (mean cosine within 1e-6 of 1) it is not compared how much they differ: that is rounding.
    """
    records = [obtained] if isinstance(obtained, Record) else list(obtained)
    if kind not in KINDS:
        raise SpecError(f"kind must be {' or '.join(KINDS)} (got {kind!r})")
    check_limits(false_alarm=false_alarm, rtol=rtol)
    if not records:
        raise SpecError("nothing to check: give one record at least")
    if kind == "theory":
        return theory_report(records, name, false_alarm)
    if baseline is None:
        raise SpecError(f"a check of kind {kind} needs a baseline; theory needs none")
    expected = Baseline.of([baseline]) if isinstance(baseline, Record) else baseline
    for record in records:
        if odd := difference(expected.record, record):
            raise SpecError(f"{name} is of another stack: they differ in {odd}")
    if kind == "exact":
        return exact_report(records, expected.record, name, rtol)
    return _statistical(records, expected, name, false_alarm)


def check_limits(*, false_alarm: float = FALSE_ALARM, rtol: float | None = None) -> None:
    """Raise SpecError if a limit is out of its range."""
    if not is_number(false_alarm) or not 1e-9 <= false_alarm <= 0.5:
        raise SpecError(f"false_alarm must be from 1e-9 to 0.5 (got {false_alarm!r})")
    if rtol is not None and (not is_number(rtol) or not 0 <= rtol < 1):
        raise SpecError(f"rtol must be from 0 to below 1 (got {rtol!r})")


# --- statistical ----------------------------------------------------------------------------


def _statistical(
    records: Sequence[Record], baseline: Baseline, name: str, false_alarm: float
) -> Report:
    if not baseline.spread:
        check_sized([layer.width for layer in baseline.record.layers], baseline.record.spec.samples)
        raise SpecError(
            f"{name} knows no spread between seeds: make it of several, or check exactly"
        )
    check_sized([layer.width for layer in baseline.record.layers], baseline.record.spec.samples)
    tail = false_alarm / (2 * len(baseline.spread))
    places = [_places(record) for record in records]
    drifts = []
    stops = {layer for record in records if (layer := record.first_nonfinite_layer) is not None}
    reached = max(key[0] for key in baseline.spread)
    if stops and min(stops) <= reached:
        drifts.append(stop_drift(records[0], min(stops)))
    last = min(stops, default=inf)
    for key, expected in baseline.spread.items():
        if key[0] < last:
            found = [place.get(key) for place in places]
            drifts += _judged(key, expected, found, tail, records[0])
    names = "seed" if len(records) == 1 else "seeds, their mean"
    note = (
        f"tolerance: {len(records)} {names}, against {baseline.seeds} seeds; one false alarm in "
        f"{1 / false_alarm:,.0f} checks of {len(baseline.spread)} statistics; distance in sd"
    )
    return Report(
        name=name,
        kind="statistical",
        drifts=tuple(drifts),
        compared=len(baseline.spread),
        note=note,
    )


def _places(record: Record) -> dict[MeasureKey, float | None]:
    """Return every measure of a record, on its scale; None where a value is not finite."""
    found: dict[MeasureKey, float | None] = {}
    for key, measure, item in measured(record.layers):
        value = None if item.stats.nonfinite else measure.of(item.stats)
        found[key] = None if value is None else measure.forward(value, item.stats.count)
    return found


def _judged(
    key: MeasureKey, expected: Expected, found: Sequence[float | None], tail: float, record: Record
) -> Iterator[Drift]:
    """Yield a drift if the mean of what was found is beyond the tolerance, or is not defined."""
    measure = MEASURES[key[2]]
    sd = expected.sd * sqrt(1 / expected.count + 1 / len(found))
    width = min(layer.width for layer in record.layers)
    df = min(expected.count - 1, measure.freedom(width))
    tolerance = max(student_quantile(tail, df) * sd, _least(measure, expected))
    known = [place for place in found if place is not None]
    mean = sum(known) / len(known) if len(known) == len(found) else None
    if mean is not None and abs(mean - expected.mean) <= tolerance:
        return
    unit = sd or _least(measure, expected)
    yield Drift(
        layer=key[0],
        name=layer_name(record, key[0]),
        signal=key[1],
        statistic=key[2],
        expected=measure.back(expected.mean),
        low=measure.back(expected.mean - tolerance),
        high=measure.back(expected.mean + tolerance),
        obtained=None if mean is None else measure.back(mean),
        distance=inf if mean is None else (mean - expected.mean) / unit,
    )


def _least(measure: Measure, expected: Expected) -> float:
    counted = measure.name.endswith("_fraction")
    return _COUNTS if counted else _ROUNDING * max(1.0, abs(expected.mean))
