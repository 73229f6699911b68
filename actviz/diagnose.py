"""What became of the signal in a stack, in one word, from its Record alone.

Thresholds are data with their sources. This room computes no statistic that the Record lacks, and
draws nothing.
"""

from enum import StrEnum
from math import inf, sqrt

from actviz.record import LayerRecord, Record

#: A layer's units are constants over the inputs when their spread is below this share of the
#: spread that a pooled histogram shows. Our own; the textbook's sigmoid + Xavier reaches 0.5 %.
COLLAPSED_SHARE = 0.1

#: Largest over smallest layer variance that still counts as kept: the rule "poor initialization"
#: of Amazon SageMaker Debugger.
VARIANCE_RATIO = 10.0

#: A bounded activation saturates when this share of the last layer's entries has a derivative
#: below 5 % of its maximum. Our own.
SATURATED_SHARE = 0.25


class Fate(StrEnum):
    """What becomes of the signal; the value is a verb for "the signal …" or "the inputs …"."""

    OVERFLOWS = "overflows"
    SYMMETRIC = "repeats"
    SATURATES = "saturates"
    EXPLODES = "explodes"
    FADES = "fades"
    COLLAPSES = "collapses"
    KEPT = "kept"

    @property
    def sentence(self) -> str:
        """The fate as a sentence about the signal."""
        return _SENTENCES[self]


_SENTENCES = {
    Fate.OVERFLOWS: "overflows: the stack stops at the first layer that is not finite",
    Fate.SYMMETRIC: "repeats itself: all units of a layer are one and the same",
    Fate.SATURATES: "saturates: the last layer sits at the activation's bounds",
    Fate.EXPLODES: "explodes from layer to layer",
    Fate.FADES: "fades away from layer to layer",
    Fate.COLLAPSES: "collapses: in the last layer all inputs look alike",
    Fate.KEPT: "keeps its scale",
}


def fate(record: Record) -> Fate:
    """Return the first that applies, in the order of `Fate`.

    - overflows: a layer is not finite, and the stack stopped there;
    - repeats: in every layer all units are the same (see `symmetric`);
    - saturates: the activation has two bounds, and over 25 % of the last layer sits at them;
    - explodes, fades: the largest variance of a layer is over 10 times the smallest one, and the
      last layer's std is above, or below, the first one's;
    - collapses: every input gives nearly the same output (see `collapsed`);
    - kept: none of these.
    """
    if record.first_nonfinite_layer is not None:
        return Fate.OVERFLOWS
    if all(map(symmetric, record.layers)):
        return Fate.SYMMETRIC
    last = record.layers[-1]["activation"].stats
    if record.spec.activation.bounded and (last.saturated_fraction or 0) > SATURATED_SHARE:
        return Fate.SATURATES
    stds = [layer["activation"].stats.std or 0.0 for layer in record.layers]
    ratio = max(stds) / min(stds) if min(stds) > 0 else inf
    constant = max(stds) == 0
    if ratio > sqrt(VARIANCE_RATIO) and not constant:
        return Fate.EXPLODES if stds[-1] > stds[0] else Fate.FADES
    if collapsed(record.layers[-1]):
        return Fate.COLLAPSES
    return Fate.KEPT


def symmetric(layer: LayerRecord) -> bool:
    """Return whether all units of a layer are the same, though they vary over the inputs.

    True when the between-unit std of the activation is 0 and its within-unit std is not, as under
    weights that are all one constant. Such units have one gradient too, and stay the same in
    training. False for a single unit.
    """
    stats = layer["activation"].stats
    return stats.between_unit_std == 0 and bool(stats.within_unit_std)


def collapsed(layer: LayerRecord) -> bool:
    """Return whether the layer's units are constants over the inputs, however wide they spread.

    True when the within-unit std of the activation is below 10 % of its pooled std, or 0: then all
    inputs look alike to the next layer, which a pooled histogram cannot show. False for a single
    sample, which has no spread over inputs.
    """
    stats = layer["activation"].stats
    if stats.within_unit_std is None or stats.std is None:
        return False
    return stats.within_unit_std <= COLLAPSED_SHARE * stats.std
