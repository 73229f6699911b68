"""Training in process: three nets of MNIST's shapes against their products, torch, and recording.

python benchmarks/training.py train|recording|torch|circles ROUNDS
prints {"floor": [s, …], "it": [s, …]}

Contender and floor take turns in one process. The rows are random: only their shapes matter here.
The products' floor M has what the training has, two threads with one BLAS thread each; torch has
two threads of its own. Recording has the training without it for its floor, and circles a second.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from turns import take_turns

from actviz.simulation.executors import one_blas_thread
from actviz.training.data.datasets import Dataset, circles
from actviz.training.loop import run_training
from actviz.training.tasks import get_task

STEPS, BATCH, ROWS = 2000, 128, 60_000
SPEC = replace(get_task("mnist").spec, steps=STEPS)
SHAPES = SPEC.shapes(784, 10)


def make_data() -> Dataset:
    rng = np.random.default_rng(0)
    x = rng.random((ROWS, 784), dtype=np.float32)
    y = rng.integers(0, 10, ROWS)
    names = tuple(map(str, range(10)))
    test = {"x_test": x[:10_000], "y_test": y[:10_000]}
    return Dataset(name="random", x_train=x, y_train=y, **test, classes=names, digest="-")


def make_products() -> Callable[[], object]:
    """M: two forward passes and one backward a step, as products of matrices and nothing else."""

    def one(_: object) -> None:
        rng = np.random.default_rng(0)
        weights, inputs, deltas = (
            [rng.standard_normal(shape, dtype=np.float32) for shape in shapes]
            for shapes in (SHAPES, [(BATCH, n) for n, _ in SHAPES], [(BATCH, n) for _, n in SHAPES])
        )
        layers = list(enumerate(zip(inputs, weights, deltas, strict=True)))
        for _ in range(STEPS):
            for number, (x, W, delta) in layers:
                x @ W
                x @ W
                x.T @ delta
                if number:
                    delta @ W.T

    def products() -> None:
        with one_blas_thread(), ThreadPoolExecutor(2) as pool:
            list(pool.map(one, SPEC.inits))

    return products


def make_train(record_every: int | None = None) -> Callable[[], object]:
    data, spec = make_data(), replace(SPEC, record_every=record_every)
    return lambda: run_training(spec, data)


def make_torch() -> Callable[[], object]:
    """The same three nets: a step, and the loss after it; accuracies at the same steps."""
    import torch
    from torch import nn

    torch.set_num_threads(2)
    data = make_data()
    x, y = torch.from_numpy(data.x_train), torch.from_numpy(data.y_train)
    judged = [(x[::30], y[::30]), (x[:10_000], y[:10_000])]
    reported = set(SPEC.reported_steps)

    def net() -> nn.Sequential:
        layers: list[nn.Module] = []
        for fan_in, fan_out in SHAPES:
            layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
        return nn.Sequential(*layers[:-1])

    def train() -> None:
        for _ in SPEC.inits:
            model, losses = net(), []
            optimizer = torch.optim.SGD(model.parameters(), lr=SPEC.lr)
            for step in range(STEPS):
                rows = torch.randint(len(x), (BATCH,))
                batch, classes = x[rows], y[rows]
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(batch), classes).backward()
                optimizer.step()
                with torch.no_grad():
                    losses.append(nn.functional.cross_entropy(model(batch), classes).item())
                    for some, theirs in judged if step in reported else ():
                        (model(some).argmax(1) == theirs).float().mean().item()

    return train


def make_circles() -> Callable[[], object]:
    """One run; its floor is a second."""
    spec, data = replace(get_task("circles").spec, inits=("he",)), circles()
    return lambda: run_training(spec, data)


PAIRS: dict[str, Sequence[Callable[[], Callable[[], object]]]] = {
    "train": (make_products, make_train),
    "torch": (make_products, make_torch),
    "recording": (make_train, lambda: make_train(record_every=100)),
    "circles": (lambda: lambda: time.sleep(1), make_circles),
}


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    floor, it = (make() for make in PAIRS[sys.argv[1]])
    json.dump(take_turns(seconds, floor, it, int(sys.argv[2])), sys.stdout)
