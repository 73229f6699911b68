"""The reverse pass against finite differences, against autograd, and against published numbers.

Finite differences are of the whole stack, written with scipy's functions, in five points: their
error is h^4 f^(5) / 30 by truncation and 1.5 eps |f| / h by rounding. Where the activation has a
kink, the loss is smooth as long as no preactivation passes it, and a step is checked for that.
"""

import dataclasses
from math import sqrt

import numpy as np
import pytest
from oracles import forward

from actviz.layers.activations import ACTIVATIONS
from actviz.layers.dense import Dense, LayerPass, backpropagate
from actviz.layers.signals import BACKWARD, FORWARD, SIGNALS
from actviz.numbers.histogram import OCTAVE_EDGES
from actviz.numbers.stats import describe
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate, simulate_many

EPS = float(np.finfo(np.float64).eps)
WIDTHS, INPUT, SAMPLES, SEED = (7, 6, 5), 8, 4, 3
KINKS = {"relu": (0.0,), "leaky_relu": (0.0,), "elu": (0.0,), "selu": (0.0,), "hard_tanh": (-1, 1)}
KINKS["softsign"] = (0.0,)  # of its second derivative


def weights(seed=SEED):
    rng = np.random.default_rng(seed)
    shapes = zip((INPUT, *WIDTHS), WIDTHS, strict=False)
    return [rng.standard_normal(shape) / sqrt(shape[0]) for shape in shapes]


def push(name, x, Ws, shifts):
    """Return the preactivations and activations, each layer's moved by its two shifts."""
    layers = []
    for W, (of_z, of_a) in zip(Ws, shifts, strict=True):
        z = x @ W + of_z
        x = forward.ACTIVATIONS[name](z) + of_a
        layers.append((z, x))
    return layers


def taped(name, seed=SEED):
    """Return a stack's tape, its weights, input and cotangent."""
    rng = np.random.default_rng(seed + 100)
    x, Ws = rng.standard_normal((SAMPLES, INPUT)), weights(seed)
    layers = push(name, x, Ws, [(0.0, 0.0)] * 3)
    inputs = [x, *(a for _, a in layers[:-1])]
    row = ACTIVATIONS[name]
    tape = [
        LayerPass(Dense(W), before, row.derivative(z))
        for before, (z, _), W in zip(inputs, layers, Ws, strict=True)
    ]
    return tape, Ws, x, rng.standard_normal((SAMPLES, WIDTHS[-1]))


def differentiate(name, Ws, x, cotangent, signal, layer, direction):
    """Return the derivative of the loss along a direction of a signal's array, in five points."""
    zero = [(0.0, 0.0)] * 3

    def at(step):
        moved, shifts = list(Ws), list(zero)
        if signal == "weight_gradient":
            moved[layer] = Ws[layer] + step * direction
        else:
            shift = step * direction
            shifts[layer] = (shift, 0.0) if signal == "gradient" else (0.0, shift)
        return push(name, x, moved, shifts)

    still, h = at(0.0), 1e-3
    kinks = np.array(KINKS.get(name, ()))
    ends = [at(2 * h), at(-2 * h)]
    sides = [[np.searchsorted(kinks, z) for z, _ in layers] for layers in (still, *ends)]
    for end in sides[1:]:
        if any((a != b).any() for a, b in zip(sides[0], end, strict=True)):
            return None
    loss = {k: float((cotangent * at(k * h)[-1][1]).sum()) for k in (-2, -1, 1, 2)}
    return (8 * (loss[1] - loss[-1]) - (loss[2] - loss[-2])) / (12 * h)


@pytest.mark.parametrize("name", [*forward.ACTIVATIONS])
def test_gradients_are_finite_differences(name):
    checked = dict.fromkeys(BACKWARD, 0)
    for seed in range(SEED, SEED + 6):
        tape, Ws, x, cotangent = taped(name, seed)
        found = list(backpropagate(tape, cotangent))[::-1]
        rng = np.random.default_rng(seed)
        for layer in range(3):
            for signal in BACKWARD:
                gradient = found[layer][signal]
                # Along the gradient itself no digits cancel.
                direction = gradient / np.linalg.norm(gradient)
                direction = direction + 0.1 * rng.standard_normal(gradient.shape)
                slope = differentiate(name, Ws, x, cotangent, signal, layer, direction)
                if slope is not None:
                    checked[signal] += 1
                    assert float((gradient * direction).sum()) == pytest.approx(slope, rel=1e-9)
    assert min(checked.values()) >= 4, checked


@pytest.mark.wide
@pytest.mark.parametrize("name", [*forward.ACTIVATIONS])
def test_gradients_are_those_of_autograd(name):
    torch = pytest.importorskip("torch", reason="torch is not installed: not in [test]")
    functional = torch.nn.functional
    ours = {
        "identity": lambda z: z,
        "hard_tanh": functional.hardtanh,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
    }
    activate = ours.get(name) or getattr(functional, name)
    tape, Ws, x, cotangent = taped(name)
    parameters = [torch.tensor(W, requires_grad=True) for W in Ws]
    value, kept = torch.tensor(x), []
    for W in parameters:
        z = value @ W
        z.retain_grad()
        value = activate(z)
        value.retain_grad()
        kept.append((z, value, W))
    value.backward(torch.tensor(cotangent))
    for gradients, (z, a, W) in zip(list(backpropagate(tape, cotangent))[::-1], kept, strict=True):
        for signal, tensor in zip(BACKWARD, (z, a, W), strict=True):
            size = float(np.abs(gradients[signal]).max())
            np.testing.assert_allclose(
                gradients[signal], tensor.grad.numpy(), rtol=1e-9, atol=1e-12 * size
            )


# --- what a record keeps of them ----------------------------------------------------------

STACK = {"width": (7, 12, 5), "input_width": 9, "samples": 40, "bias_std": 0.3, "seed": 11}


def plain_gradients(name, init, *, streams, cotangent):
    layers = list(
        forward.forward(
            forward.ACTIVATIONS[name],
            forward.INITIALIZERS[init],
            STACK["width"],
            streams,
            samples=STACK["samples"],
            input_width=STACK["input_width"],
            bias_std=STACK["bias_std"],
        )
    )
    upstream, found = cotangent(), []
    for number in range(len(layers) - 1, -1, -1):
        gradient = upstream * ACTIVATIONS[name].derivative(layers[number].z)
        x = layers[number - 1].a if number else None
        found.append((gradient, upstream, None if x is None else np.einsum("si,sj", x, gradient)))
        upstream = np.einsum("sj,ij->si", gradient, layers[number].W)
    return found[::-1]


@pytest.mark.parametrize("rng", ["spawned", "legacy"])
@pytest.mark.parametrize("name", ["sigmoid", "relu", "gelu"])
def test_a_record_has_the_statistics_of_a_plain_script(name, rng):
    def cotangent():
        if rng == "legacy":  # after the input and all weights and biases, from the same stream
            return shared.inputs.standard_normal((STACK["samples"], 5))
        return np.random.default_rng(np.random.SeedSequence(11).spawn(4)[3]).standard_normal(
            (STACK["samples"], 5)
        )

    shared = getattr(forward, rng)(STACK["seed"])
    record = simulate(activation=name, init="he", rng=rng, gradients=True, **STACK)
    plain = plain_gradients(name, "he", streams=shared, cotangent=cotangent)
    for layer, arrays in zip(record.layers, plain, strict=True):
        for signal, values in zip(BACKWARD, arrays, strict=True):
            if values is None:
                continue
            found, expected = layer[signal].stats, describe(values, gradient=True)
            # A product of n terms of the size of rms: n eps, and a layer's after another's.
            atol = 200 * EPS * float(np.abs(values).max())
            for statistic in ("mean", "std", "rms", "min", "max", "median_magnitude"):
                assert getattr(found, statistic) == pytest.approx(
                    getattr(expected, statistic), rel=0, abs=atol
                ), statistic
            assert found.zero_fraction == expected.zero_fraction


def test_the_forward_pass_is_the_same_with_and_without():
    both = [simulate(activation="tanh", init="he", gradients=g, **STACK) for g in (False, True)]
    assert [record.signals for record in both] == [FORWARD, SIGNALS]
    for without, with_ in zip(*(record.layers for record in both), strict=True):
        assert with_.signals[:2] == without.signals


def test_gradients_are_those_of_the_depth():
    # The cotangent is of the last layer: a deeper stack has others, unlike its activations.
    shallow, deep = (
        simulate(activation="tanh", init="he", depth=d, width=9, samples=30, gradients=True)
        for d in (3, 4)
    )
    assert deep.layers[2]["activation"] == shallow.layers[2]["activation"]
    assert deep.layers[2]["gradient"] != shallow.layers[2]["gradient"]


@pytest.mark.parametrize("rng", ["spawned", "legacy"])
def test_stacks_of_any_depth_and_kind_among_others(rng):
    pairs = [
        (
            StackSpec(activation=a, init=i, depth=d, width=9, samples=30, rng=rng),
            Measuring(gradients=g, bins=b),
        )
        for a in ("tanh", "relu")
        for i in ("he", "std=1")
        for d, g, b in ((3, True, 30), (5, True, 30), (5, False, 30), (5, True, 12))
    ]
    alone = [simulate(spec, measuring=measuring) for spec, measuring in pairs]
    assert simulate_many(*zip(*pairs, strict=True)) == alone


def test_scale_of_relu_gradients_follows_the_scale_of_its_weights():
    # Homogeneous: with weights c times as large, the gradient l layers below the last one has
    # gone through l weights more.
    stacks = {"activation": "relu", "depth": 6, "width": 20, "samples": 50, "gradients": True}
    one, two = (simulate(init=f"std={s}", **stacks) for s in (0.25, 0.5))
    for layer, (a, b) in enumerate(zip(one.layers, two.layers, strict=True), start=1):
        assert b["gradient"].stats.std == 2.0 ** (6 - layer) * a["gradient"].stats.std


def test_histograms_of_gradients_are_of_magnitudes():
    record = simulate(activation="tanh", init="std=0.01", width=20, samples=50, gradients=True)
    for layer in record.layers:
        for signal in BACKWARD:
            item = layer[signal]
            assert item.of_magnitudes
            assert item.histogram.edges.tolist() == OCTAVE_EDGES.tolist()
            assert item.histogram.n_finite == item.stats.count
        assert not layer["activation"].of_magnitudes
    # A range is for activations.
    ranged = simulate(activation="tanh", init="he", width=20, gradients=True, range=(-1, 1))
    assert ranged.layers[0]["gradient"].of_magnitudes
    assert ranged.layers[0]["activation"].histogram.edges[0] == -1


def test_zeros_are_counted_and_not_dropped():
    record = simulate(activation="relu", init="he", width=20, samples=50, gradients=True)
    for layer in record.layers:
        item = layer["gradient"]
        assert item.stats.zero_fraction == layer["activation"].stats.zero_fraction
        assert item.histogram.underflow == item.zeros > 0


# --- where gradients end ------------------------------------------------------------------


def test_weights_of_zero_have_gradients_of_zero():
    record = simulate(activation="tanh", init="zeros", width=9, samples=30, gradients=True)
    assert [layer["gradient"].stats.rms > 0 for layer in record.layers] == [False] * 4 + [True]
    assert record.first_underflow_gradient_layer is None
    assert record.first_nonfinite_gradient_layer is None


@pytest.mark.parametrize(("dtype", "depth"), [("float32", 40), ("float64", 260)])
def test_gradients_that_underflow_are_named(dtype, depth):
    fields = {"width": 5, "samples": 8, "depth": depth, "gradients": True, "dtype": dtype}
    record = simulate(activation="sigmoid", init="std=0.01", **fields)
    layer = record.first_underflow_gradient_layer
    smallest = float(np.finfo(dtype).tiny)
    assert record.layers[layer - 1]["gradient"].stats.rms < smallest
    assert record.layers[layer]["gradient"].stats.rms >= smallest
    assert record.first_underflow_layer is None
    assert record.first_nonfinite_layer is None


def test_gradients_that_overflow_are_kept_and_named():
    # Activations stay in (-1, 1), gradients grow by 400 sqrt(30 / 2) = 10^3.2 a layer.
    sine = dataclasses.replace(
        ACTIVATIONS["tanh"], name="sine", fn=np.sin, derivative=np.cos, label="sine"
    )
    fields = {"width": 30, "samples": 8, "depth": 130, "gradients": True}
    record = simulate(activation=sine, init="std=400", **fields)
    assert record.first_nonfinite_layer is None
    layer = record.first_nonfinite_gradient_layer
    assert 130 - layer == pytest.approx(308 / 3.2, rel=0.1)
    assert len(record.layers) == 130
    assert all(one.finite for one in record.layers)
    assert all(item.stats.nonfinite == 0 for one in record.layers[layer:] for item in one.signals)
    assert Record.from_dict(record.to_dict(), activations=[sine]) == record


def test_a_stack_that_overflows_has_no_gradients():
    record = simulate(activation="relu", init="std=1e100", width=9, samples=30, gradients=True)
    assert record.first_nonfinite_layer is not None
    assert record.signals == FORWARD


def test_weight_gradients_are_of_the_shape_of_the_weights():
    record = simulate(activation="tanh", init="he", gradients=True, **STACK)
    assert [layer["weight_gradient"].stats.count for layer in record.layers] == [63, 84, 60]
    assert [layer["gradient"].stats.count for layer in record.layers] == [280, 480, 200]
    assert all(layer["weight_gradient"].stats.saturated_fraction is None for layer in record.layers)
    dead = dataclasses.replace(record.layers[1], signals=record.layers[0].signals)
    with pytest.raises(ValueError, match="must have 480 values"):
        dataclasses.replace(record, layers=(record.layers[0], dead, record.layers[2]))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_tape_that_nobody_needs_gives_the_same_gradients(dtype):
    tape, _, _, cotangent = taped("tanh")
    tape = [
        LayerPass(Dense(step.layer.W.astype(dtype)), step.x.astype(dtype), step.slope.astype(dtype))
        for step in tape
    ]
    kept = list(backpropagate(tape, cotangent.astype(dtype)))
    for found, expected in zip(
        backpropagate(tape, cotangent.astype(dtype), weights=False, spent=True), kept, strict=True
    ):
        assert set(found) == set(BACKWARD) - {"weight_gradient"}
        for signal, gradient in found.items():
            np.testing.assert_array_equal(gradient, expected[signal])


@pytest.mark.parametrize(("size", "told"), [(1e100, False), (5e153, True), (1e160, True)])
def test_a_weights_gradient_that_may_overflow_is_computed_though_nobody_asks(size, told):
    """The judge asks how many are finite, and pays for the product only near the end of floats."""
    x = np.full((4, 2), size)
    step = LayerPass(Dense(np.eye(2)), x, None)
    (found,) = backpropagate([step], np.full((4, 2), size), weights=False)
    assert ("weight_gradient" in found) == told
    if told:
        with np.errstate(over="ignore"):
            np.testing.assert_array_equal(found["weight_gradient"], x.T @ np.full((4, 2), size))
