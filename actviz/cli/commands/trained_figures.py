"""The figures of trained nets among those of ``actviz figure``: trained, drawn, and checked.

Those of very many nets are drawn from committed rows, and nothing is trained.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from actviz.cli import look
from actviz.cli.output import complain, print_text
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.cli.look import CheckedLook
    from actviz.literature.figure import NamedFigure
    from actviz.training.record import TrainingRecord


def every_figure() -> "dict[str, NamedFigure]":
    """Return the figures of stacks and those of trained nets, by name."""
    from actviz.literature import nets
    from actviz.literature import stacks as literature
    from actviz.literature import trained as published

    return {**literature.FIGURES, **published.TRAINED_FIGURES, **nets.NET_FIGURES}


def every_figure_by_name() -> "dict[str, NamedFigure]":
    """Return all of them by name, and after these by alias."""
    from actviz.literature.figure import by_any_name

    return by_any_name(every_figure().values())


def parted(
    chosen: "Sequence[NamedFigure]",
) -> "tuple[list[NamedFigure], list[NamedFigure], list[NamedFigure]]":
    """Return those of stacks, those of a training, and those of rows of trained nets."""
    return (
        [item for item in chosen if item.specs],
        [item for item in chosen if item.training is not None],
        [item for item in chosen if item.nets is not None],
    )


def train_all(
    figures: "Sequence[NamedFigure]", *, named: bool
) -> "list[tuple[NamedFigure, TrainingRecord]]":
    """Train what figures show, each spec once.

    Parameters
    ----------
    figures : sequence of NamedFigure
        Rows of `TRAINED_FIGURES`.
    named : bool
        Whether the user named them: then one whose data are missing is an error, and else it is
        left out with a line that says so.
    """
    from actviz.cli.progress import meter
    from actviz.training.loop import load_data, run_training

    records: dict[Any, TrainingRecord] = {}
    found = []
    for figure in figures:
        if (spec := figure.training) is None:
            continue  # nothing to train
        if spec not in records:
            if missing := _missing(spec.task):
                if named:
                    raise SpecError(f"{figure.name} cannot be made: {missing}")
                complain(f"{figure.name} is left out: {missing}")
                continue
            data = load_data(spec.task)
            with meter("steps") as bar:
                record = run_training(spec, data, progress=bar.show)
            if record.interrupted:
                raise KeyboardInterrupt
            records[spec] = record
        found.append((figure, records[spec]))
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
    figures: "Sequence[NamedFigure]",
    looks: "Sequence[CheckedLook]",
    folder: Path,
    suffix: str,
    *,
    named: bool,
    sized: bool,
) -> None:
    """Train, draw and write one after the other, and say where each is."""
    from actviz.plot.books.training import plot_training_textbook
    from actviz.plot.training.views import get_training_view

    for figure, record in train_all(figures, named=named):
        for item in looks:
            asked = (item if sized else replace(item, size=None)).arguments()
            own = {name: asked[name] for name in ("size", "theme", "font") if name in asked}
            if item.style == "textbook":
                drawn = plot_training_textbook(record.only(figure.inits), figure.layout, **own)
            else:
                drawn = get_training_view(figure.view).plot(record, **own)
            path = folder / f"{figure.name}-{item.style}.{suffix}"
            item.write(drawn, path, look.typed_command(context, figure.name))
            print_text(f"{path}\n")


def draw_nets(
    context: typer.Context,
    figures: "Sequence[NamedFigure]",
    looks: "Sequence[CheckedLook]",
    folder: Path,
    suffix: str,
    *,
    sized: bool,
) -> None:
    """Draw and write those of rows of trained nets, and say where each is."""
    from actviz.plot.charts.trainability import plot_trainability
    from actviz.sweeps.trainability import trainability

    for figure in figures:
        assert figure.nets is not None
        record = trainability(figure.nets)
        for item in looks:
            asked = (item if sized else replace(item, size=None)).arguments()
            own = {name: asked[name] for name in ("size", "theme", "font") if name in asked}
            path = folder / f"{figure.name}-{item.style}.{suffix}"
            item.write(
                plot_trainability(record, **own), path, look.typed_command(context, figure.name)
            )
            print_text(f"{path}\n")
