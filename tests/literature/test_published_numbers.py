"""The numbers that the textbooks print, or that follow from their scripts: facts, not our own.

A network's numbers vary with its weights, far more than 10^5 pooled values suggest. Whatever was
not made from one known seed is compared with an ensemble of seeds: a single published run within
five standard deviations of it, an expectation within five standard errors, and what is rounded for
print half a digit more.
"""

from functools import cache
from math import exp, log, pi, sqrt

import numpy as np
import pytest
from oracles import mean_field
from scipy import optimize

from actviz import ACTIVATIONS, simulate, simulate_ensemble
from actviz.layers.initializers import INITIALIZERS

pytestmark = pytest.mark.usefixtures("one_blas_thread")

# Mean and population std of layers 1 to 5 with RandomState(0), in the textbook's draw order.
SAITO = {
    ("sigmoid", "std=1"): (
        (0.499065231235, 0.458325255376),
        (0.517688021873, 0.438014259119),
        (0.513979070566, 0.442287428849),
        (0.535976286387, 0.437274324446),
        (0.542967326137, 0.436805316314),
    ),
    ("relu", "he"): (
        (0.560950642886, 0.827514691509),
        (0.573457553584, 0.824897153949),
        (0.622347627519, 0.945092557916),
        (0.661350577731, 0.946639229195),
        (0.659524987237, 1.00101690187),
    ),
}


@pytest.mark.parametrize("stack", SAITO)
def test_saitos_script_is_reproduced_to_the_last_printed_digit(stack):
    activation, init = stack
    record = simulate(activation=activation, init=init, rng="legacy", seed=0)
    found = [
        (layer["activation"].stats.mean, layer["activation"].stats.std) for layer in record.layers
    ]
    # Twelve digits are printed; BLAS builds differ by about 4e-15 relative.
    np.testing.assert_allclose(found, SAITO[stack], rtol=0, atol=6e-12)


def test_the_textbooks_range_drops_a_quarter_of_relu_with_he():
    record = simulate(activation="relu", init="he", rng="legacy", seed=0, range=(0.0, 1.0))
    inside = [int(layer["activation"].histogram.counts.sum()) for layer in record.layers]
    assert inside == [76320, 75749, 74854, 72617, 73062]


@pytest.mark.parametrize("init", ["std=1", "std=0.01", "lecun", "he"])
@pytest.mark.parametrize("name", ["sigmoid", "relu"])
def test_saitos_script_in_plain_numpy(name, init):
    """The same script for the scales whose numbers are not printed."""
    scale = {"std=1": 1.0, "std=0.01": 0.01, "lecun": sqrt(1 / 100), "he": sqrt(2 / 100)}[init]
    state = np.random.RandomState(0)
    x = state.randn(1000, 100)
    record = simulate(activation=name, init=init, rng="legacy", seed=0)
    for layer in record.layers:
        z = x @ (state.randn(100, 100) * scale)
        x = 1 / (1 + np.exp(-z)) if name == "sigmoid" else np.maximum(0, z)
        found = layer["activation"].stats
        assert found.mean == pytest.approx(x.mean(), rel=1e-12)
        assert found.std == pytest.approx(x.std(), rel=1e-12)


# --- ensembles ----------------------------------------------------------------------------


def stds_by_layer(seeds, **fields):
    """The std of each layer's activations, shape (seeds, layers)."""
    return np.array(
        [
            [layer["activation"].stats.std for layer in simulate(seed=seed, **fields).layers]
            for seed in range(seeds)
        ]
    )


def check_expectation(found, expected, *, order=0.0, digits=0.0):
    """Compare a mean over seeds with an expectation.

    Infinite width leaves out terms of order 1/n: `order` is what they may be, relative.
    """
    error = 5 * found.std(axis=0, ddof=1) / sqrt(len(found))
    bound = error + order * np.abs(expected) + digits
    assert np.all(np.abs(found.mean(axis=0) - expected) < bound), (found.mean(axis=0), expected)


def check_single_run(found, published, *, digits):
    """Compare one published run with the spread of runs; the ensemble's mean has an error too."""
    spread = found.std(axis=0, ddof=1) * sqrt(1 + 1 / len(found))
    difference = np.abs(found.mean(axis=0) - published)
    assert np.all(difference < 5 * spread + digits), (found.mean(axis=0), published)


#: As on the slides, with fewer inputs: 500 units alike are what makes a layer's numbers vary.
SLIDES = {"width": 500, "samples": 100}
#: Where only n -> infinity is meant.
WIDE = {"depth": 8, "width": 200, "samples": 60}

#: std by layer: printed on the slides of CS231n; and by the mean field, from facts and quadrature.
SLIDE_SMALL = (0.213081, 0.047551, 0.010630, 0.002378, 0.000532)
MEAN_FIELD_SMALL = (0.213546, 0.047642, 0.010652, 0.002382, 0.000533)
SLIDE_LARGE = (0.98212,)
MEAN_FIELD_LARGE = (0.982012, 0.981680, 0.981673)


def test_the_ten_layers_fade_at_std_001_as_on_the_slide():
    found = stds_by_layer(8, activation="tanh", init="std=0.01", depth=5, **SLIDES)
    field = np.array(mean_field.stds(np.tanh, 500 * 0.01**2, 10))
    np.testing.assert_allclose(field[:5], MEAN_FIELD_SMALL, rtol=0, atol=0.5e-6)
    assert f"{field[9]:.1e}" == "3.0e-07"
    check_single_run(found[:, :5], np.array(SLIDE_SMALL), digits=0.5e-6)
    # Sums of squares over 500 units: the mean of a std is below its rms by var/2, of order 1/n.
    layers = np.arange(1, 6)
    check_expectation(found, field[:5], order=layers / 500)


def test_the_ten_layers_saturate_at_std_1_as_on_the_slide():
    found = stds_by_layer(6, activation="tanh", init="std=1", depth=3, **SLIDES)
    field = np.array(mean_field.stds(np.tanh, 500.0, 3))
    np.testing.assert_allclose(field, MEAN_FIELD_LARGE, rtol=0, atol=0.5e-6)
    check_single_run(found[:, :1], np.array(SLIDE_LARGE), digits=0.5e-5)
    # 1 - std^2 is what is left, about 1 / sqrt(500); its relative error of order 1/n is tiny.
    check_expectation(found, field, order=1 / 500 / sqrt(500))


@pytest.mark.parametrize("init", ["glorot_uniform", "lecun(gain=1.6666666666666667)"])
def test_tanh_follows_the_mean_field(init):
    gain = 5 / 3 if "gain" in init else 1.0
    found = stds_by_layer(6, activation="tanh", init=init, **WIDE)
    field = np.array(mean_field.stds(np.tanh, gain**2, 8))
    check_expectation(found, field, order=np.arange(1, 9) / 200)


def test_tanh_with_a_gain_of_five_thirds_settles_where_a_forum_found_it():
    field = mean_field.stds(np.tanh, (5 / 3) ** 2, 60)
    assert field[-1] == pytest.approx(0.651347, abs=0.5e-6)
    found = stds_by_layer(
        8, activation="tanh", init=f"lecun(gain={5 / 3!r})", **WIDE | {"depth": 12}
    )[:, -1:]
    check_single_run(found, np.array([0.6518]), digits=0.5e-4)


def test_tanh_at_its_critical_gain_has_no_floor():
    """std = 1 / sqrt(2 l) for large l: phi(x)^2 = x^2 - 2/3 x^4 + …, so that q' = q - 2 q^2."""
    field = np.array(mean_field.stds(np.tanh, 1.0, 400))
    product = field * np.sqrt(2 * np.arange(1, 401))
    assert np.all(np.diff(field) < 0)
    # The next term is of order log(l) / l.
    assert product[-1] == pytest.approx(1, abs=log(400) / 400)
    assert abs(product[-1] - 1) < abs(product[99] - 1) < abs(product[24] - 1)


# tanh, five hidden layers, U(±1/sqrt(n)): the "standard" of Glorot and Bengio's figure 6.
GLOROT_STANDARD = (0.4603, 0.2495, 0.1412, 0.0810, 0.0467)


@pytest.mark.parametrize(
    ("init", "sigma_w2"), [("torch_linear", 1 / 3), ("uniform", 1 / 3), ("glorot_uniform", 1.0)]
)
def test_glorot_and_bengios_standard_and_normalized_initialization(init, sigma_w2):
    if init == "uniform":
        init = f"uniform={1 / sqrt(200)!r}"
    found = stds_by_layer(6, activation="tanh", init=init, **WIDE | {"depth": 5})
    field = np.array(mean_field.stds(np.tanh, sigma_w2, 5))
    if sigma_w2 < 1:
        np.testing.assert_allclose(field, GLOROT_STANDARD, rtol=0, atol=0.5e-4)
        check_expectation(found, np.array(GLOROT_STANDARD), order=np.arange(1, 6) / 200)
    else:
        assert np.all(found[:, -1] > 5 * GLOROT_STANDARD[-1])
    check_expectation(found, field, order=np.arange(1, 6) / 200)


def test_the_textbooks_healthy_sigmoid_gives_every_input_the_same_output():
    """Within-unit std 6.425e-4 over 40 seeds and 6.426e-4 in the mean field; pooled .122."""
    field = mean_field.within_unit_std(ACTIVATIONS["sigmoid"].fn, 1.0, 5)
    assert field == pytest.approx(6.426e-4, abs=0.5e-7)
    last = [
        simulate(activation="sigmoid", init="xavier", seed=seed, samples=200).layers[-1]
        for seed in range(40)
    ]
    within = np.array([[layer["activation"].stats.within_unit_std] for layer in last])
    pooled = np.array([[layer["activation"].stats.std] for layer in last])
    # The other ensemble of 40 has an error of its own, like this one's.
    error = 5 * sqrt(2) * within.std(ddof=1) / sqrt(40)
    assert within.mean() == pytest.approx(6.425e-4, abs=error + 0.5e-7)
    check_expectation(within, np.array([field]), order=5 / 100)
    check_single_run(pooled, np.array([0.122]), digits=0.5e-3)


@pytest.mark.heavy
def test_relu_with_he_spreads_between_seeds_as_hanin_and_rolnick_say():
    """For one input, |x_L|^2 / |x_0|^2 has the mean 1 and the variance (1 + 5/n)^L - 1."""
    n, depth, seeds = 20, 2, 500
    # One sample, and layer 1's activation as the fixed input of the layers behind it.
    ratios = np.array(
        [
            record.layers[-1]["activation"].stats.rms ** 2
            / record.layers[0]["activation"].stats.rms ** 2
            for record in (
                simulate(activation="relu", init="he", depth=depth + 1, width=n, samples=1, seed=i)
                for i in range(seeds)
            )
        ]
    )
    squares = (ratios - 1) ** 2
    assert ratios.mean() == pytest.approx(1, abs=5 * ratios.std() / sqrt(seeds))
    expected = (1 + 5 / n) ** depth - 1
    assert squares.mean() == pytest.approx(expected, abs=5 * squares.std() / sqrt(seeds))


def test_one_seed_is_not_one_sample():
    """ReLU with He, n = 100, layer 10: the mean square varies by about 50 % between seeds."""
    squares = np.array(
        [
            simulate(
                activation="relu", init="he", depth=10, samples=50, seed=seed, statistics=["size"]
            )
            .layers[-1]["activation"]
            .stats.rms
            ** 2
            for seed in range(60)
        ]
    )
    spread = squares.std(ddof=1) / squares.mean()
    # The jackknife's standard error of that quotient.
    left_out = np.array([np.delete(squares, i) for i in range(60)])
    quotients = left_out.std(axis=1, ddof=1) / left_out.mean(axis=1)
    error = sqrt(59) * quotients.std()
    assert abs(spread - 0.5) < 5 * error
    assert spread - 3 * error > 0.05  # far above the 1 % that 10^4 independent values would have


# --- the mean field's table, held against the activations ---------------------------------

# E phi, E phi^2, E phi'^2 for z ~ N(0, 1).
MOMENTS = {
    "tanh": (0.0, 0.3942944904, 0.4644029024),
    "sigmoid": (0.5, 0.2933790359, 0.0448362414),
    "relu": (0.3989422804, 0.5, 0.5),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_gaussian_moments_of_the_activations(name):
    row = ACTIVATIONS[name]
    found = (
        mean_field.moment(row.fn, 1.0, 1),
        mean_field.moment(row.fn, 1.0, 2),
        mean_field.moment(row.derivative, 1.0, 2),
    )
    np.testing.assert_allclose(found, MOMENTS[name], rtol=0, atol=0.5e-10)


@pytest.mark.parametrize("name", MOMENTS)
def test_the_first_layer_has_those_moments(name):
    """With lecun, z of one sample is N(0, q), q the mean square of the input, here 1 exactly."""
    n = 400
    first, second, _ = MOMENTS[name]
    found = np.array(
        [
            [stats.mean, stats.rms**2]
            for stats in (
                simulate(activation=name, init="lecun", depth=1, width=n, samples=50, seed=seed)
                .layers[0]["activation"]
                .stats
                for seed in range(12)
            )
        ]
    )
    # The input's mean square is 1 but for 1 / sqrt(n) in each sample: of order 1/n in the mean.
    check_expectation(found, np.array([first, second]), order=1 / n, digits=1e-12)


def test_the_sigmoids_fixed_point():
    sigmoid = ACTIVATIONS["sigmoid"]
    q = optimize.brentq(lambda q: mean_field.moment(sigmoid.fn, q, 2) - q, 0.1, 0.5, xtol=1e-12)
    assert q == pytest.approx(0.26468688, abs=0.5e-8)
    assert mean_field.moment(sigmoid.derivative, q, 2) == pytest.approx(0.05572071, abs=0.5e-8)


def test_relus_half():
    """Xavier fails for ReLU because E relu(z)^2 is half of E z^2, whatever the scale."""
    for q in (0.01, 1.0, 100.0):
        assert mean_field.moment(ACTIVATIONS["relu"].fn, q, 2) == pytest.approx(q / 2, rel=1e-9)
    found = stds_by_layer(6, activation="relu", init="xavier", **WIDE)
    scale = sqrt((1 - 1 / pi) / 2)  # of the std of relu(z): E relu(z)^2 - (E relu(z))^2
    check_expectation(found, scale * sqrt(0.5) ** np.arange(8), order=5 * np.arange(1, 9) / 200)


# --- the initializers' constants ----------------------------------------------------------


def test_a_normal_law_cut_at_two_sigma():
    cut = 0.87962566103423978
    density = exp(-2) / sqrt(2 * pi)
    inside = mean_field.expectation(lambda z: float(abs(z) < 2))
    assert sqrt(1 - 4 * density / inside) == pytest.approx(cut, rel=1e-6)
    W = INITIALIZERS["he_truncated_normal"].law.sample(np.random.default_rng(0), 400, 300)
    # The largest of 120 000 values is at the cut, but for the share that is closer to it.
    assert np.abs(W).max() == pytest.approx(2 * sqrt(2 / 400) / cut, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("torch_linear", lambda i, o: 1 / sqrt(i)),
        ("glorot_uniform", lambda i, o: sqrt(6 / (i + o))),
        ("he_uniform", lambda i, o: sqrt(6 / i)),
        ("lecun_uniform", lambda i, o: sqrt(3 / i)),
    ],
)
def test_uniform_laws_have_the_variance_of_their_limit(name, limit):
    law = INITIALIZERS[name].law
    for fan_in, fan_out in ((300, 200), (200, 300)):
        a = limit(fan_in, fan_out)
        assert law.std(fan_in, fan_out) ** 2 == pytest.approx(a**2 / 3, rel=1e-15)
        W = law.sample(np.random.default_rng(0), fan_in, fan_out)
        assert a * (1 - 1e-3) < np.abs(W).max() <= a
        # The variance of x^2 for U(-a, a) is 4/45 a^4.
        assert np.mean(W**2) == pytest.approx(a**2 / 3, rel=5 * 3 * sqrt(4 / 45 / W.size))


def test_xavier_is_a_variance_and_not_a_sigma():
    assert INITIALIZERS["xavier"].law.std(300, 500) == pytest.approx(sqrt(2 / 800), rel=1e-15)
    # The textbook's Xavier is 1/fan_in; the same for a square W.
    assert INITIALIZERS["lecun"].law.std(300, 500) == pytest.approx(sqrt(1 / 300), rel=1e-15)
    assert INITIALIZERS["lecun"].law.std(100, 100) == INITIALIZERS["xavier"].law.std(100, 100)


@pytest.mark.parametrize("init", ["zeros", "ones", "constant=0.63"])
def test_zeros_ones_and_constants_make_all_units_alike(init):
    for layer in simulate(activation="tanh", init=init, samples=50).layers:
        assert layer["activation"].stats.between_unit_std == 0.0


# --- gradients ----------------------------------------------------------------------------

#: Of the gradient with respect to the preactivations in layers 1 and 5 of 5 × 100 units, from a
#: standard normal cotangent: activation, initializer, statistic, the numbers as they are printed,
#: and half of their last digit.
GRADIENTS = [
    ("sigmoid", "std=0.01", "std", (1e-7, 0.25), (0.5e-7, 0.005)),
    ("sigmoid", "xavier", "std", (6.5e-4, 0.23), (0.05e-4, 0.005)),
    ("sigmoid", "std=1", "std", (0.1, 0.1), (0.05, 0.05)),
    ("sigmoid", "std=1", "median_magnitude", (None, 5e-3), (None, 0.5e-3)),
]


@cache
def gradients(activation, init, seeds=8):
    """An ensemble of the textbook's stack, and its gradients' statistics by layer."""
    return simulate_ensemble(
        activation=activation, init=init, gradients=True, effective_rank=False, seeds=seeds
    )


def gradient(activation, init, statistic):
    """A statistic of the gradient, shape (seeds, layers)."""
    ensemble = gradients(activation, init)
    return np.array([ensemble.values(n, "gradient", statistic) for n in range(1, 6)]).T


@pytest.mark.wide
@pytest.mark.parametrize(("activation", "init", "statistic", "printed", "digits"), GRADIENTS)
def test_gradients_of_the_textbooks_stacks(activation, init, statistic, printed, digits):
    found = gradient(activation, init, statistic)
    for layer, number, digit in zip((0, -1), printed, digits, strict=True):
        if number is not None:
            check_single_run(found[:, layer], number, digits=digit)


@pytest.mark.parametrize(
    ("activation", "init", "factor", "digit"),
    [("sigmoid", "std=0.01", 40, 5), ("sigmoid", "xavier", 4.2, 0.05)],
)
def test_the_factor_of_the_gradient_a_layer(activation, init, factor, digit):
    stds = gradient(activation, init, "std")
    check_single_run((stds[:, -1] / stds[:, 0]) ** (1 / 4), factor, digits=digit)


def test_sigmoids_gradient_is_flat_but_sparse_under_std_1():
    """The std of all layers is one within their spread, and the median a twentieth of it."""
    stds, medians = (gradient("sigmoid", "std=1", name) for name in ("std", "median_magnitude"))
    assert stds.mean(axis=0).max() / stds.mean(axis=0).min() < 1.5
    assert (medians < 0.1 * stds).all()


def test_tanhs_gradient_explodes_under_std_1():
    """By chi = sigma_w^2 E tanh'(z)^2 a layer in variance, about (2.35)^2."""
    stds = gradient("tanh", "std=1", "std")
    assert (np.diff(stds, axis=1) < 0).all()
    expected, _ = mean_field.gradient_stds(
        np.tanh, lambda z: 1 - np.tanh(z) ** 2, 100.0, 5, samples=1000
    )
    check_expectation(stds, np.array(expected), order=np.arange(5, 0, -1) / 100)
