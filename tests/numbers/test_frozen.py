"""Values with arrays: a copy of one is made again, checks and all."""

import copy
import pickle
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from actviz.numbers.frozen import MadeAgain, OfArrays


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Positive(MadeAgain):
    """An array of positive numbers that nobody writes to."""

    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        own = np.array(self.values, np.float64)
        if not (own > 0).all():
            raise ValueError("not positive")
        own.setflags(write=False)
        object.__setattr__(self, "values", own)


COPIES = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}
every_way = pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)


@every_way
def test_a_copy_is_read_only_as_the_value_is(again):
    value = Positive(values=np.array([1.0, 2.0]))
    copied = again(value)
    assert type(copied) is Positive
    assert copied.values.tolist() == [1.0, 2.0]
    assert not copied.values.flags.writeable
    assert not np.shares_memory(copied.values, value.values)


@every_way
def test_a_copy_goes_through_the_checks(again):
    value = Positive(values=np.array([1.0]))
    object.__setattr__(value, "values", np.array([-1.0]))
    with pytest.raises(ValueError, match="not positive"):
        again(value)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Two(OfArrays):
    first: np.ndarray
    second: np.ndarray


def test_values_of_arrays_are_equal_where_all_of_them_are():
    one = Two(first=[1.0, np.nan], second=3)
    assert one == Two(first=np.array([1.0, np.nan]), second=3.0)
    assert one != Two(first=[1.0, 2.0], second=3.0)
    assert one != Two(first=[1.0, np.nan], second=[3.0])
    assert one != (one.first, one.second)


def test_values_of_arrays_keep_their_own_and_let_nobody_write_to_them():
    given = np.zeros(2)
    value = Two(first=given, second=given)
    given[0] = 1.0
    assert value.first.tolist() == [0, 0]
    with pytest.raises(ValueError, match="read-only"):
        value.first[0] = 1.0
