"""A facet for every stack: what overlay, ridge and depth have in common.

Bands of facets that share their axes (those of one activation), their words, and what is written
around them. What is drawn inside a facet is each view's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from actviz.layers.signals import Signal
from actviz.plot.facets.bands import Facet, FacetBand
from actviz.plot.facets.layout import FacetLayout, FacetNeeds, Line, lay_out_facets
from actviz.plot.facets.notes import notes_of
from actviz.plot.paper.page import Box, Page, Sheet, make_sheet
from actviz.plot.paper.style import Look, Size, no_room
from actviz.words import stacks as words
from actviz.words.say import say
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
        What kind of picture it is, for the alternative text: see `actviz.words.stacks.alt_text`.
    reading : str
        How to read its marks, for the foot.
    aspect : float
        Width over height that suits its facets.
    gutter : float
        Inches to the left of a line of facets for the labels of a vertical axis.
    sides : tuple of (float, float)
        For each trend of a band, inches to its left and to its right.
    gradients : bool
        Whether it is of gradients too: then subtitle and alternative text tell of them.
    stds : bool
        Whether the first and the last std stand above a stack's facet: else they are in it.
    stems : bool
        Whether values that are exactly 0 are drawn as a stem.
    """

    what: str
    picture: str
    reading: str
    aspect: float
    gutter: float = 0.0
    sides: tuple[tuple[float, float], ...] = ()
    gradients: bool = False
    stds: bool = True
    stems: bool = False


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
        heading = look.heading(_finding(stacks, signal))
        layout, sheet = _fit(stacks, bands, view, heading, signal, look.size)
        found.append(
            Fitted(bands=tuple(bands), view=view, layout=layout, sheet=sheet, signal=signal)
        )
        if _at_ease(layout, look.size):
            break
    else:
        found = [one for one in found if one.layout.shown == one.layout.asked] or found
    if not found[-1].layout.shown:
        raise no_room(look.size)
    return found[-1]


def open_page(stacks: Sequence[Told], fitted: Fitted, look: Look) -> Page:
    """Return a page with everything written that stands around the facets."""
    view, signal = fitted.view, fitted.signal
    finding = _finding(stacks, signal)
    page = Page.of(
        look,
        fitted.layout.height,
        finding=finding,
        caption=fitted.sheet.foot,
        description=words.alt_text(
            stacks, signal, view.picture, gradients=view.gradients, title=finding
        ),
        told=stacks,
        signal=signal,
    )
    page.words(fitted.sheet)
    _write_headings(page, fitted)
    return page


def _fit(
    stacks: Sequence[Told],
    bands: Sequence[FacetBand],
    view: View,
    heading: str,
    signal: Signal,
    size: Size,
) -> tuple[FacetLayout, Sheet]:
    """Return where the facets stand, and the words around them."""
    done = setting([told.spec for told in stacks])
    second = words.second_finding(stacks) if view.gradients else ""
    sheet = make_sheet(size, title=heading, subtitle=f"{done} · {second or view.what}")
    needs = _needs(bands, view, size, signal)

    def settle(sheet: Sheet) -> tuple[FacetLayout, str]:
        layout = lay_out_facets(size, needs, head=sheet.head_height, foot=sheet.foot_height)
        shown = [bands[line.band].facets[index] for line, index, _ in layout.places()]
        told = [*_marks(shown, signal, view), view.reading]
        if layout.shown < layout.asked:
            told.append(say("foot.panels", shown=layout.shown, of=layout.asked))
        return layout, "   ".join(filter(None, told))

    return sheet.settled(settle)


def _at_ease(layout: FacetLayout, size: Size) -> bool:
    width, height = (lines * size.line for lines in _EASE)
    boxes = [box for row in layout.boxes for box in row]
    return layout.shown == layout.asked and all(
        box.width >= width and box.height >= height for box in boxes
    )


def _needs(bands: Sequence[FacetBand], view: View, size: Size, signal: Signal) -> FacetNeeds:
    names = [tuple(facet.name for facet in band.facets) for band in bands]
    headed = any(band.heading for band in bands)
    label = max(size.width_of(band.heading, size.heading, weight="bold") for band in bands)
    return FacetNeeds(
        counts=tuple(len(band.facets) - len(view.sides) for band in bands),
        trends=view.sides,
        headed=headed,
        label_width=max(label, size.width_of(signal)) if headed else 0.0,
        above=tuple(
            (
                _above([facet for facet in band.facets if not facet.trend], view, signal, size),
                _above([facet for facet in band.facets if facet.trend], view, signal, size),
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
        over = boxes[0].top + _above(shown, fitted.view, fitted.signal, page.size)
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
            _write_notes(page, facet, fitted, box, over)


def _write_band(page: Page, signal: Signal, band: FacetBand, y: float) -> None:
    left, points = page.size.margin, page.size.heading
    page.small(left, y, band.heading, points=points, color=band.color, weight="bold")
    after = page.width(f"{band.heading}  ", points, weight="bold")
    page.small(left + after, y, words.signal_name(signal), muted=True)


def _write_label(page: Page, signal: Signal, band: FacetBand, box: Box) -> None:
    left, middle, line = page.size.margin, box.bottom + box.height / 2, page.line
    look: dict[str, Any] = {"points": page.size.heading, "color": band.color, "weight": "bold"}
    page.small(left, middle + 0.1 * line, band.heading, **look)
    page.small(left, middle - 1.0 * line, words.signal_name(signal), muted=True)


def _write_name(page: Page, facet: Facet, box: Box, y: float, points: float) -> None:
    width = box.width + 0.6 * page.line
    name = page.cut(facet.name, width, points, weight="bold")
    page.small(box.left, y, name, points=points, color=facet.name_color, weight="bold")


def _write_notes(page: Page, facet: Facet, fitted: Fitted, box: Box, top: float) -> None:
    notes = notes_of(facet, fitted.signal, box.width, page.size, stds=fitted.view.stds)
    for number, (text, alarm) in enumerate(notes):
        color = page.theme.alarm if alarm else page.theme.muted
        page.small(box.left, top - (0.8 + number) * page.line, text, color=color)


def _above(facets: Sequence[Facet], view: View, signal: Signal, size: Size) -> float:
    """Return the height of the notes above facets, in inches."""
    notes = [notes_of(facet, signal, inf, size, stds=view.stds) for facet in facets]
    most = max(map(len, notes), default=0)
    return (most + 0.25) * size.line


def _name_height(size: Size) -> float:
    return 1.55 * size.heading / 72


def _shared_points(page: Page, fitted: Fitted) -> float:
    """Return the facet names' type size: the headings' if all fit in it."""
    size = page.size
    room = fitted.layout.boxes[0][0].width + 0.6 * size.line
    names = [facet.name for _, facet, _ in fitted.facets()]
    fits = all(size.width_of(name, size.heading, weight="bold") <= room for name in names)
    return size.heading if fits else size.text


def _marks(facets: Sequence[Facet], signal: Signal, view: View) -> list[str]:
    """Return what the marks mean that the facets with a place have."""
    stacks = [facet.stacks[0] for facet in facets if not facet.trend]
    items = [layer[signal] for told in stacks for layer in told.layers]
    beyond = any(item.histogram.underflow or item.histogram.overflow for item in items)
    stems = view.stems and any(
        item.zeros and (item.of_magnitudes or item.histogram.edges[0] <= 0.0) for item in items
    )
    return [say("mark.beyond")] * beyond + [say("mark.zero")] * stems


def _finding(stacks: Sequence[Told], signal: Signal) -> str:
    """Return the title: of gradients, what becomes of these."""
    return words.findings_of(stacks, signal, gradients=False)[0]


def texts_of(stacks: Sequence[Told], look: Look) -> str:
    """Return all that a figure of `stacks` writes and that others than `actviz.words` wrote."""
    return look.heading(words.finding(stacks)) + words.labels(stacks)
