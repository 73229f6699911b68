"""Values with arrays that stay read-only: through pickle and copy they are made again."""

from dataclasses import fields
from typing import Any

import numpy as np


class MadeAgain:
    """A frozen dataclass whose copies, pickled or not, go through its checks again."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        kept = {item.name: getattr(self, item.name) for item in fields(self)}  # type: ignore[arg-type]  # of a dataclass
        return _made, (type(self), kept)


class OfArrays(MadeAgain):
    """A frozen dataclass of arrays of floats alone: read-only, and equal where all of them are.

    A nan is equal to another.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]  # of a dataclass
            array = np.array(getattr(self, item.name), dtype=np.float64)
            array.setflags(write=False)
            object.__setattr__(self, item.name, array)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = [item.name for item in fields(self)]  # type: ignore[arg-type]
        return all(
            np.array_equal(getattr(self, name), getattr(other, name), equal_nan=True)
            for name in names
        )

    __hash__ = None  # type: ignore[assignment]  # as of everything that compares arrays


def _made(kind: type[Any], kept: dict[str, Any]) -> Any:
    return kind(**kept)
