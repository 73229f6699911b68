"""The page of a picture of training: its words, and the box between them for what is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType

from actviz.errors import SpecError
from actviz.plot.paper.boxes import Box, margin
from actviz.plot.paper.fonts import families
from actviz.plot.paper.look import Look
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.sheet import Sheet, make_sheet, write_sheet
from actviz.plot.paper.style import Size, context, no_room
from actviz.training.record import TrainingRecord
from actviz.words import training as words
from actviz.words.say import Saying, text

#: Least height of what is drawn, in lines of the smallest type.
_LEAST = 9.0

#: Ends of vertical axes and of colours, by what they are of: for those that are given from outside.
Limits = Mapping[str, tuple[float, float]]

#: What draws a training on a page, in a box, on given scales where there are any.
Draw = Callable[[Page, TrainingRecord, Box, Limits], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What a picture of training shows.

    Parameters
    ----------
    kind, reading : Saying
        What kind of picture it is, and how to read it.
    height : callable
        From the size to the inches that it asks for, where the size has no height.
    draw : callable
        Draws it.
    finding : callable
        From the record to the title: of what is drawn, and of nothing else.
    """

    kind: Saying
    reading: Saying
    height: Callable[[Size], float]
    draw: Draw
    finding: Callable[[TrainingRecord], str] = words.finding


def check_training(record: object) -> None:
    """Raise SpecError unless `record` is one of a training."""
    if not isinstance(record, TrainingRecord):
        raise SpecError(f"a TrainingRecord is drawn here (got {type(record).__name__})")


def training_figure(
    record: TrainingRecord,
    drawing: Drawing,
    look: Look,
    limits: Limits = MappingProxyType({}),
) -> RecordFigure:
    """Return a picture of a training, on scales of its own or on given ones.

    Raises
    ------
    SpecError
        If the size has no room.
    """
    check_training(record)
    finding = drawing.finding(record)
    names = "".join(record.spec.labels.values())
    fonts, _ = families(f"{look.heading(finding)}{record.data.name}{names}", look.font)
    with context(fonts):
        sheet = _sheet(record, drawing, look, finding)
        page, box = _fit(record, drawing, look, sheet, finding)
        write_sheet(page.figure, sheet, look.theme)
        drawing.draw(page, record, box, limits)
    return page.figure


def _sheet(record: TrainingRecord, drawing: Drawing, look: Look, finding: str) -> Sheet:
    """Return the words around what is drawn."""
    told = [*words.notes(record), words.symmetry(record)]
    foot = "\n".join([text(drawing.reading), "; ".join(item for item in told if item)])
    subtitle = words.subtitle(record)
    return make_sheet(look.size, title=look.heading(finding), subtitle=subtitle).with_foot(foot)


def _fit(
    record: TrainingRecord, drawing: Drawing, look: Look, sheet: Sheet, finding: str
) -> tuple[Page, Box]:
    """Return the page, and what of it is free of words."""
    size, edge = look.size, margin(look.size)
    around = sheet.head_height + sheet.foot_height
    tall = size.height or around + drawing.height(size)
    box = Box(
        left=edge,
        bottom=sheet.foot_height + 0.3 * size.line,
        width=size.width - 2 * edge,
        height=tall - around - 0.6 * size.line,
    )
    if box.height < _LEAST * size.line or box.width < 16 * size.line:
        raise SpecError(no_room(size))
    figure = RecordFigure(
        title=look.title or finding,
        caption=" ".join(sheet.foot.lines),
        description=words.alt_text(record, drawing.kind, finding),
        specs=[record.spec],
        figsize=(size.width, tall),
        dpi=size.dpi,
        facecolor=look.theme.page,
    )
    hues = dict(zip(record.spec.init_names, cycle(look.theme.hues), strict=False))
    return Page(figure=figure, look=look, hues=hues), box
