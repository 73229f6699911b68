"""The foot of a grid: how to read what is on it, and what there was no room for."""

from collections.abc import Mapping

from actviz.format import percent
from actviz.layers.signals import FORWARD, Signal
from actviz.plot.grid.panels import shares_of
from actviz.plot.grid.plan import Plan
from actviz.plot.grid.within import narrow_bar
from actviz.plot.heights import Place
from actviz.plot.marks.strip import LEAST_SHARE
from actviz.words import stacks as words
from actviz.words.say import say, saying


def grid_foot(plan: Plan) -> str:
    """Return how to read a grid, and what it leaves out."""
    signals = {place: plan.row(place[1]).signal for place in plan.layers}
    shares = (shares_of(layer[signals[p]], plan.window) for p, layer in plan.layers.items())
    kinds = {share.kind for own in shares for share in own}
    left_out = _left_out(plan)
    beyond = _beyond(plan, signals)
    if not plan.layout.notes and (most := max(beyond)) > 1e-9:
        left_out.append(say("foot.beyond", share=percent(most)))
    elif not kinds & {"below", "above"} and any(1e-9 < share < LEAST_SHARE for share in beyond):
        left_out.append(say("foot.tails"))
    return words.legend(
        kinds if plan.layout.notes else kinds & {"zero"},
        outlined=bool(plan.outlined),
        left_out=[*_reading(plan), *left_out],
    )


def _reading(plan: Plan) -> list[str]:
    """Return how to read what is not in every grid."""
    content = plan.content
    signals = plan.signals
    forward = bool(set(signals) & set(FORWARD))
    told = []
    if content.theory and forward:
        told.append(say("foot.predicted"))
    if content.pool == "unit" and forward:
        told.append(say("foot.within"))
        shown = (
            layer[signal]
            for place, layer in plan.layers.items()
            if (signal := plan.row(place[1]).signal) in FORWARD
        )
        if any(narrow_bar(item, content.values) for item in shown):
            told.append(say("foot.narrow"))
    if content.log_y and not content.row_scale:
        told.append(say("foot.ticks"))
    if plan.captions is not None:
        told.append(say("foot.factor"))
    if content.ensembles:
        first = content.ensembles[0]
        told.append(say("foot.seed", seed=first.spec.seed, seeds=len(first.records)))
    return told


def _beyond(plan: Plan, signals: Mapping[Place, Signal]) -> list[float]:
    """Return of each panel which share of its values its axis does not reach, after a first 0."""
    shares = [0.0]
    for place, layer in plan.layers.items():
        item = layer[signals[place]]
        shown = item.histogram.shares()[plan.window if item.of_magnitudes else slice(None)].sum()
        zeros = item.zeros / max(item.stats.count, 1) if item.of_magnitudes else 0.0
        beyond = 1.0 - float(shown) - zeros if item.stats.count else 0.0
        shares.append(beyond)
    return shares


def _left_out(plan: Plan) -> list[str]:
    grid, layout, content = plan.grid, plan.layout, plan.content
    alike = dict.fromkeys(told.name for told in grid.stacks if told.symmetric)
    said = [say("foot.symmetric", name=name) for name in alike]
    if len(layout.columns) < grid.columns:
        layers = [grid.rows[0].layers[column] + 1 for column in layout.columns]
        said.append(words.left_out_layers(layers, grid.columns))
    if len(layout.rows) < len(grid.rows):
        said.append(words.left_out_rows(len(layout.rows), len(grid.rows)))
    signals = plan.signals
    names = [saying(f"missing.{content.second(signal).kind}") for signal in signals]
    if layout.numbers == "std":
        said.append(say("foot.no_seconds", names=names))
    if layout.numbers == "none":
        said.append(say("foot.no_numbers", names=names))
    if content.courses and len(signals) < len(content.signals):
        said.append(say("foot.no_gradients"))
    if content.courses and plan.captions is None:
        said.append(say("foot.no_captions"))
    return said
