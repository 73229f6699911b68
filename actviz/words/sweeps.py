"""What is said of a sweep: how many of its stacks are well, and for which values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actviz.diagnosis.findings import Unknown
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import Row
from actviz.words.findings import why_unknown
from actviz.words.say import say
from actviz.words.told import share_of

#: So many lines an axis has; more values are told of in groups.
_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisTable:
    """What becomes of the stacks of each value of an axis.

    Parameters
    ----------
    heads : tuple of str
        Of the columns: the axis first, and texts last; between them are numbers.
    rows : tuple of tuple of str
        A cell for each of them.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def summary_line(record: SweepRecord) -> str:
    """Return in one line how many stacks are healthy, and so on, and the chance to train."""
    best = _best(record.rows)
    if len(record) == 1:
        (row,) = record.rows
        found = say("sweep.one", verdict=_verdict(row) or row.level)
        if best is not None:
            chance = say("chance", share=share_of(best))
        elif reasons := _reasons(record.rows):
            chance = say("chance.none", why=reasons[0])
        else:
            return found
        return say("sweep.chance", counted=found, chance=chance)
    levels = [
        say("sweep.level", count=f"{count:,}", level=name) for name, count in record.levels.items()
    ]
    found = say("sweep.counted", stacks=f"{len(record):,}", levels=levels)
    if reasons := _reasons(record.rows):
        count = f"{len(reasons):,}"
        found = say(
            "sweep.unknown", counted=found, count=count, reasons=list(dict.fromkeys(reasons))
        )
    return found if best is None else say("sweep.best", counted=found, share=share_of(best))


def axis_tables(record: SweepRecord) -> list[AxisTable]:
    """Return a table for each axis of a sweep."""
    if (sweep := record.sweep) is None:
        return []
    tables = []
    for number, axis in enumerate(sweep.axes):
        by_place: dict[int, list[Row]] = {}
        for row in record.rows:
            by_place.setdefault(sweep.places(row.number)[number], []).append(row)
        rows = []
        for label, places in _groups(axis.plain):
            here = tuple(row for place in places for row in by_place.get(place, ()))
            if not here:  # of another part
                continue
            best, levels = _best(here), SweepRecord(sweep=None, rows=here).levels
            told = (str(levels.get(level, 0)) for level in record.levels)
            chance = "-" if best is None else share_of(best)
            rows.append((label, chance, *told, _commonest(here)))
        heads = (axis.name, "best chance", *record.levels, "mostly")
        tables.append(AxisTable(heads=heads, rows=tuple(rows)))
    return tables


def _best(rows: Sequence[Row]) -> float | None:
    chances = [row.judged.chance for row in rows if row.judged is not None]
    return max((chance for chance in chances if chance is not None), default=None)


def _reasons(rows: Sequence[Row]) -> list[str]:
    """Return of each stack without a chance, which thresholds alone judge, why there is none."""
    found = (row.judged.no_chance for row in rows if row.judged is not None)
    return [why_unknown(Unknown(reason)) for reason in found if reason is not None]


def _groups(values: Sequence[Any]) -> list[tuple[str, range]]:
    """Return the places of each value of an axis, or of some that follow one another."""
    step = -(-len(values) // _LINES)
    found = []
    for start in range(0, len(values), step):
        places = range(start, min(start + step, len(values)))
        first, last = (_label(values[place]) for place in (places[0], places[-1]))
        label = first if len(places) == 1 else say("sweep.group", first=first, last=last)
        found.append((label, places))
    return found


def _label(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"


def _commonest(rows: Sequence[Row]) -> str:
    verdicts = list(filter(None, map(_verdict, rows)))
    return max(verdicts, key=verdicts.count, default="-")


def _verdict(row: Row) -> str | None:
    """Return what the judge says of a stack; None where nothing is known of it."""
    verdict = None if row.judged is None else row.judged.verdict
    return None if verdict is None else verdict.replace("_", " ")
