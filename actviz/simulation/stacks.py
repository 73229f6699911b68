"""simulate(spec) -> Record: forward, layer by layer, and back, of one stack or of many.

The room keeps one layer of a stack in memory, or all of them where it goes back, and hands their
values to `actviz.records.summary`. What a stack finds does not depend on its company.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from math import prod
from typing import Any, NamedTuple, TypedDict, Unpack

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
from actviz.simulation.draws import Draws
from actviz.simulation.executors import (
    WORKERS,
    MayGoOn,
    Progress,
    is_small,
    one_blas_thread,
    spread,
)
from actviz.simulation.memory import check_fits, record_bytes, working_bytes
from actviz.simulation.summaries import summaries

#: From this many values a layer on, its two signals are summarized on two threads.
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
    with one_blas_thread() if _all_small(spec) else nullcontext():
        layers = tuple(simulate_layers(spec, measuring))
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
    _check_kinds([spec], [measuring or Measuring()])
    if measuring is None:
        measuring = replace(spec.measuring or Measuring(), **kept)
    return apart(spec), measuring


def _check_kinds(specs: Sequence[object], measurings: Sequence[object]) -> None:
    for kind, values in ((StackSpec, specs), (Measuring, measurings)):
        for value in values:
            if not isinstance(value, kind):
                raise SpecError(f"{kind.__name__} is what is asked for here (got {short(value)})")


def apart(spec: StackSpec) -> StackSpec:
    """Return a spec without the measuring that its deprecated fields asked for."""
    return spec if spec.measuring is None else replace(spec, measuring=None)


def simulate_many(
    specs: Sequence[StackSpec],
    measuring: Measuring | Sequence[Measuring] | None = None,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Record]:
    """Return ``[simulate(spec) for spec in specs]``, in less time.

    Parameters
    ----------
    specs : sequence of StackSpec
        Any mixture. What is there several times, one and the same object, is run once.
    measuring : Measuring, or a sequence of them, optional
        What to keep: of all, or of each.
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
    jobs = _jobs(list(specs), measuring)
    check_memory(jobs)
    return run_many(jobs, executor=executor, progress=progress)


class Job(NamedTuple):
    """A stack to run, what to keep of it, several ways, and whose records these are."""

    spec: StackSpec
    measurings: tuple[Measuring, ...]
    places: tuple[int, ...]


def _jobs(
    specs: Sequence[StackSpec], measuring: Measuring | Sequence[Measuring] | None
) -> list[Job]:
    """Return a job for every stack; what is one and the same object is one."""
    count = len(specs)
    if isinstance(measuring, Sequence) and not isinstance(measuring, str):
        _check_kinds(specs, measuring)
        each = list(measuring)
    else:
        _check_kinds(specs, [measuring or Measuring()])
        each = [measuring or spec.measuring or Measuring() for spec in specs]
    if len(each) != count:
        raise SpecError(f"measuring must be one for each of {count} specs (got {len(each)})")
    places: dict[int, list[int]] = {}
    for place, spec in enumerate(specs):
        places.setdefault(id(spec), []).append(place)
    return [
        Job(apart(specs[its[0]]), tuple(each[place] for place in its), tuple(its))
        for its in places.values()
    ]


def run_many(
    jobs: Sequence[Job],
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Record]:
    """Do as `simulate_many` does, for a caller who has asked `check_memory`."""
    found: dict[int, Record] = {}
    done = 0

    def told_of(layers: int) -> None:
        if progress is not None:
            progress(done + layers)

    def told_alone(layers: int) -> bool:
        told_of(layers)
        return True

    # BLAS uses all cores for a large layer, and nothing else may hold its threads meanwhile.
    together = [job for job in jobs if executor is not None or _all_small(job.spec)]
    alone = [] if executor is not None else [job for job in jobs if not _all_small(job.spec)]
    for some in [together, *([job] for job in alone)]:
        if len(some) == 1 and executor is None:
            results = [_records(some[0], told_alone)]
        else:
            results = spread(_records, some, executor=executor, progress=told_of)
        for job, records in zip(some, results, strict=True):
            found.update(zip(job.places, records, strict=True))
        done += sum(job.spec.depth for job in some)
    return [found[index] for index in range(len(found))]


def simulate_layers(spec: StackSpec, measuring: Measuring | None = None) -> Iterator[LayerRecord]:
    """Yield the layers of ``simulate(spec)`` as they are computed; memory does not grow with depth.

    Raises
    ------
    SpecError
        Before anything is drawn, if the simulation needs more memory than there is.
    """
    jobs = _jobs([spec], measuring)
    check_memory(jobs)
    return (layer for (layer,) in _layers(jobs[0], lambda layers: True))


def check_memory(jobs: Sequence[Job], *, times: int = 1) -> None:
    """Raise SpecError if jobs need more memory than may be taken (`actviz.simulation.memory`).

    That is what those at work need, and the records of all: small stacks share the threads, and a
    large one has them to itself. With as many as `times` records of each in the end.
    """
    work: dict[bool, list[int]] = {True: [0], False: [0]}
    records = 0
    for job in jobs:
        needs = (working_bytes(job.spec, measuring) for measuring in job.measurings)
        work[_all_small(job.spec)].append(max(needs))
        records += sum(record_bytes(job.spec, measuring) for measuring in job.measurings)
    peak = max(sum(sorted(work[True])[-WORKERS:]), max(work[False]))
    check_fits(peak + times * records, "this needs", "lower width, samples, depth or bins")


def _records(job: Job, told: MayGoOn) -> list[Record]:
    ways = zip(*_layers(job, told), strict=True)
    return [
        Record(spec=job.spec, measuring=measuring, layers=layers, writer=writer())
        for measuring, layers in zip(job.measurings, ways, strict=True)
    ]


# --- a stack's layers ---------------------------------------------------------------------


#: A layer, as each of several measurings sees it.
_Seen = tuple[LayerRecord, ...]


def _layers(job: Job, told: MayGoOn) -> Iterator[_Seen]:
    """Yield the layers of a stack; where it goes back as well, all of them at the end."""
    spec = job.spec
    large = any(spec.samples * width >= _THREADED_VALUES for width in set(spec.widths))
    with ThreadPoolExecutor(WORKERS) if large else nullcontext() as pool:
        if not any(measuring.gradients for measuring in job.measurings):
            yield from _forward(job, Draws(spec), told, pool)
            return
        tape = _Tape(spec)
        draws = Draws(spec)
        layers = list(_forward(job, draws, told, pool, tape))
        if layers[-1][0].finite:
            with one_blas_thread() if _small(spec, spec.depth) else nullcontext():
                layers = _back(job, layers, tape.passes, draws.cotangent(), pool)
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
) -> Iterator[_Seen]:
    """Yield the layers up to the last one, or to the first that is not finite; fill a tape."""
    spec, space = job.spec, _Workspace()
    shares = any("saturated" in each.kept(name) for each in job.measurings for name in FORWARD)
    x = draws.input()
    for number, known in enumerate(spec.layers, start=1):
        shape, dtype = (len(x), known.width), x.dtype
        small = _small(spec, number)
        threads = pool if spec.samples * known.width >= _THREADED_VALUES else None
        with one_blas_thread() if small else nullcontext():
            layer = Dense(*draws.layer(number))
            # Overflow is a finding, not an accident: the statistics count and name it.
            with np.errstate(over="ignore", invalid="ignore"):
                z = layer.forward(x, out=space.array(shape, dtype))
            slope = None
            if tape is not None:
                slope = tape.array(shape)
                tape.passes.append(LayerPass(layer, x, slope))
                x = tape.array(shape)
            elif x.shape != shape:
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
    layers: Sequence[_Seen],
    tape: Sequence[LayerPass],
    cotangent: NDArray[Any],
    pool: Executor | None,
) -> list[_Seen]:
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
            values = activation(z[rows])
            _check_shape(activation, z[rows], values)
            a[rows] = values
            if slope is None and not share:
                return 0
            slopes = activation.slope_at(z[rows])
            if slope is not None:
                _check_shape(activation, z[rows], slopes)
                slope[rows] = slopes
            return int(np.count_nonzero(activation.flat(slopes))) if share else 0

    starts = range(0, len(z), step)
    flat = sum(pool.map(activate, starts) if pool else map(activate, starts))
    return flat / z.size if share else None


def _check_shape(activation: Activation, given: NDArray[Any], got: NDArray[Any]) -> None:
    # Only a user's own activation can get this wrong.
    if np.shape(got) != given.shape:
        raise SpecError(
            f"{activation.name} must keep the shape {given.shape} (got {np.shape(got)})"
        )
