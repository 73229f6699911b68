"""The words around an overview's pictures: one line above the subtitle's, one below."""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz.plot.overview.content import Content
from actviz.plot.overview.layout import margin_of
from actviz.plot.overview.type import Type, type_of
from actviz.plot.paper.page import Page
from actviz.plot.paper.style import Look, Size
from actviz.plot.paper.typeset import Paragraph, fits_whole, paragraph, write_paragraph
from actviz.words import overview as words


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Where the words around begin: the type, and the free space beside and above, in inches."""

    type: Type
    side: float
    above: float
    width: float

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.side


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above: the title, the forms of the subtitle, and what was done."""

    title: str
    subtitles: Sequence[str]
    done: str


def head_height(
    type_: Type, look: Look, content: Content, *, heads: Sequence[Head] = (), inner: float = 0.0
) -> float:
    """Return the height of title and subtitle, in inches.

    That of the highest of `heads` between margins; without any, the most that it may be.
    """
    lines = 0 if look.title == "" else type_.title_lines
    below = _subtitle_lines(type_, content)
    if heads:
        titles = [_title(type_, look.heading(head.title), inner) for head in heads]
        lines = max(len(title.lines) for title in titles)
        below = max(len(_subtitle(type_, content, head, inner).lines) for head in heads)
    body = type_.inches(type_.body)
    return lines * type_.inches(type_.title) + below * body + 0.2 * body


def _subtitle_lines(type_: Type, content: Content) -> int:
    if content.caption == "none":
        return 0
    return type_.subtitle_lines + (content.caption == "full")


def _title(type_: Type, title: str, inner: float) -> Paragraph:
    return paragraph(
        title,
        width=inner,
        points=type_.title,
        smallest=type_.least_title,
        weight="bold",
        most_lines=type_.title_lines,
    )


def has_one_line(title: str, size: Size) -> bool:
    """Return whether a title stands on one line of a page."""
    type_ = type_of(size)
    return len(_title(type_, title, size.width - 2 * margin_of(size, type_)).lines) == 1


def _subtitle(type_: Type, content: Content, head: Head, inner: float) -> Paragraph:
    """Return the fullest form of a subtitle that stands on its lines as a whole."""
    lines, forms = _subtitle_lines(type_, content), head.subtitles
    if not lines:
        return Paragraph(lines=(), points=type_.body)

    def fits(text: str) -> bool:
        most = type_.subtitle_lines
        return fits_whole(text, width=inner, points=type_.small, most_lines=most, weight="normal")

    text = next((one for one in forms if fits(one)), forms[-1])
    if content.caption == "full":
        text += "\n" + head.done
    return paragraph(text, width=inner, points=type_.body, smallest=type_.small, most_lines=lines)


def foot_height(
    type_: Type, content: Content, *, kinds: Sequence[Sequence[str]] = (), inner: float = 0.0
) -> float:
    """Return the height of the lines below, in inches.

    That of the highest of the keys of some `kinds`; without any, the most that it may be.
    """
    if not content.foot:
        return 0.0
    lines = foot_lines(type_, content)
    if kinds:
        lines = max(len(_foot(type_, content, each, inner).lines) for each in kinds) or 1
    return lines * type_.inches(type_.foot) + 0.15 * type_.inches(type_.body)


def foot_lines(type_: Type, content: Content) -> int:
    """Return on how many lines the keys may stand."""
    return type_.foot_lines + (content.caption == "full")


def _foot(type_: Type, content: Content, kinds: Sequence[str], inner: float) -> Paragraph:
    points, lines = type_.foot, foot_lines(type_, content)

    def bound(text: str) -> str:
        for apart in (" · ", "▲ ▼"):  # no dot begins a line, and no arrow
            text = text.replace(apart, apart.replace(" ", "\N{NO-BREAK SPACE}", 1))
        return text

    def fits(text: str) -> bool:
        text = bound(text)
        return fits_whole(text, width=inner, points=points, most_lines=lines, weight="normal")

    text = bound(words.keys_that_fit(kinds, fits))
    return paragraph(text, width=inner, points=points, most_lines=lines)


def write_head(page: Page, edges: Edges, content: Content, head: Head) -> None:
    """Write the title and the fullest subtitle that has room."""
    type_, left, color = edges.type, edges.side, page.theme
    top = float(page.figure.get_size_inches()[1]) - edges.above
    title = _title(type_, page.look.heading(head.title), edges.inner)
    top = write_paragraph(page.figure, left, top, title, color=color.ink)
    below = _subtitle(type_, content, head, edges.inner)
    write_paragraph(page.figure, left, top, below, color=color.muted)


def write_foot(page: Page, edges: Edges, content: Content, kinds: Sequence[str]) -> None:
    """Write as many keys as their lines have room for."""
    if not content.foot:
        return
    item = _foot(edges.type, content, kinds, edges.inner)
    y = 0.7 * edges.above + item.height
    write_paragraph(page.figure, edges.side, y, item, color=page.theme.muted)
