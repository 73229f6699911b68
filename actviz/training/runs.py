"""Run: one initializer with one seed, trained; what is reported, recorded and decided on the way.

This module holds values. It knows no data set, no net, no clock and no randomness.

What belongs to a step: its Record and its update are of the pass that the update is made from, its
accuracies and its decision map are of the net after that update, and its loss is of either, as
`TrainSpec.loss_time` says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from actviz.errors import RecordError
from actviz.format import axis_number, one_line
from actviz.layers.activations import Activation
from actviz.layers.initializer_laws import Initializer
from actviz.layers.initializers import initializer_name
from actviz.numbers.frozen import MadeAgain
from actviz.numbers.scalars import check_integer, is_number
from actviz.records.record import Record

#: How a run ended: all steps done; its loss stopped being finite; somebody stopped it.
End = Literal["done", "diverged", "interrupted"]

_BEYOND = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A reported step of a run.

    Parameters
    ----------
    step : int
        From 0.
    loss : float
        By the formula of the spec, nats a row; inf or nan where that has no number.
    stable_loss : float
        The same loss by a formula that does not overflow; nan or inf only if the run diverged.
    train_accuracy, test_accuracy : float or None
        Shares of rows whose class is found; None if the run diverged, or there is no test data. Of
        more than 2000 training rows, 2000 are taken, evenly spaced.
    """

    step: int
    loss: float
    stable_loss: float
    train_accuracy: float | None
    test_accuracy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a net looked like inside at a step.

    Parameters
    ----------
    step : int
        From 0.
    record : Record
        The hidden layers' signals over the step's rows, before its update.
    update_to_data : tuple of float or None
        Of every W, the output's last: rms of the step's change over rms of W before it; None for a
        W of zeros.
    weight_change_rank : tuple of int
        Of every W, the output's last: the numerical rank of what it has changed by since the start,
        this step's update included. See `Run.weight_change_rank`.
    """

    step: int
    record: Record
    update_to_data: tuple[float | None, ...]
    weight_change_rank: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisionMap(MadeAgain):
    """What a net of two inputs decides, on a grid of them.

    Parameters
    ----------
    step : int
        From 0.
    x, y : ndarray, shapes (n_x,) and (n_y,)
        First and second input at the grid's points, increasing.
    values : ndarray, shape (n_y, n_x)
        With two classes the probability of the second one, to four decimals; with more the number
        of the most probable class.
    """

    step: int
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name in ("x", "y", "values"):
            object.__setattr__(self, name, frozen(name, getattr(self, name)))
        if self.values.shape != (self.y.size, self.x.size) or self.x.ndim != 1:
            raise RecordError(
                f"a decision map over {self.x.shape} and {self.y.shape} points cannot have the "
                f"shape {self.values.shape}"
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run(MadeAgain):
    """One initializer with one seed, trained.

    Parameters
    ----------
    init : Initializer
        The law of every W.
    seed : int
        Of the weights and the batches.
    losses : ndarray, shape (steps done,)
        The stable loss of every step; nan or inf at most in the last, if the run diverged.
    reported : tuple of Reported
        At the steps that the spec asks for, and where the run stopped.
    snapshots : tuple of Snapshot
        At the recorded steps that were reached.
    maps : tuple of DecisionMap
        Of two-dimensional data, at a few of the reported steps, the last one among them.
    weight_change_rank : tuple of int
        Of every W, the output's last: the numerical rank of its change from start to end, singular
        values up to the square root of the dtype's eps times the largest one taken for rounding.
        It is 1 where all units have stayed the same, 0 where nothing has changed.
    end : {"done", "diverged", "interrupted"}
        How it ended.
    """

    init: Initializer
    seed: int
    losses: NDArray[np.float64]
    reported: tuple[Reported, ...]
    snapshots: tuple[Snapshot, ...] = ()
    maps: tuple[DecisionMap, ...] = ()
    weight_change_rank: tuple[int, ...] = ()
    end: End = "done"

    def __post_init__(self) -> None:
        object.__setattr__(self, "losses", frozen("losses", self.losses))
        if self.losses.ndim != 1:
            raise RecordError(f"losses must be one-dimensional (got {self.losses.shape})")
        if self.end not in get_args(End):
            raise RecordError(f"end must be {' or '.join(get_args(End))} (got {self.end!r})")
        finite = np.isfinite(self.losses[:-1] if self.end == "diverged" else self.losses)
        if not finite.all():
            raise RecordError(f"the loss of step {int(finite.argmin())} is not finite")
        for items in (self.reported, self.snapshots, self.maps):
            steps = [item.step for item in items]
            if steps != sorted(set(steps)) or (steps and not 0 <= steps[-1] < self.losses.size):
                raise RecordError(f"steps must increase from 0 to the last one done (got {steps})")

    def __repr__(self) -> str:
        """Return one line, without the losses."""
        done = self.losses.size
        loss = f", the last with loss {axis_number(self.losses[-1])}" if done else ""
        end = "" if self.end == "done" else f"; {self.end}"
        return f"<Run from {one_line(self.init_name)}, seed {self.seed}: {done} steps{loss}{end}>"

    @property
    def init_name(self) -> str:
        """The initializer as a text that `get_initializer` reads back."""
        return initializer_name(self.init)

    @property
    def steps(self) -> NDArray[np.int64]:
        """The steps of `losses`, from 0 on."""
        return np.arange(self.losses.size)

    @property
    def last_step(self) -> int | None:
        """The last step that was done, or None if there is none."""
        return self.losses.size - 1 if self.losses.size else None

    @property
    def diverged_at(self) -> int | None:
        """The step whose loss is not finite, or None."""
        return self.last_step if self.end == "diverged" else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; what is no finite number is "nan", "inf" or "-inf"."""
        return {
            "init": self.init_name,
            "seed": self.seed,
            "end": self.end,
            "last_step": self.last_step,
            "losses": [_plain(value) for value in self.losses.tolist()],
            "reported": [
                {
                    "step": item.step,
                    "loss": _plain(item.loss),
                    "stable_loss": _plain(item.stable_loss),
                    "train_accuracy": item.train_accuracy,
                    "test_accuracy": item.test_accuracy,
                }
                for item in self.reported
            ],
            "weight_change_rank": list(self.weight_change_rank),
            "snapshots": [
                {
                    "step": item.step,
                    "record": item.record.to_dict(),
                    "update_to_data": [
                        None if ratio is None else _plain(ratio) for ratio in item.update_to_data
                    ],
                    "weight_change_rank": list(item.weight_change_rank),
                }
                for item in self.snapshots
            ],
            "maps": [
                {
                    "step": item.step,
                    "x": item.x.tolist(),
                    "y": item.y.tolist(),
                    "values": item.values.tolist(),
                }
                for item in self.maps
            ],
        }

    @classmethod
    def from_dict(
        cls,
        data: Mapping[str, Any],
        *,
        init: Initializer,
        activations: Sequence[Activation] = (),
        initializers: Sequence[Initializer] = (),
    ) -> Self:
        """Return the run of a dict such as `to_dict` makes; `init` is the law that it names.

        Raises
        ------
        KeyError, TypeError, ValueError
            If something is missing or of a wrong type; `TrainingRecord.from_dict` words it.
        """
        return cls(
            init=init,
            seed=check_integer("seed", data["seed"], 0, 2**63 - 1),
            losses=np.array([_value(item) for item in data["losses"]], np.float64),
            reported=tuple(
                Reported(
                    step=_step(item),
                    loss=_value(item["loss"]),
                    stable_loss=_value(item["stable_loss"]),
                    train_accuracy=_share(item["train_accuracy"]),
                    test_accuracy=_share(item["test_accuracy"]),
                )
                for item in data["reported"]
            ),
            snapshots=tuple(
                Snapshot(
                    step=_step(item),
                    record=Record.from_dict(
                        item["record"], activations=activations, initializers=initializers
                    ),
                    update_to_data=tuple(
                        None if ratio is None else _value(ratio) for ratio in item["update_to_data"]
                    ),
                    weight_change_rank=_ranks(item["weight_change_rank"]),
                )
                for item in data["snapshots"]
            ),
            maps=tuple(DecisionMap(**{**item, "step": _step(item)}) for item in data["maps"]),
            weight_change_rank=_ranks(data["weight_change_rank"]),
            end=data["end"],
        )


# --- plain types ----------------------------------------------------------------------------


def _step(item: Mapping[str, Any]) -> int:
    return check_integer("step", item["step"], 0, 2**63 - 1)


def _ranks(items: Sequence[object]) -> tuple[int, ...]:
    return tuple(check_integer("weight_change_rank", item, 0, 2**63 - 1) for item in items)


def frozen(name: str, values: object) -> NDArray[np.float64]:
    """Return a read-only copy; raise RecordError unless all, but for losses, are finite."""
    array = np.array(values, np.float64)
    if name != "losses" and not np.isfinite(array).all():
        raise RecordError(f"{name} must be finite numbers")
    array.setflags(write=False)
    return array


def _plain(value: float) -> float | str:
    return value if isfinite(value) else str(value)


def _value(item: object) -> float:
    if isinstance(item, str) and item in _BEYOND:
        return _BEYOND[item]
    if not is_number(item):
        raise RecordError(f"a loss must be a number, or nan, inf or -inf as a text (got {item!r})")
    return float(item)


def _share(item: object) -> float | None:
    if item is None:
        return None
    if not is_number(item) or not 0 <= item <= 1:
        raise RecordError(f"an accuracy must be from 0 to 1 (got {item!r})")
    return float(item)
