"""LayerBatches: what has been seen of a layer whose values come in batches.

The accumulators of its signals, and what a batch must be to be one of this layer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.layers.signals import Signal
from actviz.numbers.accumulator import Accumulator
from actviz.records.layer import Layer
from actviz.records.recorded_spec import UNKNOWN

Values = dict[Signal, NDArray[Any]]

_ONCE = "layer {name!r}: a weight gradient is of a whole pass, and is given once"


@dataclass(slots=True, kw_only=True)
class LayerBatches:
    """What has been seen of a layer.

    Parameters
    ----------
    name, kind, activation, fan_in, width
        As of `actviz.records.layer.Layer`.
    dtypes : dict
        Of each signal's values.
    signals : dict
        The accumulator of each signal.
    saturated : int
        How many entries are.
    first : list of ndarray
        Rows of the activation, as many as a unit sample needs.
    """

    name: str
    kind: str
    activation: Activation
    fan_in: int | None
    width: int
    dtypes: dict[Signal, np.dtype[Any]]
    signals: dict[Signal, Accumulator]
    saturated: int = 0
    first: list[NDArray[Any]] = field(default_factory=list)

    @property
    def known(self) -> Layer:
        """What is known of the layer."""
        return Layer(
            name=self.name,
            kind=self.kind,
            activation=self.activation,
            fan_in=self.fan_in,
            width=self.width,
            samples=self.signals["activation"].samples,
        )

    @property
    def saturated_fraction(self) -> float | None:
        """The share of saturated entries; None where nobody can know."""
        if not self._is_judged(self.signals):
            return None
        return self.saturated / (self.signals["activation"].samples * self.width)

    def _is_judged(self, signals: Mapping[Signal, object]) -> bool:
        return self.activation != UNKNOWN and "preactivation" in signals

    def saturated_in(self, values: Values) -> int:
        """Return how many entries of a batch are saturated; 0 where nobody can know."""
        if not self._is_judged(values):
            return 0
        with np.errstate(over="ignore", invalid="ignore"):
            return self.activation.count_saturated(values["preactivation"])

    def sample(self, rows: Sequence[NDArray[Any]], most: tuple[int, int] | None) -> None:
        """Keep of some rows those that a unit sample of so many inputs and units still lacks."""
        inputs, units = most or (0, 0)
        for part in rows:
            if (missing := inputs - sum(map(len, self.first))) > 0:
                self.first.append(part[:missing, :units].copy())

    def check(self, facts: Layer | None, values: Values) -> None:
        """Raise SpecError unless a batch continues what was seen."""
        width = values["activation"].shape[1]
        if width != self.width:
            raise SpecError(f"layer {self.name!r} has {self.width} units, and this batch {width}")
        if facts is not None and (facts.kind, facts.activation) != (self.kind, self.activation):
            raise SpecError(f"layer {self.name!r} is another one than in its first batch")
        if odd := sorted(values.keys() ^ self.signals.keys()):
            had = "had" if odd[0] in self.signals else "had not"
            raise SpecError(f"layer {self.name!r} {had} the {odd[0]} in its first batch")
        if "weight_gradient" in values:
            raise SpecError(_ONCE.format(name=self.name))
        for signal, matrix in values.items():
            if matrix.dtype != self.dtypes[signal]:
                raise SpecError(
                    f"layer {self.name!r}: its {signal} was {self.dtypes[signal]}, and this batch "
                    f"is {matrix.dtype}: give every batch in one, as with .astype('float64')"
                )

    def check_same(self, other: "LayerBatches") -> None:
        """Raise SpecError unless this layer, as another builder has seen it, can be merged."""
        facts = {
            "units": (self.width, other.width),
            "signals": (", ".join(self.signals), ", ".join(other.signals)),
            "dtype": tuple(", ".join(map(str, each.dtypes.values())) for each in (self, other)),
            "activation": (self.activation.name, other.activation.name),
            "fan_in": (self.fan_in, other.fan_in),
            "kind": (self.kind, other.kind),
        }
        for name, (mine, theirs) in facts.items():
            if mine != theirs:
                raise SpecError(
                    f"layer {self.name!r} differs between builders in its {name}: {mine!r} and "
                    f"{theirs!r}"
                )
        if "weight_gradient" in self.signals:
            raise SpecError(_ONCE.format(name=self.name))
