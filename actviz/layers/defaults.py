"""What the layers of the frameworks begin with: a law of W, and one of the biases.

The only initializers that bring biases. The room knows the laws of weights, and neither seeds nor
stacks: it is handed the random source that it draws from.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from actviz.errors import UnknownNameError
from actviz.layers.initializer_laws import (
    SCALINGS,
    Initializer,
    RandomSource,
    VarianceScaling,
    WeightLaw,
)


class _Laws(NamedTuple):
    label: str
    weights: VarianceScaling
    biased: bool  # whether b is U(±1/√fan_in); 0 if not


_LAYERS: Mapping[str, _Laws] = {
    "torch_default": _Laws("torch Linear + bias", SCALINGS["torch Linear"], biased=True),
    "torch_conv": _Laws("torch Conv + bias", SCALINGS["torch Linear"], biased=True),
    "keras_dense": _Laws("Keras Dense", SCALINGS["Xavier uniform"], biased=False),
    "flax_dense": _Laws("Flax Dense", SCALINGS["LeCun truncated"], biased=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerDefault:
    """The default of a framework's layer: a law of W, and one of the biases b.

    Parameters
    ----------
    name : {"torch_default", "torch_conv", "keras_dense", "flax_dense"}
        Of ``torch.nn.Linear``, of ``torch.nn.Conv2d``, and of the ``Dense`` of Keras and of Flax.

    Raises
    ------
    UnknownNameError
        If there is no such layer.

    Notes
    -----
    torch's layers draw W and then b, both U(±1/√fan_in). Of a convolution, fan_in is how many
    inputs one output is made of, channels × kernel. In a stack of dense layers, whose outputs are
    made of all inputs, ``torch_conv`` is ``torch_default`` by another name: the same law, and the
    same draws. The biases of Keras and of Flax are 0.

    Examples
    --------
    >>> layer = LayerDefault(name="torch_default")
    >>> round(layer.std(300, 50), 6), round(layer.bias_std(300, 50), 6)
    (0.033333, 0.033333)
    """

    name: str

    def __post_init__(self) -> None:
        if self.name not in tuple(_LAYERS):
            raise UnknownNameError("layer", str(self.name), _LAYERS)

    @property
    def label(self) -> str:
        """Such as ``"torch Linear + bias"``."""
        return _LAYERS[self.name].label

    @property
    def weights(self) -> VarianceScaling:
        """The law of W."""
        return _LAYERS[self.name].weights

    def sample(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Draw W, of shape (fan_in, fan_out)."""
        return self.weights.sample(rng, fan_in, fan_out)

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return the population standard deviation of one entry of W."""
        return self.weights.std(fan_in, fan_out)

    @property
    def draws_bias(self) -> bool:
        """Whether the biases are drawn; if not, they are 0."""
        return _LAYERS[self.name].biased

    def sample_bias(self, rng: RandomSource, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        """Draw b, of shape (fan_out,); nothing is drawn where it is 0."""
        if not self.draws_bias:
            return np.zeros(fan_out)
        # On (-1, 1) first, as the laws of W draw.
        return rng.uniform(-1.0, 1.0, size=fan_out) / math.sqrt(fan_in)

    def bias_std(self, fan_in: int, fan_out: int) -> float:
        """Return the population standard deviation of one entry of b: ``1 / sqrt(3 fan_in)``."""
        return 1.0 / math.sqrt(3.0 * fan_in) if self.draws_bias else 0.0


Law: TypeAlias = WeightLaw | LayerDefault
"""Any law of actviz; each has a text that reads back to an equal object."""


def law_of_weights(initializer: Initializer) -> Initializer:
    """Return the law of W alone, of an initializer that may bring biases."""
    return initializer.weights if isinstance(initializer, LayerDefault) else initializer


def is_law(initializer: Initializer) -> bool:
    """Whether an initializer is one of actviz's own, not one derived from it."""
    return type(initializer) in get_args(Law)
