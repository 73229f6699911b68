"""What a stack draws is what its seed's streams give, in the documented order."""

import tracemalloc
import zlib
from dataclasses import replace

import numpy as np
import pytest
from oracles import forward

from actviz.errors import SpecError
from actviz.layers.initializers import get_initializer
from actviz.records.spec import StackSpec
from actviz.simulation.draws import BlockDraws, Draws, kept_bytes, sampled

FIELDS = {"activation": "tanh", "width": (4, 3), "input_width": 5, "samples": 7, "seed": 9}


@pytest.mark.parametrize("rng", ["spawned", "legacy"])
def test_draws_are_the_streams_of_the_seed(rng):
    spec = StackSpec(init="std=2", bias_std=0.5, input_std=3.0, rng=rng, **FIELDS)
    streams, draws = getattr(forward, rng)(9), Draws(spec)
    np.testing.assert_array_equal(draws.input(), 3.0 * streams.inputs.standard_normal((7, 5)))
    for number, shape in enumerate(((5, 4), (4, 3)), start=1):
        W, b = draws.layer(number)
        np.testing.assert_array_equal(W, 2.0 * streams.weights(number).standard_normal(shape))
        np.testing.assert_array_equal(b, 0.5 * streams.biases(number).standard_normal(shape[1]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_kept_for_the_next_stack_of_a_seed_changes_no_draw(dtype):
    # The second stack's normals are kept, and the third is made of them.
    for std in (2.0, 0.5, 1.0, 3.0):
        draws = Draws(StackSpec(init=f"std={std}", dtype=dtype, **FIELDS))
        for number, shape in enumerate(((5, 4), (4, 3)), start=1):
            W, _ = draws.layer(number)
            normals = forward.spawned(9).weights(number).standard_normal(shape)
            np.testing.assert_array_equal(W, (std * normals).astype(dtype))
            W[:] = 0.0  # whoever draws may write to it


def test_the_cotangent_is_the_last_of_a_legacy_stream():
    spec = StackSpec(init="std=1", rng="legacy", **FIELDS)
    draws, stream = Draws(spec), np.random.RandomState(9)
    draws.input()
    for number in (1, 2):
        assert draws.layer(number)[1] is None
    stream.standard_normal(7 * 5 + 5 * 4 + 4 * 3)
    np.testing.assert_array_equal(draws.cotangent(), stream.standard_normal((7, 3)))


def test_a_law_of_ones_own_may_write_to_its_array_again():
    class Buffered:
        label = name = "buffered"

        def sample(self, rng, fan_in, fan_out):
            kept[:] = rng.standard_normal((4, 4))
            return kept

        def std(self, fan_in, fan_out):
            return 1.0

    kept = np.empty((4, 4))
    draws = Draws(StackSpec(activation="tanh", init=Buffered(), width=4, depth=2, samples=2))
    first, _ = draws.layer(1)
    before = first.copy()
    draws.layer(2)
    np.testing.assert_array_equal(first, before)


@pytest.mark.parametrize(
    ("W", "says"),
    [
        (np.zeros((2, 3)), r"an array of floats \(3, 2\) \(got float64 \(2, 3\)\)"),
        (np.zeros((3, 2), int), r"got int64 \(3, 2\)"),
        ([[0.0]], r"got list"),
        (np.full((3, 2), np.inf), "weights that are not finite"),
    ],
)
def test_what_is_no_weight_matrix_is_refused(W, says):
    class Wrong:
        label = name = "wrong"

        def sample(self, rng, fan_in, fan_out):
            return W

    with pytest.raises(SpecError, match=says):
        sampled(Wrong(), np.random.default_rng(0), (3, 2))
    assert sampled(get_initializer("he"), np.random.default_rng(0), (3, 2)).shape == (3, 2)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("law", ["normal", "uniform"])
@pytest.mark.parametrize("rng", ["spawned", "legacy"])
def test_blocks_are_the_same_draws_and_layers_come_again(rng, law, dtype):
    options = {"rng": rng, "input_distribution": law, "dtype": dtype, "bias_std": 0.5}
    spec = StackSpec(init="std=1", input_std=2.0, **options, **FIELDS)
    whole, blocks = Draws(spec), BlockDraws(spec, 2)
    inputs = whole.input()
    layers = [whole.layer(number) for number in (1, 2)]
    cotangent = whole.cotangent()
    found, back = [], []
    for rows in (3, 3, 1):  # waves; an odd number of normals is half of a legacy pair
        found.append(blocks.input(rows))
        again = blocks.layers()
        for number, (W, b) in enumerate(layers, start=1):
            for ours, theirs in zip(again.layer(number), (W, b), strict=True):
                np.testing.assert_array_equal(ours, theirs)
        back.append(blocks.cotangent(rows, again))
    np.testing.assert_array_equal(np.concatenate(found), inputs)
    np.testing.assert_array_equal(np.concatenate(back), cotangent)
    assert found[0].dtype == dtype


def test_stacks_of_one_seed_have_one_input_and_one_way_back():
    one, two = (Draws(StackSpec(init=init, **FIELDS)) for init in ("he", "std=1"))
    assert one.input() is two.input()
    assert one.cotangent() is two.cotangent()
    assert not one.input().flags.writeable


CHANGES = [
    {"seed": 1},
    {"samples": 6},
    {"input_width": 6},
    {"input_std": 2.0},
    {"dtype": "float32"},
]


@pytest.mark.parametrize("change", [*CHANGES, {"input_distribution": "uniform"}])
def test_whatever_decides_the_input_changes_it(change):
    spec = StackSpec(init="he", **FIELDS)
    other = replace(spec, **change)
    before = Draws(spec).input()
    drawn, alone = Draws(other).input(), BlockDraws(other, other.samples).input(other.samples)
    np.testing.assert_array_equal(drawn, alone)
    assert drawn.dtype == other.dtype
    assert not np.array_equal(drawn, before)


@pytest.mark.parametrize(
    "fields",
    [
        {"init": "std=0.1", "width": 40, "depth": 70},
        {"init": "he", "width": (40, 7), "input_width": 30},
        {"init": "he", "width": 200, "depth": 2},
        {"init": "orthogonal", "width": 40, "depth": 5},
        {"init": "he", "width": 40, "depth": 5, "rng": "legacy"},
        {"init": "he", "width": 40, "depth": 5, "samples": 10_000},
    ],
)
def test_what_is_kept_is_told(fields, request):
    seed = zlib.crc32(request.node.name.encode())  # of no other test
    specs = [StackSpec(activation="tanh", seed=seed, **{"samples": 50, **fields})] * 3
    tracemalloc.start()
    for spec in specs:
        drawn = Draws(spec)
        drawn.input()
        for number in range(1, spec.depth + 1):
            drawn.layer(number)
        drawn.cotangent()
        del drawn
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    told = kept_bytes(specs[0])
    assert kept - 100_000 <= told <= 2 * kept


def test_a_large_input_is_not_kept():
    spec = StackSpec(activation="relu", init="he", samples=3000, depth=1)
    assert Draws(spec).input() is not Draws(spec).input()


class Kept:
    """A law of a user's own that gives one array, again and again."""

    name = label = "kept"

    def __init__(self):
        self.W = np.zeros((3, 3))

    def sample(self, rng, fan_in, fan_out):
        self.W[...] = rng.standard_normal((fan_in, fan_out))
        return self.W

    def std(self, fan_in, fan_out):
        return 1.0


def test_what_is_sampled_stays_when_a_law_gives_its_array_again():
    init, source = Kept(), np.random.default_rng(0)
    first = sampled(init, source, (3, 3))
    kept = first.copy()
    assert not np.array_equal(sampled(init, source, (3, 3)), kept)
    assert np.array_equal(first, kept)
