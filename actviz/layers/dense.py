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
    tape: Sequence[LayerPass], cotangent: NDArray[Any]
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

    Yields
    ------
    dict
        ``gradient`` and ``activation_gradient``, shape (samples, width), and ``weight_gradient``,
        shape (fan_in, width). Overflow is left in them, as infinities and NaN.
    """
    upstream = cotangent
    for number, step in reversed(list(enumerate(tape, start=1))):
        with np.errstate(over="ignore", invalid="ignore"):
            gradient = upstream if step.slope is None else upstream * step.slope
            of_weights = step.layer.multiply(step.x.T, gradient, out=step.weight_gradient)
        yield {
            "gradient": gradient,
            "activation_gradient": upstream,
            "weight_gradient": of_weights,
        }
        if number > 1:
            with np.errstate(over="ignore", invalid="ignore"):
                upstream = step.layer.multiply(gradient, step.layer.W.T)
