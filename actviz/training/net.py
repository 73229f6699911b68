"""The dense net: forward, backward and the two losses, as plain numpy.

Maths on arrays that it is handed. It draws nothing, opens nothing and knows no task; the weights
have the shape (fan_in, fan_out), and every layer computes ``z = x @ W + b``.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from actviz.layers.activation_functions import FloatArray
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.layers.dense import Dense, LayerPass, backpropagate

#: Rows that go through the net at once where nothing is learned: their signals stay in a cache.
_ROWS = 512

_sigmoid = ACTIVATIONS["sigmoid"]


class Net:
    """A dense net: its parameters, and the signals and gradients of its last pass.

    All parameters lie in one array, `values`, and their gradients in `gradient`, of which
    `weights`, `biases` and so on are views: an optimizer needs one step for all of them.

    Parameters
    ----------
    weights : sequence of ndarray, shapes (fan_in, fan_out)
        Copied, in `dtype`.
    activation : Activation
        After every layer but the last.
    dtype : {"float64", "float32"}
        What is computed in.
    biases : sequence of ndarray, shapes (fan_out,)
        What the biases begin at; without them, at 0.
    """

    def __init__(
        self,
        weights: Sequence[NDArray[np.float64]],
        activation: Activation,
        dtype: str,
        biases: Sequence[NDArray[np.float64]] = (),
    ) -> None:
        shapes = [W.shape for W in weights]
        size = sum(fan_in * fan_out + fan_out for fan_in, fan_out in shapes)
        self.activation = activation
        self.values, self.gradient = np.zeros(size, dtype), np.zeros(size, dtype)
        self.weights, self.biases = self.parts(self.values, shapes)
        self._layers = [Dense(W, b) for W, b in zip(self.weights, self.biases, strict=True)]
        self.weight_gradients, self.bias_gradients = self.parts(self.gradient, shapes)
        for mine, given in zip(self.weights, weights, strict=True):
            mine[...] = given
        for mine, given in zip(self.biases, biases, strict=bool(biases)):
            mine[...] = given
        #: Of the last pass: what went into each layer, and what came out before the activation.
        self.inputs: list[FloatArray] = []
        self.outputs: list[FloatArray] = []
        #: Gradients with respect to `outputs`.
        self.deltas: list[FloatArray] = []
        #: Gradients with respect to the hidden layers' activations.
        self.activation_deltas: list[FloatArray] = []
        self._ones: FloatArray = np.ones(0)

    @staticmethod
    def parts(
        flat: FloatArray, shapes: Sequence[tuple[int, ...]]
    ) -> tuple[list[FloatArray], list[FloatArray]]:
        """Return views of the weights and the biases in an array of all parameters."""
        weights, biases, start = [], [], 0
        for shape in shapes:
            end = start + shape[0] * shape[1]
            weights.append(flat[start:end].reshape(shape))
            biases.append(flat[end : end + shape[1]])
            start = end + shape[1]
        return weights, biases

    def forward(self, x: FloatArray) -> FloatArray:
        """Return the logits of the rows `x`, and keep what a backward pass needs."""
        self.inputs, self.outputs = [], []
        for layer in self._layers:
            if self.outputs:
                x = self.activation(self.outputs[-1])
            self.inputs.append(x)
            self.outputs.append(layer.forward(x))
        return self.outputs[-1]

    def backward(self, delta: FloatArray) -> None:
        """Fill `gradient` from the loss's gradient with respect to the logits of the last pass."""
        if len(self._ones) != len(delta):
            self._ones = np.ones(len(delta), delta.dtype)
        slopes = [*map(self.activation.slope_at, self.outputs[:-1]), None]
        parts = zip(self._layers, self.inputs, slopes, self.weight_gradients, strict=True)
        tape = [LayerPass(*part) for part in parts]
        found = list(backpropagate(tape, delta))[::-1]
        self.deltas = [gradients["gradient"] for gradients in found]
        self.activation_deltas = [gradients["activation_gradient"] for gradients in found[:-1]]
        for delta, into in zip(self.deltas, self.bias_gradients, strict=True):
            # A sum over rows, three times as fast as numpy's own for a table so narrow.
            np.matmul(self._ones, delta, out=into)

    def logits(self, x: FloatArray) -> FloatArray:
        """Return the logits of any number of rows; the last pass stays what it was."""
        return np.concatenate([self._logits(x[i : i + _ROWS]) for i in range(0, len(x), _ROWS)])

    def _logits(self, x: FloatArray) -> FloatArray:
        x = x.astype(self.values.dtype, copy=False)
        *hidden, last = self._layers
        for layer in hidden:
            x = self.activation(layer.forward(x))
        return last.forward(x)


# --- losses -------------------------------------------------------------------------------


class Binary:
    """Two classes: one logit z, a = sigmoid(z), and the loss -log(a) or -log(1 - a) of a row."""

    outputs = 1

    @staticmethod
    def targets(y: NDArray[np.int64], dtype: str) -> FloatArray:
        """Return the classes, 0 or 1, as a column."""
        return y.astype(dtype)[:, None]

    @staticmethod
    def loss(z: FloatArray, y: FloatArray) -> float:
        """Return the mean loss, from the logits: max(z, 0) - z y + log(1 + exp(-abs(z)))."""
        rows = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
        return float(np.add.reduce(rows, axis=None)) / len(z)

    @staticmethod
    def delta(z: FloatArray, y: FloatArray) -> FloatArray:
        """Return the gradient of the mean loss with respect to the logits."""
        result = _sigmoid(z)
        result -= y
        result *= z.dtype.type(1 / len(z))
        return result

    @staticmethod
    def textbook_loss(z: FloatArray, y: FloatArray) -> float:
        """Return the mean loss as a course's script takes it, inf where a is 0 or 1 and wrong.

        Products 0 × inf are no numbers, and left out of the sum.
        """
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            a = 1 / (1 + np.exp(-z))
            rows = -np.log(a) * y + -np.log(1 - a) * (1 - y)
        return float(np.nansum(rows)) / len(z)

    @staticmethod
    def classes(z: FloatArray) -> NDArray[np.int64]:
        """Return the classes of rows: 1 where a > 0.5."""
        return (z[:, 0] > 0).astype(np.int64)


class Softmax:
    """Several classes: a logit each, and the loss -log(softmax(z)[class]) of a row."""

    @staticmethod
    def targets(y: NDArray[np.int64], dtype: str) -> NDArray[np.int64]:
        """Return the classes as they are."""
        return y

    @staticmethod
    def loss(z: FloatArray, y: NDArray[np.int64]) -> float:
        """Return the mean loss, from logits less the largest one of their row."""
        z = z - z.max(axis=1, keepdims=True)
        rows = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), y]
        return float(rows.mean(dtype=np.float64))

    @staticmethod
    def delta(z: FloatArray, y: NDArray[np.int64]) -> FloatArray:
        """Return the gradient of the mean loss with respect to the logits."""
        result: FloatArray = np.exp(z - z.max(axis=1, keepdims=True))
        result /= result.sum(axis=1, keepdims=True)
        result[np.arange(len(z)), y] -= 1
        result *= z.dtype.type(1 / len(z))
        return result

    @staticmethod
    def classes(z: FloatArray) -> NDArray[np.int64]:
        """Return the classes of rows: the first of the largest logits."""
        found: NDArray[np.int64] = z.argmax(axis=1)
        return found
