"""The figures of trained nets among those of ``actviz figure``: trained, drawn, and checked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from actviz.cli import look
from actviz.cli.output import complain, say
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.cli.look import Look
    from actviz.literature.figure import NamedFigure
    from actviz.literature.trained import TrainedFigure
    from actviz.training.record import TrainingRecord


def table() -> "dict[str, NamedFigure | TrainedFigure]":
    """Return the figures of stacks and those of trained nets, by name."""
    from actviz.literature import stacks as literature
    from actviz.literature import trained as published

    return {**literature.FIGURES, **published.TRAINED_FIGURES}


def parted(
    chosen: "Sequence[NamedFigure | TrainedFigure]",
) -> "tuple[list[NamedFigure], list[TrainedFigure]]":
    """Return those of stacks, and those of trained nets."""
    from actviz.literature.figure import NamedFigure
    from actviz.literature.trained import TrainedFigure

    return (
        [item for item in chosen if isinstance(item, NamedFigure)],
        [item for item in chosen if isinstance(item, TrainedFigure)],
    )


def train_all(
    figures: "Sequence[TrainedFigure]", *, named: bool
) -> "list[tuple[TrainedFigure, TrainingRecord]]":
    """Train what figures show, each spec once.

    Parameters
    ----------
    figures : sequence of TrainedFigure
        Rows of `TRAINED_FIGURES`.
    named : bool
        Whether the user named them: then one whose data are missing is an error, and else it is
        left out with a line that says so.
    """
    from actviz.cli.progress import meter
    from actviz.training.loop import load, run_training

    records: dict[Any, TrainingRecord] = {}
    found = []
    for figure in figures:
        if figure.spec not in records:
            if missing := _missing(figure.spec.task):
                if named:
                    raise SpecError(f"{figure.name} cannot be made: {missing}")
                complain(f"{figure.name} is left out: {missing}")
                continue
            data = load(figure.spec.task)
            with meter("steps") as bar:
                record = run_training(figure.spec, data, progress=bar.show)
            if record.interrupted:
                raise KeyboardInterrupt
            records[figure.spec] = record
        found.append((figure, records[figure.spec]))
    return found


def _missing(task: str) -> str:
    """Return what to do about data that are not on this machine, or ""."""
    from actviz.training.data import mnist

    if task != "mnist":
        return ""
    try:
        mnist.find()
    except SpecError:
        return (
            "MNIST is not here; actviz train mnist --download fetches it, or name the folder of "
            "its four files with ACTVIZ_DATA_DIR"
        )
    return ""


def draw(
    context: typer.Context,
    figures: "Sequence[TrainedFigure]",
    looks: "Sequence[Look]",
    folder: Path,
    suffix: str,
    *,
    named: bool,
    sized: bool,
) -> None:
    """Train, draw and write one after the other, and say where each is."""
    from actviz.files.images import write_figure
    from actviz.literature.trained import only
    from actviz.plot.books.training import plot_training_textbook
    from actviz.plot.training.views import get_training_view

    for figure, record in train_all(figures, named=named):
        for item in looks:
            asked = (item if sized else replace(item, size=None)).arguments()
            own = {name: asked[name] for name in ("size", "theme", "font") if name in asked}
            if item.style == "textbook":
                drawn = plot_training_textbook(only(record, figure.inits), figure.page, **own)
            else:
                drawn = get_training_view(figure.view).plot(record, **own)
            path = folder / f"{figure.name}-{item.style}.{suffix}"
            write_figure(
                drawn,
                path,
                look.metadata(drawn.picture, look.command_of(context, figure.name)),
                dpi=item.dpi,
                transparent=item.transparent,
            )
            say(f"{path}\n")


def verified(figures: "Sequence[TrainedFigure]", *, named: bool) -> Iterator[dict[str, Any]]:
    """Yield an entry of ``--verify`` for every number."""
    from actviz.literature.trained import verify_training

    for figure, record in train_all(figures, named=named):
        for result in verify_training(figure, record):
            number = result.number
            yield {
                "figure": figure.name,
                "activation": figure.spec.activation.name,
                "init": number.init,
                "step": record.spec.steps - 1 if number.step is None else number.step,
                "statistic": number.statistic,
                "expected": number.value,
                "obtained": result.obtained,
                "difference": result.difference,
                "tolerance": number.tolerance,
                "kind": number.origin,
                "ok": result.ok,
            }
