"""What counts as a number where one is asked for, and the smallest that a dtype holds in full."""

from collections.abc import Mapping
from math import isfinite, nan
from numbers import Integral, Real
from typing import TypeGuard

from actviz.errors import SpecError
from actviz.lookup import Table

#: The smallest number of a dtype with all its digits; below it digits are lost, and then all.
SMALLEST_NORMAL: Mapping[str, float] = Table({"float64": 2.0**-1022, "float32": 2.0**-126})


def is_number(value: object) -> TypeGuard[float]:
    """Return whether `value` is a real number of Python or numpy; True and False are none.

    Examples
    --------
    >>> is_number(1), is_number(float("nan")), is_number(True), is_number("1")
    (True, True, False, False)
    """
    # Most are one of these two, and asking an abstract class takes twenty times as long.
    kind = type(value)
    return kind is float or kind is int or (isinstance(value, Real) and kind is not bool)


def is_finite(value: object) -> TypeGuard[float]:
    """Return whether `value` is a number that a float holds: not nan, infinite or an int beyond.

    Examples
    --------
    >>> is_finite(1), is_finite(float("nan")), is_finite(10**400), is_finite(True)
    (True, False, False, False)
    """
    try:
        return is_number(value) and isfinite(value)
    except OverflowError:  # an int beyond every float
        return False


def is_integer(value: object) -> TypeGuard[int]:
    """Return whether `value` is an integer of Python or numpy; True, False and 1.0 are none.

    Examples
    --------
    >>> is_integer(1), is_integer(True), is_integer(1.0)
    (True, False, False)
    """
    kind = type(value)  # whose kind is plain is asked a million times: a stack has many widths
    return kind is int or (isinstance(value, Integral) and kind is not bool)


def check_not_negative(**numbers: float) -> None:
    """Raise SpecError, with its name, unless every number is finite and at least 0.

    Examples
    --------
    >>> check_not_negative(q=-1.0)
    Traceback (most recent call last):
    ...
    actviz.errors.SpecError: q must be a finite number >= 0 (got -1.0)
    """
    for name, number in numbers.items():
        if not (isfinite(number) and number >= 0):
            raise SpecError(f"{name} must be a finite number >= 0 (got {number})")


def real(value: object) -> float:
    """Return `value` as a float: nan for what is no number, or one beyond every float."""
    return float(value) if is_finite(value) else nan


def check_integer(name: str, value: object, low: int, high: int) -> int:
    """Return `value` as an int; raise SpecError unless it is an integer from `low` to `high`."""
    if not is_integer(value):
        raise SpecError(f"{name} must be an integer (got {short(value)})")
    number = int(value)
    if number < low:
        raise SpecError(f"{name} must be >= {low} (got {short(number)})")
    if number > high:
        raise SpecError(f"{name} must be <= {high} (got {short(number)})")
    return number


def check_flag(name: str, value: object) -> None:
    """Raise SpecError unless `value` is True or False."""
    if not isinstance(value, bool):
        raise SpecError(f"{name} must be True or False (got {short(value)})")


def short(value: object, limit: int = 40) -> str:
    """Return a value as it stands in a message, on one line of at most so many characters."""
    # A 5000-digit integer has no repr in Python 3.11, and no place in a message.
    if isinstance(value, int) and abs(value) >= 10**limit:
        sign = "-" if value < 0 else ""
        return f"a number of about {sign}10^{int(value.bit_length() * 0.30103)}"
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # such an integer inside something else
        text = f"a {type(value).__name__}"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
