"""Stacks in groups: which of them make the same draws, and fit into memory side by side.

This room sorts specs for `actviz.simulation.stacks`, and knows what they share: a group its draws,
a family its weights, a pass its signals. It draws and computes nothing.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from actviz.layers.defaults import Law, law_of_weights
from actviz.layers.dense import Step
from actviz.layers.initializer_laws import Initializer, VarianceScaling
from actviz.records.signal import LayerRecord
from actviz.records.spec import StackSpec

#: Up to this many values, products and weights, a layer is one thread's work.
_SMALL_VALUES, _SMALL_PRODUCTS, _SMALL_WEIGHTS = 1_000_000, 100_000_000, 1 << 17

#: What the stacks of a group may keep at once, in bytes.
_GROUP_BYTES = 1 << 28

_LAWS = get_args(Law)


@dataclass(slots=True)
class Pass:
    """A forward pass: the stacks that differ in bins, range and depth only, and their signal.

    Of those that go back as well, the depth is one, and `tape` and `found` hold the layers so far.
    """

    members: list[tuple[int, StackSpec]]
    x: NDArray[Any] = field(default_factory=lambda: np.empty(0))
    tape: list[Step] = field(default_factory=list)
    found: list[tuple[int, LayerRecord]] = field(default_factory=list)

    @property
    def spec(self) -> StackSpec:
        """One that still goes on."""
        return self.members[0][1]


@dataclass(slots=True)
class Family:
    """The passes whose weights are the same, and their place in a legacy stream."""

    passes: dict[Hashable, Pass] = field(default_factory=dict)
    stream: Any = None

    @property
    def spec(self) -> StackSpec:
        """One that still goes on."""
        return next(iter(self.passes.values())).spec


def _coinciding(spec: StackSpec) -> Hashable:
    """Return what two stacks must have in common to make, by and large, the same draws."""
    first = spec.width if isinstance(spec.width, int) else spec.width[0]
    # A large layer's normals and its uniforms would be in memory together.
    init = law_of_weights(spec.init)
    uniform = isinstance(init, VarianceScaling) and init.distribution == "uniform"
    return (
        *(spec.rng, spec.seed, spec.samples, spec.input_width or first, spec.width),
        *(spec.input_distribution, bool(spec.bias_std_of(1)), uniform),
    )


def _kept_bytes(spec: StackSpec) -> int:
    """Return what a stack keeps while the others of its group compute a layer."""
    shapes = set(spec.shapes)
    signal = spec.samples * max(max(shape) for shape in shapes)
    weights = max(prod(shape) if is_small(spec.samples, shape) else 0 for shape in shapes)
    return 8 * (signal + weights) + spec.tape_bytes


def groups_of(specs: Sequence[StackSpec]) -> list[list[Family]]:
    """Return the stacks in groups that make the same draws and fit into memory side by side."""
    groups: list[dict[Hashable, Family]] = []
    room: dict[Hashable, float] = {}
    open_groups: dict[Hashable, dict[Hashable, Family]] = {}
    for index, spec in enumerate(specs):
        draws = _coinciding(spec)
        # A law is what its text says. Objects of a user's own may be equal and not the same, or
        # not hashable; and 0.0 == -0.0, which a text tells apart.
        law = (repr(spec.init) if is_law(spec.init) else id(spec.init), spec.dtype)
        forward = (
            id(spec.activation),
            repr((spec.input_std, spec.bias_std)),
            (spec.effective_rank, spec.unit_histograms),
            spec.gradients and spec.depth,
        )
        families = open_groups.get(draws)
        if families is not None and law in families and forward in families[law].passes:
            families[law].passes[forward].members.append((index, spec))
            continue
        kept = _kept_bytes(spec)
        if families is None or room[draws] < kept:
            families = open_groups[draws] = {}
            room[draws] = _GROUP_BYTES
            groups.append(families)
        room[draws] -= kept
        family = families.setdefault(law, Family())
        family.passes[forward] = Pass([(index, spec)])
    return [list(families.values()) for families in groups]


def working_bytes(group: Sequence[Family], workers: int) -> int:
    """Return about what a group needs at its peak, its records aside.

    That is what the largest stacks need, one for each thread, and what all others keep meanwhile.
    """
    specs = [one.spec for family in group for one in family.passes.values()]
    needs = sorted(
        ((spec.estimated_bytes() - spec.record_bytes, _kept_bytes(spec)) for spec in specs),
        reverse=True,
    )
    return sum(work for work, _ in needs[:workers]) + sum(kept for _, kept in needs[workers:])


def is_small(samples: int, shape: tuple[int, int]) -> bool:
    """Whether a layer is one thread's work, BLAS's included.

    That depends on its shape alone: the threads of BLAS change the last bit of a product, and a
    stack must give the same by itself and among others, with this depth and with another.
    """
    weights, values = prod(shape), samples * shape[1]
    products = samples * weights
    return values < _SMALL_VALUES and products <= _SMALL_PRODUCTS and weights <= _SMALL_WEIGHTS


def is_law(init: Initializer) -> bool:
    """Whether an initializer is one of actviz's own, not one derived from it."""
    return type(init) in _LAWS
