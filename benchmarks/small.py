"""Small stacks: backward against its products, an ensemble, a check, many on all cores.

python benchmarks/small.py backward|ensemble|check|many|many-cpu ROUNDS
prints {"floor": [s, …], "it": [s, …]}

Contender and floor take turns in one process; many-cpu counts CPU time, that of its processes too.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from numpy.typing import NDArray

SAMPLES, WIDTH, DEPTH = 1000, 100, 10
SEEDS, SHALLOW = 200, 5
QUANTILES = (0.067, 0.159, 0.309, 0.5, 0.691, 0.841, 0.933)
Array = NDArray[np.float64]


def make_products() -> Callable[[], object]:
    """P: the products of both passes, tanh and its derivative alone."""
    from actviz import ACTIVATIONS

    tanh = ACTIVATIONS["tanh"]
    rng = np.random.default_rng(0)
    x = rng.standard_normal((SAMPLES, WIDTH))
    weights = rng.standard_normal((DEPTH, WIDTH, WIDTH)) / WIDTH**0.5
    cotangent = rng.standard_normal((SAMPLES, WIDTH))

    def products() -> Array:
        signal, tape = x, []
        for W in weights:
            z = signal @ W
            tape.append((signal, tanh.derivative(z), W))
            signal = tanh(z)
        upstream = cotangent
        for before, slope, W in reversed(tape):
            gradient = upstream * slope
            before.T @ gradient
            upstream = gradient @ W.T
        return upstream

    return products


def make_backward() -> Callable[[], object]:
    from actviz import simulate

    return lambda: simulate(activation="tanh", init="xavier", depth=DEPTH, gradients=True)


def statistics(values: Array) -> tuple[object, ...]:
    """The statistics of a SignalRecord, as a script would take them from numpy."""
    mean, std = values.mean(), values.std()
    standard = (values - mean) / std
    rows = values / np.linalg.norm(values, axis=1, keepdims=True)
    total = rows.sum(axis=0)
    centred = values - values.mean(axis=0)
    spectrum = np.linalg.eigvalsh(centred.T @ centred)
    spectrum = spectrum[spectrum > 1e-14 * spectrum[-1]] / spectrum.sum()
    return (
        *(mean, std, np.sqrt(np.mean(values**2)), values.min(), values.max()),
        np.quantile(values, QUANTILES),
        *(np.mean(standard**3), np.mean(standard**4)),
        *(np.mean(values == 0), np.mean(np.all(values == 0, axis=0))),
        *(np.sqrt(values.var(axis=0).mean()), values.mean(axis=0).std()),
        (total @ total - len(rows)) / (len(rows) * (len(rows) - 1)),
        np.exp(-(spectrum * np.log(spectrum)).sum()),
        np.histogram(values, 30, (-4, 4)),
    )


def make_loop() -> Callable[[], object]:
    def loop() -> list[tuple[object, ...]]:
        found = []
        for seed in range(SEEDS):
            rng = np.random.default_rng(seed)
            x = rng.standard_normal((SAMPLES, WIDTH))
            for _ in range(SHALLOW):
                z = x @ (rng.standard_normal((WIDTH, WIDTH)) / WIDTH**0.5)
                x = np.tanh(z)
                found.append((*statistics(z), *statistics(x), np.mean(1 - x * x < 0.05)))
        return found

    return loop


def make_ensemble() -> Callable[[], object]:
    from actviz import simulate_ensemble

    return lambda: simulate_ensemble(activation="tanh", init="xavier", depth=SHALLOW, seeds=SEEDS)


CHECKED = 20


def make_stacks() -> Callable[[], object]:
    from actviz import StackSpec, simulate

    spec = StackSpec(activation="relu", init="he", depth=10)
    return lambda: [simulate(spec) for _ in range(CHECKED)]


def make_check() -> Callable[[], object]:
    from actviz import StackSpec, compare, load_baseline, save_baseline
    from actviz.checks.making import make_baseline, rerun

    path = Path(mkdtemp()) / "baseline.json"
    save_baseline(make_baseline(StackSpec(activation="relu", init="he", depth=10)), path)

    def check() -> None:
        for _ in range(CHECKED):
            baseline = load_baseline(path)
            assert compare(rerun(baseline), baseline)

    return check


MANY = 200


def make_many(cores: int) -> Callable[[], object]:
    """Many small stacks with few statistics, on so many cores."""
    from actviz import Measuring, StackSpec, simulate_many

    specs = [StackSpec(activation="tanh", init="xavier", depth=10, seed=k) for k in range(MANY)]
    everywhere = os.sched_getaffinity(0)

    def many() -> None:
        os.sched_setaffinity(0, sorted(everywhere)[:cores])
        try:
            simulate_many(specs, Measuring(full=()))
        finally:
            os.sched_setaffinity(0, everywhere)

    return many


def make_one_core() -> Callable[[], object]:
    return make_many(1)


def make_two_cores() -> Callable[[], object]:
    return make_many(2)


PAIRS = {
    "backward": (make_products, make_backward),
    "ensemble": (make_loop, make_ensemble),
    "check": (make_stacks, make_check),
    "many": (make_one_core, make_two_cores),
    "many-cpu": (make_one_core, make_two_cores),
}


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def cpu_seconds() -> float:
    """User's and system's, of this process and of those that it has waited for."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    floor, it = (make() for make in PAIRS[sys.argv[1]])
    clock = cpu_seconds if sys.argv[1].endswith("-cpu") else time.perf_counter
    seconds(it), seconds(floor)  # warm up
    pairs = [(seconds(floor, clock), seconds(it, clock)) for _ in range(int(sys.argv[2]))]
    json.dump({"floor": [a for a, _ in pairs], "it": [b for _, b in pairs]}, sys.stdout)
