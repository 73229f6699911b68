"""What mends a stack: other initializers and activations, each simulated before it is advised.

A remedy is judged by the same judge, under several seeds. Nothing is advised that was not tried,
and where nothing that was tried helps, that is what is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import sqrt

import numpy as np

from actviz.diagnosis.findings import Findings, Kind, Remedy
from actviz.diagnosis.rules import Profile, get_profile
from actviz.diagnosis.seeds import SeedFindings
from actviz.diagnosis.verdict import diagnose
from actviz.errors import SpecError
from actviz.layers.activations import ACTIVATIONS, Activation
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate_each
from actviz.theory.expectations import moments

#: As many inputs are enough to see whether a candidate helps.
_MOST_SAMPLES = 1000

#: Making a wider matrix orthogonal takes longer than all the rest.
_WIDEST_ORTHOGONAL = 1000

#: Pairs that keep their scale by design, each in its own way.
_PAIRS = (("tanh", "xavier"), ("relu", "he"), ("selu", "lecun"))

#: Sigmoid's slope is at most a quarter: with four times Xavier's weights, as Theano's tutorials had
#: it, it trains where it is shallow, and with more where it is deeper.
_SIGMOID_GAINS = (4.0, 6.0, 8.0)

#: A remedy is tried under so many seeds, the stack's own first.
SEEDS = 5


#: A slow stack that learns is changed for one that is slow too, if that gains as much of a chance.
_WORTH = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """A candidate, and what the judge said of it under some seeds."""

    spec: StackSpec
    seeds: SeedFindings

    @property
    def badness(self) -> tuple[int, bool, float, int]:
        """How bad it is: its severity, whether it is slow, the chance that is lost, how much."""
        found = self.seeds.middle
        rank = found.severity.rank
        worst = sum(each.severity.rank == rank > 0 for each in found.stack)
        return rank, bool(found.slow), 1 - (self.seeds.chance or 0.0), worst

    @property
    def left(self) -> Kind:
        """The verdict of the seed in the middle."""
        return self.seeds.middle.verdict

    @property
    def good(self) -> bool:
        """Whether nothing is left to be mended."""
        return self.left is Kind.HEALTHY and not self.seeds.middle.slow


def prescribe(
    record: Record,
    profile: str | Profile = "default",
    *,
    memory_limit: int | str | None = None,
) -> Findings:
    """Return what is wrong with a stack, and what mends it.

    The simplest of the stacks that were tried and lose nothing, or else the best: Xavier, He,
    LeCun, the gains that keep the signal or the gradient, for sigmoid those of the literature,
    orthogonal matrices; and only where none of these is healthy another activation with the
    initializer made for it.

    Parameters
    ----------
    record : Record
        Of the stack. Its spec is simulated again with each candidate, with gradients.
    profile : str or Profile
        As for `diagnose`.
    memory_limit : int or str, optional
        How much memory the candidates may take that run at a time, as in `simulate_many`.

    Returns
    -------
    Findings
        As of `diagnose`, with a `remedy`; a healthy stack needs none, but for one that is slow, if
        what was tried is not, or has a larger chance.

    Raises
    ------
    UnknownNameError
        If there is no such profile.
    SpecError
        If there is not enough memory to simulate the stack.
    """
    chosen = get_profile(profile) if isinstance(profile, str) else profile
    found = diagnose(record, chosen)
    slow = found.verdict is Kind.HEALTHY
    if slow and not found.slow:
        return found
    if (stack := record.stack) is None:
        return found if slow else replace(found, remedy=Remedy(tried=0))
    own = _Tried(spec=stack, seeds=SeedFindings(found=(found,)))
    best, count = own, 0
    for specs in (_initializers(stack), _activations(stack)):
        for tried in _in_turn(specs, own, chosen, memory_limit):
            count += 1
            if tried.badness < best.badness:
                best = tried
        if best.left is Kind.HEALTHY:
            break
    if slow and not _worth_it(best, own):
        return found
    if best is own:
        return replace(found, remedy=Remedy(tried=count))
    unmended = None if best.spec.activation == own.spec.activation else own.spec.activation.label
    remedy = Remedy(
        tried=count,
        spec=replace(best.spec, samples=stack.samples),
        seeds=len(best.seeds.found),
        chance=best.seeds.chance,
        left=best.left,
        unmended=unmended,
        mends=found.slow[0].kind if slow and best.good else None,
    )
    return replace(found, remedy=remedy)


def _worth_it(best: _Tried, own: _Tried) -> bool:
    """Return whether a healthy stack that is slow had better be changed."""
    gained = (best.seeds.chance or 0.0) - (own.seeds.chance or 0.0)
    return best.good or (best is not own and gained >= _WORTH)


def _in_turn(
    specs: Sequence[StackSpec], own: _Tried, profile: Profile, memory_limit: int | str | None
) -> Iterator[_Tried]:
    """Yield the candidates in their order; what is better under one seed is tried under more."""

    def run(some: Sequence[StackSpec]) -> list[Record]:
        found = dict(simulate_each(some, profile.measuring, memory_limit=memory_limit))
        return [found[number] for number in range(len(some))]

    for spec, record in zip(specs, run(specs), strict=True):
        found = diagnose(record, profile)
        first = _Tried(spec=spec, seeds=SeedFindings(found=(found,)))
        if first.badness >= own.badness:
            yield first
            continue
        more = [replace(spec, seed=spec.seed + each) for each in range(1, SEEDS)]
        others = [diagnose(each, profile) for each in run(more)]
        tried = _Tried(spec=spec, seeds=SeedFindings(found=(found, *others)))
        yield tried
        if tried.good:
            return


# --- candidates ---------------------------------------------------------------------------


def _initializers(spec: StackSpec) -> list[StackSpec]:
    """Return the stack with other initializers, simple ones first."""
    inits = ["xavier", "he", "lecun"]
    inits += [f"lecun(gain={gain:.3g})" for gain in _gains(spec.activation)]
    if max(chain(*spec.shapes)) <= _WIDEST_ORTHOGONAL:
        inits += ["orthogonal", "orthogonal(gain=1.414)"]
    return _different(spec, [_tried(spec, init=init) for init in inits])


def _activations(spec: StackSpec) -> list[StackSpec]:
    """Return stacks of other activations, each with the initializer made for it."""
    return _different(spec, [_tried(spec, activation=a, init=init) for a, init in _PAIRS])


def _tried(spec: StackSpec, **changes: str) -> StackSpec:
    return replace(
        spec,
        samples=min(spec.samples, _MOST_SAMPLES),
        **changes,  # type: ignore[arg-type]  # names are looked up there
    )


def _different(spec: StackSpec, candidates: Sequence[StackSpec]) -> list[StackSpec]:
    own = (spec.activation, spec.init)
    return [each for each in dict.fromkeys(candidates) if (each.activation, each.init) != own]


def _gains(activation: Activation) -> list[float]:
    """Return the gains worth trying: what keeps the signal, known ones, what keeps the gradient.

    To the digits that a candidate needs; it is simulated before anything is said of it.
    """
    known = list(_SIGMOID_GAINS) if activation is ACTIVATIONS["sigmoid"] else []
    found = [_keeps_signal(activation), *known, _keeps_gradient(activation)]
    return [gain for gain in found if gain is not None]


def _keeps_signal(activation: Activation) -> float:
    """Return the gain that gives the activation of standard normal values a second moment of 1."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(100)
    second = float(weights @ activation(nodes) ** 2 / weights.sum())
    return float(np.clip(second**-0.5, 0.1, 10.0)) if second > 0 else 1.0


def _keeps_gradient(activation: Activation) -> float | None:
    """Return the gain at which a deep layer keeps the gradient: χ = 1 where q has settled.

    Found by bisection, of gains up to 20; None where χ crosses 1 nowhere there.
    """
    low, high = 0.5, 20.0
    try:
        if (_settled(activation, low) > 1) is (_settled(activation, high) > 1):
            return None
        for _ in range(12):
            middle = sqrt(low * high)
            if (_settled(activation, middle) > 1) is (_settled(activation, high) > 1):
                high = middle
            else:
                low = middle
    except (SpecError, OverflowError):
        return None
    return sqrt(low * high)


def _settled(activation: Activation, gain: float) -> float:
    """Return χ after some twenty layers of this gain."""
    q = gain**2
    for _ in range(20):
        q = min(gain**2 * moments(activation, q).second, 1e12)
    return float(gain**2 * moments(activation, q).slope_second)
