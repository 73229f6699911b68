"""Measuring: what is kept of a stack's values, whatever was run.

Two records of one run differ in nothing else. This room counts nothing: it says over which edges,
and `actviz.numbers` counts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from math import inf, isfinite
from sys import float_info, maxsize
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.layers.signals import BACKWARD, FORWARD, SIGNALS, Signal
from actviz.numbers.histogram import MAX_BINS, OCTAVE_EDGES, bin_edges
from actviz.numbers.scalars import SMALLEST_NORMAL, check_flag, check_integer, real, short
from actviz.numbers.stats import Statistic
from actviz.records.kept import Kept, Level, Reads, by_signal, checked
from actviz.records.plain import read_fields
from actviz.records.unit_sample import MOST

#: Up to this width the effective rank takes less time than the forward pass.
RANK_WIDTH = 128

#: As many rows as there are.
ALL_ROWS = maxsize

#: Beyond that width, it is taken of so many rows of the layer that is judged, and of no other.
JUDGED_ROWS = 1024

#: Layers of fewer units give a net's answer: the last one that has as many is judged.
JUDGED_UNITS = 16

#: Where a signal has no bound of its own, its histogram reaches this many input stds from 0: an
#: initialization is healthy when it keeps the scale of the input, and then 4 std hold nearly all.
REACH = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """What is kept of every layer's values.

    Parameters
    ----------
    bins : int, default 30
        Bins of the histograms of preactivations and activations, 1 to 10 000.
    range : (float, float), optional
        Ends of the histograms of preactivations and activations. Default: the activation's bounds;
        where it has none, 4 input standard deviations from 0. Histograms of gradients, whatever the
        range, are of magnitudes between powers of two: `actviz.numbers.histogram.OCTAVE_EDGES`.
    gradients : bool, default False
        Whether to go back through the stack as well: from a standard normal cotangent of the last
        activation, shape (samples, width), to the gradients of every layer.
    effective_rank : bool, optional
        Whether to compute the effective rank of every activation. Default: where that costs less
        than the forward pass, which is up to a width of 128; with gradients, also of the last
        activation of at least 16 units, whatever its width, from at most 1,024 rows.
    unit_histograms : bool, default False
        Whether to count each activation's deviations from its unit's mean as well, about the mean
        of all: the histogram that pooling hides. Beside a histogram that is kept.
    statistics : "all", "moments", a mapping or a collection
        Which statistics are kept; others are not computed, and are None. Names of
        `actviz.numbers.stats.STATISTICS`, of every signal, or a mapping that has them for each
        signal that matters; "moments" are mean, spread and shape, without quantiles, median,
        cosine, rank and histogram. Of all signals the size is kept, by which overflow and underflow
        are told; of weight gradients that are not named, only how many are finite.
    unit_sample : (int, int), optional
        Of how many inputs and units, the first ones, the values of every activation are kept: at
        most 60 of each. Default: none are.

    Raises
    ------
    SpecError
        If a value is out of its range; the message says what is allowed.
    """

    bins: int = 30
    range: tuple[float, float] | None = None
    gradients: bool = False
    effective_rank: bool | None = None
    unit_histograms: bool = False
    statistics: Level | Kept | Reads | Collection[Statistic] = "all"
    unit_sample: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "bins", check_integer("bins", self.bins, 1, MAX_BINS))
        if self.range is not None:
            object.__setattr__(self, "range", check_range(self.range))
            bin_edges(*self.range, self.bins)
        check_flag("gradients", self.gradients)
        check_flag("unit_histograms", self.unit_histograms)
        if self.effective_rank is not None:
            check_flag("effective_rank", self.effective_rank)
        object.__setattr__(self, "statistics", checked(self.statistics))
        if self.unit_sample is not None:
            object.__setattr__(self, "unit_sample", _checked_sample(self.unit_sample))

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Which signals are kept, in order."""
        return SIGNALS if self.gradients else FORWARD

    def kept(self, signal: Signal) -> tuple[Statistic, ...]:
        """Return which statistics of a signal are kept, in order."""
        return self._kept[signal]

    @property
    def _kept(self) -> Mapping[Signal, tuple[Statistic, ...]]:
        settled: Any = self.statistics  # of the many ways to write it, two are left
        return by_signal(settled)

    def edges(
        self, signal: Signal, activation: Activation, input_std: float = 1.0
    ) -> NDArray[np.float64]:
        """Return the edges of a signal's histogram, shape (bins + 1,).

        They never depend on what was drawn: stacks that differ in their initializer or seed are
        counted over the same bins.
        """
        return edges_of(activation, signal, REACH * (input_std or 1.0), self.bins, self.range)

    def rank_rows(self, widths: Sequence[int], layer: int) -> int | None:
        """Return of how many rows a layer's effective rank is taken; None where it is not.

        Parameters
        ----------
        widths : sequence of int
            Of all layers.
        layer : int
            From 1.
        """
        kept = self.kept("activation")
        if self.effective_rank is False or not {"rank", "judged_rank"} & set(kept):
            return None
        width = widths[layer - 1]
        if self.effective_rank or width <= RANK_WIDTH:
            return ALL_ROWS
        judged = self.gradients or "judged_rank" in kept
        return JUDGED_ROWS if judged and layer == judged_layer(widths) else None

    def rank_if_alike(self, widths: Sequence[int], layer: int) -> bool:
        """Return whether a layer's rank only matters where its units' means are all one.

        It then says whether the units are one and the same; else only the judged layer's does.
        """
        judged = self.effective_rank is None and "judged_rank" in self.kept("activation")
        return judged and layer != judged_layer(widths)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, every field by its name; `from_dict` reads them back.

        ``unit_sample`` is there only if it is asked for: few are, and files stay as they were.
        """
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        if self.statistics not in ("all", "moments"):
            plain["statistics"] = {signal: list(kept) for signal, kept in self._kept.items()}
        if self.unit_sample is None:
            del plain["unit_sample"]
        lists = {name: list(it) for name, it in plain.items() if isinstance(it, tuple)}
        return plain | lists

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the measuring of a dict of plain types; what is left out has its default.

        Names that a later version may add are left aside.

        Raises
        ------
        SpecError
            If a value is out of its range.
        """
        plain = read_fields(data, "measuring", data, tuples=("range", "full", "unit_sample"))
        if plain.get("full") is not None:  # before there was more to choose from
            full = _checked_signals(plain["full"])
            kept = {signal: "all" if signal in full else "moments" for signal in SIGNALS}
            plain = {"statistics": kept} | plain
        return cls(**{name: plain[name] for name in NAMES if name in plain})


NAMES = tuple(item.name for item in fields(Measuring))

#: What version 0.1.0 had among the fields of a spec, and its files have there.
OLD_NAMES = ("bins", "range", "gradients", "effective_rank", "unit_histograms")


def judged_layer(widths: Sequence[int]) -> int | None:
    """Return the last layer, from 1, that is wide enough to be judged by its directions."""
    backwards = range(len(widths), 0, -1)
    return next((layer for layer in backwards if widths[layer - 1] >= JUDGED_UNITS), None)


def _checked_signals(value: object) -> tuple[Signal, ...]:
    """Return the signals of which a file keeps all statistics, and of others the moments."""
    if not isinstance(value, tuple | list) or not set(value) <= set(SIGNALS):
        raise SpecError(f"full must be signals of {', '.join(SIGNALS)} (got {short(value)})")
    return tuple(signal for signal in SIGNALS if signal in value)


def _checked_sample(value: object) -> tuple[int, int]:
    """Return how many inputs and units are asked for."""
    if isinstance(value, str | bytes) or not isinstance(value, Sequence) or len(value) != 2:
        raise SpecError(f"unit_sample must be two numbers, inputs and units (got {short(value)})")
    inputs, units = value
    return (
        check_integer("inputs of unit_sample", inputs, 1, MOST[0]),
        check_integer("units of unit_sample", units, 1, MOST[1]),
    )


def edges_of(
    activation: Activation,
    signal: Signal,
    reach: float,
    bins: int,
    given: tuple[float, float] | None = None,
) -> NDArray[np.float64]:
    """Return the edges of a histogram of a signal, shape (bins + 1,).

    They end where a range that is `given` says, else at the activation's bounds and, where it or
    the signal has none, `reach` from 0. Gradients have `OCTAVE_EDGES`: a range of activations is
    none of theirs, which span decades.
    """
    if signal in BACKWARD:
        return OCTAVE_EDGES
    if given is not None:
        return bin_edges(*given, bins)
    low, high = activation.bounds if signal == "activation" else (-inf, inf)
    reach = min(max(reach, SMALLEST_NORMAL["float64"]), float_info.max)
    if isfinite(low) and not isfinite(high):
        high = max(low, 0.0) + reach
        # A bound that is not 0 is rarely a float: one bin more keeps rounded values inside.
        low -= (high - low) / bins if low else 0.0
    elif isfinite(high) and not isfinite(low):
        low = min(high, 0.0) - reach
        high += (high - low) / bins if high else 0.0
    elif not isfinite(low):
        low, high = -reach, reach
    return bin_edges(low, high, bins)


def check_range(value: object) -> tuple[float, float]:
    """Return `value` as two floats; raise SpecError unless they are finite and low < high."""
    if isinstance(value, Sequence) and len(value) == 2:
        low, high = map(real, value)
        if not isinstance(value, str | bytes) and -inf < low < high < inf:
            return low, high
    raise SpecError(f"range must be two finite numbers, low < high (got {short(value)})")
