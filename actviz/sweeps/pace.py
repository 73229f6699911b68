"""How long work takes here and now, beside what `actviz.sweeps.size` says of a machine at rest.

Measured on a few of the stacks that follow, by the clock: an activation may take several times as
long as another, and other programs may have the cores.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import monotonic

from actviz.records.spec import StackSpec
from actviz.sweeps.size import Work

#: So many stacks are run, of so many layers that each takes these seconds on a machine at rest.
_STACKS, _SECONDS = 6, 0.05

#: The golden ratio: its multiples are spread evenly however many are taken.
_SPREAD = 0.6180339887


def slowdown(stacks: Sequence[StackSpec], once: Callable[[StackSpec], object]) -> float:
    """Return how many times as long as foretold stacks take, by a few of them from all over.

    Parameters
    ----------
    stacks : sequence of StackSpec
        Those that follow.
    once : callable
        Does with a stack what will be done with each.

    Returns
    -------
    float
        1 where two layers of one would take too long to be tried.
    """
    took = foretold = 0.0
    for stack in _some(stacks):
        begun = monotonic()
        once(stack)
        took += monotonic() - begun
        foretold += work_of(stack).seconds
    return took / foretold if took else 1.0


def work_of(stack: StackSpec) -> Work:
    """Return what a stack takes."""
    return Work(depth=stack.depth, width=sum(stack.widths) / stack.depth, samples=stack.samples)


def _some(stacks: Sequence[StackSpec]) -> Iterator[StackSpec]:
    """Yield some stacks; of those that take long a few layers, which are as long as others."""
    for number in range(min(_STACKS, len(stacks))):
        stack = stacks[int((0.5 + number * _SPREAD) % 1 * len(stacks))]
        layer = work_of(stack).seconds / stack.depth
        depth = min(stack.depth, max(2, int(_SECONDS / layer)))
        if depth * layer > 4 * _SECONDS or not isinstance(stack.width, int):
            return
        yield replace(stack, depth=depth)
