"""What texts say of an axis, held to numpy; and what is said of texts that cannot be read."""

import numpy as np
import pytest

from actviz.errors import SpecError
from actviz.sweeps.axes import AXIS_EXAMPLES, COUNTED, DIGITS, _rounded, read_axis

#: Half a step of the last digit that values have.
ROUNDED = 0.5 * 10.0 ** (1 - DIGITS)


def test_logspace_has_numpys_values():
    found = read_axis("std", "logspace:-3:0.5:60").values()
    np.testing.assert_allclose(found, np.logspace(-3, 0.5, 60), rtol=ROUNDED)
    assert found[0] == 0.001


def test_a_span_of_scales_is_spaced_by_factors_and_has_its_ends():
    found = read_axis("std", "0.001..3:60").values()
    np.testing.assert_allclose(found, np.geomspace(0.001, 3, 60), rtol=ROUNDED)
    assert (found[0], found[-1]) == (0.001, 3.0)


def test_linspace_has_numpys_values():
    found = read_axis("bias_std", "linspace:0:0.5:6").values()
    np.testing.assert_allclose(found, np.linspace(0, 0.5, 6), rtol=ROUNDED)


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("std", "0.1", (0.1,)),
        ("std", ".5, 1e-2,3.", (0.5, 0.01, 3.0)),
        ("std", "0.01,0.1..10:3", (0.01, 0.1, 1.0, 10.0)),
        ("std", "logspace:0:0:1", (1.0,)),
        ("depth", "5,10,20", (5, 10, 20)),
        ("depth", "5,10", (5, 10)),
        ("depth", "5,", (5,)),
        ("depth", "10..100:10", tuple(range(10, 101, 10))),
        ("width", "8..12", (8, 9, 10, 11, 12)),
        ("width", "logspace:0:3:4", (1, 10, 100, 1000)),
    ],
)
def test_a_text_has_these_values(name, text, values):
    grid = read_axis(name, text)
    assert grid.values() == values
    assert grid.count == len(values)
    assert all(type(value) is (int if name in COUNTED else float) for value in grid.values())


@pytest.mark.parametrize(
    "name", [name for name in AXIS_EXAMPLES if name not in ("activation", "init")]
)
def test_every_example_can_be_read(name):
    for text in AXIS_EXAMPLES[name].replace(" or ", ", ").split(", "):
        assert read_axis(name, text).values()


def test_many_values_are_counted_and_not_made():
    grid = read_axis("depth", "1..1000000000000")
    assert grid.count == 10**12
    assert read_axis("std", "logspace:-3:0:1000000000").count == 10**9


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("std", "", "lacks a number"),
        ("std", "0.1,,0.2", "lacks a number"),
        ("std", "nan", "has 'nan', which is no finite number"),
        ("std", "1e400", "has '1e400', which is no finite number"),
        ("std", "１０", "has '１０', which is no finite number"),
        ("std", "0,1", "may be 0.1, which has a point, or 0.0,1.0"),
        ("std", "1..3", "needs a count: 1..3:COUNT"),
        ("std", "0.1...3:4", "has three dots, which may be two and a decimal point"),
        ("std", "..3:4", "lacks a number"),
        ("std", "1..3:0", "needs a count, an integer >= 1 (got '0')"),
        ("std", "1..3:2.5", "needs a count, an integer >= 1 (got '2.5')"),
        ("std", "1..3:-2", "needs a count, an integer >= 1 (got '-2')"),
        ("std", "1..3:1", "has two ends and asks for one value between them"),
        ("std", "3..3:4", "asks for 4 values where there is one"),
        ("std", "0..3:4", "is spaced by factors, and has an end that is not above 0"),
        ("std", "logspace:-3:0", "needs logspace:FIRST:LAST:COUNT"),
        ("std", "logspace:-3:400:5", "has exponents of ten, up to 300 (got 400)"),
        ("depth", "5.0", "has '5.0', which is no integer"),
        ("depth", "1e3", "has '1e3', which is no integer"),
        ("depth", "1_0", "has '1_0', which is no integer"),
        ("depth", "9" * 40, "has a number of 40 digits, and goes up to 100,000"),
        ("width", "9" * 40, "has a number of 40 digits, and goes up to 10,000,000"),
        ("depth", "9" * 5000, "has a number of 5000 digits"),
        ("depth", "1..5:9", "asks for 9 integers where there are 5"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line_with_an_example(name, text, what):
    with pytest.raises(SpecError) as refusal:
        read_axis(name, text)
    message = str(refusal.value)
    assert message.startswith(name)
    assert what in message
    assert message.endswith(f": write {AXIS_EXAMPLES[name]}")
    assert "\n" not in message
    assert len(message) < 250


@pytest.mark.parametrize(
    ("name", "text", "low", "high"),
    [
        ("std", "10..0.1:3", "10", "0.1"),
        ("std", "logspace:0:-2:3", "1", "0.01"),
        ("bias_std", "linspace:1:0:3", "1", "0"),
        ("depth", "5..1", "5", "1"),
        ("width", "8,50..10:3", "50", "10"),
    ],
)
def test_a_range_that_falls_is_refused_whoever_asks(name, text, low, high):
    """A sweep, a map and a diagram; values one by one may stand in any order."""
    what = f"^{name} '{text}' falls from {low} to {high}, and an axis rises: write the lower end"
    with pytest.raises(SpecError, match=what):
        read_axis(name, text)
    assert read_axis(name, "2,1,3").values() == (2, 1, 3)


@pytest.mark.parametrize(("name", "text"), [("std", "0.1,1,0.1"), ("width", "logspace:0:1:8")])
def test_a_value_twice_is_refused(name, text):
    with pytest.raises(SpecError, match="twice"):
        read_axis(name, text).values()


@pytest.mark.parametrize(
    "values",
    [
        np.linspace(-3, 3, 5001),
        10.0 ** np.linspace(-300, 300, 5000),
        np.linspace(1e-7, 1e-6, 5000),
        np.arange(1, 5000) * 5e-11,  # halves of the last digit
        np.array([0.0, 1.0, 10.0, 0.1, 9.9999999999, 99999999995.0, 0.00012345678905, 1e10]),
    ],
)
def test_values_are_rounded_as_they_are_written(values):
    """What a file of rows says is what a stack is made of, to the last bit."""
    assert _rounded(values) == [float(f"{value:.{DIGITS}g}") for value in values]
