"""How often clean seeds fail a statistical check, by activation, width and depth.

What the degrees of freedom in `actviz.checks.measures` were measured with, and the least width.
Seeds are simulated once; then baselines of 40 of them, drawn anew each time, judge all the others.
Run it with ``python benchmarks/alarms.py [SEEDS] [BASELINES]``; 4000 and 20 take hours for the
table.
"""

import sys

import numpy as np

from actviz import Baseline, StackSpec, compare, simulate_ensemble

STACKS = (("relu", "he"), ("tanh", "lecun"), ("sigmoid", "lecun"))
WIDTHS, DEPTHS = (20, 24, 32, 50, 100), (3, 10, 30)
BASELINE_SEEDS = 40


def rate(spec: StackSpec, seeds: int, baselines: int) -> float:
    """Return the share of clean seeds that fail."""
    records = simulate_ensemble(spec, seeds=seeds, gradients=True).records
    rng = np.random.default_rng(0)
    failed = checked = 0
    for _ in range(baselines):
        chosen = set(rng.choice(seeds, BASELINE_SEEDS, replace=False).tolist())
        baseline = Baseline.of([records[k] for k in sorted(chosen)])
        for number, record in enumerate(records):
            if number not in chosen:
                checked += 1
                failed += not compare(record, baseline).ok
    return failed / checked


def main(seeds: int = 400, baselines: int = 5) -> None:
    print("| activation | depth | width | failed, of 1000 |\n| --- | --- | --- | --- |")
    for activation, init in STACKS:
        for depth in DEPTHS:
            for width in WIDTHS:
                spec = StackSpec(
                    activation=activation,
                    init=init,
                    depth=depth,
                    width=width,
                    samples=100,
                )
                share = 1000 * rate(spec, seeds, baselines)
                print(f"| {activation} | {depth} | {width} | {share:.2f} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
