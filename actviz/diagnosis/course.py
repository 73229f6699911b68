"""Course: what became of a signal on its way up, or of a gradient on its way back, as a value."""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from typing import Any

#: A factor a layer between these keeps what it multiplies; so does a total between those below,
#: whatever the factor. Our own: 0.77 a layer, and 0.35 over the stack, lie between what tanh under
#: Xavier loses in 5 layers (0.80 a layer, 0.40 in all) and ReLU under Xavier (0.71, 0.25); 3.4
#: between what SELU under He gains in 5 layers (3.0) and no activation under He (4.1).
LEAST_FACTOR, MOST_FACTOR = 0.77, 1 / 0.77
LEAST_TOTAL, MOST_TOTAL = 0.35, 3.4

#: Thirtyfold over the stack is more than slow.
MUCH = 30.0


class Becomes(StrEnum):
    """What becomes of it."""

    KEEPS = "keeps"
    DECLINES = "declines"
    GROWS = "grows"
    VANISHES = "vanishes"
    EXPLODES = "explodes"
    UNDERFLOWS = "underflows"
    OVERFLOWS = "overflows"
    ZERO = "zero"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What becomes of one signal over a stack.

    Parameters
    ----------
    becomes : Becomes
        In one word.
    steps : int
        From layer to layer; 0 of a single one.
    total : float or None
        Its end over its start: the std of the last layer's activations over the first's, or the
        rms of the first layer's gradient over the last's, without what the widths alone do to it
        (`widths`). None where it has no end or no start.
    widths : float
        The factor of the gradient that the widths alone give, √(fan_out / fan_in) a layer.
    expected : float or None
        The total of mean field, where that is the judge's reference.
    differs : bool
        Whether the simulation is further from mean field than seeds are from one another.
    layer : int or None
        Where it stops being a number, or becomes too small for one.
    """

    becomes: Becomes
    steps: int = 0
    total: float | None = None
    widths: float = 1.0
    expected: float | None = None
    differs: bool = False
    layer: int | None = None

    @property
    def judged(self) -> float | None:
        """The total that the word stands for: mean field's, or the simulation's."""
        return self.total if self.expected is None or self.differs else self.expected

    @property
    def factor(self) -> float | None:
        """The geometric mean of the total, a layer."""
        return None if self.total is None else root(self.total, self.steps)

    @property
    def judged_factor(self) -> float | None:
        """The factor a layer that the word stands for."""
        return None if self.judged is None else root(self.judged, self.steps)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "becomes": self.becomes.value,
            "factor": self.factor,
            "total": self.total,
            "widths": self.widths,
            "mean_field": self.expected,
            "differs": self.differs,
            "layer": self.layer,
        }


def root(total: float, steps: int) -> float:
    """Return the geometric mean of a total, a step."""
    return exp(log(total) / steps) if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Courses:
    """Both ways through a stack."""

    signal: Course
    gradient: Course


def becomes(total: float, steps: int) -> Becomes:
    """Return what a total over so many steps is, in one word."""
    if total > MUCH:
        return Becomes.EXPLODES
    if total < 1 / MUCH:
        return Becomes.VANISHES
    factor = root(total, steps)
    if factor < LEAST_FACTOR and total < LEAST_TOTAL:
        return Becomes.DECLINES
    if factor > MOST_FACTOR and total > MOST_TOTAL:
        return Becomes.GROWS
    return Becomes.KEEPS
