"""From histograms to panels: heights from 0 to 1 on shared scales, and the shares written in them.

The heights of a group of panels are cut to one top, so that the eye may compare them. The top is
never below the level at which all values, spread evenly, would fill the range: a panel with few of
its values inside the range looks as empty as it is.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from actviz.format import TIGHT, percent, significant
from actviz.plot.grid.within import narrow_bar
from actviz.plot.heights import (
    ALL,
    GROUPS,
    Heights,
    HeightUnit,
    Place,
    Span,
    decades,
    even_level,
    half_a_count,
    heights_of,
    heights_of_shares,
    scaled,
    unit_heights,
)
from actviz.plot.marks.shares import LEAST_SHARE, Tone, changes, tone_of
from actviz.plot.marks.strip import NOTE_DEPTH, NOTE_STEP, NOTE_TOP, Note, Panel, note_text
from actviz.plot.paper.fonts import text_width
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.words.predicted import Bars

#: A histogram about the units' means that is higher than the scale by less than this is no news.
_CUT = 1.05
#: More is not counted: what is ten thousand times as high is a line, as what is a hundred times.
_MOST_TIMES = 99

#: With so many shares in a panel there is no room to say how high it was.
_MOST_WITH_CUT = 2

#: Where notes leave the bars less than this share of a panel, they may touch the bars: that takes
#: three notes, one below the other, in a low panel.
_LEAST_SCALE = 0.2


#: In lines: from a stem to the share beside it.
_NOTE_ASIDE = 0.25
#: In lines: from a stem's share to what is near it, and how much farther from the stem it stands if
#: a mark of the predicted height is between.
_STEM_APART, _ATOM = 0.1, 0.3


class Share(NamedTuple):
    """What is to be written of a signal: a share, of what, and how loud."""

    text: str
    kind: str
    tone: Tone

    @property
    def note(self) -> str:
        """How it stands in a panel."""
        return note_text(self.text, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelSize:
    """What a panel offers: width and height in inches, the type's size."""

    width: float
    height: float
    points: float
    line: float


def panels_of(
    layers: Mapping[Place, LayerRecord],
    heights: Heights,
    *,
    stacks: Sequence[int],
    lefts: Sequence[float],
    room: PanelSize,
    with_notes: bool,
    window: slice = ALL,
    units: bool = False,
    lines: Mapping[Place, Bars] = MappingProxyType({}),
    hollow: Collection[Place] = (),
    underflowed: Collection[Place] = (),
    spans: Mapping[Hashable, Span] = MappingProxyType({}),
    spread: Mapping[Place, tuple[NDArray[np.float64], NDArray[np.float64]]] = MappingProxyType({}),
) -> tuple[dict[Place, Panel], dict[Hashable, Span]]:
    """Return a panel for every layer, and the scale of each group that share one.

    Parameters
    ----------
    layers : mapping
        Layers by block, row and column.
    heights : Heights
        Which signal of theirs, in which unit, and which panels have one scale.
    stacks : sequence of int
        For each row the number of the stack that it shows.
    lefts : sequence of float
        Left end of each column's panels, in inches from the strip's.
    room : PanelSize
        Of every panel.
    with_notes : bool
        Whether the shares are written.
    window : slice
        Which bins are shown of magnitudes.
    units : bool
        Whether to show the histograms about the units' means as well. Where they are higher than
        the scale of the pooled ones they are cut, and a note says how much higher.
    lines : mapping
        What is predicted of the panels, by place.
    hollow : collection
        Where panels are outlined: their units hardly vary over the inputs.
    underflowed : collection
        Where gradients are too small for the dtype.
    spans : mapping
        Scales that are given, by group; the others follow from the layers.
    spread : mapping
        Between which shares of the values each bin is for other seeds, by place.
    """
    values = heights.values
    items = {place: layer[heights.signal] for place, layer in layers.items()}
    raw = {place: heights_of(item, values, window) for place, item in items.items()}
    bands = {
        place: [heights_of_shares(items[place], end, values, window) for end in ends]
        for place, ends in spread.items()
    }
    groups: dict[Hashable, list[Place]] = {}
    for place in layers:
        groups.setdefault(GROUPS[heights.share_y](place, stacks[place[1]]), []).append(place)
    marks = tuple(place for place, _ in decades(window))
    news = _news(items)
    panels: dict[Place, Panel] = {}
    used: dict[Hashable, Span] = {}
    for group, places in groups.items():
        levels = (even_level(items[p], values, window) for p in places)
        highs = (bands[p][1] for p in places if p in bands)
        tops = (float(one.max(initial=0.0)) for one in (*(raw[p] for p in places), *highs))
        top = max(*tops, *levels)
        least = (
            min(half_a_count(items[p], values, window) for p in places) if heights.log_y else None
        )
        if (given := spans.get(group)) is not None:
            top, least = given.top, given.least
        drawn = {}
        for p in places:
            bar = narrow_bar(items[p], values) if units else None
            inner = unit_heights(items[p], values) if units and bar is None else None
            highest = [raw[p], *([] if inner is None else [inner])]
            peaks = [float(one.max(initial=0.0)) for one in highest]
            peak = max(*peaks, 0.0 if bar is None else bar.height) / (top or 1.0)
            shares = shares_of(items[p], window, underflow=p in underflowed)
            shares = [share for share in shares if share.kind != "zero" or p in news]
            if cut := peak > _CUT and len(shares) < _MOST_WITH_CUT:
                shares.append(Share(_times(peak), "cut", "ink"))
            drawn[p] = Panel(
                left=lefts[p[2]],
                heights=scaled(np.minimum(raw[p], top), top, least),
                hollow=p in hollow,
                stem=_stem(items[p]),
                notes=_notes(items[p], shares, lefts[p[2]], room) if with_notes else (),
                inner=None if inner is None else scaled(np.minimum(inner, top), top, least),
                bar=None if bar is None else (*bar[:2], _scaled(bar.height, top, least)),
                band=None
                if p not in bands
                else (scaled(bands[p][0], top, least), scaled(bands[p][1], top, least)),
                line=_line(items[p], lines.get(p), values, top, least),
                atom=lines[p].zero if p in lines and lines[p].zero and _stem(items[p]) else None,
                ticks=marks if items[p].of_magnitudes else (),
                cut=cut and with_notes,
            )
        # The lines of an axis of heights go through all that is below the notes' lines.
        ruled = heights.log_y or values == "count"
        free, noted = _with_notes(drawn, room, given, at_stems=not ruled)
        used[group] = given or Span(top=top, least=least, free=free)
        panels |= noted
    return panels, used


def _with_notes(
    panels: Mapping[Place, Panel], room: PanelSize, given: Span | None, *, at_stems: bool
) -> tuple[float, dict[Place, Panel]]:
    """Return the factor at which no note is on anything, and the panels at this height.

    A stem's share has no line of its own if it has room at the stem. A factor may be given.
    """
    if given is not None or not at_stems:
        free = given.free if given else min(_room_under(panel, room) for panel in panels.values())
        found = {place: panel.times(free) for place, panel in panels.items()}
        return free, {p: _at_stem(panel, room) if at_stems else panel for p, panel in found.items()}
    for stems in (False, True):
        free = min(_room_under(panel, room, stems=stems) for panel in panels.values())
        found = {place: _at_stem(panel.times(free), room) for place, panel in panels.items()}
        shares = [note for panel in found.values() for note in panel.notes if note.stem]
        if all(note.at is not None for note in shares):
            break
    return free, found


def _at_stem(panel: Panel, room: PanelSize) -> Panel:
    """Return a panel whose stem's share stands beside the stem's end, or above what is there.

    Where neither has room it stays on its line.
    """
    share = next((note for note in panel.notes if note.stem), None)
    if share is None or panel.stem is None:
        return panel
    others = [note for note in panel.notes if note is not share]
    deep, apart = NOTE_DEPTH * room.line / room.height, _STEM_APART * room.line / room.height
    place, high = panel.stem
    stem = panel.left + place * room.width
    aside = 0.0 if panel.atom is None else _ATOM * room.line  # beside its predicted height
    beside = replace(share, start=share.start + aside, end=share.end + aside)
    if stem < beside.start and beside.end <= panel.left + room.width:
        tallest = _tallest(panel, _widened(beside, room), room, stem=False)
        if tallest + apart <= high - deep / 2:
            return _noted(panel, replace(beside, at=high), others, room)
    back = min(share.start - panel.left, _NOTE_ASIDE * room.line)  # over the stem's very end
    over = replace(share, start=share.start - back, end=share.end - back)
    above = max(_tallest(panel, _widened(over, room), room, stem=True), high) + 2 * apart + deep / 2
    return _noted(panel, replace(over, at=above), others, room)


def _widened(note: Note, room: PanelSize) -> Note:
    """Return a note with what is free around it."""
    apart = _STEM_APART * room.line
    return replace(note, start=note.start - apart, end=note.end + apart)


def _noted(panel: Panel, share: Note, others: Sequence[Note], room: PanelSize) -> Panel:
    """Return a panel with the share of its stem, if that is below its top and below other notes."""
    assert share.at is not None
    lines = [note.line + 1 for note in others if note.start < share.end and share.start < note.end]
    taken = (NOTE_TOP + max(lines, default=0) * NOTE_STEP) * room.line / room.height
    fits = share.at + NOTE_DEPTH * room.line / room.height / 2 <= 1.0 - taken
    return replace(panel, notes=(share, *others)) if fits else panel


def _news(items: Mapping[Place, SignalRecord]) -> set[Place]:
    """Return where the share of exact zeros is written: not again where it is what it was."""
    rows: dict[tuple[int, int], list[Place]] = {}
    for place in sorted(items):
        rows.setdefault(place[:2], []).append(place)
    return {
        place
        for places in rows.values()
        for place, said in zip(
            places,
            changes([items[p].zeros / max(items[p].stats.count, 1) for p in places]),
            strict=True,
        )
        if said
    }


def _scaled(height: float, top: float, least: float | None) -> float:
    """Return one height from 0 to 1, cut at the top."""
    return float(scaled(np.array([min(height, top)]), top, least)[0])


def _line(
    item: SignalRecord,
    predicted: Bars | None,
    values: HeightUnit,
    top: float,
    least: float | None,
) -> NDArray[np.float64] | None:
    """Return the predicted heights of the bins, cut where the panel ends."""
    if predicted is None:
        return None
    raw = heights_of_shares(item, predicted.shares, values)
    return np.minimum(scaled(raw, top, least), 1.0)


def shares_of(item: SignalRecord, window: slice = ALL, *, underflow: bool = False) -> list[Share]:
    """Return what is to be written of a signal; shares below `LEAST_SHARE` are left out.

    Kinds are "zero" (exactly 0), "below" and "above" (beyond the axis), "nonfinite", and of
    gradients "none" (all are 0) and "underflow" (too small for the dtype). What is infinite or NaN
    is written however little it is.
    """
    histogram, total = item.histogram, max(item.histogram.n_finite, 1)
    zeros, below, above = item.zeros, histogram.underflow, histogram.overflow
    if item.of_magnitudes:
        low, high, _ = window.indices(histogram.n_bins)
        below += int(histogram.counts[:low].sum()) - zeros
        above += int(histogram.counts[high:].sum())
        if underflow:
            return [Share("", "underflow", "alarm")]
        if zeros == histogram.n_values:
            return [Share("", "none", "alarm")]
    found = [
        Share(percent(share, TIGHT), kind, "ink" if kind == "zero" else tone_of(share))
        for kind, share in (
            ("zero", zeros / total),
            ("below", below / total),
            ("above", above / total),
        )
        if share >= LEAST_SHARE
    ]
    if nonfinite := histogram.nonfinite / max(histogram.n_values, 1):
        found.append(Share(percent(nonfinite, TIGHT), "nonfinite", "alarm"))
    return found


def _times(peak: float) -> str:
    """Return how many times as high as its scale something is; beyond what is counted a +."""
    if peak >= _MOST_TIMES:
        return f"{_MOST_TIMES}+"
    return significant(peak, 1 if peak >= 9.5 else 2)


def possible_notes(
    item: SignalRecord, window: slice, *, units: bool
) -> tuple[list[str], list[str]]:
    """Return what may be written left and right in a panel, as far as room is no concern."""
    shares = shares_of(item, window)
    left = [share.note for share in shares if share.kind in _AT_LEFT]
    right = [share.note for share in shares if share.kind not in _AT_LEFT]
    return left, [*right, *([note_text(_times(_MOST_TIMES), "cut")] if units else [])]


#: Shares that stand at the left of a panel.
_AT_LEFT = ("zero", "below", "none", "underflow")


def _notes(
    item: SignalRecord, shares: Sequence[Share], left: float, room: PanelSize
) -> tuple[Note, ...]:
    """Place the shares: those of zero and below on the left, the others on the right.

    A right one goes a line lower where both do not fit on one.
    """
    notes: list[Note] = []
    ends: dict[int, float] = {}  # where the left note of a line ends
    for share in shares:
        text, kind = share.note, share.kind
        width = text_width(text, room.points)
        if kind in _AT_LEFT:
            line = len(ends)
            place = _position(item, 0.0) if kind in ("zero", "none") else 0.0
            start = left + min(
                (place or 0.0) * room.width + _NOTE_ASIDE * room.line, room.width - width
            )
            start = max(start, left) if kind in ("zero", "none") else left
            ends[line] = start + width
            notes.append(
                Note(
                    text=text,
                    side="left",
                    line=line,
                    start=start,
                    end=start + width,
                    tone=share.tone,
                    stem=kind == "zero",
                )
            )
        else:
            end = left + room.width
            if kind == "cut" and item.unit_histogram is not None:  # beside what is cut
                counts = item.unit_histogram.counts
                place = (int(counts.argmax()) + 1) / len(counts)
                end = min(end, left + place * room.width + 0.5 * room.line + width)
            taken = {note.line for note in notes if note.side == "right"}
            free = (n for n in range(9) if n not in taken)
            line = next(
                n for n in free if n not in ends or ends[n] + 0.15 * room.line <= end - width
            )
            notes.append(
                Note(
                    text=text, side="right", line=line, start=end - width, end=end, tone=share.tone
                )
            )
    return tuple(notes)


def _tallest(panel: Panel, note: Note, room: PanelSize, *, stem: bool) -> float:
    """Return the height of what stands under a note; with `stem`, that is there too."""
    heights, left = panel.tallest, panel.left
    bins = len(heights)
    start, end = (note.start - left) / room.width, (note.end - left) / room.width
    first = int(np.clip(start * bins, 0, bins - 1))
    last = int(np.clip(np.ceil(end * bins), first + 1, bins))
    # The line has a width, and what stands close beside a note reads as a part of it.
    near = slice(max(first - 1, 0), last + 1) if panel.line is not None else slice(first, last)
    tallest = float(heights[near].max())
    # A stem's marker is wider than the stem, and the mark of its predicted height wider still.
    around = (0.2 if panel.atom is None else 0.35) * room.line / room.width
    if stem and panel.stem and start - around <= panel.stem[0] <= end + around:
        tallest = max(tallest, panel.stem[1], panel.atom or 0.0)
    return tallest


def _room_under(panel: Panel, room: PanelSize, *, stems: bool = True) -> float:
    """Return the largest factor at which no bar, line or stem reaches a note above it.

    Without `stems`, their shares are none.
    """
    scale = 1.0
    for note in panel.notes:
        if note.stem and not stems:
            continue
        tallest = _tallest(panel, note, room, stem=True)
        depth = (NOTE_TOP + note.line * NOTE_STEP + NOTE_DEPTH) * room.line
        free = max(1.0 - depth / room.height, _LEAST_SCALE)
        if tallest * scale > free:
            scale = free / tallest
    return scale


def _stem(item: SignalRecord) -> tuple[float, float] | None:
    place = _position(item, 0.0)
    if not item.zeros or place is None:
        return None
    return place, item.zeros / item.stats.count


def _position(item: SignalRecord, value: float) -> float | None:
    if item.of_magnitudes:
        return 0.0  # where zeros are marked: at the lower end
    low, high = item.histogram.edges[[0, -1]]
    return float((value - low) / (high - low)) if low <= value <= high else None
