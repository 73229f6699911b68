"""What stands around facets: a title, a second finding, what was done.

A title has at most `actviz.words.overview.TITLE` characters.
"""

from collections.abc import Sequence
from typing import Literal

from actviz.layers.signals import BACKWARD, Signal
from actviz.words.keys import Key
from actviz.words.overview import TITLE, second_of, title_of, verdict_of
from actviz.words.say import say
from actviz.words.sheet import Heading
from actviz.words.specs import common, setting
from actviz.words.stacks import gradient_titles, second_finding
from actviz.words.told import Told

#: Between the parts of a subtitle.
_BETWEEN = " · "


def heading_of(stacks: Sequence[Told], signal: Signal, *, gradients: bool) -> Heading:
    """Return what facets of `signal` show; with `gradients`, they show these too."""
    verdicts = [verdict_of(told) for told in stacks]
    if signal in BACKWARD:
        titles = gradient_titles(stacks, signal)
        title = next((each for each in titles if len(each) <= TITLE), titles[-1])
        # Of one activation the title may say all of it but its name.
        named = signal != "weight_gradient" and len({told.spec.activation for told in stacks}) == 1
        whole = titles[: 1 + named]
        second = "" if title in whole else whole[-1]
        return Heading(title=title, second=second[:1].lower() + second[1:])
    title = title_of(stacks, verdicts, gradients=False)
    second = second_finding(stacks) if gradients else second_of(stacks, verdicts)
    return Heading(title=title, second=second)


def subtitles_of(
    stacks: Sequence[Told], heading: Heading, what: str, more: str = "", *, gradients: bool
) -> list[str]:
    """Return what is drawn, the second finding and what was done, the fullest form first.

    With `gradients` the second finding is of these, and leads.
    """
    specs = [told.spec for told in stacks]
    done, same = setting(specs), common(specs)
    short = done.partition(_BETWEEN)[0] if {"depth", "width"} & same else ""
    second = heading.second
    lead = (second, what) if gradients else (what, second)
    forms = (
        (*lead, more, done),
        (*lead, done),
        (*lead, more, short),
        (*lead, short),
        lead,
        (second, short) if second else (what, short),
        (second or what,),
    )
    texts = [_BETWEEN.join(filter(None, form)) for form in forms]
    # The names of activations and initializers have a case of their own.
    labels = (*(spec.activation.label for spec in specs), *(told.label for told in stacks))
    return [each if each.startswith(labels) else each[0].upper() + each[1:] for each in texts]


def explanation(
    what: str,
    keys: Sequence[Key],
    *,
    stacks: Sequence[Told],
    hue: Literal["by_activation", "by_init"],
    stds: bool,
) -> tuple[str, ...]:
    """Return all that helps to read facets, a sentence each; with `stds`, these stand above."""
    said = [what, say(f"explain.{hue}"), *([say("explain.stds")] if stds else [])]
    said += [each.full for each in keys]
    if any(told.alike for told in stacks):
        said.append(say("explain.alike"))
    return (*said, say("explain.done", done=setting([told.spec for told in stacks])))
