"""Many stacks at once: the same Records as one by one, in bounded memory."""

import time
import tracemalloc
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from math import isfinite
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from machines import machine_of, on_cores
from threadpoolctl import threadpool_info

from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation import executors, jobs
from actviz.simulation import stacks as simulation
from actviz.simulation.memory import record_bytes, working_bytes
from actviz.simulation.stacks import simulate, simulate_layers, simulate_many

SMALL = {"width": 6, "samples": 9, "depth": 3}
INITIALIZERS = (
    *("std=1", "he", "he(gain=2)", "he_uniform", "uniform=0.5", "he_truncated_normal"),
    *("orthogonal", "sparse", "sparse=0.5", "identity", "constant=0.25", "zeros", "torch_linear"),
)


#: What differs where a draw does, and takes the least to compute.
MOMENTS = Measuring(statistics="moments")


def one_by_one(specs, measuring=None):
    return [simulate(spec, measuring=measuring) for spec in specs]


class Own:
    """An initializer of one's own, which asks for what no law asks for, and writes in place."""

    name = label = "own"
    __hash__ = None  # as a plain dataclass has it

    def __eq__(self, other):
        return True  # equal, and not the same

    #: All of them give the same arrays, and write to them again.
    buffers = {}  # noqa: RUF012

    def __init__(self, factor=0.3):
        self.factor = factor

    def sample(self, rng, fan_in, fan_out):
        W = rng.standard_normal((fan_in, fan_out))
        assert W.flags.writeable
        W *= self.factor
        W += 0.01 * rng.uniform(-1, 1, (fan_in, fan_out))
        W[0] = rng.permutation(fan_out)
        buffer = self.buffers.setdefault(W.shape, np.empty_like(W))
        buffer[...] = W
        return buffer

    def std(self, fan_in, fan_out):
        return 1.0


class Scribbling:
    """Asks for the very normals that a law asks for, and spoils them after use."""

    name = label = "scribbling"

    def sample(self, rng, fan_in, fan_out):
        draws = rng.standard_normal(size=(fan_in, fan_out))
        W = 0.5 * draws
        draws[...] = np.nan
        return W

    def std(self, fan_in, fan_out):
        return 0.5


class Spawning:
    """Asks for children of its generator, or a state: more than the methods that draw."""

    name = label = "spawning"

    def sample(self, rng, fan_in, fan_out):
        if isinstance(rng, np.random.RandomState):
            return rng.rand(fan_in, fan_out) + rng.get_state(legacy=False)["state"]["pos"] / 1000
        (child,) = rng.spawn(1)
        return child.random((fan_in, fan_out))

    def std(self, fan_in, fan_out):
        return 0.3


# --- the same as one by one ---------------------------------------------------------------


@pytest.mark.wide
@pytest.mark.parametrize("rng", ["spawned", "legacy"])
@pytest.mark.parametrize("bias_std", [0.0, 0.2])
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_every_initializer_among_the_others(rng, bias_std, distribution):
    inits = (*INITIALIZERS, Own(), Own(2.0), Scribbling(), Spawning())
    specs = [
        StackSpec(
            activation=activation,
            init=init,
            width=(6, 4, 7),
            input_width=5,
            samples=9,
            bias_std=bias_std,
            input_distribution=distribution,
            rng=rng,
        )
        for activation in ("tanh", "relu")
        for init in inits
    ]
    expected = one_by_one(specs, MOMENTS)
    assert simulate_many(specs, MOMENTS) == expected
    # In any company: who comes first decides what is logged.
    assert simulate_many(specs[::-1], MOMENTS) == expected[::-1]


class Lingering:
    """Has one buffer for all that it gives, and is not done with it at once."""

    name = label = "lingering"

    def __init__(self):
        self.buffer = np.zeros((5, 5))

    def sample(self, rng, fan_in, fan_out):
        self.buffer[...] = rng.standard_normal((fan_in, fan_out))
        time.sleep(0.005)
        return self.buffer

    def std(self, fan_in, fan_out):
        return 1.0


def test_a_law_of_ones_own_gives_one_layer_at_a_time(monkeypatch):
    fields = {"activation": "tanh", "init": Lingering(), "width": 5, "depth": 4, "samples": 3}
    specs = [StackSpec(**fields, seed=seed) for seed in range(8)]
    expected = one_by_one(specs, MOMENTS)
    on_cores(monkeypatch, 4)
    assert simulate_many(specs, MOMENTS) == expected


@pytest.mark.parametrize("rng", ["spawned", "legacy"])
def test_stacks_that_differ_in_anything(rng):
    base = StackSpec(activation="tanh", init="he", rng=rng, **SMALL)
    changes = [
        {},
        {"depth": 1},
        {"depth": 7},
        {"width": 5},
        {"width": (6, 6, 6)},
        {"width": (5, 9, 2)},
        {"input_width": 3},
        {"input_width": 6},
        {"samples": 4},
        {"seed": 1},
        {"dtype": "float32"},
        {"dtype": "float32", "init": base.init, "depth": 5},
        {"bias_std": 0.1},
        {"bias_std": 0.3},
        {"input_std": 2.0},
        {"input_std": 0.0},
        {"input_distribution": "uniform"},
        {"activation": ACTIVATIONS["gelu"]},
        {"rng": "legacy"},
        {"rng": "spawned"},
    ]
    specs = [replace(base, **change) for change in changes]
    assert simulate_many(specs) == one_by_one(specs)


@pytest.mark.parametrize("rng", ["spawned", "legacy"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_stack_that_overflows_stops_alone(rng, dtype):
    inits = ("std=1e30", "he", "std=1e20", "he_uniform", Own(1e25))
    specs = [
        StackSpec(activation="relu", init=i, dtype=dtype, rng=rng, depth=14, width=6, samples=9)
        for i in inits
    ]
    records = simulate_many(specs)
    assert records == one_by_one(specs)
    stops = [record.first_nonfinite_layer for record in records]
    assert stops[1] is stops[3] is None
    assert None not in (stops[0], stops[4])
    assert len(records[0].layers) < len(records[1].layers) == 14


def test_the_lists_of_the_command_line():
    specs = [
        StackSpec(activation=activation, init=init, width=30, samples=200)
        for activation in ("sigmoid", "tanh", "relu")
        for init in ("std=1", "std=0.01", "xavier", "he")
    ]
    assert simulate_many(specs) == one_by_one(specs)


FIELDS = st.fixed_dictionaries(
    {
        "activation": st.sampled_from(["tanh", "relu", "gelu", "identity"]),
        "init": st.sampled_from([*INITIALIZERS, "std=1e200"]),
        "width": st.sampled_from([(1, 1, 1), (4, 4, 4), (4, 2), (4, 4)]),
        "input_width": st.sampled_from([None, 4]),
        "samples": st.sampled_from([1, 8]),
        "bias_std": st.sampled_from([0.0, 0.0, 0.5]),
        "input_std": st.sampled_from([1.0, -0.0, 3.0]),
        "dtype": st.sampled_from(["float64", "float32"]),
        "seed": st.sampled_from([0, 0, 2**31]),
        "rng": st.sampled_from(["spawned", "legacy"]),
    }
)


@settings(max_examples=30, deadline=None)
@given(st.lists(FIELDS, max_size=7))
def test_any_list_is_as_one_by_one(many):
    specs = [StackSpec(**fields) for fields in many]
    assert simulate_many(specs) == one_by_one(specs)


def test_zeros_of_both_signs_stay_apart():
    """1/z tells -0.0 from 0.0, though -0.0 == 0.0 and the two specs are equal."""
    sign = replace(ACTIVATIONS["identity"], name="sign", fn=lambda z: np.copysign(1.0, z))
    specs = [
        StackSpec(activation=sign, init=f"constant={value}", input_std=scale, **SMALL)
        for value in ("0.0", "-0.0")
        for scale in (0.0, -0.0)
    ]
    assert simulate_many(specs) == one_by_one(specs)


def test_a_layer_is_the_same_on_one_thread_and_on_many(monkeypatch):
    specs = [
        StackSpec(activation=activation, init=init, width=(30, 20, 30), samples=100)
        for activation in ("tanh", "relu", "gelu")
        for init in ("he", "std=1", "he_uniform")
    ]
    found = [simulate_many(specs)]
    for count in (1, 3, 8):
        on_cores(monkeypatch, count)
        found.append(simulate_many(specs))
    assert all(records == found[0] for records in found)


def test_large_layers_among_small_ones(monkeypatch):
    """As if the limits were low: some layers are one thread's work and some are not."""
    specs = [
        StackSpec(activation=activation, init=init, width=(5, 30, 8, 30), samples=20, depth=None)
        for activation in ("tanh", "relu")
        for init in ("he", "std=1", Own())
    ]
    plain = simulate_many(specs)
    monkeypatch.setattr(executors, "_SMALL_WEIGHTS", 100)
    monkeypatch.setattr(simulation, "_THREADED_VALUES", 200)
    assert simulate_many(specs) == one_by_one(specs)
    for a, b in zip(plain, simulate_many(specs), strict=True):
        for x, y in zip(a.layers, b.layers, strict=True):
            assert x["preactivation"].stats.std == pytest.approx(y["preactivation"].stats.std)


def test_a_deeper_stack_repeats_the_shallower_one_whatever_its_input():
    """The first layer is one thread's work, the second is not; so it is with one layer and two."""
    fields = {"activation": "tanh", "init": "he", "input_width": 3, "width": 700, "samples": 5}
    deep, shallow = (StackSpec(depth=depth, **fields) for depth in (2, 1))
    assert simulate(deep).layers[:1] == simulate(shallow).layers
    assert simulate_many([shallow, deep]) == one_by_one([shallow, deep])


# --- order and errors ---------------------------------------------------------------------


def test_progress_counts_layers():
    specs = [
        StackSpec(activation="tanh", init="he", depth=depth, width=width, samples=300)
        for depth, width in ((1, 4), (3, 4), (2, 500), (1, 500))
    ]
    told = []
    simulate_many(specs, progress=told.append)
    assert told[-1] == 7
    assert told == sorted(told)


def test_processes_give_the_same_as_threads():
    specs = [StackSpec(activation="tanh", init="he", seed=seed, **SMALL) for seed in range(5)]
    told = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert simulate_many(specs, executor=pool, progress=told.append) == one_by_one(specs)
    assert told[-1] == 15


def test_nothing_is_simulated_of_nothing():
    assert simulate_many([]) == []


def test_the_same_spec_twice_gives_two_records():
    spec = StackSpec(activation="tanh", init="he", **SMALL)
    a, b = simulate_many([spec, spec])
    assert a == b == simulate(spec)


def test_an_iterator_left_half_way_leaves_nothing_behind():
    before = {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}
    for layer in simulate_layers(StackSpec(activation="tanh", init="he", **SMALL)):
        assert layer.layer == 1
        # Nor is anything held while the caller has its turn.
        now = {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}
        assert now == before
        break


def test_two_simulations_at_a_time_are_as_one_after_the_other():
    specs = [StackSpec(activation="tanh", init="he", seed=seed, **SMALL) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(simulate, specs)) == one_by_one(specs)


@pytest.mark.parametrize("company", [0, 3])
def test_an_error_of_ones_own_activation_arrives(company):
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
    others = [StackSpec(activation="tanh", init=f"std={i}", **SMALL) for i in range(company)]
    with pytest.raises(SpecError, match="summing must keep the shape"):
        simulate_many([*others, StackSpec(activation=summing, init="he", **SMALL)])


# --- memory -------------------------------------------------------------------------------


def peak(specs):
    simulate_many(specs[:2])  # what is imported on the way stays, and is nobody's signal
    tracemalloc.start()
    try:
        simulate_many(specs)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_large_stacks_are_in_memory_one_at_a_time():
    specs = [
        StackSpec(activation=name, init="he", width=600, depth=6, samples=2)
        for name in ("tanh", "relu", "gelu", "sigmoid", "elu")
    ]
    layer = 600 * 600 * 8
    alone = peak(specs[:1])
    # The draws, and a layer's weights; not six layers, nor five stacks.
    assert layer < alone < 2.6 * layer
    assert peak(specs) < alone + 0.3 * layer


def test_signals_of_many_stacks_are_not_in_memory_at_once(monkeypatch):
    on_cores(monkeypatch, 2)
    specs = [
        StackSpec(activation="tanh", init=f"std={i}", depth=1, width=20, samples=5000)
        for i in range(1, 25)
    ]
    signal = 5000 * 20 * 8
    # What two threads need: saturated values are copied twice to be put in order.
    assert peak(specs) < 2 * 9 * signal < len(specs) * signal


class Never(Own):
    def sample(self, rng, fan_in, fan_out):
        raise AssertionError("drawn before the check of memory")


def test_what_does_not_fit_is_refused_before_anything_is_drawn(monkeypatch):
    specs = [
        StackSpec(activation="tanh", init=Never(), input_std=i + 1.0, width=20, samples=50_000)
        for i in range(8)
    ]
    alone = working_bytes(specs[0], Measuring()) + record_bytes(specs[0], Measuring())
    machine_of(monkeypatch, int(alone / 0.8) + 1000)
    assert simulate_layers(specs[0])
    machine_of(monkeypatch, int(alone / 0.8) - 1000)
    with pytest.raises(SpecError, match=r"may be taken, 80 % of the test's limit"):
        simulate_many(specs)


def test_the_records_of_all_stacks_are_counted(monkeypatch):
    specs = [StackSpec(activation="tanh", init="he", depth=99, seed=i, width=2) for i in range(400)]
    room = working_bytes(specs[0], Measuring()) + 390 * record_bytes(specs[0], Measuring())
    machine_of(monkeypatch, int(room / 0.8))
    with pytest.raises(SpecError, match=r"may be taken, 80 % of the test's limit"):
        simulate_many(specs)


@pytest.mark.parametrize(
    "fields", [{"samples": 3000, "width": 60}, {"samples": 4, "width": 600}], ids=str
)
def test_the_estimate_for_many_is_above_their_peak(fields, monkeypatch):
    specs = [
        StackSpec(activation=activation, init=init, bias_std=0.1, depth=3, **fields)
        for activation in ("tanh", "relu", "mish")
        for init in ("he", "std=1")
    ]
    asked = []
    monkeypatch.setattr(jobs, "check_fits", lambda needed, *_: asked.append(needed))
    jobs.check_memory(simulation._jobs(specs, None))
    assert peak(specs) <= asked[0]
    assert isfinite(asked[0])
