"""The chance to train: how likely a net of this stack learns by plain gradient descent.

A logistic regression of four numbers, each 0 where nothing is lost, that one pass forward and one
back give. It was fitted to nets that were trained (`benchmarks/trainability.py`); what came out is
in `actviz.diagnosis.calibration`. Nothing is judged here: that is `actviz.diagnosis.verdict`.
"""

from dataclasses import dataclass
from math import exp, log, log10, sqrt

from actviz.diagnosis import calibration
from actviz.diagnosis.course import Courses
from actviz.diagnosis.findings import Kind, Unknown
from actviz.layers.activations import ACTIVATIONS
from actviz.records.measuring import judged_layer
from actviz.records.record import Record
from actviz.records.signal import LayerRecord

#: In so many directions and more, the inputs are as well apart as a net needs them.
ENOUGH_DIRECTIONS = 8.0

#: Half of ReLU's entries are flat, and it learns: of a bounded activation a third does no harm.
HARMLESS_SATURATION = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the chance is made of; every number is 0 where nothing is lost.

    Parameters
    ----------
    grows, shrinks : float
        Decades by which the gradient's rms grows, or shrinks, from the last layer to the first,
        apart from what the widths alone do to it.
    flat : float or None
        How far the effective rank of the last layer is below 8: 1 - ln rank / ln 8, at least 0.
        None where it was not measured.
    saturated : float
        Shares of saturated entries beyond a third, summed over the layers; 0 for an activation
        that has not two bounds.
    """

    grows: float
    shrinks: float
    flat: float | None
    saturated: float

    @property
    def numbers(self) -> dict[Kind, float]:
        """What the regression reads, by what it is the sign of.

        Squares, since a little of each does no harm. What saturation does to a gradient that grows
        is in its growth already.
        """
        return {
            Kind.EXPLODING_GRADIENT: self.grows**2,
            Kind.VANISHING_GRADIENT: self.shrinks**2,
            Kind.FEW_DIRECTIONS: (self.flat or 0.0) ** 2,
            Kind.SATURATED: self.saturated / (1 + self.grows**2),
        }

    @property
    def taken(self) -> dict[Kind, float]:
        """What each number takes from the log odds, at most 0."""
        return {kind: calibration.TAKES[kind] * value for kind, value in self.numbers.items()}

    @property
    def log_odds(self) -> float:
        """The logarithm of chance / (1 - chance); with an unknown rank, that of the full rank."""
        return calibration.BEGINS + sum(self.taken.values())

    @property
    def chance(self) -> float:
        """From 0 to 1; with an unknown rank, the most that it can be."""
        return 1 / (1 + exp(min(-self.log_odds, 700.0)))

    @property
    def worst(self) -> Kind:
        """What takes most."""
        return min(self.taken, key=lambda kind: self.taken[kind])


def evidence(record: Record, courses: Courses) -> Evidence | Unknown:
    """Return what the chance of a stack is made of, or why there is none.

    Parameters
    ----------
    record : Record
        Of a simulation with ``gradients=True``, all of it finite, no gradient being 0.
    courses : Courses
        What becomes of its signal and its gradient.
    """
    if (stack := record.stack) is None:
        return Unknown.RECORDED
    if stack.activation not in ACTIVATIONS.values():
        return Unknown.ACTIVATION
    if len(record.layers) < 2:
        return Unknown.ONE_LAYER
    if "gradient" not in record.signals:
        return Unknown.NO_GRADIENTS
    judged = judged_layer([layer.width for layer in record.layers])
    if judged is None:
        return Unknown.NARROW
    lost = courses.gradient.total
    if not lost:
        return Unknown.NO_GRADIENTS
    decades = log10(lost)
    return Evidence(
        grows=max(0.0, decades),
        shrinks=max(0.0, -decades),
        flat=_flat(record.layers[judged - 1]),
        saturated=_saturated(record) if stack.activation.bounded else 0.0,
    )


def _flat(layer: LayerRecord) -> float | None:
    rank = layer["activation"].stats.effective_rank
    return None if rank is None else max(0.0, 1 - log(max(rank, 1.0)) / log(ENOUGH_DIRECTIONS))


def _saturated(record: Record) -> float:
    shares = (layer["activation"].stats.saturated_fraction or 0.0 for layer in record.layers)
    return sum(max(0.0, share - HARMLESS_SATURATION) for share in shares)


def threshold(kind: Kind, cut: float) -> float:
    """Return how bad a number must be to bring the chance down to `cut` on its own.

    In the unit that the number is told in: the gradient's total, the effective rank, the sum of
    saturated shares.
    """
    taken = (log(cut / (1 - cut)) - calibration.BEGINS) / calibration.TAKES[kind]
    return _in_its_unit(kind, taken if kind is Kind.SATURATED else sqrt(max(taken, 0.0)))


def told(kind: Kind, found: Evidence) -> float:
    """Return a number of the evidence in the unit of its threshold."""
    value = found.numbers[kind]
    return _in_its_unit(kind, value if kind is Kind.SATURATED else sqrt(value))


def _in_its_unit(kind: Kind, value: float) -> float:
    match kind:
        case Kind.EXPLODING_GRADIENT:
            return float(10.0 ** min(value, 308.0))
        case Kind.VANISHING_GRADIENT:
            return float(10.0**-value)
        case Kind.FEW_DIRECTIONS:
            return float(ENOUGH_DIRECTIONS ** (1 - min(value, 1.0)))
        case _:
            return value
