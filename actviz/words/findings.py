"""What is said of a diagnosis: a line, what explains it, and what to try."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import fields, replace

from actviz.diagnosis.findings import Finding, Findings, Kind, Remedy, State, Unknown
from actviz.diagnosis.seeds import SeedFindings
from actviz.format import significant
from actviz.records.recorded_spec import UNKNOWN
from actviz.records.spec import StackSpec
from actviz.words.outcome import OF_GRADIENT, course_of, way_of
from actviz.words.say import Saying, say, saying, text
from actviz.words.told import change, in_all, share_of, word_of


def sentence(findings: Findings) -> str:
    """Return the verdict without a full stop, such as "tanh with he is healthy"."""
    said = saying("verdict", who=name_of(findings), does=saying(f"verdict.{findings.verdict}"))
    # A stack that overflows has none, and that is said already.
    told = findings.has_gradients or findings.verdict is Kind.NON_FINITE
    return text(said) if told else say("verdict.without_gradients", verdict=said)


def name_of(findings: Findings) -> str:
    """Return a stack's name; of recorded layers nobody may have named the activation."""
    if findings.activation == UNKNOWN.name:
        return findings.init
    return say("alt.name", activation=findings.activation, init=findings.init)


def kind_of(kind: Kind) -> str:
    """Return a kind in two or three words, for a heading."""
    return say(f"kind.{kind}")


def line(seeds: SeedFindings) -> str:
    """Return all of a diagnosis in one line: mark, stack, word, chance, number, what to try."""
    found = seeds.middle
    return say(
        "diagnosis.line",
        mark=mark_of(seeds.state),
        name=name_of(found),
        word=word_of(found) if found.profile == "default" else kind_of(found.verdict),
        chance=trains(found) if len(seeds.found) == 1 else trains_of(seeds),
        number=_number(found),
        remedy="" if found.remedy is None else text(_try(found.remedy)),
    )


def meant(nets: int) -> str:
    """Return what is meant by "trains", to be said once."""
    return say("diagnosis.meant", nets=nets)


def trains_of(seeds: SeedFindings) -> str:
    """Return the median chance of several seeds and its range, or why there is none."""
    if seeds.chance is None or seeds.chances is None:
        return trains(next(each for each in seeds.found if each.chance is None))
    share, of = share_of(seeds.chance), len(seeds.found)
    low, high = share_of(min(seeds.chances)), share_of(max(seeds.chances))
    if low == high:
        return say("chance.same", share=share, seeds=of)
    return say("chance.seeds", share=share, low=low, high=high, seeds=of)


def mark_of(state: State) -> str:
    """Return ✓, – or ✗, and a dot where nothing was judged."""
    return say(f"mark.{state}")


def trains(findings: Findings) -> str:
    """Return the chance to train, or why there is none."""
    if findings.chance is not None:
        return say("chance.line", share=share_of(findings.chance))
    # What has thresholds alone was asked for by its name.
    if findings.unknown in (None, Unknown.PROFILE):
        return ""
    if findings.at_most is not None:
        return say("chance.at_most", share=share_of(findings.at_most))
    return say("chance.none", why=why_unknown(findings.unknown))


def why_unknown(unknown: Unknown) -> str:
    """Return why there is no chance."""
    return say(f"unknown.{unknown}")


def _number(findings: Findings) -> str:
    """Return the worst number: of a healthy stack what is slow about it, or the gradient's."""
    healthy = findings.verdict is Kind.HEALTHY
    worst = findings.slow[:1] if healthy else findings.stack[:1]
    gradient = findings.courses.gradient
    # The word has the factor a layer already.
    if healthy and (course := course_of(findings)) and course.total is not None:
        key = "diagnosis.gradient" if course is gradient else "diagnosis.signal"
        return say(key, change=in_all(course))
    if healthy and not worst and gradient.total is not None:
        return say("diagnosis.gradient", change=change(gradient))
    return _of_finding(worst[0]) if worst else ""


def _of_finding(finding: Finding) -> str:
    if finding.value is None:
        return ""
    where = layers(finding.layers) if finding.layers else ""
    if finding.kind is Kind.NON_FINITE:
        return say("diagnosis.non_finite", count=f"{finding.value:.0f}", where=where)
    value = _shown(finding.value)
    return say("diagnosis.number", measure=_in_words(finding.measure), value=value, where=where)


def lines(finding: Finding, found: Findings) -> list[str]:
    """Return what was found: its kind and layers, its number, the threshold and its source.

    In the words of the line that says it of the stack: a signal that declines there does so here.
    """
    way = way_of(finding, found) if found.profile == "default" else None
    kind = kind_of(finding.kind)
    if way is not None:
        kind = say(f"word.{way}" if way in OF_GRADIENT else f"kind.signal_{way}")
    head = {"severity": finding.severity, "kind": kind}
    where = layers(finding.layers) if finding.layers else ""
    return [
        say("finding.in", **head, where=where) if where else say("finding", **head),
        say(
            "finding.number",
            measure=_in_words(finding.measure),
            value=finding.value,
            threshold=finding.threshold,
        ),
        say("finding.source", source=_in_words(finding.source)),
    ]


def explanation_of(found: Findings) -> list[str]:
    """Return all that was found in the stack, what several measures found once with all of them."""
    said: dict[str, list[Finding]] = {}
    for finding in found.stack:
        if finding.value is not None:
            alike = replace(finding, severity=found.severity)
            said.setdefault(lines(alike, found)[0], []).append(finding)
    told = []
    for same in said.values():
        worst = max(same, key=lambda each: each.severity.rank)
        told.append(lines(worst, found)[0])
        for finding in same:
            told += lines(finding, found)[1:]
    return told


def remedy(seen: Remedy) -> str:
    """Return what mends a stack, with the chance that was seen."""
    return text(_try(seen))


def _try(seen: Remedy) -> Saying:
    if not seen.tried:
        return saying("remedy.not_looked_for")
    if seen.spec is None:
        return saying("remedy.none", tried=seen.tried)
    said = saying(
        "remedy.try",
        command=command_of(seen.spec),
        chance=""
        if seen.chance is None
        else saying("remedy.chance", share=share_of(seen.chance), seeds=seen.seeds),
    )
    if seen.unmended is not None:
        said = saying("remedy.other", own=seen.unmended, remedy=said)
    if seen.left is not Kind.HEALTHY:
        said = saying("remedy.still", remedy=said, kind=kind_of(seen.left))
    if seen.mends is not None:
        said = saying("remedy.mends", remedy=said, better=saying(f"mends.{seen.mends}"))
    return said


def command_of(spec: StackSpec) -> str:
    """Return the command that draws a stack, without the options that have their defaults.

    Examples
    --------
    >>> command_of(StackSpec(activation="sigmoid", init="lecun(gain=4)", depth=10))
    "actviz plot -a sigmoid -i 'lecun(gain=4)' --depth 10"
    """
    words = ["actviz", "plot", "-a", spec.activation.name, "-i", spec.init_name]
    usual = StackSpec(activation=spec.activation, init=spec.init)
    for item in fields(spec):
        value = getattr(spec, item.name)
        if item.name in ("activation", "init", "measuring") or value == getattr(usual, item.name):
            continue
        if isinstance(value, tuple):
            words += ["--widths", ",".join(map(str, value))]
        elif item.name != "depth" or isinstance(spec.width, int):
            words += [f"--{item.name.replace('_', '-')}", str(value)]
    return shlex.join(words)


def _in_words(text: str) -> str:
    """Return what a rule calls its number, in files as here, with its per cent as all others."""
    return re.sub(r"(?<=\d)%", " %", text)


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
