"""What each activation function does to a number, and its slope: maths on arrays, and no names.

Every function takes float32 or float64 of any shape, keeps the type, never writes to its input, and
stays finite without a warning on every finite input. A nan stays nan. `actviz.layers.activations`
gives them their names, and calls them.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]

# exp(-746) is 0 in float64 and 1 + exp(-40) is 1, so an argument held inside these changes no
# result. They keep exp from overflowing, its square inside float32, and inf * 0 from being a nan.
_FLOOR, _CEILING = -1000.0, 40.0

LEAKY_SLOPE = 0.01
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def sigmoid(x: FloatArray) -> FloatArray:
    # e / (1 + e) keeps its digits in the lower tail, where 1 / (1 + exp(-x)) overflows.
    e = np.exp(np.minimum(x, _CEILING))
    e /= 1 + e
    return e


def sigmoid_derivative(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    # Even in x; s * (1 - s) would cancel to 0 beyond x = 37.
    e = np.exp(-np.abs(x), out=out)
    root = 1 + e
    e /= root * root
    return e


def tanh_derivative(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    # The square of sech = 2e / (1 + e²), e = exp(-|x|); 1 - tanh² would cancel to 0 beyond 19.
    e = np.exp(-np.abs(x), out=out)
    # In place, where a block's temporaries take longer than its arithmetic.
    root = e * e
    root += 1
    e *= 2
    e /= root
    e *= e
    return e


def relu(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    return np.maximum(x, 0, out=out)


def relu_derivative(x: FloatArray, out: FloatArray | None = None) -> FloatArray:
    return np.sign(np.maximum(x, 0, out=out), out=out)


def leaky_relu(x: FloatArray) -> FloatArray:
    return np.maximum(x, np.multiply(x, LEAKY_SLOPE))


def leaky_relu_derivative(x: FloatArray) -> FloatArray:
    return np.maximum(relu_derivative(x), LEAKY_SLOPE)


def elu(x: FloatArray) -> FloatArray:
    return np.maximum(x, 0) + np.expm1(np.minimum(x, 0))


def elu_derivative(x: FloatArray) -> FloatArray:
    return np.exp(np.minimum(x, 0))


def selu(x: FloatArray) -> FloatArray:
    # Scaling the top 5 % of the floats would overflow: these pass unscaled, and inf stays inf.
    above = np.maximum(x, 0)
    scaled = SELU_SCALE * np.minimum(above, 0.95 * float(np.finfo(above.dtype).max))
    return np.maximum(scaled, above) + SELU_SCALE * SELU_ALPHA * np.expm1(np.minimum(x, 0))


def selu_derivative(x: FloatArray) -> FloatArray:
    return np.where(x > 0, SELU_SCALE, SELU_SCALE * SELU_ALPHA * np.exp(np.minimum(x, 0)))


def silu(x: FloatArray) -> FloatArray:
    return np.maximum(x, _FLOOR) * sigmoid(x)


def silu_derivative(x: FloatArray) -> FloatArray:
    # s + x s': no term cancels in a tail.
    return sigmoid(x) + np.clip(x, _FLOOR, -_FLOOR) * sigmoid_derivative(x)


def softplus(x: FloatArray) -> FloatArray:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def softsign(x: FloatArray) -> FloatArray:
    x = np.clip(x, -1e30, 1e30)  # 1 beyond it to the last bit, and inf / inf is no limit
    size: FloatArray = 1 + np.abs(x)
    return x / size


def softsign_derivative(x: FloatArray) -> FloatArray:
    root = 1 / (1 + np.abs(x))  # squared after the division: before, it would overflow
    return root * root


def hard_tanh(x: FloatArray) -> FloatArray:
    return np.clip(x, -1, 1)


def hard_tanh_derivative(x: FloatArray) -> FloatArray:
    return relu_derivative(1 - np.abs(x))


def mish(x: FloatArray) -> FloatArray:
    # tanh(ln(1 + e)) = n / (n + 2) with n = e² + 2e, e = exp(x): one exp, and exact in the tail.
    e = np.exp(np.minimum(x, _CEILING))
    n = e * (e + 2)
    ratio: FloatArray = n / (n + 2)
    return np.maximum(x, _FLOOR) * ratio


def mish_derivative(x: FloatArray) -> FloatArray:
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


def gelu(x: FloatArray) -> FloatArray:
    return _in_blocks(_gelu_block, x)


def gelu_derivative(x: FloatArray) -> FloatArray:
    return _in_blocks(_gelu_derivative_block, x)
