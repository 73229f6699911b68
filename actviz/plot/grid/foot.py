"""The foot of a grid: how to read what is on it, and what there was no room for."""

from actviz.format import percent
from actviz.layers.signals import FORWARD, Signal
from actviz.plot.grid.arrange import Grid
from actviz.plot.grid.content import Content
from actviz.plot.grid.layout import GridLayout
from actviz.plot.grid.numbers import second_of
from actviz.plot.grid.panels import shares_of
from actviz.plot.heights import TAIL, Place
from actviz.records.signal import LayerRecord
from actviz.words import stacks as words
from actviz.words.say import say, saying


def outlined(grid: Grid, layout: GridLayout, layers: dict[Place, LayerRecord]) -> set[Place]:
    """Return the places of the panels whose layers' units hardly vary over the inputs."""
    found = set()
    for place, layer in layers.items():
        row = grid.rows[layout.rows[place[1]]]
        told = row.stacks[place[0]]
        if row.signal in FORWARD and told is not None and layer.layer in told.alike:
            found.add(place)
    return found


def foot_of(
    grid: Grid,
    layout: GridLayout,
    layers: dict[Place, LayerRecord],
    content: Content,
    window: slice,
    *,
    told: bool,
) -> str:
    """Return how to read a grid, and what it leaves out; `told` says whether it has captions."""
    signals = {place: grid.rows[layout.rows[place[1]]].signal for place in layers}
    shares = {place: shares_of(layer[signals[place]], window) for place, layer in layers.items()}
    kinds = {kind for own in shares.values() for _, kind in own}
    hollow = outlined(grid, layout, layers)
    left_out = _left_out(grid, layout, content, told=told)
    if not layout.notes and (beyond := _beyond(layers, signals, window)) > 1e-9:
        left_out.append(say("foot.beyond", share=percent(beyond)))
    return words.legend(
        kinds if layout.notes else kinds & {"zero"},
        outlined=bool(hollow),
        left_out=[*_reading(grid, layout, layers, content, captioned=told), *left_out],
    )


def _reading(
    grid: Grid,
    layout: GridLayout,
    layers: dict[Place, LayerRecord],
    content: Content,
    *,
    captioned: bool,
) -> list[str]:
    """Return how to read what is not in every grid."""
    signals = {grid.rows[index].signal for index in layout.rows}
    forward = bool(signals & set(FORWARD))
    told = []
    if content.theory and forward:
        told.append(say("foot.predicted"))
    if content.pool == "unit" and forward:
        told.append(say("foot.within"))
    if any(layer[s].of_magnitudes for layer in layers.values() for s in signals if s in layer):
        told.append(say("foot.tails"))
    if captioned:
        told.append(say("foot.factor"))
    if content.ensembles:
        first = content.ensembles[0]
        told.append(say("foot.seed", seed=first.spec.seed, seeds=len(first.records)))
    return told


def _beyond(layers: dict[Place, LayerRecord], signals: dict[Place, Signal], window: slice) -> float:
    """Return the largest share of a panel's values that its axis does not reach.

    Without what a note would not tell either.
    """
    shares = [0.0]
    for place, layer in layers.items():
        item = layer[signals[place]]
        shown = item.histogram.shares()[window if item.of_magnitudes else slice(None)].sum()
        zeros = item.zeros / max(item.stats.count, 1) if item.of_magnitudes else 0.0
        beyond = 1.0 - float(shown) - zeros if item.stats.count else 0.0
        shares.append(beyond if not item.of_magnitudes or beyond > TAIL else 0.0)
    return max(shares)


def _left_out(grid: Grid, layout: GridLayout, content: Content, *, told: bool) -> list[str]:
    alike = dict.fromkeys(told.name for told in grid.stacks if told.symmetric)
    said = [say("foot.symmetric", name=name) for name in alike]
    if len(layout.columns) < grid.columns:
        layers = [grid.rows[0].layers[column] + 1 for column in layout.columns]
        said.append(words.left_out_layers(layers, grid.columns))
    if len(layout.rows) < len(grid.rows):
        said.append(words.left_out_rows(len(layout.rows), len(grid.rows)))
    signals = list(dict.fromkeys(grid.rows[index].signal for index in layout.rows))
    names = [saying(f"missing.{second_of(content, signal).kind}") for signal in signals]
    if layout.numbers == "std":
        said.append(say("foot.no_seconds", names=names))
    if layout.numbers == "none":
        said.append(say("foot.no_numbers", names=names))
    if content.fates and len(signals) < len(content.signals):
        said.append(say("foot.no_gradients"))
    if content.fates and not told:
        said.append(say("foot.no_captions"))
    return said
