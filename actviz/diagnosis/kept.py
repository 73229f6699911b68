"""Where both are kept, the signal and the gradient: numbers in, a region out.

The one answer to "which weight scales?" that maps, their titles and their tables give. It is the
judge's: what a gradient may lose is what leaves the chance to train healthy (`calibration`), and a
signal is kept up to the thirtyfold from which on the judge says that it vanishes or explodes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actviz.diagnosis import calibration
from actviz.diagnosis.chance import threshold
from actviz.diagnosis.course import MUCH
from actviz.diagnosis.findings import Kind

#: Between these the ratio of the gradient, first layer over last, leaves the chance healthy.
LEAST_GRADIENT, MOST_GRADIENT = (
    threshold(kind, calibration.CUTS[1])
    for kind in (Kind.VANISHING_GRADIENT, Kind.EXPLODING_GRADIENT)
)

#: Between these what a unit varies over the inputs, as a share of the inputs' std, is kept.
LEAST_SIGNAL, MOST_SIGNAL = 1 / MUCH, MUCH


def kept(signal: ArrayLike, gradient: ArrayLike) -> NDArray[np.bool_]:
    """Return where a stack keeps both its signal and its gradient.

    Parameters
    ----------
    signal : array_like
        Within-unit std of the last layer's activations over the inputs' std.
    gradient : array_like, of the same shape
        Rms of the gradient in the first layer over that in the last.

    Returns
    -------
    ndarray of bool
        False where a number is NaN.

    Examples
    --------
    >>> kept([0.5, 1e-6, 0.5], [0.3, 1e-6, 1e4])
    array([ True, False, False])
    """
    signal, gradient = np.asarray(signal), np.asarray(gradient)
    of_signal = (signal >= LEAST_SIGNAL) & (signal <= MOST_SIGNAL)
    of_gradient = (gradient >= LEAST_GRADIENT) & (gradient <= MOST_GRADIENT)
    return np.asarray(of_signal & of_gradient)


def band(
    stds: Sequence[float], signal: Sequence[float], gradient: Sequence[float]
) -> tuple[float, float] | None:
    """Return the least and the greatest weight std that keep both, at one depth; None if none does.

    Between two weight stds the logarithms of the numbers are taken for straight lines.

    Parameters
    ----------
    stds : sequence of float
        Rising.
    signal, gradient : sequence of float
        As in `kept`, at each of them.

    Examples
    --------
    >>> band([0.01, 1.0], [0.01, 1.0], [1.0, 1.0])  # the signal is std: kept from 1/30 on
    (0.03398, 1.0)
    """
    logs = np.log(stds)
    close = np.interp(np.arange(_CLOSE * (len(logs) - 1) + 1) / _CLOSE, np.arange(len(logs)), logs)
    return _ends(close, kept(*(_between(close, logs, each) for each in (signal, gradient))))


def _ends(logs: NDArray[np.float64], inside: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Return the first and the last weight std of those that are inside, of their logarithms."""
    found = np.flatnonzero(inside)
    if not len(found):
        return None
    low, high = np.exp(logs[found[[0, -1]]])
    return float(f"{low:.4g}"), float(f"{high:.4g}")


#: Steps between two weight stds.
_CLOSE = 64

#: What is 0 or beyond the floats, in decades.
_FAR = 400.0


def _between(
    close: NDArray[np.float64], logs: NDArray[np.float64], values: Sequence[float]
) -> NDArray[np.float64]:
    """Return numbers at weight stds that lie closer, by the logarithms of their neighbours."""
    with np.errstate(divide="ignore", over="ignore"):
        decades = np.clip(np.log10(np.asarray(values, dtype=np.float64)), -_FAR, _FAR)
        return np.asarray(10.0 ** np.interp(close, logs, decades))


def healthy_band(
    stds: Sequence[float], chances: Sequence[float], cut: float | None = None
) -> tuple[float | None, float | None] | None:
    """Return the least and the greatest weight std whose chance is healthy, at one depth.

    None for an end beyond the weight stds; None alone where no chance is healthy.

    Between two weight stds the log odds are taken for straight lines over log std. What is nearer
    to a healthy one than to any other is healthy with it: of a coarse grid nothing else is known.

    Parameters
    ----------
    stds : sequence of float
        Rising.
    chances : sequence of float
        The chance to train at each of them; NaN where there is none.
    cut : float, optional
        From which chance on; default: from where the judge says healthy.

    Examples
    --------
    >>> healthy_band([0.01, 0.1, 1.0], [0.0, 0.5, 1.0], cut=0.5)
    (0.03162, None)
    """
    logs, odds = np.log(stds), log_odds(chances)
    level = float(log_odds(calibration.CUTS[1] if cut is None else cut))
    healthy = np.flatnonzero(odds >= level)
    if not len(healthy):
        return None

    def end(inside: int, step: int) -> float | None:
        outside = inside + step
        if not 0 <= outside < len(odds):
            return None
        share = _NEAR
        if np.isfinite(odds[outside]):
            share = max(share, (odds[inside] - level) / (odds[inside] - odds[outside]))
        return float(f"{np.exp(logs[inside] + share * (logs[outside] - logs[inside])):.4g}")

    return end(healthy[0], -1), end(healthy[-1], 1)


#: A chance holds so much of the way to the next weight std at least.
_NEAR = 0.5

#: Nearer to 0 and 1 no chance is told from them.
_SURE = 1e-6


def log_odds(chances: ArrayLike) -> NDArray[np.float64]:
    """Return the log odds of chances, finite for 0 and 1 too; NaN where there is none.

    Examples
    --------
    >>> log_odds([0.0, 0.5, 1.0]).round(1).tolist()
    [-13.8, 0.0, 13.8]
    """
    sure = np.clip(np.asarray(chances, dtype=np.float64), _SURE, 1 - _SURE)
    return np.asarray(np.log(sure / (1 - sure)))


def harm(chances: ArrayLike) -> NDArray[np.float64]:
    """Return the square root of what chances have lost of their log odds; NaN where there is none.

    The judge takes from the log odds the squares of what grows evenly with depth (decades of a
    gradient, the logarithm of a rank): so this does, where a chance falls from all to nothing
    within a layer.

    Examples
    --------
    >>> harm([0.0, 0.5, 1.0]).round(2).tolist()
    [4.3, 2.16, 0.0]
    """
    return np.sqrt(np.maximum(calibration.BEGINS - log_odds(chances), 0.0))
