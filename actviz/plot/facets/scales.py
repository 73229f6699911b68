"""The scale of a trend over the layers, and what it leaves out."""

from collections.abc import Iterator, Sequence
from math import ceil, floor, isfinite, log10
from statistics import median

import numpy as np

from actviz.format import magnitude
from actviz.plot.marks.trends import (
    LogAxis,
    Series,
    TrendPanel,
    _nines,
)
from actviz.words.say import say

#: A logarithmic axis reaches at most so many decades below and above where the stacks begin.
_BELOW, _ABOVE = 10, 6


#: The last power of ten that is a float.
_LAST = 308


#: And about so many of its powers of ten are labelled.
MARKS = 6


#: Nines of a cosine that float64 tells from 1, less what a mean over pairs loses.
_NINES = 12


def scale_of(trend: TrendPanel, series: Sequence[Series]) -> LogAxis:
    """Return the axis on which a trend's series lie, or begin."""
    every = [v for one in series for v in (*one.values, *one.second) if v is not None]
    if trend.scale == "nines":
        most = max((-log10(max(1.0 - value, 1e-17)) for value in every), default=1.0)
        return LogAxis(low=0, high=min(max(1, ceil(most)), _NINES), nines=True)
    at = -1 if trend.backward else 0  # where the gradient begins: at the end
    begin = [one.values[at] for one in series if one.values]
    low, high = _decades(every, [value for value in begin if value is not None])
    return LogAxis(low=low, high=high)


def _decades(values: Sequence[float], first: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten to draw between: of all positive `values`, not far from `first`."""
    logs = [log10(value) for value in values if value > 0]
    if not logs:
        return -1, 0
    begin = median([log10(value) for value in first if value > 0] or logs)
    low = max(floor(min(logs)), floor(begin) - _BELOW)
    high = min(ceil(max(logs)), ceil(begin) + _ABOVE, _LAST)
    return min(low, high - 1), high


def ends_of(
    trend: TrendPanel, series: Sequence[Series], scale: LogAxis
) -> Iterator[tuple[float, str, str]]:
    """Yield places from 0 to 1, texts and colours of the names beside the lines of several."""
    at = 0 if trend.names_at == "left" else -1
    for one in series if len(series) > 1 else ():
        places = scale(one.values)
        places = places[np.isfinite(places)]
        if len(places):
            yield float(np.clip(places[at], 0.0, 1.0)), one.name, one.color


def notes_of_trend(
    trend: TrendPanel, series: Sequence[Series], scale: LogAxis
) -> dict[str, list[str]]:
    """Return what the axis cannot show, and the names of the stacks that it is said of."""
    told: dict[str, list[str]] = {}
    for one in series:
        if scale.nines:
            if any(place > 1 for place in scale(one.values)):
                told.setdefault(say("note.over", high=_nines(scale.high)), []).append(one.name)
            continue
        numbers = [value for value in one.values if value is not None and isfinite(value)]
        beyond = [v for v in numbers if v > 0 and not -1e-9 <= float(scale((v,))[0]) <= 1 + 1e-9]
        if beyond:
            far = max(beyond, key=lambda value: abs(log10(value)))
            several = len(series) > 1
            name = say("note.to", name=one.name, far=magnitude(far)) if several else one.name
            told.setdefault(say("note.off_axis"), []).append(name)
    return told
