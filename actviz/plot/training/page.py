"""The page of a picture of training: its words, and the box between them for what is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from actviz.plot.paper.page import Box, Page, Sheet, make_sheet
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look, Size, initializer_hues, no_room
from actviz.training.record import TrainingRecord
from actviz.words import training as words
from actviz.words.keys import Key, explained, foot_of
from actviz.words.say import Saying

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
    kind : Saying
        What kind of picture it is.
    reading : tuple of Key
        How to read it.
    height : callable
        From the size and the number of initializers to the inches that it asks for, where the size
        has no height.
    draw : callable
        Draws it.
    check : callable, optional
        Raises SpecError for a record that lacks what is drawn.
    finding : callable
        From the record to the title: of what is drawn, and of nothing else.
    """

    kind: Saying
    reading: tuple[Key, ...]
    height: Callable[[Size, int], float]
    draw: Draw
    check: Callable[[TrainingRecord], None] = lambda record: None
    finding: Callable[[TrainingRecord], str] = words.finding


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
    finding = drawing.finding(record)
    names = "".join(record.spec.labels.values())
    with look.drawing(f"{look.heading(finding)}{record.data.name}{names}"):
        sheet = _sheet(record, drawing, look, finding)
        page, box = _fit(record, drawing, look, sheet, finding)
        page.words(sheet)
        drawing.draw(page, record, box, limits)
    return page.figure


def _sheet(record: TrainingRecord, drawing: Drawing, look: Look, finding: str) -> Sheet:
    """Return the words around what is drawn: at the foot as many as one line holds."""
    size = look.size
    width = size.width - 2 * size.margin
    keys = words.reading_keys(record, drawing.reading)
    foot = foot_of(keys, lambda text: size.width_of(text) <= width)
    sheet = make_sheet(size, title=look.heading(finding), subtitle=words.subtitle(record))
    return sheet.with_foot(foot)


def _fit(
    record: TrainingRecord, drawing: Drawing, look: Look, sheet: Sheet, finding: str
) -> tuple[Page, Box]:
    """Return the page, and what of it is free of words."""
    size, edge = look.size, look.size.margin
    around = sheet.head_height + sheet.foot_height
    tall = size.height or around + drawing.height(size, len(record.spec.inits))
    box = Box(
        left=edge,
        bottom=sheet.foot_height + 0.3 * size.line,
        width=size.width - 2 * edge,
        height=tall - around - 0.6 * size.line,
    )
    if box.height < _LEAST * size.line or box.width < 16 * size.line:
        raise no_room(size)
    page = Page.of(
        look,
        tall,
        finding=finding,
        caption=explained(words.reading_keys(record, drawing.reading)),
        description=words.alt_text(record, drawing.kind, finding),
        specs=[record.spec],
        hues=_hues(record, look),
    )
    return page, box


def _hues(record: TrainingRecord, look: Look) -> dict[str, str]:
    """Return the colour of each initializer, by its name."""
    found = initializer_hues(look.theme, list(record.spec.labels.values()))
    return {name: found[label] for name, label in record.spec.labels.items()}
