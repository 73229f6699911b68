"""What is said on an overview: a word over every strip, a title of one line, one line below."""

from collections.abc import Sequence

from actviz.words.en.grammar import Wording, listed


def keepers(*, whose: Sequence[tuple[Sequence[str], Sequence[str]]], tried: int) -> str:
    """Return which initializers keep which activations' signal; the first clause has the verb."""
    parts: list[str] = []
    for labels, activations in whose:
        names = listed([f"{name}’s" for name in activations])
        who = f"{'only ' * (len(labels) == 1 < tried)}{listed(labels)}"
        if not parts:
            keeps = "keeps" if len(labels) == 1 else "keep"
            parts.append(f"{who[0].upper()}{who[1:]} {keeps} {names} signal")
        else:
            parts.append(f"{who} {names}")
    return ", ".join(parts)


def shown_layers(*, shown: Sequence[int], depth: int) -> str:
    """Return which layers of a stack are drawn."""
    if len(shown) == depth:
        return "one layer" if depth == 1 else f"layers 1 to {depth}, from left to right"
    if len(shown) == 1:
        return f"layer {shown[0]} of {depth}"
    if len(shown) > 5:
        first = ", ".join(map(str, shown[:3]))
        return f"layers {first} … {shown[-1]}, from left to right"
    return f"layers {listed([str(number) for number in shown])}, from left to right"


OVERVIEW: dict[str, Wording] = {
    "overview.mark.full": "✓",
    "overview.mark.pale": "–",
    "overview.mark.lost": "✗",
    "overview.mark.not_judged": "",
    "overview.key.full": "✓ healthy",
    "overview.key.pale": "– slow or doubtful",
    "overview.key.lost": "✗ does not train",
    "overview.key.chance": "trains: chance with plain SGD",
    "overview.key.stds": "right: std, first layer → last",
    "overview.key.ends": "below: std, first layer → last",
    "overview.key.ends_and_factor": "below: std, first layer → last; grad: its factor a layer",
    "overview.key.slope": "slope: gradient’s std, log scale",
    "overview.key.slope_cut": "slope: gradient’s std, log scale; ▲ ▼ beyond 8 decades",
    "overview.key.slope.long": "slope: gradient’s std, log scale; dot: last layer",
    "overview.key.slope_cut.long": (
        "slope: gradient’s std, log scale; dot: last layer; ▲ ▼ beyond 8 decades"
    ),
    "overview.key.unit": "in a unit: std of one unit over the inputs",
    "overview.key.zeros": "stem: share of zeros",
    "overview.key.cut": "gap: higher than drawn",
    "overview.key.pale.short": "– doubtful",
    "overview.key.chance.short": "trains: chance (SGD)",
    "overview.key.slope.short": "slope: gradient, log scale",
    "overview.key.slope_cut.short": "slope: gradient, log scale; ▲ ▼ cut",
    "overview.key.stds.short": "right: std, first → last",
    "overview.key.ends.short": "below: std, first → last",
    "overview.key.ends_and_factor.short": "below: std, first → last; grad: a layer",
    "overview.key.unit.short": "in a unit: over the inputs",
    "overview.key.zeros.short": "stem: zeros",
    "overview.key.cut.short": "gap: cut",
    "overview.key.not_judged": "outline: not judged",
    "explain.strips": (
        "A strip is a stack: a small histogram of each layer, the first at the left, on one scale "
        "for all of an activation. Above it stands what becomes of the stack."
    ),
    "explain.rows": (
        "A row is a stack: a histogram of each layer, the first at the left, and above each the "
        "std of its values. At the left stands what becomes of the stack."
    ),
    "explain.cut_bars": (
        "Bars are cut where they are higher than {times:g} times an even spread: a gap near the "
        "top marks them."
    ),
    "explain.states": (
        "✓ and full hue: healthy; – and pale hue: slow or doubtful; ✗ and grey: does not train; an "
        "outline without a mark: not judged."
    ),
    "explain.chance": (
        "“trains 96 %” is the chance that a net which starts so learns by plain gradient descent, "
        "from a fit to nets that were trained (docs/trainability.md)."
    ),
    "explain.slope": (
        "The slope at the right is the gradient’s std by layer, on a logarithmic scale. It is read "
        "from right to left, as a gradient goes: from the last layer, the dot, back to the first; "
        "the dotted line is the last layer’s std, and ×2 a layer is a rise to the left."
    ),
    "explain.unit": (
        "“in a unit” is the std of one unit over the inputs: where it is small beside the std, all "
        "inputs look alike."
    ),
    "explain.ends": "Below its word stands the std of a stack’s first layer and of its last one.",
    "explain.ends_and_factor": (
        "Below its word stand the std of a stack’s first layer and of its last one, and by what "
        "its gradient is multiplied in each layer on the way back."
    ),
    "overview.back": "← gradient",
    "explain.apart": (
        "“beyond widths”: by what a gradient is multiplied beyond what layers of several widths do "
        "to it by their widths alone."
    ),
    "overview.word": "{mark} {word}",
    "overview.stds": "{first} → {last}",
    "overview.keepers": keepers,
    "overview.none": "No initializer here keeps {names:and} healthy",
    "overview.none_of": "None of these {of} stacks is healthy",
    "overview.none_kept": "No initializer here keeps {names:or}’s signal",
    "overview.none_kept_of": "None of these {of} stacks keeps its signal",
    "overview.all": "All {of} stacks keep their signal",
    "overview.some": "{kept} of {of} stacks {kept:is|are} healthy",
    "overview.lost": "none keeps {names:or}",
    "overview.best": "{name} at best {word} ({init})",
    "overview.hidden": "What becomes of the signal, layer by layer?",
    "overview.shown": "{signals} of {units} in {shown}",
    "overview.shown_bare": "{signals} in {shown}",
    "overview.layers": shown_layers,
    "overview.units": "{width} units",
    "overview.units_listed": "{widths:and} units",
    "overview.units_joined": "{widths} units",
    "overview.each": "every layer, from left to right",
    "overview.page": "page {page} of {pages}",
    "overview.row": "{name}: {parts:;}.",
    "overview.row_stds": "std by layer {stds}{beyond}",
    "overview.chance": " ({chance})",
    "overview.scale_rows": (
        "The histograms of a row have one scale, and bars are cut where they are higher than "
        "{times:g} times an even spread"
    ),
    "overview.beyond": "; up to {share} of a layer's values lie beyond the range of its histogram",
    "overview.beyond_panel": "{share} beyond",
    "overview.both_kept": "{title} and gradient",
    "overview.own": "{init}: {word}",
    "overview.single": "Under {init}, {said}",
    "overview.alike": "{init} makes all inputs of {name} alike",
    "overview.keeps": "{init} keeps {name}’s signal",
    "overview.does": "{name} {does}",
    "overview.the_signal": "the signal {word}",
    "overview.the_gradient": "the {word}",
    "overview.signal": "{name}’s signal {word}",
    "overview.gradient_of": "{name}’s {word}",
    "overview.scale": (
        "All histograms of an activation have one scale, and bars are cut where they are higher "
        "than {times:g} times an even spread"
    ),
    "picture.overview": "Strips of small histograms",
}
