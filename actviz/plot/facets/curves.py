"""From the layers of stacks to curves on shared scales: for views that draw layers on one axis."""

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from actviz.format import percent
from actviz.layers.signals import FORWARD, Signal
from actviz.plot.heights import (
    ALL,
    GROUPS,
    Heights,
    Place,
    Scales,
    Span,
    axis_labels,
    even_level,
    half_a_count,
    heights_of,
    scaled,
    window_of,
)
from actviz.plot.marks.steps import Curve
from actviz.plot.paper.ticks import Tick
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.words.keys import Key, key
from actviz.words.say import say, saying
from actviz.words.told import Told

#: On one scale for all stacks of an activation, heights end at so many times the level of values
#: that are spread evenly over the axis: else a stack that has collapsed to a spike would flatten
#: all others. A curve that goes higher is cut there, and said to be.
CAP = 4.0


def curves_of(
    layers: Mapping[Place, LayerRecord],
    heights: Heights,
    *,
    hollow: Collection[Place] = (),
    given: Scales | None = None,
) -> tuple[dict[Place, Curve], Scales]:
    """Return a curve for every layer, and the scales that they are drawn on.

    Parameters
    ----------
    layers : mapping
        Layers by activation, stack and layer.
    heights : Heights
        Of which signal, in which unit, and which curves have one scale: those of a stack ("row"),
        of a layer ("column"), of an activation ("all"), or each its own. The scale of an
        activation ends at `CAP` times the even level.
    hollow : collection
        Layers whose units hardly vary over the inputs.
    given : Scales, optional
        Instead of those that follow from the layers.
    """
    values = heights.values
    items = {place: layer[heights.signal] for place, layer in layers.items()}
    windows = {number: _window(number, items, given) for number in {place[0] for place in items}}
    raw = {place: heights_of(item, values, windows[place[0]]) for place, item in items.items()}
    groups: dict[Hashable, list[Place]] = {}
    for place in layers:
        groups.setdefault(GROUPS[heights.share_y](place, place[1]), []).append(place)
    curves: dict[Place, Curve] = {}
    spans: dict[tuple[Signal, Hashable], Span] = {}
    for group, places in groups.items():
        own = {place: items[place] for place in places}
        span = given.spans.get((heights.signal, group)) if given else None
        span = span or _span(own, raw, heights, windows[places[0][0]])
        spans[heights.signal, group] = span
        for place in places:
            peak = float(raw[place].max(initial=0.0))
            curves[place] = Curve(
                heights=scaled(np.minimum(raw[place], span.top), span.top, span.least),
                peak=peak / span.top if peak > span.top * (1 + 1e-9) else None,
                highest=int(raw[place].argmax()),
                collapsed=place in hollow,
            )
    return curves, Scales(windows=windows, spans=spans)


def _window(number: int, items: Mapping[Place, SignalRecord], given: Scales | None) -> slice:
    """Return which bins an axis shows: all, but of magnitudes those that hold values."""
    if given and number in given.windows:
        return given.windows[number]
    own = [item for place, item in items.items() if place[0] == number]
    return window_of(own) if any(item.of_magnitudes for item in own) else ALL


def _span(
    items: Mapping[Place, SignalRecord],
    raw: Mapping[Place, NDArray[np.float64]],
    heights: Heights,
    window: slice,
) -> Span:
    """Return the scale of the curves that share one."""
    level = max(even_level(item, heights.values, window) for item in items.values())
    top = max(level, *(float(raw[place].max(initial=0.0)) for place in items))
    # A share of a decade is at most the whole: no collapsed stack flattens the others there.
    if heights.share_y == "all" and not heights.log_y and window == ALL:
        top = min(top, CAP * level)
    if not heights.log_y:
        return Span(top=top, least=None)
    least = min(half_a_count(item, heights.values, window) for item in items.values())
    return Span(top=top, least=least)


def stack_curves(
    stacks: Sequence[Told], heights: Heights, given: Scales | None = None
) -> tuple[list[list[Curve]], Scales]:
    """Return the curves of the layers of every stack, and the scales that they are drawn on."""
    numbers = _numbers(stacks)
    layers = {
        (numbers[stack], stack, index): layer
        for stack, told in enumerate(stacks)
        for index, layer in enumerate(told.layers)
    }
    forward = heights.signal in FORWARD
    hollow = [p for p, layer in layers.items() if forward and layer.layer in stacks[p[1]].alike]
    curves, scales = curves_of(layers, heights, hollow=hollow, given=given)
    rows = [
        [curves[numbers[stack], stack, index] for index in range(len(told.layers))]
        for stack, told in enumerate(stacks)
    ]
    return rows, scales


def _numbers(stacks: Sequence[Told]) -> list[int]:
    """Return the number of each stack's axis: that of the first stack of its activation."""
    names = [told.spec.activation.name for told in stacks]
    return [names.index(name) for name in names]


def axes_of(stacks: Sequence[Told], signal: Signal, scales: Scales) -> list[list[Tick]]:
    """Return for each stack what to label on its axis, as `axis_labels` does."""
    return [
        axis_labels(told.record, signal, scales.windows[number])
        for told, number in zip(stacks, _numbers(stacks), strict=True)
    ]


def reading(
    curves: Sequence[Sequence[Curve]],
    stacks: Sequence[Told],
    signal: Signal,
    scales: Scales,
    *,
    given: bool = False,
    marked: bool = False,
) -> list[Key]:
    """Return what is done with curves that are too high, and what the axis is.

    `given` says whether the scales come from outside, `marked` whether a peak that is cut says how
    high it would go.
    """
    said = []
    if any(curve.peak for own in curves for curve in own):
        cut = key("cut_marked", times=CAP) if marked else key("cut", times=CAP)
        said.append(key("cut_given") if given else cut)
    if any(layer[signal].of_magnitudes for told in stacks for layer in told.layers):
        lows = [scales.windows[number].start for number in _numbers(stacks)]
        pairs = zip(stacks, lows, strict=True)
        below = percent(max(_share_below(told, low, signal) for told, low in pairs))
        said.append(key("magnitudes", below=below))
    return said


def _share_below(told: Told, low: int, signal: Signal) -> float:
    """Return the largest share of a layer's magnitudes that lies below the axis, zeros left out."""
    return max(
        float(item.histogram.underflow - item.zeros + item.histogram.counts[:low].sum())
        / max(item.stats.count, 1)
        for item in (layer[signal] for layer in told.layers)
    )


def said_of_heights(heights: Heights) -> str:
    """Return what the height of a curve is, for the subtitle."""
    what = "view.log_heights" if heights.log_y else "view.heights"
    return say(what, values=heights.values, scale=saying(f"view.scale.{heights.share_y}"))
