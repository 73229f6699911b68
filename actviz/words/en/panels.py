"""What is said on and below figures of stacks: panels, notes, feet, facets, and all in words."""

from actviz.words.en.grammar import (
    Wording,
    all_histograms,
    as_one,
    in_words,
    vertical,
)

PANELS: dict[str, Wording] = {
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
    "grid.all_histograms": all_histograms,
    "grid.vertical": vertical,
    "grid.values.density": "density",
    "grid.values.count": "count in each bin",
    "grid.decade": " per decade",
    "grid.decade_below": " (per decade below)",
    "grid.scale.row": "one scale per row",
    "grid.scale.column": "one scale per column",
    "grid.scale.all": "one scale",
    "grid.scale.none": "one scale per panel",
    "grid.of": "Histograms of the {signals}, for a random cotangent",
    "grid.above": "{signal} above, gradient below",
    "grid.gradient": "gradient ",
    "grid.no_gradient": "no gradient: the signal overflows",
    "grid.stopped": "stopped",
    "number.named": "{name} {number}",
    "number.pair": "{first} · {second}",
    "number.std": "std",
    "number.mean": "mean",
    "number.median": "median",
    "number.unit": "in a unit",
    "number.range": "{seeds} seeds",
    "missing.mean": "means",
    "missing.median": "medians",
    "missing.unit": "stds within a unit",
    "missing.range": "ranges of the seeds",
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
    "note.std": "std {stds}",
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
    "foot.layer": "Only layer {layer} of {depth} fits.",
    "foot.layers": "Only layers {shown:,} of {depth} fit.",
    "foot.row": "Only the first of {rows} rows fits.",
    "foot.rows": "Only the first {shown} of {rows} rows fit.",
    # --- a sheet: what is left out, and how to read it ---
    "read.left_layers": "{layers:only layer|only layers} {layers:,} of {depth}",
    "read.left_rows": "only the first {shown} of {of} rows fit",
    "read.no_gradients": "",
    "read.no_captions": "",
    "read.no_numbers": "no room for std and {names:and}",
    "read.no_seconds": "",
    "read.no_asked": "no room for {names:and}",
    "read.off_axis": "up to {share} of a panel beyond its axis",
    "read.symmetric": "{name}: all units of a layer the same",
    "read.histograms": "",
    "read.histograms_as": "height: {log:log |}{values}, {scale}",
    "read.seed": "drawn: seed {seed}; shade: 5 to 95 % of {seeds} seeds",
    "read.outlined": "outlined: inputs alike",
    "read.noted_stem": "stem: share exactly 0",
    "read.noted_beyond": "◂ ▸ share beyond the axis",
    "read.nonfinite": "inf: share infinite or NaN",
    "read.all_zero": "",
    "read.underflow": "underflow: too small for the dtype",
    "read.line": "line: mean field",
    "read.within": "solid: about each unit’s mean; pale: pooled",
    "read.above_scale": "▴ so many times as high as drawn",
    "read.narrow": "",
    "read.powers": "marks at the left: powers of ten",
    "read.factor": "gradient ×: a layer over the next",
    "read.tails": "",
    "explain.left_layers": "Only {layers:layer|layers} {layers:,} of {depth} {layers:fits|fit}.",
    "explain.left_rows": "Only the first {shown} of {of} rows {shown:fits|fit}.",
    "explain.no_gradients": "The gradients have no room here: --signal gradient draws them.",
    "explain.no_captions": (
        "What becomes of signals and gradients has no room here: actviz stats prints it."
    ),
    "explain.no_numbers": "The stds and {names:and} have no room here: actviz stats prints them.",
    "explain.no_seconds": "Of the {names:and} nothing is written: actviz stats prints them.",
    "explain.no_asked": "The {names:and} have no room here: a larger --size has it.",
    "explain.off_axis": "Up to {share} of a panel’s values lie beyond its axis.",
    "explain.symmetric": "{name}: in every layer all units are the same (between-unit std 0).",
    "explain.histograms": "{sentence}.",
    "explain.histograms_as": "{sentence}.",
    "explain.seed": (
        "Drawn is seed {seed}, the first of {seeds}; the shade, and the range beside a std, are 5 "
        "to 95 % of the seeds."
    ),
    "explain.outlined": (
        "A histogram is outlined where the units hardly vary over the inputs (within-unit std ≤ "
        "10 % of std)."
    ),
    "explain.noted_stem": (
        "A stem stands at 0, as high as the share of values that are exactly 0; the share is "
        "written in the first panel of a row, and where it has changed by {change} or more."
    ),
    "explain.noted_beyond": (
        "◂ and ▸ say which share of a panel’s values lies beyond its axis, from {least} up; it is "
        "red from {alarming}."
    ),
    "explain.nonfinite": ("The share beside inf is infinite or NaN; a simulation stops there."),
    "explain.all_zero": "Where “all 0” stands, every value is exactly 0.",
    "explain.underflow": "Where “underflow” stands, gradients are too small for the dtype.",
    "explain.line": "A thin line is what mean field predicts for layers of infinite width.",
    "explain.within": (
        "In full colour: the values about each unit’s own mean; pale, behind: all values pooled. "
        "Both are cut at the scale of the pooled ones."
    ),
    "explain.above_scale": "The number at ▴ is how many times as high as the scale a histogram is.",
    "explain.narrow": "Where a unit spreads over less than half a bin, a bar of its std shows it.",
    "explain.powers": "Marks at the left of a panel are powers of ten of its heights.",
    "explain.factor": "Gradient ×: its std in a layer over that in the next, on average.",
    "explain.tails": "Less than {least} beyond an axis is not written.",
    # --- facets ---
    "view.overlay": "all layers on one axis, faint to strong by depth",
    "view.overlay_brief": "all layers on one axis, faint to strong by depth",
    "view.ridge_brief": "layers one below the other",
    "view.ridge": "layers one below the other, std at each",
    "view.depth": "{panels:and} by layer",
    "view.heights": "{values}, {scale}",
    "view.log_heights": "log {values}, {scale}",
    "view.scale.row": "one scale per stack",
    "view.scale.column": "one scale per layer",
    "view.scale.all": "one scale per activation",
    "view.scale.none": "each layer on its own scale",
    "read.beyond": "◂ ▸ share beyond the axis",
    "read.stem": "stem: share exactly 0",
    "read.thinned": "not all layers are drawn",
    "read.cut": "cut: higher than {times:g} times an even spread",
    "read.cut_marked": "▴ cut: so many times as high as drawn",
    "read.cut_given": "cut: higher than the scale",
    "read.magnitudes": "|g| on a log axis, zeros left out",
    "read.values": "line: mean; thin: ± std; shades: middle 38, 68, 87 %",
    "read.seeds": "bands: middle 50 and 90 % of {seeds} seeds",
    "read.sparse": "no dots: the median is 0",
    "read.mean_field": "dashed: mean field",
    "read.reach": "dashed: mean field, and 90 % of nets around it",
    "read.no_room": "no room for {panels:and}",
    "read.panels": "only the first {shown} of {of} panels fit",
    "explain.beyond": (
        "◂ and ▸ say which share of the values lies beyond the axis, from the least to the most "
        "of a layer."
    ),
    "explain.stem": "A stem stands at 0: as high as the share of values that are exactly 0.",
    "explain.thinned": "Where not all layers have room, evenly spaced ones are drawn.",
    "explain.cut": (
        "Curves are cut where they are higher than {times:g} times an even spread, so that a "
        "spike does not flatten the others."
    ),
    "explain.cut_marked": (
        "Curves are cut where they are higher than {times:g} times an even spread, so that a "
        "spike does not flatten the others; ▴ says how many times as high the highest goes."
    ),
    "explain.cut_given": "Curves are cut where they are higher than the scale.",
    "explain.magnitudes": (
        "Magnitudes |g| stand on a logarithmic axis, zeros left out; below its end lie at most "
        "{below} of a layer."
    ),
    "explain.values": (
        "Of each stack: the line is the mean, the thin ones mean ± std, the shades the middle 38, "
        "68 and 87 % of the values."
    ),
    "explain.seeds": (
        "Bands around a line are the middle 50 and 90 % of {seeds} seeds; the line is the first "
        "one."
    ),
    "explain.sparse": "A stack has no dotted line where the median of its gradients is 0.",
    "explain.mean_field": "Dashed lines are what mean field predicts for layers of infinite width.",
    "explain.reach": (
        "Dashed lines are what mean field predicts for layers of infinite width; around it lie 90"
        " % of ReLU nets of this width, for one input."
    ),
    "explain.no_room": "There was no room for {panels:and}: a larger --size, or --panel, shows it.",
    "explain.panels": (
        "Only the first {shown} of {of} panels fit: a larger --size, or fewer stacks, shows all."
    ),
    "explain.overlay": (
        "All layers of a stack lie on one axis, from faint (the first) to strong (the last); the "
        "height of a curve is its {heights}. A key shows the shades of all layers."
    ),
    "explain.ridge": (
        "The layers of a stack stand one below the other, its number at the left and its std at "
        "the right; the height of a ridge is its {heights}."
    ),
    "explain.depth": (
        "Layers go from left to right, from the first to the last: {panels:and}. Solid lines are "
        "what was simulated, dotted ones the second number that a heading names."
    ),
    "explain.by_activation": "A hue means an activation, the same one in all figures.",
    "explain.by_init": (
        "A hue means an initializer: std = 1, std = 0.01, Xavier and He have theirs in all figures."
    ),
    "explain.stds": "std is the standard deviation of a layer’s values, first layer → last.",
    "explain.alike": (
        "“inputs alike”, in red: the units hardly vary over the inputs (within-unit std ≤ 10 % of"
        " std)."
    ),
    "explain.done": "What was run: {done}.",
    "panel.all": as_one,
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
    "panel.key.std_bare": "dotted: in unit",
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
    "alt.row": in_words,
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
