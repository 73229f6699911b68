"""plot_depth: what becomes of a signal and of its gradient from the first layer to the last.

Every stack has a panel of its mean, spread and quantiles; trends compare the stacks of an
activation on logarithmic axes, over bands of their seeds and under the lines of theory. What a
page has no room for is left out, the stacks' own panels first, and the foot says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import floor, log10
from typing import NamedTuple

from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, SIGNALS, Signal
from actviz.plot.facets.bands import Facet, FacetBand, bands_by_stack
from actviz.plot.facets.page import Fitted, View, fit, fonts_of, open_page
from actviz.plot.facets.scales import MARKS, ends_of, notes_of_trend, scale_of
from actviz.plot.facets.series import (
    OWN,
    PANELS,
    TRENDS,
    available,
    goes_with,
    series_of,
    signal_of,
)
from actviz.plot.heights import axis_labels
from actviz.plot.marks.fan import draw_depth
from actviz.plot.marks.trends import LogAxis, TrendPanel, draw_trend
from actviz.plot.paper.apart import spread_out
from actviz.plot.paper.boxes import Box, thin
from actviz.plot.paper.fonts import text_width
from actviz.plot.paper.look import Look, look_of
from actviz.plot.paper.page import Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, context
from actviz.plot.paper.ticks import Tick, write_below, write_beside
from actviz.plot.paper.typeset import paragraph
from actviz.plot.refused import check_records
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record
from actviz.words import stacks as words
from actviz.words.say import say, saying
from actviz.words.told import Told, tell

#: What is left out where not all panels fit, one after the other.
_EXPENDABLE = ((), ("rank",), (OWN,), (OWN, "rank"), (OWN, "rank", "cosine"))

#: Axes of trends, by the heading of their band and their name.
DepthScales = Mapping[tuple[str, str], LogAxis]


class Panels(NamedTuple):
    """A choice of panels to show, and what it leaves out."""

    shown: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def plot_depth(
    records: Sequence[Record],
    *,
    signal: Signal | None = None,
    panels: Sequence[str] | None = None,
    ensembles: Sequence[Ensemble] | None = None,
    theory: bool = True,
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Return a figure of what becomes of each record's signal and gradient with depth.

    Parameters
    ----------
    records : sequence of Record
        One or more; those of one activation must have the same histogram edges.
    signal : str, optional
        Of `actviz.layers.signals.SIGNALS`; default: the activations, and the gradients that the
        records have.
    panels : sequence of str, optional
        Of `PANELS`: "values" (mean ± std and quantiles of every stack), and what compares stacks:
        "std" (and its within-unit part), "between" (between-unit std), "gradient" (std, and the
        median magnitude), "cosine" (mean cosine between inputs) and "rank" (effective rank).
        Default: all but "between", as far as they fit.
    ensembles : sequence of Ensemble, optional
        One for each record, of the same spec but for the seed: bands around the lines.
    theory : bool
        Whether the predictions of mean field are drawn over the lines.
    size, theme, title, font
        As in `plot_grid`.

    Raises
    ------
    SpecError
        As `plot_grid` does; also if the records lack what `signal` or `panels` ask for, or
        `ensembles` are not theirs.
    """
    check_records(records, signal=_checked(records, signal))
    wanted = _wanted(records, signal, panels)
    members = _members(records, ensembles)
    told = tell(records, ensembles=members, theory=theory)
    return depth_figure(told, wanted, signal, look_of(size, theme, title, font))


def depth_figure(
    told: Sequence[Told],
    wanted: Sequence[Panels],
    signal: Signal | None,
    look: Look,
    scales: DepthScales | None = None,
) -> RecordFigure:
    """Return the first of the wanted panels that fit, on scales of their own or on given ones."""
    with context(fonts_of(told, look)):
        bands = _bands(told, signal, wanted[0].shown, look.theme, scales or {})
        choices = [_choice(told, bands, signal, choice, look.size) for choice in wanted]
        fitted = fit(told, choices, signal=signal or "activation", look=look)
        page = open_page(told, fitted, look)
        _draw(page, fitted)
    return page.figure


def _checked(records: Sequence[Record], signal: Signal | None) -> Signal:
    """Return the signal whose histograms are compared.

    Raises
    ------
    SpecError
        If there is no such signal, or a record lacks it.
    """
    if signal not in (None, *SIGNALS):
        raise SpecError(f"signal must be {' or '.join(SIGNALS)} (got {signal!r})")
    if signal in BACKWARD and not any(signal in record.signals for record in records):
        raise SpecError(f"these records have no {signal}: simulate with gradients=True")
    return signal if signal and signal not in BACKWARD else "activation"


def _wanted(
    records: Sequence[Record], signal: Signal | None, panels: Sequence[str] | None
) -> list[Panels]:
    """Return choices of panels to show, and what each leaves out; the fullest first."""
    there = available(records, signal)
    if panels is None:
        usual = tuple(name for name in there if name != "between")
        choices = [tuple(n for n in usual if n not in less) for less in _EXPENDABLE]
        choices = [choice for choice in dict.fromkeys(choices) if choice] or [usual]
        return [Panels(c, tuple(name for name in usual if name not in c)) for c in choices]
    for name in panels:
        if name not in PANELS:
            raise SpecError(f"panels must be of {', '.join(PANELS)} (got {name!r})")
        if name not in there:
            if not goes_with(name, signal):
                raise SpecError(f"panel {name} is not of the {signal}: leave one of the two out")
            raise SpecError(f"these records have nothing for the panel {name}{_MISSING[name]}")
    if not panels:
        raise SpecError("panels must name at least one (got none)")
    return [Panels(tuple(name for name in PANELS if name in panels))]


#: What a simulation must be asked for, before a panel can show it.
_MISSING = dict.fromkeys(PANELS, "") | {
    "gradient": ": simulate with gradients=True",
    "rank": ": simulate with effective_rank=True",
}


def _members(
    records: Sequence[Record], ensembles: Sequence[Ensemble] | None
) -> Sequence[Ensemble | None]:
    if ensembles is None:
        return [None] * len(records)
    specs = [stack and replace(stack, seed=0) for stack in (record.stack for record in records)]
    if [replace(ensemble.spec, seed=0) for ensemble in ensembles] != specs:
        raise SpecError("ensembles must be of the records' specs, one for each, in their order")
    return ensembles


# --- what is on the page ------------------------------------------------------------------------


def _bands(
    stacks: Sequence[Told],
    signal: Signal | None,
    shown: Sequence[str],
    theme: Theme,
    given: DepthScales,
) -> list[FacetBand]:
    """Return the bands of all stacks, with the trends that compare them after them."""
    trends = [TRENDS[name] for name in shown if name != OWN]
    return [
        replace(
            band,
            facets=(
                *band.facets,
                *(_trend_facet(band, trend, signal, theme, given) for trend in trends),
            ),
        )
        for band in bands_by_stack(stacks, theme)
    ]


def _trend_facet(
    band: FacetBand, trend: TrendPanel, signal: Signal | None, theme: Theme, given: DepthScales
) -> Facet:
    """Return a facet that compares all stacks of a band."""
    own = signal_of(trend, signal)
    series = tuple(
        series_of(trend, facet.stacks[0], signal=signal, name=facet.names[0], color=facet.colors[0])
        for facet in band.facets
    )
    scale = given.get((band.heading, trend.name)) or scale_of(trend, series)
    told = notes_of_trend(trend, series, scale)
    for facet in band.facets:
        for text in words.stops(facet.stacks[0], own) if trend.statistic == "std" else ():
            told.setdefault(text, []).append(facet.names[0])
    name = say(f"panel.{trend.name}")
    if own in ("activation_gradient", "weight_gradient"):
        name = say("panel.std_of", signal=words.name_of(own))
    return Facet(
        name=name,
        name_color=theme.ink,
        trend=trend,
        scale=scale,
        series=series,
        notes=tuple(_ways(text, names, len(series)) for text, names in told.items()),
        stacks=tuple(facet.stacks[0] for facet in band.facets),
        names=tuple(facet.names[0] for facet in band.facets),
        colors=tuple(facet.colors[0] for facet in band.facets),
    )


def _choice(
    stacks: Sequence[Told],
    bands: Sequence[FacetBand],
    signal: Signal | None,
    choice: Panels,
    size: Size,
) -> tuple[list[FacetBand], View]:
    """Return bands with the panels of a choice alone, and what they need of a page."""
    trends = [TRENDS[name] for name in choice.shown if name != OWN]
    values = OWN in choice.shown
    kept = [
        replace(
            band,
            facets=tuple(
                facet for facet in band.facets if (facet.trend in trends if facet.trend else values)
            ),
        )
        for band in bands
    ]
    own = signal if signal and signal not in BACKWARD else "activation"
    texts = [text for told in stacks for _, text in axis_labels(told.record, own)]
    headings = [saying("panel.values")] * values
    headings += [saying(f"panel.{trend.name}") for trend in trends]
    view = View(
        what=say("view.depth", panels=headings),
        picture="depth",
        reading=_reading(stacks, kept, values, choice.left_out),
        aspect=1.3,
        gutter=_wide(texts, size) if values else 0.0,
        sides=tuple(
            _sides(kept, trend, place - len(trends), size) for place, trend in enumerate(trends)
        ),
        gradients=any(trend.backward for trend in trends)
        and all(
            "gradient" in told.record.signals or told.record.first_nonfinite_layer
            for told in stacks
        ),
    )
    return kept, view


def _ways(text: str, names: Sequence[str], stacks: int) -> tuple[str, ...]:
    """Return ways to say something of some stacks of a band, the longest first."""
    if stacks == 1:
        return (text,)
    named = say("note.of_stacks", who=names, text=text)
    return (named, say("note.of_count", count=len(names), text=text), text)


def _reading(
    stacks: Sequence[Told], bands: Sequence[FacetBand], values: bool, left_out: Sequence[str]
) -> str:
    told = [say("read.values")] * values
    series = [one for band in bands for facet in band.facets for one in facet.series]
    if any(one.sparse for one in series):
        told.append(say("read.sparse"))
    seeds = {len(told.ensemble.records) for told in stacks if told.ensemble is not None}
    if any(one.bands for one in series):
        told.append(say("read.seeds", seeds=max(seeds)))
    if any(value is not None for one in series for value in one.predicted):
        told.append(say("read.mean_field"))
    if any(one.reach for one in series):
        told.append(say("read.reach"))
    if left_out:
        keys = ["panel.each_values" if name == OWN else f"panel.{name}" for name in left_out]
        told.append(say("read.no_room", panels=[saying(key) for key in keys]))
    return " ".join(filter(None, told))


def _sides(
    bands: Sequence[FacetBand], trend: TrendPanel, place: int, size: Size
) -> tuple[float, float]:
    """Return the room for the labels of the powers and of the stacks beside a trend."""
    every = [band.facets[place].series for band in bands]
    scales = [scale for band in bands if (scale := band.facets[place].scale)]
    marks = _wide([text for scale in scales for _, text in scale.labels(MARKS)], size)
    pairs = zip(every, scales, strict=True)
    names = [text for series, scale in pairs for _, text, _ in ends_of(trend, series, scale)]
    named = _label_room(names, size) + 0.45 * size.line if names else 0.0
    return (named, marks) if trend.names_at == "left" else (marks, named)


def _wide(texts: Sequence[str], size: Size) -> float:
    return max(text_width(text, size.text) for text in texts) + 0.6 * size.line


def _label_room(names: Sequence[str], size: Size) -> float:
    """Return the width of the stacks' names beside a trend, in inches."""
    return min(max(text_width(text, size.text) for text in names), 0.2 * size.width)


# --- drawing ------------------------------------------------------------------------------------


def _draw(page: Page, fitted: Fitted) -> None:
    """Draw the stacks' own panels, and the trends that compare them."""
    for line, facet, box in fitted.facets():
        band = fitted.bands[line.band]
        if facet.trend:
            _draw_trend(page, facet, facet.trend, box)
            continue
        first = facet is band.facets[line.facets[0]] or not band.heading
        _draw_stack(page, facet, fitted.signal, box, labelled=first)


def _draw_stack(page: Page, facet: Facet, signal: Signal, box: Box, *, labelled: bool) -> None:
    record = facet.stacks[0].record
    ends = record.layers[0][signal].histogram.edges[[0, -1]]
    draw_depth(
        page.axes(box),
        record,
        signal=signal,
        low=float(ends[0]),
        high=float(ends[1]),
        color=facet.colors[0],
        points=page.size.text,
        theme=page.theme,
    )
    write_below(page, box, _layer_labels(record.spec.depth))
    if labelled:
        write_beside(page, box, axis_labels(record, signal))


def _draw_trend(page: Page, facet: Facet, trend: TrendPanel, box: Box) -> None:
    size, series = page.size, facet.series
    scale = facet.scale or scale_of(trend, series)
    depth = max(one.depth for one in series)
    draw_trend(page.axes(box), series, scale=scale, depth=depth, points=size.text, theme=page.theme)
    left = trend.names_at == "left"
    ends = sorted(ends_of(trend, series, scale))
    # Where not all names have room, those of the highest and the lowest stack do.
    room = max(1, int(box.height / (1.05 * size.line)) + 1)
    ends = [ends[index] for index in thin(len(ends), room)]
    places = spread_out([y * box.height for y, *_ in ends], 1.05 * size.line, 0.0, box.height)
    for place, (_, name, color) in zip(places, ends, strict=True):
        width = _label_room([name], size)
        text = paragraph(name, width=width, points=size.text, most_lines=1)
        x = box.left - 0.35 * size.line if left else box.right + 0.35 * size.line
        y, ha = box.bottom + place - 0.3 * size.line, "right" if left else "left"
        page.small(x, y, text.lines[0], color=color, ha=ha)
    write_below(page, box, _layer_labels(depth))
    most = min(MARKS, box.height / (1.3 * size.line))
    write_beside(page, box, scale.labels(most), right=left)


def _layer_labels(depth: int) -> list[Tick]:
    """Return the numbers of the layers to label, the most important first."""
    if depth == 1:
        return [(0.5, "1")]
    step = _nice(depth)
    between = range(step, depth, step)
    numbers = [1, depth, *(n for n in between if 2 * min(n - 1, depth - n) >= step)]
    return [((number - 1) / (depth - 1), str(number)) for number in numbers]


def _nice(depth: int) -> int:
    """Return a round step that gives about five labels."""
    rough = depth / 5
    power = 10 ** max(0, floor(log10(rough))) if rough >= 1 else 1
    return int(next(power * k for k in (1, 2, 5, 10) if power * k >= rough))
