"""plot_boundaries and the table: what the trained nets decide, and what became of each."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from actviz.errors import SpecError
from actviz.plot.paper.page import Box, Page, thin
from actviz.plot.paper.style import Size, Theme, mix
from actviz.plot.paper.typeset import paragraph
from actviz.plot.training.page import Drawing, Limits
from actviz.training.curves import curve_end
from actviz.training.record import DataInfo, TrainingRecord
from actviz.training.runs import DecisionMap, Run
from actviz.words import training as words
from actviz.words.keys import Key, key
from actviz.words.say import say, saying

#: Steps at which a boundary is shown as it moves.
_MOMENTS = 4
#: How sure a net may be of its answers, from 0 to 1, where they are white.
_UNSURE = 0.02
_MARKERS = ("o", "s", "D", "^", "v", "P", "X")


def draw_boundaries(
    page: Page,
    record: TrainingRecord,
    box: Box,
    limits: Limits,
    *,
    moments: int = _MOMENTS,
    shares: bool = True,
) -> None:
    """Draw maps in `box`: a column an initializer, a row each of at most `moments` steps.

    The columns stand side by side, or in as many tiers as make the maps large; with `shares`, it
    stands above them how often they are right in the end.
    """
    line = page.line
    shown = {name: record.runs_of(name)[0] for name in record.spec.init_names}
    steps = sorted({item.step for run in shown.values() for item in run.maps})
    left = 3.4 * line if moments > 1 else 0.0
    least = min(6 * line, (box.width - left) / len(shown) - 0.6 * line)
    head = _HEAD if shares else _NAME
    most = max(1, int((box.height - head * line) / (least + 0.4 * line)))
    steps = [steps[i] for i in thin(len(steps), max(1, min(moments, most)))]
    tiers, side = _tiers(box.width - left, box.height, len(shown), len(steps), line, head)
    across = -(-len(shown) // tiers)
    # Where height is what lacks, the squares stand together.
    pitch = min((box.width - left) / across, side + 3 * line)
    tall = min(box.height / tiers, _tall(side, len(steps), line, head) + line)
    for number, (name, run) in enumerate(shown.items()):
        tier, column = divmod(number, across)
        x, top = box.left + left + column * pitch, box.top - tier * tall
        _write_name(page, record, name, x, top, pitch, shares=shares)
        for row, step in enumerate(steps):
            bottom = top - _tall(side, row + 1, line, head) + 0.4 * line
            at = Box(left=x, bottom=bottom, width=side, height=side)
            if not column and moments > 1:
                edge = x - 0.5 * line
                page.small(edge, at.top - 0.9 * line, say("axis.step"), muted=True, ha="right")
                page.small(edge, at.top - 2.0 * line, str(step), ha="right")
            _draw_map(page, record.data, at, run, step)


def _wanted(record: TrainingRecord, size: Size, count: int) -> float:
    """Return the height of the maps where the size has none, side by side."""
    moments = len({item.step for run in record.runs for item in run.maps})
    width = size.width - 2 * size.margin - 3.4 * size.line
    side = width / count - 0.6 * size.line
    wanted = _tall(side, min(_MOMENTS, moments), size.line) + size.line
    return min(max(wanted, 11 * size.line), 1.5 * size.width)


#: Height of the two lines above a column of maps, in lines, and of the name alone.
_HEAD, _NAME = 2.6, 1.45


def _tall(side: float, rows: int, line: float, head: float = _HEAD) -> float:
    """Return the height of a column of maps, with its head."""
    return head * line + rows * (side + 0.4 * line)


def _tiers(
    width: float, height: float, count: int, rows: int, line: float, head: float
) -> tuple[int, float]:
    """Return in how many tiers the maps are largest, and their sides then."""

    def side(tiers: int) -> float:
        across = -(-count // tiers)
        tall = (height / tiers - head * line) / rows - 0.4 * line
        return min(width / across - 0.6 * line, tall)

    return max(((tiers, side(tiers)) for tiers in range(1, count + 1)), key=lambda item: item[1])


def height_of_maps(width: float, most: float, count: int, line: float) -> float:
    """Return what of a height maps of one moment and their names need, side by side."""
    tiers, side = _tiers(width, most, count, 1, line, _NAME)
    return tiers * _tall(side, 1, line, _NAME) + (tiers - 1) * line


def _write_name(
    page: Page,
    record: TrainingRecord,
    name: str,
    x: float,
    top: float,
    width: float,
    *,
    shares: bool,
) -> None:
    """Write above a column whose maps it has and, if asked, how often they are right in the end."""
    line = page.line
    right = words.accuracies(record, name)[int(record.data.n_test > 0)]
    lines = (words.called(record, name), *([right] if shares else []))
    for number, text in enumerate(lines):
        color = page.hues[name] if not number else page.theme.muted
        weight = "normal" if number else "bold"
        points = page.size.text
        cut = paragraph(
            text,
            width=width - 0.2 * line,
            points=points,
            smallest=0.9 * points,
            weight=weight,
            most_lines=1,
        )
        y = top - (0.9 + 1.15 * number) * line
        page.small(x, y, cut.lines[0], points=cut.points, color=color, weight=weight)


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
    if len(data.classes) == 2 and _unsure(item):
        _frame(page, ax, box)
    elif len(data.classes) == 2 and np.ptp(item.values) and _crosses(item):
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


def _unsure(item: DecisionMap) -> bool:
    """Return whether the map is as white as the page: the net answers one half everywhere."""
    return float(np.abs(2 * item.values - 1).max()) < _UNSURE


def _frame(page: Page, ax: Axes, box: Box) -> None:
    """Show where a white map ends, and what the net answers on it."""
    ends = {"xy": (0, 0), "width": 1, "height": 1, "transform": ax.transAxes, "clip_on": False}
    look = {"fill": False, "edgecolor": page.theme.muted, "linewidth": page.size.text / 12}
    ax.add_patch(Rectangle(**ends, **look))  # type: ignore[arg-type]
    points, x, y = page.size.heading, box.left + box.width / 2, box.bottom + box.height / 2
    page.small(x, y - 0.35 * points / 72, say("map.half"), points=points, ha="center")


def has_white(record: TrainingRecord) -> bool:
    """Return whether a map is white: its net answers one half everywhere."""
    return len(record.data.classes) == 2 and any(
        _unsure(item) for run in record.runs for item in run.maps
    )


def reading_of_maps(record: TrainingRecord) -> Key:
    """Return how to read the maps of a record."""
    return key("maps_half") if has_white(record) else key("maps")


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
#: In lines, between two of them at least.
_COLUMN_GAP = 1.4


#: Which of them stay however narrow the page is: who it is, how often it is right, and in words.
_ALWAYS = (0, 3, 5)


def _columns(
    record: TrainingRecord, size: Size, width: float, without: Collection[str]
) -> tuple[list[list[str]], list[int]]:
    """Return the texts of all columns, and which of them have room, `without` some."""
    rows = []
    for name in record.spec.init_names:
        runs = record.runs_of(name)
        ranks = " ".join(map(str, runs[0].weight_change_rank)) or "-"
        loss = words.loss_text(curve_end(runs))
        own = [words.called(record, name), loss, *words.accuracies(record, name), ranks]
        rows.append([*own, words.became_of(record, name)])
    columns = [[say(f"table.{head}"), *(row[i] for row in rows)] for i, head in enumerate(_HEADS)]
    kept = [index for index, head in enumerate(_HEADS) if head not in without]
    if not words.symmetry(record):
        kept.remove(4)  # ranks tell who does not break symmetry, and nothing else
    for victim in (2, 1, 4):  # what the words say as well
        if victim in kept and _table_width(columns, kept, size) > width:
            kept.remove(victim)
    return columns, kept


def _column_width(column: Sequence[str], size: Size) -> float:
    return max(size.width_of(text, weight="bold") for text in column) + _COLUMN_GAP * size.line


def _table_width(columns: Sequence[Sequence[str]], kept: Sequence[int], size: Size) -> float:
    wide = sum(_column_width(columns[i], size) for i in kept)
    return wide - _COLUMN_GAP * size.line


def table_fits(
    record: TrainingRecord,
    size: Size,
    width: float,
    *,
    whole: bool,
    without: Collection[str] = (),
) -> bool:
    """Return whether a table has room, and where it is to be `whole` all its columns."""
    columns, kept = _columns(record, size, width, without)
    wanted = len([index for index in _ALWAYS if _HEADS[index] not in without])
    if whole:
        wanted = len(_HEADS) - (not words.symmetry(record)) - len(without)
    return len(kept) >= wanted and _table_width(columns, kept, size) <= width


def draw_outcomes(
    page: Page,
    record: TrainingRecord,
    box: Box,
    limits: Limits,
    *,
    spread: float = 2.2,
    without: Collection[str] = (),
) -> None:
    """Draw a row for each initializer: its losses, accuracies, ranks and what became of it.

    `without` are names of columns that say what stands elsewhere on the page.
    """
    line = page.line
    columns, kept = _columns(record, page.size, box.width, without)
    rows = record.spec.init_names
    widths = [_column_width(own, page.size) for own in columns]
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
            at = x + widths[index] - _COLUMN_GAP * line if number else x
            weight = "bold" if not index and row else "normal"
            page.small(at, y, text, ha="right" if number else "left", weight=weight, **look)
        x += widths[index] + gap


def _check_maps(record: TrainingRecord) -> None:
    if not any(run.maps for run in record.runs):
        raise SpecError("boundaries are of data with two columns: choose another view")


def boundaries(record: TrainingRecord, size: Size) -> Drawing:
    """Return the maps of a record."""
    return Drawing(
        kind=saying("picture.boundaries"),
        reading=lambda record: (reading_of_maps(record),),
        height=partial(_wanted, record),
        draw=draw_boundaries,
        check=_check_maps,
        finding=words.accuracy_finding,
    )


def table(record: TrainingRecord, size: Size) -> Drawing:
    """Return the table of a record."""
    return Drawing(
        kind=saying("picture.table"),
        reading=lambda record: (key("table" if words.symmetry(record) else "table_shares"),),
        roomy=lambda record, size: table_fits(
            record, size, size.width - 2 * size.margin, whole=True
        ),
        height=lambda size, count: max(9.8, 2.2 * (count + 2)) * size.line,
        draw=partial(draw_outcomes, spread=3.4),
        finding=words.accuracy_finding,
    )
