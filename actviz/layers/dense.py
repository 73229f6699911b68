"""A dense layer, forward and backward, by hand; and the way back through a stack of them.

Pure maths on arrays it is handed: it draws nothing. Simulation summarizes what it gives, and
training learns by it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.layers.signals import Signal


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """A layer ``z = x @ W + b``.

    Parameters
    ----------
    W : ndarray, shape (fan_in, width)
        The weights.
    b : ndarray, shape (width,), optional
        The biases, of the same dtype; none where they are 0.
    multiply : callable
        What multiplies matrices here, called as `numpy.matmul` is.
    """

    W: NDArray[Any]
    b: NDArray[Any] | None = None
    multiply: Callable[..., NDArray[Any]] = np.matmul

    def forward(self, x: NDArray[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Return the preactivation, shape (samples, width), of x, shape (samples, fan_in).

        It is written to `out`, if that is given. Overflow is left in it, as infinities and NaN.
        """
        z = self.multiply(x, self.W, out=out)
        if self.b is not None:
            z += self.b
        return z


@dataclass(frozen=True, slots=True, eq=False)
class LayerPass:
    """What the reverse pass needs of a layer's forward pass.

    Parameters
    ----------
    layer : Dense
        The layer.
    x : ndarray, shape (samples, fan_in)
        Its input.
    slope : ndarray, shape (samples, width), optional
        The activation's derivative at the preactivation; None of a layer without activation.
    weight_gradient : ndarray, shape (fan_in, width), optional
        Where to write the gradient with respect to the weights.
    """

    layer: Dense
    x: NDArray[Any]
    slope: NDArray[Any] | None
    weight_gradient: NDArray[Any] | None = None


def backpropagate(
    tape: Sequence[LayerPass],
    cotangent: NDArray[Any],
    *,
    weights: bool = True,
    spent: bool = False,
) -> Iterator[dict[Signal, NDArray[Any]]]:
    """Yield the gradients of every layer, the last layer's first.

    They are those of ``(cotangent * activation of the last layer).sum()``: with g the gradient with
    respect to an activation, the preactivation's is ``g * slope``, the weights' is
    ``x.T @ (g * slope)``, summed over the samples, and the activation's of the layer before is
    ``(g * slope) @ W.T`` (Rumelhart, Hinton and Williams 1986).

    Parameters
    ----------
    tape : sequence of LayerPass
        Layer 1 first.
    cotangent : ndarray, shape (samples, width)
        The gradient with respect to the last activation.
    weights : bool, default True
        Whether the weights' gradients are wanted, a product each. Else they are only there where
        one of their entries might be too large for a float.
    spent : bool, default False
        Whether nobody needs the tape any more: gradients are then written over its slopes and
        inputs, and each is to be looked at before the next is asked for.

    Yields
    ------
    dict
        ``gradient`` and ``activation_gradient``, shape (samples, width), and ``weight_gradient``,
        shape (fan_in, width). Overflow is left in them, as infinities and NaN.
    """
    upstream = gradient = cotangent
    after: LayerPass | None = None
    for step in reversed(tape):
        with np.errstate(over="ignore", invalid="ignore"):
            if after is not None:
                out = after.x if spent else None
                upstream = after.layer.multiply(gradient, after.layer.W.T, out=out)
            gradient = upstream
            if step.slope is not None:
                gradient = np.multiply(upstream, step.slope, out=step.slope if spent else None)
            found: dict[Signal, NDArray[Any]] = {
                "gradient": gradient,
                "activation_gradient": upstream,
            }
            if weights or _may_overflow(step.x, gradient):
                of_weights = step.layer.multiply(step.x.T, gradient, out=step.weight_gradient)
                found["weight_gradient"] = of_weights
        yield found
        after = step


def _may_overflow(x: NDArray[Any], gradient: NDArray[Any]) -> bool:
    """Return whether an entry of ``x.T @ gradient`` might be no float, or no number.

    By Cauchy and Schwarz none, and no part of its sum, is larger than the product of the norms; the
    half is for rounding.
    """
    norms = [float(np.vdot(each, each)) ** 0.5 for each in (x, gradient)]
    return not norms[0] * norms[1] < 0.5 * float(np.finfo(gradient.dtype).max)
