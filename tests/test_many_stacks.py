"""Many stacks at once are the same as one after the other, and draw each number once."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from actviz import StackSpec, simulate, simulate_many
from actviz import simulation as room
from actviz._streams import Streams
from actviz.errors import SpecError
from actviz.simulation import simulate_stacks


class InPlace:
    """An initializer of a user's own, who scales what he was given where it stands."""

    name = label = "in_place"

    def std(self, fan_in, fan_out):
        return 0.1

    def sample(self, rng, fan_in, fan_out):
        weights = rng.standard_normal((fan_in, fan_out))
        weights *= 0.1
        return weights


SMALL = {"width": 12, "samples": 20, "depth": 3}
LAWS = ("std=1", "std=0.01", "xavier", "he", "glorot_uniform", "uniform=0.2", "orthogonal")
LAWS += ("sparse", "he_truncated_normal", "identity", "zeros", "constant=0.3", "torch_linear")


def spec(**fields):
    return StackSpec(**({"activation": "tanh", "init": "he"} | SMALL | fields))


MIXED = [
    *(spec(init=init) for init in LAWS),
    *(spec(init=init, rng="legacy") for init in ("he", "glorot_uniform", "he", "sparse")),
    spec(init=InPlace()),
    spec(init="std=0.1"),  # after the one that writes where it stands
    spec(dtype="float32"),
    spec(bias_std=0.1),
    spec(bias_std=0.2, init="xavier"),
    spec(depth=5),
    spec(width=(12, 7, 9)),
    spec(input_distribution="uniform"),
    spec(input_std=2.0),
    spec(seed=1),
    spec(range=(0.0, 1.0)),
    spec(range=(0.0, 1.0), bins=7),
    spec(activation="relu"),
    spec(),
]


def test_many_are_the_same_as_one_by_one():
    assert simulate_many(MIXED) == [simulate(one) for one in MIXED]
    assert simulate_many([]) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(MIXED), max_size=6))
def test_any_mixture_is_the_same_as_one_by_one(specs):
    assert simulate_many(specs) == [simulate(one) for one in specs]


def test_a_stack_that_stops_does_not_stop_the_others():
    specs = [
        spec(activation="relu", init=init, dtype="float32", input_std=1e30, depth=12)
        for init in ("std=9", "std=0.1")
    ]
    stopped, whole = simulate_many(specs)
    assert stopped == simulate(specs[0])
    assert stopped.first_nonfinite_layer is not None
    assert whole == simulate(specs[1])
    assert len(whole.layers) == 12


def test_layers_come_in_order_with_the_number_of_their_stack():
    found = {}
    for index, layer in simulate_stacks(MIXED):
        found.setdefault(index, []).append(layer.layer)
    assert found == {i: [*range(1, one.depth + 1)] for i, one in enumerate(MIXED)}


def test_every_number_is_drawn_once(monkeypatch):
    asked = []
    real = room.Streams._generator

    def counted(self, key):
        asked.append(key)
        return real(self, key)

    monkeypatch.setattr(room.Streams, "_generator", counted)
    simulate_many([spec(activation=a, init=i) for a in ("tanh", "relu") for i in LAWS[:4]])
    # One generator for the input and one for the weights of each of three layers.
    assert len(asked) == len(set(asked)) == 4


def test_memory_is_looked_at_before_anything_is_drawn(monkeypatch):
    def refuse(*_):
        raise AssertionError("drew")

    monkeypatch.setattr(room.Streams, "_generator", refuse)
    with pytest.raises(SpecError, match="GB of memory"):
        simulate_many([spec(), spec(width=10_000_000)])


@pytest.mark.parametrize("rng", ["spawned", "legacy"])
def test_a_reader_who_asks_for_something_else_gets_what_its_own_generator_would_give(rng):
    def own():
        if rng == "legacy":
            return np.random.RandomState(3)
        return np.random.default_rng(np.random.SeedSequence(3, spawn_key=(1, 1)))

    streams = Streams(rng, 3)
    one, other = streams.open(1, 1), streams.open(1, 1)
    expected = own()
    first = expected.standard_normal((2, 3))
    np.testing.assert_array_equal(one.standard_normal((2, 3)), first)
    np.testing.assert_array_equal(one.standard_normal(4), expected.standard_normal(4))
    expected = own()
    np.testing.assert_array_equal(other.standard_normal((2, 3)), first)
    expected.standard_normal((2, 3))
    np.testing.assert_array_equal(other.uniform(-1.0, 2.0, 5), expected.uniform(-1.0, 2.0, size=5))


def test_a_reader_may_write_to_what_it_was_given():
    streams = Streams("spawned", 0)
    one, other = streams.open(1), streams.open(1)
    given_to_one = one.standard_normal(3)
    kept = given_to_one.copy()
    given_to_one *= 100.0
    np.testing.assert_array_equal(other.standard_normal(3), kept)


def test_what_all_readers_have_passed_is_let_go():
    streams = Streams("spawned", 0)
    readers = [streams.open(1), streams.open(1)]
    passed = weakref.ref(readers[0]._place)
    streams.forget()
    for reader in readers:
        assert passed() is not None
        reader.standard_normal(3)
    gc.collect()
    assert passed() is None


def threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_blas_gets_its_threads_back():
    class Fails:
        name = label = "fails"

        def std(self, fan_in, fan_out):
            return 1.0

        def sample(self, rng, fan_in, fan_out):
            raise RuntimeError("no")

    before = threads()
    assert before
    simulate_many(MIXED[:4])
    assert threads() == before
    with pytest.raises(RuntimeError):
        simulate_many([spec(), spec(init=Fails())])
    assert threads() == before
    for _ in simulate_stacks(MIXED[:4]):
        assert threads() == before  # also while a caller has the word
