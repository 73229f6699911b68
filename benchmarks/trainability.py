"""Which stacks train? The nets that the judge's chance was fitted on, and how well it foretells.

    python benchmarks/trainability.py train   # half an hour on two cores; goes on where it stopped
    python benchmarks/trainability.py look    # a minute: what the judge reads of each net's stack
    python benchmarks/trainability.py fit     # at once: the coefficients, from the rows
    python benchmarks/trainability.py table   # at once: how well the judge foretells them

``train`` draws nets from one seed and trains each by plain gradient descent at six rates; a row of
`trainability.csv` says how far it got. ``look`` simulates each net's stack, one pass forward and
back of normal inputs, and writes what the judge reads of it beside. ``fit`` fits the logistic
regression of `actviz.diagnosis.chance` to the rows, and ``table`` holds the judge against them,
each group of nets by a fit that never saw it.

With MNIST (``ACTVIZ_DATA_DIR``, or where ``actviz train mnist --download`` put it) half of the nets
train on it, at 14 × 14; the other half, or all, on scikit-learn's digits. Pixels have mean 0 and
std 1 over all of them, as the inputs of a simulation have.
"""

import csv
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.diagnosis import calibration
from actviz.diagnosis.chance import Evidence, evidence
from actviz.diagnosis.courses import courses
from actviz.diagnosis.rules import DEFAULT
from actviz.diagnosis.verdict import diagnose
from actviz.layers.activations import ACTIVATIONS
from actviz.records.measuring import Measuring
from actviz.records.record import Record
from actviz.records.spec import StackSpec
from actviz.simulation.stacks import simulate
from actviz.training.trial import TRAINS
from actviz.training.trying import data_there, trial_data, try_to_train

ROWS = Path(__file__).with_name("trainability.csv")

#: The draw of the nets.
SEED, NETS = 20261129, 300

#: When they were trained.
DATE = "2026-11-29"

#: Of which these saturate: few of the others do so, and keep their gradient.
SATURATED = 60

#: depth × width² is at most this, so that no net takes more than two minutes.
MOST_PRODUCTS = 1_000_000

NAMED = ("xavier", "he", "std=1", "std=0.01", "torch_linear", "glorot_uniform", "orthogonal")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetSpec:
    """A net of the draw."""

    number: int
    data: str
    activation: str
    init: str
    width: int
    depth: int

    @property
    def stack(self) -> StackSpec:
        """The stack that the judge looks at."""
        return StackSpec(
            activation=self.activation,
            init=self.init,
            width=self.width,
            depth=self.depth,
            seed=self.number,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A net, how far it got on training rows at the best rate, and what is read of its stack.

    `stands_for` says for how many drawn nets it stands: few of those whose fate is plain were kept.
    Without numbers a hard fact says all; before ``look``, all five are missing.
    """

    number: int
    data: str
    activation: str
    init: str
    width: int
    depth: int
    rate: float
    step: int
    accuracy: float
    stands_for: float | None = None
    grows: float | None = None
    shrinks: float | None = None
    flat: float | None = None
    saturated: float | None = None

    @property
    def net(self) -> NetSpec:
        """Return the net alone."""
        return NetSpec(**{item.name: getattr(self, item.name) for item in fields(NetSpec)})

    @property
    def trains(self) -> bool:
        """Whether it got far enough."""
        return self.accuracy >= TRAINS

    @property
    def numbers(self) -> list[float] | None:
        """The row of the regression; None for a hard fact."""
        if self.grows is None or self.shrinks is None or self.saturated is None:
            return None
        known = Evidence(
            grows=self.grows, shrinks=self.shrinks, flat=self.flat, saturated=self.saturated
        )
        return [1.0, *known.numbers.values()]


# --- the draw -----------------------------------------------------------------------------


def nets(count: int) -> Iterator[NetSpec]:
    """Yield the nets: few of those whose fate is plain, since they would tell the fit nothing.

    Whether a net is kept depends on what the fit reads, never on how it trains, and so the fit is
    not bent by it.
    """
    yield from _kept(count - SATURATED, 0, _any, _share)
    yield from _kept(SATURATED, 1000, _steep, _share_saturated)


def _kept(
    count: int,
    first: int,
    draw: Callable[[np.random.Generator, int], NetSpec],
    share: Callable[[Record], float],
) -> Iterator[NetSpec]:
    """Yield nets that are drawn from a seed and kept with a chance, numbered after `first`."""
    rng = np.random.default_rng(SEED + first)
    kept, number = 0, first
    while kept < count:
        number += 1
        net = draw(rng, number)
        keep = rng.random() < share(simulate(net.stack, measuring=Measuring(gradients=True)))
        if keep:
            kept += 1
            yield net


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _any(rng: np.random.Generator, number: int) -> NetSpec:
    """Return a net of any activation and initializer."""
    names = sorted({each.name for each in ACTIVATIONS.values()})
    width, depth = _shape(rng)
    kind = rng.choice(3, p=(0.6, 0.1, 0.3))
    init = (
        f"lecun(gain={_between(rng, 0.5, 8):.3g})",
        f"orthogonal(gain={_between(rng, 0.7, 3):.3g})",
        NAMED[rng.integers(len(NAMED))],
    )[kind]
    return NetSpec(
        number=number,
        data=("digits", "mnist")[number % 2],
        activation=names[rng.integers(len(names))],
        init=init,
        width=width,
        depth=depth,
    )


def _steep(rng: np.random.Generator, number: int) -> NetSpec:
    """Return a net of an activation with two bounds, and large weights."""
    width, depth = _shape(rng)
    gain = f"lecun(gain={_between(rng, 3, 16):.3g})"
    return NetSpec(
        number=number,
        data=("digits", "mnist")[number % 2],
        activation=("sigmoid", "sigmoid", "tanh", "softsign", "hard_tanh")[rng.integers(5)],
        init=("std=1", gain, gain)[rng.integers(3)],
        width=width,
        depth=depth,
    )


def _shape(rng: np.random.Generator) -> tuple[int, int]:
    """Return a width and a depth that train in minutes."""
    while True:
        width, depth = round(_between(rng, 20, 400)), round(_between(rng, 2, 60))
        if depth * width**2 <= MOST_PRODUCTS:
            return width, depth


def _share_saturated(record: Record) -> float:
    """Return the share of steep nets that is trained: all that saturate and keep the gradient."""
    shares = [layer["activation"].stats.saturated_fraction or 0.0 for layer in record.layers]
    return (sum(shares) / len(shares) > 0.4) * _share(record)


def _share(record: Record) -> float:
    """Return the share of such nets that is trained, by what the first trials told."""
    first, last = (record.layers[i] for i in (0, -1))
    if not all(layer.finite and "gradient" in layer for layer in (first, last)):
        return 0.1
    rms = [layer["gradient"].stats.rms or 0.0 for layer in (first, last)]
    if not all(rms) or not last["activation"].stats.std:
        return 0.1
    decades = abs(np.log10(rms[0] / rms[1]))
    return 0.1 if decades > 4 else 0.3 if decades > 2.5 else 0.5 if decades < 0.3 else 1.0


# --- the training -------------------------------------------------------------------------


def trained(net: NetSpec) -> Row:
    """Train a net at one rate after the other, until it is there."""
    return Row(**asdict(net), **asdict(try_to_train(net.stack, trial_data(net.data))))


def read() -> list[Row]:
    """Return the rows that are there."""
    if not ROWS.exists():
        return []
    names = [item.name for item in fields(Row)]
    with ROWS.open(newline="") as file:
        return [
            Row(**{name: _value(name, row[name]) for name in names}) for row in csv.DictReader(file)
        ]


def _value(name: str, text: str) -> Any:
    if name in ("data", "activation", "init"):
        return text
    if name in ("number", "width", "depth", "step"):
        return int(text)
    return float(text) if text else None


def write(rows: Sequence[Row]) -> None:
    """Write all rows, in the order of the draw."""
    part = ROWS.with_suffix(".part")
    with part.open("w", newline="") as file:
        out = csv.DictWriter(file, [item.name for item in fields(Row)], lineterminator="\n")
        out.writeheader()
        out.writerows(asdict(row) for row in sorted(rows, key=lambda row: row.number))
    part.replace(ROWS)


def train(workers: int, count: int) -> None:
    """Train what has no row yet."""
    drawn = list(nets(count))
    if data_there() == "digits":
        drawn = [replace(net, data="digits") for net in drawn]
    numbers = {net.number for net in drawn}
    # What is there stays, whatever it was trained on.
    rows = [row for row in read() if row.number in numbers]
    done = {row.number for row in rows}
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(trained, net) for net in drawn if net.number not in done]
        for job in as_completed(jobs):
            rows.append(row := job.result())
            write(rows)
            print(f"{len(rows)} of {count}: {row}", flush=True)
    look()


# --- the fit ------------------------------------------------------------------------------


def look() -> None:
    """Write what the judge reads of every net's stack."""
    write([looked_at(row) for row in read()])


def looked_at(row: Row) -> Row:
    """Return a row with what the judge reads of its stack."""
    measuring = replace(DEFAULT.measuring, effective_rank=True)
    record = simulate(row.net.stack, measuring=measuring)
    stands_for = round(1 / _share(record), 4)
    found = evidence(record, courses(record))
    if diagnose(record).chance == 0:
        return replace(row, stands_for=stands_for)
    assert isinstance(found, Evidence)
    read_off = {name: round(value, 6) for name, value in asdict(found).items()}
    return replace(row, stands_for=stands_for, **read_off)


def fitted(found: Sequence[Row]) -> NDArray[np.float64]:
    """Return the weights of a logistic regression, by Newton's method.

    What saturation takes is told for MNIST. Digits, whose 1,500 rows are seen forty times, is
    learned through layers that are saturated, and has a term of its own, with a normal prior of
    variance 1. A ridge of 0.01 keeps the others finite where a part of the rows is separated.
    """
    known = [(row, numbers) for row in found if (numbers := row.numbers) is not None]
    own = [numbers[-1] * (row.data == "digits") for row, numbers in known]
    x = np.column_stack([[numbers for _, numbers in known], own])
    y = np.array([row.trains for row, _ in known], float)
    ridge = np.diag([0.0, *[0.01] * (x.shape[1] - 2), 1.0])
    weights = np.zeros(x.shape[1])
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -500, 500)))
        slope = x.T @ (y - p) - ridge @ weights
        weights += np.linalg.solve((x.T * (p * (1 - p))) @ x + ridge, slope)
    return weights[:-1]


def chances(found: Sequence[Row], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance of every net, 0 for a hard fact."""
    numbers = [row.numbers for row in found]
    odds = [-np.inf if each is None else float(np.dot(each, weights)) for each in numbers]
    return 1 / (1 + np.exp(-np.maximum(odds, -500.0)))


def auc(
    chance: NDArray[np.float64],
    trains: NDArray[np.bool_],
    drawn: NDArray[np.float64] | None = None,
) -> float:
    """Return how often a net that trains has the larger chance of the two (ties count a half).

    With `drawn` a net counts as often as it says.
    """
    times = np.ones(len(chance)) if drawn is None else drawn
    pairs = chance[trains][:, None] - chance[~trains]
    wins = (pairs > 0) + 0.5 * (pairs == 0)
    return float(np.average(wins, weights=np.outer(times[trains], times[~trains])))


def cuts(found: Sequence[Row], chance: NDArray[np.float64]) -> tuple[float, float]:
    """Return the cuts: below the lower one hardly a net trains, above the upper one nearly all.

    The largest of the hundredths under which at most 2 % of all that were drawn train, and the
    smallest above which 95 % of those do that were trained, which are the harder ones; by chances
    of fits that did not see the net.
    """
    trains = np.array([row.trains for row in found])
    drawn = np.array([row.stands_for for row in found])

    def share(part: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
        return float(np.average(trains[part], weights=weights[part])) if part.any() else np.nan

    steps = [n / 100 for n in range(1, 100)]
    low = [cut for cut in steps if share(chance < cut, drawn) <= 0.02]
    high = [cut for cut in steps if share(chance >= cut, np.ones(len(found))) >= 0.95]
    return max(low, default=0.01), min(high, default=0.99)


def left_out(found: Sequence[Row], groups: Sequence[object]) -> NDArray[np.float64]:
    """Return the chance of every case by a fit to the other groups alone."""
    result = np.empty(len(found))
    for group in dict.fromkeys(groups):
        inside = np.array([each == group for each in groups])
        weights = fitted([row for row, here in zip(found, inside, strict=True) if not here])
        mine = [row for row, here in zip(found, inside, strict=True) if here]
        result[inside] = chances(mine, weights)
    return result


def groups_of(found: Sequence[Row]) -> dict[str, list[object]]:
    """Return what is left out together: activations, widths, depths, or any tenth."""
    return {
        "one activation": [row.activation for row in found],
        "a range of widths": [int(np.digitize(row.width, (40, 80, 150))) for row in found],
        "a range of depths": [int(np.digitize(row.depth, (4, 8, 16, 32))) for row in found],
        "any tenth": [number % 10 for number in range(len(found))],
    }


def table(found: Sequence[Row]) -> str:
    """Return how well the judge foretells nets that its fit did not see, in Markdown.

    In brackets are 95 % intervals: of resampled nets, and of a share Wilson's. The rows "as drawn"
    weigh each net by how many of those that were drawn it stands for.
    """
    drawn = np.array([row.stands_for for row in found])
    trains = np.array([row.trains for row in found])
    mnist = np.array([row.data == "mnist" for row in found])
    heads = (
        *("left out of the fit", "nets of", "AUC", "Brier"),
        *("healthy, trains", "warning, trains", "error, trains"),
    )
    lines = [_line(heads), _line(["---"] * len(heads))]
    for name, groups in groups_of(found).items():
        chance = left_out(found, groups)
        lines.append(_line([name, "both, as drawn", *_drawn_score(chance, trains, drawn)]))
        lines += [
            _line([name, data, *_score(chance[part], trains[part])])
            for data, part in (("both", mnist | True), ("MNIST", mnist), ("digits", ~mnist))
            if part.any()
        ]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _parts(chance: NDArray[np.float64]) -> tuple[NDArray[np.bool_], ...]:
    """Return which nets are healthy, which a warning, and which an error."""
    lower, upper = calibration.CUTS
    return chance >= upper, (chance >= lower) & (chance < upper), chance < lower


def _score(chance: NDArray[np.float64], trains: NDArray[np.bool_]) -> list[str]:
    counts = [_share_of(int(trains[part].sum()), int(part.sum())) for part in _parts(chance)]
    found = (auc(chance, trains), float(np.mean((chance - trains) ** 2)))
    ends = zip(found, resampled(chance, trains), strict=True)
    return [*_with_ends(ends), *counts]


def _drawn_score(
    chance: NDArray[np.float64], trains: NDArray[np.bool_], drawn: NDArray[np.float64]
) -> list[str]:
    """Return the scores of all that were drawn, for which those that were trained stand."""
    found = (
        auc(chance, trains, drawn),
        float(np.average((chance - trains) ** 2, weights=drawn)),
    )
    ends = zip(found, resampled(chance, trains, drawn), strict=True)
    shares = [
        f"{np.average(trains[part], weights=drawn[part]):.1%} of {drawn[part].sum():.0f}".replace(
            "%", " %"
        )
        for part in _parts(chance)
    ]
    return [*_with_ends(ends), *shares]


def _with_ends(found: Iterable[tuple[float, tuple[float, float]]]) -> list[str]:
    return [f"{value:.3f} ({low:.2f}–{high:.2f})" for value, (low, high) in found]


def _share_of(count: int, of: int) -> str:
    low, high = (round(100 * end) for end in wilson(count, of))
    return f"{count} of {of} ({low}–{high} %)"


#: How often nets are drawn again, and the normal quantile of 95 %.
AGAIN, Z = 2000, 1.959964


def resampled(
    chance: NDArray[np.float64],
    trains: NDArray[np.bool_],
    drawn: NDArray[np.float64] | None = None,
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return 95 % of the AUC and of the Brier score, over nets that are drawn again and again.

    Of each drawing it is counted how often it has each net; one in which all train, or none, has
    no AUC and is left out there.
    """
    nets = len(chance)
    # A legacy stream, which every build of numpy repeats: the docs have these digits.
    times = np.random.RandomState(SEED).multinomial(nets, np.full(nets, 1 / nets), AGAIN)
    if drawn is not None:
        times = times * drawn
    brier = times @ (chance - trains) ** 2 / times.sum(axis=1)
    pairs = chance[trains][:, None] - chance[~trains]
    wins = (pairs > 0) + 0.5 * (pairs == 0)
    yes, no = times[:, trains], times[:, ~trains]
    count = yes.sum(axis=1) * no.sum(axis=1)
    area = ((yes @ wins) * no).sum(axis=1)[count > 0] / count[count > 0]
    return _middle(area), _middle(brier)


def _middle(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share (1927); without a case, all of 0 to 1."""
    if not of:
        return 0.0, 1.0
    share, square = count / of, Z**2 / of
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * np.sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


CALIBRATION = '''\
"""What the chance to train was fitted on, and what came out: written by a benchmark.

``python benchmarks/trainability.py fit`` makes this file of the rows beside it.
"""

from actviz.diagnosis.findings import Kind

#: How many nets, and when they were trained.
NETS, DATE = {nets}, "{date}"

#: The log odds where nothing is lost.
BEGINS = {begins:.4f}

#: What a unit of each number takes from them.
TAKES = {{
{takes}
}}

#: Chances below the first are an error, above the second healthy.
CUTS = ({lower}, {upper})
'''


def fit(found: Sequence[Row]) -> None:
    """Write what the package reads."""
    begins, *weights = fitted(found)
    takes = zip(calibration.TAKES, weights, strict=True)
    lower, upper = cuts(found, left_out(found, groups_of(found)["any tenth"]))
    text = CALIBRATION.format(
        nets=len(found),
        date=DATE,
        begins=begins,
        takes="\n".join(f"    Kind.{kind.name}: {weight:.4f}," for kind, weight in takes),
        lower=lower,
        upper=upper,
    )
    Path(calibration.__file__).write_text(text)


def main() -> None:
    """Run one of the four."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("train", "look", "fit", "table"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--nets", type=int, default=NETS)
    asked = parser.parse_args()
    if asked.what == "train":
        train(asked.workers, asked.nets)
    elif asked.what == "look":
        look()
    elif asked.what == "fit":
        fit(read())
    else:
        print(table(read()))


if __name__ == "__main__":
    main()
