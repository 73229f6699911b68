"""Draw a page of an overview: few artists, whatever it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from numpy.typing import NDArray

from actviz.plot.overview.arrange import PageBands
from actviz.plot.overview.bars import heights, items_of, outline, stem
from actviz.plot.overview.content import NO_RIGHT, Content, Right, Step
from actviz.plot.overview.layout import Frame, Placed
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import Box, Page, thin
from actviz.plot.paper.style import Theme, mix
from actviz.plot.paper.typeset import paragraph, write, write_paragraph
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
#: A stem's width, as a share of a panel's, and at most as one of the type's size.
STEM, THICKEST = 0.05, 0.16


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What stands over a strip: a word at its left, and a text at its right, in its form.

    Below it there may be a second line, at the left and at the right.
    """

    word: str
    right: str
    form: Right = NO_RIGHT
    second: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """The colours of a strip: of its bars, of its stems and of its word."""

    bars: str
    stem: str
    word: str
    filled: bool = True


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
        return Ink(bars=grey, stem=mix(grey, theme.muted, 0.7), word=theme.ink)
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
    shapes = _Shapes()
    columns = _columns(spread)
    row = 0
    for band, headings, boxes in zip(spread.bands, placed.headings, placed.strips, strict=True):
        _write_headings(page, frame, headings, band.names, step)
        for label, cells, strips in zip(band.labels, band.cells, boxes, strict=True):
            if step.shows(row, 0):
                _write_label(page, frame, strips[0], label)
            for column, (told, box) in enumerate(zip(cells, strips, strict=False)):
                if told is None or not step.shows(row, column):
                    continue
                hue = page.hues[told.spec.activation.name]
                verdict = verdicts[id(told)]
                ink = ink_of(page.theme, hue, verdict, shown=content.verdict and step.verdict)
                shapes.add(frame, told, content, box, ink, columns)
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


class _Shapes:
    """The outlines of all panels of a page, by how they are drawn."""

    def __init__(self) -> None:
        self.filled: list[tuple[NDArray[np.float64], str]] = []
        self.outlined: list[tuple[NDArray[np.float64], str]] = []
        self.stems: list[tuple[NDArray[np.float64], str]] = []
        self.lines: list[tuple[tuple[float, float], tuple[float, float]]] = []

    def add(
        self, frame: Frame, told: Told, content: Content, box: Box, ink: Ink, columns: int
    ) -> None:
        """Take in the panels of a stack."""
        pitch = box.width / (columns - FREE)
        width = (1.0 - FREE) * pitch
        layers = thin(told.spec.depth, MOST_PANELS)
        for column, item in enumerate(items_of(told, content.signal, layers)):
            if item is None:
                continue
            left = box.left + column * pitch
            shape = outline(heights(item), left, box.bottom, width, box.height)
            (self.filled if ink.filled else self.outlined).append((shape, ink.bars))
            self.lines.append(((left, box.bottom), (left + width, box.bottom)))
            if (found := stem(item)) is not None:
                place, share = found
                thick = min(STEM * width, THICKEST * frame.type.body / 72)
                # At the lower end of an axis it stands beside the bars, and hides none of them.
                x = left + place * width - (thick if place == 0.0 else thick / 2)
                block = outline(np.array([share]), x, box.bottom, thick, box.height)
                self.stems.append((block, ink.stem))

    def draw(self, ax: Axes, page: Page) -> None:
        """Draw them, each kind as one artist."""
        lines = LineCollection(self.lines, colors=page.theme.line, linewidths=page.size.text / 14)
        ax.add_collection(lines, autolim=False)
        for shapes, filled in ((self.filled, True), (self.outlined, False), (self.stems, True)):
            if not shapes:
                continue
            outlines = [shape for shape, _ in shapes]
            colors = [color for _, color in shapes]
            ax.add_collection(
                PolyCollection(
                    outlines,
                    facecolors=colors if filled else "none",
                    edgecolors="none" if filled else colors,
                    linewidths=0.0 if filled else page.size.text / 11,
                    # Edges are upright: without it a bar's edge is one pixel, and sharp.
                    antialiaseds=not filled,
                ),
                autolim=False,
            )


def _write_headings(page: Page, frame: Frame, y: float, names: Sequence[str], step: Step) -> None:
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


def _write_label(page: Page, frame: Frame, box: Box, label: str) -> None:
    words = frame.type
    item = paragraph(
        label,
        width=frame.label,
        points=words.heading,
        smallest=words.small,
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
