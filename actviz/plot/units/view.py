"""plot_units: single values, units across and inputs down, layer by layer.

Noise is health. Stripes down are units that no input changes, stripes across are units that are one
and the same, and one tone is a signal that is gone: no statistics are needed to see that.
"""

from collections.abc import Sequence
from dataclasses import replace

from actviz.errors import SpecError
from actviz.format import magnitude
from actviz.layers.signals import Signal
from actviz.plot.paper.boxes import margin
from actviz.plot.paper.fonts import families, text_width
from actviz.plot.paper.look import Look, look_of
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.sheet import Sheet
from actviz.plot.paper.style import Size, Theme, context, hues, no_room
from actviz.plot.paper.typeset import Paragraph, paragraph
from actviz.plot.refused import check_choices, check_units
from actviz.plot.units.arrange import Arrangement, arrangements
from actviz.plot.units.layout import Layout, Needs, lay_out
from actviz.plot.units.page import Type, draw_page, label_of, type_of
from actviz.records.record import Record
from actviz.words import units as words
from actviz.words.stacks import labels
from actviz.words.told import tell
from actviz.words.units import Seen, see

#: A page of fewer inches has no room for labels beside the rows.
_NARROW = 6.0
#: Beside rows, labels take this share of a page at most.
_LABELS = 0.17
#: And with what is seen below them, this share.
_TOLD = 0.19


def plot_units(
    records: Sequence[Record],
    *,
    signal: Signal = "activation",
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Return a figure with single values of every layer: a dot for a unit and an input.

    Units stand across and inputs down, the first of each, and a value is a colour on one scale for
    all layers of a stack: that of the activation's bounds, or of the first layer.

    Parameters
    ----------
    records : sequence of Record
        One or more, simulated with ``unit_sample=(60, 60)`` or less.
    signal : {"activation"}
        Values of no other signal are kept.
    size : str or Size
        A name of `SIZES`, or inches such as ``"10x5.6"``. Where dots would be too small to be seen
        there are fewer of them, and the figure says how many.
    theme : str or Theme
        A name of `THEMES`.
    title : str, optional
        Instead of the finding; "" for none.
    font : str, optional
        A font family to use before DejaVu Sans.

    Raises
    ------
    SpecError
        If there is no record, one has no sample of its values, or the size has no room.
    """
    check_choices(records, ("signal", signal, ("activation",)))
    check_units(records)
    look = look_of(size, theme, title, font)
    seen = see(tell(records))
    finding = words.finding(seen)
    told = [one.told for one in seen]
    with context(families(look.heading(finding) + labels(told), look.font)[0]):
        kind = type_of(look.size)
        layout, sheet = _fit(seen, look, kind, look.heading(finding))
        figure = RecordFigure(
            title=look.title or finding,
            caption=" ".join(sheet.foot.lines),
            description=words.alt_text(seen),
            told=told,
            signal=signal,
            figsize=(look.size.width, layout.height),
            dpi=look.size.dpi,
            facecolor=look.theme.page,
        )
        names = list(dict.fromkeys(one.spec.activation.name for one in told))
        small = replace(look, size=replace(look.size, text=kind.least))
        page = Page(figure=figure, look=small, hues=hues(look.theme, names))
        draw_page(page, kind, layout, sheet)
    return figure


def _fit(seen: Sequence[Seen], look: Look, kind: Type, heading: str) -> tuple[Layout, Sheet]:
    """Return the best of all arrangements and the words around it.

    Raises
    ------
    SpecError
        If the size has no room for as much as one of them.
    """
    found = [
        _lay_out(arrangement, label, seen, look, kind, heading)
        for arrangement in arrangements(seen)
        for label in _label_widths(arrangement, kind, look.size)
    ]
    best = max(found, key=lambda pair: pair[0].merit)
    if not best[0].fits:
        raise SpecError(no_room(look.size))
    return best


def _label_widths(arrangement: Arrangement, kind: Type, size: Size) -> tuple[float, ...]:
    """Return how wide labels left of the rows may be; 0 where they stand above the dots."""
    texts = {row.label for row in arrangement.rows if row.label}
    if len(texts) < 2 or size.width < _NARROW:
        return (0.0,)
    if arrangement.blocks == 1:  # and with room for what is seen
        return (_TOLD * size.width, 0.0)
    widest = max(text_width(text, kind.body, weight="bold") for text in texts)
    return (min(widest, _LABELS * size.width),)


def _lay_out(
    arrangement: Arrangement,
    label: float,
    seen: Sequence[Seen],
    look: Look,
    kind: Type,
    heading: str,
) -> tuple[Layout, Sheet]:
    samples = [layer["activation"].unit_sample for one in seen for layer in one.told.layers]
    shapes = [sample.values.shape for sample in samples if sample is not None]
    inputs, units = (max(shape[axis] for shape in shapes) for axis in (0, 1))
    told = label > 0 and arrangement.blocks == 1
    sheet = _sheet(seen, arrangement, None, look, kind, heading)
    for _ in range(2):  # what is drawn decides the words, and their height what is drawn
        layout = lay_out(
            arrangement,
            replace(look.size, text=kind.least),
            Needs(
                head=sheet.head_height,
                foot=sheet.foot_height,
                heading=1.55 * kind.heading / 72,
                caption=0.0 if told else 1.45 * kind.body / 72,
                number=1.3 * kind.least / 72,
                label=label,
                beside=_label_height(arrangement, label, kind, told=told) if label else 0.0,
                text=_number_width(seen, kind),
            ),
            units=units,
            inputs=inputs,
        )
        sheet = _sheet(seen, arrangement, layout, look, kind, heading)
    return layout, sheet


def _label_height(arrangement: Arrangement, width: float, kind: Type, *, told: bool) -> float:
    """Return the height of the highest label of a row, with what is seen of it where it is told."""
    pairs = [label_of(row, width, kind, told=told) for row in arrangement.rows]
    return max(label.height + below.height for label, below in pairs)


def _number_width(seen: Sequence[Seen], kind: Type) -> float:
    stds = [layer["activation"].stats.std for one in seen for layer in one.told.layers]
    return max(text_width(magnitude(std or 0.0), kind.least) for std in stds)


def _sheet(
    seen: Sequence[Seen],
    arrangement: Arrangement,
    layout: Layout | None,
    look: Look,
    kind: Type,
    heading: str,
) -> Sheet:
    """Return title, subtitle and foot; without a layout, those of the most that may be drawn."""
    width = look.size.width - 2 * margin(look.size)
    shown, of = (1, 1) if layout is None else (len(layout.rows), layout.of)
    below = words.subtitle(
        seen,
        units=60 if layout is None else layout.units,
        inputs=60 if layout is None else layout.inputs,
        layers=[layer + 1 for layer in arrangement.layers],
    )
    foot = words.foot(stds=layout is not None and not layout.beside, rows=shown, of=of)
    return Sheet(
        size=replace(look.size, text=kind.least),
        title=_line(heading, width, kind.title, kind.heading, weight="bold"),
        subtitle=_line(below, width, kind.body, kind.least),
        foot=_line(foot, width, kind.least, kind.least),
    )


def _line(
    text: str, width: float, points: float, smallest: float, weight: str = "normal"
) -> Paragraph:
    """Return text on one line where it fits so, if need be a little smaller, else on several."""
    while points > smallest and text_width(text, points, weight=weight) > width:
        points = max(points - 0.5, smallest)
    return paragraph(text, width=width, points=points, weight=weight, most_lines=3)
