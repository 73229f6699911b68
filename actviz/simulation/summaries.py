"""What is kept of a layer's values, for each of several measurings of one run.

The room counts nothing itself: `actviz.records.summary` does, once for all measurings that keep the
same statistics of a signal.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import lru_cache, partial
from math import prod
from typing import Any

from numpy.typing import NDArray

from actviz.layers.signals import BACKWARD, FORWARD, Signal
from actviz.numbers.stats import SignalStats
from actviz.records.measuring import Measuring
from actviz.records.signal import SignalRecord
from actviz.records.spec import StackSpec
from actviz.records.summary import summarize
from actviz.records.unit_sample import UnitSample


def summaries(
    values: Mapping[Signal, NDArray[Any]],
    spec: StackSpec,
    measurings: Sequence[Measuring],
    number: int,
    saturated: float | None,
    pool: Executor | None,
) -> list[tuple[SignalRecord, ...]]:
    """Return for each measuring the records of a layer's forward or backward signals.

    Parameters
    ----------
    values : mapping of str to ndarray
        By signal. Weight gradients may be missing where all of their entries are finite.
    spec : StackSpec
        What is run.
    measurings : sequence of Measuring
        What to keep of it, in several ways.
    number : int
        Of the layer, from 1.
    saturated : float or None
        The share of its entries that are saturated.
    pool : Executor or None
        Of threads, for a large layer.
    """
    names = FORWARD if "activation" in values else BACKWARD

    def summary(signal: Signal) -> list[SignalRecord]:
        if signal not in values:  # of weights, of which no entry can be too large
            return [_all_finite(signal, prod(spec.shapes[number - 1]))] * len(measurings)
        summed = partial(_summary, signal, values[signal], spec, number, saturated)
        if len(measurings) == 1:
            return summed(measurings)
        found: dict[int, SignalRecord] = {}
        ways: dict[object, list[int]] = {}
        for place, each in enumerate(measurings):
            ways.setdefault(_way(each, signal, spec, number), []).append(place)
        for places in ways.values():
            found.update(zip(places, summed([measurings[place] for place in places]), strict=True))
        return [found[place] for place in range(len(found))]

    found = list(pool.map(summary, names) if pool else map(summary, names))
    return list(zip(*found, strict=True))


@lru_cache(maxsize=8)  # most layers of a stack have one shape
def _all_finite(signal: Signal, count: int) -> SignalRecord:
    """Return what is known of so many values when nobody looks at them."""
    stats = SignalStats(count=count, nonfinite=0)
    return SignalRecord(signal=signal, stats=stats, counted=None)


def _way(measuring: Measuring, signal: Signal, spec: StackSpec, number: int) -> object:
    """Return what two measurings of a signal have in common if they keep the same statistics."""
    if signal != "activation":
        return measuring.kept(signal)
    rows = measuring.rank_rows(spec.widths, number)
    return measuring.kept(signal), rows, measuring.rank_if_alike(spec.widths, number)


def _summary(
    signal: Signal,
    values: NDArray[Any],
    spec: StackSpec,
    number: int,
    saturated: float | None,
    measurings: Sequence[Measuring],
) -> list[SignalRecord]:
    """Return the records of a signal for measurings that keep the same statistics of it."""
    first, active = measurings[0], signal == "activation"
    kept = first.kept(signal)
    counted = measurings if "histogram" in kept else ()
    found = summarize(
        signal,
        values,
        edges=[each.edges(signal, spec.activation, spec.input_std) for each in counted],
        keep=kept,
        # A property of a unit's entry, which a weight is not.
        saturated_fraction=None if signal == "weight_gradient" else saturated,
        rank_rows=first.rank_rows(spec.widths, number) if active else None,
        rank_if_alike=active and first.rank_if_alike(spec.widths, number),
        unit_histogram=active and any(each.unit_histograms for each in measurings),
    )
    found = found if counted else found * len(measurings)
    if not active:
        return found
    return [_as_asked(*pair, values) for pair in zip(found, measurings, strict=True)]


def _as_asked(item: SignalRecord, measuring: Measuring, values: NDArray[Any]) -> SignalRecord:
    """Return an activation with the first of its values, and without what another asked for."""
    if measuring.unit_sample is not None:
        item = replace(item, unit_sample=UnitSample.of(values, measuring.unit_sample))
    if item.unit_histogram is not None and not measuring.unit_histograms:
        item = replace(item, unit_histogram=None)
    return item
