"""From the values of a signal to its SignalRecord: statistics and histogram in one look.

Everything that makes Records goes through here: simulated, trained and recorded layers alike. It
draws no random numbers, and keeps none of the values.
"""

from collections.abc import Collection, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.layers.signals import BACKWARD, Signal
from actviz.numbers.histogram import OCTAVE_EDGES, Histogram, edge_keys
from actviz.numbers.order import Order
from actviz.numbers.stats import Statistic, describe, quantile_ranks
from actviz.records.kept import every
from actviz.records.signal import SignalRecord


def summarize(
    signal: Signal,
    values: NDArray[Any],
    *,
    edges: Sequence[NDArray[np.float64]],
    saturated_fraction: float | None = None,
    keep: Collection[Statistic] | None = None,
    rank_rows: int | None = None,
    rank_if_alike: bool = False,
    unit_histogram: bool = False,
) -> list[SignalRecord]:
    """Return a record of a signal for each of some edges; only the histograms differ.

    Parameters
    ----------
    signal : str
        Of `actviz.layers.signals.SIGNALS`.
    values : ndarray, shape (samples, units); of weight gradients (fan_in, units)
        float32 or float64; never written to.
    edges : sequence of ndarray, each of shape (n_bins + 1,)
        Of the histograms. With `OCTAVE_EDGES`, magnitudes are counted. Where none is kept they do
        not matter, and there is one record.
    saturated_fraction : float, optional
        As in `describe`.
    keep : collection of str, optional
        Which statistics; default: all of this signal.
    rank_rows, rank_if_alike : int and bool, optional
        As in `describe`.
    unit_histogram : bool
        Whether to count the deviations from the units' means as well.
    """
    kept = every(signal) if keep is None else keep
    edges = edges if "histogram" in kept else ()
    magnitudes = [each is OCTAVE_EDGES for each in edges]
    order = None
    if edges:
        order = Order(
            values,
            keys=[
                edge_keys(e, values.dtype) for e, m in zip(edges, magnitudes, strict=True) if not m
            ],
            ranks=quantile_ranks(values.size) if "quantiles" in kept else (),
            decades=signal in BACKWARD,
        )
    stats = describe(
        values,
        order=order,
        saturated_fraction=saturated_fraction,
        gradient=signal in BACKWARD,
        keep=kept,
        rank_rows=rank_rows,
        rank_if_alike=rank_if_alike,
    )
    if order is None:
        return [SignalRecord(signal=signal, stats=stats, counted=None)]
    deviations = Order(_about_the_mean(values)) if unit_histogram else None
    return [
        SignalRecord(
            signal=signal,
            stats=stats,
            counted=Histogram.of_magnitudes(order) if m else Histogram.of_order(order, edges=e),
            unit_histogram=None if deviations is None else Histogram.of_order(deviations, edges=e),
        )
        for e, m in zip(edges, magnitudes, strict=True)
    ]


@cache  # which reads a file
def writer() -> tuple[tuple[str, str], ...]:
    """Return what makes a record, and its versions."""
    return (("actviz", version("actviz")), ("numpy", np.__version__))


def _about_the_mean(values: NDArray[Any]) -> NDArray[Any]:
    """Return each value less its unit's mean plus the mean of all."""
    with np.errstate(over="ignore", invalid="ignore"):
        means = values.mean(axis=0)
        return np.asarray(values + (means.mean() - means))
