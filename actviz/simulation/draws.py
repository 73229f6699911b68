"""What a stack draws: its input, every layer's weights and biases, and where gradients begin.

What a stack draws comes from generators that are made here; training makes its own, from the keys
and seeds that are defined here. Nothing is computed of what is drawn.
"""

from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.defaults import LayerDefault, is_law
from actviz.layers.initializer_laws import Initializer, RandomSource
from actviz.layers.initializers import initializer_name
from actviz.records.spec import StackSpec

# What spawn keys mean; a seed's children never share a stream.
INPUT, WEIGHTS, BIAS, COTANGENT, BATCHES = range(5)


def spawned(seed: int, *key: int) -> np.random.SeedSequence:
    """Return the seed of a key's own stream."""
    return np.random.SeedSequence(seed, spawn_key=key)


def sampled(init: Initializer, source: RandomSource, shape: tuple[int, int]) -> NDArray[Any]:
    """Return a W of a law, of this shape and finite.

    Raises
    ------
    SpecError
        If it is something else, which only a user's own law can give.
    """
    W = init.sample(source, *shape)
    array = isinstance(W, np.ndarray)
    if not array or W.shape != shape or not np.issubdtype(W.dtype, np.floating):
        given = f"{W.dtype} {W.shape}" if array else type(W).__name__
        raise SpecError(
            f"{initializer_name(init)} must give an array of floats {shape} (got {given})"
        )
    if not np.isfinite(W).all():
        raise SpecError(f"{initializer_name(init)} gave weights that are not finite")
    return W


class Draws:
    """The draws of one stack, to be asked for in their order: input, layer by layer, cotangent.

    In a legacy stream a layer's biases come after its weights, as torch's layers draw them.
    """

    def __init__(self, spec: StackSpec) -> None:
        self._spec = spec
        self._one = np.random.RandomState(spec.seed) if spec.rng == "legacy" else None

    def _source(self, *key: int) -> RandomSource:
        return self._one or np.random.default_rng(spawned(self._spec.seed, *key))

    def input(self) -> NDArray[Any]:
        """Return the input, shape (samples, input width)."""
        spec, source = self._spec, self._source(INPUT)
        shape = (spec.samples, spec.shapes[0][0])
        if spec.input_distribution == "normal":
            drawn = source.standard_normal(size=shape)
        else:
            limit = sqrt(3.0)  # the variance of U(-a, a) is a^2 / 3
            drawn = source.uniform(-limit, limit, size=shape)
        with np.errstate(over="ignore"):
            drawn *= spec.input_std
            return drawn.astype(spec.dtype, copy=False)

    def layer(self, number: int) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Return a layer's weights, and its biases if it has any."""
        spec = self._spec
        shape = spec.shapes[number - 1]
        W = sampled(spec.init, self._source(WEIGHTS, number), shape)
        if not is_law(spec.init):
            W = W.copy()  # it may be written to again
        with np.errstate(over="ignore"):
            W = W.astype(spec.dtype, copy=False)
        if not spec.bias_std_of(number):
            return W, None
        source = self._source(BIAS, number)
        if isinstance(spec.init, LayerDefault):
            b = spec.init.sample_bias(source, *shape)
        else:
            b = spec.bias_std * source.standard_normal(size=shape[1])
        with np.errstate(over="ignore"):
            return W, b.astype(spec.dtype, copy=False)

    def cotangent(self) -> NDArray[Any]:
        """Return the gradient to go back from; no other draw depends on it."""
        spec = self._spec
        shape = (spec.samples, spec.shapes[-1][1])
        drawn = self._source(COTANGENT).standard_normal(size=shape)
        return drawn.astype(spec.dtype, copy=False)
