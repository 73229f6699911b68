"""What a stack draws: its input, every layer's weights and biases, and where gradients begin.

What a stack draws comes from generators that are made here; training makes its own, from the keys
and seeds that are defined here. Nothing is computed of what is drawn.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from math import prod, sqrt
from threading import Lock
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.defaults import LayerDefault, is_law
from actviz.layers.initializer_laws import Initializer, RandomSource, of_normals
from actviz.layers.initializers import initializer_name
from actviz.records.spec import Dtype, InputDistribution, StackSpec

# What spawn keys mean; a seed's children never share a stream.
INPUT, WEIGHTS, BIAS, COTANGENT, BATCHES = range(5)

#: So many values are drawn once for stacks that differ in their layers alone: 2 MB.
_FEW_VALUES = 1 << 18

#: And of so many layers, each of so many weights, for stacks that differ in a scale: 8 MB.
_LAYERS, _FEW_WEIGHTS = 64, 1 << 14


#: A law of a user's own may give the same array again, and stacks on threads ask it side by side.
_ONE_AT_A_TIME = Lock()


class _Rows(NamedTuple):
    """What decides the values of some rows, their generator aside."""

    width: int
    distribution: InputDistribution
    std: float
    dtype: Dtype

    @classmethod
    def of_input(cls, spec: StackSpec) -> "_Rows":
        return cls(spec.shapes[0][0], spec.input_distribution, spec.input_std, spec.dtype)

    @classmethod
    def of_cotangent(cls, spec: StackSpec) -> "_Rows":
        return cls(spec.shapes[-1][1], "normal", 1.0, spec.dtype)

    def drawn(self, source: RandomSource, count: int) -> NDArray[Any]:
        """Return the next rows, shape (count, width)."""
        shape = (count, self.width)
        if self.distribution == "normal":
            values = source.standard_normal(size=shape)
        else:
            limit = sqrt(3.0)  # the variance of U(-a, a) is a^2 / 3
            values = source.uniform(-limit, limit, size=shape)
        with np.errstate(over="ignore"):
            values *= self.std
            return values.astype(self.dtype, copy=False)


@lru_cache(maxsize=2)  # the input and the cotangent of the stack before
def _common(rows: _Rows, seed: int, key: int, count: int) -> NDArray[Any]:
    """Return rows that stacks of one seed have in common, read-only."""
    values = rows.drawn(np.random.default_rng(spawned(seed, key)), count)
    values.setflags(write=False)
    return values


class _Normals:
    """Standard normals of the layers of stacks of one seed, as a map has them by the hundred.

    They are kept from the second stack on: the first may be the only one of its seed, and memory
    that is kept is none of a core's cache.
    """

    def __init__(self) -> None:
        self.stacks = 0
        self._kept: dict[tuple[int, tuple[int, int]], NDArray[np.float64]] = {}

    def of(self, source: Callable[[], RandomSource], number: int, shape: tuple[int, int]) -> Any:
        """Return a layer's, shape `shape`, which a source would give; not to be written to."""
        values = self._kept.get((number, shape))
        if values is None:
            values = source().standard_normal(size=shape)
            if self.stacks > 1 and len(self._kept) < _LAYERS:
                self._kept[number, shape] = values
        return values


@lru_cache(maxsize=1)  # of the stack before
def _normals_of(seed: int) -> _Normals:
    return _Normals()


def kept_bytes(spec: StackSpec) -> int:
    """Return about how much stays of a stack's draws for the next one of its seed, in bytes."""
    if spec.rng == "legacy":
        return 0
    shapes = spec.shapes
    few = 0
    if of_normals(spec.init, shapes[0]) is not None:
        sizes = (fan_in * fan_out for fan_in, fan_out in set(shapes))
        few = max((size for size in sizes if size <= _FEW_WEIGHTS), default=0)
    rows = [spec.samples * width for width in (shapes[0][0], shapes[-1][1])]
    common = sum(values for values in rows if values <= _FEW_VALUES)
    return 8 * (min(len(shapes), _LAYERS) * few + common)


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
    if is_law(init):
        return _checked(init, init.sample(source, *shape), shape)
    with _ONE_AT_A_TIME:
        return _checked(init, init.sample(source, *shape), shape).copy()


def _checked(init: Initializer, W: Any, shape: tuple[int, int]) -> NDArray[Any]:
    array = isinstance(W, np.ndarray)
    if not array or W.shape != shape or W.dtype.kind != "f":
        given = f"{W.dtype} {W.shape}" if array else type(W).__name__
        raise SpecError(
            f"{initializer_name(init)} must give an array of floats {shape} (got {given})"
        )
    if not np.isfinite(W).all():
        raise SpecError(f"{initializer_name(init)} gave weights that are not finite")
    return cast(NDArray[Any], W)


class Draws:
    """The draws of one stack, to be asked for in their order: input, layer by layer, cotangent.

    In a legacy stream a layer's biases come after its weights, as torch's layers draw them.
    """

    def __init__(self, spec: StackSpec) -> None:
        self._spec, self._shapes = spec, spec.shapes
        self._one = np.random.RandomState(spec.seed) if spec.rng == "legacy" else None
        self._normals = _normals_of(spec.seed)
        self._normals.stacks += 1

    def _source(self, *key: int) -> RandomSource:
        return self._one or np.random.default_rng(spawned(self._spec.seed, *key))

    def begin_at(self, state: dict[str, Any]) -> None:
        """Go on in a legacy stream from a state."""
        assert self._one is not None
        self._one.set_state(state)

    def state(self) -> dict[str, Any]:
        """Return where a legacy stream is."""
        assert self._one is not None
        return _state(self._one)

    def input(self) -> NDArray[Any]:
        """Return the input, shape (samples, input width); it may be read-only."""
        return self._rows(_Rows.of_input(self._spec), INPUT)

    def layer(self, number: int) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Return a layer's weights, and its biases if it has any."""
        spec = self._spec
        shape = self._shapes[number - 1]
        W = self._weights(number, shape)
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

    def _weights(self, number: int, shape: tuple[int, int]) -> NDArray[Any]:
        init = self._spec.init
        factor = None if self._one else of_normals(init, shape)
        if factor is None or prod(shape) > _FEW_WEIGHTS:
            return sampled(init, self._source(WEIGHTS, number), shape)
        normals = self._normals.of(partial(self._source, WEIGHTS, number), number, shape)
        with np.errstate(over="ignore"):
            return _checked(init, factor * normals, shape)

    def cotangent(self) -> NDArray[Any]:
        """Return the gradient to go back from, perhaps read-only; no other draw depends on it."""
        return self._rows(_Rows.of_cotangent(self._spec), COTANGENT)

    def _rows(self, rows: _Rows, key: int) -> NDArray[Any]:
        count = self._spec.samples
        if self._one is None and count * rows.width <= _FEW_VALUES:
            return _common(rows, self._spec.seed, key, count)
        return rows.drawn(self._source(key), count)


class BlockDraws:
    """The same draws in blocks of samples, which come in order, and layers for every wave again.

    Parameters
    ----------
    spec : StackSpec
        Whose they are.
    rows : int
        How many samples are drawn at once, where some are drawn for nobody.
    """

    def __init__(self, spec: StackSpec, rows: int) -> None:
        self._spec = spec
        self._input: RandomSource
        self._cotangent: RandomSource | None = None
        self._after_input: dict[str, Any] | None = None
        if spec.rng == "spawned":
            self._input = np.random.default_rng(spawned(spec.seed, INPUT))
            self._cotangent = np.random.default_rng(spawned(spec.seed, COTANGENT))
            return
        # In one stream all of the input comes before the first layer.
        self._input, ahead = (np.random.RandomState(spec.seed) for _ in range(2))
        for start in range(0, spec.samples, rows):
            _Rows.of_input(spec).drawn(ahead, min(rows, spec.samples - start))
        self._after_input = _state(ahead)

    def input(self, rows: int) -> NDArray[Any]:
        """Return the input of the next samples, shape (rows, input width)."""
        return _Rows.of_input(self._spec).drawn(self._input, rows)

    def layers(self) -> Draws:
        """Return the draws of the layers, from the first one on."""
        found = Draws(self._spec)
        if self._after_input is not None:
            found.begin_at(self._after_input)
        return found

    def cotangent(self, rows: int, layers: Draws) -> NDArray[Any]:
        """Return the gradients to go back from of the next samples, after all layers."""
        if self._cotangent is None:
            self._cotangent = np.random.RandomState()
            self._cotangent.set_state(layers.state())
        return _Rows.of_cotangent(self._spec).drawn(self._cotangent, rows)


def _state(source: np.random.RandomState) -> dict[str, Any]:
    found: Any = source.get_state(legacy=False)
    return dict(found)
