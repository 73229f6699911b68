"""What becomes of a stack's signal and gradient, in the words of rows and titles."""

from actviz.diagnosis.verdict import Fate, Trend, fate, trend
from actviz.format import significant
from actviz.records.record import Record

_WORDS = {
    Fate.OVERFLOWS: "overflows",
    Fate.SYMMETRIC: "units alike",
    Fate.SATURATES: "saturates",
    Fate.EXPLODES: "explodes",
    Fate.FADES: "fades",
    Fate.COLLAPSES: "inputs alike",
    Fate.KEPT: "scale kept",
}


def verdict(record: Record) -> str:
    """Return what becomes of the signal, in one to three words."""
    return _WORDS[fate(record)]


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
