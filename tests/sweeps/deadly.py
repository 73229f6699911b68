"""Weights that end whoever draws them, for processes that import them by their name."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np


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
