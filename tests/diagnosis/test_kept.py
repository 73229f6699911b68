"""Where both are kept: between the bounds of the judge, and no further."""

import numpy as np
import pytest

from actviz.diagnosis.calibration import BEGINS, CUTS, TAKES
from actviz.diagnosis.findings import Kind
from actviz.diagnosis.kept import (
    LEAST_GRADIENT,
    LEAST_SIGNAL,
    MOST_GRADIENT,
    MOST_SIGNAL,
    band,
    harm,
    healthy_band,
    kept,
)


@pytest.mark.parametrize(
    ("bound", "kind"),
    [(LEAST_GRADIENT, Kind.VANISHING_GRADIENT), (MOST_GRADIENT, Kind.EXPLODING_GRADIENT)],
)
def test_what_a_gradient_may_lose_leaves_the_chance_healthy(bound, kind):
    odds = BEGINS + TAKES[kind] * np.log10(bound) ** 2
    assert 1 / (1 + np.exp(-odds)) == pytest.approx(CUTS[1])


def test_both_must_be_kept():
    inside, outside = 1.0001, 0.9999
    signal = [LEAST_SIGNAL * inside, LEAST_SIGNAL * outside, 1.0, 1.0, np.nan, 1.0]
    gradient = [1.0, 1.0, MOST_GRADIENT * outside, MOST_GRADIENT * inside, 1.0, np.inf]
    assert kept(signal, gradient).tolist() == [True, False, True, False, False, False]


def test_a_band_ends_where_the_first_bound_is_crossed():
    stds = np.geomspace(0.01, 100, 9)
    # The signal is std², so that its bounds are at their roots; the gradient takes the upper end.
    low, high = band(stds, stds**2, stds**3)
    assert low == pytest.approx(max(LEAST_SIGNAL**0.5, LEAST_GRADIENT ** (1 / 3)), rel=0.02)
    assert high == pytest.approx(min(MOST_SIGNAL**0.5, MOST_GRADIENT ** (1 / 3)), rel=0.02)


def test_a_band_between_two_weight_stds_is_found():
    assert band([0.01, 100.0], [1e-9, 1e9], [1e-9, 1e9]) is not None
    assert band([0.01, 100.0], [0.0, np.inf], [0.0, np.inf]) is not None
    assert band([0.01, 100.0], [1e-9, 1e-8], [1.0, 1.0]) is None


def test_a_band_of_chances_is_above_the_cut():
    stds, chances = [0.01, 0.1, 1.0, 10.0], [0.0, 1.0, 1.0, np.nan]
    low, high = healthy_band(stds, chances)
    assert 0.01 < low < 0.1
    assert low == pytest.approx(0.1 * 0.1**0.5, rel=1e-3)  # half the way, at least
    assert high == pytest.approx(10**0.5, rel=1e-3)  # and to what has no chance
    assert healthy_band(stds, [0.0, 0.1, 0.2, 0.0]) is None


def test_between_two_weight_stds_the_log_odds_of_chances_are_straight():
    stds = np.geomspace(0.01, 1.0, 5)
    odds = 5 - 12 * abs(np.log10(stds / 0.1))
    factor = 10 ** ((5 - np.log(CUTS[1] / (1 - CUTS[1]))) / 12)
    assert healthy_band(stds, 1 / (1 + np.exp(-odds))) == pytest.approx(
        (0.1 / factor, 0.1 * factor), rel=1e-3
    )


def test_the_harm_of_a_gradient_s_loss_is_as_many_decades_as_that():
    decades = np.array([0.0, 0.5, 1.0, 1.5, np.nan])
    odds = BEGINS + TAKES[Kind.VANISHING_GRADIENT] * decades**2
    found = harm(1 / (1 + np.exp(-odds)))
    np.testing.assert_allclose(found, decades * found[2], atol=1e-7)
    assert harm(1.0) == 0.0  # more than the judge ever gives
