"""Random streams that several stacks read, each at its own pace, and that are drawn from once.

With `actviz.simulation.stacks`, the room where Generators are made. It knows keys and seeds, and
neither layers nor laws: a reader gets, bit for bit, what a generator of its own would have given
it.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from actviz.layers.initializer_laws import RandomSource
from actviz.records.spec import Rng


class _Place:
    """A place in a stream: what was asked of it there, what came, and where that led.

    Each place knows the ones after it, and none before it: what all readers have passed is gone.
    """

    __slots__ = ("__weakref__", "_generator", "_make", "_state", "_taken")

    def __init__(self, make: Callable[[], RandomSource], generator: RandomSource) -> None:
        self._make = make
        #: None once it has gone on; its state then tells how it stood here.
        self._generator: RandomSource | None = generator
        self._state: Any = None
        self._taken: dict[tuple[Any, ...], tuple[NDArray[np.float64], _Place]] = {}

    def ask(self, asked: tuple[Any, ...]) -> tuple[NDArray[np.float64], "_Place"]:
        """Return what a call draws here, and the place after it."""
        if asked not in self._taken:
            if self._generator is None:
                generator = self.generator()
            else:
                self._state = _state(self._generator)
                generator, self._generator = self._generator, None
            self._taken[asked] = _draw(generator, asked), _Place(self._make, generator)
        return self._taken[asked]

    def generator(self) -> RandomSource:
        """Return a new generator that stands here."""
        state = self._state if self._generator is None else _state(self._generator)
        generator = self._make()
        if isinstance(generator, np.random.RandomState):
            generator.set_state(state)
        else:
            generator.bit_generator.state = state
        return generator


class Stream:
    """A reader's place in a stream; actviz's own laws draw from it as from a `RandomSource`.

    The first reader that asks for something has it drawn; the others that ask for the same there
    find its result.
    """

    def __init__(self, start: _Place | None, own: RandomSource | None = None) -> None:
        self._place = start
        self._own = own
        #: Whether the reader may write to what it is given, and is given copies for that.
        self.writable = True

    def standard_normal(self, size: Any) -> NDArray[np.float64]:
        """Draw as `numpy.random.Generator.standard_normal` does."""
        return self._next(("standard_normal", size))

    def uniform(self, low: float, high: float, size: Any) -> NDArray[np.float64]:
        """Draw as `numpy.random.Generator.uniform` does."""
        return self._next(("uniform", low, high, size))

    def fork(self) -> "Stream":
        """Return another reader that stands here, and leaves this one where it is."""
        if self._place is not None:
            other = Stream(self._place)
        else:
            other = Stream(None, deepcopy(self._own))
        return other

    def generator(self) -> RandomSource:
        """Return the generator that the reader would have by itself, and read from it from now on.

        It stands where the reader is, whatever others have drawn.
        """
        if self._place is not None:
            self._own, self._place = self._place.generator(), None
        return cast(RandomSource, self._own)

    def _next(self, asked: tuple[Any, ...]) -> NDArray[np.float64]:
        if self._place is None:
            return _draw(self.generator(), asked)
        result, self._place = self._place.ask(asked)
        if self.writable:
            return result.copy()
        result.setflags(write=False)
        return result


class Streams:
    """The streams of a seed.

    Parameters
    ----------
    rng : {"spawned", "legacy"}
        "spawned": each key has a stream of its own. "legacy": all keys have the same one.
    seed : int
        0 to 2^63 - 1, or with "legacy" 0 to 2^32 - 1.
    """

    def __init__(self, rng: Rng, seed: int) -> None:
        self._rng, self._seed = rng, seed
        self._starts: dict[tuple[int, ...], _Place] = {}

    def open(self, *key: int) -> Stream:
        """Return a reader at the beginning of the stream of a key."""
        if self._rng == "legacy":
            key = ()
        if key not in self._starts:
            make = partial(self._generator, key)
            self._starts[key] = _Place(make, make())
        return Stream(self._starts[key])

    def forget(self) -> None:
        """Let go of all beginnings. Readers under way keep their places; no others may come."""
        self._starts.clear()

    def _generator(self, key: tuple[int, ...]) -> RandomSource:
        if self._rng == "legacy":
            return np.random.RandomState(self._seed)
        return np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=key))


def _draw(generator: RandomSource, asked: tuple[Any, ...]) -> NDArray[np.float64]:
    method, *arguments, size = asked
    drawn: NDArray[np.float64] = getattr(generator, method)(*arguments, size=size)
    return drawn


def _state(generator: RandomSource) -> Any:
    if isinstance(generator, np.random.RandomState):
        return generator.get_state(legacy=False)
    return generator.bit_generator.state
