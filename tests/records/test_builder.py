"""RecordBuilder: batches, held against the Record of all of them at once."""

import pickle
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import actviz
from actviz import RecordBuilder, record_from_arrays
from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS
from actviz.records.layer import Layer
from actviz.records.recorded_spec import UNKNOWN

RNG = np.random.default_rng(0)
Z = {"fc1": RNG.standard_normal((60, 7)), "fc2": RNG.standard_normal((60, 4)) * 2}
SIGNALS = {name: {"preactivation": z, "activation": np.tanh(z)} for name, z in Z.items()}


def cut(given, rows):
    return {name: {s: a[rows] for s, a in signals.items()} for name, signals in given.items()}


def built(given, cuts, **options):
    """Build in batches that begin at these rows."""
    builder = RecordBuilder(activation="tanh", **options)
    for start, stop in zip(cuts, [*cuts[1:], None], strict=True):
        for name, signals in cut(given, slice(start, stop)).items():
            builder.update(name, signals)
    return builder


def test_few_values_give_the_record_of_the_whole_to_the_last_bit():
    whole = record_from_arrays(SIGNALS, activation="tanh", label="batches", unit_sample=(8, 3))
    found = built(SIGNALS, [0, 1, 25, 59], unit_sample=(8, 3)).record()
    assert found == whole
    assert found.approximate == ()
    one, two = built(cut(SIGNALS, slice(5)), [0]), built(cut(SIGNALS, slice(5, None)), [0, 20])
    one.merge(two)
    assert one.record() == record_from_arrays(SIGNALS, activation="tanh", label="batches")


def test_edges_are_those_of_all_values_whichever_came_first():
    for scale in (1.0, 10.0, 0.1):
        parts = [np.abs(Z["fc1"]), np.abs(Z["fc1"]) * scale]
        builder = RecordBuilder()
        for part in parts:
            builder.update("fc1", part)
        whole = record_from_arrays({"fc1": np.concatenate(parts)}, label="batches")
        assert builder.record() == whole


def check_close(found, whole):
    for ours, theirs in zip(found.layers, whole.layers, strict=True):
        for item in theirs.signals:
            got = ours[item.signal]
            assert got.histogram == item.histogram
            for name in ("count", "min", "max", "zero_fraction", "saturated_fraction"):
                assert getattr(got.stats, name) == getattr(item.stats, name)
            for name in ("mean", "std", "excess_kurtosis", "mean_cosine", "effective_rank"):
                expected = getattr(item.stats, name)
                known = None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-12)
                assert getattr(got.stats, name) == known
            quantiles = pytest.approx(item.stats.quantiles, rel=2.0**-9, abs=1e-12)
            assert got.stats.quantiles == quantiles


@settings(max_examples=20, deadline=None)
@given(
    cuts=st.sets(st.integers(1, 59)),
    split=st.integers(1, 59),
    exact=st.sampled_from([1, 50, 200, 10**6]),
)
def test_batches_and_builders_in_any_grouping_are_counted_alike(cuts, split, exact):
    starts = [0, *sorted(cuts)]
    options = {"exact": exact, "range": (-2.5, 2.5)}
    one = built(SIGNALS, [s for s in starts if s < split] + [split], **options)
    two = built(SIGNALS, starts, **options)
    together = RecordBuilder(activation="tanh", **options)
    together.merge(one)
    together.merge(two)
    twice = {n: {s: np.concatenate([a, a]) for s, a in v.items()} for n, v in SIGNALS.items()}
    check_close(together.record(), record_from_arrays(twice, activation="tanh", range=(-2.5, 2.5)))


def test_quantiles_of_values_far_from_0_are_the_same_in_whatever_order_they_came():
    values = 0.5 + 1e-6 * np.random.default_rng(1).standard_normal((6, 5000))
    values[4, 7] = 1e-30  # one that is far from all others
    found = set()
    for order in ([0, 1, 2, 3, 4, 5], [4, 0, 5, 1, 2, 3]):
        one, two = RecordBuilder(exact=1000), RecordBuilder(exact=1000)
        for number, row in enumerate(order):
            (one if number % 3 else two).update("hidden", values[row : row + 1])
        one.merge(two)
        found.add(one.record().layers[0]["activation"].stats.quantiles)
    whole = record_from_arrays({"hidden": values}).layers[0]["activation"].stats
    (quantiles,) = found
    assert quantiles == pytest.approx(whole.quantiles, rel=0, abs=1e-3 * 1e-6)


def test_what_is_approximate_is_said_in_the_record_and_in_its_file(tmp_path):
    record = built(SIGNALS, [0, 30], exact=300).record()
    said = {layer.name: [item.approximate for item in layer.signals] for layer in record.layers}
    assert said == {"fc1": [("quantiles",), ("quantiles",)], "fc2": [(), ()]}
    assert record.approximate == ("quantiles",)
    again = actviz.load(actviz.save(record, tmp_path / "record.json"))
    assert again == record
    assert again.approximate == ("quantiles",)
    exact = built(SIGNALS, [0, 30]).record()
    assert "approximate" not in str(exact.to_dict())


def test_gradients_are_of_every_batch_and_weights_of_one():
    given = {"activation": Z["fc1"], "gradient": Z["fc1"] ** 3, "weight_gradient": np.ones((3, 7))}
    builder = RecordBuilder(exact=10)
    builder.update("fc1", given)
    with pytest.raises(SpecError, match="'fc1': a weight gradient is of a whole pass"):
        builder.update("fc1", given)
    record = builder.record()
    assert record.layers[0].fan_in == 3
    assert record.measuring.gradients
    gradient = record.layers[0]["gradient"]
    assert gradient.approximate == ("quantiles", "median_magnitude")
    exact = record_from_arrays({"fc1": given}).layers[0]["gradient"]
    assert gradient.histogram == exact.histogram
    middle = exact.stats.median_magnitude
    assert gradient.stats.median_magnitude == pytest.approx(middle, rel=2.0**-9)


def test_batches_may_be_written_to_again():
    batch, builder = np.ones((3, 2)), RecordBuilder()
    builder.update("a", batch)
    batch[:] = 5.0
    builder.update("a", batch)
    assert builder.record().layers[0]["activation"].stats.max == 5.0
    assert builder.record().layers[0]["activation"].stats.mean == 3.0


def test_a_layer_says_what_is_known_of_it():
    known = Layer(
        name="conv1", kind="conv", activation=ACTIVATIONS["relu"], fan_in=27, width=7, samples=1
    )
    builder = RecordBuilder()
    for _ in range(2):
        builder.update(known, Z["fc1"])
    (layer,) = builder.record().layers
    assert (layer.kind, layer.fan_in, layer.samples) == ("conv", 27, 120)
    assert layer.activation is ACTIVATIONS["relu"]
    with pytest.raises(SpecError, match="layer 'conv1' has 7 units, and this batch 4"):
        RecordBuilder().update(known, Z["fc2"])


def test_a_builder_comes_back_from_another_process():
    with ProcessPoolExecutor(1) as pool:
        there = pool.submit(built, SIGNALS, [0, 10], exact=200).result()
    here = built(SIGNALS, [0, 10], exact=200)
    here.merge(there)
    assert here.record().spec.samples == 120
    assert pickle.loads(pickle.dumps(built(SIGNALS, [0]))).record() == built(SIGNALS, [0]).record()


ONE = np.ones((3, 2))


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (np.ones((3, 4)), "layer 'a' has 2 units, and this batch 4"),
        (ONE.astype(np.float32), "was float64, and this batch is float32: give every batch in one"),
        ([1.0, 2.0], "reshape it"),
        (np.ones((0, 2)), "layer 'a' has no values"),
        ({"activation": ONE, "gradient": ONE}, "'a' had not the gradient in its first batch"),
        ("text", "layer 'a'"),
        ({}, r"'a' needs its activation \(got an empty mapping\)"),
    ],
)
def test_a_batch_of_another_kind_is_refused_and_nothing_of_it_is_added(batch, message):
    builder = RecordBuilder()
    builder.update("a", ONE)
    with pytest.raises(SpecError, match=message) as error:
        builder.update("a", batch)
    assert "\n" not in str(error.value)
    assert builder.record().spec.samples == 3


@pytest.mark.parametrize(
    ("options", "layers", "message"),
    [
        ({"bins": 9}, {"a": ONE}, "differ in their bins: 30 and 9"),
        ({"range": (0, 1)}, {"a": ONE}, "differ in their range"),
        ({"activation": "relu"}, {"a": ONE}, "activation: 'unknown' and 'relu'"),
        ({"unit_sample": (2, 2)}, {"a": ONE}, "differ in their unit_sample"),
        ({"exact": 3}, {"a": ONE}, "differ in their exact"),
        ({}, {"a": ONE, "b": ONE}, "differ in their layers: 'b' is in one of them only"),
        ({}, {"a": np.ones((3, 5))}, "'a' differs between builders in its units: 2 and 5"),
        ({}, {"a": ONE.astype("f4")}, "in its dtype: 'float64' and 'float32'"),
        ({}, {"a": {"activation": ONE, "gradient": ONE}}, "in its signals"),
    ],
)
def test_builders_that_measure_different_things_are_not_merged(options, layers, message):
    one, two = RecordBuilder(), RecordBuilder(**options)
    one.update("a", ONE)
    for name, batch in layers.items():
        two.update(name, batch)
    with pytest.raises(SpecError, match=message) as error:
        one.merge(two)
    assert "\n" not in str(error.value)
    assert one.record().spec.samples == 3


def test_builders_that_pass_what_is_kept_by_different_values_are_merged():
    """The rms of standard normal values is above 1 in about one builder of two."""
    rng = np.random.default_rng(0)
    for activation in ("relu", "tanh", None):
        for _ in range(8):
            builder, other = (RecordBuilder(activation=activation, exact=200) for _ in range(2))
            function = ACTIVATIONS[activation or "identity"]
            zs = rng.standard_normal((20, 8, 10))
            for batch, z in enumerate(zs):
                half = builder if batch < 10 else other
                half.update("block.0", {"preactivation": z, "activation": function(z)})
            builder.merge(other)
            z = np.concatenate(zs)
            whole = record_from_arrays(
                {"block.0": {"preactivation": z, "activation": function(z)}}, activation=activation
            )
            check_close(builder.record(), whole)


def signals_of(name, scale, rows, dtype):
    rng = np.random.default_rng(rows)
    z = (scale * rng.standard_normal((rows, 4))).astype(dtype)
    z[0] = [-0.0, 0.0, 8.0 * scale, 4.0]  # which may be the upper edge
    return {"preactivation": z, "activation": ACTIVATIONS[name](z), "gradient": z**3}


@settings(max_examples=40, deadline=None)
@given(
    batches=st.lists(
        st.tuples(st.sampled_from([1.0, 1e-3, 60.0, 1e4]), st.integers(1, 9), st.integers(0, 2)),
        min_size=1,
        max_size=9,
    ),
    names=st.tuples(*[st.sampled_from(["relu", "tanh", "selu", "elu", "gelu", "unknown"])] * 2),
    exact=st.sampled_from([1, 40, 10**6]),
    dtype=st.sampled_from(["f4", "f8"]),
    bins=st.sampled_from([1, 3, 30]),
    order=st.permutations(range(3)),
)
def test_the_histograms_are_those_of_all_values_whoever_saw_which_first(
    batches, names, exact, dtype, bins, order
):
    known = [
        Layer(
            name=f"{number}",
            activation=UNKNOWN if name == "unknown" else ACTIVATIONS[name],
            fan_in=1,
            width=4,
            samples=1,
        )
        for number, name in enumerate(names)
    ]
    builders = [RecordBuilder(exact=exact, bins=bins) for _ in range(3)]
    whole = RecordBuilder(bins=bins)
    for scale, rows, who in batches:
        for layer in known:
            name = "identity" if layer.activation is UNKNOWN else layer.activation.name
            given = signals_of(name, scale, rows, dtype)
            builders[who].update(layer, given)
            whole.update(layer, given)
    first, second, third = (builders[place] for place in order)
    second.merge(third)
    first.merge(pickle.loads(pickle.dumps(second)))
    found, expected = first.record(), whole.record()
    for ours, theirs in zip(found.layers, expected.layers, strict=True):
        for item in theirs.signals:
            assert ours[item.signal].histogram == item.histogram


def test_what_came_first_does_not_decide_the_axis():
    small, large = np.full((4, 2), 1e-3), np.full((4, 2), 100.0)
    for parts in ([small, large], [large, small]):
        builder = RecordBuilder(exact=2)
        for part in parts:
            builder.update("a", part)
        histogram = builder.record().layers[0]["activation"].histogram
        assert (
            histogram
            == record_from_arrays({"a": np.concatenate(parts)}).layers[0]["activation"].histogram
        )
        assert histogram.edges[[0, -1]].tolist() == [0.0, 512.0]
        assert histogram.overflow == 0


def test_values_beyond_every_axis_are_beyond_its_ends():
    builder = RecordBuilder(exact=1)
    builder.update("a", np.array([[1e300, -1e300], [1.0, np.inf]]))
    histogram = builder.record().layers[0]["activation"].histogram
    assert histogram.edges[[0, -1]].tolist() == [-(2.0**127), 2.0**127]
    assert (histogram.underflow, histogram.overflow, histogram.nonfinite) == (1, 1, 1)
    builder = RecordBuilder(exact=1)
    builder.update("a", np.array([[1e-300, 0.0]]))
    histogram = builder.record().layers[0]["activation"].histogram
    assert histogram.edges[[0, -1]].tolist() == [0.0, 2.0**-126]
    assert histogram.counts[0] == 2


def test_two_ranges_are_refused_and_the_message_says_what_to_do():
    one, two = RecordBuilder(range=(0, 1)), RecordBuilder(range=(0, 2))
    message = r"range: \(0.0, 1.0\) and \(0.0, 2.0\); make all that are to be merged with one and"
    with pytest.raises(SpecError, match=message):
        one.merge(two)


def test_layers_in_another_order_are_not_merged():
    one, two = RecordBuilder(), RecordBuilder()
    for builder, names in ((one, "abc"), (two, "acb")):
        for width, name in enumerate(names, start=1):
            builder.update(name, np.ones((3, width)))
    with pytest.raises(SpecError, match=r"order of their layers.* 'b' and 'c' as layer 2; give"):
        one.merge(two)


def test_a_builder_with_gradients_goes_on_in_another_process():
    given = {"activation": Z["fc1"], "gradient": Z["fc1"] ** 3}
    one, two = RecordBuilder(exact=10), RecordBuilder(exact=10)
    one.update("fc1", given)
    two.update("fc1", given)
    again = pickle.loads(pickle.dumps(one))
    again.update("fc1", given)
    one.merge(two)
    assert again.record() == one.record()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label": ""}, "label must be a text that is not blank"),
        ({"label": 3}, "label must be a text"),
        ({"label": "a\nb"}, "label and names must be on one line"),
        ({"activation": 3}, r"activation must be a name or an Activation \(got 3\)"),
        ({"activation": "tahn"}, "tanh"),
        ({"unit_axis": "x"}, r"unit_axis must be an integer, such as 1 .*\(got 'x'\)"),
        ({"unit_axis": 1.5}, "unit_axis must be an integer"),
        ({"unit_axis": True}, "unit_axis must be an integer"),
        ({"exact": "big"}, "exact must be an integer"),
        ({"exact": None}, "exact must be an integer"),
        ({"exact": 1.5}, "exact must be an integer"),
        ({"exact": float("nan")}, "exact must be an integer"),
        ({"exact": -1}, "exact must be >= 1"),
        ({"exact": 0}, "exact must be >= 1"),
        ({"bins": 0}, "bins must be >= 1"),
        ({"range": (1, 0)}, "range must be two finite numbers"),
        ({"unit_sample": 3}, "unit_sample must be two numbers"),
    ],
)
def test_a_builder_refuses_what_is_wrong_when_it_is_made(options, message):
    with pytest.raises(SpecError, match=message) as error:
        RecordBuilder(**options)
    assert "\n" not in str(error.value)
    if "exact" not in options:
        with pytest.raises(SpecError, match=message):
            record_from_arrays({"a": ONE}, **options)


def test_a_layer_of_a_wrong_name_or_kind_is_refused_with_its_first_batch():
    relu = ACTIVATIONS["relu"]
    wrong = {
        "on one line": {"name": "a\tb"},
        "kind of a layer": {"kind": 3},
        "name or an Activation": {"activation": 3},
        "fan_ins must be >= 1": {"fan_in": 0},
    }
    builder = RecordBuilder()
    with pytest.raises(SpecError, match="on one line"):
        builder.update("a\nb", ONE)
    for message, fields in wrong.items():
        facts = {"name": "a", "activation": relu, "fan_in": 2, "width": 2, "samples": 0} | fields
        with pytest.raises(SpecError, match=message):
            builder.update(Layer(**facts), ONE)
    with pytest.raises(SpecError, match="no layer"):
        builder.record()


def test_a_builder_is_used_once_and_for_something():
    builder = RecordBuilder()
    with pytest.raises(SpecError, match="no layer: update the builder"):
        builder.record()
    for wrong, message in ((None, "got NoneType"), (builder, "not with itself")):
        with pytest.raises(SpecError, match=message):
            builder.merge(wrong)
    for name in ("", 3, None):
        what = f"the name of a layer must be a text that is not blank \\(got {name!r}\\)"
        with pytest.raises(SpecError, match=what):
            builder.update(name, ONE)
    with pytest.raises(SpecError, match=r"copy must be True or False \(got 'no'\)"):
        builder.update("a", ONE, copy="no")
    builder.merge(RecordBuilder())
    builder.update("a", ONE)
    record = builder.record()
    assert builder.record() is record
    for more in (lambda: builder.update("a", ONE), lambda: builder.merge(RecordBuilder())):
        with pytest.raises(SpecError, match="has made its record"):
            more()
    with pytest.raises(SpecError, match="has made its record"):
        RecordBuilder().merge(builder)
