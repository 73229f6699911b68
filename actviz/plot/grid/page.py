"""Draw a plan on a figure: head, headings, row labels, strips of panels, numbers, ticks, foot."""

from collections.abc import Mapping, Sequence
from math import nan

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from actviz.format import row_of_stds
from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.grid.arrange import PanelRow
from actviz.plot.grid.axis import height_ticks
from actviz.plot.grid.fit import NUMBERING
from actviz.plot.grid.layout import NUMBERS_APART
from actviz.plot.grid.plan import Plan
from actviz.plot.heights import Place, Scales, Span, axis_labels
from actviz.plot.marks.strip import Panel, draw_strip
from actviz.plot.paper.page import Box, Page
from actviz.plot.paper.style import Size, mix
from actviz.plot.paper.ticks import write_beside, write_row
from actviz.plot.paper.typeset import Paragraph, fits_whole, paragraph
from actviz.words import stacks as words
from actviz.words.say import say
from actviz.words.told import Told

#: Gradients have a lighter shade of their activation's hue.
_GRADIENT_SHADE = 0.6

#: In lines: from a panel to the numbers beside it, and from these to the next panel, at whose end
#: a stem may stand.
_BESIDE, _BEFORE_STEM = 0.4, 0.5

#: From the labels of one panel's axis to the next one's, in lines.
_AXES_APART = 0.8


#: How far the marks of heights reach out of a panel, in lines.
_MARK = 0.22

#: How far below the names of a row's numbers its uppermost height is labelled, in lines.
_BELOW_NUMBERS = 0.3


def draw_page(page: Page, plan: Plan, panels: Mapping[Place, Panel], scales: Scales) -> None:
    """Draw the panels of a plan on their scales, and all words around them."""
    layout = plan.layout
    page.words(plan.sheet)
    _write_headings(page, plan)
    _write_row_labels(page, plan)
    for block, strips in enumerate(layout.strips):
        for index, box in enumerate(strips):
            row = plan.row(index)
            told = row.stacks[block]
            if told is None:
                continue
            places = [place for place in sorted(panels) if place[:2] == (block, index)]
            own = [panels[place] for place in places]
            hue = page.hues[told.spec.activation.name]
            if row.signal in BACKWARD and row.below:
                hue = mix(page.theme.page, hue, _GRADIENT_SHADE)
            if own:
                ax = _draw_strip(page, plan, box, own, hue)
                if plan.content.axis:
                    groups = [plan.group(place) for place in places]
                    spans = [scales.spans[row.signal, group] for group in groups]
                    _write_heights(page, plan, box, ax, own, spans)
            if layout.captions:
                y = box.top + layout.above - 0.65 * page.size.line
                page.small(box.left, y, plan.caption(index, block))
            _write_numbers(page, plan, box, told, row.signal, plan.layers_of(index))
            if layout.ticked[index]:
                _write_ticks(page, plan, box, told, row.signal, len(own))


def _label_right(page: Page, plan: Plan) -> float:
    """Return where the row labels end, in inches."""
    return plan.layout.strips[0][0].left - 0.5 * page.line


def _write_headings(page: Page, plan: Plan) -> None:
    """Write the layers' numbers and, above them, the activations, where a row has them."""
    layout, line = plan.layout, page.line
    width = layout.strips[0][0].width + 0.5 * line
    labels = [told.spec.activation.label for told in plan.grid.stacks]
    points = _shared_points(labels, width, page.size, most_lines=1)
    signal = words.signal_name(plan.content.signals[0])
    # Beside several headings, what all are of stands once: at the left.
    once = plan.grid.blocks > 1 and page.width(signal) <= plan.label_width
    for index in range(len(layout.rows)):
        row = plan.row(index)
        for block, strips in enumerate(layout.strips):
            box, told = strips[index], row.stacks[block]
            base = box.top + layout.above
            if row.numbered and told is not None:
                for column, layer in enumerate(plan.layers_of(index)):
                    center = box.left + column * layout.pitch + layout.panel / 2
                    y = base + 0.35 * line
                    page.small(center, y, str(layer + 1), muted=True, ha="center")
            if row.headed and told is not None:
                y = base + (NUMBERING + 0.5) * line
                _write_heading(page, plan, box, y, told, points, named=not once)
        if row.numbered:
            y = layout.strips[0][index].top + layout.above + 0.35 * line
            page.small(_label_right(page, plan), y, say("axis.layer"), muted=True, ha="right")
        if row.headed and once:
            y = layout.strips[0][index].top + layout.above + (NUMBERING + 0.5) * line
            page.small(_label_right(page, plan), y, signal, muted=True, ha="right")


def _shared_points(texts: Sequence[str], width: float, size: Size, *, most_lines: int) -> float:
    """Return the headings' type size if all of `texts` fit in it, else the smallest."""
    fit = (fits_whole(t, width=width, points=size.heading, most_lines=most_lines) for t in texts)
    return size.heading if all(fit) else size.text


def _write_heading(
    page: Page, plan: Plan, box: Box, y: float, told: Told, points: float, *, named: bool
) -> None:
    """Write a block's activation and, where there is room, which signal the axis is of."""
    activation = told.spec.activation
    text = page.cut(activation.label, box.width + 0.5 * page.line, points, weight="bold")
    hue = page.hues[activation.name]
    page.small(box.left, y, text, points=points, color=hue, weight="bold")
    if not named:
        return
    after = box.left + page.width(f"{text}  ", points, weight="bold")
    signal, signals = plan.content.signals[0], {row.signal for row in plan.grid.rows}
    both = len(plan.content.signals) > 1 and len(signals) > 1
    name = words.signal_name(signal)
    text = say("grid.above", signal=name) if both else name
    if after + page.width(text) <= box.right:
        page.small(after, y, text, muted=True)


def _write_row_labels(page: Page, plan: Plan) -> None:
    """Write what each row is, what becomes of it, and the names of the numbers above its panels."""
    layout, size = plan.layout, page.size
    width, grid = plan.label_width, plan.grid
    labels = [row.label for row in grid.rows if row.label]
    labels += [row.activation for row in grid.rows if grid.stacked]
    points = _shared_points(labels, width, size, most_lines=1 if grid.stacked else 2)
    for index, box in enumerate(layout.strips[0]):
        row = plan.row(index)
        text = plan.caption(index, 0) if not layout.captions else ""
        if row.below and not text:
            text = "gradient"
        caption = paragraph(text, width=width, points=size.text, most_lines=4)
        if grid.stacked and not row.below:
            _write_two_part_label(page, plan, row, box, points, caption)
        else:
            label = paragraph(row.label, width=width, points=points, weight="bold")
            height = label.height + caption.height
            top = box.bottom + (box.height + height) / 2
            if height > box.height and caption.lines:
                # Beside low rows, a stack's words go on from one row to the next.
                ends = box.top + 0.1 * size.line, box.bottom - 0.65 * size.line + height
                top = ends[1] if row.below else ends[0]
            top = page.lines(page.size.margin, top, label)
            page.lines(page.size.margin, top, caption)
        second = plan.content.second(row.signal)
        told = any(
            second.tells(stack.having(row.signal), row.signal)
            for stack in row.stacks
            if stack is not None
        )
        first, other = say("number.std"), second.name if told else ""
        both = say("number.pair", first=first, second=other) if other else first
        names = {"above": (first, other), "pair": (both,), "std": (first,)}.get(layout.numbers, ())
        for number, name in enumerate(names):
            y = box.top + (0.35 + number) * size.line
            page.small(_label_right(page, plan), y, name, muted=True, ha="right")


def _write_two_part_label(
    page: Page, plan: Plan, row: PanelRow, box: Box, points: float, caption: Paragraph
) -> None:
    """Write a row's activation, and its initializer below or, where rows are low, beside it."""
    layout, size, theme = plan.layout, page.size, page.theme
    left, width, center = page.size.margin, plan.label_width, box.bottom + box.height / 2
    told = row.stacks[0]
    hue = theme.ink if told is None else page.hues[told.spec.activation.name]
    space = layout.bars + layout.above - caption.height
    first = paragraph(row.activation, width=width, points=points, weight="bold", most_lines=1)
    if space >= 2.15 * first.height:
        lines = 2 if space >= 3.15 * first.height else 1
        second = paragraph(row.label, width=width, points=points, weight="bold", most_lines=lines)
        top = center + (first.height + second.height + caption.height) / 2
        top = page.lines(left, top, first, color=hue)
        top = page.lines(left, top, second)
        page.lines(left, top, caption)
        return
    if not plan.beside(points):
        first = paragraph(
            row.activation, width=width, points=size.text, weight="bold", most_lines=1
        )
    page.lines(left, center + first.height / 2, first, color=hue)
    before = page.width(f"{first.lines[0]}  ", first.points, weight="bold")
    second = paragraph(row.label, width=width - before, points=size.text, most_lines=1)
    top = center + second.height / 2
    page.lines(left + before, top, second)


def _draw_strip(page: Page, plan: Plan, box: Box, panels: list[Panel], color: str) -> Axes:
    ax = page.axes(box, ylim=(0.0, 1.0))
    draw_strip(
        ax,
        panels,
        width=plan.layout.panel,
        points=page.size.text,
        line=page.size.line / box.height,
        color=color,
        theme=page.theme,
    )
    return ax


def _write_heights(
    page: Page, plan: Plan, box: Box, ax: Axes, panels: Sequence[Panel], spans: Sequence[Span]
) -> None:
    """Label the heights of a row at its left; panels with scales of their own have bare marks."""
    out, lefts = _MARK * page.line, [n * plan.layout.pitch for n in range(len(spans))]
    if plan.content.row_scale:
        span = spans[0]
        # Above a row stand the names of its numbers.
        ticks = height_ticks(span, 1.0 - _BELOW_NUMBERS * page.line / box.height)
        write_beside(page, box, ticks)
        # Lines through the row, behind the bars, since the last panel is far from the labels; not
        # through the shares that are written in it.
        lines = max((note.line + 1 for panel in panels for note in panel.notes), default=0)
        free = 1.0 - lines * page.line / box.height
        panel, beside = plan.layout.panel, plan.layout.numbers == "beside"
        # Numbers between the panels are not crossed out.
        through = [(x, x + panel) for x in lefts] if beside else [(0.0, lefts[-1] + panel)]
        places = [place for place, _ in ticks if place > 0.0]
        ends = [(-out, place, 0.0) for place in places]
        ends += [(x, place, end) for place in places if place <= free for x, end in through]
    else:
        ends = [
            (left - out, place, left)
            for left, span in zip(lefts, spans, strict=True)
            if span.least is not None
            for place, _ in height_ticks(span)
        ]
    xs = np.array([x for start, _, end in ends for x in (start, end, nan)])
    ys = np.array([y for _, place, _ in ends for y in (place, place, nan)])
    ax.add_artist(
        Line2D(
            xs,
            ys,
            clip_on=False,
            zorder=0.5,
            color=page.theme.line,
            linewidth=page.size.text / 15,
        )
    )


def _write_numbers(
    page: Page, plan: Plan, box: Box, told: Told, signal: Signal, layers: list[int]
) -> None:
    """Write the std of each panel and what stands with it, above it or beside it."""
    layout, size = plan.layout, page.size
    found = [told.layers[i] for i in layers if i < len(told.layers)]
    shown = [layer for layer in found if signal in layer]
    if len(shown) < len(layers):
        x = box.left + len(shown) * layout.pitch
        text = say("grid.no_gradient" if signal in BACKWARD else "grid.stopped")
        page.small(x, box.bottom + 0.2 * size.line, text, color=page.theme.alarm)
    if layout.numbers == "none" or not shown:
        return
    content, beside = plan.content, layout.numbers == "beside"
    second = content.second(signal)
    room, tells = layout.pitch - NUMBERS_APART * size.line, second.tells(shown, signal)
    if layout.numbers == "pair" and tells:
        room = (room - page.width(say("number.pair", first="", second=""))) / 2
    if beside:
        room = layout.pitch - layout.panel - (_BESIDE + _BEFORE_STEM) * size.line

    def fits(text: str) -> bool:
        return page.width(f"{second.name} {text}" if beside else text) <= room

    seconds = second.row(shown, told, signal, fits)
    stds = row_of_stds([layer[signal].stats.std for layer in shown], fits)
    for column, (other, std) in enumerate(zip(seconds, stds, strict=True)):
        left = box.left + column * layout.pitch
        if beside:
            x, middle = left + layout.panel + _BESIDE * size.line, box.bottom + box.height / 2
            if tells:
                named = say("number.named", name=second.name, number=other)
                page.small(x, middle + 0.12 * size.line, named)
            page.small(
                x,
                middle - 0.82 * size.line,
                say("number.named", name=say("number.std"), number=std),
            )
        else:
            x = left + layout.panel / 2
            if layout.numbers == "pair" and tells:
                std = say("number.pair", first=std, second=other)
            page.small(x, box.top + 0.35 * size.line, std, ha="center")
            if layout.numbers == "above" and tells:
                page.small(x, box.top + 1.35 * size.line, other, ha="center")


def _write_ticks(page: Page, plan: Plan, box: Box, told: Told, signal: Signal, panels: int) -> None:
    """Label the ends of every panel's axis, and a place inside it where there is room.

    The panels of a row have one axis: where the labels of neighbours would read as one number,
    the first panel's stand for all.
    """
    if not panels:
        return
    layout, line = plan.layout, page.line
    marked = told.layers[0][signal].of_magnitudes
    labels = axis_labels(told.record, signal, plan.window)

    def start(column: int, place: float, width: float) -> float:
        left = box.left + column * layout.pitch
        if marked:  # below its mark
            return max(left + place * layout.panel - width / 2, left - 0.3 * line)
        return left + place * (layout.panel - width)

    spans = [(start(0, place, w), w) for place, text in labels for w in [page.width(text)]]
    after = layout.pitch + min(x for x, _ in spans) - max(x + width for x, width in spans)
    columns = range(panels) if after >= _AXES_APART * line else range(1)
    texts = [
        (min(start(column, place, width), box.right - width), text)
        for column in columns
        for (place, text), (_, width) in zip(labels, spans, strict=True)
    ]
    write_row(page, box.bottom, texts, 0.5)
