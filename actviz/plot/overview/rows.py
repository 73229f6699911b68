"""What stands in the rows of one activation, or of one stack: numbers, bars, and a slope.

Nothing is measured in inches here; `table` finds the places, and draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actviz.format import percent
from actviz.layers.signals import Signal
from actviz.plot.heights import axis_labels, heights_of, window_of
from actviz.plot.marks.shares import LEAST_SHARE, Tone, tone_of
from actviz.plot.overview.bars import TIMES, beyond, cut, heights, stem
from actviz.plot.overview.content import Content
from actviz.records.signal import LayerRecord
from actviz.words.overview import Verdict
from actviz.words.say import say
from actviz.words.told import Told

#: A slope reaches so many decades each way; what goes on beyond has an arrow there.
DECADES = 8.0

NumberSeries = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RowPanel:
    """One layer: its bars, which are cut, where zeros stand and how many, and what is beyond."""

    bars: NDArray[np.float64]
    high: NDArray[np.bool_]
    stem: tuple[float, float] | None = None
    note: str = ""
    tone: Tone = "muted"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OverviewRow:
    """A row: its name, what becomes of it, and a panel with numbers for every layer.

    Parameters
    ----------
    label, factor : str
        Its name, and what becomes of its gradient; "" where no numbers are asked for.
    verdict : Verdict or None
        Of its stack, where the row is the one that says it.
    numbers : tuple of (str, tuple of (float or None))
        Lines of numbers, one for each panel, by their names.
    panels : tuple of (RowPanel or None)
        None where the stack has stopped before.
    ticks : tuple of (float, str)
        What stands below every panel: places from 0 to 1, and texts.
    slope : tuple of float
        Decades of the gradient's std above that of the last layer, from layer 1 on.
    """

    label: str
    factor: str
    verdict: Verdict | None
    numbers: tuple[tuple[str, NumberSeries], ...]
    panels: tuple[RowPanel | None, ...]
    ticks: tuple[tuple[float, str], ...]
    slope: tuple[float, ...] = ()


def overview_rows(
    told: Sequence[Told], verdicts: Sequence[Verdict], content: Content, layers: Sequence[int]
) -> list[OverviewRow]:
    """Return a row for each stack; of a single one, a row of its gradient as well."""
    backward = len(told) > 1 and any(one.having("gradient") for one in told)
    rows = [
        _row(one, verdict, content, layers, backward=backward, alone=len(told) == 1)
        for one, verdict in zip(told, verdicts, strict=True)
    ]
    if len(told) == 1:
        rows += _gradient_row(told[0], content, layers)
    return rows


def _row(
    told: Told,
    verdict: Verdict,
    content: Content,
    layers: Sequence[int],
    *,
    backward: bool,
    alone: bool,
) -> OverviewRow:
    signal = content.signal
    found = _shown(told, signal, layers)
    bars = [None if layer is None else heights(layer[signal]) for layer in found]
    # One scale for a row: its highest bar fills it, unless that is lower than an even spread.
    top = max([1.0 / TIMES, *(float(one.max()) for one in bars if one is not None)])
    names = {"none": (), "std": ("std",), "all": ("mean", "std")}[content.numbers]
    if alone and content.numbers != "none":
        names = ("mean", "std", "unit")
    return OverviewRow(
        label=told.label,
        factor=told.gradient if backward and content.numbers != "none" else "",
        verdict=verdict,
        numbers=tuple((say(f"number.{name}"), _series(found, signal, name)) for name in names),
        panels=tuple(
            None
            if layer is None or own is None
            else RowPanel(
                bars=own / top,
                high=cut(layer[signal]),
                stem=stem(layer[signal]),
                note=_note(layer, signal),
                tone=tone_of(beyond(layer[signal])),
            )
            for layer, own in zip(found, bars, strict=True)
        ),
        ticks=tuple(axis_labels(told.record, signal)[:2]),
        slope=() if alone else slope_of(told),
    )


def _gradient_row(told: Told, content: Content, layers: Sequence[int]) -> list[OverviewRow]:
    """Return the row of a stack's gradients, if their histograms were kept."""
    found = _shown(told, "gradient", layers)
    items = [layer["gradient"] for layer in found if layer is not None]
    if not items or any(item.counted is None for item in items):
        return []
    window, numbered = window_of(items), content.numbers != "none"
    bars = [
        None if layer is None else heights_of(layer["gradient"], "density", window)
        for layer in found
    ]
    top = max((float(one.max()) for one in bars if one is not None), default=1.0) or 1.0
    return [
        OverviewRow(
            label=say("signal.gradient"),
            factor=told.gradient if numbered else "",
            verdict=None,
            numbers=((say("number.std"), _series(found, "gradient", "std")),) if numbered else (),
            panels=tuple(
                None if one is None else RowPanel(bars=one / top, high=one > np.inf) for one in bars
            ),
            ticks=tuple(axis_labels(told.record, "gradient", window)[:2]),
        )
    ]


def _shown(told: Told, signal: Signal, layers: Sequence[int]) -> list[LayerRecord | None]:
    own = {layer.layer - 1: layer for layer in told.having(signal)}
    return [own.get(index) for index in layers]


_STATISTICS = {"mean": "mean", "std": "std", "unit": "within_unit_std"}


def _series(found: Sequence[LayerRecord | None], signal: Signal, name: str) -> NumberSeries:
    field = _STATISTICS[name]
    return tuple(None if one is None else getattr(one[signal].stats, field) for one in found)


def _note(layer: LayerRecord, signal: Signal) -> str:
    share = beyond(layer[signal])
    return say("overview.beyond_panel", share=percent(share)) if share >= LEAST_SHARE else ""


def slope_is_cut(told: Told) -> bool:
    """Return whether a slope goes on beyond what is drawn of it."""
    return any(abs(one) > DECADES for one in slope_of(told))


def slope_of(told: Told) -> tuple[float, ...]:
    """Return the decades of the gradient's std above the last layer's; () where one is 0."""
    stds = [layer["gradient"].stats.std for layer in told.having("gradient")]
    if len(stds) < 2 or not all(stds):
        return ()
    logs = np.log10(np.array(stds, dtype=float))
    return tuple(float(one) for one in logs - logs[-1])
