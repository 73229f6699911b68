"""What stands over the strips: a word and a chance, in the fullest form that has room.

What each is wide is `page`'s to say, and the words are those of `actviz.words.overview`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from actviz.plot.overview.content import NO_RIGHT, RIGHTS, Content, Right
from actviz.plot.overview.layout import Frame
from actviz.plot.overview.page import Over, over_width, second_width
from actviz.words import overview as words
from actviz.words.overview import Verdict
from actviz.words.say import say
from actviz.words.told import Told


def forms_of(
    told: Sequence[Told], judged: Mapping[int, Verdict], content: Content
) -> list[dict[int, Over]]:
    """Return what could stand over the strips, the fullest form first.

    All strips have one form: what is left out of one is left out of all.
    """
    rights = RIGHTS[content.numbers]
    # A word loses its factor before a chance loses its name: beside a factor it would be misread.
    pairs = [(whole, right) for right in rights for whole in (True, False)]
    pairs += [(True, NO_RIGHT), (False, NO_RIGHT)]
    found = []
    for whole, right in pairs:
        form = {}
        for one in told:
            verdict = judged[id(one)]
            word = verdict.word if whole else words.short_word(verdict.word)
            mark = say(f"overview.mark.{verdict.state}")
            form[id(one)] = Over(
                word=say("overview.word", mark=mark, word=word).strip(),
                right=_right(one, verdict, right, content),
                form=right,
            )
        found.append(form)
    return found


def _right(told: Told, verdict: Verdict, right: Right, content: Content) -> str:
    chance = verdict.chance if content.verdict and right.chance else ""
    if right.chance == "short":
        chance = words.short_chance(chance)
    return words.stds_of(told, content.signal, right.digits) if right.digits else chance


def with_seconds(
    over: Mapping[int, Over], told: Sequence[Told], content: Content, frame: Frame
) -> dict[int, Over]:
    """Return what stands over the strips with a second line, in the fullest form that all have."""
    forms = [
        {id(one): form for one, form in zip(told, forms, strict=True)}
        for forms in zip(*(words.seconds_of(one, content.signal) for one in told), strict=True)
    ]
    fits = (
        form
        for form in forms
        if all(second_width(second, frame) <= frame.block for second in form.values())
    )
    chosen = next(fits, forms[-1])
    return {key: replace(each, second=chosen[key]) for key, each in over.items()}


def fullest(
    forms: Sequence[Mapping[int, Over]], judged: Mapping[int, Verdict], frame: Frame
) -> dict[int, Over]:
    """Return the fullest form that fits over all strips.

    A word that has no room beside its chance gives way to a briefer one, that strip's alone.
    """

    def fits(over: Over, key: int) -> bool:
        return over_width(over, judged[key], frame) <= frame.block

    def fitted(form: Mapping[int, Over]) -> dict[int, Over]:
        brief = _briefest(form, judged)
        return {key: over if fits(over, key) else brief[key] for key, over in form.items()}

    found = [fitted(form) for form in forms]
    return next((f for f in found if all(fits(f[key], key) for key in f)), found[-1])


def _briefest(form: Mapping[int, Over], judged: Mapping[int, Verdict]) -> dict[int, Over]:
    """Return what stands over the strips with a briefer word where there is one."""
    return {
        key: replace(over, word=over.word.replace(judged[key].word, judged[key].brief))
        if judged[key].brief
        else over
        for key, over in form.items()
    }
