"""Draw a plan on a figure: head, headings, row labels, strips of panels, numbers, ticks, foot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actviz._format import row_of_means, row_of_stds
from actviz.plot.arrange import Row
from actviz.plot.bars import PanelSize, ShareY, Values, axis_labels, panels_of
from actviz.plot.figure import RecordFigure
from actviz.plot.layout import Box
from actviz.plot.panels import Panel, draw_strip
from actviz.plot.plan import NUMBERING, Plan, label_width, own_activation
from actviz.plot.sheet import write_sheet
from actviz.plot.style import Size, Theme, text_width
from actviz.plot.typeset import fits_whole, paragraph, write, write_paragraph
from actviz.record import Record
from actviz.spec import Signal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """A figure to draw on, and what all that is drawn on it has in common."""

    figure: RecordFigure
    plan: Plan
    size: Size
    theme: Theme
    hues: Mapping[str, str]
    signal: Signal

    def small(self, x: float, y: float, text: str, *, muted: bool = False, **look: Any) -> None:
        """Write in the smallest type at `x`, `y` inches."""
        color = self.theme.muted if muted else self.theme.ink
        write(self.figure, x, y, text, **{"points": self.size.text, "color": color, **look})

    @property
    def label_right(self) -> float:
        """Where the row labels end, in inches."""
        return self.plan.layout.strips[0][0].left - 0.5 * self.size.line


def draw_page(page: Page, *, share_y: ShareY, values: Values, log_y: bool) -> None:
    """Draw everything."""
    plan, layout = page.plan, page.plan.layout
    write_sheet(page.figure, plan.sheet, page.theme)
    _write_headings(page)
    _write_row_labels(page)
    panels = panels_of(
        plan.layers,
        signal=page.signal,
        stacks=[plan.row(row).stack for row in range(len(layout.rows))],
        lefts=[column * layout.pitch for column in range(len(layout.columns))],
        room=PanelSize(
            width=layout.panel,
            height=layout.bars,
            gap=layout.pitch - layout.panel if layout.numbers != "beside" else 0.0,
            points=page.size.text,
            line=page.size.line,
        ),
        share_y=share_y,
        values=values,
        log_y=log_y,
        with_notes=layout.notes,
    )
    for block, strips in enumerate(layout.strips):
        for row, box in enumerate(strips):
            record = plan.row(row).records[block]
            if record is None:
                continue
            own = [panels[place] for place in sorted(panels) if place[:2] == (block, row)]
            _draw_strip(page, box, own, page.hues[record.spec.activation.name])
            _write_numbers(page, box, record, plan.layers_of(row))
            if layout.ticked[row]:
                _write_ticks(page, box, record, len(own))


def _write_headings(page: Page) -> None:
    """Write the layers' numbers and, above them, the activations, where a row has them."""
    layout, line = page.plan.layout, page.size.line
    width = layout.strips[0][0].width + 0.5 * line
    labels = [r.spec.activation.label for row in page.plan.grid.rows for r in row.records if r]
    points = _shared_points(labels, width, page.size, most_lines=1)
    for index in range(len(layout.rows)):
        row = page.plan.row(index)
        for block, strips in enumerate(layout.strips):
            box, record = strips[index], row.records[block]
            base = box.top + layout.above
            if row.numbered and record is not None:
                for column, layer in enumerate(page.plan.layers_of(index)):
                    center = box.left + column * layout.pitch + layout.panel / 2
                    y = base + 0.35 * line
                    page.small(center, y, str(layer + 1), muted=True, ha="center")
            if row.headed and record is not None:
                _write_heading(page, box, base + (NUMBERING + 0.5) * line, record, points)
        if row.numbered:
            y = layout.strips[0][index].top + layout.above + 0.35 * line
            page.small(page.label_right, y, "layer", muted=True, ha="right")


def _shared_points(texts: Sequence[str], width: float, size: Size, *, most_lines: int) -> float:
    """Return the headings' type size if all of `texts` fit in it, else the smallest."""
    fit = (fits_whole(t, width=width, points=size.heading, most_lines=most_lines) for t in texts)
    return size.heading if all(fit) else size.text


def _write_heading(page: Page, box: Box, y: float, record: Record, points: float) -> None:
    """Write a block's activation and, where there is room, which signal the axis is of."""
    size = page.size
    label = paragraph(
        record.spec.activation.label,
        width=box.width + 0.5 * size.line,
        points=points,
        weight="bold",
        most_lines=1,
    )
    text = label.lines[0]
    hue = page.hues[record.spec.activation.name]
    page.small(box.left, y, text, points=label.points, color=hue, weight="bold")
    after = box.left + text_width(f"{text}  ", label.points, weight="bold")
    if after + text_width(page.signal, size.text) <= box.right:
        page.small(after, y, page.signal, muted=True)


def _write_row_labels(page: Page) -> None:
    """Write what each row is, and the names of the numbers above its panels."""
    layout, size = page.plan.layout, page.size
    names = {"above": ("std", "mean"), "std": ("std",)}.get(layout.numbers, ())
    width = label_width(page.plan.grid, size)
    labels = [row.label for row in page.plan.grid.rows]
    labels += [own_activation(row) for row in page.plan.grid.rows if page.plan.grid.stacked]
    most_lines = 1 if page.plan.grid.stacked else 2
    points = _shared_points(labels, width, size, most_lines=most_lines)
    for index, box in enumerate(layout.strips[0]):
        center = box.bottom + box.height / 2
        if page.plan.grid.stacked:
            _write_two_part_label(page, page.plan.row(index), center, points)
        else:
            text = page.plan.row(index).label
            label = paragraph(text, width=width, points=points, weight="bold")
            top = center + label.height / 2
            write_paragraph(page.figure, layout.margin, top, label, color=page.theme.ink)
        for number, name in enumerate(names):
            y = box.top + (0.35 + number) * size.line
            page.small(page.label_right, y, name, muted=True, ha="right")


def _write_two_part_label(page: Page, row: Row, center: float, points: float) -> None:
    """Write a row's activation, and its initializer below or, where rows are low, beside it."""
    layout, size, theme = page.plan.layout, page.size, page.theme
    left, width = layout.margin, label_width(page.plan.grid, size)
    record = row.records[0]
    hue = theme.ink if record is None else page.hues[record.spec.activation.name]
    space = layout.bars + layout.above
    first = paragraph(own_activation(row), width=width, points=points, weight="bold", most_lines=1)
    if space >= 2.15 * first.height:
        lines = 2 if space >= 3.15 * first.height else 1
        second = paragraph(row.label, width=width, points=points, weight="bold", most_lines=lines)
        top = center + (first.height + second.height) / 2
        top = write_paragraph(page.figure, left, top, first, color=hue)
        write_paragraph(page.figure, left, top, second, color=theme.ink)
        return
    write_paragraph(page.figure, left, center + first.height / 2, first, color=hue)
    before = text_width(f"{first.lines[0]}  ", first.points, weight="bold")
    second = paragraph(row.label, width=width - before, points=size.text, most_lines=1)
    top = center + second.height / 2
    write_paragraph(page.figure, left + before, top, second, color=theme.ink)


def _draw_strip(page: Page, box: Box, panels: list[Panel], color: str) -> None:
    layout = page.plan.layout
    W, H = layout.width, layout.height
    ax = page.figure.add_axes((box.left / W, box.bottom / H, box.width / W, box.height / H))
    ax.set_xlim(0.0, box.width)
    ax.set_ylim(0.0, 1.0)
    draw_strip(
        ax,
        panels,
        width=layout.panel,
        points=page.size.text,
        line=page.size.line / box.height,
        color=color,
        theme=page.theme,
    )


def _write_numbers(page: Page, box: Box, record: Record, layers: list[int]) -> None:
    """Write mean and std of each panel, above it or beside it."""
    layout, size = page.plan.layout, page.size
    if layout.numbers == "none":
        return
    stats = [record.layers[i][page.signal].stats for i in layers if i < len(record.layers)]
    beside = layout.numbers == "beside"
    room = layout.pitch - layout.panel - 0.5 * size.line if beside else 0.97 * layout.pitch

    def fits(text: str) -> bool:
        return text_width(f"mean {text}" if beside else text, size.text) <= room

    means = row_of_means([s.mean for s in stats], [s.std for s in stats], fits)
    stds = row_of_stds([s.std for s in stats], fits)
    for column, (mean, std) in enumerate(zip(means, stds, strict=True)):
        left = box.left + column * layout.pitch
        if beside:
            x, middle = left + layout.panel + 0.4 * size.line, box.bottom + box.height / 2
            page.small(x, middle + 0.12 * size.line, f"mean {mean}")
            page.small(x, middle - 0.82 * size.line, f"std {std}")
        else:
            x = left + layout.panel / 2
            page.small(x, box.top + 0.35 * size.line, std, ha="center")
            if layout.numbers == "above":
                page.small(x, box.top + 1.35 * size.line, mean, ha="center")
    if len(stats) < len(layers):
        x = box.left + len(stats) * layout.pitch
        page.small(x, box.bottom + 0.2 * size.line, "stopped", color=page.theme.alarm)


def _write_ticks(page: Page, box: Box, record: Record, panels: int) -> None:
    """Label the ends of every panel's axis, and 0 where it is inside and there is room."""
    layout, size = page.plan.layout, page.size
    ticks = axis_labels(record, page.signal)
    taken: list[tuple[float, float]] = []
    for column in range(panels):
        left = box.left + column * layout.pitch
        for place, text in ticks:
            width = text_width(text, size.text)
            start = left + place * (layout.panel - width)
            start = min(start, box.right - width)
            end = start + width
            if all(start > b + 0.2 * size.line or end < a - 0.2 * size.line for a, b in taken):
                taken.append((start, end))
                page.small(start, box.bottom - 1.05 * size.line, text, muted=True)
