"""What mean field says beside the cells of a map: its lines, and where both are kept.

Lines are found by interpolation of logarithms between the weight stds and depths at which mean
field is asked, which stand close.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from actviz.diagnosis.kept import band
from actviz.layers.activations import Activation
from actviz.sweeps.map_record import MapLine, MapSpec, Quantity, StdRange
from actviz.sweeps.map_theory import MeanField, mean_field
from actviz.theory.fields import SCALES_DEEP, fixed_points
from actviz.theory.isolines import isoline
from actviz.theory.quadrature import Array

#: The lines of a quantity stand where it is one of these.
LINE_FACTORS = (1e-6, 1e-3, 1e3, 1e6)

#: Weight stds at which mean field is asked for a line, and for a line of scales.
_ALONG, _CLOSE = 121, 241

#: From one point of a line of scales to the next log χ changes by this share at most, where a
#: stretch is in parts so often as that takes; where this is not enough, it jumps.
_STEP, _PARTS, _TIMES = 0.1, 4, 5

#: Decades of what is 0 or beyond the floats.
_FAR = 400.0


def curves(
    spec: MapSpec,
) -> tuple[
    Mapping[tuple[str, str], tuple[MapLine, ...]], Mapping[str, tuple[StdRange | None, ...]]
]:
    """Return the lines of each activation and quantity, and each activation's band of both kept."""
    # Half a cell beyond both ends, and as much beyond the deepest: as far as cells reach.
    low, high = spec.stds[0], spec.stds[-1]
    half = (high / low) ** (0.5 / (len(spec.stds) - 1))
    along = np.geomspace(low / half, high * half, _ALONG).tolist()
    beyond = 2 * spec.depths[-1] - [0, *spec.depths][-2]
    lines: dict[tuple[str, str], tuple[MapLine, ...]] = {}
    bands: dict[str, tuple[StdRange | None, ...]] = {}
    for activation in spec.activations:
        known = mean_field(spec, activation, along, beyond=beyond)
        same = (*_critical(spec, activation), *_reach(spec, activation, along))
        for name in spec.quantities:
            levels = () if name == "chance" else _levels(known, name)
            lines[activation.name, name] = (*same, *levels)
        bands[activation.name] = tuple(
            _within(spec, band(along, known.signal[row].tolist(), known.gradient[row].tolist()))
            for row in range(len(spec.depths))
        )
    return lines, bands


def _within(spec: MapSpec, found: tuple[float, float] | None) -> StdRange | None:
    """Return as much of a band as the weight stds of the map reach, None for an end beyond."""
    if found is None:
        return None
    (low, high), (first, last) = found, (spec.stds[0], spec.stds[-1])
    if high < first or low > last:
        return None
    return (low if low > first else None, high if high < last else None)


def _levels(known: MeanField, quantity: Quantity) -> tuple[MapLine, ...]:
    """Return for each level the line where the numbers, from the left, first rise above it.

    Depth by depth where the line is steep, and std by std where it is flat.
    """
    with np.errstate(divide="ignore"):
        decades = np.clip(np.log10(known.of(quantity)), -_FAR, _FAR)
    found = []
    for level in LINE_FACTORS:
        above = decades - np.log10(level)
        points = [
            (std, float(depth))
            for depth, row in zip(known.depths, above, strict=True)
            if (std := _rises(known.stds, row, apart_by_factors=True)) is not None
        ]
        turned = above if level > 1 else -above
        points += [
            (float(std), depth)
            for std, column in zip(known.stds, turned.T, strict=True)
            if (depth := _rises(known.depths, column, apart_by_factors=False)) is not None
        ]
        if len(points) > 1:
            points.sort(key=lambda point: (point[1], point[0] if level < 1 else -point[0]))
            found.append(MapLine(kind="level", points=np.array(points), level=level))
    return tuple(found)


def _rises(along: Array, above: Array, *, apart_by_factors: bool) -> float | None:
    """Return where numbers first rise above 0, between two places; None where they never do."""
    over = np.flatnonzero(above >= 0)
    if not len(over) or over[0] == 0:
        return None
    right = int(over[0])
    (low, high), (first, last) = above[right - 1 : right + 1], along[right - 1 : right + 1]
    share = low / (low - high)
    if apart_by_factors:
        return float(first * (last / first) ** share)
    return float(first + share * (last - first))


def _critical(spec: MapSpec, activation: Activation) -> tuple[MapLine, ...]:
    """Return the line where χ = 1, from the first layer to the deepest; none off the map."""
    weight = isoline(activation, 1.0, [spec.bias_std**2])[0]
    std = float(np.sqrt(weight / spec.width))
    if not spec.stds[0] < std < spec.stds[-1]:
        return ()
    ends = (spec.depths[0], spec.depths[-1])
    return (MapLine(kind="critical", points=np.array([(std, depth) for depth in ends])),)


def _reach(spec: MapSpec, activation: Activation, along: Sequence[float]) -> tuple[MapLine, ...]:
    """Return the lines of six depth scales, 1 / |log χ|, from the left: there are two mostly.

    χ may come back to 1 (SELU's does where a signal begins to grow without end), and may jump
    (GELU's): a line ends where it is far beyond the deepest stacks, and where χ jumps.
    """
    far = 2.0 * spec.depths[-1]

    def rates(stds: Array) -> Array:
        weights, bias = spec.width * stds**2, spec.bias_std**2
        start = weights * spec.input_std**2 + bias
        chi = fixed_points(activation, weights, bias, q_start=start, pairs=False).chi
        with np.errstate(divide="ignore"):
            return np.clip(np.log(chi), -_FAR, _FAR)

    stds = np.geomspace(along[0], along[-1], _CLOSE)
    rate = rates(stds)
    for _ in range(_TIMES):
        left, right = rate[:-1], rate[1:]
        near = np.maximum(np.abs(left), np.abs(right)) > SCALES_DEEP / far
        coarse = np.abs(right - left) > _STEP * np.minimum(np.abs(left), np.abs(right))
        at = np.flatnonzero(near & coarse)
        if not at.size:
            break
        between = np.geomspace(stds[at], stds[at + 1], _PARTS + 1, axis=1)[:, 1:-1].ravel()
        places = np.repeat(at + 1, _PARTS - 1)
        stds, rate = np.insert(stds, places, between), np.insert(rate, places, rates(between))
    with np.errstate(divide="ignore"):
        depths = SCALES_DEEP / np.abs(rate)
    jumps = np.abs(np.diff(rate)) > 2 * _STEP * np.abs(rate[:-1])
    seen = depths <= far
    begins = np.flatnonzero(seen & ~np.concatenate([[False], seen[:-1] & ~jumps]))
    ends = np.flatnonzero(seen & ~np.concatenate([seen[1:] & ~jumps, [False]]))
    points = np.column_stack([stds, depths])
    return tuple(
        MapLine(kind="reach", points=points[begin : end + 1])
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        if end > begin
    )
