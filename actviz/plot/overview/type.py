"""How large the type of an overview is: larger than a sheet's, as it has little of it."""

from dataclasses import dataclass

from actviz.plot.paper.style import SIZES, Size

_SLIDE = SIZES["slide"]

#: A line's height, in its type's.
LEADING = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """Sizes of type, in points.

    Parameters
    ----------
    body, small : float
        Of words and of what stands beside them.
    foot : float
        Of the line below.
    heading, title, least_title : float
        Of names, and of the title: as it should be, and as small as it may become.
    title_lines, subtitle_lines, foot_lines : int
        On how many lines title, subtitle and keys may stand.
    """

    body: float
    small: float
    foot: float
    heading: float
    title: float
    least_title: float
    title_lines: int
    subtitle_lines: int
    foot_lines: int

    def inches(self, points: float) -> float:
        """Return the height of a line of `points`, in inches."""
        return points * LEADING / 72


def type_of(size: Size) -> Type:
    """Return the type of a size: 16 pt on a slide, and none below 18 pt on a stage.

    A poster has that of a slide of its size.
    """
    wide = size.width > 8
    grown = 1.0
    if wide and size.height is not None and _SLIDE.height is not None:
        grown = max(min(size.width / _SLIDE.width, size.height / _SLIDE.height), 1.0)
    text = max(size.text, _SLIDE.text * grown) if grown > 1 else size.text
    if text > _SLIDE.text * grown:  # a stage
        body, small, foot = text, text, text
    elif wide:
        body, small, foot = text * 4 / 3, text * 7 / 6, text * 13 / 12
    else:
        body, small, foot = text, text, text
    return Type(
        body=round(body, 1),
        small=round(small, 1),
        foot=round(foot, 1),
        heading=round(body * (1.3 if wide else 1.15), 1),
        title=round(body * (2.0 if wide else 1.5), 1),
        least_title=round(body * 1.25 if wide else body, 1),
        title_lines=1 if wide else 2,
        subtitle_lines=1 if wide else 2,
        foot_lines=1 if wide else 2,
    )
