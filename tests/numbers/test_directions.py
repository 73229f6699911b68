"""Cosine and rank against all pairs, known spectra and singular values; and sums that add up."""

import numpy as np
import pytest
from scipy import stats as scipy_stats

from actviz.numbers.directions import (
    Directions,
    covariance,
    effective_rank,
    mean_cosine,
    rank_of,
)
from actviz.numbers.stats import describe

EPS = float(np.finfo(np.float64).eps)

# --- effective rank -----------------------------------------------------------------------


def rank_error(directions):
    """What rounding does to exp of an entropy, relative.

    The eigenvalues of a product of n columns are off by about n eps of the largest one, and n of
    them enter the entropy with a slope of |1 + ln p|, at most 1 + ln(1 / eps) where p is not 0.
    """
    return directions**2 * EPS * (1 - np.log(EPS))


def spread_along(variances, samples, units, seed=0):
    """Centred rows (samples, units) with these eigenvalues of the covariance, turned at random."""
    rng = np.random.default_rng(seed)
    count = len(variances)
    free = rng.standard_normal((samples, count))
    # Orthogonal columns that are orthogonal to the constant one too: they stay after centring.
    columns = np.linalg.qr(np.column_stack([np.ones(samples), free]))[0][:, 1:]
    directions = np.linalg.qr(rng.standard_normal((units, count)))[0]
    return (columns * np.sqrt(variances)) @ directions.T


@pytest.mark.parametrize(("samples", "units"), [(60, 12), (12, 60)], ids=["tall", "wide"])
@pytest.mark.parametrize(
    ("variances", "expected"),
    [
        ([3.0], 1.0),  # all on one line
        ([2.0, 2.0, 2.0, 2.0], 4.0),
        ([1.0] * 10, 10.0),
        # Two to one: -(2/3) ln(2/3) - (1/3) ln(1/3) = ln 3 - (2/3) ln 2.
        ([2.0, 1.0], 3.0 / 2.0 ** (2.0 / 3.0)),
        # 1/2, 1/4, 1/8, 1/8: an entropy of 7/4 bits.
        ([4.0, 2.0, 1.0, 1.0], 2.0**1.75),
    ],
)
def test_effective_rank_of_known_spectra(variances, expected, samples, units):
    values = spread_along(variances, samples, units)
    assert effective_rank(values) == pytest.approx(expected, rel=rank_error(min(samples, units)))
    # A mean of their own takes nothing from it, nor does a scale.
    moved = 1e3 * values + np.arange(units)
    slack = rank_error(min(samples, units)) * 1e3  # the mean's rounding, 60 to 1e3 of the spread
    assert effective_rank(moved) == pytest.approx(expected, rel=slack)


@pytest.mark.parametrize("shape", [(200, 30), (30, 200), (50, 50), (5, 3)], ids=str)
def test_effective_rank_is_the_entropy_of_the_variances(shape):
    """By scipy's entropy of the squared singular values of the centred rows."""
    values = np.random.default_rng(7).standard_normal(shape) * np.linspace(0.1, 4.0, shape[1])
    singular = np.linalg.svd(values - values.mean(axis=0), compute_uv=False)
    variances = singular[: min(shape[0] - 1, shape[1])] ** 2
    expected = np.exp(scipy_stats.entropy(variances))
    assert effective_rank(values) == pytest.approx(expected, rel=rank_error(min(shape)))
    assert describe(values, rank_rows=len(values)).effective_rank == effective_rank(values)


def test_effective_rank_where_nothing_spreads():
    assert effective_rank(np.ones((4, 3))) is None
    assert effective_rank(np.ones((1, 3))) is None


# --- sums ---------------------------------------------------------------------------------

VALUES = np.random.default_rng(0).standard_normal((50, 6)) + 0.5
VALUES[7] = 0.0


def test_the_mean_cosine_is_that_of_all_pairs_in_parts_too():
    found = Directions.of(VALUES[:7])
    for start in range(7, 50, 10):
        found = found.merge(Directions.of(VALUES[start : start + 10]))
    rows = np.delete(VALUES, 7, axis=0)
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    pairs = (rows @ rows.T)[np.triu_indices(49, 1)]
    assert found.count == 49
    assert found.mean_cosine == pytest.approx(pairs.mean(), rel=1e-12)
    assert Directions.of(VALUES).mean_cosine == mean_cosine(VALUES)


def test_without_a_pair_there_is_no_cosine():
    assert Directions.of(VALUES[6:8]).mean_cosine is None
    assert Directions.of(VALUES[:2] * 1e-200, scale=2.0**660).mean_cosine is not None


def test_the_rank_of_a_covariance_is_the_effective_rank():
    found = covariance(VALUES * 3, scale=0.25, mean=VALUES.mean(axis=0) * 0.75)
    np.testing.assert_allclose(found, np.cov(VALUES.T, bias=True) * 0.75**2)
    assert rank_of(found) == pytest.approx(effective_rank(VALUES), rel=1e-12)
    assert rank_of(np.zeros((3, 3))) is None
