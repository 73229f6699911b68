"""What a grid is to show of its records, and how: one value that plan, page and words read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from actviz.errors import SpecError
from actviz.layers.signals import FORWARD, SIGNALS, Signal
from actviz.plot.heights import SHARE_Y, VALUES, HeightUnit, ShareY
from actviz.plot.refused import check_choices, check_edges, check_signal, has_signal
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record

Pool = Literal["all", "unit"]
POOLS: tuple[Pool, ...] = get_args(Pool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a grid shows.

    Parameters
    ----------
    signals : tuple of str
        A row of panels for each of them, one below the other.
    fates : bool
        Whether the rows say in words what becomes of the signal and of its gradient.
    share_y, values, log_y, pool, theory
        As in `plot_grid`.
    ensembles : tuple of Ensemble
        One for each record, or none.
    """

    signals: tuple[Signal, ...] = ("activation",)
    fates: bool = False
    share_y: ShareY = "row"
    values: HeightUnit = "density"
    log_y: bool = False
    pool: Pool = "all"
    theory: bool = False
    ensembles: tuple[Ensemble, ...] = field(default=())


def content_of(
    records: Sequence[Record],
    *,
    signal: Signal | None,
    share_y: ShareY,
    values: HeightUnit,
    log_y: bool,
    pool: Pool,
    theory: bool,
    ensembles: Sequence[Ensemble] | None,
) -> Content:
    """Return what a grid of `records` shows; a `signal` of None is the choice of the records.

    Those of one activation that have gradients show them below, those of several say what becomes
    of them.

    Raises
    ------
    SpecError
        If there is no record, an option is none of the allowed values, or the records lack what
        is asked for.
    """
    check_choices(
        records,
        ("signal", signal or "activation", SIGNALS),
        ("share_y", share_y, SHARE_Y),
        ("values", values, VALUES),
        ("pool", pool, POOLS),
    )
    backward = signal is None and all(has_signal(record, "gradient") for record in records)
    alone = len({record.spec.activation.name for record in records}) == 1
    signals: tuple[Signal, ...] = (signal or "activation",)
    if backward and alone:
        signals = ("activation", "gradient")
    for shown in signals:
        check_signal(records, shown)
        check_edges(records, shown)
    if pool == "unit":
        _check_units(records, signals)
    if ensembles is not None and [e.spec for e in ensembles] != [r.spec for r in records]:
        raise SpecError("ensembles must be one for each record, of its spec and from its seed on")
    return Content(
        signals=signals,
        fates=backward,
        share_y=share_y,
        values=values,
        log_y=log_y,
        pool=pool,
        theory=theory,
        ensembles=tuple(ensembles or ()),
    )


def _check_units(records: Sequence[Record], signals: Sequence[Signal]) -> None:
    if signals[0] not in FORWARD:
        raise SpecError(f"pool unit is of activation or preactivation (got {signals[0]})")
    if any(record.layers[0][signals[0]].unit_histogram is None for record in records):
        raise SpecError("these records have no unit histograms: simulate with unit_histograms=True")
