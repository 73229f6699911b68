"""The tasks by name: what is trained unless somebody says otherwise, as data.

Nothing here loads a data set; `actviz.training.loop` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from actviz.lookup import Table, lookup
from actviz.training.spec import TrainSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A row of :data:`TASKS`.

    Parameters
    ----------
    name, line, source : str
        The name; what it is; where it is from, or what it needs.
    spec : TrainSpec
        What is run by default.
    """

    name: str
    line: str
    source: str
    spec: TrainSpec


TASKS: Mapping[str, Task] = Table(
    {
        "circles": Task(
            name="circles",
            line="two circles, one in the other: zeros, too large, and right",
            source="Coursera, Improving Deep Neural Networks, week 1",
            spec=TrainSpec(
                task="circles",
                activation="relu",  # type: ignore[arg-type]  # looked up
                # random × 0.01 and the course's Xavier, variance 1/fan_in, beside its own three
                inits=("zeros", "std=10", "he", "std=0.01", "lecun"),  # type: ignore[arg-type]
                hidden=(10, 5),
                lr=0.01,
                steps=15_000,
                seeds=(3,),
                rng="legacy",
                unit_by_unit=True,
                loss_time="before",
                loss_formula="textbook",
                report_every=1000,
            ),
        ),
        "mnist": Task(
            name="mnist",
            line="handwritten digits, 28 × 28: five layers",
            source="K. Saito, Deep Learning from Scratch, chapter 6; LeCun et al. 1998",
            spec=TrainSpec(
                task="mnist",
                activation="relu",  # type: ignore[arg-type]
                # the book's Xavier has the variance 1/fan_in
                inits=("std=0.01", "lecun", "he"),  # type: ignore[arg-type]
                hidden=(100, 100, 100, 100),
                lr=0.01,
                steps=2000,
                batch=128,
                rng="legacy",
                dtype="float32",
            ),
        ),
        "digits": Task(
            name="digits",
            line="handwritten digits, 8 × 8, without a download",
            source="scikit-learn, load_digits",
            spec=TrainSpec(
                task="digits",
                activation="relu",  # type: ignore[arg-type]
                inits=("std=0.01", "lecun", "he"),  # type: ignore[arg-type]
                hidden=(100, 100, 100, 100),
                lr=0.05,
                steps=2000,
                batch=128,
                dtype="float32",
            ),
        ),
        "arrays": Task(
            name="arrays",
            line="data of your own: --x and --y",
            source="your files",
            spec=TrainSpec(
                task="arrays",
                activation="relu",  # type: ignore[arg-type]
                inits=("std=0.01", "xavier", "he"),  # type: ignore[arg-type]
                hidden=(50, 50, 50),
                lr=0.05,
                steps=2000,
                batch=64,
            ),
        ),
    }
)


def get_task(name: str) -> Task:
    """Return the row of `TASKS` under `name`.

    Raises
    ------
    UnknownNameError
        If there is none; the message has the closest name.
    """
    return lookup(TASKS, name, kind="task")
