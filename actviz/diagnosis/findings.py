"""What the judge says of a stack: findings, each with its number, threshold and source."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from actviz.records.recorded_spec import UNKNOWN


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

    @property
    def words(self) -> str:
        """The kind in two or three words, for a heading."""
        return _WORDS[self]


_WORDS = {
    Kind.NON_FINITE: "not finite",
    Kind.SYMMETRIC_UNITS: "units all alike",
    Kind.DEAD_UNITS: "units dead",
    Kind.SATURATED: "saturated",
    Kind.COLLAPSED: "inputs look alike",
    Kind.EXPLODING_SIGNAL: "signal explodes",
    Kind.VANISHING_SIGNAL: "signal vanishes",
    Kind.EXPLODING_GRADIENT: "gradient explodes",
    Kind.VANISHING_GRADIENT: "gradient vanishes",
    Kind.HEALTHY: "healthy",
}


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
    remedy : str or None
        What mends it, if that was looked for (`actviz.diagnosis.remedies`), with the number it
        gives.
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
    remedy: str | None = None
    layers: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        plain = asdict(self)
        del plain["layers"]
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

    @property
    def sentence(self) -> str:
        """The verdict as a sentence without a full stop, such as "tanh with he is healthy"."""
        # Of recorded layers nobody may have named the activation.
        named = self.activation != UNKNOWN.name
        who = f"{self.activation} with {self.init}" if named else self.init
        text = f"{who} {_VERDICTS[self.verdict]}"
        # A stack that overflows has none, and that is said already.
        told = self.has_gradients or self.verdict is Kind.NON_FINITE
        return text if told else f"{text} (its gradients were not recorded)"

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


_VERDICTS = {
    Kind.NON_FINITE: "stops being finite",
    Kind.SYMMETRIC_UNITS: "makes all units of a layer one and the same",
    Kind.DEAD_UNITS: "leaves units dead: they are 0 for every input",
    Kind.SATURATED: "is saturated: the activation is flat where its values are",
    Kind.COLLAPSED: "collapses: it maps all inputs onto nearly one point",
    Kind.EXPLODING_SIGNAL: "lets the signal explode",
    Kind.VANISHING_SIGNAL: "lets the signal vanish",
    Kind.EXPLODING_GRADIENT: "lets the gradient explode",
    Kind.VANISHING_GRADIENT: "lets the gradient vanish",
    Kind.HEALTHY: "is healthy",
}
