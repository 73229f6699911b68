"""What is said of phase diagrams: the edge of chaos, how the dots agree, how to read the lines."""

from collections.abc import Collection
from functools import partial

import numpy as np
from numpy.typing import NDArray

from actviz.format import axis_number, percent, significant
from actviz.sweeps.phase_record import REACH_LAYERS, PhaseLine, PhaseRecord, PhaseSpec, Plane
from actviz.words.charts import marks
from actviz.words.say import Saying, say, saying, text

#: A line whose ends are as near as this stands upright.
_UPRIGHT = 1.05

#: Two inputs whose cosine is below this are apart.
_APART = 0.9

#: A gradient keeps its size through hundreds of layers where χ is as near to 1 as this.
_SAME = 0.01


def finding(record: PhaseRecord) -> str:
    """Return one sentence of at most 55 characters, for the title.

    It claims nothing that a point of the planes denies, with or without a bias.
    """
    titles = {"gradient": _of_gradients, "cosine": _of_cosines, "scale": _of_scales}
    return say(titles[record.spec.quantity](record))


def _of_gradients(record: PhaseRecord) -> str:
    if not any(plane.critical or _touches_1(plane.chi) for plane in record.planes):
        return "phase.title.gradient.none"
    order = any((plane.chi < 1).any() for plane in record.planes)
    chaos = any(_ends_in_chaos(plane) for plane in record.planes if plane.critical)
    return "phase.title.gradient" if order and chaos else "phase.title.gradient.line"


def _touches_1(chi: NDArray[np.float64]) -> bool:
    """Return whether a gradient keeps its size at a point, as nearly as one can see."""
    return bool((np.abs(chi - 1) < _SAME).any())


def _ends_in_chaos(plane: Plane) -> bool:
    """Return whether large weights lead to chaos, and not to a signal that grows without end.

    As ReLU's does from χ = 1 on, and those of GELU and SELU after a sliver of chaos that is hardly
    seen.
    """
    return bool(((plane.chi[:, -1] > 1) & np.isfinite(plane.q_star[:, -1])).any())


def _of_cosines(record: PhaseRecord) -> str:
    """Return who stays apart, with any bias if there is one: a row without it is no region.

    An odd function keeps every angle there, and GELU most of them.
    """
    biased = np.array(record.spec.biases) > 0
    apart = [plane.values < _APART for plane in record.planes]
    if not any(one.any() for one in apart):
        return "phase.title.cosine.none"
    if not biased.any():
        return "phase.title.cosine.unbiased"
    if all(one.all() for one in apart):
        return "phase.title.cosine.all"
    if not any(one[biased].any() for one in apart):
        return "phase.title.cosine.none.biased"
    beyond = [plane.chi[biased] > 1 for plane in record.planes]
    if all(one.all() for one in beyond) or any(
        (one[biased] & ~far).any() for one, far in zip(apart, beyond, strict=True)
    ):
        return "phase.title.cosine.some"
    endless = [np.isinf(plane.q_star[biased]) for plane in record.planes]
    if any((one[biased] & end).any() for one, end in zip(apart, endless, strict=True)):
        return "phase.title.cosine.beyond"
    return "phase.title.cosine"


def _of_scales(record: PhaseRecord) -> str:
    q = np.concatenate([plane.q_star.ravel() for plane in record.planes])
    ends = {"dies": q == 0, "endless": np.isinf(q), "rests": (q > 0) & np.isfinite(q)}
    dies, endless, rests = (bool(one.any()) for one in ends.values())
    if not endless:
        return "phase.title.scale" if rests else "phase.title.scale.dies"
    if not rests:
        return "phase.title.scale.dies.endless" if dies else "phase.title.scale.endless"
    return "phase.title.scale.all" if dies else "phase.title.scale.rests.endless"


def below_title(record: PhaseRecord, *, short: bool = False) -> str:
    """Return where the edge of chaos is or, of a signal's size, where that never rests.

    A `short` one leaves it to the line to show which way it leans, to the axis what a std is of.
    """
    told = rests if record.spec.quantity == "scale" else edges
    return told(record, short=short)


def rests(record: PhaseRecord, *, short: bool = False) -> str:
    """Return below which weight std signals die out, and above which they grow without end.

    Both with the least bias, which is none mostly: with more, nothing dies out, and a signal may
    begin to grow elsewhere (GELU's does sooner). What grows with more alone is said to.
    """
    bias = record.spec.biases[0]
    least = saying("phase.rest.biased" if bias else "phase.rest.unbiased", bias=axis_number(bias))
    dies, grows = [], []
    for plane in record.planes:
        alive, endless = plane.values[0] > 0, np.isinf(plane.values)
        if not alive.all():
            dies.append(_from(record, plane, alive, "least"))
        if endless.any():
            by = "least" if endless[0].any() else "more"
            there = np.asarray(endless[0] if by == "least" else endless.any(axis=0))
            grows.append(_from(record, plane, there, by))
    of = saying("phase.rest.std" if short else "phase.rest.weight_std")
    if dies:
        and_ = "phase.rest.and.short" if short else "phase.rest.and"
        end = saying(and_, parts=grows) if grows else ""
        return say("phase.rest.dies", bias=least, of=of, parts=dies, end=end)
    if grows:
        return say("phase.rest.endless", bias=least, of=of, parts=grows)
    return say("phase.rest.everywhere")


def _from(record: PhaseRecord, plane: Plane, so: NDArray[np.bool_], by: str) -> Saying:
    """Return the weight std from which on something is so, with the least bias or with more.

    It is at χ = 1, where this lies between two weight stds of the plane; else in the middle of
    them. What is so at all of them or at none is so from an end on.
    """
    stds = record.spec.stds
    first = int(np.argmax(so)) if so.any() else len(stds)
    low, high = stds[max(first - 1, 0)], stds[min(first, len(stds) - 1)]
    edge = _ends(plane.critical)[0] if plane.critical else 0.0
    at = edge if low <= edge <= high else (low * high) ** 0.5
    return saying(f"phase.rest.{by}", name=plane.activation.label, at=significant(at, 2))


def edges(record: PhaseRecord, *, short: bool = False) -> str:
    """Return at which weight std the edge of chaos is, activation by activation."""
    parts = [_edge(record.spec, plane) for plane in record.planes]
    leans = (plane.critical and _leans(plane.critical) for plane in record.planes)
    leaning = not short and any(leans)
    return say("phase.edge", parts=parts, grow=saying("phase.edge.grow") if leaning else "")


def _ends(line: PhaseLine) -> tuple[float, float]:
    """Return the weight stds where a line begins and where it leaves, from below."""
    return float(line.points[0, 0]), float(line.points[-1, 0])


def _leans(line: PhaseLine) -> bool:
    low, high = _ends(line)
    return max(low / high, high / low) > _UPRIGHT


def _edge(spec: PhaseSpec, plane: Plane) -> Saying:
    name, line = plane.activation.label, plane.critical
    if line is None:
        return saying("phase.edge.none", name=name)
    low, high = _ends(line)
    at = significant(low, 2)
    near = [
        mark
        for std, mark in marks(spec.width)
        if significant(std, 2) == at and not mark.startswith("std")  # its own number
    ]
    mark = saying("phase.edge.near", mark=near[0]) if near else ""
    if not _leans(line):
        return saying("phase.edge.upright", at=at, name=name, near=mark)
    return saying("phase.edge.leaning", name=name, near=mark, low=at, high=significant(high, 2))


def foot(record: PhaseRecord, kinds: Collection[str]) -> tuple[str, ...]:
    """Return sentences: what colours and dots are, and the lines of those kinds that are drawn."""
    return tuple(map(text, _foot(record, kinds)))


def brief_foot(record: PhaseRecord, kinds: Collection[str]) -> tuple[str, ...]:
    """Return each sentence of the foot as short as it can be, "" for one that can be left out."""
    return tuple(say(f"{one.key}.brief", **one.fields) for one in _foot(record, kinds))


def _foot(record: PhaseRecord, kinds: Collection[str]) -> list[Saying]:
    spec = record.spec
    parts = [saying("phase.done.theory")]
    if spec.simulated:
        seeds = saying("phase.done.seeds", seeds=len(spec.seeds)) if len(spec.seeds) > 1 else ""
        parts.append(saying("phase.done.dots", depth=spec.depth, seeds=seeds))
    if "critical" in kinds:
        parts.append(saying("phase.line.critical"))
    if "reach" in kinds:
        parts.append(saying("phase.line.reach", layers=[str(each) for each in REACH_LAYERS]))
    if "level" in kinds:
        sizes = [axis_number(level) for level in levels(record)]
        parts.append(saying("phase.line.level", sizes=sizes))
    if any(np.isnan(plane.found).any() for plane in record.planes):
        parts.append(saying("phase.lost"))
    return parts


def levels(record: PhaseRecord) -> list[float]:
    """Return the sizes of a signal that are drawn as lines."""
    lines = (line for plane in record.planes for line in plane.lines if line.kind == "level")
    return sorted({line.level for line in lines if line.level is not None})


def alt_text(record: PhaseRecord) -> str:
    """Return a diagram in words, for readers who cannot see it."""
    spec = record.spec
    low, high, least, most = (
        axis_number(end) for end in (spec.stds[0], spec.stds[-1], spec.biases[0], spec.biases[-1])
    )
    head = say(
        "phase.alt",
        of=saying(f"phase.of.{spec.quantity}"),
        names=[plane.activation.label for plane in record.planes],
        low=low,
        high=high,
        least=least,
        most=most,
        width=spec.width,
    )
    parts = [
        say("alt.title", title=finding(record)),
        head,
        say("alt.note", note=below_title(record)),
    ]
    if spec.simulated:
        parts.append(_agreement(record))
    return "\n".join(parts)


def _agreement(record: PhaseRecord) -> str:
    """Return how far the dots are from the field: of a cosine its difference, else its share."""
    found = np.concatenate([plane.found.ravel() for plane in record.planes])
    told = np.concatenate([plane.predicted.ravel() for plane in record.planes])
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(found - told) if record.spec.quantity == "cosine" else np.abs(found / told - 1)
    off = off[np.isfinite(off)]
    written = partial(significant, digits=1) if record.spec.quantity == "cosine" else percent
    half, nearly = (written(float(np.quantile(off, share))) for share in (0.5, 0.9))
    return say(
        "phase.alt.dots",
        dots=record.planes[0].found.size,
        each=saying("phase.alt.each") if len(record.planes) > 1 else "",
        apart=half,
        most=nearly,
    )
