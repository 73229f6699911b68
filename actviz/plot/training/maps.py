"""Boundaries and the table: what the trained nets decide, and what became of each."""

from functools import partial
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb

from actviz.errors import SpecError
from actviz.plot.paper.page import Box, Page, thin
from actviz.plot.paper.style import Theme, mix
from actviz.plot.paper.typeset import paragraph
from actviz.plot.training.page import Drawing, Limits
from actviz.training.curves import final_loss
from actviz.training.record import DataInfo, TrainingRecord
from actviz.training.runs import DecisionMap, Run
from actviz.words import training as words
from actviz.words.say import say, saying

#: Steps at which a boundary is shown as it moves.
_MOMENTS = 4
_MARKERS = ("o", "s", "D", "^", "v", "P", "X")


def draw_boundaries(
    page: Page, record: TrainingRecord, box: Box, limits: Limits, *, moments: int = _MOMENTS
) -> None:
    """Draw maps in `box`: a column an initializer, a row each of at most `moments` steps."""
    line = page.line
    shown = {name: record.runs_of(name)[0] for name in record.spec.init_names}
    steps = sorted({item.step for run in shown.values() for item in run.maps})
    head, left = 2.6 * line, (3.4 * line if moments > 1 else 0.0)
    pitch = (box.width - left) / len(shown)
    most = max(1, int((box.height - head) / (6 * line)))
    steps = [steps[i] for i in thin(len(steps), max(1, min(moments, most)))]
    side = min(pitch - 0.6 * line, (box.height - head) / len(steps) - 0.4 * line)
    # Where height is what lacks, the squares stand together.
    pitch = min(pitch, side + 3 * line)
    for column, (name, run) in enumerate(shown.items()):
        x = box.left + left + column * pitch
        lines = (name, words.accuracies(record, name)[int(record.data.n_test > 0)])
        for number, text in enumerate(lines):
            cut = paragraph(text, width=pitch - 0.3 * line, points=page.size.text, most_lines=1)
            color = page.hues[name] if not number else page.theme.muted
            weight = "normal" if number else "bold"
            y = box.top - (0.9 + 1.15 * number) * line
            page.small(x, y, cut.lines[0], color=color, weight=weight)
        for row, step in enumerate(steps):
            bottom = box.top - head - side - row * (side + 0.4 * line)
            at = Box(left=x, bottom=bottom, width=side, height=side)
            if not column and moments > 1:
                edge = x - 0.5 * line
                page.small(edge, at.top - 0.9 * line, say("axis.step"), muted=True, ha="right")
                page.small(edge, at.top - 2.0 * line, str(step), ha="right")
            _draw_map(page, record.data, at, run, step)


def _draw_map(page: Page, data: DataInfo, box: Box, run: Run, step: int) -> None:
    found = [item for item in run.maps if item.step <= step]
    late = bool(found) and found[-1].step < step and run.end != "done"
    if not found or late:
        text = say("train.ended", end=run.end, step=run.last_step) if late else say("train.no_map")
        page.small(box.left, box.bottom + box.height / 2, text, color=page.theme.alarm)
        return
    item = found[-1]
    ends = (item.x[0], item.x[-1], item.y[0], item.y[-1])
    ax = page.axes(box, (ends[0], ends[1]), (ends[2], ends[3]))
    ax.imshow(
        _ground(page.theme, len(data.classes), item),
        extent=tuple(map(float, ends)),  # type: ignore[arg-type]
        origin="lower",
        aspect="auto",
        interpolation="bilinear" if len(data.classes) == 2 else "nearest",
    )
    if len(data.classes) == 2 and np.ptp(item.values) and _crosses(item):
        ink: dict[str, Any] = {"colors": [page.theme.ink], "linewidths": [page.size.text / 9]}
        ax.contour(item.x, item.y, item.values, levels=[0.5], zorder=3, **ink)
    if data.points is None or data.point_classes is None:
        return
    for number in range(len(data.classes)):
        own = data.points[data.point_classes == number]
        ax.plot(
            *own.T,
            linestyle="",
            marker=_MARKERS[number % len(_MARKERS)],
            markersize=min(page.size.text / 3.6, 2.2 * box.width),
            markerfacecolor=_class_color(page.theme, number),
            markeredgecolor=page.theme.page,
            markeredgewidth=0.25,
        )


def _crosses(item: DecisionMap) -> bool:
    return float(item.values.min()) < 0.5 < float(item.values.max())


def _class_color(theme: Theme, number: int) -> str:
    if theme.name == "print":
        return (theme.ink, "#ffffff", "#808080", "#b0b0b0")[number % 4]
    return theme.hues[number % len(theme.hues)]


def _ground(theme: Theme, classes: int, item: DecisionMap) -> Any:
    """Return the colours of a map: of the class, paler the less sure the net is of it."""
    tones = (
        ("#9a9a9a", "#e6e6e6")
        if theme.name == "print"
        else tuple(mix(theme.page, _class_color(theme, n), 0.45) for n in range(classes))
    )
    colors = np.array([to_rgb(tones[n % len(tones)]) for n in range(classes)])
    if classes > 2:
        return colors[item.values.astype(np.int64)]
    sure = np.abs(2 * item.values - 1)[..., None]
    paper = np.array(to_rgb(theme.page))
    return paper + sure * (colors[(item.values >= 0.5).astype(np.int64)] - paper)


#: The columns of the table.
_HEADS = ("init", "loss", "train", "test", "ranks", "words")


def draw_table(
    page: Page, record: TrainingRecord, box: Box, limits: Limits, *, spread: float = 2.2
) -> None:
    """Draw a row for each initializer: its losses, accuracies, ranks and what became of it."""
    line = page.line
    heads = [say(f"table.{name}") for name in _HEADS]
    rows = []
    for name in record.spec.init_names:
        runs = record.runs_of(name)
        ranks = " ".join(map(str, runs[0].weight_change_rank)) or "-"
        loss = words.number(final_loss(runs))
        rows.append([name, loss, *words.accuracies(record, name), ranks, ""])
        rows[-1][5] = words.verdict(record, name)
    columns = [[heads[i], *(row[i] for row in rows)] for i in range(len(heads))]
    widths = [max(page.width(x, weight="bold") for x in own) + 1.4 * line for own in columns]
    kept = list(range(len(heads)))
    for victim in (2, 1, 4):  # what the words say as well
        if sum(widths[i] for i in kept) > box.width + 1.4 * line:
            kept.remove(victim)
    spare = box.width - sum(widths[i] for i in kept)
    gap = max(0.0, min(spare / len(kept), 2.5 * line))
    pitch = min(spread * line, (box.height - 0.4 * line) / (len(rows) + 1))
    x = box.left
    for index in kept:
        number = index in (1, 2, 3)
        for row, text in enumerate(columns[index]):
            y = box.top - (row + 0.7) * pitch
            name = record.spec.init_names[row - 1] if row else ""
            color = page.hues[name] if row and not index else page.theme.ink
            look: dict[str, Any] = {"color": page.theme.muted if not row else color}
            at = x + widths[index] - 1.4 * line if number else x
            weight = "bold" if not index and row else "normal"
            page.small(at, y, text, ha="right" if number else "left", weight=weight, **look)
        x += widths[index] + gap


def _check_maps(record: TrainingRecord) -> None:
    if not any(run.maps for run in record.runs):
        raise SpecError("boundaries are of data with two columns: choose another view")


BOUNDARIES = Drawing(
    kind=saying("picture.boundaries"),
    reading=saying("read.maps"),
    height=lambda size, count: size.width,
    draw=draw_boundaries,
    check=_check_maps,
)
TABLE = Drawing(
    kind=saying("picture.table"),
    reading=saying("read.table"),
    height=lambda size, count: max(9.8, 2.2 * (count + 2)) * size.line,
    draw=partial(draw_table, spread=3.4),
)
