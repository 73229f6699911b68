"""The foot of a grid: how to read what is on it, and what there was no room for."""

from collections.abc import Mapping

from actviz.format import percent
from actviz.layers.signals import FORWARD, Signal
from actviz.plot.grid.panels import shares_of
from actviz.plot.grid.plan import Plan
from actviz.plot.heights import TAIL, Place
from actviz.words import stacks as words
from actviz.words.say import say, saying


def foot_of(plan: Plan) -> str:
    """Return how to read a grid, and what it leaves out."""
    signals = {place: plan.row(place[1]).signal for place in plan.layers}
    shares = (shares_of(layer[signals[p]], plan.window) for p, layer in plan.layers.items())
    kinds = {kind for own in shares for _, kind in own}
    left_out = _left_out(plan)
    if not plan.layout.notes and (beyond := _beyond(plan, signals)) > 1e-9:
        left_out.append(say("foot.beyond", share=percent(beyond)))
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
    layers = plan.layers.values()
    if any(layer[s].of_magnitudes for layer in layers for s in signals if s in layer):
        told.append(say("foot.tails"))
    if plan.captions is not None:
        told.append(say("foot.factor"))
    if content.ensembles:
        first = content.ensembles[0]
        told.append(say("foot.seed", seed=first.spec.seed, seeds=len(first.records)))
    return told


def _beyond(plan: Plan, signals: Mapping[Place, Signal]) -> float:
    """Return the largest share of a panel's values that its axis does not reach.

    Without what a note would not tell either.
    """
    shares = [0.0]
    for place, layer in plan.layers.items():
        item = layer[signals[place]]
        shown = item.histogram.shares()[plan.window if item.of_magnitudes else slice(None)].sum()
        zeros = item.zeros / max(item.stats.count, 1) if item.of_magnitudes else 0.0
        beyond = 1.0 - float(shown) - zeros if item.stats.count else 0.0
        shares.append(beyond if not item.of_magnitudes or beyond > TAIL else 0.0)
    return max(shares)


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
    if content.fates and len(signals) < len(content.signals):
        said.append(say("foot.no_gradients"))
    if content.fates and plan.captions is None:
        said.append(say("foot.no_captions"))
    return said
