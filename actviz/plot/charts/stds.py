"""Weight stds as the axis of maps and phase diagrams: round numbers, and the known initializers."""

from collections.abc import Sequence
from math import floor, log10

from matplotlib.ticker import MaxNLocator

from actviz.format import axis_number
from actviz.plot.charts.chart import Axis
from actviz.words.charts import marks

#: An axis has so many numbers at least; where they are evenly apart, about so many of these steps.
_LEAST, _EVENLY, _STEPS = 2, 4, (1, 2, 2.5, 5, 10)

#: As many digits as tell the numbers of the narrowest axis apart; those of others end before.
_DIGITS = 12


def std_axis(stds: Sequence[float], width: int, label: str) -> Axis:
    """Return the axis over weight stds of layers of so many units."""
    return Axis(
        values=tuple(stds),
        log=True,
        ticks=tuple((std, axis_number(std, _DIGITS)) for std in _round(stds[0], stds[-1])),
        marks=tuple(
            (std, name, "" if name.startswith("std = ") else name) for std, name in marks(width)
        ),
        label=label,
    )


def _round(low: float, high: float) -> list[float]:
    """Return round numbers from one end to the other: powers of ten, if there are two of them.

    Else 1, 2 and 5 times these or, where the ends are close, numbers that are evenly apart.
    """
    if low == high:
        return [low]
    powers = range(floor(log10(low)), floor(log10(high)) + 1)
    for factors in ((1,), (1, 2, 5)):
        numbers = [factor * 10.0**n for n in powers for factor in factors]
        found = [number for number in numbers if low * 0.999 <= number <= high * 1.001]
        if len(found) >= _LEAST:
            return found
    even = MaxNLocator(_EVENLY, steps=_STEPS, min_n_ticks=_LEAST).tick_values(low, high)
    return [float(number) for number in even if low <= number <= high]
