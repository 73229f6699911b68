"""The optimizers: from a gradient to what is taken from the parameters.

Maths on arrays that it is handed. Each function makes a step's function, which keeps its own state;
all parameters of a net are one array.
"""

from collections.abc import Callable, Mapping

import numpy as np

from actviz.layers.activation_functions import FloatArray
from actviz.lookup import Table

#: Fills the third array, the update that is taken from the values, from the gradient. The first
#: argument is the step, from 0.
UpdateRule = Callable[[int, FloatArray, FloatArray], None]

MOMENTUM, BETA_1, BETA_2, EPSILON = 0.9, 0.9, 0.999, 1e-8


def sgd(lr: float, like: FloatArray) -> UpdateRule:
    """Gradient descent: lr g."""

    def step(number: int, gradient: FloatArray, update: FloatArray) -> None:
        np.multiply(gradient, lr, out=update)

    return step


def momentum(lr: float, like: FloatArray) -> UpdateRule:
    """Gradient descent with momentum: v = 0.9 v + lr g (Polyak 1964)."""
    velocity = np.zeros_like(like)

    def step(number: int, gradient: FloatArray, update: FloatArray) -> None:
        np.multiply(velocity, MOMENTUM, out=velocity)
        np.multiply(gradient, lr, out=update)
        np.add(velocity, update, out=velocity)
        update[...] = velocity

    return step


def adam(lr: float, like: FloatArray) -> UpdateRule:
    """Adam with both corrections of the bias (Kingma & Ba 2015, algorithm 1)."""
    first, second = np.zeros_like(like), np.zeros_like(like)

    def step(number: int, gradient: FloatArray, update: FloatArray) -> None:
        np.multiply(first, BETA_1, out=first)
        np.add(first, (1 - BETA_1) * gradient, out=first)
        np.multiply(second, BETA_2, out=second)
        np.add(second, (1 - BETA_2) * gradient**2, out=second)
        root = np.sqrt(second / (1 - BETA_2 ** (number + 1)))
        np.divide(first, root + EPSILON, out=update)
        update *= update.dtype.type(lr / (1 - BETA_1 ** (number + 1)))

    return step


OPTIMIZERS: Mapping[str, Callable[[float, FloatArray], UpdateRule]] = Table(
    {"sgd": sgd, "momentum": momentum, "adam": adam}
)
