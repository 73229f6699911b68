"""Which marks are drawn that have a key, the most important first."""

from collections.abc import Mapping, Sequence

from actviz.plot.overview.bars import cut
from actviz.plot.overview.content import Content
from actviz.plot.overview.page import Over
from actviz.plot.overview.rows import slope_is_cut, slope_of
from actviz.words.overview import Verdict
from actviz.words.told import Told


def kinds_of(
    shown: Sequence[Told],
    judged: Mapping[int, Verdict],
    over: Mapping[int, Over],
    content: Content,
    *,
    hidden: bool,
) -> list[str]:
    """Return what is drawn that has a key, the most important first."""
    kinds = [] if hidden else _states(shown, judged)
    above = [over[id(one)] for one in shown]
    if content.numbers == "all":
        kinds.append("ends_and_factor" if any(each.second[1] for each in above) else "ends")
    if content.numbers == "std" and any(each.right for each in above):
        kinds.append("stds")
    if not hidden and any(each.form.chance and each.right for each in above):
        kinds.append("chance")
    return [*kinds, *_marks(shown, content)]


def row_kinds(
    told: Sequence[Told],
    shown: Sequence[Told],
    judged: Mapping[int, Verdict],
    content: Content,
    *,
    hidden: bool,
    sloped: bool = True,
) -> list[str]:
    """Return what is drawn of one activation that has a key, the most important first.

    Of what is `told`, a page or a step of it has what is `shown`, `sloped` or without slopes.
    """
    kinds = [] if hidden else _states(shown, judged)
    marks = _marks(shown, content)
    kinds += [kind for kind in marks if kind == "zeros"]
    if sloped and len(told) > 1 and any(map(slope_of, shown)):
        kinds.append("slope_cut" if any(map(slope_is_cut, shown)) else "slope")
    if not hidden and any(judged[id(one)].chance for one in shown):
        kinds.append("chance")
    if len(told) == 1 and content.numbers != "none":
        kinds.append("unit")
    return [*kinds, *(kind for kind in marks if kind != "zeros")]


def _states(shown: Sequence[Told], judged: Mapping[int, Verdict]) -> list[str]:
    """Return the states of what is drawn."""
    states = {judged[id(one)].state for one in shown}
    return [state for state in ("full", "pale", "lost", "not_judged") if state in states]


def _marks(shown: Sequence[Told], content: Content) -> list[str]:
    """Return which marks panels have: stems of zeros, and the gap of a bar that is cut."""
    items = [layer[content.signal] for one in shown for layer in one.having(content.signal)]
    found = {"zeros": any(item.zeros for item in items), "cut": any(cut(i).any() for i in items)}
    return [kind for kind, there in found.items() if there]
