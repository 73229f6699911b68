"""English: from what is said, by its key, to a sentence; the grammar of the fields is in `say`.

A row is a template, or where a sentence has parts that come and go a function of the same fields.
"""

from collections.abc import Callable, Sequence

from actviz.lookup import Table

#: What makes a sentence of fields.
Row = str | Callable[..., str]


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


def _inputs(*, samples: int, width: int | None, law: str, std: float | None) -> str:
    wide = "" if width is None else f" × {width}"
    named = f"{law} " if law else ""
    return f"{samples}{wide} {named}inputs{'' if std is None else f' of std {std:g}'}"


def _survivors(*, whose: Sequence[tuple[Sequence[str], Sequence[str]]], tried: int) -> str:
    """Return which initializers keep which activations' signal; the first clause has the noun."""
    parts: list[str] = []
    for labels, activations in whose:
        who, first = listed(labels) if labels else "none", not parts
        alone = len(labels) == 1 < tried
        if alone:
            who = f"only {who}"
        if first and (not labels or alone):  # no name, whose case is its own
            who = who[0].upper() + who[1:]
        keep = f"keep{'' if len(labels) > 1 else 's'}"
        names = listed([f"{name}’s" for name in activations])
        parts.append(f"{who} {keep} {names}{' signal' * first}")
    return ", ".join(parts)


def _all_of(names: Sequence[str]) -> str:
    """Return noun phrases as one, such as ``"The means and the medians"``."""
    head, *rest = names
    return listed([head, *(name[0].lower() + name[1:] for name in rest)])


def _no_seconds(*, names: Sequence[str]) -> str:
    return f"{_all_of(names)} did not fit: actviz stats prints them."


def _no_numbers(*, names: Sequence[str]) -> str:
    plain = "Mean" if tuple(names) == ("The means",) else _all_of(names)
    return f"{plain} and std did not fit: actviz stats prints them."


def _all_histograms(
    *, signals: Sequence[str], magnitudes: bool, cotangent: bool, vertical: str
) -> str:
    shown = list(signals)
    if magnitudes:
        shown[-1] += ", |g| on a log axis,"
    text = f"histograms of the {', below of the '.join(shown)}"
    return f"{text}{' for a random cotangent' * cotangent}, {vertical}"


def _vertical(*, values: str, log: bool, scale: str, decade: str) -> str:
    return f"height: {'log ' * log}{values}{decade}, {scale}"


def _in_words(*, name: str, stds: str, does: str, alike: Sequence[int], gradient: str) -> str:
    where = f"layer{'s' * (len(alike) > 1)} {listed(list(map(str, alike)))}" if alike else ""
    note = f"; units constant over the inputs in {where}" if alike else ""
    return f"{name}: std by layer {stds}; {does}{note}.{gradient}"


_ROWS: dict[str, Row] = {
    # --- what a stack, or all of a figure, is ---
    "setting.layers": "{depth} layer{depth:|s} of {width} unit{width:|s}",
    "setting.widths": "{depth} layer{depth:|s} of {widths:,} units",
    "setting.depth": "{depth} layers",
    "setting.samples": "{samples} samples",
    "setting.inputs": _inputs,
    "setting.bias": "biases of std {std:g}",
    "setting.seed": "seed {seed}",
    "setting.legacy": "seed {seed} (legacy stream)",
    "law.normal": "Gaussian",
    "law.uniform": "uniform",
    "trait.depth": "{depth} layers",
    "trait.width": "width {width}",
    "trait.input_width": "{width} inputs",
    "trait.samples": "{samples} samples",
    "trait.bias_std": "bias {std:g}",
    "trait.input_std": "input {std:g}",
    "trait.seed": "seed {seed}",
    "stack.name": "{activation}, {init}",
    # --- what becomes of a signal and of a gradient ---
    "does.overflows": "{who:overflows|overflow}",
    "does.symmetric": "{who:keeps|keep} all units alike",
    "does.saturates": "{who:saturates|saturate}",
    "does.explodes": "{who:explodes|explode}",
    "does.fades": "{who:fades|fade} away",
    "does.collapses": "{who:makes|make} all inputs alike",
    "does.kept": "{who:keeps|keep} the signal",
    "fate.overflows": "overflows",
    "fate.symmetric": "units alike",
    "fate.saturates": "saturates",
    "fate.explodes": "explodes",
    "fate.fades": "fades",
    "fate.collapses": "inputs alike",
    "fate.kept": "scale kept",
    "trend.absent": "{who:is|are} not reached",
    "trend.overflows": "{who:overflows|overflow}",
    "trend.zero": "{who:is|are} 0",
    "trend.underflows": "{who:underflows|underflow}",
    "trend.vanishes": "{who:vanishes|vanish}",
    "trend.explodes": "{who:explodes|explode}",
    "trend.kept": "{who:keeps its|keep their} scale",
    "gradient.absent": "not reached",
    "gradient.overflows": "overflows in layer {layer}",
    "gradient.underflows": "underflows in layer {layer}",
    "gradient.zero": "is 0",
    "gradient.std": "of std {std}",
    "gradient.factor": "×{factor} a layer",
    "caption.both": "{verdict} · gradient {gradient}",
    "caption.gradient": "gradient {gradient}",
    # --- titles ---
    "title.both": "{signals}; {gradients}",
    "title.gradient": "the gradient {does}",
    "title.gradient_number": "the gradient {does} ({number})",
    "title.gradients": "gradients {does}",
    "title.gradients_under": "gradients {parts:,}",
    "title.under": "{does} under {who:and}",
    "title.gradients_counted": "gradients {parts:and}",
    "title.first_count": "{does} in {count} of {of}",
    "title.count": "{does} in {count}",
    "title.activation": "{name}: {parts:,}",
    "title.of": "{count} of {of} {does}",
    "title.counted": "{count} {does}",
    "title.named": "{who:and} {does}",
    "title.survivors": _survivors,
    "title.stacks": "{kept} of {of} stacks {kept:keeps its|keep their} signal",
    "title.constant": "{name}: every unit gives the same constant",
    "title.alike": "{name}: by layer {layer} all inputs give nearly the same output",
    "title.symmetric": "{name}: all units of a layer are one and the same",
    "title.not_finite": "{name}: layer {layer} has values that are not finite",
    "title.overflows": "{name}: the signal overflows in layer {layer}",
    "title.saturates": "{name}: {share} of the activations are saturated in layer {layer}",
    "title.kept": "{name}: the signal keeps its scale through {depth} layer{depth:|s}",
    "title.explodes": "{name}: the signal explodes, from std {first} to {last}",
    "title.fades": "{name}: the signal fades, from std {first} to {last}",
    # --- what the panels show ---
    "signal.activation": "activation",
    "signal.preactivation": "preactivation",
    "signal.gradient": "gradient",
    "signal.activation_gradient": "activation gradient",
    "signal.weight_gradient": "weight gradient",
    "signals.activation": "activations",
    "signals.preactivation": "preactivations x @ W + b",
    "signals.gradient": "gradients with respect to the preactivations",
    "signals.activation_gradient": "gradients with respect to the activations",
    "signals.weight_gradient": "gradients with respect to the weights",
    "grid.histograms": "histograms of the {signals}, {vertical}",
    "grid.all_histograms": _all_histograms,
    "grid.vertical": _vertical,
    "grid.decade": " per decade",
    "grid.decade_below": " (per decade below)",
    "grid.scale.row": "one scale per row",
    "grid.scale.column": "one scale per column",
    "grid.scale.all": "one scale",
    "grid.scale.none": "one scale per panel",
    "grid.above": "{signal} above, gradient below",
    "grid.gradient": "gradient ",
    "grid.no_gradient": "no gradient: the signal overflows",
    "grid.stopped": "stopped",
    "number.mean": "mean",
    "number.median": "median",
    "number.unit": "in a unit",
    "number.range": "{seeds} seeds",
    "missing.mean": "The means",
    "missing.median": "The medians",
    "missing.unit": "The stds within a unit",
    "missing.range": "The seeds’ ranges",
    # --- what stops a signal, above a panel ---
    "stops.no_gradient": "no gradient",
    "stops.not_finite": "not finite in layer {layer}",
    "stops.not_finite_down": "not finite from layer {layer} down",
    "stops.underflow_down": "underflow from layer {layer} down",
    "stops.underflow_on": "underflow from layer {layer} on",
    "stops.zero_down": "0 from layer {layer} down",
    "stops.zero_on": "0 from layer {layer} on",
    "stops.seeds": "{count} of {of} seeds overflow",
    "note.stops": "stops: layer {layer} not finite",
    "note.layer_not_finite": "layer {layer} not finite",
    "note.not_finite": "not finite",
    "note.symmetric": "all units of a layer the same",
    "note.symmetric_short": "units the same",
    "note.layer": "layer {layer}",
    "note.layers": "layers {first}–{last}",
    "note.some_layers": "{count} layers",
    "note.alike": "inputs alike in {where}",
    "note.alike_short": "alike in {where}",
    "note.alike_bare": "inputs alike",
    "note.zero": "{share} are 0",
    "share.zero": "{share}",
    "share.below": "◂{share}",
    "share.above": "{share}▸",
    "share.nonfinite": "{share} inf",
    "share.none": "all 0",
    "share.underflow": "underflow",
    "share.cut": "▴ ×{share}",
    # --- feet ---
    "mark.zero": "Stem: share exactly 0.",
    "mark.below": "◂ ▸ share beyond the axis.",
    "mark.above": "◂ ▸ share beyond the axis.",
    "mark.nonfinite": "inf: share that is infinite or NaN; a simulation stops there.",
    "mark.none": "All 0: every value is exactly 0.",
    "mark.underflow": "Underflow: too small for the numbers' type.",
    "mark.outlined": (
        "Outlined: the units hardly vary over the inputs (within-unit std ≤ 10% of std)."
    ),
    "foot.symmetric": "{name}: in every layer all units are the same (between-unit std 0).",
    "foot.predicted": "Line: predicted for infinite width.",
    "foot.within": (
        "Solid: about each unit's own mean (pale: pooled), cut at the scale; ▴: by how much."
    ),
    "foot.tails": "Less than 1% left of a |gradient| axis is not marked.",
    "foot.factor": "Gradient ×: its std in a layer over that in the next, on average.",
    "foot.seed": "Drawn: seed {seed} of {seeds}; range: 5 to 95% of the seeds.",
    "foot.beyond": "Up to {share} of a panel's values lie beyond its axis.",
    "foot.layer": "Only layer {layer} of {depth} fits.",
    "foot.layers": "Only layers {shown:,} of {depth} fit.",
    "foot.row": "Only the first of {rows} rows fits.",
    "foot.rows": "Only the first {shown} of {rows} rows fit.",
    "foot.no_seconds": _no_seconds,
    "foot.no_numbers": _no_numbers,
    "foot.no_gradients": "The gradients did not fit: see --signal gradient.",
    "foot.no_captions": "What becomes of signals and gradients did not fit: see actviz stats.",
    "foot.panels": "Only the first {shown} of {of} panels fit.",
    "mark.beyond": "◂ ▸ share beyond the axis, from the least to the most of a layer.",
    # --- facets ---
    "view.overlay": "all layers on one axis, light to dark by depth · {heights}",
    "view.ridge": "layers one below the other, std at the right · {heights}",
    "view.depth": "{panels:and} by layer",
    "view.heights": "{values}, {scale}",
    "view.log_heights": "log {values}, {scale}",
    "view.scale.row": "one scale per stack",
    "view.scale.column": "one scale per layer",
    "view.scale.all": "one scale per activation",
    "view.scale.none": "each layer on its own scale",
    "read.thinned": "Where not all layers fit, evenly spaced ones are drawn.",
    "read.cut": "Cut where higher than {times:g} times an even spread.",
    "read.cut_given": "Cut where higher than the scale.",
    "read.magnitudes": (
        "Magnitudes |g| on a logarithmic axis, zeros left out; below its end at most {below} of a "
        "layer."
    ),
    "read.values": (
        "Line: mean; dashed: mean ± std; bands: the middle 38, 68 and 87% of the values."
    ),
    "read.sparse": "No dotted line where the median is 0.",
    "read.seeds": "Bands: the middle 50 and 90% of {seeds} seeds; line: the first seed.",
    "read.mean_field": "Thin line: mean field.",
    "read.reach": (
        "Dashed: 90% of ReLU nets of this width, for one input: (1 + 5/n)ᴸ − 1; many inputs vary "
        "less."
    ),
    "read.no_room": "No room for: {panels:and}.",
    "panel.values": "mean ± std and quantiles",
    "panel.each_values": "each stack’s values",
    "panel.std": "std",
    "panel.between": "between-unit std",
    "panel.gradient": "gradient std",
    "panel.cosine": "cosine of inputs",
    "panel.rank": "effective rank",
    "panel.std_of": "{signal} std",
    "panel.key.std": "dotted: within-unit std",
    "panel.key.std_short": "dotted: within unit",
    "panel.key.gradient": "dotted: median of |g|",
    "panel.key.gradient_short": "dotted: median",
    "panel.key.cosine": "1: all inputs look alike",
    "panel.key.cosine_short": "1: inputs alike",
    "panel.key.rank": "of the inputs’ spread",
    "note.of_stacks": "{who:and}: {text}",
    "note.of_count": "{count} stack{count:|s}: {text}",
    "note.over": "over {high}",
    "note.off_axis": "off the axis",
    "note.to": "{name} (to {far})",
    # --- books, and drifts ---
    "book.beyond": "{name}: not drawn, beyond ({low:g}, {high:g}): {shares:,}.",
    "book.stops": "{name}: layer {layer} is not finite, the stack stops there.",
    "book.not_finite": "{name}: layer {layer} is not finite.",
    "course.zeros": "fails to break symmetry",
    "course.large": "too large weights",
    "course.he": "recommended method",
    "course.title": "{init}, rate {rate:g}",
    "course.every": "iterations, {every}",
    "course.model": "model",
    "course.accuracy": "train accuracy",
    "course.comment": "problem or comment",
    "axis.iterations": "iterations",
    "axis.cost": "cost",
    "axis.loss": "loss",
    "axis.accuracy": "accuracy",
    "axis.step": "step",
    "axis.layer": "layer",
    "drift.subtitle": "{name} · {signal}s, density",
    "drift.reading": (
        "Filled: expected. Line: obtained. Above: std, expected → obtained; red: drifted."
    ),
    "drift.layers": "{shown} of {of} layers.",
    "drift.layer": "layer {layer}   std {stds}",
    "drift.alt": "{title}. {reading}",
    # --- training ---
    "train.title": "{parts:;}",
    "train.learn": "{who:and} {who:learns|learn}",
    "train.ends": "{name} ends at {loss}",
    "train.end": "{parts:and}",
    "train.stay": "{who:and} {who:stays|stay} at {loss}",
    "train.diverge": "{who:and} {who:diverges|diverge}",
    "train.not_begun": "{who:and} did not begin",
    "train.subtitle": (
        "{data}: {layers}, {activation}, biases begin at 0; {optimizer}, rate {rate:g}, {batch}, "
        "{steps} steps, {seeds}"
    ),
    "train.all_rows": "all rows a step",
    "train.batches": "batches of {rows}",
    "train.seed": "seed {seed}",
    "train.seeds": "{count} seeds",
    "train.diverged": "{init}, seed {seed}: diverged at step {step}",
    "train.stopped": "{init}, seed {seed}: stopped at step {step}",
    "train.stopped_before": "{init}, seed {seed}: stopped before its first step",
    "train.infinite": (
        "{name}: the formula −log(a) gives inf at step {step}, where the loss is {loss}"
    ),
    "train.more": "and {count} more",
    "train.symmetry": "{name} does not break symmetry: its weights' changes have rank {ranks}",
    "train.no_room": "no room for {names:and}",
    "train.axes": "each axis: {low:.3g} to {high:.3g}, values beyond are not drawn",
    "train.no_map": "no map",
    "train.ended": "{end} at {step}",
    "table.init": "init",
    "table.loss": "loss",
    "table.train": "train",
    "table.test": "test",
    "table.ranks": "ranks of change",
    "table.words": "in words",
    "became.diverges": "diverges",
    "became.nothing": "did not begin",
    "became.symmetric": "does not break symmetry",
    "became.stuck": "does not learn",
    "became.too_large": "too large: begins at {loss}",
    "became.learned": "learns",
    "read.loss": (
        "curves: median of neighbouring steps and of seeds, shades their range; dotted: a guess "
        "that knows nothing"
    ),
    "read.accuracy": (
        "accuracy: full lines on test rows, dashed on training rows; shades are the range over "
        "seeds"
    ),
    "read.maps": (
        "maps: what the net answers there, paler where it is less sure; the line: one half"
    ),
    "read.table": (
        "ranks of each W's change: 0 has not moved, 1 has moved all units of a layer alike"
    ),
    "read.train_grid": (
        "a panel: one layer's activations over the step's rows, before its update, each scaled by "
        "its own highest bar; a stem: the share that is exactly 0"
    ),
    "read.train_strips": (
        "a strip: layers from above, steps from the left, on the scale at its right, which all "
        "initializers share; a cross: not defined, or 0 on a logarithmic scale"
    ),
    "read.training": "{curves}. {second}. {table}",
    "read.training_small": "{curves}. No room here for the views table and {other}",
    "strip.std": "std",
    "strip.saturated": "saturated",
    "strip.dead_units": "dead units",
    "strip.gradient_std": "gradient std",
    "strip.update": "update/W",
    # --- what is seen in the figures of the literature, in at most 90 characters ---
    "figure.saito-sigmoid-std-1": "Values crowd at 0 and 1, gradients vanish",
    "figure.saito-sigmoid-std-0.01": "Values crowd at 0.5, units hardly differ",
    "figure.saito-sigmoid-xavier": "Broad, and ever blinder to the input",
    "figure.saito-relu-std-0.01": "Each layer 14 times smaller than the last",
    "figure.saito-relu-xavier": "Smaller by √2 from layer to layer",
    "figure.saito-relu-he": "One scale in all layers; a quarter is out of range",
    "figure.saito-tanh-xavier": "No skew: spoken of in the text, drawn nowhere",
    "figure.saito-sigmoid": "Sigmoid at 0 and 1, at 0.5, and broad",
    "figure.saito-relu": "ReLU fading fast, fading slowly, and staying",
    "figure.cs231n-tanh-std-0.01": "All activations of ten layers become 0",
    "figure.cs231n-tanh-std-1": "Ten layers saturated at -1 and 1",
    "figure.cs231n-tanh-xavier": "A slow decline over ten layers, never a floor",
    "figure.cs231n-tanh-xavier-uniform": "The same decline: variance counts",
    "figure.cs231n-relu-std-0.01": "Ten layers, each six times smaller",
    "figure.cs231n-relu-xavier": "Ten layers, each with half of the mean square",
    "figure.cs231n-relu-he": "Variance roughly constant over ten layers",
    "figure.cs231n-six-tanh": "Six layers: fading, saturated, even",
    "figure.cs231n-six-relu": "Six layers fade with Xavier and stay with He",
    "figure.glorot-bengio-6": "U(±1/√n) narrows; normalized, less",
    "figure.glorot-bengio-7": "Gradients fade on the way back; normalized, less",
    "figure.glorot-bengio-8": "Gradients of weights stay flat, whatever fades: no check of health",
    "figure.symmetry-zeros": "Every value of every layer is 0",
    "figure.symmetry-ones": "All units of a layer are one and the same",
    "figure.symmetry-constant": "Another constant, and still one unit a layer",
    "figure.saito-mnist": "MNIST: std = 0.01 does not learn, Xavier does, He is faster",
    "figure.coursera-costs": "Cost from zeros, from too large weights, and from He's",
    "figure.coursera-boundaries": "What each net decides: nothing, in shreds, and the circle",
    "figure.coursera-table": "Fails to break symmetry, too large weights, recommended",
    # --- diagnosis ---
    "verdict": "{who} {does}",
    "verdict.without_gradients": "{verdict} (its gradients were not recorded)",
    "verdict.non_finite": "stops being finite",
    "verdict.symmetric_units": "makes all units of a layer one and the same",
    "verdict.dead_units": "leaves units dead: they are 0 for every input",
    "verdict.saturated": "is saturated: the activation is flat where its values are",
    "verdict.collapsed": "collapses: it maps all inputs onto nearly one point",
    "verdict.exploding_signal": "lets the signal explode",
    "verdict.vanishing_signal": "lets the signal vanish",
    "verdict.exploding_gradient": "lets the gradient explode",
    "verdict.vanishing_gradient": "lets the gradient vanish",
    "verdict.healthy": "is healthy",
    "kind.non_finite": "not finite",
    "kind.symmetric_units": "units all alike",
    "kind.dead_units": "units dead",
    "kind.saturated": "saturated",
    "kind.collapsed": "inputs look alike",
    "kind.exploding_signal": "signal explodes",
    "kind.vanishing_signal": "signal vanishes",
    "kind.exploding_gradient": "gradient explodes",
    "kind.vanishing_gradient": "gradient vanishes",
    "kind.healthy": "healthy",
    "finding": "  {severity}: {kind}",
    "finding.in": "  {severity}: {kind} in {where}",
    "finding.number": "    {measure}: {value:.4g} (threshold {threshold:.4g})",
    "finding.source": "    threshold: {source}",
    "finding.remedy": "    remedy: {remedy}",
    "remedy.not_looked_for": (
        "not looked for: layers that were recorded elsewhere cannot be simulated again"
    ),
    "remedy.none": "none found: of {tried} stacks tried, none has a better verdict",
    "remedy.number": "{init} with {activation}: {measure} {value} instead of {instead}",
    "remedy.no_number": "none",
    "remedy.other": "no initializer that was tried mends {own}; {remedy}",
    "remedy.still": "{remedy}; better, but still: {kind}",
    "finding.layers": "layer{layers:|s} {ranges:,}",
    "becomes.overflows": "overflows: the stack stops at the first layer that is not finite",
    "becomes.symmetric": "repeats itself: all units of a layer are one and the same",
    "becomes.saturates": "saturates: the last layer sits at the activation's bounds",
    "becomes.explodes": "explodes from layer to layer",
    "becomes.fades": "fades away from layer to layer",
    "becomes.collapses": "collapses: in the last layer all inputs look alike",
    "becomes.kept": "keeps its scale",
    # --- notebooks ---
    "page.no_picture": "No picture: {error}",
    "page.summary": "Statistics of the {signal}s, layer by layer",
    "page.summary_of": "Statistics of the {signal}s of {of} stacks, layer by layer",
    "page.first": "Only the first {shown} of {of} stacks are listed.",
    "page.caption": "{finding} ({own})",
    "page.gap": "layers {first} to {last}: see Record.to_rows()",
    "page.not_finite": (
        "Layer {layer}: {share} of the values are infinite or NaN, and the statistics are of the "
        "others."
    ),
    "column.mean": "mean",
    "column.std": "std",
    "column.min": "min",
    "column.max": "max",
    "column.zeros": "zeros",
    "column.saturated": "saturated",
    "column.within": "within-unit std",
    "column.use.mean": "mean of all values, to the second digit of their std",
    "column.use.std": "standard deviation of all values",
    "column.use.min": "smallest value",
    "column.use.max": "largest value",
    "column.use.zeros": "share of values that are exactly 0",
    "column.use.saturated": (
        "share of values where the activation's slope is below 5% of its maximum"
    ),
    "column.use.within": "how far one unit varies over the inputs; 0 means that all look alike",
    # --- figures in words ---
    "picture.grid": "Grid of histograms",
    "picture.overlay": "Overlaid histograms",
    "picture.ridge": "Ridges of histograms",
    "picture.depth": "Statistics against depth",
    "picture.textbook": "A textbook's page: {page}",
    "picture.training": "A comparison of initializers",
    "picture.loss": "Loss curves",
    "picture.accuracy": "Accuracy curves",
    "picture.boundaries": "Decision boundaries",
    "picture.table": "Table",
    "picture.train_grid": "Histograms of activations while learning",
    "picture.train_strips": "Statistics by step and layer",
    "alt.head": "{picture} of each layer's {signals}. {done}.",
    "alt.title": "{title}.",
    "alt.row": _in_words,
    "alt.name": "{activation} with {init}",
    "alt.gradient": " Gradient {gradient}: std by layer {stds}.",
    "alt.no_std": "undefined",
    "alt.no_stds": "none",
    "alt.train": "{picture}. {title}. {done}.",
    "alt.train_init": (
        "{name}: loss {loss}, accuracy {train} on training rows, {test} on test rows, {became}."
    ),
    "alt.note": "{note}.",
}

#: All that actviz says, in English.
EN = Table(_ROWS)
