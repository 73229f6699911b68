"""Nets that were trained for a figure of the literature: rows that are committed with the package.

A benchmark makes them, in half an hour, and says at their head how. They are read
where a figure is drawn, and nothing is trained then.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cache
from math import sqrt
from pathlib import Path

from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.layers.initializers import get_initializer
from actviz.reading import read_file
from actviz.records.spec import StackSpec
from actviz.training.trial import Trial

#: Where the rows are that `benchmarks/schoenholz.py` writes.
SCHOENHOLZ = Path(__file__).with_name("schoenholz_2017.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetRow:
    """A net, and how far it got.

    Parameters
    ----------
    sigma_w2 : float
        fan_in times the variance of its weights.
    depth : int
        Hidden layers.
    trial : Trial
    """

    sigma_w2: float
    depth: int
    trial: Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class NetRows:
    """Nets over the variance of their weights and their depth, alike in all else.

    Parameters
    ----------
    activation : Activation
    sigma_b2 : float
        Variance of the biases.
    width : int
        Units of a hidden layer.
    data : str
        What they were trained on, of `actviz.training.trial.DATA`.
    nets : tuple of NetRow
    """

    activation: Activation
    sigma_b2: float
    width: int
    data: str
    nets: tuple[NetRow, ...]

    def stack(self, sigma_w2: float, depth: int, seed: int) -> StackSpec:
        """Return the hidden layers of a net."""
        return StackSpec(
            activation=self.activation,
            init=get_initializer(f"lecun(gain={sqrt(sigma_w2)!r})"),
            bias_std=sqrt(self.sigma_b2),
            width=self.width,
            depth=depth,
            seed=seed,
        )


@cache
def schoenholz() -> NetRows:
    """Return the nets of the figure ``schoenholz-trainability``."""
    text = b"" if not SCHOENHOLZ.exists() else read_file(SCHOENHOLZ, fits=lambda size: None)
    nets = read(text.decode("utf-8").splitlines())
    return NetRows(
        activation=ACTIVATIONS["tanh"], sigma_b2=0.05, width=100, data="mnist", nets=nets
    )


def read(lines: Iterable[str]) -> tuple[NetRow, ...]:
    """Return the rows of a file; lines that begin with # tell of it."""
    table = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(
        NetRow(
            sigma_w2=float(row["sigma_w2"]),
            depth=int(row["depth"]),
            trial=Trial(
                accuracy=float(row["accuracy"]), rate=float(row["rate"]), step=int(row["step"])
            ),
        )
        for row in table
    )


#: The columns of a file.
TRIAL_COLUMNS = ("sigma_w2", "depth", *(item.name for item in fields(Trial)))
