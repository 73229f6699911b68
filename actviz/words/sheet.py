"""What stands above a sheet: a title of one line, and what it has no room for, for the subtitle."""

from collections.abc import Sequence
from typing import NamedTuple

from actviz.layers.signals import BACKWARD, Signal
from actviz.words.keys import Key
from actviz.words.overview import TITLE, title_of, verdict_of
from actviz.words.say import say
from actviz.words.specs import setting
from actviz.words.stacks import finding, findings_of, second_finding, signals_of
from actviz.words.told import Told


class Heading(NamedTuple):
    """A title, and a second finding; "" where the title says it all."""

    title: str
    second: str = ""


def headings_of(stacks: Sequence[Told], signal: Signal, *, gradients: bool) -> list[Heading]:
    """Return what could stand above histograms of `signal`, the fullest first.

    With `gradients`, it is said what becomes of these as well.
    """
    findings = findings_of(stacks, signal, gradients=gradients)
    if signal in BACKWARD:
        return [Heading(text, say("grid.of", signals=signals_of(signal))) for text in findings]
    title = finding(stacks)
    second = second_finding(stacks) if gradients else ""
    if len(title) > TITLE:
        title = title_of(stacks, [verdict_of(told) for told in stacks])
        if len(stacks) == 1 and not second:  # which the longer title told
            second = finding(stacks, gradients=gradients, named=False)
    shorter = [text for text in findings if len(text) < len(title)]
    return [Heading(title, second[:1].upper() + second[1:]), *map(Heading, shorter)]


def sheet_help(keys: Sequence[Key], stacks: Sequence[Told]) -> tuple[str, ...]:
    """Return all that helps to read a sheet, a sentence each."""
    done = say("explain.done", done=setting([told.spec for told in stacks]))
    return (say("explain.by_activation"), *(each.full for each in keys), done)
