"""plot_trainability: how far nets were trained, over the variance of their weights and depth."""

from math import inf

import numpy as np
from numpy.typing import NDArray

from actviz.format import axis_number, percent
from actviz.plot.charts.chart import Axis, Chart, ColorKey, FieldPanel, Name, Stroke
from actviz.plot.charts.depths import nearest_rows
from actviz.plot.charts.page import draw_chart
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, look_of
from actviz.sweeps.trainability import TrainabilityRecord
from actviz.training.trial import GUESS, TRAINS
from actviz.words import trainability as words
from actviz.words.say import say

#: The initializers whose variance times fan_in is the same in square layers of any width.
_MARKS = ((1.0, "Xavier"), (2.0, "He"))


def plot_trainability(
    record: TrainabilityRecord,
    *,
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> RecordFigure:
    """Return a figure of trained nets: their accuracy as colours, mean field's 6 ξ as a line.

    Parameters
    ----------
    record : TrainabilityRecord
    size : str or Size
        A name of `SIZES`, or inches such as ``"10x5.6"``.
    theme : str or Theme
        A name of `THEMES`.
    title : str, optional
        Instead of the finding; "" for none.
    font : str, optional
        A font family to use before DejaVu Sans.

    Raises
    ------
    SpecError
        If the size has no room.
    """
    return draw_chart(_chart(record), look_of(size, theme, title, font))


def _chart(record: TrainabilityRecord) -> Chart:
    activation, weights, deepest = record.rows.activation, record.sigma_w2, record.depths[-1]
    layers = tuple(map(float, range(1, deepest + 1)))
    values = nearest_rows(record.accuracy, record.depths, layers)
    reach = tuple(
        Stroke(kind="dashed", points=_up_to(deepest, curve.points), label=say("nets.reach"))
        for curve in record.curves
    )
    ends = np.array([(record.critical, layer) for layer in (layers[0], layers[-1])])
    critical = Stroke(kind="heavy", points=ends, label=say("map.critical"))
    ticks = (deepest, *record.depths[:1], round(deepest / 2))
    return Chart(
        title=words.finding(),
        subtitle=words.nets_within_reach(record),
        foot=words.foot(record),
        brief=words.brief_foot(record),
        description=words.alt_text(record),
        rows=(Name(text=say("nets.of"), told=say("nets.told")),),
        columns=(Name(text=activation.label, activation=activation.name),),
        panels=((FieldPanel(values=values, strokes=(critical, *reach)),),),
        x=Axis(
            values=weights,
            ticks=tuple(
                (float(n), axis_number(float(n)))
                for n in range(int(np.ceil(weights[0])), int(weights[-1]) + 1)
            ),
            marks=tuple((at, name, name) for at, name in _MARKS),
            label=say("nets.axis.weight"),
        ),
        y=Axis(
            values=layers,
            ticks=tuple((float(n), str(n)) for n in ticks),
            label=say("map.axis.depth"),
        ),
        axes=say("nets.axes"),
        key=ColorKey(
            kind="sequential",
            low=GUESS,
            high=TRAINS,
            ticks=(
                (TRAINS, say("nets.key.trains", share=percent(TRAINS))),
                (GUESS, percent(GUESS)),
                (0.45, percent(0.45)),
            ),
            words=((TRAINS, inf, say("map.word.trains")),),
            by_activation=True,
        ),
    )


def _up_to(deepest: int, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a line from below to where it leaves the field."""
    rising = points[np.argsort(points[:, 1])]
    top = deepest + 0.5
    at = float(np.interp(top, rising[:, 1], rising[:, 0]))
    return np.vstack([rising[rising[:, 1] < top], (at, top)])
