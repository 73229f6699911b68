"""What becomes of a stack's signal and of its gradient, in the words of a grid's rows and titles.

The judgement is `actviz.diagnose`'s and the numbers are the Record's; here they become words.
"""

from enum import StrEnum
from math import log10

from actviz._format import significant
from actviz.diagnose import VARIANCE_RATIO, Fate, fate
from actviz.record import Record

_WORDS = {
    Fate.OVERFLOWS: "overflows",
    Fate.SYMMETRIC: "units alike",
    Fate.SATURATES: "saturates",
    Fate.EXPLODES: "explodes",
    Fate.FADES: "fades",
    Fate.COLLAPSES: "inputs alike",
    Fate.KEPT: "scale kept",
}


class Trend(StrEnum):
    """What becomes of the gradient on its way back; the value is a verb for "the gradient …"."""

    ABSENT = "is not reached"
    OVERFLOWS = "overflows"
    ZERO = "is 0"
    UNDERFLOWS = "underflows"
    VANISHES = "vanishes"
    EXPLODES = "explodes"
    KEPT = "keeps its scale"


def verdict(record: Record) -> str:
    """Return what becomes of the signal, in one to three words."""
    return _WORDS[fate(record)]


def trend(record: Record) -> Trend:
    """Return what becomes of the gradient, the first that applies.

    It vanishes or explodes where its variance differs by a factor of more than 10 between the first
    layer and the last one: the ratio at which the signal's scale counts as kept.
    """
    if "gradient" not in record.layers[0]:
        return Trend.ABSENT
    if record.first_nonfinite_gradient_layer is not None:
        return Trend.OVERFLOWS
    if record.first_underflow_gradient_layer is not None:
        return Trend.UNDERFLOWS
    factor = record.gradient_factor
    if factor == 0 or not record.layers[-1]["gradient"].stats.rms:
        return Trend.ZERO
    # Of variances, as decades: the ratio itself may be too large or too small for a float.
    decades = 0.0 if factor is None else 2 * (len(record.layers) - 1) * log10(factor)
    if abs(decades) <= log10(VARIANCE_RATIO):
        return Trend.KEPT
    return Trend.EXPLODES if decades > 0 else Trend.VANISHES


def gradient_words(record: Record) -> str:
    """Return what becomes of the gradient, to be read after the word "gradient".

    Its factor from a layer to the one before where there is one: ``"×0.24 a layer"``.
    """
    what = trend(record)
    if what is Trend.ABSENT:
        return "not reached"
    if what is Trend.OVERFLOWS:
        return f"overflows in layer {record.first_nonfinite_gradient_layer}"
    if what is Trend.UNDERFLOWS:
        return f"underflows in layer {record.first_underflow_gradient_layer}"
    if what is Trend.ZERO:
        return "is 0"
    if record.gradient_factor is None:
        std = record.layers[0]["gradient"].stats.std
        return "" if std is None else f"of std {significant(std, 2)}"
    return f"×{significant(record.gradient_factor, 2)} a layer"


def captions(record: Record) -> tuple[str, ...]:
    """Return what a row says of a stack that shows its activations only, the fullest form first."""
    gradient = f"gradient {gradient_words(record)}"
    return f"{verdict(record)} · {gradient}", gradient
