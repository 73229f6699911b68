"""What a check runs: stacks that are simulated for a baseline, or again for a comparison."""

from collections.abc import Iterable, Sequence

from actviz.checks.baseline import MIN_SEEDS, Baseline
from actviz.checks.report import CheckKind
from actviz.errors import SpecError
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.simulation.ensemble import DEFAULT_SEEDS, seeds_of, simulate_ensemble
from actviz.simulation.executors import Progress
from actviz.simulation.stacks import simulate, simulate_many


def make_baseline(
    spec: StackSpec, seeds: int = DEFAULT_SEEDS, measuring: Measuring | None = None
) -> Baseline:
    """Simulate a stack under several seeds and return what a check of it expects.

    Raises
    ------
    SpecError
        If there are fewer than 5 seeds, or the spec cannot be run.
    """
    return Baseline.of(simulate_ensemble(spec, measuring=measuring, seeds=seeds).records)


def baseline_of(
    subject: StackSpec | Record | Sequence[Record], kind: CheckKind = "statistical"
) -> Baseline:
    """Return the baseline of a stack, of a Record, or of one Record for each seed.

    The spread of a simulated stack is measured over 40 seeds, unless `kind` is "exact".

    Raises
    ------
    SpecError
        If a spread is needed and nobody can measure it: of one record of arrays, or of too few.
    """
    if not isinstance(subject, Record | Iterable):
        return make_baseline(subject) if kind == "statistical" else Baseline.of([simulate(subject)])
    records = [subject] if isinstance(subject, Record) else list(subject)
    if kind == "exact" or len(records) != 1:
        return Baseline.of(records)
    if (stack := records[0].stack) is None:
        raise SpecError(
            f"one record of arrays has no spread between seeds: give at least {MIN_SEEDS} "
            'records, one for each seed, or check with kind="exact"'
        )
    spread = make_baseline(stack, measuring=records[0].measuring)
    return Baseline(record=records[0], seeds=spread.seeds, spread=spread.spread)


def rerun(baseline: Baseline, seeds: int = 1) -> list[Record]:
    """Simulate a baseline's own spec again, under its seed and those that follow it.

    Raises
    ------
    SpecError
        If the baseline is of recorded arrays, which nobody can run.
    """
    return rerun_all([baseline], seeds)[0]


def rerun_all(
    baselines: Sequence[Baseline],
    seeds: int,
    *,
    progress: Progress | None = None,
    memory_limit: int | str | None = None,
) -> list[list[Record]]:
    """Return `rerun` of each baseline, all of them run side by side.

    Parameters
    ----------
    baselines : sequence of Baseline
    seeds : int
        How many Records of each are returned.
    progress, memory_limit
        As in `actviz.simulate_many`.

    Raises
    ------
    SpecError
        If a baseline is of recorded arrays, which nobody can run, or there is not enough memory.
    """
    specs, measurings = [], []
    for baseline in baselines:
        if (stack := baseline.record.stack) is None:
            raise SpecError(
                "a baseline of recorded arrays has nothing to run: give a record to check"
            )
        members = seeds_of(stack, seeds)
        specs += members
        measurings += [baseline.record.measuring] * len(members)
    records = simulate_many(specs, measurings, progress=progress, memory_limit=memory_limit)
    return [records[start : start + seeds] for start in range(0, len(records), seeds)]
