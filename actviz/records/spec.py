"""StackSpec: everything that determines a simulation, validated once, in one frozen value.

This room draws no random numbers, reads no clock and knows no machine. Two equal specs give the
same Record on one machine, and on others all but last bits; a spec turns into plain JSON types and
back.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache, wraps
from math import inf
from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

import numpy as np

from actviz.errors import SpecError
from actviz.layers.activations import Activation, as_activation
from actviz.layers.defaults import LayerDefault
from actviz.layers.initializer_laws import Initializer
from actviz.layers.initializers import get_initializer, initializer_name
from actviz.numbers.scalars import check_integer, real, short
from actviz.records.layer import Layer
from actviz.records.measuring import OLD_NAMES, Measuring
from actviz.records.plain import own_or, read_fields

InputDistribution = Literal["normal", "uniform"]
Dtype = Literal["float64", "float32"]
Rng = Literal["spawned", "legacy"]

DISTRIBUTIONS: tuple[InputDistribution, ...] = get_args(InputDistribution)
DTYPES: tuple[Dtype, ...] = get_args(Dtype)
RNGS: tuple[Rng, ...] = get_args(Rng)

DEFAULT_DEPTH = 5
MAX_DEPTH = 100_000
MAX_SIZE = 10_000_000
#: Seeds of one stack.
MAX_SEEDS = 100_000
MAX_SEED: Mapping[Rng, int] = {"spawned": 2**63 - 1, "legacy": 2**32 - 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSpec:
    """A stack of dense layers x -> (W, b, activation) x depth, and its input.

    Parameters
    ----------
    activation : Activation
        The function after every layer; a name of `ACTIVATIONS` is looked up.
    init : Initializer
        The law of every W; a text such as ``"he"`` or ``"std=0.01"`` is looked up.
    depth : int, default 5, or as many layers as `width` names
        Number of layers, 1 to 100 000.
    width : int or tuple of int, default 100
        Units of every layer, or of each one.
    input_width : int, optional
        Columns of the input; default: the first layer's width.
    samples : int, default 1000
        Rows of the input.
    bias_std : float, default 0
        Standard deviation of the biases, which are normal around 0; 0 means none, or those that
        `init` brings: it must be 0 if `init` is a layer's default such as ``"torch_default"``.
    input_distribution : {"normal", "uniform"}
        Law of the input's entries, which have mean 0.
    input_std : float, default 1
        Standard deviation of the input's entries.
    dtype : {"float64", "float32"}
        What the forward pass computes in. The draws are the same in both.
    seed : int, default 0
        0 to 2^63 - 1; with ``rng="legacy"`` 0 to 2^32 - 1.
    rng : {"spawned", "legacy"}
        "spawned": the input, and each layer's weights and biases, have a stream of their own from
        ``SeedSequence(seed)``, so that a deeper stack repeats the shallower one and another
        activation or scale keeps every draw. "legacy": all from one ``RandomState(seed)``, the
        input first and then layer by layer, as the textbooks' scripts draw.

    Raises
    ------
    SpecError
        If a value is out of its range; the message says what is allowed.
    UnknownNameError
        If the activation or the initializer is not known.

    Examples
    --------
    >>> spec = StackSpec(activation="tanh", init="he", depth=10)
    >>> spec.shapes[0], spec.widths[:2]
    ((100, 100), (100, 100))
    """

    activation: Activation
    init: Initializer
    depth: int = None  # type: ignore[assignment]  # an int once __post_init__ has run
    width: int | tuple[int, ...] = 100
    input_width: int | None = None
    samples: int = 1000
    bias_std: float = 0.0
    input_distribution: InputDistribution = "normal"
    input_std: float = 1.0
    dtype: Dtype = "float64"
    seed: int = 0
    rng: Rng = "spawned"
    measuring: Measuring | None = field(default=None, compare=False, repr=False)

    if TYPE_CHECKING:
        # What may be given, which is more than what is kept: names, and a list of widths.
        def __init__(
            self,
            *,
            activation: str | Activation,
            init: str | Initializer,
            depth: int | None = None,
            width: int | Sequence[int] = 100,
            input_width: int | None = None,
            samples: int = 1000,
            bias_std: float = 0.0,
            input_distribution: InputDistribution = "normal",
            input_std: float = 1.0,
            dtype: Dtype = "float64",
            seed: int = 0,
            rng: Rng = "spawned",
            measuring: Measuring | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("activation", as_activation(self.activation))
        if isinstance(self.init, str):
            put("init", get_initializer(self.init))
        # A class has the attributes of its objects and would pass for one.
        if isinstance(self.init, type) or not isinstance(self.init, Initializer):
            raise SpecError(f"init must be a text or an Initializer (got {short(self.init)})")
        if isinstance(self.width, Integral):
            put("width", check_integer("width", self.width, 1, MAX_SIZE))
        else:
            put("width", _widths(self.width))
        named = len(self.width) if isinstance(self.width, tuple) else None
        given = (named or DEFAULT_DEPTH) if self.depth is None else self.depth
        put("depth", check_integer("depth", given, 1, MAX_DEPTH))
        if named not in (None, self.depth):
            raise SpecError(f"width names {named} layers but depth is {self.depth}: leave one out")
        if self.input_width is not None:
            put("input_width", check_integer("input_width", self.input_width, 1, MAX_SIZE))
        put("samples", check_integer("samples", self.samples, 1, MAX_SIZE))
        put("bias_std", _scale("bias_std", self.bias_std))
        if self.bias_std:
            check_bias_free(self.init)
        _choice("input_distribution", self.input_distribution, DISTRIBUTIONS)
        put("input_std", _scale("input_std", self.input_std))
        _choice("dtype", self.dtype, DTYPES)
        _choice("rng", self.rng, RNGS)
        if self.measuring is not None and not isinstance(self.measuring, Measuring):
            raise SpecError(f"measuring must be a Measuring (got {short(self.measuring)})")
        put("seed", check_integer("seed", self.seed, 0, MAX_SEED[self.rng]))

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of each layer."""
        return self.width if isinstance(self.width, tuple) else (self.width,) * self.depth

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """(fan_in, fan_out) of each layer's W."""
        return _shapes(self.input_width, self.widths)

    def bias_std_of(self, layer: int) -> float:
        """Return the std of a layer's biases, from `bias_std` or as the initializer brings them."""
        if isinstance(self.init, LayerDefault):
            return self.init.bias_std(*self.shapes[layer - 1])
        return self.bias_std

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What is known of each layer before anything is drawn, layer 1 first."""
        return tuple(
            Layer(
                kind="dense",
                activation=self.activation,
                fan_in=fan_in,
                width=width,
                samples=self.samples,
            )
            for fan_in, width in self.shapes
        )

    @property
    def stack(self) -> Self:
        """Itself: what can be simulated, and what mean field can predict."""
        return self

    @property
    def label(self) -> str:
        """What a figure calls it beside its activation: the initializer, for people."""
        return self.init.label

    @property
    def init_name(self) -> str:
        """The initializer as a text that `get_initializer` reads back."""
        return initializer_name(self.init)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, every field by its name; `from_dict` reads them back."""
        plain = {name: getattr(self, name) for name in _NAMES}
        return plain | {
            "activation": self.activation.name,
            "init": self.init_name,
            "width": list(self.width) if isinstance(self.width, tuple) else self.width,
        }

    @classmethod
    def from_dict(
        cls,
        data: Mapping[str, Any],
        *,
        activations: Sequence[Activation] = (),
        initializers: Sequence[Initializer] = (),
    ) -> Self:
        """Return the spec of a dict of plain types.

        Parameters
        ----------
        data : mapping
            Names and values of fields; what is left out has its default.
        activations, initializers : sequences, optional
            The user's own objects, found by their names before the tables are asked.

        Raises
        ------
        SpecError
            If a field is unknown, missing or out of range.
        """
        needed, tuples = ("activation", "init"), ("width", "range")
        plain = read_fields(data, "a spec", _NAMES, older=OLD_NAMES, needed=needed, tuples=tuples)
        plain["activation"] = own_or(plain["activation"], {item.name: item for item in activations})
        laws = {initializer_name(item): item for item in initializers}
        return cls(**plain | {"init": own_or(plain["init"], laws)})


#: The fields that say what is run.
_NAMES = tuple(item.name for item in fields(StackSpec) if item.name != "measuring")


def _with_old_names(init: Callable[..., None]) -> Callable[..., None]:
    """Return `StackSpec.__init__` that takes what is measured, as version 0.1.0 did."""

    @wraps(init)
    def __init__(  # noqa: N807  # it takes its place
        self: StackSpec, **given: Any
    ) -> None:
        old = {name: given.pop(name) for name in OLD_NAMES if name in given}
        if old:
            names = ", ".join(f"{name}=…" for name in old)
            warnings.warn(
                f"StackSpec({names}) says what is measured, and not what is run: give it to "
                "simulate, or as Measuring",
                DeprecationWarning,
                stacklevel=2,
            )
            before = given.get("measuring") or Measuring()
            given["measuring"] = replace(before, **old)
        init(self, **given)

    return __init__


if not TYPE_CHECKING:
    StackSpec.__init__ = _with_old_names(StackSpec.__init__)


def seeds_from(first: int, count: int, *, most: int = MAX_SEEDS, rng: Rng = "spawned") -> range:
    """Return so many seeds, from the first one on.

    Raises
    ------
    SpecError
        If `count` is no integer from 1 to `most`, or one of the seeds is none.
    """
    first = check_integer("seed", first, 0, MAX_SEED[rng])
    count = check_integer("seeds", count, 1, most)
    if first + count - 1 > MAX_SEED[rng]:
        raise SpecError(
            f"{count} seeds from {first} on go beyond {MAX_SEED[rng]}, the last one that there is: "
            f"begin with {MAX_SEED[rng] - count + 1} at most"
        )
    return range(first, first + count)


def check_bias_free(init: Initializer) -> None:
    """Raise SpecError if an initializer decides about the biases, so that nothing else may."""
    if isinstance(init, LayerDefault):
        weights = initializer_name(init.weights)
        raise SpecError(
            f"{init.name} brings its own biases: leave bias_std out, or take {weights}, "
            "which has its weights alone"
        )


def _scale(name: str, value: object) -> float:
    number = real(value)
    if 0 <= number < inf:
        return number
    raise SpecError(f"{name} must be a finite number >= 0 (got {short(value)})")


def _choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise SpecError(f"{name} must be {' or '.join(allowed)} (got {short(value)})")


@lru_cache(maxsize=4)  # every layer asks for its own
def _shapes(fan_in: int | None, widths: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(zip((fan_in or widths[0], *widths), widths, strict=False))


def _widths(value: object) -> tuple[int, ...]:
    if isinstance(value, np.ndarray) and value.ndim == 1:
        value = value.tolist()
    if isinstance(value, str | bytes) or not isinstance(value, Sequence) or not len(value):
        raise SpecError(f"width must be an integer >= 1 or a sequence of them (got {short(value)})")
    if len(value) > MAX_DEPTH:
        raise SpecError(f"depth must be <= {MAX_DEPTH} (got {len(value)} widths)")
    return tuple(check_integer("width", item, 1, MAX_SIZE) for item in value)
