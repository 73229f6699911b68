"""A Record against mean field: the rms of every layer, with the band of a finite width.

Nothing here is fitted, and no ensemble is simulated.
"""

from collections.abc import Iterator, Sequence
from math import exp, log, sqrt

import numpy as np

from actviz.checks.exact import stop_drift
from actviz.checks.report import Drift, Report
from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.layers.signals import FORWARD, Signal
from actviz.numbers.tails import normal_quantile
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.theory.prediction import predict

#: Where the normal density is summed; the sum of a smooth function over all of it is exact to 1e-9.
_Z = np.linspace(-10.0, 10.0, 4001)
_WEIGHTS = np.exp(-0.5 * _Z**2) / np.exp(-0.5 * _Z**2).sum()


def theory_report(records: Sequence[Record], name: str, false_alarm: float) -> Report:
    """Return in which layers the rms is not what mean field predicts for the record's own spec.

    Parameters
    ----------
    records : sequence of Record
        Seeds of one stack; the mean of log rms is compared.
    name : str
        For the report.
    false_alarm : float
        Of the whole check.

    Raises
    ------
    SpecError
        If a record is of recorded arrays: nobody knows their law.

    Notes
    -----
    The relative variance V of a layer's mean square between seeds is followed from layer to layer:
    a mean over n units adds (E u^4 / (E u^2)^2 - 1) / n, u being a preactivation or an activation,
    and the map q -> E phi^2 multiplies what comes from below by its logarithmic slope squared (the
    ReLU's (1 + 5/n)^L of Hanin and Rolnick 2018). That is for one input: a mean over several varies
    less. Log rms may be off by z sqrt(V / N) / 2, and by V for the bias of order 1/n.
    """
    if (spec := records[0].stack) is None:
        raise SpecError(f"{name} is of recorded arrays: theory needs a stack's law")
    stops = [layer for record in records if (layer := record.first_nonfinite_layer)]
    reached = min(stops, default=spec.depth + 1) - 1
    rows = list(_rows(spec, reached))
    z = normal_quantile(false_alarm / 2 / max(len(rows), 1))
    drifts = [] if not stops else [stop_drift(records[0], min(stops))]
    for layer, signal, predicted, variance in rows:
        stats = [record.layers[layer - 1][signal].stats.rms or 0.0 for record in records]
        mean = float(np.mean(np.log(np.maximum(stats, 1e-300))))
        sd = sqrt(variance / len(records)) / 2
        tolerance = z * sd + variance
        if abs(mean - log(predicted)) > tolerance:
            drift = Drift(
                layer=layer,
                signal=signal,
                statistic="rms",
                expected=predicted,
                low=predicted * exp(-tolerance),
                high=predicted * exp(min(tolerance, 700.0)),
                obtained=exp(mean),
                distance=(mean - log(predicted)) / sd,
            )
            drifts.append(drift)
    note = "tolerance: mean field, with the band of the widths; distance in sd"
    return Report(name=name, kind="theory", drifts=tuple(drifts), compared=len(rows), note=note)


def _rows(spec: StackSpec, reached: int) -> Iterator[tuple[int, Signal, float, float]]:
    """Yield layer, signal, predicted rms and the relative variance of the mean square."""
    prediction, carried = predict(spec), 2.0 / spec.shapes[0][0] / spec.samples
    for found in prediction.layers[:reached]:
        fourth, slope = _shape(spec.activation, found.q)
        before = carried
        carried = slope**2 * before + (fourth - 1) / found.width
        variances = (before + 2.0 / found.width, carried)
        for signal, variance in zip(FORWARD, variances, strict=True):
            predicted = prediction.value(found.layer, signal, "rms")
            if predicted:
                yield found.layer, signal, predicted, variance


def _shape(activation: Activation, q: float) -> tuple[float, float]:
    """Return E phi^4 / (E phi^2)^2, and d log E phi^2 / d log q, at preactivations N(0, q)."""

    def moments(scale: float) -> tuple[float, float]:
        values = np.asarray(activation(sqrt(q * scale) * _Z), dtype=np.float64) ** 2
        return float(_WEIGHTS @ values), float(_WEIGHTS @ values**2)

    second, fourth = moments(1.0)
    if not second:
        return 1.0, 1.0
    slope = log(moments(1.01)[0] / moments(1 / 1.01)[0]) / (2 * log(1.01))
    return fourth / second**2, slope
