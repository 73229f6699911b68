"""sweep(…) -> SweepRecord: every stack is run and judged, whoever does it and in which order."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from itertools import islice
from typing import Any

from actviz.diagnosis.rules import get_profile
from actviz.diagnosis.verdict import diagnose
from actviz.errors import SpecError
from actviz.records.measuring import Measuring
from actviz.records.spec import StackSpec
from actviz.simulation.executors import MayGoOn, Progress, spread
from actviz.simulation.stacks import apart, simulate
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import Judged, Row
from actviz.sweeps.spec import SweepSpec

_PROFILE = get_profile("default")

#: What the judge reads, and no more.
MEASURING = Measuring(gradients=True, full=_PROFILE.reads)

#: So many stacks are handed out at a time.
_CHUNK = 64


def sweep(
    what: SweepSpec | Sequence[StackSpec] | None = None,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    **fields: Any,
) -> SweepRecord:
    """Run and judge many stacks.

    Parameters
    ----------
    what : SweepSpec or sequence of StackSpec, optional
        What to run, instead of fields.
    executor : Executor, optional
        Of `concurrent.futures`, of a cluster's too: specs go out, and rows come back.
    progress : callable, optional
        Called with the number of stacks that are done.
    **fields
        Those of `StackSpec`, `std` and `gain`, and `seeds`: a value or several, as in
        `SweepSpec.of`.

    Raises
    ------
    SpecError
        Before any work, if a value is wrong, or there are more stacks than anyone wants.

    Examples
    --------
    >>> found = sweep(activation="tanh", init=["he", "std=0.01"], depth=4, width=20, samples=50)
    >>> [row.judged.verdict for row in found.rows]
    ['healthy', 'few_directions']
    """
    if what is not None and fields:
        raise SpecError("sweep takes a SweepSpec, a list of specs, or fields: one of them")
    if what is None:
        what = SweepSpec.of(**fields)
    if isinstance(what, SweepSpec):
        stacks = [named(what, number) for number in range(len(what))]
    else:
        stacks = [
            Row(number=number, seed_number=None, spec=apart(spec))
            for number, spec in enumerate(what)
        ]
    rows: list[Row] = []
    for row in run(stacks, executor=executor):
        rows.append(row)
        if progress is not None:
            progress(len(rows))
    rows.sort(key=lambda row: row.number)
    return SweepRecord(sweep=what if isinstance(what, SweepSpec) else None, rows=tuple(rows))


def named(what: SweepSpec, number: int) -> Row:
    """Return a row of which nothing is known yet but its stack."""
    return Row(number=number, seed_number=what.seed_number(number), spec=what.stack(number))


def run(rows: Sequence[Row], *, executor: Executor | None = None) -> Iterator[Row]:
    """Yield the rows with what the judge says, as they are done."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, _CHUNK)):
        found = spread(judged, [row.spec for row in chunk], executor=executor)
        for row, each in zip(chunk, found, strict=True):
            yield Row(number=row.number, seed_number=row.seed_number, spec=row.spec, judged=each)


def judged(spec: StackSpec, told: MayGoOn) -> Judged:
    """Return what the judge says of a stack."""
    record = simulate(spec, measuring=MEASURING)
    return Judged.of(record, diagnose(record, _PROFILE))
