"""Directions and covariance: held against all pairs, and against the statistics of one array."""

import numpy as np
import pytest

from actviz.numbers.direction_sums import Directions, covariance, rank_of
from actviz.numbers.stats import effective_rank, mean_cosine

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
