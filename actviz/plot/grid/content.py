"""What a grid is to show of its records, and how: one value that plan, page and words read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, FORWARD, SIGNALS, Signal
from actviz.plot.grid.numbers import Second
from actviz.plot.heights import SHARE_Y, VALUES, HeightUnit, ShareY
from actviz.plot.refused import check_choices, check_edges, check_signal, has_signal
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record
from actviz.words.say import say

Pool = Literal["all", "unit"]
POOLS: tuple[Pool, ...] = get_args(Pool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a grid shows.

    Parameters
    ----------
    signals : tuple of str
        A row of panels for each of them, one below the other.
    courses : bool
        Whether the rows say in words what becomes of the signal and of its gradient.
    share_y, values, log_y, pool, theory
        As in `plot_grid`.
    ensembles : tuple of Ensemble
        One for each record, or none.
    """

    signals: tuple[Signal, ...] = ("activation",)
    courses: bool = False
    share_y: ShareY = "row"
    values: HeightUnit = "density"
    log_y: bool = False
    pool: Pool = "all"
    theory: bool = False
    ensembles: tuple[Ensemble, ...] | None = None

    @property
    def forms(self) -> tuple[int, ...]:
        """Which of `Told.captions` a row could have, the fullest first: of gradients, none."""
        if self.courses:
            return 0, 1
        return (2,) if self.signals[0] in FORWARD else ()

    @property
    def axis(self) -> bool:
        """Whether the heights have a unit that is read off an axis."""
        return self.log_y or self.values == "count"

    @property
    def row_scale(self) -> bool:
        """Whether all panels of a row have one scale."""
        return self.share_y in ("row", "all")

    def second(self, signal: Signal) -> Second:
        """Return which number stands with the stds of a signal."""
        if self.ensembles:
            seeds = len(self.ensembles[0].records)
            return Second(kind="range", name=say("number.range", seeds=seeds))
        if signal in BACKWARD:
            return Second(kind="median", name=say("number.median"))
        if self.pool == "unit":
            return Second(kind="unit", name=say("number.unit"))
        return Second(kind="mean", name=say("number.mean"))


def content_of(records: Sequence[Record], signal: Signal | None, asked: Content) -> Content:
    """Return what a grid of `records` shows; a `signal` of None is the choice of the records.

    Those of one activation that have gradients show them below, those of several say what becomes
    of them. All else is as it is `asked`.

    Raises
    ------
    SpecError
        If there is no record, an option is none of the allowed values, or the records lack what
        is asked for.
    """
    check_choices(
        records,
        ("signal", signal or "activation", SIGNALS),
        ("share_y", asked.share_y, SHARE_Y),
        ("values", asked.values, VALUES),
        ("pool", asked.pool, POOLS),
    )
    backward = signal is None and all(has_signal(record, "gradient") for record in records)
    alone = len({record.spec.activation.name for record in records}) == 1
    signals: tuple[Signal, ...] = (signal or "activation",)
    if backward and alone:
        signals = ("activation", "gradient")
    for shown in signals:
        check_signal(records, shown)
        check_edges(records, shown)
    if asked.pool == "unit":
        _check_units(records, signals)
    specs = [record.spec for record in records]
    if asked.ensembles is not None and [each.spec for each in asked.ensembles] != specs:
        raise SpecError("ensembles must be one for each record, of its spec and from its seed on")
    return replace(asked, signals=signals, courses=backward)


def _check_units(records: Sequence[Record], signals: Sequence[Signal]) -> None:
    if signals[0] not in FORWARD:
        raise SpecError(f"pool unit is of activation or preactivation (got {signals[0]})")
    if any(record.layers[0][signals[0]].unit_histogram is None for record in records):
        raise SpecError("these records have no unit histograms: simulate with unit_histograms=True")
