"""What is said of trainings, of the pages of books, and of drifts."""

from actviz.words.en.grammar import Wording, ends_at, numbers_of

TRAINING: dict[str, Wording] = {
    # --- books, and drifts ---
    "book.beyond": "{name}: not drawn, beyond ({low:g}, {high:g}): {shares:,}.",
    "book.cut": (
        "Cut at {cut} (▴: thousands in that bar), as a line of the book's script does, in one "
        "version of it a comment: plt.ylim(0, {cut}). The printed page was not seen."
    ),
    "book.higher": "▴ {count}k",
    "book.layer": "{layer}-layer",
    "book.layers.mean": "layer mean",
    "book.layers.std": "layer std",
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
    "axis.layers": "layers 1–{last}",
    "axis.at_layer": "layer {layer}",
    "axis.at_step": "step {step}",
    "drift.subtitle": "{name} · {signal}s, density",
    "drift.reading": (
        "Filled: expected. Line: obtained. Above: std, expected → obtained; red: drifted."
    ),
    "drift.layers": "{shown} of {of} layers.",
    "drift.layer": "layer {layer}   std {stds}",
    "drift.alt": "{title}. {reading}",
    # --- training ---
    "train.title": "{parts:,}",
    "train.learn": "{who:and} {who:learns|learn}",
    "train.ends": ends_at,
    "train.reach": "{name} reaches {share}",
    "train.stay": "{who:and} {who:stays|stay} at {at}",
    "train.stay_count": "{count} of {of} {count:does|do} not learn",
    "train.stay_near": "{count} of {of} {count:stays|stay} at {at}",
    "train.from_to": "{first} → {last}",
    "train.spread": "Layer {layer}’s std",
    "train.last_spread": "Layer {layer}’s last std",
    "train.first_gradient": "Layer {layer}’s gradient",
    "train.numbers": numbers_of,
    "train.diverge": "{who:and} {who:diverges|diverge}",
    "train.not_begun": "{who:and} did not begin",
    "train.subtitle": (
        "{data}: {layers}, {activation}, biases begin at 0; {optimizer}, rate {rate:g}, {batch}, "
        "{steps} steps, {seeds}"
    ),
    "train.subtitle_short": (
        "{data}: {layers}, {activation}; {optimizer}, rate {rate:g}, {batch}, {steps} steps, "
        "{seeds}"
    ),
    "train.subtitle_least": "{data}: {layers}, {activation}; {steps} steps, {seeds}",
    "data.circles": "Circles",
    "data.digits": "Digits",
    "data.mnist": "MNIST",
    "optimizer.sgd": "SGD",
    "optimizer.momentum": "SGD with momentum",
    "optimizer.adam": "Adam",
    "train.between": "{low}–{high}",
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
    "train.axes_noted": "each axis: {low:.3g} to {high:.3g}; ◂ ▸ share beyond it",
    "train.no_map": "no map",
    "map.half": "½",
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
    "read.loss": "",
    "read.shades": "shades: range of steps and seeds",
    "read.guess": "dotted: a guess",
    "read.accuracy": "full: test rows; dashed: training rows",
    "read.maps": "maps: paler where less sure",
    "read.maps_half": "maps: paler where less sure; framed: ½ everywhere",
    "read.table": "ranks of change: 1 where all units moved alike",
    "read.table_shares": "train, test: share answered right",
    "read.train_grid": "one scale an initializer",
    "read.train_stem": "stem: share exactly 0",
    "read.train_strips": "",
    "read.train_cross": "cross: not defined, or 0 on a log scale",
    "read.no_views": "no room for the table and {other}",
    "explain.loss": (
        "Loss: a curve is the median of neighbouring steps and of seeds; the number at a curve is "
        "where it ends."
    ),
    "explain.shades": "Shades are the range of neighbouring steps and of seeds.",
    "explain.guess": "Dotted is the loss of a guess that knows nothing.",
    "explain.accuracy": (
        "Accuracy: full lines on test rows, dashed ones on training rows; shades: the range over "
        "seeds."
    ),
    "explain.maps": (
        "Maps: what the net answers there, paler where it is less sure; the line is one half."
    ),
    "explain.maps_half": (
        "Maps: what the net answers there, paler where it is less sure; the line is one half; in a "
        "frame it answers ½ everywhere."
    ),
    "explain.table": (
        "Ranks of each W's change: 0 has not moved, 1 has moved all units of a layer alike."
    ),
    "explain.table_shares": (
        "Loss is where its curve ends; train and test are the shares of rows answered right."
    ),
    "explain.train_grid": (
        "A panel is one layer’s activations over the step’s rows, before its update, on one scale "
        "an initializer."
    ),
    "explain.train_stem": "A stem is the share of activations that is exactly 0.",
    "explain.train_strips": (
        "A strip has layers from above and steps from the left, on the scale at its right, which "
        "all initializers share."
    ),
    "explain.train_cross": "A cross is not defined, or 0 on a logarithmic scale.",
    "explain.no_views": "There was no room for the views table and {other}: --view draws them.",
    "train.loss": "loss {loss}",
    "strip.std": "std",
    "strip.saturated": "saturated",
    "strip.dead_units": "dead units",
    "strip.gradient_std": "gradient std",
    "strip.update": "update/W",
}
