"""Activations against scipy, torch, closed forms and themselves; one row of ORACLES each.

A tolerance is counted in `eps` of the dtype and relative to the sum of the terms' sizes, so that a
tail must keep its digits and only a true zero crossing is excused. ULPS: each side is at most six
operations rounded by half an ulp and two exponentials of one (together 10), and gelu's series may
be off by 2e-15, which is 9 eps and below the same bound.
"""

import dataclasses
import math
import pickle
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import integrate, special

from actviz.errors import SpecError, UnknownNameError
from actviz.layers.activations import ACTIVATIONS, SATURATION_SHARE, Activation, get_activation

ULPS = 16
ALIASES = {"linear": "identity", "swish": "silu"}
DTYPES = (np.float32, np.float64)


def nothing(x):
    return 0 * x


class Oracle(NamedTuple):
    """φ, and φ' as the terms it is the sum of, from scipy; the torch.nn class of the same law.

    `extra_ulps` is what rounding inside exp(-x²/2) adds: x²/4 eps for that of x² on either side,
    and in scipy's ndtr, which squares x / √2, another x² eps for the quotient and the constant.
    """

    fn: Callable
    slope_terms: Callable
    torch_name: str
    extra_ulps: Callable = nothing


# Klambauer et al. 2017, equation 14: the constants for which N(0, 1) is a fixed point.
_C = special.erfc(math.sqrt(0.5)) * math.sqrt(math.e)
ALPHA = math.sqrt(2 / math.pi) / (1 - _C)
SCALE = (
    (1 - _C)
    * math.sqrt(2 * math.pi)
    / math.sqrt(
        2 * special.erfc(math.sqrt(2)) * math.e**2
        + math.pi * _C**2
        - 2 * (2 + math.pi) * _C
        + math.pi
        + 2
    )
)


def tanh(x):
    return np.sign(x) * -np.expm1(-2 * np.abs(x)) / (1 + np.exp(-2 * np.abs(x)))


def softplus(x):
    return -special.log_expit(-x)


def bell(x):
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def expit_slope(x):
    return special.expit(x) * special.expit(-x)


ORACLES = {
    "sigmoid": Oracle(special.expit, lambda x: (expit_slope(x),), "Sigmoid"),
    "tanh": Oracle(tanh, lambda x: ((1 / np.cosh(x)) ** 2,), "Tanh"),
    "relu": Oracle(lambda x: np.where(x > 0, x, 0), lambda x: (np.where(x > 0, 1, 0),), "ReLU"),
    "identity": Oracle(lambda x: x, lambda x: (np.ones_like(x),), "Identity"),
    "leaky_relu": Oracle(
        lambda x: np.where(x > 0, x, x / 100), lambda x: (np.where(x > 0, 1, 0.01),), "LeakyReLU"
    ),
    "elu": Oracle(
        lambda x: np.where(x > 0, x, special.expm1(x)),
        lambda x: (np.where(x > 0, 1, np.exp(x)),),
        "ELU",
    ),
    "selu": Oracle(
        lambda x: SCALE * np.where(x > 0, x, ALPHA * special.expm1(x)),
        lambda x: (SCALE * np.where(x > 0, 1, ALPHA * np.exp(x)),),
        "SELU",
    ),
    "gelu": Oracle(
        lambda x: x * special.ndtr(x),
        lambda x: (special.ndtr(x), x * bell(x)),
        "GELU",
        extra_ulps=lambda x: 1.5 * x * x,
    ),
    "silu": Oracle(
        lambda x: x * special.expit(x), lambda x: (special.expit(x), x * expit_slope(x)), "SiLU"
    ),
    "softplus": Oracle(softplus, lambda x: (special.expit(x),), "Softplus"),
    "softsign": Oracle(
        lambda x: x / (1 + np.abs(x)), lambda x: ((1 + np.abs(x)) ** -2.0,), "Softsign"
    ),
    "hard_tanh": Oracle(
        lambda x: np.where(np.abs(x) < 1, x, np.sign(x)),
        lambda x: (np.where(np.abs(x) < 1, 1, 0),),
        "Hardtanh",
    ),
    "mish": Oracle(
        lambda x: x * tanh(softplus(x)),
        lambda x: (tanh(softplus(x)), x * special.expit(x) / np.cosh(softplus(x)) ** 2),
        "Mish",
    ),
}

each = pytest.mark.parametrize("name", ORACLES)
each_dtype = pytest.mark.parametrize("dtype", DTYPES)


def grid(dtype):
    """Return a strided (n, 2) array, n > one block: the bulk densely, the tails to e^x's end."""
    far = 300 if dtype is np.float64 else 80
    x = [
        np.arange(-12_000, 12_001) / 1000,
        np.linspace(-far, far, 20_001),
        np.logspace(-30, 0, 100),
    ]
    return np.concatenate(x).astype(dtype).reshape(2, -1).T


def extremes(dtype):
    """Return finite inputs on which a careless formula overflows, cancels or warns."""
    info = np.finfo(dtype)
    sizes = [0, info.smallest_subnormal, info.tiny, info.eps, 1, np.nextafter(dtype(1), dtype(2))]
    sizes += [19, 20, 37, 40, 50, 88, 89, 104, 400, 709, 710, 746, 1e4, 1e18, 1e30, 1e38]
    sizes += [info.max / 4, 0.96 * info.max, info.max]
    x = np.array(sizes, dtype=dtype)
    return np.concatenate([x, -x])


def assert_within(got, want, size, ulps, x):
    """Compare within `ulps` eps of `size`; what is below the least normal float may go."""
    info = np.finfo(got.dtype)
    allowed = ulps * info.eps * size + info.tiny * (1 + np.abs(x))
    worst = np.argmax(np.abs(got - want) - allowed)
    at = f"at x = {x.flat[worst]!r}: {got.flat[worst]!r}, not {want.flat[worst]!r}"
    assert np.all(np.abs(got - want) <= allowed), at


def test_every_activation_has_an_oracle_and_every_key_its_row():
    assert list(ACTIVATIONS) == [*ORACLES, *ALIASES]
    assert {key: row.name for key, row in ACTIVATIONS.items()} == {
        **{name: name for name in ORACLES},
        **ALIASES,
    }
    for alias, name in ALIASES.items():
        assert ACTIVATIONS[alias] is ACTIVATIONS[name]


@each
@each_dtype
def test_values_are_those_of_scipy(name, dtype):
    x, oracle = grid(dtype), ORACLES[name]
    exact = x.astype(np.float64)
    want = oracle.fn(exact)
    assert_within(ACTIVATIONS[name](x), want, np.abs(want), ULPS + oracle.extra_ulps(exact), exact)


@each
@each_dtype
def test_slopes_are_those_of_scipy(name, dtype):
    x, oracle = grid(dtype), ORACLES[name]
    exact = x.astype(np.float64)
    terms = oracle.slope_terms(exact)
    size = sum(np.abs(term) for term in terms)
    ulps = ULPS + oracle.extra_ulps(exact)
    assert_within(ACTIVATIONS[name].derivative(x), sum(terms), size, ulps, exact)


@pytest.mark.wide
@each
def test_values_and_slopes_are_those_of_torch(name):
    torch = pytest.importorskip("torch")
    # Within ±20, where torch's Softplus turns into x; 0 and ±1, the kinks, are on the grid.
    x = np.arange(-19_000, 19_001) / 1000
    leaf = torch.tensor(x, requires_grad=True)
    out = getattr(torch.nn, ORACLES[name].torch_name)()(leaf)
    (slope,) = torch.autograd.grad(out.sum(), leaf)
    # Torch cancels in the tails, so the sizes that count here are those of x and of 1.
    size = 1 + np.abs(x)
    assert_within(ACTIVATIONS[name](x), out.detach().numpy(), size, ULPS, x)
    assert_within(ACTIVATIONS[name].derivative(x), slope.numpy(), size, ULPS, x)


@each
def test_slopes_are_differences_of_values(name):
    row = ACTIVATIONS[name]
    x = (np.arange(-20_000, 20_000) + 0.5) / 1000  # no kink within h of a point
    h = np.cbrt(np.finfo(np.float64).eps)
    # A central difference is off by h²/6 max|φ'''|, largest for softsign (6), and by the rounding
    # of two values of at most 1.1 |x| + 2, of x ± h among it, over 2h.
    allowed = h**2 + ULPS * np.finfo(np.float64).eps * (1.1 * np.abs(x) + 2) / (2 * h)
    assert np.all(np.abs((row(x + h) - row(x - h)) / (2 * h) - row.derivative(x)) <= allowed)


def gelu_tail(x):
    return x * math.erfc(-x / math.sqrt(2)) / 2


@pytest.mark.parametrize(
    ("name", "role", "x", "want"),
    [
        ("sigmoid", "fn", -700.0, math.exp(-700)),
        ("sigmoid", "derivative", 40.0, math.exp(-40)),
        ("sigmoid", "derivative", -700.0, math.exp(-700)),
        ("tanh", "derivative", 300.0, 4 * math.exp(-600)),
        ("softplus", "fn", -50.0, math.exp(-50)),
        ("softplus", "fn", -700.0, math.exp(-700)),
        ("elu", "derivative", -700.0, math.exp(-700)),
        ("silu", "fn", -50.0, -50 * math.exp(-50)),
        ("silu", "derivative", -50.0, -49 * math.exp(-50)),
        ("mish", "fn", -50.0, -50 * math.exp(-50)),
        ("mish", "derivative", -50.0, -49 * math.exp(-50)),
        ("gelu", "fn", -5.0, gelu_tail(-5.0)),
        ("gelu", "fn", -10.0, gelu_tail(-10.0)),
        ("softsign", "derivative", 1e100, 1e-200),
    ],
)
def test_a_tail_keeps_its_digits(name, role, x, want):
    got = getattr(ACTIVATIONS[name], role)(np.array([x]))[0]
    extra = float(ORACLES[name].extra_ulps(x))
    assert got == pytest.approx(want, rel=(ULPS + extra) * np.finfo(np.float64).eps, abs=0)


@pytest.mark.parametrize("role", ["fn", "derivative"])
def test_gelu_in_float32_is_rounded_once_from_float64(role):
    # Half an ulp of rounding, and as much again for the terms that the shorter series drops.
    x, function = grid(np.float32), getattr(ACTIVATIONS["gelu"], role)
    want = function(x.astype(np.float64))
    assert_within(function(x), want, np.abs(want) if role == "fn" else 1 + np.abs(want), 1, x)


@pytest.mark.parametrize(
    ("name", "x", "slope"),
    [
        ("relu", 0.0, 0.0),
        ("leaky_relu", 0.0, 0.01),
        ("elu", 0.0, 1.0),
        ("selu", 0.0, SCALE * ALPHA),
        ("hard_tanh", 1.0, 0.0),
        ("hard_tanh", -1.0, 0.0),
        ("hard_tanh", np.nextafter(1, 0), 1.0),
    ],
)
def test_a_kink_has_the_slope_of_torch(name, x, slope):
    both = np.array([x, -x if x == 0 else x])  # a negative zero is a zero
    got = ACTIVATIONS[name].derivative(both)
    np.testing.assert_allclose(got, slope, rtol=4 * np.finfo(np.float64).eps)


def check_any_finite(row, x):
    """Check both functions: finite, quiet, same shape and dtype, in an array of their own."""
    x.setflags(write=False)
    before = x.copy()
    for function in (row.fn, row.derivative):
        with np.errstate(all="raise", under="ignore"):  # numpy's own default lets underflow pass
            out = np.asarray(function(x))
        assert np.isfinite(out).all(), row.name
        assert (out.dtype, out.shape) == (x.dtype, x.shape), row.name
        assert not np.shares_memory(out, x), row.name
    assert x.tobytes() == before.tobytes(), row.name


def arrays(dtype, **bounds):
    finite = st.floats(width=8 * np.dtype(dtype).itemsize, allow_nan=False, allow_infinity=False)
    return hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0), elements=finite)


@each
@each_dtype
def test_extreme_input_neither_warns_nor_overflows(name, dtype):
    check_any_finite(ACTIVATIONS[name], extremes(dtype))


@each_dtype
@settings(deadline=None)
@given(data=st.data())
def test_any_finite_input_neither_warns_nor_overflows(dtype, data):
    x = data.draw(arrays(dtype))
    for name in ORACLES:
        check_any_finite(ACTIVATIONS[name], x)


@each
@each_dtype
def test_infinite_input_gives_the_limit_and_nan_stays(name, dtype):
    row, top = ACTIVATIONS[name], np.finfo(dtype).max
    with np.errstate(all="raise", under="ignore"):
        ends = row(np.array([-top, top], dtype=dtype))
        limits = row(np.array([-np.inf, np.inf], dtype=dtype))
        slopes = row.derivative(np.array([-np.inf, np.inf], dtype=dtype))
        lost = row(np.array([np.nan], dtype=dtype)), row.derivative(np.array([np.nan], dtype=dtype))
    far = np.abs(ends) > top / 1000
    np.testing.assert_array_equal(limits[~far], ends[~far])
    np.testing.assert_array_equal(limits[far], np.sign(ends[far]) * np.inf)
    assert np.isfinite(slopes).all()
    assert np.isnan(lost[0]).all()
    assert np.isnan(lost[1]).all() or name == "identity"


@settings(max_examples=100, deadline=None)
@given(x=arrays(np.float64))
def test_bounds_and_max_slope_hold(x):
    slack = ULPS * np.finfo(np.float64).eps  # the finite ones are below 2
    for name in ORACLES:
        row = ACTIVATIONS[name]
        low, high = row.bounds
        y = row(x)
        assert np.all((low - slack <= y) & (y <= high + slack)), name
        assert np.all(np.abs(row.derivative(x)) <= row.max_slope + slack), name


@each
def test_bounds_and_max_slope_are_reached(name):
    # Between grid points a smooth extremum hides h²/8 times a curvature below 4.
    h = 1e-3
    top = np.finfo(np.float64).max
    x = np.concatenate([np.arange(-40_000, 40_001) * h, [-top, top]])
    row = ACTIVATIONS[name]
    for bound, end in zip(row.bounds, (row(x).min(), row(x).max()), strict=True):
        if math.isinf(bound):
            assert math.copysign(1, bound) * end > top / 1000
        else:
            assert abs(end - bound) <= h**2 / 2
    assert abs(np.abs(row.derivative(x)).max() - row.max_slope) <= h**2 / 2
    assert row.bounded == all(map(math.isfinite, row.bounds))


def gaussian_mean(function):
    """Return E f(z), z ~ N(0, 1); beyond 12 lies less than 1e-31 of the mass."""
    parts = ((-12, -1), (-1, 0), (0, 1), (1, 12))  # every kink is an end
    tight = {"epsabs": 1e-13, "epsrel": 1e-13}
    return sum(integrate.quad(lambda z: bell(z) * function(z), *part, **tight)[0] for part in parts)


@pytest.mark.parametrize(
    ("name", "mean", "square", "slope_square"),
    [  # shared/facts.md §3; selu: Klambauer et al. 2017, the fixed point it is made for
        ("tanh", 0, 0.3942944904, 0.4644029024),
        ("sigmoid", 0.5, 0.2933790359, 0.0448362414),
        ("relu", 0.3989422804, 0.5, 0.5),
        ("selu", 0, 1, None),
    ],
)
def test_gaussian_means_are_the_published_ones(name, mean, square, slope_square):
    row = ACTIVATIONS[name]
    digits = 5e-11 + 1e-12  # half of the tenth digit, and the quadrature
    assert gaussian_mean(row.fn) == pytest.approx(mean, rel=0, abs=digits)
    assert gaussian_mean(lambda z: row.fn(z) ** 2) == pytest.approx(square, rel=0, abs=digits)
    if slope_square is not None:
        got = gaussian_mean(lambda z: row.derivative(z) ** 2)
        assert got == pytest.approx(slope_square, rel=0, abs=digits)


@pytest.mark.parametrize(
    ("name", "edge"),
    [  # 1 - tanh² = share; s (1 - s) = share / 4; (1 + x)⁻² = share
        ("tanh", math.atanh(math.sqrt(1 - SATURATION_SHARE))),
        ("sigmoid", 2 * math.atanh(math.sqrt(1 - SATURATION_SHARE))),
        ("softsign", SATURATION_SHARE**-0.5 - 1),
    ],
)
def test_saturated_begins_where_the_slope_is_the_share(name, edge):
    x = edge * np.array([[-1.001, -0.999, 0.0], [0.999, 1.001, np.nan]])
    want = np.array([[True, False, False], [False, True, False]])
    np.testing.assert_array_equal(ACTIVATIONS[name].saturated(x), want)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_as_many_are_counted_as_are_saturated(name, dtype):
    """To the last entry: those beside the edge, at the ends of the floats and beyond them too."""
    row = ACTIVATIONS[name]
    edges = (np.array([[1], [2]]) * math.acosh(SATURATION_SHARE**-0.5)).astype(dtype)
    beside = edges + np.arange(-40, 41) * np.spacing(edges)
    around = edges * (1 + np.linspace(-3e-3, 3e-3, 4001))
    limits = [0.0, math.inf, math.nan, float(np.finfo(dtype).max), float(np.finfo(dtype).tiny)]
    x = np.concatenate([beside.ravel(), around.ravel(), limits, np.linspace(0, 9, 99)])
    for values in (x.astype(dtype), -x.astype(dtype), x[:0].astype(dtype)):
        with np.errstate(invalid="ignore"):
            expected = np.count_nonzero(row.saturated(values))
            assert row.count_saturated(values) == expected
            assert row.count_saturated(np.stack([values, values])) == 2 * expected


def test_another_slope_is_counted_by_itself():
    tanh = ACTIVATIONS["tanh"]
    wide = dataclasses.replace(tanh, derivative=lambda x: tanh.derivative(x / 2) / 2)
    steep = dataclasses.replace(tanh, max_slope=2.0)
    x = np.linspace(-9, 9, 999)
    for row in (wide, steep):
        assert row.count_saturated(x) == np.count_nonzero(row.saturated(x))
        assert row.count_saturated(x) != tanh.count_saturated(x)


def test_saturated_takes_a_share_and_counts_the_flat_half_of_relu():
    x = np.array([-2.0, 0.0, 2.0], dtype=np.float32)
    np.testing.assert_array_equal(ACTIVATIONS["relu"].saturated(x), [True, True, False])
    np.testing.assert_array_equal(ACTIVATIONS["tanh"].saturated(x, share=0.5), [True, False, True])
    np.testing.assert_array_equal(ACTIVATIONS["tanh"].saturated(x, share=1e-7), [False] * 3)
    np.testing.assert_array_equal(ACTIVATIONS["tanh"].saturated(x, share=1), [True, False, True])


@pytest.mark.parametrize("share", [0, -0.1, 1.5, math.nan, math.inf, True, "0.1"])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(SpecError, match=r"0 < share <= 1 \(got"):
        ACTIVATIONS["tanh"].saturated(np.zeros(3), share=share)


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", None),
        ("label", 3),
        ("formula", None),
        ("source", None),
        ("fn", "tanh"),
        ("derivative", None),
        ("bounds", (1.0, -1.0)),
        ("bounds", (1.0, 1.0)),
        ("bounds", (math.nan, 1.0)),
        ("bounds", (0.0, math.nan)),
        ("bounds", (0.0, 1.0, 2.0)),
        ("bounds", [0.0, 1.0]),
        ("bounds", ("0", "1")),
        ("bounds", None),
        ("max_slope", 0.0),
        ("max_slope", -1.0),
        ("max_slope", math.nan),
        ("max_slope", math.inf),
        ("max_slope", True),
        ("max_slope", "1"),
    ],
)
def test_a_bad_field_is_refused_in_one_line(field, bad):
    with pytest.raises(SpecError) as caught:
        dataclasses.replace(ACTIVATIONS["tanh"], **{field: bad})
    message = str(caught.value)
    assert field in message
    assert f"(got {bad!r})" in message
    assert "\n" not in message


def test_people_make_their_own():
    sine = Activation(
        name="sine",
        label="sine",
        fn=np.sin,
        derivative=np.cos,
        bounds=(-1, 1),
        max_slope=np.float64(1),
        formula="sin x",
        source="Sitzmann et al. 2020",
    )
    assert sine.bounded
    falling = np.array([0.0, np.pi / 2, np.pi])  # a slope of -1 is not flat
    np.testing.assert_array_equal(sine.saturated(falling), [False, True, False])
    np.testing.assert_array_equal(sine(np.array([0.0])), [0.0])
    with pytest.raises(dataclasses.FrozenInstanceError):
        sine.name = "cosine"


@each
def test_a_row_travels_to_another_process(name):
    assert pickle.loads(pickle.dumps(ACTIVATIONS[name])) == ACTIVATIONS[name]


@pytest.mark.parametrize("key", ACTIVATIONS)
def test_a_name_finds_its_row_in_any_case(key):
    assert get_activation(f" {key.upper()} ") is ACTIVATIONS[key]


def test_an_unknown_name_is_told_the_closest():
    with pytest.raises(UnknownNameError, match="unknown activation 'rleu': did you mean 'relu'"):
        get_activation("rleu")


def test_the_table_is_read_only():
    with pytest.raises(TypeError):
        ACTIVATIONS["relu"] = ACTIVATIONS["tanh"]


@pytest.mark.parametrize("kinks", [(math.nan,), (math.inf,), [0.0], 0.0, ("0",), (True,)])
def test_kinks_are_a_tuple_of_finite_numbers(kinks):
    with pytest.raises(SpecError, match="kinks of 'relu' must be a tuple of finite numbers"):
        dataclasses.replace(ACTIVATIONS["relu"], kinks=kinks)


@pytest.mark.parametrize("slopes", [(1.0,), (0.0, 1.0, 2.0), (0.0, math.nan), [0.0, 1.0], 1.0])
def test_slopes_are_two_finite_numbers(slopes):
    with pytest.raises(SpecError, match="slopes of 'relu' must be a tuple of two finite numbers"):
        dataclasses.replace(ACTIVATIONS["relu"], slopes=slopes)


@each
def test_kinks_and_slopes_are_where_they_are_said_to_be(name):
    """Second differences, over their median size, show a kink; lines are lines from 0 on."""
    row = ACTIVATIONS[name]
    if row.slopes is not None:
        x = np.array([-7.0, -0.5, 0.0, 0.5, 7.0])
        assert row(x) == pytest.approx(np.where(x < 0, row.slopes[0], row.slopes[1]) * x)
    step = 1e-3
    x = step * (np.arange(-4000, 4001) + 0.5)  # kinks lie between two points
    bends = np.abs(np.diff(row.derivative(x), 2)) / step
    rough = x[1:-1][bends > 0.05]
    for at in rough:
        assert min(abs(at - kink) for kink in row.kinks) < 2 * step
    assert all(np.abs(rough - kink).min() < 2 * step for kink in row.kinks)


@pytest.mark.parametrize("name", ["tanh", "identity", "relu", "sigmoid"])
def test_what_is_written_elsewhere_must_have_the_shape_of_x(name):
    with pytest.raises(SpecError, match=r"must keep the shape \(3,\) \(got \(2, 2\)\)"):
        ACTIVATIONS[name](np.ones((2, 2)), out=np.empty(3))
