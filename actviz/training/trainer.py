"""One run: a net, its draws, its steps, and what is found on the way.

It draws no pictures, opens no file and knows of no other run.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.layers.activation_functions import FloatArray
from actviz.layers.defaults import LayerDefault, is_law
from actviz.layers.initializer_laws import Initializer, RandomSource
from actviz.layers.initializers import initializer_name
from actviz.simulation.cores import cpus
from actviz.simulation.draws import BATCHES, BIAS, WEIGHTS, sampled, spawned
from actviz.simulation.executors import MayGoOn, is_small
from actviz.simulation.memory import check_fits, fitting, room
from actviz.training.data.datasets import Dataset
from actviz.training.net import Binary, Net, Softmax
from actviz.training.optimizers import OPTIMIZERS
from actviz.training.runs import DecisionMap, End, Reported, Run, Snapshot
from actviz.training.snapshots import change_ranks, decision_map, layers_record, update_to_data
from actviz.training.spec import TrainSpec

#: Training rows that an accuracy is taken of: with 2000 its standard error is at most 1.1 %.
ACCURACY_ROWS = 2000

#: Decision maps of a run.
MAX_MAPS = 8

#: From so many multiplications a pass on, several threads train faster than one.
_THREADED_PRODUCTS = 1_000_000


class Material:
    """What all runs of a spec have in common: the data in the net's dtype, and the loss.

    Raises
    ------
    SpecError
        If the spec and the data do not fit each other.
    """

    def __init__(self, spec: TrainSpec, data: Dataset) -> None:
        self.spec, self.data = spec, data
        self.loss: type[Binary] | type[Softmax] = Binary if len(data.classes) == 2 else Softmax
        if spec.loss_formula == "textbook" and self.loss is Softmax:
            raise SpecError(
                f"loss_formula textbook is for two classes (got {len(data.classes)}): use stable"
            )
        outputs = 1 if self.loss is Binary else len(data.classes)
        self.shapes = spec.shapes(data.n_features, outputs)
        self._check_memory()
        # A law of the user's own is tried before anybody waits for the runs before its own.
        for init in spec.inits:
            if not is_law(init):
                _drawn(spec, init, spec.seeds[0], self.shapes)
        self.x = data.x_train.astype(spec.dtype, copy=False)
        self.y: NDArray[Any] = self.loss.targets(data.y_train, spec.dtype)
        some = np.linspace(0, len(self.x) - 1, min(len(self.x), ACCURACY_ROWS)).astype(np.intp)
        self.judged = (self.x[some], data.y_train[some])
        self.test = (data.x_test.astype(spec.dtype, copy=False), data.y_test)
        steps = spec.reported_steps
        stride = -(-(len(steps) - 1) // (MAX_MAPS - 1)) or 1
        self.report_at, self.record_at = set(steps), set(spec.recorded_steps)
        self.map_at = {*steps[::stride], steps[-1]} if data.n_features == 2 else set()

    def _check_memory(self) -> None:
        """Refuse what does not fit: parameters, their gradients and copies, signals, losses."""
        spec, entry = self.spec, np.dtype(self.spec.dtype).itemsize
        parameters = sum(fan_in * fan_out + fan_out for fan_in, fan_out in self.shapes)
        signals = (spec.batch or len(self.data.x_train)) * sum(map(sum, self.shapes)) * 3
        # Drawn in float64; then values, gradient, update, the start, and what Adam keeps.
        each = parameters * (8 + 6 * entry) + signals * entry
        losses = 40 * spec.steps * len(spec.inits) * len(spec.seeds)
        remedy = "lower hidden, batch, steps or seeds"
        check_fits(each + losses, "this training needs", remedy)
        self._fitting = fitting([each] * cpus(), room() - losses)

    @property
    def small(self) -> bool:
        """Whether a layer is one thread's work, BLAS's included."""
        rows = self.spec.batch or len(self.x)
        return all(is_small(rows, shape) for shape in self.shapes)

    @property
    def workers(self) -> int:
        """How many threads are worth having: small steps are Python's work, one at a time."""
        rows = self.spec.batch or len(self.x)
        products = rows * sum(fan_in * fan_out for fan_in, fan_out in self.shapes)
        return self._fitting if self.small and products >= _THREADED_PRODUCTS else 1

    def batches(self, seed: int) -> Iterator[tuple[FloatArray, NDArray[Any]]]:
        """Yield the rows and the targets of each step."""
        if self.spec.batch is None:
            yield from repeat((self.x, self.y))
        rng = _generator(self.spec, seed, BATCHES)
        while True:
            rows = rng.choice(len(self.x), self.spec.batch)
            yield self.x[rows], self.y[rows]


def train_once(material: Material, init: Initializer, seed: int, may_go_on: MayGoOn) -> Run:
    """Train once.

    Parameters
    ----------
    material : Material
        What to train on, and how.
    init, seed
        What is the run's own.
    may_go_on : callable
        Told the number of steps done; the run ends where it returns False.

    Raises
    ------
    SpecError
        If an initializer of the user's own gives something else than weights.
    """
    # A run that diverges is a finding, not an accident: its loss says so.
    with np.errstate(all="ignore"):
        trainer = _Trainer(material, init, seed)
        end: End = "done"
        for step in range(material.spec.steps):
            if not may_go_on(step):
                end = "interrupted"
                break
            if not trainer.step(step):
                end = "diverged"
                break
        may_go_on(material.spec.steps)
        return trainer.finish(end)


class _Trainer:
    """A net on its way, and what has been found so far."""

    def __init__(self, material: Material, init: Initializer, seed: int) -> None:
        spec = material.spec
        self._material, self._spec, self._init, self._seed = material, spec, init, seed
        weights, biases = _drawn(spec, init, seed, material.shapes)
        self._net = Net(weights, spec.activation, spec.dtype, biases)
        self._start = [W.copy() for W in self._net.weights]
        self._optimizer = OPTIMIZERS[spec.optimizer](spec.lr, self._net.values)
        self._update = np.empty_like(self._net.values)
        self._batches = material.batches(seed)
        #: The logits of the net as it is on all rows, where they are known already.
        self._known: FloatArray | None = None
        #: The last step's logits and targets that its loss is of.
        self._judged: tuple[FloatArray, NDArray[Any]]
        self._losses: list[float] = []
        self._reported: list[Reported] = []
        self._snapshots: list[Snapshot] = []
        self._maps: list[DecisionMap] = []

    def step(self, number: int) -> bool:
        """Do a step; return False if it diverged."""
        net, loss = self._net, self._material.loss
        x, y = next(self._batches)
        z = net.forward(x) if self._known is None else self._known
        net.backward(loss.delta(z, y))
        self._optimizer(number, net.gradient, self._update)
        if number in self._material.record_at:
            self._look(number)
        net.values -= self._update
        if self._spec.loss_time == "after":
            z = net.forward(x)
            if self._spec.batch is None:
                self._known = z
        self._judged = z, y
        self._losses.append(loss.loss(z, y))
        if not np.isfinite(self._losses[-1]):
            return False
        return self._report(number) if number in self._material.report_at else True

    def _look(self, number: int) -> None:
        """Record the layers of the pass that was made, and the update that follows from it."""
        net, shapes = self._net, self._material.shapes
        updates, _ = net.parts(self._update, shapes)
        changed, _ = net.parts(net.values - self._update, shapes)
        self._snapshots.append(
            Snapshot(
                step=number,
                record=layers_record(self._spec, self._label(number), net),
                update_to_data=update_to_data(updates, net.weights),
                weight_change_rank=change_ranks(changed, self._start),
            )
        )

    def _label(self, number: int) -> str:
        return f"{initializer_name(self._init)}, seed {self._seed}, step {number}"

    def _report(self, number: int) -> bool:
        """Take the accuracies of the net as it is; return whether it is finite, logits and all.

        They may not be after an update whose own loss was.
        """
        train, test = map(self._accuracy, (self._material.judged, self._material.test))
        finite = train is not None and bool(np.isfinite(self._net.values).all())
        loss = self._losses[-1]
        self._reported.append(
            Reported(
                step=number,
                loss=self._formula_loss(),
                stable_loss=loss,
                train_accuracy=train if finite else None,
                test_accuracy=test if finite else None,
            )
        )
        if finite and number in self._material.map_at:
            self._map(number)
        return finite

    def _formula_loss(self) -> float:
        if self._spec.loss_formula == "stable":
            return self._losses[-1]
        return Binary.textbook_loss(*self._judged)

    def _accuracy(self, rows: tuple[FloatArray, NDArray[np.int64]]) -> float | None:
        x, y = rows
        if not len(x):
            return None
        z = self._net.logits(x)
        if not np.isfinite(z).all():
            return None
        return float(np.mean(self._material.loss.classes(z) == y))

    def _map(self, number: int) -> None:
        low, high = self._material.data.frame()
        found = decision_map(self._net, number, low, high)
        self._maps += [found] if found is not None else []

    def finish(self, end: End) -> Run:
        """Return the run as it is now, reported once more where it stopped."""
        last = len(self._losses) - 1
        if self._losses and (not self._reported or self._reported[-1].step < last):
            self._report(last)
        if end == "interrupted" and self._maps and self._maps[-1].step < last:
            self._map(last)
        return Run(
            init=self._init,
            seed=self._seed,
            losses=np.array(self._losses),
            reported=tuple(self._reported),
            snapshots=tuple(self._snapshots),
            maps=tuple(self._maps),
            weight_change_rank=change_ranks(self._net.weights, self._start),
            end=end,
        )


# --- draws --------------------------------------------------------------------------------


class _Turned:
    """A random source whose tables are drawn with rows and columns exchanged.

    Laws of actviz ask for nothing else; what a law of a user's own asks for, it gets as it is.
    """

    def __init__(self, source: RandomSource) -> None:
        self._source = source

    def standard_normal(self, size: Any) -> NDArray[np.float64]:
        return self._turned(self._source.standard_normal, size)

    def uniform(self, low: float, high: float, size: Any) -> NDArray[np.float64]:
        return self._turned(lambda size: self._source.uniform(low, high, size=size), size)

    def _turned(self, draw: Callable[..., Any], size: Any) -> NDArray[np.float64]:
        if isinstance(size, tuple):
            return np.ascontiguousarray(draw(size=size[::-1]).T)
        return np.asarray(draw(size=size))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


def _generator(spec: TrainSpec, seed: int, *key: int) -> RandomSource:
    """Return the generator of a key."""
    if spec.rng == "legacy":
        return np.random.RandomState(np.random.MT19937(spawned(seed, *key)))
    return np.random.default_rng(spawned(seed, *key))


def _drawn(
    spec: TrainSpec, init: Initializer, seed: int, shapes: Sequence[tuple[int, int]]
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    """Draw every W, the output's last, and every b if the initializer brings them."""
    one: Any = np.random.RandomState(seed) if spec.rng == "legacy" else None
    if one is not None and spec.unit_by_unit:
        one = _Turned(one)
    weights, biases = [], []
    for layer, shape in enumerate(shapes, start=1):
        weights.append(sampled(init, one or _generator(spec, seed, WEIGHTS, layer), shape))
        if isinstance(init, LayerDefault):
            source = one or _generator(spec, seed, BIAS, layer)
            biases.append(init.sample_bias(source, *shape))
    return weights, biases
