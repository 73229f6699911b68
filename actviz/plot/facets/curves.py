"""From the layers of stacks to curves on shared scales: for views that draw layers on one axis."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from actviz.diagnosis.verdict import collapsed
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
from actviz.records.record import Record
from actviz.records.signal import LayerRecord, SignalRecord

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
                collapsed=signal in FORWARD and collapsed(layers[place]),
            )
    return curves


def _window(items: Sequence[SignalRecord]) -> slice:
    """Return which bins are shown: all, but of magnitudes those that hold values."""
    return window_of(items) if any(item.of_magnitudes for item in items) else ALL


def labels_of(record: Record, records: Sequence[Record], signal: Signal) -> list[tuple[float, str]]:
    """Return what to label on the axis of `record` among `records`, as `axis_labels` does."""
    return axis_labels(record, signal, _window_of(record, records, signal))


def _window_of(record: Record, records: Sequence[Record], signal: Signal) -> slice:
    """Return which bins a record shows, with all others of its activation."""
    name = record.spec.activation.name
    return _window(
        [layer[signal] for r in records if r.spec.activation.name == name for layer in r.layers]
    )


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


def reading(stacks: Sequence[Sequence[Curve]], records: Sequence[Record], signal: Signal) -> str:
    """Return what is done with curves that are too high, and what the axis is, for the foot."""
    told = []
    if any(curve.peak for curves in stacks for curve in curves):
        told.append(f"Cut where higher than {CAP:g} times an even spread.")
    if any(layer[signal].of_magnitudes for record in records for layer in record.layers):
        below = percent(max(_share_below(record, records, signal) for record in records))
        told.append(
            "Magnitudes |g| on a logarithmic axis, zeros left out; below its end at most "
            f"{below} of a layer."
        )
    return " ".join(told)


def _share_below(record: Record, records: Sequence[Record], signal: Signal) -> float:
    """Return the largest share of a layer's magnitudes that lies below the axis, zeros left out."""
    low = _window_of(record, records, signal).start
    return max(
        float(item.histogram.underflow - item.zeros + item.histogram.counts[:low].sum())
        / max(item.stats.count, 1)
        for item in (layer[signal] for layer in record.layers)
    )
