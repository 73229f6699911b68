"""simulate(spec) -> Record: forward, layer by layer, and back, of one stack or of many.

The room keeps one layer of a stack in memory, or all of them where it goes back, and hands their
values to `actviz.records.summary`. What a stack finds does not depend on its company.
"""

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from math import prod
from typing import Any, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.layers.dense import Dense, LayerPass, backpropagate
from actviz.layers.initializer_laws import Initializer
from actviz.layers.signals import FORWARD, Signal
from actviz.numbers.scalars import short
from actviz.numbers.stats import Statistic
from actviz.records.kept import Kept, Level, Reads
from actviz.records.measuring import NAMES, Measuring
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.records.spec import Dtype, InputDistribution, Rng, StackSpec
from actviz.records.summary import writer
from actviz.simulation.arguments import check_executor, check_progress, specs_in
from actviz.simulation.blocks import is_streamed, least_bytes, planned
from actviz.simulation.cores import cpus
from actviz.simulation.draws import Draws
from actviz.simulation.executors import MayGoOn, Progress, is_small, one_blas_thread
from actviz.simulation.jobs import (
    TOGETHER,
    Job,
    MeasuredLayer,
    all_small,
    check_each_fits,
    check_memory,
    run_jobs,
    working_memory,
)
from actviz.simulation.memory import bytes_of
from actviz.simulation.streaming import streamed_layers
from actviz.simulation.summaries import summaries
from actviz.simulation.tiles import tiled

#: From this many values a layer on, each of its signals is summarized on a thread of its own.
_THREADED_VALUES = 1_000_000

#: Values whose activation is computed at once: their temporaries stay in a core's cache.
_BLOCK_VALUES = 1 << 15


class StackFields(TypedDict, total=False):
    """The fields of `StackSpec` and `Measuring`, as `simulate` takes them: names for objects."""

    activation: str | Activation
    init: str | Initializer
    depth: int
    width: int | Sequence[int]
    input_width: int
    samples: int
    bias_std: float
    input_distribution: InputDistribution
    input_std: float
    dtype: Dtype
    seed: int
    rng: Rng
    bins: int
    range: tuple[float, float]
    gradients: bool
    effective_rank: bool
    unit_histograms: bool
    statistics: Level | Kept | Reads | Collection[Statistic]
    unit_sample: tuple[int, int] | None


def simulate(
    spec: StackSpec | None = None,
    *,
    measuring: Measuring | None = None,
    memory_limit: int | str | None = None,
    **fields: Unpack[StackFields],
) -> Record:
    """Push the spec's input through its stack and return what every layer looks like.

    Layer l computes ``z = x @ W + b`` and ``a = activation(z)``, which is the x of layer l + 1.

    Parameters
    ----------
    spec : StackSpec, optional
        What to run, instead of fields.
    measuring : Measuring, optional
        What to keep of it, instead of fields.
    memory_limit : int or str, optional
        How much memory the work may take: bytes, or a text such as "2GB". A layer of more than
        2**20 values is computed in blocks of samples, as many at a time as the limit leaves room
        for, with the same bits under any limit. Default: half of what may be taken at all.
    **fields
        The fields of `StackSpec`, `activation` and `init` as names too, and those of `Measuring`.

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
    spec, measuring = what_and_how("simulate", spec, measuring, fields)
    # Held once, not for every layer, which takes longer than some layers.
    with one_blas_thread():
        layers = tuple(simulate_layers(spec, measuring, memory_limit=memory_limit))
    return Record(spec=spec, measuring=measuring, layers=layers, writer=writer())


def what_and_how(
    caller: str,
    spec: StackSpec | None,
    measuring: Measuring | None,
    fields: Mapping[str, Any],
) -> tuple[StackSpec, Measuring]:
    """Return what is run and what is kept of it, from values or from their fields.

    Raises
    ------
    SpecError
        If one of them is given both ways, or a value is out of its range.
    """
    kept = {name: value for name, value in fields.items() if name in NAMES}
    run = {name: value for name, value in fields.items() if name not in NAMES}
    if spec is not None and run:
        raise SpecError(f"{caller} takes a spec or fields, not both: use dataclasses.replace")
    if measuring is not None and kept:
        raise SpecError(f"{caller} takes a measuring or its fields, not both")
    if spec is None:
        spec = StackSpec(**run)
    if not isinstance(spec, StackSpec):
        own = 'fields such as activation="tanh", init="he"'
        raise SpecError(f"{caller} takes a StackSpec, or {own} (got {short(spec)})")
    _check_measurings([measuring or Measuring()])
    if measuring is None:
        measuring = replace(spec.measuring or Measuring(), **kept)
    return without_measuring(spec), measuring


def _check_measurings(measurings: Sequence[object]) -> None:
    for measuring in measurings:
        if not isinstance(measuring, Measuring):
            raise SpecError(f"measuring must be a Measuring (got {short(measuring)})")


def without_measuring(spec: StackSpec) -> StackSpec:
    """Return a spec without the measuring that its deprecated fields asked for."""
    return spec if spec.measuring is None else replace(spec, measuring=None)


def simulate_many(
    specs: Sequence[StackSpec],
    measuring: Measuring | Sequence[Measuring] | None = None,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    memory_limit: int | str | None = None,
) -> list[Record]:
    """Return ``[simulate(spec) for spec in specs]``, in less time.

    Parameters
    ----------
    specs : sequence of StackSpec
        Any mixture. What is there several times, one and the same object, is run once.
    measuring : Measuring, or a sequence of them, optional
        What to keep: of all, or of each.
    executor : Executor, optional
        Of `concurrent.futures`, that the stacks go through instead of our own threads and
        processes; of a cluster too, where activations and initializers can be pickled.
    progress : callable, optional
        Called ten times a second with the number of layers that are done.
    memory_limit : int or str, optional
        How much memory the work of a stack may take, as in `simulate`, and of all small ones that
        run at a time.

    Returns
    -------
    list of Record
        One for each spec, in the same order and equal to ``simulate(spec)``.

    Raises
    ------
    SpecError
        Before anything is drawn, if an argument is of another kind, or the stacks need more memory
        than there is.
    WorkersError
        If a process died of a stack twice, or the executor is broken; the message names it.

    Notes
    -----
    As many at a time as there are CPUs, and as memory allows. Many stacks, from about two seconds
    of work on, go to processes, where all activations and initializers can be pickled (functions at
    the top of a module, which a script or a notebook is not). Few small ones go to threads, so that
    an activation of one's own may be called by several at a time; of a few large ones, the threads
    share each. Meanwhile numpy's BLAS has one thread, in the whole process.
    What else is simulated, and on how many cores, changes no bit of a Record. Another BLAS and
    another kind of processor do: last bits, which a chaotic stack makes numbers of
    (`theory.reproducible_depth`).

    Examples
    --------
    >>> pair = [StackSpec(activation=name, init="he", width=9) for name in ("tanh", "relu")]
    >>> simulate_many(pair) == [simulate(spec) for spec in pair]
    True
    """
    check_executor(executor)
    check_progress(progress)
    given = specs_in(specs, "simulate_many takes a list of StackSpec")
    jobs = _jobs(given, measuring, memory_limit)
    check_memory(jobs)
    return run_many(jobs, executor=executor, progress=progress)


def simulate_each(
    specs: Sequence[StackSpec],
    measuring: Measuring,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    memory_limit: int | str | None = None,
) -> Generator[tuple[int, Record], None, None]:
    """Yield the records of `simulate_many` with their indices, as they are done.

    For a caller who keeps few of them: `simulate_many` has room for all.

    Raises
    ------
    SpecError, WorkersError
        As there.
    """
    check_executor(executor)
    check_progress(progress)
    check_each_fits(specs, measuring, memory_limit)
    jobs = _jobs(list(specs), measuring, memory_limit)
    return run_jobs(_layers, jobs, executor=executor, progress=progress, held=TOGETHER)


def _jobs(
    specs: Sequence[StackSpec],
    measuring: Measuring | Sequence[Measuring] | None,
    memory_limit: int | str | None = None,
) -> list[Job]:
    """Return a job for every stack; what is one and the same object is one."""
    count = len(specs)
    if isinstance(measuring, Sequence) and not isinstance(measuring, str):
        _check_measurings(measuring)
        each = list(measuring)
    else:
        _check_measurings([measuring or Measuring()])
        each = [measuring or spec.measuring or Measuring() for spec in specs]
    if len(each) != count:
        raise SpecError(f"measuring must be one for each of {count} specs (got {len(each)})")
    memory = None if memory_limit is None else bytes_of(memory_limit)
    places: dict[int, list[int]] = {}
    for place, spec in enumerate(specs):
        places.setdefault(id(spec), []).append(place)
    return [
        Job(
            without_measuring(specs[its[0]]),
            tuple(each[place] for place in its),
            tuple(its),
            memory,
        )
        for its in places.values()
    ]


def run_many(
    jobs: Sequence[Job],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Record]:
    """Do as `simulate_many` does, for a caller who has asked `check_memory`."""
    found = dict(run_jobs(_layers, jobs, executor=executor, progress=progress))
    return [found[place] for place in range(len(found))]


def simulate_layers(
    spec: StackSpec,
    measuring: Measuring | None = None,
    *,
    memory_limit: int | str | None = None,
) -> Iterator[LayerRecord]:
    """Yield the layers of ``simulate(spec)`` as they are computed; memory does not grow with depth.

    What runs in several waves of blocks is yielded at the end.

    Raises
    ------
    SpecError
        Before anything is drawn, if the simulation needs more memory than there is.
    """
    jobs = _jobs([spec], measuring, memory_limit)
    check_memory(jobs)
    return (layer for (layer,) in _layers(jobs[0], lambda layers: True))


# --- a stack's layers ---------------------------------------------------------------------


def _layers(job: Job, told: MayGoOn) -> Iterator[MeasuredLayer]:
    """Yield the layers of a stack, a large one's in blocks, as `blocks` says."""
    if not is_streamed(job.spec):
        yield from _whole(job, told)
        return
    most = max(job.measurings, key=partial(least_bytes, job.spec))
    plan = planned(job.spec, most, limit=working_memory(job), workers=cpus())
    yield from streamed_layers(job, plan, told, _activate)


def _whole(job: Job, told: MayGoOn) -> Iterator[MeasuredLayer]:
    """Yield the layers of a stack; where it goes back as well, all of them at the end."""
    spec = job.spec
    # A small one does not ask, since the system's answer takes as long as a layer.
    threads = 1 if all_small(spec) else cpus()
    with ThreadPoolExecutor(threads) if threads > 1 else nullcontext() as pool:
        if not any(measuring.gradients for measuring in job.measurings):
            yield from _forward(job, Draws(spec), told, pool)
            return
        tape = _Tape(spec)
        draws = Draws(spec)
        layers = list(_forward(job, draws, told, pool, tape))
        if layers[-1][0].finite:
            with one_blas_thread():
                layers = _back(job, layers, tape.passes, draws.cotangent(), pool)
        yield from layers


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


class _Tape:
    """What the way back needs of every layer, in one block of memory.

    The system gives a large block in large pages, where there are any: many small ones take longer
    to get than a pass takes.
    """

    def __init__(self, spec: StackSpec) -> None:
        self.passes: list[LayerPass] = []
        self._rest = np.empty(2 * spec.samples * sum(spec.widths), spec.dtype)

    def array(self, shape: tuple[int, int]) -> NDArray[Any]:
        """Return the next part of the block."""
        size = prod(shape)
        part, self._rest = self._rest[:size], self._rest[size:]
        return part.reshape(shape)


def _forward(
    job: Job,
    draws: Draws,
    told: MayGoOn,
    pool: Executor | None,
    tape: _Tape | None = None,
) -> Iterator[MeasuredLayer]:
    """Yield the layers up to the last one, or to the first that is not finite; fill a tape."""
    spec, shapes, space = job.spec, job.spec.shapes, _Workspace()
    shares = any("saturated" in each.kept(name) for each in job.measurings for name in FORWARD)
    x = draws.input()
    for number, known in enumerate(spec.layers, start=1):
        shape, dtype = (len(x), known.width), x.dtype
        small = is_small(spec.samples, shapes[number - 1])
        threads = pool if spec.samples * known.width >= _THREADED_VALUES else None
        with one_blas_thread():
            layer = Dense(*draws.layer(number), np.matmul if small else tiled(pool))
            # Overflow is a finding, not an accident: the statistics count and name it.
            with np.errstate(over="ignore", invalid="ignore"):
                z = layer.forward(x, out=space.array(shape, dtype))
            slope = None
            if tape is not None:
                slope = tape.array(shape)
                tape.passes.append(LayerPass(layer, x, slope))
                x = tape.array(shape)
            elif x.shape != shape or not x.flags.writeable:
                x = np.empty(shape, dtype)
            saturated = _activate(spec.activation, z, x, slope, threads, share=shares)
            forward: dict[Signal, NDArray[Any]] = {"preactivation": z, "activation": x}
            found = summaries(forward, spec, job.measurings, number, saturated, threads)
        del layer  # before the next one is drawn
        seen = tuple(LayerRecord.of(known, number, signals) for signals in found)
        yield seen
        if not told(number):
            raise CancelledError
        if not seen[0].finite:
            return


def _back(
    job: Job,
    layers: Sequence[MeasuredLayer],
    tape: Sequence[LayerPass],
    cotangent: NDArray[Any],
    pool: Executor | None,
) -> list[MeasuredLayer]:
    """Return the layers with their gradients, which go from the last one to the first."""
    found = []
    weights = any(each.kept("weight_gradient") for each in job.measurings)
    steps = backpropagate(tape, cotangent, weights=weights, spent=True)
    for seen, gradients in zip(reversed(layers), steps, strict=True):
        shares = (layer["activation"].stats.saturated_fraction for layer in seen)
        saturated = next((share for share in shares if share is not None), None)
        threads = pool if job.spec.samples * seen[0].width >= _THREADED_VALUES else None
        known = seen[0].layer, saturated, threads
        signals = summaries(gradients, job.spec, job.measurings, *known)
        found.append(
            tuple(
                replace(layer, signals=layer.signals + more) if measuring.gradients else layer
                for measuring, layer, more in zip(job.measurings, seen, signals, strict=True)
            )
        )
    return found[::-1]


def _activate(
    activation: Activation,
    z: NDArray[Any],
    a: NDArray[Any],
    slope: NDArray[Any] | None,
    pool: Executor | None,
    *,
    share: bool,
) -> float | None:
    """Write the activation of `z` to `a`, and its derivative to `slope` if that is wanted.

    Return the share of the entries that are saturated, if it is asked for. In blocks of rows, so
    that a block's temporaries stay in a core's cache.
    """
    step = max(1, _BLOCK_VALUES // z.shape[1])

    def activate(start: int) -> int:
        rows = slice(start, start + step)
        with np.errstate(over="ignore", invalid="ignore"):  # a thread has its own
            activation(z[rows], out=a[rows])
            if slope is None:
                return activation.count_saturated(z[rows]) if share else 0
            slopes = activation.slope_at(z[rows], out=slope[rows])
            return int(np.count_nonzero(activation.flat(slopes))) if share else 0

    starts = range(0, len(z), step)
    flat = sum(pool.map(activate, starts) if pool else map(activate, starts))
    return flat / z.size if share else None
