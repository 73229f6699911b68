"""The sheet of every figure but the books': its margins, title, subtitle and foot."""

from dataclasses import dataclass, replace

from matplotlib.figure import Figure

from actviz.plot.paper.boxes import margin
from actviz.plot.paper.style import Size, Theme
from actviz.plot.paper.typeset import Paragraph, paragraph, write_paragraph

FOOT_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The words around a figure's content, broken into lines.

    Parameters
    ----------
    size : Size
        Of the figure.
    title, subtitle, foot : Paragraph
        Above and below the content.
    """

    size: Size
    title: Paragraph
    subtitle: Paragraph
    foot: Paragraph

    @property
    def head_height(self) -> float:
        """From the upper edge to the content, in inches."""
        words = self.title.height + self.subtitle.height
        return margin(self.size) + words + 0.25 * self.size.line

    @property
    def foot_height(self) -> float:
        """From the lower edge to the content, in inches."""
        return margin(self.size) + self.foot.height + 0.1 * self.size.line

    def with_foot(self, text: str) -> "Sheet":
        """Return this sheet with `text` as its foot."""
        width = self.size.width - 2 * margin(self.size)
        foot = paragraph(text, width=width, points=self.size.text, most_lines=FOOT_LINES)
        return replace(self, foot=foot)

    def with_room_below(self, lines: int) -> "Sheet":
        """Return this sheet with a foot of so many empty lines, for what is not yet known."""
        return replace(self, foot=Paragraph(lines=("",) * lines, points=self.size.text))


def make_sheet(size: Size, *, title: str, subtitle: str) -> Sheet:
    """Break title and subtitle into lines that fit the width; the foot is empty."""
    width = size.width - 2 * margin(size)
    return Sheet(
        size=size,
        title=paragraph(
            title, width=width, points=size.title, smallest=size.heading, weight="bold"
        ),
        subtitle=paragraph(subtitle, width=width, points=size.text, most_lines=4),
        foot=Paragraph(lines=(), points=size.text),
    )


def write_sheet(figure: Figure, sheet: Sheet, theme: Theme) -> None:
    """Write title, subtitle and foot on `figure`."""
    edge = margin(sheet.size)
    top = float(figure.get_size_inches()[1]) - edge
    top = write_paragraph(figure, edge, top, sheet.title, color=theme.ink)
    write_paragraph(figure, edge, top, sheet.subtitle, color=theme.muted)
    bottom = 0.9 * edge + sheet.foot.height
    write_paragraph(figure, edge, bottom, sheet.foot, color=theme.muted)
