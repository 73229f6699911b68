"""What is said of phase diagrams."""

from actviz.words.en.grammar import Wording

PHASE: dict[str, Wording] = {
    # --- titles, of at most 55 characters ---
    "phase.title.gradient": "Gradients vanish in order and explode in chaos",
    "phase.title.gradient.line": "Gradients keep their size only where χ = 1",
    "phase.title.gradient.none": "Nowhere here do gradients keep their size",
    "phase.title.cosine": "With biases, inputs stay apart only in chaos",
    "phase.title.cosine.beyond": "With biases, inputs stay apart only beyond χ = 1",
    "phase.title.cosine.some": "Two inputs can stay apart, at some scales here",
    "phase.title.cosine.all": "Two inputs stay apart at every scale here",
    "phase.title.cosine.unbiased": "Without a bias, two inputs can stay apart",
    "phase.title.cosine.none": "Deep layers take any two inputs for one",
    "phase.title.cosine.none.biased": "With biases, deep layers take two inputs for one",
    "phase.title.scale": "Deep layers forget how large their input was",
    "phase.title.scale.all": "Deep signals rest, die out or grow without end",
    "phase.title.scale.rests.endless": "Deep signals come to rest or grow without end",
    "phase.title.scale.dies.endless": "Deep signals die out or grow without end",
    "phase.title.scale.dies": "Deep signals die out at every scale here",
    "phase.title.scale.endless": "Deep signals grow without end at every scale here",
    # --- below the title ---
    "phase.edge": "χ = 1 at weight std{grow}: {parts:,}",
    "phase.edge.grow": " (→ as biases grow)",
    "phase.edge.upright": "{name} {at}{near}",
    "phase.edge.leaning": "{name} {low}{near} → {high}",
    "phase.edge.none": "{name} nowhere",
    "phase.edge.near": " ({mark})",
    "phase.rest.unbiased": "Without a bias",
    "phase.rest.biased": "With a bias std of {bias}",
    "phase.rest.dies": "{bias} signals die out below {of}: {parts:,}{end}",
    "phase.rest.and": "; grow without end above: {parts:,}",
    "phase.rest.and.short": "; without end above: {parts:,}",
    "phase.rest.weight_std": "weight std",
    "phase.rest.std": "std",
    "phase.rest.endless": "{bias} signals grow without end above {of}: {parts:,}",
    "phase.rest.least": "{name} {at}",
    "phase.rest.more": "{name} {at} with more",
    "phase.rest.everywhere": "At every weight and bias std here signals come to rest",
    # --- rows, axes and the key ---
    "phase.of.gradient": "gradient",
    "phase.of.cosine": "cosine",
    "phase.of.scale": "signal",
    "phase.told.gradient": "factor of its std a layer, going back",
    "phase.told.cosine": "of two inputs, at right angles in the input",
    "phase.told.scale": "its std before each activation",
    "phase.axis.std": "weight std, at {width} unit{width:|s}",
    "phase.axis.bias": "bias std",
    "phase.axes": "↑ bias std; → weight std, at {width} unit{width:|s}",
    "phase.critical": "χ = 1",
    "phase.word.order": "order",
    "phase.word.chaos": "chaos",
    "phase.word.vanish": "vanish",
    "phase.word.explode": "explode",
    "phase.word.cosine.low": "apart",
    "phase.word.cosine.high": "alike",
    "phase.word.scale.low": "dies out",
    "phase.word.scale.high": "without end",
    # --- the foot ---
    "phase.done.theory": "Colours: mean field, of infinite width and depth.",
    "phase.done.dots": "Dots: simulated, {depth} layers{seeds}.",
    "phase.done.seeds": ", median of {seeds} seeds",
    "phase.line.critical": "Heavy: χ = 1.",
    "phase.line.reach": "Dashed: mean field’s depth limit, 6 ξ, at {layers:and} layers.",
    "phase.line.level": "Thin: {sizes:and}.",
    "phase.lost": "Without a dot: no number there.",
    # --- the foot where a slide has no room for it, and on a stage ---
    "phase.done.theory.brief": "",
    "phase.done.dots.brief": "Dots: simulated.",
    "phase.line.critical.brief": "",
    "phase.line.reach.brief": "Dashed: depth limit, 6 ξ, at {layers:and} layers.",
    "phase.line.level.brief": "Thin: {sizes:and}.",
    "phase.lost.brief": "",
    # --- in words ---
    "phase.alt": (
        "Phase diagrams of {names:and}: {of} as colour over weight std from {low} to {high} and "
        "bias std from {least} to {most}, by mean field for deep stacks of {width} units."
    ),
    "phase.alt.dots": (
        "{dots} simulated stacks{each} as dots: half of them differ from it by at most "
        "{apart}, nine in ten by at most {most}."
    ),
    "phase.alt.each": " of each activation",
}
