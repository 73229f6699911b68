"""What a trend draws of each stack: a statistic by layer, its spread over seeds, and its theory.

Numbers are looked up in Records, Ensembles and Predictions; none is computed here.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from actviz.errors import SpecError
from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.marks.trends import Series, Trend, Values
from actviz.records.ensemble import LEVELS, Ensemble
from actviz.records.record import Record
from actviz.records.signal import LayerRecord
from actviz.records.spec import StackSpec
from actviz.theory.finite_width import relu_std_range
from actviz.theory.prediction import LayerPrediction, Prediction, predict

TRENDS: Mapping[str, Trend] = MappingProxyType(
    {
        row.name: row
        for row in (
            Trend(
                name="std",
                heading="std",
                statistic="std",
                second="within_unit_std",
                key=("dotted: within-unit std", "dotted: within unit"),
            ),
            Trend(
                name="between",
                heading="between-unit std",
                statistic="between_unit_std",
            ),
            Trend(
                name="gradient",
                heading="gradient std",
                statistic="std",
                second="median_magnitude",
                names_at="left",
                key=("dotted: median of |g|", "dotted: median"),
                backward=True,
            ),
            Trend(
                name="cosine",
                heading="cosine of inputs",
                statistic="mean_cosine",
                scale="nines",
                key=("1: all inputs look alike", "1: inputs alike"),
            ),
            Trend(
                name="rank",
                heading="effective rank",
                statistic="effective_rank",
                key=("of the inputs’ spread",),
            ),
        )
    }
)

#: The stacks' own panels, as a name beside those of `TRENDS`.
VALUES = "values"
PANELS: tuple[str, ...] = (VALUES, *TRENDS)


def signal_of(trend: Trend, signal: Signal | None) -> Signal:
    """Return whose statistic a trend shows in a view of `signal`, or of both where it is None."""
    return signal or ("gradient" if trend.backward else "activation")


def goes_with(panel: str, signal: Signal | None) -> bool:
    """Return whether a panel is of a signal; None is both the activation and its gradient."""
    if signal is None:
        return True
    if panel == VALUES:
        return signal not in BACKWARD
    trend = TRENDS[panel]
    ranked = trend.statistic != "effective_rank" or signal == "activation"
    return ranked and trend.backward == (signal in BACKWARD)


def available(records: Sequence[Record], signal: Signal | None) -> tuple[str, ...]:
    """Return the panels that records have numbers for, in the order of `PANELS`."""
    found = [VALUES] * goes_with(VALUES, signal)
    for trend in TRENDS.values():
        own = signal_of(trend, signal)
        if not goes_with(trend.name, signal):
            continue
        items = [layer[own].stats for r in records if own in r.signals for layer in having(r, own)]
        if any(getattr(stats, trend.statistic) is not None for stats in items):
            found.append(trend.name)
    return tuple(found)


def having(record: Record, signal: Signal) -> list[LayerRecord]:
    """Return the layers of a record that have a signal."""
    return [layer for layer in record.layers if any(s.signal == signal for s in layer.signals)]


def series_of(
    trend: Trend,
    record: Record,
    *,
    signal: Signal | None,
    name: str,
    color: str,
    ensemble: Ensemble | None,
    prediction: Prediction | None,
) -> Series:
    """Return what `trend` draws of a stack."""
    own = signal_of(trend, signal)
    layers = having(record, own)
    second: Values = ()
    if trend.second:
        second = tuple(getattr(layer[own].stats, trend.second) for layer in layers)
    sparse = trend.backward and any(median == 0 for median in second)
    # Of a stack that overflows before it has gradients there is nothing to compare.
    forecast = prediction.layers if prediction is not None and layers else ()
    predicted = tuple(_predicted(layer, own, trend.statistic) for layer in forecast)
    return Series(
        name=name,
        color=color,
        depth=record.spec.depth,
        values=tuple(getattr(layer[own].stats, trend.statistic) for layer in layers),
        second=() if sparse else second,
        sparse=sparse,
        bands=() if ensemble is None else _bands(ensemble, own, trend.statistic),
        predicted=predicted,
        predicted_second=tuple(
            _predicted(layer, own, trend.second) for layer in forecast if trend.second
        ),
        reach=_reach(prediction, predicted) if prediction and trend.name == "std" else None,
    )


def _reach(prediction: Prediction, predicted: Values) -> tuple[Values, Values] | None:
    """Return where most networks of a ReLU stack's width have the predicted stds."""
    factors = relu_std_range(prediction.spec)
    if factors is None:
        return None
    pairs = [
        (None, None) if std is None else (std * low, std * high)
        for std, (low, high) in zip(predicted, factors, strict=False)
    ]
    return tuple(low for low, _ in pairs), tuple(high for _, high in pairs)


def _bands(ensemble: Ensemble, signal: Signal, statistic: str) -> tuple[tuple[Values, Values], ...]:
    """Return the quantiles across seeds, from the widest pair to the narrowest."""
    spreads = [
        ensemble.spread(layer, signal, statistic) for layer in range(1, ensemble.spec.depth + 1)
    ]
    return tuple(
        (
            tuple(None if s is None else s.quantiles[low] for s in spreads),
            tuple(None if s is None else s.quantiles[-1 - low] for s in spreads),
        )
        for low in range(len(LEVELS) // 2)
    )


def _predicted(layer: LayerPrediction, signal: Signal, statistic: str) -> float | None:
    if signal in BACKWARD:
        return getattr(layer, f"{signal}_std") if statistic == "std" else None
    return getattr(getattr(layer, signal), statistic, None)


def predictions_of(records: Sequence[Record]) -> list[Prediction | None]:
    """Return what mean field says of each stack; None of weights that it knows nothing of."""
    found: list[Prediction | None] = []
    for record in records:
        try:
            found.append(predict(record.spec) if isinstance(record.spec, StackSpec) else None)
        except SpecError:  # a constant, or the identity: no random weights around 0
            found.append(None)
    return found
