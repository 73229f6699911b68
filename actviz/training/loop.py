"""train(task) -> TrainingRecord: every initializer with every seed, on all cores.

A run is determined by its spec, its data, its initializer and its seed (see
`actviz.training.trainer`); which others run beside it changes nothing.
"""

import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from actviz.errors import NoWorkersError, SpecError
from actviz.layers.initializer_laws import Initializer
from actviz.records.summary import writer
from actviz.simulation.arguments import check_progress
from actviz.simulation.cores import cpus
from actviz.simulation.executors import MayGoOn, spread
from actviz.simulation.sending import unsendable
from actviz.simulation.watched import others_hear_interrupts, spread_on_processes
from actviz.training.data.datasets import Dataset, circles, digits, from_arrays
from actviz.training.data.mnist import load_mnist
from actviz.training.record import TrainingRecord
from actviz.training.runs import Run
from actviz.training.spec import TrainSpec
from actviz.training.tasks import get_task
from actviz.training.trainer import Material, train_once

#: Told how many steps of all runs are done, and how many there are.
TrainingProgress = Callable[[int, int], None]

#: So many steps of all runs take seconds, and so many bytes of data are copied in no time.
_STEPS, _SENT = 10_000, 50_000_000


def train(
    task: str | Dataset = "circles",
    *,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    test_share: float = 0.2,
    data_dir: str | Path | None = None,
    progress: TrainingProgress | None = None,
    **fields: Any,
) -> TrainingRecord:
    """Train a small dense net once for every initializer and seed, and return what was found.

    Parameters
    ----------
    task : {"circles", "mnist", "digits", "arrays"} or Dataset
        What is learned; it has a default for everything else.
    x, y : arrays, shapes (n, …) and (n,)
        Rows and classes of the task "arrays"; see `actviz.training.data.datasets.from_arrays`.
    test_share : float, default 0.2
        Share of those rows that is kept for testing.
    data_dir : path-like, optional
        Where the files of MNIST are; default: ``ACTVIZ_DATA_DIR``, or else the user's cache.
    progress : callable, optional
        Called ten times a second with the steps done and the steps there are, of all runs.
    **fields
        Fields of `TrainSpec` other than `task`: ``inits``, ``activation``, ``hidden``, ``lr``,
        ``batch``, ``steps``, ``optimizer``, ``seeds``, ``record_every`` and so on.

    Returns
    -------
    TrainingRecord
        A run whose loss stops being finite ends there, and the others go on. After Ctrl-C all
        runs end where they are, with a warning that says where.

    Raises
    ------
    SpecError
        If a value is out of its range, or the data is not fit for training.
    MissingExtraError
        If the task needs a library that is not installed.

    Examples
    --------
    >>> record = train("circles", inits=["zeros", "he"], steps=50)
    >>> [run.weight_change_rank[0] for run in record.runs]
    [0, 2]
    """
    check_progress(progress)
    if isinstance(task, Dataset):
        data, name = task, "arrays"
    else:
        name = get_task(task).name
        data = load_data(name, x=x, y=y, test_share=test_share, data_dir=data_dir)
    if unknown := sorted(
        set(fields) - set(TrainSpec.__dataclass_fields__) | {"task"} & set(fields)
    ):
        raise SpecError(f"train has no argument {unknown[0]!r}")
    record = run_training(replace(get_task(name).spec, **fields), data, progress=progress)
    if record.interrupted:
        warnings.warn(f"interrupted: {where_stopped(record)}", stacklevel=2)
    return record


def load_data(
    task: str,
    *,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    test_share: float = 0.2,
    data_dir: str | Path | None = None,
) -> Dataset:
    """Return the data set of a task.

    Raises
    ------
    SpecError
        If it is not there, or not fit for training.
    MissingExtraError
        If it needs a library that is not installed.
    """
    if task == "arrays":
        if x is None or y is None:
            raise SpecError("task arrays needs x and y: rows, and a class for each")
        return from_arrays(x, y, test_share=test_share)
    if x is not None or y is not None:
        raise SpecError(f"task {task} has data of its own: x and y go with task arrays")
    if task == "mnist":
        return load_mnist(data_dir)
    return {"circles": circles, "digits": digits}[task]()


def where_stopped(record: TrainingRecord) -> str:
    """Return at which steps the interrupted runs stopped, in words."""
    runs = [run for run in record.runs if run.end == "interrupted"]
    begun = [
        f"{run.init_name}, seed {run.seed} stopped after step {run.last_step}"
        for run in runs
        if run.last_step is not None
    ]
    if waiting := len(runs) - len(begun):
        begun.append(f"{waiting} of {len(record.runs)} runs had not begun")
    return f"{'; '.join(begun)} (of steps 0 to {record.spec.steps - 1})"


def run_training(
    spec: TrainSpec, data: Dataset, *, progress: TrainingProgress | None = None
) -> TrainingRecord:
    """Return the record of a spec on a data set; see `train`.

    Raises
    ------
    SpecError
        If the two do not fit each other.
    """
    material = Material(spec, data)
    pairs = [(init, seed) for init in spec.inits for seed in spec.seeds]
    total = spec.steps * len(pairs)
    told = None if progress is None else lambda done: progress(done, total)
    runs: list[Run] | None = None
    if _want_processes(material, pairs):
        workers = min(cpus(), len(pairs))
        with suppress(NoWorkersError):
            runs = spread_on_processes(
                partial(_trained, spec, data), pairs, workers=workers, progress=told
            )
    if runs is None:
        runs = spread(
            partial(_train, material),
            pairs,
            workers=material.workers,
            progress=told,
            one_blas=material.small,
            keep=True,  # what has been done, and the record says that it was stopped
        )
    return TrainingRecord(spec=spec, data=data.info(), runs=tuple(runs), writer=writer())


#: What a run has of its own.
_Pair = tuple[Initializer, int]


def _train(material: Material, pair: _Pair, told: MayGoOn) -> Run:
    return train_once(material, *pair, told)


def _trained(spec: TrainSpec, data: Dataset, pair: _Pair, told: MayGoOn) -> Run:
    """Train once, where nobody has the material yet."""
    return train_once(Material(spec, data), *pair, told)


def _want_processes(material: Material, pairs: Sequence[_Pair]) -> bool:
    """Whether processes are worth their start: steps so small that Python's lock makes a queue.

    Larger ones are the products' work, which threads share without a copy of the data for each.
    """
    spec, data = material.spec, material.data
    small = material.workers == 1 and material.small and data.x_train.nbytes <= _SENT
    long = spec.steps * len(pairs) >= _STEPS and len(pairs) > 1 and cpus() > 1
    if not (small and long) or others_hear_interrupts():
        return False
    return unsendable((spec, data)) is None
