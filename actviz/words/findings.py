"""What is said of a diagnosis: the verdict as a sentence, and each finding in a few lines."""

from collections.abc import Sequence

from actviz.diagnosis.findings import Finding, Findings, Kind, Remedy
from actviz.diagnosis.verdict import Fate
from actviz.format import significant
from actviz.records.recorded_spec import UNKNOWN
from actviz.words.say import say, saying, text


def sentence(findings: Findings) -> str:
    """Return the verdict without a full stop, such as "tanh with he is healthy"."""
    # Of recorded layers nobody may have named the activation.
    named = findings.activation != UNKNOWN.name
    pair = saying("alt.name", activation=findings.activation, init=findings.init)
    said = saying(
        "verdict",
        who=pair if named else findings.init,
        does=saying(f"verdict.{findings.verdict}"),
    )
    # A stack that overflows has none, and that is said already.
    told = findings.has_gradients or findings.verdict is Kind.NON_FINITE
    return text(said) if told else say("verdict.without_gradients", verdict=said)


def kind_of(kind: Kind) -> str:
    """Return a kind in two or three words, for a heading."""
    return say(f"kind.{kind}")


def lines(finding: Finding) -> list[str]:
    """Return what was found: its kind and layers, its number, the threshold, the remedy."""
    head = {"severity": finding.severity, "kind": kind_of(finding.kind)}
    mends = finding.remedy
    where = layers(finding.layers) if finding.layers else ""
    return [
        say("finding.in", **head, where=where) if where else say("finding", **head),
        say(
            "finding.number",
            measure=finding.measure,
            value=finding.value,
            threshold=finding.threshold,
        ),
        say("finding.source", source=finding.source),
        *([say("finding.remedy", remedy=remedy(mends))] if mends else []),
    ]


def remedy(seen: Remedy) -> str:
    """Return what mends a finding, with the number that was seen."""
    if not seen.tried:
        return say("remedy.not_looked_for")
    if seen.init is None:
        return say("remedy.none", tried=seen.tried)
    said = saying(
        "remedy.number",
        init=seen.init,
        activation=seen.activation,
        measure=seen.measure,
        value=saying("remedy.no_number") if seen.value is None else _shown(seen.value),
        instead=_shown(seen.instead),
    )
    if seen.unmended is not None:
        said = saying("remedy.other", own=seen.unmended, remedy=said)
    if seen.left is not Kind.HEALTHY:
        said = saying("remedy.still", remedy=said, kind=kind_of(seen.left))
    return text(said)


def _shown(value: float) -> str:
    return significant(value, 3 if abs(value) >= 100 else 2)


def layers(numbers: Sequence[int]) -> str:
    """Return layers in words, those in a row as a range."""
    parts: list[list[int]] = []
    for layer in numbers:
        if parts and parts[-1][-1] == layer - 1:
            parts[-1] = [parts[-1][0], layer]
        else:
            parts.append([layer])
    ranges = ["–".join(map(str, part)) for part in parts]
    return say("finding.layers", layers=numbers, ranges=ranges)


def became(fate: Fate) -> str:
    """Return what becomes of a signal, to be read after "the signal"."""
    return say(f"becomes.{fate.name.lower()}")
