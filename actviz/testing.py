"""Assertions for people's own tests, with or without pytest.

They raise AssertionError with a report that can be read; they print and write nothing.
"""

from collections.abc import Callable, Sequence
from math import erf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.checks.baseline import Baseline
from actviz.checks.comparison import FALSE_ALARM, compare
from actviz.checks.report import CheckKind
from actviz.errors import SpecError
from actviz.layers.initializer_laws import CUT_STD, Initializer, Normal, Uniform, VarianceScaling
from actviz.layers.initializers import get_initializer
from actviz.numbers.tails import kolmogorov_tail, normal_quantile
from actviz.records.record import Record

#: Not square, so that fan_in and fan_out cannot be taken for each other.
SHAPE = (400, 100)

Sampler = Callable[[np.random.Generator, int, int], NDArray[Any]]


def assert_statistics(
    record: Record | Sequence[Record],
    expected: Baseline | Record,
    *,
    kind: CheckKind | None = None,
    false_alarm: float = FALSE_ALARM,
    rtol: float | None = None,
) -> None:
    """Fail unless a record is what a baseline, or another record, expects.

    Parameters
    ----------
    record : Record, or a sequence of them for several seeds
        What to check.
    expected : Baseline or Record
        What it should be.
    kind : {"statistical", "exact"}, optional
        How; default: statistical for a baseline that knows a spread, else exact.
    false_alarm, rtol : float
        As in `actviz.compare`.

    Raises
    ------
    AssertionError
        With the report, if a statistic is beyond its tolerance.
    SpecError
        If the two cannot be compared.
    """
    spread = isinstance(expected, Baseline) and bool(expected.spread)
    chosen: CheckKind = kind or ("statistical" if spread else "exact")
    report = compare(
        record, expected, kind=chosen, name="record", false_alarm=false_alarm, rtol=rtol
    )
    if not report.ok:
        raise AssertionError(report.to_text())


def assert_law(
    weights: Sampler | Initializer | NDArray[Any],
    initializer: str | Initializer,
    *,
    shape: tuple[int, int] = SHAPE,
    seed: int = 0,
    false_alarm: float = FALSE_ALARM,
) -> None:
    """Fail unless weights follow the law of an initializer.

    Parameters
    ----------
    weights : callable, object with a ``sample`` method, or array
        ``weights(rng, fan_in, fan_out)`` gives an array (fan_in, fan_out); or one such array.
    initializer : str or Initializer
        What they should be: a normal, uniform or truncated law, such as ``"he"`` or
        ``"uniform=0.1"``.
    shape : (int, int)
        (fan_in, fan_out) that a callable is asked for. Not square by default.
    seed : int
        Of the generator that it is handed.
    false_alarm : float
        The probability that weights of the right law fail, over mean, variance and KS together.

    Raises
    ------
    AssertionError
        If mean, variance, bounds or distribution are not the law's: each with what was expected.
    SpecError
        If the law is not one of independent entries.

    Notes
    -----
    A third of the false alarms each for the mean (normal, sd / sqrt(n)), the variance (normal,
    relative sd sqrt((kurtosis - 1) / n)) and the Kolmogorov-Smirnov distance. The bounds have none.

    Examples
    --------
    >>> assert_law(lambda rng, i, o: rng.normal(0, (2 / i) ** 0.5, (i, o)), "he")
    """
    law = get_initializer(initializer) if isinstance(initializer, str) else initializer
    values = _values(weights, shape, seed)
    fan_in, fan_out = values.shape
    mean, bound, kurtosis, cdf = _law(law, fan_in, fan_out)
    std, flat = law.std(fan_in, fan_out), np.sort(values, axis=None).astype(np.float64)
    count, tail = flat.size, false_alarm / 3
    z = normal_quantile(tail / 2)
    wrong = []
    if not np.isfinite(flat).all():
        raise AssertionError(f"{law.label}: the weights are not all finite")
    if abs(flat.mean() - mean) > z * std / sqrt(count):
        least = z * std / sqrt(count)
        wrong.append(f"mean {flat.mean():.4g}, expected {mean:.4g} ± {least:.2g}")
    ratio, band = float(flat.var()) / std**2, z * sqrt((kurtosis - 1) / count)
    if abs(ratio - 1) > band:
        wrong.append(f"variance {flat.var():.4g}, expected {std**2:.4g} ± {100 * band:.2g} %")
    if max(mean - flat[0], flat[-1] - mean) > bound * (1 + 1e-6):
        wrong.append(f"values from {flat[0]:.4g} to {flat[-1]:.4g}, expected within ±{bound:.4g}")
    steps, theirs = np.arange(count + 1) / count, np.array([cdf(v) for v in flat.tolist()])
    distance = float(max((steps[1:] - theirs).max(), (theirs - steps[:-1]).max()))
    if (chance := kolmogorov_tail(distance, count)) < tail:
        wrong.append(f"KS distance {distance:.3g}, once in {1 / max(chance, 1e-99):.2g} draws")
    if wrong:
        head = f"{count} weights ({fan_in}, {fan_out}) are not {law.label}"
        raise AssertionError(f"{head}: {'; '.join(wrong)} (false alarms {false_alarm:g})")


def _values(weights: Any, shape: tuple[int, int], seed: int) -> NDArray[Any]:
    if isinstance(weights, np.ndarray):
        values = weights
    else:
        rng = np.random.default_rng(seed)
        draw = weights.sample if isinstance(weights, Initializer) else weights
        values = np.asarray(draw(rng, *shape))
        if values.shape != tuple(shape):
            raise AssertionError(f"weights must have the shape {shape} (got {values.shape})")
    if values.ndim != 2 or values.dtype.kind != "f" or values.size < 100:
        given = f"{values.dtype} {values.shape}"
        raise SpecError(f"weights must be at least 100 floats, (fan_in, fan_out) (got {given})")
    return values


def _law(
    law: Initializer, fan_in: int, fan_out: int
) -> tuple[float, float, float, Callable[[float], float]]:
    """Return mean, largest distance from it, kurtosis and distribution function of an entry."""
    std = law.std(fan_in, fan_out)
    kind = law.distribution if isinstance(law, VarianceScaling) else None
    if std > 0 and (isinstance(law, Normal) or kind == "normal"):
        return 0.0, float("inf"), 3.0, lambda x: _phi(x / std)
    if std > 0 and (isinstance(law, Uniform) or kind == "uniform"):
        middle = (law.low + law.high) / 2 if isinstance(law, Uniform) else 0.0
        reach = std * sqrt(3.0)
        return middle, reach, 1.8, lambda x: min(1.0, max(0.0, (x - middle + reach) / (2 * reach)))
    if std > 0 and kind == "truncated_normal":
        sigma, inside = std / CUT_STD, erf(sqrt(2.0))
        # E z^4 of a normal cut at ±2, over its variance squared (Johnson, Kotz & Balakrishnan 1994)
        density = np.exp(-2.0) / sqrt(2 * np.pi)
        second = 1 - 4 * density / inside
        fourth = 3 * second - 16 * density / inside
        low = _phi(-2.0)
        return (
            0.0,
            2 * sigma,
            float(fourth / second**2),
            lambda x: min(1.0, max(0.0, (_phi(x / sigma) - low) / inside)),
        )
    raise SpecError(f"{law.label} is no law of independent normal, uniform or truncated entries")


def _phi(z: float) -> float:
    return 0.5 * (1 + erf(z / sqrt(2)))
