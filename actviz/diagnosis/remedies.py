"""What mends a stack: other initializers and activations, each simulated before it is advised.

A remedy names the numbers that it was seen to give. Nothing is advised that was not tried, and
where nothing that was tried helps, that is what is said. Verdicts are `actviz.diagnosis.verdict`'s.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from actviz.diagnosis.findings import Finding, Findings, Kind, Remedy
from actviz.diagnosis.rules import Profile, get_profile
from actviz.diagnosis.verdict import diagnose
from actviz.layers.activations import Activation
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate_many

#: As many inputs are enough to see whether a candidate helps.
_MOST_SAMPLES = 1000

#: Making a wider matrix orthogonal takes longer than all the rest.
_WIDEST_ORTHOGONAL = 1000

#: Pairs that keep their scale by design, each in its own way.
_PAIRS = (("tanh", "xavier"), ("relu", "he"), ("selu", "lecun"))


#: What is kept of a candidate.
_LOOKED_AT = Measuring(gradients=True, effective_rank=False)


def prescribe(record: Record, profile: str | Profile = "default") -> Findings:
    """Return what is wrong with a stack, with a remedy for each finding of the stack.

    The simplest of the stacks that were tried and have a better verdict: Xavier, He, LeCun, the
    gain that keeps the second moment of normal values, orthogonal matrices; and only where none of
    these is healthy another activation with the initializer made for it.

    Parameters
    ----------
    record : Record
        Of the stack. Its spec is simulated again with each candidate, with gradients.
    profile : str or Profile
        As for `diagnose`.

    Returns
    -------
    Findings
        As of `diagnose`. A remedy has what was simulated and the number that it gives; in words
        "Xavier with tanh: gradient factor a layer 0.80 instead of 0.24".

    Raises
    ------
    UnknownNameError
        If there is no such profile.
    SpecError
        If there is not enough memory to simulate the stack.
    """
    chosen = get_profile(profile) if isinstance(profile, str) else profile
    found = diagnose(record, chosen)
    if found.verdict is Kind.HEALTHY:
        return found
    if (stack := record.stack) is None:
        return _with(found, lambda finding: Remedy(measure=finding.measure, tried=0))
    tried = 0
    better: list[tuple[Record, Findings]] = []
    for specs in (_initializers(stack), _activations(stack)):
        records = simulate_many(specs, _LOOKED_AT)
        tried += len(records)
        judged = [(one, diagnose(one, chosen)) for one in records]
        better += [pair for pair in judged if _badness(pair[1]) < _badness(found)]
        if any(findings.verdict is Kind.HEALTHY for _, findings in better):
            break
    if not better:
        return _with(found, lambda finding: Remedy(measure=finding.measure, tried=tried))
    # The first of the best: min keeps the order, and the order is from simple to less so.
    best, findings = min(better, key=lambda pair: _badness(pair[1]))
    own, other = stack.activation, best.spec

    def remedy(finding: Finding) -> Remedy:
        return Remedy(
            measure=finding.measure,
            tried=tried,
            init=other.label,
            activation=other.activation.label,
            value=_number(finding, best, chosen),
            instead=finding.value or 0.0,
            unmended=None if findings.activation == own.name else own.label,
            left=findings.verdict,
        )

    return _with(found, remedy)


def _with(found: Findings, remedy: Callable[[Finding], Remedy]) -> Findings:
    """Return findings of which those of the stack have a remedy."""
    told = [e if e.layer is not None else replace(e, remedy=remedy(e)) for e in found.findings]
    return replace(found, findings=tuple(told))


def _badness(findings: Findings) -> tuple[int, int]:
    """Return how bad a verdict is: its severity, then how much of it there is."""
    rank = findings.severity.rank
    return rank, sum(each.severity.rank == rank > 0 for each in findings.stack)


def _number(finding: Finding, best: Record, profile: Profile) -> float | None:
    """Return the number of a finding of another stack, None where it has none."""
    rule = next(
        each
        for each in profile.rules
        if (each.kind, each.measure) == (finding.kind, finding.measure)
    )
    values = [value for _, value in rule.numbers(best)]
    return rule.worst(values) if values else None


# --- candidates ---------------------------------------------------------------------------


def _initializers(spec: StackSpec) -> list[StackSpec]:
    """Return the stack with other initializers, simple ones first."""
    inits = ["xavier", "he", "lecun", f"lecun(gain={_gain(spec.activation):.3g})"]
    if max(chain(*spec.shapes)) <= _WIDEST_ORTHOGONAL:
        inits += ["orthogonal", "orthogonal(gain=1.414)"]
    return _different(spec, [_tried(spec, init=init) for init in inits])


def _activations(spec: StackSpec) -> list[StackSpec]:
    """Return stacks of other activations, each with the initializer made for it."""
    return _different(spec, [_tried(spec, activation=a, init=init) for a, init in _PAIRS])


def _tried(spec: StackSpec, **changes: str) -> StackSpec:
    return replace(
        spec,
        samples=min(spec.samples, _MOST_SAMPLES),
        **changes,  # type: ignore[arg-type]  # names are looked up there
    )


def _different(spec: StackSpec, candidates: Sequence[StackSpec]) -> list[StackSpec]:
    own = (spec.activation, spec.init)
    return [each for each in candidates if (each.activation, each.init) != own]


def _gain(activation: Activation) -> float:
    """Return the gain that gives the activation of standard normal values a second moment of 1.

    To the digits that a candidate needs; it is simulated before anything is said of it.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)
    second = float(weights @ activation(nodes) ** 2 / weights.sum())
    return float(np.clip(second**-0.5, 0.1, 10.0)) if second > 0 else 1.0
