"""record_from_arrays: arrays that any framework recorded, to the Record that a simulation gives.

This room checks the arrays and names the layer that is wrong; the numbers are those of every other
Record, from `actviz.records.summary`. It never writes to an array, and imports no framework.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import frexp, ldexp, prod, sqrt
from statistics import median
from sys import float_info
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation, get_activation
from actviz.layers.signals import BACKWARD, SIGNALS, Signal
from actviz.numbers.histogram import bin_edges
from actviz.records.layer import Layer
from actviz.records.measuring import ALL_ROWS, RANK_WIDTH, REACH, Measuring, edges_of
from actviz.records.record import Record
from actviz.records.recorded_spec import UNKNOWN, RecordedSpec
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.spec import Dtype
from actviz.records.summary import summarize, writer
from actviz.records.unit_sample import UnitSample
from actviz.simulation.memory import check_fits

#: Types that are kept, or that float32 holds exactly; every other number becomes a float64.
_SINGLE = (np.dtype("float32"), np.dtype("float16"))


def record_from_arrays(
    arrays: Mapping[str, ArrayLike | Mapping[Signal, ArrayLike]],
    *,
    activation: str | Activation | None = None,
    label: str = "arrays",
    unit_axis: int | None = None,
    bins: int = 30,
    range: tuple[float, float] | None = None,  # noqa: A002  # the word that every spec has
    unit_sample: tuple[int, int] | None = None,
) -> Record:
    """Return the Record of activations that were recorded in any framework.

    Parameters
    ----------
    arrays : mapping of str to array, or to a mapping of signals to arrays
        The layers by their names, layer 1 first. An array, shape (samples, units), is the layer's
        activation; ``{"activation": a, "preactivation": z, "gradient": g}`` names several signals,
        of which the activation is needed. Layers may differ in their samples. NaN and infinities
        are counted, and the statistics are of the finite values.
    activation : str or Activation, optional
        The function after every layer: gives the histograms its bounds and, where preactivations
        are there, the share of saturated entries.
    label : str
        Where the arrays come from, for people.
    unit_axis : int, optional
        Which axis of the arrays is the units', such as 1 for images (samples, channels, height,
        width) and -1 for texts (samples, tokens, features); all others are samples. Needed for
        arrays of more than two axes; default: the last one of two. Weight gradients, shape
        (fan_in, units), keep their axes.
    bins : int
        Of the histograms of preactivations and activations, 1 to 10 000.
    range : (float, float), optional
        Ends of these histograms. Default: the activation's bounds. Where it has none, or nobody
        named it, they are ± the power of two next above 4 times the rms of the layer in the middle
        (the median over the layers), so that they stay as they are while the numbers change a
        little; from 0 where no value of any layer is negative. Gradients have powers of two, as
        always.
    unit_sample : (int, int), optional
        Of how many samples and units the values are kept, as in `Measuring`.

    Returns
    -------
    Record
        Its ``spec`` is a `RecordedSpec`.

    Raises
    ------
    SpecError
        If there is no layer, or an array is not of numbers (samples, units): ragged, empty, of
        objects, complex, masked. The message names the layer.

    Examples
    --------
    >>> a = np.tanh(np.linspace(-2.0, 2.0, 12).reshape(4, 3))
    >>> record = record_from_arrays({"hidden": a, "out": a[:, :2] ** 3}, activation="tanh")
    >>> [round(layer["activation"].stats.std, 2) for layer in record.layers]
    [0.74, 0.57]
    """
    function = get_activation(activation) if isinstance(activation, str) else activation
    layers = _checked(arrays, unit_axis)
    largest = max(matrix.nbytes for values in layers.values() for matrix in values.values())
    # Each is put in order by itself, in copies of it or of parts of it.
    check_fits(3.0 * largest, "the largest of these arrays needs", "record fewer samples")
    widths = [values["activation"].shape[1] for values in layers.values()]
    spec = RecordedSpec(
        label=label,
        layers=tuple(
            Layer(
                name=name,
                activation=UNKNOWN if function is None else function,
                fan_in=_fan_in(values, before),
                width=width,
                samples=len(values["activation"]),
            )
            for (name, values), before, width in zip(
                layers.items(), [None, *widths], widths, strict=False
            )
        ),
        dtype=_widest(layers),
    )
    backward = any(signal in BACKWARD for values in layers.values() for signal in values)
    measuring = Measuring(bins=bins, range=range, gradients=backward, unit_sample=unit_sample)
    edges = {s: _edges(spec.activation, measuring, s, layers) for s in SIGNALS}
    return Record(
        spec=spec,
        measuring=measuring,
        layers=tuple(
            LayerRecord.of(
                known, number, _summaries(layers[known.name], edges, function, measuring)
            )
            for number, known in enumerate(spec.layers, start=1)
        ),
        writer=writer(),
    )


_Layers = dict[str, dict[Signal, NDArray[Any]]]


def _checked(arrays: Mapping[str, Any], unit_axis: int | None) -> _Layers:
    """Return two-dimensional float arrays by layer and signal, in the order of `SIGNALS`."""
    if not isinstance(arrays, Mapping) or not arrays:
        raise SpecError("arrays must be a mapping of layer names to arrays, with one at least")
    layers: _Layers = {}
    for name, given in arrays.items():
        signals = given if isinstance(given, Mapping) else {"activation": given}
        if odd := [signal for signal in signals if signal not in SIGNALS]:
            raise SpecError(f"layer {name!r}: no signal {odd[0]!r}; they are {', '.join(SIGNALS)}")
        if "activation" not in signals:
            raise SpecError(f"layer {name!r} needs its activation (got {', '.join(signals)})")
        values = {
            signal: _matrix(f"layer {name!r}", signals[signal], signal, unit_axis)
            for signal in SIGNALS
            if signal in signals
        }
        for signal, matrix in values.items():
            _check_fit(name, signal, matrix.shape, values["activation"].shape)
        layers[name] = values
    return layers


def _matrix(name: str, given: Any, signal: Signal, unit_axis: int | None) -> NDArray[Any]:
    """Return an array as float32 or float64, shape (samples, units); `given` is left as it is."""
    if np.ma.is_masked(given):
        raise SpecError(f"{name}: masked arrays are not counted; put NaN where nothing is known")
    try:
        array = np.asarray(given)
    except (ValueError, TypeError, RuntimeError) as error:
        why = str(error).splitlines()[0]
        raise SpecError(f"{name} is no array of numbers, samples × units: {why}") from error
    if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
        raise SpecError(f"{name} must hold real numbers of up to 64 bits (got {array.dtype})")
    weights = signal == "weight_gradient"
    axes = array.ndim
    if axes < 2 or (axes > 2 and (weights or unit_axis is None)):
        what = "fan_in × units" if weights else "samples × units"
        todo = "name its unit_axis" if axes > 2 and not weights else "reshape it"
        raise SpecError(f"{name} must be {what} (got shape {array.shape}): {todo}")
    if not array.size:
        raise SpecError(f"{name} has no values (shape {array.shape})")
    if unit_axis is not None and not weights:
        if isinstance(unit_axis, bool) or not -axes <= unit_axis < axes:
            raise SpecError(f"{name} has {axes} axes and no unit_axis {unit_axis!r}")
        array = np.moveaxis(array, unit_axis, -1)
    matrix = array.reshape(prod(array.shape[:-1]), array.shape[-1])
    single = matrix.dtype.newbyteorder("=") in _SINGLE
    return matrix.astype(np.float32 if single else np.float64, copy=False)


def _check_fit(
    name: str, signal: Signal, shape: tuple[int, ...], activation: tuple[int, ...]
) -> None:
    first = 1 if signal == "weight_gradient" else 0
    if shape[first:] != activation[first:]:
        raise SpecError(
            f"layer {name!r}: its {signal} {shape} does not fit its activation {activation}"
        )


def _fan_in(values: Mapping[Signal, NDArray[Any]], before: int | None) -> int | None:
    """Return the rows of the weights where they are known, or else the units of layer before."""
    gradient = values.get("weight_gradient")
    return before if gradient is None else len(gradient)


def _widest(layers: _Layers) -> Dtype:
    wide = any(v.dtype == np.float64 for values in layers.values() for v in values.values())
    return "float64" if wide else "float32"


def _edges(
    activation: Activation, measuring: Measuring, signal: Signal, layers: _Layers
) -> NDArray[np.float64]:
    """Return the edges that the histograms of a signal have in all layers, shape (bins + 1,)."""
    if measuring.range is not None:
        return measuring.edges(signal, activation)
    matrices = [values[signal] for values in layers.values() if signal in values]
    scales = [scale for matrix in matrices if (scale := _rms(matrix))]
    reach = _power_of_two(REACH * median(scales)) if scales else REACH
    unsigned = not any(bool((matrix < 0).any()) for matrix in matrices)
    if activation == UNKNOWN and signal == "activation" and unsigned:
        return bin_edges(0.0, reach, measuring.bins)
    return edges_of(activation, signal, reach, measuring.bins)


def _rms(matrix: NDArray[Any]) -> float:
    """Return the root mean square of the finite values, 0 where there are none."""
    finite = np.abs(matrix[np.isfinite(matrix)], dtype=np.float64)
    peak = float(finite.max(initial=0.0))
    return peak * sqrt(float(np.mean((finite / peak) ** 2))) if peak else 0.0


def _power_of_two(value: float) -> float:
    """Return the power of two that is the next one above `value`, or `value` itself."""
    mantissa, exponent = frexp(min(value, float_info.max))
    return ldexp(1.0, min(exponent - (mantissa == 0.5), 1023))


def _summaries(
    values: Mapping[Signal, NDArray[Any]],
    edges: Mapping[Signal, NDArray[np.float64]],
    function: Activation | None,
    measuring: Measuring,
) -> tuple[SignalRecord, ...]:
    saturated = None
    if function is not None and "preactivation" in values:
        with np.errstate(over="ignore", invalid="ignore"):
            saturated = float(np.mean(function.saturated(values["preactivation"])))
    found = tuple(
        summarize(
            signal,
            matrix,
            edges=[edges[signal]],
            saturated_fraction=None if signal == "weight_gradient" else saturated,
            rank_rows=ALL_ROWS
            if signal == "activation" and matrix.shape[1] <= RANK_WIDTH
            else None,
        )[0]
        for signal, matrix in values.items()
    )
    if measuring.unit_sample is None:
        return found
    sample = UnitSample.of(values["activation"], measuring.unit_sample)
    return tuple(
        replace(item, unit_sample=sample) if item.signal == "activation" else item for item in found
    )
