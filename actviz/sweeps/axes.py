"""What a sweep varies, and how its values are read from a text such as ``logspace:-3:0.5:60``.

A text is read without making its values, since there may be 10^9 of them: how many there are, and
the ends, are known before.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, log10
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.lookup import Table
from actviz.numbers.scalars import short
from actviz.records.spec import MAX_DEPTH, MAX_SIZE

AxisName = Literal["activation", "init", "std", "gain", "bias_std", "input_std", "width", "depth"]
Spacing = Literal["log", "even"]
Among = TypeVar("Among")

#: What can be varied, in the order in which a sweep goes through it, and an example of each that
#: has numbers.
AXIS_EXAMPLES: Mapping[AxisName, str] = Table(
    {
        "activation": "tanh,relu",
        "init": "he,xavier",
        "std": "logspace:-3:0.5:60, 0.001..3:60 or 0.01,0.1",
        "gain": "0.5..2:16 or 0.5,1.5",
        "bias_std": "linspace:0:0.5:6 or 0,0.05",
        "input_std": "logspace:-1:1:5 or 0.5,1.5",
        "width": "10,20,50, 10..100:10 or 8..12",
        "depth": "5,10,20, 10..100:10 or 8..12",
    }
)

#: Those that are counted.
COUNTED = ("width", "depth")

#: Stds of charts, whose squares mean field multiplies with one another.
_SQUARED = (1e-75, 1e75)

#: Values have so many significant digits: what a power of ten has beyond them differs from machine
#: to machine, and the parts of a sweep are run on several.
DIGITS = 10

#: Those that a float has exactly.
_POWERS = np.array([float(f"1e{power}") for power in range(23)])

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MOST_DIGITS = 30

#: As much of Europe writes a decimal number.
_DECIMAL_COMMA = re.compile(r"\s*([+-]?[0-9]+),([0-9]+)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some values between two ends, or a single one.

    Parameters
    ----------
    low, high : float
        The first and the last.
    count : int
        How many there are.
    spacing : {"log", "even"}
        Of what lies between.
    """

    low: float
    high: float
    count: int = 1
    spacing: Spacing = "even"


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisGrid:
    """The values of one axis, before they are made.

    Parameters
    ----------
    name : str
        Of `AXIS_EXAMPLES`, one that has numbers.
    text : str
        As it was given.
    pieces : tuple of Piece
        In their order.
    """

    name: str
    text: str
    pieces: tuple[Piece, ...]

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(piece.count for piece in self.pieces)

    @property
    def ends(self) -> tuple[float, ...]:
        """The first and the last value of each piece."""
        return tuple(end for piece in self.pieces for end in (piece.low, piece.high))

    @property
    def mean(self) -> float:
        """About the mean value."""
        middles = (piece.count * (piece.low / 2 + piece.high / 2) for piece in self.pieces)
        return sum(middles) / self.count

    def values(self) -> tuple[float, ...]:
        """Return the values: integers of a width and a depth.

        Raises
        ------
        SpecError
            If a value is there twice, as where there are fewer integers than were asked for.
        """
        found = tuple(value for piece in self.pieces for value in _made(piece))
        if self.name in COUNTED:
            found = tuple(round(value) for value in found)
        if (twice := first_twice(found)) is not None:
            raise _refusal(self.name, self.text, f"has {twice:g} twice")
        return found


def check_once(name: str, values: Sequence[object]) -> None:
    """Raise SpecError if one of the values that are to be run, or shown, is named twice."""
    if (twice := first_twice(values)) is not None:
        raise SpecError(f"{name} has {twice} twice: name it once")


def check_squares(name: str, values: Sequence[float]) -> None:
    """Raise SpecError unless mean field can square every value, which may be 0, as variances are.

    Products of a variance, widths and an input's variance stay within the floats then.
    """
    low, high = _SQUARED
    for value in values:
        if value != 0 and not low <= value <= high:
            raise SpecError(f"{name} must be from {low:g} to {high:g} (got {value:g})")


def first_twice(values: Sequence[Among]) -> Among | None:
    """Return the first value that is there a second time, None where there is none."""
    seen = set[Among]()
    if len(set(values)) == len(values):
        return None
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def _made(piece: Piece) -> tuple[float, ...]:
    if piece.count == 1:
        return (piece.low,)
    if piece.spacing == "even":
        found = np.linspace(piece.low, piece.high, piece.count)
    else:
        found = 10.0 ** np.linspace(log10(piece.low), log10(piece.high), piece.count)
    return (piece.low, *_rounded(found[1:-1]), piece.high)


def _rounded(values: NDArray[np.float64]) -> list[float]:
    """Return values of ``DIGITS`` significant digits: those that are written so, and read.

    As integers over powers of ten, both exact, so that their quotient is what is read. Where the
    integer is not sure, near a half, or the power is not exact, they are written and read.
    """
    with np.errstate(divide="ignore"):
        exponents = DIGITS - 1 - np.floor(np.log10(np.abs(values)))
    powers = _POWERS[np.clip(exponents, 0, len(_POWERS) - 1).astype(np.intp)]
    scaled = values * powers
    found = np.rint(scaled) / powers
    size, from_half = np.abs(scaled), np.abs(scaled - np.floor(scaled) - 0.5)
    # Where a power was out of reach, or the logarithm off, there are more digits or fewer.
    sure = (size >= 10.0 ** (DIGITS - 1)) & (size < 10.0**DIGITS - 1) & (from_half > 1e-3)
    for place in np.flatnonzero(~sure):
        found[place] = float(f"{values[place]:.{DIGITS}g}")
    return list(found.tolist())


def read_axis(name: str, text: str, *, typed: str | None = None) -> AxisGrid:
    """Read the values of an axis that has numbers.

    Parameters
    ----------
    name : str
        Of `AXIS_EXAMPLES`; it says whether they are integers.
    text : str
        Numbers, and any of the following, with commas between them. ``logspace:-3:0.5:60``: 60
        values from 10^-3 to 10^0.5, spaced by factors, as numpy's. ``linspace:0:0.5:6``: 6 values
        from 0 to 0.5, spaced evenly. ``0.001..3:60``: 60 values from 0.001 to 3, spaced by factors;
        of integers evenly, and without a count all of them.
    typed : str, optional
        What a user typed, of which text was made: messages show it.

    Raises
    ------
    SpecError
        If it cannot be read, or a range falls; the message says what can.

    Examples
    --------
    >>> read_axis("std", "logspace:-2:0:3").values()
    (0.01, 0.1, 1.0)
    >>> read_axis("depth", "2,10..50:5").values()
    (2, 10, 20, 30, 40, 50)
    """
    shown = text if typed is None else typed
    if name not in COUNTED and (found := _DECIMAL_COMMA.fullmatch(text)):
        whole, part = found.groups()
        what = f"may be {whole}.{part}, which has a point, or {whole}.0,{part}.0"
        raise _refusal(name, shown, what)
    # "5, 10" without quotes are two words, the first with a comma at its end.
    parts = [part.strip() for part in re.sub(r"(?<=.),\s*$", "", text).split(",")]
    pieces = tuple(_piece(name, shown, part) for part in parts)
    return AxisGrid(name=name, text=shown, pieces=pieces)


def _piece(name: str, text: str, part: str) -> Piece:
    kind, colon, rest = part.partition(":")
    if kind.lower() in ("logspace", "linspace"):
        numbers = rest.split(":")
        if len(numbers) != 3:
            raise _refusal(name, text, f"needs {kind}:FIRST:LAST:COUNT")
        low, high = (_decimal(name, text, number.strip()) for number in numbers[:2])
        count = _count(name, text, numbers[2])
        if kind.lower() == "linspace":
            return _between(name, text, Piece(low=low, high=high, count=count))
        low, high = (_power(name, text, exponent) for exponent in (low, high))
        return _between(name, text, Piece(low=low, high=high, count=count, spacing="log"))
    if "..." in part:
        raise _refusal(name, text, "has three dots, which may be two and a decimal point")
    if ".." in part:
        start, _, rest = part.partition("..")
        end, colon, many = rest.partition(":")
        low, high = (_number(name, text, number) for number in (start, end))
        if not colon and name not in COUNTED:
            raise _refusal(name, text, f"needs a count: {start}..{end}:COUNT")
        count = _count(name, text, many) if colon else int(high - low) + 1
        spacing: Spacing = "even" if name in COUNTED else "log"
        return _between(name, text, Piece(low=low, high=high, count=count, spacing=spacing))
    value = _number(name, text, part)
    return Piece(low=value, high=value)


def _between(name: str, text: str, piece: Piece) -> Piece:
    """Return a piece whose ends, count and spacing go together."""
    if piece.low > piece.high:
        what = f"falls from {piece.low:g} to {piece.high:g}, and an axis rises"
        raise SpecError(f"{name} {_cut(text)!r} {what}: write the lower end first")
    if piece.count == 1 and piece.low != piece.high:
        raise _refusal(name, text, "has two ends and asks for one value between them")
    if piece.count > 1 and piece.low == piece.high:
        raise _refusal(name, text, f"asks for {piece.count} values where there is one")
    if piece.spacing == "log" and piece.low <= 0:
        raise _refusal(name, text, "is spaced by factors, and has an end that is not above 0")
    if name in COUNTED:
        low, high = round(piece.low), round(piece.high)
        there = high - low + 1
        if piece.count > there:
            raise _refusal(name, text, f"asks for {piece.count} integers where there are {there}")
        return Piece(low=low, high=high, count=piece.count, spacing=piece.spacing)
    return piece


def _number(name: str, text: str, part: str) -> float:
    """Return a number of an axis, an integer where it has those."""
    typed = part.strip()
    if name not in COUNTED:
        return _decimal(name, text, typed)
    if not re.fullmatch(r"[+-]?[0-9]+", typed):
        what = f"has {short(typed)}, which is no integer" if typed else "lacks a number"
        raise _refusal(name, text, what)
    if len(typed) > _MOST_DIGITS:
        most = MAX_DEPTH if name == "depth" else MAX_SIZE
        raise _refusal(name, text, f"has a number of {len(typed)} digits, and goes up to {most:,}")
    return int(typed)


def _decimal(name: str, text: str, typed: str) -> float:
    value = float(typed) if _NUMBER.fullmatch(typed) else float("nan")
    if not isfinite(value):
        what = f"has {short(typed)}, which is no finite number" if typed else "lacks a number"
        raise _refusal(name, text, what)
    return value


def _count(name: str, text: str, part: str) -> int:
    typed = part.strip()
    if not re.fullmatch(r"[0-9]+", typed) or not typed.strip("0") or len(typed) > _MOST_DIGITS:
        raise _refusal(name, text, f"needs a count, an integer >= 1 (got {short(typed)})")
    return int(typed)


def _power(name: str, text: str, exponent: float) -> float:
    if abs(exponent) > 300:
        raise _refusal(name, text, f"has exponents of ten, up to 300 (got {exponent:g})")
    return float(f"{10.0**exponent:.{DIGITS}g}")


def _refusal(name: str, text: str, what: str) -> SpecError:
    return SpecError(f"{name} {_cut(text)!r} {what}: write {AXIS_EXAMPLES[name]}")  # type: ignore[index]


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
