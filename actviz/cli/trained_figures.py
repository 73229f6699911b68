"""The figures of trained nets among those of ``actviz figure``: which there are, their training.

Those of very many nets are drawn from committed rows, and nothing is trained.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from actviz.cli.output import complain
from actviz.errors import SpecError

if TYPE_CHECKING:
    from actviz.literature.figure import NamedFigure
    from actviz.training.record import TrainingRecord
    from actviz.training.spec import TrainSpec


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


def those_there(figures: "Sequence[NamedFigure]", *, named: bool) -> "list[NamedFigure]":
    """Return the figures of a training whose data are on this machine.

    Where the user `named` them, one whose data are missing is an error; else it is left out with a
    line that says so.
    """
    found = []
    for figure in figures:
        if figure.training is not None and (missing := _missing(figure.training.task)):
            if named:
                raise SpecError(f"{figure.name} cannot be made: {missing}")
            complain(f"{figure.name} is left out: {missing}")
        else:
            found.append(figure)
    return found


def trained(spec: "TrainSpec", *, watched: bool = True) -> "TrainingRecord":
    """Train what a figure shows, with a progress bar where it is `watched`; Ctrl-C ends it."""
    from actviz.cli.progress import meter
    from actviz.training.loop import load_data, run_training

    data = load_data(spec.task)
    with meter("steps") as bar:
        record = run_training(spec, data, progress=bar.show if watched else None)
    if record.interrupted:
        raise KeyboardInterrupt
    return record


def train_all(
    figures: "Sequence[NamedFigure]", *, named: bool
) -> "list[tuple[NamedFigure, TrainingRecord]]":
    """Train what figures show, each spec once; see `those_there`."""
    records: dict[Any, TrainingRecord] = {}
    found = []
    for figure in those_there(figures, named=named):
        if (spec := figure.training) is None:
            continue  # nothing to train
        if spec not in records:
            records[spec] = trained(spec)
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
