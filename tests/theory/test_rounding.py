"""How far rounding reaches, against what it does: two runs a last bit apart, by a plain script."""

from math import log, sqrt

import numpy as np
import pytest
from oracles import forward

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.records.spec import StackSpec
from actviz.theory import fixed_point, reproducible_depth

WIDTH, DEPTH = 100, 60
LAWS = {
    "std=1": lambda n: 1.0,
    "std=0.01": lambda n: 0.01,
    "he": lambda n: sqrt(2 / n),
    "lecun": lambda n: sqrt(1 / n),
    "lecun(gain=2)": lambda n: 2 / sqrt(n),
    "lecun(gain=4)": lambda n: 4 / sqrt(n),
}


def apart_by_layer(activation, init, seed):
    """Return by how much, relative to the rms, two runs differ that began one eps apart."""
    rng = np.random.default_rng(seed)
    function, std = forward.ACTIVATIONS[activation], LAWS[init](WIDTH)
    x = rng.standard_normal((50, WIDTH))
    y = x * (1 + np.finfo(float).eps * rng.choice([-1, 1], x.shape))
    for _ in range(DEPTH):
        W = std * rng.standard_normal((WIDTH, WIDTH))
        x, y = function(x @ W), function(y @ W)
        yield np.sqrt(np.mean((x - y) ** 2) / np.mean(x**2))


@pytest.mark.wide
@pytest.mark.parametrize("rtol", [1e-9, 1e-6])
@pytest.mark.parametrize(
    ("activation", "init", "chaotic"),
    [
        ("tanh", "std=1", True),
        ("softsign", "std=1", True),
        ("tanh", "lecun(gain=4)", True),
        ("hard_tanh", "std=1", True),
        ("tanh", "lecun", False),
        ("tanh", "std=0.01", False),
        ("relu", "he", False),
        ("relu", "lecun", False),
        ("sigmoid", "std=1", False),
        ("gelu", "he", False),
    ],
)
def test_it_is_never_later_than_what_happens_and_not_much_earlier(activation, init, chaotic, rtol):
    sigma_w2 = WIDTH * LAWS[init](WIDTH) ** 2
    rest = fixed_point(ACTIVATIONS[activation], sigma_w2=sigma_w2)
    told = reproducible_depth(StackSpec(activation=activation, init=init, depth=DEPTH), rtol=rtol)
    for seed in range(3):
        apart = np.array(list(apart_by_layer(activation, init, seed)))
        beyond = np.flatnonzero(apart > rtol)
        happens = int(beyond[0]) if beyond.size else DEPTH  # layers that were within rtol
        assert told <= happens
        # The script begins with eps, and theory with sqrt(n) eps; a factor of 4 is chance's. At
        # sqrt(chi) a layer that is so many layers. And where few entries carry the difference, as
        # near softsign's steep middle, most layers let it grow by less than the mean.
        late = log(4 * sqrt(WIDTH)) / (log(rest.chi) / 2) + 0.2 * happens if chaotic else 0
        assert happens - told <= late
    assert chaotic == (rest.chi > 1.2)
    assert (told < DEPTH) == chaotic


def test_float32_has_half_of_the_digits():
    spec = {"activation": "tanh", "init": "std=1", "depth": DEPTH}
    single = reproducible_depth(StackSpec(**spec, dtype="float32"), rtol=1e-4)
    assert single < reproducible_depth(StackSpec(**spec), rtol=1e-4)
    assert reproducible_depth(StackSpec(**spec, dtype="float32"), rtol=1e-9) == 0


@pytest.mark.parametrize("init", ["ones", "identity", "uniform(low=0, high=1)"])
def test_of_weights_that_theory_does_not_know_nothing_is_said(init):
    assert reproducible_depth(StackSpec(activation="tanh", init=init, depth=7)) == 7


@pytest.mark.parametrize("rtol", [0.0, 1.0, -1.0, float("nan")])
def test_a_tolerance_that_is_none(rtol):
    with pytest.raises(SpecError, match="rtol must be above 0 and below 1"):
        reproducible_depth(StackSpec(activation="tanh", init="he"), rtol=rtol)
