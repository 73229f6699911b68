"""The reverse pass of a stack of dense layers, by hand: from the last activation to all gradients.

Pure maths on arrays it is handed: it draws nothing, and `actviz.simulation.stacks` summarizes what
it gives.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.layers.signals import Signal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """What the reverse pass needs of a layer's forward pass.

    Parameters
    ----------
    x : ndarray, shape (samples, fan_in)
        The layer's input.
    slope : ndarray, shape (samples, width)
        The activation's derivative at the preactivation.
    W : ndarray, shape (fan_in, width)
        The weights.
    """

    x: NDArray[Any]
    slope: NDArray[Any]
    W: NDArray[Any]


def backpropagate(
    tape: Sequence[Step], cotangent: NDArray[Any]
) -> Iterator[dict[Signal, NDArray[Any]]]:
    """Yield the gradients of every layer, the last layer's first.

    They are those of ``(cotangent * activation of the last layer).sum()``: with g the gradient with
    respect to an activation, the preactivation's is ``g * slope``, the weights' is
    ``x.T @ (g * slope)``, summed over the samples, and the activation's of the layer before is
    ``(g * slope) @ W.T`` (Rumelhart, Hinton and Williams 1986).

    Parameters
    ----------
    tape : sequence of Step
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
            gradient = upstream * step.slope
            yield {
                "gradient": gradient,
                "activation_gradient": upstream,
                "weight_gradient": step.x.T @ gradient,
            }
            if number > 1:
                upstream = gradient @ step.W.T
