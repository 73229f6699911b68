"""A facet for every stack: what overlay, ridge and depth have in common.

Bands of facets that share their axes (those of one activation), their words, and what is written
around them. What is drawn inside a facet is each view's own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from actviz.errors import SpecError
from actviz.format import UNDEFINED, magnitude, percent, significant
from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.facets.bands import Facet, FacetBand
from actviz.plot.facets.layout import FacetLayout, Line, Needs, lay_out_facets
from actviz.plot.heights import Heights
from actviz.plot.marks.strip import note_text
from actviz.plot.paper.boxes import Box, margin
from actviz.plot.paper.fonts import families, text_width
from actviz.plot.paper.look import Look
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.sheet import FOOT_LINES, Sheet, make_sheet, write_sheet
from actviz.plot.paper.style import Size, no_room
from actviz.plot.paper.typeset import paragraph
from actviz.records.signal import LayerRecord
from actviz.records.spec import StackSpec
from actviz.words import stacks as words
from actviz.words.specs import setting
from actviz.words.told import Told


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """What a view asks of its page.

    Parameters
    ----------
    what : str
        What the facets show, for the subtitle.
    picture : str
        What kind of picture it is, for the alternative text.
    reading : str
        How to read its marks, for the foot.
    aspect : float
        Width over height that suits its facets.
    gutter : float
        Inches to the left of a line of facets for the labels of a vertical axis.
    sides : tuple of (float, float)
        For each trend of a band, inches to its left and to its right.
    gradients : bool
        Whether it is of gradients too: then title and alternative text tell of them.
    """

    what: str
    picture: str
    reading: str
    aspect: float
    gutter: float = 0.0
    sides: tuple[tuple[float, float], ...] = ()
    gradients: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """Facets with a place for each that there is room for, and the words around them.

    Parameters
    ----------
    bands, view
        What is shown.
    layout : FacetLayout
        Where it stands.
    sheet : Sheet
        The words above and below.
    signal : str
        What the stacks' own facets are of.
    """

    bands: tuple[FacetBand, ...]
    view: View
    layout: FacetLayout
    sheet: Sheet
    signal: Signal

    def facets(self) -> Iterator[tuple[Line, Facet, Box]]:
        """Yield the line, the facet and the box of all that is shown."""
        for line, index, box in self.layout.places():
            yield line, self.bands[line.band].facets[index], box


#: A facet of this width and height, in lines of type, is read at ease.
_EASE = (8.5, 4.0)


def fit(
    stacks: Sequence[Told],
    choices: Sequence[tuple[Sequence[FacetBand], View]],
    *,
    signal: Signal,
    look: Look,
) -> Fitted:
    """Return bands of facets with a place for each.

    The first of `choices` whose facets are all read at ease is taken, else the last of which all
    are shown, else the last.

    Raises
    ------
    SpecError
        If the size has no room for as much as one facet.
    """
    found = []
    for bands, view in choices:
        heading = look.heading(words.finding(stacks, gradients=view.gradients))
        sheet, layout = _fit(stacks, bands, view, heading, signal, look.size)
        found.append(
            Fitted(bands=tuple(bands), view=view, layout=layout, sheet=sheet, signal=signal)
        )
        if _at_ease(layout, look.size):
            break
    else:
        found = [one for one in found if one.layout.shown == one.layout.asked] or found
    if not found[-1].layout.shown:
        raise SpecError(no_room(look.size))
    return found[-1]


def open_page(stacks: Sequence[Told], fitted: Fitted, look: Look) -> Page:
    """Return a page with everything written that stands around the facets."""
    view, layout, sheet, signal = fitted.view, fitted.layout, fitted.sheet, fitted.signal
    page = Page(
        figure=RecordFigure(
            title=look.title or words.finding(stacks, gradients=view.gradients),
            caption=" ".join(sheet.foot.lines),
            description=words.alt_text(stacks, signal, view.picture, gradients=view.gradients),
            told=stacks,
            signal=signal,
            figsize=(layout.width, layout.height),
            dpi=look.size.dpi,
            facecolor=look.theme.page,
        ),
        look=look,
    )
    write_sheet(page.figure, sheet, look.theme)
    _write_headings(page, fitted)
    return page


def _fit(
    stacks: Sequence[Told],
    bands: Sequence[FacetBand],
    view: View,
    heading: str,
    signal: Signal,
    size: Size,
) -> tuple[Sheet, FacetLayout]:
    """Return the words around the facets, and where the facets stand between them."""
    done = setting([told.spec for told in stacks])
    sheet = make_sheet(size, title=heading, subtitle=f"{done} · {view.what}")
    needs = _needs(bands, view, size, signal)
    for room in range(1, FOOT_LINES + 1):
        sheet = sheet.with_room_below(room)
        layout = lay_out_facets(size, needs, head=sheet.head_height, foot=sheet.foot_height)
        told = [*_marks(bands, signal), view.reading]
        if layout.shown < layout.asked:
            told.append(f"Only the first {layout.shown} of {layout.asked} panels fit.")
        sheet = sheet.with_foot("   ".join(filter(None, told)))
        if len(sheet.foot.lines) <= room:
            break
    return sheet, layout


def _at_ease(layout: FacetLayout, size: Size) -> bool:
    width, height = (lines * size.line for lines in _EASE)
    boxes = [box for row in layout.boxes for box in row]
    return layout.shown == layout.asked and all(
        box.width >= width and box.height >= height for box in boxes
    )


def _needs(bands: Sequence[FacetBand], view: View, size: Size, signal: Signal) -> Needs:
    names = [tuple(facet.name for facet in band.facets) for band in bands]
    headed = any(band.heading for band in bands)
    label = max(text_width(band.heading, size.heading, weight="bold") for band in bands)
    return Needs(
        counts=tuple(len(band.facets) - len(view.sides) for band in bands),
        trends=view.sides,
        headed=headed,
        label_width=max(label, text_width(signal, size.text)) if headed else 0.0,
        above=tuple(
            (
                _above([facet for facet in band.facets if not facet.trend], signal, size),
                _above([facet for facet in band.facets if facet.trend], signal, size),
            )
            for band in bands
        ),
        name=_name_height(size),
        gutter=view.gutter,
        own_axis=not headed,
        aspect=view.aspect,
        same_names=len(set(names)) == 1,
    )


# --- words around the facets --------------------------------------------------------------------


def _write_headings(page: Page, fitted: Fitted) -> None:
    """Write the bands' headings, the facets' names and the notes above them."""
    points = _shared_points(page, fitted)
    labelled: set[int] = set()
    for line, boxes in zip(fitted.layout.lines, fitted.layout.boxes, strict=True):
        band = fitted.bands[line.band]
        shown = [band.facets[index] for index in line.facets]
        over = boxes[0].top + _above(shown, fitted.signal, page.size)
        if line.headed and band.heading:
            top = over + _name_height(page.size) * line.named
            _write_band(page, fitted.signal, band, top + 0.45 * page.line)
        if fitted.layout.labelled and line.band not in labelled:
            _write_label(page, fitted.signal, band, boxes[0])
            labelled.add(line.band)
        for index, box in zip(line.facets, boxes, strict=True):
            facet = band.facets[index]
            if line.named:
                _write_name(page, facet, box, over + 0.3 * page.line, points)
            _write_notes(page, facet, fitted.signal, box, over)


def _write_band(page: Page, signal: Signal, band: FacetBand, y: float) -> None:
    left, points = margin(page.size), page.size.heading
    page.small(left, y, band.heading, points=points, color=band.color, weight="bold")
    after = text_width(f"{band.heading}  ", points, weight="bold")
    page.small(left + after, y, words.name_of(signal), muted=True)


def _write_label(page: Page, signal: Signal, band: FacetBand, box: Box) -> None:
    left, middle, line = margin(page.size), box.bottom + box.height / 2, page.line
    look: dict[str, Any] = {"points": page.size.heading, "color": band.color, "weight": "bold"}
    page.small(left, middle + 0.1 * line, band.heading, **look)
    page.small(left, middle - 1.0 * line, words.name_of(signal), muted=True)


def _write_name(page: Page, facet: Facet, box: Box, y: float, points: float) -> None:
    width = box.width + 0.6 * page.line
    name = paragraph(facet.name, width=width, points=points, weight="bold", most_lines=1)
    page.small(box.left, y, name.lines[0], points=points, color=facet.name_color, weight="bold")


def _write_notes(page: Page, facet: Facet, signal: Signal, box: Box, top: float) -> None:
    notes = notes_of(facet, signal, box.width, page.size)
    for number, (text, alarm) in enumerate(notes):
        color = page.theme.alarm if alarm else page.theme.muted
        page.small(box.left, top - (0.8 + number) * page.line, text, color=color)


def _above(facets: Sequence[Facet], signal: Signal, size: Size) -> float:
    """Return the height of the notes above facets, in inches."""
    most = max((len(notes_of(facet, signal, inf, size)) for facet in facets), default=0)
    return (most + 0.25) * size.line


def _name_height(size: Size) -> float:
    return 1.55 * size.heading / 72


def _shared_points(page: Page, fitted: Fitted) -> float:
    """Return the facet names' type size: the headings' if all fit in it."""
    size = page.size
    room = fitted.layout.boxes[0][0].width + 0.6 * size.line
    names = [facet.name for _, facet, _ in fitted.facets()]
    fits = all(text_width(name, size.heading, weight="bold") <= room for name in names)
    return size.heading if fits else size.text


def notes_of(facet: Facet, signal: Signal, width: float, size: Size) -> list[tuple[str, bool]]:
    """Return the notes above a facet that fit `width` inches, and whether each is an alarm."""

    def first_that_fits(texts: Sequence[str]) -> str:
        return next((text for text in texts if text_width(text, size.text) <= width), "")

    if facet.trend:
        key = [(first_that_fits(facet.trend.key), False)] if facet.trend.key else []
        return key + [(first_that_fits(texts), True) for texts in facet.notes]
    told = facet.stacks[0]
    record = told.record
    ends = [record.layers[i][signal].stats.std for i in (0, -1)]
    forms: list[Callable[[float], str]] = [
        lambda x: significant(x, 2),
        lambda x: significant(x, 1),
        magnitude,
    ]
    stds = [[UNDEFINED if x is None else form(x) for x in ends] for form in forms]
    if len(record.layers) == 1:
        stds = [pair[:1] for pair in stds]
    texts = [f"std {' → '.join(pair)}" for pair in stds]
    notes = [(first_that_fits([*texts, " → ".join(stds[-1])]), False)]
    if signal in BACKWARD:
        texts = words.stops(told, signal)
        notes += [(first_that_fits([text]), True) for text in texts]
        shares = _shares(record.layers, signal)
        notes += [("  ".join(share.text for share in shares), False)] if shares else []
        return notes
    if record.first_nonfinite_layer is not None:
        stop = record.first_nonfinite_layer
        stops = "stops: " if isinstance(record.spec, StackSpec) else ""
        notes.append((first_that_fits([f"{stops}layer {stop} not finite", "not finite"]), True))
        return notes
    if shares := _shares(record.layers, signal):
        shorter = [share.most for share in shares]
        texts = ["  ".join(share.text for share in shares), "  ".join(shorter), shorter[-1]]
        notes.append((first_that_fits(texts), False))
    if told.symmetric:
        notes.append((first_that_fits(["all units of a layer the same", "units the same"]), True))
    if told.alike:
        notes.append((first_that_fits(_alike(told.alike)), True))
    return notes


def _alike(layers: Sequence[int]) -> list[str]:
    """Return, the longest first, ways to say that all inputs look alike in `layers`."""
    first, last = layers[0], layers[-1]
    where = f"layer {first}" if first == last else f"layers {first}–{last}"
    if len(layers) < last - first + 1:
        where = f"{len(layers)} layers"
    return [f"inputs alike in {where}", f"alike in {where}", "inputs alike"]


#: Shares that are said with a sign of their own, as what they are at most.
_AT_MOST = {"<1%": "1%", ">99%": "100%"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """A share that goes from one to another over the layers: of exact zeros, or beyond the axis."""

    kind: str
    low: float
    high: float

    @property
    def text(self) -> str:
        """It as a range."""
        return self._named(span(self.low, self.high))

    @property
    def most(self) -> str:
        """It in short: how much it is at most."""
        text = percent(self.high)
        return self._named(f"≤{_AT_MOST.get(text, text)}")

    def _named(self, text: str) -> str:
        return f"{text} are 0" if self.kind == "zero" else note_text(text, self.kind)


def _shares(layers: Sequence[LayerRecord], signal: Signal) -> list[_Share]:
    """Return the shares over the layers that are not 0 in all: of exact zeros, beyond the axis."""
    items = [layer[signal] for layer in layers]
    totals = [max(item.histogram.n_finite, 1) for item in items]
    counts = {
        "zero": [item.zeros for item in items],
        # What lies below a logarithmic axis is said of all at once, in the foot.
        "below": [0 if item.of_magnitudes else item.histogram.underflow for item in items],
        "above": [item.histogram.overflow for item in items],
    }
    found = []
    for kind, values in counts.items():
        shares = [value / total for value, total in zip(values, totals, strict=True)]
        if any(shares):
            found.append(_Share(kind=kind, low=min(shares), high=max(shares)))
    return found


def span(low: float, high: float) -> str:
    """Return two shares as a range of percentages.

    Examples
    --------
    >>> span(0.5, 0.52), span(0.51, 0.512), span(0, 0.001)
    ('50–52%', '51%', '0–<1%')
    """
    if percent(low) == percent(high):
        return percent(low)
    return f"{percent(low, unit='')}–{percent(high)}"


def _marks(bands: Sequence[FacetBand], signal: Signal) -> list[str]:
    stacks = [f.stacks[0] for band in bands for f in band.facets if not f.trend]
    items = [layer[signal].histogram for told in stacks for layer in told.layers]
    beyond = any(item.underflow or item.overflow for item in items)
    return ["◂ ▸ share beyond the axis, from the least to the most of a layer."] if beyond else []


def fonts_of(stacks: Sequence[Told], look: Look) -> tuple[str, ...]:
    """Return the font families that cover all that a figure of `stacks` writes."""
    heading = look.heading(words.finding(stacks))
    return families(heading + words.labels(stacks), look.font)[0]


def said_of_heights(heights: Heights) -> str:
    """Return what the height of a curve is, for the subtitle."""
    scale = {
        "row": "one scale per stack",
        "column": "one scale per layer",
        "all": "one scale per activation",
        "none": "each layer on its own scale",
    }[heights.share_y]
    return f"{'log ' if heights.log_y else ''}{heights.values}, {scale}"
