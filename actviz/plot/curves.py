"""From the layers of stacks to curves on shared scales: for views that draw layers on one axis."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actviz.diagnose import collapsed
from actviz.plot.bars import (
    GROUPS,
    Place,
    ShareY,
    Values,
    even_level,
    half_a_count,
    heights_of,
    scaled,
)
from actviz.record import LayerRecord, Record
from actviz.spec import Signal

#: On one scale for all stacks of an activation, heights end at so many times the level of values
#: that are spread evenly over the axis: else a stack that has collapsed to a spike would flatten
#: all others. A curve that goes higher is cut there, and said to be.
CAP = 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """The heights of one layer's bins, from 0 to 1 on the scale of its group.

    Parameters
    ----------
    heights : ndarray, shape (n_bins,)
        From 0 to 1.
    peak : float or None
        The greatest height before it was cut, in the unit of the histogram; None where nothing
        was cut.
    highest : int
        The bin that is, or was, the highest.
    collapsed : bool
        Whether the layer's units hardly vary over the inputs.
    """

    heights: NDArray[np.float64]
    peak: float | None
    highest: int
    collapsed: bool


def curves_of(
    layers: Mapping[Place, LayerRecord],
    *,
    signal: Signal,
    share_y: ShareY,
    values: Values,
    log_y: bool,
) -> dict[Place, Curve]:
    """Return a curve for every layer.

    Parameters
    ----------
    layers : mapping
        Layers by activation, stack and layer.
    signal : {"activation", "preactivation"}
        Which signal of theirs.
    share_y : {"row", "column", "all", "none"}
        Which curves have one scale: those of a stack, of a layer, of an activation, or each its
        own. The scale of an activation ends at `CAP` times the even level.
    values, log_y
        As in `plot_grid`.
    """
    raw = {place: heights_of(layer[signal], values) for place, layer in layers.items()}
    groups: dict[Hashable, list[Place]] = {}
    for place in layers:
        groups.setdefault(GROUPS[share_y](place, place[1]), []).append(place)
    curves = {}
    for places in groups.values():
        items = [layers[place][signal] for place in places]
        level = max(even_level(item, values) for item in items)
        top = max(level, *(float(raw[place].max(initial=0.0)) for place in places))
        if share_y == "all" and not log_y:
            top = min(top, CAP * level)
        least = min(half_a_count(item, values) for item in items) if log_y else None
        for place in places:
            peak = float(raw[place].max(initial=0.0))
            curves[place] = Curve(
                heights=scaled(np.minimum(raw[place], top), top, least),
                peak=peak if peak > top * (1 + 1e-9) else None,
                highest=int(raw[place].argmax()),
                collapsed=collapsed(layers[place]),
            )
    return curves


def stack_curves(
    records: Sequence[Record],
    *,
    signal: Signal,
    share_y: ShareY,
    values: Values,
    log_y: bool,
) -> list[list[Curve]]:
    """Return the curves of the layers of every record; the parameters are those of `curves_of`."""
    names = [record.spec.activation.name for record in records]
    layers = {
        (names.index(name), stack, index): layer
        for stack, (name, record) in enumerate(zip(names, records, strict=True))
        for index, layer in enumerate(record.layers)
    }
    curves = curves_of(layers, signal=signal, share_y=share_y, values=values, log_y=log_y)
    return [
        [curves[names.index(name), stack, index] for index in range(len(record.layers))]
        for stack, (name, record) in enumerate(zip(names, records, strict=True))
    ]


def reading(stacks: Sequence[Sequence[Curve]]) -> str:
    """Return what is done with curves that are too high, for a figure's foot."""
    cut = any(curve.peak for curves in stacks for curve in curves)
    return f"Cut where higher than {CAP:g} times an even spread." if cut else ""
