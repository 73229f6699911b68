"""Histograms and strips: the layers while they learn, from the recorded steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.format import magnitude
from actviz.plot.grid.panels import PanelSize, panels_of
from actviz.plot.heights import Heights, Place
from actviz.plot.marks.heat import draw_heat, draw_ramp
from actviz.plot.marks.strip import Panel, draw_strip
from actviz.plot.paper.page import Box, Page, thin
from actviz.plot.training.page import Drawing, Limits
from actviz.records.signal import LayerRecord
from actviz.training.record import TrainingRecord
from actviz.training.runs import Snapshot
from actviz.words import training as words
from actviz.words.keys import Key, key
from actviz.words.say import say, saying

#: Recorded steps that the grid shows at most.
_GRID_STEPS = 6
#: And the strips.
_STRIP_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StripRow:
    """A statistic of the strips: its name, whether its scale is logarithmic, and its values."""

    name: str
    log: bool
    values: Callable[[Snapshot], Sequence[float | None]]


def _of(signal: str, statistic: str) -> Callable[[Snapshot], Sequence[float | None]]:
    return lambda item: [getattr(layer[signal].stats, statistic) for layer in item.record.layers]


#: The strips, from above.
STRIPS: tuple[StripRow, ...] = (
    StripRow(name="std", log=True, values=_of("activation", "std")),
    StripRow(name="saturated", log=False, values=_of("activation", "saturated_fraction")),
    StripRow(name="dead_units", log=False, values=_of("activation", "dead_unit_fraction")),
    StripRow(name="gradient_std", log=True, values=_of("gradient", "std")),
    StripRow(name="update", log=True, values=lambda item: item.update_to_data),
)


def _check_recorded(record: TrainingRecord) -> None:
    if not any(run.snapshots for run in record.runs):
        raise SpecError("no layers were recorded: train with --record-every N (record_every=N)")


def _columns(
    page: Page, record: TrainingRecord, box: Box, left: float, right: float
) -> dict[str, Box]:
    """Return the column of each initializer that has room, and write its name above it."""
    line, names = page.line, record.spec.init_names
    width = box.width - left - right
    shown = [names[i] for i in thin(len(names), max(1, int(width / (6 * line))))]
    pitch = (width + line) / len(shown)
    found = {}
    for number, name in enumerate(shown):
        x = box.left + left + number * pitch
        found[name] = Box(
            left=x, bottom=box.bottom, width=pitch - line, height=box.height - 1.6 * line
        )
        label = words.called(record, name)
        page.small(x, box.top - 0.9 * line, label, color=page.hues[name], weight="bold")
    return found


def _left_out(record: TrainingRecord, columns: Mapping[str, Box]) -> str:
    """Return which initializers have no column, as the end of a sentence, or ""."""
    missing = [text for name, text in record.spec.labels.items() if name not in columns]
    return say("train.no_room", names=missing) if missing else ""


def _steps(record: TrainingRecord, most: int) -> list[int]:
    steps = sorted({item.step for run in record.runs for item in run.snapshots})
    return [steps[index] for index in thin(len(steps), most)]


def draw_grid(page: Page, record: TrainingRecord, box: Box, limits: Limits) -> None:
    """Draw histograms of the activations in `box`, those of an initializer on one scale."""
    line = page.line
    label = 4.0 * line
    columns = _columns(page, record, box, label, 0.0)
    room = box.height - 5.2 * line
    steps = _steps(record, max(1, min(_GRID_STEPS, int(room / (3.0 * line)))))
    pitch = room / len(steps)
    top = box.top - 2.7 * line
    page.small(box.left + label - 0.6 * line, top, say("axis.layer"), muted=True, ha="right")
    width = next(iter(columns.values())).width
    shown = thin(len(record.spec.hidden), max(1, int(width / (2.0 * line))))
    each = width / len(shown)
    size = PanelSize(
        width=0.88 * each,
        height=0.78 * pitch,
        points=page.size.text,
        line=line,
    )
    panels = _panels(record, list(columns), steps, shown, size, each)
    for row, step in enumerate(steps):
        y = top - 0.4 * line - (row + 1) * pitch
        page.small(box.left + label - 0.6 * line, y, f"{step}", ha="right")
        if not row:
            edge = box.left + label - 0.6 * line
            page.small(edge, y + 1.1 * line, say("axis.step"), muted=True, ha="right")
        for block, (name, column) in enumerate(columns.items()):
            strip = Box(left=column.left, bottom=y, width=column.width, height=size.height)
            found = [panel for place, panel in panels.items() if place[:2] == (block, row)]
            if not found:
                end = record.runs_of(name)[0].end
                page.small(column.left, y, end, color=page.theme.alarm)
                continue
            draw_strip(
                page.axes(strip, ylim=(0.0, 1.0)),
                found,
                width=size.width,
                points=page.size.text,
                line=line / strip.height,
                color=page.hues[name],
                theme=page.theme,
            )
            if not row:
                for place, layer in enumerate(shown):
                    x = column.left + (place + 0.44) * each
                    page.small(x, top, str(layer + 1), muted=True, ha="center")
    run = record.runs_of(next(iter(columns)))[0]
    edges = run.snapshots[0].record.layers[0]["activation"].histogram.edges
    key = "train.axes_noted" if _noted(size) else "train.axes"
    text = say(key, low=edges[0], high=edges[-1])
    left_out = _left_out(record, columns)
    page.small(box.left, box.bottom + 1.1 * line * bool(left_out), text, muted=True)
    page.small(box.left, box.bottom, left_out, muted=True)


def _panels(
    record: TrainingRecord,
    names: Sequence[str],
    steps: Sequence[int],
    shown: Sequence[int],
    size: PanelSize,
    pitch: float,
) -> dict[Place, Panel]:
    """Return a panel for each initializer, step and shown layer that was recorded."""
    layers: dict[Place, LayerRecord] = {}
    for block, name in enumerate(names):
        found = {item.step: item.record.layers for item in record.runs_of(name)[0].snapshots}
        for row, step in enumerate(steps):
            for column, layer in enumerate(shown if step in found else ()):
                layers[block, row, column] = found[step][layer]
    heights = Heights(
        signal="activation",
        share_y="all",  # of a block, which here is an initializer
        values="density",
        log_y=False,
    )
    panels, _ = panels_of(
        layers,
        heights,
        stacks=range(len(steps)),
        lefts=[column * pitch for column in range(len(shown))],
        room=size,
        with_notes=_noted(size),
    )
    return panels


def _noted(size: PanelSize) -> bool:
    """Return whether shares have room in the panels."""
    return size.width >= 5.0 * size.line


def draw_layer_strips(page: Page, record: TrainingRecord, box: Box, limits: Limits) -> None:
    """Draw statistics against step and layer in `box`."""
    line = page.line
    left, right = 7.0 * line, 5.4 * line
    if box.width < 30 * line:
        left, right = 6.6 * line, 4.4 * line
    columns = _columns(page, record, box, left, right)
    steps = _steps(record, _STRIP_STEPS)
    pitch = (box.height - 3.0 * line) / len(STRIPS)
    height = min(0.86 * pitch, 7.0 * line)
    for row, strip in enumerate(STRIPS):
        bottom = box.top - 1.6 * line - row * pitch - height
        tables = {name: _table(record, name, strip, steps) for name in columns}
        known = np.concatenate([t[np.isfinite(t)] for t in tables.values()])
        low, high = limits.get(strip.name) or _ends(known, strip.log)
        middle = bottom + height / 2
        page.small(box.left, middle + 0.1 * line, say(f"strip.{strip.name}"), weight="bold")
        most = max(table.shape[0] for table in tables.values())
        page.small(box.left, middle - 1.0 * line, say("axis.layers", last=most), muted=True)
        for name, column in columns.items():
            at = Box(left=column.left, bottom=bottom, width=column.width, height=height)
            layers, count = tables[name].shape
            draw_heat(
                page.axes(at, (0, count), (layers, 0)),
                tables[name],
                low=low,
                high=high,
                cell=min(at.width / count, at.height / layers),
                points=page.size.text,
                theme=page.theme,
            )
        _scale(page, box.right - right + 0.7 * line, bottom, height, low, high, strip.log)
        if row == len(STRIPS) - 1:
            for column in columns.values():
                y = bottom - 1.1 * line
                page.small(column.left, y, say("axis.at_step", step=steps[0]), muted=True)
                page.small(column.left + column.width, y, str(steps[-1]), muted=True, ha="right")
    page.small(box.left, box.bottom - 0.3 * line, _left_out(record, columns), muted=True)


def _table(
    record: TrainingRecord, name: str, strip: StripRow, steps: Sequence[int]
) -> NDArray[np.float64]:
    """Return the values of a statistic, shape (layers, steps), as they are drawn; nan for none."""
    found = {item.step: strip.values(item) for item in record.runs_of(name)[0].snapshots}
    layers = max((len(values) for values in found.values()), default=len(record.spec.hidden))
    table = np.full((layers, len(steps)), np.nan)
    for place, step in enumerate(steps):
        for layer, value in enumerate(found.get(step, ())):
            if value is not None and isfinite(value) and (value > 0 or not strip.log):
                table[layer, place] = np.log10(value) if strip.log else value
    return table


def _ends(known: NDArray[np.float64], log: bool) -> tuple[float, float]:
    if not known.size:
        return 0.0, 1.0
    if not log:
        return 0.0, max(float(known.max()), 0.01)
    low, high = float(known.min()), float(known.max())
    low = max(low, high - 8.0)  # what is smaller by eight decades is as pale as that
    return (low, high) if high - low > 0.1 else (low - 0.05, high + 0.05)


def _scale(
    page: Page,
    left: float,
    bottom: float,
    height: float,
    low: float,
    high: float,
    log: bool,
) -> None:
    """Draw the scale of a strip, from low at its foot to high at its top."""
    at = Box(left=left, bottom=bottom, width=0.6 * page.line, height=height)
    ax = page.axes(at, (0, 1), (0, 1))
    draw_ramp(ax, page.theme)
    texts = [magnitude(10.0**end if log else end) if log or end else "0" for end in (low, high)]
    x = at.right + 0.4 * page.line
    page.small(x, bottom, texts[0], muted=True)
    page.small(x, at.top - 0.75 * page.line, texts[1], muted=True)


def _reading_of_grid(record: TrainingRecord) -> list[Key]:
    layers = [
        layer for run in record.runs for item in run.snapshots for layer in item.record.layers
    ]
    stems = any(layer["activation"].zeros for layer in layers)
    return [key("train_grid"), *[key("train_stem")] * stems]


def _reading_of_strips(record: TrainingRecord) -> list[Key]:
    steps = _steps(record, _STRIP_STEPS)
    tables = (_table(record, name, s, steps) for name in record.spec.init_names for s in STRIPS)
    crossed = any(not np.isfinite(table).all() for table in tables)
    return [key("train_strips"), *[key("train_cross")] * crossed]


GRID_DRAWING = Drawing(
    kind=saying("picture.train_grid"),
    reading=_reading_of_grid,
    height=lambda size, count: 5.0 * _GRID_STEPS * size.line,
    draw=draw_grid,
    finding=words.activation_finding,
    check=_check_recorded,
)
STRIPS_DRAWING = Drawing(
    kind=saying("picture.train_strips"),
    reading=_reading_of_strips,
    height=lambda size, count: 5.5 * len(STRIPS) * size.line,
    draw=draw_layer_strips,
    finding=words.gradient_finding,
    check=_check_recorded,
)
