"""Small stacks: passes against their products, an ensemble, a check, few statistics, many at once.

python benchmarks/small.py NAME ROUNDS     prints {"floor": [s, …], "it": [s, …]}

NAME is a key of `PAIRS`. Contender and floor take turns in one process, timed by the CPU time of
its and its processes, but for what several cores are worth, which is timed by the clock.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from tempfile import mkdtemp
from typing import Any

import numpy as np
from numpy.typing import NDArray
from turns import take_turns

from actviz.records.spec import StackSpec

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


def make_judged() -> Callable[[], object]:
    """What the judge reads of a stack, and nothing else."""
    from actviz import simulate
    from actviz.diagnosis.rules import DEFAULT

    measuring = DEFAULT.measuring
    return lambda: simulate(
        StackSpec(activation="tanh", init="xavier", depth=DEPTH), measuring=measuring
    )


def make_forward() -> Callable[[], object]:
    """G of a small stack: the products and tanh alone, input and weights being there."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((SAMPLES, WIDTH))
    weights = rng.standard_normal((SHALLOW, WIDTH, WIDTH)) / WIDTH**0.5

    def products() -> Array:
        signal = x
        for W in weights:
            signal = np.tanh(signal @ W)
        return signal

    return products


def make_shallow(statistics: Any) -> Callable[[], object]:
    from actviz import simulate

    spec = StackSpec(activation="tanh", init="xavier", depth=SHALLOW)
    return lambda: simulate(spec, statistics=statistics)


FEW = 1000


def on_cores(count: int, work: Callable[[], object]) -> Callable[[], object]:
    """The same work, pinned to so many cores."""
    everywhere = os.sched_getaffinity(0)

    def pinned() -> object:
        os.sched_setaffinity(0, sorted(everywhere)[:count])
        try:
            return work()
        finally:
            os.sched_setaffinity(0, everywhere)

    return pinned


def make_draws() -> Callable[[], object]:
    """The draws, the products and ReLU of many stacks alone."""
    from actviz.simulation.draws import Draws

    specs = [StackSpec(activation="relu", init="he", depth=DEPTH, seed=seed) for seed in range(FEW)]

    def run() -> None:
        for spec in specs:
            draws = Draws(spec)
            signal = draws.input()
            for layer in range(1, DEPTH + 1):
                W, _ = draws.layer(layer)
                signal = np.maximum(signal @ W, 0.0)

    return run


def make_few() -> Callable[[], object]:
    """As many stacks, with the scale of their activations and what tells overflow.

    On one core, as their floor is: what processes add is a row of its own.
    """
    from actviz.records.measuring import Measuring
    from actviz.simulation.stacks import simulate_many

    specs = [StackSpec(activation="relu", init="he", depth=DEPTH, seed=seed) for seed in range(FEW)]
    measuring = Measuring(statistics={"activation": ["scale"]})
    return on_cores(1, lambda: simulate_many(specs, measuring))


def _of_a_map() -> list[StackSpec]:
    """Return the 500 stacks of a map: weight stds around Xavier's, two activations."""
    return [
        StackSpec(activation=activation, init=f"std={std:.4g}", samples=200, depth=50)
        for activation in ("tanh", "relu")
        for std in np.geomspace(0.02, 0.5, 250)
    ]


def make_map_floor() -> Callable[[], object]:
    """Their draws, their products both ways, and the activations."""
    from actviz.simulation.draws import Draws

    specs = _of_a_map()

    def run() -> None:
        for spec in specs:
            draws = Draws(spec)
            signal, tape = draws.input(), []
            for layer in range(1, spec.depth + 1):
                W, _ = draws.layer(layer)
                z = signal @ W
                tape.append((spec.activation.derivative(z), W))
                signal = spec.activation(z)
            upstream = draws.cotangent()
            for slope, W in reversed(tape):
                upstream = (upstream * slope) @ W.T

    return run


def make_map() -> Callable[[], object]:
    """The same stacks, with what the judge reads."""
    from actviz.diagnosis.rules import DEFAULT
    from actviz.simulation.stacks import simulate_many

    specs = _of_a_map()
    return lambda: simulate_many(specs, DEFAULT.measuring)


def _layers_of(depth: int) -> list[StackSpec]:
    """Return the stacks of a depth view: tanh with the four initializers."""
    from actviz.cli.stacks import DEFAULT_INITIALIZERS

    return [StackSpec(activation="tanh", init=init, depth=depth) for init in DEFAULT_INITIALIZERS]


DEEP = 25


def make_curves_by_numpy() -> Callable[[], object]:
    """What a depth view draws, by numpy alone: draws, products both ways, statistics."""
    from actviz.simulation.draws import Draws

    def run() -> None:
        for spec in _layers_of(DEEP):
            draws = Draws(spec)
            signal, tape = draws.input(), []
            for layer in range(1, DEEP + 1):
                W, _ = draws.layer(layer)
                z = signal @ W
                tape.append((spec.activation.derivative(z), W))
                signal = spec.activation(z)
                statistics(signal)
            upstream = draws.cotangent()
            for slope, W in reversed(tape):
                gradient = upstream * slope
                gradient.std(), gradient.var(axis=0).mean(), gradient.mean(axis=0).std()
                np.median(np.abs(gradient))
                upstream = gradient @ W.T

    return run


def make_curves() -> Callable[[], object]:
    """The same, as `actviz plot --view depth` asks for it."""
    from actviz.diagnosis.rules import DEFAULT
    from actviz.plot.views import VIEWS
    from actviz.records.kept import together
    from actviz.records.measuring import Measuring
    from actviz.simulation.stacks import simulate_many

    shown = VIEWS["depth"].reads(None, stacks=4, activations=1)
    measuring = Measuring(gradients=True, statistics=together(DEFAULT.reads, shown))
    return lambda: simulate_many(_layers_of(DEEP), measuring)


def make_empty_figure() -> Callable[[], object]:
    """F: a process that saves one empty Figure."""
    script = Path(__file__).with_name("floors.py")
    command = [sys.executable, str(script), str(Path(mkdtemp()) / "out.png")]
    return lambda: subprocess.run(command, check=True)


def make_default_plot() -> Callable[[], object]:
    """The simulation of `actviz plot`, with what its picture and the judge read."""
    from actviz.cli.names import DEFAULT_ACTIVATIONS
    from actviz.cli.stacks import DEFAULT_INITIALIZERS
    from actviz.diagnosis.rules import DEFAULT
    from actviz.plot.views import VIEWS
    from actviz.records.kept import together
    from actviz.records.measuring import Measuring
    from actviz.simulation.stacks import simulate_many

    specs = [
        StackSpec(activation=activation, init=init)
        for activation in DEFAULT_ACTIVATIONS
        for init in DEFAULT_INITIALIZERS
    ]
    shown = VIEWS["overview"].reads(None, stacks=12, activations=3)
    measuring = Measuring(gradients=True, statistics=together(DEFAULT.reads, shown))
    return lambda: simulate_many(specs, measuring)


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
    from actviz import simulate

    spec = StackSpec(activation="relu", init="he", depth=10)
    return lambda: [simulate(spec) for _ in range(CHECKED)]


def make_check() -> Callable[[], object]:
    from actviz import compare, load_baseline, save_baseline
    from actviz.checks.making import make_baseline, rerun

    path = Path(mkdtemp()) / "baseline.json"
    save_baseline(make_baseline(StackSpec(activation="relu", init="he", depth=10)), path)

    def check() -> None:
        for _ in range(CHECKED):
            baseline = load_baseline(path)
            assert compare(rerun(baseline), baseline)

    return check


MANY = 1000


def make_many(cores: int) -> Callable[[], object]:
    """Many small stacks with few statistics, on so many cores."""
    from actviz import Measuring, StackSpec, simulate_many

    specs = [StackSpec(activation="tanh", init="xavier", depth=10, seed=k) for k in range(MANY)]
    return on_cores(cores, lambda: simulate_many(specs, Measuring(statistics="moments")))


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
    "judged": (make_products, make_judged),
    "moments": (make_forward, partial(make_shallow, "moments")),
    "all": (make_forward, partial(make_shallow, "all")),
    "few": (make_draws, make_few),
    "map": (make_map_floor, make_map),
    "curves": (make_curves_by_numpy, make_curves),
    "default-plot": (make_empty_figure, make_default_plot),
}

#: Timed by the clock: what two cores are worth.
BY_THE_CLOCK = ("ensemble", "many")


def cpu_time() -> float:
    """Return the CPU time of this process and of those that it has waited for, in seconds."""
    usages = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def seconds(work: Callable[[], object]) -> float:
    now = time.perf_counter if sys.argv[1] in BY_THE_CLOCK else cpu_time
    start = now()
    work()
    return now() - start


if __name__ == "__main__":
    floor, it = (make() for make in PAIRS[sys.argv[1]])
    json.dump(take_turns(seconds, floor, it, int(sys.argv[2])), sys.stdout)
