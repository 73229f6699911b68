"""What ends whoever uses it, for processes that import it by its name: weights, activations."""

import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from actviz.layers.activations import ACTIVATIONS


@dataclass(frozen=True)
class Deadly:
    """Ends its process; where there is a flag, only if nobody has raised that before."""

    flag: str | None = None
    name: str = "deadly"
    label: str = "deadly"

    def sample(self, rng, fan_in, fan_out):
        if self.flag is None or not Path(self.flag).exists():
            if self.flag is not None:
                Path(self.flag).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return rng.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in)

    def std(self, fan_in, fan_out):
        return fan_in**-0.5


@dataclass(frozen=True)
class DeadlyTanh:
    """tanh that ends its process; where there is a flag, only if nobody has raised that before."""

    flag: str | None = None

    def __call__(self, x):
        if self.flag is None or not Path(self.flag).exists():
            if self.flag is not None:
                Path(self.flag).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return np.tanh(x)


def deadly_tanh(flag=None):
    return replace(ACTIVATIONS["tanh"], name="deadly_tanh", fn=DeadlyTanh(flag))
