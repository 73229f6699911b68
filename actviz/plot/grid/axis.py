"""The vertical axis of a row of panels: where its labels stand, and what they are.

Only heights whose unit is of interest have one: logarithmic ones, and counts.
"""

from collections.abc import Iterable
from math import ceil, floor, log10

import numpy as np

from actviz.format import power_of_ten, significant
from actviz.layers.signals import Signal
from actviz.plot.grid.content import Content
from actviz.plot.heights import Span, even_level, half_a_count, heights_of, scaled
from actviz.plot.paper.ticks import Tick
from actviz.records.signal import LayerRecord


def height_ticks(span: Span, most: float = 1.0) -> list[Tick]:
    """Return places up to `most` up a panel, and what stands there, the most important first."""
    if span.least is None:
        top = _round(span.top * min(1.0, most / span.free))
        return [(top / span.top * span.free, significant(top, 1)), (0.0, "0")] if top else []
    exponents = _decades(span.least, span.top)
    places = scaled(10.0 ** np.array(exponents), span.top, span.least) * span.free
    ticks = [
        (float(place), power_of_ten(exponent))
        for place, exponent in zip(places, exponents, strict=True)
        if place <= most
    ]
    return [*ticks[-1:], *ticks[:1], *ticks[-2:0:-1]][: len(ticks)]


def possible_labels(
    layers: Iterable[tuple[Signal, LayerRecord]], content: Content, window: slice
) -> set[str]:
    """Return what may stand at the axes of these layers' rows, whichever of them have one scale."""
    items = [layer[signal] for signal, layer in layers]
    tops: list[float] = []
    leasts: list[float] = []
    for item in items:
        highest = heights_of(item, content.values, window).max(initial=0.0)
        tops += [float(highest), even_level(item, content.values, window)]
        leasts.append(half_a_count(item, content.values, window))
    if not content.log_y:
        return {"0", *(significant(_round(top), 1) for top in tops if top)}
    least = min(leasts, default=1.0)
    top = max([2.0 * least, *tops])
    return {power_of_ten(exponent) for exponent in _decades(least, top)}


def _decades(least: float, top: float) -> list[int]:
    """Return the exponents of ten from `least` to `top`."""
    top = max(top, 2.0 * least)
    return [*range(ceil(log10(least) - 1e-9), floor(log10(top) + 1e-9) + 1)]


def _round(top: float) -> float:
    """Return the largest of 1, 2, 5, 10 … up to `top`; 0 where it is none."""
    if top <= 0.0:
        return 0.0
    power = 10.0 ** floor(log10(top))
    return max(step * power for step in (1, 2, 5) if step * power <= top * (1 + 1e-9))
