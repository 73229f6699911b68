"""Which statistics are kept of each signal: one value, from the ways to write it.

Nothing is computed here: `actviz.numbers.stats.STATISTICS` says what belongs together, and
`Measuring` holds what is asked for.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any, Literal, TypeGuard

from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, SIGNALS, Signal
from actviz.numbers.scalars import short
from actviz.numbers.stats import STATISTICS, Statistic

Kept = tuple[tuple[Signal, tuple[Statistic, ...]], ...]
"""The statistics that are kept of every signal, both in order."""

Level = Literal["all", "moments"]
"""All statistics; or mean, spread and shape, which need no order and no pairs of inputs."""

Reads = Mapping[Signal, Collection[Statistic]]
"""What somebody reads of each signal; of a signal that is not named, nothing but its size."""

_MOMENTS: tuple[Statistic, ...] = ("scale", "shape", "saturated")

#: What is a part of another one.
_PARTS: tuple[Statistic, ...] = ("size", "few_entries", "judged_rank")

#: Statistics that some signals do not have. A saturated share is a property of a unit's entry,
#: which a weight is not.
_ONLY: Mapping[Statistic, tuple[Signal, ...]] = MappingProxyType(
    {
        "saturated": SIGNALS[:-1],
        "median": BACKWARD,
        "few_entries": BACKWARD,
        "cosine": ("preactivation", "activation"),
        "rank": ("activation",),
        "judged_rank": ("activation",),
    }
)


@cache
def possible(signal: Signal) -> tuple[Statistic, ...]:
    """Return the statistics that can be kept of a signal, in order."""
    return tuple(each for each in STATISTICS if signal in _ONLY.get(each, SIGNALS))


@cache
def every(signal: Signal) -> tuple[Statistic, ...]:
    """Return all that "all" means for a signal, in order."""
    return tuple(each for each in possible(signal) if each not in _PARTS)


@cache
def left_out(signal: Signal, kept: tuple[Statistic, ...]) -> tuple[str, ...]:
    """Return the fields of a signal's statistics that are None where no more than this is kept."""
    there = {name for each in kept for name in STATISTICS[each]}
    names = dict.fromkeys(name for each in possible(signal) for name in STATISTICS[each])
    return tuple(name for name in names if name not in there)


@cache
def at_level(level: Level) -> Kept:
    """Return what a level keeps of every signal."""
    if level == "all":
        return tuple((signal, every(signal)) for signal in SIGNALS)
    return tuple((signal, _settled(signal, _MOMENTS)) for signal in SIGNALS)


@lru_cache(maxsize=256)
def by_signal(statistics: Any) -> Mapping[Signal, tuple[Statistic, ...]]:
    """Return the statistics of each signal, from one of the two forms that `checked` leaves."""
    return MappingProxyType(
        dict(at_level(statistics) if isinstance(statistics, str) else statistics)
    )


def together(*readers: Reads) -> Reads:
    """Return what several readers read."""
    signals = dict.fromkeys(chain.from_iterable(readers))
    return {
        signal: {name for each in readers for name in each.get(signal, ())} for signal in signals
    }


def checked(value: object) -> Level | Kept:
    """Return which statistics are kept of every signal, in the shortest form.

    Parameters
    ----------
    value : "all", "moments", a mapping or a collection
        A collection of names is of every signal that has these statistics; a mapping has one, or a
        level, for each signal that it names. Of the others, as of all, the size is kept, by which
        overflow and underflow are told; of weight gradients that are not named, which are a
        product of matrices each, only how many are finite.

    Raises
    ------
    SpecError
        If it is none of these, or something in it is no name.
    """
    if _is_level(value):
        return value
    each = dict(_of_signals(value))
    found = tuple((signal, _settled(signal, each.get(signal, ()))) for signal in SIGNALS)
    levels: tuple[Level, ...] = ("all", "moments")
    return next((level for level in levels if at_level(level) == found), found)


def _is_level(value: object) -> TypeGuard[Level]:
    return isinstance(value, str) and value in ("all", "moments")


def _of_signals(value: object) -> Iterable[tuple[Signal, Collection[str]]]:
    """Yield the names for each signal that is named."""
    pairs: list[tuple[Any, Any]]
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif not isinstance(value, tuple | list | set | frozenset):
        raise SpecError(
            'statistics must be "all", "moments", names, or names for each signal '
            f"(got {short(value)})"
        )
    elif all(isinstance(item, str) for item in value):
        _check_names(value, tuple(STATISTICS), "statistics")
        pairs = [
            (signal, [name for name in value if name in possible(signal)]) for signal in SIGNALS
        ]
    else:
        pairs = [
            item if isinstance(item, tuple) and len(item) == 2 else (item, ()) for item in value
        ]
    for signal, names in pairs:
        if signal not in SIGNALS:
            raise SpecError(
                f"statistics are of signals, {', '.join(SIGNALS)} (got {short(signal)})"
            )
        if _is_level(names):
            yield signal, dict(at_level(names))[signal]
            continue
        _check_names(names, possible(signal), f"statistics of the {signal}")
        yield signal, names


def _check_names(names: object, allowed: Collection[Statistic], what: str) -> None:
    given: Any = names
    must = "must be of"
    if not isinstance(names, Collection) or isinstance(names, str):
        given = [names]  # which is no list of names, and may be one of them
        must = "must be a list of names of"
    elif all(isinstance(name, str) and name in allowed for name in given):
        return
    where = (
        f": {name} is in {group}"
        for name in given
        for group in sorted(allowed, key=_PARTS.__contains__)
        if name in STATISTICS[group]
    )
    message = f"{what} {must} {', '.join(allowed)} (got {short(names)})"
    raise SpecError(message + next(where, ""))


def _settled(signal: Signal, wanted: Collection[str]) -> tuple[Statistic, ...]:
    """Return what is kept where this is wanted: with the size, and no part beside its whole."""
    kept = {each for each in possible(signal) if each in wanted}
    if kept or signal != "weight_gradient":
        kept.add("size")
    if "scale" in kept:
        kept.discard("size")
    if "rank" in kept:
        kept.discard("judged_rank")
    if {"scale", "median"} <= kept:
        kept.discard("few_entries")
    return tuple(each for each in STATISTICS if each in kept)
