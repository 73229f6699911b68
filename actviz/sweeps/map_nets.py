"""Nets that were trained on the cells of a map, as a value.

`actviz.sweeps.map_trying` trains them.
"""

from dataclasses import asdict, dataclass
from typing import Any

from actviz.training.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class MapNet:
    """A net that was trained on a cell of a map.

    Parameters
    ----------
    activation : str
        By its name.
    std : float
        Of the weights.
    depth : int
    trial : Trial
        How far it got.
    """

    activation: str
    std: float
    depth: int
    trial: Trial

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: the cell, and what became of the net."""
        cell = {"activation": self.activation, "std": self.std, "depth": self.depth}
        return cell | {"trains": self.trial.trains, **asdict(self.trial)}


#: What a row of a map has of a net, by its columns.
NET_COLUMNS = ("trains", "accuracy", "rate", "step")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapNets:
    """The nets of a map.

    Parameters
    ----------
    data : str
        What they were trained on, of `actviz.training.trial.DATA`.
    nets : tuple of MapNet
    """

    data: str
    nets: tuple[MapNet, ...]

    def at(self, activation: str, std: float, depth: int) -> MapNet | None:
        """Return the net of a cell, if there is one."""
        return next(
            (
                net
                for net in self.nets
                if (net.activation, net.std, net.depth) == (activation, std, depth)
            ),
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"data": self.data, "nets": [net.to_dict() for net in self.nets]}
