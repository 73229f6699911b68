"""Numbers for people: 0.13, 270, 3×10⁻⁴; the same number of digits along a row."""

from collections.abc import Callable, Sequence
from math import floor, isfinite, log10

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


def percent(share: float) -> str:
    """Return a share in percent; what is neither none nor all never reads as 0% or 100%.

    Examples
    --------
    >>> percent(0.237), percent(0.001), percent(0.9996), percent(1)
    ('24%', '<1%', '>99%', '100%')
    """
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"


def row_of_stds(values: Sequence[float | None], fits: Callable[[str], bool]) -> list[str]:
    """Return the stds of a row of panels with as many digits, the same for all, as `fits` allows.

    Zeros and undefined values take no part in the choice.
    """
    texts: list[str] = []
    for digits in (2, 1):
        texts = [UNDEFINED if v is None else significant(v, digits) for v in values]
        if all(map(fits, texts)):
            break
    return texts


def row_of_means(
    means: Sequence[float | None], stds: Sequence[float | None], fits: Callable[[str], bool]
) -> list[str]:
    """Return the means of a row of panels, each to the second digit of its std, where that fits.

    More of a mean is noise, so that a mean of 0.0004 beside a std of 0.96 reads 0.
    """
    return [_mean(mean, std, fits) for mean, std in zip(means, stds, strict=True)]


def _mean(mean: float | None, std: float | None, fits: Callable[[str], bool]) -> str:
    if mean is None:
        return UNDEFINED
    candidates = []
    for digits in (2, 1):
        if std and isfinite(std):
            place = floor(log10(std)) - digits + 1
            if abs(mean) < 0.5 * 10.0**place:
                return "0"
            elif -4 <= place <= 2 and abs(mean) < 10_000:
                candidates.append(rounded(mean, place))
        candidates.append(significant(mean, digits))
    return next(filter(fits, candidates), candidates[-1])
