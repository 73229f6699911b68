"""What is said of maps of coloured fields."""

from actviz.words.en import grammar
from actviz.words.en.grammar import Wording

CHARTS: dict[str, Wording] = {
    # --- of every chart, where there is no room beside its rows ---
    "chart.row": grammar.row_note,
    # --- titles, of at most 55 characters ---
    "map.title.both.narrow": "Signal and gradient survive in one narrow band",
    "map.title.both.narrow_some": "Signal and gradient survive in one narrow band at most",
    "map.title.both.band": "Signal and gradient survive together in one band",
    "map.title.both.band_some": "Signal and gradient survive in one band at most",
    "map.title.both.most": "Most weight scales here keep both at {depth} layer{depth:|s}",
    "map.title.both.part": "Some weight scales here keep both at {depth} layer{depth:|s}",
    "map.title.both.all": "Every weight scale here keeps both at {depth} layer{depth:|s}",
    "map.title.both.none": "No weight scale here keeps both at {depth} layer{depth:|s}",
    "map.title.chance.narrow": "Only in one narrow band are nets likely to train",
    "map.title.chance.band": "Nets are likely to train in one band of weight scales",
    "map.title.chance.most": "With most weight scales here nets are likely to train",
    "map.title.chance.part": "With some weight scales here nets are likely to train",
    "map.title.chance.only": ("At {depth} layers only {names:and} {names:is|are} likely to train"),
    "map.title.chance.some": "At {depth} layers only some are likely to train",
    "map.title.chance.all": "At every weight scale here nets are likely to train",
    "map.title.chance.none": "No weight scale here trains {depth} layers safely",
    "map.title.chance.unknown": "At {depth} layers no stack is judged",
    "map.title.chance.judged": "Some of the stacks judged here are likely to train",
    "map.title.chance.judged_none": "No stack judged here trains {depth} layers safely",
    "map.title.signal": "The weight scale decides what is left of the signal",
    "map.title.gradient": "The weight scale decides what comes back as gradient",
    "map.title.signal.all": "Every weight scale here keeps the signal",
    "map.title.gradient.all": "Every weight scale here keeps the gradient",
    # --- below the title ---
    "map.kept": grammar.bands,
    "map.kept.unknown": "No chance is known, since {why:and}",
    "map.trained": "{kept}; {train} of {nets} net{nets:|s} train",
    "map.what.both": "kept",
    "map.what.mean_field": "mean field",
    "map.what.one": "signal and gradient kept",
    "map.what.chance": "healthy",
    "map.by": " by mean field",
    "map.of_std": "at weight std ",
    "map.stds": "{low}–{high}",
    "map.stds.one": "{low}",
    "map.stds.up": "{low} and up",
    "map.stds.to": "{high} and down",
    # --- rows, axes and the key ---
    "map.of.signal": "signal",
    "map.of.gradient": "gradient",
    "map.of.chance": "chance",
    "map.told.signal": "how far a unit varies over the inputs",
    "map.told.gradient": "in layer 1, over that in the last",
    "map.told.chance": "to train by plain gradient descent",
    "map.axis.std": "weight std, at {width} unit{width:|s}{biases}",
    "map.biases": " and biases of std {std:g}",
    "map.axis.depth": "layers",
    "map.axes": "↑ layers; → weight std, at {width} unit{width:|s}{biases}",
    "map.critical": "χ = 1",
    "map.word.low": "vanishes",
    "map.word.kept": "kept",
    "map.word.high": "explodes",
    "map.word.trains": "trains",
    # --- the foot ---
    "map.done.simulated": "Colours: simulated, {samples} inputs{seeds}{lines}.",
    "map.done.seeds": ", median of {seeds} seeds",
    "map.done.lines": "; lines: mean field",
    "map.done.theory": "Colours: mean field.",
    "map.done.nets": (
        "Dots: {some}nets trained on {data} ({inputs} inputs, {outputs} outputs), full at {trains}."
    ),
    "map.done.some": "{done} of {asked} ",
    "map.data.mnist": "MNIST",
    "map.data.digits": "digits",
    "map.nets": "trained on {data}: {parts:,}",
    "map.nets.healthy": "{train} of {nets} that are healthy train",
    "map.nets.warning": "{train} of {nets} warnings",
    "map.nets.error": "{train} of {nets} errors",
    "map.nets.none": "{train} of {nets} that are not judged train",
    "map.line.critical": "Heavy: χ = 1.",
    "map.line.reach": "Dashed: mean field’s depth limit, 6 ξ.",
    "map.line.level": "Thin: 10⁻⁶, 10⁻³, 10³, 10⁶.",
    "map.line.cut": "Thin: the judge’s {low} and {high}.",
    "map.hatched": "Hatched: no number, since {why:and}.",
    # --- the foot where a slide has no room for it, and on a stage ---
    "map.done.simulated.brief": "Colours: simulated.",
    "map.done.theory.brief": "Colours: mean field.",
    "map.done.nets.brief": (
        "Dots: {some}trained on {data} ({inputs} in, {outputs} out), full at {trains}."
    ),
    "map.line.critical.brief": "",
    "map.line.reach.brief": "Dashed: depth limit, 6 ξ.",
    "map.line.level.brief": "Thin: 10⁻⁶, 10⁻³, 10³, 10⁶.",
    "map.line.cut.brief": "Thin: {low}, {high}.",
    "map.hatched.brief": "Hatched: no number.",
    # --- why there is no number ---
    "map.null.overflow": "the signal overflows",
    "map.null.underflow": "the gradient underflows",
    "map.null.failed": "its stack was lost",
    # --- in words ---
    "map.alt": (
        "A map of {of:and} of {names:and}: colours over weight std from {low} to {high} and up to "
        "{depth} layer{depth:|s} of {width} unit{width:|s}{biases}."
    ),
    # --- trained nets over the variance of their weights ---
    "nets.title": "Most nets train up to six times the depth scale",
    "nets.counted": (
        "With biases of variance {bias}, up to 6 ξ (dashed) {inside} of {of_inside} nets train, "
        "beyond it {beyond} of {of_beyond}"
    ),
    "nets.of": "accuracy",
    "nets.told": "of a net in each cell, at the best of six rates",
    "nets.key.trains": "≥ {share}",
    "nets.reach": "6 ξ",
    "nets.axis.weight": "variance of a weight × fan-in",
    "nets.axes": "↑ layers; → variance of a weight × fan-in",
    "nets.lines": "6 ξ: Schoenholz et al. 2017, figure 5.",
    "nets.done": "Trained here: {data}, {width} units, {steps} steps of SGD.",
    "nets.data.mnist": "MNIST at 14 × 14",
    "nets.more": (
        "The best of {rates} rates from {low} to {high}, on {rows} training rows; a net stops "
        "where it trains."
    ),
    "nets.lines.brief": "6 ξ: Schoenholz et al. 2017.",
    "nets.done.brief": "Here: {data}, {width} units, {steps} steps.",
    "nets.more.brief": "",
    "nets.alt": (
        "{nets} {name} nets, over variances of a weight × fan-in from {low} to {high} and {first} "
        "to {last} layers: colours are the accuracy that training reached, from {guess} to "
        "{trains} and more."
    ),
}
