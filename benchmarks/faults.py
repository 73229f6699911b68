"""What `actviz check` catches, and how often it cries wolf: the table of docs/regression-tests.md.

The faults are planted in a forward pass that is written here, of plain numpy, so that no fault can
hide in the code that looks for it. Run it with ``python benchmarks/faults.py [CLEAN] [TRIALS]``.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from actviz import Baseline, Record, compare, record_from_arrays

WIDTHS, INPUTS, SAMPLES = (60, 40, 50, 30, 50), 50, 200
BASELINE_SEEDS = 40


def relu(x):
    return np.maximum(x, 0.0)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def he(rng, fan_in, fan_out):
    return rng.standard_normal((fan_in, fan_out)) * np.sqrt(2 / fan_in)


def lecun(rng, fan_in, fan_out):
    return rng.standard_normal((fan_in, fan_out)) * np.sqrt(1 / fan_in)


def he_uniform(rng, fan_in, fan_out):
    return rng.uniform(-1, 1, (fan_in, fan_out)) * np.sqrt(6 / fan_in)


def cut(rng, fan_in, fan_out):
    """Cut a normal law at 2 sigma, and leave its std at 0.88 sigma."""
    draws = rng.standard_normal((4, fan_in, fan_out))
    kept = np.abs(draws) < 2
    first = np.take_along_axis(draws, kept.argmax(axis=0)[None], axis=0)[0]
    return np.where(kept.any(axis=0), first, 0.0) * np.sqrt(2 / fan_in)


@dataclass(frozen=True)
class Stack:
    activation: Callable = relu
    weights: Callable = he
    bias: float = 0.0
    mean: float = 0.0
    widths: tuple[int, ...] = WIDTHS
    same_weights: bool = False
    preactivations: bool = False
    shifted: int = 0


def run(stack: Stack, seed: int) -> Record:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((SAMPLES, INPUTS)) + stack.mean
    widths = (*stack.widths, stack.widths[-1]) if stack.shifted else stack.widths
    found, W = [], None
    for width in widths:
        if W is None or not (stack.same_weights and W.shape == (x.shape[1], width)):
            W = stack.weights(rng, x.shape[1], width)
        z = x @ W + stack.bias
        x = stack.activation(z)
        found.append(z if stack.preactivations else x)
    arrays = {f"layer {n}": a for n, a in enumerate(found[stack.shifted :], start=1)}
    return record_from_arrays(arrays, range=(-4, 4))


SQUARE = Stack(widths=(50,) * 5)
CLEAN, SIGMOID = Stack(), Stack(activation=sigmoid, weights=lecun)
UNIFORM = Stack(weights=he_uniform)


def scaled(weights: Callable, factor: float) -> Callable:
    return lambda rng, fan_in, fan_out: weights(rng, fan_in, fan_out) * factor


#: What is planted: its name, the stack as it should be, and as it is.
FAULTS = (
    (
        "He without the square root",
        CLEAN,
        replace(CLEAN, weights=lambda r, i, o: he(r, i, o) * np.sqrt(2 / i)),
    ),
    ("sqrt(1/n) for sqrt(2/n)", CLEAN, replace(CLEAN, weights=lecun)),
    (
        "fan_out for fan_in",
        CLEAN,
        replace(CLEAN, weights=lambda r, i, o: he(r, i, o) * np.sqrt(i / o)),
    ),
    (
        "variance given as std",
        SIGMOID,
        replace(SIGMOID, weights=lambda r, i, o: lecun(r, i, o) / np.sqrt(i)),
    ),
    ("truncated normal, not corrected", CLEAN, replace(CLEAN, weights=cut)),
    (
        "uniform limit sqrt(3/n) for sqrt(6/n)",
        UNIFORM,
        replace(UNIFORM, weights=scaled(he_uniform, 0.5**0.5)),
    ),
    ("weights 5 % too large", CLEAN, replace(CLEAN, weights=scaled(he, 1.05))),
    ("weights 2 % too large", CLEAN, replace(CLEAN, weights=scaled(he, 1.02))),
    ("leaky ReLU for ReLU", CLEAN, replace(CLEAN, activation=lambda x: np.maximum(x, 0.01 * x))),
    (
        "hard sigmoid for sigmoid",
        SIGMOID,
        replace(SIGMOID, activation=lambda x: np.clip(x / 6 + 0.5, 0, 1)),
    ),
    ("bias 0.01", CLEAN, replace(CLEAN, bias=0.01)),
    ("preactivations as activations", CLEAN, replace(CLEAN, preactivations=True)),
    ("layers shifted by one", SQUARE, replace(SQUARE, shifted=1)),
    ("the same weights in every layer", SQUARE, replace(SQUARE, same_weights=True)),
    ("inputs not standardised (mean 0.5)", CLEAN, replace(CLEAN, mean=0.5)),
)


def baselines(stack: Stack, count: int) -> list[Baseline]:
    starts = range(10**6, 10**6 + count * 1000, 1000)
    return [Baseline.of([run(stack, start + k) for k in range(BASELINE_SEEDS)]) for start in starts]


def false_alarms(stack: Stack, checks: int, per_baseline: int = 200) -> int:
    """Return how many of so many clean checks, each of a seed of its own, fail."""
    alarms = 0
    for number, baseline in enumerate(baselines(stack, max(1, checks // per_baseline))):
        for seed in range(min(checks, per_baseline)):
            report = compare(run(stack, number * per_baseline + seed), baseline)
            alarms += not report.ok
    return alarms


def caught(baseline: Baseline, faulty: Stack, trials: int, seeds: int) -> float:
    """Return the share of trials in which a fault is caught by the mean over so many seeds."""
    found = 0
    for trial in range(trials):
        records = [run(faulty, 5000 + trial * seeds + k) for k in range(seeds)]
        found += not compare(records, baseline).ok
    return found / trials


def main(clean: int = 2000, trials: int = 50) -> None:
    print("| stack | checks | false alarms |\n| --- | --- | --- |")
    for name, stack in (("ReLU, He", CLEAN), ("sigmoid, LeCun", SIGMOID)):
        print(f"| {name} | {clean} | {false_alarms(stack, clean)} |", flush=True)
    print("\n| planted fault | 1 seed | mean of 10 seeds |\n| --- | --- | --- |")
    kept = {stack: baselines(stack, 1)[0] for stack in (CLEAN, SIGMOID, UNIFORM, SQUARE)}
    for name, good, faulty in FAULTS:
        shares = caught(kept[good], faulty, trials, 1), caught(kept[good], faulty, trials // 5, 10)
        print(f"| {name} | {shares[0]:.0%} | {shares[1]:.0%} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
