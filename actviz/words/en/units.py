"""What is said of a view of units: noise, stripes, one tone."""

from functools import partial

from actviz.words.en.grammar import Wording

#: What is so in some of several stacks.
_DOES = {
    "noise": "every input leaves its mark",
    "striped": "inputs look more and more alike",
    "down": "all inputs look alike",
    "across": "all units are the same",
    "gone": "the signal is gone",
    "nonfinite": "a layer is not finite",
}


def _in_some(end: str, *, count: int, of: int) -> str:
    """Return what is so in some or in all stacks, of which there are two or more."""
    every = "both" if of == 2 else f"all {of}"
    return f"In {every if count == of else f'{count} of {of}'} stacks {end}"


UNITS: dict[str, Wording] = {
    # --- above a stack's layers ---
    "units.noise": "noise: inputs differ",
    "units.noise_but": "noise, but {does}",
    "units.streaked": "some stripes: partly alike",
    "units.streaked_but": "some stripes, {does}",
    "units.striped": "stripes set in: more alike",
    "units.down": "stripes down: inputs alike",
    "units.across": "stripes across: units alike",
    "units.gone": "one tone: signal gone",
    "units.nonfinite": "not finite in layer {layer}",
    "units.noise.short": "noise",
    "units.streaked.short": "partly alike",
    "units.striped.short": "more alike",
    "units.down.short": "inputs alike",
    "units.across.short": "units alike",
    "units.gone.short": "signal gone",
    "units.nonfinite.short": "not finite",
    # --- titles, of at most 55 characters ---
    "units.title.noise": "Noise to layer {layer}: every input leaves its own mark",
    "units.title.noise_but": "Noise to layer {layer}, but the signal {does}",
    "units.title.noise_and": "Noise to layer {layer}, but: {does}",
    "units.title.streaked": "Some stripes from layer {layer} on: inputs partly alike",
    "units.title.streaked_but": "Stripes in layer {layer}, and the signal {does}",
    "units.title.streaked_and": "Stripes in layer {layer}, and: {does}",
    "units.title.striped": "Stripes from layer {layer} on: inputs look more alike",
    "units.title.down": "Stripes from layer {layer} on: all inputs look alike",
    "units.title.across": "Stripes across: all units of a layer are the same",
    "units.title.gone": "One tone from layer {layer} on: the signal is gone",
    "units.title.nonfinite": "Layer {layer} overflows, and the stack stops there",
    "units.title.recorded": "Layer {layer} has values that are not finite",
    **{f"units.titles.{kind}": partial(_in_some, does) for kind, does in _DOES.items()},
    **{f"units.titles.{kind}.does": does for kind, does in _DOES.items()},
    "units.titles.under": "under {labels:and} {does}",
    "units.titles.in": "in {activations:and} {does}",
    "units.titles.but": (
        "{activations:and} {activations:tells|tell} inputs apart but for {others:and}"
    ),
    # --- below the title, and at the foot ---
    "units.dots": "first {units} units × {inputs} inputs",
    "units.layers": "{count} of {depth} layers",
    "units.numbers": "Numbers: std. ",
    "units.foot": "{named}Across: units, down: inputs{keys}.{left}",
    "units.key.down": "; stripes down: inputs alike",
    "units.key.across": "; stripes across: units alike",
    "units.key.gone": "; one tone: nothing left",
    "units.stacks": " Only {stacks} of {of} stacks fit.",
    "units.reach": "2.5 rms of layer 1",
    "units.reach.signed": "±2.5 rms of layer 1",
    "units.number": "layer {layer}",
    # --- in words ---
    "units.alt": (
        "Dots for each layer's activations: the first units across, the first inputs down, the "
        "value as a colour on one scale for all layers of a stack. {done}."
    ),
    "units.alt.row": "{name}: std by layer {stds:,}; {seen} from layer {since} on.",
}
