"""What a trend draws of each stack: a statistic by layer, its spread over seeds, and its theory.

Numbers are looked up in what is told of a stack; none is computed here.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from actviz.layers.signals import BACKWARD, Signal
from actviz.plot.marks.trends import ByLayer, Series, TrendPanel
from actviz.records.ensemble import LEVELS, Ensemble
from actviz.records.record import Record
from actviz.words.predicted import Predicted
from actviz.words.told import Told

TRENDS: Mapping[str, TrendPanel] = MappingProxyType(
    {
        row.name: row
        for row in (
            TrendPanel(
                name="std",
                statistic="std",
                second="within_unit_std",
                key=("panel.key.std", "panel.key.std_short"),
            ),
            TrendPanel(
                name="between",
                statistic="between_unit_std",
            ),
            TrendPanel(
                name="gradient",
                statistic="std",
                second="median_magnitude",
                names_at="left",
                key=("panel.key.gradient", "panel.key.gradient_short"),
                backward=True,
            ),
            TrendPanel(
                name="cosine",
                statistic="mean_cosine",
                scale="nines",
                key=("panel.key.cosine", "panel.key.cosine_short"),
            ),
            TrendPanel(
                name="rank",
                statistic="effective_rank",
                key=("panel.key.rank",),
            ),
        )
    }
)

#: The stacks' own panels, as a name beside those of `TRENDS`.
OWN = "values"
PANELS: tuple[str, ...] = (OWN, *TRENDS)


def signal_of(trend: TrendPanel, signal: Signal | None) -> Signal:
    """Return whose statistic a trend shows in a view of `signal`, or of both where it is None."""
    return signal or ("gradient" if trend.backward else "activation")


def goes_with(panel: str, signal: Signal | None) -> bool:
    """Return whether a panel is of a signal; None is both the activation and its gradient."""
    if signal is None:
        return True
    if panel == OWN:
        return signal not in BACKWARD
    trend = TRENDS[panel]
    ranked = trend.statistic != "effective_rank" or signal == "activation"
    return ranked and trend.backward == (signal in BACKWARD)


def available(records: Sequence[Record], signal: Signal | None) -> tuple[str, ...]:
    """Return the panels that records have numbers for, in the order of `PANELS`."""
    found = [OWN] * goes_with(OWN, signal)
    for trend in TRENDS.values():
        own = signal_of(trend, signal)
        if not goes_with(trend.name, signal):
            continue
        items = [layer[own].stats for r in records if own in r.signals for layer in r.layers]
        if any(getattr(stats, trend.statistic) is not None for stats in items):
            found.append(trend.name)
    return tuple(found)


def series_of(
    trend: TrendPanel, told: Told, *, signal: Signal | None, name: str, color: str
) -> Series:
    """Return what `trend` draws of a stack."""
    own = signal_of(trend, signal)
    layers = told.having(own)
    second: ByLayer = ()
    if trend.second:
        second = tuple(getattr(layer[own].stats, trend.second) for layer in layers)
    sparse = trend.backward and any(median == 0 for median in second)
    # Of a stack that overflows before it has gradients there is nothing to compare.
    forecast = told.predicted if layers else None
    predicted = forecast.of(own, trend.statistic) if forecast else ()
    return Series(
        name=name,
        color=color,
        depth=told.spec.depth,
        values=tuple(getattr(layer[own].stats, trend.statistic) for layer in layers),
        second=() if sparse else second,
        sparse=sparse,
        bands=() if told.ensemble is None else _bands(told.ensemble, own, trend.statistic),
        predicted=predicted,
        predicted_second=forecast.of(own, trend.second) if forecast and trend.second else (),
        reach=_reach(told.predicted, predicted) if trend.name == "std" else None,
    )


def _reach(forecast: Predicted | None, predicted: ByLayer) -> tuple[ByLayer, ByLayer] | None:
    """Return where most networks of a ReLU stack's width have the predicted stds."""
    if forecast is None or forecast.spread is None:
        return None
    pairs = [
        (None, None) if std is None else (std * low, std * high)
        for std, (low, high) in zip(predicted, forecast.spread, strict=False)
    ]
    return tuple(low for low, _ in pairs), tuple(high for _, high in pairs)


def _bands(
    ensemble: Ensemble, signal: Signal, statistic: str
) -> tuple[tuple[ByLayer, ByLayer], ...]:
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
