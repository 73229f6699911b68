"""plot_depth: what becomes of a signal and of its gradient from the first layer to the last.

Every stack has a panel of its mean, spread and quantiles; trends compare the stacks of an
activation on logarithmic axes, over bands of their seeds and under the lines of theory. What a
page has no room for is left out, the stacks' own panels first, and the foot says so.
"""

from collections.abc import Sequence
from dataclasses import replace

from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.facets.bands import Facet, FacetBand, bands_by_stack
from actviz.plot.facets.page import Fitted, View, fit, open_page, texts_of
from actviz.plot.facets.series import OWN, TRENDS, Panels, wanted_panels
from actviz.plot.facets.trends import (
    DepthScales,
    draw_trend_facet,
    sides_of,
    width_beside,
    with_trends,
)
from actviz.plot.heights import axis_labels
from actviz.plot.marks.fan import draw_depth
from actviz.plot.paper.page import Box, Page
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Look, Size, Theme, look_of
from actviz.plot.paper.ticks import layer_ticks, write_below, write_beside
from actviz.plot.refused import check_compared, check_ensembles
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record
from actviz.words.keys import Key, key
from actviz.words.say import say, saying
from actviz.words.told import Told, tell


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
        Of `PANEL_NAMES`: "values" (mean ± std and quantiles of every stack), and what compares
        stacks: "std" (and its within-unit part), "between" (between-unit std), "gradient" (std,
        and the median magnitude), "cosine" (mean cosine between inputs) and "rank" (effective
        rank). Default: all but "between", of several stacks without "rank" and of several
        activations without "values", as far as they fit.
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
    check_compared(records, signal)
    wanted = wanted_panels(records, signal, panels)
    check_ensembles(records, ensembles)
    told = tell(records, ensembles=ensembles, theory=theory)
    return depth_figure(told, wanted, signal, look_of(size, theme, title, font))


def depth_figure(
    told: Sequence[Told],
    wanted: Sequence[Panels],
    signal: Signal | None,
    look: Look,
    scales: DepthScales | None = None,
) -> RecordFigure:
    """Return the first of the wanted panels that fit, on scales of their own or on given ones."""
    with look.drawing(texts_of(told, look)):
        bands = with_trends(
            bands_by_stack(told, look.theme),
            [TRENDS[name] for name in wanted[0].shown if name != OWN],
            signal=signal,
            color=look.theme.ink,
            given=scales or {},
        )
        fitted = fit(
            told,
            lambda size: [_choice(told, bands, signal, choice, size) for choice in wanted],
            signal=signal or "activation",
            look=look,
        )
        page = open_page(told, fitted, look)
        _draw(page, fitted)
    return page.figure


# --- what is on the page ------------------------------------------------------------------------


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
                facet
                for facet in band.facets
                if (facet.trend.panel in trends if facet.trend else values)
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
        explained=say("explain.depth", panels=headings),
        picture="depth",
        hue="by_init",
        missing=_missing(choice.left_out),
        reading=_reading(stacks, kept, values),
        aspect=1.3,
        gutter=width_beside(texts, size) if values else 0.0,
        sides=tuple(
            sides_of([band.facets[place - len(trends)] for band in kept], size)
            for place in range(len(trends))
        ),
        gradients=any(trend.backward for trend in trends)
        and all(
            "gradient" in told.record.signals or told.record.first_nonfinite_layer
            for told in stacks
        ),
    )
    return kept, view


def _reading(stacks: Sequence[Told], bands: Sequence[FacetBand], values: bool) -> tuple[Key, ...]:
    trends = [facet.trend for band in bands for facet in band.facets if facet.trend]
    series = [one for trend in trends for one in trend.series]
    told = []
    if any(one.reach for one in series):
        told.append(key("reach"))
    elif any(value is not None for one in series for value in one.predicted):
        told.append(key("mean_field"))
    seeds = {len(told.ensemble.records) for told in stacks if told.ensemble is not None}
    if any(one.bands for one in series):
        told.append(key("seeds", seeds=max(seeds)))
    told += [key("values")] * values
    # Where no stack of a panel has a dotted line, its key is not there either.
    if any({one.sparse for one in trend.series} == {False, True} for trend in trends):
        told.append(key("sparse"))
    return tuple(told)


def _missing(left_out: Sequence[str]) -> tuple[Key, ...]:
    keys = ["panel.each_values" if name == OWN else f"panel.{name}" for name in left_out]
    return (key("no_room", panels=[saying(name) for name in keys]),) if keys else ()


# --- drawing ------------------------------------------------------------------------------------


def _draw(page: Page, fitted: Fitted) -> None:
    """Draw the stacks' own panels, and the trends that compare them."""
    for line, facet, box in fitted.facets():
        band = fitted.bands[line.band]
        if facet.trend:
            draw_trend_facet(page, facet.trend, box)
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
    # The last layer of one and the first of the next are two numbers, not one.
    write_below(page, box, layer_ticks(record.spec.depth), beyond=0.2 * page.line)
    if labelled:
        write_beside(page, box, axis_labels(record, signal))
