"""StackSpec: everything that determines a simulation, validated once, in one frozen value.

This room draws no random numbers, reads no clock and knows no machine. Two equal specs give the
same Record on one machine, and on others all but last bits; a spec turns into plain JSON types and
back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import inf, isfinite, nan
from numbers import Integral
from sys import float_info
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation, get_activation
from actviz.layers.defaults import LayerDefault
from actviz.layers.initializer_laws import Initializer
from actviz.layers.initializers import get_initializer, initializer_name
from actviz.layers.signals import BACKWARD, FORWARD, SIGNALS, Signal
from actviz.numbers.histogram import MAX_BINS, OCTAVE_EDGES, bin_edges
from actviz.numbers.scalars import SMALLEST_NORMAL, is_finite, is_integer

Distribution = Literal["normal", "uniform"]
Dtype = Literal["float64", "float32"]
Rng = Literal["spawned", "legacy"]

DISTRIBUTIONS: tuple[Distribution, ...] = get_args(Distribution)
DTYPES: tuple[Dtype, ...] = get_args(Dtype)
RNGS: tuple[Rng, ...] = get_args(Rng)

DEFAULT_DEPTH = 5
MAX_DEPTH = 100_000
MAX_SIZE = 10_000_000
#: What the temporaries of blocks take, which stay in a core's cache whatever the stack's size.
BLOCKS_BYTES = 10_000_000
#: Up to this width the effective rank takes less time than the forward pass.
RANK_WIDTH = 128
MAX_SEED: Mapping[Rng, int] = {"spawned": 2**63 - 1, "legacy": 2**32 - 1}

#: Where a signal has no bound of its own, its histogram reaches this many input stds from 0: an
#: initialization is healthy when it keeps the scale of the input, and then 4 std hold nearly all.
REACH = 4.0


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
    bins : int, default 30
        Bins of the histograms of preactivations and activations, 1 to 10 000.
    range : (float, float), optional
        Ends of the histograms of preactivations and activations. Default: the activation's bounds;
        where it has none, 4 input standard deviations from 0. Histograms of gradients, whatever the
        range, are of magnitudes between powers of two: `actviz.numbers.histogram.OCTAVE_EDGES`.
    gradients : bool, default False
        Whether to go back through the stack as well: from a standard normal cotangent of the last
        activation, shape (samples, width), to the gradients of every layer.
    effective_rank : bool, optional
        Whether to compute the effective rank of every activation. Default: where that costs less
        than the forward pass, which is up to a width of 128.
    unit_histograms : bool, default False
        Whether to count each activation's deviations from its unit's mean as well, about the mean
        of all: the histogram that pooling hides.

    Raises
    ------
    SpecError
        If a value is out of its range; the message says what is allowed.
    UnknownNameError
        If the activation or the initializer is not known.

    Examples
    --------
    >>> spec = StackSpec(activation="tanh", init="he", depth=10)
    >>> spec.shapes[0], spec.edges("activation")[[0, -1]].tolist()
    ((100, 100), [-1.0, 1.0])
    """

    activation: Activation
    init: Initializer
    depth: int = None  # type: ignore[assignment]  # an int once __post_init__ has run
    width: int | tuple[int, ...] = 100
    input_width: int | None = None
    samples: int = 1000
    bias_std: float = 0.0
    input_distribution: Distribution = "normal"
    input_std: float = 1.0
    dtype: Dtype = "float64"
    seed: int = 0
    rng: Rng = "spawned"
    bins: int = 30
    range: tuple[float, float] | None = None
    gradients: bool = False
    effective_rank: bool | None = None
    unit_histograms: bool = False

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
            input_distribution: Distribution = "normal",
            input_std: float = 1.0,
            dtype: Dtype = "float64",
            seed: int = 0,
            rng: Rng = "spawned",
            bins: int = 30,
            range: tuple[float, float] | None = None,  # noqa: A002  # the field's own name
            gradients: bool = False,
            effective_rank: bool | None = None,
            unit_histograms: bool = False,
        ) -> None: ...

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        if isinstance(self.activation, str):
            put("activation", get_activation(self.activation))
        if isinstance(self.init, str):
            put("init", get_initializer(self.init))
        if not isinstance(self.activation, Activation):
            given = _short(self.activation)
            raise SpecError(f"activation must be a name or an Activation (got {given})")
        # A class has the attributes of its objects and would pass for one.
        if isinstance(self.init, type) or not isinstance(self.init, Initializer):
            raise SpecError(f"init must be a text or an Initializer (got {_short(self.init)})")
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
        put("seed", check_integer("seed", self.seed, 0, MAX_SEED[self.rng]))
        put("bins", check_integer("bins", self.bins, 1, MAX_BINS))
        if self.range is not None:
            put("range", check_range(self.range))
            bin_edges(*self.range, self.bins)
        _flag("gradients", self.gradients)
        _flag("unit_histograms", self.unit_histograms)
        if self.effective_rank is not None:
            _flag("effective_rank", self.effective_rank)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Which signals a record of it has, in order."""
        return SIGNALS if self.gradients else FORWARD

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of each layer."""
        return self.width if isinstance(self.width, tuple) else (self.width,) * self.depth

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """(fan_in, fan_out) of each layer's W."""
        widths = self.widths
        return tuple(zip((self.input_width or widths[0], *widths), widths, strict=False))

    def bias_std_of(self, layer: int) -> float:
        """Return the std of a layer's biases, from `bias_std` or as the initializer brings them."""
        if isinstance(self.init, LayerDefault):
            return self.init.bias_std(*self.shapes[layer - 1])
        return self.bias_std

    def samples_of(self, layer: int) -> int:
        """Return the rows of a layer's values: all layers have the same."""
        return self.samples

    @property
    def label(self) -> str:
        """What a figure calls it beside its activation: the initializer, for people."""
        return self.init.label

    @property
    def init_name(self) -> str:
        """The initializer as a text that `get_initializer` reads back."""
        return initializer_name(self.init)

    def edges(self, signal: Signal) -> NDArray[np.float64]:
        """Return the histogram's edges for a signal, shape (bins + 1,).

        They depend on the spec alone and never on what was drawn: stacks that differ in their
        initializer or seed are counted over the same bins.
        """
        reach = REACH * (self.input_std or 1.0)
        return edges_of(self.activation, signal, reach, self.bins, self.range)

    def ranks(self, width: int) -> bool:
        """Return whether the effective rank of a layer's activation is computed."""
        return width <= RANK_WIDTH if self.effective_rank is None else self.effective_rank

    def estimated_bytes(self) -> int:
        """Return about how much memory a simulation needs at its peak, in bytes."""
        shapes = set(self.shapes)  # 100 000 layers are often of one shape
        entry = np.dtype(self.dtype).itemsize
        # Input, preactivation, activation and two copies of these, or of parts of them, to order.
        forward = self.samples * max(fan_in + 6 * fan_out for fan_in, fan_out in shapes) * entry
        # Drawn in float64 and scaled; the input too, before anything else is there.
        weights = max(fan_in * fan_out for fan_in, fan_out in shapes) * 16
        drawn_input = self.samples * self.shapes[0][0] * 16
        work = max(forward + weights, drawn_input)
        return work + self.tape_bytes + self.record_bytes + BLOCKS_BYTES

    @property
    def tape_bytes(self) -> int:
        """How much of the forward pass the backward pass needs: inputs, slopes and weights."""
        if not self.gradients:
            return 0
        entry = np.dtype(self.dtype).itemsize
        return sum(
            (self.samples * (fan_in + fan_out) + fan_in * fan_out) * entry
            for fan_in, fan_out in self.shapes
        )

    @property
    def record_bytes(self) -> int:
        """About how much memory the layers' records take, in bytes."""
        return self.depth * len(self.signals) * (16 * self.bins + 2000)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, every field by its name; `from_dict` reads them back."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {
            "activation": self.activation.name,
            "init": self.init_name,
            "width": list(self.width) if isinstance(self.width, tuple) else self.width,
            "range": list(self.range) if self.range is not None else None,
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
        if not isinstance(data, Mapping):
            raise SpecError(f"a spec is read from a mapping of its fields (got {_short(data)})")
        names = {field.name for field in fields(cls)}
        if unknown := sorted(set(data) - names):
            raise SpecError(
                f"a spec has no field {unknown[0]!r}; it has {', '.join(sorted(names))}"
            )
        if missing := sorted({"activation", "init"} - set(data)):
            raise SpecError(f"a spec needs {missing[0]!r}")
        own_activations = {item.name: item for item in activations}
        own_initializers = {initializer_name(item): item for item in initializers}
        plain = dict(data)
        for name, own in (("activation", own_activations), ("init", own_initializers)):
            if isinstance(data[name], str):
                plain[name] = own.get(data[name], data[name])
        for name in ("width", "range"):
            if isinstance(data.get(name), list):
                plain[name] = tuple(data[name])
        return cls(**plain)


def edges_of(
    activation: Activation,
    signal: Signal,
    reach: float,
    bins: int,
    given: tuple[float, float] | None = None,
) -> NDArray[np.float64]:
    """Return the edges of a histogram of a signal, shape (bins + 1,).

    They end where a range that is `given` says, else at the activation's bounds and, where it or
    the signal has none, `reach` from 0. Gradients have `OCTAVE_EDGES`: a range of activations is
    none of theirs, which span decades.
    """
    if signal in BACKWARD:
        return OCTAVE_EDGES
    if given is not None:
        return bin_edges(*given, bins)
    low, high = activation.bounds if signal == "activation" else (-inf, inf)
    reach = min(max(reach, SMALLEST_NORMAL["float64"]), float_info.max)
    if isfinite(low) and not isfinite(high):
        high = max(low, 0.0) + reach
        # A bound that is not 0 is rarely a float: one bin more keeps rounded values inside.
        low -= (high - low) / bins if low else 0.0
    elif isfinite(high) and not isfinite(low):
        low = min(high, 0.0) - reach
        high += (high - low) / bins if high else 0.0
    elif not isfinite(low):
        low, high = -reach, reach
    return bin_edges(low, high, bins)


def check_bias_free(init: Initializer) -> None:
    """Raise SpecError if an initializer decides about the biases, so that nothing else may."""
    if isinstance(init, LayerDefault):
        weights = initializer_name(init.weights)
        raise SpecError(
            f"{init.name} brings its own biases: leave bias_std out, or take {weights}, "
            "which has its weights alone"
        )


def check_integer(name: str, value: object, low: int, high: int) -> int:
    """Return `value` as an int; raise SpecError unless it is an integer from `low` to `high`."""
    if not is_integer(value):
        raise SpecError(f"{name} must be an integer (got {_short(value)})")
    number = int(value)
    if number < low:
        raise SpecError(f"{name} must be >= {low} (got {_short(number)})")
    if number > high:
        raise SpecError(f"{name} must be <= {high} (got {_short(number)})")
    return number


def _scale(name: str, value: object) -> float:
    number = _real(value)
    if 0 <= number < inf:
        return number
    raise SpecError(f"{name} must be a finite number >= 0 (got {_short(value)})")


def _real(value: object) -> float:
    # nan for what is no number, or one beyond every float.
    return float(value) if is_finite(value) else nan


def _flag(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise SpecError(f"{name} must be True or False (got {_short(value)})")


def _choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise SpecError(f"{name} must be {' or '.join(allowed)} (got {_short(value)})")


def _widths(value: object) -> tuple[int, ...]:
    if isinstance(value, np.ndarray) and value.ndim == 1:
        value = value.tolist()
    if isinstance(value, str | bytes) or not isinstance(value, Sequence) or not len(value):
        raise SpecError(
            f"width must be an integer >= 1 or a sequence of them (got {_short(value)})"
        )
    if len(value) > MAX_DEPTH:
        raise SpecError(f"depth must be <= {MAX_DEPTH} (got {len(value)} widths)")
    return tuple(check_integer("width", item, 1, MAX_SIZE) for item in value)


def check_range(value: object) -> tuple[float, float]:
    """Return `value` as two floats; raise SpecError unless they are finite and low < high."""
    if isinstance(value, Sequence) and len(value) == 2:
        low, high = map(_real, value)
        if not isinstance(value, str | bytes) and -inf < low < high < inf:
            return low, high
    raise SpecError(f"range must be two finite numbers, low < high (got {_short(value)})")


def _short(value: object, limit: int = 40) -> str:
    # A 5000-digit integer has no repr in Python 3.11, and no place in a message.
    if isinstance(value, int) and abs(value) >= 10**limit:
        sign = "-" if value < 0 else ""
        return f"a number of about {sign}10^{int(value.bit_length() * 0.30103)}"
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # such an integer inside something else
        text = f"a {type(value).__name__}"
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
