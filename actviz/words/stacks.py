"""What a figure says: the finding as its title, what was done, how to read it, and an alt text.

Sentences are made from what is told of stacks; nothing is measured, judged or drawn here.
"""

from collections.abc import Mapping, Sequence

from actviz.diagnosis.verdict import Fate, Trend
from actviz.format import percent, significant
from actviz.layers.signals import BACKWARD, Signal
from actviz.records.recorded_spec import RecordedSpec
from actviz.words.specs import setting
from actviz.words.told import Told

#: What one initializer does, and what several do.
_VERBS = {
    Fate.OVERFLOWS: ("overflows", "overflow"),
    Fate.SYMMETRIC: ("keeps all units alike", "keep all units alike"),
    Fate.SATURATES: ("saturates", "saturate"),
    Fate.EXPLODES: ("explodes", "explode"),
    Fate.FADES: ("fades away", "fade away"),
    Fate.COLLAPSES: ("makes all inputs alike", "make all inputs alike"),
    Fate.KEPT: ("keeps the signal", "keep the signal"),
}

_SIGNALS: Mapping[Signal, str] = {
    "activation": "activations",
    "preactivation": "preactivations x @ W + b",
    "gradient": "gradients with respect to the preactivations",
    "activation_gradient": "gradients with respect to the activations",
    "weight_gradient": "gradients with respect to the weights",
}

_KINDS = {
    "zero": "Stem: share exactly 0.",
    "below": "◂ ▸ share beyond the axis.",
    "above": "◂ ▸ share beyond the axis.",
    "nonfinite": "inf: share that is infinite or NaN; a simulation stops there.",
    "none": "All 0: every value is exactly 0.",
    "underflow": "Underflow: too small for the numbers' type.",
}


#: What `actviz.diagnosis.verdict.collapsed` means.
COLLAPSED = "the units hardly vary over the inputs (within-unit std ≤ 10% of std)."

#: What `actviz.diagnosis.verdict.symmetric` means, of all layers of a stack.
SYMMETRIC = "in every layer all units are the same (between-unit std 0)."

#: How to read what some grids have.
PREDICTED = "Line: predicted for infinite width."
WITHIN = "Solid: about each unit's own mean (pale: pooled), cut at the scale; ▴: by how much."
TAILS = "Less than 1% left of a |gradient| axis is not marked."
FACTOR = "Gradient ×: its std in a layer over that in the next, on average."
RANGES = "range: 5 to 95% of the seeds."

#: What kind of picture a grid is.
GRID = "Grid of histograms"

#: More stacks of one activation than this are counted in a title, not named.
_MOST_NAMED = 5


def finding(stacks: Sequence[Told], *, gradients: bool = False) -> str:
    """Return one sentence with what the stacks show, for the title; of gradients if they do."""
    return f"{_of_signals(stacks)}{f'; {_of_gradients(stacks)}' if gradients else ''}"


#: Where the gradient is a number, its factor is said of it.
_NUMBERED = (Trend.KEPT, Trend.VANISHES, Trend.EXPLODES)


def _of_gradients(stacks: Sequence[Told]) -> str:
    """Return what becomes of the gradients, as half of a sentence."""
    if len(stacks) == 1:
        (told,) = stacks
        numbered = told.factor is not None and told.trend in _NUMBERED
        return f"the gradient {told.trend}{f' ({told.gradient})' * numbered}"
    groups: dict[Trend, list[Told]] = {}
    for told in stacks:
        groups.setdefault(told.trend, []).append(told)
    if groups.keys() == {Trend.KEPT}:
        return "gradients keep their scale"
    groups.pop(Trend.KEPT, None)
    names = {told.spec.activation.name for told in stacks}
    if len(names) == 1 and len(stacks) <= _MOST_NAMED and not _disagree(stacks):
        parts = [
            f"{_TRENDS[what]} under {listed([told.spec.label for told in found])}"
            for what, found in groups.items()
        ]
        return f"gradients {', '.join(parts)}"
    parts = [f"{_TRENDS[what]} in {len(found)}" for what, found in groups.items()]
    return f"gradients {listed([f'{parts[0]} of {len(stacks)}', *parts[1:]])}"


#: What several gradients do.
_TRENDS = {
    Trend.ABSENT: "are not reached",
    Trend.OVERFLOWS: "overflow",
    Trend.ZERO: "are 0",
    Trend.UNDERFLOWS: "underflow",
    Trend.VANISHES: "vanish",
    Trend.EXPLODES: "explode",
}


def _of_signals(stacks: Sequence[Told]) -> str:
    names = list(dict.fromkeys(told.spec.activation.label for told in stacks))
    if len(stacks) == 1:
        return _single(stacks[0])
    if len(names) == 1:
        return f"{names[0]}: {_by_fate(stacks)}"
    kept = {name: [one for one in _of(stacks, name) if one.fate is Fate.KEPT] for name in names}
    tried = {len(_of(stacks, name)) for name in names}
    if len(tried) == 1 and len(names) <= 4 and max(tried) <= 6 and not _disagree(stacks):
        return _survivors(kept, max(tried))
    survivors = sum(map(len, kept.values()))
    their = "keeps its" if survivors == 1 else "keep their"
    return f"{survivors} of {len(stacks)} stacks {their} signal"


def _of(stacks: Sequence[Told], name: str) -> list[Told]:
    return [told for told in stacks if told.spec.activation.label == name]


def _disagree(stacks: Sequence[Told]) -> bool:
    """Return whether one activation and initializer have several fates, as with several seeds."""
    found = {(told.spec.activation.label, told.spec.label, told.fate) for told in stacks}
    return len({one[:2] for one in found}) < len(found)


def _single(told: Told) -> str:
    last, what, name = told.layers[-1], told.fate, told.name
    stats = last["activation"].stats
    if what is Fate.COLLAPSES and stats.constant:
        return f"{name}: every unit gives the same constant"
    if what is Fate.COLLAPSES:
        return f"{name}: by layer {last.layer} all inputs give nearly the same output"
    if what is Fate.SYMMETRIC:
        return f"{name}: all units of a layer are one and the same"
    if what is Fate.OVERFLOWS and isinstance(told.spec, RecordedSpec):
        return f"{name}: layer {told.record.first_nonfinite_layer} has values that are not finite"
    if what is Fate.OVERFLOWS:
        return f"{name}: the signal overflows in layer {told.record.first_nonfinite_layer}"
    if what is Fate.SATURATES:
        most = percent(stats.saturated_fraction or 0.0)
        return f"{name}: {most} of the activations are saturated in layer {last.layer}"
    if what is Fate.KEPT:
        count = len(told.layers)
        return f"{name}: the signal keeps its scale through {count} layer{'s' * (count > 1)}"
    first = told.layers[0]["activation"].stats
    return (
        f"{name}: the signal {what}, from std {significant(first.std or 0, 2)} "
        f"to {significant(stats.std or 0, 2)}"
    )


def _by_fate(stacks: Sequence[Told]) -> str:
    groups: dict[Fate, list[str]] = {}
    for told in stacks:
        groups.setdefault(told.fate, []).append(told.spec.label)
    if len(stacks) > _MOST_NAMED or _disagree(stacks):
        counts = sorted(groups.items(), key=lambda item: (item[0] is not Fate.KEPT, -len(item[1])))
        (best, labels), *rest = counts
        head = f"{len(labels)} of {len(stacks)} {_VERBS[best][len(labels) > 1]}"
        return ", ".join([head, *(f"{len(ls)} {_VERBS[f][len(ls) > 1]}" for f, ls in rest)])
    parts = []
    for what, labels in groups.items():
        names = list(dict.fromkeys(labels))
        parts.append(f"{listed(names)} {_VERBS[what][len(names) > 1]}")
    return ", ".join(parts)


def _survivors(kept: dict[str, list[Told]], tried: int) -> str:
    """Return which initializers keep which activation's signal; what nothing keeps comes last."""
    whose: dict[tuple[str, ...], list[str]] = {}
    for name, stacks in sorted(kept.items(), key=lambda item: not item[1]):
        labels = tuple(dict.fromkeys(told.spec.label for told in stacks))
        whose.setdefault(labels, []).append(f"{name}’s")
    parts: list[str] = []
    for labels, names in whose.items():
        who, first = listed(labels) if labels else "none", not parts
        if len(labels) == 1 < tried:
            who = f"only {who}"
        if first and (not labels or len(labels) == 1 < tried):  # no name, whose case is its own
            who = who[0].upper() + who[1:]
        keep = f"keep{'' if len(labels) > 1 else 's'}"
        parts.append(f"{who} {keep} {listed(names)}{' signal' * first}")
    return ", ".join(parts)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence, `last` before the last one.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    >>> listed(["a", "b"], "or")
    'a or b'
    """
    return f" {last} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def histograms_of(signal: Signal, vertical: str) -> str:
    """Return what the panels show, and what the height of a bar is."""
    return f"histograms of the {signals_of(signal)}, {vertical}"


def histograms_of_all(signals: Sequence[Signal], magnitudes: bool, vertical: str) -> str:
    """Return what the panels of several signals show, and that magnitudes have a log axis."""
    shown = [signals_of(signal) for signal in signals]
    if magnitudes and signals[-1] in BACKWARD:
        shown[-1] += ", |g| on a log axis,"
    text = f"histograms of the {', below of the '.join(shown)}"
    cotangent = " for a random cotangent" if signals[-1] in BACKWARD else ""
    return f"{text}{cotangent}, {vertical}"


def all_of(names: Sequence[str]) -> str:
    """Return noun phrases as one, such as ``"The means and the medians"``."""
    head, *rest = names
    return listed([head, *(name[0].lower() + name[1:] for name in rest)])


def name_of(signal: Signal) -> str:
    """Return a signal's name at an axis."""
    return _NAMES[signal]


_NAMES: Mapping[Signal, str] = {
    "activation": "activation",
    "preactivation": "preactivation",
    "gradient": "gradient",
    "activation_gradient": "activation gradient",
    "weight_gradient": "weight gradient",
}


def signals_of(signal: Signal) -> str:
    """Return a signal's name in a sentence, in the plural."""
    return _SIGNALS[signal]


def stops(told: Told, signal: Signal) -> list[str]:
    """Return where a stack's signal, or its gradient, ends to be a number, in a few words."""
    record, ensemble, layers = told.record, told.ensemble, told.having(signal)
    said = []
    gone = [layer.layer for layer in layers if layer[signal].stats.std == 0]
    backward = signal in BACKWARD
    if record.first_nonfinite_layer is not None:
        said.append(
            "no gradient"
            if backward and not layers
            else f"not finite in layer {record.first_nonfinite_layer}"
        )
    elif backward and record.first_nonfinite_gradient_layer is not None:
        said.append(f"not finite from layer {record.first_nonfinite_gradient_layer} down")
    small = told.gradient_underflows if backward else record.first_underflow_layer
    if small is not None:
        said.append(f"underflow from layer {small} {'down' if backward else 'on'}")
    elif gone:
        said.append(
            f"0 from layer {max(gone)} down" if backward else f"0 from layer {min(gone)} on"
        )
    if ensemble is not None and ensemble.overflowed:
        said.append(f"{len(ensemble.overflowed)} of {len(ensemble.records)} seeds overflow")
    return said


def legend(kinds: set[str], *, outlined: bool, left_out: Sequence[str]) -> str:
    """Return what the marks that occur in a grid mean, and what it leaves out."""
    told = list(dict.fromkeys(text for kind, text in _KINDS.items() if kind in kinds))
    if outlined:
        told.append(f"Outlined: {COLLAPSED}")
    return "   ".join([*told, *left_out])


def left_out_layers(shown: Sequence[int], depth: int) -> str:
    """Return which layers, counted from 1, a figure shows of `depth`."""
    if len(shown) == 1:
        return f"Only layer {shown[0]} of {depth} fits."
    return f"Only layers {', '.join(map(str, shown))} of {depth} fit."


def left_out_rows(shown: int, rows: int) -> str:
    """Return how many rows a figure shows of `rows`."""
    if shown == 1:
        return f"Only the first of {rows} rows fits."
    return f"Only the first {shown} of {rows} rows fit."


def labels(stacks: Sequence[Told]) -> str:
    """Return all names that a figure of `stacks` may show, as one text."""
    return "".join(told.spec.activation.label + told.spec.label for told in stacks)


def alt_text(
    stacks: Sequence[Told], signal: Signal, picture: str = GRID, *, gradients: bool = False
) -> str:
    """Return a figure in words, for readers who cannot see it.

    `picture` says what kind it is; with `gradients`, what becomes of them is told as well.
    """
    rows = []
    for told in stacks:
        alike = [str(layer) for layer in told.alike]
        where = f"layer{'s' * (len(alike) > 1)} {listed(alike)}" if alike else ""
        note = f"; units constant over the inputs in {where}" if alike else ""
        back = f" Gradient {told.gradient}: std by layer {_stds(told, 'gradient')}."
        rows.append(
            f"{told.spec.activation.label} with {told.spec.label}: "
            f"std by layer {_stds(told, signal)}; {_VERBS[told.fate][0]}{note}."
            f"{back if gradients else ''}"
        )
    done = setting([told.spec for told in stacks])
    head = f"{picture} of each layer's {_SIGNALS[signal]}. {done}."
    return "\n".join([f"{finding(stacks, gradients=gradients)}.", head, *rows])


def _stds(told: Told, signal: Signal) -> str:
    stats = [layer[signal].stats for layer in told.having(signal)]
    texts = ["undefined" if s.std is None else significant(s.std, 2) for s in stats]
    return ", ".join(texts) or "none"
