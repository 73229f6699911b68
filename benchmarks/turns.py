"""Turns: a floor and a contender, one after the other, as often as there is time for."""

import time
from collections.abc import Callable

#: A round of so many seconds has few turns, and one of so many a single one.
LONG, VERY_LONG = 20.0, 60.0
#: Few turns.
FEW = 3


def affordable(rounds: int, took: float) -> int:
    """Return how many rounds to take if one takes so many seconds by the clock."""
    if took > VERY_LONG:
        return 1
    return min(rounds, FEW) if took > LONG else rounds


def take_turns(
    seconds: Callable[[Callable[[], object]], float],
    floor: Callable[[], object],
    it: Callable[[], object],
    rounds: int,
) -> dict[str, list[float]]:
    """Return the `seconds` of both in each round, the first one, which warms up, left out.

    Where a single round is affordable, the first one is it.
    """
    start = time.perf_counter()
    pairs = [(seconds(floor), seconds(it))]
    rounds = affordable(rounds, time.perf_counter() - start)
    if rounds > 1:
        pairs = [(seconds(floor), seconds(it)) for _ in range(rounds)]
    return {"floor": [a for a, _ in pairs], "it": [b for _, b in pairs]}
