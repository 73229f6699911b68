"""Ensemble: the Records of one stack under many seeds, and how their statistics spread.

This room holds values, as `actviz.records.record` does: `actviz.simulation.ensemble` makes them,
`actviz.plot` draws them. It computes no statistic of a layer itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.format import elided
from actviz.layers.signals import Signal
from actviz.records.record import Record
from actviz.records.recorded_spec import stack_line
from actviz.records.spec import StackSpec

#: The statistics that have a spread between seeds, in the order of `RECORD_COLUMNS`.
SPREAD_STATISTICS = (
    *("mean", "std", "rms", "min", "max", "skewness", "excess_kurtosis"),
    *("zero_fraction", "saturated_fraction", "dead_unit_fraction"),
    *("within_unit_std", "between_unit_std", "mean_cosine", "effective_rank"),
    "median_magnitude",
    *("q07", "q16", "q31", "q50", "q69", "q84", "q93"),
)

#: The quantiles of a summary, across seeds.
SPREAD_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)

#: The columns of `Ensemble.summary`.
SPREAD_COLUMNS = (
    *("activation", "init", "depth", "width", "samples", "layer", "signal", "statistic"),
    *("seeds", "mean", "sd", "q05", "q25", "q50", "q75", "q95"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a statistic of one signal of one layer spreads over seeds.

    Parameters
    ----------
    count : int
        Of how many seeds it is known: those whose stack reached the layer, with values that define
        the statistic.
    mean : float
        Its mean, in the unit of the statistic.
    sd : float or None
        Its sample standard deviation (divided by count - 1); None for a single seed.
    quantiles : tuple of 5 floats
        Its 5, 25, 50, 75 and 95 % quantiles (Hyndman and Fan's type 7).
    """

    count: int
    mean: float
    sd: float | None
    quantiles: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """What `simulate_ensemble` returns: one Record a seed.

    Parameters
    ----------
    records : tuple of Record
        Of specs that differ in their seed only.

    Raises
    ------
    SpecError
        If there is none, or their specs differ in more than the seed.
    """

    records: tuple[Record, ...]

    def __post_init__(self) -> None:
        if not self.records:
            raise SpecError("an ensemble needs at least one record")
        specs = {replace(_simulated_spec(record), seed=0) for record in self.records}
        if len(specs) > 1:
            raise SpecError("the records of an ensemble must differ in their seed only")

    def __repr__(self) -> str:
        """Return one line, without its Records."""
        seeds = [str(_simulated_spec(record).seed) for record in self.records]
        word = "seed" if len(seeds) == 1 else "seeds"
        gone = f"; {len(self.overflowed)} not finite" if self.overflowed else ""
        return f"<Ensemble of {stack_line(self.spec)}, {word} {elided(seeds)}{gone}>"

    @property
    def spec(self) -> StackSpec:
        """What was run, with the first seed."""
        return _simulated_spec(self.records[0])

    @property
    def overflowed(self) -> tuple[int, ...]:
        """The seeds whose stack, or whose gradients, stopped being finite."""
        return tuple(
            _simulated_spec(record).seed
            for record in self.records
            if record.first_nonfinite_layer or record.first_nonfinite_gradient_layer
        )

    @cached_property
    def _rows(self) -> dict[tuple[int, Signal], list[dict[str, Any]]]:
        rows: dict[tuple[int, Signal], list[dict[str, Any]]] = {}
        for record in self.records:
            for row in record.to_rows():
                # What overflowed has statistics of what is left of it.
                if not row["nonfinite"] and row["layer"] != record.first_nonfinite_layer:
                    rows.setdefault((row["layer"], row["signal"]), []).append(row)
        return rows

    def values(self, layer: int, signal: Signal, statistic: str) -> list[float]:
        """Return a statistic of every seed that has it, in the order of the records.

        Parameters
        ----------
        layer : int
            From 1.
        signal : str
            Of `actviz.layers.signals.SIGNALS`.
        statistic : str
            Of `SPREAD_STATISTICS`.
        """
        if statistic not in SPREAD_STATISTICS:
            raise SpecError(
                f"unknown statistic {statistic!r}; known are {', '.join(SPREAD_STATISTICS)}"
            )
        found = (row[statistic] for row in self._rows.get((layer, signal), ()))
        return [value for value in found if value is not None]

    def bin_shares(
        self, layer: int, signal: Signal
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return how the share of the values in each bin spreads over the seeds.

        Returns
        -------
        tuple of two ndarrays, shape (n_bins,), or None
            Its 5 and 95 % quantiles, values that are exactly 0 apart; None where fewer than two
            seeds have histograms of one kind over the same edges.
        """
        items = [
            each[signal]
            for record in self.records
            for each in record.layers
            if each.layer == layer and signal in each and each[signal].counted is not None
        ]
        edges = [item.histogram.edges for item in items if not item.stats.nonfinite]
        if len(edges) < 2 or not all(np.array_equal(edges[0], each) for each in edges):
            return None
        shares = [
            item.counts_without_zeros() / max(item.stats.count, 1)
            for item in items
            if not item.stats.nonfinite
        ]
        low, high = np.quantile(shares, (SPREAD_LEVELS[0], SPREAD_LEVELS[-1]), axis=0)
        return low, high

    def spread(self, layer: int, signal: Signal, statistic: str) -> Spread | None:
        """Return how a statistic spreads over the seeds; None where no seed has it."""
        values = np.array(self.values(layer, signal, statistic))
        if not values.size:
            return None
        # Scaled, so that no square leaves the floats: statistics may be as large as the values.
        scale = float(np.abs(values).max()) or 1.0
        return Spread(
            count=int(values.size),
            mean=float((values / scale).mean() * scale),
            sd=float((values / scale).std(ddof=1) * scale) if values.size > 1 else None,
            quantiles=tuple(np.quantile(values, SPREAD_LEVELS).tolist()),
        )

    def summary(self, signals: Sequence[Signal] | None = None) -> list[dict[str, Any]]:
        """Return one dict for each layer, signal and statistic, its keys being `SPREAD_COLUMNS`.

        ``seeds`` is how many of them know the statistic; those that overflowed do not.
        """
        spec = self.spec
        wanted = self.records[0].measuring.signals if signals is None else signals
        return [
            {
                "activation": spec.activation.name,
                "init": spec.init_name,
                "depth": spec.depth,
                "width": width,
                "samples": spec.samples,
                "layer": layer,
                "signal": signal,
                "statistic": statistic,
                "seeds": spread.count,
                "mean": spread.mean,
                "sd": spread.sd,
                **dict(zip(SPREAD_COLUMNS[-5:], spread.quantiles, strict=True)),
            }
            for layer, width in enumerate(spec.widths, start=1)
            for signal in wanted
            for statistic in SPREAD_STATISTICS
            if (spread := self.spread(layer, signal, statistic)) is not None
        ]


def _simulated_spec(record: Record) -> StackSpec:
    if record.stack is None:
        raise SpecError("an ensemble is of simulated records: recorded arrays have no seed")
    return record.stack
