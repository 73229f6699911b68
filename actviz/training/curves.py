"""Loss curves over seeds, and the smoothing of a textbook: numbers for pictures, from Runs alone.

Pure functions on values; nothing here draws, trains or reads a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.training.runs import Run

#: Points of a curve: more are not told apart on any page.
POINTS = 300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeedBand:
    """A curve of several seeds: what lies in the middle, and the range of all.

    Parameters
    ----------
    steps : ndarray of int, shape (n,)
        From 0.
    middle, low, high : ndarray, shape (n,)
        Median, minimum and maximum over the seeds that have the step. With one seed all are the
        same.
    """

    steps: NDArray[np.int64]
    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def loss_band(runs: Sequence[Run]) -> SeedBand:
    """Return the stable losses at every step that a run has, finite ones alone.

    Raises
    ------
    SpecError
        If there are no runs.
    """
    return _band(_losses(runs))


def accuracy_band(runs: Sequence[Run], *, test: bool) -> SeedBand:
    """Return the accuracies, of the test rows or the training rows, at the reported steps.

    Raises
    ------
    SpecError
        If there are no runs.
    """
    curves = []
    for run in runs:
        found = [
            (item.step, item.test_accuracy if test else item.train_accuracy)
            for item in run.reported
        ]
        known = [(step, value) for step, value in found if value is not None]
        curves.append(
            (
                np.array([step for step, _ in known], np.int64),
                np.array([value for _, value in known], np.float64),
            )
        )
    return _band(curves)


def loss_curve(runs: Sequence[Run]) -> SeedBand:
    """Return the losses as a curve of at most `POINTS` points: see `loss_band` and `coarse`."""
    return coarse(loss_band(runs), POINTS)


def curve_end(runs: Sequence[Run]) -> float | None:
    """Return where the curve of the losses ends; None without finite ones.

    Of 300 steps or fewer that is the last step's median over the seeds, and of more the median of
    as many last steps as one point of the curve stands for.
    """
    steps, table = _table(_losses(runs))
    if not steps.size:
        return None
    return float(np.median(np.nanmedian(table[:, _parts(steps.size, POINTS)[-1]], axis=0)))


def coarse(band: SeedBand, most: int) -> SeedBand:
    """Return `band` with its neighbouring steps taken together, so that at most `most` are left.

    A step of the result is the middle of those it stands for: its `middle` is their median, `low`
    and `high` are the range of all of them, seeds and steps alike.
    """
    if band.steps.size <= most:
        return band
    parts = _parts(band.steps.size, most)
    return SeedBand(
        steps=np.array([band.steps[part][(part.stop - part.start - 1) // 2] for part in parts]),
        middle=np.array([np.median(band.middle[part]) for part in parts]),
        low=np.array([band.low[part].min() for part in parts]),
        high=np.array([band.high[part].max() for part in parts]),
    )


def _parts(size: int, most: int) -> list[slice]:
    """Return which of so many steps a point of a curve stands for, for `most` points or fewer."""
    starts = np.linspace(0, size, min(size, most) + 1).astype(np.int64)
    return [slice(a, b) for a, b in pairwise(starts.tolist())]


def final_loss(runs: Sequence[Run], *, last: int = 100) -> float | None:
    """Return the median over the seeds of the mean of the last losses; None without finite ones."""
    means = []
    for run in runs:
        finite = run.losses[np.isfinite(run.losses)]
        if finite.size:
            means.append(float(finite[-last:].mean()))
    return float(np.median(means)) if means else None


def smoothed(
    values: NDArray[np.float64], *, length: int = 11, beta: float = 2.0
) -> NDArray[np.float64]:
    """Return `values` smoothed by a Kaiser window, shape (n,); the ends are mirrored.

    The textbook's: length 11 and beta 2 (Saito 2016, chapter 6). Fewer than `length` values are
    returned as they are.
    """
    if values.size < length:
        return values.copy()
    window = np.kaiser(length, beta)
    half = length // 2
    mirrored = np.pad(values, half, mode="reflect")
    result: NDArray[np.float64] = np.convolve(mirrored, window / window.sum(), mode="valid")
    return result


#: The steps of a run that something is known of, and what.
_Curve = tuple[NDArray[np.int64], NDArray[np.float64]]


def _losses(runs: Sequence[Run]) -> list[_Curve]:
    return [(run.steps, run.losses) for run in runs]


def _band(curves: Sequence[_Curve]) -> SeedBand:
    steps, table = _table(curves)
    return SeedBand(
        steps=steps,
        middle=np.nanmedian(table, axis=0),
        low=np.nanmin(table, axis=0),
        high=np.nanmax(table, axis=0),
    )


def _table(curves: Sequence[_Curve]) -> _Curve:
    """Return the steps of which a curve has a finite value, and a row for each; NaN where none."""
    if not curves:
        raise SpecError("a band needs at least one run (got none)")
    steps = np.unique(np.concatenate([steps for steps, _ in curves]))
    table = np.full((len(curves), steps.size), np.nan)
    for row, (places, values) in zip(table, curves, strict=True):
        row[np.searchsorted(steps, places)] = values
    known = np.isfinite(table).any(axis=0)
    steps, table = steps[known], table[:, known]
    table[~np.isfinite(table)] = np.nan
    return steps, table
