"""The notes above a facet: its stds, the shares that its axis does not show, and what is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actviz.format import TIGHT, UNDEFINED, magnitude, percent, significant
from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.facets.bands import Facet
from actviz.plot.marks.shares import LEAST_SHARE, tone_of
from actviz.plot.marks.strip import note_text
from actviz.plot.paper.style import Size
from actviz.records.record import Record
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.words import stacks as words
from actviz.words.say import say, saying


def notes_of(
    facet: Facet, signal: Signal, width: float, size: Size, *, stds: bool = True
) -> list[tuple[str, bool]]:
    """Return the notes above a facet that fit `width` inches, and whether each is an alarm.

    `stds` says whether a stack's first and last std are among them.
    """

    def first_that_fits(texts: Sequence[str]) -> str:
        return next((text for text in texts if size.width_of(text) <= width), "")

    if facet.trend:
        panel, series = facet.trend.panel, facet.trend.series
        # Most gradients of ReLU are 0, so that their median has no line, and no key.
        dotted = not panel.second or any(one.second for one in series)
        ways = list(map(say, panel.key)) if dotted else []
        # What a dotted line is must be known: names at the right leave room for the shortest.
        reading = [(first_that_fits(ways) or ways[-1], False)] if ways else []
        return reading + [(first_that_fits(texts), True) for texts in facet.trend.notes]
    told = facet.stacks[0]
    record = told.record
    notes = [(first_that_fits(_stds(record, signal)), False)] if stds else []
    if signal in BACKWARD:
        texts = words.stops(told, signal)
        notes += [(first_that_fits([text]), True) for text in texts]
        for shares, alarm in _by_tone(_shares(record.layers, signal)):
            notes.append(("  ".join(share.text for share in shares), alarm))
        return notes
    if record.first_nonfinite_layer is not None:
        stop = record.first_nonfinite_layer
        key = "note.layer_not_finite" if record.stack is None else "note.stops"
        texts = [say(key, layer=stop), say("note.not_finite")]
        notes.append((first_that_fits(texts), True))
        return notes
    for shares, alarm in _by_tone(_shares(record.layers, signal)):
        shorter = [share.most for share in shares]
        texts = ["  ".join(share.text for share in shares), "  ".join(shorter), shorter[-1]]
        notes.append((first_that_fits(texts), alarm))
    if told.symmetric:
        texts = [say("note.symmetric"), say("note.symmetric_short")]
        notes.append((first_that_fits(texts), True))
    if told.alike:
        notes.append((first_that_fits(_alike(told.alike)), True))
    return notes


def _stds(record: Record, signal: Signal) -> list[str]:
    """Return, the longest first, ways to say the first and the last std."""
    ends = [record.layers[i][signal].stats.std for i in (0, -1)]
    forms: list[Callable[[float], str]] = [
        lambda x: significant(x, 2),
        lambda x: significant(x, 1),
        magnitude,
    ]
    stds = [[UNDEFINED if x is None else form(x) for x in ends] for form in forms]
    if len(record.layers) == 1:
        stds = [pair[:1] for pair in stds]
    texts = [say("note.std", stds=" → ".join(pair)) for pair in stds]
    return [*texts, " → ".join(stds[-1])]


def _alike(layers: Sequence[int]) -> list[str]:
    """Return, the longest first, ways to say that all inputs look alike in `layers`."""
    first, last = layers[0], layers[-1]
    where = saying("note.layers", first=first, last=last)
    if first == last:
        where = saying("note.layer", layer=first)
    if len(layers) < last - first + 1:
        where = saying("note.some_layers", count=len(layers))
    full, short = (say(key, where=where) for key in ("note.alike", "note.alike_short"))
    return [full, short, say("note.alike_bare")]


#: Shares that have a sign of their own, as what they are at most.
_AT_MOST = {"<1": "1", ">99": "100"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """A share that goes from one to another over the layers: of exact zeros, or beyond the axis."""

    kind: str
    low: float
    high: float

    @property
    def text(self) -> str:
        """It as a range."""
        return self._named(span(self.low, self.high, self._unit))

    @property
    def most(self) -> str:
        """It in short: how much it is at most."""
        text = percent(self.high, "")
        return self._named(f"≤{_AT_MOST.get(text, text)}{self._unit}")

    @property
    def _unit(self) -> str:
        """Of a share in words, or of one beside an arrow."""
        return " %" if self.kind == "zero" else TIGHT

    def _named(self, text: str) -> str:
        named = self.kind == "zero"
        return say("note.zero", share=text) if named else note_text(text, self.kind)


def _shares(layers: Sequence[LayerRecord], signal: Signal) -> list[_Share]:
    """Return the shares over the layers: of exact zeros, and of 1 % and more beyond the axis."""
    items = [layer[signal] for layer in layers]
    totals = [max(item.histogram.n_finite, 1) for item in items]
    counts = {
        "zero": [item.zeros for item in items],
        # What lies below a logarithmic axis is said of all at once, in the foot.
        "below": [0 if item.of_magnitudes else item.histogram.underflow for item in items],
        "above": [item.histogram.overflow for item in items],
    }
    found = []
    for kind, values in counts.items():
        shares = [value / total for value, total in zip(values, totals, strict=True)]
        if max(shares) >= LEAST_SHARE or (kind == "zero" and any(shares)):
            found.append(_Share(kind=kind, low=min(shares), high=max(shares)))
    return found


def _by_tone(shares: Sequence[_Share]) -> list[tuple[list[_Share], bool]]:
    """Return the shares that are one note, and whether it is an alarm: on one line if none is."""
    alarms = [each for each in shares if each.kind != "zero" and tone_of(each.high) == "alarm"]
    others = [each for each in shares if each not in alarms]
    return [(own, alarm) for own, alarm in ((others, False), (alarms, True)) if own]


def says_beyond(item: SignalRecord) -> bool:
    """Return whether a stack's notes say how much of a layer lies beyond the axis."""
    count = item.histogram.n_finite
    below = 0 if item.of_magnitudes else item.histogram.underflow
    return max(below, item.histogram.overflow) >= LEAST_SHARE * max(count, 1)


def span(low: float, high: float, unit: str = " %") -> str:
    """Return two shares as a range of percentages.

    Examples
    --------
    >>> span(0.5, 0.52), span(0.51, 0.512), span(0, 0.001), span(0.001, 0.02)
    ('50–52 %', '51 %', '<1 %', '≤2 %')
    """
    first, last = percent(low, ""), percent(high, unit)
    if first == percent(high, "") or percent(high, "") == "<1":
        return last
    return f"≤{last}" if first == "<1" else f"{first}–{last}"
