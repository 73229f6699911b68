"""The laws: their draws, their algebra, what they refuse, and torch as an oracle.

test_initializers.py holds the distribution of every named preset against its closed form. No
layer here is square, so that fan_in and fan_out cannot be taken for one another.
"""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from math import ceil, inf, nan, sqrt
from types import ModuleType

import numpy as np
import pytest

from actviz.errors import SpecError, UnknownNameError
from actviz.layers.initializer_laws import (
    Constant,
    Identity,
    Initializer,
    Normal,
    Orthogonal,
    RandomSource,
    Sparse,
    Uniform,
    VarianceScaling,
)

EPS = np.finfo(float).eps
SHAPES = [(200, 50), (50, 200)]
MODES = ["fan_in", "fan_out", "fan_avg", "fan_geo_avg"]
DISTRIBUTIONS = ["normal", "uniform", "truncated_normal"]
HE = VarianceScaling(scale=2.0, mode="fan_in", distribution="normal")
LAWS = [
    HE,
    *(replace(HE, distribution=distribution) for distribution in DISTRIBUTIONS[1:]),
    Normal(stddev=0.01),
    Uniform(low=-0.5, high=1.0),
    Constant(value=0.63),
    Orthogonal(),
    Sparse(),
    Identity(),
]
SOURCES: list[Callable[[int], RandomSource]] = [np.random.default_rng, np.random.RandomState]


# --- draws --------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [*SHAPES, (1, 7), (7, 1)])
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_sample_is_a_float64_matrix_that_the_source_determines(
    law: Initializer, source: Callable[[int], RandomSource], shape: tuple[int, int]
) -> None:
    W = law.sample(source(3), *shape)
    assert W.shape == shape
    assert W.dtype == np.float64
    assert np.isfinite(W).all()
    np.testing.assert_array_equal(W, law.sample(source(3), *shape))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("law", "std"),
    [
        (Normal(stddev=0.01), lambda i, o: 0.01),
        (HE, lambda i, o: np.sqrt(2.0 / i)),
        (replace(HE, mode="fan_out"), lambda i, o: np.sqrt(2.0 / o)),
        (replace(HE, scale=1.0), lambda i, o: np.sqrt(1.0 / i)),
        (replace(HE, scale=1.0, mode="fan_avg"), lambda i, o: np.sqrt(2.0 / (i + o))),
    ],
    # A function's repr is its address, another in every process.
    ids=lambda value: "std" if callable(value) else repr(value),
)
def test_legacy_source_repeats_the_textbooks_randn(
    law: Initializer, std: Callable[[int, int], float], shape: tuple[int, int]
) -> None:
    ours = law.sample(np.random.RandomState(7), *shape)
    np.testing.assert_array_equal(ours, np.random.RandomState(7).randn(*shape) * std(*shape))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize(("scale", "gain"), [(2.0, 2.5), (6.0, 1.0), (1.0, 0.1)])
def test_scale_and_gain_keep_every_draw(
    distribution: str, mode: str, scale: float, gain: float
) -> None:
    plain = VarianceScaling(scale=1.0, mode=mode, distribution=distribution)  # type: ignore[arg-type]
    scaled = replace(plain, scale=scale, gain=gain)
    factor = gain * sqrt(scale)
    W, scaled_W = (law.sample(np.random.default_rng(5), 200, 50) for law in (plain, scaled))
    # either side is rounded at most 5 times, by half an eps each
    np.testing.assert_allclose(scaled_W, factor * W, rtol=5 * EPS, atol=0)


@pytest.mark.parametrize("shape", SHAPES)
def test_limits_keep_every_draw(shape: tuple[int, int]) -> None:
    one, half = (
        Uniform(low=-a, high=a).sample(np.random.default_rng(5), *shape) for a in (1.0, 0.5)
    )
    np.testing.assert_array_equal(half, 0.5 * one)  # powers of 2: nothing is rounded


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_every_call_draws_anew_unless_nothing_is_drawn(
    law: Initializer, shape: tuple[int, int]
) -> None:
    rng = np.random.default_rng(5)
    first, second = law.sample(rng, *shape), law.sample(rng, *shape)
    drawn = not isinstance(law, Constant | Identity)
    assert (first != second).any() == drawn


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "law",
    [
        Normal(stddev=1e300),
        Normal(stddev=1.7e308),
        Normal(stddev=5e-324),
        Uniform(low=-8e307, high=8e307),
        Constant(value=-1.7e308),
        Orthogonal(gain=1e300),
        Sparse(stddev=1e300),
        *(replace(HE, gain=1e300, distribution=distribution) for distribution in DISTRIBUTIONS),
        replace(HE, scale=1.7e308, gain=1e100),
        replace(HE, scale=0.0),
        replace(HE, gain=0),
    ],
    ids=repr,
)
def test_extremes_neither_warn_nor_give_nan(law: Initializer, shape: tuple[int, int]) -> None:
    assert not np.isnan(law.sample(np.random.default_rng(5), *shape)).any()
    assert np.isfinite(law.std(*shape))


# --- algebra ------------------------------------------------------------------------------


@pytest.mark.parametrize("gain", [1.0, 0.5, 3.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_orthogonal_has_orthonormal_columns_or_rows(shape: tuple[int, int], gain: float) -> None:
    W = Orthogonal(gain=gain).sample(np.random.default_rng(5), *shape)
    short = min(shape)
    gram = W.T @ W if shape[0] > shape[1] else W @ W.T
    # Householder's QR is orthogonal to a small multiple of sqrt(rows * columns) eps
    tolerance = 10 * sqrt(shape[0] * shape[1]) * EPS * gain**2
    np.testing.assert_allclose(gram, gain**2 * np.eye(short), rtol=0, atol=tolerance)


@pytest.mark.parametrize("shape", [(3, 2), (2, 3)])
def test_orthogonal_is_drawn_evenly(shape: tuple[int, int]) -> None:
    """W and -W are as likely: the mean of an entry of std 1/sqrt(3) is 0 within 5 errors.

    LAPACK's own Q is not: its first entry is never positive, and its mean is -0.5.
    """
    rng = np.random.default_rng(5)
    W = np.stack([Orthogonal().sample(rng, *shape) for _ in range(1000)])
    assert np.abs(W.mean(axis=0)).max() < 5 / sqrt(3 * 1000)


@pytest.mark.parametrize("sparsity", [0.0, 0.1, 0.55, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("shape", [(30, 100), (100, 30)])
def test_sparse_counts_its_zeros_in_every_row(shape: tuple[int, int], sparsity: float) -> None:
    law = Sparse(sparsity=sparsity, stddev=0.5)
    zero = law.sample(np.random.default_rng(5), *shape) == 0
    zeros = ceil(sparsity * shape[1])
    assert (zero.sum(axis=1) == zeros).all()
    # each column is chosen by fan_in independent rows: 6 errors of a binomial share
    share = zeros / shape[1]
    error = sqrt(share * (1 - share) / shape[0])
    assert np.abs(zero.mean(axis=0) - share).max() <= 6 * error
    assert law.std(*shape) == pytest.approx(0.5 * sqrt(1 - share), rel=4 * EPS)


@pytest.mark.parametrize("shape", SHAPES)
def test_std_of_fixed_matrices_is_that_of_their_entries(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    np.testing.assert_array_equal(Identity().sample(rng, *shape), np.eye(*shape))
    # a sum of 10 000 rounded squares, added in pairs
    assert Identity().std(*shape) == pytest.approx(np.eye(*shape).std(), rel=32 * EPS)
    assert Identity().std(1, 1) == 0.0
    np.testing.assert_array_equal(Constant(value=0.63).sample(rng, *shape), np.full(shape, 0.63))
    assert Constant(value=0.63).std(*shape) == 0.0


@pytest.mark.parametrize("shape", SHAPES)
def test_uniform_of_two_ends(shape: tuple[int, int]) -> None:
    W = Uniform(low=1.0, high=4.0).sample(np.random.default_rng(5), *shape)
    n = W.size
    assert 1.0 <= W.min() < 1.0 + 3 * 20 / n  # missed by all with probability e**-20
    assert 4.0 - 3 * 20 / n < W.max() < 4.0
    std = Uniform(low=1.0, high=4.0).std(*shape)
    assert std == pytest.approx(sqrt(0.75), rel=4 * EPS)
    assert W.mean() == pytest.approx(2.5, abs=5 * std / sqrt(n))


# --- torch --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def torch() -> ModuleType:
    module = pytest.importorskip("torch")
    module.manual_seed(0)
    return module


def scaling(scale: float, mode: str, distribution: str, gain: float = 1.0) -> VarianceScaling:
    return VarianceScaling(scale=scale, mode=mode, distribution=distribution, gain=gain)  # type: ignore[arg-type]


def cut(init: ModuleType, w: object) -> None:
    # The std before the cut at 2 of itself, for a variance of 2/fan_in after it
    s = sqrt(2 / w.shape[1]) / 0.8796256610342398  # type: ignore[attr-defined]
    init.trunc_normal_(w, std=s, a=-2 * s, b=2 * s)


# name: torch's call on a weight (out, in), ours, kurtosis
TORCH = {
    "xavier_normal": (
        lambda init, w: init.xavier_normal_(w, gain=5 / 3),
        scaling(1.0, "fan_avg", "normal", 5 / 3),
        3.0,
    ),
    "xavier_uniform": (
        lambda init, w: init.xavier_uniform_(w, gain=5 / 3),
        scaling(1.0, "fan_avg", "uniform", 5 / 3),
        1.8,
    ),
    "kaiming_normal": (
        lambda init, w: init.kaiming_normal_(w, nonlinearity="relu"),
        scaling(2.0, "fan_in", "normal"),
        3.0,
    ),
    "kaiming_normal, fan_out": (
        lambda init, w: init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"),
        scaling(2.0, "fan_out", "normal"),
        3.0,
    ),
    "kaiming_uniform": (
        lambda init, w: init.kaiming_uniform_(w, nonlinearity="relu"),
        scaling(2.0, "fan_in", "uniform"),
        1.8,
    ),
    "kaiming_uniform, linear": (
        lambda init, w: init.kaiming_uniform_(w, nonlinearity="linear"),
        scaling(1.0, "fan_in", "uniform"),
        1.8,
    ),
    "trunc_normal": (cut, scaling(2.0, "fan_in", "truncated_normal"), 3.0),  # less than 3 in truth
    "normal": (lambda init, w: init.normal_(w, 0, 0.01), Normal(stddev=0.01), 3.0),
    "uniform": (lambda init, w: init.uniform_(w, -0.5, 0.5), Uniform(low=-0.5, high=0.5), 1.8),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", TORCH)
def test_std_of_torchs_draws(torch: ModuleType, name: str, shape: tuple[int, int]) -> None:
    """The mean square of n draws has the relative standard error sqrt((kurtosis - 1)/n)."""
    fill, law, kurtosis = TORCH[name]
    weight = torch.empty(shape[::-1], dtype=torch.float64)
    fill(torch.nn.init, weight)
    W = weight.numpy().T
    error = sqrt((kurtosis - 1) / W.size)
    assert np.mean(W**2) == pytest.approx(law.std(*shape) ** 2, rel=5 * error)
    if kurtosis == 1.8:  # uniform: the limits too, missed by all with probability e**-20
        limit = sqrt(3) * law.std(*shape)
        assert limit * (1 - 20 / W.size) < np.abs(W).max() <= limit * (1 + 4 * EPS)


@pytest.mark.parametrize("shape", SHAPES)
def test_limits_of_torchs_linear(torch: ModuleType, shape: tuple[int, int]) -> None:
    W = torch.nn.Linear(*shape, dtype=torch.float64).weight.detach().numpy().T
    limit = sqrt(3) * scaling(1 / 3, "fan_in", "uniform").std(*shape)
    assert W.shape == shape
    assert limit * (1 - 20 / W.size) < np.abs(W).max() <= limit * (1 + 4 * EPS)


@pytest.mark.parametrize("shape", SHAPES)
def test_torchs_orthogonal(
    torch: ModuleType, shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Torch takes the QR of (out, in) or its transpose: the same matrix when wide, else W.T's."""
    normal = np.random.default_rng(5).standard_normal((200, 50))
    weight = torch.empty(shape[::-1], dtype=torch.float64)

    def fill(self: object, *args: float, **options: object) -> object:
        tall = torch.from_numpy(normal)
        return self.copy_(tall if self.shape == tall.shape else tall.T)  # type: ignore[attr-defined]

    monkeypatch.setattr(torch.Tensor, "normal_", fill)
    torch.nn.init.orthogonal_(weight, gain=2.0)
    ours = Orthogonal(gain=2.0).sample(np.random.default_rng(5), *shape)
    # two QRs of one matrix, each stable: its condition number is about 3
    np.testing.assert_allclose(ours, weight.numpy().T, rtol=0, atol=1e3 * EPS)


@pytest.mark.parametrize("sparsity", [0.1, 0.55, 0.9])
@pytest.mark.parametrize("shape", [(30, 100), (100, 30)])
def test_torchs_sparse(torch: ModuleType, shape: tuple[int, int], sparsity: float) -> None:
    weight = torch.nn.init.sparse_(torch.empty(shape[::-1]), sparsity=sparsity)
    ours = Sparse(sparsity=sparsity).sample(np.random.default_rng(5), *shape)
    theirs = (weight.numpy().T == 0).sum(axis=1)
    np.testing.assert_array_equal((ours == 0).sum(axis=1), theirs)


@pytest.mark.parametrize("shape", SHAPES)
def test_torchs_eye(torch: ModuleType, shape: tuple[int, int]) -> None:
    weight = torch.nn.init.eye_(torch.empty(shape[::-1]))
    np.testing.assert_array_equal(
        Identity().sample(np.random.default_rng(5), *shape), weight.numpy().T
    )


# --- what is refused ----------------------------------------------------------------------

# The fields that are numbers, with a value of each that is below the least allowed
NUMBERS = {
    ("scale", -0.1): lambda value: replace(HE, scale=value),
    ("gain", -0.1): lambda value: replace(HE, gain=value),
    ("std", -1.0): lambda value: Normal(stddev=value),
    ("low", -inf): lambda value: Uniform(low=value, high=1.0),
    ("high", -inf): lambda value: Uniform(low=0.0, high=value),
    ("value", -inf): lambda value: Constant(value=value),
    ("gain", -1.0): lambda value: Orthogonal(gain=value),
    ("sparsity", -0.1): lambda value: Sparse(sparsity=value),
    ("std", -2.0): lambda value: Sparse(stddev=value),
}


@pytest.mark.parametrize(("field", "build"), NUMBERS.items(), ids=map(str, NUMBERS))
def test_numbers_out_of_range(
    field: tuple[str, float], build: Callable[[float], Initializer]
) -> None:
    name, below = field
    for value in (below, nan, inf, -inf, np.float64("nan")):
        with pytest.raises(SpecError, match=rf"^{name} must be a finite number.* \(got {value}\)$"):
            build(value)
    for value in (10**400, -(10**5000)):
        with pytest.raises(
            SpecError, match=rf"^{name} must be a finite number.* \(got a larger int"
        ):
            build(value)
    for value in (True, False, "1", None, 1j, np.float32(1), np.int64(1), np.array(1.0)):
        with pytest.raises(SpecError, match=rf"^{name} must be an int or a float"):
            build(value)  # type: ignore[arg-type]


def test_message_of_a_negative_std() -> None:
    with pytest.raises(SpecError) as caught:
        Normal(stddev=-1.0)
    assert str(caught.value) == "std must be a finite number >= 0 (got -1.0)"


def test_sparsity_above_one() -> None:
    with pytest.raises(SpecError, match=r"^sparsity must be .* >= 0 and <= 1 \(got 1.5\)$"):
        Sparse(sparsity=1.5)


def test_ends_of_a_uniform_are_never_swapped() -> None:
    with pytest.raises(SpecError, match=r"low <= high \(got low=1.0, high=-1.0\)$"):
        Uniform(low=1.0, high=-1.0)
    with pytest.raises(SpecError, match=r"^high - low must be a finite number"):
        Uniform(low=-1e308, high=1e308)
    with pytest.raises(SpecError, match=r"^gain \* sqrt\(scale\) must be a finite number"):
        replace(HE, scale=1e300, gain=1e200)


@pytest.mark.parametrize("word", ["fan_inn", "", None, 1, []])
def test_words_that_are_not_known(word: str) -> None:
    with pytest.raises(UnknownNameError, match=r"^unknown mode .* known are fan_in, fan_out"):
        replace(HE, mode=word)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match=r"^unknown distribution .* known are normal"):
        replace(HE, distribution=word)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", [(0, 50), (200, 0), (-1, 50), (200.0, 50), ((200,), 50)])
@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_shapes_out_of_range(law: Initializer, shape: tuple[int, int]) -> None:
    with pytest.raises(SpecError, match=r"^fan_in and fan_out must be integers >= 1 \(got shape"):
        law.sample(np.random.default_rng(5), *shape)


@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_laws_are_values(law: Initializer) -> None:
    assert isinstance(law, Initializer)
    assert replace(law) == law  # type: ignore[type-var]
    assert hash(replace(law)) == hash(law)  # type: ignore[type-var]
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        law.gain = 3.0  # type: ignore[attr-defined]
