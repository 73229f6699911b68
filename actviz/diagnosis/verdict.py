"""What is wrong with a stack, from its Record alone: the verdict, with its numbers.

`diagnose` holds a Record to a profile's thresholds, which are data with their sources in
`actviz.diagnosis.rules`. `fate` says what became of the forward signal in one word, for a figure's
title. This room computes no statistic that the Record lacks, and draws nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from math import inf, log10, sqrt

from actviz.diagnosis.findings import Finding, Findings, Kind, Severity
from actviz.diagnosis.rules import COLLAPSED_SHARE, VARIANCE_RATIO, Profile, Rule, get_profile
from actviz.records.record import Record
from actviz.records.signal import LayerRecord


class Trend(StrEnum):
    """What becomes of the gradient on its way back."""

    ABSENT = "absent"
    OVERFLOWS = "overflows"
    ZERO = "zero"
    UNDERFLOWS = "underflows"
    VANISHES = "vanishes"
    EXPLODES = "explodes"
    KEPT = "kept"


def trend(record: Record, factor: float | None) -> Trend:
    """Return what becomes of the gradient, the first that applies; `factor` is the record's own.

    It vanishes or explodes where its variance differs by a factor of more than 10 between the first
    layer and the last one: the ratio at which the signal's scale counts as kept.
    """
    if "gradient" not in record.layers[0]:
        return Trend.ABSENT
    if record.first_nonfinite_gradient_layer is not None:
        return Trend.OVERFLOWS
    if record.first_underflow_gradient_layer is not None:
        return Trend.UNDERFLOWS
    if factor == 0 or not record.layers[-1]["gradient"].stats.rms:
        return Trend.ZERO
    # Of variances, as decades: the ratio itself may be too large or too small for a float.
    decades = 0.0 if factor is None else 2 * (len(record.layers) - 1) * log10(factor)
    if abs(decades) <= log10(VARIANCE_RATIO):
        return Trend.KEPT
    return Trend.EXPLODES if decades > 0 else Trend.VANISHES


#: A bounded activation saturates when this share of the last layer's entries has a derivative
#: below 5 % of its maximum. Our own.
SATURATED_SHARE = 0.25


class Fate(StrEnum):
    """What becomes of the signal."""

    OVERFLOWS = "overflows"
    SYMMETRIC = "repeats"
    SATURATES = "saturates"
    EXPLODES = "explodes"
    FADES = "fades"
    COLLAPSES = "collapses"
    KEPT = "kept"


def fate(record: Record) -> Fate:
    """Return the first that applies, in the order of `Fate`.

    - overflows: a layer is not finite, and the stack stopped there;
    - repeats: in every layer all units are the same (see `symmetric`);
    - saturates: the activation has two bounds, and over 25 % of the last layer sits at them;
    - explodes, fades: the largest variance of a layer is over 10 times the smallest one, and the
      last layer's std is above, or below, the first one's;
    - collapses: every input gives nearly the same output (see `collapsed`);
    - kept: none of these.
    """
    if record.first_nonfinite_layer is not None:
        return Fate.OVERFLOWS
    if all(map(symmetric, record.layers)):
        return Fate.SYMMETRIC
    last = record.layers[-1]
    share = last["activation"].stats.saturated_fraction or 0
    if last.activation.bounded and share > SATURATED_SHARE:
        return Fate.SATURATES
    stds = [layer["activation"].stats.std or 0.0 for layer in record.layers]
    ratio = max(stds) / min(stds) if min(stds) > 0 else inf
    constant = max(stds) == 0
    if ratio > sqrt(VARIANCE_RATIO) and not constant:
        return Fate.EXPLODES if stds[-1] > stds[0] else Fate.FADES
    if collapsed(record.layers[-1]):
        return Fate.COLLAPSES
    return Fate.KEPT


def symmetric(layer: LayerRecord) -> bool:
    """Return whether all units of a layer are the same, though they vary over the inputs.

    True when the between-unit std of the activation is 0 and its within-unit std is not, as under
    weights that are all one constant. Such units have one gradient too, and stay the same in
    training. False for a single unit.
    """
    stats = layer["activation"].stats
    return stats.between_unit_std == 0 and bool(stats.within_unit_std)


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


# --- the verdict --------------------------------------------------------------------------


def diagnose(record: Record, profile: str | Profile = "default") -> Findings:
    """Return what is wrong with a stack.

    Parameters
    ----------
    record : Record
        Of a simulation with ``gradients=True``; else nothing is said of the gradients.
    profile : str or Profile
        Whose thresholds: "default", our own, or "published".

    Returns
    -------
    Findings
        The verdict, and each finding's number, threshold and source.

    Raises
    ------
    UnknownNameError
        If there is no such profile.

    Notes
    -----
    The record is of one draw. Near a threshold another seed may come out otherwise, the more so the
    narrower the layers are.

    Examples
    --------
    >>> from actviz.simulation.stacks import simulate
    >>> diagnose(simulate(activation="sigmoid", init="xavier", gradients=True)).verdict.value
    'collapsed'
    """
    chosen = get_profile(profile) if isinstance(profile, str) else profile
    found = [each for rule in chosen.rules for each in _apply(rule, record)]
    # Sorted in place: of one kind and severity, the rule that stands first in the profile.
    order = list(Kind)
    stack = sorted(
        (each for each in found if each.layer is None),
        key=lambda each: (-each.severity.rank, order.index(each.kind)),
    )
    layers = sorted((each for each in found if each.layer is not None), key=lambda e: e.layer or 0)
    return Findings(
        activation=record.spec.activation.name,
        init=record.spec.init_name,
        profile=chosen.name,
        findings=(*(stack or [_healthy(chosen)]), *layers),
        has_gradients="gradient" in record.signals,
    )


def verdict(record: Record, profile: str | Profile = "default") -> Kind:
    """Return healthy or the worst finding's kind."""
    return diagnose(record, profile).verdict


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


def _apply(rule: Rule, record: Record) -> Iterator[Finding]:
    """Yield what a rule finds: in each layer, and in the stack as the worst of these."""
    if rule.only_if is not None and not rule.only_if(record):
        return
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
        for layer, value in rule.numbers(record)
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
