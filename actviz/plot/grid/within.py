"""What a unit spreads over the inputs, where that is narrower than the bins can show.

A narrow peak falls into one bin or into two, as its mean lies to an edge: the narrower of two may
then look the wider one. Its std is known, and a bar of that std shows it.
"""

from math import sqrt
from typing import NamedTuple

from actviz.plot.heights import HeightUnit
from actviz.records.signal import SignalRecord

#: Values that are spread evenly have a std of their width over this.
_EVENLY = sqrt(12.0)


class NarrowBar(NamedTuple):
    """A bar in a panel: its middle and its width, from 0 to 1 along the axis, and its height.

    The height is in the unit of the panel's bars, and the area that of all the values.
    """

    middle: float
    width: float
    height: float


def narrow_bar(item: SignalRecord, values: HeightUnit) -> NarrowBar | None:
    """Return the bar of a unit's spread whose std is under half a bin, and half that of all values.

    None where bins show it: a unit that spreads as all units do is drawn as they are.
    """
    within, mean, std = item.stats.within_unit_std, item.stats.mean, item.stats.std
    edges = item.histogram.edges
    low, high = float(edges[0]), float(edges[-1])
    bin_width = (high - low) / (len(edges) - 1)
    if within is None or mean is None or std is None or not low <= mean <= high:
        return None
    if within >= min(bin_width, std) / 2:
        return None
    width = _EVENLY * max(within, 1e-9 * bin_width)
    height = 1.0 / width if values == "density" else item.stats.count * bin_width / width
    return NarrowBar((mean - low) / (high - low), width / (high - low), height)
