"""The activation functions: what each does to a number, its slope, and what people call it.

This room is maths on arrays it is handed. It must not draw a random number, touch a disk, or know
of layers, figures or frameworks. Every function takes float32 or float64 of any shape, keeps the
type, never writes to its input, and stays finite without a warning on every finite input.
At a kink the derivative is PyTorch's: relu 0, leaky_relu its slope, elu 1, selu scale × alpha (all
at 0), hard_tanh 0 (at ±1). A nan stays nan, except in the constant derivative of identity.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from numbers import Real
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from numpy.typing import NDArray

from actviz._lookup import lookup
from actviz.errors import SpecError

FloatArray = NDArray[np.floating[Any]]

SATURATION_SHARE = 0.05
"""A unit is saturated where its slope is below this share of the function's largest slope.

For tanh that is |tanh x| > 0.9747 (Karpathy's makemore draws the line at 0.97), for the sigmoid an
activation outside (0.0127, 0.9873).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """An activation function y = φ(x) with its derivative and what is known of both.

    Parameters
    ----------
    name : str
        The name in a table and in a Spec, such as ``"relu"``.
    label : str
        How people write it in a figure, such as ``"ReLU"``.
    fn, derivative : callable
        φ and dφ/dx: an array of any shape to a new array of the same shape and dtype.
    bounds : tuple of float
        Infimum and supremum of φ over the reals, dimensionless; either may be infinite.
    max_slope : float
        The largest |dφ/dx| over the reals, dimensionless, finite and above 0.
    formula : str
        Short text for people, such as ``"max(0, x)"``.
    source : str
        Author and year.
    kinks : tuple of float, default ()
        Where φ or one of its first two derivatives jumps; the theory's integrals are cut there.
    slopes : tuple of float, optional
        Of a φ that is a line on each side of 0, with φ(0) = 0: its slopes below and above. The
        theory then has closed forms for it.

    Raises
    ------
    SpecError
        If a text is not a string or `name` is blank, if `fn` or `derivative` is not callable, if
        `bounds` are not two numbers in rising order, if `max_slope` is not finite and above 0, or
        if `kinks` or `slopes` are not finite numbers.

    Examples
    --------
    >>> sine = Activation(name="sine", label="sine", fn=np.sin, derivative=np.cos,
    ...                   bounds=(-1.0, 1.0), max_slope=1.0,
    ...                   formula="sin x", source="Sitzmann et al. 2020")
    >>> sine(np.array([0.0, np.pi / 2]))
    array([0., 1.])
    """

    name: str
    label: str
    fn: Callable[[FloatArray], FloatArray]
    derivative: Callable[[FloatArray], FloatArray]
    bounds: tuple[float, float]
    max_slope: float
    formula: str
    source: str
    kinks: tuple[float, ...] = ()
    slopes: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for field in ("name", "label", "formula", "source"):
            if not isinstance(text := getattr(self, field), str):
                raise SpecError(f"{field} of an activation must be a string (got {text!r})")
        if not self.name.strip():
            raise SpecError(f"name of an activation must not be blank (got {self.name!r})")
        for field in ("fn", "derivative"):
            if not callable(given := getattr(self, field)):
                raise SpecError(f"{field} of {self.name!r} must be callable (got {given!r})")
        if not _is_rising_pair(self.bounds):
            raise SpecError(
                f"bounds of {self.name!r} must be a tuple (low, high) of numbers with low < high"
                f" (got {self.bounds!r})"
            )
        if not (_is_number(self.max_slope) and 0 < self.max_slope < math.inf):
            raise SpecError(
                f"max_slope of {self.name!r} must be a finite number > 0 (got {self.max_slope!r})"
            )
        if not _are_finite(self.kinks):
            raise SpecError(
                f"kinks of {self.name!r} must be a tuple of finite numbers (got {self.kinks!r})"
            )
        if self.slopes is not None and not (_are_finite(self.slopes) and len(self.slopes) == 2):
            raise SpecError(
                f"slopes of {self.name!r} must be a tuple of two finite numbers"
                f" (got {self.slopes!r})"
            )

    def __call__(self, x: FloatArray) -> FloatArray:
        """Return φ(x): an array of the shape and dtype of `x`, dimensionless."""
        return self.fn(x)

    @property
    def bounded(self) -> bool:
        """Whether both bounds are finite."""
        return all(map(math.isfinite, self.bounds))

    def saturated(self, x: FloatArray, share: float = SATURATION_SHARE) -> NDArray[np.bool_]:
        """Return where φ is saturated: |φ'(x)| < share × max_slope.

        Parameters
        ----------
        x : ndarray, any shape
            Preactivations, dimensionless.
        share : float
            Share of the largest slope, in (0, 1]; the default is `SATURATION_SHARE`.

        Returns
        -------
        ndarray of bool, the shape of `x`

        Raises
        ------
        SpecError
            If `share` is not a number in (0, 1].

        Notes
        -----
        The flat half of relu counts, a nan does not.

        Examples
        --------
        >>> ACTIVATIONS["tanh"].saturated(np.array([1.0, 2.0, 3.0]))
        array([False, False,  True])
        """
        if not (_is_number(share) and 0 < share <= 1):
            raise SpecError(f"share must be a number with 0 < share <= 1 (got {share!r})")
        return self.flat(self.derivative(x), share)

    def flat(self, slope: FloatArray, share: float = SATURATION_SHARE) -> NDArray[np.bool_]:
        """Return where a slope φ'(x) is that of a saturated x, for those who have it already."""
        return np.asarray(np.abs(slope) < share * self.max_slope)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _are_finite(values: object) -> bool:
    return isinstance(values, tuple) and all(_is_number(v) and math.isfinite(v) for v in values)


def _is_rising_pair(pair: object) -> bool:
    # A nan fails the comparison, so it needs no test of its own.
    return (
        isinstance(pair, tuple)
        and len(pair) == 2
        and all(map(_is_number, pair))
        and bool(pair[0] < pair[1])
    )


# exp(-746) is 0 in float64 and 1 + exp(-40) is 1, so an argument held inside these changes no
# result. They keep exp from overflowing, its square inside float32, and inf * 0 from being a nan.
_FLOOR, _CEILING = -1000.0, 40.0

LEAKY_SLOPE = 0.01
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def _sigmoid(x: FloatArray) -> FloatArray:
    # e / (1 + e) keeps its digits in the lower tail, where 1 / (1 + exp(-x)) overflows.
    e = np.exp(np.minimum(x, _CEILING))
    e /= 1 + e
    return e


def _sigmoid_derivative(x: FloatArray) -> FloatArray:
    # Even in x; s * (1 - s) would cancel to 0 beyond x = 37.
    e = np.exp(-np.abs(x))
    root = 1 + e
    e /= root * root
    return e


def _tanh_derivative(x: FloatArray) -> FloatArray:
    # The square of sech = 2e / (1 + e²), e = exp(-|x|); 1 - tanh² would cancel to 0 beyond 19.
    e = np.exp(-np.abs(x))
    sech: FloatArray = 2 * e / (1 + e * e)
    sech *= sech
    return sech


def _relu(x: FloatArray) -> FloatArray:
    return np.maximum(x, 0)


def _relu_derivative(x: FloatArray) -> FloatArray:
    return np.sign(np.maximum(x, 0))


def _leaky_relu(x: FloatArray) -> FloatArray:
    return np.maximum(x, np.multiply(x, LEAKY_SLOPE))


def _leaky_relu_derivative(x: FloatArray) -> FloatArray:
    return np.maximum(_relu_derivative(x), LEAKY_SLOPE)


def _elu(x: FloatArray) -> FloatArray:
    return np.maximum(x, 0) + np.expm1(np.minimum(x, 0))


def _elu_derivative(x: FloatArray) -> FloatArray:
    return np.exp(np.minimum(x, 0))


def _selu(x: FloatArray) -> FloatArray:
    # Scaling the top 5 % of the floats would overflow: these pass unscaled, and inf stays inf.
    above = np.maximum(x, 0)
    scaled = SELU_SCALE * np.minimum(above, 0.95 * float(np.finfo(above.dtype).max))
    return np.maximum(scaled, above) + SELU_SCALE * SELU_ALPHA * np.expm1(np.minimum(x, 0))


def _selu_derivative(x: FloatArray) -> FloatArray:
    return np.where(x > 0, SELU_SCALE, SELU_SCALE * SELU_ALPHA * np.exp(np.minimum(x, 0)))


def _silu(x: FloatArray) -> FloatArray:
    return np.maximum(x, _FLOOR) * _sigmoid(x)


def _silu_derivative(x: FloatArray) -> FloatArray:
    # s + x s': no term cancels in a tail.
    return _sigmoid(x) + np.clip(x, _FLOOR, -_FLOOR) * _sigmoid_derivative(x)


def _softplus(x: FloatArray) -> FloatArray:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def _softsign(x: FloatArray) -> FloatArray:
    x = np.clip(x, -1e30, 1e30)  # 1 beyond it to the last bit, and inf / inf is no limit
    size: FloatArray = 1 + np.abs(x)
    return x / size


def _softsign_derivative(x: FloatArray) -> FloatArray:
    root = 1 / (1 + np.abs(x))  # squared after the division: before, it would overflow
    return root * root


def _hard_tanh(x: FloatArray) -> FloatArray:
    return np.clip(x, -1, 1)


def _hard_tanh_derivative(x: FloatArray) -> FloatArray:
    return _relu_derivative(1 - np.abs(x))


def _mish(x: FloatArray) -> FloatArray:
    # tanh(ln(1 + e)) = n / (n + 2) with n = e² + 2e, e = exp(x): one exp, and exact in the tail.
    e = np.exp(np.minimum(x, _CEILING))
    n = e * (e + 2)
    ratio: FloatArray = n / (n + 2)
    return np.maximum(x, _FLOOR) * ratio


def _mish_derivative(x: FloatArray) -> FloatArray:
    x = np.clip(x, _FLOOR, _CEILING)
    e = np.exp(x)
    n = e * (e + 2)
    slope: FloatArray = n / (n + 2) + x * (4 * e / (n + 2)) * ((e + 1) / (n + 2))
    return slope


_MILLS_SCALE = 4.0


@cache
def _mills_polynomial(eps: float) -> FloatArray:
    """Coefficients in y of S(y) = (t + k) e^(t²/2) Φ(-t), y = (t - k) / (t + k), t ≥ 0, k = 4.

    S is smooth and near 1 from t = 0 to infinity, so a few terms hold its relative error at
    2e-15 everywhere (float64), or at the type's `eps`. Its values at the nodes come from
    S = ∫ exp(-½ v²/(t + k)² - v t/(t + k)) dv / √(2π) over v > 0, by the trapezoid rule after
    v = exp(s - exp(-s)), which is exact to rounding (Takahasi & Mori 1974).
    """
    s, step = np.linspace(-4, 4, 65, retstep=True)
    v = np.exp(s - np.exp(-s))
    weights = step * v * (1 + np.exp(-s)) / math.sqrt(2 * math.pi)
    y = chebyshev.chebpts1(100)[:, np.newaxis]
    decay = ((1 - y) / (2 * _MILLS_SCALE) * v) ** 2 / 2 + (1 + y) / 2 * v
    series = chebyshev.chebfit(y[:, 0], np.exp(-decay) @ weights, deg=24)
    return chebyshev.cheb2poly(chebyshev.chebtrim(series, tol=eps / 16))


def _normal_tail(t: FloatArray, mills: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return e^(-t²/2) and Φ(-t) for t ≥ 0, given `_mills_polynomial`.

    Rounding t² costs a relative t² eps/4, half of what half an ulp of t itself does.
    """
    bell = np.exp(-0.5 * (t * t))
    d = 1 / (t + _MILLS_SCALE)
    return bell, bell * d * polynomial.polyval(1 - 2 * _MILLS_SCALE * d, mills)


def _gelu_block(x: FloatArray, mills: FloatArray) -> FloatArray:
    # x Φ(x) = max(x, 0) - t Φ(-t), t = |x|: no term cancels.
    t = np.minimum(np.abs(x), _CEILING)
    return np.maximum(x, 0) - t * _normal_tail(t, mills)[1]


def _gelu_derivative_block(x: FloatArray, mills: FloatArray) -> FloatArray:
    # At -t the slope is Φ(-t) - t φ(t), at t one minus that.
    t = np.minimum(np.abs(x), _CEILING)
    bell, tail = _normal_tail(t, mills)
    below = tail - t * bell / math.sqrt(2 * math.pi)
    return np.where(x > 0, 1 - below, below)


_BLOCK = 1 << 14


def _in_blocks(core: Callable[[FloatArray, FloatArray], FloatArray], x: FloatArray) -> FloatArray:
    """Run `core` in float64 on pieces that stay in the cache, whatever the size of `x`."""
    flat = np.ravel(x)
    mills = _mills_polynomial(float(np.finfo(flat.dtype).eps))
    out = np.empty_like(flat)
    for start in range(0, flat.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        out[block] = core(flat[block].astype(np.float64), mills)
    return out.reshape(np.shape(x))


def _gelu(x: FloatArray) -> FloatArray:
    return _in_blocks(_gelu_block, x)


def _gelu_derivative(x: FloatArray) -> FloatArray:
    return _in_blocks(_gelu_derivative_block, x)


_ROWS = {
    "sigmoid": Activation(
        name="sigmoid",
        label="sigmoid",
        fn=_sigmoid,
        derivative=_sigmoid_derivative,
        bounds=(0.0, 1.0),
        max_slope=0.25,
        formula="1 / (1 + e⁻ˣ)",
        source="Rumelhart, Hinton & Williams 1986",
    ),
    "tanh": Activation(
        name="tanh",
        label="tanh",
        fn=np.tanh,
        derivative=_tanh_derivative,
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
        source="LeCun, Bottou, Orr & Müller 1998",
    ),
    "relu": Activation(
        name="relu",
        label="ReLU",
        fn=_relu,
        derivative=_relu_derivative,
        bounds=(0.0, math.inf),
        max_slope=1.0,
        formula="max(0, x)",
        source="Nair & Hinton 2010",
        kinks=(0.0,),
        slopes=(0.0, 1.0),
    ),
    "identity": Activation(
        name="identity",
        label="identity",
        fn=np.positive,
        derivative=np.ones_like,
        bounds=(-math.inf, math.inf),
        max_slope=1.0,
        formula="x",
        source="Saxe, McClelland & Ganguli 2014",
        slopes=(1.0, 1.0),
    ),
    "leaky_relu": Activation(
        name="leaky_relu",
        label="leaky ReLU",
        fn=_leaky_relu,
        derivative=_leaky_relu_derivative,
        bounds=(-math.inf, math.inf),
        max_slope=1.0,
        formula="max(0.01 x, x)",
        source="Maas, Hannun & Ng 2013",
        kinks=(0.0,),
        slopes=(LEAKY_SLOPE, 1.0),
    ),
    "elu": Activation(
        name="elu",
        label="ELU",
        fn=_elu,
        derivative=_elu_derivative,
        bounds=(-1.0, math.inf),
        max_slope=1.0,
        formula="x if x > 0 else eˣ − 1",
        source="Clevert, Unterthiner & Hochreiter 2016",
        kinks=(0.0,),
    ),
    "selu": Activation(
        name="selu",
        label="SELU",
        fn=_selu,
        derivative=_selu_derivative,
        bounds=(-SELU_SCALE * SELU_ALPHA, math.inf),
        max_slope=SELU_SCALE * SELU_ALPHA,
        formula="1.0507 (x if x > 0 else 1.6733 (eˣ − 1))",
        source="Klambauer et al. 2017",
        kinks=(0.0,),
    ),
    "gelu": Activation(
        name="gelu",
        label="GELU",
        fn=_gelu,
        derivative=_gelu_derivative,
        bounds=(-0.1699712074799037, math.inf),
        max_slope=math.erfc(-1) / 2 + 1 / (math.e * math.sqrt(math.pi)),  # at √2
        formula="x Φ(x)",
        source="Hendrycks & Gimpel 2016",
    ),
    "silu": Activation(
        name="silu",
        label="SiLU",
        fn=_silu,
        derivative=_silu_derivative,
        bounds=(-0.27846454276107380, math.inf),
        max_slope=1.099839320128867,
        formula="x / (1 + e⁻ˣ)",
        source="Elfwing, Uchibe & Doya 2018",
    ),
    "softplus": Activation(
        name="softplus",
        label="softplus",
        fn=_softplus,
        derivative=_sigmoid,
        bounds=(0.0, math.inf),
        max_slope=1.0,
        formula="ln(1 + eˣ)",
        source="Dugas et al. 2001",
    ),
    "softsign": Activation(
        name="softsign",
        label="softsign",
        fn=_softsign,
        derivative=_softsign_derivative,
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="x / (1 + |x|)",
        source="Bergstra, Desjardins, Lamblin & Bengio 2009",
        kinks=(0.0,),
    ),
    "hard_tanh": Activation(
        name="hard_tanh",
        label="hard tanh",
        fn=_hard_tanh,
        derivative=_hard_tanh_derivative,
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="max(−1, min(1, x))",
        source="Collobert 2004",
        kinks=(-1.0, 1.0),
    ),
    "mish": Activation(
        name="mish",
        label="Mish",
        fn=_mish,
        derivative=_mish_derivative,
        bounds=(-0.30884341301725043, math.inf),
        max_slope=1.088498161251728,
        formula="x tanh(ln(1 + eˣ))",
        source="Misra 2019",
    ),
}

ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    _ROWS | {"linear": _ROWS["identity"], "swish": _ROWS["silu"]}  # two aliases, at the end
)
"""Every activation by name, in reading order; an alias is a key that is not its row's name."""


def get_activation(name: str) -> Activation:
    """Return the row of `ACTIVATIONS` under `name`, upper and lower case alike.

    Parameters
    ----------
    name : str
        A name or an alias: ``"swish"`` is silu, ``"linear"`` is identity.

    Returns
    -------
    Activation

    Raises
    ------
    UnknownNameError
        If there is no such row; the message has the closest name and all that are known.
    """
    return lookup(ACTIVATIONS, name, kind="activation")
