"""The fate of a signal: of the textbooks' stacks, and on both sides of every threshold."""

from math import nextafter, sqrt

import numpy as np
import pytest

from actviz.diagnosis.verdict import (
    COLLAPSED_SHARE,
    SATURATED_SHARE,
    VARIANCE_RATIO,
    Fate,
    collapsed,
    fate,
    symmetric,
)
from actviz.numbers.histogram import Histogram
from actviz.numbers.stats import SignalStats
from actviz.records.record import Record
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate
from actviz.words.findings import became

WIDTH, SAMPLES = 2, 3


def layer(number, *, activation="tanh", std=1.0, within=None, saturated=0.0, nonfinite=0):
    stats = SignalStats(
        count=WIDTH * SAMPLES - nonfinite,
        nonfinite=nonfinite,
        std=std,
        within_unit_std=std if within is None else within,
        saturated_fraction=saturated,
    )
    counts = Histogram(
        edges=np.array([0.0, 1.0]), counts=np.array([stats.count]), nonfinite=nonfinite
    )
    signals = tuple(
        SignalRecord(signal=signal, stats=stats, counted=counts)
        for signal in ("preactivation", "activation")
    )
    return LayerRecord.of(stack(activation, 1).layers[0], number, signals)


def stack(activation, depth):
    return StackSpec(activation=activation, init="he", depth=depth, width=WIDTH, samples=SAMPLES)


def record(*layers, activation="tanh", depth=None):
    made = (layer(i, activation=activation, **given) for i, given in enumerate(layers, start=1))
    return Record(spec=stack(activation, depth or len(layers)), layers=tuple(made))


def of_stds(*stds, **common):
    return fate(record(*({"std": std} | common for std in stds)))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # The textbook's: 5 layers of 100 units.
        ({"activation": "sigmoid", "init": "std=1"}, Fate.SATURATES),
        ({"activation": "sigmoid", "init": "std=0.01"}, Fate.COLLAPSES),
        ({"activation": "sigmoid", "init": "xavier"}, Fate.COLLAPSES),
        ({"activation": "tanh", "init": "std=1"}, Fate.SATURATES),
        ({"activation": "tanh", "init": "std=0.01"}, Fate.FADES),
        ({"activation": "tanh", "init": "xavier"}, Fate.KEPT),
        ({"activation": "relu", "init": "std=1"}, Fate.EXPLODES),
        ({"activation": "relu", "init": "std=0.01"}, Fate.FADES),
        ({"activation": "relu", "init": "xavier"}, Fate.FADES),
        ({"activation": "relu", "init": "he"}, Fate.KEPT),
        # Others.
        ({"activation": "relu", "init": "zeros"}, Fate.COLLAPSES),
        ({"activation": "sigmoid", "init": "zeros"}, Fate.COLLAPSES),
        ({"activation": "relu", "init": "std=1", "depth": 60, "dtype": "float32"}, Fate.OVERFLOWS),
        ({"activation": "relu", "init": "std=1e-200", "depth": 4}, Fate.FADES),
        ({"activation": "identity", "init": "orthogonal"}, Fate.KEPT),
        ({"activation": "relu", "init": "he", "samples": 1}, Fate.KEPT),
    ],
    ids=str,
)
def test_the_fate_of_a_stack(fields, expected):
    assert fate(simulate(**{"samples": 300} | fields)) is expected


@pytest.mark.parametrize(
    ("activation", "init", "expected"),
    [("tanh", "std=0.01", Fate.FADES), ("relu", "std=1", Fate.EXPLODES)],
)
def test_stds_whose_ratio_has_no_square(activation, init, expected):
    deep = simulate(activation=activation, init=init, depth=230, samples=20)
    stds = [layer["activation"].stats.std for layer in deep.layers]
    assert max(stds) / min(s for s in stds if s) > 1e155
    assert fate(deep) is expected


# --- thresholds ---------------------------------------------------------------------------


def test_the_thresholds_are_the_documented_ones():
    assert (VARIANCE_RATIO, SATURATED_SHARE, COLLAPSED_SHARE) == (10.0, 0.25, 0.1)


def test_a_variance_ratio_beyond_ten():
    edge = sqrt(10)
    assert of_stds(1.0, 0.999 * edge) is Fate.KEPT
    assert of_stds(1.0, 1.001 * edge) is Fate.EXPLODES
    assert of_stds(1.001 * edge, 1.0) is Fate.FADES
    assert of_stds(0.999 * edge, 1.0) is Fate.KEPT
    # The largest and the smallest layer, wherever they stand; the ends say which way.
    assert of_stds(1.0, 5.0, 1.1) is Fate.EXPLODES
    assert of_stds(1.0, 5.0, 0.9) is Fate.FADES
    assert of_stds(1.0, 0.1, 1.1) is Fate.EXPLODES


@pytest.mark.parametrize("stds", [(1e-300, 1e300), (5e-324, 1.7e308), (0.0, 1e-300), (1e-5, 1.0)])
def test_any_growth_explodes_and_any_loss_fades(stds):
    assert of_stds(*stds) is Fate.EXPLODES
    assert of_stds(*reversed(stds)) is Fate.FADES


def test_a_saturated_share_beyond_a_quarter():
    below, above = SATURATED_SHARE, nextafter(SATURATED_SHARE, 1)
    assert of_stds(1.0, saturated=below) is Fate.KEPT
    assert of_stds(1.0, saturated=above) is Fate.SATURATES
    # Of the last layer, and where there are two bounds.
    assert fate(record({"saturated": 0.9}, {"saturated": 0.1})) is Fate.KEPT
    assert fate(record({"saturated": 0.1}, {"saturated": 0.9})) is Fate.SATURATES
    assert fate(record({"saturated": 0.9}, activation="relu")) is Fate.KEPT
    assert fate(record({"saturated": None})) is Fate.KEPT


def test_a_within_unit_std_below_a_tenth():
    def share(value):
        return record({"std": 2.0, "within": 2.0 * value})

    assert fate(share(0.101)) is Fate.KEPT
    assert fate(share(0.099)) is Fate.COLLAPSES
    assert not collapsed(share(0.101).layers[0])
    assert collapsed(share(0.099).layers[0])
    assert collapsed(record({"std": 0.0, "within": 0.0}).layers[0])
    assert not collapsed(record({"std": None}).layers[0])
    # The last layer decides.
    assert fate(record({"within": 0.01}, {"within": 1.0})) is Fate.KEPT


def test_the_first_fate_that_applies():
    everything = {"saturated": 1.0, "within": 0.0}
    stopped = record(everything, everything | {"std": 9.0, "nonfinite": 1}, depth=5)
    assert fate(stopped) is Fate.OVERFLOWS
    assert fate(record(everything, everything | {"std": 9.0})) is Fate.SATURATES
    unsaturated = everything | {"saturated": 0.0}
    assert fate(record(unsaturated, unsaturated | {"std": 9.0})) is Fate.EXPLODES
    assert fate(record(unsaturated, unsaturated)) is Fate.COLLAPSES
    assert list(Fate) == [
        Fate.OVERFLOWS,
        Fate.SYMMETRIC,
        Fate.SATURATES,
        Fate.EXPLODES,
        Fate.FADES,
        Fate.COLLAPSES,
        Fate.KEPT,
    ]


def test_every_fate_is_a_verb_and_a_sentence_that_begins_with_it():
    for item in Fate:
        assert item.value.islower()
        if item is not Fate.KEPT:
            assert became(item).startswith(item.value)
    assert became(Fate.KEPT) == "keeps its scale"
    assert len({became(item) for item in Fate}) == len(Fate)


@pytest.mark.parametrize("init", ["ones", "constant=0.63", "constant=-0.01"])
def test_units_of_constant_weights_are_all_the_same(init):
    made = simulate(activation="tanh", init=init, width=20, samples=50)
    assert all(map(symmetric, made.layers))
    assert fate(made) is Fate.SYMMETRIC


def test_a_single_unit_a_constant_layer_and_random_weights_are_not_symmetric():
    alone = simulate(activation="tanh", init="ones", width=1, samples=50)
    assert not any(map(symmetric, alone.layers))
    zeros = simulate(activation="tanh", init="zeros", width=20, samples=50)
    assert not any(map(symmetric, zeros.layers))
    assert fate(zeros) is Fate.COLLAPSES
    random = simulate(activation="tanh", init="xavier", width=20, samples=50)
    assert not any(map(symmetric, random.layers))
