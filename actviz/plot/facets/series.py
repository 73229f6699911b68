"""The panels of the depth view: which there are, which records have, and which are wanted.

Nothing is drawn here, and matplotlib is not loaded: a wrong name is refused at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, Signal
from actviz.records.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPanel:
    """A panel that compares stacks by one statistic against depth.

    Parameters
    ----------
    name : str
        For the command line; under ``panel.`` and this name are the words above the panel.
    statistic, second : str
        Fields of `SignalStats`: of the solid line, and of the dotted one ("" for none).
    scale : {"log", "nines"}
        Whether the axis is logarithmic in the statistic, or in its distance from 1.
    key : tuple of str
        Of what is said below its heading, how to read it: the longest way first.
    backward : bool
        Whether it is of gradients.
    """

    name: str
    statistic: str
    second: str = ""
    scale: Literal["log", "nines"] = "log"
    key: tuple[str, ...] = ()
    backward: bool = False

    def signal_of(self, signal: Signal | None) -> Signal:
        """Return whose statistic it shows in a view of `signal`, or of both where it is None."""
        return signal or ("gradient" if self.backward else "activation")


#: The panels that compare stacks.
TRENDS: Mapping[str, TrendPanel] = MappingProxyType(
    {
        row.name: row
        for row in (
            TrendPanel(
                name="std",
                statistic="std",
                second="within_unit_std",
                key=("panel.key.std", "panel.key.std_short", "panel.key.std_bare"),
            ),
            TrendPanel(
                name="between",
                statistic="between_unit_std",
            ),
            TrendPanel(
                name="gradient",
                statistic="std",
                second="median_magnitude",
                key=("panel.key.gradient", "panel.key.gradient_short"),
                backward=True,
            ),
            TrendPanel(
                name="cosine",
                statistic="mean_cosine",
                scale="nines",
                key=("panel.key.cosine", "panel.key.cosine_short"),
            ),
            TrendPanel(
                name="rank",
                statistic="effective_rank",
                key=("panel.key.rank",),
            ),
        )
    }
)

#: The stacks' own panels, as a name beside those of `TRENDS`.
OWN = "values"
PANEL_NAMES: tuple[str, ...] = (OWN, *TRENDS)


def goes_with(panel: str, signal: Signal | None) -> bool:
    """Return whether a panel is of a signal; None is both the activation and its gradient."""
    if signal is None:
        return True
    if panel == OWN:
        return signal not in BACKWARD
    trend = TRENDS[panel]
    ranked = trend.statistic != "effective_rank" or signal == "activation"
    return ranked and trend.backward == (signal in BACKWARD)


def available(records: Sequence[Record], signal: Signal | None) -> tuple[str, ...]:
    """Return the panels that records have numbers for, in the order of `PANEL_NAMES`."""
    found = [OWN] * goes_with(OWN, signal)
    for trend in TRENDS.values():
        own = trend.signal_of(signal)
        if not goes_with(trend.name, signal):
            continue
        items = [layer[own].stats for r in records if own in r.signals for layer in r.layers]
        if any(getattr(stats, trend.statistic) is not None for stats in items):
            found.append(trend.name)
    return tuple(found)


#: What is left out where not all panels fit, one after the other.
_EXPENDABLE = ((), ("rank",), (OWN,), (OWN, "rank"), (OWN, "rank", "cosine"))

#: What a simulation must be asked for, before a panel can show it.
_MISSING = dict.fromkeys(PANEL_NAMES, "") | {
    "gradient": ": simulate with gradients=True",
    "rank": ": simulate with effective_rank=True",
}


class Panels(NamedTuple):
    """A choice of panels to show, and what it leaves out."""

    shown: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def wanted_panels(
    records: Sequence[Record], signal: Signal | None, panels: Sequence[str] | None
) -> list[Panels]:
    """Return choices of panels to show, and what each leaves out; the fullest first.

    Unless it is asked for, the rank is of one stack, and values are of one activation's stacks.
    """
    there = available(records, signal)
    if panels is None:
        several = len({record.spec.activation.name for record in records}) > 1
        unusual = ["between"] + ["rank"] * (len(records) > 1) + [OWN] * several
        usual = tuple(name for name in there if name not in unusual)
        choices = [tuple(n for n in usual if n not in less) for less in _EXPENDABLE]
        choices = [choice for choice in dict.fromkeys(choices) if choice] or [usual]
        return [Panels(c, tuple(name for name in usual if name not in c)) for c in choices]
    for name in panels:
        if name not in PANEL_NAMES:
            raise SpecError(f"panels must be of {', '.join(PANEL_NAMES)} (got {name!r})")
        if name not in there:
            if not goes_with(name, signal):
                raise SpecError(f"panel {name} is not of the {signal}: leave one of the two out")
            raise SpecError(f"these records have nothing for the panel {name}{_MISSING[name]}")
    if not panels:
        raise SpecError("panels must name at least one (got none)")
    return [Panels(tuple(name for name in PANEL_NAMES if name in panels))]
