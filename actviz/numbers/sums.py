"""Sums: all that statistics and histograms need of values, so that two sets of them add up.

Counts and extremes are exact, sums are so within rounding, in whatever order and grouping they are
merged. Quantiles alone are approximate, and only here: `APPROXIMATE`.
"""

from dataclasses import dataclass
from math import ldexp, sqrt
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from actviz.numbers.codes import MANTISSA, Codes
from actviz.numbers.counted import Counted
from actviz.numbers.directions import Directions, covariance, effective_rank, rank_of
from actviz.numbers.frozen import MadeAgain
from actviz.numbers.histogram import OCTAVE_EDGES, Histogram
from actviz.numbers.stats import (
    CONSTANT_EPS,
    IDLE_SHARE,
    QUANTILE_LEVELS,
    SignalStats,
)
from actviz.numbers.unit_moments import NEAR_ONE, UnitMoments

#: What is told approximately of sums.
APPROXIMATE = ("quantiles", "median_magnitude")

#: How far off that may be: so much of the std, or so much of itself, which is the width of a bucket
#: and more where most stand in a heap, and thousands around it. Of normal, bounded and heavy-tailed
#: laws, and of values far from 0 for how little they spread, it is a tenth of that.
OF_STD, OF_ITSELF = 1e-3, 2.0**-MANTISSA

#: Up to so many rows, those that an effective rank is taken of are kept as they are.
_MOST_ROWS = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked(MadeAgain):
    """What is asked of the values of a signal; only sums of one and the same can be merged.

    Parameters
    ----------
    edges : tuple of ndarray
        Of the histograms. With `actviz.numbers.histogram.OCTAVE_EDGES`, magnitudes are counted.
    gradient : bool
        As in `actviz.numbers.stats.describe`.
    rank_rows : int, optional
        Of how many rows to compute the effective rank, the first ones; default: not at all.
    statistics : frozenset of str, optional
        Which fields of `SignalStats`; default: all. Counts, extremes, mean and spreads are always
        there.
    """

    edges: tuple[NDArray[np.float64], ...] = ()
    gradient: bool = False
    rank_rows: int | None = None
    statistics: frozenset[str] | None = None

    def __post_init__(self) -> None:
        # By this one array magnitudes are known, also in what another process has sent.
        own = (OCTAVE_EDGES if np.array_equal(each, OCTAVE_EDGES) else each for each in self.edges)
        object.__setattr__(self, "edges", tuple(own))

    def has(self, *names: str) -> bool:
        """Return whether one of some statistics is asked for."""
        return self.statistics is None or not self.statistics.isdisjoint(names)

    @property
    def shaped(self) -> bool:
        """Whether the third and the fourth moment are asked for."""
        return self.has("skewness", "excess_kurtosis")

    @property
    def ranks(self) -> bool:
        """Whether a place in the order of the values is asked for."""
        return self.has("quantiles") or (self.gradient and self.has("median_magnitude"))

    @property
    def keeps_rows(self) -> bool:
        """Whether the rows that an effective rank is taken of are few enough to be kept."""
        return self.rank_rows is not None and self.rank_rows <= _MOST_ROWS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums(MadeAgain):
    """Sums over values of one signal, shape (samples, units).

    Parameters
    ----------
    asked : Asked
        What they are for.
    eps : float
        A rounding step of the values' dtype, relative.
    samples, nonfinite, zeros : int
        How many rows, how many values that are not finite, and how many that are 0.
    low, high : float
        The extremes of the finite values; inf and -inf where there is none.
    moments : UnitMoments
        Of the units.
    nonzero : ndarray, shape (units,), optional
        How many values of each unit are not 0, those that are not finite included.
    histograms : tuple of Histogram
        One for each of the edges.
    codes : Codes, optional
        Of the finite values that are not 0.
    directions : Directions, optional
        Of the rows.
    rows : ndarray, shape (rows, units), optional
        The first ones.
    covariance : ndarray, shape (units, units), optional
        Of the units, of values that are scaled as `moments`.
    """

    asked: Asked
    eps: float
    samples: int
    nonfinite: int
    zeros: int
    low: float
    high: float
    moments: UnitMoments
    nonzero: NDArray[np.int64] | None
    histograms: tuple[Histogram, ...]
    codes: Codes | None
    directions: Directions | None
    rows: NDArray[Any] | None
    covariance: NDArray[np.float64] | None

    @classmethod
    def of(cls, values: NDArray[Any], asked: Asked) -> Self:
        """Return the sums over `values`, shape (samples, units): floats, never written to."""
        found = Counted.of(values, asked.edges, coded=asked.ranks)
        whole = found.nonfinite == 0
        moments = UnitMoments.of(
            values, peak=_peak(found.low, found.high), complete=whole, shape=asked.shaped
        )
        scale = ldexp(1.0, moments.exponent)
        near = 1.0 if abs(moments.exponent) <= NEAR_ONE else scale
        pointing = whole and not asked.gradient and asked.has("mean_cosine")
        ranked = whole and bool(asked.rank_rows) and asked.has("effective_rank")
        return cls(
            asked=asked,
            eps=float(np.finfo(values.dtype).eps),
            samples=len(values),
            nonfinite=found.nonfinite,
            zeros=found.zeros,
            low=found.low,
            high=found.high,
            moments=moments,
            nonzero=_nonzero(values, found.zeros)
            if asked.has("dead_unit_fraction", "idle_unit_fraction")
            else None,
            histograms=found.histograms,
            codes=found.codes,
            directions=Directions.of(values, scale=near) if pointing else None,
            rows=values[: asked.rank_rows].copy() if ranked and asked.keeps_rows else None,
            covariance=covariance(values, scale=scale, mean=moments.mean)
            if ranked and not asked.keeps_rows
            else None,
        )

    @property
    def approximate(self) -> tuple[str, ...]:
        """Which statistics are approximate."""
        found = self.stats()
        return tuple(name for name in APPROXIMATE if getattr(found, name) is not None)

    @property
    def count(self) -> int:
        """How many values are finite."""
        return self.samples * self.moments.count.size - self.nonfinite

    def merge(self, other: "Sums") -> "Sums":
        """Return the sums over both sets of values: these first, where the first rows are kept."""
        pairs = zip(self.histograms, other.histograms, strict=True)
        return Sums(
            asked=self.asked,
            eps=self.eps,
            samples=self.samples + other.samples,
            nonfinite=self.nonfinite + other.nonfinite,
            zeros=self.zeros + other.zeros,
            low=min(self.low, other.low),
            high=max(self.high, other.high),
            moments=self.moments.merge(other.moments),
            nonzero=None
            if self.nonzero is None or other.nonzero is None
            else self.nonzero + other.nonzero,
            histograms=tuple(one.merge(two) for one, two in pairs),
            codes=self.codes.merge(other.codes)
            if self.codes and other.codes
            else self.codes or other.codes,
            # One value that is not finite leaves none of these.
            directions=self.directions.merge(other.directions)
            if self.directions and other.directions
            else None,
            rows=self._first_rows(other),
            covariance=self._covariance(other),
        )

    def _first_rows(self, other: "Sums") -> NDArray[Any] | None:
        if self.rows is None or other.rows is None:
            return None
        missing = (self.asked.rank_rows or 0) - len(self.rows)
        return np.concatenate([self.rows, other.rows[:missing]]) if missing > 0 else self.rows

    def _covariance(self, other: "Sums") -> NDArray[np.float64] | None:
        if self.covariance is None or other.covariance is None:
            return None
        exponent = min(self.moments.exponent, other.moments.exponent)
        one, two = (each.moments.scaled_to(exponent) for each in (self, other))
        distance = one.distance(two)
        p = self.samples / (self.samples + other.samples)
        mine, others = (
            np.ldexp(matrix, 2 * (exponent - each.moments.exponent))
            for matrix, each in ((self.covariance, self), (other.covariance, other))
        )
        return np.asarray(p * mine + (1 - p) * others + p * (1 - p) * np.outer(distance, distance))

    def stats(self, saturated_fraction: float | None = None) -> SignalStats:
        """Return the statistics, as `actviz.numbers.stats.describe` does of values."""
        asked, count = self.asked, self.count
        if not count:
            return SignalStats(count=0, nonfinite=self.nonfinite)
        peak = _peak(self.low, self.high)
        exponent, units = self.moments.exponent, self.moments
        top = ldexp(peak, exponent)
        noise = CONSTANT_EPS * self.eps * top

        def spread(variance: float) -> float:
            """Return the root in the values' own unit, and 0 for what is only rounding."""
            root = sqrt(max(variance, 0.0))
            return ldexp(min(root, top), -exponent) if root > noise else 0.0

        seen = units.count > 0
        weight = units.count / count
        mean = float(weight @ units.mean)
        offset = np.where(seen, units.mean - mean, 0.0)
        second = float(weight @ (units.second + offset**2))
        std = spread(second)
        shaped, several = std > 0.0, count > 1
        within = spread(float(units.second[seen].mean())) if self.samples > 1 else None
        dead, idle = self._silent()
        skewness = excess = None
        if shaped and units.third is not None and units.fourth is not None:
            third = units.third + 3 * units.second * offset + offset**3
            fourth = units.fourth + 4 * units.third * offset + 6 * units.second * offset**2
            skewness = float(weight @ third) / second**1.5
            excess = float(weight @ (fourth + offset**4)) / second**2 - 3.0
        return SignalStats(
            count=count,
            nonfinite=self.nonfinite,
            mean=min(max(ldexp(min(max(mean, -top), top), -exponent), self.low), self.high),
            std=std if several else None,
            rms=ldexp(min(sqrt(mean**2 + max(second, 0.0)), top), -exponent),
            min=self.low,
            max=self.high,
            quantiles=self._quantiles() if asked.has("quantiles") else None,
            skewness=skewness,
            excess_kurtosis=excess,
            zero_fraction=self.zeros / count,
            saturated_fraction=saturated_fraction,
            dead_unit_fraction=dead,
            within_unit_std=within,
            between_unit_std=spread(float(np.var(units.mean[seen]))) if seen.size > 1 else None,
            mean_cosine=self.directions.mean_cosine if self.directions else None,
            effective_rank=self._effective_rank() if within else None,
            median_magnitude=self._median_magnitude()
            if asked.gradient and asked.has("median_magnitude")
            else None,
            idle_unit_fraction=idle,
            constant=several and not shaped,
        )

    def _silent(self) -> tuple[float | None, float | None]:
        """Return which share of the units is 0 for all samples, and which one for nearly all."""
        if self.nonzero is None:
            return None, None
        idle = self.nonzero < IDLE_SHARE * self.samples
        return float(np.mean(self.nonzero == 0)), float(np.mean(idle))

    def _quantiles(self) -> tuple[float, ...]:
        if self.codes is None:  # all are 0
            return (0.0,) * len(QUANTILE_LEVELS)
        places = np.array(QUANTILE_LEVELS) * (self.count - 1)
        found = self.codes.at(places, zeros=self.zeros, low=self.low, high=self.high)
        return tuple(found.tolist())

    def _median_magnitude(self) -> float:
        if self.codes is None:
            return 0.0
        largest = _peak(self.low, self.high)
        return self.codes.magnitude_at((self.count - 1) / 2, zeros=self.zeros, largest=largest)

    def _effective_rank(self) -> float | None:
        if self.rows is not None:
            return effective_rank(self.rows, scale=ldexp(1.0, self.moments.exponent))
        return None if self.covariance is None else rank_of(self.covariance)


def _peak(low: float, high: float) -> float:
    return max(abs(low), abs(high)) if low <= high else 0.0


def _nonzero(values: NDArray[Any], zeros: int) -> NDArray[np.int64]:
    if not zeros:
        return np.full(values.shape[1], len(values), np.int64)
    return np.asarray(np.count_nonzero(values, axis=0), np.int64)
