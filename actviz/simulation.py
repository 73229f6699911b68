"""simulate(spec) -> Record: the forward pass, layer by layer.

The one room that creates random generators. It keeps one layer in memory at a time, hands its
values to `actviz.stats` and `actviz.histogram`, and draws nothing on paper.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from importlib.metadata import version
from math import sqrt
from typing import Any, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from actviz.activations import Activation
from actviz.errors import SpecError
from actviz.histogram import Histogram
from actviz.initializers import Initializer, RandomSource
from actviz.record import LayerRecord, Record, SignalRecord
from actviz.spec import SIGNALS, Distribution, Dtype, Rng, Signal, StackSpec
from actviz.stats import describe

#: A simulation may need at most this share of the machine's memory.
MEMORY_SHARE = 0.8

#: From this many values a layer on, its two signals are summarized on two threads.
_THREADED_VALUES = 1_000_000

#: Values whose activation is computed at once.
_BLOCK_VALUES = 1 << 16

# What spawn keys mean; a seed's children never share a stream.
_INPUT, _WEIGHTS, _BIAS = range(3)


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
        spec = StackSpec(**fields)  # type: ignore[arg-type]  # names are looked up there
    elif fields:
        raise SpecError("simulate takes a spec or fields, not both: use dataclasses.replace")
    return Record(spec=spec, layers=tuple(simulate_layers(spec)), writer=writer())


def simulate_layers(spec: StackSpec) -> Iterator[LayerRecord]:
    """Yield the layers of ``simulate(spec)`` as they are computed; memory does not grow with depth.

    Raises
    ------
    SpecError
        Before anything is drawn, if the simulation needs more memory than there is.
    """
    check_memory(spec)
    return _layers(spec)


def check_memory(spec: StackSpec) -> None:
    """Raise SpecError if `spec` needs more than 80 % of this machine's memory."""
    needed = spec.estimated_bytes()
    try:
        present = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not a POSIX machine: nothing to compare with
        return
    if needed > MEMORY_SHARE * present:
        raise SpecError(
            f"this needs about {needed / 1e9:,.0f} GB of memory and the machine has "
            f"{present / 1e9:,.0f} GB: lower width, samples, depth or bins"
        )


def writer() -> tuple[tuple[str, str], ...]:
    """Return what makes a record, and its versions."""
    return (("actviz", version("actviz")), ("numpy", np.__version__))


def _layers(spec: StackSpec) -> Iterator[LayerRecord]:
    stream = _streams(spec)
    dtype = np.dtype(spec.dtype)
    edges = {signal: spec.edges(signal) for signal in SIGNALS}
    with np.errstate(over="ignore"):
        x = _draw_input(spec, stream(_INPUT)).astype(dtype, copy=False)
    threaded = spec.samples * max(spec.widths) >= _THREADED_VALUES
    with ThreadPoolExecutor(2) if threaded else nullcontext() as pool:
        for layer, (fan_in, width) in enumerate(spec.shapes, start=1):
            W = spec.init.sample(stream(_WEIGHTS, layer), fan_in, width)
            _check_weights(W, spec, fan_in, width)
            # Overflow is a finding, not an accident: the statistics count and name it.
            with np.errstate(over="ignore", invalid="ignore"):
                z = x @ W.astype(dtype, copy=False)
                if spec.bias_std:
                    bias = spec.bias_std * stream(_BIAS, layer).standard_normal(width)
                    z += bias.astype(dtype)
                x, saturated = _activate(spec.activation, z, pool)
                signals = _summaries(
                    (("preactivation", z), ("activation", x)), edges, saturated, pool
                )
            record = LayerRecord(layer=layer, fan_in=fan_in, width=width, signals=signals)
            yield record
            if not record.finite:
                return


def _activate(
    activation: Activation, z: NDArray[Any], pool: Executor | None
) -> tuple[NDArray[Any], float]:
    """Return the activation of `z`, and the share of its entries that are saturated.

    In blocks of rows, so that a block's temporaries stay in a core's cache.
    """
    a = np.empty_like(z)
    step = max(1, _BLOCK_VALUES // z.shape[1])

    def activate(start: int) -> int:
        rows = slice(start, start + step)
        with np.errstate(over="ignore", invalid="ignore"):  # a thread has its own
            values = activation(z[rows])
            before, after = z[rows].shape, np.shape(values)
            if after != before:  # a user's own
                raise SpecError(f"{activation.name} must keep the shape {before} (got {after})")
            a[rows] = values
            return int(np.count_nonzero(activation.saturated(z[rows])))

    starts = range(0, len(z), step)
    return a, sum(pool.map(activate, starts) if pool else map(activate, starts)) / z.size


def _summaries(
    values: Sequence[tuple[Signal, NDArray[Any]]],
    edges: dict[Signal, NDArray[np.float64]],
    saturated: float,
    pool: Executor | None,
) -> tuple[SignalRecord, ...]:
    def summary(named: tuple[Signal, NDArray[Any]]) -> SignalRecord:
        signal, array = named
        # One sort serves the quantiles, the extremes, the zeros and the histogram.
        ordered = np.sort(array, axis=None)
        return SignalRecord(
            signal=signal,
            stats=describe(array, ordered=ordered, saturated_fraction=saturated),
            histogram=Histogram.of_sorted(ordered, edges=edges[signal]),
        )

    return tuple(pool.map(summary, values) if pool else map(summary, values))


def _streams(spec: StackSpec) -> Callable[..., RandomSource]:
    """Return a function from a spawn key to its generator."""
    if spec.rng == "legacy":
        shared = np.random.RandomState(spec.seed)
        return lambda *key: shared
    return lambda *key: np.random.default_rng(np.random.SeedSequence(spec.seed, spawn_key=key))


def _draw_input(spec: StackSpec, rng: RandomSource) -> NDArray[np.float64]:
    shape = (spec.samples, spec.shapes[0][0])
    if spec.input_distribution == "normal":
        return spec.input_std * rng.standard_normal(shape)
    limit = sqrt(3.0)  # the variance of U(-a, a) is a^2 / 3
    return spec.input_std * rng.uniform(-limit, limit, shape)


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
