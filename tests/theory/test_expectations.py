"""Moments and half distances against mpmath, scipy and closed forms, over the range promised."""

import dataclasses
import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest
from oracles import forward, gaussian

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.theory import half_distance, moments
from actviz.theory.expectations import _by_quadrature, half_distances, slope_product

NAMES = [name for name, row in ACTIVATIONS.items() if name == row.name]
each = pytest.mark.parametrize("name", NAMES)

#: The accuracy that the docstrings promise.
PROMISED, PROMISED_OF_PAIRS = 1e-9, 1e-8


def bare(name: str, **changes: object) -> Activation:
    """Return a row under another name, so that no closed form is known for it."""
    return replace(ACTIVATIONS[name], name="bare", slopes=None, **changes)


def test_the_oracle_knows_every_activation():
    assert sorted(gaussian.PAIRS) == sorted(NAMES)


#: Every activation at 1; at the ends of the range three stand for all; the heavy tests see each.
MOMENTS = [(name, q) for q in (1e-8, 1.0, 1e4) for name in NAMES]
ENDS = ("sigmoid", "gelu", "selu")


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "q"),
    [
        (name, q) if q == 1.0 or name in ENDS else pytest.param(name, q, marks=pytest.mark.heavy)
        for name, q in MOMENTS
    ],
)
def test_moments(name, q):
    fn, slope = gaussian.PAIRS[name]
    mean = gaussian.expectation(fn, q)
    wanted = {
        "mean": mean,
        "second": gaussian.expectation(lambda z: fn(z) ** 2, q),
        "slope_second": gaussian.expectation(lambda z: slope(z) ** 2, q),
    }
    for found in (moments(ACTIVATIONS[name], q), _by_quadrature(ACTIVATIONS[name], q)):
        for key, value in wanted.items():
            # A mean that vanishes by symmetry, or by selu's constants, is compared with the rms.
            size = math.sqrt(wanted["second"]) * 1e-6 if key == "mean" else 0.0
            assert getattr(found, key) == pytest.approx(value, rel=PROMISED, abs=PROMISED * size), (
                key
            )


@pytest.mark.parametrize("q", [49.9, 50.1, 1e6, 1e12, 9e29])
def test_hard_tanh_far_out(q):
    """What lies within ±1 is a difference of what is nearly the same: at 9e29 it was 10 % off."""
    with mpmath.workdps(60):
        t = 1 / mpmath.sqrt(2 * mpmath.mpf(q))
        middle = q * (mpmath.erf(t) - 2 * t * mpmath.exp(-t * t) / mpmath.sqrt(mpmath.pi))
        second = middle + mpmath.erfc(t)
    found = moments(ACTIVATIONS["hard_tanh"], q)
    assert found.growth == pytest.approx(float(middle), rel=1e-13)
    assert found.second == pytest.approx(float(second), rel=1e-15)


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "q"),
    [
        (name, q) if q == 3.0 or name in ENDS else pytest.param(name, q, marks=pytest.mark.heavy)
        for name in NAMES
        for q in (1e-8, 3.0)
    ],
)
def test_variance_and_growth_keep_their_digits(name, q):
    fn, slope = gaussian.PAIRS[name]
    found = moments(ACTIVATIONS[name], q)
    middle = gaussian.expectation(fn, q, digits=25)
    assert found.variance == pytest.approx(
        gaussian.expectation(lambda z: (fn(z) - middle) ** 2, q), rel=PROMISED
    )
    assert found.growth == pytest.approx(
        gaussian.expectation(lambda z: z * fn(z) * slope(z), q), rel=PROMISED
    )


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "q"), [("sigmoid", 1e-30), ("sigmoid", 1e-12), ("softplus", 1e-12), ("elu", 1e-30)]
)
def test_what_hardly_varies_keeps_its_digits(name, q):
    """Of a value near φ(0) ≠ 0 the difference from it has few digits left, or none."""
    fn, slope = gaussian.PAIRS[name]
    with mpmath.workdps(70):
        origin = fn(mpmath.mpf(0))
        wanted = {
            "second": gaussian.expectation(lambda z: fn(z) ** 2, q, digits=70),
            # Less the square of the mean's shift, which is a share of q of it at most.
            "variance": gaussian.expectation(lambda z: (fn(z) - origin) ** 2, q, digits=70)
            - float(mpmath.mpf(gaussian.expectation(lambda z: fn(z) - origin, q, digits=70)) ** 2),
            "slope_second": gaussian.expectation(lambda z: slope(z) ** 2, q, digits=70),
        }
    for found in (moments(ACTIVATIONS[name], q), _by_quadrature(ACTIVATIONS[name], q)):
        for key, value in wanted.items():
            assert getattr(found, key) == pytest.approx(value, rel=1e-12, abs=0), key


@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_what_hardly_varies_asks_for_no_more_nodes(name):
    """Its rounding is smooth: halved panels found noise, and were halved 40 times."""
    asked = []

    def counted(x):
        asked.append(x.size)
        return ACTIVATIONS[name].fn(x)

    own = bare(name, fn=counted)
    for q in (1.0, 1e-12, 1e-20, 1e-30):
        asked.clear()
        moments(own, q)
        assert sum(asked) < 2000, q


@pytest.mark.parametrize("kink", [1e-3, 4e-6])
def test_a_kink_beside_zero_is_not_smoothed(kink):
    """φ = 1 + max(x, kink): the mean slope from 0 on is wrong beyond the kink."""
    bent = Activation(
        name="bent",
        label="bent",
        fn=lambda x: 1 + np.maximum(x, kink),
        derivative=lambda x: np.where(x > kink, 1.0, 0.0),
        bounds=(1.0, math.inf),
        max_slope=1.0,
        formula="1 + max(x, a)",
        source="a test",
        kinks=(kink,),
    )
    tail = math.erfc(1 / math.sqrt(2)) / 2  # q = kink², so that the kink is at one sigma
    bell = math.exp(-0.5) / math.sqrt(2 * math.pi)
    # E max(s, 1)  and  E max(s, 1)²  of a standard normal s
    first, second = 1 - tail + bell, 1 - tail + (tail + bell)
    wanted = kink**2 * (second - first**2)
    assert moments(bent, kink**2).variance == pytest.approx(wanted, rel=1e-16 / kink)


def test_the_published_moments():
    for name, mean, second, slope in (
        ("tanh", 0.0, 0.3942944904, 0.4644029024),
        ("sigmoid", 0.5, 0.2933790359, 0.0448362414),
        ("relu", 0.3989422804, 0.5, 0.5),
    ):
        found = moments(ACTIVATIONS[name], 1.0)
        for got, printed in zip(
            (found.mean, found.second, found.slope_second), (mean, second, slope), strict=True
        ):
            assert got == pytest.approx(printed, abs=0.5e-10)


def test_gauss_hermite_would_be_off_where_the_panels_are_not():
    nodes, weights = np.polynomial.hermite_e.hermegauss(201)
    hermite = float(weights @ np.tanh(10 * nodes) ** 2) / weights.sum()
    assert 1 - hermite / moments(ACTIVATIONS["tanh"], 100.0).second == pytest.approx(
        0.018, abs=5e-4
    )


def test_a_kink_that_nobody_named_is_found():
    a = 0.6137  # no panel ends there
    row = ACTIVATIONS["hard_tanh"]
    hidden = replace(
        row,
        name="hidden",
        fn=lambda x: a * row(x / a),
        derivative=lambda x: row.derivative(x / a),
        kinks=(),
    )
    for q in (1e-2, 1.0, 50.0):
        found, wanted = moments(hidden, q), moments(row, q / a**2)
        assert found.second == pytest.approx(a * a * wanted.second, rel=PROMISED)
        assert found.slope_second == pytest.approx(wanted.slope_second, rel=PROMISED)
        assert found.growth == pytest.approx(a * a * wanted.growth, rel=PROMISED)


def test_a_function_of_one_s_own():
    sine = Activation(
        name="sine",
        label="sine",
        fn=np.sin,
        derivative=np.cos,
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="sin x",
        source="Sitzmann et al. 2020",
    )
    for q in (1e-8, 1e-2, 1.0, 100.0, 1e4):
        found = moments(sine, q)
        assert found.second == pytest.approx(-math.expm1(-2 * q) / 2, rel=PROMISED)
        assert found.slope_second == pytest.approx((1 + math.exp(-2 * q)) / 2, rel=PROMISED)


def test_nothing_but_rounding_is_left_of_an_odd_mean():
    for name in ("tanh", "softsign", "hard_tanh", "identity"):
        assert moments(ACTIVATIONS[name], 3.0).mean == 0


def test_no_spread_at_all():
    found = moments(ACTIVATIONS["softplus"], 0.0)
    assert (found.mean, found.variance, found.growth) == (pytest.approx(math.log(2)), 0, 0)
    assert moments(ACTIVATIONS["relu"], 0.0).slope_second == 0.5  # both sides of the kink
    assert moments(ACTIVATIONS["hard_tanh"], 0.0).slope_second == 1


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
@pytest.mark.parametrize("gap", [1.9, 1.0, 0.5, 1e-2, 1e-6, 1e-12, 1e-15])
@pytest.mark.parametrize("q", [1e-8, 2.0, 1e4])
def test_two_lines_by_the_arc_cosine_kernel_and_by_quadrature(name, gap, q):
    row = ACTIVATIONS[name]
    wanted = gaussian.arc_cosine_distance(*row.slopes, q, gap)
    assert half_distance(row, q, q * gap) == pytest.approx(wanted, rel=1e-12)
    by_quadrature = half_distance(bare(name), q, q * gap)
    # q (1 - c) is rounded where gap q is; twice the promise for opposite inputs, as it says.
    limit = PROMISED_OF_PAIRS * (2 if gap > 1 else 1)
    assert by_quadrature == pytest.approx(wanted, rel=limit)


@pytest.mark.parametrize("gap", [1.7, 0.6, 0.05, 1e-3])
@pytest.mark.parametrize("q", [1e-4, 1.0, 30.0])
def test_gelu_by_its_closed_form_and_by_quadrature(gap, q):
    closed = half_distance(ACTIVATIONS["gelu"], q, q * gap)
    # The closed form is a difference, good to eps / gap.
    assert half_distance(bare("gelu"), q, q * gap) == pytest.approx(closed, rel=2e-8)


@each
@pytest.mark.parametrize("root", [1e-8, 0.02, 0.3, 0.83, 1.0, 1.7, 9.0, 42.0])
def test_many_distances_at_once_are_those_one_by_one(name, root):
    """On either side of where the lattice takes over from Gauss's nodes: σ_v = 1/2."""
    row, q = ACTIVATIONS[name], root * root
    distances = q * np.array([1e-12, 1e-6, 1e-3, 0.02, 0.3, 0.7, 0.95, 1.0])
    near = 0.5 + np.array([-1e-3, 0.0, 1e-3])
    distances = np.concatenate([distances, near[near < q]])
    wanted = [half_distance(row, q, each) for each in distances.tolist()]
    assert half_distances(row, q, distances) == pytest.approx(wanted, rel=5e-8)


def test_many_distances_of_what_may_have_a_kink_are_taken_one_by_one():
    bent = replace(ACTIVATIONS["hard_tanh"], name="bent", kinks=())
    distances = np.array([0.01, 0.5, 2.0])
    wanted = [half_distance(bent, 2.0, each) for each in distances.tolist()]
    assert half_distances(bent, 2.0, distances).tolist() == wanted


@each
@pytest.mark.parametrize(("q", "c"), [(0.5, 0.3), (1.0, 0.9), (25.0, 0.6), (9.0, -0.5)])
def test_half_distance_by_a_square_of_nodes(name, q, c):
    row = ACTIVATIONS[name]
    wanted = gaussian.half_distance(forward.ACTIVATIONS[name], row.kinks, q, c)
    limit = PROMISED_OF_PAIRS * (1 if c > 0 else 2)
    assert half_distance(row, q, q * (1 - c)) == pytest.approx(wanted, rel=limit)


@each
@pytest.mark.parametrize("q", [1e-4, 1.0, 100.0])
def test_inputs_that_are_nearly_one_part_as_fast_as_the_slope_says(name, q):
    row = ACTIVATIONS[name]
    slope = moments(row, q).slope_second
    for gap in (1e-11, 1e-14):
        found = half_distance(row, q, q * gap) / (q * gap)
        # A kink takes a share of the order of the strip it is in, sqrt(gap); all else of q gap.
        limit = 2 * math.sqrt(gap) * (1 + math.sqrt(q)) if row.kinks else 3e-8
        assert found == pytest.approx(slope, rel=limit)


@each
def test_independent_opposite_and_equal_inputs(name):
    row, q = ACTIVATIONS[name], 2.0
    assert half_distance(row, q, 0.0) == 0
    assert half_distance(row, q, q) == moments(row, q).variance
    nearly = half_distance(bare(name), q, q * (1 - 1e-9))
    assert nearly == pytest.approx(moments(row, q).variance, rel=2e-8)
    odd = gaussian.expectation(
        lambda z: (gaussian.PAIRS[name].fn(z) - gaussian.PAIRS[name].fn(-z)) ** 2 / 2, q
    )
    assert half_distance(row, q, 2 * q) == pytest.approx(odd, rel=2e-8)


@each
def test_the_distance_s_slope_is_the_product_of_slopes(name):
    """d/dc E φ φ = q E φ' φ' (Price's theorem), by a central difference."""
    row, q, d, h = ACTIVATIONS[name], 1.5, 0.6, 1e-3
    rise = half_distance(row, q, d + h) - half_distance(row, q, d - h)
    assert slope_product(row, q, d) == pytest.approx(rise / (2 * h), rel=1e-5)


def test_far_out_everything_that_is_two_lines_is_two_lines():
    # From 1e12 on by the lines alone; at the last q before that by quadrature.
    for name in ("elu", "selu", "silu", "softplus", "gelu", "mish"):
        found = [half_distance(ACTIVATIONS[name], q, q / 4) / q for q in (0.99e12, 1.01e12)]
        assert found[0] == pytest.approx(found[1], rel=2e-6)
    assert half_distance(ACTIVATIONS["tanh"], 1e13, 0.25e13) < 1


@pytest.mark.parametrize(("q", "distance"), [(-1.0, 0.0), (1.0, -0.1), (1.0, 2.1), (math.inf, 1.0)])
def test_what_is_out_of_range(q, distance):
    with pytest.raises(SpecError, match=r"got|to 2 q"):
        half_distance(ACTIVATIONS["tanh"], q, distance)
    with pytest.raises(SpecError, match="q must be"):
        moments(ACTIVATIONS["tanh"], math.nan)


def test_moments_are_a_value():
    found = moments(ACTIVATIONS["relu"], 1.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.mean = 1.0
