"""What a framework's layer begins with, weights and biases: laws, refusals, and torch itself.

A mean square of n independent entries is off by its own standard error, sd / sqrt(n); five of them
are passed once in 1.7 million draws, and the seeds are fixed.
"""

from math import sqrt

import numpy as np
import pytest
from oracles import forward

from actviz import simulate, simulate_many, theory
from actviz.errors import SpecError, UnknownNameError
from actviz.layers.defaults import LayerDefault
from actviz.layers.initializers import get_initializer, initializer_name
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate_layers
from actviz.training.data.datasets import from_arrays
from actviz.training.loop import train

BIASED = ("torch_default", "torch_conv")
UNBIASED = ("keras_dense", "flax_dense")


def plain(init, limit, *, seed=0, rng=forward.spawned, depth=3, width=20, samples=50):
    """A stack whose biases are U(±limit), as a script without actviz draws and computes it."""
    streams = rng(seed)
    x = streams.inputs.standard_normal((samples, width))
    for layer in range(1, depth + 1):
        W = forward.INITIALIZERS[init](streams.weights(layer), width, width)
        b = limit * streams.biases(layer).uniform(-1, 1, width)
        x = np.tanh(x @ W + b)
        yield x


@pytest.mark.parametrize("name", BIASED)
@pytest.mark.parametrize("rng", ["spawned", "legacy"])
def test_the_biases_are_uniform_and_drawn_after_the_weights(name, rng):
    spec = StackSpec(activation="tanh", init=name, depth=3, width=20, samples=50, rng=rng)
    expected = plain("torch_linear", 1 / sqrt(20), rng=getattr(forward, rng))
    for layer, values in zip(simulate_layers(spec), expected, strict=True):
        stats = layer["activation"].stats
        found = (stats.mean, stats.std, stats.between_unit_std)
        known = (values.mean(), values.std(), values.mean(axis=0).std())
        # Sums of 1000 terms of size 1 and products of 20: some 1000 roundings, at most.
        np.testing.assert_allclose(found, known, rtol=0, atol=1000 * 2.3e-16)


@pytest.mark.parametrize(
    ("name", "weights"),
    [("keras_dense", "glorot_uniform"), ("flax_dense", "lecun_truncated_normal")],
)
def test_without_biases_it_is_its_law_of_weights(name, weights):
    assert initializer_name(LayerDefault(name=name).weights) == weights
    common = {"activation": "relu", "width": (7, 5), "samples": 9, "seed": 4}
    assert simulate(init=name, **common).layers == simulate(init=weights, **common).layers


@pytest.mark.parametrize("name", [*BIASED, *UNBIASED])
def test_company_and_going_back_change_nothing(name):
    specs = [
        StackSpec(activation="tanh", init=init, width=8, samples=6, depth=2)
        for init in (name, "torch_linear", "he")
    ]
    for measuring in (Measuring(), Measuring(gradients=True)):
        alone = [simulate(spec, measuring=measuring) for spec in specs]
        assert simulate_many(specs, measuring) == alone


@pytest.mark.parametrize("name", [*BIASED, *UNBIASED])
def test_bias_std_beside_it_is_refused(name):
    with pytest.raises(SpecError) as caught:
        StackSpec(activation="tanh", init=name, bias_std=0.1)
    weights = initializer_name(get_initializer(name).weights)
    assert str(caught.value) == (
        f"{name} brings its own biases: leave bias_std out, or take {weights}, which has its "
        "weights alone"
    )
    assert StackSpec(activation="tanh", init=name, bias_std=0.0).bias_std == 0


def test_there_is_no_other_layer():
    with pytest.raises(UnknownNameError, match="unknown layer 'torch_liner'"):
        LayerDefault(name="torch_liner")


def test_theory_knows_the_biases():
    """sigma_w2 = 1/3 and sigma_b2 = 1 / (3 fan_in), which is another one in the first layer."""
    spec = StackSpec(activation="tanh", init="torch_default", width=200, input_width=50, depth=3)
    layers = theory.predict(spec).layers
    assert [layer.sigma_w2 for layer in layers] == pytest.approx([1 / 3] * 3)
    assert [layer.sigma_b2 for layer in layers] == pytest.approx([1 / 150, 1 / 600, 1 / 600])


def test_the_stack_collapses_where_that_of_its_weights_alone_vanishes():
    """The disease of torch's default: every input becomes the bias's answer, of the same size."""
    common = {"activation": "tanh", "depth": 20, "width": 200, "samples": 200}
    last = {
        init: simulate(init=init, **common).layers[-1]["activation"].stats
        for init in ("torch_default", "torch_linear")
    }
    assert last["torch_linear"].std < 1e-4
    assert last["torch_default"].std > 0.01
    assert last["torch_default"].within_unit_std < 1e-3 * last["torch_default"].std
    # The bias's share of the variance is a fixed point: q = 1/3 q + 1/600 for small q.
    assert last["torch_default"].rms == pytest.approx(sqrt(1 / 400), rel=0.2)


def test_nets_begin_with_these_biases():
    rng = np.random.default_rng(1)
    data = from_arrays(rng.standard_normal((60, 5)), np.arange(60) % 2)
    first = {
        init: train(data, inits=[init], steps=1, hidden=(8,), record_every=1).runs[0]
        for init in ("torch_default", "torch_linear")
    }
    (record, *_), (other, *_) = (
        [snapshot.record for snapshot in run.snapshots] for run in first.values()
    )
    found, without = (one.layers[0]["preactivation"].stats for one in (record, other))
    assert found.within_unit_std == pytest.approx(without.within_unit_std, rel=1e-12)
    assert found.between_unit_std > without.between_unit_std + 0.05


# --- torch --------------------------------------------------------------------------------


def test_a_layer_of_torch_is_of_that_law():
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[oracles]'")
    torch.manual_seed(0)
    fan_in, fan_out = 300, 4000
    layer, law = torch.nn.Linear(fan_in, fan_out), LayerDefault(name="torch_default")
    for values, std in (
        (layer.weight.detach().numpy().astype(float), law.std(fan_in, fan_out)),
        (layer.bias.detach().numpy().astype(float), law.bias_std(fan_in, fan_out)),
    ):
        error = sqrt(4 / 5) / sqrt(values.size)  # of a uniform variable's square
        assert (values**2).mean() == pytest.approx(std**2, rel=5 * error)
        # The largest of n uniform magnitudes misses the end by 1/n on average.
        assert 1 - 20 / values.size < abs(values).max() / (sqrt(3) * std) <= 1 + 1e-6


def test_a_convolution_of_torch_is_of_that_law_with_its_own_fan_in():
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[oracles]'")
    torch.manual_seed(0)
    layer, fan_in = torch.nn.Conv2d(32, 2000, 3), 32 * 9
    law = LayerDefault(name="torch_conv")
    for values, std in (
        (layer.weight.detach().numpy().astype(float), law.std(fan_in, 2000)),
        (layer.bias.detach().numpy().astype(float), law.bias_std(fan_in, 2000)),
    ):
        error = sqrt(4 / 5) / sqrt(values.size)
        assert (values**2).mean() == pytest.approx(std**2, rel=5 * error)


@pytest.mark.heavy
def test_a_stack_of_torch_has_these_statistics():
    """Over 40 networks each, the mean of a layer's mean square differs by no more than chance."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[oracles]'")
    torch.manual_seed(0)
    depth, width, samples, seeds = 4, 60, 60, 40
    theirs = np.empty((seeds, depth, 2))
    for seed in range(seeds):
        x = torch.randn(samples, width, dtype=torch.float64)
        for layer in range(depth):
            x = torch.tanh(torch.nn.Linear(width, width, dtype=torch.float64)(x)).detach()
            values = x.numpy()
            theirs[seed, layer] = values.std(axis=0).mean(), values.mean(axis=0).std()
    ours = np.empty_like(theirs)
    for seed in range(seeds):
        spec = {"activation": "tanh", "init": "torch_default", "width": width, "depth": depth}
        for layer in simulate(**spec, samples=samples, seed=seed).layers:
            stats = layer["activation"].stats
            ours[seed, layer.layer - 1] = stats.within_unit_std, stats.between_unit_std
    error = np.sqrt((theirs.var(axis=0, ddof=1) + ours.var(axis=0, ddof=1)) / seeds)
    difference = np.abs(theirs.mean(axis=0) - ours.mean(axis=0))
    # Their within is a mean of stds, ours a root mean square: unequal units make it larger.
    unequal = np.array([0.02, 0.0]) * ours.mean(axis=0)
    assert (difference < 5 * error + unequal).all()
