"""simulate(spec) -> Record: forward, layer by layer, and back, of one stack or of many at once.

The one room that creates random generators. Stacks whose draws coincide go through their layers in
lockstep, so that every draw is made once; what a stack finds does not depend on its company. The
room keeps one layer of each of them in memory, hands its values to `actviz.numbers.stats` and
`actviz.numbers.histogram`, and draws nothing on paper.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from math import prod, sqrt
from typing import Any, TypedDict, Unpack, cast

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.layers.defaults import LayerDefault, law_of_weights
from actviz.layers.dense import Step, backpropagate
from actviz.layers.initializer_laws import (
    Initializer,
    Normal,
    RandomSource,
    Uniform,
    VarianceScaling,
)
from actviz.layers.signals import Signal
from actviz.records.record import Record
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import Distribution, Dtype, Rng, StackSpec
from actviz.records.summary import summarize
from actviz.records.summary import writer as writer
from actviz.simulation.groups import Family, Pass, groups_of, is_law, is_small, working_bytes
from actviz.simulation.memory import check_fits
from actviz.simulation.streams import Stream, Streams
from actviz.simulation.threads import one_blas_thread

#: From this many values a layer on, its two signals are summarized on two threads.
_THREADED_VALUES = 1_000_000

#: Threads that share the work.
_WORKERS = 2

#: Values whose activation is computed at once: their temporaries stay in a core's cache.
_BLOCK_VALUES = 1 << 15

# What spawn keys mean; a seed's children never share a stream.
_INPUT, _WEIGHTS, _BIAS, _COTANGENT = range(4)


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


def simulate_many(specs: Sequence[StackSpec]) -> list[Record]:
    """Return ``[simulate(spec) for spec in specs]``, in less time.

    Parameters
    ----------
    specs : sequence of StackSpec
        Any mixture. Stacks that differ in activation, initializer, depth, bins or range only share
        their draws; those that differ in bins, range or depth only share the forward pass too.

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
    layers: list[list[LayerRecord]] = [[] for _ in specs]
    for index, layer in simulate_stacks(specs):
        layers[index].append(layer)
    made_by = writer()
    return [
        Record(spec=spec, layers=tuple(found), writer=made_by)
        for spec, found in zip(specs, layers, strict=True)
    ]


def simulate_stacks(specs: Sequence[StackSpec]) -> Iterator[tuple[int, LayerRecord]]:
    """Yield (index of its spec, layer) for every layer of every stack, as they are computed.

    The layers of one stack come in order, and among them those of others.

    Raises
    ------
    SpecError
        Before anything is drawn, if the stacks need more memory than there is.
    """
    specs = list(specs)
    groups = groups_of(specs)
    records = sum(spec.record_bytes for spec in specs)
    peak = max((working_bytes(group, _WORKERS) for group in groups), default=0)
    _check_bytes(peak + records)
    return (found for group in groups for found in _run(group))


def simulate_layers(spec: StackSpec) -> Iterator[LayerRecord]:
    """Yield the layers of ``simulate(spec)`` as they are computed; memory does not grow with depth.

    Raises
    ------
    SpecError
        Before anything is drawn, if the simulation needs more memory than there is.
    """
    stacks = simulate_stacks([spec])
    return (layer for _, layer in stacks)


def simulate_on_one_thread(spec: StackSpec) -> Record:
    """Return ``simulate(spec)``, for a caller who has work for the other cores; unchecked."""
    (group,) = groups_of([spec])
    layers = tuple(layer for _, layer in _run(group, workers=1))
    return Record(spec=spec, layers=layers, writer=writer())


def check_memory(spec: StackSpec, *, copies: int = 1, records: int = 1) -> None:
    """Raise SpecError if `spec` needs more memory than may be taken (`actviz.simulation.memory`).

    With `copies` of it at work at once, and as many as `records` kept in all.
    """
    work = spec.estimated_bytes() - spec.record_bytes
    _check_bytes(copies * work + records * spec.record_bytes)


def _check_bytes(needed: int) -> None:
    check_fits(needed, "this needs", "lower width, samples, depth or bins")


def _only_scales(init: Initializer) -> bool:
    """Whether a law leaves its draws as they are: a multiple of them is an array of its own."""
    init = law_of_weights(init)
    return isinstance(init, Normal) or (
        isinstance(init, VarianceScaling) and init.distribution != "truncated_normal"
    )


# --- a group's layers ---------------------------------------------------------------------


def _run(group: list[Family], workers: int = _WORKERS) -> Iterator[tuple[int, LayerRecord]]:
    """Yield the layers of a group in lockstep: one of every stack, and then the next ones."""
    streams = Streams(group[0].spec.rng, group[0].spec.seed)
    _put_inputs(group, streams)
    spaces = [_Workspace() for _ in range(workers)]
    layer = 0
    with ThreadPoolExecutor(workers) if workers > 1 else nullcontext() as pool:
        while group:
            spec = group[0].spec
            small = is_small(spec.samples, spec.shapes[layer])
            layer += 1
            # The weights of large layers are in memory one at a time.
            for families in [group] if small else [[family] for family in group]:
                with one_blas_thread() if small else nullcontext():
                    found = _advance_all(layer, families, streams, spaces, pool)
                for records in found:
                    yield from records
            streams.forget()
            for family in group:
                family.passes = {key: one for key, one in family.passes.items() if one.members}
            group = [family for family in group if family.passes]


class _Workspace:
    """Arrays that are written to again for every stack and layer.

    Fresh memory has to be cleared by the system first, which takes as long as a sort.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, np.dtype[Any]], NDArray[Any]] = {}

    def array(self, use: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        size = prod(shape)
        flat = self._kept.get((use, dtype))
        if flat is None or flat.size < size:
            flat = self._kept[use, dtype] = np.empty(size, dtype)
        return flat[:size].reshape(shape)


#: A pass, its weights, its biases before `bias_std`, and the cotangent if it is to go back now.
_Task = tuple[Pass, NDArray[Any], NDArray[np.float64] | None, NDArray[Any] | None]


def _advance_all(
    layer: int,
    families: Sequence[Family],
    streams: Streams,
    spaces: list[_Workspace],
    pool: Executor | None,
) -> list[list[tuple[int, LayerRecord]]]:
    """Compute the next layer of some families' passes; return their stacks' records."""
    tasks: list[_Task] = []
    for family in families:
        W, bias = _draw_layer(family, streams, layer)
        for one in family.passes.values():
            back = one.spec.gradients and one.spec.depth == layer
            cotangent = _draw_cotangent(family, one, streams, W.shape[1]) if back else None
            tasks.append((one, W, bias, cotangent))
    samples, shape = families[0].spec.samples, W.shape
    work = partial(_advance, layer, spaces=spaces)
    small = is_small(samples, shape)
    if pool and small and len(tasks) > 1:
        return list(pool.map(partial(work, pool=None), tasks))
    signals_apart = samples * shape[1] >= _THREADED_VALUES
    return [work(task, pool=pool if signals_apart else None) for task in tasks]


def _put_inputs(group: Sequence[Family], streams: Streams) -> None:
    for family in group:
        stream = _stream(family, streams, _INPUT)
        stream.writable = False
        drawn = _draw_input(family.spec, stream)
        for one in family.passes.values():
            with np.errstate(over="ignore"):
                one.x = (one.spec.input_std * drawn).astype(one.spec.dtype, copy=False)
    streams.forget()


def _stream(family: Family, streams: Streams, *key: int) -> Stream:
    if family.spec.rng == "spawned":
        stream = streams.open(*key)
    else:
        stream = family.stream = family.stream or streams.open()
    stream.writable = not _only_scales(family.spec.init)
    return stream


def _draw_input(spec: StackSpec, stream: Stream) -> NDArray[np.float64]:
    """Return the input's entries before their std, shape (samples, input width)."""
    shape = (spec.samples, spec.shapes[0][0])
    if spec.input_distribution == "normal":
        return stream.standard_normal(shape)
    limit = sqrt(3.0)  # the variance of U(-a, a) is a^2 / 3
    return stream.uniform(-limit, limit, shape)


def _draw_layer(
    family: Family, streams: Streams, layer: int
) -> tuple[NDArray[Any], NDArray[np.float64] | None]:
    """Return a layer's weights, and its biases, before `bias_std`, if it has any.

    In a legacy stream a layer's biases come after its weights, as torch's layers draw them.
    """
    spec = family.spec
    fan_in, width = spec.shapes[layer - 1]
    stream = _stream(family, streams, _WEIGHTS, layer)
    # A user's own initializer may ask for anything that a generator has; and two laws on different
    # ranges have no draw in common that is worth keeping.
    alone = not is_law(spec.init) or isinstance(spec.init, Uniform)
    source = stream.generator() if alone else cast(RandomSource, stream)
    W = spec.init.sample(source, fan_in, width)
    _check_weights(W, spec, fan_in, width)
    if not is_law(spec.init):
        W = W.copy()  # it may be written to again
    with np.errstate(over="ignore"):
        W = W.astype(spec.dtype, copy=False)
    if not spec.bias_std_of(layer):
        return W, None
    stream = _stream(family, streams, _BIAS, layer)
    if isinstance(spec.init, LayerDefault):
        return W, spec.init.sample_bias(cast(RandomSource, stream), fan_in, width)
    return W, stream.standard_normal(width)


def _draw_cotangent(family: Family, one: Pass, streams: Streams, width: int) -> NDArray[Any]:
    """Return the gradient to go back from; no other draw depends on it."""
    stream = _stream(family, streams, _COTANGENT).fork()
    return stream.standard_normal((one.spec.samples, width)).astype(one.spec.dtype, copy=False)


def _advance(
    layer: int, task: _Task, *, spaces: list[_Workspace], pool: Executor | None
) -> list[tuple[int, LayerRecord]]:
    """Compute a pass's next layer; return what each of its stacks makes of it.

    What a pass that goes back as well makes of all its layers is returned with the last one.
    """
    one, W, bias, cotangent = task
    space = spaces.pop()
    fan_in, width = W.shape
    x = one.x
    shape, dtype = (len(x), width), x.dtype
    # Overflow is a finding, not an accident: the statistics count and name it.
    with np.errstate(over="ignore", invalid="ignore"):
        z = np.matmul(x, W, out=space.array("z", shape, dtype))
        if bias is not None:
            # Normal ones are shared by stacks that differ in their std.
            z += ((one.spec.bias_std or 1.0) * bias).astype(dtype)
    slope = None
    if one.spec.gradients:
        slope = np.empty(shape, dtype)
        one.tape.append(Step(x=x, slope=slope, W=W))
    if slope is not None or x.shape != shape:
        one.x = np.empty(shape, dtype)
    saturated = _activate(one.spec.activation, z, one.x, slope, pool)
    signals = _summaries({"preactivation": z, "activation": one.x}, one, saturated, pool)
    spaces.append(space)
    records = [
        (index, LayerRecord(layer=layer, fan_in=fan_in, width=width, signals=found))
        for (index, _), found in zip(one.members, signals, strict=True)
    ]
    goes_on = records[0][1].finite
    if one.spec.gradients:
        one.found += records
        if goes_on and cotangent is not None:
            _go_back(one, cotangent, pool)
        records = one.found if cotangent is not None or not goes_on else []
    one.members = [member for member in one.members if goes_on and member[1].depth > layer]
    return records


def _go_back(one: Pass, cotangent: NDArray[Any], pool: Executor | None) -> None:
    """Give the layers of a pass, from the last one to the first, their gradients."""
    count = len(one.members)
    for number, gradients in zip(
        range(len(one.tape), 0, -1), backpropagate(one.tape, cotangent), strict=True
    ):
        first = (number - 1) * count
        saturated = one.found[first][1]["activation"].stats.saturated_fraction
        signals = _summaries(gradients, one, saturated, pool)
        for place, more in enumerate(signals, start=first):
            index, layer = one.found[place]
            one.found[place] = index, replace(layer, signals=layer.signals + more)
    one.tape.clear()


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
    one: Pass,
    saturated: float | None,
    pool: Executor | None,
) -> list[tuple[SignalRecord, ...]]:
    """Return for each member its records of some signals; members differ in their histograms."""

    def summary(signal: Signal) -> list[SignalRecord]:
        forward = signal == "activation"
        return summarize(
            signal,
            values[signal],
            edges=[spec.edges(signal) for _, spec in one.members],
            # A property of a unit's entry, which a weight is not.
            saturated_fraction=None if signal == "weight_gradient" else saturated,
            rank=forward and one.spec.ranks(values[signal].shape[1]),
            unit_histogram=forward and one.spec.unit_histograms,
        )

    found = list(pool.map(summary, values) if pool else map(summary, values))
    return list(zip(*found, strict=True))


def _check_weights(W: NDArray[Any], spec: StackSpec, fan_in: int, width: int) -> None:
    # Only a user's own initializer can get this wrong.
    array = isinstance(W, np.ndarray)
    if not array or W.shape != (fan_in, width) or not np.issubdtype(W.dtype, np.floating):
        given = f"{W.dtype} {W.shape}" if array else type(W).__name__
        raise SpecError(
            f"{spec.init_name} must give an array of floats ({fan_in}, {width}) (got {given})"
        )
    if not np.isfinite(W).all():
        raise SpecError(f"{spec.init_name} gave weights that are not finite")
