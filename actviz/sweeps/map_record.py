"""A map: what becomes of a signal over weight scale and depth, as a value.

The spec says which stacks, the record what became of each, and where mean field draws its lines.
Nothing is simulated here and nothing is predicted: `actviz.sweeps.map_making` does both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.format import counted
from actviz.layers.activations import Activation, get_activation
from actviz.layers.initializer_laws import Normal
from actviz.numbers.frozen import MadeAgain
from actviz.numbers.scalars import check_integer, real, short
from actviz.records.shown import Shown
from actviz.records.spec import MAX_SIZE, StackSpec
from actviz.sweeps.axes import check_once, check_squares
from actviz.sweeps.map_nets import NET_COLUMNS, MapNets
from actviz.sweeps.size import MOST_LAYERS

Quantity = Literal["signal", "gradient", "chance"]
"""What a map is of: what a unit varies over the inputs, as a share of what the inputs vary; the rms
of the gradient in layer 1 over that in the last layer; the chance to train."""

QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)

#: More cells than this are no map that anybody sees.
MOST_CELLS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSpec:
    """Which stacks a map is of: every activation with every weight std and every depth.

    Parameters
    ----------
    activations : tuple of Activation
        Names are read as well.
    quantities : tuple of str
        Of `QUANTITIES`, in the order in which they are shown.
    stds : tuple of float
        Standard deviations of the weights, rising, above 0.
    depths : tuple of int
        Layers, rising.
    width, samples : int
        Units of every layer and rows of the input, which has as many columns.
    bias_std, input_std : float
        As of a `StackSpec`.
    seeds : tuple of int
        Of which the median is kept.
    simulated : bool
        Whether the numbers are simulated; else they are mean field's.
    """

    activations: tuple[Activation, ...]
    quantities: tuple[Quantity, ...] = ("signal", "gradient")
    stds: tuple[float, ...]
    depths: tuple[int, ...]
    width: int = 100
    samples: int = 200
    bias_std: float = 0.0
    input_std: float = 1.0
    seeds: tuple[int, ...] = (0,)
    simulated: bool = True

    def __post_init__(self) -> None:
        found = tuple(get_activation(a) if isinstance(a, str) else a for a in self.activations)
        check_once("activation", [getattr(each, "name", each) for each in found])
        object.__setattr__(self, "activations", found)
        if not self.activations or not self.quantities or not self.seeds:
            raise SpecError("a map needs an activation, a quantity and a seed at least")
        for name in self.quantities:
            if name not in QUANTITIES:
                raise SpecError(f"a map is of {', '.join(QUANTITIES)} (got {short(name)})")
        check_once("quantity", self.quantities)
        if "chance" in self.quantities and not self.simulated:
            raise SpecError(
                "theory knows no chance to train, which reads the rank of the last layer: "
                "have it simulated, or take signal and gradient"
            )
        stds = tuple(map(real, self.stds))
        if len(stds) < 2 or not all(0 < std < np.inf for std in stds) or not _rising(stds):
            got = ", ".join([*(f"{std:.4g}" for std in stds[:2]), *["…"][: len(stds) > 2]])
            raise SpecError(
                "the stds of a map must be two or more finite numbers > 0, each above the last "
                f"(got {got or 'none'})"
            )
        object.__setattr__(self, "stds", stds)
        depths = tuple(check_integer("depth", one, 1, MOST_LAYERS) for one in self.depths)
        if not depths or not _rising(depths):
            raise SpecError("the depths of a map must be integers >= 1, each above the last")
        if "chance" in self.quantities and depths[-1] < 2:
            raise SpecError(
                "one layer is no stack, and has no chance to train: a map of the chance goes to a "
                "depth of 2 or more (got 1)"
            )
        object.__setattr__(self, "depths", depths)
        check_integer("samples", self.samples, 2, MAX_SIZE)  # one has no spread over the inputs
        if self.cells > MOST_CELLS:
            raise SpecError(
                f"a map of {self.cells:,} cells: at most {MOST_CELLS:,} are made, so take fewer "
                "stds or depths"
            )
        if not real(self.input_std) > 0:
            raise SpecError(f"input_std must be a finite number > 0 (got {short(self.input_std)})")
        for activation in self.activations:
            for seed in self.seeds:
                self.stack(activation, stds[0], depths[0], seed)  # its own checks
        check_squares("the stds of a map", stds)
        check_squares("bias_std", [self.bias_std])
        check_squares("input_std", [self.input_std])

    @property
    def cells(self) -> int:
        """How many numbers the map has."""
        fields = len(self.activations) * len(self.quantities)
        return fields * len(self.stds) * len(self.depths)

    @property
    def simulated_layers(self) -> int:
        """How many layers are simulated for it."""
        if not self.simulated:
            return 0
        columns = len(self.activations) * len(self.stds) * len(self.seeds)
        deep = self.depths[-1] if set(self.quantities) - {"chance"} else 0
        return columns * (deep + ("chance" in self.quantities) * sum(self.depths))

    @property
    def simulated_stacks(self) -> int:
        """How many stacks these are the layers of."""
        if not self.simulated:
            return 0
        columns = len(self.activations) * len(self.stds) * len(self.seeds)
        deep = bool(set(self.quantities) - {"chance"})
        return columns * (deep + ("chance" in self.quantities) * len(self.depths))

    def stack(self, activation: Activation, std: float, depth: int, seed: int = 0) -> StackSpec:
        """Return one of the stacks."""
        return StackSpec(
            activation=activation,
            init=Normal(stddev=std),
            depth=depth,
            width=self.width,
            samples=self.samples,
            bias_std=self.bias_std,
            input_std=self.input_std,
            seed=seed,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, every field by its name."""
        return {
            "activations": [one.name for one in self.activations],
            "quantities": [*self.quantities],
            "stds": [*self.stds],
            "depths": [*self.depths],
            "width": self.width,
            "samples": self.samples,
            "bias_std": self.bias_std,
            "input_std": self.input_std,
            "seeds": [*self.seeds],
            "simulated": self.simulated,
        }


def _rising(numbers: tuple[float, ...]) -> bool:
    return all(low < high for low, high in pairwise(numbers))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field(MadeAgain):
    """The numbers of one activation and one quantity.

    Parameters
    ----------
    activation : Activation
    quantity : str
        Of `QUANTITIES`.
    values : ndarray, shape (depths, stds)
        float64; inf where a signal or a gradient overflows, NaN where there is no number.
    unknown : tuple of (int, int, str)
        Depth's and std's index, and why there is no number, as a key of `actviz.words`.
    """

    activation: Activation
    quantity: Quantity
    values: NDArray[np.float64]
    unknown: tuple[tuple[int, int, str], ...] = ()

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64)
        values.setflags(write=False)
        object.__setattr__(self, "values", values)

    @property
    def reasons(self) -> dict[tuple[int, int], str]:
        """Why there is no number, by the indices of depth and std."""
        return {(depth, std): why for depth, std, why in self.unknown}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapLine(MadeAgain):
    """A line over a map, of mean field but for the judge's cuts.

    Parameters
    ----------
    kind : {"critical", "reach", "level", "cut"}
        Where χ = 1, so that a gradient keeps its size through every depth; six times the depth
        scale, as deep as can be trained by Schoenholz et al. 2017; where a quantity is `level`; or,
        of the simulation, where the chance crosses a cut of the judge's.
    points : ndarray, shape (points, 2)
        Weight std and depth.
    level : float, optional
        Of which number it is the line.
    """

    kind: Literal["critical", "reach", "level", "cut"]
    points: NDArray[np.float64]
    level: float | None = None

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=np.float64).reshape(-1, 2)
        points.setflags(write=False)
        object.__setattr__(self, "points", points)


#: The least and the greatest weight std of a band; None for an end beyond the map's.
StdRange = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapRecord(Shown, MadeAgain):
    """What became of the stacks of a map.

    Parameters
    ----------
    spec : MapSpec
    fields : tuple of Field
        One for each quantity of each activation, in the order of the spec.
    curves : mapping
        By the names of activation and quantity, mean field's lines.
    bands : mapping
        By the name of an activation, for each depth the least and the greatest std that keep both
        signal and gradient by mean field, or whose chance is healthy (`actviz.diagnosis.kept`);
        None where none does, and for an end that is beyond the map's weight stds.
    nets : MapNets or None
        Nets that were trained on some of the cells.
    """

    spec: MapSpec
    fields: tuple[Field, ...]
    curves: Mapping[tuple[str, str], tuple[MapLine, ...]] = field(default_factory=dict)
    bands: Mapping[str, tuple[StdRange | None, ...]] = field(default_factory=dict)
    nets: MapNets | None = None

    def __repr__(self) -> str:
        """Return one line, without the numbers."""
        spec = self.spec
        names = ", ".join(one.name for one in spec.activations)
        stds, depths = counted(len(spec.stds), "std"), counted(len(spec.depths), "depth")
        nets = "" if self.nets is None else f", {counted(len(self.nets.nets), 'net')}"
        return (
            f"<MapRecord of {', '.join(spec.quantities)} of {names}: {stds} from "
            f"{spec.stds[0]:.4g} to {spec.stds[-1]:.4g}, {depths} to {spec.depths[-1]}{nets}>"
        )

    def of(self, activation: str, quantity: Quantity) -> Field:
        """Return the numbers of one activation and one quantity."""
        return next(
            one
            for one in self.fields
            if one.activation.name == activation and one.quantity == quantity
        )

    def to_rows(self) -> Iterator[dict[str, object]]:
        """Yield a row for each activation, weight std and depth, with its quantities.

        What is no float is none: ``null_because`` says why. Where nets were trained, a row has the
        net's of its cell.
        """
        spec = self.spec
        for activation in spec.activations:
            found = [self.of(activation.name, name) for name in spec.quantities]
            for column, std in enumerate(spec.stds):
                for row, depth in enumerate(spec.depths):
                    numbers: dict[str, object] = {
                        one.quantity: _plain(one.values[row, column]) for one in found
                    }
                    reasons = [one.reasons.get((row, column), "") for one in found]
                    yield {
                        "activation": activation.name,
                        "std": std,
                        "depth": depth,
                        "width": spec.width,
                        **numbers,
                        **self._net_at(activation.name, std, depth),
                        "null_because": next(filter(None, reasons), None),
                    }

    def _net_at(self, activation: str, std: float, depth: int) -> dict[str, object]:
        """Return what is known of the net of a cell; nothing where none was trained at all."""
        if self.nets is None:
            return {}
        net = self.nets.at(activation, std, depth)
        known = {} if net is None else net.to_dict()
        return {name: known.get(name) for name in NET_COLUMNS}

    def columns(self) -> tuple[str, ...]:
        """Return the names in a row."""
        ends = (*(() if self.nets is None else NET_COLUMNS), "null_because")
        return ("activation", "std", "depth", "width", *self.spec.quantities, *ends)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: the spec, the numbers, mean field's lines and bands, nets."""
        trained = {} if self.nets is None else {"trained": self.nets.to_dict()}
        return {
            "map": self.spec.to_dict(),
            "fields": [
                {
                    "activation": one.activation.name,
                    "quantity": one.quantity,
                    "values": [[_plain(value) for value in row] for row in one.values],
                    "null_because": [[*each] for each in one.unknown],
                }
                for one in self.fields
            ],
            "lines": [
                {
                    "activation": activation,
                    "quantity": quantity,
                    "line": curve.kind,
                    "level": curve.level,
                    "points": curve.points.tolist(),
                }
                for (activation, quantity), curves in self.curves.items()
                for curve in curves
            ],
            "kept": [
                {"activation": name, "depth": depth, "std": None if band is None else [*band]}
                for name, bands in self.bands.items()
                for depth, band in zip(self.spec.depths, bands, strict=True)
            ],
            **trained,
        }


def _plain(value: float) -> float | None:
    return float(value) if isfinite(value) else None
