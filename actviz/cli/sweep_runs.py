"""A sweep from the command line: on whose workers it runs, what is kept, and what a stop leaves."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from actviz.cli.output import complain, tell_what_is_done, tell_what_is_left
from actviz.cli.progress import WAIT, meter
from actviz.files.kept import begin_or_resume, keeping
from actviz.files.parts import ROWS, part_path
from actviz.format import counted
from actviz.simulation.cores import cpus
from actviz.sweeps.pace import slowdown
from actviz.sweeps.parts import Part, PartHeading, merged
from actviz.sweeps.record import SweepRecord
from actviz.sweeps.row import Row
from actviz.sweeps.running import Stacks, judged, run
from actviz.sweeps.size import check_size, duration, on_cores
from actviz.sweeps.spec import SweepSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPlan:
    """How a sweep is run.

    Parameters
    ----------
    part : Part
        Which of its stacks.
    output : Path or None
        What the rows are to become: beside it they are kept while it runs.
    resume : bool
        Whether to go on with those that are kept there.
    at_most : int
        How many stacks are run without a question.
    workers : int or None
        How many processes.
    scheduler : str or None
        The address of a Dask cluster to run on instead.
    memory_limit : str or None
        How much memory its work may take.
    """

    part: Part
    output: Path | None
    resume: bool
    at_most: int
    workers: int | None
    scheduler: str | None
    memory_limit: str | None

    @property
    def kept_in(self) -> Path | None:
        """Where the rows are kept while it runs."""
        return None if self.output is None else part_path(self.output, self.part)


def run_sweep(sweep: SweepSpec, plan: SweepPlan, rows: list[Row]) -> SweepRecord:
    """Run a sweep, with a progress bar on a terminal, and return its rows.

    `rows` has each from the moment on when it is done, those that were kept first. What is left
    when it is stopped is said on standard error, and so is what failed.
    """
    heading = PartHeading.today(sweep, plan.part)
    path = plan.kept_in
    numbers = plan.part.numbers(len(sweep))
    with ExitStack() as stack:
        append = None
        if path is not None:
            kept = begin_or_resume(path, ROWS, heading, resume=plan.resume)
            rows += merged(row for row in kept.rows if row.failed is None)
        there = {row.number for row in rows}
        left = [number for number in numbers if number not in there] if there else numbers
        check_size(sweep.counts, sweep.work, here=len(left), most=plan.at_most)
        executor = None
        if plan.scheduler is not None:
            from actviz.simulation.clusters import dask_executor

            executor = stack.enter_context(dask_executor(plan.scheduler, tell=complain))
        # Refused before anything is said or written.
        found = run(
            sweep,
            left,
            executor=executor,
            workers=plan.workers,
            memory_limit=plan.memory_limit,
        )
        _tell_how_long(sweep, left, plan)
        if path is not None:
            append = stack.enter_context(keeping(path, heading, kept))
        bar = stack.enter_context(meter("stacks"))
        try:
            for row in stack.enter_context(closing(found)):
                if append is not None:
                    append(row)
                rows.append(row)
                bar.show(len(rows), len(numbers))
        finally:
            bar.close()
            if rows and len(rows) < len(numbers):
                tell_what_is_done("stack", len(rows), len(numbers), path)
    tell_what_failed(rows, path)
    return SweepRecord(sweep=sweep, rows=merged(rows))


def _tell_how_long(sweep: SweepSpec, left: Sequence[int], plan: SweepPlan) -> None:
    """Say on standard error how long these stacks take, where that is more than a moment."""
    seconds = len(left) * sweep.work.seconds
    cores = 1 if plan.scheduler is not None else min(plan.workers or cpus(), max(len(left), 1))
    if seconds <= WAIT * cores:
        return
    if plan.scheduler is None:
        took = on_cores(seconds * slowdown(Stacks(sweep, left), judged), cores)
    else:  # whose cores are none of this machine's
        took = f"{duration(seconds)} of one core's work, which the cluster's workers share"
    complain(f"{counted(len(left), 'stack')}, about {took}")


def tell_what_failed(rows: Sequence[Row], path: Path | None) -> None:
    """Say on standard error which stacks failed and, where rows are kept, what runs them again."""
    failed = [(row.in_words, row.failed) for row in rows if row.failed is not None]
    tell_what_is_left("stack", failed)
    if failed and path is not None:
        complain(f"the same command with --resume runs what is left, and keeps {path} until then")
