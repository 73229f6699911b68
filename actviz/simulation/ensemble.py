"""Many seeds of one stack: what of a Record is the law's, and what is this draw's.

The members are ordinary Records, each of a seed of its own; this room simulates them, on two
threads where that is faster. How their statistics spread is the business of the value it returns.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Unpack

from actviz.errors import SpecError
from actviz.records.ensemble import Ensemble
from actviz.records.record import Record
from actviz.records.spec import MAX_SEED, StackSpec, check_integer
from actviz.simulation.groups import is_small
from actviz.simulation.stacks import StackFields, check_memory, simulate, simulate_on_one_thread
from actviz.simulation.threads import one_blas_thread

#: Enough for a standard deviation to be known to 11 %: 1 / sqrt(2 * 39).
DEFAULT_SEEDS = 40
MAX_SEEDS = 100_000

_WORKERS = 2

#: Seeds between two words with whoever waits for them; BLAS keeps to one thread in the meantime.
_AT_ONCE = 10


def seeds_of(spec: StackSpec, seeds: int) -> list[StackSpec]:
    """Return the specs of an ensemble: the spec's seed and the ones that follow it.

    Raises
    ------
    SpecError
        If `seeds` is no integer from 1 to 100 000, or the last seed is too large.
    """
    count = check_integer("seeds", seeds, 1, MAX_SEEDS)
    if spec.seed + count - 1 > MAX_SEED[spec.rng]:
        raise SpecError(f"{count} seeds from {spec.seed} on go beyond {MAX_SEED[spec.rng]}")
    return [replace(spec, seed=spec.seed + number) for number in range(count)]


def simulate_ensemble(
    spec: StackSpec | None = None,
    *,
    seeds: int = DEFAULT_SEEDS,
    **fields: Unpack[StackFields],
) -> Ensemble:
    """Simulate a stack under several seeds.

    Parameters
    ----------
    spec : StackSpec, optional
        What to run, instead of fields.
    seeds : int
        How many: the spec's own seed and those that follow it. Each has streams of its own, for
        inputs, weights and everything else, and gives the Record that it gives alone.
    **fields
        The fields of `StackSpec`.

    Returns
    -------
    Ensemble
        All seeds, those that overflowed too: `Ensemble.overflowed` names them, and they have no
        part in a layer's spread from the layer on where they did.

    Raises
    ------
    SpecError
        If a value is out of its range, or there is not enough memory.

    Examples
    --------
    >>> ensemble = simulate_ensemble(activation="relu", init="he", depth=2, samples=50, seeds=3)
    >>> ensemble.spread(2, "activation", "std").count
    3
    """
    if spec is None:
        spec = StackSpec(**fields)
    elif fields:
        raise SpecError("simulate_ensemble takes a spec or fields: use dataclasses.replace")
    return Ensemble(records=tuple(simulate_seeds(spec, seeds)))


def simulate_seeds(spec: StackSpec, seeds: int) -> Iterator[Record]:
    """Yield the records of an ensemble in the order of their seeds, as they are computed."""
    count = check_integer("seeds", seeds, 1, MAX_SEEDS)
    check_memory(spec, copies=min(_WORKERS, count), records=count)
    return _simulated(seeds_of(spec, count))


def _simulated(specs: Sequence[StackSpec]) -> Iterator[Record]:
    spec = specs[0]
    if not all(is_small(spec.samples, shape) for shape in set(spec.shapes)):
        yield from map(simulate, specs)  # BLAS uses both cores for one
        return
    with ThreadPoolExecutor(_WORKERS) as pool:
        for start in range(0, len(specs), _AT_ONCE):
            with one_blas_thread():
                found = list(pool.map(simulate_on_one_thread, specs[start : start + _AT_ONCE]))
            yield from found
