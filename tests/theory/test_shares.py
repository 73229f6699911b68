"""Predicted shares and densities: exact normal laws, scipy's quadrature, and drawn values."""

import dataclasses
import math

import numpy as np
import pytest
from oracles import forward
from scipy import stats

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.numbers.histogram import Histogram
from actviz.records.measuring import Measuring
from actviz.theory import density, predicted_shares
from actviz.theory.shares import saturated_share, zero_share

NAMES = [name for name, row in ACTIVATIONS.items() if name == row.name]
each = pytest.mark.parametrize("name", NAMES)


def edges_of(name):
    return Measuring().edges("activation", ACTIVATIONS[name])


@each
@pytest.mark.parametrize("q", [1e-6, 0.3, 1.0, 30.0, 1e4])
def test_all_shares_sum_to_one(name, q):
    found = predicted_shares(ACTIVATIONS[name], q, edges_of(name))
    assert found.below + found.shares.sum() + found.above == pytest.approx(1, abs=1e-14)
    assert found.shares.min() >= 0


@each
@pytest.mark.parametrize("q", [0.5, 6.0])
def test_drawn_values_fall_as_predicted(name, q):
    """A chi-square test against values that only the oracle's function has touched."""
    drawn = math.sqrt(q) * np.random.default_rng(7).standard_normal(200_000)
    counted = Histogram.of(forward.ACTIVATIONS[name](drawn), edges=edges_of(name))
    found = predicted_shares(ACTIVATIONS[name], q, edges_of(name))
    counts = np.array([counted.underflow, *counted.counts, counted.overflow])
    wanted = 200_000 * np.array([found.below, *found.shares, found.above])
    seen = wanted > 10
    chi2 = ((counts - wanted)[seen] ** 2 / wanted[seen]).sum()
    assert stats.chi2.sf(chi2, seen.sum() - 1) > 1e-4
    assert counts[wanted < 1e-9].sum() == 0


@each
@pytest.mark.parametrize("q", [0.4, 3.0])
def test_the_density_is_that_of_the_shares(name, q):
    row = ACTIVATIONS[name]
    edges = np.linspace(0.15, 0.85, 4)  # away from kinks, turning points and atoms
    found = predicted_shares(row, q, edges)
    nodes, weights = np.polynomial.legendre.leggauss(30)
    for low, high, share in zip(edges[:-1], edges[1:], found.shares, strict=True):
        half = (high - low) / 2
        area = half * weights @ density(row, q, (low + high) / 2 + half * nodes)
        assert area == pytest.approx(share, rel=1e-7, abs=1e-12)


def test_shares_by_the_normal_law():
    sigma = math.sqrt(1.7)
    edges = np.array([0.1, 0.5, 0.9])
    found = predicted_shares(ACTIVATIONS["sigmoid"], 1.7, edges)
    cuts = stats.norm.cdf(np.log(edges / (1 - edges)) / sigma)
    assert [found.below, *found.shares, found.above] == pytest.approx(
        [cuts[0], *np.diff(cuts), 1 - cuts[2]], rel=1e-12
    )


def test_an_atom_is_in_its_bin_and_can_be_taken_out():
    found = predicted_shares(ACTIVATIONS["relu"], 1.0, [0.0, 1.0, 2.0])
    assert found.atoms == ((0.0, 0.5),)
    assert found.zero == 0.5
    half = stats.norm.cdf([0, 1, 2])
    assert found.shares == pytest.approx([0.5 + half[1] - half[0], half[2] - half[1]], rel=1e-12)
    assert found.continuous == pytest.approx(np.diff(half), rel=1e-12)
    beside = predicted_shares(ACTIVATIONS["relu"], 1.0, [0.5, 1.0])
    assert (beside.below, beside.zero) == (
        pytest.approx(half[1] - 0.5 + 0.5 - (half[1] - stats.norm.cdf(0.5))),
        0.5,
    )

    walls = predicted_shares(ACTIVATIONS["hard_tanh"], 1.0, np.linspace(-1, 1, 5))
    assert [value for value, _ in walls.atoms] == [-1.0, 1.0]
    for _, share in walls.atoms:
        assert share == pytest.approx(stats.norm.sf(1), rel=1e-12)
    assert walls.above == 0  # the last bin has its right edge
    assert walls.continuous.sum() == pytest.approx(1 - 2 * stats.norm.sf(1), rel=1e-12)
    assert predicted_shares(ACTIVATIONS["tanh"], 1.0, [0.0, 1.0]).atoms == ()


def test_a_constant_is_one_atom():
    found = predicted_shares(ACTIVATIONS["sigmoid"], 0.0, [0.0, 0.5, 1.0])
    assert found.atoms == ((0.5, 1.0),)
    assert found.shares.tolist() == [0, 1]
    assert found.continuous.tolist() == [0, 0]


def test_a_function_that_rises_and_falls():
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
    found = predicted_shares(sine, 4.0, [-1.0, 0.0, 0.5, 1.0])
    # P(sin z > 1/2) over the arches within ten sigma.
    turns = 2 * math.pi * np.arange(-4, 5)
    wanted = np.diff(
        stats.norm.cdf(np.array([turns + math.pi / 6, turns + 5 * math.pi / 6]) / 2), axis=0
    )
    assert found.shares[2] == pytest.approx(wanted.sum(), rel=1e-10)
    assert found.shares[0] == pytest.approx(0.5, rel=1e-10)


@pytest.mark.parametrize(("name", "turn"), [("sigmoid", 2.0), ("tanh", 0.5)])
def test_two_humps_where_the_literature_has_them(name, turn):
    row = ACTIVATIONS[name]

    def humps(q):
        reach = 5 * math.sqrt(q)
        heights = density(row, q, row(np.linspace(-reach, reach, 2001)))
        inside = heights[1:-1]
        return int(((inside > heights[:-2]) & (inside > heights[2:])).sum())

    assert humps(turn * 0.98) == 1
    assert humps(turn * 1.02) == 2
    assert humps(turn * 8) == 2


def test_densities_by_their_formulas():
    a = np.array([-0.99, -0.3, 0.0, 0.7])
    wanted = stats.norm.pdf(np.arctanh(a), scale=math.sqrt(2.5)) / (1 - a * a)
    assert density(ACTIVATIONS["tanh"], 2.5, a) == pytest.approx(wanted, rel=1e-10)
    assert density(ACTIVATIONS["relu"], 1.0, [-1.0, 0.0, 1.0]) == pytest.approx(
        [0.0, stats.norm.pdf(0), stats.norm.pdf(1)], rel=1e-12
    )
    assert density(ACTIVATIONS["sigmoid"], 1.0, [[-0.1, 1.1]]).tolist() == [[0.0, 0.0]]
    # Beyond its minimum gelu is nowhere, and above it there are two arguments for each value.
    assert density(ACTIVATIONS["gelu"], 1.0, -0.2) == 0
    assert density(ACTIVATIONS["gelu"], 1.0, -0.1) > density(ACTIVATIONS["relu"], 1.0, 0.1)


@pytest.mark.wide
@each
@pytest.mark.parametrize("q", [0.2, 5.0, 400.0])
def test_zero_and_saturated_shares(name, q):
    row = ACTIVATIONS[name]
    # The middles of 400 001 cells of equal probability: each share is right to its borders' cells.
    z = math.sqrt(q) * stats.norm.ppf((np.arange(400_001) + 0.5) / 400_001)
    z[200_000] = 1e-9  # a zero by symmetry is no atom
    assert saturated_share(row, q) == pytest.approx(row.saturated(z).mean(), abs=1e-5)
    assert zero_share(row, q) == pytest.approx((row(z) == 0).mean(), abs=1e-5)


def test_shares_of_what_does_not_vary():
    assert zero_share(ACTIVATIONS["relu"], 0.0) == 1
    assert zero_share(ACTIVATIONS["sigmoid"], 0.0) == 0
    assert saturated_share(ACTIVATIONS["tanh"], 0.0) == 0


@pytest.mark.parametrize(
    "edges", [[0.0], [1.0, 0.0], [0.0, math.nan], [0.0, 0.0, 1.0], [[0.0, 1.0]], [0.0, math.inf]]
)
def test_edges_must_rise(edges):
    with pytest.raises(SpecError, match="edges must"):
        predicted_shares(ACTIVATIONS["tanh"], 1.0, edges)


def test_what_is_out_of_range():
    for q in (-1.0, math.nan, math.inf):
        with pytest.raises(SpecError, match="q must be"):
            predicted_shares(ACTIVATIONS["tanh"], q, [0.0, 1.0])
        with pytest.raises(SpecError, match="q must be"):
            density(ACTIVATIONS["tanh"], q, 0.5)
    with pytest.raises(SpecError, match="a constant has no density"):
        density(ACTIVATIONS["tanh"], 0.0, 0.5)


def test_shares_cannot_be_changed():
    found = predicted_shares(ACTIVATIONS["tanh"], 1.0, [0.0, 1.0])
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.below = 0.0
    with pytest.raises(ValueError, match="read-only"):
        found.edges[0] = 3.0


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("q", [10.0**k for k in range(-8, 5)])
def test_a_density_is_a_number_wherever_it_is_asked_for(name, q):
    """Warnings are errors here; far out, slopes underflow and densities do not fit a float."""
    values = np.concatenate([np.linspace(-9, 9, 181) * q**0.5, np.linspace(-1.1, 1.1, 45)])
    found = density(ACTIVATIONS[name], q, values)
    assert not np.isnan(found).any()
    assert (found >= 0).all()


@pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh", "elu", "softplus"])
@pytest.mark.parametrize("q", [1e-4, 0.3, 1.0, 4.0])
def test_a_density_of_a_rising_function_integrates_to_1(name, q):
    """In x, where dy = slope dx; for a smooth bell the trapezoid rule is as good as exact."""
    x = np.linspace(-9, 9, 2001) * q**0.5
    y, slope = ACTIVATIONS[name](x), ACTIVATIONS[name].derivative(x)
    bell = density(ACTIVATIONS[name], q, y) * slope
    assert np.trapezoid(bell, x) == pytest.approx(1.0, abs=1e-6)
