"""Layer: what is known of a layer before anybody looks at its values.

A spec tells its layers, and every `actviz.records.signal.LayerRecord` is one. It holds no number
of a value.
"""

from dataclasses import dataclass

from actviz.layers.activations import Activation


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer: what it is called, what it does, and the shape of its values.

    Parameters
    ----------
    name : str
        What whoever recorded it calls it; "" for the layers of a stack, which have numbers alone.
    kind : str
        What it computes before its activation, such as "dense"; "" where nobody said.
    activation : Activation
        The function after it; `actviz.records.recorded_spec.UNKNOWN` where nobody said.
    fan_in : int or None
        Rows of its W; None where that is not known.
    width : int
        Its units.
    samples : int
        Rows of its values.
    """

    name: str = ""
    kind: str = ""
    activation: Activation
    fan_in: int | None
    width: int
    samples: int
