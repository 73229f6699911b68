"""The summary of a sweep for people: how many stacks are well, and for which values."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from actviz.cli.output import print_table, print_text
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import Row
from actviz.words.told import share_of

#: So many lines an axis has; more values are told of in groups.
_LINES = 12

#: What a stack is, for people; the last one only where there is one.
_HEALTHY, _NOT_JUDGED, _FAILED = "healthy", "not judged", "failed"
_LEVELS = (_HEALTHY, "warning", "error")


def print_summary(record: SweepRecord) -> None:
    """Write how many stacks are healthy, and a table for each axis, to standard output."""
    print_text(f"{_counted(record.rows)}\n")
    if (sweep := record.sweep) is None:
        return
    levels = _counts(record.rows)
    for number, axis in enumerate(sweep.axes):
        by_place: dict[int, list[Row]] = {}
        for row in record.rows:
            by_place.setdefault(sweep.places(row.number)[number], []).append(row)
        cells = []
        for label, places in _groups(axis.plain):
            rows = [row for place in places for row in by_place.get(place, ())]
            counts, best = _counts(rows), _best(rows)
            chance = "-" if best is None else share_of(best)
            told = [str(counts.get(level, 0)) for level in levels]
            cells.append([label, chance, *told, _commonest(rows)])
        print_text("\n")
        heads = (axis.name, "best chance", *levels)
        print_table((*heads, "mostly"), cells, numbers=heads[1:])


def _counted(rows: Sequence[Row]) -> str:
    stacks = "1 stack" if len(rows) == 1 else f"{len(rows):,} stacks"
    return f"{stacks}: {', '.join(f'{count:,} {name}' for name, count in _counts(rows).items())}"


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    """Return how many are healthy, and so on, and how many are neither where some are."""
    found = dict.fromkeys(_LEVELS, 0) | Counter(map(_level, rows))
    return {name: found[name] for name in (*_LEVELS, _NOT_JUDGED, _FAILED) if name in found}


def _level(row: Row) -> str:
    if row.judged is None:
        return _FAILED
    if row.judged.severity != "info":
        return row.judged.severity
    return _NOT_JUDGED if row.judged.state == "not_judged" else _HEALTHY


def _best(rows: Sequence[Row]) -> float | None:
    chances = [row.judged.chance for row in rows if row.judged is not None]
    return max((chance for chance in chances if chance is not None), default=None)


def _groups(values: Sequence[Any]) -> list[tuple[str, range]]:
    """Return the places of each value of an axis, or of some that follow one another."""
    step = -(-len(values) // _LINES)
    found = []
    for start in range(0, len(values), step):
        places = range(start, min(start + step, len(values)))
        ends = (values[places[0]], values[places[-1]])
        found.append((" to ".join(map(_label, ends if len(places) > 1 else ends[:1])), places))
    return found


def _label(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"


def _commonest(rows: Sequence[Row]) -> str:
    verdicts = [row.judged.verdict for row in rows if _level(row) in _LEVELS and row.judged]
    return max(verdicts, key=verdicts.count).replace("_", " ") if verdicts else "-"
