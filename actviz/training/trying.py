"""try_to_train(stack, data) -> Trial: how far plain gradient descent brings a stack.

What that means stands in `actviz.training.trial`.
"""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from actviz.errors import SpecError
from actviz.records.spec import StackSpec
from actviz.simulation.draws import BATCHES, BIAS, WEIGHTS, sampled, spawned
from actviz.simulation.executors import MayGoOn
from actviz.training.data.datasets import Dataset, digits
from actviz.training.data.mnist import find, load_mnist
from actviz.training.net import Net, Softmax
from actviz.training.trial import (
    BATCH,
    HOPELESS,
    JUDGED,
    LOOK,
    MOST_STEPS,
    RATES,
    SAME_LOGITS,
    STEPS,
    TRAINS,
    Trial,
)


def try_to_train(stack: StackSpec, data: Dataset, may_go_on: MayGoOn = lambda steps: True) -> Trial:
    """Train a stack with an output layer, at one rate after the other, until it is there.

    Parameters
    ----------
    stack : StackSpec
        The hidden layers; the output's weights are of the same law. Its seed determines the draws:
        of weights and batches, the same ones at every rate. Its input is not used.
    data : Dataset
        See `trial_data`. Nets compute in float32.
    may_go_on : callable
        Told the number of updates done, of `MOST_STEPS`; the trial ends where it returns False.

    Returns
    -------
    Trial
        The best that was found.

    Notes
    -----
    Biases begin at 0, or normal with the stack's `bias_std`; those that a layer's default brings
    are left at 0.
    """
    best = Trial(accuracy=0.0, rate=0.0, step=0)
    for number, rate in enumerate(RATES):
        found = _at(stack, data, rate, number * STEPS, may_go_on)
        best = max(best, found, key=lambda one: (one.accuracy, one.rate))
        if best.trains:
            break
    may_go_on(MOST_STEPS)
    return replace(best, accuracy=round(best.accuracy, 4))


def _at(stack: StackSpec, data: Dataset, rate: float, done: int, may_go_on: MayGoOn) -> Trial:
    """Return the best accuracy at a rate, after so many updates at others, and its step."""
    x, y = data.x_train, data.y_train
    some = np.linspace(0, len(x) - 1, JUDGED).astype(int)
    net = _net(stack, data)
    rng = np.random.default_rng(spawned(stack.seed, BATCHES))
    best, at = 0.0, 0
    with np.errstate(all="ignore"):
        for step in range(1, STEPS + 1):
            if not may_go_on(done + step):
                break
            rows = rng.choice(len(x), BATCH)
            z = net.forward(x[rows])
            if not np.isfinite(z).all():  # then no gradient is, and no parameter will be
                break
            net.backward(Softmax.delta(z, y[rows]))
            net.values -= np.float32(rate) * net.gradient
            if step % LOOK:
                continue
            z = net.logits(x[some])
            if not np.isfinite(z).all():
                break
            best, at = max((best, at), (float(np.mean(Softmax.classes(z) == y[some])), step))
            hopeless = best < HOPELESS and (step * 2 >= STEPS or _alike(z))
            if best >= TRAINS or hopeless:
                break
    return Trial(accuracy=best, rate=rate, step=at)


def _alike(z: NDArray[np.float32]) -> bool:
    """Whether the rows' logits are the same but for rounding, which is that of the largest."""
    return bool(np.ptp(z, axis=0).max() <= SAME_LOGITS * np.abs(z).max())


def _net(stack: StackSpec, data: Dataset) -> Net:
    widths = (data.n_features, *stack.widths, len(data.classes))
    weights: list[NDArray[np.float64]] = []
    biases: list[NDArray[np.float64]] = []
    for layer, shape in enumerate(pairwise(widths), start=1):
        source = np.random.default_rng(spawned(stack.seed, WEIGHTS, layer))
        weights.append(sampled(stack.init, source, shape))
        if stack.bias_std:
            source = np.random.default_rng(spawned(stack.seed, BIAS, layer))
            biases.append(stack.bias_std * source.standard_normal(shape[1]))
    return Net(weights, stack.activation, "float32", biases)


# --- what is learned ----------------------------------------------------------------------


def data_there() -> str:
    """Return the best of `DATA` that this machine has: MNIST where its files are."""
    try:
        find()
    except SpecError:
        return "digits"
    return "mnist"


@cache
def trial_data(name: str) -> Dataset:
    """Return a data set with pixels of mean 0 and std 1, MNIST's four by four as one.

    Raises
    ------
    SpecError
        If its files are not there.
    MissingExtraError
        If it needs a library that is not installed.
    """
    if name == "digits":
        found = digits()
        rows = found.x_train
    else:
        found = load_mnist()
        rows = found.x_train.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
    rows = ((rows - rows.mean()) / rows.std()).astype(np.float32)
    return Dataset(
        name=name,
        x_train=rows,
        y_train=found.y_train,
        x_test=rows[:0],
        y_test=found.y_train[:0],
        classes=found.classes,
    )
