"""A corner of a layer's values: the first inputs and units, for those who want to see them.

The one place where a Record keeps values. They are few, whatever the layer's size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from actviz.errors import RecordError
from actviz.numbers.frozen import MadeAgain

#: Inputs and units at most: as many dots as an eye can tell apart on a slide.
MOST = (60, 60)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitSample(MadeAgain):
    """The values of a layer's first units for its first inputs.

    Parameters
    ----------
    values : ndarray, shape (inputs, units)
        float64, a read-only copy. What is not finite is NaN.

    Raises
    ------
    RecordError
        If they are none, or more than `MOST`.

    Examples
    --------
    >>> UnitSample(values=np.eye(3)[:2]).to_list()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """

    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64)
        fits = values.ndim == 2 and all(0 < n <= m for n, m in zip(values.shape, MOST, strict=True))
        if not fits:
            raise RecordError(
                f"a unit sample must be of 1 to {MOST[0]} inputs and 1 to {MOST[1]} units "
                f"(got shape {values.shape})"
            )
        values[~np.isfinite(values)] = np.nan
        values.setflags(write=False)
        object.__setattr__(self, "values", values)

    @classmethod
    def of(cls, values: NDArray[Any], most: tuple[int, int]) -> Self:
        """Return at most so many inputs and units of `values`, shape (samples, units)."""
        inputs, units = most
        return cls(values=values[:inputs, :units])

    def to_list(self) -> list[list[float | None]]:
        """Return the values input by input, null where they are not finite."""
        return [[None if v != v else v for v in row] for row in self.values.tolist()]

    @classmethod
    def from_list(cls, rows: Sequence[Sequence[float | None]]) -> Self:
        """Return the sample of such a list.

        Raises
        ------
        RecordError
            If it is no table of numbers.
        """
        values = np.array([[np.nan if v is None else v for v in row] for row in rows])
        if values.dtype.kind not in "fi":
            raise RecordError("a unit sample must be rows of numbers")
        return cls(values=values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, UnitSample):
            return NotImplemented
        return np.array_equal(self.values, other.values, equal_nan=True)

    def __hash__(self) -> int:
        return hash((self.values.shape, np.nan_to_num(self.values).sum()))
