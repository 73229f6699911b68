"""make_map(spec) -> MapRecord: every stack of a map is run, or asked of mean field.

Signal and gradient of all depths come from one deep stack for each weight std, whose first layers
are those of the shallower ones. The chance takes a stack of its own for each depth: it reads the
rank of the last layer, and a gradient that starts at the end.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from functools import partial
from math import inf, nan
from statistics import median
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from actviz.diagnosis.kept import healthy_band
from actviz.layers.activations import Activation
from actviz.numbers.scalars import SMALLEST_NORMAL
from actviz.records.kept import Reads
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.simulation.arguments import check_executor, check_progress
from actviz.simulation.cores import cpus
from actviz.simulation.executors import Progress
from actviz.simulation.jobs import check_each_fits
from actviz.simulation.stacks import simulate, simulate_each
from actviz.sweeps import pace
from actviz.sweeps.map_cuts import cut_lines
from actviz.sweeps.map_lines import curves
from actviz.sweeps.map_record import Field, MapRecord, MapSpec
from actviz.sweeps.map_theory import fields
from actviz.sweeps.row import Judged
from actviz.sweeps.running import judged, run
from actviz.sweeps.size import check_hours

#: A stack whose gradient leaves the floats is run again, shallower, at most so many times.
_TIMES = 4


class _How(TypedDict):
    """On what stacks are run."""

    executor: Executor | None
    memory_limit: int | str | None


#: Why there is no number, as keys of `actviz.words`.
OVERFLOW, UNDERFLOW = "map.null.overflow", "map.null.underflow"
FAILED = "map.null.failed"


def make_map(
    spec: MapSpec,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    memory_limit: int | str | None = None,
) -> MapRecord:
    """Return what becomes of the stacks of a map.

    Parameters
    ----------
    spec : MapSpec
    executor : Executor, optional
        Of `concurrent.futures`, that the stacks go through.
    progress : callable, optional
        Called with the number of layers that are done, of ``spec.simulated_layers``.
    memory_limit : int or str, optional
        How much memory the stacks may take that run at a time, as in `simulate_many`.

    Raises
    ------
    SpecError
        Before anything is drawn, if it would take hours or more memory than there is.
    """
    check_executor(executor)
    check_progress(progress)
    if spec.simulated:
        check_size(spec, memory_limit)
        how: _How = {"executor": executor, "memory_limit": memory_limit}
        found = _chances(spec, progress, how) if "chance" in spec.quantities else ()
        if set(spec.quantities) - {"chance"}:
            found = (*found, *_deep(spec, progress, how))
    else:
        found = fields(spec)
    lines, bands = curves(spec)
    if "chance" in spec.quantities:
        bands = {
            one.activation.name: tuple(healthy_band(spec.stds, row.tolist()) for row in one.values)
            for one in found
        }
        crossed = {one.activation.name: cut_lines(one, spec) for one in found}
        lines = {key: (*each, *crossed[key[0]]) for key, each in lines.items()}
    return MapRecord(spec=spec, fields=found, curves=lines, bands=bands)


def before_stacks(spec: MapSpec) -> MapRecord:
    """Return a map as it is before its stacks are run, to see whether a page has room for it.

    Its lines and bands are mean field's, its numbers 0, and its bands of the chance unknown.
    """
    lines, bands = curves(spec)
    nothing = np.zeros((len(spec.depths), len(spec.stds)))
    fields = tuple(
        Field(activation=one, quantity=name, values=nothing)
        for one in spec.activations
        for name in spec.quantities
    )
    if "chance" in spec.quantities:
        bands = {name: (None,) * len(each) for name, each in bands.items()}
    return MapRecord(spec=spec, fields=fields, curves=lines, bands=bands)


def check_size(spec: MapSpec, memory_limit: int | str | None = None) -> None:
    """Raise SpecError if a map would take hours, or more memory than it may; with the estimate."""
    remedy = "fewer stds, less depth, width, samples or seeds"
    layers, cores = spec.simulated_layers, cpus()
    check_hours("map", layers, spec.width, spec.samples, cores=cores, remedy=remedy)
    deepest = [spec.stack(each, spec.stds[0], spec.depths[-1], 0) for each in spec.activations]
    check_each_fits(deepest if spec.simulated else (), _measuring(spec), memory_limit)


def map_slowdown(spec: MapSpec) -> float:
    """Return how many times as long as foretold the stacks take, by running a few of them."""
    if "chance" in spec.quantities:
        return pace.slowdown(_cells(spec), judged)
    deep = [
        spec.stack(activation, std, spec.depths[-1])
        for activation in spec.activations
        for std in spec.stds
    ]
    return pace.slowdown(deep, partial(simulate, measuring=_measuring(spec)))


def _measuring(spec: MapSpec) -> Measuring:
    """Return what is kept of a stack whose layers are all shown."""
    reads: Reads = {"activation": ["scale"], "gradient": ["size"]}
    return Measuring(gradients="gradient" in spec.quantities, statistics=reads)


# --- the chance -----------------------------------------------------------------------------


def _chances(spec: MapSpec, progress: Progress | None, how: "_How") -> tuple[Field, ...]:
    """Return the field of the chance of every activation: the median of the seeds."""
    stacks = _cells(spec)
    found: list[Judged | None] = [None] * len(stacks)
    done = 0
    with closing(run(stacks, range(len(stacks)), **how)) as rows:
        for row in rows:
            found[row.number], done = row.judged, done + row.spec.depth
            if progress is not None:
                progress(done)
    cells, seeds = len(spec.stds) * len(spec.depths), len(spec.seeds)
    of_cells = [found[start : start + seeds] for start in range(0, len(found), seeds)]
    return tuple(
        _field_of_chances(spec, activation, of_cells[number * cells : (number + 1) * cells])
        for number, activation in enumerate(spec.activations)
    )


def _cells(spec: MapSpec) -> tuple[StackSpec, ...]:
    """Return a stack for every cell and seed."""
    return tuple(
        spec.stack(activation, std, depth, seed)
        for activation in spec.activations
        for std in spec.stds
        for depth in spec.depths
        for seed in spec.seeds
    )


def _field_of_chances(
    spec: MapSpec, activation: Activation, cells: Sequence[Sequence[Judged | None]]
) -> Field:
    """Return a field of cells that stand by std and depth; a seed without a chance leaves none."""
    values = np.full((len(spec.depths), len(spec.stds)), nan)
    unknown = []
    for number, cell in enumerate(cells):
        column, row = divmod(number, len(spec.depths))
        chances = [each.chance for each in cell if each is not None and each.chance is not None]
        if len(chances) == len(cell):
            values[row, column] = median(chances)
        else:
            reasons = (each.no_chance for each in cell if each is not None)
            why = next(filter(None, reasons), None)
            unknown.append((row, column, f"unknown.{why}" if why else FAILED))
    return Field(activation=activation, quantity="chance", values=values, unknown=tuple(unknown))


# --- signal and gradient --------------------------------------------------------------------


def _deep(spec: MapSpec, progress: Progress | None, how: "_How") -> tuple[Field, ...]:
    """Return the fields of signal and gradient, of one deep stack for each weight std."""
    measuring = _measuring(spec)
    columns = [
        _Column(spec, activation, std, seed)
        for activation in spec.activations
        for std in spec.stds
        for seed in spec.seeds
    ]
    done = 0
    for _ in range(_TIMES):
        asking = [
            (column, depth) for column in columns if (depth := column.asks(measuring.gradients))
        ]

        def told(layers: int, before: int = done) -> None:
            if progress is not None:
                progress(before + layers)

        stacks = [column.stack(depth) for column, depth in asking]
        with closing(simulate_each(stacks, measuring, progress=told, **how)) as records:
            for index, record in records:
                asking[index][0].take(record)
        done += sum(stack.depth for stack in stacks)
    return tuple(_fields(spec, columns))


def _fields(spec: MapSpec, columns: Sequence["_Column"]) -> Iterator[Field]:
    """Yield the fields of columns, which stand by activation, std and seed."""
    seeds = len(spec.seeds)
    for number, activation in enumerate(spec.activations):
        own = columns[number * len(spec.stds) * seeds : (number + 1) * len(spec.stds) * seeds]
        for quantity in spec.quantities:
            if quantity != "chance":
                numbers = [column.numbers(quantity) for column in own]
                groups = [numbers[start : start + seeds] for start in range(0, len(own), seeds)]
                values = np.array([np.median(group, axis=0) for group in groups]).T
                unknown = tuple(
                    (row, column, own[column * seeds].why)
                    for row, column in np.argwhere(np.isnan(values)).tolist()
                )
                yield Field(
                    activation=activation, quantity=quantity, values=values, unknown=unknown
                )


class _Column:
    """What is known of the stacks of one weight std and one seed, depth by depth."""

    def __init__(self, spec: MapSpec, activation: Activation, std: float, seed: int) -> None:
        self._spec, self._one = spec, (activation, std, seed)
        self.deepest = spec.depths[-1]
        self.signal: NDArray[np.float64] = np.full(self.deepest, nan)
        self.gradient: NDArray[np.float64] = np.full(self.deepest, nan)
        self.most = self.deepest  # layers whose forward pass is finite
        self.why = UNDERFLOW

    def stack(self, depth: int) -> StackSpec:
        activation, std, seed = self._one
        return self._spec.stack(activation, std, depth, seed)

    def asks(self, backward: bool) -> int:
        """Return how deep a stack is still to be run, 0 for none."""
        if np.isnan(self.signal).all():
            return self.deepest
        missing = np.flatnonzero(np.isnan(self.gradient[: self.most]))
        return int(missing[-1]) + 1 if backward and len(missing) else 0

    def take(self, record: Record) -> None:
        """Take the numbers of a stack: of the signal, and of the gradient where these are floats.

        Layer 1 over layer l is the gradient of a stack of l layers, whose layers these are: what is
        above them multiplies both.
        """
        if np.isnan(self.signal).all():
            finite = [layer for layer in record.layers if layer.finite]
            self.signal[:] = inf
            stds = [layer["activation"].stats.within_unit_std or 0.0 for layer in finite]
            self.signal[: len(stds)] = stds
            if len(stds) < self.deepest:
                self.most, self.why = len(stds), OVERFLOW
        if "gradient" not in record.signals:
            return
        rms = np.array([layer["gradient"].stats.rms or 0.0 for layer in record.layers])
        rms[[bool(layer["gradient"].stats.nonfinite) for layer in record.layers]] = inf
        known = (rms < inf) & (rms >= SMALLEST_NORMAL["float64"])
        known[-1] |= rms[-1] == 0  # so flat that nothing comes back, however shallow
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(rms == 0, 0.0, rms[0] / rms)
        part = self.gradient[: len(rms)]
        part[known] = ratio[known]

    def numbers(self, quantity: str) -> NDArray[np.float64]:
        """Return the numbers of the depths that the map has."""
        rows = np.array(self._spec.depths) - 1
        if quantity == "signal":
            return np.asarray(self.signal[rows] / self._spec.input_std)
        return np.asarray(self.gradient[rows])
