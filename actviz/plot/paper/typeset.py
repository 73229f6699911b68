"""Text that fits: broken into lines, made smaller or cut to what a width allows, then placed."""

import re
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from matplotlib.figure import Figure
from matplotlib.text import Text

from actviz.format import unbroken
from actviz.plot.paper.fonts import text_width

_LEADING = 1.3

#: Where a line may end: not at a no-break space, nor at a narrow one, nor in χ = 1 or 14 × 14, nor
#: in tanh 0.10 → 0.19 or tanh 0.10–0.19.
_SPACES = re.compile(
    r"(?!(?<=(?<![\w’'])\w) = \S)(?!(?<=(?<![\w’'])\w =) \S)"
    r"(?!(?<=\d) × \d)(?!(?<=\d ×) \d)"
    r"(?! →)(?!(?<=→) )(?! \d[\d.]*(?:–\d| (?:\(\w+\) )?→))(?! \(\w+\) →)[^\S\xa0\u202f]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines of text of one size; `height` is in inches and includes the leading."""

    lines: tuple[str, ...]
    points: float
    weight: str = "normal"

    @property
    def height(self) -> float:
        """Height in inches; 0 without lines."""
        return len(self.lines) * self.points * _LEADING / 72


def paragraph(
    text: str,
    *,
    width: float,
    points: float,
    smallest: float | None = None,
    weight: str = "normal",
    most_lines: int = 2,
) -> Paragraph:
    """Return `text` broken at `width` inches.

    A little smaller on fewer lines is better than a last line of one word: the type shrinks by up
    to a seventh for that. Where the text still needs more than `most_lines`, it shrinks down to
    `smallest` points, and what is too long even then ends in an ellipsis.
    """
    smallest = smallest or points
    sizes = [points - step / 2 for step in range(int(2 * (points - smallest)) + 1)]
    for count in range(1, most_lines + 1):
        for size in sizes:
            lines = _broken(text, width, size, weight)
            enough = size >= points * 6 / 7 or count == most_lines
            if len(lines) <= count and enough:
                return Paragraph(lines=tuple(lines), points=size, weight=weight)
    size = sizes[-1]
    lines = _broken(text, width, size, weight)
    kept = [*lines[: most_lines - 1], _cut(" ".join(lines[most_lines - 1 :]), width, size, weight)]
    return Paragraph(lines=tuple(kept), points=size, weight=weight)


def fits_whole(
    text: str, *, width: float, points: float, most_lines: int, weight: str = "bold"
) -> bool:
    """Return whether `text` fits `width` inches on so many lines without a broken word."""
    lines = _broken(text, width, points, weight)
    return len(lines) <= most_lines and " ".join(lines).split() == text.split()


def write(
    fig: Figure, x: float, y: float, text: str, *, points: float, color: str, **look: Any
) -> Text:
    """Write `text` on `fig` at `x`, `y` inches from its lower left corner."""
    width, height = fig.get_size_inches()
    shown = unbroken(printable(text))
    return fig.text(x / width, y / height, shown, fontsize=points, color=color, **look)


def printable(text: str) -> str:
    """Return `text` with a replacement for what no font and no XML file can hold.

    That are control characters, other than a line's end, and lone surrogates, which stand for the
    bytes of a command line that are not UTF-8. The mark U+FEFF, with which some files begin, is
    left out: fonts have an empty shape for it, which no PDF can hold.
    """
    return "".join(map(_printable, text))


def _printable(char: str) -> str:
    if char == "\N{ZERO WIDTH NO-BREAK SPACE}":
        return ""
    kind = category(char)
    if char == "\n" or kind not in ("Cc", "Cs", "Cn"):
        return char
    return " " if char.isspace() else "\N{REPLACEMENT CHARACTER}"


def write_paragraph(fig: Figure, x: float, top: float, item: Paragraph, *, color: str) -> float:
    """Write the lines of `item` below `top` and return the height where they end, in inches."""
    step = item.points * _LEADING / 72
    for number, line in enumerate(item.lines):
        # The ascenders' height above the baseline is about 0.78 of the size, half the leading free.
        baseline = top - number * step - 0.96 * item.points / 72
        write(fig, x, baseline, line, points=item.points, color=color, weight=item.weight)
    return top - item.height


def _broken(text: str, width: float, points: float, weight: str) -> list[str]:
    lines: list[str] = []
    for source in unbroken(text).splitlines():
        line = ""
        for word in filter(None, _SPACES.split(source)):
            longer = f"{line} {word}" if line else word
            if text_width(longer, points, weight=weight) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            # A word that is wider than the line (a long name, Chinese) is broken anywhere.
            while text_width(word, points, weight=weight) > width and len(word) > 1:
                count = _prefix(word, width, points, weight)
                lines.append(word[:count].rstrip())  # an equation has spaces
                word = word[count:].lstrip()
            line = word
        if line:
            lines.append(line)
    return lines


def _cut(text: str, width: float, points: float, weight: str) -> str:
    if text_width(text, points, weight=weight) <= width:
        return text
    ellipsis = text_width("…", points, weight=weight)
    count = _prefix(text, width - ellipsis, points, weight)
    space = text.rfind(" ", 0, count + 1)
    # Between two words, where that is not much less: a long name, or Chinese, is cut anywhere.
    return text[: space if space > count / 2 else count].rstrip(" ,;:·") + "…"


def _prefix(text: str, width: float, points: float, weight: str) -> int:
    """Return how many characters of `text` fit into `width`, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle], points, weight=weight) <= width:
            low = middle
        else:
            high = middle - 1
    return low
