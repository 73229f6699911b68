"""What mean field says beside a stack's numbers: laws that are known, and silence elsewhere."""

import numpy as np
import pytest
from drawn import record
from scipy.special import expit, logit
from scipy.stats import norm

from actviz.theory import predict
from actviz.theory.finite_width import relu_std_range
from actviz.words.predicted import predicted

WIDE = {"width": 100, "samples": 200}


def test_the_bars_of_a_sigmoid_s_first_layer():
    """Between two edges lies norm(logit b) - norm(logit a), z ~ N(0, 1) under LeCun's weights."""
    asked = record("sigmoid", "lecun", **WIDE)
    bars = predicted(asked).bars(asked.layers[0], "activation")
    edges = asked.layers[0]["activation"].histogram.edges
    law = np.diff(norm.cdf(logit(edges.clip(0, 1))))
    assert bars.shares == pytest.approx(law, abs=1e-9)
    assert bars.zero == 0
    assert edges[15] == pytest.approx(expit(0.0))


def test_two_humps_of_a_saturated_tanh():
    asked = record("tanh", "std=1", **WIDE)
    shares = predicted(asked).bars(asked.layers[0], "activation").shares
    assert shares[0] > 10 * shares[15] < shares[-1]


def test_half_of_a_relu_s_values_are_0():
    asked = record("relu", "he", gradients=True, **WIDE)
    found = predicted(asked)
    assert found.bars(asked.layers[2], "activation").zero == pytest.approx(0.5)
    assert found.bars(asked.layers[2], "preactivation").zero == 0
    assert found.bars(asked.layers[2], "gradient") is None


@pytest.mark.parametrize("init", ["ones", "identity", "constant=0.1"])
def test_silence_where_weights_are_not_random_around_0(init):
    assert predicted(record("tanh", init)) is None


def test_a_constant_has_no_bars():
    asked = record("tanh", "zeros")
    found = predicted(asked)
    assert found is None or found.bars(asked.layers[0], "activation") is None


def test_a_variance_that_is_no_float_is_not_predicted():
    found = predicted(record("relu", "std=1e200", depth=2))
    assert found is None or found.layers == ()


def test_statistics_are_those_of_the_theory_by_layer():
    asked = record("relu", "he", gradients=True)
    found, theory = predicted(asked), predict(asked.spec)
    assert found.of("activation", "std") == tuple(x.activation.std for x in theory.layers)
    assert found.of("gradient", "std") == tuple(x.gradient_std for x in theory.layers)
    assert found.of("gradient", "median_magnitude") == (None,) * 5
    assert found.of("activation", "effective_rank") == (None,) * 5
    assert found.spread == relu_std_range(asked.spec)
    assert predicted(record("tanh", "he")).spread is None
