"""Quadrature by itself: powers of one number, and products of two, have their known means."""

import numpy as np
import pytest

from actviz.theory.quadrature import gaussian_means, pair_rule


def test_gaussian_means_of_powers():
    powers = gaussian_means(lambda z: np.array([z**2, z * z * z, z**8]), 0.25)
    assert powers == pytest.approx([0.25, 0.0, 105 * 0.25**4], rel=1e-12, abs=0)


def test_the_weights_of_a_pair_of_numbers():
    for q, distance in ((1.0, 0.3), (1e4, 1e-9), (5.0, 9.9), (2.0, 4.0)):
        rule = pair_rule(q, distance, (0.0,))
        assert rule.mean(np.ones_like(rule.u)) == pytest.approx(1, rel=1e-9)
        first, second = rule.u + rule.v, rule.u - rule.v
        assert rule.mean(first * second) == pytest.approx(q - distance, rel=1e-7)
        assert rule.mean((first - second) ** 2) / 2 == pytest.approx(distance, rel=1e-8)
