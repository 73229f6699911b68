"""The forward pass against a plain script, its random streams, and where it stops.

What a stack really computes with is seen through a user's own objects: an initializer that keeps
every W it gives, and an activation that keeps every z it is given.
"""

import dataclasses
import tracemalloc
from importlib.metadata import version
from itertools import combinations
from math import inf, isfinite, nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import forward
from scipy import stats as scipy_stats

import actviz
from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.layers.initializers import INITIALIZERS, get_initializer, initializer_name
from actviz.numbers.histogram import Histogram
from actviz.numbers.stats import QUANTILE_LEVELS
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation import memory as _memory
from actviz.simulation import stacks as simulation
from actviz.simulation.stacks import simulate, simulate_layers

EPS = float(np.finfo(np.float64).eps)
EPS32 = float(np.finfo(np.float32).eps)

#: No two neighbours alike: fan_in, fan_out and their means are all different.
STACK = {"width": (7, 12, 5), "input_width": 9, "samples": 40, "bias_std": 0.3, "seed": 11}


class Keeping:
    """An initializer of one's own: another one's weights, kept."""

    def __init__(self, text):
        self.law = get_initializer(text)
        self.name = self.label = f"kept {text}"
        self.kept = []

    def sample(self, rng, fan_in, fan_out):
        W = self.law.sample(rng, fan_in, fan_out)
        self.kept.append(W.copy())
        return W

    def std(self, fan_in, fan_out):
        return self.law.std(fan_in, fan_out)


def keeping(name):
    """An activation of one's own: another one's, with the arrays that it was given."""
    row, kept = ACTIVATIONS[name], []

    def fn(z):
        kept.append(z.copy())
        return row(z)

    return dataclasses.replace(row, name=f"kept {name}", fn=fn), kept


def drawn(name="identity", init="std=1", **fields):
    """The weights and preactivations of a simulation."""
    initializer, (activation, zs) = Keeping(init), keeping(name)
    simulate(activation=activation, init=initializer, **fields)
    return initializer.kept, zs


def statistics(record, *names):
    return [
        [getattr(item.stats, name) for name in names]
        for layer in record.layers
        for item in layer.signals
    ]


# --- against a plain script ---------------------------------------------------------------


def check_against(record, layers, rtol):
    """Compare the statistics with numpy's of the arrays of a plain script."""
    assert len(record.layers) == len(layers)
    for layer, plain in zip(record.layers, layers, strict=True):
        assert (layer.fan_in, layer.width) == plain.W.shape
        for item, values in zip(layer.signals, (plain.z, plain.a), strict=True):
            found, size = item.stats, np.abs(values).max()
            atol = rtol * size
            assert found.count == values.size
            assert found.mean == pytest.approx(values.mean(), rel=0, abs=atol)
            assert found.std == pytest.approx(values.std(), rel=0, abs=atol)
            assert found.rms == pytest.approx(sqrt(np.mean(values**2)), rel=0, abs=atol)
            assert found.min == pytest.approx(values.min(), rel=0, abs=atol)
            assert found.max == pytest.approx(values.max(), rel=0, abs=atol)
            assert found.quantiles == pytest.approx(
                np.quantile(values, QUANTILE_LEVELS), rel=0, abs=atol
            )
            within, between = sqrt(values.var(axis=0).mean()), values.mean(axis=0).std()
            assert found.within_unit_std == pytest.approx(within, rel=0, abs=atol)
            assert found.between_unit_std == pytest.approx(between, rel=0, abs=atol)
            assert found.zero_fraction == (values == 0).mean()
            assert found.dead_unit_fraction == (values == 0).all(axis=0).mean()


@pytest.mark.parametrize("init", forward.INITIALIZERS)
@pytest.mark.parametrize("name", forward.ACTIVATIONS)
def test_every_stack_is_that_of_a_plain_script(name, init):
    record = simulate(activation=name, init=init, **STACK)
    layers = forward.forward(
        forward.ACTIVATIONS[name],
        forward.INITIALIZERS[init],
        STACK["width"],
        forward.spawned(STACK["seed"]),
        samples=STACK["samples"],
        input_width=STACK["input_width"],
        bias_std=STACK["bias_std"],
    )
    # Sums of at most 12 products, in three layers, none of which has a gain beyond 10; the
    # functions themselves are good to 16 eps.
    check_against(record, list(layers), rtol=1000 * 16 * EPS)


def test_the_scripts_know_every_activation():
    assert set(forward.ACTIVATIONS) == {row.name for row in ACTIVATIONS.values()}


@pytest.mark.parametrize("bias_std", [0.0, 0.2])
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
@pytest.mark.parametrize("init", ["std=0.5", "he", "torch_linear", "constant=0.25"])
def test_legacy_draws_as_a_script_with_random_state(init, distribution, bias_std):
    """The input, and then for each layer its weights and, if there are any, its biases."""
    fields = {
        "samples": 30,
        "input_width": 6,
        "input_std": 0.7,
        "input_distribution": distribution,
        "bias_std": bias_std,
    }
    record = simulate(
        activation="sigmoid", init=init, width=(8, 3, 5), seed=123, rng="legacy", **fields
    )
    layers = forward.forward(
        forward.ACTIVATIONS["sigmoid"],
        forward.INITIALIZERS[init],
        (8, 3, 5),
        forward.legacy(123),
        **fields,
    )
    check_against(record, list(layers), rtol=1000 * EPS)


def test_the_textbooks_script_word_for_word():
    np.random.seed(7)
    x = np.random.randn(50, 20)
    means = []
    for _ in range(4):
        w = np.random.randn(20, 20) * np.sqrt(1.0 / 20)
        x = 1 / (1 + np.exp(-np.dot(x, w)))
        means.append(x.mean())
    record = simulate(
        activation="sigmoid", init="lecun", depth=4, width=20, samples=50, seed=7, rng="legacy"
    )
    found = [layer["activation"].stats.mean for layer in record.layers]
    assert found == pytest.approx(means, rel=1000 * EPS)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "identity", "hard_tanh"])
def test_saturated_is_where_the_slope_is_below_a_twentieth(name):
    slope = {
        "sigmoid": lambda z: 4 * ACTIVATIONS["sigmoid"](z) * (1 - ACTIVATIONS["sigmoid"](z)),
        "tanh": lambda z: 1 - np.tanh(z) ** 2,
        "relu": lambda z: (z > 0) * 1.0,
        "identity": lambda z: z * 0 + 1.0,
        "hard_tanh": lambda z: (np.abs(z) < 1) * 1.0,
    }[name]
    fields = {"width": (30, 20), "input_width": 10, "samples": 50, "seed": 3}
    _, zs = drawn(name, "std=0.7", **fields)
    record = simulate(activation=name, init="std=0.7", **fields)
    for layer, z in zip(record.layers, zs, strict=True):
        expected = (slope(z) < 0.05).mean()
        assert layer["preactivation"].stats.saturated_fraction == expected
        assert layer["activation"].stats.saturated_fraction == expected


@pytest.mark.parametrize("name", ["sigmoid", "relu", "gelu"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_histograms_are_those_of_the_values(name, dtype):
    fields = {"width": (30, 20), "input_width": 10, "samples": 50, "seed": 4, "dtype": dtype}
    _, zs = drawn(name, "he", **fields)
    record = simulate(activation=name, init="he", **fields)
    for layer, z in zip(record.layers, zs, strict=True):
        for item, values in zip(layer.signals, (z, ACTIVATIONS[name](z)), strict=True):
            edges = record.measuring.edges(item.signal, record.spec.activation)
            assert item.histogram == Histogram.of(values, edges=edges)
            inside = np.histogram(values.astype(float), bins=edges)[0]
            np.testing.assert_array_equal(item.histogram.counts, inside)


# --- streams ------------------------------------------------------------------------------

#: A square stack, so that draws of a layer could be those of another, or of the input.
SQUARE = {"depth": 4, "width": 10, "samples": 10}


def drawn_input(**fields):
    _, (x,) = drawn("identity", "identity", **fields | {"depth": 1})
    return x


def drawn_biases(**fields):
    _, zs = drawn("identity", "zeros", bias_std=1.0, **fields)
    return [z[0] for z in zs]


def all_draws(**fields):
    """The input and, for each layer, weights and biases, all as N(0, 1)."""
    weights, _ = drawn("identity", "std=1", **fields)
    return [drawn_input(**fields), *weights, *drawn_biases(**fields)]


def share_values(a, b):
    """Whether any number is in both; two independent draws of doubles never agree to 9 digits."""
    return bool(np.intersect1d(np.round(a.ravel(), 9), np.round(b.ravel(), 9)).size)


def test_no_two_streams_have_a_number_in_common():
    draws = all_draws(**SQUARE, seed=0)
    assert len(draws) == 1 + 2 * SQUARE["depth"]
    for (i, a), (j, b) in combinations(enumerate(draws), 2):
        assert not share_values(a, b), (i, j)
        # In the same order, they would correlate: five standard errors.
        if a.shape == b.shape:
            assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 5 / sqrt(a.size), (i, j)
    assert share_values(draws[1], draws[1])


def test_no_two_seeds_have_a_number_in_common():
    for a in all_draws(**SQUARE, seed=0):
        for b in all_draws(**SQUARE, seed=1):
            assert not share_values(a, b)


def test_legacy_streams_have_nothing_in_common_either():
    draws = all_draws(**SQUARE, seed=0, rng="legacy")[: 1 + SQUARE["depth"]]
    for a, b in combinations(draws, 2):
        assert not share_values(a, b)


def test_every_stream_is_standard_normal():
    for draw in all_draws(seed=5, depth=4, width=60, samples=60):
        # One alarm in 10^5 for each of nine streams, and the seed is fixed.
        assert scipy_stats.kstest(draw.ravel(), "norm").pvalue > 1e-5


@pytest.mark.parametrize("rng", ["spawned", "legacy"])
@pytest.mark.parametrize("depth", [1, 3, 7])
def test_a_deeper_stack_repeats_the_shallower_one(depth, rng):
    fields = {"activation": "tanh", "init": "xavier", "width": 13, "samples": 20, "rng": rng}
    deep = simulate(depth=9, bias_std=0.1, **fields)
    shallow = simulate(depth=depth, bias_std=0.1, **fields)
    assert deep.layers[:depth] == shallow.layers


def test_a_stack_with_more_widths_repeats_the_shorter_one():
    fields = {"activation": "relu", "init": "he", "samples": 20, "input_width": 6}
    long, short = simulate(width=(7, 5, 9, 4), **fields), simulate(width=(7, 5), **fields)
    assert long.layers[:2] == short.layers


@pytest.mark.parametrize("init", ["std=4", "he", "xavier", "lecun(gain=0.1)", "he_fan_out"])
def test_another_scale_keeps_every_draw(init):
    before, _ = drawn("identity", "std=1", **STACK)
    after, _ = drawn("identity", init, **STACK)
    for a, b in zip(before, after, strict=True):
        np.testing.assert_allclose(b, Keeping(init).std(*a.shape) * a, rtol=4 * EPS)


def test_another_scale_of_the_input_keeps_every_draw():
    np.testing.assert_array_equal(4 * drawn_input(**SQUARE), drawn_input(**SQUARE, input_std=4.0))


@pytest.mark.parametrize("change", [{"input_std": 4.0}, {"samples": 3}, {"input_width": 5}])
def test_biases_know_nothing_of_the_input(change):
    for a, b in zip(drawn_biases(**SQUARE), drawn_biases(**SQUARE | change), strict=True):
        np.testing.assert_array_equal(a, b)


def test_another_activation_keeps_every_draw():
    expected, (z_1, *_) = drawn("identity", "xavier", **STACK)
    for name in forward.ACTIVATIONS:
        weights, zs = drawn(name, "xavier", **STACK)
        for a, b in zip(expected, weights, strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(zs[0], z_1)


@pytest.mark.parametrize("change", [{"bias_std": 0.0}, {"dtype": "float32"}, {"bins": 7}])
def test_neither_biases_nor_dtype_nor_bins_change_the_weights(change):
    expected, _ = drawn("tanh", "he", **STACK)
    weights, _ = drawn("tanh", "he", **STACK | change)
    for a, b in zip(expected, weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_same_spec_gives_the_same_record_and_another_seed_another_one():
    spec = StackSpec(activation="gelu", init="orthogonal", **STACK)
    assert simulate(spec) == simulate(spec) == simulate(dataclasses.replace(spec))
    assert hash(simulate(spec)) == hash(simulate(spec))
    other = simulate(dataclasses.replace(spec, seed=12))
    assert all(a != b for a, b in zip(simulate(spec).layers, other.layers, strict=True))


@pytest.mark.parametrize("seed", [0, 2**32 - 1, 2**32, 2**63 - 1])
def test_every_seed_runs(seed):
    assert simulate(activation="tanh", init="he", depth=1, width=2, samples=2, seed=seed).layers


# --- homogeneity --------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.integers(-6, 6), st.sampled_from(["relu", "leaky_relu", "identity"]))
def test_weights_times_a_power_of_two_scale_layer_l_by_its_lth_power_exactly(power, name):
    fields = {"activation": name, "width": (9, 4, 7), "input_width": 5, "samples": 25}
    plain = simulate(init="std=1", **fields)
    scaled = simulate(init=f"std={2.0**power!r}", **fields)
    names = ("mean", "std", "rms", "min", "max", "within_unit_std", "between_unit_std")
    shapes = ("skewness", "excess_kurtosis", "zero_fraction", "saturated_fraction", "constant")
    for a, b in zip(plain.layers, scaled.layers, strict=True):
        factor = 2.0 ** (power * a.layer)
        for signal in ("preactivation", "activation"):
            for name_ in names:
                before = getattr(a[signal].stats, name_)
                assert getattr(b[signal].stats, name_) == factor * before
            for name_ in shapes:
                assert getattr(b[signal].stats, name_) == getattr(a[signal].stats, name_)
            assert b[signal].stats.quantiles == tuple(factor * q for q in a[signal].stats.quantiles)


@pytest.mark.parametrize("factor", [0.3, 1.7])
def test_weights_times_any_factor_scale_a_relu_stack_by_its_powers(factor):
    fields = {"activation": "relu", "width": (9, 4, 7), "input_width": 5, "samples": 25}
    plain, scaled = simulate(init="he", **fields), simulate(init=f"he(gain={factor})", **fields)
    for a, b in zip(plain.layers, scaled.layers, strict=True):
        for name in ("mean", "std", "rms", "max"):
            expected = factor**a.layer * getattr(a["activation"].stats, name)
            assert getattr(b["activation"].stats, name) == pytest.approx(expected, rel=1000 * EPS)


def test_the_scale_of_the_input_scales_every_layer():
    fields = {"activation": "relu", "init": "he", "width": (9, 4), "samples": 25}
    plain, scaled = simulate(**fields), simulate(input_std=8.0, **fields)
    for a, b in zip(plain.layers, scaled.layers, strict=True):
        assert b["activation"].stats.std == 8.0 * a["activation"].stats.std


# --- overflow and underflow ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "std", "depth"), [("float32", 1.0, 60), ("float64", 64.0, 160)], ids=str
)
def test_no_statistic_overflows_before_the_data(dtype, std, depth):
    """A ReLU stack times 2^-k has, exactly, the same shapes, and does not overflow."""
    fields = {"activation": "relu", "depth": depth, "width": 50, "samples": 40, "dtype": dtype}
    record = simulate(init=f"std={std}", **fields)
    tame = simulate(init=f"std={std / 2.0 ** round(np.log2(std * 5))}", **fields)
    stopped = record.first_nonfinite_layer
    assert stopped == len(record.layers) < depth
    assert tame.first_nonfinite_layer is None
    if dtype == "float32":
        assert stopped > 11
    for layer, expected in zip(record.layers[:-1], tame.layers, strict=False):
        found, same = layer["activation"].stats, expected["activation"].stats
        assert found.nonfinite == 0
        assert isfinite(found.excess_kurtosis)
        for name in ("skewness", "excess_kurtosis", "zero_fraction", "dead_unit_fraction"):
            assert getattr(found, name) == getattr(same, name), (layer.layer, name)
    # The layer before the last one is where the data nearly fills the dtype.
    largest = float(np.finfo(dtype).max)
    assert record.layers[-2]["activation"].stats.max > largest / 1e4


@pytest.mark.parametrize("name", ["relu", "identity", "softplus"])
def test_the_first_layer_that_overflows_is_the_last_one(name):
    fields = {"width": 8, "samples": 6, "depth": 12, "seed": 2}
    record = simulate(activation=name, init="std=1e40", **fields)
    with np.errstate(over="ignore", invalid="ignore"):
        plain = list(
            forward.forward(
                forward.ACTIVATIONS[name],
                forward.normal(lambda i, o: 1e40),
                (8,) * 10,
                forward.spawned(2),
                samples=6,
                input_width=8,
            )
        )
    stop = 1 + [bool(np.isfinite(layer.z).all()) for layer in plain].index(False)
    assert record.first_nonfinite_layer == len(record.layers) == stop
    assert (
        record.layers[:-1]
        == simulate(activation=name, init="std=1e40", **fields | {"depth": stop - 1}).layers
    )
    last = record.layers[-1]["preactivation"]
    assert last.stats.nonfinite == (~np.isfinite(plain[stop - 1].z)).sum() > 0
    assert last.histogram.nonfinite == last.stats.nonfinite
    assert last.stats.count + last.stats.nonfinite == 48


def test_a_bounded_activation_hides_an_overflow_only_from_itself():
    """tanh(inf) is 1: the preactivation says so, and the layer is the last one."""
    record = simulate(activation="tanh", init="std=3e307", width=500, samples=3, depth=4)
    assert record.first_nonfinite_layer is not None
    assert record.layers[-1]["preactivation"].stats.nonfinite > 0


@pytest.mark.parametrize(("input_std", "dtype"), [(1.5e308, "float64"), (1e39, "float32")])
def test_an_input_beyond_its_dtype_stops_in_the_first_layer(input_std, dtype):
    record = simulate(
        activation="relu", init="he", width=5, samples=50, input_std=input_std, dtype=dtype
    )
    assert record.first_nonfinite_layer == len(record.layers) == 1


def test_weights_beyond_float32_stop_in_the_first_layer():
    record = simulate(activation="relu", init="std=1e39", width=5, samples=5, dtype="float32")
    assert record.first_nonfinite_layer == len(record.layers) == 1


def test_a_stack_that_ends_finite_says_so():
    record = simulate(activation="relu", init="std=1", depth=3, width=9, samples=9)
    assert record.first_nonfinite_layer is None
    assert record.first_underflow_layer is None


@pytest.mark.parametrize(("dtype", "smallest"), [("float64", 2.0**-1022), ("float32", 2.0**-126)])
def test_an_underflow_is_named_and_not_taken_for_dead_units(dtype, smallest):
    init = "std=1e-20" if dtype == "float64" else "std=1e-4"
    record = simulate(activation="relu", init=init, depth=30, width=20, samples=10, dtype=dtype)
    layer = record.first_underflow_layer
    assert layer is not None
    assert record.first_nonfinite_layer is None
    assert len(record.layers) == 30
    before, at = (record.layers[i]["preactivation"].stats.rms for i in (layer - 2, layer - 1))
    assert at < smallest <= before
    # … from where on all is 0, as if every unit were dead.
    assert record.layers[-1]["activation"].stats.dead_unit_fraction == 1.0


@pytest.mark.parametrize("init", ["zeros", "std=0", "he(gain=0)", "uniform=0", "sparse=1"])
def test_weights_that_are_zero_do_not_underflow(init):
    record = simulate(activation="relu", init=init, width=6, samples=5)
    assert record.first_underflow_layer is None
    assert record.layers[0]["preactivation"].stats.zero_fraction == 1.0


def test_constant_weights_underflow_as_others_do():
    record = simulate(activation="relu", init="constant=1e-100", depth=6, width=6, samples=50)
    assert record.first_underflow_layer == 4


def test_dead_units_do_not_underflow():
    """Negative weights behind a ReLU: layer 2 is 0 throughout, and no number was too small."""
    record = simulate(activation="relu", init="constant=-1", width=6, samples=50)
    assert record.layers[1]["activation"].stats.dead_unit_fraction == 1.0
    assert record.layers[1]["preactivation"].stats.max <= 0
    assert record.first_underflow_layer is None


def test_an_input_too_small_for_its_dtype_underflows_in_layer_1():
    fields = {"activation": "relu", "init": "he", "width": 6, "samples": 5}
    assert simulate(input_std=1e-310, **fields).first_underflow_layer == 1
    assert simulate(input_std=1e-60, dtype="float32", **fields).first_underflow_layer == 1
    assert simulate(input_std=0.0, **fields).first_underflow_layer is None


# --- biases, inputs, dtypes ---------------------------------------------------------------


def test_biases_have_the_std_asked_for():
    n = 20_000
    record = simulate(
        activation="identity", init="zeros", depth=1, width=n, input_width=1, samples=2,
        bias_std=0.3,
    )  # fmt: skip
    found = record.layers[0]["preactivation"].stats
    assert found.between_unit_std == pytest.approx(0.3, rel=5 / sqrt(2 * n))
    assert found.mean == pytest.approx(0, abs=5 * 0.3 / sqrt(n))
    assert found.excess_kurtosis == pytest.approx(0, abs=5 * sqrt(24 / n))
    # One bias for all samples of a unit.
    assert found.within_unit_std == 0.0


def test_without_a_bias_std_there_are_no_biases():
    record = simulate(activation="identity", init="zeros", depth=1, width=4, samples=2)
    assert record.layers[0]["preactivation"].stats.zero_fraction == 1.0


@pytest.mark.parametrize("rng", ["spawned", "legacy"])
@pytest.mark.parametrize("std", [1.0, 0.2])
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_inputs_have_the_law_asked_for(distribution, std, rng):
    _, (x,) = drawn(
        "identity", "identity", depth=1, width=100, samples=300, rng=rng,
        input_distribution=distribution, input_std=std,
    )  # fmt: skip
    n, kurtosis = x.size, {"normal": 3.0, "uniform": 1.8}[distribution]
    assert x.mean() == pytest.approx(0, abs=5 * std / sqrt(n))
    assert x.var() == pytest.approx(std**2, rel=5 * sqrt((kurtosis - 1) / n))
    limit = sqrt(3) * std
    law = {
        "normal": scipy_stats.norm(0, std),
        "uniform": scipy_stats.uniform(-limit, 2 * limit),
    }[distribution]
    assert scipy_stats.kstest(x.ravel(), law.cdf).pvalue > 1e-5
    if distribution == "uniform":
        assert np.abs(x).max() <= limit * (1 + EPS)


def test_float32_computes_in_float32_with_the_same_draws():
    weights, zs = drawn("tanh", "xavier", **STACK)
    weights_32, zs_32 = drawn("tanh", "xavier", **STACK | {"dtype": "float32"})
    assert {z.dtype for z in zs} == {np.dtype(np.float64)}
    assert {z.dtype for z in zs_32} == {np.dtype(np.float32)}
    for a, b in zip(weights, weights_32, strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(zs, zs_32, strict=True):
        assert np.any(a != b)
        # Three layers of gains about 1, sums of at most 12 products.
        np.testing.assert_allclose(b, a, rtol=0, atol=100 * EPS32 * np.abs(a).max())


@pytest.mark.parametrize("init", ["zeros", "ones", "constant=0.63"])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_equal_weights_make_all_units_of_a_layer_equal(name, init):
    record = simulate(activation=name, init=init, width=(9, 4, 7), input_width=5, samples=30)
    for (between, within, std), (layer, signal) in zip(
        statistics(record, "between_unit_std", "within_unit_std", "std"),
        [(n, s) for n in (1, 2, 3) for s in ("z", "a")],
        strict=True,
    ):
        assert between == 0.0, (layer, signal)
        assert within == pytest.approx(std, rel=100 * EPS)
    assert record.layers[0]["preactivation"].stats.constant is (init == "zeros")


def test_orthogonal_weights_keep_every_length():
    _, zs = drawn("identity", "orthogonal", width=(8, 8, 8), samples=20)
    lengths = [np.linalg.norm(z, axis=1) for z in zs]
    np.testing.assert_allclose(lengths[1:], [lengths[0]] * 2, rtol=100 * EPS)


# --- the user's own objects ---------------------------------------------------------------


def test_ones_own_activation_and_initializer_run_like_those_of_the_tables():
    swish = Activation(
        name="my swish",
        label="mine",
        fn=lambda x: x / (1 + np.exp(-x)),
        derivative=lambda x: np.ones_like(x),
        bounds=(-0.28, inf),
        max_slope=1.1,
        formula="x / (1 + e^-x)",
        source="a user",
    )
    record = simulate(activation=swish, init=Keeping("he"), **STACK)
    expected = simulate(activation="silu", init="he", **STACK)
    for a, b in zip(record.layers, expected.layers, strict=True):
        found, same = a["activation"].stats, b["activation"].stats
        assert found.std == pytest.approx(same.std, rel=1000 * EPS)
    rows = record.to_rows()
    assert {(row["activation"], row["init"]) for row in rows} == {("my swish", "kept he")}


class Giving:
    """An initializer that gives whatever it was told to."""

    name = label = "given"

    def __init__(self, make):
        self.sample = lambda rng, fan_in, fan_out: make(fan_in, fan_out)

    def std(self, fan_in, fan_out):
        return 1.0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda i, o: np.ones((o, i)), "given must give an array of floats (5, 3) (got float64 (3"),
        (lambda i, o: np.ones(i * o), "(got float64 (15,))"),
        (lambda i, o: np.ones((1, i, o)), "(got float64 (1, 5, 3))"),
        (lambda i, o: np.ones((i, o), int), "(got int64 (5, 3))"),
        (lambda i, o: np.ones((i, o), complex), "(got complex128 (5, 3))"),
        (lambda i, o: np.full((i, o), "1"), "(got <U1 (5, 3))"),
        (lambda i, o: [[1.0] * o] * i, "(got list)"),
        (lambda i, o: 1.0, "(got float)"),
        (lambda i, o: None, "(got NoneType)"),
        (lambda i, o: np.full((i, o), nan), "given gave weights that are not finite"),
        (lambda i, o: np.full((i, o), inf), "given gave weights that are not finite"),
    ],
)  # fmt: skip
def test_weights_of_a_wrong_kind_are_refused(make, message):
    with pytest.raises(SpecError) as caught:
        simulate(activation="tanh", init=Giving(make), width=3, input_width=5, samples=2)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_weights_of_float32_are_taken():
    record = simulate(
        activation="tanh", init=Giving(lambda i, o: np.eye(i, o, dtype=np.float32)), width=3
    )
    assert record == dataclasses.replace(
        simulate(activation="tanh", init="identity", width=3), spec=record.spec
    )


# --- memory, threads, the call ------------------------------------------------------------


def layers_alone(bins=30, **fields):
    return simulate_layers(StackSpec(**fields), Measuring(bins=bins))


class Never(Keeping):
    def sample(self, rng, fan_in, fan_out):
        raise AssertionError("drawn before the check of memory")


@pytest.mark.wide
@pytest.mark.parametrize(
    "fields",
    [
        {"width": 10**6},
        {"width": 10, "samples": 10**7, "input_width": 10**7},
        {"width": (10, 10**6, 10**6)},
        {"width": 10, "depth": 100_000, "bins": 10_000},
        {"width": 100_000, "depth": 100_000, "samples": 100_000},
    ],
    ids=str,
)
@pytest.mark.parametrize("run", [simulate, layers_alone])
def test_what_does_not_fit_is_refused_before_anything_is_drawn(fields, run, monkeypatch):
    # A machine of 16 GB, whatever this one has.
    monkeypatch.setattr(_memory, "least", lambda: _memory.Limit(16e9, "the machine's memory"))

    with pytest.raises(SpecError) as caught:
        run(activation="tanh", init=Never("he"), **fields)
    text = str(caught.value)
    ending = "taken, 80 % of the machine's memory: lower "
    # 12.8 GB: a limit is rounded down, and what is needed up, so that the two never read alike.
    assert f" of memory, and 12 GB may be {ending}" in text
    assert text.startswith("this needs about ")


def needs(spec):
    return _memory.working_bytes(spec, Measuring()) + _memory.record_bytes(spec, Measuring())


def test_the_limit_is_four_fifths_of_the_memory(monkeypatch):
    spec = StackSpec(activation="tanh", init="he")
    for share, fits in ((0.81, False), (0.79, True)):
        limit = _memory.Limit(needs(spec) / share + 1, "the test's limit")
        monkeypatch.setattr(_memory, "least", lambda limit=limit: limit)
        if fits:
            simulate_layers(spec)
        else:
            with pytest.raises(SpecError, match=r"may be taken, 80 % of the test's limit"):
                simulate_layers(spec)


@pytest.mark.wide
@pytest.mark.parametrize(
    "fields",
    [
        {"width": 500, "depth": 3},
        {"width": 500, "depth": 3, "activation": "mish", "dtype": "float32"},
        {"width": (10, 1200, 10)},
        {"width": (1200, 10, 10), "dtype": "float32"},
        {"width": (10, 10), "input_width": 1200, "dtype": "float32"},
        {"width": 1200, "depth": 3, "samples": 10},
        {"width": 1200, "depth": 3, "samples": 10, "dtype": "float32"},
    ],
    ids=str,
)
def test_the_estimate_of_memory_is_above_the_peak_and_not_far(fields):
    given = {"activation": "relu", "samples": 1000, "bias_std": 0.1} | fields
    spec = StackSpec(init="he", **given)
    tracemalloc.start()
    try:
        simulate(spec)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= needs(spec) < 4 * peak


def test_the_peak_of_memory_does_not_grow_with_depth():
    def peak(depth):
        tracemalloc.start()
        try:
            for _ in simulate_layers(
                StackSpec(activation="relu", init="he", depth=depth, width=100, samples=3000)
            ):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)
    layer = 3000 * 100 * 8
    # How much of a layer is copied to be put in order depends on its values; nine layers more, if
    # they were kept, would be nine times as much as this.
    assert peak(12) < peak(3) + layer


@pytest.mark.parametrize("name", forward.ACTIVATIONS)
def test_blocks_of_any_size_give_the_same(name, monkeypatch):
    spec = StackSpec(activation=name, init="he", **STACK)
    whole = simulate(spec)
    for values in (1, 13, 60):  # one row at a time, one or a few, and a rest
        monkeypatch.setattr(simulation, "_BLOCK_VALUES", values)
        blocks = simulate(spec)
        for a, b in zip(whole.layers, blocks.layers, strict=True):
            found, same = a["activation"], b["activation"]
            assert found.stats.saturated_fraction == same.stats.saturated_fraction
            assert found.stats.count == same.stats.count
            # numpy's vector loops may round the rest of a block by another ulp.
            assert found.stats.std == pytest.approx(same.stats.std, rel=1000 * EPS)
            assert found.stats.mean == pytest.approx(same.stats.mean, rel=1000 * EPS)


@pytest.mark.parametrize("name", ["sigmoid", "relu"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_two_threads_give_what_one_gives(name, dtype, monkeypatch):
    spec = StackSpec(activation=name, init="std=1e8", depth=8, width=40, samples=60, dtype=dtype)
    monkeypatch.setattr(simulation, "_THREADED_VALUES", 10**9)
    one = simulate(spec)
    monkeypatch.setattr(simulation, "_THREADED_VALUES", 1)
    assert simulate(spec) == one
    assert (one.first_nonfinite_layer is None) is not (name == "relu" and dtype == "float32")


def test_ranges_beyond_float32_give_no_warning_on_another_thread(monkeypatch):
    monkeypatch.setattr(simulation, "_THREADED_VALUES", 1)
    record = simulate(
        activation="relu", init="he", width=5, samples=5, dtype="float32", range=(-1e300, 1e300)
    )
    assert record.layers[0]["activation"].histogram.counts.sum() == 25


def test_layers_come_one_at_a_time():
    init = Keeping("he")
    layers = simulate_layers(StackSpec(activation="relu", init=init, depth=5, width=4, samples=3))
    assert not init.kept
    assert [next(layers).layer, len(init.kept)] == [1, 1]
    assert [next(layers).layer, len(init.kept)] == [2, 2]
    layers.close()


def test_a_spec_and_its_fields_are_the_same_and_not_both():
    spec = StackSpec(activation="tanh", init="he", depth=2, width=3, samples=4)
    assert simulate(spec) == simulate(activation="tanh", init="he", depth=2, width=3, samples=4)
    assert actviz.simulate is simulate
    with pytest.raises(SpecError, match="takes a spec or fields, not both"):
        simulate(spec, depth=3)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_runs_on_every_shape(name):
    row = INITIALIZERS[name]
    for width in ((1,), (7, 12, 1, 5)):
        record = simulate(activation="softsign", init=row.law, width=width, samples=3)
        assert len(record.layers) == len(width)
        assert record.spec.init_name == initializer_name(row.law)


def test_the_writer_is_named():
    assert dict(simulate(activation="tanh", init="he", width=2, samples=2).writer) == {
        "actviz": version("actviz"),
        "numpy": np.__version__,
    }


def test_an_activation_that_changes_the_shape_is_refused():
    summing = Activation(
        name="summing",
        label="summing",
        fn=lambda x: x.sum(axis=1, keepdims=True),
        derivative=np.ones_like,
        bounds=(-np.inf, np.inf),
        max_slope=1.0,
        formula="Σ x",
        source="nobody",
    )
    with pytest.raises(SpecError, match=r"summing must keep the shape \(20, 5\) \(got \(20, 1\)\)"):
        simulate(activation=summing, init="he", width=5, samples=20)
