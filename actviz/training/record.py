"""TrainingRecord: what training found: the spec, the data's description and every run.

This module holds values. It knows no data set, no net, no clock and no randomness;
`actviz.training.loop` makes TrainingRecords, `actviz.files.records` stores them, `actviz.plot`
draws them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from actviz.errors import RecordError
from actviz.format import elided, layers_of, one_line
from actviz.layers.activations import Activation
from actviz.layers.initializer_laws import Initializer
from actviz.numbers.scalars import check_integer
from actviz.records.plain import schema_of, worded
from actviz.training.runs import Run, frozen
from actviz.training.spec import TrainSpec

if TYPE_CHECKING:
    import pandas as pd

TRAINING_SCHEMA = "actviz.training/1"

#: The columns of `TrainingRecord.to_rows`, and of every CSV, in order.
TRAINING_COLUMNS = (
    *("init", "seed", "step", "loss", "train_accuracy", "test_accuracy"),
    *("stable_loss", "end", "task"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DataInfo:
    """What is known of the data: enough to name it, and in two dimensions to draw it.

    Parameters
    ----------
    name : str
        Such as ``"circles"``, or the name of a file.
    n_train, n_test, n_features : int
        Rows for training and for testing, columns.
    classes : tuple of str
        The classes' labels, in the order of their numbers.
    digest : str
        SHA-256 of all rows and labels: two records with the same digest learned the same.
    points : ndarray, shape (n, 2), or None
        Of two-dimensional data the training rows, at most 2000.
    point_classes : ndarray of int, shape (n,), or None
        The numbers of their classes.
    """

    name: str
    n_train: int
    n_test: int
    n_features: int
    classes: tuple[str, ...]
    digest: str = ""
    points: NDArray[np.float64] | None = None
    point_classes: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        for name, low in (("n_train", 1), ("n_test", 0), ("n_features", 1)):
            check_integer(name, getattr(self, name), low, 2**63 - 1)
        if len(self.classes) < 2:
            raise RecordError(f"data must have at least two classes (got {len(self.classes)})")
        if self.points is None or self.point_classes is None:
            return
        points = frozen("points", self.points)
        classes = np.array(self.point_classes, np.int64)
        classes.setflags(write=False)
        if points.ndim != 2 or points.shape[1] != 2 or classes.shape != points.shape[:1]:
            given = f"{points.shape} and {classes.shape}"
            raise RecordError(f"points must be (n, 2) and point_classes (n,) (got {given})")
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "point_classes", classes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingRecord:
    """What `train` returns: the spec, the data's description and every run.

    Parameters
    ----------
    spec : TrainSpec
        What was run.
    data : DataInfo
        What it was run on.
    runs : tuple of Run
        Every initializer of the spec with each of its seeds, the seeds of the first one first.
    writer : tuple of (str, str)
        Names and versions of what made it; not compared by ``==``.

    Raises
    ------
    RecordError
        If the runs are not those of the spec.
    """

    spec: TrainSpec
    data: DataInfo
    runs: tuple[Run, ...]
    writer: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self) -> None:
        expected = [(name, seed) for name in self.spec.init_names for seed in self.spec.seeds]
        found = [(run.init_name, run.seed) for run in self.runs]
        if found != expected:
            raise RecordError(
                f"a record of {len(expected)} runs must hold every initializer with every seed, in "
                f"order (got {len(found)} runs)"
            )
        for run in self.runs:
            if (run.losses.size == self.spec.steps) < (run.end == "done"):
                raise RecordError(
                    f"{run.init_name}, seed {run.seed} did {run.losses.size} of "
                    f"{self.spec.steps} steps and is not done"
                )

    def __repr__(self) -> str:
        """Return one line, without the numbers of its runs."""
        spec = self.spec
        names = one_line(f"{spec.activation.name} on {self.data.name}")
        seeds = "" if len(spec.seeds) == 1 else f", {len(spec.seeds)} seeds each"
        ends = [
            f"; {count} {end}"
            for end in ("diverged", "interrupted")
            if (count := sum(run.end == end for run in self.runs))
        ]
        return (
            f"<TrainingRecord of {names}: {layers_of(spec.hidden)}, {spec.steps} steps from "
            f"{elided(list(map(one_line, spec.init_names)))}{seeds}{''.join(ends)}>"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TrainingRecord):
            return NotImplemented
        mine, its = self.to_dict(), other.to_dict()
        return {**mine, "writer": None} == {**its, "writer": None}

    __hash__ = None  # type: ignore[assignment]  # it holds arrays

    @property
    def diverged(self) -> tuple[Run, ...]:
        """The runs whose loss stopped being finite."""
        return tuple(run for run in self.runs if run.end == "diverged")

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped the training before its end."""
        return any(run.end == "interrupted" for run in self.runs)

    def runs_of(self, init: str) -> tuple[Run, ...]:
        """Return the runs of an initializer, named as in `Run.init_name`; one for each seed."""
        return tuple(run for run in self.runs if run.init_name == init)

    def only(self, inits: Sequence[str]) -> Self:
        """Return the record of some of the initializers alone: no run depends on another."""
        kept = [name in inits for name in self.spec.init_names]
        spec = replace(self.spec, inits=tuple(compress(self.spec.inits, kept)))
        return replace(self, spec=spec, runs=tuple(r for r in self.runs if r.init_name in inits))

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dict for each run and reported step, its keys being `TRAINING_COLUMNS`."""
        return [
            {
                "init": run.init_name,
                "seed": run.seed,
                "step": item.step,
                "loss": item.loss,
                "train_accuracy": item.train_accuracy,
                "test_accuracy": item.test_accuracy,
                "stable_loss": item.stable_loss,
                "end": run.end,
                "task": self.spec.task,
            }
            for run in self.runs
            for item in run.reported
        ]

    def to_frame(self) -> "pd.DataFrame":
        """Return `to_rows` as a pandas DataFrame; what is undefined is NaN there."""
        import pandas as pd  # 0.3 s, for those who ask for it

        return pd.DataFrame(self.to_rows(), columns=list(TRAINING_COLUMNS))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; what is no finite number is "nan", "inf" or "-inf"."""
        return {
            "schema": TRAINING_SCHEMA,
            "writer": dict(self.writer),
            "spec": self.spec.to_dict(),
            "data": {
                "name": self.data.name,
                "n_train": self.data.n_train,
                "n_test": self.data.n_test,
                "n_features": self.data.n_features,
                "classes": list(self.data.classes),
                "digest": self.data.digest,
                "points": _listed(self.data.points),
                "point_classes": _listed(self.data.point_classes),
            },
            "runs": [run.to_dict() for run in self.runs],
        }

    @classmethod
    def from_dict(
        cls,
        data: Mapping[str, Any],
        *,
        activations: Sequence[Activation] = (),
        initializers: Sequence[Initializer] = (),
    ) -> Self:
        """Return the record of a dict such as `to_dict` makes.

        Parameters
        ----------
        data : mapping
            The dict.
        activations, initializers : sequences, optional
            The user's own objects that the spec names.

        Raises
        ------
        RecordError
            If the schema is another one, or something is missing or of a wrong type.
        """
        schema_of(data, "a training record", TRAINING_SCHEMA)
        with worded("a training record", wrong="a wrong value"):
            spec = TrainSpec.from_dict(
                data["spec"], activations=activations, initializers=initializers
            )
            about = data["data"]
            laws = [law for law in spec.inits for _ in spec.seeds]
            if len(laws) != len(data["runs"]):
                raise RecordError(f"a record of {len(laws)} runs holds {len(data['runs'])}")
            return cls(
                spec=spec,
                data=DataInfo(**{**about, "classes": tuple(about["classes"])}),
                runs=tuple(
                    Run.from_dict(run, init=law, activations=activations, initializers=initializers)
                    for law, run in zip(laws, data["runs"], strict=True)
                ),
                writer=tuple(dict(data.get("writer", {})).items()),
            )


def _listed(array: NDArray[Any] | None) -> list[Any] | None:
    return None if array is None else array.tolist()
