"""Many seeds of one stack: what of a Record is the law's, and what is this draw's.

The members are ordinary Records, each of a seed of its own. How their statistics spread is the
business of the value that is returned.
"""

from dataclasses import replace
from typing import Unpack

from actviz.numbers.scalars import check_integer
from actviz.records.ensemble import Ensemble
from actviz.records.measuring import Measuring
from actviz.records.spec import MAX_SEEDS, StackSpec, seeds_from
from actviz.simulation.arguments import check_progress
from actviz.simulation.executors import Progress
from actviz.simulation.jobs import Job, check_memory
from actviz.simulation.memory import bytes_of
from actviz.simulation.stacks import StackFields, run_many, what_and_how

#: Enough for a standard deviation to be known to 11 %: 1 / sqrt(2 * 39).
DEFAULT_SEEDS = 40


def seeds_of(spec: StackSpec, seeds: int) -> list[StackSpec]:
    """Return the specs of an ensemble: the spec's seed and the ones that follow it.

    Raises
    ------
    SpecError
        If `seeds` is no integer from 1 to 100 000, or the last seed is too large.
    """
    return [replace(spec, seed=seed) for seed in seeds_from(spec.seed, seeds, rng=spec.rng)]


def simulate_ensemble(
    spec: StackSpec | None = None,
    *,
    measuring: Measuring | None = None,
    seeds: int = DEFAULT_SEEDS,
    progress: Progress | None = None,
    memory_limit: int | str | None = None,
    **fields: Unpack[StackFields],
) -> Ensemble:
    """Simulate a stack under several seeds.

    Parameters
    ----------
    spec : StackSpec, optional
        What to run, instead of fields.
    measuring : Measuring, optional
        What to keep of it, instead of fields.
    seeds : int
        How many: the spec's own seed and those that follow it. Each has streams of its own, for
        inputs, weights and everything else, and gives the Record that it gives alone.
    progress : callable, optional
        Called ten times a second with the number of layers, of all seeds, that are done.
    memory_limit : int or str, optional
        As in `simulate_many`.
    **fields
        The fields of `StackSpec` and of `Measuring`.

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
    spec, measuring = what_and_how("simulate_ensemble", spec, measuring, fields)
    check_progress(progress)
    count = check_integer("seeds", seeds, 1, MAX_SEEDS)
    memory = None if memory_limit is None else bytes_of(memory_limit)
    check_memory([Job(spec, (measuring,), (0,), memory)], times=count)
    jobs = [Job(one, (measuring,), (k,), memory) for k, one in enumerate(seeds_of(spec, count))]
    return Ensemble(records=tuple(run_many(jobs, progress=progress)))
