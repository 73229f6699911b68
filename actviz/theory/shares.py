"""How the values of an activation are spread, if its argument is normal: shares, atoms, density.

By the pieces on which φ rises, falls or is flat. Where they begin, and where φ takes a value, does
not depend on the width of the normal law, so it is found once for an activation.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import erfc, inf, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.numbers.scalars import check_not_negative
from actviz.theory.quadrature import Array

#: Where an activation is looked at: a fine grid at its own scale, and every size beyond.
_POSITIVE = np.concatenate(
    [np.logspace(-12, -2, 21), np.arange(0.05, 40.0, 0.05), np.logspace(np.log10(40), 300, 300)]
)
_GRID = np.concatenate([-_POSITIVE[::-1], [0.0], _POSITIVE])

#: Halvings until a bracket is as narrow as floats are.
_HALVINGS = 90


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PredictedShares:
    """Where the values of φ(z), z ~ N(0, q), fall.

    Parameters
    ----------
    edges : ndarray, shape (n_bins + 1,)
        As given.
    shares : ndarray, shape (n_bins,)
        Probability of each bin, what `Histogram.counts` is n_values times of: a bin holds its left
        edge, the last one its right edge too, and an atom is in its bin.
    below, above : float
        Probability of values outside the edges; all sum to 1.
    atoms : tuple of (value, share)
        Values that φ takes on a whole interval, such as 0 for relu and ±1 for hard_tanh, each with
        its probability, in rising order; only those that floats can tell from none.
    """

    edges: Array
    shares: Array
    below: float
    above: float
    atoms: tuple[tuple[float, float], ...]

    def _parts(self) -> tuple[object, ...]:
        return self.edges.tobytes(), self.shares.tobytes(), self.below, self.above, self.atoms

    def __eq__(self, other: object) -> bool:
        return self._parts() == other._parts() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._parts())

    @property
    def zero(self) -> float:
        """The probability of an exact 0."""
        return sum(share for value, share in self.atoms if value == 0)

    @property
    def continuous(self) -> Array:
        """The shares without the atoms, shape (n_bins,); what a line over bars is drawn from."""
        rest = self.shares.copy()
        for value, share in self.atoms:
            if self.edges[0] <= value <= self.edges[-1]:
                index = int(np.searchsorted(self.edges, value, side="right")) - 1
                rest[min(index, len(rest) - 1)] -= share
        return np.maximum(rest, 0.0)


def predicted_shares(activation: Activation, q: float, edges: ArrayLike) -> PredictedShares:
    """Return the probability that φ(z), z ~ N(0, q), falls into each bin.

    Parameters
    ----------
    activation : Activation
    q : float
        Second moment of the preactivations, dimensionless, finite and at least 0.
    edges : array_like, shape (n_bins + 1,)
        Finite and strictly rising.

    Returns
    -------
    PredictedShares

    Raises
    ------
    SpecError
        If q or the edges are not as above.

    Notes
    -----
    Exact to rounding, through the normal law of where φ enters and leaves a bin, on every piece on
    which it is monotone; pieces shorter than .05 are not seen.

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> found = predicted_shares(ACTIVATIONS["relu"], 1.0, [0.0, 1.0, 2.0])
    >>> found.shares.round(4), round(found.above, 4), found.zero
    (array([0.8413, 0.1359]), 0.0228, 0.5)
    """
    given = np.array(edges, dtype=np.float64)
    if given.ndim != 1 or len(given) < 2 or not np.isfinite(given).all():
        raise SpecError("edges must be at least two finite numbers")
    if (np.diff(given) <= 0).any():
        raise SpecError("edges must rise strictly")
    check_not_negative(q=q)
    given.setflags(write=False)
    sigma = sqrt(q)
    atoms: dict[float, float] = {}
    cells = np.zeros(len(given) + 1)
    if q == 0:
        atoms[float(activation(np.zeros(1))[0])] = 1.0
    else:
        for piece, cuts in zip(_pieces(activation), _cuts(activation, tuple(given)), strict=True):
            if piece.direction == 0:
                share = _normal_share(piece.low / sigma, piece.high / sigma)
                atoms[piece.value] = atoms.get(piece.value, 0.0) + share
            else:
                cells += _between(np.array(cuts) / sigma)[:: piece.direction]
    for value, share in atoms.items():
        index = np.searchsorted(_closed(given), value, side="right")
        cells[index] += share
    return PredictedShares(
        edges=given,
        shares=cells[1:-1],
        below=float(cells[0]),
        above=float(cells[-1]),
        atoms=tuple(sorted((value, share) for value, share in atoms.items() if share > 1e-16)),
    )


def density(activation: Activation, q: float, values: ArrayLike) -> Array:
    """Return the probability density of φ(z), z ~ N(0, q), atoms left out.

    ``sum N(x; 0, q) / |φ'(x)|`` over all x with φ(x) = value. For the sigmoid it has two humps
    where q > 2, for tanh where q > 1/2.

    Parameters
    ----------
    activation : Activation
    q : float
        Second moment of the preactivations, finite and above 0.
    values : array_like of any shape
        Where, in the unit of the activation.

    Returns
    -------
    ndarray, the shape of `values`
        0 where φ never is; at a turning point of φ it is infinite, or nearly.

    Raises
    ------
    SpecError
        If q is not finite and above 0.

    Examples
    --------
    >>> from actviz.layers.activations import ACTIVATIONS
    >>> density(ACTIVATIONS["identity"], 1.0, [0.0]).round(6)
    array([0.398942])
    """
    check_not_negative(q=q)
    if q == 0:
        raise SpecError("q must be > 0: a constant has no density")
    wanted = np.asarray(values, dtype=np.float64)
    flat = wanted.ravel()
    total = np.zeros_like(flat)
    for piece in _pieces(activation):
        if not piece.direction:
            continue
        inside = (np.nextafter(piece.low, inf), np.nextafter(piece.high, -inf))
        x = _crossings(activation, piece, flat).clip(*inside)
        ends = _values(activation, np.array([piece.low, piece.high]).clip(_GRID[0], _GRID[-1]))
        # A piece that begins at 0 is found to begin at 10^-38.
        there = (flat >= ends.min() - 1e-30) & (flat <= ends.max() + 1e-30)
        # Far out a slope may be 0, or so small that the density is beyond every float.
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            slope = np.abs(activation.slope_at(x))
            bell = np.exp(-0.5 * (x / sqrt(q)) ** 2) / sqrt(2 * pi * q)
            total += np.where(there & (bell > 0), bell / slope, 0.0)
    return total.reshape(wanted.shape)


def zero_share(activation: Activation, q: float) -> float:
    """Return the probability that φ(z), z ~ N(0, q), is exactly 0 in float64.

    A half for relu; where sigmoid, gelu and their like underflow, that counts, as it does in a
    simulation.
    """
    check_not_negative(q=q)
    if q == 0:
        return float(activation(np.zeros(1))[0] == 0)
    return _share_of(_zeros(activation), q)


def saturated_share(activation: Activation, q: float) -> float:
    """Return the probability that z ~ N(0, q) is where `activation` is saturated."""
    check_not_negative(q=q)
    if q == 0:
        return float(activation.saturated(np.zeros(1))[0])
    return _share_of(_saturated(activation), q)


# --- pieces -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """An interval on which φ rises (direction 1), falls (-1) or is flat (0, at `value`)."""

    low: float
    high: float
    direction: int
    value: float


@lru_cache(maxsize=256)
def _pieces(activation: Activation) -> tuple[_Piece, ...]:
    def direction(x: Array) -> NDArray[Any]:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.sign(activation.slope_at(x))

    found = []
    for low, high, sign in _runs(direction):
        middle = min(max(low, _GRID[0]), _GRID[-1]) / 2 + min(max(high, _GRID[0]), _GRID[-1]) / 2
        found.append(
            _Piece(low, high, int(sign), float(_values(activation, np.array([middle]))[0]))
        )
    return tuple(found)


@lru_cache(maxsize=256)
def _saturated(activation: Activation) -> tuple[tuple[float, float], ...]:
    runs = _runs(lambda x: activation.saturated(x).astype(float))
    return tuple((low, high) for low, high, inside in runs if inside)


@lru_cache(maxsize=256)
def _zeros(activation: Activation) -> tuple[tuple[float, float], ...]:
    runs = _runs(lambda x: (_values(activation, x) == 0).astype(float))
    return tuple((low, high) for low, high, inside in runs if inside)


def _values(activation: Activation, x: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(activation(x), dtype=np.float64)


def _runs(code: Callable[[Array], NDArray[Any]]) -> list[tuple[float, float, float]]:
    """Return (low, high, code) of the intervals on which `code` is constant, from -inf to inf.

    A code that one point of the grid has alone is a crossing, and no interval.
    """
    codes = code(_GRID)
    alone = np.flatnonzero((codes[1:-1] != codes[:-2]) & (codes[1:-1] != codes[2:])) + 1
    x, codes = np.delete(_GRID, alone), np.delete(codes, alone)
    last = np.flatnonzero(codes[1:] != codes[:-1])
    low, high, left = x[last], x[last + 1], codes[last]
    for _ in range(_HALVINGS):
        middle = low / 2 + high / 2
        same = code(middle) == left
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    ends = [-inf, *high.tolist(), inf]
    values = [*left.tolist(), float(codes[-1])]
    return list(zip(ends[:-1], ends[1:], values, strict=True))


@lru_cache(maxsize=256)
def _cuts(activation: Activation, edges: tuple[float, ...]) -> tuple[tuple[float, ...], ...]:
    """Return for each piece the x that part its values by the edges, in rising order."""
    closed = _closed(np.array(edges))
    cuts = []
    for piece in _pieces(activation):
        inner = _crossings(activation, piece, closed)[:: piece.direction or 1]
        cuts.append((piece.low, *inner.tolist(), piece.high))
    return tuple(cuts)


def _closed(edges: Array) -> Array:
    """Return edges whose last one has just been passed, so that its own value is inside."""
    return np.append(edges[:-1], np.nextafter(edges[-1], inf))


def _crossings(activation: Activation, piece: _Piece, levels: Array) -> Array:
    """Return where φ reaches each level on a piece, or the end of the piece beyond which it would.

    By halving in the scale of asinh, which has room for 10^-12 and for 10^300.
    """
    bounds = np.arcsinh(np.array([piece.low, piece.high]).clip(_GRID[0], _GRID[-1]))
    low, high = (np.full(levels.shape, bound) for bound in bounds)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        value = _values(activation, np.sinh(middle))
        before = value < levels if piece.direction > 0 else value >= levels
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    return np.asarray(np.sinh(high))


# --- the normal law -----------------------------------------------------------------------


def _between(x: Array) -> Array:
    """Return the normal probabilities between neighbours of a rising sequence."""
    return np.array([_normal_share(a, b) for a, b in itertools.pairwise(x)])


def _normal_share(low: float, high: float) -> float:
    """Return P(low < z < high), z ~ N(0, 1), from the tail that keeps its digits."""
    if low > 0:
        low, high = -high, -low
    root = sqrt(2)
    return max(0.0, 0.5 * (erfc(-high / root) - erfc(-low / root)))


def _share_of(intervals: tuple[tuple[float, float], ...], q: float) -> float:
    sigma = sqrt(q)
    return sum(_normal_share(low / sigma, high / sigma) for low, high in intervals)
