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
        left_out.append(f"Up to {percent(beyond)} of a panel's values lie beyond its axis.")
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
        told.append(words.PREDICTED)
    if content.pool == "unit" and forward:
        told.append(words.WITHIN)
    if any(layer[s].of_magnitudes for layer in layers.values() for s in signals if s in layer):
        told.append(words.TAILS)
    if captioned:
        told.append(words.FACTOR)
    if content.ensembles:
        seeds = len(content.ensembles[0].records)
        told.append(f"Drawn: seed {content.ensembles[0].spec.seed} of {seeds}; {words.RANGES}")
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
    said = [f"{name}: {words.SYMMETRIC}" for name in alike]
    if len(layout.columns) < grid.columns:
        layers = [grid.rows[0].layers[column] + 1 for column in layout.columns]
        said.append(words.left_out_layers(layers, grid.columns))
    if len(layout.rows) < len(grid.rows):
        said.append(words.left_out_rows(len(layout.rows), len(grid.rows)))
    signals = list(dict.fromkeys(grid.rows[index].signal for index in layout.rows))
    names = [second_of(content, signal).missing for signal in signals]
    if layout.numbers == "std":
        said.append(f"{words.all_of(names)} did not fit: actviz stats prints them.")
    if layout.numbers == "none":
        plain = "Mean" if names == ["The means"] else words.all_of(names)
        said.append(f"{plain} and std did not fit: actviz stats prints them.")
    if content.fates and len(signals) < len(content.signals):
        said.append("The gradients did not fit: see --signal gradient.")
    if content.fates and not told:
        said.append("What becomes of signals and gradients did not fit: see actviz stats.")
    return said
