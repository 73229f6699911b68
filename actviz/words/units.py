"""What is said of a view of units: of each stack what is seen in it, and of all a title and a foot.

What is seen is found once, by `actviz.diagnosis.pattern`; here it gets words.
"""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from actviz.diagnosis.pattern import Pattern, Scale, patterns, scale_of
from actviz.format import axis_number, significant
from actviz.words.outcome import Outcome
from actviz.words.overview import TITLE
from actviz.words.say import Saying, say, saying, text
from actviz.words.specs import setting
from actviz.words.stacks import capital
from actviz.words.told import Told

#: What is said of the signal, as its verb.
_OF_SIGNAL = frozenset(
    {
        *(Outcome.DECLINES, Outcome.GROWS, Outcome.VANISHES, Outcome.EXPLODES),
        *(Outcome.SATURATES, Outcome.OVERFLOWS),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What is seen of one stack.

    Parameters
    ----------
    told : Told
        The stack.
    scale : Scale
        What its colours run over.
    pattern : Pattern
        What its last layer is.
    by_layer : tuple of Pattern
        What each layer is.
    since : int
        The layer, from 1, from which on all are so, or are striped as it is.
    captions : tuple of str
        What is said above its layers, the longest first.
    """

    told: Told
    scale: Scale
    pattern: Pattern
    by_layer: tuple[Pattern, ...]
    since: int
    captions: tuple[str, ...]


def see(stacks: Sequence[Told]) -> tuple[Seen, ...]:
    """Return what is seen of each stack of a figure."""
    return tuple(map(_see, stacks))


def _see(told: Told) -> Seen:
    found = patterns(told.record)
    last = found[-1]
    alike = [one is last or (one.stripes and last.stripes) for one in found]
    differ = [number for number, same in enumerate(alike, start=1) if not same]
    since = max(differ, default=0) + 1
    long = say(f"units.{last}", layer=since)
    if last.noisy and told.outcome is not Outcome.KEEPS:
        long = say(f"units.{last}_but", does=told.word)
    return Seen(
        told=told,
        scale=scale_of(told.record),
        pattern=last,
        by_layer=found,
        since=since,
        captions=(long, say(f"units.{last}.short", layer=since)),
    )


def finding(seen: Sequence[Seen]) -> str:
    """Return one sentence of at most 55 characters with what the dots show, for the title."""
    told = [_of_one(seen[0])] if len(seen) == 1 else _of_several(seen)
    titles = [capital(text(saying)) for saying in told]
    return next((title for title in titles if len(title) <= TITLE), titles[-1])


def _of_one(one: Seen) -> Saying:
    layer, last = one.since, len(one.told.layers)
    if one.pattern.noisy and one.told.outcome is not Outcome.KEEPS:
        how = "but" if one.told.outcome in _OF_SIGNAL else "and"
        return saying(f"units.title.{one.pattern}_{how}", layer=last, does=one.told.word)
    if one.pattern is Pattern.NOISE:
        return saying("units.title.noise", layer=last)
    if one.pattern is Pattern.NONFINITE and one.told.record.stack is None:
        return saying("units.title.recorded", layer=layer)
    return saying(f"units.title.{one.pattern}", layer=layer)


def _of_several(seen: Sequence[Seen]) -> list[Saying]:
    """Return which stacks tell inputs apart, and how many; of none that does, what most are."""
    found = [Pattern.NOISE if one.pattern.noisy else one.pattern for one in seen]
    kinds = Counter(found)
    kind = Pattern.NOISE if Pattern.NOISE in kinds else max(kinds, key=kinds.__getitem__)
    those = [one.told for one, each in zip(seen, found, strict=True) if each is kind]
    told = [saying(f"units.titles.{kind}", count=len(those), of=len(seen))]
    named = _named([one.told for one in seen], those)
    if named is None or len(those) == len(seen):
        return told
    activations, labels, others = named
    does = saying(f"units.titles.{kind}.does")
    if not activations:
        told.insert(0, saying("units.titles.under", labels=labels, does=does))
    elif not others:
        told.insert(0, saying("units.titles.in", activations=activations, does=does))
    elif kind is Pattern.NOISE:
        told.insert(0, saying("units.titles.but", activations=activations, others=others))
    return told


def _named(
    stacks: Sequence[Told], those: Sequence[Told]
) -> tuple[list[str], list[str], list[str]] | None:
    """Return what names `those` of some stacks: activations, initializers, and their other ones.

    Where they are of all activations, there is none of these. None where they are not all stacks
    of some activations under some initializers, or where stacks differ in more than these.
    """

    def cell(told: Told) -> tuple[str, str]:
        return told.spec.activation.label, told.label

    cells, wanted = [cell(told) for told in stacks], {cell(told) for told in those}
    activations, labels = (list(dict.fromkeys(cell(told)[n] for told in those)) for n in (0, 1))
    whole = {each for each in cells if each[0] in activations and each[1] in labels}
    more = any(told.label != told.spec.label or told.record.stack is None for told in stacks)
    if more or whole != wanted:
        return None
    beside = [label for activation, label in cells if activation in activations]
    others = [label for label in dict.fromkeys(beside) if label not in labels]
    everywhere = set(activations) == {activation for activation, _ in cells}
    return [] if everywhere else activations, labels, others


def subtitles(
    seen: Sequence[Seen], *, units: int, inputs: int, layers: Sequence[int]
) -> tuple[str, ...]:
    """Return what was done, and how much of it is drawn, the fullest form first.

    Parameters
    ----------
    seen : sequence of Seen
        All stacks.
    units, inputs : int
        How many of each are drawn, of a layer that has so many.
    layers : sequence of int
        Which layers, from 1: all, or the choice of them.
    """
    specs = [one.told.spec for one in seen]
    depth = max(spec.depth for spec in specs)
    shown = say("units.dots", units=units, inputs=inputs)
    chosen = say("units.layers", count=len(layers), depth=depth) if len(layers) < depth else ""
    done = setting(specs)
    return tuple(
        " · ".join(filter(None, (each, shown, chosen)))
        for each in dict.fromkeys((done, done.partition(" · ")[0]))
    )


def feet(
    marks: AbstractSet[Pattern], *, stds: bool, stacks: int, of: int, reading: bool = True
) -> list[str]:
    """Return how to read the dots, the fullest form first; without `reading`, what is left out.

    `marks` are what is seen, and only these are explained; `stds` says whether the numbers above
    have no name; `stacks` of `of` are drawn.
    """
    named = saying("units.numbers") if stds else ""
    left = saying("units.stacks", stacks=stacks, of=of) if stacks < of else ""
    if not reading:
        return [text(left).strip() if isinstance(left, Saying) else ""]
    seen = {
        "units.key.down": any(mark.stripes for mark in marks),
        "units.key.across": Pattern.ACROSS in marks,
        "units.key.gone": Pattern.GONE in marks,
    }
    keys = [say(key) for key, there in seen.items() if there]
    return [
        say("units.foot", named=named, keys="".join(keys[:count]), left=left).strip()
        for count in range(len(keys), -1, -1)
    ]


def ends(scale: Scale) -> tuple[str, str]:
    """Return what stands at both ends of a scale's colours; "" where one says both."""
    if scale.bounded:
        return axis_number(scale.center - scale.reach), axis_number(scale.center + scale.reach)
    return ("", say("units.reach.signed")) if scale.signed else ("0", say("units.reach"))


def alt_text(seen: Sequence[Seen]) -> str:
    """Return a figure in words, for readers who cannot see it."""
    done = setting([one.told.spec for one in seen])
    rows = [_in_words(one) for one in seen]
    title, head = say("alt.title", title=finding(seen)), say("units.alt", done=done)
    return "\n".join([title, head, *rows])


def _in_words(one: Seen) -> str:
    spec = one.told.spec
    stds = [layer["activation"].stats.std for layer in one.told.layers]
    numbers = [say("alt.no_std") if std is None else significant(std, 2) for std in stds]
    return say(
        "units.alt.row",
        name=saying("alt.name", activation=spec.activation.label, init=one.told.label),
        stds=numbers,
        seen=one.captions[-1],
        since=one.since,
    )
