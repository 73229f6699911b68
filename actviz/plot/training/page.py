"""The page of a picture of training: its words, and the box between them for what is drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from actviz.plot.paper.page import Box, Page, Sheet, make_sheet
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import NARROW, STAGE, Look, Size, initializer_hues, no_room
from actviz.plot.paper.type import sizes_of
from actviz.training.record import TrainingRecord
from actviz.words import training as words
from actviz.words.keys import Key, explained, foot_of
from actviz.words.say import Saying, say

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
    reading : callable
        From the record to the keys of the marks that are drawn.
    height : callable
        From the size and the number of initializers to the inches that it asks for, where the size
        has no height.
    draw : callable
        Draws it.
    check : callable, optional
        Raises SpecError for a record that lacks what is drawn.
    finding : callable
        From the record to the title: of what is drawn, and of nothing else.
    missing : tuple of Key
        What of it has no room.
    roomy : callable
        Whether a size has room for all of it in its type.
    """

    kind: Saying
    reading: Callable[[TrainingRecord], Sequence[Key]]
    height: Callable[[Size, int], float]
    draw: Draw
    check: Callable[[TrainingRecord], None] = lambda record: None
    finding: Callable[[TrainingRecord], str] = words.finding
    missing: tuple[Key, ...] = ()
    roomy: Callable[[TrainingRecord, Size], bool] = lambda record, size: True


def at_ease(
    record: TrainingRecord, view: Callable[[Size], Drawing], look: Look
) -> tuple[Drawing, Look]:
    """Return what a view shows in the largest type that has room, and the look with that type."""
    sizes = sizes_of(look.size)
    for size in sizes:
        drawing, sized = view(size), replace(look, size=size)
        finding = drawing.finding(record)
        with sized.drawing(_letters(record, sized, finding)):
            sheet = _sheet(record, drawing, sized, finding)
            if drawing.roomy(record, size) and _has_room(_box(record, drawing, sheet), size):
                break
    return drawing, sized


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
    with look.drawing(_letters(record, look, finding)):
        sheet = _sheet(record, drawing, look, finding)
        page, box = _fit(record, drawing, look, sheet, finding)
        page.words(sheet)
        drawing.draw(page, record, box, limits)
    return page.figure


def _sheet(record: TrainingRecord, drawing: Drawing, look: Look, finding: str) -> Sheet:
    """Return the words around what is drawn: at the foot as many as one line holds."""
    size = look.size
    width = size.width - 2 * size.margin

    def on_one(text: str) -> bool:
        return size.width_of(text) <= width

    keys = drawing.missing if size.name == STAGE else _keys(record, drawing)
    full, *shorter = words.subtitles(record)
    # A narrow page has several lines for it.
    least = full if size.width <= NARROW else shorter[-1]
    subtitle = next(filter(on_one, (full, *shorter)), least)
    sheet = make_sheet(
        size,
        title=look.heading(finding),
        subtitle=subtitle,
        title_lines=1 if look.title is None and size.width > NARROW else 2,
    )
    return sheet.with_foot(foot_of(keys, on_one))


def _keys(record: TrainingRecord, drawing: Drawing) -> list[Key]:
    """Return all that there is to say below a picture."""
    return words.reading_keys(record, [*drawing.missing, *drawing.reading(record)])


def _letters(record: TrainingRecord, look: Look, finding: str) -> str:
    """Return all that may be written, for the fonts that it needs."""
    return f"{look.heading(finding)}{record.data.name}{''.join(record.spec.labels.values())}"


def _height(record: TrainingRecord, drawing: Drawing, sheet: Sheet) -> float:
    around = sheet.head_height + sheet.foot_height
    return sheet.size.height or around + drawing.height(sheet.size, len(record.spec.inits))


def _box(record: TrainingRecord, drawing: Drawing, sheet: Sheet) -> Box:
    """Return what of a page is free of words."""
    size = sheet.size
    return Box(
        left=size.margin,
        bottom=sheet.foot_height + 0.3 * size.line,
        width=size.width - 2 * size.margin,
        height=_height(record, drawing, sheet)
        - sheet.head_height
        - sheet.foot_height
        - 0.6 * size.line,
    )


def _has_room(box: Box, size: Size) -> bool:
    return box.height >= _LEAST * size.line and box.width >= 16 * size.line


def _fit(
    record: TrainingRecord, drawing: Drawing, look: Look, sheet: Sheet, finding: str
) -> tuple[Page, Box]:
    """Return the page, and what of it is free of words."""
    box = _box(record, drawing, sheet)
    if not _has_room(box, look.size):
        raise no_room(look.size)
    keys = _keys(record, drawing)
    done = say("explain.done", done=words.subtitle(record))
    page = Page.of(
        look,
        _height(record, drawing, sheet),
        finding=finding,
        caption=explained(keys),
        explanation=(*(each.full for each in keys), done),
        description=words.alt_text(record, drawing.kind, finding),
        specs=[record.spec],
        hues=_hues(record, look),
    )
    return page, box


def _hues(record: TrainingRecord, look: Look) -> dict[str, str]:
    """Return the colour of each initializer, by its name."""
    found = initializer_hues(look.theme, list(record.spec.labels.values()))
    return {name: found[label] for name, label in record.spec.labels.items()}
