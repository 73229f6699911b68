"""What is said of phase diagrams: the edge of chaos, how the dots agree, how to read the lines."""

from collections.abc import Collection
from functools import partial

import numpy as np

from actviz.format import axis_number, percent, significant
from actviz.sweeps.phase_record import PhaseLine, PhaseRecord, PhaseSpec, Plane
from actviz.words.charts import marks
from actviz.words.say import Saying, say, saying, text

#: A line whose ends are as near as this stands upright, and a mark as near as that to its foot is
#: where it stands.
_UPRIGHT, _NEAR = 1.05, 1.05

#: Two inputs whose cosine is below this are apart.
_APART = 0.9


def finding(record: PhaseRecord) -> str:
    """Return one sentence of at most 55 characters, for the title."""
    quantity = record.spec.quantity
    if quantity == "gradient":
        there = any(plane.critical for plane in record.planes)
        return text(saying("phase.title.gradient" if there else "phase.title.gradient.none"))
    if quantity == "cosine":
        # Without any bias an odd function keeps every angle: one row is no region.
        biased = np.array(record.spec.biases) > 0
        rows = biased if biased.any() else ~biased
        if not any((plane.values[rows] < _APART).any() for plane in record.planes):
            return text(saying("phase.title.cosine.none"))
        return text(saying("phase.title.cosine" if biased.any() else "phase.title.cosine.unbiased"))
    endless = any(np.isinf(plane.values).any() for plane in record.planes)
    return text(saying("phase.title.scale.endless" if endless else "phase.title.scale"))


def edges(record: PhaseRecord) -> str:
    """Return at which weight std the edge of chaos is, activation by activation."""
    parts = [_edge(record.spec, plane) for plane in record.planes]
    leaning = any(plane.critical and _leans(plane.critical) for plane in record.planes)
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
    near = [mark for std, mark in marks(spec.width) if max(low / std, std / low) <= _NEAR]
    mark = saying("phase.edge.near", mark=near[0]) if near else ""
    if not _leans(line):
        return saying("phase.edge.upright", at=significant(low, 2), name=name, near=mark)
    ends = {"low": significant(low, 2), "high": significant(high, 2)}
    return saying("phase.edge.leaning", name=name, near=mark, **ends)


def foot(record: PhaseRecord, kinds: Collection[str]) -> tuple[str, ...]:
    """Return sentences: what colours and dots are, and the lines of those kinds that are drawn."""
    spec = record.spec
    parts = [say("phase.done.theory")]
    if spec.simulated:
        seeds = saying("phase.done.seeds", seeds=len(spec.seeds)) if len(spec.seeds) > 1 else ""
        parts.append(say("phase.done.dots", depth=spec.depth, seeds=seeds))
    parts += [say(f"phase.line.{kind}") for kind in ("critical", "reach", "level") if kind in kinds]
    if any(np.isnan(plane.found).any() for plane in record.planes):
        parts.append(say("phase.lost"))
    return tuple(parts)


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
    parts = [say("alt.title", title=finding(record)), head, say("alt.note", note=edges(record))]
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
