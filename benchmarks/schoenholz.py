"""Which depths train at which weight scale? The nets of the figure ``schoenholz-trainability``.

    python benchmarks/schoenholz.py train   # half an hour of one core; goes on where it stopped
    python benchmarks/schoenholz.py table   # a minute: 6 ξ and the judge's chance against the nets

``train`` trains tanh nets with biases of variance 0.05, as Schoenholz et al. 2017 (figure 5), over
the variance of the weights and the depth: on MNIST (``ACTVIZ_DATA_DIR``) at 14 × 14, 100 units a
layer, as `actviz.training.trying` tries every net. It writes the rows that the package draws the
figure from.
"""

import csv
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from time import monotonic

import numpy as np
from trainability import auc, resampled

from actviz.diagnosis.rules import DEFAULT
from actviz.diagnosis.verdict import diagnose
from actviz.literature.net_rows import SCHOENHOLZ, TRIAL_COLUMNS, NetRow, schoenholz
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate
from actviz.sweeps.trainability import trainability
from actviz.training.trying import trial_data, try_to_train

SIGMA_W2 = tuple(1 + 0.25 * number for number in range(13))
DEPTHS = (4, 8, 14, 20, 28, 36, 48, 60)

HEAD = """\
# Nets that were trained for the figure schoenholz-trainability, after Schoenholz et al. 2017.
# Made by `python benchmarks/schoenholz.py train`, which says how; 2026-11-29.
"""


def stack(sigma_w2: float, depth: int) -> StackSpec:
    """Return the hidden layers of a net; its seed is its place in the table."""
    seed = DEPTHS.index(depth) * len(SIGMA_W2) + SIGMA_W2.index(sigma_w2)
    return schoenholz().stack(sigma_w2, depth, seed)


def trained(sigma_w2: float, depth: int) -> NetRow:
    """Train a net."""
    found = try_to_train(stack(sigma_w2, depth), trial_data(schoenholz().data))
    return NetRow(sigma_w2=sigma_w2, depth=depth, trial=found)


def write(rows: Sequence[NetRow]) -> None:
    """Write all rows, in the order of depth and scale."""
    part = SCHOENHOLZ.with_suffix(".part")
    with part.open("w", newline="") as file:
        file.write(HEAD)
        out = csv.writer(file, lineterminator="\n")
        out.writerow(TRIAL_COLUMNS)
        for row in sorted(rows, key=lambda row: (row.depth, row.sigma_w2)):
            out.writerow((row.sigma_w2, row.depth, *asdict(row.trial).values()))
    part.replace(SCHOENHOLZ)


def train(workers: int) -> None:
    """Train what has no row yet, the shallow ones first."""
    rows = [*schoenholz().nets]
    done = {(row.sigma_w2, row.depth) for row in rows}
    asked = [(scale, depth) for depth in DEPTHS for scale in SIGMA_W2]
    begin = monotonic()
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(trained, *each) for each in asked if each not in done]
        for job in as_completed(jobs):
            rows.append(row := job.result())
            write(rows)
            seconds = monotonic() - begin
            print(f"{len(rows)} of {len(asked)}, {seconds:.0f} s: {row}", flush=True)


def table() -> str:
    """Return how well 6 ξ and the judge's chance tell the nets that train from the others."""
    nets = schoenholz().nets
    trains = np.array([net.trial.trains for net in nets])
    record = trainability(schoenholz())
    inside = np.array([net.depth <= record.reach_of(net) for net in nets])
    depths = np.array([net.depth for net in nets])
    reaches = np.array([record.reach_of(net) for net in nets])
    chances = []
    for net in nets:
        found = simulate(stack(net.sigma_w2, net.depth), measuring=DEFAULT.measuring)
        chance = diagnose(found).chance
        assert chance is not None
        chances.append(chance)
    chance = np.array(chances)
    low, high = resampled(chance, trains)[0]
    return "\n".join(
        (
            f"{len(nets)} nets, of which {trains.sum()} train",
            f"up to 6 xi {trains[inside].sum()} of {inside.sum()} train",
            f"beyond 6 xi {trains[~inside].sum()} of {(~inside).sum()} train",
            f"AUC of 6 xi over the depth {auc(reaches / depths, trains):.3f}",
            f"AUC of the judge's chance {auc(chance, trains):.3f} ({low:.2f}-{high:.2f}), "
            f"Brier {np.mean((chance - trains) ** 2):.3f}",
        )
    )


def main() -> None:
    """Run one of the two."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("train", "table"))
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    if asked.what == "train":
        train(asked.workers)
    else:
        print(table())


if __name__ == "__main__":
    main()
