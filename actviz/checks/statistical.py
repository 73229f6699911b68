"""Numbers that another seed of the same law could have given: means of seeds, within a tolerance.

`actviz.checks.comparison.compare` says which tolerance.
"""

from collections.abc import Iterator, Sequence
from math import inf, sqrt

from actviz.checks.baseline import Baseline, Expected, MeasureKey, check_sized, measured
from actviz.checks.exact import layer_name, stop_drift
from actviz.checks.measures import MEASURES, Measure
from actviz.checks.report import Drift, Report
from actviz.errors import SpecError
from actviz.numbers.tails import student_quantile
from actviz.records.record import Record

#: What a spread of 0 allows, on the measure's scale: a mean is written with nine digits.
_ROUNDING = 1e-8
#: What a share of zeros is allowed at least, as a logit: it is a count, and no normal number.
_COUNTS = 0.25


def statistical_report(
    records: Sequence[Record], baseline: Baseline, name: str, false_alarm: float
) -> Report:
    """Return in which measures the mean of some seeds is beyond a baseline's prediction interval.

    SpecError where the baseline knows no spread, or its stack is too small for one.
    """
    check_sized([layer.width for layer in baseline.record.layers], baseline.record.spec.samples)
    if not baseline.spread:
        raise SpecError(
            f"{name} knows no spread between seeds: make it of several, or check exactly"
        )
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
