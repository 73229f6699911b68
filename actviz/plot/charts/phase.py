"""plot_phase: the order/chaos diagram, mean field as colours over weight and bias std."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import inf, log, log10

import numpy as np
from numpy.typing import NDArray

from actviz.format import axis_number
from actviz.plot.charts.chart import Axis, Chart, ColorKey, FieldPanel, Name, Stroke
from actviz.plot.charts.page import check_room, draw_pages
from actviz.plot.charts.stds import std_axis
from actviz.plot.paper.picture import RecordFigure
from actviz.plot.paper.style import Size, Theme, look_of
from actviz.plot.paper.ticks import Tick
from actviz.sweeps.phase_record import (
    Numbers,
    PhaseLine,
    PhaseQuantity,
    PhaseRecord,
    Plane,
)
from actviz.words import phase as words
from actviz.words.say import say

#: A line runs along another where it is nowhere further from it than this share of the axis.
_ALONG = 0.015


def plot_phase(
    record: PhaseRecord,
    *,
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> list[RecordFigure]:
    """Return figures of a phase diagram: mean field's colours and lines, and simulated dots.

    Parameters
    ----------
    record : PhaseRecord
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
    return draw_pages(record.planes, partial(_chart_of, record), look)


def check_phase(
    record: PhaseRecord,
    *,
    size: str | Size = "slide",
    theme: str | Theme = "light",
    title: str | None = None,
    font: str | None = None,
) -> None:
    """Raise SpecError if `plot_phase` would; nothing is drawn."""
    look = look_of(size, theme, title, font)
    check_room(record.planes, partial(_chart_of, record), look)


def _chart_of(record: PhaseRecord, planes: Sequence[Plane]) -> Chart:
    return _chart(replace(record, planes=tuple(_with_lines_apart(record, one) for one in planes)))


def _with_lines_apart(record: PhaseRecord, plane: Plane) -> Plane:
    """Return a plane without the lines of a size that run along χ = 1, which would widen its own.

    As 10 does where signals of that size rest just below the weight std from which they grow
    without end.
    """
    critical, stds = plane.critical, record.spec.stds
    if critical is None:
        return plane
    near = _ALONG * log(stds[-1] / stds[0])

    def is_along(line: PhaseLine) -> bool:
        ats, biases = line.points.T
        edge = np.interp(biases, critical.points[:, 1], critical.points[:, 0])
        return line.kind == "level" and bool((np.abs(np.log(ats / edge)) < near).all())

    return replace(plane, lines=tuple(line for line in plane.lines if not is_along(line)))


def _chart(record: PhaseRecord) -> Chart:
    spec = record.spec
    kinds = {line.kind for plane in record.planes for line in plane.lines}
    return Chart(
        title=words.finding(record),
        subtitle=words.below_title(record),
        short=words.below_title(record, short=True),
        foot=words.foot(record, kinds),
        brief=words.brief_foot(record, kinds),
        description=words.alt_text(record),
        rows=(
            Name(
                text=say(f"phase.of.{spec.quantity}"),
                told=say(f"phase.told.{spec.quantity}"),
            ),
        ),
        columns=tuple(
            Name(text=plane.activation.label, activation=plane.activation.name)
            for plane in record.planes
        ),
        panels=(tuple(_panel(record, plane) for plane in record.planes),),
        x=std_axis(spec.stds, spec.width, say("phase.axis.std", width=spec.width)),
        y=Axis(values=spec.biases, ticks=_ticks(spec.biases), label=say("phase.axis.bias")),
        axes=say("phase.axes", width=spec.width),
        key=_key(spec.quantity, words.levels(record)),
    )


def _panel(record: PhaseRecord, plane: Plane) -> FieldPanel:
    spec = record.spec
    stds, biases = np.meshgrid(spec.dot_stds, spec.dot_biases)
    found = _in_key(spec.quantity, plane.found)
    dots = np.column_stack([stds.ravel(), biases.ravel(), found.ravel()])
    return FieldPanel(
        values=_in_key(spec.quantity, plane.values),
        strokes=tuple(_stroke(line) for line in plane.lines),
        dots=dots[~np.isnan(dots[:, 2])],
        words=_sides(plane) if spec.quantity == "gradient" else {},
    )


def _sides(plane: Plane) -> dict[str, NDArray[np.bool_]]:
    """Return what the sides of χ = 1 are called, and where each is.

    Beyond it there is chaos where a signal comes to rest, and two inputs come apart. Where it grows
    without end, as ReLU's does, they do not.
    """
    beyond, endless = plane.chi > 1, np.isinf(plane.q_star)
    return {
        say("phase.word.order"): plane.chi < 1,
        say("phase.word.chaos"): beyond & ~endless,
        say("phase.word.explode"): beyond & endless,
    }


def _in_key(quantity: PhaseQuantity, values: Numbers) -> Numbers:
    """Return numbers as the key has them: of a cosine what it lacks, so that alike is pale."""
    if quantity == "cosine":
        return np.asarray(1.0 - values)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(values))


def _stroke(line: PhaseLine) -> Stroke:
    if line.kind == "critical":
        return Stroke(kind="heavy", points=line.points, label=say("phase.critical"))
    if line.kind == "reach" and line.level is not None:
        return Stroke(kind="dashed", points=line.points, label=axis_number(line.level))
    return Stroke(kind="thin", points=line.points)


def _ticks(biases: Sequence[float]) -> tuple[Tick, ...]:
    """Return both ends and the middle."""
    ends = dict.fromkeys((biases[-1], biases[0], (biases[0] + biases[-1]) / 2))
    return tuple((float(bias), axis_number(bias)) for bias in ends)


def _key(quantity: PhaseQuantity, levels: Sequence[float]) -> ColorKey:
    if quantity == "gradient":
        return ColorKey(
            kind="diverging",
            low=-1.0,
            high=1.0,
            ticks=tuple((float(log), f"×{axis_number(10.0**log)}") for log in (0, -1, 1)),
            words=(
                (-inf, -0.5, say("phase.word.vanish")),
                (0.5, inf, say("phase.word.explode")),
            ),
        )
    if quantity == "cosine":
        return ColorKey(
            kind="sequential",
            low=0.0,
            high=1.0,
            ticks=((0.0, "1"), (1.0, "0"), (0.5, "0.5")),
            words=(
                (-inf, 0.1, say("phase.word.cosine.high")),
                (0.8, inf, say("phase.word.cosine.low")),
            ),
            by_activation=True,
        )
    return ColorKey(
        kind="diverging",
        low=-2.0,
        high=2.0,
        ticks=tuple((float(log), axis_number(10.0**log)) for log in (0, -2, 2, -1, 1)),
        lines=tuple(map(log10, levels)),
        words=(
            (-inf, -1.9, say("phase.word.scale.low")),
            (4.0, inf, say("phase.word.scale.high")),
        ),
    )
