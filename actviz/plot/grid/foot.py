"""The foot of a grid: what there was no room for, and how to read what is on it."""

from actviz.format import percent
from actviz.layers.signals import BACKWARD, FORWARD
from actviz.plot.grid.panels import shares_of
from actviz.plot.grid.plan import Plan
from actviz.plot.grid.within import narrow_bar
from actviz.plot.marks.shares import ALARMING, CHANGE, LEAST_SHARE
from actviz.plot.paper.style import STAGE
from actviz.words import stacks as words
from actviz.words.keys import Key, foot_of, key
from actviz.words.say import Saying, say, saying


def grid_foot(plan: Plan, *, cut: bool) -> str:
    """Return what stands at the foot: as many keys as a line holds, on a stage none.

    The others are in what a picture says of itself. `cut`: see `grid_keys`.
    """
    size = plan.size
    width = size.width - 2 * size.margin
    keys = [] if size.name == STAGE else grid_keys(plan, cut=cut)
    return foot_of(keys, lambda text: size.width_of(text) <= width)


def grid_keys(plan: Plan, *, cut: bool) -> list[Key]:
    """Return what a grid leaves out, and how to read it, the most important first.

    `cut` says whether a panel says how much higher than its scale a histogram would go.
    """
    asked = [*_missing(plan), _histograms(plan), *_asked(plan, cut)]
    return [*asked, *_marks(plan), *_reading(plan)]


def _missing(plan: Plan) -> list[Key]:
    """Return what there was no room for."""
    grid, layout, content = plan.grid, plan.layout, plan.content
    signals = plan.signals
    said = []
    if len(layout.rows) < len(grid.rows):
        said.append(key("left_rows", shown=len(layout.rows), of=len(grid.rows)))
    if len(layout.columns) < grid.columns:
        layers = [grid.rows[0].layers[column] + 1 for column in layout.columns]
        said.append(key("left_layers", layers=layers, depth=grid.columns))
    if content.courses and len(signals) < len(content.signals):
        said.append(key("no_gradients"))
    if content.courses and plan.captions is None:
        said.append(key("no_captions"))
    seconds = [content.second(signal).kind for signal in signals]
    names = [saying(f"missing.{kind}") for kind in dict.fromkeys(seconds)]
    if layout.numbers == "none":
        said.append(key("no_numbers", names=names))
    elif layout.numbers == "std":
        asked = content.ensembles is not None or "unit" in seconds
        said.append(key("no_asked" if asked else "no_seconds", names=names))
    most = max(_beyond(plan))
    if not layout.notes and most >= LEAST_SHARE:
        said.append(key("off_axis", share=percent(most)))
    return said


def _histograms(plan: Plan) -> Key:
    """Return what is drawn; what is as always is said in a sentence alone."""
    content, signals = plan.content, plan.signals
    of_magnitudes = any(layer[s].of_magnitudes for s, layer in plan.shown)
    decade: Saying | str = ""
    if of_magnitudes and content.values == "density":
        decade = saying("grid.decade" if signals[0] in BACKWARD else "grid.decade_below")
    height = {
        "values": saying(f"grid.values.{content.values}"),
        "log": content.log_y,
        "scale": saying(f"grid.scale.{content.share_y}"),
    }
    vertical = say("grid.vertical", **height, decade=decade)
    sentence = words.histograms_of_all(signals, of_magnitudes, vertical)
    sentence = sentence[0].upper() + sentence[1:]
    usual = content.values == "density" and content.share_y == "row" and not content.log_y
    return key("histograms" if usual else "histograms_as", sentence=sentence, **height)


def _marks(plan: Plan) -> list[Key]:
    """Return what the marks mean that are drawn."""
    kinds = {share.kind for s, layer in plan.shown for share in shares_of(layer[s], plan.window)}
    said = []
    alike = dict.fromkeys(told.name for told in plan.drawn if told.symmetric)
    said += [key("symmetric", name=name) for name in alike]
    if plan.outlined:
        said.append(key("outlined"))
    if "zero" in kinds:
        said.append(key("noted_stem", change=percent(CHANGE)))
    if plan.layout.notes:
        if kinds & {"below", "above"}:
            said.append(key("noted_beyond", least=percent(LEAST_SHARE), alarming=percent(ALARMING)))
        named = {"nonfinite": "nonfinite", "none": "all_zero", "underflow": "underflow"}
        said += [key(name) for kind, name in named.items() if kind in kinds]
    if not kinds & {"below", "above"} and any(0 < x < LEAST_SHARE for x in _beyond(plan)):
        said.append(key("tails", least=percent(LEAST_SHARE)))
    return said


def _asked(plan: Plan, cut: bool) -> list[Key]:
    """Return how to read what is there where it was asked for: several seeds, each unit."""
    content = plan.content
    forward = [layer[signal] for signal, layer in plan.shown if signal in FORWARD]
    told = []
    if content.ensembles:
        first = content.ensembles[0]
        told.append(key("seed", seed=first.spec.seed, seeds=len(first.records)))
    if content.pool == "unit" and forward:
        told.append(key("within"))
        if cut:
            told.append(key("above_scale"))
        if any(narrow_bar(item, content.values) for item in forward):
            told.append(key("narrow"))
    return told


def _reading(plan: Plan) -> list[Key]:
    """Return what the lines are, and the numbers in words."""
    content = plan.content
    told = []
    forward = any(signal in FORWARD for signal in plan.signals)
    if any(one.predicted is not None for one in plan.drawn) and forward:
        told.append(key("line"))
    if content.log_y and not content.row_scale:
        told.append(key("powers"))
    if content.courses and plan.captions is not None:
        told.append(key("factor"))
    return told


def _beyond(plan: Plan) -> list[float]:
    """Return of each panel which share of its values its axis does not reach, after a first 0."""
    shares = [0.0]
    for signal, layer in plan.shown:
        item = layer[signal]
        shown = item.histogram.shares()[plan.window if item.of_magnitudes else slice(None)].sum()
        zeros = item.zeros / max(item.stats.count, 1) if item.of_magnitudes else 0.0
        beyond = 1.0 - float(shown) - zeros if item.stats.count else 0.0
        shares.append(beyond if beyond > 1e-9 else 0.0)
    return shares
