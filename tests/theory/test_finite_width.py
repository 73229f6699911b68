"""How far ReLU networks of finite width are from mean field, against an ensemble of them."""

from math import log, log1p, sqrt

import numpy as np
import pytest

from actviz import StackSpec, simulate_ensemble
from actviz.layers.initializer_laws import Uniform
from actviz.theory import predict, relu_norm_spread
from actviz.theory.finite_width import relu_std_range

#: The 95 % quantile of a normal law.
Z95 = 1.6448536269514722


def test_the_log_normal_law_has_the_relative_variance_of_hanin_and_rolnick():
    spec = StackSpec(activation="relu", init="he", width=(50, 20, 90))
    for depth, (low, high) in enumerate(relu_std_range(spec), start=1):
        s = log(high / low) / Z95  # of the mean square; of the std it is half
        assert np.expm1(s**2) == pytest.approx(relu_norm_spread(spec.width[:depth]), rel=1e-12)
        assert log(high * low) == pytest.approx(-(s**2) / 2, rel=1e-12)  # its mean is 1


@pytest.mark.heavy
def test_nine_of_ten_networks_are_within():
    """The quantiles of one input's rms, whose own |x|^2 adds 2/n to the relative variance.

    A quantile at 5 % of 400 seeds has a standard error of 0.106 standard deviations for a normal
    law; 4 of these, and a tenth for a law that is log-normal in the limit only.
    """
    width, seeds = 60, 400
    ensemble = simulate_ensemble(
        activation="relu", init="he", width=width, depth=8, samples=1, seeds=seeds
    )
    layers = predict(ensemble.spec).layers
    for number, (low, high) in enumerate(relu_std_range(ensemble.spec), start=1):
        found = ensemble.spread(number, "activation", "rms").quantiles
        own = number * log1p(5 / width)
        more = (own + log1p(2 / width)) / own
        middle = more * log(low * high) / 2
        deviation = sqrt(more) * log(high / low) / (2 * Z95)
        for end, at in ((0, -Z95), (-1, Z95)):
            reached = log(found[end] / layers[number - 1].activation.rms)
            error = (4 * 0.106 + 0.1) * deviation
            assert reached == pytest.approx(middle + at * deviation, abs=error)


@pytest.mark.parametrize(
    "fields",
    [
        {"activation": "tanh"},
        {"bias_std": 0.1},
        {"init": "orthogonal"},
        {"init": "constant=0.1"},
        {"init": "identity"},
        {"init": Uniform(low=0.0, high=0.2)},
    ],
)
def test_where_it_does_not_apply_there_is_no_range(fields):
    assert relu_std_range(StackSpec(**{"activation": "relu", "init": "he", **fields})) is None


def test_it_holds_for_every_scale_and_law_of_independent_weights():
    wanted = relu_std_range(StackSpec(activation="relu", init="he"))
    for init in ("std=0.01", "glorot_uniform", "uniform=0.1", "he_truncated_normal"):
        assert relu_std_range(StackSpec(activation="relu", init=init)) == wanted
