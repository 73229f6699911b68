"""Arrays recorded elsewhere become Records: held against numpy, against simulate, and by faults."""

import json

import numpy as np
import pytest
from oracles import forward

import actviz
from actviz.diagnosis.findings import Kind
from actviz.diagnosis.verdict import verdict
from actviz.errors import RecordError, SpecError
from actviz.files.notebook import record_html
from actviz.numbers.histogram import OCTAVE_EDGES
from actviz.records.recorded_spec import UNKNOWN, RecordedSpec
from actviz.words.specs import row_label, setting
from actviz.words.stacks import finding
from actviz.words.told import tell

PLOTS = ("plot_grid", "plot_overlay", "plot_ridge", "plot_depth", "plot_textbook")


def layers(dtype="float64", samples=40, widths=(7, 5, 5)):
    rng = np.random.default_rng(3)
    x, found = rng.standard_normal((samples, 6)), {}
    for number, width in enumerate(widths):
        x = np.maximum(x @ rng.standard_normal((x.shape[1], width)) * 0.6, 0.0)
        found[f"block.{number}"] = x.astype(dtype)
    return found


def test_the_same_numbers_as_a_simulation_of_the_same_values():
    spec = actviz.StackSpec(activation="tanh", init="he", depth=3, width=9, samples=30)
    simulated = actviz.simulate(spec)
    values = {
        str(number): {"preactivation": layer.z, "activation": layer.a}
        for number, layer in enumerate(
            forward.forward(
                np.tanh,
                forward.normal(lambda fan_in, _: (2 / fan_in) ** 0.5),
                spec.widths,
                forward.spawned(0),
                samples=30,
                input_width=9,
            )
        )
    }
    recorded = actviz.record_from_arrays(values, activation="tanh", range=(-1, 1))
    for ours, theirs in zip(recorded.layers, simulated.layers, strict=True):
        assert ours["activation"].histogram == theirs["activation"].histogram
        got, want = ours["activation"].stats, theirs["activation"].stats
        assert got.saturated_fraction == want.saturated_fraction
        for name in ("mean", "std", "excess_kurtosis", "within_unit_std", "effective_rank"):
            assert getattr(got, name) == pytest.approx(getattr(want, name), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8", ">f4", "<f8"])
def test_statistics_are_numpy_s_whatever_the_type(dtype):
    arrays = layers(dtype)
    record = actviz.record_from_arrays(arrays)
    assert tuple(layer.name for layer in record.layers) == tuple(arrays)
    assert record.spec.dtype == ("float64" if dtype in ("float64", "int8", "<f8") else "float32")
    for layer, array in zip(record.layers, arrays.values(), strict=True):
        stats, exact = layer["activation"].stats, array.astype(np.float64)
        assert stats.mean == pytest.approx(exact.mean(), rel=1e-12, abs=1e-15)
        assert stats.std == pytest.approx(exact.std(), rel=1e-12, abs=1e-15)
        assert stats.zero_fraction == (array == 0).mean()


def test_arrays_are_never_written_to():
    arrays = layers("float32")
    kept = {name: array.copy() for name, array in arrays.items()}
    for array in arrays.values():
        array.setflags(write=False)
    actviz.record_from_arrays(arrays, activation="relu")
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, kept[name])


@pytest.mark.parametrize(("axis", "shape"), [(1, (4, 3, 5, 2)), (-1, (4, 5, 3)), (0, (3, 20))])
def test_the_unit_axis_is_where_it_is_named(axis, shape):
    array = np.random.default_rng(0).standard_normal(shape)
    layer = actviz.record_from_arrays({"conv": array}, unit_axis=axis).layers[0]
    others = tuple(i for i in range(array.ndim) if i != axis % array.ndim)
    assert layer.width == 3
    assert layer["activation"].stats.between_unit_std == pytest.approx(array.mean(others).std())


def test_layers_may_differ_in_samples_and_keep_their_fan_in():
    record = actviz.record_from_arrays({"a": np.ones((4, 3)), "b": np.ones((9, 2))})
    assert [(layer.fan_in, layer.width) for layer in record.layers] == [(None, 3), (3, 2)]
    assert [row["samples"] for row in record.to_rows()] == [4, 9]
    assert record.spec.samples is None
    gradient = {"a": {"activation": np.ones((4, 3)), "weight_gradient": np.ones((8, 3))}}
    assert actviz.record_from_arrays(gradient).layers[0].fan_in == 8


def test_what_is_not_finite_is_counted_and_said():
    arrays = layers()
    arrays["block.1"][0, :2] = np.nan, np.inf
    record = actviz.record_from_arrays(arrays, label="mine")
    assert record.layers[1]["activation"].stats.nonfinite == 2
    assert record.first_nonfinite_layer == 2
    assert len(record.layers) == 3  # the rest was recorded, whatever happened
    assert verdict(record) is Kind.NON_FINITE
    assert finding(tell([record])) == "Layer 2 has values that are not finite (Recorded, mine)"
    assert "Layer 2:" in record_html(record)


def test_edges_stay_while_the_numbers_change_a_little():
    """Powers of two from the layer in the middle; the bounds of an activation that is named."""
    arrays = {name: array - array.mean() for name, array in layers().items()}
    middle = np.median([np.sqrt(np.mean(array**2)) for array in arrays.values()])
    reach = 2 ** np.ceil(np.log2(4 * middle))

    def ends(arrays, **options):
        record = actviz.record_from_arrays(arrays, **options)
        return [tuple(layer["activation"].histogram.edges[[0, -1]]) for layer in record.layers]

    assert ends(arrays) == [(-reach, reach)] * 3
    assert ends({name: 1.01 * array for name, array in arrays.items()}) == [(-reach, reach)] * 3
    assert ends(layers())[0][0] == 0.0
    assert ends(arrays, activation="tanh") == [(-1.0, 1.0)] * 3
    assert ends(arrays, range=(-2, 3), bins=5) == [(-2.0, 3.0)] * 3


@pytest.mark.parametrize("peak", [0.0, 5e-324, 1e-310, 1.7e308])
def test_edges_exist_for_every_float(peak):
    record = actviz.record_from_arrays({"a": np.full((3, 2), peak), "b": np.full((3, 2), -peak)})
    assert record.layers[0]["activation"].histogram.n_values == 6


def test_gradients_are_counted_as_everywhere():
    a = layers()["block.0"]
    record = actviz.record_from_arrays({"a": {"activation": a, "gradient": a * 1e-9}})
    assert record.signals == ("activation", "gradient")
    assert record.layers[0]["gradient"].histogram.edges.tolist() == OCTAVE_EDGES.tolist()
    assert record.first_underflow_gradient_layer is None


def test_a_recorded_record_goes_through_json(tmp_path):
    record = actviz.record_from_arrays(layers(), label="épée", range=(0, 4))
    assert actviz.load(actviz.save(record, tmp_path / "r.json")) == record
    assert record.spec.activation is UNKNOWN
    own = actviz.record_from_arrays(layers(), activation="relu")
    assert actviz.Record.from_dict(json.loads(json.dumps(own.to_dict()))) == own


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"names": ["a", "a", "b"]}, "two layers have one name"),
        ({"widths": [1]}, "widths must be one for each of 3 layers"),
        ({"widths": [7, 5, 0]}, "widths must be >= 1"),
        ({"label": " "}, "label must be a text"),
        ({"dtype": "int8"}, "dtype must be float64 or float32"),
        ({"more": 1}, "recorded spec has the fields"),
        ({"activation": 3}, "activation must be"),
        ({"layer_samples": [39, 40, 40]}, "the activation of layer 1 must have 273 values"),
        ({"names": 3}, "wrong type"),
    ],
)
def test_a_spec_that_does_not_fit_is_refused(change, message):
    data = actviz.record_from_arrays(layers()).to_dict()
    data["spec"] |= change
    with pytest.raises(RecordError, match=message):
        actviz.Record.from_dict(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"bins": 0}, "bins must be >= 1"), ({"range": [2, 1]}, "range must be two finite numbers")],
)
def test_a_measuring_that_cannot_be_is_refused(change, message):
    data = actviz.record_from_arrays(layers()).to_dict()
    data["measuring"] |= change
    with pytest.raises(RecordError, match=message):
        actviz.Record.from_dict(data)


@pytest.mark.wide
@pytest.mark.parametrize("plot", PLOTS)
def test_every_view_draws_it(plot):
    record = actviz.record_from_arrays(layers(), label="my net", activation="relu", range=(0, 4))
    other = actviz.record_from_arrays(layers(), label="before", activation="relu", range=(0, 4))
    stack = actviz.simulate(activation="relu", init="he", depth=3, width=5, range=(0, 4))
    for records in ([record], [record, other], [record, stack]):
        figure = getattr(actviz, plot)(records)
        assert "my net" in figure.description
    with pytest.raises((RecordError, SpecError), match=r"no (signal ')?preactivation"):
        getattr(actviz, plot)([record], signal="preactivation")


def test_rows_are_told_apart_among_their_own_kind():
    record = actviz.record_from_arrays(layers(), label="my net", activation="relu")
    stacks = [actviz.StackSpec(activation="relu", init="he", seed=seed) for seed in (1, 2)]
    specs = [record.spec, *stacks]
    assert [row_label(s, specs) for s in specs] == ["my net", "He, seed 1", "He, seed 2"]
    assert setting([record.spec]) == "3 layers of 7, 5, 5 units · 40 samples"
    assert setting([stacks[0], record.spec]) == ""
    with pytest.raises(SpecError, match="two recorded stacks have one name"):
        actviz.plot_grid(
            [record, actviz.record_from_arrays(layers(), label="my net", activation="relu")]
        )


class Bad:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on a Tensor that requires grad.\nUse detach.")


@pytest.mark.parametrize(
    ("array", "message"),
    [
        ([[1.0], [1.0, 2.0]], "layer 'fc' is no array of numbers, samples × units"),
        (np.array([[1, None]]), "must hold real numbers of up to 64 bits .got object"),
        (np.ones((2, 2), complex), "got complex128"),
        (np.ones((2, 2), bool), "got bool"),
        (np.array([["a", "b"]]), "got <U1"),
        (np.ones(5), r"must be samples × units .got shape .5,.*reshape it"),
        (np.ones((2, 3, 4)), "name its unit_axis"),
        (np.ones((0, 4)), "has no values"),
        (np.ma.masked_equal([[1.0, 2.0]], 2.0), "masked arrays are not counted"),
        (Bad(), "requires grad"),
        ({"preactivation": np.ones((2, 2))}, "needs its activation"),
        ({"activation": np.ones((2, 2)), "logit": np.ones((2, 2))}, "no signal 'logit'"),
        ({"activation": np.ones((2, 2)), "gradient": np.ones((2, 3))}, "does not fit"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused_by_its_layer(array, message):
    with pytest.raises(SpecError, match=message) as caught:
        actviz.record_from_arrays({"fine": np.ones((3, 2)), "fc": array})
    assert "'fc'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nothing_and_a_wrong_axis_are_refused():
    with pytest.raises(SpecError, match="with one at least"):
        actviz.record_from_arrays({})
    with pytest.raises(SpecError, match="no unit_axis 5"):
        actviz.record_from_arrays({"a": np.ones((2, 2))}, unit_axis=5)
    with pytest.raises(SpecError, match="the name of a layer"):
        actviz.record_from_arrays({1: np.ones((2, 2))})
    with pytest.raises(SpecError, match="an ensemble is of simulated records"):
        actviz.Ensemble(records=(actviz.record_from_arrays({"a": np.ones((2, 2))}),))
    assert isinstance(actviz.record_from_arrays({"a": np.eye(2)}).spec, RecordedSpec)
