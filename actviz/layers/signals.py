"""What a distribution can be of: the signals of the forward and of the backward pass."""

from typing import Literal, get_args

Signal = Literal[
    "preactivation", "activation", "gradient", "activation_gradient", "weight_gradient"
]


SIGNALS: tuple[Signal, ...] = get_args(Signal)


#: Those of the forward pass, which every record has, and those of the backward pass.
FORWARD: tuple[Signal, ...] = SIGNALS[:2]


BACKWARD: tuple[Signal, ...] = SIGNALS[2:]
