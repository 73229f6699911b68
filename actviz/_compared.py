"""The statistics that a check compares, each on the scale where seeds are close to normal.

This room reads Records' statistics and transforms them; what a tolerance is, `actviz.check` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, inf, log
from types import MappingProxyType
from typing import Literal

from actviz.spec import FORWARD, Signal
from actviz.stats import SignalStats

Scale = Literal["log", "logit", "linear"]


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
        At most so many degrees of freedom has the t distribution of its tolerance. Sizes are
        normal on their scale to 4 sd and beyond; the shape of a layer has heavier tails.
    """

    name: str
    scale: Scale
    signals: tuple[Signal, ...]
    tail_df: float = inf

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

    def back(self, place: float) -> float:
        """Return the value at a place on the scale."""
        if self.scale == "linear":
            return place
        if self.scale == "log":
            return exp(min(place, 709.0))
        return 1 / (1 + exp(min(-place, 709.0)))


_GRADIENTS: tuple[Signal, ...] = ("gradient", "activation_gradient")
_HEAVY = 12

#: Not here, with reasons: min and max, which one value decides; skewness and kurtosis, whose seeds
#: scatter to 10 sd; quantiles, std and saturated shares, of which these already tell the sizes;
#: shares of dead units, which are mostly 0 and then a whole unit.
MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        row.name: row
        for row in (
            Measure(name="rms", scale="log", signals=(*FORWARD, *_GRADIENTS, "weight_gradient")),
            Measure(name="within_unit_std", scale="log", signals=(*FORWARD, *_GRADIENTS)),
            Measure(name="between_unit_std", scale="log", signals=FORWARD),
            Measure(name="mean/rms", scale="linear", signals=FORWARD, tail_df=_HEAVY),
            Measure(name="mean_cosine", scale="logit", signals=FORWARD, tail_df=_HEAVY),
            Measure(name="zero_fraction", scale="logit", signals=("activation",), tail_df=_HEAVY),
            Measure(name="effective_rank", scale="log", signals=("activation",), tail_df=_HEAVY),
        )
    }
)
