"""Which depths train at which weight scale? The nets of the figure ``schoenholz-trainability``.

    python benchmarks/schoenholz.py train   # 45 minutes on one core; goes on where it stopped
    python benchmarks/schoenholz.py table   # a minute: 6 ξ and the judge's chance against the nets

``train`` trains tanh nets with biases of variance 0.05, as Schoenholz et al. 2017 (figure 5), over
the variance of the weights and the depth: on MNIST (``ACTVIZ_DATA_DIR``) at 14 × 14, 100 units a
layer, as `actviz.training.trials` tries every net. It writes the rows that the package draws the
figure from.
"""

import csv
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, fields
from math import sqrt
from pathlib import Path
from time import monotonic

import actviz
from actviz.records.spec import StackSpec
from actviz.training.trials import trial_data, try_to_train

ROWS = Path(actviz.__file__).parent / "literature" / "schoenholz_2017.csv"

SIGMA_W2 = tuple(1 + 0.25 * number for number in range(13))
DEPTHS = (4, 8, 14, 20, 28, 36, 48, 60, 80, 100)
SIGMA_B2, WIDTH = 0.05, 100

HEAD = """\
# Nets that were trained for the figure schoenholz-trainability, after Schoenholz et al. 2017.
# Made by `python benchmarks/schoenholz.py train`, which says how; 2026-11-29.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A net, and how far it got."""

    sigma_w2: float
    depth: int
    rate: float
    step: int
    accuracy: float


def stack(sigma_w2: float, depth: int) -> StackSpec:
    """Return the stack of a net."""
    return StackSpec(
        activation="tanh",
        init=f"lecun(gain={sqrt(sigma_w2)!r})",
        bias_std=sqrt(SIGMA_B2),
        width=WIDTH,
        depth=depth,
        seed=DEPTHS.index(depth) * len(SIGMA_W2) + SIGMA_W2.index(sigma_w2),
    )


def trained(sigma_w2: float, depth: int) -> Row:
    """Train a net."""
    found = try_to_train(stack(sigma_w2, depth), trial_data("mnist"))
    return Row(sigma_w2=sigma_w2, depth=depth, **asdict(found))


def read() -> list[Row]:
    """Return the rows that are there."""
    if not ROWS.exists():
        return []
    lines = [line for line in ROWS.read_text().splitlines() if not line.startswith("#")]
    kinds = {"depth": int, "step": int}
    return [
        Row(**{name: kinds.get(name, float)(value) for name, value in row.items()})
        for row in csv.DictReader(lines)
    ]


def write(rows: Sequence[Row]) -> None:
    """Write all rows, in the order of depth and scale."""
    part = ROWS.with_suffix(".part")
    with part.open("w", newline="") as file:
        file.write(HEAD)
        out = csv.DictWriter(file, [item.name for item in fields(Row)], lineterminator="\n")
        out.writeheader()
        out.writerows(
            asdict(row) for row in sorted(rows, key=lambda row: (row.depth, row.sigma_w2))
        )
    part.replace(ROWS)


def train(workers: int) -> None:
    """Train what has no row yet, the shallow ones first."""
    rows = read()
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


def main() -> None:
    """Run one of the two."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("train",))
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    train(asked.workers)


if __name__ == "__main__":
    main()
