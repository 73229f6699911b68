"""Weight stds as the axis of maps and phase diagrams: decades, and the known initializers."""

from collections.abc import Sequence
from math import floor, log10

from actviz.format import axis_number
from actviz.plot.charts.chart import Axis
from actviz.words.charts import marks


def std_axis(stds: Sequence[float], width: int, label: str) -> Axis:
    """Return the axis over weight stds of layers of so many units."""
    first, last = floor(log10(stds[0])), floor(log10(stds[-1]))
    return Axis(
        values=tuple(stds),
        log=True,
        ticks=tuple((10.0**n, axis_number(10.0**n)) for n in range(first, last + 1)),
        marks=tuple(
            (std, name, "" if name.startswith("std = ") else name) for std, name in marks(width)
        ),
        label=label,
    )
