"""Loss and accuracy against the step: how well the nets do, a curve an initializer."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from actviz.plot.paper.page import Box, Page
from actviz.plot.paper.style import Size, mix
from actviz.plot.paper.ticks import spread_out, write_steps, write_values
from actviz.plot.training.page import Drawing, Limits
from actviz.training.curves import SeedBand, accuracy_band, curve_end, loss_curve
from actviz.training.record import TrainingRecord
from actviz.words import training as words
from actviz.words.keys import Key, key
from actviz.words.say import say, saying

_DASHES = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (5, 1, 1, 1)), (0, (8, 2)))
#: From the end of a curve to its name, in lines of type: room for a leader.
_LEADER = 1.1
#: A curve that is nowhere farther from the loss of guessing, as a share of it, lies on its line.
_HIDES = 0.01
#: The most that names take of the width.
_NAMED = 0.42
#: The axis of losses ends at so many times the loss of guessing, if a curve goes higher.
_TOP = 1.25


def draw_loss(page: Page, record: TrainingRecord, box: Box, limits: Limits) -> None:
    """Draw loss curves, their axes and their names in `box`."""
    level = words.chance(record)
    found = [(name, record.runs_of(name)) for name in record.spec.init_names]
    bands = {name: loss_curve(runs) for name, runs in found}
    highest = max((float(b.high.max()) for b in bands.values() if b.steps.size), default=level)
    low, top = limits.get("loss", (0.0, min(1.04 * max(highest, level), _TOP * level)))
    labels = _labels(record)
    inner = _inner(page, box, say("axis.loss"), list(labels.values()))
    ax = page.axes(inner, (0, max(record.spec.steps - 1, 1)), (low, top))
    page.rule(ax)
    guess: dict[str, Any] = {"color": page.theme.muted, "linewidth": page.size.text / 14}
    ax.axhline(level, linestyle=(0, (1, 2)), **guess)
    dashes = _dashes(page, record)
    for name, band in bands.items():
        _draw_band(ax, page, name, band, dashes[name])
    write_values(page, inner, low, top)
    write_steps(page, inner, record.spec.steps - 1)
    _names(page, ax, inner, bands, labels, low, top)


def _labels(record: TrainingRecord) -> dict[str, str]:
    """Return what stands at the end of each loss curve."""
    return {
        name: f"{words.called(record, name)}  {words.loss_text(curve_end(record.runs_of(name)))}"
        for name in record.spec.init_names
    }


def loss_fits(record: TrainingRecord, size: Size, width: float) -> bool:
    """Return whether loss curves have room beside what stands at their ends."""
    widest = max(size.width_of(text, weight="bold") for text in _labels(record).values())
    return widest + (_LEADER + 0.3) * size.line <= _NAMED * width


def draw_accuracy(page: Page, record: TrainingRecord, box: Box, limits: Limits) -> None:
    """Draw accuracy curves, their axes and their names in `box`."""
    test = record.data.n_test > 0
    found = [(name, record.runs_of(name)) for name in record.spec.init_names]
    bands = {name: accuracy_band(runs, test=test) for name, runs in found}
    labels = {
        n: f"{words.called(record, n)}  {words.accuracies(record, n)[int(test)]}" for n, _ in found
    }
    inner = _inner(page, box, say("axis.accuracy"), list(labels.values()))
    lowest = min((float(b.low.min()) for b in bands.values() if b.steps.size), default=0.0)
    low, high = limits.get("accuracy", (0.4 if lowest >= 0.45 else 0.0, 1.0))
    ax = page.axes(inner, (0, max(record.spec.steps - 1, 1)), (low, high))
    page.rule(ax)
    dashes = _dashes(page, record)
    for name, runs in found:
        if test:
            train = accuracy_band(runs, test=False)
            thin: dict[str, Any] = {"color": page.hues[name], "linewidth": page.size.text / 14}
            ax.plot(train.steps, train.middle, linestyle=(0, (4, 2)), **thin)
        _draw_band(ax, page, name, bands[name], dashes[name])
    write_values(page, inner, low, high, percent=True)
    write_steps(page, inner, record.spec.steps - 1)
    _names(page, ax, inner, bands, labels, low, high)


def reading_of_loss(record: TrainingRecord) -> list[Key]:
    """Return how to read loss curves: the marks that are seen."""
    bands = [loss_curve(record.runs_of(name)) for name in record.spec.init_names]
    level = words.chance(record)
    # A curve that stays at the loss of a guess hides its line.
    hidden = any(b.steps.size and np.abs(b.middle - level).max() < _HIDES * level for b in bands)
    shaded = any(b.steps.size and np.any(b.high > b.low) for b in bands)
    return [key("loss"), *[key("shades")] * shaded, *[key("guess")] * (not hidden)]


def reading_of_accuracy(record: TrainingRecord) -> list[Key]:
    """Return how to read accuracy curves: there are dashed ones beside those on test rows."""
    return [key("accuracy")] if record.data.n_test > 0 else []


LOSS, ACCURACY = (
    Drawing(
        kind=saying(f"picture.{name}"),
        reading=reading,
        height=lambda size, count: 0.62 * size.width,
        draw=draw,
        finding=finding,
    )
    for name, draw, finding, reading in (
        ("loss", draw_loss, words.finding, reading_of_loss),
        ("accuracy", draw_accuracy, words.accuracy_finding, reading_of_accuracy),
    )
)


def _dashes(page: Page, record: TrainingRecord) -> dict[str, Any]:
    """Return how the pen goes for each initializer: on paper without colours, each its own way."""
    pens = _DASHES if page.theme.name == "print" else ("-",)
    return dict(zip(record.spec.init_names, cycle(pens), strict=False))


def _inner(page: Page, box: Box, heading: str, labels: Sequence[str]) -> Box:
    """Return the box between the axes' labels, and write what the vertical axis is."""
    line = page.line
    widest = max(page.width(text, weight="bold") for text in labels) + (_LEADER + 0.3) * line
    left, right = 3.2 * line, min(widest, _NAMED * box.width)
    page.small(box.left, box.top - 0.9 * line, heading, weight="bold")
    return Box(
        left=box.left + left,
        bottom=box.bottom + 1.5 * line,
        width=box.width - left - right,
        height=box.height - 3.1 * line,
    )


def _draw_band(ax: Axes, page: Page, name: str, band: SeedBand, dashes: Any) -> None:
    color = page.hues[name]
    shade = mix(page.theme.page, color, 0.3)
    if band.steps.size and np.any(band.high > band.low):
        ax.fill_between(band.steps, band.low, band.high, color=shade, linewidth=0)
    ax.plot(
        band.steps,
        band.middle,
        color=color,
        linewidth=page.size.text / 6,
        linestyle=dashes,
        gid=name,
        marker="o" if band.steps.size == 1 else None,
        clip_on=True,
    )


def _names(
    page: Page,
    ax: Axes,
    box: Box,
    bands: Mapping[str, SeedBand],
    labels: dict[str, str],
    low: float,
    high: float,
) -> None:
    """Write the initializers' names where their curves end."""
    shown = {name: band for name, band in bands.items() if band.steps.size}
    ends = [
        box.bottom + (min(max(float(b.middle[-1]), low), high) - low) / (high - low) * box.height
        for b in shown.values()
    ]
    places = spread_out(ends, 1.15 * page.line, box.bottom + 0.2 * page.line, box.top)
    for name, y in zip(shown, places, strict=True):
        x = box.right + _LEADER * page.line
        page.small(x, y - 0.3 * page.line, labels[name], color=page.hues[name], weight="bold")
    # From a curve's end to its name, in the units of the axes.
    step = (ax.get_xlim()[1] / box.width) * page.line
    near, far = (ax.get_xlim()[1] + part * step for part in (0.1, _LEADER - 0.2))
    scale = (high - low) / box.height
    for name, *heights in zip(shown, ends, places, strict=True):
        ys = [low + (y - box.bottom) * scale for y in heights]
        look: dict[str, Any] = {"color": page.hues[name], "linewidth": page.size.text / 16}
        ax.add_line(Line2D([near, far], ys, clip_on=False, **look))
