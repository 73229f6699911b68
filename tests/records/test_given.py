"""Arrays as people give them: what becomes of them, and what is refused, by the layer's name."""

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.records.given import given_signals


def test_signals_are_in_order_and_an_array_alone_is_the_activation():
    z, a = np.ones((3, 2)), np.zeros((3, 2))
    found = given_signals("fc", {"activation": a, "preactivation": z})
    assert list(found) == ["preactivation", "activation"]
    assert found["activation"] is a or found["activation"].base is a
    assert list(given_signals("fc", a)) == ["activation"]


@pytest.mark.parametrize(
    ("given", "kept"), [("float16", "float32"), ("float32", "float32"), ("int64", "float64")]
)
def test_numbers_become_floats_that_hold_them(given, kept):
    assert given_signals("fc", np.ones((2, 2), given))["activation"].dtype == kept


def test_all_axes_but_the_units_are_samples():
    image = np.arange(24.0).reshape(2, 3, 2, 2)
    found = given_signals("conv", image, unit_axis=1)["activation"]
    np.testing.assert_array_equal(found, np.moveaxis(image, 1, -1).reshape(8, 3))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1.0, 2.0], r"layer 'fc' must be samples × units \(got shape \(2,\)\): reshape it"),
        (np.ones((0, 3)), "layer 'fc' has no values"),
        (5, r"^layer 'fc' must be an array, samples × units \(got 5\)$"),
        (None, r"^layer 'fc' must be an array, samples × units \(got None\)$"),
        (
            [[1.0, 2.0], [3.0]],
            "^layer 'fc' is no array of numbers, samples × units: its rows do not have one length$",
        ),
        ({"activation": [[1, [2]], [3, 4]]}, "samples × units: its rows do not have one length$"),
        ([["a"]], "layer 'fc' must hold real numbers"),
        ({"activation": np.ones((2, 2)), "slope": np.ones((2, 2))}, "no signal 'slope'"),
        ({"preactivation": np.ones((2, 2))}, "needs its activation"),
        ({"activation": np.ones((2, 2)), "gradient": np.ones((3, 2))}, "does not fit"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_one_line(given, message):
    with pytest.raises(SpecError, match=message) as error:
        given_signals("fc", given)
    assert "\n" not in str(error.value)


def test_what_a_tensor_says_of_itself_is_handed_on():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            raise ValueError("take .detach() first")

    with pytest.raises(SpecError, match=r"samples × units: take .detach\(\) first$"):
        given_signals("fc", Tensor())
