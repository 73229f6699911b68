"""The grammar of English: lists, and the sentences that have parts which come and go."""

from collections.abc import Callable, Sequence

#: What makes a sentence of fields.
Wording = str | Callable[..., str]


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence, `last` before the last one.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    >>> listed(["a", "b"], "or")
    'a or b'
    """
    return f" {last} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def inputs(*, samples: int, width: int | None, law: str, std: float | None) -> str:
    """Return what goes in, with what all stacks have of it in common."""
    wide = "" if width is None else f" × {width}"
    named = f"{law} " if law else ""
    return f"{samples}{wide} {named}inputs{'' if std is None else f' of std {std:g}'}"


def survivors(*, whose: Sequence[tuple[Sequence[str], Sequence[str]]], tried: int) -> str:
    """Return which initializers keep which activations' signal; the first clause has the noun."""
    parts: list[str] = []
    for labels, activations in whose:
        who, first = listed(labels) if labels else "none", not parts
        alone = len(labels) == 1 < tried
        if alone:
            who = f"only {who}"
        if first and (not labels or alone):  # no name, whose case is its own
            who = who[0].upper() + who[1:]
        keep = f"keep{'' if len(labels) > 1 else 's'}"
        names = listed([f"{name}’s" for name in activations])
        parts.append(f"{who} {keep} {names}{' signal' * first}")
    return ", ".join(parts)


def bands(
    *,
    what: str,
    depth: int,
    by: str,
    known: Sequence[tuple[str, str]],
    everywhere: Sequence[str] = (),
    none: Sequence[str],
    partly: Sequence[str] = (),
    unjudged: Sequence[str] = (),
    of: str,
) -> str:
    """Return between which weight stds activations have what; the first clause says of what.

    Nothing is said to be nowhere that nobody judged.

    Examples
    --------
    >>> bands(what="healthy", depth=50, by="", of="std ", known=[("tanh", "0.1")], none=["ReLU"])
    'Healthy at 50 layers: tanh std 0.1; ReLU nowhere here'
    """
    clauses = [f"{name} {'' if index else of}{stds}" for index, (name, stds) in enumerate(known)]
    parts = [
        ", ".join(clauses),
        f"{listed(everywhere)} everywhere here" if everywhere else "",
        f"{listed(none)} nowhere here" if none else "",
        f"{listed(partly)} nowhere that is judged" if partly else "",
        f"{listed(unjudged)} not judged" if unjudged else "",
    ]
    told = "; ".join(part for part in parts if part)
    layers = f"{depth} layer{'' if depth == 1 else 's'}{by}"
    return f"{what[0].upper()}{what[1:]} at {layers}: {told}"


#: Numbers from 2 on, of names that are counted together.
_TOGETHER = ("both", "all three", "all four", "all five", "all six", "all seven", "all eight")


def as_one(*, count: int) -> str:
    """Return several as one, such as ``"all four"``."""
    return _TOGETHER[count - 2] if count - 2 < len(_TOGETHER) else f"all {count}"


def all_histograms(
    *, signals: Sequence[str], magnitudes: bool, cotangent: bool, vertical: str
) -> str:
    """Return what panels of one or more signals show."""
    shown = list(signals)
    if magnitudes:
        shown[-1] += ", |g| on a log axis,"
    text = f"histograms of the {', below of the '.join(shown)}"
    return f"{text}{' for a random cotangent' * cotangent}, {vertical}"


def vertical(*, values: str, log: bool, scale: str, decade: str) -> str:
    """Return what the height of a bar is."""
    return f"height: {'log ' * log}{values}{decade}, {scale}"


def in_words(*, name: str, stds: str, does: str, alike: Sequence[int], gradient: str) -> str:
    """Return what becomes of one stack, for readers who cannot see it."""
    where = f"layer{'s' * (len(alike) > 1)} {listed(list(map(str, alike)))}" if alike else ""
    note = f"; units constant over the inputs in {where}" if alike else ""
    return f"{name}: std by layer {stds}; {does}{note}.{gradient}"


def ends_at(*, ends: Sequence[tuple[str, str]]) -> str:
    """Return where each curve ends, the verb once: ``"He ends at 0.5, Xavier at 1.3"``."""
    verbs = ("ends at", *("at" for _ in ends[1:]))
    return ", ".join(f"{name} {verb} {end}" for verb, (name, end) in zip(verbs, ends, strict=True))


def numbers_of(*, head: str, numbers: Sequence[tuple[str, str]]) -> str:
    """Return numbers with whose they are: ``"Layer 5’s std: 1.3 (He), 0 (zeros)"``."""
    return f"{head}: {', '.join(f'{number} ({name})' for number, name in numbers)}"


def diagnosis(*, mark: str, name: str, word: str, chance: str, number: str, remedy: str) -> str:
    """Return a verdict in one line, the worst number in brackets and what to try last."""
    said = ", ".join(filter(None, (word, chance)))
    if number:  # brackets are there once
        said += f"; {number}" if said.endswith(")") else f" ({number})"
    return f"{mark} {name}: {said}{f'; {remedy}' * bool(remedy)}"


def number(*, measure: str, value: str, where: str) -> str:
    """Return a finding's number."""
    return f"{measure}: {value}{f' in {where}' * bool(where)}"


def not_finite(*, count: str, where: str) -> str:
    """Return how many values are no numbers."""
    values = "value is" if count == "1" else "values are"
    return f"{count} {values} NaN or infinite{f' in {where}' * bool(where)}"


def row_note(name: str, told: str) -> str:
    """Return what a row of a chart is, as a sentence."""
    return f"{name[0].upper()}{name[1:]}: {told}."
