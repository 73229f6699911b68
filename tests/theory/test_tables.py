"""Moments and pairs from tables, against the functions that take them one by one."""

import math
from dataclasses import replace

import numpy as np
import pytest

from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.theory import half_distance, moments
from actviz.theory.tables import LOWEST, LatticeCurve, moment_curves, pair_rows

NAMES = [name for name, row in ACTIVATIONS.items() if name == row.name]
each = pytest.mark.parametrize("name", NAMES)

#: What the docstrings promise; a kink beside 0 has no smooth row to be found in.
PROMISED, PROMISED_OF_SHARES = 1e-8, {"hard_tanh": 5e-5}


def curves_at(activation, q):
    found = moment_curves(activation)
    t = np.log(q)
    return {
        "second": q * np.exp(found.second.at(t)[0]),
        "variance": q * np.exp(found.variance.at(t)[0]),
        "slope_second": np.exp(found.slope_second.at(t)[0]),
    }


@each
def test_the_curves_are_the_moments(name):
    row, rng = ACTIVATIONS[name], np.random.default_rng(1)
    q = np.concatenate([[1e-30, 1.0, 1e30], np.exp(rng.uniform(math.log(1e-30), 40, 20))])
    found = curves_at(row, q)
    for k, each in enumerate(q):
        wanted = moments(row, float(each))
        for key, values in found.items():
            assert values[k] == pytest.approx(getattr(wanted, key), rel=PROMISED, abs=0), (key, q)


@each
def test_the_slope_of_the_second_moment_is_its_growth(name):
    row = ACTIVATIONS[name]
    for q in (1e-6, 0.3, 2.0, 50.0):
        wanted = moments(row, q)
        steepness = moment_curves(row).second.at(np.array([math.log(q)]))[1][0]
        assert 1 + steepness == pytest.approx(wanted.growth / wanted.second, abs=1e-6)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "selu"])
def test_beyond_the_nodes_the_curves_go_on(name):
    row = ACTIVATIONS[name]
    far = np.array([1e-200, 1e-40, 1e40, 1e200])
    inner = curves_at(row, np.array([1e-29, 1e-29, 1e29, 1e29]))
    for key, values in curves_at(row, far).items():
        # Each goes as a power of q there: 0, 1, or -1/2 for the slope of a bounded one.
        power = {"slope_second": (0, -0.5 if row.bounded else 0)}.get(
            key, (0 if key == "second" and name == "sigmoid" else 1, 0 if row.bounded else 1)
        )
        powers = np.repeat(power, 2)
        wanted = inner[key] * (far / [1e-29, 1e-29, 1e29, 1e29]) ** powers
        assert values == pytest.approx(wanted, rel=1e-6), key


def test_a_function_of_one_s_own_is_taken_point_by_point_where_it_must():
    """E sin² has a closed form; far out a sine is not smooth over log z."""
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
    q = np.array([1e-8, 0.2, 3.0, 40.0])
    found = curves_at(sine, q)
    assert found["second"] == pytest.approx(-np.expm1(-2 * q) / 2, rel=PROMISED)
    assert found["slope_second"] == pytest.approx((1 + np.exp(-2 * q)) / 2, rel=PROMISED)


def test_a_kink_beside_zero_is_seen_by_the_two_sums():
    bent = replace(ACTIVATIONS["hard_tanh"], name="bent", kinks=())
    q = np.array([0.05, 0.7, 9.0])
    for key, values in curves_at(bent, q).items():
        wanted = [getattr(moments(ACTIVATIONS["hard_tanh"], float(x)), key) for x in q]
        assert values == pytest.approx(wanted, rel=PROMISED), key


def test_a_curve_is_exact_for_cubics():
    t = LOWEST + 0.05 * np.arange(200)
    curve = LatticeCurve.through(t**3 - 4 * t)
    x = t[20:180:7] + 0.013
    value, slope = curve.at(x)
    assert value == pytest.approx(x**3 - 4 * x, rel=1e-12)
    assert slope == pytest.approx(3 * x**2 - 4, rel=1e-9)


@pytest.mark.wide
@each
def test_shares_are_half_distances(name):
    row, rng = ACTIVATIONS[name], np.random.default_rng(list(map(ord, name)))  # other places each
    q = np.exp(rng.uniform(math.log(1e-8), math.log(1e8), 12))
    gap = np.concatenate([[1.0], 10 ** rng.uniform(-8, 0, 11)])
    rows = pair_rows(row, q)
    found = np.exp(rows.log_share(rows.place(gap)))
    wanted = [
        half_distance(row, float(x), float(x * y)) / (x * y) for x, y in zip(q, gap, strict=True)
    ]
    limit = PROMISED_OF_SHARES.get(name, 1e-6)
    assert found == pytest.approx(wanted, rel=limit)
    assert rows.gap(rows.place(gap)) == pytest.approx(gap, rel=1e-12)


@each
def test_the_share_s_slope_is_a_difference_of_shares(name):
    rows = pair_rows(ACTIVATIONS[name], np.full(3, 2.3))
    gap, step = np.array([0.03, 0.4, 0.9]), 1e-4
    above, below = (rows.log_share(rows.place(gap * (1 + h))) for h in (step, -step))
    slope = rows.steepness(rows.place(gap))
    assert slope == pytest.approx((above - below) / (2 * step), abs=1e-6)


@pytest.mark.parametrize("name", ["tanh", "selu", "relu"])
def test_far_out_the_share_of_the_variance_stays(name):
    """Two steps, or two lines: nothing of the shape near 0 is left (arc sine, arc cosine)."""
    row, c = ACTIVATIONS[name], 0.6
    rows = pair_rows(row, np.array([1e20, 1e200]))
    found = np.exp(rows.log_share(rows.place(np.full(2, 1 - c)))) * (1 - c)
    if name == "tanh":
        wanted = np.array([1e-20, 1e-200]) * (1 - 2 / math.pi * math.asin(c))
    else:
        kept = (math.sqrt(1 - c * c) + (math.pi - math.acos(c)) * c) / math.pi
        scale = (1.0507009873554805 if name == "selu" else 1.0) ** 2
        wanted = np.full(2, scale * (1 - kept) / 2)
    assert found == pytest.approx(wanted, rel=1e-5)


def test_rows_of_nothing_are_those_of_a_tiny_signal():
    rows = pair_rows(ACTIVATIONS["elu"], np.array([0.0, 1e-300]))
    assert np.exp(rows.log_share(rows.place(np.array([0.5, 0.5])))) == pytest.approx(1, rel=1e-6)
