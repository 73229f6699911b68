"""A signal's record: its histogram and its statistics are of the same values."""

from dataclasses import replace
from math import nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz import load, simulate
from actviz.numbers.histogram import OCTAVE_EDGES, Histogram
from actviz.numbers.stats import describe
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import StackSpec

#: Made by 0.1.0: sigmoid, Xavier, 2 layers of 6 units, 12 samples, 9 bins from 0.05 to 0.95. Every
#: gradient is between -0.4 and 0.4.
OLD = Path(__file__).parents[1] / "data" / "v010" / "record-range.json"


def test_no_equally_spaced_edges_pass_for_octaves():
    item = load(OLD).layers[0]["gradient"]
    ends = OCTAVE_EDGES[[0, -1]]
    for bins in (1, 2, 4, 8, 13, 26, 52, 104):
        edges = ends[0] * (1 - np.arange(bins + 1) / bins) + ends[1] * np.arange(bins + 1) / bins
        counts = np.zeros(bins, int)
        counts[0] = 72
        made = replace(item, counted=Histogram(edges=edges, counts=counts))
        assert not made.of_magnitudes


def signal_record(values, edges, signal="activation"):
    values = np.array(values, dtype=float).reshape(-1, 1)
    return SignalRecord(
        signal=signal,
        stats=describe(values),
        counted=Histogram.of(values, edges=np.array(edges, dtype=float)),
    )


@pytest.mark.parametrize(
    ("edges", "counts"),
    [
        ([-1, 0, 1, 2], [1, 1, 1]),  # 0 opens a bin
        ([-1, 0.5, 1, 2], [2, 0, 1]),  # 0 is inside one
        ([-1, -0.5, 0], [1, 0]),  # 0 closes the last one
        ([0, 1, 2], [1, 1]),  # 0 opens the first one
        ([0.1, 1, 2], [1, 1]),  # 0 is not drawn at all
        ([-2, -1], [1]),
    ],
)
def test_the_atom_at_zero_can_be_left_out(edges, counts):
    item = signal_record([0, -0.0, 0, -1, 0.25, 1.5], edges)
    assert item.zeros == 3
    assert item.counts_without_zeros().tolist() == counts
    assert item.histogram.counts.sum() == sum(counts) + 3 * (edges[0] <= 0 <= edges[-1])


@settings(max_examples=40)
@given(st.lists(st.sampled_from([0.0, -1.0, 0.5, 1.0, 3.0, nan]), min_size=1, max_size=50))
def test_without_zeros_is_the_histogram_of_the_others(values):
    edges = np.array([-1.0, -0.1, 0.1, 1.0])
    others = Histogram.of([v for v in values if v != 0], edges=edges)
    assert signal_record(values, edges).counts_without_zeros().tolist() == others.counts.tolist()


def test_a_layer_by_hand():
    item = signal_record([1.0, nan], [0, 2])
    known = StackSpec(activation="relu", init="he", depth=1, width=1, samples=2).layers[0]
    layer = LayerRecord.of(known, 1, (item,))
    assert not layer.finite
    assert layer["activation"].stats.nonfinite == 1


def test_a_layer_and_a_signal_are_a_line_each():
    layer = simulate(activation="relu", init="he", width=4, samples=5, depth=1).layers[0]
    assert repr(layer) == "<LayerRecord 1 of relu, 4 units: preactivation, activation>"
    item = layer["activation"]
    assert repr(item) == f"<SignalRecord of the activation: std {item.stats.std:.2g}, 20 values>"
    gone = simulate(activation="relu", init="std=1e200", width=4, samples=5, depth=2).layers[1]
    assert repr(gone["preactivation"]).endswith(" values, 20 not finite>")
