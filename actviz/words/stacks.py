"""What a figure says: the finding as its title, what was done, how to read it, and an alt text.

Sentences are made from Records and their fates; nothing is measured or drawn here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from actviz.diagnosis.verdict import Fate, Trend, collapsed, fate, trend
from actviz.format import percent, significant
from actviz.layers.signals import BACKWARD, Signal
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record
from actviz.records.recorded_spec import RecordedSpec
from actviz.records.spec import StackSpec
from actviz.words.rows import gradient_words

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

#: What a simulation is of, or what was recorded.
Spec = StackSpec | RecordedSpec

#: What kind of picture a grid is.
GRID = "Grid of histograms"

#: More stacks of one activation than this are counted in a title, not named.
_MOST_NAMED = 5


def finding(records: Sequence[Record], *, gradients: bool = False) -> str:
    """Return one sentence with what the records show, for the title; of gradients if they do."""
    return f"{_of_signals(records)}{f'; {_of_gradients(records)}' if gradients else ''}"


def _of_gradients(records: Sequence[Record]) -> str:
    """Return what becomes of the gradients, as half of a sentence."""
    if len(records) == 1:
        what, told = trend(records[0]), gradient_words(records[0])
        number = f" ({told})" if told.startswith("×") else ""
        return f"the gradient {what}{number}"
    groups: dict[Trend, list[Record]] = {}
    for record in records:
        groups.setdefault(trend(record), []).append(record)
    if groups.keys() == {Trend.KEPT}:
        return "gradients keep their scale"
    groups.pop(Trend.KEPT, None)
    names = {record.spec.activation.name for record in records}
    if len(names) == 1 and len(records) <= _MOST_NAMED and not _disagree(records):
        parts = [
            f"{_TRENDS[what]} under {listed([record.spec.label for record in found])}"
            for what, found in groups.items()
        ]
        return f"gradients {', '.join(parts)}"
    parts = [f"{_TRENDS[what]} in {len(found)}" for what, found in groups.items()]
    return f"gradients {listed([f'{parts[0]} of {len(records)}', *parts[1:]])}"


#: What several gradients do.
_TRENDS = {
    Trend.ABSENT: "are not reached",
    Trend.OVERFLOWS: "overflow",
    Trend.ZERO: "are 0",
    Trend.UNDERFLOWS: "underflow",
    Trend.VANISHES: "vanish",
    Trend.EXPLODES: "explode",
}


def _of_signals(records: Sequence[Record]) -> str:
    names = list(dict.fromkeys(record.spec.activation.label for record in records))
    if len(records) == 1:
        return _single(records[0])
    if len(names) == 1:
        return f"{names[0]}: {_by_fate(records)}"
    kept = {name: [r for r in _of(records, name) if fate(r) is Fate.KEPT] for name in names}
    tried = {len(_of(records, name)) for name in names}
    if len(tried) == 1 and len(names) <= 4 and max(tried) <= 6 and not _disagree(records):
        return _survivors(kept, max(tried))
    survivors = sum(map(len, kept.values()))
    their = "keeps its" if survivors == 1 else "keep their"
    return f"{survivors} of {len(records)} stacks {their} signal"


def _of(records: Sequence[Record], name: str) -> list[Record]:
    return [record for record in records if record.spec.activation.label == name]


def _disagree(records: Sequence[Record]) -> bool:
    """Return whether one activation and initializer have several fates, as with several seeds."""
    stacks = {(r.spec.activation.label, r.spec.label, fate(r)) for r in records}
    return len({stack[:2] for stack in stacks}) < len(stacks)


def _single(record: Record) -> str:
    spec, last = record.spec, record.layers[-1]
    name = f"{spec.activation.label}, {spec.label}"
    stats = last["activation"].stats
    what = fate(record)
    if what is Fate.COLLAPSES and stats.constant:
        return f"{name}: every unit gives the same constant"
    if what is Fate.COLLAPSES:
        return f"{name}: by layer {last.layer} all inputs give nearly the same output"
    if what is Fate.SYMMETRIC:
        return f"{name}: all units of a layer are one and the same"
    if what is Fate.OVERFLOWS and isinstance(spec, RecordedSpec):
        return f"{name}: layer {record.first_nonfinite_layer} has values that are not finite"
    if what is Fate.OVERFLOWS:
        return f"{name}: the signal overflows in layer {record.first_nonfinite_layer}"
    if what is Fate.SATURATES:
        most = percent(stats.saturated_fraction or 0.0)
        return f"{name}: {most} of the activations are saturated in layer {last.layer}"
    if what is Fate.KEPT:
        count = len(record.layers)
        return f"{name}: the signal keeps its scale through {count} layer{'s' * (count > 1)}"
    first = record.layers[0]["activation"].stats
    return (
        f"{name}: the signal {what}, from std {significant(first.std or 0, 2)} "
        f"to {significant(stats.std or 0, 2)}"
    )


def _by_fate(records: Sequence[Record]) -> str:
    groups: dict[Fate, list[str]] = {}
    for record in records:
        groups.setdefault(fate(record), []).append(record.spec.label)
    if len(records) > _MOST_NAMED or _disagree(records):
        counts = sorted(groups.items(), key=lambda item: (item[0] is not Fate.KEPT, -len(item[1])))
        (best, labels), *rest = counts
        head = f"{len(labels)} of {len(records)} {_VERBS[best][len(labels) > 1]}"
        return ", ".join([head, *(f"{len(ls)} {_VERBS[f][len(ls) > 1]}" for f, ls in rest)])
    parts = []
    for what, labels in groups.items():
        names = list(dict.fromkeys(labels))
        parts.append(f"{listed(names)} {_VERBS[what][len(names) > 1]}")
    return ", ".join(parts)


def _survivors(kept: dict[str, list[Record]], tried: int) -> str:
    """Return which initializers keep which activation's signal; what nothing keeps comes last."""
    whose: dict[tuple[str, ...], list[str]] = {}
    for name, records in sorted(kept.items(), key=lambda item: not item[1]):
        labels = tuple(dict.fromkeys(record.spec.label for record in records))
        whose.setdefault(labels, []).append(f"{name}’s")
    parts = []
    for labels, names in whose.items():
        who = listed(labels) if labels else "none"
        if len(labels) == 1 < tried:
            who = f"only {who}"
        parts.append(f"{who} keep{'' if len(labels) > 1 else 's'} {listed(names)}")
    head, *rest = parts
    text = ", ".join([f"{head} signal", *rest])
    return text if text[:3] not in ("onl", "non") else text[0].upper() + text[1:]


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


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


def signals_of(signal: Signal) -> str:
    """Return a signal's name in a sentence, in the plural."""
    return _SIGNALS[signal]


def setting(specs: Sequence[Spec]) -> str:
    """Return what all stacks have in common, for the subtitle."""
    first, same = specs[0], common(specs)
    parts = []
    if "depth" in same and "width" in same:
        parts.append(_layers(first))
    elif "depth" in same:
        parts.append(f"{first.depth} layers")
    if isinstance(first, StackSpec):
        parts += _drawn(first, same, specs)
    elif "samples" in same and first.samples:
        parts.append(f"{first.samples} samples")
    if first.dtype != "float64" and "dtype" in same:
        parts.append(first.dtype)
    if isinstance(first, StackSpec) and "seed" in same:
        legacy = " (legacy stream)" if first.rng == "legacy" else ""
        parts.append(f"seed {first.seed}{legacy}")
    return " · ".join(parts)


def _drawn(first: StackSpec, same: set[str], specs: Sequence[Spec]) -> list[str]:
    """Return what the stacks' inputs and biases have in common."""
    parts = []
    if "samples" in same:
        law = f"{_LAWS[first.input_distribution]} " if "input_distribution" in same else ""
        wide = f" × {first.shapes[0][0]}" if len({s.shapes[0][0] for s in specs}) == 1 else ""
        std = f" of std {_plain(first.input_std)}" if "input_std" in same else ""
        parts.append(f"{first.samples}{wide} {law}inputs{std}")
    if first.bias_std and "bias_std" in same:
        parts.append(f"biases of std {_plain(first.bias_std)}")
    return parts


_LAWS = {"normal": "Gaussian", "uniform": "uniform"}


def _layers(spec: Spec) -> str:
    count = f"{spec.depth} layer{'s' if spec.depth > 1 else ''}"
    if isinstance(spec.width, int):
        return f"{count} of {spec.width} unit{'s' if spec.width > 1 else ''}"
    widths = ", ".join(map(str, spec.width[:12])) + (", …" if len(spec.width) > 12 else "")
    return f"{count} of {widths} units"


def _plain(value: float) -> str:
    return f"{value:g}"


#: What is said of layers whatever they come from.
_SHAPES = ("depth", "width", "samples", "dtype")


def common(specs: Sequence[Spec]) -> set[str]:
    """Return the names of the fields that all specs have and agree on."""
    drawn = all(isinstance(spec, StackSpec) for spec in specs)
    names = [item.name for item in fields(StackSpec)] if drawn else _SHAPES
    return {name for name in names if len({getattr(spec, name) for spec in specs}) == 1}


def row_label(spec: Spec, specs: Sequence[Spec]) -> str:
    """Return the name of a row: its initializer, and what else tells it from the others."""
    # Recorded or simulated: the label tells, and the rest only among its own kind.
    told = common([other for other in specs if type(other) is type(spec)])
    traits = {name: text for name, text in _traits(spec).items() if name not in told}
    return ", ".join([spec.label, *traits.values()])


def _traits(spec: Spec) -> dict[str, str]:
    """Return, by the names of fields, what may tell a spec from others."""
    shape = {"depth": f"{spec.depth} layers", "width": f"width {spec.width}"}
    if isinstance(spec, RecordedSpec):
        return shape | ({"samples": f"{spec.samples} samples"} if spec.samples else {})
    return shape | {
        "input_width": f"{spec.shapes[0][0]} inputs",
        "samples": f"{spec.samples} samples",
        "bias_std": f"bias {_plain(spec.bias_std)}",
        "input_distribution": _LAWS[spec.input_distribution],
        "input_std": f"input {_plain(spec.input_std)}",
        "dtype": spec.dtype,
        "seed": f"seed {spec.seed}",
        "rng": spec.rng,
    }


def stops(record: Record, ensemble: Ensemble | None, signal: Signal) -> list[str]:
    """Return where a stack's signal, or its gradient, ends to be a number, in a few words."""
    told = []
    layers = [layer for layer in record.layers if any(s.signal == signal for s in layer.signals)]
    gone = [layer.layer for layer in layers if layer[signal].stats.std == 0]
    backward = signal in BACKWARD
    if record.first_nonfinite_layer is not None:
        told.append(
            "no gradient"
            if backward and not layers
            else f"not finite in layer {record.first_nonfinite_layer}"
        )
    elif backward and record.first_nonfinite_gradient_layer is not None:
        told.append(f"not finite from layer {record.first_nonfinite_gradient_layer} down")
    small = record.first_underflow_gradient_layer if backward else record.first_underflow_layer
    if small is not None:
        told.append(f"underflow from layer {small} {'down' if backward else 'on'}")
    elif gone:
        told.append(
            f"0 from layer {max(gone)} down" if backward else f"0 from layer {min(gone)} on"
        )
    if ensemble is not None and ensemble.overflowed:
        told.append(f"{len(ensemble.overflowed)} of {len(ensemble.records)} seeds overflow")
    return told


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


def labels(records: Sequence[Record]) -> str:
    """Return all names that a figure of `records` may show, as one text."""
    return "".join(r.spec.activation.label + r.spec.label for r in records)


def alt_text(
    records: Sequence[Record], signal: Signal, picture: str = GRID, *, gradients: bool = False
) -> str:
    """Return a figure in words, for readers who cannot see it.

    `picture` says what kind it is; with `gradients`, what becomes of them is told as well.
    """
    rows = []
    for record in records:
        numbers = _stds(record, signal)
        marks = [str(layer.layer) for layer in record.layers if collapsed(layer)]
        where = f"layer{'s' * (len(marks) > 1)} {listed(marks)}" if marks else ""
        note = f"; units constant over the inputs in {where}" if marks else ""
        back = f" Gradient {gradient_words(record)}: std by layer {_stds(record, 'gradient')}."
        rows.append(
            f"{record.spec.activation.label} with {record.spec.label}: "
            f"std by layer {numbers}; {_VERBS[fate(record)][0]}{note}.{back if gradients else ''}"
        )
    done = setting([record.spec for record in records])
    head = f"{picture} of each layer's {_SIGNALS[signal]}. {done}."
    return "\n".join([f"{finding(records, gradients=gradients)}.", head, *rows])


def _stds(record: Record, signal: Signal) -> str:
    stats = [layer[signal].stats for layer in record.layers if signal in layer]
    texts = ["undefined" if s.std is None else significant(s.std, 2) for s in stats]
    return ", ".join(texts) or "none"
