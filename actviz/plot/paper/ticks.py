"""Labels along axes: below a box, beside it, and the ticks of the books' framed Axes."""

from collections.abc import Iterable, Sequence
from math import floor, log10

import numpy as np
from matplotlib.ticker import MaxNLocator

from actviz.format import axis_number, significant
from actviz.plot.paper.page import Box, Page
from actviz.words.say import say

#: A place along an axis, from 0 to 1 where nothing else is said, and what stands there.
Tick = tuple[float, str]


def short_tick(value: float, _: float) -> str:
    """Format a tick of framed Axes, powers of ten included."""
    return f"{value:g}" if value == 0 or 1e-3 <= value < 1e6 else significant(value, 2)


def long_tick(value: float, _: float) -> str:
    """Format a tick of framed Axes; matplotlib's own labels are math, which is not parsed here."""
    return axis_number(value, 6)


def write_row(page: Page, bottom: float, texts: Iterable[tuple[float, str]], gap: float) -> float:
    """Write texts below an axis, from where they start; return where the last one ends.

    The first are the most important; one that comes closer than `gap` lines to another is left out.
    """
    items = list(texts)
    spans = [(start, start + page.width(text)) for start, text in items]
    end = float("-inf")
    for index in kept_apart(spans, gap * page.line):
        start, text = items[index]
        page.small(start, bottom - 1.05 * page.line, text, muted=True)
        end = spans[index][1]
    return end


def write_below(page: Page, box: Box, ticks: Iterable[Tick], *, beyond: float = 0.0) -> None:
    """Label places along the lower edge of `box`, at most `beyond` inches outside its width."""
    texts = []
    for place, text in ticks:
        width = page.width(text)
        if width <= box.width:
            middle, most = place * box.width - width / 2, box.width - width + beyond
            start = min(max(middle, -beyond), most)
            texts.append((box.left + start, text))
    write_row(page, box.bottom, texts, 0.3)


def write_beside(page: Page, box: Box, ticks: Sequence[Tick]) -> list[float]:
    """Label places left of `box`, each at its very height, and return those that are labelled.

    The first are the most important; one that comes too close to another is left out.
    """
    line = page.line
    heights = [box.bottom + place * box.height for place, _ in ticks]
    kept = kept_apart([(y, y) for y in heights], 1.1 * line)
    for index in kept:
        x, y = box.left - 0.4 * line, heights[index] - 0.28 * line
        page.small(x, y, ticks[index][1], muted=True, ha="right")
    return [ticks[index][0] for index in kept]


def write_steps(page: Page, box: Box, last: int) -> None:
    """Label round steps from 0 to `last` below `box`, whose x runs over them."""
    top, line = max(last, 1), page.line
    count = max(1, min(6, int(box.width / (4 * line))))
    marks = [int(v) for v in MaxNLocator(count, integer=True).tick_values(0, top) if 0 <= v <= top]
    texts = []
    for text, mark in ((str(mark), mark) for mark in marks):
        width = page.width(text)
        start = min(box.left + mark / top * box.width - width / 2, box.right - width)
        texts.append((max(start, box.left), text))
    free = write_row(page, box.bottom, texts, 0.5) + 0.5 * line
    name = say("axis.step")
    if free + page.width(name) < box.right:
        page.small(box.right, box.bottom - 1.05 * line, name, muted=True, ha="right")


def write_values(page: Page, box: Box, low: float, high: float, *, percent: bool = False) -> None:
    """Label round values from `low` to `high` left of `box`."""
    count = max(1, min(5, int(box.height / (2.2 * page.line))))
    for mark in np.round(MaxNLocator(count).tick_values(low, high), 9):
        if low <= mark <= high + 1e-9:
            y = box.bottom + (mark - low) / (high - low) * box.height - 0.3 * page.line
            text = f"{100 * mark:.0f} %" if percent else f"{mark:g}"
            page.small(box.left - 0.4 * page.line, y, text, muted=True, ha="right")


def kept_apart(spans: Iterable[tuple[float, float]], gap: float) -> list[int]:
    """Return which spans stay if none may come closer than `gap` to one before it.

    Examples
    --------
    >>> kept_apart([(0, 1), (1.2, 2), (3, 4)], gap=0.5)
    [0, 2]
    """
    kept: dict[int, tuple[float, float]] = {}
    for index, (start, end) in enumerate(spans):
        if all(start > b + gap or end < a - gap for a, b in kept.values()):
            kept[index] = start, end
    return list(kept)


def spread_out(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Return `places` moved so far that they stand `distance` apart between `low` and `high`.

    They keep their order. Where there is no room for all, the lowest go below `low`.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    ground = low
    for index in order:
        moved[index] = max(moved[index], ground)
        ground = moved[index] + distance
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - distance
    return moved


def layer_ticks(depth: int) -> list[Tick]:
    """Return the numbers of the layers to label, the most important first."""
    if depth == 1:
        return [(0.5, "1")]
    step = _nice(depth)
    between = range(step, depth, step)
    numbers = [1, depth, *(n for n in between if 2 * min(n - 1, depth - n) >= step)]
    return [((number - 1) / (depth - 1), str(number)) for number in numbers]


def _nice(depth: int) -> int:
    """Return a round step that gives about five labels."""
    rough = depth / 5
    power = 10 ** max(0, floor(log10(rough))) if rough >= 1 else 1
    return int(next(power * k for k in (1, 2, 5, 10) if power * k >= rough))
