"""What a spec accepts and refuses, what it says of a stack, and its way through JSON and back."""

import dataclasses
import json
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import forward

from actviz.errors import SpecError, UnknownNameError
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.layers.defaults import LayerDefault
from actviz.layers.initializer_laws import (
    Constant,
    Normal,
    Orthogonal,
    Sparse,
    Uniform,
    VarianceScaling,
)
from actviz.layers.initializers import INITIALIZERS, get_initializer
from actviz.numbers.scalars import check_integer
from actviz.records.measuring import Measuring
from actviz.records.spec import MAX_DEPTH, MAX_SEED, MAX_SIZE, StackSpec
from actviz.simulation.ensemble import simulate_ensemble
from actviz.simulation.stacks import simulate, simulate_many

LARGEST = float(np.finfo(np.float64).max)
DIGITS_40, DIGITS_5000 = 10**39, 10**4999
ROWS = tuple(dict.fromkeys(ACTIVATIONS.values()))


def spec(**changes):
    return StackSpec(**{"activation": "tanh", "init": "he"} | changes)


# --- what is refused ----------------------------------------------------------------------

SIZES = ("width", "input_width", "samples")
#: Field, what is given, and what the message says: what is allowed, and what was given.
REFUSED = [
    ("depth", 0, "depth must be >= 1 (got 0)"),
    ("depth", -3, "depth must be >= 1 (got -3)"),
    ("depth", 5.0, "depth must be an integer (got 5.0)"),
    ("depth", "5", "depth must be an integer (got '5')"),
    ("depth", True, "depth must be an integer (got True)"),
    ("depth", nan, "depth must be an integer (got nan)"),
    ("depth", Fraction(5), "depth must be an integer (got Fraction(5, 1))"),
    ("depth", np.float64(5), "depth must be an integer (got np.float64(5.0))"),
    ("depth", np.True_, "depth must be an integer (got np.True_)"),
    ("depth", MAX_DEPTH + 1, "depth must be <= 100000 (got 100001)"),
    ("depth", DIGITS_40, f"depth must be <= 100000 (got {DIGITS_40})"),
    ("depth", DIGITS_5000, "depth must be <= 100000 (got a number of about 10^4999)"),
    ("depth", -DIGITS_5000, "depth must be >= 1 (got a number of about -10^4999)"),
    ("depth", [5], "depth must be an integer (got [5])"),
    (
        "depth",
        np.ones((3, 3)),
        "depth must be an integer (got array([[1., 1., 1.], [1., 1., 1.], [1.,…)",
    ),
    *((name, 0, f"{name} must be >= 1 (got 0)") for name in SIZES),
    *((name, -1, f"{name} must be >= 1 (got -1)") for name in SIZES),
    *((name, True, "must be an integer") for name in SIZES),
    *((name, 10**7 + 1, f"{name} must be <= 10000000 (got 10000001)") for name in SIZES),
    *((name, DIGITS_5000, f"{name} must be <= 10000000 (got a number of about") for name in SIZES),
    ("width", 5.0, "width must be an integer >= 1 or a sequence of them (got 5.0)"),
    ("width", None, "width must be an integer >= 1 or a sequence of them (got None)"),
    ("width", "100", "width must be an integer >= 1 or a sequence of them (got '100')"),
    ("width", b"100", "width must be an integer >= 1 or a sequence of them (got b'100')"),
    ("width", (), "width must be an integer >= 1 or a sequence of them (got ())"),
    ("width", {5}, "width must be an integer >= 1 or a sequence of them (got {5})"),
    ("width", {DIGITS_5000}, "width must be an integer >= 1 or a sequence of them (got a set)"),
    ("width", np.array(5), "width must be an integer >= 1 or a sequence of them (got array(5))"),
    ("width", np.ones((2, 2), int), "width must be an integer >= 1 or a sequence of them"),
    ("width", (5, 0), "width must be >= 1 (got 0)"),
    ("width", (5, 2.0), "width must be an integer (got 2.0)"),
    ("width", (5, DIGITS_5000), "width must be <= 10000000 (got a number of about 10^4999)"),
    ("width", np.array([5.0]), "width must be an integer (got 5.0)"),
    ("width", np.array([True]), "width must be an integer (got True)"),
    ("width", (1,) * (MAX_DEPTH + 1), "depth must be <= 100000 (got 100001 widths)"),
    ("input_width", 5.0, "input_width must be an integer (got 5.0)"),
    ("samples", 1e3, "samples must be an integer (got 1000.0)"),
    ("seed", -1, "seed must be >= 0 (got -1)"),
    ("seed", 1.5, "seed must be an integer (got 1.5)"),
    ("seed", "3", "seed must be an integer (got '3')"),
    ("seed", True, "seed must be an integer (got True)"),
    ("seed", None, "seed must be an integer (got None)"),
    ("seed", 2**63, f"seed must be <= {2**63 - 1} (got {2**63})"),
    *(
        (name, value, f"{name} must be a finite number >= 0 (got {shown})")
        for name in ("bias_std", "input_std")
        for value, shown in [
            (nan, "nan"),
            (inf, "inf"),
            (-inf, "-inf"),
            (-1, "-1"),
            (-1e-300, "-1e-300"),
            ("1", "'1'"),
            (None, "None"),
            (True, "True"),
            (1j, "1j"),
            (10**400, "a number of about 10^400"),
            (-(10**400), "a number of about -10^400"),
        ]
    ),
    ("dtype", "float16", "dtype must be float64 or float32 (got 'float16')"),
    ("dtype", "Float64", "dtype must be float64 or float32 (got 'Float64')"),
    ("dtype", np.float32, "dtype must be float64 or float32 (got <class 'numpy.float32'>)"),
    ("dtype", np.dtype("float32"), "dtype must be float64 or float32 (got dtype('float32'))"),
    ("dtype", np.array(["float32", "a"]), "dtype must be float64 or float32"),
    ("rng", "mt19937", "rng must be spawned or legacy (got 'mt19937')"),
    ("rng", None, "rng must be spawned or legacy (got None)"),
    ("rng", 0, "rng must be spawned or legacy (got 0)"),
    ("input_distribution", "gamma", "input_distribution must be normal or uniform (got 'gamma')"),
    ("input_distribution", ["normal"], "must be normal or uniform (got ['normal'])"),
    ("activation", None, "activation must be a name or an Activation (got None)"),
    ("activation", np.tanh, "activation must be a name or an Activation (got <ufunc 'tanh'>)"),
    ("activation", DIGITS_5000, "activation must be a name or an Activation (got a number of"),
    ("activation", Activation, "activation must be a name or an Activation (got <class"),
    (
        "activation",
        "rleu",
        "unknown activation 'rleu': did you mean 'relu'? actviz list has all",
    ),
    ("init", None, "init must be a text or an Initializer (got None)"),
    ("init", 0.01, "init must be a text or an Initializer (got 0.01)"),
    ("init", Orthogonal, "init must be a text or an Initializer (got <class"),
    (
        "init",
        "xaiver",
        "unknown initializer 'xaiver': did you mean 'xavier'? actviz list has all",
    ),
    ("init", "std=-1", "std=-1: std must be a finite number >= 0 (got -1.0)"),
    ("init", "std=nan", "std=nan: std must be a finite number >= 0 (got nan)"),
    ("init", "std=1e400", "std=1e400: std must be a finite number >= 0 (got inf)"),
]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    REFUSED,
    ids=[f"{f}-{m[:60]}-{i}" for i, (f, _, m) in enumerate(REFUSED)],
)
def test_refused(field, value, message):
    with pytest.raises(SpecError) as caught:
        spec(**{field: value})
    text = str(caught.value)
    assert message in text
    assert len(text.splitlines()) == 1
    # A table of names is the longest that a message holds.
    assert len(text) < (1000 if isinstance(caught.value, UnknownNameError) else 150)


def test_unknown_names_are_errors_of_their_own():
    with pytest.raises(UnknownNameError) as caught:
        spec(activation="rleu")
    assert (caught.value.kind, caught.value.name) == ("activation", "rleu")
    with pytest.raises(UnknownNameError) as caught:
        spec(init="xaiver")
    assert (caught.value.kind, caught.value.name) == ("initializer", "xaiver")


def test_the_legacy_generator_has_fewer_seeds():
    assert dict(MAX_SEED) == {"spawned": 2**63 - 1, "legacy": 2**32 - 1}
    assert spec(seed=2**63 - 1).seed == 2**63 - 1
    assert spec(seed=2**32 - 1, rng="legacy").seed == 2**32 - 1
    with pytest.raises(SpecError, match=r"^seed must be <= 4294967295 \(got 4294967296\)$"):
        spec(seed=2**32, rng="legacy")


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_widths_and_a_depth_must_agree(depth):
    with pytest.raises(
        SpecError, match=f"^width names 3 layers but depth is {depth}: leave one out$"
    ):
        spec(width=(4, 5, 6), depth=depth)
    assert spec(width=(4, 5, 6), depth=3) == spec(width=(4, 5, 6))


@pytest.mark.parametrize("field", ["depth", "width"])
def test_a_number_of_5000_digits_is_refused_without_its_digits(field):
    with pytest.raises(SpecError, match=rf"^{field} must be <= \d+ \(got a number of about 10\^"):
        spec(**{field: DIGITS_5000})


@pytest.mark.parametrize("value", [1, 7, np.int8(3), np.uint64(4)])
def test_an_integer_is_checked_and_made_plain(value):
    assert check_integer("depth", value, 1, 7) == value
    assert type(check_integer("depth", value, 1, 7)) is int


# --- what is accepted ---------------------------------------------------------------------


def test_defaults_are_the_textbooks_stack():
    assert spec() == spec(
        depth=5,
        width=100,
        input_width=None,
        samples=1000,
        bias_std=0.0,
        input_distribution="normal",
        input_std=1.0,
        dtype="float64",
        seed=0,
        rng="spawned",
    )
    assert spec().shapes == ((100, 100),) * 5


def test_limits_themselves_are_accepted():
    assert spec(depth=1, width=1, samples=1, input_width=1).shapes == ((1, 1),)
    big = spec(depth=MAX_DEPTH, width=MAX_SIZE, samples=MAX_SIZE)
    assert len(big.widths) == MAX_DEPTH
    assert spec(bias_std=LARGEST, input_std=0).bias_std == LARGEST


def test_numpys_and_other_numbers_become_pythons():
    given_ = spec(
        depth=np.int64(3),
        width=np.uint16(7),
        input_width=np.int32(4),
        samples=np.int8(9),
        bias_std=np.float32(0.5),
        input_std=Fraction(1, 4),
        seed=np.uint64(5),
    )
    expected = spec(
        depth=3,
        width=7,
        input_width=4,
        samples=9,
        bias_std=0.5,
        input_std=0.25,
        seed=5,
    )
    assert given_ == expected
    assert hash(given_) == hash(expected)
    for field in dataclasses.fields(StackSpec):
        assert type(getattr(given_, field.name)) is type(getattr(expected, field.name)), field.name
    assert json.dumps(given_.to_dict()) == json.dumps(expected.to_dict())


@pytest.mark.parametrize("kind", [list, tuple, np.array, lambda w: range(w[0], w[0] + 3)])
def test_widths_of_any_sequence(kind):
    found = spec(width=kind([4, 5, 6]))
    assert found.width == (4, 5, 6)
    assert found.depth == 3
    assert all(type(width) is int for width in found.width)


def test_names_are_looked_up_and_objects_are_taken():
    assert spec().activation is ACTIVATIONS["tanh"]
    assert spec(activation=" TanH ") == spec(activation=ACTIVATIONS["tanh"])
    assert spec(init="kaiming") == spec(init=get_initializer("he")) == spec()


# --- shapes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "shapes"),
    [
        ({"depth": 2, "width": 7}, [(7, 7), (7, 7)]),
        ({"depth": 3, "width": 7, "input_width": 4}, [(4, 7), (7, 7), (7, 7)]),
        ({"width": (5, 9, 2)}, [(5, 5), (5, 9), (9, 2)]),
        ({"width": (5, 9, 2), "input_width": 3}, [(3, 5), (5, 9), (9, 2)]),
        ({"width": (200, 50, 100, 300, 20), "input_width": 100},
         [(100, 200), (200, 50), (50, 100), (100, 300), (300, 20)]),
        ({"width": (8,)}, [(8, 8)]),
    ],
)  # fmt: skip
def test_shapes(fields, shapes):
    found = spec(**fields)
    assert list(found.shapes) == shapes
    assert list(found.widths) == [fan_out for _, fan_out in shapes]
    assert found.depth == len(shapes)


# --- a value ------------------------------------------------------------------------------


def test_a_spec_is_frozen():
    found = spec()
    for field in dataclasses.fields(StackSpec):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(found, field.name, getattr(found, field.name))
    with pytest.raises((AttributeError, TypeError)):
        found.another = 1  # slots: nothing can be added either


OTHERS = {
    "activation": ACTIVATIONS["relu"],
    "init": Normal(stddev=1.0),
    "depth": 6,
    "width": 99,
    "input_width": 99,
    "samples": 999,
    "bias_std": 0.1,
    "input_distribution": "uniform",
    "input_std": 2.0,
    "dtype": "float32",
    "seed": 1,
    "rng": "legacy",
}


def test_every_field_has_a_part_in_equality_and_hash():
    assert {*OTHERS, "measuring"} == {field.name for field in dataclasses.fields(StackSpec)}
    assert spec() == spec()
    assert hash(spec()) == hash(spec())
    different = [dataclasses.replace(spec(), **{name: value}) for name, value in OTHERS.items()]
    assert len({spec(), *different}) == 1 + len(OTHERS)


def test_a_replaced_field_is_checked_as_well():
    assert dataclasses.replace(spec(), depth=7) == spec(depth=7)
    with pytest.raises(SpecError, match=r"^depth must be >= 1"):
        dataclasses.replace(spec(), depth=0)
    assert dataclasses.replace(spec(), width=(3, 4), depth=None).depth == 2


# --- to a dict and back -------------------------------------------------------------------

scales = st.floats(0, 1e150)
laws = st.one_of(
    st.sampled_from([row.law for row in INITIALIZERS.values()]),
    st.builds(
        VarianceScaling,
        scale=scales,
        mode=st.sampled_from(["fan_in", "fan_out", "fan_avg", "fan_geo_avg"]),
        distribution=st.sampled_from(["normal", "uniform", "truncated_normal"]),
        gain=scales,
    ),
    st.builds(Normal, stddev=scales),
    st.builds(Constant, value=st.floats(-1e300, 1e300)),
    st.builds(lambda a, b: Uniform(low=min(a, b), high=max(a, b)), scales, scales),
    st.builds(Orthogonal, gain=scales),
    st.builds(Sparse, sparsity=st.floats(0, 1), stddev=scales),
)
sizes = st.integers(1, MAX_SIZE)
shaped = st.one_of(
    st.fixed_dictionaries({}, optional={"depth": st.integers(1, MAX_DEPTH), "width": sizes}),
    st.fixed_dictionaries({"width": st.lists(sizes, min_size=1, max_size=5).map(tuple)}),
)
fields_of_specs = st.fixed_dictionaries(
    {"activation": st.sampled_from(ROWS), "init": laws},
    optional={
        "input_width": st.none() | sizes,
        "samples": sizes,
        "bias_std": st.floats(0, LARGEST),
        "input_distribution": st.sampled_from(["normal", "uniform"]),
        "input_std": st.floats(0, LARGEST),
        "dtype": st.sampled_from(["float64", "float32"]),
        "seed": st.integers(0, 2**32 - 1),
        "rng": st.sampled_from(["spawned", "legacy"]),
    },
)


def built(fields, shape):
    if isinstance(fields["init"], LayerDefault):  # which brings its own biases
        fields = fields | {"bias_std": 0.0}
    return StackSpec(**fields, **shape)


specs = st.builds(built, fields_of_specs, shaped)


@settings(max_examples=90)
@given(specs)
def test_every_spec_comes_back_from_json(original):
    text = json.dumps(original.to_dict(), allow_nan=False)
    back = StackSpec.from_dict(json.loads(text))
    assert back == original
    assert hash(back) == hash(original)
    assert back.to_dict() == original.to_dict()
    assert back.init_name == original.init_name


@pytest.mark.parametrize("init", [*INITIALIZERS, *forward.INITIALIZERS])
@pytest.mark.parametrize("name", ["relu", "swish"])
def test_every_name_comes_back(name, init):
    row = INITIALIZERS.get(init)
    original = spec(activation=name, init=init if row is None or row.complete else row.law)
    assert StackSpec.from_dict(original.to_dict()) == original


def test_a_dict_names_every_field_in_plain_types():
    assert spec(width=[3, 4]).to_dict() == {
        "activation": "tanh",
        "init": "he",
        "depth": 2,
        "width": [3, 4],
        "input_width": None,
        "samples": 1000,
        "bias_std": 0.0,
        "input_distribution": "normal",
        "input_std": 1.0,
        "dtype": "float64",
        "seed": 0,
        "rng": "spawned",
    }


def test_what_a_dict_leaves_out_has_its_default():
    assert StackSpec.from_dict({"activation": "tanh", "init": "he"}) == spec()


# --- what was a spec's in version 0.1.0 ---------------------------------------------------


def test_what_is_measured_is_taken_with_a_warning():
    with pytest.warns(DeprecationWarning, match=r"StackSpec\(bins=…, gradients=…\) says what is"):
        old = spec(bins=7, gradients=True, depth=2, samples=9, width=4)
    assert old == spec(depth=2, samples=9, width=4)  # the same run
    expected = simulate(old, measuring=Measuring(bins=7, gradients=True))
    for record in (simulate(old), *simulate_many([old]), *simulate_ensemble(old, seeds=1).records):
        assert record == expected
        assert record.spec.measuring is None
    with pytest.warns(DeprecationWarning, match="range"):
        narrow = dataclasses.replace(old, range=(0, 1))
    assert narrow.measuring == Measuring(bins=7, gradients=True, range=(0.0, 1.0))
    with pytest.warns(DeprecationWarning, match="bins"), pytest.raises(SpecError, match="bins"):
        spec(bins=0)
    with pytest.warns(DeprecationWarning, match="range"):
        read = StackSpec.from_dict({"activation": "tanh", "init": "he", "range": [0, 2]})
    assert read.measuring.range == (0.0, 2.0)


class Mine:
    name, label = "mine", "mine"

    def sample(self, rng, fan_in, fan_out):
        return np.ones((fan_in, fan_out))

    def std(self, fan_in, fan_out):
        return 0.0


def test_ones_own_objects_are_found_by_their_names():
    init = Mine()
    sine = dataclasses.replace(ACTIVATIONS["tanh"], name="sine", fn=np.sin, derivative=np.cos)
    original = spec(activation=sine, init=init)
    data = json.loads(json.dumps(original.to_dict()))
    assert (data["activation"], data["init"]) == ("sine", "mine")
    back = StackSpec.from_dict(data, activations=[sine], initializers=[init])
    assert back == original
    assert back.init is init
    with pytest.raises(UnknownNameError, match="unknown activation 'sine'"):
        StackSpec.from_dict(data, initializers=[init])
    with pytest.raises(UnknownNameError, match="unknown initializer 'mine'"):
        StackSpec.from_dict(data, activations=[sine])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dpeth": 3}, "a spec has no field 'dpeth'; it has activation, bias_std"),
        ({"widths": [1, 2]}, "a spec has no field 'widths'"),
        (
            {"activation": ["tanh"]},
            r"activation must be a name or an Activation \(got \['tanh'\]\)",
        ),
        ({"activation": None}, "activation must be a name"),
        ({"activation": {"a": 1}}, "activation must be a name"),
        ({"init": ["he"]}, "init must be a text"),
        ({"init": 0.01}, "init must be a text"),
        ({"depth": "5"}, "depth must be an integer"),
        ({"width": [3, "4"]}, "width must be an integer"),
        ({"width": {"a": 3}}, "width must be an integer >= 1 or a sequence"),
        ({"width": []}, "width must be an integer >= 1 or a sequence"),
        ({"bias_std": "0"}, "bias_std must be a finite number"),
        ({"dtype": 64}, "dtype must be float64 or float32"),
        ({"seed": None}, "seed must be an integer"),
    ],
)
def test_a_bad_dict_is_refused(change, message):
    with pytest.raises(SpecError, match=message) as caught:
        StackSpec.from_dict({"activation": "tanh", "init": "he"} | change)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("missing", ["activation", "init"])
def test_a_dict_needs_both_names(missing):
    data = {"activation": "tanh", "init": "he"}
    del data[missing]
    with pytest.raises(SpecError, match=f"^a spec needs '{missing}'$"):
        StackSpec.from_dict(data)


@pytest.mark.parametrize("data", [None, 5, "tanh", ["activation", "init"]])
def test_what_is_no_mapping_is_refused(data):
    with pytest.raises(SpecError, match=r"^a spec is read from a mapping"):
        StackSpec.from_dict(data)
