"""What is said of maps: a finding as the title, where both are kept, how to read the lines."""

from collections.abc import Collection, Mapping, Sequence
from math import isnan, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from actviz.diagnosis import calibration
from actviz.diagnosis.kept import kept
from actviz.format import percent, significant
from actviz.layers.activations import Activation
from actviz.layers.initializers import get_initializer
from actviz.sweeps.map_nets import MapNet
from actviz.sweeps.map_record import MapRecord, MapSpec, StdRange
from actviz.training.trial import INPUTS, OUTPUTS, TRAINS
from actviz.words.say import Saying, say, saying, text

#: A band whose ends are less than this factor apart is narrow.
_NARROW = 4.0

#: Characters of a title at most.
_TITLE = 55


def finding(record: MapRecord, names: Collection[str] | None = None) -> str:
    """Return one sentence of at most 55 characters, for the title.

    With names, of these activations alone: those of one page of several.
    """
    return text(_finding(record, names))


def _finding(record: MapRecord, names: Collection[str] | None) -> Saying:
    quantities, depth = record.spec.quantities, record.spec.depths[-1]
    shown = _shown(record, names)
    if len(quantities) == 1 and quantities != ("chance",):
        of = quantities[0]
        return saying(f"map.title.{of}" if _loses(record, shown) else f"map.title.{of}.all")
    bands = {one.label: record.bands[one.name][-1] for one in shown}
    if quantities == ("chance",):
        return _of_chances(record, bands, {is_judged(record, one.name) for one in shown})
    return saying(f"map.title.both.{_shape(record.spec, list(bands.values()))}", depth=depth)


def _loses(record: MapRecord, shown: Collection[Activation]) -> bool:
    """Return whether the one quantity of a map is kept at some weight stds and not at others."""
    values = np.concatenate(
        [record.of(one.name, record.spec.quantities[0]).values for one in shown]
    )
    if record.spec.quantities == ("signal",):
        return not kept(values, np.ones_like(values)).all()
    return not kept(np.ones_like(values), values).all()


def _of_chances(
    record: MapRecord, bands: Mapping[str, StdRange | None], judged: Collection[str]
) -> Saying:
    """Return who is likely to train; of what nobody judged, nothing is claimed."""
    depth = record.spec.depths[-1]
    known = [label for label, band in bands.items() if band is not None]
    if judged != {"all"}:
        unjudged = "judged" if known else "unknown" if judged == {"none"} else "judged_none"
        return saying(f"map.title.chance.{unjudged}", depth=depth)
    if known and len(known) < len(bands):
        return _only(known, depth)
    shape = _shape(record.spec, list(bands.values()))
    if any(_has_hole(one.values[-1]) for one in record.fields if one.activation.label in known):
        shape = "part"
    return saying(f"map.title.chance.{shape}", depth=depth)


def _has_hole(chances: NDArray[np.float64]) -> bool:
    """Return whether a chance is not healthy between two that are."""
    healthy = chances >= cuts()[1]
    inside = np.flatnonzero(healthy)
    return bool(inside.size) and not healthy[inside[0] : inside[-1]].all()


def _shape(spec: MapSpec, bands: Sequence[StdRange | None]) -> str:
    """Return what bands have in common: none, all of the map, most of it, or a band, if narrow."""
    known = [band for band in bands if band is not None]
    if not known:
        return "none"
    some = "_some" if len(known) < len(bands) else ""
    if all(band == (None, None) for band in known):
        return "part" if some else "all"
    if not some and all(_share(spec, band) > 0.5 for band in known):
        return "most"
    if (None, None) in known:
        return "part"
    narrow = all(low and high and high / low < _NARROW for low, high in known)
    return f"{'narrow' if narrow else 'band'}{some}"


def _share(spec: MapSpec, band: StdRange) -> float:
    """Return how much of a map's weight stds a band takes."""
    low, high = band[0] or spec.stds[0], band[1] or spec.stds[-1]
    return log(high / low) / log(spec.stds[-1] / spec.stds[0])


def _only(labels: Sequence[str], depth: int) -> Saying:
    """Return which activations alone are likely to train: by their names, where they have room."""
    only = saying("map.title.chance.only", names=labels, depth=depth)
    return only if len(text(only)) <= _TITLE else saying("map.title.chance.some", depth=depth)


def _shown(record: MapRecord, names: Collection[str] | None) -> list[Activation]:
    """Return the activations of these names, all without any."""
    return [one for one in record.spec.activations if names is None or one.name in names]


def is_judged(record: MapRecord, name: str, row: int = -1) -> Literal["all", "some", "none"]:
    """Return how much is known of an activation at a depth of the spec, the deepest."""
    if "chance" not in record.spec.quantities:
        return "all"
    unknown = np.isnan(record.of(name, "chance").values[row])
    return "none" if unknown.all() else "some" if unknown.any() else "all"


def kept_stds(
    record: MapRecord, names: Collection[str] | None = None, *, short: bool = False
) -> str:
    """Return which weight stds are healthy in the deepest stacks, activation by activation.

    With names, of these activations alone: those of one page of several. A `short` one leaves to
    the axis and the title what the numbers are.
    """
    known: list[tuple[str, Saying]] = []
    everywhere: list[str] = []
    without: dict[str, list[str]] = {"all": [], "some": [], "none": []}
    for activation in _shown(record, names):
        band = record.bands[activation.name][-1]
        if band == (None, None):
            everywhere.append(activation.label)
        elif band is not None:
            known.append((activation.label, _stds(band, record.spec)))
        else:
            without[is_judged(record, activation.name)].append(activation.label)
    if len(without["none"]) == len(_shown(record, names)):
        return say("map.kept.unknown", why=_reasons(record))
    what, by = _what(record.spec), saying("map.by")
    if short and what == "both":  # the title says of what
        what = "mean_field"
    return say(
        "map.kept",
        what=saying(f"map.what.{what}"),
        depth=record.spec.depths[-1],
        by="" if what in ("chance", "mean_field") else by,
        of="" if short else saying("map.of_std"),
        known=known,
        everywhere=everywhere,
        none=without["all"],
        partly=without["some"],
        unjudged=without["none"],
    )


def below_title(record: MapRecord, names: Collection[str], *, short: bool = False) -> str:
    """Return where these activations are healthy, and how many of their nets train, if any are."""
    healthy = kept_stds(record, names, short=short)
    nets = [] if record.nets is None else record.nets.nets
    trained = [net.trial.trains for net in nets if net.activation in names]
    if not trained:
        return healthy
    return say("map.trained", kept=healthy, train=sum(trained), nets=len(trained))


def _what(spec: MapSpec) -> str:
    """Return of what the bands are: of both, where only one of them is drawn, or of the chance."""
    if "chance" in spec.quantities:
        return "chance"
    return "both" if len(spec.quantities) > 1 else "one"


def _stds(band: StdRange, spec: MapSpec) -> Saying:
    """Return the weight stds of a band; of one that goes on beyond the map, on which side."""
    low, high = band
    first, last = _ends(low or spec.stds[0], high or spec.stds[-1])
    if low is not None and high is not None and first == last:
        return saying("map.stds.one", low=significant(low, 3))
    if high is None:
        return saying("map.stds.up", low=first)
    return saying("map.stds.to" if low is None else "map.stds", low=first, high=last)


def table_ends(band: StdRange | None, spec: MapSpec) -> tuple[str, str]:
    """Return the ends of a band for a table, those beyond the map as what they are at least."""
    if band is None:
        return "-", "-"
    low, high = band
    return (
        f"≤ {significant(spec.stds[0], 3)}" if low is None else significant(low, 3),
        f"≥ {significant(spec.stds[-1], 3)}" if high is None else significant(high, 3),
    )


def _ends(low: float, high: float) -> tuple[str, str]:
    """Return the ends of a band with as many digits, two or more, as tell them apart.

    Examples
    --------
    >>> _ends(0.0971, 0.152), _ends(0.9981, 1.012)
    (('0.097', '0.15'), ('0.998', '1.01'))
    """
    texts = ["", ""]
    for digits in (2, 3, 4):
        texts = [significant(end, digits) for end in (low, high)]
        if texts[0] != texts[1]:
            break
    return texts[0], texts[1]


def cuts() -> tuple[float, float]:
    """Return the chances below which a stack is an error, and above which it is healthy."""
    return calibration.CUTS


def foot(record: MapRecord, kinds: Collection[str]) -> tuple[str, ...]:
    """Return how to read a map, the most needed first: of lines, those of kinds that are drawn."""
    return tuple(map(text, _foot(record, kinds)))


def brief_foot(record: MapRecord, kinds: Collection[str]) -> tuple[str, ...]:
    """Return each sentence of the foot as short as it can be, "" for one that can be left out."""
    return tuple(say(f"{one.key}.brief", **one.fields) for one in _foot(record, kinds))


def _foot(record: MapRecord, kinds: Collection[str]) -> list[Saying]:
    spec = record.spec
    seeds = saying("map.done.seeds", seeds=len(spec.seeds)) if len(spec.seeds) > 1 else ""
    lines = saying("map.done.lines") if kinds and "cut" not in kinds else ""
    done = saying("map.done.simulated", samples=spec.samples, seeds=seeds, lines=lines)
    parts = [*_unknown(record), *_nets(record)]
    parts.append(done if spec.simulated else saying("map.done.theory"))
    for kind in ("critical", "reach", "level"):
        if kind in kinds:
            parts.append(saying(f"map.line.{kind}"))
    if "cut" in kinds:
        low, high = map(percent, calibration.CUTS)
        parts.append(saying("map.line.cut", low=low, high=high))
    return parts


def _nets(record: MapRecord) -> list[Saying]:
    """Return what the dots are, if nets were trained."""
    if record.nets is None:
        return []
    nets, data = record.nets, saying(f"map.data.{record.nets.data}")
    done, asked = len(nets.nets), nets.asked
    some = saying("map.done.some", done=done, asked=asked) if done < asked else ""
    ends = {"inputs": INPUTS[nets.data], "outputs": OUTPUTS}
    return [saying("map.done.nets", data=data, trains=percent(TRAINS), some=some, **ends)]


def judged_nets(record: MapRecord, names: Collection[str] | None = None) -> str:
    """Return in one line how many of the nets train, by what the judge says of their stacks."""
    assert record.nets is not None
    groups: dict[str, list[bool]] = {name: [] for name in ("healthy", "warning", "error", "none")}
    for net in record.nets.nets:
        if names is None or net.activation in names:
            groups[_judged(record, net)].append(net.trial.trains)
    parts = [
        saying(f"map.nets.{name}", train=sum(found), nets=len(found))
        for name, found in groups.items()
        if found
    ]
    return say("map.nets", data=saying(f"map.data.{record.nets.data}"), parts=parts)


def _judged(record: MapRecord, net: MapNet) -> str:
    """Return between which cuts the chance of a net's stack is, "none" if it has none."""
    spec, (low, high) = record.spec, cuts()
    at = spec.depths.index(net.depth), spec.stds.index(net.std)
    chance = float(record.of(net.activation, "chance").values[at])
    if isnan(chance):
        return "none"
    return "healthy" if chance >= high else "error" if chance < low else "warning"


def _unknown(record: MapRecord) -> list[Saying]:
    """Return why cells are hatched."""
    reasons = _reasons(record)
    return [saying("map.hatched", why=reasons)] if reasons else []


def _reasons(record: MapRecord) -> list[Saying]:
    """Return why there is no number somewhere, each reason once."""
    return [*map(saying, dict.fromkeys(why for one in record.fields for _, _, why in one.unknown))]


def alt_text(record: MapRecord, names: Collection[str] | None = None) -> str:
    """Return a map in words, or a page of these names, for readers who cannot see it."""
    spec = record.spec
    of = [saying(f"map.of.{one}") for one in spec.quantities]
    low, high = (significant(end, 2) for end in (spec.stds[0], spec.stds[-1]))
    head = say(
        "map.alt",
        of=of,
        names=[one.label for one in _shown(record, names)],
        low=low,
        high=high,
        depth=spec.depths[-1],
        width=spec.width,
        biases=_biases(spec),
    )
    found = say("alt.note", note=kept_stds(record, names))
    trained = [] if record.nets is None else [say("alt.note", note=judged_nets(record, names))]
    title = say("alt.title", title=finding(record, names))
    return "\n".join((title, head, found, *trained, *map(text, _unknown(record))))


def axis_label(spec: MapSpec) -> str:
    """Return what runs along the weight stds, and what all stacks of a map have in common."""
    return say("map.axis.std", width=spec.width, biases=_biases(spec))


def axes_label(spec: MapSpec) -> str:
    """Return the same with what runs upwards."""
    return say("map.axes", width=spec.width, biases=_biases(spec))


def _biases(spec: MapSpec) -> Saying | str:
    """Return which biases the stacks have, nothing of none."""
    return saying("map.biases", std=spec.bias_std) if spec.bias_std else ""


def marks(width: int) -> list[tuple[float, str]]:
    """Return the well-known initializers at a width, as square layers have them."""
    inits = [get_initializer(name) for name in ("std=0.01", "xavier", "he", "std=1")]
    return [(init.std(width, width), init.label) for init in inits]
