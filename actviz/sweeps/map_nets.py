"""Nets that were trained on the cells of a map, as a value.

`actviz.sweeps.map_trying` trains them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from actviz.errors import RecordError
from actviz.numbers.scalars import check_integer, real
from actviz.sweeps.size import MOST_LAYERS
from actviz.training.trial import MOST_STEPS, Trial


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

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the net of a dict.

        Raises
        ------
        RecordError
            If it is none.
        """
        try:
            trial = Trial(
                accuracy=real(data["accuracy"]),
                rate=real(data["rate"]),
                step=check_integer("step", data["step"], 0, MOST_STEPS),
            )
            if not (0 <= trial.accuracy <= 1 and trial.rate >= 0):  # nan is no number
                raise ValueError((trial.accuracy, trial.rate))
            return cls(
                activation=str(data["activation"]),
                std=real(data["std"]),
                depth=check_integer("depth", data["depth"], 1, MOST_LAYERS),
                trial=trial,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError("it is no net of a map") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class LostNet:
    """A net that could not be trained, as it ended its worker each time.

    Parameters
    ----------
    activation, std, depth
        As of a `MapNet`.
    reason : str
        What happened, in one line.
    """

    activation: str
    std: float
    depth: int
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


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
        In the order of the map's cells.
    asked : int
        How many were to be trained; fewer nets are there where somebody stopped it.
    lost : tuple of LostNet
    """

    data: str
    nets: tuple[MapNet, ...]
    asked: int
    lost: tuple[LostNet, ...] = ()

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
        return {
            "data": self.data,
            "asked": self.asked,
            "nets": [net.to_dict() for net in self.nets],
            "lost": [net.to_dict() for net in self.lost],
        }
