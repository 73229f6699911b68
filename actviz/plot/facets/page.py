"""A facet for every stack: what overlay, ridge and depth have in common.

Bands of facets that share their axes (those of one activation), their words, and what is written
around them. What is drawn inside a facet is each view's own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Literal

from matplotlib.collections import LineCollection

from actviz.layers.signals import Signal
from actviz.plot.facets.bands import Facet, FacetBand
from actviz.plot.facets.layout import FacetLayout, FacetNeeds, Line, lay_out_facets
from actviz.plot.facets.notes import notes_of, says_beyond
from actviz.plot.paper.page import Box, Page, Sheet, make_sheet
from actviz.plot.paper.style import NARROW, STAGE, Look, Size, no_room, shades
from actviz.plot.paper.type import sizes_of
from actviz.words import stacks as words
from actviz.words.facets import explanation, heading_of, subtitles_of
from actviz.words.keys import Key, explained, foot_of, key
from actviz.words.say import say
from actviz.words.sheet import Heading
from actviz.words.told import Told


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """What a view asks of its page.

    Parameters
    ----------
    what, more : str
        What the facets show, for the subtitle, and what else of it where there is room.
    explained : str
        What they show, in a sentence.
    picture : str
        What kind of picture it is, for the alternative text: see `actviz.words.stacks.alt_text`.
    hue : {"by_activation", "by_init"}
        What a hue means.
    missing, reading : tuple of Key
        What is left out, and how to read the marks, the most important first: as much as one line
        holds is the foot.
    aspect : float
        Width over height that suits its facets.
    tall : float
        Lines of type that a facet should be high, if that is more than usual.
    gutter : float
        Inches to the left of a line of facets for the labels of a vertical axis.
    sides : tuple of (float, float)
        For each trend of a band, inches to its left and to its right.
    gradients : bool
        Whether it is of gradients too: then subtitle and alternative text tell of them.
    stds : bool
        Whether the first and the last std stand above a stack's facet: else they are in it.
    brief : bool
        Whether a single note stands above a facet, which may be smaller than usual.
    shades : bool
        Whether layers are told by their shades alone, so that each band has a key of these.
    stems : bool
        Whether values that are exactly 0 are drawn as a stem.
    """

    what: str
    more: str = ""
    explained: str
    picture: str
    hue: Literal["by_activation", "by_init"]
    missing: tuple[Key, ...] = ()
    reading: tuple[Key, ...]
    aspect: float
    tall: float = 0.0
    gutter: float = 0.0
    sides: tuple[tuple[float, float], ...] = ()
    gradients: bool = False
    stds: bool = True
    brief: bool = False
    shades: bool = False
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
    size : Size
        Of the page and of its type.
    heading : Heading
        What is shown, in words.
    sheet : Sheet
        The words above and below.
    keys : tuple of Key
        All that there is to say of the marks.
    signal : str
        What the stacks' own facets are of.
    """

    bands: tuple[FacetBand, ...]
    view: View
    layout: FacetLayout
    size: Size
    heading: Heading
    sheet: Sheet
    keys: tuple[Key, ...]
    signal: Signal

    def facets(self) -> Iterator[tuple[Line, Facet, Box]]:
        """Yield the line, the facet and the box of all that is shown."""
        for line, index, box in self.layout.places():
            yield line, self.bands[line.band].facets[index], box


#: A facet of this width and height, in lines of type, is read at ease; in the smallest type, in
#: lines of the size's own.
_EASE, _LEAST_EASE = (8.5, 4.0), (7.0, 4.0)


#: What a page may show on a size: bands, and the view that they are of, the fullest first.
Choices = Callable[[Size], Sequence[tuple[Sequence[FacetBand], View]]]


def fit(stacks: Sequence[Told], choices: Choices, *, signal: Signal, look: Look) -> Fitted:
    """Return bands of facets with a place for each.

    The first of the choices whose facets are all read at ease is taken, in the largest type in
    which they are; else the last of which all are shown, else the last. A brief one is there for
    what would not be shown whole.

    Raises
    ------
    SpecError
        If the size has no room for as much as one facet.
    """
    sizes = sizes_of(look.size)
    found: list[Fitted] = []
    for choice in zip(*(choices(size) for size in sizes), strict=True):
        if choice[0][1].brief and any(map(_is_whole, found)):
            break
        for size, (bands, view) in zip(sizes, choice, strict=True):
            found.append(_fit(stacks, bands, view, signal, replace(look, size=size)))
            wide, tall = _EASE if size is not sizes[-1] else _LEAST_EASE
            line = size.line if size is not sizes[-1] else look.size.line
            if _at_ease(found[-1].layout, wide * line, max(tall, view.tall) * line):
                return found[-1]
    fitted = ([one for one in found if _is_whole(one)] or found)[-1]
    if not fitted.layout.shown:
        raise no_room(look.size)
    return fitted


def open_page(stacks: Sequence[Told], fitted: Fitted, look: Look) -> Page:
    """Return a page with everything written that stands around the facets."""
    view, signal, title = fitted.view, fitted.signal, fitted.heading.title
    page = Page.of(
        replace(look, size=fitted.size),
        fitted.layout.height,
        finding=title,
        caption=explained(fitted.keys),
        description=words.alt_text(
            stacks, signal, view.picture, gradients=view.gradients, title=title
        ),
        explanation=explanation(
            view.explained, fitted.keys, stacks=stacks, hue=view.hue, stds=view.stds
        ),
        told=stacks,
        signal=signal,
    )
    page.words(fitted.sheet)
    _write_headings(page, fitted)
    return page


def _fit(
    stacks: Sequence[Told], bands: Sequence[FacetBand], view: View, signal: Signal, look: Look
) -> Fitted:
    """Return where the facets stand, and the words around them."""
    size = look.size
    heading = heading_of(stacks, signal, gradients=view.gradients)
    # Of one's own, or on a narrow page, a title may have two lines.
    lines = 1 if look.title is None and size.width > NARROW else 2
    width = size.width - 2 * size.margin

    def on_one(text: str) -> bool:
        return size.width_of(text) <= width

    forms = subtitles_of(stacks, heading, view.what, view.more, gradients=view.gradients)
    sheet = make_sheet(
        size,
        title=look.heading(heading.title),
        subtitle=next(filter(on_one, forms), forms[-1]),
        title_lines=lines,
    )
    stage = size.name == STAGE
    # A line, whatever it will say; a stage has one only where not all is there.
    for foot in ("", view.picture) if stage else (view.picture,):
        sheet = sheet.with_foot(foot)
        layout = lay_out_facets(
            size,
            _needs(bands, view, size, signal),
            head=sheet.head_height,
            foot=sheet.foot_height,
        )
        if layout.shown == layout.asked:
            break
    shown = [bands[line.band].facets[index] for line, index, _ in layout.places()]
    left_out = layout.shown < layout.asked
    gone = [key("panels", shown=layout.shown, of=layout.asked)] if left_out else []
    keys = [*gone, *view.missing, *view.reading, *_marks(shown, signal, view)]
    return Fitted(
        bands=tuple(bands),
        view=view,
        layout=layout,
        size=size,
        heading=heading,
        sheet=sheet.with_foot(foot_of(gone if stage else keys, on_one)),
        keys=tuple(keys),
        signal=signal,
    )


def _is_whole(fitted: Fitted) -> bool:
    return fitted.layout.shown == fitted.layout.asked


def _at_ease(layout: FacetLayout, width: float, height: float) -> bool:
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
        headed=headed or view.shades,
        label_width=max(
            label, size.width_of(signal), view.shades * _shades_width(_numbers(bands), size)
        )
        if headed
        else 0.0,
        above=tuple(
            (
                _above([facet for facet in band.facets if not facet.trend], view, signal, size),
                _above([facet for facet in band.facets if facet.trend], view, signal, size),
            )
            for band in bands
        ),
        name=_name_height(size),
        brief=view.brief,
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
        if line.headed:
            top = over + _name_height(page.size) * line.named
            _write_band(page, fitted, band, top + 0.45 * page.line)
        if fitted.layout.labelled and line.band not in labelled:
            _write_label(page, fitted, band, boxes[0])
            labelled.add(line.band)
        for index, box in zip(line.facets, boxes, strict=True):
            facet = band.facets[index]
            if line.named:
                _write_name(page, facet, box, over + 0.3 * page.line, points)
            _write_notes(page, facet, fitted, box, over)


def _write_band(page: Page, fitted: Fitted, band: FacetBand, y: float) -> None:
    left, points = page.size.margin, page.size.heading
    if band.heading:
        page.small(left, y, band.heading, points=points, color=band.color, weight="bold")
        left += page.width(f"{band.heading}  ", points, weight="bold")
        signal = words.signal_name(fitted.signal)
        page.small(left, y, signal, muted=True)
        left += page.width(signal) + _SHADES_GAP * page.line
    if fitted.view.shades:
        _write_shades(page, band, left, y, _ends(band))


def _write_label(page: Page, fitted: Fitted, band: FacetBand, box: Box) -> None:
    left, middle, line = page.size.margin, box.bottom + box.height / 2, page.line
    look: dict[str, Any] = {"points": page.size.heading, "color": band.color, "weight": "bold"}
    middle += 0.5 * line * fitted.view.shades
    page.small(left, middle + 0.1 * line, band.heading, **look)
    page.small(left, middle - 1.0 * line, words.signal_name(fitted.signal), muted=True)
    if fitted.view.shades:
        _write_shades(page, band, left, middle - 2.1 * line, _numbers([band]))


#: In lines of type: before a key of shades, between its words and its shades, the width of a shade
#: and of all of them at most, and their height.
_SHADES_GAP, _SHADES_BY, _SHADE, _SHADES, _SHADES_HIGH = 1.6, 0.3, 0.55, 3.3, 0.42


def _deepest(bands: Sequence[FacetBand]) -> int:
    return max(one.spec.depth for band in bands for facet in band.facets for one in facet.stacks)


def _ends(band: FacetBand) -> tuple[str, str]:
    """Return what stands at the ends of a key of shades: the first and the last layer."""
    return say("axis.at_layer", layer=1), str(_deepest([band]))


def _numbers(bands: Sequence[FacetBand]) -> tuple[str, str]:
    """Return the same as numbers alone."""
    return "1", str(_deepest(bands))


def _shades_width(ends: tuple[str, str], size: Size) -> float:
    """Return the width of a key of shades between such ends, in inches."""
    return sum(map(size.width_of, ends)) + (_SHADES + 2 * _SHADES_BY) * size.line


def _write_shades(page: Page, band: FacetBand, x: float, y: float, ends: tuple[str, str]) -> None:
    """Write which shades the layers of a band have, from the first to the last one."""
    first, last = ends
    line, depth = page.line, _deepest([band])
    page.small(x, y, first, muted=True)
    x += page.width(first) + _SHADES_BY * line
    width = min(_SHADES / depth, _SHADE) * line
    colors = shades(page.theme, band.color if band.heading else page.theme.muted, depth)
    edges = [(x + n * width, x + (n + 1) * width) for n in range(depth)]
    height = y + 0.27 * line
    page.figure.add_artist(
        LineCollection(
            [((left, height), (right, height)) for left, right in edges],
            colors=colors,
            linewidths=72 * _SHADES_HIGH * line,
            capstyle="butt",
            antialiaseds=False,
            transform=page.figure.dpi_scale_trans,
        )
    )
    page.small(x + depth * width + _SHADES_BY * line, y, last, muted=True)


def _write_name(page: Page, facet: Facet, box: Box, y: float, points: float) -> None:
    width = box.width + 0.6 * page.line
    name = page.cut(facet.name, width, points, weight="bold")
    page.small(box.left, y, name, points=points, color=facet.name_color, weight="bold")


def _write_notes(page: Page, facet: Facet, fitted: Fitted, box: Box, top: float) -> None:
    notes = _notes(facet, fitted.view, fitted.signal, box.width, page.size)
    for number, (text, alarm) in enumerate(notes):
        color = page.theme.alarm if alarm else page.theme.muted
        page.small(box.left, top - (0.8 + number) * page.line, text, color=color)


def _notes(
    facet: Facet, view: View, signal: Signal, width: float, size: Size
) -> list[tuple[str, bool]]:
    """Return the notes above a facet: of a brief view the first alarm, or else the first note."""
    notes = notes_of(facet, signal, width, size, stds=view.stds)
    return sorted(notes, key=lambda note: not note[1])[:1] if view.brief else notes


def _above(facets: Sequence[Facet], view: View, signal: Signal, size: Size) -> float:
    """Return the height of the notes above facets, in inches."""
    notes = [_notes(facet, view, signal, inf, size) for facet in facets]
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


def _marks(facets: Sequence[Facet], signal: Signal, view: View) -> list[Key]:
    """Return what the marks mean that the facets with a place have."""
    stacks = [facet.stacks[0] for facet in facets if not facet.trend]
    items = [layer[signal] for told in stacks for layer in told.layers]
    beyond = any(says_beyond(item) for item in items)
    stems = view.stems and any(
        item.zeros and (item.of_magnitudes or item.histogram.edges[0] <= 0.0) for item in items
    )
    return [key("stem")] * stems + [key("beyond")] * beyond


def texts_of(stacks: Sequence[Told], look: Look) -> str:
    """Return all that a figure of `stacks` writes and that others than `actviz.words` wrote."""
    return look.heading(words.finding(stacks)) + words.labels(stacks)
