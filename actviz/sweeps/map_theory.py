"""What mean field says of the cells of a map: nothing is simulated here, and nothing judged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from actviz.layers.activations import Activation
from actviz.sweeps.map_record import Field, MapSpec, Quantity
from actviz.theory.depths import over_depth
from actviz.theory.quadrature import Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeanField:
    """Mean field's signal and gradient of one activation, each of shape (depths, stds)."""

    stds: Array
    depths: Array
    signal: Array
    gradient: Array

    def of(self, quantity: Quantity) -> Array:
        """Return the numbers of a quantity."""
        return self.signal if quantity == "signal" else self.gradient


def mean_field(
    spec: MapSpec, activation: Activation, stds: Sequence[float] = (), *, beyond: int = 0
) -> MeanField:
    """Return what mean field says of every stack of one activation.

    Parameters
    ----------
    spec : MapSpec
    activation : Activation
    stds : sequence of float, optional
        Instead of those of the spec.
    beyond : int
        A depth more, after the deepest; 0 for none.
    """
    weights = np.array(stds or spec.stds)
    depths = np.array([*spec.depths, *([beyond] if beyond else [])])
    found = over_depth(
        activation,
        spec.width * weights**2,
        int(depths[-1]),
        spec.bias_std**2,
        input_std=spec.input_std,
    )
    with np.errstate(over="ignore"):
        gradient = np.exp(found.log_gradient[depths - 1])
    signal = found.within_unit_std[depths - 1] / spec.input_std
    signal *= (1 - 1 / spec.samples) ** 0.5  # which is what so many inputs show of it
    return MeanField(stds=weights, depths=depths.astype(float), signal=signal, gradient=gradient)


def fields(spec: MapSpec) -> tuple[Field, ...]:
    """Return mean field's numbers as the fields of a map."""
    found = []
    for activation in spec.activations:
        known = mean_field(spec, activation)
        found += [
            Field(activation=activation, quantity=name, values=known.of(name))
            for name in spec.quantities
        ]
    return tuple(found)
