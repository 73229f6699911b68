"""simulate(spec) -> Record: forward, layer by layer, and back, of one stack or of many.

The room keeps one layer of a stack in memory, or all of them where it goes back, and hands their
values to `actviz.records.summary`. What a stack finds does not depend on its company.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from math import prod
from typing import Any, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.layers.dense import Dense, Step, backpropagate
from actviz.layers.initializer_laws import Initializer
from actviz.layers.signals import Signal
from actviz.records.record import Record
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import Distribution, Dtype, Rng, StackSpec
from actviz.records.summary import summarize, writer
from actviz.simulation.draws import Draws
from actviz.simulation.executors import (
    WORKERS,
    Progress,
    Told,
    is_small,
    one_blas_thread,
    spread,
)
from actviz.simulation.memory import check_fits

#: From this many values a layer on, its two signals are summarized on two threads.
_THREADED_VALUES = 1_000_000

#: Values whose activation is computed at once: their temporaries stay in a core's cache.
_BLOCK_VALUES = 1 << 15


class StackFields(TypedDict, total=False):
    """The fields of `StackSpec`, as `simulate` takes them: names for objects."""

    activation: str | Activation
    init: str | Initializer
    depth: int
    width: int | Sequence[int]
    input_width: int
    samples: int
    bias_std: float
    input_distribution: Distribution
    input_std: float
    dtype: Dtype
    seed: int
    rng: Rng
    bins: int
    range: tuple[float, float]
    gradients: bool
    effective_rank: bool
    unit_histograms: bool


def simulate(spec: StackSpec | None = None, **fields: Unpack[StackFields]) -> Record:
    """Push the spec's input through its stack and return what every layer looks like.

    Layer l computes ``z = x @ W + b`` and ``a = activation(z)``, which is the x of layer l + 1.

    Parameters
    ----------
    spec : StackSpec, optional
        What to run, instead of fields.
    **fields
        The fields of `StackSpec`; `activation` and `init` may be names.

    Returns
    -------
    Record
        Statistics and a histogram of the preactivation and the activation of every layer, up to
        the first one that is not finite.

    Raises
    ------
    SpecError
        If a value is out of its range, or the simulation needs more memory than there is.

    Examples
    --------
    >>> record = simulate(activation="tanh", init="he", depth=3, samples=50)
    >>> [round(layer["activation"].stats.std, 1) for layer in record.layers]
    [0.7, 0.6, 0.6]
    """
    if spec is None:
        spec = StackSpec(**fields)
    elif fields:
        raise SpecError("simulate takes a spec or fields, not both: use dataclasses.replace")
    return Record(spec=spec, layers=tuple(simulate_layers(spec)), writer=writer())


def simulate_many(
    specs: Sequence[StackSpec],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Record]:
    """Return ``[simulate(spec) for spec in specs]``, in less time.

    Parameters
    ----------
    specs : sequence of StackSpec
        Any mixture.
    executor : Executor, optional
        Of `concurrent.futures`, that the stacks go through instead of two threads; of processes
        too, where activations and initializers can be pickled.
    progress : callable, optional
        Called ten times a second with the number of layers that are done.

    Returns
    -------
    list of Record
        One for each spec, in the same order and equal to ``simulate(spec)``.

    Raises
    ------
    SpecError
        Before anything is drawn, if the stacks need more memory than there is.

    Notes
    -----
    Two threads share the stacks of small layers, so that an activation of one's own may be called
    by both at a time. Meanwhile numpy's BLAS has one thread, in the whole process. What else is
    simulated, and on how many of actviz's threads, changes no bit of a Record. The number of BLAS's
    own threads does, in layers from about 300 units on, and so do another BLAS and another kind of
    processor: last bits, which a chaotic stack makes numbers of (`theory.reproducible_depth`).

    Examples
    --------
    >>> pair = [StackSpec(activation=name, init="he", width=9) for name in ("tanh", "relu")]
    >>> simulate_many(pair) == [simulate(spec) for spec in pair]
    True
    """
    specs = list(specs)
    check_memory(specs)
    return run_many(specs, executor=executor, progress=progress)


def run_many(
    specs: Sequence[StackSpec],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Record]:
    """Do as `simulate_many` does, for a caller who has asked `check_memory`."""
    if executor is not None:
        return spread(_record, specs, executor=executor, progress=progress)
    found: dict[int, Record] = {}
    done = 0

    def told_of(layers: int) -> None:
        if progress is not None:
            progress(done + layers)

    def told_alone(layers: int) -> bool:
        told_of(layers)
        return True

    # BLAS uses all cores for a large layer, and nothing else may hold its threads meanwhile.
    together = [index for index, spec in enumerate(specs) if _all_small(spec)]
    apart = [index for index in range(len(specs)) if index not in set(together)]
    for indices in [together, *([index] for index in apart)]:
        if len(indices) == 1:
            (only,) = indices
            found[only] = _record(specs[only], told_alone)
        else:
            records = spread(_record, [specs[index] for index in indices], progress=told_of)
            found.update(zip(indices, records, strict=True))
        done += sum(specs[index].depth for index in indices)
    return [found[index] for index in range(len(specs))]


def simulate_layers(spec: StackSpec) -> Iterator[LayerRecord]:
    """Yield the layers of ``simulate(spec)`` as they are computed; memory does not grow with depth.

    Raises
    ------
    SpecError
        Before anything is drawn, if the simulation needs more memory than there is.
    """
    check_memory([spec])
    return _layers(spec, lambda layers: True)


def check_memory(specs: Sequence[StackSpec], *, times: int = 1) -> None:
    """Raise SpecError if specs need more memory than may be taken (`actviz.simulation.memory`).

    With as many as `times` records of each in the end.

    That is what those at work need, and the records of all: small stacks share the threads, and a
    large one has them to itself.
    """
    work: dict[bool, list[int]] = {True: [0], False: [0]}
    for spec in specs:
        work[_all_small(spec)].append(spec.estimated_bytes() - spec.record_bytes)
    peak = max(sum(sorted(work[True])[-WORKERS:]), max(work[False]))
    needed = peak + times * sum(spec.record_bytes for spec in specs)
    check_fits(needed, "this needs", "lower width, samples, depth or bins")


def _record(spec: StackSpec, told: Told) -> Record:
    return Record(spec=spec, layers=tuple(_layers(spec, told)), writer=writer())


# --- a stack's layers ---------------------------------------------------------------------


def _layers(spec: StackSpec, told: Told) -> Iterator[LayerRecord]:
    """Yield the layers of a stack; where it goes back as well, all of them at the end."""
    large = any(spec.samples * width >= _THREADED_VALUES for width in set(spec.widths))
    with ThreadPoolExecutor(WORKERS) if large else nullcontext() as pool:
        if not spec.gradients:
            yield from _forward(spec, Draws(spec), told, pool)
            return
        tape: list[Step] = []
        draws = Draws(spec)
        layers = list(_forward(spec, draws, told, pool, tape))
        if layers[-1].finite:
            with one_blas_thread() if _small(spec, spec.depth) else nullcontext():
                layers = _back(spec, layers, tape, draws.cotangent(), pool)
        yield from layers


def _all_small(spec: StackSpec) -> bool:
    return all(is_small(spec.samples, shape) for shape in set(spec.shapes))


def _small(spec: StackSpec, layer: int) -> bool:
    return is_small(spec.samples, spec.shapes[layer - 1])


class _Workspace:
    """An array that is written to again for every layer.

    Fresh memory has to be cleared by the system first, which takes as long as a sort.
    """

    def __init__(self) -> None:
        self._flat: NDArray[Any] = np.empty(0)

    def array(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        size = prod(shape)
        if self._flat.size < size or self._flat.dtype != dtype:
            self._flat = np.empty(size, dtype)
        return self._flat[:size].reshape(shape)


def _forward(
    spec: StackSpec,
    draws: Draws,
    told: Told,
    pool: Executor | None,
    tape: list[Step] | None = None,
) -> Iterator[LayerRecord]:
    """Yield the layers up to the last one, or to the first that is not finite; fill a tape."""
    space = _Workspace()
    x = draws.input()
    for number, (fan_in, width) in enumerate(spec.shapes, start=1):
        shape, dtype = (len(x), width), x.dtype
        small = _small(spec, number)
        apart = pool if spec.samples * width >= _THREADED_VALUES else None
        with one_blas_thread() if small else nullcontext():
            layer = Dense(*draws.layer(number))
            # Overflow is a finding, not an accident: the statistics count and name it.
            with np.errstate(over="ignore", invalid="ignore"):
                z = layer.forward(x, out=space.array(shape, dtype))
            slope = None if tape is None else np.empty(shape, dtype)
            if tape is not None:
                tape.append(Step(layer, x, slope))
            if tape is not None or x.shape != shape:
                x = np.empty(shape, dtype)
            saturated = _activate(spec.activation, z, x, slope, apart)
            found = _summaries({"preactivation": z, "activation": x}, spec, saturated, apart)
        del layer  # before the next one is drawn
        record = LayerRecord(layer=number, fan_in=fan_in, width=width, signals=found)
        yield record
        if not told(number):
            raise CancelledError
        if not record.finite:
            return


def _back(
    spec: StackSpec,
    layers: Sequence[LayerRecord],
    tape: list[Step],
    cotangent: NDArray[Any],
    pool: Executor | None,
) -> list[LayerRecord]:
    """Return the layers with their gradients, which go from the last one to the first."""
    found = []
    for layer, gradients in zip(reversed(layers), backpropagate(tape, cotangent), strict=True):
        saturated = layer["activation"].stats.saturated_fraction
        apart = pool if spec.samples * layer.width >= _THREADED_VALUES else None
        signals = _summaries(gradients, spec, saturated, apart)
        found.append(replace(layer, signals=layer.signals + signals))
    return found[::-1]


def _activate(
    activation: Activation,
    z: NDArray[Any],
    a: NDArray[Any],
    slope: NDArray[Any] | None,
    pool: Executor | None,
) -> float:
    """Write the activation of `z` to `a`, and its derivative to `slope` if that is wanted.

    Return the share of the entries that are saturated. In blocks of rows, so that a block's
    temporaries stay in a core's cache.
    """
    step = max(1, _BLOCK_VALUES // z.shape[1])

    def activate(start: int) -> int:
        rows = slice(start, start + step)
        with np.errstate(over="ignore", invalid="ignore"):  # a thread has its own
            values = activation(z[rows])
            _check_shape(activation, z[rows], values)
            a[rows] = values
            slopes = activation.slope_at(z[rows])
            if slope is not None:
                _check_shape(activation, z[rows], slopes)
                slope[rows] = slopes
            return int(np.count_nonzero(activation.flat(slopes)))

    starts = range(0, len(z), step)
    return sum(pool.map(activate, starts) if pool else map(activate, starts)) / z.size


def _check_shape(activation: Activation, given: NDArray[Any], got: NDArray[Any]) -> None:
    # Only a user's own activation can get this wrong.
    if np.shape(got) != given.shape:
        raise SpecError(
            f"{activation.name} must keep the shape {given.shape} (got {np.shape(got)})"
        )


def _summaries(
    values: dict[Signal, NDArray[Any]],
    spec: StackSpec,
    saturated: float | None,
    pool: Executor | None,
) -> tuple[SignalRecord, ...]:
    """Return the records of some signals of a layer."""

    def summary(signal: Signal) -> SignalRecord:
        forward = signal == "activation"
        (found,) = summarize(
            signal,
            values[signal],
            edges=[spec.edges(signal)],
            # A property of a unit's entry, which a weight is not.
            saturated_fraction=None if signal == "weight_gradient" else saturated,
            rank=forward and spec.ranks(values[signal].shape[1]),
            unit_histogram=forward and spec.unit_histograms,
        )
        return found

    return tuple(pool.map(summary, values) if pool else map(summary, values))
