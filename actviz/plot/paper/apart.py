"""Keeping labels apart: which of them stay, and where those go that all must stay."""

from collections.abc import Iterable, Mapping, Sequence


def kept_apart(spans: Iterable[tuple[float, float]], gap: float) -> list[int]:
    """Return which spans stay if none may come closer than `gap` to one before it.

    Examples
    --------
    >>> kept_apart([(0, 1), (1.2, 2), (3, 4)], gap=0.5)
    [0, 2]
    """
    kept: dict[int, tuple[float, float]] = {}
    for index, (start, end) in enumerate(spans):
        if all(start > b + gap or end < a - gap for a, b in kept.values()):
            kept[index] = start, end
    return list(kept)


def spread_out(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Return `places` moved so far that they stand `distance` apart between `low` and `high`.

    They keep their order. Where there is no room for all, the lowest go below `low`.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    ground = low
    for index in order:
        moved[index] = max(moved[index], ground)
        ground = moved[index] + distance
    ceiling = high
    for index in reversed(order):
        moved[index] = min(moved[index], ceiling)
        ceiling = moved[index] - distance
    return moved


def first_and_last(heights: Mapping[int, float], distance: float) -> list[int]:
    """Return keys whose heights, from above, are `distance` apart, the first and the last included.

    Only the first where even these two are closer.
    """
    last = max(heights)
    kept = [0]
    for index, height in heights.items():
        if heights[kept[-1]] - height >= distance:
            kept.append(index)
    if last not in kept:
        kept[len(kept) - 1 if len(kept) > 1 else 1 :] = [last]
    if len(kept) == 2 and heights[0] - heights[last] < distance:
        return [0]
    return kept
