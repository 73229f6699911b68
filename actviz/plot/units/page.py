"""Draw a view of units on a page: dots, and the words around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes

from actviz.format import UNDEFINED, significant
from actviz.plot.marks.dots import Palette, draw_dots, palette, ramp
from actviz.plot.paper.page import Box, Page, Sheet
from actviz.plot.paper.style import Look
from actviz.plot.paper.typeset import Paragraph, paragraph
from actviz.plot.units.arrange import DotRow, spread_layers
from actviz.plot.units.layout import Layout
from actviz.words.say import say
from actviz.words.units import Seen, ends

#: From this size of type on a page is a slide, which is read from afar.
_SLIDE = 12
#: A scale's colours are so many lines of type long, or are left out.
_RAMP = (2.0, 6.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DotType:
    """Sizes of type, in points."""

    title: float
    heading: float
    body: float
    least: float


def typed(look: Look) -> tuple[Look, DotType]:
    """Return a look whose smallest type is that of this view, and all sizes.

    On a slide it is 13 pt, on a stage the stage's own.
    """
    size = look.size
    if size.text < _SLIDE:
        body = round(1.1 * size.text, 1)
        return look, DotType(title=size.title, heading=size.heading, body=body, least=size.text)
    title = 26.0 if size.width > 8 else 20.0
    kind = DotType(title=title, heading=18.0, body=16.0, least=13.0)
    if size.text > kind.least:
        kind = DotType(
            title=max(title, 1.6 * size.text),
            heading=max(kind.heading, 1.2 * size.text),
            body=max(kind.body, size.text),
            least=size.text,
        )
    return replace(look, size=replace(size, text=kind.least)), kind


def draw_units_page(page: Page, kind: DotType, layout: Layout, sheet: Sheet) -> None:
    """Draw the dots of a layout, and all words around them."""
    page.words(sheet)
    ax = page.axes(Box(left=0.0, bottom=0.0, width=page.size.width, height=layout.height))
    palettes: dict[tuple[str, bool], Palette] = {}
    form = _form(page, kind, layout)
    for index, row in enumerate(layout.rows):
        top = layout.bottoms[index] + layout.dots_height
        if layout.beside:
            _write_label(page, kind, layout, row, index)
        for block, seen in enumerate(row.cells):
            if seen is None:
                continue
            hue = page.hues[seen.told.spec.activation.name]
            key = hue, seen.scale.signed
            if key not in palettes:
                palettes[key] = palette(page.theme, hue, signed=seen.scale.signed)
            _draw_strip(page, ax, layout, row, seen, (index, block), palettes[key])
            left = layout.block_left(block)
            above = top + page.line * layout.stds + 0.28 * kind.body / 72
            if row.label and not layout.told_beside:
                _write_caption(page, kind, row, seen, form, left, above, beside=layout.beside)
            if row.first:
                y = above + 1.45 * kind.body / 72 * (not layout.told_beside)
                _write_heading(page, kind, ax, layout, seen, left, y, palettes[key])
            if row.last:
                _write_layers(page, layout, row, index, block)


def _form(page: Page, kind: DotType, layout: Layout) -> int:
    """Return which of the captions all strips have room for: 0, the long ones, or 1."""
    for row in layout.rows:
        for seen in row.cells:
            if seen is not None and row.label and not layout.told_beside:
                before = "" if layout.beside else f"{row.label}  "
                width = page.width(before, kind.body, weight="bold")
                if width + page.width(seen.captions[0], kind.body) > layout.block:
                    return 1
    return 0


def _draw_strip(
    page: Page,
    ax: Axes,
    layout: Layout,
    row: DotRow,
    seen: Seen,
    place: tuple[int, int],
    colors: Palette,
) -> None:
    """Draw the dots of a stack's layers, and above each its std."""
    layers = [seen.told.layers[i] for i in row.layers if i < len(seen.told.layers)]
    stds = stds_above([layer["activation"].stats.std for layer in layers], layout, page.width)
    for column, (layer, std) in enumerate(zip(layers, stds, strict=True)):
        sample = layer["activation"].unit_sample
        assert sample is not None  # asked by plot_units
        values = sample.values[: layout.inputs, : layout.units]
        places = values / seen.scale.reach - seen.scale.center / seen.scale.reach
        box = layout.box(*place, column, (values.shape[0], values.shape[1]))
        dot = {"across": layout.across, "down": layout.down, "dpi": layout.dpi}
        draw_dots(ax, box.left, box.top, colors.colors(places), **dot)
        if layout.stds:
            page.small(box.left, box.top + 0.3 * page.line, std)
    if len(layers) < len(row.layers):
        box = layout.box(*place, len(layers), (layout.inputs, 1))
        y = box.top - 1.0 * page.line
        page.small(box.left, y, say("grid.stopped"), color=page.theme.alarm)


def stds_above(
    stds: Sequence[float | None], layout: Layout, width_of: Callable[[str], float]
) -> list[str]:
    """Return what stands above each of a row's layers: stds with as many digits, or "" for none.

    The first has its name before it where the layout says so. A power of ten alone would be off by
    up to 3 times: where not all have room with a digit, fewer layers have one, evenly spread from
    the first to the last.
    """
    for count in range(len(stds), 0, -1):
        places = spread_layers(len(stds), count)
        # What is free before the next number, or before the next block.
        ends = [layout.pitch * (place - 0.1) for place in places[1:]]
        ends.append(layout.pitch * (len(stds) - 0.1) + layout.block_gap / 2 * (count < len(stds)))
        for digits in (2, 1):
            texts = [
                UNDEFINED if std is None else significant(std, digits)
                for std in (stds[place] for place in places)
            ]
            if layout.named:
                texts[0] = say("number.named", name=say("number.std"), number=texts[0])
            if all(
                place * layout.pitch + width_of(text) <= right
                for place, text, right in zip(places, texts, ends, strict=True)
            ):
                shown = dict(zip(places, texts, strict=True))
                return [shown.get(place, "") for place in range(len(stds))]
    return [""] * len(stds)


def label_of(
    row: DotRow, width: float, kind: DotType, *, told: bool
) -> tuple[Paragraph, Paragraph]:
    """Return a row's label in lines of a width, and what is seen of its first stack if told."""
    seen = row.cells[0]
    said = seen.captions[0] if told and row.label and seen is not None else ""
    return (
        paragraph(row.label, width=width, points=kind.body, weight="bold", most_lines=3),
        paragraph(said, width=width, points=kind.body, most_lines=3),
    )


def _write_label(page: Page, kind: DotType, layout: Layout, row: DotRow, index: int) -> None:
    """Write a row's label in the middle of its dots, and what the numbers above them are."""
    left, right = page.size.margin, layout.left - 0.7 * page.line
    label, below = label_of(row, right - left, kind, told=layout.told_beside)
    bottom, height = layout.bottoms[index], layout.dots_height
    top = bottom + (height + label.height + below.height) / 2
    top = page.lines(left, top, label)
    page.lines(left, top, below)
    if layout.stds:
        y = bottom + height + 0.3 * page.line
        page.small(right, y, say("number.std"), muted=True, ha="right")
    if row.last:
        y = bottom - 1.05 * page.line
        page.small(right, y, say("axis.layer"), muted=True, ha="right")


def _write_caption(
    page: Page,
    kind: DotType,
    row: DotRow,
    seen: Seen,
    form: int,
    left: float,
    y: float,
    *,
    beside: bool,
) -> None:
    """Write what is seen of a stack, after its label where that does not stand beside the row."""
    if not beside:
        page.small(left, y, row.label, points=kind.body, weight="bold")
        left += page.width(f"{row.label}  ", kind.body, weight="bold")
    page.small(left, y, seen.captions[form], points=kind.body)


def _write_heading(
    page: Page,
    kind: DotType,
    ax: Axes,
    layout: Layout,
    seen: Seen,
    left: float,
    y: float,
    colors: Palette,
) -> None:
    """Write an activation, and at the right the colours of its scale between their ends."""
    name, line = seen.told.spec.activation.label, page.line
    hue = page.hues[seen.told.spec.activation.name]
    page.small(left, y, name, points=kind.heading, color=hue, weight="bold")
    after = left + page.width(f"{name}  ", kind.heading, weight="bold")
    right = left + layout.block
    low, high = ends(seen.scale)
    room = right - after - page.width(high) - page.width(low) - 0.8 * line
    width = min(_RAMP[1] * line, 0.3 * layout.block, room)
    if width < _RAMP[0] * line:
        return
    start = right - page.width(high) - 0.4 * line - width
    page.small(right, y, high, muted=True, ha="right")
    page.small(start - 0.4 * line, y, low, muted=True, ha="right")
    dpi = layout.dpi
    shown = ramp(colors, round(width * dpi), signed=seen.scale.signed)
    down = round(0.62 * line * dpi)
    draw_dots(ax, start, y - 0.03 * line + down / dpi, shown, across=1, down=down, dpi=dpi)


def _write_layers(page: Page, layout: Layout, row: DotRow, index: int, block: int) -> None:
    """Write the layers' numbers below the dots."""
    for column, layer in enumerate(row.layers):
        x = layout.block_left(block) + column * layout.pitch
        y = layout.bottoms[index] - 1.05 * page.line
        text = str(layer + 1)
        named = say("units.number", layer=layer + 1)
        if not layout.beside and column == 0 and page.width(named) < 0.95 * layout.pitch:
            text = named
        page.small(x, y, text, muted=True)
