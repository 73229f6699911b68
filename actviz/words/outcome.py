"""What became of a stack in one word, for rows and titles: from its Findings, as all words are."""

from enum import StrEnum

from actviz.diagnosis.course import Becomes, Course
from actviz.diagnosis.findings import Finding, Findings, Kind


class Outcome(StrEnum):
    """What became of a stack, and a key of the table of words."""

    KEEPS = "keeps"
    DECLINES = "declines"
    GROWS = "grows"
    VANISHES = "vanishes"
    EXPLODES = "explodes"
    GRADIENT_DECLINES = "gradient_declines"
    GRADIENT_GROWS = "gradient_grows"
    GRADIENT_VANISHES = "gradient_vanishes"
    GRADIENT_EXPLODES = "gradient_explodes"
    SATURATES = "saturates"
    FEW_DIRECTIONS = "few_directions"
    ALIKE = "alike"
    SYMMETRIC = "symmetric"
    DEAD = "dead"
    OVERFLOWS = "overflows"


#: What is said of the gradient alone.
OF_GRADIENT = frozenset(each for each in Outcome if each.value.startswith("gradient_"))

_OWN = {
    Kind.NON_FINITE: Outcome.OVERFLOWS,
    Kind.DEAD_UNITS: Outcome.DEAD,
    Kind.SYMMETRIC_UNITS: Outcome.SYMMETRIC,
    Kind.SATURATED: Outcome.SATURATES,
    Kind.COLLAPSED: Outcome.ALIKE,
    Kind.FEW_DIRECTIONS: Outcome.FEW_DIRECTIONS,
    Kind.FEW_ENTRIES: Outcome.KEEPS,
    Kind.HEALTHY: Outcome.KEEPS,
}

_OF_SCALE = (
    *(Kind.VANISHING_SIGNAL, Kind.EXPLODING_SIGNAL),
    *(Kind.VANISHING_GRADIENT, Kind.EXPLODING_GRADIENT),
)

_LESS = (Becomes.DECLINES, Becomes.VANISHES, Becomes.UNDERFLOWS, Becomes.ZERO)
_MORE = (Becomes.GROWS, Becomes.EXPLODES, Becomes.OVERFLOWS)


def outcome(findings: Findings) -> Outcome:
    """Return what the verdict is in a word; of a healthy stack, what is slow about it."""
    kind = findings.verdict
    if kind is Kind.HEALTHY and findings.slow:
        kind = findings.slow[0].kind
    if kind in _OWN:
        # A stack of finite values overflows on the way back alone.
        back = findings.courses.signal.becomes is not Becomes.OVERFLOWS
        if kind is Kind.NON_FINITE and back and findings.courses.gradient.becomes in _MORE:
            return Outcome.GRADIENT_EXPLODES
        return _OWN[kind]
    less = kind in (Kind.VANISHING_SIGNAL, Kind.VANISHING_GRADIENT)
    # Of a healthy stack nothing vanishes and nothing explodes, however much it adds up to.
    slowly = findings.verdict is Kind.HEALTHY
    signal, gradient = findings.courses.signal, findings.courses.gradient
    if kind in (Kind.VANISHING_SIGNAL, Kind.EXPLODING_SIGNAL):
        return Outcome(_way(signal, less=less, slowly=slowly))
    # One word for both, where both go the same way.
    if signal.becomes in (_LESS if less else _MORE):
        return Outcome(_way(gradient, less=less, slowly=slowly))
    return Outcome(f"gradient_{_way(gradient, less=less, slowly=slowly)}")


def way_of(finding: Finding, findings: Findings) -> Outcome | None:
    """Return how signal or gradient go, where a finding is of that: never louder than the verdict.

    None of another kind.
    """
    if finding.kind not in _OF_SCALE:
        return None
    signal = finding.kind in (Kind.VANISHING_SIGNAL, Kind.EXPLODING_SIGNAL)
    less = finding.kind in (Kind.VANISHING_SIGNAL, Kind.VANISHING_GRADIENT)
    courses, slowly = findings.courses, findings.verdict is Kind.HEALTHY
    way = _way(courses.signal if signal else courses.gradient, less=less, slowly=slowly)
    return Outcome(way if signal else f"gradient_{way}")


def course_of(findings: Findings) -> Course | None:
    """Return the course whose number goes with the word; None where no number does."""
    what = outcome(findings)
    if what in (Outcome.DECLINES, Outcome.GROWS):
        signal, gradient = findings.courses.signal, findings.courses.gradient
        keeps = signal.becomes is Becomes.KEEPS
        return gradient if keeps else signal
    if what in (Outcome.GRADIENT_DECLINES, Outcome.GRADIENT_GROWS):
        return findings.courses.gradient
    return None


def _way(course: Course, *, less: bool, slowly: bool) -> str:
    """Return whether it goes slowly or not; what keeps by its factor may still add up."""
    slow = (Becomes.DECLINES, Becomes.GROWS, Becomes.KEEPS)
    if slowly or course.becomes in slow:
        return "declines" if less else "grows"
    return "vanishes" if less else "explodes"
