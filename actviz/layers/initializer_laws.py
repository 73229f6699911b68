"""The laws that a weight matrix is drawn from; :mod:`actviz.layers.initializers` gives them names.

The room knows numpy and the random source that it is handed. It makes no Generator, takes no
seed, opens no file, and knows nothing of activations, specs or figures.

A weight matrix W has the shape ``(fan_in, fan_out)``, so that ``z = x @ W + b``: one row for each
input, one column for each unit. (``torch.nn.Linear.weight`` is the transpose.)
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError, UnknownNameError
from actviz.lookup import Table
from actviz.numbers.scalars import is_finite, is_number

RandomSource: TypeAlias = np.random.Generator | np.random.RandomState
"""What a law draws from; a RandomState only to reproduce published numbers."""

Mode: TypeAlias = Literal["fan_in", "fan_out", "fan_avg", "fan_geo_avg"]
Distribution: TypeAlias = Literal["normal", "uniform", "truncated_normal"]


@runtime_checkable
class Initializer(Protocol):
    """What actviz asks of an initializer; an object of your own needs no more than this."""

    @property
    def label(self) -> str:
        """Short text for figures, such as ``"He"`` or ``"std = 0.01"``."""
        ...

    # Of any type, so that one's own may be annotated with the Generator that it is handed, or with
    # a `RandomSource`; and it may give any floats.
    def sample(self, rng: Any, fan_in: int, fan_out: int) -> NDArray[Any]:
        """Draw one W of shape (fan_in, fan_out), for ``z = x @ W + b``."""
        ...

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return the population standard deviation of one entry of W."""
        ...


# --- what the laws are made of ------------------------------------------------------------


def _check_number(
    name: str, value: object, *, low: float = -math.inf, high: float = math.inf
) -> None:
    if not is_number(value) or not isinstance(value, int | float):  # as texts and files have it
        raise SpecError(f"{name} must be an int or a float (got {value!r})")
    if is_finite(value) and low <= value <= high:
        return
    above = f" >= {low:g}" if low > -math.inf else ""
    below = f" and <= {high:g}" if high < math.inf else ""
    given = "a larger int" if isinstance(value, int) and not is_finite(value) else value
    raise SpecError(f"{name} must be a finite number{above}{below} (got {given})")


def _check_choice(kind: str, value: str, table: Mapping[str, object]) -> None:
    if value not in tuple(table):
        raise UnknownNameError(kind, str(value), table)


def _shape(fan_in: int, fan_out: int) -> tuple[int, int]:
    fans = (fan_in, fan_out)
    if not all(isinstance(fan, int | np.integer) and fan >= 1 for fan in fans):
        raise SpecError(f"fan_in and fan_out must be integers >= 1 (got shape {fans})")
    return fans


def _scaled(factor: float, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):  # an std near the largest float gives inf, and no warning
        return factor * draws


def _normal(rng: RandomSource, shape: tuple[int, int]) -> NDArray[np.float64]:
    return rng.standard_normal(size=shape)


def _uniform(rng: RandomSource, shape: tuple[int, int]) -> NDArray[np.float64]:
    return rng.uniform(-1.0, 1.0, size=shape)


def _truncated_normal(rng: RandomSource, shape: tuple[int, int]) -> NDArray[np.float64]:
    draws = rng.standard_normal(size=shape)
    while (outside := np.abs(draws) > 2.0).any():
        draws[outside] = rng.standard_normal(size=np.count_nonzero(outside))
    return draws


class _Draw(NamedTuple):
    sample: Callable[[RandomSource, tuple[int, int]], NDArray[np.float64]]
    std: float


#: The standard deviation of N(0, 1) cut at ±2.
CUT_STD = 0.87962566103423978

_DRAWS: Mapping[str, _Draw] = {
    "normal": _Draw(_normal, 1.0),
    "uniform": _Draw(_uniform, 1.0 / math.sqrt(3.0)),
    "truncated_normal": _Draw(_truncated_normal, CUT_STD),
}

_FANS: Mapping[str, Callable[[int, int], float]] = {
    "fan_in": lambda fan_in, fan_out: fan_in,
    "fan_out": lambda fan_in, fan_out: fan_out,
    "fan_avg": lambda fan_in, fan_out: (fan_in + fan_out) / 2,
    "fan_geo_avg": lambda fan_in, fan_out: math.sqrt(fan_in * fan_out),
}

_CONSTANT_LABELS: Mapping[float, str] = {0.0: "zeros", 1.0: "ones"}


def _with_factor(label: str, gain: float) -> str:
    return label if gain == 1 else f"{label} × {gain:g}"


# --- the laws -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceScaling:
    """Independent entries with mean 0 and variance ``scale * gain**2 / n``.

    Parameters
    ----------
    scale : float
        Factor of the variance, dimensionless, at least 0.
    mode : {"fan_in", "fan_out", "fan_avg", "fan_geo_avg"}
        What n is: one of the fans, or their arithmetic or geometric mean.
    distribution : {"normal", "uniform", "truncated_normal"}
        The shape of the law. The truncated normal is cut at two standard deviations *before*
        the cut, then stretched so that the variance is as above (as in JAX and Keras).
    gain : float, default 1.0
        Factor of the standard deviation, dimensionless, at least 0.

    Raises
    ------
    SpecError
        If scale, gain or their product is negative or not finite, or a word is unknown.

    Notes
    -----
    Neither scale nor gain changes a draw: W is proportional to ``gain * sqrt(scale)``.

    Examples
    --------
    >>> VarianceScaling(scale=2, mode="fan_in", distribution="normal").std(200, 50)
    0.1
    """

    scale: float
    mode: Mode
    distribution: Distribution
    gain: float = 1.0

    def __post_init__(self) -> None:
        _check_number("scale", self.scale, low=0)
        _check_number("gain", self.gain, low=0)
        _check_number("gain * sqrt(scale)", self.gain * math.sqrt(self.scale))
        _check_choice("mode", self.mode, _FANS)
        _check_choice("distribution", self.distribution, _DRAWS)

    @property
    def label(self) -> str:
        """Such as ``"He"``, ``"He × 1.5"`` or ``"uniform, variance 3/mean fan"``."""
        plain = replace(self, gain=1.0)
        for name, law in SCALINGS.items():
            if law == plain:
                return _with_factor(name, self.gain)
        # Of a variance a factor of the std would be read as one of its own.
        variance = f"{self.scale * self.gain**2:g}/{_FAN_WORDS[self.mode]}"
        return f"{self.distribution.replace('_', ' ')}, variance {variance}"

    def sample(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Draw W, of shape (fan_in, fan_out)."""
        draw = _DRAWS[self.distribution]
        std = self.std(fan_in, fan_out)
        return _scaled(std / draw.std, draw.sample(rng, (fan_in, fan_out)))

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return ``gain * sqrt(scale / n)``."""
        n = _FANS[self.mode](*_shape(fan_in, fan_out))
        return float(self.gain * math.sqrt(self.scale / n))


#: How people write the number that a variance is divided by.
_FAN_WORDS: Mapping[Mode, str] = Table(
    {
        "fan_in": "fan-in",
        "fan_out": "fan-out",
        "fan_avg": "mean fan",
        "fan_geo_avg": "geometric mean fan",
    }
)

_SCALINGS: tuple[tuple[str, float, Mode, Distribution], ...] = (
    ("Xavier", 1, "fan_avg", "normal"),
    ("Xavier uniform", 1, "fan_avg", "uniform"),
    ("Xavier truncated", 1, "fan_avg", "truncated_normal"),
    ("He", 2, "fan_in", "normal"),
    ("He uniform", 2, "fan_in", "uniform"),
    ("He truncated", 2, "fan_in", "truncated_normal"),
    ("He fan-out", 2, "fan_out", "normal"),
    ("LeCun", 1, "fan_in", "normal"),
    ("LeCun uniform", 1, "fan_in", "uniform"),
    ("LeCun truncated", 1, "fan_in", "truncated_normal"),
    # kaiming_uniform_(a=√5), which torch's layers call: of variance 1/(3 fan_in).
    ("torch Linear", 1 / 3, "fan_in", "uniform"),
)
#: The presets of that law, by what figures call them.
SCALINGS: Mapping[str, VarianceScaling] = Table(
    {
        label: VarianceScaling(scale=scale, mode=mode, distribution=distribution)
        for label, scale, mode, distribution in _SCALINGS
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """Independent normal entries with mean 0, whatever the shape of W.

    Parameters
    ----------
    stddev : float
        The standard deviation of an entry, at least 0.
    """

    stddev: float

    def __post_init__(self) -> None:
        _check_number("std", self.stddev, low=0)

    @property
    def label(self) -> str:
        """Such as ``"std = 0.01"``."""
        return f"std = {self.stddev:g}"

    def sample(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Draw W, of shape (fan_in, fan_out)."""
        return _scaled(self.stddev, _normal(rng, _shape(fan_in, fan_out)))

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return `stddev`."""
        return float(self.stddev)


@dataclass(frozen=True, slots=True, kw_only=True)
class TruncatedNormal:
    """Independent normal entries with mean 0, cut at ±2 `stddev` and not stretched afterwards.

    As Keras's initializer of that name, whatever the shape of W. The cut takes 12 % of the standard
    deviation away, which `VarianceScaling` gives back and this law does not.

    Parameters
    ----------
    stddev : float
        The standard deviation *before* the cut, at least 0.

    Examples
    --------
    >>> round(TruncatedNormal(stddev=1.0).std(200, 50), 6)
    0.879626
    """

    stddev: float

    def __post_init__(self) -> None:
        _check_number("std before the cut", self.stddev, low=0)

    @property
    def label(self) -> str:
        """Such as ``"truncated 0.05"``."""
        return f"truncated {self.stddev:g}"

    def sample(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Draw W, of shape (fan_in, fan_out)."""
        return _scaled(self.stddev, _truncated_normal(rng, _shape(fan_in, fan_out)))

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return ``0.8796 stddev``, what is left after the cut."""
        return float(CUT_STD * self.stddev)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform:
    """Independent entries, uniform on [low, high), whatever the shape of W.

    Parameters
    ----------
    low, high : float
        The ends of the range, low <= high; they are never swapped.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_number("low", self.low)
        _check_number("high", self.high)
        if self.low > self.high:
            raise SpecError(f"uniform needs low <= high (got low={self.low}, high={self.high})")
        _check_number("high - low", float(self.high) - float(self.low))

    @property
    def label(self) -> str:
        """Such as ``"uniform ±0.5"`` or ``"uniform [0, 1)"``."""
        if self.low == -self.high:
            return f"uniform ±{self.high:g}"
        return f"uniform [{self.low:g}, {self.high:g})"

    def sample(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Draw W, of shape (fan_in, fan_out)."""
        return rng.uniform(self.low, self.high, size=_shape(fan_in, fan_out))

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return ``(high - low) / sqrt(12)``."""
        return (float(self.high) - float(self.low)) / math.sqrt(12.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """The same number everywhere, so that all units of a layer are, and stay, identical."""

    value: float

    def __post_init__(self) -> None:
        _check_number("value", self.value)

    @property
    def label(self) -> str:
        """``"zeros"``, ``"ones"``, or such as ``"constant 0.63"``."""
        return _CONSTANT_LABELS.get(self.value, f"constant {self.value:g}")

    def sample(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Return W, of shape (fan_in, fan_out); nothing is drawn."""
        return np.full(_shape(fan_in, fan_out), self.value, dtype=np.float64)

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return 0."""
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Orthogonal:
    """A matrix with orthonormal rows or columns, times gain, drawn evenly from all of them.

    ``W.T @ W == gain**2 * I`` if fan_in >= fan_out, ``W @ W.T == gain**2 * I`` if not.

    Parameters
    ----------
    gain : float, default 1.0
        The norm of each of those rows or columns, at least 0.

    Notes
    -----
    The Q of a normal matrix's QR decomposition is not even: LAPACK chooses the signs. Each column
    is multiplied by the sign of its entry on R's diagonal (Mezzadri 2007), as torch does.
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        _check_number("gain", self.gain, low=0)

    @property
    def label(self) -> str:
        """``"orthogonal"``, with the gain if that is not 1."""
        return _with_factor("orthogonal", self.gain)

    def sample(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Draw W, of shape (fan_in, fan_out)."""
        short, long = sorted(_shape(fan_in, fan_out))
        q, r = np.linalg.qr(_normal(rng, (long, short)))
        q *= np.where(np.diag(r) < 0.0, -1.0, 1.0)
        return _scaled(self.gain, q if fan_in >= fan_out else q.T)

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return ``gain / sqrt(max(fan_in, fan_out))``."""
        return self.gain / math.sqrt(max(_shape(fan_in, fan_out)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparse:
    """Normal entries, of which ``ceil(sparsity * fan_out)`` in every row of W are set to 0.

    Parameters
    ----------
    sparsity : float, default 0.9
        The share of an input's outgoing weights that is 0, from 0 to 1.
    stddev : float, default 0.01
        The standard deviation of the entries that are kept, at least 0.

    Notes
    -----
    Counted as in ``torch.nn.init.sparse_``, whose columns are the rows here, floating-point
    ceiling included: a sparsity of 0.55 makes 56 zeros of 100.
    """

    sparsity: float = 0.9
    stddev: float = 0.01

    def __post_init__(self) -> None:
        _check_number("sparsity", self.sparsity, low=0, high=1)
        _check_number("std", self.stddev, low=0)

    @property
    def label(self) -> str:
        """Such as ``"sparse 0.9"``; the std of the kept entries if that is not 0.01."""
        std = "" if self.stddev == 0.01 else f", std = {self.stddev:g}"
        return f"sparse {self.sparsity:g}{std}"

    def sample(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Draw W, of shape (fan_in, fan_out)."""
        shape = _shape(fan_in, fan_out)
        W = _scaled(self.stddev, _normal(rng, shape))
        order = np.argsort(_uniform(rng, shape), axis=1)  # an even shuffle of each row's columns
        np.put_along_axis(W, order[:, : self._zeros(fan_out)], 0.0, axis=1)
        return W

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return ``stddev * sqrt(share of the entries that are kept)``."""
        fan_in, fan_out = _shape(fan_in, fan_out)
        return self.stddev * math.sqrt(1.0 - self._zeros(fan_out) / fan_out)

    def _zeros(self, fan_out: int) -> int:
        return math.ceil(self.sparsity * fan_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """1 on the diagonal and 0 elsewhere: inputs are passed on, cut off or padded with zeros."""

    @property
    def label(self) -> str:
        """``"identity"``."""
        return "identity"

    def sample(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Return W, of shape (fan_in, fan_out); nothing is drawn."""
        return np.eye(*_shape(fan_in, fan_out))

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return ``sqrt(p * (1 - p))``, p being the share of ones."""
        ones = 1.0 / max(_shape(fan_in, fan_out))
        return math.sqrt(ones * (1.0 - ones))


WeightLaw: TypeAlias = (
    VarianceScaling | Normal | TruncatedNormal | Uniform | Constant | Orthogonal | Sparse | Identity
)
"""Any law of this module."""


def of_normals(law: object, shape: tuple[int, int]) -> float | None:
    """Return the factor by which W is standard normal draws of its shape; None of other laws."""
    if type(law) is Normal:
        return law.std(*shape)
    if type(law) is VarianceScaling and law.distribution == "normal":
        return law.std(*shape)
    return None
