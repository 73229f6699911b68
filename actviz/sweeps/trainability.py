"""trainability(nets) -> TrainabilityRecord: trained nets, and how deep mean field says they can be.

Schoenholz et al. 2017: information about the input lasts for a few of the depth scales ξ in which
the cosine between two inputs comes to rest, and a net of more than about 6 ξ layers does not train.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actviz.literature.net_rows import NetRow, NetRows
from actviz.numbers.frozen import MadeAgain
from actviz.sweeps.map_record import MapLine
from actviz.theory.fields import SCALES_DEEP, fixed_points
from actviz.theory.isolines import isoline

#: Points of a line on each side of where χ = 1, and how near to that it is followed: a share.
_ALONG, _NEAR = 240, 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainabilityRecord(MadeAgain):
    """Nets that were trained, by the variance of their weights and their depth.

    Parameters
    ----------
    rows : NetRows
    sigma_w2, depths : tuple
        At which there are nets, rising.
    accuracy, reach : ndarray, shapes (depths, sigma_w2) and (sigma_w2,)
        How far each net got, NaN where there is none; and 6 ξ in layers, inf where χ = 1.
    critical : float
        The variance at which χ = 1, so that 6 ξ is endless.
    curves : tuple of MapLine
        6 ξ left and right of that, over σ_w² and depth.
    """

    rows: NetRows
    sigma_w2: tuple[float, ...]
    depths: tuple[int, ...]
    accuracy: NDArray[np.float64]
    reach: NDArray[np.float64]
    critical: float
    curves: tuple[MapLine, ...]

    def __post_init__(self) -> None:
        for name in ("accuracy", "reach"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def reach_of(self, net: NetRow) -> float:
        """Return how many layers 6 ξ are at the variance of a net."""
        return float(self.reach[self.sigma_w2.index(net.sigma_w2)])

    def counts(self, *, beyond: bool) -> tuple[int, int]:
        """Return of the nets up to 6 ξ, or beyond, how many train and how many there are."""
        part = [net for net in self.rows.nets if (net.depth > self.reach_of(net)) == beyond]
        return sum(net.trial.trains for net in part), len(part)


def trainability(rows: NetRows) -> TrainabilityRecord:
    """Return nets by their variance and depth, with mean field's 6 ξ.

    Parameters
    ----------
    rows : NetRows
        At least two variances and one depth.
    """
    weights = tuple(sorted({net.sigma_w2 for net in rows.nets}))
    depths = tuple(sorted({net.depth for net in rows.nets}))
    accuracy = np.full((len(depths), len(weights)), np.nan)
    for net in rows.nets:
        at = depths.index(net.depth), weights.index(net.sigma_w2)
        accuracy[at] = net.trial.accuracy
    critical = float(isoline(rows.activation, 1.0, [rows.sigma_b2])[0])
    half = (weights[1] - weights[0]) / 2  # as far as the outer cells reach
    sides = (
        np.linspace(weights[0] - half, critical * (1 - _NEAR), _ALONG),
        np.linspace(critical * (1 + _NEAR), weights[-1] + half, _ALONG),
    )
    return TrainabilityRecord(
        rows=rows,
        sigma_w2=weights,
        depths=depths,
        accuracy=accuracy,
        reach=_reach(rows, np.array(weights)),
        critical=critical,
        curves=tuple(
            MapLine(kind="reach", points=np.column_stack([side, _reach(rows, side)]))
            for side in sides
        ),
    )


def _reach(rows: NetRows, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return six depth scales of the cosine between two inputs, in layers."""
    start = weights + rows.sigma_b2  # of inputs with mean 0 and std 1
    found = fixed_points(rows.activation, weights, rows.sigma_b2, q_start=start)
    return np.asarray(SCALES_DEEP * found.xi_c)
