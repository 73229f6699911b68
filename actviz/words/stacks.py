"""What a figure says: the finding as its title, what was done, how to read it, and an alt text.

What is said is made from what is told of stacks; nothing is measured, judged or drawn here, and
the sentences are those of a language's table.
"""

from collections.abc import Sequence

from actviz.diagnosis.course import Becomes
from actviz.format import percent, significant
from actviz.layers.signals import BACKWARD, Signal
from actviz.records.measuring import judged_layer
from actviz.words.outcome import OF_GRADIENT, Outcome
from actviz.words.say import Saying, say, saying, text
from actviz.words.specs import setting
from actviz.words.told import Told

#: More stacks of one activation than this are counted in a title, not named.
_MOST_NAMED = 5


def finding(stacks: Sequence[Told], *, gradients: bool = False, named: bool = True) -> str:
    """Return one sentence with what the stacks show, for the title; of gradients if they do.

    Of a single stack it has its name where it is `named`.
    """
    alone = len(stacks) == 1
    signals = _single(stacks[0]) if alone else _of_signals(stacks)
    if alone and named:
        signals = saying("title.of_stack", said=signals, name=stacks[0].name)
    told = alone and stacks[0].outcome in OF_GRADIENT
    if not gradients or told:
        return capital(text(signals))
    return capital(say("title.both", signals=signals, gradients=_of_gradients(stacks)))


def capital(sentence: str) -> str:
    """Return a sentence with a capital at its beginning, where no name begins it."""
    return sentence[:1].upper() + sentence[1:]


def findings_of(stacks: Sequence[Told], signal: Signal, *, gradients: bool) -> list[str]:
    """Return sentences for the title of histograms of `signal`, each shorter than the one before.

    Of a gradient it is said what becomes of gradients and not of the signal; with `gradients`,
    the fullest sentence says both.
    """
    if signal in BACKWARD:
        return gradient_titles(stacks, signal)[:1]
    labels = {told.spec.activation.label for told in stacks}
    kept = [told for told in stacks if told.outcome is Outcome.KEEPS]
    said = [finding(stacks, gradients=True)] if gradients else []
    said.append(finding(stacks))
    if len(stacks) > 1:
        names = list(dict.fromkeys(told.spec.label for told in kept))
        if len(labels) == 1 and len(names) == len(kept):
            whose = [(tuple(names), tuple(labels))]
            said.append(say("title.survivors", whose=whose, tried=len(stacks)))
        said.append(say("title.stacks", kept=len(kept), of=len(stacks)))
    return list(dict.fromkeys(said))


def gradient_titles(stacks: Sequence[Told], signal: Signal) -> list[str]:
    """Return what becomes of the gradients that a figure is of, the fullest form first."""
    if signal == "weight_gradient":
        return [_of_weight_gradients(stacks), say("title.weight_gradients_only")]
    if len(stacks) == 1:
        course = stacks[0].findings.courses.gradient
        does = [_of_gradients(stacks), saying("title.gradient", does=_ways(course.becomes, 1))]
        named = [saying("title.of_stack", said=each, name=stacks[0].name) for each in does]
        said = [named[0], does[0], named[1], does[1]]
        return list(dict.fromkeys(capital(text(each)) for each in said))
    labels = list(dict.fromkeys(told.spec.activation.label for told in stacks))
    courses = [told.findings.courses.gradient.becomes for told in stacks]
    found = []
    # Rather by their initializers than with the activation's name.
    for form in (_of_gradients, _counted, None):
        for whose in (labels, []) if len(labels) == 1 else ([],):
            if form is not None:
                found.append(form(stacks, whose))
            else:
                kept = courses.count(Becomes.KEEPS)
                count = {"kept": kept, "of": len(stacks), "whose": _whose(whose)}
                found.append(saying("title.gradients_kept", **count))
    return list(dict.fromkeys(capital(text(each)) for each in found))


def _whose(names: Sequence[str]) -> Saying | str:
    """Return of which activation gradients are, where it is said."""
    return saying("title.whose", name=names[0]) if names else ""


def _of_weight_gradients(stacks: Sequence[Told]) -> str:
    """Return how large weight gradients are in the first layer, beside those of the last."""
    ratios = []
    for told in stacks:
        stds = [layer["weight_gradient"].stats.std for layer in told.having("weight_gradient")]
        if len(stds) > 1 and stds[0] is not None and stds[-1]:
            ratios.append(stds[0] / stds[-1])
    if not ratios:
        return say("title.weight_gradients_only")
    ends = [significant(end, 2) for end in (min(ratios), max(ratios))]
    return say("title.weight_gradients", ratios=list(dict.fromkeys(ends)))


def second_finding(stacks: Sequence[Told]) -> str:
    """Return what becomes of the gradients, for the subtitle; "" where the title tells it."""
    told = len(stacks) == 1 and stacks[0].outcome in OF_GRADIENT
    return "" if told else text(_of_gradients(stacks))


def _of_gradients(stacks: Sequence[Told], of: Sequence[str] = ()) -> Saying:
    """Return what becomes of the gradients, as half of a sentence; `of` an activation by name."""
    if len(stacks) == 1:
        (told,) = stacks
        course = told.findings.courses.gradient
        does = _ways(course.becomes, 1)
        if course.total is not None:
            return saying("title.gradient_number", does=does, number=told.gradient)
        return saying("title.gradient", does=does)
    groups = _by_course(stacks)
    if not groups:
        does = _ways(Becomes.KEEPS, len(stacks))
        return saying("title.gradients", does=does, whose=_whose(of))
    names = {told.spec.activation.name for told in stacks}
    # Of gradients the plural is said, however many stacks have them.
    if len(names) == 1 and len(stacks) <= _MOST_NAMED and not _disagree(stacks):
        named = [
            saying("title.under", does=_ways(what), who=[told.spec.label for told in found])
            for what, found in groups.items()
        ]
        return saying("title.gradients_under", parts=named, whose=_whose(of))
    return _counted(stacks, of)


def _by_course(stacks: Sequence[Told]) -> dict[Becomes, list[Told]]:
    """Return the stacks whose gradients do not keep their scale, by what they do."""
    groups: dict[Becomes, list[Told]] = {}
    for told in stacks:
        groups.setdefault(told.findings.courses.gradient.becomes, []).append(told)
    groups.pop(Becomes.KEEPS, None)
    return groups


def _counted(stacks: Sequence[Told], of: Sequence[str] = ()) -> Saying:
    """Return how many gradients do what, as half of a sentence; `of` an activation by name."""
    groups = _by_course(stacks)
    if not groups:
        does = _ways(Becomes.KEEPS, len(stacks))
        return saying("title.gradients", does=does, whose=_whose(of))
    (what, found), *rest = groups.items()
    first = saying("title.first_count", does=_ways(what), count=len(found), of=len(stacks))
    others = [saying("title.count", does=_ways(what), count=len(found)) for what, found in rest]
    return saying("title.gradients_counted", parts=[first, *others], whose=_whose(of))


#: As many as the plural is said of.
_SEVERAL = 2


def _ways(what: Becomes, who: int = _SEVERAL) -> Saying:
    """Return what one gradient does, or what several do."""
    return saying(f"trend.{what}", who=who)


def _does(what: Outcome, who: int) -> Saying:
    """Return what one initializer does, or what several do."""
    return saying(f"does.{what}", who=who)


def _of_signals(stacks: Sequence[Told]) -> Saying:
    names = list(dict.fromkeys(told.spec.activation.label for told in stacks))
    if len(names) == 1:
        return saying("title.activation", name=names[0], parts=_by_outcome(stacks))
    kept = {name: [o for o in _of(stacks, name) if o.outcome is Outcome.KEEPS] for name in names}
    tried = {len(_of(stacks, name)) for name in names}
    if len(tried) == 1 and len(names) <= 4 and max(tried) <= 6 and not _disagree(stacks):
        return saying("title.survivors", whose=_survivors(kept), tried=max(tried))
    return saying("title.stacks", kept=sum(map(len, kept.values())), of=len(stacks))


def _of(stacks: Sequence[Told], name: str) -> list[Told]:
    return [told for told in stacks if told.spec.activation.label == name]


def _disagree(stacks: Sequence[Told]) -> bool:
    """Return whether one pair comes out in several ways, as under several seeds."""
    found = {(told.spec.activation.label, told.spec.label, told.outcome) for told in stacks}
    return len({one[:2] for one in found}) < len(found)


def _single(told: Told) -> Saying:
    """Return what becomes of one stack, without its name and without a capital."""
    last, what = told.layers[-1], told.outcome
    stats = last["activation"].stats
    head = told.findings.stack[0]
    match what:
        case Outcome.ALIKE if stats.constant:
            return saying("title.constant")
        case Outcome.ALIKE:
            return saying("title.alike", layer=last.layer)
        case Outcome.OVERFLOWS:
            recorded = told.record.stack is None
            key = "title.not_finite" if recorded else "title.overflows"
            return saying(key, layer=told.record.first_nonfinite_layer)
        case Outcome.SATURATES:
            share = percent(stats.saturated_fraction or 0.0)
            return saying("title.saturates", share=share, layer=last.layer)
        case Outcome.SYMMETRIC:
            return saying("title.symmetric")
        case Outcome.KEEPS:
            return saying("title.keeps", depth=len(told.layers))
        case Outcome.DEAD:
            layer, share = max(head.layers), percent(head.value or 0.0)
            return saying("title.dead", share=share, layer=layer)
        case Outcome.FEW_DIRECTIONS:
            judged = judged_layer([layer.width for layer in told.layers]) or len(told.layers)
            found = told.layers[judged - 1]["activation"].stats.effective_rank
            rank = significant(found or 1.0, 2)
            return saying("title.few_directions", rank=rank)
        case Outcome.DECLINES | Outcome.GROWS | Outcome.VANISHES | Outcome.EXPLODES:
            first = told.layers[0]["activation"].stats.std or 0.0
            ends = {"first": significant(first, 2), "last": significant(stats.std or 0.0, 2)}
            return saying(f"title.{what}", **ends)
        case _:
            return saying(f"title.{what}", change=told.gradient)


def _by_outcome(stacks: Sequence[Told]) -> list[Saying]:
    groups: dict[Outcome, list[str]] = {}
    for told in stacks:
        groups.setdefault(told.outcome, []).append(told.spec.label)
    if len(stacks) > _MOST_NAMED or _disagree(stacks):
        kept = Outcome.KEEPS
        counts = sorted(groups.items(), key=lambda item: (item[0] is not kept, -len(item[1])))
        found = [(len(labels), _does(what, len(labels))) for what, labels in counts]
        (count, does), *rest = found
        head = saying("title.of", count=count, of=len(stacks), does=does)
        return [head, *(saying("title.counted", count=n, does=does) for n, does in rest)]
    parts = []
    for what, labels in groups.items():
        names = list(dict.fromkeys(labels))
        parts.append(saying("title.named", who=names, does=_does(what, len(names))))
    return parts


def _survivors(kept: dict[str, list[Told]]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return which initializers keep which activations' signal; what nothing keeps comes last."""
    whose: dict[tuple[str, ...], tuple[str, ...]] = {}
    for name, stacks in sorted(kept.items(), key=lambda item: not item[1]):
        labels = tuple(dict.fromkeys(told.spec.label for told in stacks))
        whose[labels] = (*whose.get(labels, ()), name)
    return list(whose.items())


def histograms_of(signal: Signal, vertical: str) -> str:
    """Return what the panels show, and what the height of a bar is."""
    return say("grid.histograms", signals=signals_of(signal), vertical=vertical)


def histograms_of_all(signals: Sequence[Signal], magnitudes: bool, vertical: str) -> str:
    """Return what the panels of several signals show, and that magnitudes have a log axis."""
    return say(
        "grid.all_histograms",
        signals=[signals_of(signal) for signal in signals],
        magnitudes=magnitudes and signals[-1] in BACKWARD,
        cotangent=signals[-1] in BACKWARD,
        vertical=vertical,
    )


def signal_name(signal: Signal) -> str:
    """Return a signal's name at an axis."""
    return say(f"signal.{signal}")


def signals_of(signal: Signal) -> str:
    """Return a signal's name in a sentence, in the plural."""
    return say(f"signals.{signal}")


def stops(told: Told, signal: Signal) -> list[str]:
    """Return where a stack's signal, or its gradient, ends to be a number, in a few words."""
    record, ensemble, layers = told.record, told.ensemble, told.having(signal)
    said = []
    gone = [layer.layer for layer in layers if layer[signal].stats.std == 0]
    backward = signal in BACKWARD
    if record.first_nonfinite_layer is not None:
        said.append(
            saying("stops.no_gradient")
            if backward and not layers
            else saying("stops.not_finite", layer=record.first_nonfinite_layer)
        )
    elif backward and record.first_nonfinite_gradient_layer is not None:
        said.append(saying("stops.not_finite_down", layer=record.first_nonfinite_gradient_layer))
    small = told.gradient_underflows if backward else record.first_underflow_layer
    if small is not None:
        key = "stops.underflow_down" if backward else "stops.underflow_on"
        said.append(saying(key, layer=small))
    elif gone and backward:
        said.append(saying("stops.zero_down", layer=max(gone)))
    elif gone:
        said.append(saying("stops.zero_on", layer=min(gone)))
    if ensemble is not None and ensemble.overflowed:
        seeds = len(ensemble.records)
        said.append(saying("stops.seeds", count=len(ensemble.overflowed), of=seeds))
    return list(map(text, said))


def left_out_layers(shown: Sequence[int], depth: int) -> str:
    """Return which layers, counted from 1, a figure shows of `depth`."""
    if len(shown) == 1:
        return say("foot.layer", layer=shown[0], depth=depth)
    return say("foot.layers", shown=shown, depth=depth)


def left_out_rows(shown: int, rows: int) -> str:
    """Return how many rows a figure shows of `rows`."""
    if shown == 1:
        return say("foot.row", rows=rows)
    return say("foot.rows", shown=shown, rows=rows)


def labels(stacks: Sequence[Told]) -> str:
    """Return all names that a figure of `stacks` may show, as one text."""
    return "".join(told.spec.activation.label + told.spec.label for told in stacks)


def alt_text(
    stacks: Sequence[Told],
    signal: Signal,
    picture: str = "grid",
    *,
    gradients: bool = False,
    title: str = "",
) -> str:
    """Return a figure in words, for readers who cannot see it.

    `picture` says what kind it is: "grid", "overlay", "ridge" or "depth"; with `gradients`, what
    becomes of them is told as well. `title` stands for the finding.
    """
    head = saying(
        "alt.head",
        picture=saying(f"picture.{picture}"),
        signals=signals_of(signal),
        done=setting([told.spec for told in stacks]),
    )
    said = saying("alt.title", title=title or finding(stacks, gradients=gradients))
    rows = [_in_words(told, signal, gradients) for told in stacks]
    return "\n".join(map(text, [said, head, *rows]))


def _in_words(told: Told, signal: Signal, gradients: bool) -> Saying:
    stds = _stds(told, "gradient") or saying("alt.no_stds")
    return saying(
        "alt.row",
        name=saying("alt.name", activation=told.spec.activation.label, init=told.spec.label),
        stds=_stds(told, signal) or saying("alt.no_stds"),
        does=_does(told.outcome, 1),
        alike=told.alike,
        gradient=saying("alt.gradient", gradient=told.gradient, stds=stds) if gradients else "",
    )


def _stds(told: Told, signal: Signal) -> str:
    stats = [layer[signal].stats for layer in told.having(signal)]
    missing = say("alt.no_std")
    return ", ".join(missing if s.std is None else significant(s.std, 2) for s in stats)
