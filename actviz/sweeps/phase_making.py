"""make_phase(spec) -> PhaseRecord: mean field's plane, and what becomes of some stacks on it."""

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import replace
from functools import partial
from math import inf, isfinite, nan

import numpy as np

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
from actviz.sweeps.phase_record import Numbers, PhaseQuantity, PhaseRecord, PhaseSpec, Plane
from actviz.sweeps.phase_theory import plane_of
from actviz.sweeps.size import check_hours


def make_phase(
    spec: PhaseSpec,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    memory_limit: int | str | None = None,
) -> PhaseRecord:
    """Return a phase diagram.

    Parameters
    ----------
    spec : PhaseSpec
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

    Notes
    -----
    The numbers of a stack are those of its deep layers, where mean field is at rest: the gradient's
    factor is that from the last layer back to the middle one, cosine and size are the last layer's.
    """
    check_executor(executor)
    check_progress(progress)
    check_size(spec, memory_limit)
    planes = [plane_of(spec, activation) for activation in spec.activations]
    if spec.simulated:
        planes = _with_stacks(spec, planes, executor, progress, memory_limit)
    return PhaseRecord(spec=spec, planes=tuple(planes))


def check_size(spec: PhaseSpec, memory_limit: int | str | None = None) -> None:
    """Raise SpecError if a diagram would take hours, or more memory than it may."""
    remedy = "less depth, width, samples or seeds, or theory alone"
    layers, cores = spec.simulated_layers, cpus()
    check_hours("diagram", layers, spec.width, spec.samples, cores=cores, remedy=remedy)
    stacks = [spec.stack(each, 1.0, 0.0, 0) for each in spec.activations if spec.simulated]
    check_each_fits(stacks, _measuring(spec.quantity), memory_limit)


def phase_slowdown(spec: PhaseSpec) -> float:
    """Return how many times as long as foretold the stacks take, by running a few of them."""
    measuring = _measuring(spec.quantity)
    return pace.slowdown(_dots(spec), partial(simulate, measuring=measuring))


def _measuring(quantity: PhaseQuantity) -> Measuring:
    """Return what is kept of a stack: what `_number` reads."""
    backward = quantity == "gradient"
    reads: Reads = {"gradient": ["size"]} if backward else {"preactivation": ["scale"]}
    return Measuring(gradients=backward, statistics=reads)


def _with_stacks(
    spec: PhaseSpec,
    planes: Sequence[Plane],
    executor: Executor | None,
    progress: Progress | None,
    memory_limit: int | str | None,
) -> list[Plane]:
    numbers = _numbers(spec.quantity, _dots(spec), executor, progress, memory_limit)
    shape = (len(spec.activations), len(spec.dot_biases), len(spec.dot_stds), len(spec.seeds))
    found = np.median(np.reshape(numbers, shape), axis=-1)
    return [replace(plane, found=own) for plane, own in zip(planes, found, strict=True)]


def _dots(spec: PhaseSpec) -> list[StackSpec]:
    """Return a stack for every dot and seed."""
    return [
        spec.stack(activation, std, bias, seed)
        for activation in spec.activations
        for bias in spec.dot_biases
        for std in spec.dot_stds
        for seed in spec.seeds
    ]


def _numbers(
    quantity: PhaseQuantity,
    stacks: Sequence[StackSpec],
    executor: Executor | None,
    progress: Progress | None,
    memory_limit: int | str | None,
) -> Numbers:
    """Return the quantity of every stack.

    A stack whose signal or gradient leaves the floats is run again with half the layers: a deeper
    one repeats the layers of a shallower.
    """
    measuring = _measuring(quantity)
    numbers = np.full(len(stacks), nan)
    asked = list(enumerate(stacks))
    done = 0
    while asked:
        again = []

        def told(layers: int, before: int = done) -> None:
            if progress is not None:
                progress(before + layers)

        records = simulate_each(
            [stack for _, stack in asked],
            measuring,
            executor=executor,
            progress=told,
            memory_limit=memory_limit,
        )
        with closing(records):
            for index, record in records:
                number, stack = asked[index]
                numbers[number] = _number(quantity, stack, record)
                finite = all(layer.finite for layer in record.layers)
                if quantity == "scale":
                    numbers[number] = numbers[number] if finite else inf
                elif stack.depth >= 4 and not (finite and isfinite(numbers[number])):
                    again.append((number, replace(stack, depth=stack.depth // 2)))
        done += sum(stack.depth for _, stack in asked)
        asked = again
    return numbers


def _number(quantity: PhaseQuantity, stack: StackSpec, record: Record) -> float:
    """Return the quantity of one stack, NaN where it is no number."""
    if quantity == "gradient":
        return _factor(record) if "gradient" in record.signals else nan
    last = record.layers[-1]["preactivation"].stats
    if quantity == "scale":
        return nan if last.rms is None else last.rms
    if not last.rms or last.within_unit_std is None:
        return nan
    # Of the second moment, what the inputs do not have in common is what a unit varies over them.
    apart = (last.within_unit_std / last.rms) ** 2
    return float(1 - apart * stack.samples / (stack.samples - 1))


def _factor(record: Record) -> float:
    """Return the mean factor of the gradient's rms a layer, from the last layer to the middle."""
    rms = np.array([layer["gradient"].stats.rms or 0.0 for layer in record.layers])
    known = (rms >= SMALLEST_NORMAL["float64"]) & (rms < inf)
    if not known[-1]:
        return nan
    first = max(len(rms) // 2 - 1, 0)
    # From the end for as long as they are floats with all of their digits.
    unknown = np.flatnonzero(~known)
    if len(unknown):
        first = max(first, int(unknown[-1]) + 1)
    steps = len(rms) - 1 - first
    if not steps:
        return nan
    return float(np.exp((np.log(rms[first]) - np.log(rms[-1])) / steps))
