"""Rows of panels with numbers over them, and at the right a slope: one activation, or one stack."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from actviz.format import row_of_means, row_of_stds
from actviz.plot.marks.shares import color_of
from actviz.plot.overview.around import Head, write_foot, write_head
from actviz.plot.overview.content import Content, Step
from actviz.plot.overview.page import ink_of, weight_of
from actviz.plot.overview.rows import DECADES, OverviewRow, RowPanel
from actviz.plot.overview.shapes import Ink, Shapes
from actviz.plot.overview.table_grid import (
    ASPECT,
    BELOW,
    BESIDE,
    MOST_BARS,
    TICKS,
    TableGrid,
    mark_and_word,
)
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import Box, Page
from actviz.plot.paper.typeset import Paragraph, paragraph, write, write_paragraph
from actviz.words.overview import short_chance, short_word
from actviz.words.say import say


def draw_table(
    page: Page,
    grid: TableGrid,
    rows: Sequence[OverviewRow],
    layers: Sequence[int],
    content: Content,
    step: Step,
    head: Head,
    kinds: Sequence[str],
    hue: str,
) -> None:
    """Draw the rows of a page, with all words around them."""
    edges, type_ = grid.edges, grid.edges.type
    line = type_.inches(type_.body)
    write_head(page, edges, content, head)
    write_foot(page, edges, content, kinds)
    top = grid.height - edges.above - grid.head - 0.35 * line
    bottom = edges.above + grid.foot
    alone = grid.alone
    numbers = sum(len(row.numbers) for row in rows) * line
    ticks = (len(rows) if alone else 1) * TICKS * line
    space = top - 1.25 * line - bottom - numbers - ticks - len(rows) * BELOW * line
    bars = min(space / len(rows), ASPECT * grid.panel, MOST_BARS * line)
    spare = max(space - len(rows) * bars, 0.0) / (len(rows) + 1)
    _write_layers(page, grid, layers, top - 0.8 * line, step)
    if grid.slope[1] and step.shows_right:
        _small(page, grid, grid.slope[0], top - 0.8 * line, say("overview.back"), muted=True)
    ax = page.axes(Box(left=0.0, bottom=0.0, width=edges.width, height=grid.height))
    shapes = Shapes()
    lowest = _lowest(rows)
    shown = content.verdict and step.verdict
    verdicts = [row.verdict or rows[0].verdict for row in rows]
    inks = [ink_of(page.theme, hue, each, shown=shown) for each in verdicts if each is not None]
    form = _form(page, grid, rows, inks, bars) if content.verdict else "hidden"
    y = top - 1.25 * line - min(spare, line)
    for number, row in enumerate(rows):
        y -= len(row.numbers) * line + bars
        if step.shows(number, 0):
            box = Box(left=grid.left, bottom=y, width=grid.pitch * grid.columns, height=bars)
            ink = inks[number]
            _write_label(page, grid, row, box, ink, number == 0, form, bare=not shown)
            _panels(page, grid, row, box, ink, shapes, step)
            if grid.slope[1] and step.shows_right:
                _slope(page, grid, row, box, ink, shapes, lowest)
            if alone or number == len(rows) - 1:
                _write_ticks(page, grid, row, y, step)
        y -= (BELOW + (TICKS if alone else 0.0)) * line + min(spare, line)
    shapes.draw(ax, page)


def _lowest(rows: Sequence[OverviewRow]) -> tuple[float, float]:
    """Return between which decades all slopes are drawn; at least one."""
    values = [float(np.clip(v, -DECADES, DECADES)) for row in rows for v in row.slope]
    low, high = min([0.0, *values]), max([0.0, *values])
    spare = max(1.0 - (high - low), 0.0) / 2
    return low - spare, high + spare


def _small(
    page: Page, grid: TableGrid, x: float, y: float, text: str, *, muted: bool = False
) -> None:
    color = page.theme.muted if muted else page.theme.ink
    write(page.figure, x, y, text, points=grid.edges.type.body, color=color)


def _write_layers(page: Page, grid: TableGrid, layers: Sequence[int], y: float, step: Step) -> None:
    points, color = grid.edges.type.body, page.theme.muted
    for column, layer in enumerate(layers):
        if not step.shows(0, column):
            continue
        text = str(layer + 1)
        whole = say("axis.at_layer", layer=layer + 1)
        if column == 0 and text_width(whole, points) <= grid.pitch:
            text = whole
        x = grid.left + column * grid.pitch + grid.panel / 2
        write(page.figure, x, y, text, points=points, color=color, ha="center")


#: What stands at the left of a row, part by part: lines of type, and their colour.
Parts = list[tuple[Paragraph, str]]

#: What may stand there, the fullest first: the name, the word and the chance on lines of their own;
#: word and chance on one; the chance beside the mark; all but the word on one line; the name alone.
#: The chance is what a stack is judged by: it stays as long as there is room for anything.
_FORMS = ("three", "two", "two_short", "chance", "chance_short", "one", "one_short", "name")
#: Those in which a mark stands before the name.
_MARKED = ("one", "one_short", "name")


def _form(
    page: Page, grid: TableGrid, rows: Sequence[OverviewRow], inks: Sequence[Ink], bars: float
) -> str:
    """Return the fullest form that all rows of a page have room for."""
    for form in _FORMS:
        found = []
        for number, (row, ink) in enumerate(zip(rows, inks, strict=True)):
            parts = _parts(page, grid, row, ink, form)
            found.append(
                parts is not None
                and _height(parts)
                <= _room(grid, row, parts, bars, number == 0) + 0.45 * _line(grid)
            )
        if all(found):
            return form
    return _FORMS[-1]


def _line(grid: TableGrid) -> float:
    return grid.edges.type.inches(grid.edges.type.body)


def _named(row: OverviewRow, first: bool) -> bool:
    """Return whether a row has its numbers' names; of one stack the gradients' number has one."""
    return bool(row.numbers) and (first or row.verdict is None)


def _room(grid: TableGrid, row: OverviewRow, parts: Parts, bars: float, first: bool) -> float:
    """Return how high what stands at the left of a row may be, in inches."""
    line, type_ = _line(grid), grid.edges.type
    if _named(row, first):
        widest = max(text_width(text, type_.small) for text, _ in row.numbers)
        # Beside several numbers stands more than the name.
        beside = [part for part, _ in parts][: len(row.numbers)]
        lines = max(
            text_width(text, part.points, weight=part.weight)
            for part in beside
            for text in part.lines
        )
        if lines + widest + BESIDE * line > grid.label + 1e-9:
            return bars  # the name stands below those of its numbers
    return bars + len(row.numbers) * line


def _write_label(
    page: Page,
    grid: TableGrid,
    row: OverviewRow,
    box: Box,
    ink: Ink,
    first: bool,
    form: str,
    *,
    bare: bool,
) -> None:
    """Write a row's name, what becomes of it and its chance, and the names of its numbers.

    Or the `bare` name where it stands beside these: in a build-up it does not move.
    """
    type_, theme, line = grid.edges.type, page.theme, _line(grid)
    if _named(row, first):
        for number, (text, _) in enumerate(reversed(row.numbers)):
            x, y = grid.left - 0.4 * line, box.top + (0.3 + number) * line
            write(page.figure, x, y, text, points=type_.small, color=theme.muted, ha="right")
    parts = _parts(page, grid, row, ink, form) or _parts(page, grid, row, ink, "name")
    assert parts is not None
    room = _room(grid, row, parts, box.height, first)
    height = _height(parts)
    y = box.bottom + room / 2 + height / 2
    if height > room:
        y = box.bottom + height - 0.3 * line
    x = grid.edges.side
    if bare:
        (name, _), *_ = parts
        if row.verdict is not None and form in _MARKED:
            mark = say(f"overview.mark.{row.verdict.state}")
            x += text_width(f"{mark} ", name.points, weight="bold") if mark else 0.0
            name = _part(grid, row.label, name.points, weight="bold")
        parts = [(name, theme.ink)]
    for part, color in parts:
        y = write_paragraph(page.figure, x, y, part, color=color)


def _height(parts: Parts) -> float:
    return sum(part.height for part, _ in parts)


def _part(
    grid: TableGrid, text: str, points: float, *, most: int = 1, weight: str = "normal"
) -> Paragraph:
    least = min(points, grid.edges.type.small)
    return paragraph(
        text, width=grid.label, points=points, smallest=least, weight=weight, most_lines=most
    )


def _parts(page: Page, grid: TableGrid, row: OverviewRow, ink: Ink, form: str) -> Parts | None:
    """Return what stands at the left of a row in a form; None where its width has no room for it.

    A form of the chance with "short" is the number alone.
    """
    type_, theme, verdict = grid.edges.type, page.theme, row.verdict
    name = _part(grid, row.label, type_.heading, most=2, weight="bold"), theme.ink
    if verdict is None or form == "hidden":
        factor = row.factor if verdict is None and form != "hidden" else ""
        if not factor or form == "name":
            return [name]
        return [name, (_part(grid, factor, type_.body, most=2), theme.ink)]
    mark, weight = say(f"overview.mark.{verdict.state}"), weight_of(verdict)
    short = form.endswith("_short")
    chance = short_chance(verdict.chance) if short else verdict.chance
    marked = say("overview.word", mark=mark, word=row.label).strip()
    alone = _part(grid, marked, type_.heading, weight="bold"), ink.word

    def fits(text: str, weight: str) -> bool:
        return text_width(text, type_.small, weight=weight) <= grid.label

    whole = say("overview.word", mark=mark, word=verdict.word).strip()
    forms = (whole, mark_and_word(verdict), mark_and_word(verdict, brief=True))
    if form == "three" or (not chance and form != "name" and not form.startswith("one")):
        room = (each for each in forms if text_width(each, type_.body, weight=weight) <= grid.label)
        word = _part(grid, next(room, forms[-1]), type_.body, most=2, weight=weight)
        said = [name, (word, ink.word)]
        return [*said, (_part(grid, chance, type_.small), theme.muted)] if chance else said
    if form.startswith("two"):
        texts = (f"{word} · {chance}" for word in forms)
        text = next((each for each in texts if fits(each, weight)), None)
        return (
            None
            if text is None
            else [name, (_part(grid, text, type_.body, weight=weight), ink.word)]
        )
    if form.startswith("chance"):
        text = say("overview.word", mark=mark, word=chance).strip()
        return [name, (_part(grid, text, type_.body), ink.word)] if fits(text, "normal") else None
    if form.startswith("one") and chance:
        text = f"{marked} · {chance}"
        if not fits(text, "bold"):
            return None
        return [(_part(grid, text, type_.heading, weight="bold"), ink.word)]
    return [alone]


def _panels(
    page: Page, grid: TableGrid, row: OverviewRow, box: Box, ink: Ink, shapes: Shapes, step: Step
) -> None:
    """Take in the bars of a row, and write its numbers."""
    type_ = grid.edges.type
    line = type_.inches(type_.body)

    def fits(text: str) -> bool:
        return text_width(text, type_.body) <= grid.pitch - 0.35 * line

    for number, (name, values) in enumerate(reversed(row.numbers)):
        present = [value for value in values if value is not None]
        if name == say("number.mean"):
            stds = dict(row.numbers).get(say("number.std"), values)
            texts = row_of_means(values, stds, fits)
        else:
            texts = row_of_stds(values, fits) if present else [""] * len(values)
        for column, (text, panel) in enumerate(zip(texts, row.panels, strict=True)):
            if panel is None or not step.shows(0, column):
                continue
            x = grid.left + column * grid.pitch + grid.panel / 2
            y = box.top + (0.3 + number) * line
            write(page.figure, x, y, text, points=type_.body, color=page.theme.ink, ha="center")
    for column, panel in enumerate(row.panels):
        if panel is None or not step.shows(0, column):
            continue
        left = grid.left + column * grid.pitch
        own = Box(left=left, bottom=box.bottom, width=grid.panel, height=box.height)
        shapes.panel(own, panel.bars, panel.high, panel.stem, ink, type_.body)
        if panel.note and _has_room(panel, grid, box):
            y = box.top - type_.inches(type_.small)
            write(
                page.figure,
                left + grid.panel,
                y,
                panel.note,
                points=type_.small,
                color=color_of(panel.tone, page.theme),
                ha="right",
            )


def _has_room(panel: RowPanel, grid: TableGrid, box: Box) -> bool:
    """Return whether a panel's upper right corner is free for its note."""
    type_ = grid.edges.type
    share = text_width(panel.note, type_.small) / grid.panel
    if share >= 0.95:
        return False
    below = 1.0 - 1.25 * type_.inches(type_.small) / box.height
    last = panel.bars[int((1.0 - share) * len(panel.bars)) :]
    stands = panel.stem is not None and panel.stem[0] > 1.0 - share and panel.stem[1] > below
    return bool(last.max() <= below) and not stands


def _slope(
    page: Page,
    grid: TableGrid,
    row: OverviewRow,
    box: Box,
    ink: Ink,
    shapes: Shapes,
    span: tuple[float, float],
) -> None:
    """Take in the slope of a row's gradient, and write its factor."""
    left, width = grid.slope
    type_ = grid.edges.type
    line = type_.inches(type_.body)
    if row.factor:
        factor = row.factor
        if grid.short:
            factor = short_word(factor, " a layer")
        text = paragraph(factor, width=width, points=type_.body, smallest=type_.foot, most_lines=1)
        y = box.top + 0.3 * line
        points, color = text.points, page.theme.ink
        write(page.figure, left, y, text.lines[0], points=points, color=color)
    if not row.slope:
        return
    low, high = span
    pad = 0.12 * box.height
    places, values = _within_reach(row.slope)
    ys = box.bottom + pad + (values - low) / (high - low) * (box.height - 2 * pad)
    xs = left + 0.8 * width * places
    zero = float(box.bottom + pad - low / (high - low) * (box.height - 2 * pad))
    shapes.dotted.append(((left, zero), (left + 0.8 * width, zero)))
    color = ink.word if ink.bars != ink.stem and ink.word != page.theme.ink else ink.stem
    shapes.slopes.append((np.column_stack([xs, ys]), color))
    if len(values) < len(row.slope) or places[0] > 0.0:
        shapes.arrows.append((float(xs[0]), float(ys[0]), "^" if values[0] > 0 else "v", color))


def _within_reach(slope: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places from 0 to 1 and decades of a slope, from where it comes into reach on."""
    values = np.array(slope)
    places = np.linspace(0.0, 1.0, len(values))
    beyond = np.flatnonzero(np.abs(values) > DECADES)
    if not beyond.size:
        return places, values
    last = int(beyond[-1])
    limit = float(np.copysign(DECADES, values[last]))
    share = (limit - values[last]) / (values[last + 1] - values[last])
    entry = places[last] + share * (places[last + 1] - places[last])
    return np.append(entry, places[last + 1 :]), np.append(limit, values[last + 1 :])


def _write_ticks(page: Page, grid: TableGrid, row: OverviewRow, bottom: float, step: Step) -> None:
    """Write the ends of the axis below every panel."""
    type_ = grid.edges.type
    points, color = type_.small, page.theme.muted
    y = bottom - 1.05 * points / 72
    for column, panel in enumerate(row.panels):
        if panel is None or not step.shows(0, column):
            continue
        left = grid.left + column * grid.pitch
        (low, first), (high, last) = (*row.ticks, *row.ticks)[:2]
        widths = text_width(first, points) + text_width(last, points)
        crowded = widths + 0.1 * points / 72 > (high - low) * grid.panel + 0.02
        if crowded and column not in (0, grid.columns - 1):
            continue
        for place, text in ((low, first), (high, last)):
            half = text_width(text, points) / 2
            x = min(max(left + place * grid.panel, left + half), left + grid.panel - half)
            write(page.figure, x, y, text, points=points, color=color, ha="center")
