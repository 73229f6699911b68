"""From the layers of stacks to curves on shared scales: for views that draw layers on one axis."""

from collections.abc import Collection, Hashable, Mapping, Sequence

import numpy as np

from actviz.format import percent
from actviz.layers.signals import FORWARD, Signal
from actviz.plot.heights import (
    ALL,
    GROUPS,
    Place,
    ShareY,
    Values,
    axis_labels,
    even_level,
    half_a_count,
    heights_of,
    scaled,
    window_of,
)
from actviz.plot.marks.steps import Curve
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.words.told import Told

#: On one scale for all stacks of an activation, heights end at so many times the level of values
#: that are spread evenly over the axis: else a stack that has collapsed to a spike would flatten
#: all others. A curve that goes higher is cut there, and said to be.
CAP = 4.0


def curves_of(
    layers: Mapping[Place, LayerRecord],
    *,
    signal: Signal,
    share_y: ShareY,
    values: Values,
    log_y: bool,
    hollow: Collection[Place] = (),
) -> dict[Place, Curve]:
    """Return a curve for every layer.

    Parameters
    ----------
    layers : mapping
        Layers by activation, stack and layer.
    signal : str
        Which signal of theirs.
    share_y : {"row", "column", "all", "none"}
        Which curves have one scale: those of a stack, of a layer, of an activation, or each its
        own. The scale of an activation ends at `CAP` times the even level.
    values, log_y
        As in `plot_grid`.
    hollow : collection
        Layers whose units hardly vary over the inputs.
    """
    items = {place: layer[signal] for place, layer in layers.items()}
    windows = {
        number: _window([item for place, item in items.items() if place[0] == number])
        for number in {place[0] for place in items}
    }
    raw = {place: heights_of(item, values, windows[place[0]]) for place, item in items.items()}
    groups: dict[Hashable, list[Place]] = {}
    for place in layers:
        groups.setdefault(GROUPS[share_y](place, place[1]), []).append(place)
    curves = {}
    for places in groups.values():
        level = max(even_level(items[place], values, windows[place[0]]) for place in places)
        top = max(level, *(float(raw[place].max(initial=0.0)) for place in places))
        # A share of a decade is at most the whole: no collapsed stack flattens the others there.
        if share_y == "all" and not log_y and windows[places[0][0]] == ALL:
            top = min(top, CAP * level)
        least = (
            min(half_a_count(items[place], values, windows[place[0]]) for place in places)
            if log_y
            else None
        )
        for place in places:
            peak = float(raw[place].max(initial=0.0))
            curves[place] = Curve(
                heights=scaled(np.minimum(raw[place], top), top, least),
                peak=peak if peak > top * (1 + 1e-9) else None,
                highest=int(raw[place].argmax()),
                collapsed=place in hollow,
            )
    return curves


def _window(items: Sequence[SignalRecord]) -> slice:
    """Return which bins are shown: all, but of magnitudes those that hold values."""
    return window_of(items) if any(item.of_magnitudes for item in items) else ALL


def labels_of(told: Told, stacks: Sequence[Told], signal: Signal) -> list[tuple[float, str]]:
    """Return what to label on the axis of `told` among `stacks`, as `axis_labels` does."""
    return axis_labels(told.record, signal, _window_of(told, stacks, signal))


def _window_of(told: Told, stacks: Sequence[Told], signal: Signal) -> slice:
    """Return which bins a stack shows, with all others of its activation."""
    name = told.spec.activation.name
    return _window(
        [
            layer[signal]
            for one in stacks
            if one.spec.activation.name == name
            for layer in one.layers
        ]
    )


def stack_curves(
    stacks: Sequence[Told],
    *,
    signal: Signal,
    share_y: ShareY,
    values: Values,
    log_y: bool,
) -> list[list[Curve]]:
    """Return the curves of the layers of every stack; the parameters are those of `curves_of`."""
    names = [told.spec.activation.name for told in stacks]
    layers = {
        (names.index(name), stack, index): layer
        for stack, (name, told) in enumerate(zip(names, stacks, strict=True))
        for index, layer in enumerate(told.layers)
    }
    hollow = [p for p, x in layers.items() if signal in FORWARD and x.layer in stacks[p[1]].alike]
    curves = curves_of(
        layers, signal=signal, share_y=share_y, values=values, log_y=log_y, hollow=hollow
    )
    return [
        [curves[names.index(name), stack, index] for index in range(len(told.layers))]
        for stack, (name, told) in enumerate(zip(names, stacks, strict=True))
    ]


def reading(curves: Sequence[Sequence[Curve]], stacks: Sequence[Told], signal: Signal) -> str:
    """Return what is done with curves that are too high, and what the axis is, for the foot."""
    said = []
    if any(curve.peak for own in curves for curve in own):
        said.append(f"Cut where higher than {CAP:g} times an even spread.")
    if any(layer[signal].of_magnitudes for told in stacks for layer in told.layers):
        below = percent(max(_share_below(told, stacks, signal) for told in stacks))
        said.append(
            "Magnitudes |g| on a logarithmic axis, zeros left out; below its end at most "
            f"{below} of a layer."
        )
    return " ".join(said)


def _share_below(told: Told, stacks: Sequence[Told], signal: Signal) -> float:
    """Return the largest share of a layer's magnitudes that lies below the axis, zeros left out."""
    low = _window_of(told, stacks, signal).start
    return max(
        float(item.histogram.underflow - item.zeros + item.histogram.counts[:low].sum())
        / max(item.stats.count, 1)
        for item in (layer[signal] for layer in told.layers)
    )
