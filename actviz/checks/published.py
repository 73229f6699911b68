"""Records held against the numbers of a figure of the literature.

Nothing is simulated, trained or drawn here, and nothing is printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from actviz.errors import RecordError
from actviz.layers.signals import Signal
from actviz.literature.figure import DRAWN, LAST_LOSSES, NamedFigure, Number
from actviz.records.record import Record
from actviz.training.curves import final_loss
from actviz.training.record import TrainingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A number of a figure beside what a simulation or a training gave for it.

    `obtained` is None if there is no such layer or step, or the statistic is not defined there.
    """

    number: Number
    obtained: float | None

    @property
    def difference(self) -> float | None:
        """Obtained less expected; None if nothing was obtained."""
        return None if self.obtained is None else self.obtained - self.number.value

    @property
    def ok(self) -> bool:
        """Whether a value was obtained, and lies within the tolerance."""
        return self.difference is not None and abs(self.difference) <= self.number.tolerance


def verify(figure: NamedFigure, records: Sequence[Record] | TrainingRecord) -> tuple[Verified, ...]:
    """Compare records with a figure's numbers.

    Parameters
    ----------
    figure : NamedFigure
        What is expected.
    records : sequence of Record, or TrainingRecord
        The records of ``figure.specs``, in their order; or the one of ``figure.training``.

    Returns
    -------
    tuple of Verified
        One for each of the figure's numbers, in their order.

    Raises
    ------
    RecordError
        If the records are not those of what the figure runs.
    """
    if isinstance(records, TrainingRecord):
        if records.spec != figure.training:
            raise RecordError(f"{figure.name} needs the record of its own spec: train that one")
        found = [_trained(records, number) for number in figure.numbers]
    else:
        if figure.training or tuple(record.spec for record in records) != figure.specs:
            raise RecordError(
                f"{figure.name} needs the records of its {len(figure.specs)} specs, in their order "
                f"(got {len(records)}, of others): simulate each of its specs"
            )
        found = [
            _simulated(records[number.stack], figure.signal, number) for number in figure.numbers
        ]
    return tuple(
        Verified(number=number, obtained=obtained)
        for number, obtained in zip(figure.numbers, found, strict=True)
    )


def _simulated(record: Record, signal: Signal, number: Number) -> float | None:
    if number.layer is None or number.layer > len(record.layers):  # it stopped being finite before
        return None
    item = record.layers[number.layer - 1][signal]
    if number.statistic == DRAWN:
        return float(item.histogram.counts.sum())
    found = getattr(item.stats, number.statistic)
    return None if found is None else float(found)


def _trained(record: TrainingRecord, number: Number) -> float | None:
    runs = record.runs_of(record.spec.init_names[number.stack])
    if number.statistic == LAST_LOSSES:
        return final_loss(runs)
    step = runs[0].last_step if number.step is None else number.step
    found = [getattr(item, number.statistic) for item in runs[0].reported if item.step == step]
    return None if not found or found[0] is None else float(found[0])
