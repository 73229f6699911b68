"""record_from_arrays: arrays that any framework recorded, to the Record that a simulation gives.

A builder's batches are the same arrays in parts: `actviz.records.builder` does the work. Nothing is
written to an array, and no framework is imported.
"""

from collections.abc import Mapping
from sys import maxsize

from numpy.typing import ArrayLike

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.layers.signals import Signal
from actviz.records.builder import RecordBuilder
from actviz.records.given import given_signals
from actviz.records.record import Record
from actviz.simulation.memory import check_fits


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
    >>> import numpy as np
    >>> a = np.tanh(np.linspace(-2.0, 2.0, 12).reshape(4, 3))
    >>> record = record_from_arrays({"hidden": a, "out": a[:, :2] ** 3}, activation="tanh")
    >>> [round(layer["activation"].stats.std, 2) for layer in record.layers]
    [0.74, 0.57]
    """
    if not isinstance(arrays, Mapping) or not arrays:
        raise SpecError("arrays must be a mapping of layer names to arrays, with one at least")
    builder = RecordBuilder(
        activation=activation,
        label=label,
        bins=bins,
        range=range,
        unit_sample=unit_sample,
        exact=maxsize,  # they are all there
    )
    layers = {name: given_signals(name, given, unit_axis) for name, given in arrays.items()}
    largest = max(matrix.nbytes for values in layers.values() for matrix in values.values())
    # Each is put in order by itself, in copies of it or of parts of it.
    check_fits(3.0 * largest, "the largest of these arrays needs", "record fewer samples")
    for name, values in layers.items():
        builder.update(name, values, copy=False)
    return builder.record()
