"""Statistics of a few floats in exact arithmetic, rounded once at the end."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction


def mean(values: Sequence[float]) -> Fraction:
    return sum(map(Fraction, values), Fraction(0)) / len(values)


def central(values: Sequence[float], power: int) -> Fraction:
    centre = mean(values)
    return sum(((Fraction(v) - centre) ** power for v in values), Fraction(0)) / len(values)


def root(square: Fraction) -> float:
    """The square root, which is a float even where the square is none."""
    with localcontext() as context:
        context.prec = 60
        return float((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def rms(values: Sequence[float]) -> float:
    return root(mean([Fraction(v) ** 2 for v in values]))


def quantile(values: Sequence[float], level: float) -> Fraction:
    """Hyndman and Fan's type 7: linear between the order statistics around level * (n - 1)."""
    ordered = sorted(map(Fraction, values))
    position = Fraction(level) * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])
