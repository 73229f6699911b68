"""The words around an overview's pictures: one line above the subtitle's, one below."""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz.plot.overview.content import Content
from actviz.plot.overview.type import Type
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.page import Page
from actviz.plot.paper.style import Look
from actviz.plot.paper.typeset import fits_whole, paragraph, write_paragraph
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


def head_height(type_: Type, look: Look, content: Content) -> float:
    """Return the height of title and subtitle, in inches."""
    lines = 0 if look.title == "" else type_.title_lines
    below = type_.inches(type_.body) * _subtitle_lines(type_, content)
    return lines * type_.inches(type_.title) + below + 0.2 * type_.inches(type_.body)


def _subtitle_lines(type_: Type, content: Content) -> int:
    if content.caption == "none":
        return 0
    return type_.subtitle_lines + (content.caption == "full")


def foot_height(type_: Type, content: Content) -> float:
    """Return the height of the lines below, in inches."""
    if not content.foot:
        return 0.0
    lines = 2 if content.caption == "full" else 1
    return lines * type_.inches(type_.foot) + 0.15 * type_.inches(type_.body)


def write_head(page: Page, edges: Edges, content: Content, head: Head) -> None:
    """Write the title and the fullest subtitle that has room."""
    type_, left, color = edges.type, edges.side, page.theme
    title = paragraph(
        page.look.heading(head.title),
        width=edges.inner,
        points=type_.title,
        smallest=type_.least_title,
        weight="bold",
        most_lines=type_.title_lines,
    )
    top = float(page.figure.get_size_inches()[1]) - edges.above
    top = write_paragraph(page.figure, left, top, title, color=color.ink)
    lines = _subtitle_lines(type_, content)
    if not lines:
        return
    forms = head.subtitles
    text = next((one for one in forms if _fits(one, edges)), forms[-1])
    if content.caption == "full":
        text += "\n" + head.done
    item = paragraph(
        text, width=edges.inner, points=type_.body, smallest=type_.small, most_lines=lines
    )
    write_paragraph(page.figure, left, top, item, color=color.muted)


def _fits(text: str, edges: Edges) -> bool:
    """Return whether a subtitle stands on its lines as a whole."""
    points, lines = edges.type.small, edges.type.subtitle_lines
    return fits_whole(text, width=edges.inner, points=points, most_lines=lines, weight="normal")


def write_foot(page: Page, edges: Edges, content: Content, kinds: Sequence[str]) -> None:
    """Write as many keys as one line has room for; with a full caption, two lines."""
    if not content.foot:
        return
    points, keys = edges.type.foot, words.keys_of(kinds)
    lines = 2 if content.caption == "full" else 1
    while keys and text_width(" · ".join(keys), points) > lines * edges.inner:
        keys.pop()
    if keys:
        item = paragraph(" · ".join(keys), width=edges.inner, points=points, most_lines=lines)
        y = 0.7 * edges.above + item.height
        write_paragraph(page.figure, edges.side, y, item, color=page.theme.muted)
