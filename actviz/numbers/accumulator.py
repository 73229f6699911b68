"""Accumulator: the statistics of a signal whose values come in batches.

Up to `EXACT_VALUES` the values are kept, and everything is what it is of an array that is all
there, to the last bit. Beyond, they become `actviz.numbers.sums.Sums` and are forgotten.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.numbers.sums import Asked, Sums

#: So many values of a signal are kept and ordered.
EXACT_VALUES = 1 << 20


class Accumulator:
    """Batches of the values of one signal, as they come.

    Parameters
    ----------
    asked : Asked
        What is asked of them.
    exact : int
        How many values are kept.

    Examples
    --------
    >>> whole = Accumulator(Asked(edges=(np.array([-1.0, 0.0, 1.0]),)))
    >>> for batch in np.linspace(-1.0, 1.0, 12).reshape(3, 2, 2):
    ...     whole.update(batch)
    >>> whole.sums().histograms[0].counts.tolist(), whole.samples
    ([6, 6], 6)
    """

    def __init__(self, asked: Asked, *, exact: int = EXACT_VALUES) -> None:
        self._asked, self._exact = asked, exact
        self._kept: list[NDArray[Any]] = []
        self._pending = 0
        self._sums: Sums | None = None
        #: How many rows there were.
        self.samples = 0

    @property
    def is_exact(self) -> bool:
        """Whether all values are still there."""
        return self._sums is None

    @property
    def asked(self) -> Asked:
        """What is asked of the values."""
        return self._asked

    def count_between(self, *edges: NDArray[np.float64]) -> None:
        """Ask for histograms between edges, of values that are all still there."""
        if not self.is_exact:
            raise SpecError("values that are forgotten cannot be counted between other edges")
        self._asked = replace(self._asked, edges=edges)

    def fits(self, more: int) -> bool:
        """Return whether all values would be kept if there were so many more."""
        return self.is_exact and self._pending + more <= self._exact

    def update(self, values: NDArray[Any]) -> None:
        """Add a batch, shape (samples, units), of float32 or float64: it is not copied."""
        self.samples += len(values)
        self._keep(values)

    def _keep(self, values: NDArray[Any]) -> None:
        if self._pending and self._pending + values.size > self._exact:
            self._forget()
        self._kept.append(values)
        self._pending += values.size
        if self._pending > self._exact:
            self._forget()

    def merge(self, other: "Accumulator") -> None:
        """Add the values of another accumulator, of which the same is asked; it stays as it is."""
        self.samples += other.samples
        if other._sums is not None:
            self._forget()
            self._add(other._sums)
        for values in other._kept:
            self._keep(values)

    def _forget(self) -> None:
        if self._kept:
            self._add(Sums.of(_joined(self._kept), self._asked))
            self._kept, self._pending = [], 0

    def _add(self, sums: Sums) -> None:
        self._sums = sums if self._sums is None else self._sums.merge(sums)

    def values(self) -> NDArray[Any]:
        """Return all values, shape (samples, units), while they are still there."""
        if not self.is_exact:
            raise SpecError("values that are forgotten are not there any more: ask for their sums")
        self._kept = [_joined(self._kept)]
        return self._kept[0]

    def sums(self) -> Sums:
        """Return the sums over all values."""
        if not self._kept:
            assert self._sums is not None
            return self._sums
        rest = Sums.of(_joined(self._kept), self._asked)
        return rest if self._sums is None else self._sums.merge(rest)


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
