"""Draw a page of an overview: few artists, whatever it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actviz.plot.overview.arrange import PageBands
from actviz.plot.overview.bars import cut, heights, items_of, stem
from actviz.plot.overview.content import NO_RIGHT, Content, Right, Step
from actviz.plot.overview.layout import Frame, Placed
from actviz.plot.overview.shapes import Ink, Shapes
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import Box, Page, thin
from actviz.plot.paper.style import Theme, mix
from actviz.plot.paper.typeset import paragraph, write, write_paragraph
from actviz.words import overview as words
from actviz.words.overview import Verdict
from actviz.words.told import Told

#: At most so many panels are in a strip.
MOST_PANELS = 10
#: The share of a panel's pitch that is free to its right.
FREE = 0.1
#: How much of the light of pale bars is their hue's, and of grey ones the small type's.
_PALE, _GREY = 0.5, 0.46
#: The same on paper without hues, where nothing but the tone tells one from the other.
_IN_GREY = 0.82, 0.49


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What stands over a strip: a word at its left, and a text at its right, in its form.

    Below it there may be a second line, at the left and at the right.
    """

    word: str
    right: str
    form: Right = NO_RIGHT
    second: tuple[str, str] = ("", "")

    @property
    def bare(self) -> bool:
        """Whether a chance stands there as a number alone."""
        return self.form.chance == "short" and bool(self.right)


def ink_of(theme: Theme, hue: str, verdict: Verdict, *, shown: bool) -> Ink:
    """Return the colours of a stack's state; of one that is not shown, those of its activation."""
    pale, lost = _IN_GREY if theme.name == "print" else (_PALE, _GREY)
    grey = mix(theme.page, theme.muted, lost)
    # Without hues a word in its bars' tone would be paler than that of what is lost.
    word = theme.ink if theme.name == "print" else hue
    if not shown or verdict.state == "full":
        return Ink(bars=hue, stem=mix(hue, theme.ink, 0.5), word=word)
    if verdict.state == "pale":
        return Ink(bars=mix(theme.page, hue, pale), stem=hue, word=word)
    if verdict.state == "lost":
        # Without hues, grey is told from the grey of what is pale by its outline as well.
        edge = theme.muted if theme.name == "print" else "none"
        return Ink(bars=grey, stem=mix(grey, theme.muted, 0.7), word=theme.ink, edge=edge)
    return Ink(bars=theme.muted, stem=theme.muted, word=theme.ink, filled=False)


def draw_strips(
    page: Page,
    frame: Frame,
    placed: Placed,
    spread: PageBands,
    verdicts: Mapping[int, Verdict],
    over: Mapping[int, Over],
    content: Content,
    step: Step,
) -> None:
    """Draw the strips of a page, their words, and the names of rows and blocks.

    `verdicts` and `over` are by the identity of what is told of a stack.
    """
    ax = page.axes(Box(left=0.0, bottom=0.0, width=frame.size.width, height=placed.height))
    shapes = Shapes()
    columns = _columns(spread)
    row = 0
    for band, headings, boxes in zip(spread.bands, placed.headings, placed.strips, strict=True):
        shown = [over[id(told)] for row in band.cells for told in row if told is not None]
        bare = content.verdict and step.verdict and any(each.bare for each in shown)
        _write_headings(page, frame, headings, band.names, step, bare=bare)
        for label, cells, strips in zip(band.labels, band.cells, boxes, strict=True):
            if step.shows(row, 0):
                _write_label(page, frame, strips[0], label)
            for column, (told, box) in enumerate(zip(cells, strips, strict=False)):
                if told is None or not step.shows(row, column):
                    continue
                hue = page.hues[told.spec.activation.name]
                verdict = verdicts[id(told)]
                ink = ink_of(page.theme, hue, verdict, shown=content.verdict and step.verdict)
                _add(shapes, frame, told, content, box, ink, columns)
                if content.verdict:
                    own = over[id(told)]
                    if not step.verdict:
                        continue
                    _write_over(page, frame, placed, box, own, verdict, ink)
                    _write_second(page, frame, placed, box, own)
                elif content.numbers != "none":
                    own = over[id(told)]
                    _write_right(page, frame, placed, box, own.right)
                    _write_second(page, frame, placed, box, own)
            row += 1
    shapes.draw(ax, page)


def _columns(spread: PageBands) -> int:
    depth = max(told.spec.depth for told in spread.stacks)
    return len(thin(depth, MOST_PANELS))


def _add(
    shapes: Shapes, frame: Frame, told: Told, content: Content, box: Box, ink: Ink, columns: int
) -> None:
    """Take in the panels of a stack."""
    pitch = box.width / (columns - FREE)
    width = (1.0 - FREE) * pitch
    layers = thin(told.spec.depth, MOST_PANELS)
    for column, item in enumerate(items_of(told, content.signal, layers)):
        if item is None:
            continue
        own = Box(left=box.left + column * pitch, bottom=box.bottom, width=width, height=box.height)
        shapes.panel(own, heights(item), cut(item), stem(item), ink, frame.type.body)


def _write_headings(
    page: Page, frame: Frame, y: float, names: Sequence[str], step: Step, *, bare: bool
) -> None:
    """Write the activations' names, and over chances that are numbers alone what they are."""
    labels = {told.spec.activation.name: told.spec.activation.label for told in page.figure.told}
    points = frame.type.heading
    for column, (name, left) in enumerate(zip(names, frame.lefts(), strict=False)):
        if not step.shows(0, column):
            continue
        label = paragraph(
            labels[name],
            width=frame.block,
            points=points,
            smallest=frame.type.small,
            weight="bold",
            most_lines=1,
        )
        write(
            page.figure,
            left,
            y,
            label.lines[0],
            points=label.points,
            color=page.theme.ink,
            weight="bold",
        )
        key, small = words.chances_name(), frame.type.small
        used = text_width(label.lines[0], label.points, weight="bold")
        if bare and used + text_width(key, small) + 0.5 * frame.type.inches(small) <= frame.block:
            right, color = left + frame.block, page.theme.muted
            write(page.figure, right, y, key, points=small, color=color, ha="right")


def _write_label(page: Page, frame: Frame, box: Box, label: str) -> None:
    item = paragraph(
        label,
        width=frame.label,
        points=frame.type.heading,
        smallest=frame.type.small,
        weight="bold",
        most_lines=2,
    )
    top = box.bottom + 0.5 * box.height + 0.5 * item.height
    top = max(top, box.bottom + item.height)
    write_paragraph(page.figure, frame.margin, top, item, color=page.theme.ink)


def _write_over(
    page: Page, frame: Frame, placed: Placed, box: Box, over: Over, verdict: Verdict, ink: Ink
) -> None:
    y = box.top + placed.over + frame.second
    write(
        page.figure,
        box.left,
        y,
        over.word,
        points=frame.type.body,
        color=ink.word,
        weight=weight_of(verdict),
    )
    _write_right(page, frame, placed, box, over.right)


def _write_right(page: Page, frame: Frame, placed: Placed, box: Box, text: str) -> None:
    if text:
        y, points = box.top + placed.over + frame.second, frame.type.small
        write(page.figure, box.right, y, text, points=points, color=page.theme.muted, ha="right")


def _write_second(page: Page, frame: Frame, placed: Placed, box: Box, over: Over) -> None:
    y, points, color = box.top + placed.over, frame.type.small, page.theme.muted
    for text, x, ha in zip(over.second, (box.left, box.right), ("left", "right"), strict=True):
        if text:
            write(page.figure, x, y, text, points=points, color=color, ha=ha)


def second_width(second: tuple[str, str], frame: Frame) -> float:
    """Return how wide a block must be for a second line, in inches."""
    points = frame.type.small
    gap = 0.8 * frame.type.inches(points) if all(second) else 0.0
    return sum(text_width(text, points) for text in second) + gap


def weight_of(verdict: Verdict) -> str:
    """Return how heavy the type of a word is: what is healthy stands out."""
    return "bold" if verdict.state == "full" else "normal"


def over_width(over: Over, verdict: Verdict, frame: Frame) -> float:
    """Return how wide a block must be for what stands over a strip, in inches."""
    word = text_width(over.word, frame.type.body, weight=weight_of(verdict))
    right = text_width(over.right, frame.type.small) if over.right else 0.0
    return word + right + (0.4 * frame.type.inches(frame.type.small) if over.right else 0.0)
