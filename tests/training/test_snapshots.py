"""Looks inside a net while it learns, against the same numbers from plain numpy."""

from dataclasses import replace

import numpy as np
import pytest

from actviz.layers.activations import ACTIVATIONS
from actviz.layers.signals import SIGNALS
from actviz.training.data.datasets import from_arrays
from actviz.training.loop import run_training, train
from actviz.training.net import Net, Softmax
from actviz.training.runs import Run
from actviz.training.snapshots import change_ranks, decision_map, layers_record, update_to_data
from actviz.training.tasks import get_task

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((40, 3)), RNG.integers(0, 3, 40)
SPEC = replace(
    get_task("arrays").spec,
    **{"inits": ("he",), "hidden": (6, 5), "steps": 10, "batch": 8, "record_every": 4},
)


def test_a_record_has_every_signal_of_the_hidden_layers():
    net = Net([RNG.standard_normal(s) for s in SPEC.shapes(3, 3)], SPEC.activation, "float64")
    net.backward(Softmax.delta(net.forward(X), Y))
    record = layers_record(SPEC, "he, seed 0, step 0", net)
    assert [(layer.fan_in, layer.width) for layer in record.layers] == [(3, 6), (6, 5)]
    assert record.spec.init_name == "he, seed 0, step 0"
    expected = {
        "preactivation": net.outputs,
        "activation": net.inputs[1:],
        "gradient": net.deltas,
        "activation_gradient": net.activation_deltas,
        "weight_gradient": net.weight_gradients,
    }
    assert tuple(expected) == SIGNALS
    for number, layer in enumerate(record.layers):
        assert [item.signal for item in layer.signals] == list(SIGNALS)
        for name, values in expected.items():
            assert layer[name].stats.std == pytest.approx(values[number].std(), rel=1e-12)
            assert layer[name].histogram.n_values == values[number].size
        z = net.outputs[number]
        assert layer["activation"].stats.zero_fraction == np.mean(z <= 0)
        assert layer["activation"].stats.saturated_fraction == np.mean(z <= 0)


def test_snapshots_are_taken_before_the_update_of_their_step():
    """The record at step 0 is of the weights as drawn; the ratio and the rank are of the update."""
    data = from_arrays(X, Y)
    (run,) = run_training(replace(SPEC, batch=None, lr=0.1), data).runs
    assert [item.step for item in run.snapshots] == [0, 4, 8, 9]
    again = _net(data)
    again.backward(Softmax.delta(again.forward(data.x_train), data.y_train))
    first = run.snapshots[0]
    for layer, a in zip(first.record.layers, again.inputs[1:], strict=True):
        assert layer["activation"].stats.rms == pytest.approx(np.sqrt(np.mean(a**2)), rel=1e-12)
    rms = [
        0.1 * np.sqrt(np.mean(g**2)) / np.sqrt(np.mean(W**2))
        for g, W in zip(again.weight_gradients, again.weights, strict=True)
    ]
    assert first.update_to_data == pytest.approx(rms, rel=1e-10)
    ranks = tuple(int(np.linalg.matrix_rank(g, rtol=1.5e-8)) for g in again.weight_gradients)
    assert first.weight_change_rank == ranks
    assert run.snapshots[-1].weight_change_rank == run.weight_change_rank


def _net(data) -> Net:
    from actviz.training.trainer import _drawn

    weights = _drawn(SPEC, SPEC.inits[0], 0, SPEC.shapes(3, 3))[0]
    return Net(weights, SPEC.activation, "float64")


def test_all_steps_and_initializers_share_their_edges():
    record = train(
        "arrays", x=X, y=Y, inits=["he", "std=1"], hidden=(6, 5), steps=9, record_every=4, batch=8
    )
    edges = {
        (layer.layer, item.signal, item.histogram.edges.tobytes())
        for run in record.runs
        for snapshot in run.snapshots
        for layer in snapshot.record.layers
        for item in layer.signals
    }
    assert len(edges) == 2 * len(SIGNALS)


def test_recording_changes_nothing():
    data = from_arrays(X, Y)
    with_, without = (
        run_training(replace(SPEC, record_every=every), data).runs[0] for every in (1, None)
    )
    assert isinstance(with_, Run)
    assert with_.losses.tolist() == without.losses.tolist()
    assert without.snapshots == ()
    assert len(with_.snapshots) == 10


def test_under_constants_all_gradients_of_a_layer_are_one():
    record = train(
        "arrays",
        x=X,
        y=Y,
        inits=["constant=0.3"],
        activation="tanh",
        hidden=(6, 5),
        steps=20,
        batch=8,
        record_every=19,
    )
    for snapshot in record.runs[0].snapshots:
        for layer in snapshot.record.layers:
            stats = layer["activation"].stats
            assert stats.between_unit_std == pytest.approx(0, abs=1e-12)
            assert stats.within_unit_std > 0.01
        assert max(snapshot.weight_change_rank) <= 1


def test_a_w_of_zeros_has_no_ratio():
    zeros, ones = np.zeros((2, 2)), np.ones((2, 2))
    assert update_to_data([ones, 3 * ones], [zeros, ones]) == (None, 3.0)


def test_a_rank_counts_directions_and_no_rounding():
    u, v = RNG.standard_normal((2, 30, 1))
    one = u @ v.T
    noise = RNG.standard_normal((30, 30))
    start = np.zeros((30, 30))
    changes = [start, one, one + 1e-12 * noise, one + noise[:, :1] @ noise[:1], noise]
    assert change_ranks(changes, [start] * 5) == (0, 1, 1, 2, 30)
    single = [(one + 1e-6 * noise).astype(np.float32)]
    assert change_ranks(single, [start.astype(np.float32)]) == (1,)
    assert change_ranks([np.full((2, 2), np.nan)], [np.zeros((2, 2))]) == (0,)


def test_a_map_of_three_classes_has_their_numbers():
    net = Net([np.eye(2, 3)], ACTIVATIONS["relu"], "float64")
    found = decision_map(net, 4, (-1.0, -2.0), (1.0, 2.0))
    assert (found.x[[0, -1]].tolist(), found.y[[0, -1]].tolist()) == ([-1, 1], [-2, 2])
    # logits x, y and 0
    gx, gy = np.meshgrid(found.x, found.y)
    expected = np.argmax(np.stack([gx, gy, 0 * gx]), axis=0)
    assert (found.values == expected).all()


def test_a_net_beyond_its_dtype_decides_nothing():
    net = Net([np.full((2, 1), 1e308)], ACTIVATIONS["relu"], "float64")
    with np.errstate(over="ignore", invalid="ignore"):
        assert decision_map(net, 0, (-9.0, -9.0), (9.0, 9.0)) is None
