"""What is a number, a finite one and an integer, over every kind of value that may be given."""

from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.numbers.scalars import (
    SMALLEST_NORMAL,
    check_not_negative,
    is_finite,
    is_integer,
    is_number,
)

LARGEST = np.finfo(float).max
VALUES = [  # value; is it a number, a finite one, an integer
    (0, "number finite integer"),
    (-3, "number finite integer"),
    (10**400, "number integer"),
    (-(10**400), "number integer"),
    (int(LARGEST), "number finite integer"),
    (np.int8(3), "number finite integer"),
    (1.0, "number finite"),
    (5e-324, "number finite"),
    (-LARGEST, "number finite"),
    (np.float32(0.1), "number finite"),
    (Fraction(1, 3), "number finite"),
    (nan, "number"),
    (inf, "number"),
    (-inf, "number"),
    (np.float32(nan), "number"),
    (True, ""),
    (np.True_, ""),
    (1j, ""),
    (Decimal(1), ""),
    ("1", ""),
    (None, ""),
    ([1.0], ""),
    (np.ones(1), ""),
    (float, ""),
]


@pytest.mark.parametrize(("value", "words"), VALUES, ids=lambda item: repr(item)[:20])
def test_what_is_a_number(value, words):
    found = (is_number(value), is_finite(value), is_integer(value))
    assert found == tuple(word in words for word in ("number", "finite", "integer"))
    assert all(type(answer) is bool for answer in found)


@pytest.mark.parametrize("dtype", SMALLEST_NORMAL)
def test_the_smallest_number_with_all_its_digits_is_numpy_s(dtype):
    assert SMALLEST_NORMAL[dtype] == float(np.finfo(dtype).smallest_normal)


def test_what_is_below_0_or_no_number_is_named():
    check_not_negative(q=0.0, sigma_w2=np.float32(2))
    for wrong in (-1e-300, nan, inf):
        with pytest.raises(SpecError, match=rf"^b must be a finite number >= 0 \(got {wrong}\)"):
            check_not_negative(a=1.0, b=wrong)
