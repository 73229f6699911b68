"""The panels of a plan, each signal's on scales of their own: found here, or given from outside."""

from collections.abc import Hashable, Mapping

from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.grid.foot import outlined
from actviz.plot.grid.panels import PanelSize, panels_of
from actviz.plot.grid.plan import Plan
from actviz.plot.heights import Place, Scales, Span
from actviz.plot.marks.strip import Panel
from actviz.plot.paper.style import Size
from actviz.records.signal import LayerRecord
from actviz.words.predicted import Bars
from actviz.words.told import Told


def scale(plan: Plan, size: Size, given: Scales | None = None) -> tuple[dict[Place, Panel], Scales]:
    """Return the panels of all rows, and the scales that they are drawn on."""
    rows = range(len(plan.layout.rows))
    found: dict[Place, Panel] = {}
    spans: dict[tuple[Signal, Hashable], Span] = {}
    for signal in dict.fromkeys(plan.row(index).signal for index in rows):
        own = {k[1]: span for k, span in given.spans.items() if k[0] == signal} if given else {}
        panels, used = _panels(plan, size, signal, own)
        found |= panels
        spans |= {(signal, group): span for group, span in used.items()}
    return found, Scales(windows={0: plan.window}, spans=spans)


def _panels(
    plan: Plan, size: Size, signal: Signal, given: Mapping[Hashable, Span]
) -> tuple[dict[Place, Panel], dict[Hashable, Span]]:
    layout, content = plan.layout, plan.content
    layers = {p: x for p, x in plan.layers.items() if plan.row(p[1]).signal == signal}
    owners = {place: plan.row(place[1]).stacks[place[0]] for place in layers}
    stacks = {place: told for place, told in owners.items() if told is not None}
    return panels_of(
        layers,
        signal=signal,
        stacks=[plan.row(index).stack for index in range(len(layout.rows))],
        lefts=[column * layout.pitch for column in range(len(layout.columns))],
        room=PanelSize(
            width=layout.panel,
            height=layout.bars,
            gap=layout.pitch - layout.panel if layout.numbers != "beside" else 0.0,
            points=size.text,
            line=size.line,
        ),
        share_y=content.share_y,
        values=content.values,
        log_y=content.log_y,
        with_notes=layout.notes,
        window=plan.window,
        units=content.pool == "unit" and signal not in BACKWARD,
        lines=_lines(layers, stacks, signal),
        hollow=outlined(plan.grid, layout, layers),
        underflowed={
            place
            for place, layer in layers.items()
            if layer.layer <= (stacks[place].gradient_underflows or 0)
        },
        spans=given,
    )


def _lines(
    layers: Mapping[Place, LayerRecord], stacks: Mapping[Place, Told], signal: Signal
) -> dict[Place, Bars]:
    """Return what is predicted of the panels, as far as it was told."""
    found = {}
    for place, layer in layers.items():
        forecast = stacks[place].predicted
        if forecast is not None and (bars := forecast.bars(layer, signal)) is not None:
            found[place] = bars
    return found
