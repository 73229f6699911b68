"""Tails against scipy's."""

import pytest
from scipy import special, stats

from actviz.numbers.tails import kolmogorov_tail, normal_quantile, student_quantile, student_tail


@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 39, 40, 999])
@pytest.mark.parametrize("tail", [0.4, 0.025, 1e-3, 1e-6, 1e-9])
def test_student_s_quantile_is_scipy_s(df, tail):
    # The tail is known to 1e-15 absolutely; t falls by at most df * relative error / df.
    assert student_quantile(tail, df) == pytest.approx(
        stats.t.isf(tail, df), rel=2e-15 / tail + 1e-9
    )


@pytest.mark.parametrize("df", [1, 2, 7, 40])
def test_student_s_tail_is_the_incomplete_beta_function(df):
    for t in (0.0, 0.3, 2.0, 9.0):
        want = special.betainc(df / 2, 0.5, df / (df + t * t)) / 2
        assert student_tail(t, df) == pytest.approx(want, abs=2e-15)


@pytest.mark.parametrize("tail", [0.3, 1e-3, 1e-9])
def test_the_normal_quantile_is_scipy_s(tail):
    assert normal_quantile(tail) == pytest.approx(stats.norm.isf(tail), rel=1e-12)


@pytest.mark.parametrize("count", [1000, 40_000])
@pytest.mark.parametrize("tail", [0.2, 1e-2, 1e-3, 1e-5])
def test_kolmogorov_s_tail_is_the_exact_one_to_five_per_cent(count, tail):
    distance = stats.kstwo.isf(tail, count)
    assert kolmogorov_tail(distance, count) == pytest.approx(tail, rel=0.05)


def test_a_distance_of_nothing_is_no_surprise():
    assert kolmogorov_tail(0.0, 100) == 1.0
    assert kolmogorov_tail(1.0, 1000) == 0.0
