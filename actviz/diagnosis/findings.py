"""What the judge finds of a stack: each finding with its number, threshold and source.

`actviz.words.findings` says it in sentences.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from actviz.diagnosis.course import Becomes, Courses
from actviz.format import axis_number, one_line
from actviz.records.shown import Said
from actviz.records.spec import StackSpec


class Severity(StrEnum):
    """How bad: a warning slows training or may do so, an error prevents it."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 2 for error."""
        return list(Severity).index(self)


class Kind(StrEnum):
    """What a finding is of, causes before what follows from them."""

    NON_FINITE = "non_finite"
    DEAD_UNITS = "dead_units"
    SYMMETRIC_UNITS = "symmetric_units"
    SATURATED = "saturated"
    COLLAPSED = "collapsed"
    EXPLODING_SIGNAL = "exploding_signal"
    VANISHING_SIGNAL = "vanishing_signal"
    EXPLODING_GRADIENT = "exploding_gradient"
    VANISHING_GRADIENT = "vanishing_gradient"
    FEW_DIRECTIONS = "few_directions"
    FEW_ENTRIES = "few_entries"
    HEALTHY = "healthy"


class State(StrEnum):
    """What a picture shows of a verdict at first sight: in full colour, pale, or grey."""

    FULL = "full"
    PALE = "pale"
    LOST = "lost"
    NOT_JUDGED = "not_judged"


class Unknown(StrEnum):
    """Why there is no chance."""

    NO_GRADIENTS = "no_gradients"
    NO_RANK = "no_rank"
    RECORDED = "recorded"
    ACTIVATION = "activation"
    ONE_LAYER = "one_layer"
    NARROW = "narrow"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy(Said):
    """What mends a stack, as `actviz.diagnosis.remedies` saw it; as text, in words.

    Parameters
    ----------
    tried : int
        How many stacks were simulated; 0 of layers that were recorded elsewhere.
    spec : StackSpec or None
        The best of them; None where none has a better verdict.
    seeds : int
        How many seeds it was tried under.
    chance : float or None
        The median of its chances.
    left : Kind
        The verdict on it, of the median seed.
    unmended : str or None
        The stack's activation, if no initializer that was tried mends it.
    mends : Kind or None
        Of a healthy stack, what was slow about it and is so no longer.
    """

    tried: int
    spec: StackSpec | None = None
    seeds: int = 0
    chance: float | None = None
    left: Kind = Kind.HEALTHY
    unmended: str | None = None
    mends: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found, in one layer or in the stack as a whole.

    Parameters
    ----------
    kind : Kind
        What it is.
    severity : Severity
        How bad.
    layer : int or None
        The layer, from 1; None for the stack.
    value : float or None
        Its number: see `measure`.
    threshold : float or None
        What the number was held to.
    measure : str
        What the number is.
    source : str
        Where the threshold comes from.
    layers : tuple of int
        Of a finding of the stack: the layers where it was found, if it is of layers.
    """

    kind: Kind
    severity: Severity
    layer: int | None
    value: float | None
    threshold: float | None
    measure: str
    source: str
    layers: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        plain = asdict(self)
        del plain["layers"]
        return plain | {"kind": self.kind.value, "severity": self.severity.value}


#: What makes a healthy stack pale: it learns, and slowly.
_SLOW = frozenset(
    {
        *(Kind.EXPLODING_SIGNAL, Kind.VANISHING_SIGNAL),
        *(Kind.EXPLODING_GRADIENT, Kind.VANISHING_GRADIENT),
        *(Kind.SATURATED, Kind.FEW_DIRECTIONS),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What `diagnose` returns.

    Parameters
    ----------
    activation, init : str
        The stack's names.
    profile : str
        Whose thresholds.
    findings : tuple of Finding
        Those of the stack first, the one that took most of the chance before the others; then those
        of each layer. Of a healthy stack the first one says so.
    courses : Courses
        What becomes of the signal and of the gradient.
    chance : float or None
        How likely a net of this stack trains by plain gradient descent, from 0 to 1; 0 where a hard
        fact prevents it, which then is the verdict.
    unknown : Unknown or None
        Why there is no chance.
    at_most : float or None
        Where the effective rank alone is missing: the chance with a full one.
    remedy : Remedy or None
        What mends it, if that was looked for (`actviz.diagnosis.remedies`).
    """

    activation: str
    init: str
    profile: str
    findings: tuple[Finding, ...]
    courses: Courses
    chance: float | None = None
    unknown: Unknown | None = None
    at_most: float | None = None
    remedy: Remedy | None = None

    def __repr__(self) -> str:
        """Return one line, with the verdict alone; `actviz.words.findings` says the rest."""
        names = one_line(f"{self.activation}, {self.init}")
        severity = "" if self.severity is Severity.INFO else f" ({self.severity})"
        chance = f"unknown ({self.unknown})"
        if self.chance is not None:
            chance = axis_number(self.chance, 2)
        return f"<Findings of {names}: {self.verdict}{severity}, chance {chance}>"

    @property
    def verdict(self) -> Kind:
        """Healthy, or the kind of the finding that took most of the chance."""
        return self.findings[0].kind

    @property
    def severity(self) -> Severity:
        """That of the verdict."""
        return self.findings[0].severity

    @property
    def stack(self) -> tuple[Finding, ...]:
        """The findings of the stack, the verdict first."""
        return tuple(finding for finding in self.findings if finding.layer is None)

    @property
    def has_gradients(self) -> bool:
        """Whether the record has gradients: without them nothing is said of them."""
        return self.courses.gradient.becomes is not Becomes.ABSENT

    @property
    def slow(self) -> tuple[Finding, ...]:
        """What is said of a healthy stack, and leaves it healthy."""
        return tuple(each for each in self.stack if each.kind in _SLOW)

    @property
    def state(self) -> State:
        """The verdict at first sight."""
        if self.severity is Severity.ERROR:
            return State.LOST
        if self.severity is Severity.WARNING:
            return State.PALE
        if self.chance is None:
            return State.NOT_JUDGED
        return State.PALE if self.slow else State.FULL

    def reaches(self, severity: Severity) -> bool:
        """Return whether something as bad as `severity` was found."""
        return self.severity.rank >= severity.rank

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "activation": self.activation,
            "init": self.init,
            "profile": self.profile,
            "chance": self.chance,
            "no_chance": self.unknown and self.unknown.value,
            "chance_at_most": self.at_most,
            "verdict": self.verdict.value,
            "severity": self.severity.value,
            "state": self.state.value,
            "signal": self.courses.signal.to_dict(),
            "gradient": self.courses.gradient.to_dict(),
            "has_gradients": self.has_gradients,
            "remedy": None if self.remedy is None else str(self.remedy),
            "findings": [finding.to_dict() for finding in self.findings],
        }
