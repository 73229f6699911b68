"""NamedFigure: a figure of the literature as a value.

`actviz.literature.stacks`, `actviz.literature.trained` and `actviz.literature.nets` have the rows.
This room holds data: what a source runs, what its page looks like, and the numbers that
`actviz.checks.published` holds Records to.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activations import Activation
from actviz.layers.signals import SIGNALS, Signal
from actviz.literature.net_rows import NetRows
from actviz.numbers.histogram import bin_edges
from actviz.numbers.scalars import check_integer, is_finite
from actviz.numbers.stats import SignalStats
from actviz.records.measuring import Measuring
from actviz.records.spec import MAX_DEPTH, StackSpec
from actviz.records.unit_sample import MOST
from actviz.training.spec import TrainSpec

#: What gives a number: the source's print, its script calculated again, or infinite width.
Origin = Literal["published", "calculated", "mean field"]
#: What a source's page looks like, of stacks: a framed row of histograms; that row below two line
#: plots of the layers' mean and std; all layers as lines in one axes.
StackLayout = Literal["row", "row-and-trends", "overlay"]
#: And of a training: smoothed losses in one axes; costs, an axes an initializer; boundaries side by
#: side; a table.
TrainingLayout = Literal["losses", "costs", "boundaries", "table"]
#: And of many trained nets: their accuracy over the variance of the weights and the depth.
NetLayout = Literal["map"]

#: What a source's page of activations may hide: the gradient, and the spread within a unit, which
#: the histogram of all units together does not tell from the spread between them.
Hidden = Literal["gradient", "within"]

#: How many values lie within the histogram's range, zeros included: not a field of `SignalStats`.
DRAWN = "drawn"
#: What a number of a stack's layer can be of.
STACK_STATISTICS: tuple[str, ...] = (
    *(field.name for field in fields(SignalStats) if field.name not in ("quantiles", "constant")),
    DRAWN,
)
#: The mean of the last 100 losses: not a field of `Reported`.
LAST_LOSSES = "last_100_losses"
#: What a number of a training can be of.
TRAINING_STATISTICS = ("loss", "train_accuracy", "test_accuracy", LAST_LOSSES)

_PLAIN = Measuring()

_NAME = re.compile(r"[a-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed(Measuring):
    """What a source prints that shows gradients with their signs, between the ends of its range.

    A `Measuring` in all else: there a range is none of gradients, and here it is of every signal.
    A file does not tell the two apart.
    """

    def edges(
        self, signal: Signal, activation: Activation, input_std: float = 1.0
    ) -> NDArray[np.float64]:
        """Return the edges of a signal's histogram, shape (bins + 1,)."""
        if self.range is None:
            return Measuring.edges(self, signal, activation, input_std)
        return bin_edges(*self.range, self.bins)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledStack(StackSpec):
    """A stack whose initializer has the name that its source gives it; a `StackSpec` in all else.

    Parameters
    ----------
    called : str
        What figures call the initializer.
    """

    called: str

    @property
    def label(self) -> str:
        """What a figure calls it beside its activation: the source's own word."""
        return self.called


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledTraining(TrainSpec):
    """A training whose initializers have the names that its source gives them.

    Parameters
    ----------
    called : tuple of (str, str)
        Initializers as in `init_names`, and what figures call them; others have their own labels.
    """

    called: tuple[tuple[str, str], ...]

    @property
    def labels(self) -> Mapping[str, str]:
        """What figures call the initializers, by the texts of `init_names`."""
        words = dict(self.called)
        own = super(CalledTraining, self).labels
        return {name: words.get(name, label) for name, label in own.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that a source gives: of one layer's signal, or of a training.

    Parameters
    ----------
    stack : int
        Which of the figure's stacks, from 0: of its specs, or of its training's initializers.
    layer : int or None
        Which of the stack's layers, from 1; None of a training.
    step : int or None
        Of a training a reported step; None for the last one.
    statistic : str
        Of a layer a field of `SignalStats`, or ``"drawn"``: how many values lie within the
        histogram's range, zeros included. Of a training a field of `Reported`, or
        ``"last_100_losses"``: their mean.
    value, tolerance : float
        The number, and how far a simulation or a training may be from it (at least 0).
    origin : {"published", "calculated", "mean field"}
        What gives the number.

    Raises
    ------
    SpecError
        If a value is out of its range.
    """

    stack: int
    layer: int | None = None
    step: int | None = None
    statistic: str
    value: float
    tolerance: float
    origin: Origin

    def __post_init__(self) -> None:
        check_integer("stack", self.stack, 0, MAX_DEPTH)
        if self.layer is not None:
            check_integer("layer", self.layer, 1, MAX_DEPTH)
        if self.step is not None:
            check_integer("step", self.step, 0, 2**63 - 1)
        _one_of("statistic", self.statistic, (*STACK_STATISTICS, *TRAINING_STATISTICS))
        _one_of("origin", self.origin, get_args(Origin))
        if not (is_finite(self.value) and is_finite(self.tolerance) and self.tolerance >= 0):
            given = f"{self.value!r} and {self.tolerance!r}"
            raise SpecError(f"value and tolerance must be finite, tolerance >= 0 (got {given})")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFigure:
    """A figure of the literature, of stacks, of a training or of many trained nets.

    Parameters
    ----------
    name, source : str
        Lower-case letters, digits, dots and hyphens, under which `actviz.words` says what is
        seen; author, title, place and year.
    specs : tuple of StackSpec
        The stacks that the source runs; none if it trains.
    measuring : Measuring
        What its page shows of them, with its range.
    training : TrainSpec or None
        What the source trains.
    nets : NetRows or None
        Nets that were trained as the source does, where these are too many to be trained again.
    inits : tuple of str
        The initializers of the training that the source's page shows.
    layout : str
        What the source's page looks like: a `StackLayout`, `TrainingLayout` or `NetLayout`.
    numbers : tuple of Number
        What a simulation or a training is held to.
    signal : str
        What a figure of stacks is of, and its numbers.
    view : str
        The view of the honest version.
    aliases : tuple of str
        Other names of it, such as the number that its source gives it.
    hides : tuple of {"gradient", "within"}
        What the source's page does not show and the honest version does.
    cut : int or None
        Where a line of the source's script cuts the counts of its histograms.

    Raises
    ------
    SpecError
        If a value is out of its range, or a number is of a stack or layer that is not there.
    """

    name: str
    source: str
    specs: tuple[StackSpec, ...] = ()
    measuring: Measuring = _PLAIN
    training: TrainSpec | None = None
    nets: NetRows | None = None
    inits: tuple[str, ...] = ()
    layout: StackLayout | TrainingLayout | NetLayout
    numbers: tuple[Number, ...] = ()
    signal: Signal = "activation"
    view: str = "sheet"
    aliases: tuple[str, ...] = ()
    hides: tuple[Hidden, ...] = ()
    cut: int | None = None

    def __post_init__(self) -> None:
        for name in (self.name, *self.aliases):
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise SpecError(f"name must be of a-z, 0-9, dots and hyphens (got {name!r})")
        if not self.source.strip():
            raise SpecError("source must name author, title, place and year (got nothing)")
        _one_of("signal", self.signal, SIGNALS)
        for what in self.hides:
            _one_of("hides", what, get_args(Hidden))
        if self.cut is not None:
            check_integer("cut", self.cut, 1, 2**31 - 1)
        if self.nets is not None:
            self._check_nets(self.nets)
        elif self.training is None:
            self._check_stacks()
        else:
            self._check_training(self.training)

    def _check_stacks(self) -> None:
        _one_of("layout", self.layout, get_args(StackLayout))
        if not self.specs:
            raise SpecError("specs must have at least one stack (got none)")
        for number in self.numbers:
            check_integer("stack", number.stack, 0, len(self.specs) - 1)
            check_integer("layer", number.layer, 1, self.specs[number.stack].depth)
            _one_of("statistic", number.statistic, STACK_STATISTICS)

    def _check_training(self, training: TrainSpec) -> None:
        _one_of("layout", self.layout, get_args(TrainingLayout))
        if self.specs:
            raise SpecError(f"a figure is of stacks or of a training (got {len(self.specs)} specs)")
        for init in self.inits:
            _one_of("inits", init, training.init_names)
        for number in self.numbers:
            check_integer("stack", number.stack, 0, len(training.inits) - 1)
            _one_of("statistic", number.statistic, TRAINING_STATISTICS)

    def _check_nets(self, rows: NetRows) -> None:
        _one_of("layout", self.layout, get_args(NetLayout))
        if self.specs or self.training is not None or self.numbers:
            raise SpecError("a figure of trained nets has no stacks, training or numbers")
        if len({net.sigma_w2 for net in rows.nets}) < 2:
            raise SpecError(f"nets must be of two variances at least (got {len(rows.nets)} nets)")

    @property
    def honest(self) -> Measuring:
        """What is kept for the honest version: with the signal's own bounds nothing is cut off."""
        kept = {item.name: getattr(self.measuring, item.name) for item in fields(Measuring)}
        if "gradient" in self.hides:
            kept["gradients"] = True
        if "within" in self.hides:
            kept["unit_histograms"] = True
        if self.view == "units":
            kept["unit_sample"] = MOST
        return Measuring(**kept | {"range": None})


def by_any_name(figures: Iterable[NamedFigure]) -> dict[str, NamedFigure]:
    """Return figures by their names, and after all of these by their aliases."""
    rows = list(figures)
    names = {row.name: row for row in rows}
    return names | {alias: row for row in rows for alias in row.aliases}


def _one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise SpecError(f"{name} must be one of {', '.join(allowed)} (got {value!r})")
