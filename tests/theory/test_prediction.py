"""Predictions against published numbers, plain mean field, and simulations nothing is fitted to.

Where a simulation is the oracle, the tolerance is its standard error plus the terms of finite width
that the theory leaves out, which are bounded by layer / width of a number.
"""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from counting import own_calls
from oracles import forward, mean_field

import actviz
from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.layers.initializers import INITIALIZERS
from actviz.layers.signals import SIGNALS
from actviz.records.spec import StackSpec
from actviz.simulation.ensemble import simulate_ensemble
from actviz.theory import predict, relu_norm_spread


def spec(**fields):
    return StackSpec(**{"activation": "tanh", "init": "lecun", **fields})


def test_the_published_collapse_of_sigmoid():
    """facts: mean field 6.426e-4 over infinitely many inputs; gradients 6.5e-4 … .23."""
    many = predict(spec(activation="sigmoid", init="xavier", samples=10_000_000)).layers
    assert many[-1].activation.within_unit_std == pytest.approx(6.426e-4, abs=0.5e-7)
    layers = predict(spec(activation="sigmoid", init="xavier")).layers
    assert layers[0].gradient_std == pytest.approx(6.5e-4, abs=0.5e-5)
    assert layers[-1].gradient_std == pytest.approx(0.236, abs=1e-3)


def test_the_published_decay_of_sigmoid_s_gradient():
    layers = predict(spec(activation="sigmoid", init="std=0.01")).layers
    for below, above in itertools.pairwise(layers):
        assert above.gradient_std / below.gradient_std == pytest.approx(40, rel=0.01)
    assert layers[-1].gradient_std == pytest.approx(0.25, abs=2e-3)


@pytest.mark.parametrize(("init", "sigma_w2"), [("std=0.01", 500 * 1e-4), ("std=1", 500.0)])
def test_the_std_of_tanh_by_plain_mean_field(init, sigma_w2):
    wanted = mean_field.stds(np.tanh, sigma_w2, 4)
    layers = predict(spec(init=init, width=500, depth=4, samples=10_000_000)).layers
    # The columns of a table of width 500 have this share less of what is between them.
    assert [layer.activation.std for layer in layers] == pytest.approx(wanted, rel=2e-7)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_the_within_unit_spread_by_plain_mean_field(name):
    layers = predict(spec(activation=name, samples=10_000_000)).layers
    wanted = mean_field.within_unit_std(forward.ACTIVATIONS[name], 1.0, 5)
    assert layers[-1].activation.within_unit_std == pytest.approx(wanted, rel=1e-6)


@pytest.mark.wide
@pytest.mark.parametrize(
    "fields",
    [
        {"activation": "sigmoid", "init": "xavier"},
        {"activation": "tanh", "init": "he", "bias_std": 0.3, "samples": 20},
        {"activation": "relu", "init": "he", "input_std": 2.0},
        {"activation": "selu", "init": "lecun_uniform", "width": (300, 150, 400), "samples": 50},
        {"activation": "gelu", "init": "orthogonal", "input_distribution": "uniform"},
        {"activation": "hard_tanh", "init": "std=0.1", "samples": 40},
    ],
    ids=lambda fields: fields["activation"],
)
def test_simulations_agree(fields):
    seeds = 8
    one = spec(**{"width": 300, "depth": 3, "samples": 100, **fields})
    found, ensemble = predict(one), simulate_ensemble(one, seeds=seeds, gradients=True)
    for layer, signal, statistic in itertools.product(
        (1, 2, 3), SIGNALS, ("mean", "std", "rms", "within_unit_std", "mean_cosine")
    ):
        predicted, spread = found.value(layer, signal, statistic), None
        if predicted is not None:
            spread = ensemble.spread(layer, signal, statistic)
        if spread is None:
            continue
        scale = found.value(layer, signal, "rms") if statistic != "mean_cosine" else 1.0
        left_out = layer / min(one.widths) * scale
        allowed = 4 * spread.sd / math.sqrt(seeds) + left_out
        assert spread.mean == pytest.approx(predicted, abs=allowed), (layer, signal, statistic)
        if statistic == "std":  # and the agreement is not an empty one
            assert allowed < 0.2 * scale


@pytest.mark.parametrize("name", [n for n, row in ACTIVATIONS.items() if n == row.name])
def test_shares_of_entries(name):
    one = spec(activation=name, init="std=0.3", depth=1, width=200, samples=200)
    stats = actviz.simulate(one).layers[0]["activation"].stats
    found = predict(one).layers[0].activation
    # Entries of a unit share its weights' norm, which varies by 1 / sqrt(2 fan_in): 40 000 entries
    # are worth about 200 × 200 / 2 independent ones.
    for key in ("zero_fraction", "saturated_fraction"):
        share = getattr(found, key)
        error = math.sqrt(share * (1 - share) / 20_000)
        assert getattr(stats, key) == pytest.approx(share, abs=4 * error + 2e-3)


def test_a_table_s_spreads_add_up():
    for layer in predict(spec(activation="gelu", samples=7, bias_std=0.5)).layers:
        for signal in (layer.preactivation, layer.activation):
            parts = signal.within_unit_std**2 + signal.between_unit_std**2
            assert signal.std**2 == pytest.approx(parts, rel=1e-12)
            assert -1 <= signal.mean_cosine <= 1
        assert layer.c == pytest.approx(layer.preactivation.mean_cosine, rel=1e-12)


def test_one_sample_and_one_unit_leave_spreads_undefined():
    layer = predict(spec(samples=1, depth=1)).layers[0]
    assert layer.activation.within_unit_std is None
    assert layer.activation.mean_cosine is None
    assert predict(spec(width=1, depth=1)).layers[0].activation.between_unit_std is None


def test_only_the_variance_of_the_initializer_counts():
    wide = {"width": (100, 200, 50), "input_width": 30}
    for pair in (("he", "he_uniform"), ("he", "he_truncated_normal"), ("xavier", "glorot_uniform")):
        first, second = (predict(spec(init=init, **wide)).layers for init in pair)
        for one, other in zip(first, second, strict=True):
            assert one.q == pytest.approx(other.q, rel=1e-12)
            assert one.gradient_std == pytest.approx(other.gradient_std, rel=1e-12)


def test_backwards_the_fan_out_counts():
    widths = (100, 400, 25)
    layers = predict(spec(activation="identity", init="lecun", width=widths)).layers
    for below, above in itertools.pairwise(layers):
        assert above.chi == pytest.approx(above.width / above.fan_in, rel=1e-12)
        factor = (below.activation_gradient_std / above.activation_gradient_std) ** 2
        assert factor == pytest.approx(above.chi, rel=1e-12)
    assert layers[-1].activation_gradient_std == 1
    # A weight's gradient sums over the samples: E x² is 1 in layer 1, and so is nothing else.
    assert layers[0].weight_gradient_std == pytest.approx(
        math.sqrt(1000) * layers[0].gradient_std, rel=1e-12
    )


def test_zeros_are_all_zero():
    layers = predict(spec(activation="relu", init="zeros")).layers
    assert [(layer.q, layer.c) for layer in layers] == [(0, None)] * 5
    assert layers[0].activation.zero_fraction == 1
    assert layers[0].activation.mean_cosine is None
    # Biases alone: every input has the same values, and none is like another unit's.
    biased = predict(spec(init="zeros", bias_std=1.0)).layers[2]
    assert (biased.c, biased.activation.within_unit_std) == (1.0, 0.0)


@pytest.mark.parametrize("init", ["ones", "constant=0.5", "uniform(low=0, high=1)", "identity"])
def test_weights_with_a_mean_are_refused(init):
    with pytest.raises(SpecError, match="theory needs random weights around 0"):
        predict(spec(init=init))


def test_every_other_initializer_is_predicted():
    for name, row in INITIALIZERS.items():
        if name == row.name and name not in ("ones", "constant", "identity"):
            assert len(predict(spec(init=row.law)).layers) == 5


def test_explosions_end_where_floats_do():
    layers = predict(spec(activation="relu", init="std=100", depth=100)).layers
    assert 50 < len(layers) < 100
    assert all(math.isfinite(layer.activation.rms) for layer in layers)
    found = predict(spec(activation="relu", init="std=100", depth=100))
    assert found.value(100, "activation", "std") is None
    assert found.value(1, "gradient", "std") is None or found.value(1, "gradient", "std") > 1e100
    assert predict(spec(init="std=0.0001", depth=1000)).layers[-1].activation.std == 0


def test_values_by_name():
    found = predict(spec())
    layer = found.layers[1]
    assert found.value(2, "activation", "std") == layer.activation.std
    assert found.value(2, "preactivation", "rms") == layer.preactivation.rms
    assert found.value(2, "weight_gradient", "std") == layer.weight_gradient_std
    assert found.value(2, "gradient", "mean") == 0
    for unknown in (
        (2, "activation", "skewness"),
        (2, "gradient", "mean_cosine"),
        (9, "gradient", "std"),
    ):
        assert found.value(*unknown) is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.layers = ()


def test_relu_s_norm_spreads_as_hanin_and_rolnick_say():
    """One input, He: the relative variance between networks, in a simulation."""
    seeds, depth, width = 120, 3, 40
    one = spec(activation="relu", init="he", samples=1, depth=depth, width=width)
    ensemble = simulate_ensemble(one, seeds=seeds)
    square = np.array(ensemble.values(depth, "activation", "rms")) ** 2
    # The input's own norm, a chi-square over `width` entries, is one more factor.
    wanted = (1 + relu_norm_spread(width, depth)) * (1 + 2 / width) - 1
    ratio = (square / predict(one).layers[-1].activation.rms ** 2 - 1) ** 2
    assert ratio.mean() == pytest.approx(wanted, abs=4 * ratio.std() / math.sqrt(seeds))


@pytest.mark.parametrize("name", ["tanh", "relu", "gelu"])
def test_a_layer_takes_a_few_steps(name):
    """About 50: to look for an activation's zeros again, which is done once, takes 360 more."""
    predict(spec(activation=name, depth=1))
    assert own_calls(predict, spec(activation=name, depth=100, samples=999)) < 100 * 100


def test_a_repr_is_one_line_however_deep_the_stack_is():
    found = predict(StackSpec(activation="tanh", init="he", depth=3, samples=50))
    assert repr(found) == (
        "<Prediction of tanh, he: 3 layers of 100 units, 50 samples; std by layer 0.72, 0.63, 0.6>"
    )
    assert repr(found.layers[0]) == "<LayerPrediction 1 of 100 units: q 2, chi 0.699, std 0.721>"
    deep = predict(StackSpec(activation="tanh", init="he", depth=300))
    assert len(repr(deep)) < 120
    none = predict(StackSpec(activation="relu", init="std=1e200", depth=3, width=1, samples=1))
    assert repr(none) == "<Prediction of relu, std=1e+200: 3 layers of 1 unit, 1 sample>"
