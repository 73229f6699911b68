"""Records and figures as HTML for Jupyter and marimo: the picture, and the numbers below it.

An edge: Records of all kinds and RecordFigures ask it when they are asked to show themselves. It
writes text and measures nothing; the pixels come from `actviz.plot`. Everything that a user named
is escaped.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape

from actviz.format import UNDEFINED, percent, row_of_means, significant, unbroken
from actviz.layers.signals import Signal
from actviz.numbers.stats import SignalStats
from actviz.plot.grid.view import plot_grid
from actviz.plot.paper.picture import Pixels, RecordFigure, pixels_of
from actviz.plot.paper.style import Size
from actviz.plot.paper.typeset import printable
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.sweeps.map_record import MapRecord
from actviz.sweeps.phase_record import PhaseRecord
from actviz.sweeps.record import SweepRecord
from actviz.words import stacks as words
from actviz.words.say import say
from actviz.words.sweeps import axis_tables, summary_line
from actviz.words.told import Told, tell

#: As wide as a notebook's column, as high as its rows need, and 12 CSS pixels of type.
NOTEBOOK = Size(name="notebook", width=10.0, height=None, text=9, dpi=192)

#: A longer stack shows this many layers: the first half and the last half of them.
_MOST_ROWS = 12
#: A figure of more stacks than this shows the numbers of the first ones.
MOST_STACKS = 36

#: The columns; of each is said its heading, and what a reader may want to know of it.
_COLUMNS = ("mean", "std", "min", "max", "zeros", "saturated", "within")

# Colours are the page's own, so that the table is at home on a light and on a dark one. The class
# is doubled to outweigh the striped and boxed tables of the hosts.
_STYLE = """<style>
.actviz-numbers{font-size:13px;line-height:1.45;overflow-x:auto;margin-top:.5em}
.actviz-numbers summary{cursor:pointer}
.actviz-numbers.actviz-numbers table{border-collapse:collapse;border:0;background:none;
 width:auto;table-layout:auto;margin:.5em 0 1em;font-size:inherit;color:inherit;
 font-variant-numeric:tabular-nums}
.actviz-numbers.actviz-numbers caption{caption-side:top;text-align:left;color:inherit;
 font-weight:600;padding:0 0 .3em;white-space:normal}
.actviz-numbers.actviz-numbers tr:nth-child(n){background:none;border:0}
.actviz-numbers.actviz-numbers :is(th,td){text-align:right;white-space:nowrap;background:none;
 border:0;padding:.1em 0 .1em 1em;min-width:6.4em;font-weight:normal;color:inherit;
 vertical-align:baseline}
.actviz-numbers.actviz-numbers th:first-child{padding-left:0;min-width:0}
.actviz-numbers.actviz-numbers thead th{opacity:.75;padding-bottom:.25em;
 border-bottom:1px solid currentColor}
.actviz-numbers.actviz-numbers .actviz-note{text-align:left;opacity:.75;white-space:normal;
 margin:.3em 0}
</style>"""


#: What a notebook shows.
Showing = Record | RecordFigure | SweepRecord | MapRecord | PhaseRecord


def html_of(value: Showing) -> str:
    """Return what a notebook shows of a Record, a figure, a sweep, a map or a phase diagram."""
    if isinstance(value, SweepRecord):
        return sweep_html(value)
    if isinstance(value, MapRecord | PhaseRecord):
        return "\n".join(map(figure_html, _charts(value)))
    return figure_html(value) if isinstance(value, RecordFigure) else record_html(value)


def png_of(value: Showing) -> bytes | None:
    """Return the picture of it, the first of several; None where there is none."""
    if isinstance(value, SweepRecord):
        return None
    if isinstance(value, MapRecord | PhaseRecord):
        value = _charts(value)[0]
    return pixels_of(value).png if isinstance(value, RecordFigure) else record_png(value)


def sweep_html(record: SweepRecord) -> str:
    """Return how many stacks of a sweep are healthy, and a table for each of its axes."""
    tables = (_table_of(table.heads, table.rows) for table in axis_tables(record))
    said = f"<p>{_text(summary_line(record))}</p>"
    return _page(said, "\n".join([f'<div class="actviz-numbers">{_STYLE}', *tables, "</div>"]))


def _table_of(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{_text(name)}</th>' for name in heads)
    body = (
        f'<tr><th scope="row">{_text(first)}</th>'
        f"{''.join(f'<td>{_text(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return "\n".join(
        [f"<table><thead><tr>{head}</tr></thead>", "<tbody>", *body, "</tbody></table>"]
    )


def _charts(record: MapRecord | PhaseRecord) -> list[RecordFigure]:
    # They take seaborn, which nothing else here needs.
    if isinstance(record, MapRecord):
        from actviz.plot.charts.map import plot_map

        return plot_map(record)
    from actviz.plot.charts.phase import plot_phase

    return plot_phase(record)


def figure_html(figure: RecordFigure) -> str:
    """Return the figure's picture, and below it the numbers of its stacks, if any, to unfold."""
    shown = picture_html(pixels_of(figure), figure.description)
    return _page(shown, numbers_html(figure.told, figure.signal) if figure.told else "")


def record_html(record: Record) -> str:
    """Return the record's histograms as a picture, and below it its numbers.

    Where the record cannot be drawn, the numbers stand alone and a note says why.
    """
    told = tell([record])
    try:
        shown = picture_html(_draw(record), words.alt_text(told, "activation"))
    except (ValueError, ArithmeticError, RuntimeError) as error:
        shown = f"<p>{_text(say('page.no_picture', error=error))}</p>"
    return _page(shown, numbers_html(told, "activation"))


def record_png(record: Record) -> bytes | None:
    """Return the picture of `record_html`, or None where there is none."""
    try:
        return _draw(record).png
    except (ValueError, ArithmeticError, RuntimeError):
        return None  # the page beside it says why


def _draw(record: Record) -> Pixels:
    return pixels_of(plot_grid([record], size=NOTEBOOK))


def _page(picture: str, numbers: str) -> str:
    # Hosts typeset what stands between two $ as mathematics, in a user's names too.
    return f'<div class="actviz tex2jax_ignore mathjax_ignore">\n{picture}\n{numbers}\n</div>'


def picture_html(picture: Pixels, description: str) -> str:
    """Return an image element that holds the picture itself and shrinks with the page."""
    data = b64encode(picture.png).decode("ascii")
    return (
        f'<img alt="{_text(description)}" width="{picture.width}" height="{picture.height}" '
        f'style="width:{picture.width}px;max-width:100%;height:auto" '
        f'src="data:image/png;base64,{data}">'
    )


def numbers_html(stacks: Sequence[Told], signal: Signal) -> str:
    """Return a table of statistics for each stack, its rows being layers.

    Parameters
    ----------
    stacks : sequence of Told
        One is shown unfolded, several are folded away.
    signal : {"activation", "preactivation"}
        Whose statistics.

    Notes
    -----
    A stack of more than 12 layers shows the first and the last 6, a sequence of more than 36 stacks
    the first 36; both say so.
    """
    shown = stacks[:MOST_STACKS]
    several = len(stacks) != 1
    summary = say("page.summary_of" if several else "page.summary", signal=signal, of=len(stacks))
    tables = [_table(told, signal) for told in shown]
    if len(shown) < len(stacks):
        tables.append(_note(say("page.first", shown=len(shown), of=len(stacks))))
    return "\n".join(
        [
            f'<div class="actviz-numbers">{_STYLE}',
            f"<details{' open' * (len(stacks) == 1)}>",
            f"<summary>{summary}</summary>",
            *tables,
            "</details></div>",
        ]
    )


def _table(told: Told, signal: Signal) -> str:
    layers, half = told.layers, _MOST_ROWS // 2
    left_out = layers[half:-half] if len(layers) > _MOST_ROWS else ()
    rows = list(_rows([*layers[:half], *layers[half + len(left_out) :]], signal))
    if left_out:
        rows.insert(half, _gap(left_out))
    uses = [(say(f"column.{name}"), _text(say(f"column.use.{name}"))) for name in _COLUMNS]
    head = "".join(f'<th scope="col" title="{use}">{name}</th>' for name, use in uses)
    return "\n".join(
        [
            f"<table><caption>{_text(_caption(told))}</caption>",
            f'<thead><tr><th scope="col">{say("axis.layer")}</th>{head}</tr></thead>',
            "<tbody>",
            *rows,
            "</tbody></table>",
            *_warnings(told, signal),
        ]
    )


def _caption(told: Told) -> str:
    """Return the finding, and what tells the stack from others with the same names."""
    finding = words.finding([told])
    named = say("page.caption", finding=finding, own=told.own) if told.own else finding
    return say("page.chance", finding=named, chance=told.chance) if told.chance else named


def _rows(layers: Sequence[LayerRecord], signal: Signal) -> Iterator[str]:
    stats = [layer[signal].stats for layer in layers]
    means = row_of_means([s.mean for s in stats], [s.std for s in stats], lambda text: True)
    for layer, mean, stat in zip(layers, means, stats, strict=True):
        cells = "".join(f"<td>{text}</td>" for text in (mean, *_cells(stat)))
        yield f'<tr><th scope="row">{layer.layer}</th>{cells}</tr>'


def _cells(stats: SignalStats) -> Iterator[str]:
    for value in (stats.std, stats.min, stats.max):
        yield UNDEFINED if value is None else significant(value, 3)
    for share in (stats.zero_fraction, stats.saturated_fraction):
        yield UNDEFINED if share is None else percent(share)
    within = stats.within_unit_std
    yield UNDEFINED if within is None else significant(within, 3)


def _gap(left_out: Sequence[LayerRecord]) -> str:
    text = say("page.gap", first=left_out[0].layer, last=left_out[-1].layer)
    return (
        '<tr><th scope="row">⋮</th>'
        f'<td class="actviz-note" colspan="{len(_COLUMNS)}">{text}</td></tr>'
    )


def _warnings(told: Told, signal: Signal) -> Iterator[str]:
    """Say what the columns do not: that a layer's statistics are of its finite values only."""
    for layer in told.layers:
        stats = layer[signal].stats
        if stats.nonfinite:
            share = percent(stats.nonfinite / (stats.nonfinite + stats.count))
            yield _note(say("page.not_finite", layer=layer.layer, share=share))


def _note(text: str) -> str:
    return f'<p class="actviz-note">{text}</p>'


def _text(value: object) -> str:
    return escape(unbroken(printable(str(value))))
