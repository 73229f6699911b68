"""What an overview says: what becomes of each stack in a word, and all of them in one line.

Nothing is measured or drawn here. A title has at most `TITLE` characters; what it has no room for
is the subtitle's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from actviz.diagnosis.findings import State
from actviz.format import percent, significant
from actviz.layers.signals import Signal
from actviz.words.outcome import OF_GRADIENT, Outcome
from actviz.words.say import Saying, say, saying
from actviz.words.specs import common, setting
from actviz.words.stacks import capital, finding, signals_of
from actviz.words.told import Told, word_of

#: Characters of a slide's title.
TITLE = 55

#: A share of values beyond a histogram's range is said from here on.
_SAID = 0.01

#: What an initializer does to something: a bare word would not say to what.
_SENTENCES = frozenset(
    {
        *(Outcome.KEEPS, Outcome.FEW_DIRECTIONS, Outcome.ALIKE, Outcome.SYMMETRIC, Outcome.DEAD),
        Outcome.SATURATES,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is shown of a judged stack.

    Parameters
    ----------
    state : State
        Healthy, in doubt, of no use, or none of these.
    word : str
        What becomes of it, in one to three words.
    chance : str
        That it trains, such as ``"trains 96 %"``; "" where there is none.
    brief : str
        The word where there is no room for it; "" where there is no shorter one.
    """

    state: State
    word: str
    chance: str = ""
    brief: str = ""


def verdict_of(told: Told) -> Verdict:
    """Return what is shown of a stack."""
    brief = word_of(told.findings, brief=True) if told.outcome in OF_GRADIENT else ""
    return Verdict(state=told.findings.state, word=told.word, chance=told.chance, brief=brief)


def _short_enough(title: str) -> bool:
    """Return whether a title fits a slide."""
    return len(title) <= TITLE


def title_of(
    stacks: Sequence[Told],
    verdicts: Sequence[Verdict],
    *,
    gradients: bool = True,
    part: bool = False,
    fits: Callable[[str], bool] = _short_enough,
) -> str:
    """Return what the stacks show in one line; with `gradients`, of these too where that fits.

    `fits` says whether a title needs one line of a page that is narrower than a slide, where a
    shorter one says as much. With `part` there are other stacks of these activations, on other
    pages: then nothing is said of what only one initializer does, or none.
    """
    if len(stacks) == 1:
        return _single(stacks[0], verdicts[0], fits)
    kept = _kept(stacks, verdicts)
    whose = _whose(kept)
    tried = 0 if part else len({told.label for told in stacks})
    full = sum(_keeps(*pair) for pair in zip(stacks, verdicts, strict=True))
    # Without a chance nothing is called healthy, and nothing is said not to be.
    judged = all(verdict.state != "not_judged" for verdict in verdicts)
    for count in range(len(whose), 0, -1):
        text = say("overview.keepers", whose=whose[:count], tried=tried)
        known = gradients and all("gradient" in told.record.signals for told in stacks)
        if len(kept) == 1 and known:
            longer = say("overview.both_kept", title=text)
            text = longer if fits(longer) and _short_enough(longer) else text
        if len(text) <= TITLE and not _disagree(stacks):
            return text
    if full == len(stacks) > 1:
        return say("overview.all", of=full)
    if not full:
        text = say("overview.none" if judged else "overview.none_kept", names=list(kept))
        of = "overview.none_of" if judged else "overview.none_kept_of"
        return text if len(text) <= TITLE and not part else say(of, of=len(stacks))
    return say("overview.some" if judged else "title.stacks", kept=full, of=len(stacks))


def _keeps(told: Told, verdict: Verdict) -> bool:
    """Return whether a stack is healthy; of one that has no chance, whether its word says so."""
    unjudged = verdict.state == "not_judged" and told.outcome is Outcome.KEEPS
    return unjudged or verdict.state == "full"


def _single(told: Told, verdict: Verdict, fits: Callable[[str], bool]) -> str:
    """Return what becomes of the only stack; the name of an activation begins no title."""
    name, word = told.spec.activation.label, verdict.word
    if told.outcome in _SENTENCES:
        said = saying("overview.does", name=name, does=saying(f"does.{told.outcome}", who=1))
    else:
        key = "overview.gradient_of" if told.outcome in OF_GRADIENT else "overview.signal"
        said = saying(key, name=name, word=word)
    titles = [finding([told]), say("overview.single", init=told.label, said=said)]
    if told.outcome in (Outcome.ALIKE, Outcome.KEEPS):
        titles.append(capital(say(f"overview.{told.outcome}", init=told.label, name=name)))
    titles.append(capital(say("title.of_stack", said=_nameless(told, word), name=name)))
    titles = [title for title in titles if _short_enough(title)] or titles[-1:]
    # Without the name of its initializer only where all else is too long for a slide.
    return next((title for title in titles[:-1] if fits(title)), titles[0])


def _nameless(told: Told, word: str) -> Saying | str:
    """Return what becomes of a stack, as half of a sentence that names neither of the two."""
    if told.outcome is Outcome.KEEPS:
        word = say("trend.keeps", who=1)
    elif told.outcome in _SENTENCES - {Outcome.SATURATES}:
        return word
    key = "overview.the_gradient" if told.outcome in OF_GRADIENT else "overview.the_signal"
    return saying(key, word=word)


def _disagree(stacks: Sequence[Told]) -> bool:
    """Return whether a name stands for several stacks."""
    return len({(told.spec.activation.label, told.label) for told in stacks}) < len(stacks)


def _kept(stacks: Sequence[Told], verdicts: Sequence[Verdict]) -> dict[str, tuple[str, ...]]:
    """Return which rows are healthy, by activation."""
    kept: dict[str, tuple[str, ...]] = {}
    for told, verdict in zip(stacks, verdicts, strict=True):
        name = told.spec.activation.label
        healthy = (told.label,) if _keeps(told, verdict) else ()
        kept[name] = (*kept.get(name, ()), *healthy)
    return kept


def _whose(kept: Mapping[str, tuple[str, ...]]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return which rows are healthy for which activations, those for none left out."""
    whose: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, labels in kept.items():
        if labels:
            whose[labels] = (*whose.get(labels, ()), name)
    return list(whose.items())


def subtitle_of(
    stacks: Sequence[Told],
    *,
    signal: Signal,
    layers: Sequence[int],
    page: int,
    pages: int,
    second: str,
) -> list[str]:
    """Return what is drawn, the second finding, and which page it is; the fullest form first.

    `stacks` are those of all pages, `layers` those of the longest stack that are drawn, from 1.
    """
    first, same = stacks[0].spec, common([told.spec for told in stacks])
    signals = signals_of(signal)
    signals = signals[0].upper() + signals[1:]
    alike = "depth" in same
    shown = (
        saying("overview.layers", shown=layers, depth=first.depth)
        if alike
        else saying("overview.each")
    )
    units = []
    if "width" in same and isinstance(first.width, int):
        units = [saying("overview.units", width=first.width)]
    elif "width" in same and not isinstance(first.width, int):
        widths = [str(width) for width in first.width]
        units = [
            saying("overview.units_listed", widths=widths),
            saying("overview.units_joined", widths="\N{EN DASH}".join(widths)),
        ]
    whats = [say("overview.shown", signals=signals, shown=shown, units=each) for each in units]
    if len(whats) != 1:
        whats.append(say("overview.shown_bare", signals=signals, shown=shown))
    number = say("overview.page", page=page, pages=pages) if pages > 1 else ""
    forms: list[tuple[str, ...]] = [(what, second, number) for what in whats[:2]]
    forms += [(what, number) for what in whats[-2:]]
    forms.append((number or whats[-1],))
    return [" · ".join(filter(None, form)) for form in forms]


def second_of(stacks: Sequence[Told], verdicts: Sequence[Verdict], *, part: bool = False) -> str:
    """Return what becomes of the activation that none of the title's initializers keeps, or "".

    With `part` there are others on other pages, and none is said to be the best.
    """
    kept = _kept(stacks, verdicts)
    if len(kept) == 1:
        return _doubtful(stacks, verdicts)
    if part:
        return ""
    lost = [name for name, labels in kept.items() if not labels]
    if not 0 < len(lost) < len(kept):
        return ""
    pale = [
        (told, verdict)
        for told, verdict in zip(stacks, verdicts, strict=True)
        if verdict.state == "pale" and told.spec.activation.label in lost
    ]
    if len(lost) == 1 and len(pale) == 1:
        ((told, verdict),) = pale
        word = short_word(verdict.word)
        return say("overview.best", name=lost[0], word=word, init=told.label)
    return say("overview.lost", names=[f"{name}’s" for name in lost]) if len(lost) <= 3 else ""


def _doubtful(stacks: Sequence[Told], verdicts: Sequence[Verdict]) -> str:
    """Return what becomes of the one initializer that is in doubt."""
    pairs = zip(stacks, verdicts, strict=True)
    pale = [(told, verdict) for told, verdict in pairs if verdict.state == "pale"]
    if len(pale) != 1 or len(stacks) == 1:
        return ""
    ((told, verdict),) = pale
    return say("overview.own", init=told.label, word=verdict.word)


def stds_of(told: Told, signal: Signal, digits: int = 2) -> str:
    """Return the std of the first layer and of the last one."""
    ends = [layer[signal].stats.std for layer in told.having(signal)]
    first, last = ("–" if std is None else significant(std, digits) for std in (ends[0], ends[-1]))
    return say("overview.stds", first=first, last=last)


def seconds_of(told: Told, signal: Signal) -> list[tuple[str, str]]:
    """Return the stds of both ends and what becomes of the gradient, the fullest form first."""
    gradient = told.gradient if told.having("gradient") else ""
    short = short_word(short_word(gradient, " a layer"), " over")
    named = say("caption.gradient", gradient=gradient) if gradient else ""
    short_named = say("caption.gradient", gradient=short) if short else ""
    whole, rough = (stds_of(told, signal, digits) for digits in (2, 1))
    std, brief = say("note.std", stds=whole), say("brief.gradient", gradient=short) if short else ""
    return [
        (std, named),
        (std, short_named),
        (whole, short_named),
        (whole, brief),
        (whole, short),
        (rough, short),
        (rough, ""),
    ]


def keys_of(kinds: Sequence[str]) -> list[str]:
    """Return what the marks mean that are drawn, the most important first."""
    return [say(f"overview.key.{kind}") for kind in kinds]


def keys_that_fit(kinds: Sequence[str], fits: Callable[[str], bool]) -> str:
    """Return as many keys as there is room for: short ones rather than none, the last ones first.

    A mark that is drawn has a key before another one has a sentence.
    """
    whole, short = keys_of(kinds), [_short_key(kind) for kind in kinds]
    forms = [[_long_key(kind) for kind in kinds]]
    forms += [[*whole[:n], *short[n:]] for n in range(len(kinds), -1, -1)]
    forms += [short[:n] for n in range(len(kinds) - 1, 0, -1)]
    return next((text for text in map(" · ".join, forms) if fits(text)), "")


def _long_key(kind: str) -> str:
    return say(f"overview.key.{kind}.long" if kind in _LENGTHENED else f"overview.key.{kind}")


def _short_key(kind: str) -> str:
    return say(f"overview.key.{kind}.short" if kind in _SHORTENED else f"overview.key.{kind}")


#: The keys that have a longer form, and those that have a shorter one.
_LENGTHENED = frozenset({"slope", "slope_cut"})
_SHORTENED = frozenset(
    {
        *("pale", "chance", "slope", "slope_cut", "unit", "zeros", "cut"),
        *("stds", "ends", "ends_and_factor"),
    }
)


def chances_name() -> str:
    """Return what stands over chances that are numbers alone."""
    return short_word(say("chance", share=""), " ")


def alt_text_of(
    stacks: Sequence[Told],
    verdicts: Sequence[Verdict],
    *,
    title: str,
    signal: Signal,
    times: float,
    by_row: bool,
    hidden: bool,
) -> str:
    """Return an overview in words, for readers who cannot see it, and what it leaves out.

    Bars are cut at so many `times` an even spread; `by_row` says that a row has its own scale.
    """
    head = say(
        "alt.head",
        picture=saying("picture.overview"),
        signals=signals_of(signal),
        done=setting([told.spec for told in stacks]),
    )
    pairs = zip(stacks, verdicts, strict=True)
    rows = [_alt_row(told, verdict, signal, hidden=hidden) for told, verdict in pairs]
    scale = say("overview.scale_rows" if by_row else "overview.scale", times=times)
    return "\n".join((say("alt.title", title=title), f"{head} {scale}.", *rows))


def _alt_row(told: Told, verdict: Verdict, signal: Signal, *, hidden: bool) -> str:
    """Return one stack of an overview in words."""
    stds = [layer[signal].stats.std for layer in told.having(signal)]
    beyond = max((_beyond(told, signal)), default=0.0)
    parts = [
        say(
            "overview.row_stds",
            stds=", ".join("–" if std is None else significant(std, 2) for std in stds),
            beyond=say("overview.beyond", share=percent(beyond)) if beyond >= _SAID else "",
        )
    ]
    if not hidden:
        mark = say(f"overview.mark.{verdict.state}")
        word = say("overview.word", mark=mark, word=verdict.word).strip()
        chance = say("overview.chance", chance=verdict.chance) if verdict.chance else ""
        parts.insert(0, word + chance)
        if told.having("gradient"):
            parts.append(say("caption.gradient", gradient=told.gradient_in_full))
    name = say("alt.name", activation=told.spec.activation.label, init=told.label)
    return say("overview.row", name=name, parts=parts)


def _apart(told: Told) -> bool:
    """Return whether a gradient's factor is one beyond what widths do."""
    course = told.findings.courses.gradient
    return course.total is not None and course.widths != 1


def _beyond(told: Told, signal: Signal) -> list[float]:
    """Return the share of each layer's values that its histogram's range does not reach."""
    found = []
    for layer in told.having(signal):
        histogram = layer[signal].histogram
        beyond = histogram.underflow + histogram.overflow
        found.append(beyond / max(histogram.n_finite, 1))
    return found


def short_word(word: str, before: str = " ×") -> str:
    """Return a verdict's word without its number, or what is said before another mark."""
    return word.partition(before)[0]


def short_chance(chance: str) -> str:
    """Return a chance as a number alone."""
    return chance.partition(" ")[2] or chance


def hidden_title() -> str:
    """Return the title of a figure that does not say what becomes of its stacks."""
    return say("overview.hidden")


def done(stacks: Sequence[Told]) -> str:
    """Return what was done, for a full caption."""
    return setting([told.spec for told in stacks])


def explanations(stacks: Sequence[Told], kinds: Sequence[str], *, times: float) -> tuple[str, ...]:
    """Return what the marks, hues and numbers of an overview mean, a sentence each.

    `kinds` are those of the keys that it has; bars are cut at so many `times` an even spread.
    """
    alone = len({told.spec.activation.name for told in stacks}) == 1
    said = [
        say("explain.rows" if alone else "explain.strips"),
        say("explain.cut_bars", times=times),
    ]
    if {"full", "pale", "lost", "not_judged"} & set(kinds):
        said.append(say("explain.states"))
        said.append(say("explain.by_activation"))
        if any(told.chance for told in stacks):
            said.append(say("explain.chance"))
    said += [say(f"explain.{kind}") for kind in ("slope", "unit") if kind in kinds]
    said += [say("explain.apart")] if any(_apart(told) for told in stacks) else []
    said += [say("explain.stem")] if "zeros" in kinds else []
    said += [say(f"explain.{kind}") for kind in ("ends", "ends_and_factor") if kind in kinds]
    return (*said, say("explain.done", done=done(stacks)))
