"""Records that are read: whatever was simulated is taken, and what no values can have is not."""

import copy
import json
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from actviz.captured.arrays import record_from_arrays
from actviz.errors import RecordError
from actviz.layers.activations import ACTIVATIONS
from actviz.records.record import Record
from actviz.simulation.stacks import simulate


def read(record):
    return Record.from_dict(json.loads(json.dumps(record.to_dict(), allow_nan=False)))


@cache
def plain():
    spec = {"activation": "relu", "init": "he", "depth": 2, "width": 9, "samples": 20}
    return json.loads(json.dumps(simulate(**spec, gradients=True).to_dict()))


# --- what was found is read -----------------------------------------------------------------


NAMES = [name for name, row in ACTIVATIONS.items() if name == row.name]
NARROW = ({"width": 1}, {"samples": 1}, {"width": 1, "samples": 1})
both_dtypes = pytest.mark.parametrize("dtype", ["float64", "float32"])


def assert_read(**fields):
    size = {"depth": 3, "width": 8, "samples": 11, "gradients": True, "unit_histograms": True}
    found = simulate(**(size | fields))
    assert read(found) == found


INITS = ("std=1", "std=0.01", "he", "constant=0.3", "zeros", "std=1e150")
#: Every activation with every initializer, one after the other in both dtypes, so that each of the
#: two is met in each of them.
STACKS = [
    (name, init, ("float64", "float32")[(row + column) % 2])
    for row, name in enumerate(NAMES)
    for column, init in enumerate(INITS)
]


@pytest.mark.parametrize(("activation", "init", "dtype"), STACKS)
def test_any_simulation_is_read(activation, init, dtype):
    assert_read(activation=activation, init=init, dtype=dtype)


@pytest.mark.parametrize("activation", NAMES)
@both_dtypes
def test_any_simulation_of_one_unit_or_one_sample_is_read(activation, dtype):
    """Each in two of the three shapes, one in each dtype."""
    shape = NARROW[(NAMES.index(activation) + (dtype == "float32")) % 3]
    assert_read(activation=activation, init="he", dtype=dtype, **shape)


@pytest.mark.parametrize("init", ["std=1", "std=0.01", "constant=0.3", "zeros", "std=1e150"])
@both_dtypes
def test_one_unit_or_one_sample_of_any_initializer_is_read(init, dtype):
    shapes = NARROW if dtype == "float64" else (*NARROW[1:], *NARROW[:1])
    # Bounded, with zeros, and neither.
    for activation, shape in zip(("tanh", "relu", "softplus"), shapes, strict=True):
        assert_read(activation=activation, init=init, dtype=dtype, **shape)


@given(
    hnp.arrays(
        st.sampled_from([np.float64, np.float32]),
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
        elements=st.floats(allow_nan=True, width=32),
    ),
    st.sampled_from([0.0, 1.0, 1e6, 1e12]),
)
@settings(max_examples=90, deadline=None)
def test_any_values_at_all_are_read(values, offset):
    """Of every size and kind, and far from 0, where sums lose digits."""
    with np.errstate(over="ignore"):
        found = record_from_arrays({"layer": values + values.dtype.type(offset)})
    assert read(found) == found


@pytest.mark.parametrize("spread", [1e-3, 1e-6, 1e-9, 1e-12, 1e-14, 1e-15])
@pytest.mark.parametrize("seed", range(5))
def test_a_small_spread_far_from_0_is_read(spread, seed):
    values = 1 + spread * np.random.default_rng(seed).standard_normal((300, 7)) ** 3
    found = record_from_arrays({"layer": values})
    assert read(found) == found


# --- what cannot be is not ------------------------------------------------------------------


def put(data, path, value):
    """Return a copy of `data` with the item at a path such as "layers.0.width" changed."""
    data = copy.deepcopy(data)
    item = data
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    for key in parents:
        item = item[key]
    item[last] = value(item[last]) if callable(value) else value
    return data


ACTIVATION = "layers.0.signals.activation"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("stats.std", -0.1, "std -0.1 is below 0"),
        ("stats.rms", -0.1, "rms -0.1 is below 0"),
        ("stats.within_unit_std", -1e-9, "within_unit_std .* is below 0"),
        ("stats.between_unit_std", -1e-9, "between_unit_std .* is below 0"),
        ("stats.mean_cosine", 1.01, "mean_cosine 1.01 is not from -1 to 1"),
        ("stats.mean_cosine", -5, "mean_cosine -5.0 is not from -1 to 1"),
        ("stats.effective_rank", 0.5, "effective_rank 0.5 is below 1"),
        ("stats.effective_rank", 9.5, "effective_rank 9.5 of 9 units"),
        ("stats.quantiles", lambda old: old[::-1], "min, quantiles and max are out of order"),
        ("stats.quantiles", lambda old: [-1.0, *old[1:]], "are out of order"),
        ("stats.min", 9.0, "are out of order"),
        ("stats.mean", -0.1, "mean -0.1 is not between min"),
        ("stats.std", 50.0, "std 50.0 is more than half of max - min"),
        ("stats.rms", lambda old: old * 1.01, "is not the root of mean.2"),
        ("stats.within_unit_std", lambda old: old * 1.01, "is not the root of within_unit_std.2"),
        ("stats.excess_kurtosis", -2.5, "excess_kurtosis -2.5 is below"),
        ("stats.zero_fraction", 0.501, "zero_fraction 0.501 of 180 is no whole number"),
        ("stats.zero_fraction", 1.0, "180 zeros, and .* values in the bin of 0"),
        ("stats.mean", None, "180 of them, and mean is None"),
        ("stats.max", 3.5, r"max 3\.5, and [1-9] values above 4\.0"),
        ("stats.saturated_fraction", 1.5, "saturated_fraction must be from 0 to 1"),
        ("stats.constant", True, "constant, and std is"),
        ("stats.dead_unit_fraction", 1.0, "dead_unit_fraction 1.0, and .* of 180 values are 0"),
        ("stats.dead_unit_fraction", 0.05, "dead_unit_fraction 0.05 (is above|of 9 units)"),
        ("stats.idle_unit_fraction", 0.05, "idle_unit_fraction 0.05 of 9 units"),
        ("stats.zero_fraction", 0.0, "quantiles are 0, and 0 of 180 values"),
        ("histogram.counts", lambda old: [old[0] + 1, *old[1:]], "counts 181 finite values"),
        ("histogram.underflow", lambda old: old - 1, "must be >= 0"),
    ],
)
def test_what_no_values_can_have_is_refused(path, value, message):
    with pytest.raises(RecordError, match=message) as caught:
        Record.from_dict(put(plain(), f"{ACTIVATION}.{path}", value))
    assert "\n" not in str(caught.value)


def test_a_median_beyond_all_values_is_refused():
    path = "layers.0.signals.gradient.stats.median_magnitude"
    with pytest.raises(RecordError, match=r"median_magnitude .* is beyond min"):
        Record.from_dict(put(plain(), path, 1e9))


def test_the_zeros_of_gradients_are_below_their_axis():
    path = "layers.0.signals.gradient.stats.zero_fraction"
    assert Record.from_dict(put(plain(), path, lambda old: old))
    with pytest.raises(RecordError, match=r"180 zeros, and .* magnitudes below the axis"):
        Record.from_dict(put(plain(), path, 1.0))


def test_the_signal_is_named():
    with pytest.raises(RecordError, match=r"activation: no values have these statistics: std -1"):
        Record.from_dict(put(plain(), f"{ACTIVATION}.stats.std", -1))
