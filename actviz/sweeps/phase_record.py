"""A phase diagram: where deep stacks come to rest, over weight and bias scale, as a value.

The spec says which plane and which stacks on it, the record what mean field says of every point and
what became of the stacks. Nothing is predicted here and nothing is simulated:
`actviz.sweeps.phase_theory` and `actviz.sweeps.phase_making` do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from actviz.sweeps.size import MOST_LAYERS
from actviz.theory.fields import SCALES_DEEP

Numbers = NDArray[np.float64]

PhaseQuantity = Literal["gradient", "cosine", "scale"]
"""What a diagram is of: the factor of the gradient's std a layer, √χ; the cosine between two
inputs' preactivations; the std of these."""

PHASE_QUANTITIES: tuple[PhaseQuantity, ...] = get_args(PhaseQuantity)

#: Depths for which it is drawn as a line where they are mean field's limit, six depth scales.
REACH_LAYERS = (3, 10)

#: Stds of preactivations at rest that are drawn as a line.
SCALE_LEVELS = (0.1, 1.0, 10.0)

#: More points than this are no picture that anybody sees.
MOST_POINTS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSpec:
    """Which plane, and which stacks on it.

    Parameters
    ----------
    activations : tuple of Activation
        Names are read as well.
    quantity : str
        Of `PHASE_QUANTITIES`.
    stds, biases : tuple of float
        Standard deviations of weights, two or more above 0, and of biases, at least 0; both rising.
        Mean field is asked at every pair.
    dot_stds, dot_biases : tuple of float, default ()
        The same of the stacks that are simulated, every pair; none of either means none.
    width, depth, samples : int
        Units of every layer, layers of the stacks, and rows of their input, which has as many
        columns as a layer.
    input_std : float
        Of the input.
    seeds : tuple of int
        Of which the median is kept.

    Raises
    ------
    SpecError
        If a value is out of its range; the message says what is allowed.
    """

    activations: tuple[Activation, ...]
    quantity: PhaseQuantity = "gradient"
    stds: tuple[float, ...]
    biases: tuple[float, ...]
    dot_stds: tuple[float, ...] = ()
    dot_biases: tuple[float, ...] = ()
    width: int = 100
    depth: int = 20
    samples: int = 100
    input_std: float = 1.0
    seeds: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        found = tuple(get_activation(a) if isinstance(a, str) else a for a in self.activations)
        check_once("activation", [getattr(each, "name", each) for each in found])
        object.__setattr__(self, "activations", found)
        if not self.activations or not self.seeds:
            raise SpecError("a phase diagram needs an activation and a seed at least")
        if self.quantity not in PHASE_QUANTITIES:
            allowed = ", ".join(PHASE_QUANTITIES)
            raise SpecError(f"quantity must be one of {allowed} (got {short(self.quantity)})")
        for name in ("stds", "dot_stds"):
            object.__setattr__(self, name, _rising("std", getattr(self, name), 0.0, open_end=True))
        for name in ("biases", "dot_biases"):
            found_here = _rising("bias_std", getattr(self, name), 0.0, open_end=False)
            object.__setattr__(self, name, found_here)
        if len(self.stds) < 2:  # one has no edge of chaos beside it
            got = f"{self.stds[0]:g}" if self.stds else "none"
            raise SpecError(
                f"a phase diagram needs two or more weight stds, such as 0.01..1 (got {got})"
            )
        if not self.biases:
            raise SpecError("a phase diagram needs a bias std at least (got none)")
        check_integer("width", self.width, 1, MAX_SIZE)
        check_integer("samples", self.samples, 2, MAX_SIZE)
        check_integer("depth", self.depth, 2, MOST_LAYERS)
        if not real(self.input_std) > 0:
            raise SpecError(f"input_std must be a finite number > 0 (got {short(self.input_std)})")
        if self.points > MOST_POINTS:
            raise SpecError(
                f"this diagram has {self.points:,} points, and at most {MOST_POINTS:,} are made: "
                "take fewer weight or bias stds"
            )
        for activation in self.activations:
            for seed in self.seeds:
                self.stack(activation, self.stds[0], self.biases[0], seed)  # its own checks
        check_squares("std", (*self.stds, *self.dot_stds))
        check_squares("bias_std", (*self.biases, *self.dot_biases))
        check_squares("input_std", [self.input_std])

    @property
    def simulated(self) -> bool:
        """Whether there are stacks to be simulated."""
        return bool(self.dot_stds and self.dot_biases)

    @property
    def simulated_layers(self) -> int:
        """How many layers are simulated for it."""
        return self.simulated_stacks * self.depth

    @property
    def simulated_stacks(self) -> int:
        """How many stacks these are the layers of."""
        dots = len(self.dot_stds) * len(self.dot_biases)
        return len(self.activations) * dots * len(self.seeds)

    @property
    def points(self) -> int:
        """How many numbers mean field is asked for."""
        return len(self.activations) * len(self.stds) * len(self.biases)

    def stack(self, activation: Activation, std: float, bias: float, seed: int = 0) -> StackSpec:
        """Return one of the stacks."""
        return StackSpec(
            activation=activation,
            init=Normal(stddev=std),
            depth=self.depth,
            width=self.width,
            samples=self.samples,
            bias_std=bias,
            input_std=self.input_std,
            seed=seed,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, every field by its name."""
        return {
            "activations": [one.name for one in self.activations],
            "quantity": self.quantity,
            "stds": [*self.stds],
            "biases": [*self.biases],
            "dot_stds": [*self.dot_stds],
            "dot_biases": [*self.dot_biases],
            "width": self.width,
            "depth": self.depth,
            "samples": self.samples,
            "input_std": self.input_std,
            "seeds": [*self.seeds],
        }


def _rising(
    name: str, values: Sequence[float], least: float, *, open_end: bool
) -> tuple[float, ...]:
    found = tuple(map(float, values))
    for value in found:
        if not (isfinite(value) and (value > least if open_end else value >= least)):
            sign = ">" if open_end else ">="
            raise SpecError(f"{name} must be finite numbers {sign} {least:g} (got {value:g})")
    for low, high in pairwise(found):
        if not low < high:
            raise SpecError(f"{name} must rise (got {high:g} after {low:g})")
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhaseLine(MadeAgain):
    """A line of mean field over the plane.

    Parameters
    ----------
    kind : {"critical", "reach", "level"}
        Where χ = 1; where six depth scales of the gradient are `level` layers; where the quantity
        is `level`.
    points : ndarray, shape (points, 2)
        Weight std and bias std, from below.
    level : float, optional
    """

    kind: Literal["critical", "reach", "level"]
    points: Numbers
    level: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", _frozen(np.reshape(self.points, (-1, 2))))

    def std_at(self, bias: float) -> float | None:
        """Return the weight std at a bias std; None where the line does not come."""
        stds, biases = self.points.T
        if not len(biases) or not biases[0] <= bias <= biases[-1]:
            return None
        return float(np.interp(bias, biases, stds))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plane(MadeAgain):
    """What is known of one activation.

    Parameters
    ----------
    activation : Activation
    values, chi, q_star : ndarray, shape (biases, stds)
        The quantity, and whatever it is χ and q* (`actviz.theory.fixed_points`): 0 where a signal
        dies out, inf where it grows for ever.
    lines : tuple of PhaseLine
    found, predicted : ndarray, shape (dot_biases, dot_stds)
        The quantity in the stacks that were simulated, NaN where it is no number, and mean field's
        there; both empty where none were.
    """

    activation: Activation
    values: Numbers
    chi: Numbers
    q_star: Numbers
    lines: tuple[PhaseLine, ...] = ()
    found: Numbers
    predicted: Numbers

    def __post_init__(self) -> None:
        for name in ("values", "chi", "q_star", "found", "predicted"):
            object.__setattr__(self, name, _frozen(getattr(self, name)))

    @property
    def critical(self) -> PhaseLine | None:
        """The line where χ = 1, if it crosses the plane."""
        return next((line for line in self.lines if line.kind == "critical"), None)


def _frozen(values: object) -> Numbers:
    found = np.array(values, dtype=np.float64)
    found.setflags(write=False)
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhaseRecord(Shown, MadeAgain):
    """A phase diagram, number by number.

    Parameters
    ----------
    spec : PhaseSpec
    planes : tuple of Plane
        One for each activation, in its order.
    """

    spec: PhaseSpec
    planes: tuple[Plane, ...]

    def __repr__(self) -> str:
        """Return one line, without the numbers."""
        spec = self.spec
        names = ", ".join(one.name for one in spec.activations)
        stds, biases = counted(len(spec.stds), "std"), counted(len(spec.biases), "bias std")
        stacks = counted(len(spec.dot_stds) * len(spec.dot_biases), "stack")
        return (
            f"<PhaseRecord of {spec.quantity} of {names}: {stds} from {spec.stds[0]:.4g} to "
            f"{spec.stds[-1]:.4g}, {biases} to {spec.biases[-1]:.4g}, {stacks} each>"
        )

    def of(self, activation: str) -> Plane:
        """Return what is known of one activation."""
        return next(plane for plane in self.planes if plane.activation.name == activation)

    def std_across(self, plane: Plane, row: int, level: float) -> float | None:
        """Return at which weight std the quantity first crosses a level, at one of the bias stds.

        Between two weight stds by interpolation; None where it is on one side of it everywhere.
        """
        values, stds = plane.values[row], self.spec.stds
        below = values < level
        crossed = np.flatnonzero(below[1:] != below[:-1])
        if not crossed.size:
            return None
        before = int(crossed[0])
        first, last = values[before : before + 2]
        share = (level - first) / (last - first)
        return float(stds[before] * (stds[before + 1] / stds[before]) ** share)

    def to_rows(self) -> Iterator[dict[str, object]]:
        """Yield a row for each point that mean field was asked for, then one for each stack.

        What is no float is none: q* where it is infinite, and a stack's number where it has none.
        """
        spec = self.spec
        for plane in self.planes:
            with np.errstate(divide="ignore"):
                reach = SCALES_DEEP / np.abs(np.log(plane.chi))
            for row, bias in enumerate(spec.biases):
                for column, std in enumerate(spec.stds):
                    at = (row, column)
                    yield {
                        **self._point(plane, std, bias, "mean field", plane.values[at]),
                        "depth": None,
                        "predicted": None,
                        "chi": _plain(plane.chi[at]),
                        "q_star": _plain(plane.q_star[at]),
                        "trainable_depth": _plain(reach[at]),
                    }
        for plane in self.planes:
            for row, bias in enumerate(spec.dot_biases):
                for column, std in enumerate(spec.dot_stds):
                    at = (row, column)
                    yield {
                        **self._point(plane, std, bias, "simulation", plane.found[at]),
                        "depth": spec.depth,
                        "predicted": _plain(plane.predicted[at]),
                        "chi": None,
                        "q_star": None,
                        "trainable_depth": None,
                    }

    def _point(
        self, plane: Plane, std: float, bias: float, source: str, value: float
    ) -> dict[str, object]:
        return {
            "activation": plane.activation.name,
            "std": std,
            "bias_std": bias,
            "width": self.spec.width,
            "source": source,
            self.spec.quantity: _plain(value),
        }

    def columns(self) -> tuple[str, ...]:
        """Return the names in a row."""
        own = ("activation", "std", "bias_std", "width", "source", self.spec.quantity)
        return (*own, "depth", "predicted", "chi", "q_star", "trainable_depth")

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: the spec, and every activation's numbers and lines."""
        return {
            "phase": self.spec.to_dict(),
            "planes": [
                {
                    "activation": plane.activation.name,
                    self.spec.quantity: _rows(plane.values),
                    "chi": _rows(plane.chi),
                    "q_star": _rows(plane.q_star),
                    "simulated": _rows(plane.found),
                    "predicted": _rows(plane.predicted),
                    "lines": [
                        {"line": line.kind, "level": line.level, "points": line.points.tolist()}
                        for line in plane.lines
                    ],
                }
                for plane in self.planes
            ],
        }


def _rows(values: Numbers) -> list[list[float | None]]:
    return [[_plain(value) for value in row] for row in values]


def _plain(value: float) -> float | None:
    return float(value) if isfinite(value) else None
