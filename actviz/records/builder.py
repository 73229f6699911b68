"""RecordBuilder: a Record of values that come in batches, in any framework's loop.

Nothing of a batch is kept but what `actviz.numbers.accumulator` keeps of it. The room draws
nothing, and imports no framework.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf
from sys import maxsize

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation, as_activation
from actviz.layers.signals import BACKWARD, SIGNALS, Signal
from actviz.numbers.accumulator import EXACT_VALUES, Accumulator
from actviz.numbers.scalars import check_flag, check_integer, short
from actviz.numbers.stats import SignalStats
from actviz.numbers.sums import Asked
from actviz.records.batches import LayerBatches, Values
from actviz.records.given import check_unit_axis, given_signals
from actviz.records.layer import Layer
from actviz.records.measuring import ALL_ROWS, RANK_WIDTH, Measuring
from actviz.records.record import Record
from actviz.records.recorded_edges import Extent, possible_edges, recorded_edges
from actviz.records.recorded_spec import UNKNOWN, RecordedSpec, check_label, check_layer
from actviz.records.signal import LayerRecord, SignalRecord
from actviz.records.summary import summarize, writer
from actviz.records.unit_sample import UnitSample

#: Of each signal, those of its histograms.
_Edges = Mapping[Signal, NDArray[np.float64]]

#: Of a layer's signals those whose values are forgotten.
_Summed = Mapping[Signal, SignalRecord]


class RecordBuilder:
    """Makes the Record of activations that come batch by batch, in whatever framework.

    For a data loader, for several processes (each builds, one merges), for a net at some steps of
    its training (a builder for each). Up to 2**20 values of a signal everything is what
    `record_from_arrays` says of the whole, to the last bit. Beyond, values are forgotten, and then

    - exact are counts, shares, extremes and histograms, with the axis that all values together
      have: as of the whole, whatever came first and in which builder;
    - within rounding are mean, spreads, skewness, kurtosis, cosine and effective rank;
    - within 1e-3 of the std, or 1/512 of themselves where that is more (most in a heap far from 0,
      and thousands around it), are quantiles and the median magnitude, which
      `SignalRecord.approximate` names. These too are the same in whatever order values came.

    Parameters
    ----------
    activation : str or Activation, optional
        The function after every layer: gives the histograms its bounds and, where preactivations
        are there, the share of saturated entries.
    label : str
        Where the values come from, for people.
    unit_axis : int, optional
        Which axis of the batches is the units', as in `record_from_arrays`.
    bins : int
        Of the histograms of preactivations and activations, 1 to 10 000.
    range : (float, float), optional
        Ends of these histograms; the same in all builders that are to be merged. Default: as in
        `record_from_arrays`, from all values; of values that are forgotten, from 2**-126 to 2**127
        away from 0 at most. Beside thousands of bins, a range saves memory and time.
    unit_sample : (int, int), optional
        Of how many samples and units the values are kept, as in `Measuring`.
    exact : int, default 2**20
        How many values of a signal are kept, for exact quantiles; 1 at least.

    Raises
    ------
    SpecError
        If one of these is out of its range, or of a wrong kind.

    Examples
    --------
    >>> builder = RecordBuilder(activation="tanh")
    >>> for batch in np.linspace(-2.0, 2.0, 12).reshape(2, 2, 3):
    ...     builder.update("hidden", np.tanh(batch))
    >>> record = builder.record()
    >>> record.spec.samples, round(record.layers[0]["activation"].stats.std, 2)
    (4, 0.74)
    """

    def __init__(
        self,
        *,
        activation: str | Activation | None = None,
        label: str = "batches",
        unit_axis: int | None = None,
        bins: int = 30,
        range: tuple[float, float] | None = None,  # noqa: A002  # the word that every spec has
        unit_sample: tuple[int, int] | None = None,
        exact: int = EXACT_VALUES,
    ) -> None:
        check_label(label)
        check_unit_axis(unit_axis)
        self._label, self._unit_axis = label, unit_axis
        self._exact = check_integer("exact", exact, 1, maxsize)
        self._activation = UNKNOWN if activation is None else as_activation(activation)
        self._measuring = Measuring(bins=bins, range=range, unit_sample=unit_sample)
        self._layers: dict[str, LayerBatches] = {}
        self._record: Record | None = None

    def update(
        self,
        name: str | Layer,
        batch: ArrayLike | Mapping[Signal, ArrayLike],
        *,
        copy: bool = True,
    ) -> None:
        """Add a batch of a layer's values.

        Parameters
        ----------
        name : str or Layer
            Of the layer; layers stand in the order of their first batches. A `Layer` also says its
            kind, its activation and its fan_in; the number of its samples is counted here.
        batch : array, or mapping of signals to arrays
            As in `record_from_arrays`: shape (samples, units), the activation; or several signals,
            the same ones in every batch. A weight gradient is of a whole pass: it is given once.
        copy : bool, default True
            Whether to copy what is kept. False where nobody writes to the arrays again.

        Raises
        ------
        SpecError
            If the batch is no array of numbers (samples, units), is empty, has another width,
            dtype or other signals than the layer's first one, or the record has been made. The
            message names the layer; nothing of the batch has then been added.
        """
        self._check_open()
        facts = name if isinstance(name, Layer) else None
        key = name.name if isinstance(name, Layer) else name
        if not isinstance(key, str) or not key.strip():
            raise SpecError(
                f"the name of a layer must be a text that is not blank (got {short(key)})"
            )
        check_flag("copy", copy)
        values = given_signals(key, batch, self._unit_axis)
        layer = self._layers.get(key)
        if layer is None:
            layer = self._begun(key, facts, values)
        else:
            layer.check(facts, values)
        saturated = layer.saturated_in(values)
        self._layers[key] = layer
        for signal, accumulator in layer.signals.items():
            given = values[signal]
            self._make_room(layer, signal, given.size)
            # What is too much to be kept is summed at once.
            kept = copy and given.size <= self._exact
            accumulator.update(given.copy() if kept else given)
        layer.saturated += saturated
        layer.sample([values["activation"]], self._measuring.unit_sample)

    def merge(self, other: "RecordBuilder") -> None:
        """Add all that another builder has seen; it stays as it is.

        Of the samples, these come first, of which a unit sample is taken; in all else the order in
        which builders are merged matters within rounding alone. A builder can be pickled and sent
        by another process.

        Raises
        ------
        SpecError
            If they do not measure the same: bins, range, activation, layers, their order, widths,
            dtypes and signals; or one of them has made its record. Nothing has then been merged.
        """
        if not isinstance(other, RecordBuilder):
            raise SpecError(f"a builder is merged with a builder (got {type(other).__name__})")
        if other is self:
            raise SpecError("a builder is merged with another one, not with itself")
        self._check_open()
        other._check_open()
        self._check_alike(other)
        for name, theirs in other._layers.items():
            if name not in self._layers:  # this one has seen nothing
                self._layers[name] = replace(
                    theirs,
                    signals={s: self._accumulator(s, theirs.width) for s in theirs.signals},
                    saturated=0,
                    first=[],
                )
        for name, theirs in other._layers.items():
            layer = self._layers[name]
            for signal, accumulator in layer.signals.items():
                given = theirs.signals[signal]
                self._make_room(layer, signal, given.samples * layer.width)
                accumulator.merge(given)
            layer.saturated += theirs.saturated
            layer.sample(theirs.first, self._measuring.unit_sample)

    def record(self) -> Record:
        """Return the Record of all batches; after that the builder takes no more.

        Raises
        ------
        SpecError
            If there was no batch.
        """
        if self._record is None:
            if not self._layers:
                raise SpecError("there is no layer: update the builder with a batch first")
            self._record = self._made()
        return self._record

    # --- layers -----------------------------------------------------------------------------

    def _check_open(self) -> None:
        if self._record is not None:
            raise SpecError("this builder has made its record: take a new one for other values")

    def _begun(self, name: str, facts: Layer | None, values: Values) -> LayerBatches:
        width = values["activation"].shape[1]
        if facts is not None and facts.width != width:
            raise SpecError(f"layer {name!r} has {facts.width} units, and this batch {width}")
        # Rows of the weights where they are known, or else the units of the layer before.
        fan_in = [seen.width for seen in self._layers.values()][-1] if self._layers else None
        if "weight_gradient" in values:
            fan_in = len(values["weight_gradient"])
        begun = LayerBatches(
            name=name,
            kind=facts.kind if facts else "",
            activation=facts.activation if facts else self._activation,
            fan_in=fan_in if facts is None or facts.fan_in is None else facts.fan_in,
            width=width,
            dtypes={signal: matrix.dtype for signal, matrix in values.items()},
            signals={signal: self._accumulator(signal, width) for signal in values},
        )
        check_layer(replace(begun.known, samples=len(values["activation"])))
        return begun

    def _accumulator(self, signal: Signal, width: int) -> Accumulator:
        ranked = signal == "activation" and width <= RANK_WIDTH
        asked = Asked(
            gradient=signal in BACKWARD,
            rank_rows=ALL_ROWS if ranked else None,
        )
        return Accumulator(asked, exact=self._exact)

    def _check_alike(self, other: "RecordBuilder") -> None:
        """Raise SpecError unless another builder measures the same."""
        one, two = self._measuring, other._measuring
        settings = {
            "bins": (one.bins, two.bins),
            "range": (one.range, two.range),
            "unit_sample": (one.unit_sample, two.unit_sample),
            "activation": (self._activation, other._activation),
            "exact": (self._exact, other._exact),
        }
        for name, (first, second) in settings.items():
            if first != second:
                mine, theirs = (short(getattr(each, "name", each)) for each in (first, second))
                raise SpecError(
                    f"builders differ in their {name}: {mine} and {theirs}; make all that are "
                    "to be merged with one and the same"
                )
        if not self._layers or not other._layers:
            return
        if odd := sorted(self._layers.keys() ^ other._layers.keys()):
            raise SpecError(f"builders differ in their layers: {odd[0]!r} is in one of them only")
        for place, pair in enumerate(zip(self._layers, other._layers, strict=True), start=1):
            if pair[0] != pair[1]:
                raise SpecError(
                    "builders differ in the order of their layers, which is that of the first "
                    f"batches: {pair[0]!r} and {pair[1]!r} as layer {place}; give both in one order"
                )
        for name, layer in self._layers.items():
            layer.check_same(other._layers[name])

    def _make_room(self, layer: LayerBatches, signal: Signal, more: int) -> None:
        """Say between which edges values are counted, if so many more are too many to be kept."""
        accumulator = layer.signals[signal]
        if accumulator.is_exact and not accumulator.fits(more):
            edges = possible_edges(signal, layer.activation, self._measuring)
            accumulator.count_between(edges)

    # --- the record -------------------------------------------------------------------------

    def _made(self) -> Record:
        layers = list(self._layers.values())
        summed = [dict(_summed(layer)) for layer in layers]
        sizes: dict[Signal, list[Extent]] = {signal: [] for signal in SIGNALS}
        for layer, items in zip(layers, summed, strict=True):
            for signal, accumulator in layer.signals.items():
                item = items.get(signal)
                size = _size(item.stats) if item else Extent.of(accumulator.values())
                sizes[signal].append(size)
        functions = [layer.activation for layer in layers]
        edges = {s: recorded_edges(s, sizes[s], functions, self._measuring) for s in SIGNALS}
        backward = any(signal in BACKWARD for layer in layers for signal in layer.signals)
        wide = any(dtype == np.float64 for layer in layers for dtype in layer.dtypes.values())
        spec = RecordedSpec(
            label=self._label,
            layers=tuple(layer.known for layer in layers),
            dtype="float64" if wide else "float32",
        )
        return Record(
            spec=spec,
            measuring=replace(self._measuring, gradients=backward),
            layers=tuple(
                LayerRecord.of(layer.known, number, tuple(self._signals(layer, items, edges)))
                for number, (layer, items) in enumerate(zip(layers, summed, strict=True), start=1)
            ),
            writer=writer(),
        )

    def _signals(
        self, layer: LayerBatches, summed: _Summed, edges: _Edges
    ) -> Iterator[SignalRecord]:
        for signal in SIGNALS:
            if signal not in layer.signals:
                continue
            if signal in summed:
                item = replace(
                    summed[signal], counted=summed[signal].histogram.between(edges[signal])
                )
            else:
                item = _exact(layer, signal, edges[signal])
            most = self._measuring.unit_sample
            if signal == "activation" and most is not None:
                sample = UnitSample.of(np.concatenate(layer.first), most)
                item = replace(item, unit_sample=sample)
            yield item


def _summed(layer: LayerBatches) -> Iterator[tuple[Signal, SignalRecord]]:
    """Yield the signals whose values are forgotten, counted between all edges that they may get."""
    for signal, accumulator in layer.signals.items():
        if not accumulator.is_exact:
            sums = accumulator.sums()
            yield (
                signal,
                SignalRecord(
                    signal=signal,
                    stats=sums.stats(_saturated_fraction(layer, signal)),
                    counted=sums.histograms[0],
                    approximate=sums.approximate,
                ),
            )


def _exact(layer: LayerBatches, signal: Signal, edges: NDArray[np.float64]) -> SignalRecord:
    accumulator = layer.signals[signal]
    return summarize(
        signal,
        accumulator.values(),
        edges=[edges],
        saturated_fraction=_saturated_fraction(layer, signal),
        rank_rows=accumulator.asked.rank_rows,
    )[0]


def _saturated_fraction(layer: LayerBatches, signal: Signal) -> float | None:
    # A property of a unit's entry, which a weight is not.
    return None if signal == "weight_gradient" else layer.saturated_fraction


def _size(stats: SignalStats) -> Extent:
    """Return the size of values that are forgotten."""
    return Extent(stats.rms or 0.0, inf if stats.min is None else stats.min, forgotten=True)
