"""RecordedSpec: what is known of layers that were recorded elsewhere, as arrays.

It stands where a simulated Record has its StackSpec, and answers the same few questions: how many
layers, and what is known of each. It runs nothing and knows no array.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Self

import numpy as np

from actviz.errors import SpecError
from actviz.format import layers_of, one_line
from actviz.layers.activations import Activation, as_activation, check_activation
from actviz.numbers.scalars import check_integer, short
from actviz.records.layer import Layer
from actviz.records.plain import own_or
from actviz.records.spec import DTYPES, MAX_DEPTH, Dtype, StackSpec

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


#: The lists of a file, one value for each layer, and which field of `Layer` each of them is.
_LISTS = {
    "names": "name",
    "widths": "width",
    "layer_samples": "samples",
    "fan_ins": "fan_in",
    "activation": "activation",
    "kinds": "kind",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSpec:
    """Layers whose values were recorded, by whatever computed them.

    Parameters
    ----------
    label : str
        Where they come from, for people: what stands in a figure instead of an initializer.
    layers : tuple of Layer
        What is known of each, layer 1 first; each has a name of its own.
    dtype : {"float64", "float32"}
        The widest one among the layers.

    Raises
    ------
    SpecError
        If a value is out of its range.
    """

    label: str
    layers: tuple[Layer, ...]
    dtype: Dtype = "float64"

    def __post_init__(self) -> None:
        check_label(self.label)
        check_integer("depth", self.depth, 1, MAX_DEPTH)
        for layer in self.layers:
            check_layer(layer)
        names = [layer.name for layer in self.layers]
        if len(set(names)) < len(names):
            raise SpecError(f"two layers have one name: {', '.join(names)}")
        if self.dtype not in DTYPES:
            raise SpecError(f"dtype must be {' or '.join(DTYPES)} (got {self.dtype!r})")

    @property
    def depth(self) -> int:
        """How many layers were recorded."""
        return len(self.layers)

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of each layer."""
        return tuple(layer.width for layer in self.layers)

    @property
    def width(self) -> int | tuple[int, ...]:
        """Units of every layer, or of each one."""
        return self.widths[0] if len(set(self.widths)) == 1 else self.widths

    @property
    def samples(self) -> int | None:
        """Rows of every layer's values; None where the layers differ."""
        rows = {layer.samples for layer in self.layers}
        return rows.pop() if len(rows) == 1 else None

    @property
    def shapes(self) -> tuple[tuple[int | None, int], ...]:
        """(fan_in, fan_out) of each layer's W; fan_in is None where it is not known."""
        return tuple((layer.fan_in, layer.width) for layer in self.layers)

    @property
    def activation(self) -> Activation:
        """What a figure calls the function after its layers: `UNKNOWN` where they differ."""
        found = {layer.activation for layer in self.layers}
        return found.pop() if len(found) == 1 else UNKNOWN

    @property
    def init_name(self) -> str:
        """What stands where a stack names its initializer."""
        return self.label

    @property
    def seed(self) -> None:
        """Nothing was drawn here."""
        return None

    @property
    def stack(self) -> None:
        """Nothing can be run again."""
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; `from_dict` reads them back.

        An activation is a list only where layers differ in it, and kinds are there where known.
        """
        told = {key: [getattr(each, name) for each in self.layers] for key, name in _LISTS.items()}
        functions, kinds = (told.pop(key) for key in ("activation", "kinds"))
        names = [function.name for function in functions]
        activation = names[0] if len(set(names)) == 1 else names
        plain = {"kind": KIND, "label": self.label, **told, "activation": activation}
        return plain | {"dtype": self.dtype} | ({"kinds": kinds} if any(kinds) else {})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, activations: Sequence[Activation] = ()) -> Self:
        """Return the spec of a dict such as `to_dict` makes.

        Parameters
        ----------
        data : mapping
            The dict.
        activations : sequence of Activation
            The user's own, found by their names before the table is asked.

        Raises
        ------
        SpecError
            If a field is unknown, missing or out of range.
        """
        needed = {"label", "dtype", *_LISTS} - {"kinds"}
        if odd := sorted(needed ^ (set(data) - {"kind", "kinds"})):
            known = ", ".join(sorted(needed))
            raise SpecError(f"a recorded spec has the fields {known}: {odd[0]}?")
        own = {item.name: item for item in (UNKNOWN, *activations)}
        depth, functions = len(data["names"]), data["activation"]
        if not isinstance(functions, list):
            functions = [functions] * depth
        lists = {key: data[key] for key in _LISTS if key in data}
        lists["activation"] = [as_activation(own_or(item, own)) for item in functions]
        for key, values in lists.items():
            if len(values) != depth:
                raise SpecError(f"{key} must be one for each of {depth} layers")
        told = ({_LISTS[key]: values[at] for key, values in lists.items()} for at in range(depth))
        layers = tuple(Layer(**each) for each in told)
        return cls(label=data["label"], layers=layers, dtype=data["dtype"])


def stack_line(spec: StackSpec | RecordedSpec) -> str:
    """Return what a stack is of, in the line that stands for its values."""
    # Only a text of the user's could be more than one line.
    names = one_line(f"{spec.activation.name}, {spec.init_name}")
    rows = "sample" if spec.samples == 1 else "samples"
    samples = "" if spec.samples is None else f", {spec.samples} {rows}"
    return f"{names}: {layers_of(spec.widths)}{samples}"


def check_label(label: object) -> None:
    """Raise SpecError unless a label is a text on one line that is not blank."""
    if not isinstance(label, str) or not label.strip():
        raise SpecError(f"label must be a text that is not blank (got {short(label)})")
    _check_line(label)


def check_layer(layer: Layer) -> None:
    """Raise SpecError unless there can be such a layer."""
    if not isinstance(layer.name, str) or not layer.name.strip():
        raise SpecError(f"the name of a layer must be a text (got {layer.name!r})")
    if not isinstance(layer.kind, str):
        raise SpecError(f"the kind of a layer must be a text (got {layer.kind!r})")
    _check_line(layer.name)
    _check_line(layer.kind)
    check_activation(layer.activation)
    check_integer("widths", layer.width, 1, 2**63 - 1)
    check_integer("layer_samples", layer.samples, 1, 2**63 - 1)
    if layer.fan_in is not None:
        check_integer("fan_ins", layer.fan_in, 1, 2**63 - 1)


def _check_line(text: str) -> None:
    if "\t" in text or len(text.splitlines()) > 1:
        raise SpecError(f"label and names must be on one line, without tabs (got {text!r})")
