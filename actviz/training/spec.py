"""TrainSpec: everything that determines a training run but its data, in one frozen value.

This module holds values: it draws no random numbers, opens no file, and knows no data set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Literal, Self, get_args

from actviz.errors import SpecError
from actviz.layers.activations import Activation, as_activation
from actviz.layers.initializer_laws import Initializer
from actviz.layers.initializers import get_initializer, initializer_name
from actviz.numbers.scalars import check_integer, is_finite
from actviz.records.plain import own_or, read_fields
from actviz.records.spec import DTYPES, MAX_SEED, RNGS, Dtype, Rng

TaskName = Literal["circles", "mnist", "digits", "arrays"]
Optimizer = Literal["sgd", "momentum", "adam"]
LossFormula = Literal["stable", "textbook"]
LossTime = Literal["before", "after"]

TASK_NAMES: tuple[TaskName, ...] = get_args(TaskName)
OPTIMIZER_NAMES: tuple[Optimizer, ...] = get_args(Optimizer)

MAX_STEPS = 10_000_000
MAX_HIDDEN = 1000
MAX_UNITS = 100_000
MAX_BATCH = 10_000_000
#: Initializers times seeds in one record.
MAX_RUNS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSpec:
    """A dense net x -> (W, b, activation) x hidden -> (W, b), and how it is trained.

    Parameters
    ----------
    task : {"circles", "mnist", "digits", "arrays"}
        What is learned. Two classes have one output and the binary cross-entropy, more have an
        output each and the softmax cross-entropy.
    activation : Activation
        The function after every hidden layer; a name of `ACTIVATIONS` is looked up.
    inits : tuple of Initializer
        The laws of every W, the output's too, that are compared; texts are looked up. Biases begin
        at 0.
    hidden : tuple of int
        Units of each hidden layer, the first one first.
    lr : float
        Learning rate, above 0.
    steps : int
        Updates of a run, 1 to 10 000 000. Step k is the (k + 1)-th update.
    batch : int or None
        Rows of the training data in a step, drawn with replacement; None for all of them.
    optimizer : {"sgd", "momentum", "adam"}
        Momentum has the factor 0.9, Adam the constants 0.9, 0.999 and 1e-8.
    seeds : tuple of int
        Every initializer is run with each of them.
    rng : {"spawned", "legacy"}
        "spawned": each layer's weights and the batches have streams of their own from
        ``SeedSequence(seed)``. "legacy": all weights from ``RandomState(seed)``, layer by layer.
    unit_by_unit : bool, default False
        With "legacy", whether W is drawn in the shape (fan_out, fan_in), as some scripts do, and
        then turned.
    dtype : {"float64", "float32"}
        What the net computes in.
    loss_time : {"after", "before"}
        Whether a step's loss is that of its rows after the step's update, or before.
    loss_formula : {"stable", "textbook"}
        "textbook": at the reported steps, ``-log(a)`` and ``-log(1 - a)`` of the output a, summed
        without those that are not a number, as a course's script does; inf where a is 0 or 1 and
        wrong. "stable": the same value from what comes before the sigmoid, and never inf.
    report_every : int, default 100
        Accuracies are taken at every so many steps, and at the last.
    record_every : int or None
        Layers are recorded at every so many steps, and at the last; None for never.

    Raises
    ------
    SpecError
        If a value is out of its range; the message says what is allowed.
    UnknownNameError
        If a name is not known.
    """

    task: TaskName
    activation: Activation
    inits: tuple[Initializer, ...]
    hidden: tuple[int, ...]
    lr: float
    steps: int
    batch: int | None = None
    optimizer: Optimizer = "sgd"
    seeds: tuple[int, ...] = (0,)
    rng: Rng = "spawned"
    unit_by_unit: bool = False
    dtype: Dtype = "float64"
    loss_time: LossTime = "after"
    loss_formula: LossFormula = "stable"
    report_every: int = 100
    record_every: int | None = None

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("activation", as_activation(self.activation))
        put("inits", tuple(dict.fromkeys(_law(item) for item in _several("inits", self.inits))))
        hidden = _several("hidden", self.hidden)
        if len(hidden) > MAX_HIDDEN:
            raise SpecError(f"hidden must name at most {MAX_HIDDEN} layers (got {len(hidden)})")
        put("hidden", tuple(check_integer("hidden", item, 1, MAX_UNITS) for item in hidden))
        put("lr", _above_zero("lr", self.lr))
        put("steps", check_integer("steps", self.steps, 1, MAX_STEPS))
        if self.batch is not None:
            put("batch", check_integer("batch", self.batch, 1, MAX_BATCH))
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                given = getattr(self, name)
                raise SpecError(f"{name} must be {' or '.join(map(str, allowed))} (got {given!r})")
        top = MAX_SEED[self.rng]
        seeds = [check_integer("seed", item, 0, top) for item in _several("seeds", self.seeds)]
        put("seeds", tuple(dict.fromkeys(seeds)))
        if len(self.seeds) * len(self.inits) > MAX_RUNS:
            count = f"{len(self.inits)} initializers with {len(self.seeds)} seeds"
            raise SpecError(f"{count}: at most {MAX_RUNS} runs go into one record")
        put("report_every", check_integer("report_every", self.report_every, 1, MAX_STEPS))
        if self.record_every is not None:
            put("record_every", check_integer("record_every", self.record_every, 1, MAX_STEPS))

    @property
    def reported_steps(self) -> tuple[int, ...]:
        """The steps at which accuracies are taken: 0, `report_every`, … and the last."""
        return _every(self.report_every, self.steps)

    @property
    def recorded_steps(self) -> tuple[int, ...]:
        """The steps at which layers are recorded; none without `record_every`."""
        return _every(self.record_every, self.steps) if self.record_every else ()

    @property
    def init_names(self) -> tuple[str, ...]:
        """The initializers as texts that `get_initializer` reads back."""
        return tuple(map(initializer_name, self.inits))

    @property
    def labels(self) -> Mapping[str, str]:
        """What figures call the initializers, by the texts of `init_names`."""
        return {initializer_name(init): init.label for init in self.inits}

    def shapes(self, inputs: int, outputs: int) -> tuple[tuple[int, int], ...]:
        """Return (fan_in, fan_out) of every W, the output's last."""
        widths = (inputs, *self.hidden, outputs)
        return tuple(pairwise(widths))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, every field by its name; `from_dict` reads them back."""
        plain = {field.name: getattr(self, field.name) for field in fields(TrainSpec)}
        return plain | {
            "activation": self.activation.name,
            "inits": list(self.init_names),
            "hidden": list(self.hidden),
            "seeds": list(self.seeds),
        }

    @classmethod
    def from_dict(
        cls,
        data: Mapping[str, Any],
        *,
        activations: Sequence[Activation] = (),
        initializers: Sequence[Initializer] = (),
    ) -> Self:
        """Return the spec of a dict such as `to_dict` makes.

        Parameters
        ----------
        data : mapping
            Names and values of fields; what has a default may be left out.
        activations, initializers : sequences, optional
            The user's own objects, found by their names before the tables are asked.

        Raises
        ------
        SpecError
            If a field is unknown, missing or out of range.
        """
        names = [field.name for field in fields(cls)]
        tuples = ("inits", "hidden", "seeds")
        plain = read_fields(data, "a training spec", names, needed=names[:6], tuples=tuples)
        plain["activation"] = own_or(plain["activation"], {item.name: item for item in activations})
        laws = {initializer_name(item): item for item in initializers}
        return cls(**plain | {"inits": own_or(plain["inits"], laws)})


_CHOICES: Mapping[str, tuple[object, ...]] = {
    "task": TASK_NAMES,
    "optimizer": OPTIMIZER_NAMES,
    "rng": RNGS,
    "dtype": DTYPES,
    "loss_time": get_args(LossTime),
    "loss_formula": get_args(LossFormula),
    "unit_by_unit": (False, True),
}


def _every(every: int, steps: int) -> tuple[int, ...]:
    return (*range(0, steps - 1, every), steps - 1)


def _several(name: str, value: object) -> tuple[Any, ...]:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence) or not len(value):
        raise SpecError(f"{name} must be a sequence of at least one (got {value!r:.40})")
    return tuple(value)


def _law(item: object) -> Initializer:
    if isinstance(item, str):
        return get_initializer(item)
    # A class has the attributes of its objects and would pass for one.
    if isinstance(item, type) or not isinstance(item, Initializer):
        raise SpecError(f"inits must be texts or Initializers (got {item!r:.40})")
    return item


def _above_zero(name: str, value: object) -> float:
    if not is_finite(value) or value <= 0:
        raise SpecError(f"{name} must be a finite number > 0 (got {value!r:.40})")
    return float(value)
