"""What of a view of units has room: the arrangement, its geometry, and the words around it."""

from collections.abc import Sequence

from actviz.format import magnitude
from actviz.plot.paper.page import Sheet
from actviz.plot.paper.style import STAGE, Look, Size, no_room
from actviz.plot.paper.typeset import Paragraph, paragraph
from actviz.plot.units.arrange import Arrangement, dot_arrangements
from actviz.plot.units.layout import Layout, WordNeeds, lay_out
from actviz.plot.units.page import DotType, label_of
from actviz.records.unit_sample import MOST
from actviz.words import units as words
from actviz.words.say import say
from actviz.words.units import Seen

#: A page of fewer inches has no room for labels beside the rows.
_NARROW = 6.0
#: Beside rows, labels take this share of a page at most.
_LABELS = 0.17
#: And with what is seen below them, this share.
_TOLD = 0.19


def fit_dots(seen: Sequence[Seen], look: Look, kind: DotType, heading: str) -> tuple[Layout, Sheet]:
    """Return the best of all arrangements, and the words around it.

    Raises
    ------
    SpecError
        If the size has no room for as much as one of them.
    """
    # The words' height decides what is drawn, and what is drawn decides the words: once more if
    # these have come out higher or lower than a first guess.
    guess = _sheet(seen, None, look, kind, heading)
    found = [
        (which, _lay_out(*which, seen, look.size, kind, guess))
        for arrangement in dot_arrangements(seen)
        for label in _label_widths(arrangement, kind, look.size)
        for which in ((arrangement, label, True), (arrangement, label, False))
    ]
    which, layout = max(found, key=lambda one: one[1].merit)
    sheet = _sheet(seen, layout, look, kind, heading)
    if (sheet.head_height, sheet.foot_height) != (guess.head_height, guess.foot_height):
        layout = _lay_out(*which, seen, look.size, kind, sheet)
        sheet = _sheet(seen, layout, look, kind, heading)
    if not layout.fits:
        raise no_room(look.size)
    return layout, sheet


def _label_widths(arrangement: Arrangement, kind: DotType, size: Size) -> tuple[float, ...]:
    """Return how wide labels left of the rows may be; 0 where they stand above the dots."""
    texts = {row.label for row in arrangement.rows if row.label}
    if len(texts) < 2 or size.width < _NARROW:
        return (0.0,)
    if arrangement.blocks == 1:  # and with room for what is seen
        return (_TOLD * size.width, 0.0)
    widest = max(size.width_of(text, kind.body, weight="bold") for text in texts)
    return (min(widest, _LABELS * size.width),)


def _lay_out(
    arrangement: Arrangement,
    label: float,
    with_stds: bool,
    seen: Sequence[Seen],
    size: Size,
    kind: DotType,
    sheet: Sheet,
) -> Layout:
    samples = [layer["activation"].unit_sample for one in seen for layer in one.told.layers]
    shapes = [sample.values.shape for sample in samples if sample is not None]
    inputs, units = (max(shape[axis] for shape in shapes) for axis in (0, 1))
    stds = [layer["activation"].stats.std for one in seen for layer in one.told.layers]
    numbers = (
        {magnitude(std or 0.0) for std in stds}
        if with_stds
        else {str(max(one.told.spec.depth for one in seen))}
    )
    told = label > 0 and arrangement.blocks == 1
    needs = WordNeeds(
        head=sheet.head_height,
        foot=sheet.foot_height,
        heading=1.55 * kind.heading / 72,
        caption=0.0 if told else 1.45 * kind.body / 72,
        std=size.line * with_stds,
        number=size.line,
        label=label,
        beside=_label_height(arrangement, label, kind, told=told) if label else 0.0,
        text=max(map(size.width_of, numbers)),
        name=size.width_of(say("number.named", name=say("number.std"), number="")),
        said=0.0 if told else max(size.width_of(one.captions[-1], kind.body) for one in seen),
    )
    return lay_out(arrangement, size, needs, units=units, inputs=inputs)


def _label_height(arrangement: Arrangement, width: float, kind: DotType, *, told: bool) -> float:
    """Return the height of the highest label of a row, with what is seen of it where it is told."""
    pairs = [label_of(row, width, kind, told=told) for row in arrangement.rows]
    return max(label.height + below.height for label, below in pairs)


def _sheet(
    seen: Sequence[Seen], layout: Layout | None, look: Look, kind: DotType, heading: str
) -> Sheet:
    """Return title, subtitle and foot; without a layout, those of the most that may be drawn."""
    size = look.size
    depth = max(one.told.spec.depth for one in seen)
    inputs, units = MOST if layout is None else (layout.inputs, layout.units)
    layers = range(depth) if layout is None else layout.arrangement.layers
    shown, of = (1, 1) if layout is None else (layout.arrangement.stacks, layout.of)
    forms = words.subtitles(seen, units=units, inputs=inputs, layers=[i + 1 for i in layers])
    width = size.width - 2 * size.margin
    below = next((each for each in forms if size.width_of(each, kind.least) <= width), forms[-1])
    named = layout is None or (layout.stds and not layout.beside and not layout.named)
    marks = {kind for one in seen for layer, kind in enumerate(one.by_layer) if layer in layers}
    feet = words.feet(marks, stds=named, stacks=shown, of=of, reading=size.name != STAGE)
    foot = next((each for each in feet if size.width_of(each, kind.least) <= width), feet[-1])
    return Sheet(
        size=size,
        title=_line(heading, size, kind.title, kind.body, weight="bold"),
        subtitle=_line(below, size, kind.body, kind.least),
        foot=_line(foot, size, kind.least, kind.least),
    )


def _line(
    text: str, size: Size, points: float, smallest: float, weight: str = "normal"
) -> Paragraph:
    """Return text on one line where it fits so, if need be a little smaller, else on several."""
    width = size.width - 2 * size.margin
    wide = size.width_of(text, points, weight=weight)
    if wide > width:
        points = max(int(2 * points * width / wide) / 2, smallest)
    return paragraph(text, width=width, points=points, weight=weight, most_lines=3)
