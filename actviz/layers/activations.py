"""The activation functions: what each does to a number, its slope, and what people call it.

This room is maths on arrays it is handed. It must not draw a random number, touch a disk, or know
of layers, figures or frameworks. Every function takes float32 or float64 of any shape, keeps the
type, never writes to its input, and stays finite without a warning on every finite input.
At a kink the derivative is PyTorch's: relu 0, leaky_relu its slope, elu 1, selu scale × alpha (all
at 0), hard_tanh 0 (at ±1). A nan stays nan, except in the constant derivative of identity.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers import activation_functions as functions
from actviz.layers.activation_functions import FloatArray
from actviz.lookup import Table, lookup
from actviz.numbers.scalars import is_finite, is_number, short

SATURATION_SHARE = 0.05
"""A unit is saturated where its slope is below this share of the function's largest slope.

For tanh that is |tanh x| > 0.9747 (Karpathy's makemore draws the line at 0.97), for the sigmoid an
activation outside (0.0127, 0.9873).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """An activation function y = φ(x) with its derivative and what is known of both.

    Parameters
    ----------
    name : str
        The name in a table and in a Spec, such as ``"relu"``.
    label : str
        How people write it in a figure, such as ``"ReLU"``.
    fn, derivative : callable
        φ and dφ/dx: an array of any shape to a new array of the same shape and dtype. They are
        handed a read-only view: others still need what is in it. Whoever needs them calls the
        activation itself, and `slope_at`.
    bounds : tuple of float
        Infimum and supremum of φ over the reals, dimensionless; either may be infinite.
    max_slope : float
        The largest |dφ/dx| over the reals, dimensionless, finite and above 0.
    formula : str
        Short text for people, such as ``"max(0, x)"``.
    source : str
        Author and year.
    kinks : tuple of float, default ()
        Where φ or one of its first two derivatives jumps; the theory's integrals are cut there.
    slopes : tuple of float, optional
        Of a φ that is a line on each side of 0, with φ(0) = 0: its slopes below and above. The
        theory then has closed forms for it.

    Raises
    ------
    SpecError
        If a text is not a string or `name` is blank, if `fn` or `derivative` is not callable, if
        `bounds` are not two numbers in rising order, if `max_slope` is not finite and above 0, or
        if `kinks` or `slopes` are not finite numbers.

    Examples
    --------
    >>> sine = Activation(name="sine", label="sine", fn=np.sin, derivative=np.cos,
    ...                   bounds=(-1.0, 1.0), max_slope=1.0,
    ...                   formula="sin x", source="Sitzmann et al. 2020")
    >>> sine(np.array([0.0, np.pi / 2]))
    array([0., 1.])
    """

    name: str
    label: str
    fn: Callable[[NDArray[Any]], NDArray[Any]]
    derivative: Callable[[NDArray[Any]], NDArray[Any]]
    bounds: tuple[float, float]
    max_slope: float
    formula: str
    source: str
    kinks: tuple[float, ...] = ()
    slopes: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for field in ("name", "label", "formula", "source"):
            if not isinstance(text := getattr(self, field), str):
                raise SpecError(f"{field} of an activation must be a string (got {text!r})")
        if not self.name.strip():
            raise SpecError(f"name of an activation must not be blank (got {self.name!r})")
        for field in ("fn", "derivative"):
            if not callable(given := getattr(self, field)):
                raise SpecError(f"{field} of {self.name!r} must be callable (got {given!r})")
        if not _is_rising_pair(self.bounds):
            raise SpecError(
                f"bounds of {self.name!r} must be a tuple (low, high) of numbers with low < high"
                f" (got {self.bounds!r})"
            )
        if not (is_finite(self.max_slope) and self.max_slope > 0):
            raise SpecError(
                f"max_slope of {self.name!r} must be a finite number > 0 (got {self.max_slope!r})"
            )
        if not _are_finite(self.kinks):
            raise SpecError(
                f"kinks of {self.name!r} must be a tuple of finite numbers (got {self.kinks!r})"
            )
        if self.slopes is not None and not (_are_finite(self.slopes) and len(self.slopes) == 2):
            raise SpecError(
                f"slopes of {self.name!r} must be a tuple of two finite numbers"
                f" (got {self.slopes!r})"
            )

    def __call__(self, x: FloatArray, out: FloatArray | None = None) -> FloatArray:
        """Return φ(x): an array of the shape and dtype of `x`, dimensionless.

        Parameters
        ----------
        x : ndarray, any shape
            Preactivations, dimensionless.
        out : ndarray, optional
            Where to write it, of the shape of `x` and of no values of it.

        Raises
        ------
        SpecError
            If the function writes to its argument, or what is to be written has another shape.
        """
        return _called(self.fn, x, out, self.name)

    def slope_at(self, x: FloatArray, out: FloatArray | None = None) -> FloatArray:
        """Return dφ/dx at `x`, as calling the activation returns φ(x)."""
        return _called(self.derivative, x, out, self.name, of="the derivative of ")

    @property
    def bounded(self) -> bool:
        """Whether both bounds are finite."""
        return all(map(math.isfinite, self.bounds))

    def saturated(self, x: FloatArray, share: float = SATURATION_SHARE) -> NDArray[np.bool_]:
        """Return where φ is saturated: |φ'(x)| < share × max_slope.

        Parameters
        ----------
        x : ndarray, any shape
            Preactivations, dimensionless.
        share : float
            Share of the largest slope, in (0, 1]; the default is `SATURATION_SHARE`.

        Returns
        -------
        ndarray of bool, the shape of `x`

        Raises
        ------
        SpecError
            If `share` is not a number in (0, 1].

        Notes
        -----
        The flat half of relu counts, a nan does not.

        Examples
        --------
        >>> ACTIVATIONS["tanh"].saturated(np.array([1.0, 2.0, 3.0]))
        array([False, False,  True])
        """
        if not (is_number(share) and 0 < share <= 1):
            raise SpecError(f"share must be a number with 0 < share <= 1 (got {share!r})")
        return self.flat(self.slope_at(x), share)

    def flat(self, slope: FloatArray, share: float = SATURATION_SHARE) -> NDArray[np.bool_]:
        """Return where a slope φ'(x) is that of a saturated x, for those who have it already."""
        return np.asarray(np.abs(slope) < share * self.max_slope)

    def count_saturated(self, x: FloatArray) -> int:
        """Return how many of `x` are saturated, as `saturated` says, in less time for some φ.

        Examples
        --------
        >>> ACTIVATIONS["tanh"].count_saturated(np.array([1.0, 2.0, -3.0]))
        1
        """
        begins = _SATURATED_FROM.get((id(self.derivative), self.max_slope))
        if begins is None:
            return int(np.count_nonzero(self.flat(self.slope_at(x))))
        low, high = begins * (1 - _NEAR), begins * (1 + _NEAR)
        perhaps = _count_beyond(x, low)
        saturated = _count_beyond(x, high) if perhaps else 0
        if perhaps > saturated:
            sizes = np.abs(x)
            near = x[(sizes > low) & (sizes <= high)]
            saturated += int(np.count_nonzero(self.flat(self.slope_at(near))))
        return saturated


def _count_beyond(x: FloatArray, size: float) -> int:
    """Return how many magnitudes are larger, without these, which take fresh memory and longer."""
    return int(np.count_nonzero(x > size) + np.count_nonzero(x < -size))


def call_untouched(
    function: Callable[[FloatArray], FloatArray], x: FloatArray, name: str
) -> FloatArray:
    """Return ``function(x)`` of a function that may be a user's own and must leave `x` as it is.

    Raises
    ------
    SpecError
        If it writes to `x`; the message begins with `name`.

    Notes
    -----
    It is handed a read-only view, never a copy. What writes all the same (``numpy.ufunc.at``, a
    tensor of torch on the same memory) is found by a few values that are looked at before and
    after.
    """
    if id(function) in _UNTOUCHING or not isinstance(x, np.ndarray):
        return function(x)
    view = x.view()
    view.flags.writeable = False
    some = slice(None, None, max(1, x.size // _LOOKED_AT))
    before = x.flat[some].tobytes()
    try:
        result = function(view)
    except (ValueError, TypeError) as error:
        if _READ_ONLY.search(str(error)) is None:
            raise
        raise SpecError(_writes(name)) from error
    if x.flat[some].tobytes() != before:
        raise SpecError(_writes(name))
    return result


def _called(
    function: Callable[..., FloatArray],
    x: FloatArray,
    out: FloatArray | None,
    name: str,
    of: str = "",
) -> FloatArray:
    """Return what a function of an activation makes of `x`, in `out` if that is given."""
    if out is None:
        return call_untouched(function, x, of + name)
    if id(function) in _WITH_OUT and np.shape(x) == out.shape:
        function(x, out=out)
        return out
    values = call_untouched(function, x, of + name)
    if np.shape(values) != out.shape:  # of a user's own function
        raise SpecError(f"{name} must keep the shape {out.shape} (got {np.shape(values)})")
    out[...] = values
    return out


#: How numpy, and what is built on it, says that an array is read-only.
_READ_ONLY = re.compile("read-only|writ(e)?able", re.IGNORECASE)

#: How many values are looked at; a function that changes one in two passes once in 10^19 times.
_LOOKED_AT = 64


def _writes(name: str) -> str:
    return f"{name} writes to the array that it is given: leave it, and return a new array"


def _are_finite(values: object) -> bool:
    return isinstance(values, tuple) and all(map(is_finite, values))


def _is_rising_pair(pair: object) -> bool:
    # A nan fails the comparison, so it needs no test of its own.
    return (
        isinstance(pair, tuple)
        and len(pair) == 2
        and all(map(is_number, pair))
        and bool(pair[0] < pair[1])
    )


_ROWS = {
    "sigmoid": Activation(
        name="sigmoid",
        label="sigmoid",
        fn=functions.sigmoid,
        derivative=functions.sigmoid_derivative,
        bounds=(0.0, 1.0),
        max_slope=0.25,
        formula="1 / (1 + e⁻ˣ)",
        source="Rumelhart, Hinton & Williams 1986",
    ),
    "tanh": Activation(
        name="tanh",
        label="tanh",
        fn=np.tanh,
        derivative=functions.tanh_derivative,
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
        source="LeCun, Bottou, Orr & Müller 1998",
    ),
    "relu": Activation(
        name="relu",
        label="ReLU",
        fn=functions.relu,
        derivative=functions.relu_derivative,
        bounds=(0.0, math.inf),
        max_slope=1.0,
        formula="max(0, x)",
        source="Nair & Hinton 2010",
        kinks=(0.0,),
        slopes=(0.0, 1.0),
    ),
    "identity": Activation(
        name="identity",
        label="identity",
        fn=np.positive,
        derivative=np.ones_like,
        bounds=(-math.inf, math.inf),
        max_slope=1.0,
        formula="x",
        source="Saxe, McClelland & Ganguli 2014",
        slopes=(1.0, 1.0),
    ),
    "leaky_relu": Activation(
        name="leaky_relu",
        label="leaky ReLU",
        fn=functions.leaky_relu,
        derivative=functions.leaky_relu_derivative,
        bounds=(-math.inf, math.inf),
        max_slope=1.0,
        formula="max(0.01 x, x)",
        source="Maas, Hannun & Ng 2013",
        kinks=(0.0,),
        slopes=(functions.LEAKY_SLOPE, 1.0),
    ),
    "elu": Activation(
        name="elu",
        label="ELU",
        fn=functions.elu,
        derivative=functions.elu_derivative,
        bounds=(-1.0, math.inf),
        max_slope=1.0,
        formula="x if x > 0 else eˣ − 1",
        source="Clevert, Unterthiner & Hochreiter 2016",
        kinks=(0.0,),
    ),
    "selu": Activation(
        name="selu",
        label="SELU",
        fn=functions.selu,
        derivative=functions.selu_derivative,
        bounds=(-functions.SELU_SCALE * functions.SELU_ALPHA, math.inf),
        max_slope=functions.SELU_SCALE * functions.SELU_ALPHA,
        formula="1.0507 (x if x > 0 else 1.6733 (eˣ − 1))",
        source="Klambauer et al. 2017",
        kinks=(0.0,),
    ),
    "gelu": Activation(
        name="gelu",
        label="GELU",
        fn=functions.gelu,
        derivative=functions.gelu_derivative,
        bounds=(-0.1699712074799037, math.inf),
        max_slope=math.erfc(-1) / 2 + 1 / (math.e * math.sqrt(math.pi)),  # at √2
        formula="x Φ(x)",
        source="Hendrycks & Gimpel 2016",
    ),
    "silu": Activation(
        name="silu",
        label="SiLU",
        fn=functions.silu,
        derivative=functions.silu_derivative,
        bounds=(-0.27846454276107380, math.inf),
        max_slope=1.099839320128867,
        formula="x / (1 + e⁻ˣ)",
        source="Elfwing, Uchibe & Doya 2018",
    ),
    "softplus": Activation(
        name="softplus",
        label="softplus",
        fn=functions.softplus,
        derivative=functions.sigmoid,
        bounds=(0.0, math.inf),
        max_slope=1.0,
        formula="ln(1 + eˣ)",
        source="Dugas et al. 2001",
    ),
    "softsign": Activation(
        name="softsign",
        label="softsign",
        fn=functions.softsign,
        derivative=functions.softsign_derivative,
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="x / (1 + |x|)",
        source="Bergstra, Desjardins, Lamblin & Bengio 2009",
        kinks=(0.0,),
    ),
    "hard_tanh": Activation(
        name="hard_tanh",
        label="hard tanh",
        fn=functions.hard_tanh,
        derivative=functions.hard_tanh_derivative,
        bounds=(-1.0, 1.0),
        max_slope=1.0,
        formula="max(−1, min(1, x))",
        source="Collobert 2004",
        kinks=(-1.0, 1.0),
    ),
    "mish": Activation(
        name="mish",
        label="Mish",
        fn=functions.mish,
        derivative=functions.mish_derivative,
        bounds=(-0.30884341301725043, math.inf),
        max_slope=1.088498161251728,
        formula="x tanh(ln(1 + eˣ))",
        source="Misra 2019",
    ),
}

ACTIVATIONS: Mapping[str, Activation] = Table(
    _ROWS | {"linear": _ROWS["identity"], "swish": _ROWS["silu"]}  # two aliases, at the end
)
"""Every activation by name, in reading order; an alias is a key that is not its row's name."""

#: Those that write where they are told to: a copy takes as long as ReLU.
_WITH_OUT = frozenset(
    map(
        id,
        (
            *(np.tanh, np.positive, functions.relu),
            *(functions.tanh_derivative, functions.sigmoid_derivative, functions.relu_derivative),
        ),
    )
)

#: The |x| beyond which these are saturated: sech² falls with |x|, and so does sech²(x/2) / 4.
_SATURATED_FROM: Mapping[tuple[int, float], float] = MappingProxyType(
    {
        (id(_ROWS[name].derivative), _ROWS[name].max_slope): scale
        * math.acosh(SATURATION_SHARE**-0.5)
        for name, scale in (("tanh", 1), ("sigmoid", 2))
    }
)

#: So near to it, relative, slopes are looked at: their rounding reaches a hundredth as far.
_NEAR = 2e-5

#: Our own functions, which are known not to write.
_UNTOUCHING = frozenset(id(fn) for row in _ROWS.values() for fn in (row.fn, row.derivative))


def as_activation(value: object) -> Activation:
    """Return an activation that is given as what it is, or as a name.

    Raises
    ------
    UnknownNameError
        As in `get_activation`.
    SpecError
        If it is neither.
    """
    return get_activation(value) if isinstance(value, str) else check_activation(value)


def check_activation(value: object) -> Activation:
    """Return `value` as it is; raise SpecError unless it is an activation."""
    if not isinstance(value, Activation):
        raise SpecError(f"activation must be a name or an Activation (got {short(value)})")
    return value


def get_activation(name: str) -> Activation:
    """Return the row of `ACTIVATIONS` under `name`, upper and lower case alike.

    Parameters
    ----------
    name : str
        A name or an alias: ``"swish"`` is silu, ``"linear"`` is identity.

    Returns
    -------
    Activation

    Raises
    ------
    UnknownNameError
        If there is no such row; the message has the closest name and all that are known.
    """
    return lookup(ACTIVATIONS, name, kind="activation")
