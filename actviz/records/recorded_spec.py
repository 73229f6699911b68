"""RecordedSpec: what is known of layers that were recorded elsewhere, as arrays.

It stands where a simulated Record has its StackSpec, and answers the same few questions: how many
layers, of what shape, after which activation, over which bins. It runs nothing and knows no array.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import inf
from typing import Any, Self

import numpy as np

from actviz.errors import SpecError
from actviz.layers.activations import Activation, get_activation
from actviz.numbers.histogram import MAX_BINS
from actviz.records.spec import DTYPES, MAX_DEPTH, Dtype, check_integer, check_range

#: Stands for a function that nobody named: no bounds, and no slope to be saturated by.
UNKNOWN = Activation(
    name="unknown",
    label="Recorded",
    fn=np.positive,
    derivative=np.ones_like,
    bounds=(-inf, inf),
    max_slope=1.0,
    formula="?",
    source="recorded arrays",
)

#: What tells a recorded spec from a stack's in JSON.
KIND = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSpec:
    """Layers whose values were recorded, by whatever computed them.

    Parameters
    ----------
    label : str
        Where they come from, for people: what stands in a figure instead of an initializer.
    names : tuple of str
        Of the layers, layer 1 first; each one once.
    widths : tuple of int
        Units of each layer.
    layer_samples : tuple of int
        Rows of each layer's values.
    fan_ins : tuple of int or None
        Inputs of each layer; None where that is not known.
    activation : Activation
        The function after every layer; `UNKNOWN`, with infinite bounds, where nobody said.
    dtype : {"float64", "float32"}
        The widest one among the layers.
    bins : int
        Of the histograms of preactivations and activations.
    range : (float, float), optional
        Ends of these histograms, if they were given.

    Raises
    ------
    SpecError
        If the tuples are not of one length, or a value is out of its range.
    """

    label: str
    names: tuple[str, ...]
    widths: tuple[int, ...]
    layer_samples: tuple[int, ...]
    fan_ins: tuple[int | None, ...]
    activation: Activation = UNKNOWN
    dtype: Dtype = "float64"
    bins: int = 30
    range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.label, str) or not self.label.strip():
            raise SpecError(f"label must be a text that is not blank (got {self.label!r})")
        for text in (self.label, *self.names):
            if isinstance(text, str) and ("\t" in text or len(text.splitlines()) > 1):
                raise SpecError(f"label and names must be on one line, without tabs (got {text!r})")
        if isinstance(self.activation, str):
            object.__setattr__(self, "activation", get_activation(self.activation))
        if not isinstance(self.activation, Activation):
            raise SpecError(f"activation must be a name or an Activation (got {self.activation!r})")
        check_integer("depth", len(self.names), 1, MAX_DEPTH)
        for name in self.names:
            if not isinstance(name, str) or not name.strip():
                raise SpecError(f"the name of a layer must be a text (got {name!r})")
        if len(set(self.names)) < len(self.names):
            raise SpecError(f"two layers have one name: {', '.join(self.names)}")
        for name in ("widths", "layer_samples", "fan_ins"):
            values = getattr(self, name)
            if len(values) != len(self.names):
                raise SpecError(f"{name} must be one for each of {len(self.names)} layers")
            for value in values:
                if value is not None or name != "fan_ins":
                    check_integer(name, value, 1, 2**63 - 1)
        if self.dtype not in DTYPES:
            raise SpecError(f"dtype must be {' or '.join(DTYPES)} (got {self.dtype!r})")
        check_integer("bins", self.bins, 1, MAX_BINS)
        if self.range is not None:
            object.__setattr__(self, "range", check_range(self.range))

    @property
    def depth(self) -> int:
        """How many layers were recorded."""
        return len(self.names)

    @property
    def width(self) -> int | tuple[int, ...]:
        """Units of every layer, or of each one."""
        return self.widths[0] if len(set(self.widths)) == 1 else self.widths

    @property
    def samples(self) -> int | None:
        """Rows of every layer's values; None where the layers differ."""
        return self.layer_samples[0] if len(set(self.layer_samples)) == 1 else None

    def samples_of(self, layer: int) -> int:
        """Return the rows of a layer's values; layers are counted from 1."""
        return self.layer_samples[layer - 1]

    @property
    def shapes(self) -> tuple[tuple[int | None, int], ...]:
        """(fan_in, fan_out) of each layer's W; fan_in is None where it is not known."""
        return tuple(zip(self.fan_ins, self.widths, strict=True))

    @property
    def init_name(self) -> str:
        """What stands where a stack names its initializer."""
        return self.label

    @property
    def seed(self) -> None:
        """Nothing was drawn here."""
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, every field by its name; `from_dict` reads them back."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        lists = {name: list(value) for name, value in plain.items() if isinstance(value, tuple)}
        return {"kind": KIND} | plain | lists | {"activation": self.activation.name}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, activations: Sequence[Activation] = ()) -> Self:
        """Return the spec of a dict such as `to_dict` makes.

        Parameters
        ----------
        data : mapping
            Every field by its name.
        activations : sequence of Activation
            The user's own, found by their names before the table is asked.

        Raises
        ------
        SpecError
            If a field is unknown, missing or out of range.
        """
        given = {name: value for name, value in data.items() if name != "kind"}
        names = {item.name for item in fields(cls)}
        if odd := sorted(names ^ set(given)):
            raise SpecError(f"a recorded spec has the fields {', '.join(sorted(names))}: {odd[0]}?")
        own = {item.name: item for item in (UNKNOWN, *activations)}
        plain: dict[str, Any] = {
            n: tuple(v) if isinstance(v, list) else v for n, v in given.items()
        }
        return cls(**plain | {"activation": own.get(data["activation"], data["activation"])})
