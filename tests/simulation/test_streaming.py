"""Stacks in blocks: the numbers of the whole, and the same bits however many blocks run at once."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from machines import on_cores
from threadpoolctl import threadpool_limits

from actviz import Measuring, StackSpec, simulate, simulate_many
from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.layers.initializer_laws import Normal
from actviz.simulation import blocks, jobs
from actviz.simulation.blocks import is_streamed, least_bytes, planned
from actviz.simulation.draws import Draws
from actviz.simulation.stacks import simulate_layers

FORWARD = {"activation": "relu", "init": "he", "depth": 3, "width": 30, "samples": 900}
STACKS = {
    "forward": FORWARD,
    "float32": FORWARD | {"dtype": "float32", "activation": "tanh"},
    "gradients": FORWARD | {"gradients": True, "activation": "tanh", "bias_std": 0.1},
    "legacy": FORWARD | {"rng": "legacy", "gradients": True, "bias_std": 0.1, "width": (30, 4, 20)},
    "widths": FORWARD | {"width": (40, 7, 40), "input_width": 50, "unit_sample": (5, 3)},
    "any rank": FORWARD | {"effective_rank": True, "input_distribution": "uniform"},
    "by unit": FORWARD | {"unit_histograms": True, "dtype": "float32"},
    "by unit, legacy": FORWARD
    | {"unit_histograms": True, "gradients": True, "rng": "legacy", "width": (30, 2, 30)},
    "moments": FORWARD | {"statistics": {"activation": "all", "preactivation": "moments"}},
    "judged": FORWARD
    | {
        "gradients": True,
        "activation": "sigmoid",
        "statistics": {
            "activation": ("scale", "saturated", "judged_rank"),
            "gradient": ("size", "few_entries"),
        },
    },
}
EXACT = ("count", "nonfinite", "zero_fraction", "dead_unit_fraction", "constant")


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of 64 rows, of stacks that take no time."""
    monkeypatch.setattr(blocks, "EXACT_VALUES", 64 * 50)
    monkeypatch.setattr("actviz.simulation.streaming.EXACT_VALUES", 64 * 50)
    monkeypatch.setattr(blocks, "PANEL", 64)


def in_one(monkeypatch, fields):
    with monkeypatch.context() as patched:
        patched.setattr(blocks, "EXACT_VALUES", 1 << 40)
        return simulate(**fields)


@pytest.mark.wide
@pytest.mark.parametrize("name", STACKS)
def test_blocks_find_what_the_whole_finds(name, small_blocks, monkeypatch):
    fields = STACKS[name]
    found, whole = simulate(**fields), in_one(monkeypatch, fields)
    assert is_streamed(found.spec)
    for ours, theirs in zip(found.layers, whole.layers, strict=True):
        assert [item.signal for item in ours.signals] == [item.signal for item in theirs.signals]
        for item in theirs.signals:
            check(ours[item.signal], item)
    assert set(found.approximate) <= {"quantiles", "median_magnitude"}
    assert whole.approximate == ()


def check(ours, theirs):
    """Compare a signal in blocks with the whole, of which each product rounds differently."""
    stats = theirs.stats
    known = [abs(x) for x in (stats.min, stats.max, stats.rms) if x is not None]
    size = max(known, default=0.0)
    rounding = 3e-5 if size < 1e-300 else 1e-11
    if ours.unit_sample is not None:
        np.testing.assert_allclose(ours.unit_sample.values, theirs.unit_sample.values, rtol=1e-6)
    for field in dataclasses.fields(stats):
        got, expected = getattr(ours.stats, field.name), getattr(stats, field.name)
        if expected is None or field.name in EXACT:
            assert got == expected, field.name
        elif field.name in ours.approximate:
            assert got == pytest.approx(expected, rel=2.0**-9, abs=1e-3 * stats.std)
        else:
            assert got == pytest.approx(expected, rel=1e-5, abs=rounding * size), field.name
    assert (ours.unit_histogram is None) == (theirs.unit_histogram is None)
    pairs = [(ours.counted, theirs.counted), (ours.unit_histogram, theirs.unit_histogram)]
    for counted, expected in pairs:
        if expected is not None:
            assert counted.n_values == expected.n_values
            moved = np.abs(counted.counts - expected.counts).sum()
            assert moved <= 4  # across an edge, by rounding


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_quantiles_of_values_far_from_0_are_as_close_as_their_spread_is_small(
    dtype, small_blocks, monkeypatch
):
    fields = FORWARD | {"activation": "sigmoid", "init": Normal(stddev=3e-6), "dtype": dtype}
    for ours, theirs in zip(
        simulate(**fields).layers, in_one(monkeypatch, fields).layers, strict=True
    ):
        found, expected = ours["activation"].stats, theirs["activation"].stats
        assert expected.std < 2e-5
        assert found.quantiles == pytest.approx(expected.quantiles, rel=0, abs=5e-3 * expected.std)


@pytest.mark.wide
@pytest.mark.parametrize("name", STACKS)
def test_any_limit_and_any_number_of_workers_give_the_same_bits(name, small_blocks, monkeypatch):
    fields = STACKS[name]
    expected = simulate(**fields)
    spec, measuring = expected.spec, expected.measuring
    least = least_bytes(spec, measuring)
    seen = set()
    for workers in (1, 3):
        monkeypatch.setattr("actviz.simulation.stacks.cpus", lambda workers=workers: workers)
        for share in (1.0, 1.05, 100):
            seen.add(planned(spec, measuring, limit=share * least, workers=workers)[2:])
            # What the records take is little, and beside it.
            with monkeypatch.context() as patched:
                patched.setattr(jobs, "record_bytes", lambda spec, measuring: 0)
                assert simulate(memory_limit=int(share * least) + 1, **fields) == expected
    assert len(seen) >= 3


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_products_of_blocks_are_the_same_on_any_cores_and_any_threads_of_blas(dtype, monkeypatch):
    """Products that BLAS's own threads would round otherwise, whole as they are."""
    monkeypatch.setattr(blocks, "EXACT_VALUES", 300 * 600)
    fields = FORWARD | {"width": (600, 300), "samples": 700, "input_width": 333, "dtype": dtype}
    found = []
    for count, blas in ((1, 1), (2, 4)):
        on_cores(monkeypatch, count)
        with threadpool_limits(blas):
            found.append(simulate(**fields | {"depth": 2, "gradients": True}))
    assert is_streamed(found[0].spec)
    assert found[0] == found[1]


def test_a_stack_of_one_block_is_what_it_always_was(monkeypatch):
    fields = FORWARD | {"gradients": True}
    assert simulate(**fields) == in_one(monkeypatch, fields)
    assert simulate(**fields).approximate == ()


def test_a_layer_of_few_values_is_exact_among_larger_ones(small_blocks):
    record = simulate(**FORWARD | {"width": (40, 3, 40)})
    said = [layer["activation"].approximate for layer in record.layers]
    assert said == [("quantiles",), (), ("quantiles",)]


@pytest.mark.parametrize("gradients", [False, True])
def test_a_stack_stops_at_the_first_layer_that_is_not_finite_in_any_block(
    gradients, small_blocks, monkeypatch
):
    def spoiled(x):
        return np.where(x > 4.05 * 30**0.5, np.inf, x)  # a few in thousands, in some blocks only

    wild = dataclasses.replace(ACTIVATIONS["identity"], name="wild", fn=spoiled)
    fields = FORWARD | {"activation": wild, "init": "std=1", "gradients": gradients}
    whole = in_one(monkeypatch, fields)
    assert 1 <= whole.first_nonfinite_layer < 3
    least = least_bytes(whole.spec, whole.measuring)
    for limit in (None, int(1.5 * least)):
        found = simulate(memory_limit=limit, **fields)
        assert found.first_nonfinite_layer == whole.first_nonfinite_layer
        assert found.layers[-1].layer == whole.layers[-1].layer
        for ours, theirs in zip(found.layers, whole.layers, strict=True):
            assert [item.signal for item in ours.signals] == [i.signal for i in theirs.signals]
            nonfinite = ours["activation"].stats.nonfinite
            assert nonfinite == theirs["activation"].stats.nonfinite


@pytest.mark.parametrize("share", [1.0, 100])
def test_deviations_from_the_means_of_units_are_those_of_all_values(share, small_blocks):
    spec = StackSpec(**FORWARD | {"bias_std": 0.5})
    measuring = Measuring(unit_histograms=True, bins=9)
    # Beside it is what the records take.
    limit = int(share * least_bytes(spec, measuring)) + 10**5
    found = simulate(spec, measuring=measuring, memory_limit=limit)
    draws = Draws(spec)
    x = draws.input()
    for layer in found.layers:
        W, b = draws.layer(layer.layer)
        x = np.maximum(x @ W + b, 0.0)
        about = x - x.mean(axis=0) + x.mean()
        item = layer["activation"]
        counts, edges = np.histogram(about, item.unit_histogram.edges)
        assert item.unit_histogram.counts.tolist() == counts.tolist()
        assert item.unit_histogram.underflow == (about < edges[0]).sum()
        assert item.unit_histogram.overflow == (about > edges[-1]).sum()
        assert item.unit_histogram != item.counted


def test_of_a_layer_that_is_not_finite_no_unit_has_a_mean(small_blocks, monkeypatch):
    fields = FORWARD | {"unit_histograms": True, "init": "std=1e200"}
    least = least_bytes(StackSpec(**FORWARD), Measuring(unit_histograms=True))
    whole = in_one(monkeypatch, fields)
    assert not whole.layers[-1].finite
    for limit in (least + 10**6, 100 * least):
        found = simulate(memory_limit=limit, **fields)
        assert [layer.layer for layer in found.layers] == [layer.layer for layer in whole.layers]
        last = found.layers[-1]["activation"].unit_histogram
        assert last.nonfinite == last.n_values == 900 * 30
        assert last == whole.layers[-1]["activation"].unit_histogram


def test_measurings_of_several_kinds_keep_company(small_blocks):
    spec = StackSpec(**FORWARD)
    ways = [Measuring(), Measuring(unit_histograms=True), Measuring(bins=7)]
    assert simulate_many([spec] * 3, ways) == [simulate(spec, measuring=way) for way in ways]


def test_layers_come_as_they_are_computed_where_all_blocks_are_in_memory(small_blocks):
    layers = simulate_layers(StackSpec(**FORWARD))
    assert next(layers).layer == 1
    assert [layer.layer for layer in layers] == [2, 3]


def test_progress_is_of_layers(small_blocks):
    told = []
    spec = StackSpec(**FORWARD)
    simulate_many(
        [spec], progress=told.append, memory_limit=int(1.5 * least_bytes(spec, Measuring()))
    )
    assert told == sorted(told)
    assert told[-1] == 3


def test_a_limit_that_is_too_low_is_refused_before_anything_is_drawn():
    spec = StackSpec(activation="relu", init="he", width=1000, samples=10_000)
    message = r"needs about \d+ MB of memory, and memory_limit is 20 MB: raise it, or lower width"
    for run in (
        lambda: simulate(spec, memory_limit="20 MB"),
        lambda: simulate_many([spec], memory_limit=20 * 10**6),
        lambda: list(simulate_layers(spec, memory_limit="20MB")),
    ):
        with pytest.raises(SpecError, match=message):
            run()
    with pytest.raises(SpecError, match="memory_limit must be a number of bytes"):
        simulate(spec, memory_limit="much")


@pytest.mark.heavy
@pytest.mark.skipif(sys.platform != "linux", reason="its unit of memory is another one elsewhere")
@pytest.mark.parametrize("samples", [5_000, 20_000])
def test_memory_stays_within_its_limit_whatever_the_samples(samples):
    """All values of one of the layers of 20,000 samples take 160 MB, and 5 of them are needed."""
    code = (
        "import actviz\n"
        f"actviz.simulate(activation='relu', init='he', depth=3, width=2000, samples={samples},"
        " dtype='float32', memory_limit='250MB')\n"
        # Not ru_maxrss, which a process inherits from the one that started it.
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kilobytes = int(done.stdout)
    before = 60_000  # Python, numpy and scipy
    assert kilobytes * 1.024 < 250_000 + before
