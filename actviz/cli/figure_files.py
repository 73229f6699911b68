"""The files of named figures: drawn here or by worker processes, and written here.

A worker gives a file's bytes: one that is stopped leaves no half of a file.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from actviz.cli import look
from actviz.cli.output import complain, tell_what_is_left
from actviz.cli.progress import meter
from actviz.errors import ActvizError, NoWorkersError, WorkersError
from actviz.simulation.processes import Failure, run
from actviz.simulation.sending import attempted, in_one_line

if TYPE_CHECKING:
    from actviz.cli.look import CheckedLook
    from actviz.literature.figure import NamedFigure
    from actviz.plot.paper.picture import RecordFigure
    from actviz.records.measuring import Measuring

#: From so many jobs on, processes are worth their start: each loads what draws.
_SEVERAL = 4

#: Records of stacks that a figure has at most, of which each is held until it is drawn.
_HELD = 64

#: What a process takes beside its stacks: what draws, and a page of pixels.
_DRAWING = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureJob:
    """Figures that one run shows: of a figure's stacks, of a training, or of rows of trained nets.

    Parameters
    ----------
    figures : tuple of NamedFigure
        One, or of a training all that show it.
    commands : tuple of str
        What makes each of them alone.
    looks : tuple of CheckedLook
        Of its versions.
    measurings : tuple of Measuring
        What each version shows of the stacks; none without stacks.
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
    measurings: "tuple[Measuring, ...]" = ()
    suffix: str
    viewed: bool = False
    cut: bool = False
    memory_limit: int | str | None = None

    @property
    def name(self) -> str:
        """Its figures, for people."""
        return ", ".join(figure.name for figure in self.figures)


class DrawnFile(NamedTuple):
    """A figure's file: its name and bytes, and how it is read."""

    name: str
    content: bytes
    explanation: tuple[str, ...]
    description: str


class Drawn(NamedTuple):
    """The files of a job, and whether one of its stacks stopped being finite."""

    files: tuple[DrawnFile, ...]
    diverged: bool


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
            complain(f"{len(drawn):,} of {len(jobs):,} figures are done")
    reasons = {index: _reason(failed[index]) for index in sorted(failed)}
    if not drawn and len(set(reasons.values())) == 1:
        (first, *_) = failed.values()
        raise first.error or WorkersError(f"{jobs[first.index].name}: {first.reason}")
    tell_what_is_left("figure", [(jobs[index].name, why) for index, why in reasons.items()])
    if failed:
        raise typer.Exit(1)
    if any(one.diverged for one in drawn.values()):
        raise typer.Exit(3)


def _reason(failure: Failure) -> str:
    return str(failure.error) if isinstance(failure.error, ActvizError) else failure.reason


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
                        bar.show(len(done), len(jobs))
            except NoWorkersError:  # then here
                pass
    for index, job in enumerate(jobs):
        if index not in done:
            answer = attempted(partial(draw_figures, here=True), job)
            if answer.error is None:
                yield index, answer.result
            else:
                why = in_one_line(answer.error)
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
        Job(spec, job.measurings, (0,) * len(job.measurings), memory)
        for job in jobs
        for spec in job.figures[0].specs
    ]
    if not stacks:
        return min(cpus(), len(jobs)), list(jobs)
    workers = min(at_once(stacks, beside=WORKER_BYTES + _DRAWING, held=_HELD), len(jobs))
    share = int(memory_share(stacks, workers, held=_HELD))
    return workers, [replace(job, memory_limit=share) for job in jobs]


# --- one of them --------------------------------------------------------------------------


def draw_figures(job: FigureJob, *, here: bool = False) -> Drawn:
    """Run what figures show, and return their files.

    Parameters
    ----------
    job : FigureJob
    here : bool
        Whether somebody may watch a bar of this process's own.
    """
    from actviz.plot.paper.loading import load_matplotlib

    load_matplotlib()  # in a process of its own
    first = job.figures[0]
    if first.specs:
        pictures, diverged = _of_stacks(job, here)
    else:
        pictures, diverged = (_of_nets(job) if first.nets else _of_training(job, here)), False
    commands = dict(zip((figure.name for figure in job.figures), job.commands, strict=True))
    files = []
    for named, item, version, picture in pictures:
        name = f"{named.name}-{version}.{job.suffix}"
        content = item.content(picture, f".{job.suffix}", commands[named.name])
        files.append(DrawnFile(name, content, picture.explanation, picture.description))
    return Drawn(tuple(files), diverged)


class _Version(NamedTuple):
    """One version of a figure, drawn."""

    named: "NamedFigure"
    look: "CheckedLook"
    version: str
    picture: "RecordFigure"


def _of_stacks(job: FigureJob, here: bool) -> tuple[list[_Version], bool]:
    from actviz.cli import stacks
    from actviz.plot.views import plot_named

    (named,) = job.figures
    # All at once: the versions of a figure are of one run of its stacks.
    records = stacks.simulate_specs(
        [spec for _ in job.looks for spec in named.specs],
        [measuring for measuring in job.measurings for _ in named.specs],
        job.memory_limit,
        watched=here,
    )
    rest, found = iter(records), []
    for item in job.looks:
        shown = list(islice(rest, len(named.specs)))
        view = item.view if job.viewed else None
        style: Any = "cut" if job.cut else item.style
        version = "cut" if job.cut else item.view if item.view != "sheet" else item.style
        picture = plot_named(named, shown, style=style, view=view, **item.arguments())
        found.append(_Version(named, item, version, picture))
    return found, any(record.first_nonfinite_layer is not None for record in records)


def _of_training(job: FigureJob, here: bool) -> list[_Version]:
    from actviz.cli import trained_figures
    from actviz.plot.books.training import plot_training_textbook
    from actviz.plot.training.views import get_training_view

    assert job.figures[0].training is not None
    record = trained_figures.trained(job.figures[0].training, watched=here)
    found = []
    for named in job.figures:
        for item in job.looks:
            if item.style == "textbook":
                only = record.only(named.inits)
                picture = plot_training_textbook(only, named.layout, **_taken(item))
            else:
                picture = get_training_view(named.view).plot(record, **_taken(item))
            found.append(_Version(named, item, item.style, picture))
    return found


def _of_nets(job: FigureJob) -> list[_Version]:
    from actviz.plot.charts.trainability import plot_trainability
    from actviz.sweeps.trainability import trainability

    (named,) = job.figures
    assert named.nets is not None
    record = trainability(named.nets)
    return [
        _Version(named, item, item.style, plot_trainability(record, **_taken(item)))
        for item in job.looks
    ]


def _taken(item: "CheckedLook") -> dict[str, Any]:
    """Return what a picture that is not of stacks takes of a look."""
    asked = item.arguments()
    return {name: asked[name] for name in ("size", "theme", "font") if name in asked}
