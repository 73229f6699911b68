"""What statistics can be at all: asked of a Record that is read, since anybody may write a file.

This room compares numbers with each other and repairs nothing. What a simulation finds passes with
every rounding of its own, which is far below `ROUNDING`.
"""

from collections.abc import Collection, Iterator
from math import hypot, inf
from sys import float_info
from typing import Any

from actviz.errors import RecordError
from actviz.numbers.histogram import Histogram
from actviz.numbers.stats import QUANTILE_LEVELS, SignalStats, Statistic

#: What rounding may do, relative to the largest value: 10^5 sums of 10^5 terms would do less.
ROUNDING = 1e-9

#: Never below 0.
_SIZES = ("std", "rms", "within_unit_std", "between_unit_std", "median_magnitude")
#: What every signal has that has a value, if these statistics of it were kept.
_NEEDED: dict[Statistic, tuple[str, ...]] = {
    "scale": ("mean", "rms", "min", "max"),
    "size": ("rms",),
    "quantiles": ("quantiles",),
}


def check_possible(
    stats: SignalStats,
    histogram: Histogram | None,
    zeros: int,
    units: int,
    kept: Collection[Statistic],
) -> None:
    """Raise RecordError if no values can have these statistics and this histogram.

    Parameters
    ----------
    stats : SignalStats
        Of the values.
    histogram : Histogram or None
        Of the same values, or of their magnitudes; None where none was kept.
    zeros : int
        How many of them are exactly 0.
    units : int
        How many units they are of.
    kept : collection of str
        Which statistics were kept.
    """
    for wrong in _impossible(stats, histogram, zeros, units, kept):
        raise RecordError(f"no values have these statistics: {wrong}")


def _impossible(
    stats: SignalStats,
    histogram: Histogram | None,
    zeros: int,
    units: int,
    kept: Collection[Statistic],
) -> Iterator[str]:
    needed = dict.fromkeys(name for each in kept for name in _NEEDED.get(each, ()))
    known: dict[str, Any] = {name: getattr(stats, name) for name in needed}
    if missing := [name for name, value in known.items() if (value is None) == (stats.count > 0)]:
        yield f"{stats.count} of them, and {missing[0]} is {known[missing[0]]}"
    for name in _SIZES:
        if (value := getattr(stats, name)) is not None and value < 0:
            yield f"{name} {value} is below 0"
    if stats.mean_cosine is not None and abs(stats.mean_cosine) > 1:
        yield f"mean_cosine {stats.mean_cosine} is not from -1 to 1"
    rank = 1.0 if stats.effective_rank is None else stats.effective_rank
    if rank < 1 - ROUNDING:
        yield f"effective_rank {rank} is below 1"
    if rank > units * (1 + ROUNDING):
        yield f"effective_rank {rank} of {units} units"
    if stats.constant and stats.std:
        yield f"constant, and std is {stats.std}"
    if stats.count:
        yield from _of_order(stats)
        yield from _of_units(stats, zeros, units)
        yield from _of_moments(stats)
        if abs((stats.zero_fraction or 0.0) * stats.count - zeros) > 1e-3:
            yield f"zero_fraction {stats.zero_fraction} of {stats.count} is no whole number"
        if histogram is not None:
            yield from _of_counts(stats, histogram, zeros)


def _of_order(stats: SignalStats) -> Iterator[str]:
    ends: Any = (stats.min, *(stats.quantiles or ()), stats.max)
    ordered = tuple(end for end in ends if end is not None)
    if list(ordered) != sorted(ordered):
        yield f"min, quantiles and max are out of order in {ordered}"


def _of_units(stats: SignalStats, zeros: int, units: int) -> Iterator[str]:
    dead, idle = stats.dead_unit_fraction, stats.idle_unit_fraction
    if dead is not None and dead * stats.count > zeros + ROUNDING * stats.count:
        yield f"dead_unit_fraction {dead}, and {zeros} of {stats.count} values are 0"
    if dead is not None and idle is not None and dead > idle + ROUNDING:
        yield f"dead_unit_fraction {dead} is above idle_unit_fraction {idle}"
    for name, share in (("dead", dead), ("idle", idle)):
        if share is not None and abs(share * units - round(share * units)) > 1e-3:
            yield f"{name}_unit_fraction {share} of {units} units is no whole number"
    quantiles = stats.quantiles or ()
    # Between two quantiles that are 0, all values are.
    between = [level for level, q in zip(QUANTILE_LEVELS, quantiles, strict=False) if q == 0]
    least = (between[-1] - between[0]) * (stats.count - 1) - 1 if between else 0.0
    if zeros < least:
        yield f"{len(between)} quantiles are 0, and {zeros} of {stats.count} values"
    middle = stats.median_magnitude
    largest = inf if stats.min is None else max(abs(stats.min), abs(stats.max or 0.0))
    if middle is not None and middle > largest:
        yield f"median_magnitude {middle} is beyond min {stats.min} and max {stats.max}"


def _of_moments(stats: SignalStats) -> Iterator[str]:
    mean, rms, low, high = stats.mean, stats.rms, stats.min, stats.max
    if mean is None or rms is None or low is None or high is None:
        return
    std = stats.std or 0.0  # a single value has none
    largest = max(abs(low), abs(high))
    # Halves: the difference of two floats may overflow.
    slack = ROUNDING * largest + 1e-300
    if not low - slack <= mean <= high + slack:
        yield f"mean {mean} is not between min {low} and max {high}"
    if std > high / 2 - low / 2 + slack:  # Popoviciu's inequality
        yield f"std {std} is more than half of max - min"
    if abs(hypot(mean, std) - rms) > slack:
        yield f"rms {rms} is not the root of mean^2 + std^2"
    skewness, excess = stats.skewness, stats.excess_kurtosis
    if skewness is not None and excess is not None and std:
        least = skewness**2 - 2  # Pearson's inequality
        # Sums of n rounded terms, which are large where the values are far from 0.
        error = ROUNDING + 8 * float_info.epsilon * stats.count * largest / std
        if excess < least - error * (1 + skewness**2):
            yield f"excess_kurtosis {excess} is below skewness^2 - 2 = {least}"
    within, between = stats.within_unit_std, stats.between_unit_std
    # With values left out, units are of several sizes, and the two do not add up.
    complete = None not in (within, between) and not stats.nonfinite and not stats.constant
    if complete and abs(hypot(within or 0.0, between or 0.0) - std) > 2 * slack:
        yield f"std {std} is not the root of within_unit_std^2 + between_unit_std^2"


def _of_counts(stats: SignalStats, histogram: Histogram, zeros: int) -> Iterator[str]:
    edges, counts = histogram.edges, histogram.counts
    if histogram.kind == "magnitudes":
        if histogram.underflow < zeros:
            yield f"{zeros} zeros, and {histogram.underflow} magnitudes below the axis"
        return
    if stats.min is None or stats.max is None:
        return
    if bool(histogram.underflow) != (stats.min < edges[0]):
        yield f"min {stats.min}, and {histogram.underflow} values below {edges[0]}"
    if bool(histogram.overflow) != (stats.max > edges[-1]):
        yield f"max {stats.max}, and {histogram.overflow} values above {edges[-1]}"
    places = [histogram.underflow, *counts.tolist(), histogram.overflow]
    place = int((edges <= 0.0).sum()) if edges[-1] != 0.0 else len(counts)
    if places[place] < zeros:
        yield f"{zeros} zeros, and {places[place]} values in the bin of 0"
