"""What mean field says of a phase diagram: its numbers and its lines. Nothing is simulated here."""

from collections.abc import Sequence

import numpy as np

from actviz.layers.activations import Activation
from actviz.sweeps.phase_record import (
    REACH_LAYERS,
    SCALE_LEVELS,
    Numbers,
    PhaseLine,
    PhaseSpec,
    Plane,
)
from actviz.theory.depths import cosine_at_last
from actviz.theory.expectations import moments
from actviz.theory.fields import SCALES_DEEP, FixedPoints, fixed_points
from actviz.theory.isolines import isoline
from actviz.theory.tables import moment_curves

#: Points along a line of χ, by bias std, and along one of size, by weight std.
_ALONG = 81

#: A size is found again to this.
_AT = 1e-6

#: What stands for a signal that has died out, or has grown for ever, and how much of it is a mean.
_TINY, _HUGE, _MEAN = 1e-28, 1e28, 1e-9


def plane_of(spec: PhaseSpec, activation: Activation) -> Plane:
    """Return what mean field says of one activation, and nothing yet of its stacks."""
    values, there = _asked(spec, activation, spec.stds, spec.biases)
    shape = (len(spec.dot_biases), len(spec.dot_stds)) if spec.simulated else (0, 0)
    predicted: Numbers = np.empty(shape)
    if spec.simulated:
        predicted = _asked(spec, activation, spec.dot_stds, spec.dot_biases)[0]
    return Plane(
        activation=activation,
        values=values,
        chi=there.chi,
        q_star=there.q_star,
        lines=tuple(_lines(spec, activation)),
        found=np.full(shape, np.nan),
        predicted=predicted,
    )


def _asked(
    spec: PhaseSpec, activation: Activation, stds: Sequence[float], biases: Sequence[float]
) -> tuple[Numbers, FixedPoints]:
    """Return the quantity at every pair, and the fixed points there."""
    weight = spec.width * np.square(stds)[np.newaxis, :]
    bias = np.square(biases)[:, np.newaxis]
    start = weight * spec.input_std**2 + bias
    pairs = spec.quantity == "cosine"
    there = fixed_points(activation, weight, bias, q_start=start, pairs=pairs)
    if spec.quantity == "gradient":
        return np.sqrt(there.chi), there
    if spec.quantity == "scale":
        return np.sqrt(there.q_star), there
    return _cosines(activation, there, start), there


def _cosines(activation: Activation, there: FixedPoints, start: Numbers) -> Numbers:
    """Return c*, and where a signal dies out or grows for ever what becomes of c on the way.

    What is bent at every scale there brings all inputs together; what is nearly a line leaves them
    as the first layers did, whose signals are neither small nor large.
    """
    found = there.c_star.copy()
    for end, like in ((0.0, _TINY), (np.inf, _HUGE)):
        here = np.isnan(found) & (there.q_star == end)
        if not here.any():
            continue
        if _has_mean(activation, like):
            found[here] = 1.0
        else:
            found[here] = cosine_at_last(
                activation, there.sigma_w2[here], there.sigma_b2[here], q_start=start[here]
            )
    return found


def _has_mean(activation: Activation, q: float) -> bool:
    """Return whether a share of the signal is the same for all inputs, however small or large."""
    return bool(moments(activation, q).mean ** 2 > _MEAN * q)


def _lines(spec: PhaseSpec, activation: Activation) -> list[PhaseLine]:
    """Return the lines of an activation, from the left."""
    # Closest at the least bias, where the line of χ = 1 turns, tanh's from upright.
    first, last = spec.biases[0], spec.biases[-1]
    biases = first + (last - first) * np.linspace(0.0, 1.0, _ALONG) ** 2
    found = [
        _of_chi(spec, activation, 1.0, biases, PhaseLine(kind="critical", points=np.empty((0, 2))))
    ]
    if spec.quantity == "gradient":
        for layers in REACH_LAYERS:
            for sign in (-1.0, 1.0):
                chi = float(np.exp(sign * SCALES_DEEP / layers))
                line = PhaseLine(kind="reach", points=np.empty((0, 2)), level=float(layers))
                found.append(_of_chi(spec, activation, chi, biases, line))
    if spec.quantity == "scale":
        found += [_of_size(spec, activation, size) for size in SCALE_LEVELS]
    seen = [line for line in found if _is_seen(spec, line)]
    return sorted(seen, key=lambda line: float(line.points[-1, 0]))


def _of_chi(
    spec: PhaseSpec, activation: Activation, chi: float, biases: Numbers, line: PhaseLine
) -> PhaseLine:
    """Return a line with the points where layers have this χ."""
    weight = isoline(activation, chi, np.square(biases))
    stds = np.sqrt(weight / spec.width)
    points = np.column_stack([stds, biases])[~np.isnan(stds)]
    return PhaseLine(kind=line.kind, points=points, level=line.level)


def _of_size(spec: PhaseSpec, activation: Activation, size: float) -> PhaseLine:
    """Return the line where preactivations come to rest at a std: sigma_b2 = q - sigma_w2 E φ²."""
    q = size * size
    second = q * float(np.exp(moment_curves(activation).second.at(np.log([q]))[0][0]))
    # Steps of both, so that the steep part is as smooth as the flat one.
    biases = np.linspace(spec.biases[0], min(size, spec.biases[-1]), _ALONG)
    weights = spec.width * np.geomspace(spec.stds[0], spec.stds[-1], _ALONG) ** 2
    weights = np.concatenate([weights, (q - biases**2) / second])
    biases = np.concatenate([np.sqrt(np.maximum(q - weights[:_ALONG] * second, 0.0)), biases])
    seen = (weights > 0) & (weights * second <= q * (1 + 1e-12))
    seen &= (biases >= spec.biases[0]) & (biases <= spec.biases[-1])
    weights, squares = weights[seen], np.square(biases[seen])
    start = weights * spec.input_std**2 + squares
    found = fixed_points(activation, weights, squares, q_start=start, pairs=False).q_star
    there = np.abs(found / q - 1) < _AT
    points = np.column_stack([np.sqrt(weights / spec.width), biases[seen]])[there]
    return PhaseLine(kind="level", points=points[np.argsort(-points[:, 0])], level=size)


def _is_seen(spec: PhaseSpec, line: PhaseLine) -> bool:
    """Return whether a line crosses the plane."""
    stds = line.points[:, 0]
    inside = (stds > spec.stds[0]) & (stds < spec.stds[-1])
    return len(stds) > 1 and bool(inside.any())
