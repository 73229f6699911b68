"""What the judge finds of a stack: each finding with its number, threshold and source.

`actviz.words.findings` says it in sentences.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from actviz.records.shown import Said


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
    SYMMETRIC_UNITS = "symmetric_units"
    DEAD_UNITS = "dead_units"
    SATURATED = "saturated"
    COLLAPSED = "collapsed"
    EXPLODING_SIGNAL = "exploding_signal"
    VANISHING_SIGNAL = "vanishing_signal"
    EXPLODING_GRADIENT = "exploding_gradient"
    VANISHING_GRADIENT = "vanishing_gradient"
    HEALTHY = "healthy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy(Said):
    """What mends a finding of a stack, as `actviz.diagnosis.remedies` saw it; as text, in words.

    Parameters
    ----------
    measure : str
        What the finding's number is.
    tried : int
        How many stacks were simulated; 0 of layers that were recorded elsewhere.
    init, activation : str or None
        The best of them, as people write it; None where none has a better verdict.
    value : float or None
        The finding's number there; None where there is none.
    instead : float
        The stack's own number.
    unmended : str or None
        The stack's activation, if no initializer that was tried mends it.
    left : Kind
        The verdict on the best one.
    """

    measure: str
    tried: int
    init: str | None = None
    activation: str | None = None
    value: float | None = None
    instead: float = 0.0
    unmended: str | None = None
    left: Kind = Kind.HEALTHY


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
    remedy : Remedy or None
        What mends it, if that was looked for (`actviz.diagnosis.remedies`).
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
    remedy: Remedy | None = None
    layers: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        plain = asdict(self)
        del plain["layers"]
        plain["remedy"] = None if self.remedy is None else str(self.remedy)
        return plain | {"kind": self.kind.value, "severity": self.severity.value}


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
        Those of the stack first, the worst one before the others; then those of each layer. A
        healthy stack has one, which says so.
    has_gradients : bool
        Whether the record has gradients: without them nothing is said of them.
    """

    activation: str
    init: str
    profile: str
    findings: tuple[Finding, ...]
    has_gradients: bool

    @property
    def verdict(self) -> Kind:
        """Healthy, or the worst finding's kind."""
        return self.findings[0].kind

    @property
    def severity(self) -> Severity:
        """That of the worst finding."""
        return self.findings[0].severity

    @property
    def stack(self) -> tuple[Finding, ...]:
        """The findings of the stack, the worst one first."""
        return tuple(finding for finding in self.findings if finding.layer is None)

    def reaches(self, severity: Severity) -> bool:
        """Return whether something as bad as `severity` was found."""
        return self.severity.rank >= severity.rank

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "activation": self.activation,
            "init": self.init,
            "profile": self.profile,
            "verdict": self.verdict.value,
            "has_gradients": self.has_gradients,
            "findings": [finding.to_dict() for finding in self.findings],
        }
