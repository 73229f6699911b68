"""Numbers for people: 0.13, 270, 3×10⁻⁴; the same number of digits along a row."""

import re
from collections.abc import Callable, Sequence
from math import floor, log10

UNDEFINED = "–"

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def significant(value: float, digits: int) -> str:
    """Return `value` with `digits` significant digits, as a power of ten beyond 0.001 … 9999.

    Examples
    --------
    >>> significant(0.12788, 2), significant(1865, 2), significant(1.04e-5, 2), significant(-3, 1)
    ('0.13', '1900', '1.0×10⁻⁵', '−3')
    """
    if value == 0:
        return "0"
    # The exponent is that of the rounded value: 9.99 with two digits is 10.
    mantissa, _, tail = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(tail)
    if -3 <= exponent <= 3:
        return rounded(value, exponent - digits + 1)
    return f"{mantissa.replace('-', '−')}×10{str(exponent).translate(_SUPERSCRIPT)}"


def magnitude(value: float) -> str:
    """Return `value` with one digit, and beyond 0.001 … 9999 the nearest power of ten alone.

    Examples
    --------
    >>> magnitude(0.43), magnitude(2e7), magnitude(-6.1e-9)
    ('0.4', '10⁷', '−10⁻⁸')
    """
    text = significant(value, 1)
    if "×" not in text:
        return text
    sign = "−" if value < 0 else ""
    return f"{sign}10{str(round(log10(abs(value)))).translate(_SUPERSCRIPT)}"


def power_of_ten(exponent: int) -> str:
    """Return 10^`exponent` as it stands on a logarithmic axis.

    Examples
    --------
    >>> power_of_ten(-6), power_of_ten(0), power_of_ten(1)
    ('10⁻⁶', '1', '10')
    """
    if exponent in (0, 1):
        return "1" if exponent == 0 else "10"
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def rounded(value: float, place: int) -> str:
    """Return `value` rounded to the decimal place 10^`place`, with a real minus sign.

    Examples
    --------
    >>> rounded(-0.0004, -2), rounded(273.4, 1), rounded(-1.55, -1)
    ('0.00', '270', '−1.6')
    """
    text = f"{round(value, -place):.{max(0, -place)}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.") else "−" + text[1:]
    return text


#: A share is written "24 %" wherever it is read in words; a mark in a panel, where every point of
#: room counts, is as tight as ``percent(share, TIGHT)``.
TIGHT = "%"


def percent(share: float, unit: str = " %") -> str:
    """Return a share in percent; what is neither none nor all never reads as 0 % or 100 %.

    Examples
    --------
    >>> percent(0.237), percent(0.001), percent(0.9996), percent(1)
    ('24 %', '<1 %', '>99 %', '100 %')
    """
    text = f"{100 * share:.0f}"
    if text == "0" and share > 0:
        text = "<1"
    if text == "100" and share < 1:
        text = ">99"
    return f"{text}{unit}"


_SPACED = re.compile(r"(?<=\d) (?=[%ξ])")
#: Between a number and its sign: no line ends there.
_NARROW = "\N{NARROW NO-BREAK SPACE}"


def unbroken(text: str) -> str:
    """Return `text` as it is set: no line ends between a number and its per cent sign, or its ξ.

    In words, tables and files of numbers it is an ordinary space, which anything reads.

    Examples
    --------
    >>> unbroken("trains 96 %") == "trains 96\N{NARROW NO-BREAK SPACE}%"
    True
    """
    return _SPACED.sub(_NARROW, text) if "%" in text or "ξ" in text else text


def plain(text: str) -> str:
    """Return what `unbroken` has set as it was."""
    return text.replace(_NARROW, " ")


def row_of_stds(values: Sequence[float | None], fits: Callable[[str], bool]) -> list[str]:
    """Return the stds of a row of panels with as many digits, the same for all, as `fits` allows.

    Where not even one digit fits, powers of ten stand alone.
    """
    for digits in (2, 1):
        texts = [UNDEFINED if v is None else significant(v, digits) for v in values]
        if all(map(fits, texts)):
            return texts
    return [UNDEFINED if v is None else magnitude(v) for v in values]


def row_of_means(
    means: Sequence[float | None], stds: Sequence[float | None], fits: Callable[[str], bool]
) -> list[str]:
    """Return the means of a row of panels, each to the second digit of its std, where that fits.

    More of a mean is noise, so that a mean of 0.0004 beside a std of 0.96 reads 0. A mean that is
    not small beside its std keeps two digits of its own: 0.70 beside 1.0. Where it does
    not fit, all means of the row have two significant digits, or one, or are powers of ten, and
    then those that round to 0 at the first digit of their std read 0.
    """
    texts: list[str] = []
    for form in (_to_its_std, _with_two_digits, _with_one_digit, _as_magnitude):
        texts = [
            UNDEFINED if mean is None else "0" if _is_noise(mean, std) else form(mean, std or 0.0)
            for mean, std in zip(means, stds, strict=True)
        ]
        if all(map(fits, texts)):
            break
    return texts


def _is_noise(mean: float, std: float | None) -> bool:
    return bool(std) and abs(mean) < 0.5 * 10.0 ** _place(std or 1.0)


def _place(std: float) -> int:
    """Return the decimal place of the second digit of `std`."""
    return floor(log10(std)) - 1


def _to_its_std(mean: float, std: float) -> str:
    if std and -4 <= _place(std) <= 2 and abs(mean) < 10_000:
        own = _place(abs(mean)) if abs(mean) >= std / 3 else _place(std)
        return rounded(mean, min(own, _place(std)))
    return _with_two_digits(mean, std)


def _with_two_digits(mean: float, std: float) -> str:
    return significant(mean, 2)


def _with_one_digit(mean: float, std: float) -> str:
    return significant(mean, 1)


def _as_magnitude(mean: float, std: float) -> str:
    return "0" if std and abs(mean) < 5.0 * 10.0 ** _place(std) else magnitude(mean)


def axis_number(value: float, digits: int = 3) -> str:
    """Return a number as it stands at an axis: with `digits` at most, none of them a last 0.

    Examples
    --------
    >>> axis_number(-0.25), axis_number(12345), axis_number(9.3e-9), axis_number(1e6)
    ('−0.25', '1.23×10⁴', '9.3×10⁻⁹', '10⁶')
    """
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    number = mantissa.replace("-", "−")
    if not exponent:
        return number
    power = f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return f"{number.removesuffix('1')}{power}" if number in ("1", "−1") else f"{number}×{power}"


def elided(texts: Sequence[str]) -> str:
    """Return texts with commas between them, the middle of more than six left out.

    Examples
    --------
    >>> elided("abcdef"), elided("abcdefg")
    ('a, b, c, d, e, f', 'a, b, c, …, f, g')
    """
    return ", ".join([*texts[:3], "…", *texts[-2:]] if len(texts) > 6 else texts)


def layers_of(widths: Sequence[int]) -> str:
    """Return how many layers there are, and how wide they are.

    Examples
    --------
    >>> layers_of([100, 100]), layers_of([50]), layers_of([784, 10])
    ('2 layers of 100 units', '1 layer of 50 units', '2 layers of 784, 10 units')
    """
    told = widths[:1] if len(set(widths)) == 1 else widths
    layers = "1 layer" if len(widths) == 1 else f"{len(widths)} layers"
    units = "unit" if list(told) == [1] else "units"
    return f"{layers} of {elided([str(width) for width in told])} {units}"


def counted(count: int, one: str) -> str:
    """Return how many there are of what one is called, whose plural has an s.

    Examples
    --------
    >>> counted(1, "stack"), counted(2000, "bias std"), counted(0, "row")
    ('1 stack', '2,000 bias stds', '0 rows')
    """
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def one_line(text: str) -> str:
    r"""Return `text` as one line that commands no terminal: all else is shown as an escape.

    A name in a file may be anybody's.

    Examples
    --------
    >>> one_line("a\nb\x1b[2J") == r"a\nb\x1b[2J"
    True
    """
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def error_line(error: BaseException) -> str:
    """Return what kind of error it is and what it says, if anything, on one line.

    Examples
    --------
    >>> error_line(ValueError("two  words")), error_line(TimeoutError())
    ('ValueError: two words', 'TimeoutError')
    """
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
