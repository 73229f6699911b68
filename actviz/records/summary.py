"""From the values of a signal to its SignalRecord: statistics and histogram in one look.

Everything that makes Records goes through here: simulated, trained and recorded layers alike. It
draws no random numbers, and keeps none of the values.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.layers.signals import BACKWARD, Signal
from actviz.numbers.histogram import OCTAVE_EDGES, Histogram, edge_keys
from actviz.numbers.order import Order
from actviz.numbers.stats import describe, quantile_ranks
from actviz.records.signal import SignalRecord


def summarize(
    signal: Signal,
    values: NDArray[Any],
    *,
    edges: Sequence[NDArray[np.float64]],
    saturated_fraction: float | None = None,
    rank_rows: int | None = None,
    unit_histogram: bool = False,
    full: bool = True,
) -> list[SignalRecord]:
    """Return a record of a signal for each of some edges; only the histograms differ.

    Parameters
    ----------
    signal : str
        Of `actviz.layers.signals.SIGNALS`.
    values : ndarray, shape (samples, units); of weight gradients (fan_in, units)
        float32 or float64; never written to.
    edges : sequence of ndarray, each of shape (n_bins + 1,)
        Of the histograms. With `OCTAVE_EDGES`, magnitudes are counted.
    saturated_fraction : float, optional
        As in `describe`.
    rank_rows : int, optional
        Of how many rows to compute the effective rank; default: not at all.
    unit_histogram : bool
        Whether to count the deviations from the units' means as well.
    full : bool
        Whether to keep more than the moments.
    """
    if not full:
        stats = describe(
            values, order=Order(values), saturated_fraction=saturated_fraction, full=False
        )
        return [SignalRecord(signal=signal, stats=stats, counted=None) for _ in edges]
    magnitudes = [each is OCTAVE_EDGES for each in edges]
    order = Order(
        values,
        keys=[edge_keys(e, values.dtype) for e, m in zip(edges, magnitudes, strict=True) if not m],
        ranks=quantile_ranks(values.size),
        decades=signal in BACKWARD,
    )
    stats = describe(
        values,
        order=order,
        saturated_fraction=saturated_fraction,
        gradient=signal in BACKWARD,
        rank_rows=rank_rows,
    )
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


def writer() -> tuple[tuple[str, str], ...]:
    """Return what makes a record, and its versions."""
    return (("actviz", version("actviz")), ("numpy", np.__version__))


def _about_the_mean(values: NDArray[Any]) -> NDArray[Any]:
    """Return each value less its unit's mean plus the mean of all."""
    with np.errstate(over="ignore", invalid="ignore"):
        means = values.mean(axis=0)
        return np.asarray(values + (means.mean() - means))
