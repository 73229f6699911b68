"""Random streams that several stacks read, each at its own pace, and that are drawn from once.

With `actviz.simulation`, the room where Generators are made. It knows keys and seeds, and neither
layers nor laws: a reader gets, bit for bit, what a generator of its own would have given it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from actviz.initializer_laws import RandomSource
from actviz.spec import Rng


class _Call:
    """A place in a stream: what was asked of it there, what came, and how it stood before.

    Each place knows the one after it, and none before it: what all readers have passed is gone.
    """

    __slots__ = ("__weakref__", "asked", "following", "generator", "result", "state")

    def __init__(self, generator: RandomSource) -> None:
        #: At the end of what was drawn, where nobody has asked for anything yet; then None.
        self.generator: RandomSource | None = generator
        self.following: _Call
        self.result: NDArray[np.float64]

    def ask(self, asked: tuple[Any, ...]) -> None:
        generator, self.generator = cast(RandomSource, self.generator), None
        self.state = _state(generator)
        self.asked = asked
        self.result = _draw(generator, asked)
        self.following = _Call(generator)


class Stream:
    """A reader's place in a stream; actviz's own laws draw from it as from a `RandomSource`.

    The first reader that comes to a call has it made; the others find its result, as long as they
    ask for the same. One that asks for something else goes on with a generator of its own.
    """

    def __init__(self, make: Callable[[], RandomSource], start: _Call) -> None:
        self._make = make
        self._place: _Call | None = start
        self._own: RandomSource | None = None
        #: Whether the reader may write to what it is given, and is given copies for that.
        self.writable = True

    def standard_normal(self, size: Any) -> NDArray[np.float64]:
        """Draw as `numpy.random.Generator.standard_normal` does."""
        return self._next(("standard_normal", size))

    def uniform(self, low: float, high: float, size: Any) -> NDArray[np.float64]:
        """Draw as `numpy.random.Generator.uniform` does."""
        return self._next(("uniform", low, high, size))

    def generator(self) -> RandomSource:
        """Return the generator that the reader would have by itself, and read from it from now on.

        It stands where the reader is, whatever others have drawn.
        """
        if self._place is not None:
            place, self._place = self._place, None
            self._own = self._make()
            state = place.state if place.generator is None else _state(place.generator)
            if isinstance(self._own, np.random.RandomState):
                self._own.set_state(state)
            else:
                self._own.bit_generator.state = state
        return cast(RandomSource, self._own)

    def _next(self, asked: tuple[Any, ...]) -> NDArray[np.float64]:
        if (place := self._place) is not None:
            if place.generator is not None:
                place.ask(asked)
            if place.asked == asked:
                self._place = place.following
                if self.writable:
                    return place.result.copy()
                place.result.setflags(write=False)
                return place.result
        return _draw(self.generator(), asked)


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
        self._starts: dict[tuple[int, ...], tuple[Callable[[], RandomSource], _Call]] = {}

    def open(self, *key: int) -> Stream:
        """Return a reader at the beginning of the stream of a key."""
        if self._rng == "legacy":
            key = ()
        if key not in self._starts:
            make = partial(self._generator, key)
            self._starts[key] = make, _Call(make())
        return Stream(*self._starts[key])

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
