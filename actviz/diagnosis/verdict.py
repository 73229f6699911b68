"""What is wrong with a stack, from its Record alone: the chance to train, and what takes it.

`diagnose` asks two things: whether a hard fact prevents training, and how likely a net learns that
starts so (`actviz.diagnosis.chance`). Their answer is the one severity; what the rules of
`actviz.diagnosis.rules` find says why. Where there is no chance, the rules' thresholds judge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from actviz.diagnosis import calibration
from actviz.diagnosis.chance import Evidence, evidence, threshold, told
from actviz.diagnosis.course import Becomes, Courses
from actviz.diagnosis.courses import courses
from actviz.diagnosis.findings import Finding, Findings, Kind, Severity, Unknown
from actviz.diagnosis.rules import (
    ALONE,
    CHANCE,
    COLLAPSED_SHARE,
    FITTED,
    TAKEN,
    Profile,
    Rule,
    get_profile,
)
from actviz.records.record import Record
from actviz.records.signal import LayerRecord


def collapsed(layer: LayerRecord) -> bool:
    """Return whether the layer's units are constants over the inputs, however wide they spread.

    True when the within-unit std of the activation is below 10 % of its pooled std, or 0: then all
    inputs look alike to the next layer, which a pooled histogram cannot show. False for a single
    sample, which has no spread over inputs.
    """
    stats = layer["activation"].stats
    if stats.within_unit_std is None or stats.std is None:
        return False
    return stats.within_unit_std <= COLLAPSED_SHARE * stats.std


def diagnose(record: Record, profile: str | Profile = "default") -> Findings:
    """Return how likely a stack trains, and what is wrong with it.

    Parameters
    ----------
    record : Record
        Of a simulation with ``gradients=True``; without them there is no chance, and nothing is
        said of the gradients.
    profile : str or Profile
        Whose rules: "default", our own, or "published", which have thresholds and no chance.

    Returns
    -------
    Findings
        The chance, the verdict, and each finding's number, threshold and source.

    Raises
    ------
    UnknownNameError
        If there is no such profile.
    RecordError
        If the record does not keep the scale of its activations.

    Notes
    -----
    The record is of one draw. Near a threshold another seed may come out otherwise, the more so the
    narrower the layers are.

    Examples
    --------
    >>> from actviz.simulation.stacks import simulate
    >>> found = diagnose(simulate(activation="sigmoid", init="xavier", gradients=True))
    >>> found.chance, found.verdict.value
    (0.0, 'collapsed')
    """
    chosen = get_profile(profile) if isinstance(profile, str) else profile
    record.check_kept("activation", "scale")
    ways = courses(record)
    found = [each for rule in chosen.rules for each in _apply(rule, record, ways)]
    layers = sorted((each for each in found if each.layer is not None), key=lambda e: e.layer or 0)
    stack = _sorted(each for each in found if each.layer is None)
    chance: float | None = None
    unknown: Unknown | None = Unknown.PROFILE
    at_most: float | None = None
    if chosen.chance:
        weighed = evidence(record, ways)
        fact = next((each for each in stack if _is_fact(each, chosen)), None)
        unknown = weighed if isinstance(weighed, Unknown) else None
        if fact is not None:
            chance, unknown = 0.0, None
            stack = [fact, *(each for each in stack if each is not fact)]
        elif isinstance(weighed, Evidence):
            chance = weighed.chance
            if weighed.flat is None:
                chance, unknown, at_most = None, Unknown.NO_RANK, weighed.chance
            if chance is not None or weighed.chance < calibration.CUTS[0]:
                head = _judged(weighed)
                stack, ways = [head, *_below(head, stack)], _as_judged(ways, head.kind)
                layers = _capped(head.severity, layers)
    if not stack or (stack[0].severity is Severity.INFO and stack[0].kind is not Kind.HEALTHY):
        stack = [_healthy(chosen), *stack]
    return Findings(
        activation=record.spec.activation.name,
        init=record.spec.init_name,
        profile=chosen.name,
        findings=(*stack, *layers),
        courses=ways,
        chance=chance,
        unknown=unknown,
        at_most=at_most,
    )


def verdict(record: Record, profile: str | Profile = "default") -> Kind:
    """Return healthy, or the kind of the finding that took most of the chance."""
    return diagnose(record, profile).verdict


def _sorted(found: Iterator[Finding]) -> list[Finding]:
    """Return the worst first; of one kind and severity, the rule that stands first."""
    order = list(Kind)
    return sorted(found, key=lambda each: (-each.severity.rank, order.index(each.kind)))


def _is_fact(finding: Finding, profile: Profile) -> bool:
    rule = next(
        each
        for each in profile.rules
        if (each.kind, each.measure) == (finding.kind, finding.measure)
    )
    return rule.fact and finding.severity is rule.thresholds[0][0]


def severity_of(chance: float) -> Severity:
    """Return what a chance is: an error, a warning, or neither."""
    lower, upper = calibration.CUTS
    if chance < lower:
        return Severity.ERROR
    return Severity.WARNING if chance < upper else Severity.INFO


def _judged(weighed: Evidence) -> Finding:
    """Return the verdict of a chance: what took most of it, with its number."""
    severity = severity_of(weighed.chance)
    if severity is Severity.INFO:
        return Finding(
            kind=Kind.HEALTHY,
            severity=severity,
            layer=None,
            value=weighed.chance,
            threshold=calibration.CUTS[1],
            measure=CHANCE,
            source=FITTED,
        )
    kind, cut = weighed.worst, calibration.CUTS[severity is Severity.WARNING]
    return Finding(
        kind=kind,
        severity=severity,
        layer=None,
        value=told(kind, weighed),
        threshold=threshold(kind, cut),
        measure=TAKEN[kind],
        source=ALONE.format(cut),
    )


def _as_judged(ways: Courses, kind: Kind) -> Courses:
    """Return the courses, that of the gradient being no "keeps" where it took most of the chance.

    What is little a layer may still be too much over the stack.
    """
    became = {Kind.EXPLODING_GRADIENT: Becomes.GROWS, Kind.VANISHING_GRADIENT: Becomes.DECLINES}
    if ways.gradient.becomes is not Becomes.KEEPS or kind not in became:
        return ways
    return replace(ways, gradient=replace(ways.gradient, becomes=became[kind]))


def _below(head: Finding, stack: Sequence[Finding]) -> list[Finding]:
    """Return what else was found, no worse than the verdict, and its own number not twice."""
    return _capped(
        head.severity,
        [each for each in stack if (each.kind, each.measure) != (head.kind, head.measure)],
    )


def _capped(severity: Severity, found: Sequence[Finding]) -> list[Finding]:
    return [
        replace(each, severity=severity) if each.severity.rank > severity.rank else each
        for each in found
    ]


def _healthy(profile: Profile) -> Finding:
    return Finding(
        kind=Kind.HEALTHY,
        severity=Severity.INFO,
        layer=None,
        value=None,
        threshold=None,
        measure="no threshold was crossed",
        source=profile.source,
    )


def _apply(rule: Rule, record: Record, ways: Courses) -> Iterator[Finding]:
    """Yield what a rule finds: in each layer, and in the stack as the worst of these."""
    found = [
        Finding(
            kind=rule.kind,
            severity=judged[0],
            layer=layer,
            value=value,
            threshold=judged[1],
            measure=rule.measure,
            source=rule.source,
        )
        for layer, value in rule.numbers(record, ways)
        if (judged := rule.judge(value)) is not None
    ]
    yield from found
    of_layers = [each for each in found if each.layer is not None]
    if of_layers:
        top = max(each.severity.rank for each in of_layers)
        worst = [each for each in of_layers if each.severity.rank == top]
        value = rule.worst(each.value for each in worst if each.value is not None)
        yield replace(
            worst[0], layer=None, value=value, layers=tuple(each.layer or 0 for each in of_layers)
        )
