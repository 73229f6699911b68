"""What becomes of the signal on its way up, and of the gradient on its way back.

Of random weights around 0 mean field says it, which has no seed; the simulation confirms it, or
where it differs by more than seeds do from one another, has the last word. Of all other weights,
and of layers that were recorded, the numbers of the Record are all there is.
"""

from math import inf, log, log1p, sqrt, ulp
from sys import float_info

from actviz.diagnosis.course import Becomes, Course, Courses, becomes
from actviz.errors import SpecError
from actviz.records.measuring import JUDGED_UNITS
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.theory.prediction import scales

#: As many standard deviations between seeds as a simulation may be away from mean field.
_SEEDS_APART = 3.0


def courses(record: Record) -> Courses:
    """Return what becomes of a stack's signal and of its gradient."""
    reference = _reference(record)
    return Courses(signal=_signal(record, reference), gradient=_gradient(record, reference))


def _reference(record: Record) -> tuple[float, float] | None:
    """Return the two totals of mean field; None where it is silent, or does not reach the end."""
    stack, layers = record.stack, record.layers
    # Layers that are narrower differ too much from one another for a limit of wide ones.
    if stack is None or min(stack.widths) < JUDGED_UNITS or len(layers) < 2:
        return None
    try:
        found = scales(stack)
    except (SpecError, OverflowError):  # no random weights around 0; a variance that is no float
        return None
    if len(found) < stack.depth or not found[0][0] or not found[-1][1]:
        return None
    gradient = found[0][1] / found[-1][1] / _widths(layers)
    return found[-1][0] / found[0][0], gradient


def _widths(layers: tuple[LayerRecord, ...]) -> float:
    return sqrt(layers[-1].width / layers[0].width)


def _signal(record: Record, reference: tuple[float, float] | None) -> Course:
    if (layer := record.first_nonfinite_layer) is not None:
        return Course(becomes=Becomes.OVERFLOWS, layer=layer)
    if (layer := record.first_underflow_layer) is not None:
        return Course(becomes=Becomes.UNDERFLOWS, layer=layer)
    stds = [layer["activation"].stats.std or 0.0 for layer in record.layers]
    if not any(stds):
        return Course(becomes=Becomes.ZERO)
    return _course(record, stds, 1.0, reference and reference[0])


def _gradient(record: Record, reference: tuple[float, float] | None) -> Course:
    if "gradient" not in record.signals:  # of gradients that some layers lack nothing is said
        return Course(becomes=Becomes.ABSENT)
    if (layer := record.first_nonfinite_gradient_layer) is not None:
        return Course(becomes=Becomes.OVERFLOWS, layer=layer)
    if (layer := record.first_underflow_gradient_layer) is not None:
        return Course(becomes=Becomes.UNDERFLOWS, layer=layer)
    rms = [layer["gradient"].stats.rms or 0.0 for layer in reversed(record.layers)]
    if not rms[0] or not rms[-1]:
        return Course(becomes=Becomes.ZERO)
    return _course(record, rms, _widths(record.layers), reference and reference[1])


def _course(record: Record, sizes: list[float], widths: float, expected: float | None) -> Course:
    """Return the course of a signal that has these sizes on its way."""
    steps = len(sizes) - 1
    if not steps or not sizes[0]:
        return Course(becomes=Becomes.KEEPS, steps=steps, widths=widths)
    # A ratio that is no float is as far as floats go: 0 is only what has gone.
    total = min(max(sizes[-1] / sizes[0] / widths, ulp(0.0) * bool(sizes[-1])), float_info.max)
    differs = expected is not None and _apart(total, expected) > _SEEDS_APART * _seeds(record)
    judged = total if expected is None or differs else expected
    return Course(
        becomes=becomes(judged, steps),
        steps=steps,
        total=total,
        widths=widths,
        expected=expected,
        differs=differs,
    )


def _apart(one: float, other: float) -> float:
    return abs(log(one) - log(other)) if one and other else inf


def _seeds(record: Record) -> float:
    """Return how far seeds are apart, as the standard deviation of the logarithm of a total.

    That of ReLU with independent weights, whose kurtosis is the largest of the usual activations:
    the square of a layer's size has the relative variance prod(1 + 5/n) - 1 (Hanin & Rolnick 2018).
    """
    return sqrt(sum(log1p(5 / layer.width) for layer in record.layers[1:])) / 2
