"""train_on_map(spec) -> MapNets: some stacks of a map become nets, which are trained.

A coarse grid of its cells: nets take minutes where simulations take milliseconds.
"""

from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from math import inf
from threading import Event
from time import monotonic
from typing import NamedTuple

import numpy as np

from actviz.errors import SpecError
from actviz.numbers.scalars import check_integer
from actviz.records.spec import StackSpec
from actviz.simulation.arguments import check_progress
from actviz.simulation.cores import cpus
from actviz.simulation.executors import MayGoOn, Progress
from actviz.simulation.memory import bytes_of, check_fits, check_limit, fitting, room
from actviz.simulation.processes import Failure, Watch
from actviz.simulation.sending import unsendable
from actviz.simulation.workers import WORKER_BYTES
from actviz.sweeps.map_nets import LostNet, MapNet, MapNets
from actviz.sweeps.map_record import MapSpec
from actviz.sweeps.running import outcomes
from actviz.sweeps.size import duration, on_cores, shared
from actviz.training.data.datasets import Dataset
from actviz.training.trial import BATCH, MOST_STEPS, Trial
from actviz.training.trying import trial_data, try_to_train

#: So many weight stds and depths of a map, for each activation.
MOST_STDS, MOST_DEPTHS = 7, 4

#: The weight stds are taken between these shares of Xavier's: at the one end all vanish, at the
#: other all that can explodes.
LEAST_SHARE, MOST_SHARE = 0.25, 16.0

#: The shallowest nets have this share of the deepest ones' layers.
_SHALLOW = 0.1

#: More hours than these are nobody's patience.
MOST_HOURS = 1.0

#: What a layer takes of an update, in seconds of one core, measured roughly: by itself, for every
#: value of a batch, and for every product of a value and a weight, forward and back.
_LAYER, _VALUE, _PRODUCT = 1e-4, 12e-9, 0.12e-9

#: So many seconds of each of a few nets show how fast nets are trained here and now; or, where all
#: are small, such a share of what they take.
_TRIED, _SHARE_TRIED = 0.3, 0.003

#: The share of all updates at all rates that is done: most nets train or are given up long before.
#: Of a map's tanh, sigmoid and ReLU a third, and more of the shallow ones.
_USUAL = 0.4


class _Cell(NamedTuple):
    """Where a net stands on the map, and what becomes a net."""

    activation: str
    std: float
    stack: StackSpec

    @property
    def key(self) -> tuple[str, float, int]:
        return self.activation, self.std, self.stack.depth


def train_on_map(
    spec: MapSpec,
    data: str,
    *,
    workers: int | None = None,
    memory_limit: int | str | None = None,
    at_most: float = MOST_HOURS,
    done: Collection[MapNet] = (),
    progress: Progress | None = None,
) -> MapNets:
    """Train nets on some cells of a map, at the best of a few rates of plain gradient descent.

    Parameters
    ----------
    spec : MapSpec
        Its first seed determines weights, biases and batches; `samples` means nothing to them.
    data : {"mnist", "digits"}
        What they learn, with pixels of mean 0 and std 1; see `actviz.training.trying.trial_data`.
    workers : int, optional
        How many processes; default: as many as CPUs and memory allow.
    memory_limit : int or str, optional
        How much memory the nets may take that are trained at a time, as in `simulate_many`.
    at_most : float, default 1
        More hours than these, on the CPUs that there are, are refused, with the estimate.
    done : collection of MapNet
        Nets of this map that were trained before, and are not trained again.
    progress : callable, optional
        Called with how many layers have been updated, of `updates_of`.

    Raises
    ------
    SpecError
        Before any work, if it would take longer, or more memory than there is; or the inputs of
        the map have another std than pixels.
    MissingExtraError
        If a library is missing that the data need.
    WorkersError
        If a worker has another version of actviz.

    Notes
    -----
    Nets are trained side by side, and each is the same whoever trains it. One that ends its worker
    twice is left (`MapNets.lost`). Ctrl-C ends them all: `train_each` is for who wants those that
    are done.
    """
    found = train_each(
        spec,
        data,
        workers=workers,
        memory_limit=memory_limit,
        at_most=at_most,
        done=done,
        progress=progress,
    )
    with closing(found):
        return gathered(spec, data, chain(done, found))


def train_each(
    spec: MapSpec,
    data: str,
    *,
    workers: int | None = None,
    memory_limit: int | str | None = None,
    at_most: float = MOST_HOURS,
    done: Collection[MapNet] = (),
    progress: Progress | None = None,
) -> Generator[MapNet | LostNet, None, None]:
    """Yield the nets of `train_on_map` as they are done; closing it ends the others.

    Those that were `done` before are not yielded.

    Raises
    ------
    SpecError, MissingExtraError, WorkersError
        As there.
    """
    check_progress(progress)
    check_training(spec, at_most=at_most, done=done, memory_limit=memory_limit)
    if spec.input_std != 1:
        raise SpecError(f"nets learn inputs of std 1: the map's is {spec.input_std:g}")
    rows = trial_data(data)
    # The shallow ones first, which take least: who stops it has something of every activation.
    cells = sorted(_left(spec, done), key=lambda cell: cell.stack.depth)
    # Its data come to a worker as bytes, and become arrays.
    beside = WORKER_BYTES + 2 * (rows.x_train.nbytes + rows.y_train.nbytes)
    left = min(room(), inf if memory_limit is None else bytes_of(memory_limit))
    most = fitting((_bytes(cell.stack) + beside for cell in cells), left)
    if workers is not None:
        most = min(check_integer("workers", workers, 1, 10_000), most)
    before = updates_of(spec) - _updates(cells)
    tell = progress or (lambda updates: None)
    return _trained(cells, rows, most, lambda updates: tell(before + updates))


def _trained(
    cells: Sequence[_Cell], rows: Dataset, workers: int, progress: Progress
) -> Generator[MapNet | LostNet, None, None]:
    updates = [0] * len(cells)

    def told(index: int, steps: int) -> None:
        updates[index] = steps * cells[index].stack.depth
        progress(sum(updates))

    # A user's own activation may be a function of a script.
    threads = unsendable([cell.stack.activation for cell in cells]) is not None
    found = outcomes(
        partial(_tried, rows),
        [cell.stack for cell in cells],
        workers=workers,
        threads=threads,
        watch=Watch(told, Event()),
    )
    with closing(found):
        for index, outcome in found:
            told(index, MOST_STEPS)
            name, std, stack = cells[index]
            if isinstance(outcome, Failure):
                yield LostNet(activation=name, std=std, depth=stack.depth, reason=outcome.reason)
            else:
                yield MapNet(activation=name, std=std, depth=stack.depth, trial=outcome)


def _tried(rows: Dataset, stack: StackSpec, told: MayGoOn) -> Trial:
    return try_to_train(stack, rows, told)


def gathered(spec: MapSpec, data: str, found: Iterable[MapNet | LostNet]) -> MapNets:
    """Return what `train_each` has yielded, in whatever order, as one value; a cell has one net."""
    cells = [cell.key for cell in _cells(spec)]
    there = {(net.activation, net.std, net.depth): net for net in found}
    every = [there[cell] for cell in cells if cell in there]
    return MapNets(
        data=data,
        nets=tuple(net for net in every if isinstance(net, MapNet)),
        asked=len(cells),
        lost=tuple(net for net in every if isinstance(net, LostNet)),
    )


def cells_of(spec: MapSpec) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return at which weight stds and depths nets are trained: a coarse grid of the map's own.

    Where a map has more stds, they lie evenly between a quarter of Xavier's and sixteen times it,
    or over all where none does. Depths lie from a tenth of the deepest on, apart by factors: deep
    ones take long. One layer alone, which has no chance, is left out where there are others.
    """
    xavier = spec.width**-0.5
    low, high = LEAST_SHARE * xavier * (1 - 1e-6), MOST_SHARE * xavier * (1 + 1e-6)
    near: Sequence[float] = spec.stds
    if len(spec.stds) > MOST_STDS:
        near = [std for std in spec.stds if low <= std <= high] or spec.stds
    deep = [depth for depth in spec.depths if depth > 1] or spec.depths
    wanted = np.geomspace(max(_SHALLOW * deep[-1], deep[0]), deep[-1], MOST_DEPTHS).tolist()
    depths = dict.fromkeys(min(deep, key=lambda depth: abs(depth - one)) for one in wanted)
    return tuple(_evenly(near, MOST_STDS)), tuple(depths)


def _evenly(values: Sequence[float], most: int) -> list[float]:
    count = min(most, len(values))
    places = np.linspace(0, len(values) - 1, count).round().astype(int).tolist()
    return [values[place] for place in places]


def _cells(spec: MapSpec) -> list[_Cell]:
    stds, depths = cells_of(spec)
    return [
        _Cell(activation.name, std, spec.stack(activation, std, depth, spec.seeds[0]))
        for activation in spec.activations
        for std in stds
        for depth in depths
    ]


def _left(spec: MapSpec, done: Collection[MapNet]) -> list[_Cell]:
    there = {(net.activation, net.std, net.depth) for net in done}
    return [cell for cell in _cells(spec) if cell.key not in there]


def updates_of(spec: MapSpec) -> int:
    """Return how many layers are updated at most: a deep net's update takes longer than others."""
    return _updates(_cells(spec))


def _updates(cells: Iterable[_Cell]) -> int:
    return MOST_STEPS * sum(cell.stack.depth for cell in cells)


def training_slowdown(spec: MapSpec, data: str, done: Collection[MapNet] = ()) -> float:
    """Return how many times as long as foretold the nets take, by the first updates of a few."""
    rows = trial_data(data)
    took = foretold = 0.0
    left = _left(spec, done)
    patience = min(_TRIED, _SHARE_TRIED * _seconds(spec, done))
    for cell in left[len(left) // 6 :: max(len(left) // 3, 1)]:
        ends: list[float] = []  # of updates: before the first one all is made ready

        def told(steps: int, ends: list[float] = ends) -> bool:
            enough = len(ends) > 1 and ends[-1] - ends[0] >= patience
            if not enough:  # which every rate asks anew
                ends.append(monotonic())
            return not enough

        try_to_train(cell.stack, rows, told)
        took += ends[-1] - ends[0]
        foretold += _layer_seconds(spec.width) * cell.stack.depth * (len(ends) - 1)
    return took / foretold if took else 1.0


def training_estimate(
    spec: MapSpec, done: Collection[MapNet] = (), *, slowdown: float = 1.0
) -> str:
    """Return how many nets are to be trained, and about how long that takes, for people.

    `slowdown` is how many times as long as foretold they take.
    """
    left = len(_left(spec, done))
    if not left:
        return "all nets are trained already"
    more, nets = " more" if done else "", "nets are" if left > 1 else "net is"
    most, cores = slowdown * _seconds(spec, done), _cores(left)
    took = f"about {on_cores(_USUAL * most, cores)}, at most {duration(shared(most, cores))}"
    return f"{left:,}{more} {nets} trained, {took}"


def check_training(
    spec: MapSpec,
    *,
    at_most: float = MOST_HOURS,
    done: Collection[MapNet] = (),
    memory_limit: int | str | None = None,
) -> None:
    """Raise SpecError if training would take more hours, with the estimate, or too much memory."""
    if _seconds(spec, done) > at_most * 3600 * _cores(len(_left(spec, done))):
        raise SpecError(
            f"{training_estimate(spec, done)}: take fewer activations, less depth or width, or say "
            "--yes (in Python, at_most)"
        )
    needed = max(_bytes(cell.stack) for cell in _cells(spec))
    what, remedy = "training these nets needs", "take less width or depth"
    check_fits(needed, what, remedy)
    limit = None if memory_limit is None else bytes_of(memory_limit)
    check_limit(needed, limit, what, remedy)


def _cores(nets: int) -> int:
    """Return how many cores share so many nets; a net is one core's."""
    return max(1, min(cpus(), nets))


def _seconds(spec: MapSpec, done: Collection[MapNet] = ()) -> float:
    """Return about how long one core takes at most: a net that trains is done much sooner."""
    return _layer_seconds(spec.width) * _updates(_left(spec, done))


def _layer_seconds(width: int) -> float:
    """Return about how long one core takes for a layer of an update."""
    values = BATCH * width
    return _LAYER + _VALUE * values + _PRODUCT * values * width


def _bytes(stack: StackSpec) -> float:
    """Return what a net takes: weights in float64, then with gradients in float32; its signals."""
    parameters = sum(fan_in * fan_out + fan_out for fan_in, fan_out in stack.shapes)
    return parameters * (8 + 3 * 4) + BATCH * sum(stack.widths) * 3 * 4
