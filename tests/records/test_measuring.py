"""What is kept of a stack: what is refused, over which edges values are counted, and JSON."""

import dataclasses
import json
import re
from functools import partial
from math import inf, nan

import numpy as np
import pytest

from actviz.errors import RecordError, SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.layers.signals import FORWARD, SIGNALS
from actviz.numbers.histogram import Histogram
from actviz.plot import plot_grid
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.signal import not_kept
from actviz.records.spec import StackSpec
from actviz.simulation.ensemble import simulate_ensemble
from actviz.simulation.stacks import simulate, simulate_many

LARGEST = float(np.finfo(np.float64).max)
DIGITS_5000 = 10**4999
ROWS = tuple(dict.fromkeys(ACTIVATIONS.values()))

# --- what is refused ----------------------------------------------------------------------

REFUSED = [
    ("bins", 0, "bins must be >= 1 (got 0)"),
    ("bins", -1, "bins must be >= 1 (got -1)"),
    ("bins", 10**9, "bins must be <= 10000 (got 1000000000)"),
    ("bins", 30.0, "bins must be an integer (got 30.0)"),
    ("bins", True, "bins must be an integer (got True)"),
    ("bins", "auto", "bins must be an integer (got 'auto')"),
    *(
        ("range", value, "range must be two finite numbers, low < high (got ")
        for value in (
            *[(1, 1), (2, 1), (nan, 1), (0, nan), (-inf, 1), (0, inf), (0, DIGITS_5000)],
            *[(DIGITS_5000, 0), (0, 1, 2), (0,), (), 5, "01", b"01", ("0", "1"), (False, True)],
            *[(None, 1), {0, 1}, np.array([0.0, 1.0]), (0j, 1j)],
        )
    ),
    ("range", (1.0, float(np.nextafter(1.0, 2.0))), "is too narrow for 30 bins: widen it"),
    *(
        (name, value, f"{name} must be True or False (got ")
        for name in ("gradients", "effective_rank", "unit_histograms")
        for value in (0, 1, "yes")
    ),
]


@pytest.mark.parametrize(("name", "value", "message"), REFUSED)
def test_refused(name, value, message):
    with pytest.raises(SpecError) as caught:
        Measuring(**{name: value})
    assert message in str(caught.value)
    assert len(str(caught.value)) < 200


def test_numpys_numbers_become_pythons():
    given = Measuring(bins=np.int16(8), range=[np.float32(-2), np.int64(3)])
    assert given == Measuring(bins=8, range=(-2.0, 3.0))
    assert (type(given.bins), type(given.range[0])) == (int, float)


# --- a value ------------------------------------------------------------------------------

OTHERS = {
    "bins": 31,
    "range": (0.0, 1.0),
    "gradients": True,
    "effective_rank": False,
    "unit_histograms": True,
    "statistics": "moments",
    "unit_sample": (4, 3),
}


def test_every_field_has_a_part_in_equality_and_comes_back_from_json():
    assert set(OTHERS) == {field.name for field in dataclasses.fields(Measuring)}
    different = [Measuring(**{name: value}) for name, value in OTHERS.items()]
    assert len({Measuring(), *different}) == 1 + len(OTHERS)
    for one in (Measuring(), Measuring(**OTHERS), *different):
        plain = json.loads(json.dumps(one.to_dict()))
        # The last one is there only if it is asked for.
        assert list(plain) == list(OTHERS)[: None if one.unit_sample else -1]
        assert Measuring.from_dict(plain | {"of a later version": 1}) == one


def test_the_signals_are_those_of_a_record():
    for measuring, signals in ((Measuring(), FORWARD), (Measuring(gradients=True), SIGNALS)):
        assert measuring.signals == signals
        spec = StackSpec(activation="tanh", init="he", depth=2, width=4, samples=5)
        assert simulate(spec, measuring=measuring).signals == signals


def test_of_what_is_not_named_only_what_tells_overflow_is_kept():
    """Nothing else is computed, files say so, and asking for it later is one clear error."""
    spec = StackSpec(activation="tanh", init="he", depth=3, width=6, samples=40)
    whole = simulate(spec, gradients=True)
    some = simulate(spec, gradients=True, statistics={"gradient": "all", "activation": "all"})
    for layer, other in zip(some.layers, whole.layers, strict=True):
        for item, full in zip(layer.signals, other.signals, strict=True):
            if item.signal in ("activation", "gradient"):
                assert item == full
                continue
            assert item.stats.count == full.stats.count
            assert (item.stats.std, item.stats.quantiles, item.counted) == (None, None, None)
            with pytest.raises(RecordError, match=f"of the {item.signal} no histogram was kept"):
                _ = item.histogram
    plain = json.loads(json.dumps(some.to_dict()))
    assert plain["layers"][0]["signals"]["preactivation"]["histogram"] is None
    assert plain["measuring"]["statistics"]["weight_gradient"] == []
    assert Record.from_dict(plain) == some
    assert some.first_nonfinite_layer == whole.first_nonfinite_layer
    assert some.to_frame().shape == whole.to_frame().shape
    plot_grid([some])
    with pytest.raises(RecordError, match="of the preactivation no histogram was kept"):
        plot_grid([some], signal="preactivation")


def test_a_verdict_needs_the_scale_of_the_activations_and_says_how_to_measure_it():
    record = simulate(activation="tanh", init="he", depth=2, width=6, samples=9, statistics=())
    with pytest.raises(RecordError, match="of the activation no scale was kept: measure it again"):
        record.diagnose()
    remedy = re.search(r"Measuring\((statistics=.*?})\)", not_kept("activation", "scale"))[1]
    stats = simulate(record.spec, **eval(f"dict({remedy})")).layers[0]["activation"].stats
    assert stats.std > 0


def test_a_file_that_names_full_signals_is_read_as_it_was_meant():
    """Between two versions, `full` said of which signals all is kept; of others the moments are."""
    spec = StackSpec(activation="tanh", init="he", depth=2, width=6, samples=40)
    kept = {signal: "all" if signal == "activation" else "moments" for signal in SIGNALS}
    record = simulate(spec, gradients=True, statistics=kept)
    plain = json.loads(json.dumps(record.to_dict()))
    del plain["measuring"]["statistics"]
    assert Record.from_dict(
        plain | {"measuring": plain["measuring"] | {"full": ["activation"]}}
    ) == (record)
    assert Measuring.from_dict({"bins": 30, "full": None}) == Measuring()
    with pytest.raises(SpecError, match="full must be signals of preactivation, activation"):
        Measuring.from_dict({"full": ["actvation"]})


def test_what_a_file_keeps_is_what_it_says_that_it_keeps():
    plain = json.loads(json.dumps(simulate(activation="tanh", init="he", width=6).to_dict()))
    item = plain["layers"][0]["signals"]["activation"]
    counted = item.pop("histogram")
    item["histogram"] = None
    with pytest.raises(RecordError, match="layer 1 has no histogram, and is measured with one"):
        Record.from_dict(plain)
    item["histogram"] = counted
    item["stats"]["quantiles"] = None
    with pytest.raises(RecordError, match="and quantiles is None"):
        Record.from_dict(plain)
    plain["measuring"]["statistics"] = "moments"
    with pytest.raises(RecordError, match="layer 1 has a histogram, and is measured without"):
        Record.from_dict(plain)
    whole = simulate(activation="tanh", init="he", width=6)
    with pytest.raises(RecordError, match="layer 1 has a histogram, and is measured without one"):
        dataclasses.replace(whole, measuring=Measuring(statistics="moments"))
    kept = {"preactivation": "all", "activation": ["scale", "histogram"]}
    with pytest.raises(RecordError, match="activation of layer 1 has skewness, and is measured"):
        dataclasses.replace(whole, measuring=Measuring(statistics=kept))


def test_what_is_no_measuring_and_no_spec_is_refused():
    spec = StackSpec(activation="tanh", init="he", depth=1, width=4, samples=5)
    for call, got in (
        (lambda: simulate(spec, measuring=3), "3"),
        (lambda: simulate_many([spec], 3), "3"),
        (lambda: simulate_many([spec], "all"), "'all'"),
        (lambda: simulate_many([spec], [None]), "None"),
    ):
        with pytest.raises(SpecError, match=rf"^measuring must be a Measuring \(got {got}\)$"):
            call()
    for simulating in (simulate, simulate_ensemble):
        takes = f"^{simulating.__name__} takes a StackSpec, or fields such as .* "
        with pytest.raises(SpecError, match=rf"{takes}\(got 'tanh'\)$"):
            simulating("tanh")
    with pytest.raises(SpecError, match=r"measuring must be a Measuring \(got 3\)"):
        StackSpec(activation="tanh", init="he", measuring=3)
    assert simulate_many(each for each in [spec, spec]) == [simulate(spec)] * 2


def test_one_run_is_measured_in_several_ways():
    """The forward pass is made once: an activation of one's own is called once a layer."""
    calls = []

    def fn(z):
        calls.append(z.shape)
        return np.tanh(z)

    counted = dataclasses.replace(ACTIVATIONS["tanh"], name="counted", fn=fn)
    spec = StackSpec(activation=counted, init="he", depth=3, width=6, samples=9)
    ways = [Measuring(), *(Measuring(**{name: value}) for name, value in OTHERS.items())]
    records = simulate_many([spec] * len(ways), ways)
    assert len(calls) == 3
    assert records == [simulate(spec, measuring=way) for way in ways]
    with pytest.raises(SpecError, match=r"one for each of 1 specs \(got 2\)"):
        simulate_many([spec], ways[:2])


# --- edges --------------------------------------------------------------------------------

# Sampled densely around 0, where the minima of gelu, silu and mish are, and out to saturation.
EVERYWHERE = np.concatenate([np.linspace(-40, 40, 20_001), [-1e3, 1e3, -1e300, 1e300]])


@pytest.mark.parametrize("bins", [1, 3, 30, 1000])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_edges_hold_the_whole_range_of_what_is_bounded(row, dtype, bins):
    edges = Measuring(bins=bins).edges("activation", row)
    assert edges.shape == (bins + 1,)
    assert np.all(np.diff(edges) > 0)
    x = EVERYWHERE[np.abs(EVERYWHERE) < np.finfo(dtype).max].astype(dtype)
    found = Histogram.of(row(x), edges=edges)
    if np.isfinite(row.bounds[0]):
        assert found.underflow == 0
    if np.isfinite(row.bounds[1]):
        assert found.overflow == 0
    if row.bounded:
        assert (edges[0], edges[-1]) == row.bounds


@pytest.mark.parametrize("name", ["relu", "softplus"])
def test_a_bound_at_zero_is_an_edge(name):
    assert Measuring().edges("activation", ACTIVATIONS[name])[0] == 0.0
    assert Measuring().edges("activation", ACTIVATIONS[name], 2.0)[-1] == 8.0


@pytest.mark.parametrize("name", ["elu", "selu", "gelu", "silu", "mish"])
def test_another_bound_has_one_bin_to_spare(name):
    found = Measuring(bins=10).edges("activation", ACTIVATIONS[name])
    low = ACTIVATIONS[name].bounds[0]
    # Ten bins from a tenth of the reach below the bound.
    assert found[0] == pytest.approx(low - (4.0 - low) / 10, rel=1e-15)
    assert found[0] < low < found[2]


def test_a_bound_above_only():
    mirrored = dataclasses.replace(
        ACTIVATIONS["gelu"], name="uleg", bounds=(-inf, 0.17), fn=lambda x: -x, derivative=np.sign
    )
    edges = Measuring(bins=10).edges("activation", mirrored, 0.5)
    assert edges[0] == -2.0
    assert edges[-1] == pytest.approx(0.17 + 2.17 / 10, rel=1e-15)


@pytest.mark.parametrize("std", [0.0, 1.0, 0.25, 1e300, 1e308, LARGEST, 1e-300, 1e-320, 5e-324])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_without_a_bound_edges_reach_four_input_stds(name, std):
    found = partial(Measuring(bins=10_000).edges, activation=ACTIVATIONS[name], input_std=std)
    reach = min(4 * (std or 1.0), LARGEST)
    for signal in ("preactivation", "activation"):
        edges = found(signal)
        assert np.isfinite(edges).all()
        assert np.all(edges[1:] > edges[:-1])
    if std == 0.0 or std > 1e-307:
        edges = found("preactivation")
        assert (edges[0], edges[-1]) == (-reach, reach)


def test_a_range_holds_for_both_signals():
    found = Measuring(range=(-1, 1), bins=4)
    for signal in ("preactivation", "activation"):
        assert found.edges(signal, ACTIVATIONS["relu"]).tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0]
