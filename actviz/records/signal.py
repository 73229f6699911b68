"""SignalRecord and LayerRecord: the numbers and histograms of one signal, and of one layer.

Parts of a Record; this room holds values and turns them into plain JSON types and back.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import inf
from operator import attrgetter
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from actviz.errors import RecordError
from actviz.format import UNDEFINED, axis_number, one_line
from actviz.layers.signals import BACKWARD, FORWARD, SIGNALS, Signal
from actviz.numbers.histogram import Histogram, HistogramKind, are_octaves
from actviz.numbers.scalars import check_integer, is_finite
from actviz.numbers.stats import QUANTILE_LEVELS, SignalStats, Statistic
from actviz.numbers.sums import APPROXIMATE
from actviz.records.layer import Layer
from actviz.records.possible import check_possible
from actviz.records.unit_sample import UnitSample

#: Statistics that the first records of this schema lack.
_LATER = ("mean_cosine", "effective_rank", "median_magnitude", "idle_unit_fraction")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRecord:
    """One signal of one layer: its statistics and its histogram.

    Parameters
    ----------
    signal : str
        Of `actviz.layers.signals.SIGNALS`.
    stats : SignalStats
        Of the values.
    counted : Histogram or None
        Of the values; of gradients, of their magnitudes. Gradients of a file of version 0.1.0, if
        it was made with a range, are counted as values. None where none was kept: then `histogram`
        is an error.
    unit_histogram : Histogram, optional
        Over the same edges, of each value less its unit's mean plus the mean of all: what a unit
        spreads over the inputs.
    unit_sample : UnitSample, optional
        The values of the first inputs and units.
    approximate : tuple of str
        Which of the statistics are approximate: none, or of `actviz.numbers.sums.APPROXIMATE`,
        where there were more values than are kept and put in order.

    Raises
    ------
    RecordError
        If they do not count the same values, the sample is of none of these, or a file could not
        tell what the histogram is of: magnitudes of what is no gradient, or gradients as values
        between powers of two.
    """

    signal: Signal
    stats: SignalStats
    counted: Histogram | None
    unit_histogram: Histogram | None = None
    unit_sample: UnitSample | None = None
    approximate: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if odd := [name for name in self.approximate if name not in APPROXIMATE]:
            raise RecordError(f"{odd[0]!r:.40} is never approximate; {', '.join(APPROXIMATE)} are")
        if self.unit_sample is not None:
            _check_among(self.unit_sample, self.stats)
        if self.counted is None:
            return
        counted = (self.histogram.n_finite, self.histogram.nonfinite)
        described = (self.stats.count, self.stats.nonfinite)
        if counted != described:
            raise RecordError(
                f"the histogram of a signal counts {counted[0]} finite values and {counted[1]} "
                f"others, its statistics {described[0]} and {described[1]}"
            )
        within = self.unit_histogram
        if within is not None and not np.array_equal(within.edges, self.histogram.edges):
            raise RecordError("the two histograms of a signal have different edges")
        if self.histogram.kind != _kind(self.signal, self.histogram.edges):
            raise RecordError(
                f"a histogram of the {self.signal} over these edges cannot be of "
                f"{self.histogram.kind}"
            )

    def __repr__(self) -> str:
        """Return one line, without the histogram."""
        stats = self.stats
        std = UNDEFINED if stats.std is None else axis_number(stats.std, 2)
        others = f", {stats.nonfinite} not finite" if stats.nonfinite else ""
        return f"<SignalRecord of the {self.signal}: std {std}, {stats.count} values{others}>"

    @property
    def histogram(self) -> Histogram:
        """The histogram that was kept.

        Raises
        ------
        RecordError
            If none was.
        """
        if self.counted is None:
            raise RecordError(not_kept(self.signal, "histogram"))
        return self.counted

    @property
    def of_magnitudes(self) -> bool:
        """Whether the histogram is of magnitudes, on a logarithmic axis: it has no place for 0."""
        return self.histogram.kind == "magnitudes"

    def counts_without_zeros(self) -> NDArray[np.int64]:
        """Return the bins' counts, shape (n_bins,), without the values that are exactly 0.

        ReLU's atom at 0 is not a density, and as part of a bin it hides the rest.
        """
        edges, counts = self.histogram.edges, self.histogram.counts.copy()
        if edges[0] <= 0.0 <= edges[-1]:
            bin_of_zero = min(int(np.searchsorted(edges, 0.0, side="right")), len(counts)) - 1
            counts[bin_of_zero] -= self.zeros
        return counts

    @property
    def zeros(self) -> int:
        """How many values are exactly 0."""
        return round((self.stats.zero_fraction or 0.0) * self.stats.count)


def not_kept(signal: Signal, statistic: Statistic) -> str:
    """Return what is wrong with asking for a statistic that was not kept, and what to do."""
    return (
        f"of the {signal} no {statistic} was kept: measure it again, with "
        f"Measuring(statistics={{'{signal}': ['{statistic}']}}); statistics=\"all\" keeps all"
    )


def _check_among(sample: UnitSample, stats: SignalStats) -> None:
    """Raise RecordError if the values that were kept are none of those that are described."""
    values = sample.values[np.isfinite(sample.values)]
    others = sample.values.size - values.size
    low, high = stats.min, stats.max
    # Ends that were not kept say nothing of it.
    inside = (low is None or high is None) and stats.count > 0
    if low is not None and high is not None:
        inside = bool(np.all((low <= values) & (values <= high)))
    if others > stats.nonfinite or (values.size and not inside):
        raise RecordError(
            f"a unit sample from {values.min(initial=inf):g} to {values.max(initial=-inf):g}, "
            f"{others} of it not finite, is of no values from {low} to {high}, {stats.nonfinite} "
            "of them not finite"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRecord(Layer):
    """One layer, its number, counted from 1, and its signals.

    ``layer["activation"]`` is the `SignalRecord` of that signal.
    """

    layer: int
    signals: tuple[SignalRecord, ...]

    @classmethod
    def of(cls, known: Layer, number: int, signals: tuple[SignalRecord, ...]) -> Self:
        """Return a layer of which the signals have been seen."""
        return cls(layer=number, signals=signals, **dict(zip(_FACTS, _facts(known), strict=True)))

    def is_of(self, known: Layer) -> bool:
        """Return whether it is a layer of which this is known."""
        return bool(_facts(self) == _facts(known))

    def __repr__(self) -> str:
        """Return one line, without the numbers of its signals."""
        names = one_line(f"{self.name}, {self.activation.name}".removeprefix(", "))
        return f"<LayerRecord {self.layer} of {names}, {self.width} units: {self._names()}>"

    def __getitem__(self, signal: str) -> SignalRecord:
        for item in self.signals:
            if item.signal == signal:
                return item
        raise RecordError(f"layer {self.layer} has no signal {signal!r}; it has {self._names()}")

    def __contains__(self, signal: object) -> bool:
        return any(item.signal == signal for item in self.signals)

    def _names(self) -> str:
        return ", ".join(item.signal for item in self.signals)

    @property
    def finite(self) -> bool:
        """Whether every value of the forward pass is finite."""
        return all(item.stats.nonfinite == 0 for item in self.signals if item.signal in FORWARD)


_FACTS = tuple(item.name for item in fields(Layer))

_facts = attrgetter(*_FACTS)


def layer_dict(layer: LayerRecord) -> dict[str, Any]:
    """Return plain JSON types; `read_layer` reads them."""
    return {
        "layer": layer.layer,
        "fan_in": layer.fan_in,
        "width": layer.width,
        "signals": {item.signal: _signal_dict(item) for item in layer.signals},
    }


def _signal_dict(item: SignalRecord) -> dict[str, Any]:
    histogram = None if item.counted is None else item.counted.to_dict()
    plain: dict[str, Any] = {"stats": _plain(item.stats), "histogram": histogram}
    if item.unit_histogram is not None:
        plain["unit_histogram"] = item.unit_histogram.to_dict()
    if item.unit_sample is not None:
        plain["unit_sample"] = item.unit_sample.to_list()
    if item.approximate:
        plain["approximate"] = list(item.approximate)
    return plain


def _plain(stats: SignalStats) -> dict[str, Any]:
    quantiles = stats.quantiles
    return asdict(stats) | {"quantiles": None if quantiles is None else list(quantiles)}


def read_layer(
    data: Mapping[str, Any], known: Layer, kept: Callable[[Signal], Collection[Statistic]]
) -> LayerRecord:
    """Return the layer of a dict such as `layer_dict` makes; its spec has told what is known of it.

    `kept` says which statistics of a signal there are.

    Raises
    ------
    KeyError, RecordError, SpecError, TypeError, ValueError, AttributeError, OverflowError
        If something is missing, unknown or of a wrong type.
    """
    width = _whole("width", data["width"])
    signals = data["signals"]
    names = [name for name in SIGNALS if name in signals.keys()]  # noqa: SIM118  # a list has none
    if unknown := sorted(signals.keys() - set(names)):
        raise RecordError(f"a layer has no signal {unknown[0]!r}; signals are {', '.join(SIGNALS)}")
    fan_in = None if data["fan_in"] is None else _whole("fan_in", data["fan_in"])
    return LayerRecord.of(
        replace(known, fan_in=fan_in, width=width),
        _whole("layer", data["layer"]),
        tuple(_signal(name, signals[name], width, kept(name)) for name in names),
    )


def _signal(
    signal: Signal, data: Mapping[str, Any], width: int, kept: Collection[Statistic]
) -> SignalRecord:
    within, sample = data.get("unit_histogram"), data.get("unit_sample")
    item = SignalRecord(
        signal=signal,
        stats=_stats(data["stats"]),
        counted=None if data["histogram"] is None else _histogram(signal, data["histogram"]),
        unit_histogram=None if within is None else _histogram(signal, within),
        unit_sample=None if sample is None else UnitSample.from_list(sample),
        approximate=tuple(data.get("approximate", ())),
    )
    try:
        check_possible(item.stats, item.counted, item.zeros, width, kept)
    except RecordError as error:
        raise RecordError(f"{signal}: {error}") from error
    return item


def _histogram(signal: Signal, data: Mapping[str, Any]) -> Histogram:
    if "kind" in data:
        raise RecordError("a file does not name a histogram's kind")
    counted = Histogram(**data, kind="values")  # a file does not name the kind
    return replace(counted, kind=_kind(signal, counted.edges))


def _kind(signal: Signal, edges: NDArray[np.float64]) -> HistogramKind:
    """Return what a histogram over `edges` is of: what every Record keeps, and files rely on.

    Gradients over powers of two are magnitudes, and nothing else is: between the ends that a user
    gives, edges are equally spaced, which `are_octaves` never takes for powers of two.
    """
    return "magnitudes" if signal in BACKWARD and are_octaves(edges) else "values"


def _stats(data: Mapping[str, Any]) -> SignalStats:
    names = {item.name for item in fields(SignalStats)}
    data = dict.fromkeys(_LATER) | dict(data)
    if odd := sorted(names ^ set(data)):
        what = "statistics need" if odd[0] in names else "there is no statistic"
        raise RecordError(f"{what} {odd[0]!r:.40}")
    constant, quantiles = data["constant"], data["quantiles"]
    if not isinstance(constant, bool):
        raise RecordError(f"constant must be true or false (got {constant!r:.40})")
    if quantiles is not None and len(quantiles) != len(QUANTILE_LEVELS):
        raise RecordError(f"quantiles must be {len(QUANTILE_LEVELS)} numbers (got {quantiles!r})")
    others = names - {"count", "nonfinite", "constant", "quantiles"}
    return SignalStats(
        count=_whole("count", data["count"]),
        nonfinite=_whole("nonfinite", data["nonfinite"]),
        constant=constant,
        quantiles=None if quantiles is None else tuple(_number("quantiles", q) for q in quantiles),
        **{name: None if data[name] is None else _number(name, data[name]) for name in others},
    )


def _whole(name: str, value: object) -> int:
    return check_integer(name, value, 0, 2**63 - 1)


def _number(name: str, value: object) -> float:
    if not is_finite(value):
        raise RecordError(f"{name} must be a finite number (got {value!r:.40})")
    if name.endswith("_fraction") and not 0 <= value <= 1:
        raise RecordError(f"{name} must be from 0 to 1 (got {value!r})")
    return float(value)
