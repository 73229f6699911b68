"""NamedFigure: a figure of the literature as a value, and its numbers held against Records.

`actviz.literature.stacks` has the rows. This room simulates nothing and draws nothing: it is handed
Records, and compares.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from math import inf, isfinite
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from actviz.errors import RecordError, SpecError
from actviz.layers.signals import SIGNALS, Signal
from actviz.numbers.histogram import bin_edges
from actviz.numbers.stats import SignalStats
from actviz.records.record import Record
from actviz.records.spec import MAX_DEPTH, StackSpec, check_integer

#: What gives a number: the source's print, its script calculated again, or infinite width.
Origin = Literal["published", "calculated", "mean field"]
#: What a source's page looks like: a framed row of histograms; that row below two line plots of the
#: layers' mean and std; all layers as lines in one axes.
Layout = Literal["row", "row-and-trends", "overlay"]

#: How many values lie within the histogram's range, zeros included: not a field of `SignalStats`.
DRAWN = "drawn"
STATISTICS: tuple[str, ...] = (
    *(field.name for field in fields(SignalStats) if field.name not in ("quantiles", "constant")),
    DRAWN,
)

#: Characters of a figure's line, so that a list of figures fits a terminal.
MAX_LINE = 90

_NAME = re.compile(r"[a-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSpec(StackSpec):
    """A stack whose source prints gradients with their signs, between the ends of its range.

    A `StackSpec` in all else: there a range is none of gradients, and here it is of every signal.
    A file does not tell the two apart.
    """

    def edges(self, signal: Signal) -> NDArray[np.float64]:
        """Return the histogram's edges for a signal, shape (bins + 1,)."""
        if self.range is None:
            return StackSpec.edges(self, signal)
        return bin_edges(*self.range, self.bins)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that a source gives for one layer's signal.

    Parameters
    ----------
    stack, layer : int
        Which of the figure's specs, from 0, and which of its layers, from 1.
    statistic : str
        A field of `SignalStats`, or ``"drawn"``: how many values lie within the histogram's range,
        zeros included.
    value, tolerance : float
        The number, and how far a simulation may be from it (at least 0).
    origin : {"published", "calculated", "mean field"}
        What gives the number.

    Raises
    ------
    SpecError
        If a value is out of its range.
    """

    stack: int
    layer: int
    statistic: str
    value: float
    tolerance: float
    origin: Origin

    def __post_init__(self) -> None:
        check_integer("stack", self.stack, 0, MAX_DEPTH)
        check_integer("layer", self.layer, 1, MAX_DEPTH)
        _one_of("statistic", self.statistic, STATISTICS)
        _one_of("origin", self.origin, get_args(Origin))
        if not (isfinite(self.value) and 0 <= self.tolerance < inf):
            given = f"{self.value!r} and {self.tolerance!r}"
            raise SpecError(f"value and tolerance must be finite, tolerance >= 0 (got {given})")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFigure:
    """A figure of the literature: a row of :data:`FIGURES`.

    Parameters
    ----------
    name, line, source : str
        Lower-case letters, digits, dots and hyphens; what is seen, in at most 90 characters;
        author, title, place and year.
    specs : tuple of StackSpec
        What the source runs, with its range.
    layout : {"row", "row-and-trends", "overlay"}
        What the source's page looks like.
    numbers : tuple of Number
        What a simulation is held to.
    signal : str
        What the figure is of, and its numbers.
    view : str
        The view of the honest version.

    Raises
    ------
    SpecError
        If a value is out of its range, or a number is of a stack or layer that is not there.
    """

    name: str
    line: str
    source: str
    specs: tuple[StackSpec, ...]
    layout: Layout
    numbers: tuple[Number, ...] = ()
    signal: Signal = "activation"
    view: str = "grid"

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise SpecError(f"name must be of a-z, 0-9, dots and hyphens (got {self.name!r})")
        if not 0 < len(self.line.strip()) <= MAX_LINE:
            raise SpecError(f"line must have 1 to {MAX_LINE} characters (got {len(self.line)})")
        if not self.source.strip():
            raise SpecError("source must name author, title, place and year (got nothing)")
        _one_of("layout", self.layout, get_args(Layout))
        _one_of("signal", self.signal, SIGNALS)
        if not self.specs:
            raise SpecError("specs must have at least one stack (got none)")
        for number in self.numbers:
            check_integer("stack", number.stack, 0, len(self.specs) - 1)
            check_integer("layer", number.layer, 1, self.specs[number.stack].depth)

    @property
    def honest_specs(self) -> tuple[StackSpec, ...]:
        """The same stacks, with the signal's own bounds for a range: nothing is cut off."""
        return tuple(replace(spec, range=None) for spec in self.specs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A number of a figure beside what a simulation gave for it.

    `obtained` is None if the Record has no such layer, or the statistic is not defined there.
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


def verify(figure: NamedFigure, records: Sequence[Record]) -> tuple[Verified, ...]:
    """Compare records with a figure's numbers.

    Parameters
    ----------
    figure : NamedFigure
        What is expected.
    records : sequence of Record
        The records of ``figure.specs``, in their order.

    Returns
    -------
    tuple of Verified
        One for each of the figure's numbers, in their order.

    Raises
    ------
    RecordError
        If the records are not those of the figure's specs.
    """
    if tuple(record.spec for record in records) != figure.specs:
        raise RecordError(
            f"{figure.name} needs the records of its {len(figure.specs)} specs, in their order "
            f"(got {len(records)}, of others): simulate each of its specs"
        )
    return tuple(
        Verified(number=number, obtained=_obtained(records[number.stack], figure.signal, number))
        for number in figure.numbers
    )


def _obtained(record: Record, signal: Signal, number: Number) -> float | None:
    if number.layer > len(record.layers):  # the stack stopped being finite before
        return None
    item = record.layers[number.layer - 1][signal]
    if number.statistic == DRAWN:
        return float(item.histogram.counts.sum())
    found = getattr(item.stats, number.statistic)
    return None if found is None else float(found)


def _one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise SpecError(f"{name} must be one of {', '.join(allowed)} (got {value!r})")
