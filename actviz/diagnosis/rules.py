"""What counts as wrong with a stack: kinds of findings, and thresholds as data with sources.

A profile is a table of rules; a rule reads one number off a Record, for the stack or for each
layer. Nothing is simulated here, and nothing is judged: that is `actviz.diagnosis.verdict`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import ge, gt, le, lt

from actviz.diagnosis import calibration
from actviz.diagnosis.chance import HARMLESS_SATURATION
from actviz.diagnosis.course import (
    LEAST_FACTOR,
    LEAST_TOTAL,
    MOST_FACTOR,
    MOST_TOTAL,
    MUCH,
    Course,
    Courses,
)
from actviz.diagnosis.findings import Kind, Severity
from actviz.diagnosis.measures import (
    Readings,
    directions,
    few_entries,
    flat_entries,
    gradient_underflow,
    gradient_zeros,
    mean_magnitude,
    nonfinite,
    of_layers,
    one_unit,
    saturated,
    underflow,
    variance_ratio,
    within_share,
)
from actviz.lookup import Table, lookup
from actviz.numbers.stats import FEW_SHARE
from actviz.records.kept import Reads
from actviz.records.measuring import Measuring
from actviz.records.record import Record

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A number of a Record, and from where on it is bad.

    Parameters
    ----------
    kind : Kind
        What it finds.
    measure : str
        What the number is, for people.
    numbers : callable
        Record to the (layer, number) that it has; none where the number is not defined.
    compare : {"<", "<=", ">", ">="}
        On which side of a threshold a number is bad.
    thresholds : tuple of (Severity, float)
        The worse one first.
    source : str
        Where the thresholds come from.
    fact : bool
        Whether what is as bad as the first threshold says is a hard fact: such a net cannot train,
        whatever else is well with it.
    """

    kind: Kind
    measure: str
    numbers: Callable[[Record, Courses], Readings]
    compare: str
    thresholds: tuple[tuple[Severity, float], ...]
    source: str
    fact: bool = False

    def judge(self, value: float) -> tuple[Severity, float] | None:
        """Return the worst severity whose threshold `value` crosses, and that threshold."""
        crosses = _COMPARE[self.compare]
        return next(((s, t) for s, t in self.thresholds if crosses(value, t)), None)

    def worst(self, values: Iterable[float]) -> float:
        """Return the value that is furthest on the bad side."""
        return max(values) if self.compare in (">", ">=") else min(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A named table of rules; with a `chance`, that is what judges, and the rules say why.

    `reads` are the statistics that its rules, the courses and the chance read; `measuring` is what
    a stack is simulated with, to be judged by it.
    """

    name: str
    source: str
    rules: tuple[Rule, ...]
    reads: Reads = field(hash=False)
    chance: bool = False

    @property
    def measuring(self) -> Measuring:
        """What of a stack's values these rules read, and nothing else."""
        return Measuring(gradients=True, statistics=self.reads)


# --- the tables ---------------------------------------------------------------------------

#: A layer's units are constants over the inputs when their spread is below this share of the
#: spread that a pooled histogram shows. Our own; the textbook's sigmoid + Xavier reaches 0.5 %.
COLLAPSED_SHARE = 0.1

#: Largest over smallest layer variance that still counts as kept: the rule "poor initialization"
#: of Amazon SageMaker Debugger.
VARIANCE_RATIO = 10.0

INFO, W, E = Severity

_SAGEMAKER = "Amazon SageMaker Debugger"


#: The number that is the verdict, and those that it is made of.
CHANCE = "chance to train by plain gradient descent"
TAKEN = {
    Kind.EXPLODING_GRADIENT: "rms of the gradient, first layer over last",
    Kind.VANISHING_GRADIENT: "rms of the gradient, first layer over last",
    Kind.FEW_DIRECTIONS: "effective rank of the last layer",
    Kind.SATURATED: "saturated shares beyond a third, summed over the layers",
}

#: Where its cuts come from, and how much of one number alone would cross one.
FITTED = f"our own: fitted to {calibration.NETS} nets that were trained ({calibration.DATE})"
ALONE = "our own: alone it would bring the chance to {:.0%}, by the fit to " + (
    f"{calibration.NETS} nets that were trained ({calibration.DATE})"
)


def _alone(numbers: Callable[[Record], Readings]) -> Callable[[Record, Courses], Readings]:
    """Return numbers of a Record that do not ask what becomes of its signals."""
    return lambda record, courses: numbers(record)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What goes through a stack, the activations' std up or the gradient's rms down, in words."""

    course: Callable[[Courses], Course]
    total: str
    factor: str

    def totals(self, record: Record, courses: Courses) -> Readings:
        """Return the end over the start."""
        if (value := self.course(courses).judged) is not None:
            yield None, value

    def factors(self, record: Record, courses: Courses) -> Readings:
        """Return the factor a layer, where it adds up to something over the stack."""
        course = self.course(courses)
        if course.judged is None or LEAST_TOTAL <= course.judged <= MOST_TOTAL:
            return
        if (value := course.judged_factor) is not None:
            yield None, value


_SIGNAL = _Way(
    course=lambda courses: courses.signal,
    total="std of the activations, last layer over first",
    factor="signal factor a layer",
)
_GRADIENT = _Way(
    course=lambda courses: courses.gradient,
    total="rms of the gradient, first layer over last",
    factor="gradient factor a layer",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """From where on a change is bad, over the stack and a layer, and where that comes from."""

    compare: str
    total: tuple[tuple[Severity, float], ...]
    total_source: str
    factor: float
    factor_source: str


_LOSS = _Change(
    compare="<",
    total=((E, 1e-3), (W, 1 / MUCH)),
    total_source="our own: a thirtieth warns, a thousandth is an error; ReLU under He at 100 units "
    "wanders by a factor of 7 in 50 layers between seeds, by finite width alone (Hanin and Rolnick "
    "2018)",
    factor=LEAST_FACTOR,
    factor_source="our own: 0.77 a layer, and 0.35 over the stack, lie between what tanh under "
    "Xavier loses in 5 layers (0.80 a layer, 0.40 in all) and ReLU under Xavier (0.71, 0.25)",
)
_GAIN = _Change(
    compare=">",
    total=((E, 1e3), (W, MUCH)),
    total_source="our own: thirtyfold warns, a thousandfold is an error, as for a loss",
    factor=MOST_FACTOR,
    factor_source="our own: 1/0.77 a layer, as for a loss, and 3.4 over the stack, between what "
    "SELU under He gains in 5 layers (3.0) and no activation under He (4.1)",
)


def _changes(kind: Kind, way: _Way, change: _Change) -> tuple[Rule, Rule]:
    """Return the rules of what is lost or gained on a way: over the stack, and a layer."""
    return (
        Rule(
            kind=kind,
            measure=way.total,
            numbers=way.totals,
            compare=change.compare,
            thresholds=change.total,
            source=change.total_source,
        ),
        Rule(
            kind=kind,
            measure=way.factor,
            numbers=way.factors,
            compare=change.compare,
            thresholds=((W, change.factor),),
            source=change.factor_source,
        ),
    )


def _underflow(kind: Kind, signal: str, numbers: Callable[[Record], Readings]) -> Rule:
    return Rule(
        kind=kind,
        measure=f"underflow: rms of the {signal} over the smallest normal number",
        numbers=_alone(numbers),
        compare="<",
        thresholds=((E, 1.0),),
        fact=True,
        source="IEEE 754: the smallest normal number of float64, 2^-1022, or of float32, 2^-126",
    )


def _uneven(kind: Kind, *, rising: bool) -> Rule:
    return Rule(
        kind=kind,
        measure="largest over smallest variance of a layer's activations",
        numbers=_alone(variance_ratio(rising=rising)),
        compare=">",
        thresholds=((E, VARIANCE_RATIO),),
        source=f"{_SAGEMAKER}, poor weight initialization: a ratio above 10",
    )


DEFAULT = Profile(
    name="default",
    source="our own, each with its reason",
    reads={
        "activation": ["scale", "saturated", "cosine", "judged_rank"],
        # Its rms to the last bit, so that a stack and the file of its Record have one chance.
        "gradient": ["scale", "few_entries"],
    },
    chance=True,
    rules=(
        Rule(
            kind=Kind.NON_FINITE,
            measure="values that are NaN or infinite",
            numbers=_alone(nonfinite),
            compare=">",
            thresholds=((E, 0.0),),
            fact=True,
            source="any at all: nothing can be learned from it",
        ),
        Rule(
            kind=Kind.DEAD_UNITS,
            measure="share of units that are 0 for every input",
            numbers=_alone(of_layers(lambda stats: stats.dead_unit_fraction)),
            compare=">",
            thresholds=((E, 0.95), (W, 0.75)),
            fact=True,
            source="our own: half of a deep ReLU layer is dead even under He, once its inputs have "
            "become alike; three quarters and 95 % are more than that",
        ),
        Rule(
            kind=Kind.SYMMETRIC_UNITS,
            measure="std between the units' means, the units being one and the same",
            numbers=_alone(one_unit),
            compare="<=",
            thresholds=((E, 0.0),),
            fact=True,
            source="exact: units that are one and the same have one gradient, and stay the same",
        ),
        Rule(
            kind=Kind.COLLAPSED,
            measure="mean cosine between the activations of two inputs",
            numbers=_alone(of_layers(lambda stats: stats.mean_cosine)),
            compare=">=",
            thresholds=((E, 0.9999),),
            fact=True,
            source="our own: inputs then differ by 1 % of their length; ReLU under He stays below "
            "0.999 for 50 layers",
        ),
        Rule(
            kind=Kind.COLLAPSED,
            measure="spread of a unit over the inputs, as a share of the pooled std",
            numbers=_alone(of_layers(within_share)),
            compare="<=",
            thresholds=((W, COLLAPSED_SHARE),),
            source="our own: 99 % of the pooled variance is then between units; sigmoid under "
            "Xavier has 0.005 in layer 5, ReLU under He 0.3 in layer 50",
        ),
        *_changes(Kind.EXPLODING_SIGNAL, _SIGNAL, _GAIN),
        _underflow(Kind.VANISHING_SIGNAL, "preactivations", underflow),
        *_changes(Kind.VANISHING_SIGNAL, _SIGNAL, _LOSS),
        *_changes(Kind.EXPLODING_GRADIENT, _GRADIENT, _GAIN),
        _underflow(Kind.VANISHING_GRADIENT, "gradient", gradient_underflow),
        Rule(
            kind=Kind.VANISHING_GRADIENT,
            measure="share of gradients that are exactly 0",
            numbers=_alone(gradient_zeros),
            compare=">",
            thresholds=((E, 0.99),),
            fact=True,
            source="our own: under 1 % of the entries have anything to learn from",
        ),
        *_changes(Kind.VANISHING_GRADIENT, _GRADIENT, _LOSS),
        Rule(
            kind=Kind.SATURATED,
            measure="share of entries with a derivative below 5% of its maximum",
            numbers=_alone(saturated),
            compare=">",
            thresholds=((INFO, HARMLESS_SATURATION),),
            source="our own: half of ReLU's entries are flat, and it learns; hard tanh under "
            "Xavier has 0.32 in its first layer, sigmoid under std = 1 0.66",
        ),
        Rule(
            kind=Kind.FEW_DIRECTIONS,
            measure="effective rank of the last layer",
            numbers=_alone(directions),
            compare="<",
            thresholds=((INFO, 3.0),),
            source="our own: of the nets that were trained, those that lost no gradient and did "
            "not train had a rank of 1.7 to 2.1; all of rank 5 and more trained",
        ),
        Rule(
            kind=Kind.FEW_ENTRIES,
            measure="median of |g| over the gradient's std",
            numbers=few_entries,
            compare="<",
            thresholds=((INFO, FEW_SHARE),),
            source="our own: half of the entries then share less than a hundredth of the square; "
            "0.67 for normal values",
        ),
    ),
)

PUBLISHED = Profile(
    name="published",
    source=f"{_SAGEMAKER}'s rules",
    reads={
        "preactivation": ["size", "quantiles"],
        "activation": ["scale"],
        "gradient": ["scale", "histogram"],
    },
    rules=(
        Rule(
            kind=Kind.NON_FINITE,
            measure="values that are NaN or infinite",
            numbers=_alone(nonfinite),
            compare=">",
            thresholds=((E, 0.0),),
            source=f"{_SAGEMAKER}, exploding tensor: any NaN or infinity",
        ),
        Rule(
            kind=Kind.DEAD_UNITS,
            measure="share of units that are not 0 on under 1% of the inputs",
            numbers=_alone(of_layers(lambda stats: stats.idle_unit_fraction)),
            compare=">",
            thresholds=((E, 0.5),),
            source=f"{_SAGEMAKER}, dead ReLU: over 50 % of the units active on under 1 % of inputs",
        ),
        Rule(
            kind=Kind.SATURATED,
            measure="share of entries with a derivative below 1e-7, at least",
            numbers=_alone(flat_entries),
            compare=">",
            thresholds=((E, 0.5),),
            source=f"{_SAGEMAKER}, saturated activation: over 50 %, derivative below 1e-7 (tanh "
            "beyond ±9.5); it counts units, here entries are counted, from their quantiles",
        ),
        _uneven(Kind.EXPLODING_SIGNAL, rising=True),
        _uneven(Kind.VANISHING_SIGNAL, rising=False),
        Rule(
            kind=Kind.VANISHING_GRADIENT,
            measure="mean of |g|, at most",
            numbers=_alone(mean_magnitude),
            compare="<",
            thresholds=((E, 1e-7),),
            source=f"{_SAGEMAKER}, vanishing gradient: mean |g| below 1e-7",
        ),
    ),
)

PROFILES: Mapping[str, Profile] = Table({profile.name: profile for profile in (DEFAULT, PUBLISHED)})


def get_profile(name: str) -> Profile:
    """Return a row of `PROFILES`.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    return lookup(PROFILES, name, kind="profile")
