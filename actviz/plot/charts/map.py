"""plot_map: signal, gradient or the chance to train over weight std and depth."""

from collections.abc import Mapping, Sequence
from functools import partial
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from actviz.format import percent, power_of_ten
from actviz.plot.charts.chart import Axis, Chart, ColorKey, FieldPanel, Name, Stroke
from actviz.plot.charts.depths import nearest_rows, rows_of
from actviz.plot.charts.page import check_room, draw_pages
from actviz.plot.charts.stds import std_axis
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, look_of
from actviz.plot.paper.ticks import Tick
from actviz.sweeps.map_record import Field, MapLine, MapRecord, MapSpec
from actviz.words import charts as words
from actviz.words.say import say

#: The key of signal and gradient runs over so many decades, both ways.
_DECADES = 6.0

#: A line that leaves where it came in is drawn where it is so many cells wide or more.
_NOTCH = 2

#: How each kind of curve is drawn.
_KINDS: Mapping[str, Literal["heavy", "dashed", "thin"]] = {
    "critical": "heavy",
    "reach": "dashed",
    "level": "thin",
    "cut": "thin",
}


def plot_map(
    record: MapRecord,
    *,
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> list[RecordFigure]:
    """Return figures of a map: colours over weight std and depth, lines of mean field.

    Parameters
    ----------
    record : MapRecord
    size : str or Size
        A name of `SIZES`, or inches such as ``"10x5.6"``.
    theme : str or Theme
        A name of `THEMES`.
    title : str, optional
        Instead of the finding; "" for none.
    font : str, optional
        A font family to use before DejaVu Sans.

    Returns
    -------
    list of RecordFigure
        Pages of at most four activations, or of fewer where the size has no room.

    Raises
    ------
    SpecError
        If the size has no room.
    """
    look = look_of(size, theme, title, font)
    return draw_pages(_names(record), partial(_chart, record), look)


def check_map(
    record: MapRecord,
    *,
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> None:
    """Raise SpecError if `plot_map` would; nothing is drawn."""
    look = look_of(size, theme, title, font)
    check_room(_names(record), partial(_chart, record), look)


def _names(record: MapRecord) -> list[str]:
    return [one.name for one in record.spec.activations]


def _chart(record: MapRecord, names: Sequence[str]) -> Chart:
    spec = record.spec
    shown = [one for one in spec.activations if one.name in names]
    panels = tuple(
        tuple(_panel(record, record.of(one.name, quantity)) for one in shown)
        for quantity in spec.quantities
    )
    keys = [(one.name, quantity) for one in shown for quantity in spec.quantities]
    kinds = {curve.kind for key in keys for curve in _drawn(record, *key)}
    return Chart(
        title=words.finding(record, names),
        subtitle=words.below_title(record, names),
        short=words.below_title(record, names, short=True),
        foot=words.foot(record, kinds),
        brief=words.brief_foot(record, kinds),
        description=words.alt_text(record, names),
        rows=tuple(
            Name(text=say(f"map.of.{one}"), told=say(f"map.told.{one}")) for one in spec.quantities
        ),
        columns=tuple(Name(text=one.label, activation=one.name) for one in shown),
        panels=panels,
        x=std_axis(spec.stds, spec.width, words.axis_label(spec)),
        y=Axis(
            values=rows_of(spec.depths),
            ticks=_depths(spec.depths),
            label=say("map.axis.depth"),
        ),
        axes=words.axes_label(spec),
        key=_key_of_chance() if "chance" in spec.quantities else _key(),
    )


def _panel(record: MapRecord, field: Field) -> FieldPanel:
    curves = _drawn(record, field.activation.name, field.quantity)
    values = field.values
    if field.quantity != "chance":
        with np.errstate(divide="ignore"):
            values = np.log10(values)
    depths = record.spec.depths
    values = nearest_rows(values, depths, rows_of(depths))
    strokes = tuple(map(_stroke, curves))
    # A net is one of few, and says what no other does; of a line there is enough beside it.
    return FieldPanel(values=values, strokes=strokes, dots=_dots(record, field), over=True)


def _drawn(record: MapRecord, activation: str, quantity: str) -> list[MapLine]:
    """Return the lines over a field that are drawn: all that are seen for what they are.

    One that comes in above and leaves above again, nowhere so wide as cells show anything, would be
    a mark that means nothing: SELU's six scales do at 50 layers.
    """
    curves = record.curves.get((activation, quantity), ())
    return [curve for curve in curves if not _is_notch(record.spec, curve)]


def _is_notch(spec: MapSpec, curve: MapLine) -> bool:
    stds, depths = curve.points.T
    inside = depths <= spec.depths[-1]
    if inside[0] or inside[-1] or not inside.any():
        return False
    cell = (spec.stds[-1] / spec.stds[0]) ** (1 / (len(spec.stds) - 1))
    return bool(stds[inside].max() / stds[inside].min() < cell**_NOTCH)


def _dots(record: MapRecord, field: Field) -> NDArray[np.float64]:
    """Return a dot for each net that was trained: a chance of 1 where it trains, else of 0."""
    nets = record.nets.nets if record.nets is not None and field.quantity == "chance" else ()
    found = [
        (net.std, net.depth, float(net.trial.trains))
        for net in nets
        if net.activation == field.activation.name
    ]
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def _stroke(curve: MapLine) -> Stroke:
    label = say("map.critical") if curve.kind == "critical" else ""
    return Stroke(kind=_KINDS[curve.kind], points=curve.points, label=label)


def _key() -> ColorKey:
    ends = (-_DECADES, _DECADES)
    return ColorKey(
        kind="diverging",
        low=ends[0],
        high=ends[1],
        ticks=tuple((float(n), power_of_ten(n)) for n in (0, -6, 6, -3, 3)),
        lines=(-3.0, 3.0),
        words=(
            (-inf, -_DECADES + 1.5, say("map.word.low")),
            (-0.75, 0.75, say("map.word.kept")),
            (_DECADES - 1.5, inf, say("map.word.high")),
        ),
    )


def _key_of_chance() -> ColorKey:
    low, high = words.cuts()
    return ColorKey(
        kind="sequential",
        low=0.0,
        high=1.0,
        ticks=tuple((value, percent(value)) for value in (high, low, 1.0, 0.0, 0.5)),
        lines=(low, high),
        words=((high, 1.0, say("map.word.trains")),),
        by_activation=True,
    )


def _depths(depths: Sequence[int]) -> tuple[Tick, ...]:
    first, last = depths[0], depths[-1]
    middle = [depth for depth in (round(last / 2),) if first < depth < last]
    return tuple((float(depth), str(depth)) for depth in (last, first, *middle))
