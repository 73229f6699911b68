"""The panels of a plan, each signal's on scales of their own: found here, or given from outside."""

from collections.abc import Hashable, Mapping

from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.grid.panels import PanelSize, panels_of
from actviz.plot.grid.plan import Plan
from actviz.plot.heights import Heights, Place, Scales, Span
from actviz.plot.marks.strip import Panel


def scale(plan: Plan, given: Scales | None = None) -> tuple[dict[Place, Panel], Scales]:
    """Return the panels of all rows, and the scales that they are drawn on."""
    found: dict[Place, Panel] = {}
    spans: dict[tuple[Signal, Hashable], Span] = {}
    for signal in plan.signals:
        own = {k[1]: span for k, span in given.spans.items() if k[0] == signal} if given else {}
        panels, used = _panels(plan, signal, own)
        found |= panels
        spans |= {(signal, group): span for group, span in used.items()}
    return found, Scales(windows={0: plan.window}, spans=spans)


def _panels(
    plan: Plan, signal: Signal, given: Mapping[Hashable, Span]
) -> tuple[dict[Place, Panel], dict[Hashable, Span]]:
    layout, content, size = plan.layout, plan.content, plan.size
    layers = {p: x for p, x in plan.layers.items() if plan.row(p[1]).signal == signal}
    forecasts = {p: told for p in layers if (told := plan.told(p).predicted) is not None}
    predicted = {p: forecast.bars(layers[p], signal) for p, forecast in forecasts.items()}
    return panels_of(
        layers,
        Heights(
            signal=signal,
            share_y=content.share_y,
            values=content.values,
            log_y=content.log_y,
        ),
        stacks=[plan.row(index).stack for index in range(len(layout.rows))],
        lefts=[column * layout.pitch for column in range(len(layout.columns))],
        room=PanelSize(
            width=layout.panel,
            height=layout.bars,
            points=size.text,
            line=size.line,
        ),
        with_notes=layout.notes,
        window=plan.window,
        units=content.pool == "unit" and signal not in BACKWARD,
        lines={p: bars for p, bars in predicted.items() if bars is not None},
        hollow=plan.outlined,
        underflowed={
            place
            for place, layer in layers.items()
            if layer.layer <= (plan.told(place).gradient_underflows or 0)
        },
        spans=given,
        spread={
            place: shares
            for place, layer in layers.items()
            if (ensemble := plan.told(place).ensemble) is not None
            and (shares := ensemble.bin_shares(layer.layer, signal)) is not None
        },
    )
