"""The figures of the literature that are of trained nets, as data: a new one is one row.

A row says what its source trains, what its page looks like, and which numbers a training must give.
This room trains nothing and draws nothing: it is handed TrainingRecords, and compares.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from actviz.errors import RecordError
from actviz.literature.figure import Origin
from actviz.lookup import lookup
from actviz.training.curves import final_loss
from actviz.training.record import TrainingRecord
from actviz.training.spec import TrainSpec
from actviz.training.tasks import TASKS

#: What a source's page looks like: smoothed losses in one axes; costs, an axes an initializer;
#: boundaries side by side; a table.
Page = Literal["losses", "costs", "boundaries", "table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedNumber:
    """A number that a source gives for an initializer.

    Parameters
    ----------
    init : str
        As in `TrainSpec.init_names`.
    step : int or None
        A reported one; None for the last.
    statistic : {"loss", "train_accuracy", "test_accuracy", "last_100_losses"}
        A field of `Reported`, or the mean of the last 100 losses.
    value, tolerance : float
        The number, and how far a training may be from it.
    origin : {"published", "calculated"}
        What gives the number.
    """

    init: str
    step: int | None
    statistic: str
    value: float
    tolerance: float
    origin: Origin = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedFigure:
    """A figure of trained nets: a row of :data:`TRAINED_FIGURES`.

    Parameters
    ----------
    name, line, source : str
        As in `NamedFigure`.
    spec : TrainSpec
        What is trained.
    inits : tuple of str
        Those of the spec that the source's page shows.
    view, page : str
        The honest view, and what the source's page looks like.
    numbers : tuple of TrainedNumber
        What a training is held to.
    """

    name: str
    line: str
    source: str
    spec: TrainSpec
    inits: tuple[str, ...]
    view: str
    page: Page
    numbers: tuple[TrainedNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedTraining:
    """A number of a figure beside what a training gave; None if it has no such number."""

    number: TrainedNumber
    obtained: float | None

    @property
    def difference(self) -> float | None:
        """Obtained less expected; None if nothing was obtained."""
        return None if self.obtained is None else self.obtained - self.number.value

    @property
    def ok(self) -> bool:
        """Whether a value was obtained, and lies within the tolerance."""
        return self.difference is not None and abs(self.difference) <= self.number.tolerance


def get_trained_figure(name: str) -> TrainedFigure:
    """Return the figure of that name, upper and lower case alike.

    Raises
    ------
    UnknownNameError
        If there is none; the message has the closest names.
    """
    return lookup(TRAINED_FIGURES, name, kind="figure")


def verify_training(figure: TrainedFigure, record: TrainingRecord) -> tuple[VerifiedTraining, ...]:
    """Compare a record with a figure's numbers, in their order.

    Raises
    ------
    RecordError
        If the record is not that of the figure's spec.
    """
    if record.spec != figure.spec:
        raise RecordError(f"{figure.name} needs the record of its own spec: train that one")
    return tuple(
        VerifiedTraining(number=number, obtained=_obtained(record, number))
        for number in figure.numbers
    )


def only(record: TrainingRecord, inits: tuple[str, ...]) -> TrainingRecord:
    """Return `record` with the runs of some of its initializers alone: none depends on another."""
    laws = tuple(
        law
        for law, name in zip(record.spec.inits, record.spec.init_names, strict=True)
        if name in inits
    )
    runs = tuple(run for run in record.runs if run.init_name in inits)
    return replace(record, spec=replace(record.spec, inits=laws), runs=runs)


def _obtained(record: TrainingRecord, number: TrainedNumber) -> float | None:
    runs = record.runs_of(number.init)
    if number.statistic == "last_100_losses":
        return final_loss(runs)
    found = [
        item
        for item in runs[0].reported
        if item.step == (runs[0].last_step if number.step is None else number.step)
    ]
    value = getattr(found[0], number.statistic) if found else None
    return None if value is None else float(value)


def _losses(init: str, tolerance: float, **values: float) -> tuple[TrainedNumber, ...]:
    """Return losses by step, written as ``at_1000=…``."""
    return tuple(
        TrainedNumber(
            init=init,
            step=int(step.removeprefix("at_")),
            statistic="loss",
            value=value,
            tolerance=tolerance,
        )
        for step, value in values.items()
    )


def _accuracies(init: str, train: float | None, test: float | None) -> tuple[TrainedNumber, ...]:
    pairs = (("train_accuracy", train), ("test_accuracy", test))
    # printed with at most four decimals
    return tuple(
        TrainedNumber(init=init, step=None, statistic=name, value=value, tolerance=5.1e-5)
        for name, value in pairs
        if value is not None
    )


_COURSERA = "Coursera, Improving Deep Neural Networks, week 1, 2017, programming assignment"
_CIRCLES = TASKS["circles"].spec
_THREE = ("zeros", "std=10", "he")
_LN_2 = 0.6931471805599453

# The same random numbers in the same order: only the last bits differ. But from std=10 a training
# is so unstable that no two published copies agree to the third digit.
_COSTS = (
    *_losses("zeros", 1e-9, **{f"at_{step}": _LN_2 for step in range(0, 15_000, 1000)}),
    *_losses("std=10", 0.02, at_1000=0.624),
    *_losses(
        "he",
        1e-9,
        at_0=0.8830537463419761,
        at_1000=0.6879825919728063,
        at_14000=0.07357895962677366,
    ),
)
_SHARES = (
    *_accuracies("zeros", 0.5, 0.5),
    *_accuracies("std=10", 0.83, 0.86),
    *_accuracies("he", 0.9933, 0.96),
)


def _mean_of_last(init: str, value: float, spread: float) -> TrainedNumber:
    # 4 standard deviations between 12 seeds
    return TrainedNumber(
        init=init,
        step=None,
        statistic="last_100_losses",
        value=value,
        tolerance=4 * spread,
        origin="calculated",
    )


TRAINED_FIGURES: Mapping[str, TrainedFigure] = MappingProxyType(
    {
        row.name: row
        for row in (
            TrainedFigure(
                name="saito-mnist",
                line="MNIST: std = 0.01 does not learn, Xavier does, He is faster",
                source="K. Saito, Deep Learning from Scratch, O'Reilly Japan, 2016, chapter 6",
                spec=TASKS["mnist"].spec,
                inits=TASKS["mnist"].spec.init_names,
                view="all",
                page="losses",
                numbers=(
                    # Another draw of weights and batches; both stay within 0.01 of ln 10.
                    *_losses(
                        "std=0.01", 0.02, at_0=2.3025, at_100=2.3022, at_500=2.3011, at_1000=2.3017
                    ),
                    _mean_of_last("std=0.01", 2.3013, 0.0003),
                    _mean_of_last("lecun", 0.2911, 0.009),
                    _mean_of_last("he", 0.2032, 0.007),
                    replace(_accuracies("std=0.01", None, 0.1135)[0], origin="calculated"),
                ),
            ),
            TrainedFigure(
                name="coursera-costs",
                line="Cost from zeros, from too large weights, and from He's",
                source=_COURSERA,
                spec=_CIRCLES,
                inits=_THREE,
                view="loss",
                page="costs",
                numbers=_COSTS,
            ),
            TrainedFigure(
                name="coursera-boundaries",
                line="What each net decides: nothing, in shreds, and the circle",
                source=_COURSERA,
                spec=_CIRCLES,
                inits=_THREE,
                view="boundaries",
                page="boundaries",
                numbers=_SHARES,
            ),
            TrainedFigure(
                name="coursera-table",
                line="Fails to break symmetry, too large weights, recommended",
                source=_COURSERA,
                spec=_CIRCLES,
                inits=_THREE,
                view="table",
                page="table",
                numbers=tuple(n for n in _SHARES if n.statistic == "train_accuracy"),
            ),
        )
    }
)
