"""The statistics that a check compares, each on the scale where seeds are close to normal.

This room reads Records' statistics and transforms them; what a tolerance is,
`actviz.checks.comparison` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Literal

from actviz.layers.signals import FORWARD, Signal
from actviz.lookup import Table
from actviz.numbers.stats import SignalStats

NormalScale = Literal["log", "logit", "linear"]

# Tails were measured on 3,000 to 16,000 clean seeds each of ReLU, tanh and sigmoid stacks, widths 8
# to 100, depths 3 to 30 (benchmarks/alarms.py): with these degrees of freedom a check at 1e-3
# failed in at most 1e-3 of the cases from a width of `LEAST_WIDTH` on.
_SIZES, _HEAVY, _SKEWED = 30, 12, 8

#: Statistics of narrower layers than this have heavier tails, sizes included.
_NARROW = 28
_NARROW_DF = 12

#: In a narrower layer all units may be dead, and a statistic has tails that nothing tames.
LEAST_WIDTH = 20

#: With fewer inputs, a share of their pairs is one of few, and has such tails too.
LEAST_SAMPLES = 10

#: From this mean cosine on, all inputs look alike: how much they differ is mostly rounding.
ALIKE = 1 - 1e-6

#: What is then left out.
_OF_DIFFERENCES = ("mean_cosine", "within_unit_std", "effective_rank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A statistic that is compared.

    Parameters
    ----------
    name : str
        As a field of `SignalStats`; ``mean/rms`` is the mean in units of the rms.
    scale : {"log", "logit", "linear"}
        On which its values over seeds are close to normal.
    signals : tuple of str
        Of which signals.
    tail_df : float
        At most so many degrees of freedom has the t distribution of its tolerance in wide layers.
        Sizes are nearly normal on their scale; the shape of a layer has heavier tails.
    """

    name: str
    scale: NormalScale
    signals: tuple[Signal, ...]
    tail_df: int = _SIZES

    def of(self, stats: SignalStats) -> float | None:
        """Return its value; None where it is not defined."""
        if self.name == "mean/rms":
            return None if stats.mean is None or not stats.rms else stats.mean / stats.rms
        value: float | None = getattr(stats, self.name)
        return value

    def forward(self, value: float, count: int) -> float | None:
        """Return a value on the scale; None where it has no place there.

        A share of `count` values has the logit of half a value more on either side.
        """
        if self.scale == "linear":
            return value
        if self.scale == "log":
            return log(value) if value > 0 else None
        if self.name.endswith("_fraction"):
            return log((value * count + 0.5) / ((1 - value) * count + 0.5))
        return log(value / (1 - value)) if 0 < value < 1 else None

    @property
    def farthest(self) -> float:
        """How far from 0 its place can be: a share of the rms, or the logarithm of a float."""
        return 1.0 + 1e-9 if self.scale == "linear" else 746.0

    def freedom(self, width: int) -> int:
        """Return the degrees of freedom that its tolerance takes at most, in a stack so wide."""
        return min(self.tail_df, _NARROW_DF) if width < _NARROW else self.tail_df

    def means_something(self, cosine: float | None) -> bool:
        """Whether it does in a layer whose inputs have this mean cosine, where one is known."""
        return self.name not in _OF_DIFFERENCES or cosine is None or cosine < ALIKE

    def back(self, place: float) -> float:
        """Return the value at a place on the scale."""
        if self.scale == "linear":
            return place
        if self.scale == "log":
            return exp(min(place, 709.0))
        return 1 / (1 + exp(min(-place, 709.0)))


_GRADIENTS: tuple[Signal, ...] = ("gradient", "activation_gradient")

#: Not here, with reasons: min and max, which one value decides; skewness and kurtosis, whose seeds
#: scatter to 10 sd; quantiles, std and saturated shares, of which these already tell the sizes;
#: shares of dead units, which are mostly 0 and then a whole unit.
MEASURES: Mapping[str, Measure] = Table(
    {
        row.name: row
        for row in (
            Measure(name="rms", scale="log", signals=(*FORWARD, *_GRADIENTS, "weight_gradient")),
            Measure(name="within_unit_std", scale="log", signals=(*FORWARD, *_GRADIENTS)),
            Measure(name="between_unit_std", scale="log", signals=FORWARD),
            Measure(name="mean/rms", scale="linear", signals=FORWARD, tail_df=_SKEWED),
            Measure(name="mean_cosine", scale="logit", signals=FORWARD, tail_df=_HEAVY),
            Measure(name="zero_fraction", scale="logit", signals=("activation",), tail_df=_HEAVY),
            Measure(name="effective_rank", scale="log", signals=("activation",), tail_df=_HEAVY),
        )
    }
)
