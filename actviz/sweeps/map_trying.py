"""train_on_map(spec) -> MapNets: some stacks of a map become nets, which are trained.

A coarse grid of its cells: nets take minutes where simulations take milliseconds.
"""

from collections.abc import Sequence

import numpy as np

from actviz.errors import SpecError
from actviz.records.spec import StackSpec
from actviz.simulation.cores import cpus
from actviz.simulation.executors import MayGoOn, Progress, spread
from actviz.simulation.memory import check_fits, room
from actviz.sweeps.map_nets import MapNet, MapNets
from actviz.sweeps.map_record import MapSpec
from actviz.sweeps.size import duration
from actviz.training.trial import BATCH, MOST_STEPS, Trial
from actviz.training.trying import trial_data, try_to_train

#: So many weight stds and depths of a map, for each activation.
MOST_STDS, MOST_DEPTHS = 6, 4

#: The weight stds are taken between these shares of Xavier's, where anything is decided.
LEAST_SHARE, MOST_SHARE = 0.5, 16.0

#: More hours of one core than these are nobody's patience.
MOST_HOURS = 1.0

#: What a layer takes of an update, in seconds of one core, measured roughly: by itself, for every
#: value of a batch, and for every product of a value and a weight, forward and back.
_LAYER, _VALUE, _PRODUCT = 1e-4, 12e-9, 0.12e-9


def train_on_map(
    spec: MapSpec, data: str, *, at_most: float = MOST_HOURS, progress: Progress | None = None
) -> MapNets:
    """Train nets on some cells of a map, at the best of a few rates of plain gradient descent.

    Parameters
    ----------
    spec : MapSpec
        Its first seed determines weights, biases and batches; `samples` means nothing to them.
    data : {"mnist", "digits"}
        What they learn, with pixels of mean 0 and std 1; see `actviz.training.trying.trial_data`.
    at_most : float, default 1
        More hours of one core than these are refused, with the estimate.
    progress : callable, optional
        Called with the number of updates that are done, of `updates_of`.

    Raises
    ------
    SpecError
        Before any work, if it would take longer, or more memory than there is; or the inputs of
        the map have another std than pixels.
    MissingExtraError
        If a library is missing that the data need.

    Notes
    -----
    Nets are trained side by side, and each is the same whoever trains it. Ctrl-C ends them all,
    and nothing is returned.
    """
    check_training(spec, at_most=at_most)
    if spec.input_std != 1:
        raise SpecError(f"nets learn inputs of std 1: the map's is {spec.input_std:g}")
    rows = trial_data(data)
    stacks = _stacks(spec)
    each = _bytes(max((stack for *_, stack in stacks), key=_bytes))
    check_fits(each, "training these nets needs", "take less width or depth")

    def work(item: tuple[str, float, StackSpec], told: MayGoOn) -> Trial:
        return try_to_train(item[2], rows, told)

    workers = max(1, sum(number * each <= room() for number in range(1, cpus() + 1)))
    found = spread(work, stacks, workers=workers, progress=progress)
    return MapNets(
        data=data,
        nets=tuple(
            MapNet(activation=name, std=std, depth=stack.depth, trial=trial)
            for (name, std, stack), trial in zip(stacks, found, strict=True)
        ),
    )


def cells_of(spec: MapSpec) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return at which weight stds and depths nets are trained: a coarse grid of the map's own.

    Where a map has more stds, they lie evenly between half of Xavier's and sixteen times it, or
    over all where none does. Shallow depths stand closer than deep ones, which take long; one layer
    alone, which has no chance, is left out where there are others.
    """
    xavier = spec.width**-0.5
    low, high = LEAST_SHARE * xavier * (1 - 1e-6), MOST_SHARE * xavier * (1 + 1e-6)
    near: Sequence[float] = spec.stds
    if len(spec.stds) > MOST_STDS:
        near = [std for std in spec.stds if low <= std <= high] or spec.stds
    shares = np.linspace(0.0, 1.0, MOST_DEPTHS) ** 1.5
    deep = [depth for depth in spec.depths if depth > 1] or spec.depths
    depths = dict.fromkeys(deep[round(share * (len(deep) - 1))] for share in shares.tolist())
    return tuple(_evenly(near, MOST_STDS)), tuple(depths)


def _evenly(values: Sequence[float], most: int) -> list[float]:
    count = min(most, len(values))
    places = np.linspace(0, len(values) - 1, count).round().astype(int).tolist()
    return [values[place] for place in places]


def _stacks(spec: MapSpec) -> list[tuple[str, float, StackSpec]]:
    stds, depths = cells_of(spec)
    return [
        (activation.name, std, spec.stack(activation, std, depth, spec.seeds[0]))
        for activation in spec.activations
        for std in stds
        for depth in depths
    ]


def updates_of(spec: MapSpec) -> int:
    """Return how many updates all nets of a map take at most."""
    return len(_stacks(spec)) * MOST_STEPS


def training_estimate(spec: MapSpec) -> str:
    """Return how many nets are trained and how long that takes at most, for people."""
    return (
        f"{len(_stacks(spec)):,} nets are trained, at most {duration(_seconds(spec))} of one core"
    )


def check_training(spec: MapSpec, *, at_most: float = MOST_HOURS) -> None:
    """Raise SpecError if training would take more hours; the message has the estimate."""
    if _seconds(spec) > at_most * 3600:
        raise SpecError(
            f"{training_estimate(spec)}: take fewer activations, less depth or width, or say --yes "
            "(in Python, at_most)"
        )


def _seconds(spec: MapSpec) -> float:
    """Return about how long one core takes at most: a net that trains is done much sooner."""
    values = BATCH * spec.width
    layer = _LAYER + _VALUE * values + _PRODUCT * values * spec.width
    return MOST_STEPS * layer * sum(stack.depth for *_, stack in _stacks(spec))


def _bytes(stack: StackSpec) -> float:
    """Return what a net takes: weights in float64, then with gradients in float32; its signals."""
    parameters = sum(fan_in * fan_out + fan_out for fan_in, fan_out in stack.shapes)
    return parameters * (8 + 3 * 4) + BATCH * sum(stack.widths) * 3 * 4
