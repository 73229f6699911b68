"""The same numbers: every statistic of two Records, one by one, and how they differ in words.

`actviz.checks.comparison` says what is compared with what.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from math import inf
from typing import Any

import numpy as np

from actviz.checks.baseline import difference
from actviz.checks.report import Drift, Report
from actviz.errors import SpecError
from actviz.format import axis_number
from actviz.layers.signals import BACKWARD
from actviz.lookup import Table
from actviz.numbers.histogram import Histogram
from actviz.numbers.sums import OF_ITSELF, OF_STD
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.theory.rounding import reproducible_depth


def stop_drift(record: Record, layer: int) -> Drift:
    """Return the drift of a layer that is not finite, or not there."""
    return Drift(
        layer=layer,
        name=layer_name(record, layer),
        signal="activation",
        statistic="finite values",
        expected=1.0,
        low=1.0,
        high=1.0,
        obtained=None,
        distance=inf,
    )


def layer_name(record: Record, layer: int) -> str:
    """Return the name that a layer has; "" where it has none, or a stack stopped before it."""
    return record.layers[layer - 1].name if layer <= len(record.layers) else ""


#: By how much rounding of values must stay below the tolerance of gradients: slopes change by up to
#: 2 |z| times as much where tanh bends, |z| being tens, and few entries carry most.
_SLOPES = 1000

#: In steps of the dtype: so much is rounding that no layer has enlarged, n units and L layers being
#: sqrt(n L) steps.
_PLAIN = 4500

#: In steps of the values, the rounding that an effective rank sees in their differences.
_SPECTRUM = 100

#: Relative: BLAS builds differ in the last bits, and depth multiplies them.
RTOL: Mapping[str, float] = Table({"float64": 1e-9, "float32": 1e-3})

# --- exact ----------------------------------------------------------------------------------


def exact_report(
    records: Sequence[Record], expected: Record, name: str, rtol: float | None
) -> Report:
    """Return in which numbers a record differs; SpecError where that cannot be said."""
    if rtol is None:
        rtol = RTOL[expected.spec.dtype]
    if len(records) > 1:
        raise SpecError("an exact check is of one record: of the baseline's own seed")
    record = records[0]
    if record.spec.seed != expected.spec.seed:
        seeds = f"{expected.spec.seed} and not {record.spec.seed}"
        raise SpecError(f"{name} has seed {seeds}: take the same one, or check statistically")
    _check_stream(record, expected, name)
    drifts: list[Drift] = []
    compared = 0
    last = _last_exact_layer(expected, rtol)
    # The gradients come from the last layer, and through the slopes of all above them.
    finer = min(rtol, max(rtol / _SLOPES, _PLAIN * _eps(expected)))
    chaotic = _last_exact_layer(expected, finer) < expected.spec.depth
    alike = rough = 0
    for layer, other in zip(expected.layers[:last], record.layers, strict=False):
        for statistic in _exact_statistics(layer, other):
            if chaotic and statistic[0] in BACKWARD:
                continue
            if statistic[1] == "effective_rank" and _rounded(layer, _eps(expected), rtol):
                alike += 1
                continue
            compared += 1
            rough += statistic[-1] > 0
            drifts += _judged_exactly(record, layer.layer, *statistic, rtol)
    if len(record.layers) < len(expected.layers):
        drifts.append(stop_drift(record, len(record.layers) + 1))
    if not compared:
        raise SpecError(
            f"{name}: nothing is left to compare, since another processor's rounding may change "
            f"all numbers by more than rtol {rtol:g}: take a larger one, or check statistically"
        )
    left_out = [text for text in (_chaos(expected, last, chaotic),) if text]
    if alike:
        left_out.append("where all inputs look alike, the effective rank is rounding: left out")
    if rough:
        left_out.append(
            "quantiles and median magnitudes of more than 2^20 values are approximate: compared to "
            "within 1e-3 std, or 1/512 of themselves"
        )
    return Report(
        name=name,
        kind="exact",
        drifts=tuple(drifts),
        compared=compared,
        note=f"tolerance: relative {axis_number(rtol)}; distance in tolerances",
        left_out="; ".join(left_out),
    )


def _last_exact_layer(expected: Record, rtol: float) -> int:
    """Return up to which layer another machine gives the same numbers, if nothing has changed."""
    if expected.stack is None or not rtol:
        return expected.spec.depth
    return reproducible_depth(expected.stack, rtol=rtol)


def _eps(record: Record) -> float:
    return float(np.finfo(record.spec.dtype).eps)


def _rounded(layer: LayerRecord, eps: float, rtol: float) -> bool:
    """Whether rounding moves a layer's effective rank by more than `rtol` of it.

    It is that of what differs between inputs, and rounding is a larger part of that.
    """
    stats = layer["activation"].stats
    return rtol * (stats.within_unit_std or 0.0) < _SPECTRUM * eps * (stats.rms or 0.0) and rtol > 0


def _chaos(expected: Record, last: int, chaotic: bool) -> str:
    """Return why a stack is not compared to its end; "" where it is."""
    spec = expected.spec
    where = [f"from layer {last + 1} on"] if last < spec.depth else []
    if chaotic and any(signal in BACKWARD for signal in expected.signals):
        where.append("in all gradients")
    if not where:
        return ""
    name = f"{spec.activation.name} with {spec.init_name}"
    # In float32 rounding may be beyond a tolerance that no layer enlarges it to.
    grows = spec.dtype == "float64" or _last_exact_layer(expected, RTOL["float32"]) < spec.depth
    what = f"{name} is chaotic" if grows else f"{name} in {spec.dtype}"
    reach = f"{', and '.join(where)}{',' if len(where) > 1 else ''}"
    return f"{what}: {reach} another processor's rounding shows, and they are not compared"


def _check_stream(record: Record, expected: Record, name: str) -> None:
    """Refuse two versions of numpy, which promises a Generator's numbers for one only (NEP 19)."""
    made, now = (dict(each.writer).get("numpy") for each in (expected, record))
    drawn = record.stack is not None and record.stack.rng == "spawned"
    if drawn and made and now and made.split(".")[:2] != now.split(".")[:2]:
        raise SpecError(
            f"{name} was made with numpy {made} and this is {now}, whose random numbers may "
            "differ: make it again, or check statistically"
        )


_Pair = tuple[str, str, float | None, float | None, float, float]


def _exact_statistics(layer: LayerRecord, other: LayerRecord) -> Iterator[_Pair]:
    """Yield signal, statistic, both values, what their difference is relative to, and a part.

    The last one is how much of the difference is allowed for, since one of them is approximate.
    """
    theirs = {item.signal: item for item in other.signals}
    for item in layer.signals:
        mine = asdict(item.stats)
        partner = theirs.get(item.signal)
        found: dict[str, Any] = {} if partner is None else asdict(partner.stats)
        rough = {*item.approximate, *(() if partner is None else partner.approximate)}
        for statistic, value in mine.items():
            got = found.get(statistic)
            if statistic == "quantiles":
                pairs = zip(value or (None,) * 7, got or (None,) * 7, strict=True)
                for number, (one, two) in enumerate(pairs, start=1):
                    error = _approximation(one, mine["std"]) if statistic in rough else 0.0
                    yield item.signal, f"quantile {number}", one, two, mine["rms"] or 0.0, error
            else:
                lengths = ("mean", "min", "max", "std", "within_unit_std", "between_unit_std")
                size = mine["rms"] or 0.0 if statistic in lengths else 1.0
                error = _approximation(value, mine["std"]) if statistic in rough else 0.0
                yield item.signal, statistic, value, got, size, error


def _approximation(value: float | None, std: float | None) -> float:
    """Return by how much an approximate value may be off: see `actviz.numbers.sums`."""
    return max(OF_STD * (std or 0.0), OF_ITSELF * abs(value or 0.0))


def _judged_exactly(
    record: Record,
    layer: int,
    signal: str,
    statistic: str,
    expected: float | None,
    obtained: float | None,
    size: float,
    error: float,
    rtol: float,
) -> Iterator[Drift]:
    if expected is None and obtained is None:
        return
    least, distance = 0.0, inf
    if expected is not None:
        least = max(rtol * max(abs(expected), size), error)
    if expected is not None and obtained is not None:
        if abs(obtained - expected) <= least:
            return
        distance = (obtained - expected) / least if least else inf
    middle = 0.0 if expected is None else float(expected)
    yield Drift(
        layer=layer,
        name=layer_name(record, layer),
        signal=signal,
        statistic=statistic,
        expected=None if expected is None else middle,
        low=middle - least,
        high=middle + least,
        obtained=None if obtained is None else float(obtained),
        distance=distance,
    )


# --- two values in a test -------------------------------------------------------------------


def explain(left: object, right: object) -> list[str] | None:
    """Return in lines why two Records or two Histograms are not equal; None for anything else."""
    if isinstance(left, Record) and isinstance(right, Record):
        if odd := difference(left, right):
            return ["Record == Record", f"their specs differ in {odd}"]
        return ["Record == Record", *_explain_layers(left, right)]
    if isinstance(left, Histogram) and isinstance(right, Histogram):
        return ["Histogram == Histogram", *_explain_bins(left, right)]
    return None


def _explain_layers(left: Record, right: Record) -> list[str]:
    drifts = [
        drift
        for layer, other in zip(left.layers, right.layers, strict=False)
        for statistic in _exact_statistics(layer, other)
        for drift in _judged_exactly(right, layer.layer, *statistic[:-1], 0.0, 0.0)
    ]
    report = Report(name="left and right", kind="exact", drifts=tuple(drifts), compared=len(drifts))
    if drifts:
        first = drifts[0]
        head = f"layer {first.layer}, {first.signal}, is the first that differs"
        return [head, *report.to_text().splitlines()[1:]]
    if len(left.layers) != len(right.layers):
        return [f"{len(left.layers)} layers and {len(right.layers)}"]
    if left.spec.seed != right.spec.seed:
        return [f"their seeds are {left.spec.seed} and {right.spec.seed}"]
    for layer, other in zip(left.layers, right.layers, strict=True):
        for one, two in zip(layer.signals, other.signals, strict=True):
            if one.histogram != two.histogram:
                head = f"layer {layer.layer}, {one.signal}: the histograms differ"
                return [head, *_explain_bins(one.histogram, two.histogram)]
    return ["they differ in what no statistic tells"]


def _explain_bins(left: Histogram, right: Histogram) -> list[str]:
    if left.n_bins != right.n_bins:
        return [f"{left.n_bins} bins and {right.n_bins}"]
    if (left.edges != right.edges).any():
        ends = (" … ".join(axis_number(x, 6) for x in h.edges[[0, -1]]) for h in (left, right))
        return [f"their edges differ: {' and '.join(ends)}"]
    lines = [
        f"{name}: {getattr(left, name)} and {getattr(right, name)}"
        for name in ("underflow", "overflow", "nonfinite")
        if getattr(left, name) != getattr(right, name)
    ]
    odd = [index for index in range(left.n_bins) if left.counts[index] != right.counts[index]]
    for index in odd[:10]:
        low, high = left.edges[index], left.edges[index + 1]
        bin_ = f"{axis_number(low, 4)} … {axis_number(high, 4)}"
        lines.append(f"bin {bin_}: {left.counts[index]} and {right.counts[index]}")
    return lines + ([f"… and {len(odd) - 10} more bins"] if len(odd) > 10 else [])
