"""The files of named figures: drawn here or by worker processes, and written here.

A worker gives a file's bytes: one that is stopped leaves no half of a file.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from actviz.cli import look
from actviz.cli.output import complain, tell_what_is_left
from actviz.cli.progress import meter
from actviz.errors import ActvizError, NoWorkersError, WorkersError
from actviz.format import error_line
from actviz.simulation.processes import Failure, run
from actviz.simulation.sending import attempted

if TYPE_CHECKING:
    from actviz.cli.look import CheckedLook
    from actviz.literature.figure import NamedFigure
    from actviz.plot.paper.picture import RecordFigure
    from actviz.records.measuring import Measuring
    from actviz.records.spec import StackSpec

#: From so many jobs on, processes are worth their start: each loads what draws.
_SEVERAL = 4

#: Records of stacks that a figure has at most, of which each is held until it is drawn.
_HELD = 64

#: What a process takes beside its stacks: what draws, and a page of pixels.
_DRAWING = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureJob:
    """Figures that one run shows: of stacks, of a training, or of rows of trained nets.

    Parameters
    ----------
    figures : tuple of NamedFigure
        All that show some of the same stacks, or the same training.
    commands : tuple of str
        What makes each of them alone.
    looks : tuple of CheckedLook
        Of their versions.
    measurings : tuple of tuples of Measuring
        For each figure, what each version shows of its stacks; none without stacks.
    suffix : str
        Of its files.
    viewed, cut : bool
        Whether a view was asked for, and whether the textbook version is cut.
    memory_limit : int or str, optional
        How much memory its stacks may take.
    """

    figures: "tuple[NamedFigure, ...]"
    commands: tuple[str, ...]
    looks: "tuple[CheckedLook, ...]"
    measurings: "tuple[tuple[Measuring, ...], ...]" = ()
    suffix: str
    viewed: bool = False
    cut: bool = False
    memory_limit: int | str | None = None

    @property
    def name(self) -> str:
        """Its figures, for people."""
        return ", ".join(figure.name for figure in self.figures)

    @property
    def stacks(self) -> "dict[StackSpec, list[Measuring]]":
        """Its stacks, each once, and what is kept of each."""
        found: dict[StackSpec, list[Measuring]] = {}
        for figure, measurings in zip(self.figures, self.measurings, strict=False):
            for spec in figure.specs:
                kept = found.setdefault(spec, [])
                kept += [measuring for measuring in measurings if measuring not in kept]
        return found


class DrawnFile(NamedTuple):
    """A figure's file: its name and bytes, and how it is read."""

    name: str
    content: bytes
    explanation: tuple[str, ...]
    description: str


class Drawn(NamedTuple):
    """The files of a job, and whether one of its stacks stopped being finite.

    Figures that are `left` have a name and a reason.
    """

    files: tuple[DrawnFile, ...]
    diverged: bool
    left: tuple[tuple[str, str], ...] = ()


# --- all of them --------------------------------------------------------------------------


def make_figures(jobs: Sequence[FigureJob], folder: Path, *, explain: bool) -> None:
    """Draw and write the files of jobs, and say where they are.

    One that fails is named, and the others are drawn all the same; Ctrl-C keeps what is done.

    Raises
    ------
    Exception
        What they all fail of.
    typer.Exit
        With code 1 if some fail, with 3 if a stack stopped being finite.
    """
    from actviz.files.disk import write_atomically

    drawn: dict[int, Drawn] = {}
    failed: dict[int, Failure] = {}
    try:
        with closing(_outcomes(jobs)) as outcomes:
            for index, outcome in outcomes:
                if isinstance(outcome, Failure):
                    failed[index] = outcome
                    continue
                for file in outcome.files:
                    write_atomically(folder / file.name, file.content)
                files = (file._replace(content=b"") for file in outcome.files)
                drawn[index] = outcome._replace(files=tuple(files))
    finally:
        for index in sorted(drawn):
            for file in drawn[index].files:
                look.say_written(file, folder / file.name, explain=explain)
        if drawn and len(drawn) + len(failed) < len(jobs):
            complain(f"{_count(jobs, drawn):,} of {_count(jobs):,} figures are done")
    reasons = {index: _reason(failed[index]) for index in sorted(failed)}
    if not drawn and len(set(reasons.values())) == 1:
        (first, *_) = failed.values()
        raise first.error or WorkersError(f"{jobs[first.index].name}: {first.reason}")
    left: list[tuple[str, str]] = []
    for index, job in enumerate(jobs):
        left += drawn[index].left if index in drawn else ()
        left += [(job.name, reasons[index])] if index in reasons else []
    tell_what_is_left("figure", left)
    if left:
        raise typer.Exit(1)
    if any(one.diverged for one in drawn.values()):
        raise typer.Exit(3)


def _count(jobs: Sequence[FigureJob], some: Iterable[int] | None = None) -> int:
    """Return how many figures some jobs have; by default all."""
    return sum(len(jobs[index].figures) for index in (range(len(jobs)) if some is None else some))


def _reason(failure: Failure) -> str:
    return failure.reason if failure.error is None else _said(failure.error)


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, ActvizError) else error_line(error)


def _outcomes(jobs: Sequence[FigureJob]) -> Generator[tuple[int, Drawn | Failure], None, None]:
    """Yield what becomes of each job, by processes where these are worth their start."""
    done = set[int]()
    workers, sent = _shared(jobs)
    if len(jobs) >= _SEVERAL and workers > 1:
        # What trains takes longest, and must not be begun last.
        order = sorted(range(len(jobs)), key=lambda index: jobs[index].figures[0].training is None)
        with meter("figures") as bar:
            found = run(draw_figures, [sent[index] for index in order], workers=workers)
            try:
                with closing(found):
                    for place, outcome in found:
                        done.add(order[place])
                        if isinstance(outcome, Failure):
                            outcome = replace(outcome, index=order[place])
                        yield order[place], outcome
                        bar.show(_count(jobs, done), _count(jobs))
            except NoWorkersError:  # then here
                pass
    for index, job in enumerate(jobs):
        if index not in done:
            answer = attempted(partial(draw_figures, here=True), job)
            if answer.error is None:
                yield index, answer.result
            else:
                why = error_line(answer.error)
                yield index, Failure(index=index, reason=why, error=answer.error)


def _shared(jobs: Sequence[FigureJob]) -> tuple[int, list[FigureJob]]:
    """Return how many processes there is room for, and the jobs with a share of memory for each."""
    from actviz.simulation.cores import cpus
    from actviz.simulation.jobs import Job, at_once, memory_share
    from actviz.simulation.memory import bytes_of
    from actviz.simulation.workers import WORKER_BYTES

    limit = jobs[0].memory_limit
    memory = None if limit is None else bytes_of(limit)
    stacks = [
        Job(spec, tuple(kept), (0,) * len(kept), memory)
        for job in jobs
        for spec, kept in job.stacks.items()
    ]
    if not stacks:
        return min(cpus(), len(jobs)), list(jobs)
    workers = min(at_once(stacks, beside=WORKER_BYTES + _DRAWING, held=_HELD), len(jobs))
    share = int(memory_share(stacks, workers, held=_HELD))
    return workers, [replace(job, memory_limit=share) for job in jobs]


# --- one of them --------------------------------------------------------------------------


def draw_figures(job: FigureJob, *, here: bool = False) -> Drawn:
    """Run what figures show, and return their files; of several, one that fails is left.

    Parameters
    ----------
    job : FigureJob
    here : bool
        Whether somebody may watch a bar of this process's own.

    Raises
    ------
    Exception
        What the first of them fails of, if they all fail.
    """
    from actviz.plot.paper.loading import load_matplotlib

    load_matplotlib()  # in a process of its own
    first = job.figures[0]
    if first.specs:
        versions_of, diverged = _of_stacks(job, here)
    else:
        versions_of, diverged = (_of_nets(job) if first.nets else _of_training(job, here)), False
    files: list[DrawnFile] = []
    left: dict[str, Exception] = {}
    for named, command in zip(job.figures, job.commands, strict=True):
        answer = attempted(_files, job, versions_of(named), command)
        if answer.error is None:
            files += answer.result
        else:
            left[named.name] = answer.error
    if left and not files:
        raise next(iter(left.values()))
    reasons = ((name, _said(error)) for name, error in left.items())
    return Drawn(tuple(files), diverged, tuple(reasons))


class _Version(NamedTuple):
    """One version of a figure, drawn."""

    named: "NamedFigure"
    look: "CheckedLook"
    version: str
    picture: "RecordFigure"


#: Draws the versions of a figure.
_VersionsOf = Callable[["NamedFigure"], Iterator[_Version]]


def _files(job: FigureJob, versions: Iterable[_Version], command: str) -> list[DrawnFile]:
    files = []
    for named, item, version, picture in versions:
        name = f"{named.name}-{version}.{job.suffix}"
        content = item.content(picture, f".{job.suffix}", command)
        files.append(DrawnFile(name, content, picture.explanation, picture.description))
    return files


def _of_stacks(job: FigureJob, here: bool) -> tuple[_VersionsOf, bool]:
    from actviz.cli import stacks
    from actviz.plot.views import plot_named

    # All at once: what several versions and figures show of a stack is of one run of it.
    asked = [(spec, kept) for spec, its in job.stacks.items() for kept in its]
    found = stacks.simulate_specs(
        [spec for spec, _ in asked],
        [kept for _, kept in asked],
        job.memory_limit,
        watched=here,
    )
    records = dict(zip(asked, found, strict=True))
    measurings = dict(zip(job.figures, job.measurings, strict=True))

    def versions(named: "NamedFigure") -> Iterator[_Version]:
        for item, kept in zip(job.looks, measurings[named], strict=True):
            shown = [records[spec, kept] for spec in named.specs]
            view = item.view if job.viewed else None
            style: Any = "cut" if job.cut else item.style
            version = "cut" if job.cut else item.view if item.view != "sheet" else item.style
            picture = plot_named(named, shown, style=style, view=view, **item.arguments())
            yield _Version(named, item, version, picture)

    return versions, any(record.first_nonfinite_layer is not None for record in found)


def _of_training(job: FigureJob, here: bool) -> _VersionsOf:
    from actviz.cli import trained_figures
    from actviz.plot.books.training import plot_training_textbook
    from actviz.plot.training.views import get_training_view

    assert job.figures[0].training is not None
    record = trained_figures.trained(job.figures[0].training, watched=here)

    def versions(named: "NamedFigure") -> Iterator[_Version]:
        for item in job.looks:
            if item.style == "textbook":
                only = record.only(named.inits)
                picture = plot_training_textbook(only, named.layout, **_taken(item))
            else:
                picture = get_training_view(named.view).plot(record, **_taken(item))
            yield _Version(named, item, item.style, picture)

    return versions


def _of_nets(job: FigureJob) -> _VersionsOf:
    from actviz.plot.charts.trainability import plot_trainability
    from actviz.sweeps.trainability import trainability

    assert job.figures[0].nets is not None
    record = trainability(job.figures[0].nets)

    def versions(named: "NamedFigure") -> Iterator[_Version]:
        for item in job.looks:
            yield _Version(named, item, item.style, plot_trainability(record, **_taken(item)))

    return versions


def _taken(item: "CheckedLook") -> dict[str, Any]:
    """Return what a picture that is not of stacks takes of a look."""
    asked = item.arguments()
    return {name: asked[name] for name in ("size", "theme", "font") if name in asked}
