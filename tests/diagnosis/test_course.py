"""A course as a value: which total its word stands for, and both sides of every border."""

import json
from math import nextafter

import pytest

from actviz.diagnosis.course import (
    LEAST_FACTOR,
    LEAST_TOTAL,
    MOST_FACTOR,
    MOST_TOTAL,
    MUCH,
    Becomes,
    Course,
    becomes,
    root,
)


def test_a_root_is_the_geometric_mean_of_the_steps():
    assert root(0.5 * 0.2 * 2.0, 3) == pytest.approx(0.2 ** (1 / 3))
    assert root(1e300, 600) == pytest.approx(10**0.5)
    assert root(0.0, 4) == 0.0


@pytest.mark.parametrize(
    ("total", "steps", "beyond", "what"),
    [
        (MUCH, 100, 1, Becomes.EXPLODES),  # a factor of 1.03, which alone is no growth
        (1 / MUCH, 100, 0, Becomes.VANISHES),
        (LEAST_TOTAL, 1, 0, Becomes.DECLINES),
        (MOST_TOTAL, 1, 1, Becomes.GROWS),
        (LEAST_FACTOR**8, 8, 0, Becomes.DECLINES),
        (MOST_FACTOR**8, 8, 1, Becomes.GROWS),
    ],
)
def test_both_sides_of_a_border(total, steps, beyond, what):
    away = 1e-12 * total
    outside, inside = (total + away, total - away) if beyond else (total - away, total + away)
    assert becomes(outside, steps) is what
    assert becomes(inside, steps) is Becomes.KEEPS


def test_no_loss_that_a_float_holds_is_kept():
    assert becomes(0.0, 4) is Becomes.VANISHES
    assert becomes(nextafter(0.0, 1.0), 1000) is Becomes.VANISHES


def test_a_word_stands_for_mean_field_unless_the_simulation_differs():
    course = Course(becomes=Becomes.KEEPS, steps=2, total=4.0, expected=9.0)
    assert (course.factor, course.judged, course.judged_factor) == pytest.approx((2.0, 9.0, 3.0))
    differs = Course(becomes=Becomes.KEEPS, steps=2, total=4.0, expected=9.0, differs=True)
    assert (differs.judged, differs.judged_factor) == pytest.approx((4.0, 2.0))
    alone = Course(becomes=Becomes.ABSENT)
    assert (alone.factor, alone.judged, alone.judged_factor) == (None, None, None)


def test_plain_types_have_the_simulation_s_factor():
    plain = Course(becomes=Becomes.GROWS, steps=2, total=4.0, expected=9.0, layer=3).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain == {
        "becomes": "grows",
        "factor": pytest.approx(2.0),
        "total": 4.0,
        "widths": 1.0,
        "mean_field": 9.0,
        "differs": False,
        "layer": 3,
    }
