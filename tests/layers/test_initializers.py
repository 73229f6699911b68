"""The table of names against an oracle for each row, and the texts both ways.

Every layer here is wide to narrow or narrow to wide, so that fan_in, fan_out and their means
cannot be taken for one another.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from actviz.errors import SpecError, UnknownNameError
from actviz.layers.defaults import LayerDefault
from actviz.layers.initializer_laws import (
    Constant,
    Identity,
    Initializer,
    Normal,
    Orthogonal,
    Sparse,
    TruncatedNormal,
    Uniform,
    VarianceScaling,
)
from actviz.layers.initializers import (
    INITIALIZERS,
    Preset,
    get_initializer,
    initializer_name,
    with_gain,
)

SHAPES = [(200, 50), (50, 200)]
# A mean square is off by more than 5 of its standard errors once in 1.7 million draws, and a
# Kolmogorov-Smirnov test at 1e-5 alarms once in 100 000: about 1 in 3000 for the whole table
# and a new seed. The seed is fixed, so a red test is a fault and not bad luck.
ERRORS = 5.0
ALARM = 1e-5

NORMAL = stats.norm()
UNIFORM = stats.uniform(-1, 2)
TRUNCATED = stats.truncnorm(-2, 2)
LONGEST = 6.5  # N(0, 1) goes beyond this once in 1.2e10 draws; the table takes 1e5


@dataclass(frozen=True)
class Oracle:
    """What is known of a row without its code, as functions of (fan_in, fan_out)."""

    variance: Callable[[int, int], float]
    bound: Callable[[int, int], float]
    law: stats.rv_continuous | None = None  # of the entries that are drawn, up to their std
    text: str = ""  # the row as it is written, if the bare name is not enough
    share: Callable[[int, int], float] = lambda i, o: 1.0  # of the entries that are drawn
    aliases: tuple[str, ...] = ()


CUT = 2 / 0.8796256610342398  # where N(0, 1) cut at ±2 ends, in its own std
ORACLES = {
    "std": Oracle(lambda i, o: 0.0004, lambda i, o: LONGEST * 0.02, NORMAL, text="std=0.02"),
    # The std after the cut is .8796 of the number, which Keras does not correct.
    "truncated": Oracle(
        lambda i, o: TRUNCATED.var() * 0.05**2,
        lambda i, o: 2 * 0.05,
        TRUNCATED,
        text="truncated=0.05",
    ),
    "zeros": Oracle(lambda i, o: 0.0, lambda i, o: 0.0),
    "ones": Oracle(lambda i, o: 0.0, lambda i, o: 1.0),
    "constant": Oracle(lambda i, o: 0.0, lambda i, o: 0.63, text="constant=0.63"),
    "uniform": Oracle(lambda i, o: 0.49 / 3, lambda i, o: 0.7, UNIFORM, text="uniform=0.7"),
    "xavier": Oracle(
        lambda i, o: 2 / (i + o),
        lambda i, o: LONGEST * sqrt(2 / (i + o)),
        NORMAL,
        aliases=("glorot", "glorot_normal", "xavier_normal"),
    ),
    "glorot_uniform": Oracle(
        lambda i, o: 2 / (i + o),
        lambda i, o: sqrt(6 / (i + o)),
        UNIFORM,
        aliases=("xavier_uniform",),
    ),
    "he": Oracle(
        lambda i, o: 2 / i,
        lambda i, o: LONGEST * sqrt(2 / i),
        NORMAL,
        aliases=("kaiming", "he_normal", "kaiming_normal"),
    ),
    "he_uniform": Oracle(
        lambda i, o: 2 / i, lambda i, o: sqrt(6 / i), UNIFORM, aliases=("kaiming_uniform",)
    ),
    "he_fan_out": Oracle(lambda i, o: 2 / o, lambda i, o: LONGEST * sqrt(2 / o), NORMAL),
    "lecun": Oracle(
        lambda i, o: 1 / i,
        lambda i, o: LONGEST * sqrt(1 / i),
        NORMAL,
        aliases=("lecun_normal", "xavier_fan_in"),
    ),
    "lecun_uniform": Oracle(lambda i, o: 1 / i, lambda i, o: sqrt(3 / i), UNIFORM),
    "he_truncated_normal": Oracle(lambda i, o: 2 / i, lambda i, o: CUT * sqrt(2 / i), TRUNCATED),
    "xavier_truncated_normal": Oracle(
        lambda i, o: 2 / (i + o),
        lambda i, o: CUT * sqrt(2 / (i + o)),
        TRUNCATED,
        aliases=("glorot_truncated_normal",),
    ),
    "lecun_truncated_normal": Oracle(lambda i, o: 1 / i, lambda i, o: CUT * sqrt(1 / i), TRUNCATED),
    # the squares of the shorter side's unit vectors, spread over all entries; |entry| <= 1
    "orthogonal": Oracle(lambda i, o: min(i, o) / (i * o), lambda i, o: 1.0),
    "sparse": Oracle(
        lambda i, o: 0.01**2 * (o - ceil(0.8 * o)) / o,
        lambda i, o: LONGEST * 0.01,
        NORMAL,
        text="sparse=0.8",
        share=lambda i, o: (o - ceil(0.8 * o)) / o,
    ),
    "identity": Oracle(lambda i, o: np.eye(i, o).var(), lambda i, o: 1.0),
    "torch_linear": Oracle(lambda i, o: 1 / (3 * i), lambda i, o: 1 / sqrt(i), UNIFORM),
    "torch_default": Oracle(lambda i, o: 1 / (3 * i), lambda i, o: 1 / sqrt(i), UNIFORM),
    "torch_conv": Oracle(lambda i, o: 1 / (3 * i), lambda i, o: 1 / sqrt(i), UNIFORM),
    "keras_dense": Oracle(lambda i, o: 2 / (i + o), lambda i, o: sqrt(6 / (i + o)), UNIFORM),
    "flax_dense": Oracle(lambda i, o: 1 / i, lambda i, o: CUT * sqrt(1 / i), TRUNCATED),
    "variance_scaling": Oracle(
        lambda i, o: 3 * 1.5**2 / sqrt(i * o),
        lambda i, o: 1.5 * sqrt(9 / sqrt(i * o)),
        UNIFORM,
        text="variance_scaling(scale=3, mode=fan_geo_avg, distribution=uniform, gain=1.5)",
    ),
}
DRAWN = [name for name, oracle in ORACLES.items() if oracle.law]


def read(name: str) -> Initializer:
    return get_initializer(ORACLES[name].text or name)


def sample(name: str, shape: tuple[int, int]) -> np.ndarray:
    return read(name).sample(np.random.default_rng([*shape, *name.encode()]), *shape)


def test_table_and_oracles_name_the_same_rows_in_the_same_order() -> None:
    assert list(INITIALIZERS) == [
        key for name, oracle in ORACLES.items() for key in (name, *oracle.aliases)
    ]


def test_every_alias_leads_to_the_row_of_its_main_name() -> None:
    for name, oracle in ORACLES.items():
        assert INITIALIZERS[name].name == name
        assert INITIALIZERS[name].aliases == oracle.aliases
        assert all(INITIALIZERS[alias] is INITIALIZERS[name] for alias in oracle.aliases)


def test_table_is_read_only() -> None:
    with pytest.raises(TypeError):
        INITIALIZERS["he"] = INITIALIZERS["lecun"]  # type: ignore[index]


@pytest.mark.parametrize("row", INITIALIZERS.values(), ids=INITIALIZERS)
def test_every_row_has_words_for_people(row: Preset) -> None:
    assert row.formula
    assert row.source
    assert row.law.label
    assert row.takes_gain == hasattr(row.law, "gain")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ORACLES)
def test_population_std(name: str, shape: tuple[int, int]) -> None:
    # a handful of correctly rounded operations on either side
    expected = sqrt(ORACLES[name].variance(*shape))
    assert read(name).std(*shape) == pytest.approx(expected, rel=16 * np.finfo(float).eps)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ORACLES)
def test_samples_are_finite_float64_of_the_shape_and_within_bounds(
    name: str, shape: tuple[int, int]
) -> None:
    W = sample(name, shape)
    assert W.shape == shape
    assert W.dtype == np.float64
    assert np.abs(W).max() <= ORACLES[name].bound(*shape) * (1 + 16 * np.finfo(float).eps)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["zeros", "ones", "constant", "orthogonal", "identity"])
def test_spread_of_samples_of_a_rigid_law_is_exact(name: str, shape: tuple[int, int]) -> None:
    W = sample(name, shape)
    spread = np.mean(W**2) if name == "orthogonal" else W.var()  # its mean is 0, a sample's is not
    # a sum over 20 000 entries, each squared and rounded; a constant's variance is rounding alone
    assert spread == pytest.approx(ORACLES[name].variance(*shape), rel=1e-11, abs=1e-30)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", DRAWN)
def test_mean_square_of_samples(name: str, shape: tuple[int, int]) -> None:
    """Over n draws of variance v and kurtosis k it has the standard error v sqrt((k - 1)/n)."""
    oracle = ORACLES[name]
    n = shape[0] * shape[1] * oracle.share(*shape)
    kurtosis = 3 + float(oracle.law.stats("k"))
    error = sqrt((kurtosis - 1) / n)
    assert error < 0.04  # 2 for 1, or fan_out for fan_in, is far outside 5 of these
    assert np.mean(sample(name, shape) ** 2) == pytest.approx(
        oracle.variance(*shape), rel=ERRORS * error
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", DRAWN)
def test_distribution_of_samples(name: str, shape: tuple[int, int]) -> None:
    oracle = ORACLES[name]
    W = sample(name, shape)
    drawn = W[W != 0]
    assert drawn.size == pytest.approx(W.size * oracle.share(*shape), abs=1e-6)
    std = sqrt(oracle.variance(*shape) / oracle.share(*shape))
    standardized = drawn / std * oracle.law.std()
    assert stats.kstest(standardized, oracle.law.cdf).pvalue > ALARM


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["glorot_uniform", "he_truncated_normal", "torch_linear"])
def test_samples_come_near_their_bound(name: str, shape: tuple[int, int]) -> None:
    """At least 0.9 % of each law is in its last 4 %: 10 000 draws all miss it once in e**90."""
    bound = ORACLES[name].bound(*shape)
    assert np.abs(sample(name, shape)).max() > 0.96 * bound


@pytest.mark.parametrize("name", [name for name, row in INITIALIZERS.items() if row.takes_gain])
def test_gain_multiplies_the_std(name: str) -> None:
    law = INITIALIZERS[name].law
    assert with_gain(law, 1.5).std(200, 50) == pytest.approx(1.5 * law.std(200, 50), rel=1e-15)


# --- texts --------------------------------------------------------------------------------

READ = {
    "he": VarianceScaling(scale=2.0, mode="fan_in", distribution="normal"),
    "  Kaiming\t": VarianceScaling(scale=2.0, mode="fan_in", distribution="normal"),
    "he(gain=1.5)": VarianceScaling(scale=2.0, mode="fan_in", distribution="normal", gain=1.5),
    " HE ( Gain = 15E-1 ) ": VarianceScaling(
        scale=2.0, mode="fan_in", distribution="normal", gain=1.5
    ),
    "torch_linear": VarianceScaling(scale=1 / 3, mode="fan_in", distribution="uniform"),
    "std=0.01": Normal(stddev=0.01),
    "STD = +1e-2": Normal(stddev=0.01),
    "std=.5": Normal(stddev=0.5),
    "std=5.": Normal(stddev=5.0),
    "std=0": Normal(stddev=0.0),
    "0.01": Normal(stddev=0.01),
    " 1E-2 ": Normal(stddev=0.01),
    "1": Normal(stddev=1.0),
    "truncated=0.05": TruncatedNormal(stddev=0.05),
    "torch_default": LayerDefault(name="torch_default"),
    "zeros": Constant(value=0.0),
    "ones": Constant(value=1.0),
    "constant=-0.63": Constant(value=-0.63),
    "uniform=0.5": Uniform(low=-0.5, high=0.5),
    "uniform(low=0, high=1)": Uniform(low=0.0, high=1.0),
    "uniform(high=1,low=0)": Uniform(low=0.0, high=1.0),
    "orthogonal": Orthogonal(),
    "orthogonal(gain=2)": Orthogonal(gain=2.0),
    "sparse": Sparse(sparsity=0.9, stddev=0.01),
    "sparse=0.5": Sparse(sparsity=0.5),
    "sparse(stddev=0.2)": Sparse(stddev=0.2),
    "identity": Identity(),
    "variance_scaling(scale=3, mode=FAN_GEO_AVG, distribution=uniform)": VarianceScaling(
        scale=3.0, mode="fan_geo_avg", distribution="uniform"
    ),
}

# text: its name, its label
NAMES = {
    "kaiming": ("he", "He"),
    "he_normal(gain=1.50)": ("he(gain=1.5)", "He × 1.5"),
    "kaiming_uniform": ("he_uniform", "He uniform"),
    "he_fan_out": ("he_fan_out", "He fan-out"),
    "he_truncated_normal": ("he_truncated_normal", "He truncated"),
    "glorot(gain=3)": ("xavier(gain=3)", "Xavier × 3"),
    "xavier_uniform": ("glorot_uniform", "Xavier uniform"),
    "glorot_truncated_normal": ("xavier_truncated_normal", "Xavier truncated"),
    "lecun_normal": ("lecun", "LeCun"),
    "xavier_fan_in(gain=2)": ("lecun(gain=2)", "LeCun × 2"),
    "lecun_uniform": ("lecun_uniform", "LeCun uniform"),
    "lecun_truncated_normal": ("lecun_truncated_normal", "LeCun truncated"),
    "torch_linear": ("torch_linear", "torch Linear"),
    "variance_scaling(scale=2, mode=fan_in, distribution=normal)": ("he", "He"),
    "variance_scaling(scale=2, mode=fan_avg, distribution=truncated_normal)": (
        "variance_scaling(scale=2, mode=fan_avg, distribution=truncated_normal)",
        "truncated normal, variance 2/mean fan",
    ),
    "variance_scaling(scale=3, mode=fan_geo_avg, distribution=uniform, gain=2)": (
        "variance_scaling(scale=3, mode=fan_geo_avg, distribution=uniform, gain=2)",
        "uniform, variance 12/geometric mean fan",
    ),
    "std=0.010": ("std=0.01", "std = 0.01"),
    "std=1.0": ("std=1", "std = 1"),
    "truncated=.050": ("truncated=0.05", "truncated 0.05"),
    "torch_default": ("torch_default", "torch Linear + bias"),
    "torch_conv": ("torch_conv", "torch Conv + bias"),
    "keras_dense": ("keras_dense", "Keras Dense"),
    "flax_dense": ("flax_dense", "Flax Dense"),
    "std=1E300": ("std=1e+300", "std = 1e+300"),
    "constant=0": ("zeros", "zeros"),
    "constant=1": ("ones", "ones"),
    "constant=.63": ("constant=0.63", "constant 0.63"),
    "uniform=0.5": ("uniform=0.5", "uniform ±0.5"),
    "uniform(low=-2, high=2)": ("uniform=2", "uniform ±2"),
    "uniform(low=0, high=1)": ("uniform(low=0, high=1)", "uniform [0, 1)"),
    "orthogonal": ("orthogonal", "orthogonal"),
    "orthogonal(gain=1.5)": ("orthogonal(gain=1.5)", "orthogonal × 1.5"),
    "sparse=0.9": ("sparse", "sparse 0.9"),
    "sparse=0.5": ("sparse=0.5", "sparse 0.5"),
    "sparse(sparsity=0.5, stddev=1)": ("sparse(sparsity=0.5, stddev=1)", "sparse 0.5, std = 1"),
    "identity": ("identity", "identity"),
}

REFUSED = {
    "std": "std: needs a number: std=0.01",
    "std=": "std=: needs a number: std=0.01",
    "uniform": "uniform: needs a number: uniform=0.5",
    "constant": "constant: needs a number: constant=0.63",
    "truncated": "truncated: needs a number: truncated=0.05",
    "truncated=-1": "truncated=-1: std before the cut must be a finite number >= 0 (got -1.0)",
    "torch_default=1": "torch_default=1: takes no number",
    "torch_default(gain=2)": "torch_default(gain=2): takes no gain, nor anything else in brackets",
    "std=-1": "std=-1: std must be a finite number >= 0 (got -1.0)",
    "std=nan": "std=nan: std must be a finite number >= 0 (got nan)",
    "std=inf": "std=inf: std must be a finite number >= 0 (got inf)",
    "std=1e400": "std=1e400: std must be a finite number >= 0 (got inf)",
    "std \n = 1E400": "std = 1E400: std must be a finite number >= 0 (got inf)",
    "std=1_0": "std=1_0: needs a plain decimal number: std=0.01",
    "std=１": "std=１: needs a plain decimal number: std=0.01",
    "std=0x10": "std=0x10: needs a plain decimal number: std=0.01",
    "std=1=2": "std=1=2: needs a plain decimal number: std=0.01",
    "-0.01": "-0.01: std must be a finite number >= 0 (got -0.01)",
    "1e400": "1e400: std must be a finite number >= 0 (got inf)",
    "nan": "nan: std must be a finite number >= 0 (got nan)",
    "constant=-inf": "constant=-inf: value must be a finite number (got -inf)",
    "uniform=-0.5": "uniform=-0.5: limit must be a finite number >= 0 (got -0.5)",
    "uniform=1e400": "uniform=1e400: limit must be a finite number >= 0 (got inf)",
    "uniform=1e308": "uniform=1e308: high - low must be a finite number (got inf)",
    "uniform(low=1)": "uniform(low=1): write uniform(low=…, high=…)",
    "uniform(low=1, high=-1)": (
        "uniform(low=1, high=-1): uniform needs low <= high (got low=1.0, high=-1.0)"
    ),
    "sparse=1.5": "sparse=1.5: sparsity must be a finite number >= 0 and <= 1 (got 1.5)",
    "sparse(stddev=-1)": "sparse(stddev=-1): std must be a finite number >= 0 (got -1.0)",
    "he=2": "he=2: takes no number",
    "zeros=2": "zeros=2: takes no number",
    "he(": "he(: write NAME, NAME=NUMBER or NAME(gain=NUMBER)",
    "he()": "he(): write he(gain=…)",
    "he(1.5)": "he(1.5): write he(gain=…)",
    "he(scale=3)": "he(scale=3): write he(gain=…)",
    "he(gain=1, gain=2)": "he(gain=1, gain=2): write he(gain=…)",
    "he(gain=-1)": "he(gain=-1): gain must be a finite number >= 0 (got -1.0)",
    "he(gain=nan)": "he(gain=nan): gain must be a finite number >= 0 (got nan)",
    "he(gain=x)": "he(gain=x): gain must be an int or a float (got 'x')",
    "zeros(gain=2)": "zeros(gain=2): takes no gain, nor anything else in brackets",
    "variance_scaling": (
        "variance_scaling: write variance_scaling(scale=…, mode=…, distribution=…, gain=…)"
    ),
    "variance_scaling(scale=-1, mode=fan_in, distribution=normal)": (
        "variance_scaling(scale=-1, mode=fan_in, distribution=normal): "
        "scale must be a finite number >= 0 (got -1.0)"
    ),
    "variance_scaling(scale=1, mode=fan_inn, distribution=normal)": (
        "variance_scaling(scale=1, mode=fan_inn, distribution=normal): unknown mode 'fan_inn': "
        "did you mean 'fan_in'? known are fan_in, fan_out, fan_avg, fan_geo_avg"
    ),
}

NO_GAIN = {
    "std=0.5": "std=0.5 takes no gain; write std=<number> with the number you want",
    "constant=2": "constant=2 takes no gain; write constant=<number> with the number you want",
    "uniform=0.5": "uniform=0.5 takes no gain; write uniform=<number> with the number you want",
    "sparse=0.5": (
        "sparse=0.5 takes no gain; "
        "write sparse(sparsity=<number>, stddev=<number>) with the number you want"
    ),
    "zeros": "zeros takes no gain",
    "identity": "identity takes no gain",
    "he(gain=2)": "he(gain=2) has a gain already; give one gain, not two",
}


@pytest.mark.parametrize(("text", "law"), READ.items(), ids=READ)
def test_read(text: str, law: Initializer) -> None:
    assert get_initializer(text) == law


@pytest.mark.parametrize(("text", "expected"), NAMES.items(), ids=NAMES)
def test_name_and_label(text: str, expected: tuple[str, str]) -> None:
    law = get_initializer(text)
    assert (initializer_name(law), law.label) == expected
    assert get_initializer(expected[0]) == law


@pytest.mark.parametrize(("text", "message"), REFUSED.items(), ids=map(ascii, REFUSED))
def test_refused(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        get_initializer(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text", ["xaiver", "XAIVER", "xaiver=2", "xaiver(gain=2)", "xaiver (gain=2)"]
)
def test_unknown_name_is_answered_with_the_closest(text: str) -> None:
    with pytest.raises(
        UnknownNameError,
        match=r"unknown initializer .*: did you mean 'xavier'\? actviz list has all",
    ):
        get_initializer(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("normal", "std=0.01"),
        (" Random ", "std=0.01"),
        ("gaussian", "std=0.01"),
        ("random_normal", "std=0.01"),
        ("random_uniform", "uniform=0.5"),
        ("truncated_normal", "truncated=0.05"),
    ],
)
def test_a_name_of_elsewhere_is_answered_with_the_text_that_works(text: str, meant: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        get_initializer(text)
    assert caught.value.meant == meant
    assert f": did you mean {meant!r}? actviz list has all" in str(caught.value)
    get_initializer(meant)


def test_unknown_name_knows_all_names() -> None:
    with pytest.raises(UnknownNameError) as caught:
        get_initializer("")
    assert caught.value.kind == "initializer"
    assert caught.value.known == tuple(INITIALIZERS)


@pytest.mark.parametrize("value", [None, 0.01, b"he", Normal(stddev=1)])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(SpecError, match="named by a text such as 'he'"):
        get_initializer(value)  # type: ignore[arg-type]


def test_gain_beside_the_text() -> None:
    assert get_initializer("he", gain=1.5) == get_initializer("he(gain=1.5)")
    assert get_initializer("he", gain=1.0) == get_initializer("he")
    assert with_gain(Orthogonal(), 2.0) == Orthogonal(gain=2.0)


@pytest.mark.parametrize(("text", "message"), NO_GAIN.items(), ids=NO_GAIN)
def test_gain_where_none_is_taken(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        get_initializer(text, gain=2.0)
    assert str(caught.value) == message


@pytest.mark.parametrize("gain", [-1.0, inf, float("nan"), True, "2"])
def test_gain_out_of_range(gain: float) -> None:
    with pytest.raises(SpecError, match=r"^gain must be"):
        get_initializer("he", gain=gain)


positive = st.floats(min_value=0.0, max_value=1e150)
finite = st.floats(min_value=-8e307, max_value=8e307)
LAWS = st.one_of(
    st.builds(
        VarianceScaling,
        scale=positive | st.sampled_from([1 / 3, 1.0, 2.0]),
        mode=st.sampled_from(["fan_in", "fan_out", "fan_avg", "fan_geo_avg"]),
        distribution=st.sampled_from(["normal", "uniform", "truncated_normal"]),
        gain=positive | st.just(1.0),
    ),
    st.builds(Normal, stddev=positive),
    st.builds(lambda a, b: Uniform(low=min(a, b), high=max(a, b)), finite, finite),
    st.builds(lambda limit: Uniform(low=-limit, high=limit), positive),
    st.builds(Constant, value=finite),
    st.builds(Orthogonal, gain=positive),
    st.builds(Sparse, sparsity=st.floats(0, 1), stddev=positive | st.just(0.01)),
    st.just(Identity()),
)


@given(LAWS)
def test_every_law_round_trips_as_text(law: Initializer) -> None:
    back = get_initializer(initializer_name(law))
    assert back == law
    assert hash(back) == hash(law)
    assert initializer_name(back) == initializer_name(law)


words = st.sampled_from([*INITIALIZERS, "gain", "=", "(", ")", ",", "1e400", "-1", ".5", " "])


def read_or_refusal(text: str) -> Initializer | str:
    try:
        return get_initializer(text)
    except SpecError as error:
        return str(error)


@given(st.text() | st.lists(words, max_size=8).map("".join))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    outcome = read_or_refusal(text)
    if isinstance(outcome, str):
        assert len(outcome.splitlines()) == 1
    else:
        assert get_initializer(initializer_name(outcome)) == outcome


# --- a user's own object ------------------------------------------------------------------


class Plain:
    label = "mine"

    def sample(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> np.ndarray:
        return np.ones((fan_in, fan_out))

    def std(self, fan_in: int, fan_out: int) -> float:
        return 0.0


class Named(Plain):
    name = "my init"


def test_own_object_is_an_initializer_and_has_a_name() -> None:
    assert isinstance(Plain(), Initializer)
    assert not isinstance(object(), Initializer)
    assert initializer_name(Plain()) == "Plain"
    assert initializer_name(Named()) == "my init"


def test_own_object_takes_no_gain() -> None:
    with pytest.raises(SpecError, match=r"^my init takes no gain$"):
        with_gain(Named(), 2.0)


def test_presets_are_values() -> None:
    he = INITIALIZERS["he"].law
    assert replace(he) == he
    assert {he: 1}[VarianceScaling(scale=2, mode="fan_in", distribution="normal")] == 1
