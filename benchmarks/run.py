"""Time actviz against floors and peers taken in the same run, and print a table in Markdown.

python benchmarks/run.py [--rounds N] [--only NAME … | --every] [--write]

Every number is a ratio: contenders and floor take turns, each turn gives one ratio, and the table
has their median and range. A row is printed as soon as it is measured, and with --write written:
who stops the run keeps what there is. See README.md beside this file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from table import KEPT, PAGE, NotMeasuredError, Results, Row, Task, measure
from turns import FEW, affordable

# No numpy here: a child's peak memory, as the kernel counts it, is never below its parent's.

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
ACTVIZ = str(Path(PYTHON).with_name("actviz"))
NAMES = (
    *("row", "grid", "seaborn", "depth", "curves", "figures", "simulate", "drawn", "torch"),
    *("memory", "limit"),
    *("all", "moments", "backward", "judged", "default-plot", "few", "ensemble"),
    *("many", "many-cpu", "map", "chance-map", "theory", "check"),
    *("train", "recording", "train-torch", "circles"),
    *("help", "imports"),
)
#: Those that take many minutes are measured where they are asked for.
SLOWEST = ("seaborn", "figures", "limit", "train-torch")
DEPTHS = (2, 10, 30)

#: One BLAS thread, and byte code that the first turn writes, as an installation does.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE",)
} | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A command to time, and the largest ratio that is good enough; a peer has none."""

    what: str
    command: Sequence[str]
    target: float | None = None
    says_memory: bool = False
    #: Whether it has `FEW` turns at most.
    slow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Contenders that take turns with one floor, all of them whole processes."""

    letter: str
    floor: Sequence[str]
    contenders: Sequence[Contender]


def groups(folder: Path) -> list[Group]:
    out = str(folder / "out.png")
    figure = (PYTHON, str(HERE / "floors.py"), str(folder / "floor.png"))
    peers = (PYTHON, str(HERE / "peers.py"))
    plot = (ACTVIZ, "plot", "-o", out)
    return [
        Group(
            letter="F",
            floor=figure,
            contenders=[
                Contender(
                    what="`actviz plot -a sigmoid -i xavier`, one stack",
                    command=(*plot, "-a", "sigmoid", "-i", "xavier"),
                    target=1.5,
                ),
                Contender(
                    what="`actviz plot --view units`, one stack",
                    command=(*plot, "--view", "units", "-a", "sigmoid", "-i", "xavier"),
                    target=1.7,
                ),
                Contender(
                    what="· a row of 5 panels, plain `plt.hist` script",
                    command=(*peers, "row", out),
                ),
            ],
        ),
        Group(
            letter="F",
            floor=figure,
            contenders=[
                Contender(what="`actviz plot`, twelve stacks", command=plot, target=1.9),
                Contender(
                    what="`actviz plot --view units`, twelve stacks",
                    command=(*plot, "--view", "units"),
                    target=2.3,
                ),
                Contender(
                    what="`actviz plot --view sheet`, 60 panels",
                    command=(*plot, "--view", "sheet"),
                    target=2.6,
                    says_memory=True,
                ),
                Contender(
                    what="· the same 60 panels, plain `plt.hist` script",
                    command=(*peers, "grid", out),
                    says_memory=True,
                    slow=True,
                ),
            ],
        ),
        Group(
            letter="F",
            floor=figure,
            contenders=[
                Contender(
                    what="· the same 60 panels, seaborn `displot`",
                    command=(*peers, "seaborn", out),
                    says_memory=True,
                    slow=True,
                ),
            ],
        ),
        Group(
            letter="F",
            floor=figure,
            contenders=[
                Contender(
                    what="`actviz plot --view depth --signal activation`, 4 × 100 layers",
                    command=(
                        *plot,
                        *[
                            "--view",
                            "depth",
                            "-a",
                            "tanh",
                            "--depth",
                            "100",
                            "--signal",
                            "activation",
                        ],
                    ),
                )
            ],
        ),
        Group(
            letter="T",
            floor=(PYTHON, "-c", "import typer"),
            contenders=[Contender(what="`actviz --help`", command=(ACTVIZ, "--help"), target=2.0)],
        ),
    ]


# --- whole processes --------------------------------------------------------------------------


def run(command: Sequence[str]) -> tuple[float, float]:
    """Return the CPU time of a process, in seconds, and its peak memory, in MB."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    _, status, usage = os.wait4(child.pid, 0)
    took = usage.ru_utime + usage.ru_stime
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise NotMeasuredError(f"{' '.join(command)} failed with exit code {child.returncode}")
    return took, usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def time_group(group: Group, rounds: int, floors: dict[str, list[float]]) -> list[Row]:
    """Let the floor and the contenders take turns, and return a row for each contender."""
    turns: list[list[tuple[float, float]]] = []
    start = time.perf_counter()
    number, last = 0, rounds
    while number <= last:
        progress(f"{group.contenders[0].what}: round {number} of {last}")
        now = [one for one in group.contenders if number <= FEW or not one.slow]
        turns.append([run(command) for command in (group.floor, *(one.command for one in now))])
        if number == 0:
            last = affordable(rounds, time.perf_counter() - start)
        number += 1
    del turns[0]  # warm-up: byte code, the font cache, the disk's cache
    floors.setdefault(group.letter, []).extend(turn[0][0] for turn in turns)
    rows = []
    # Those with fewer turns stand last, so that each keeps its place.
    for place, contender in enumerate(group.contenders, start=1):
        its = [turn for turn in turns if place < len(turn)]
        ratios = [turn[place][0] / turn[0][0] for turn in its]
        row = ratio_row(contender.what, ratios, group.letter, contender.target)
        if contender.says_memory:
            peak = median(turn[place][1] for turn in its)
            row = replace(row, measured=f"{row.measured}, {peak:.0f} MB")
        rows.append(row)
    return rows


def time_figures(folder: Path, rounds: int) -> list[Row]:
    """Time all named figures in one process against the sum of a process for each."""
    listed = subprocess.run(
        (ACTVIZ, "figure", "--list", "--format", "json"), check=True, stdout=subprocess.PIPE
    ).stdout
    names = [row["name"] for row in json.loads(listed)]
    ratios = []
    for number in range(1):
        progress(f"actviz figure --all: round {number + 1}")
        together = run((ACTVIZ, "figure", "--all", "-o", str(folder)))[0]
        alone = sum(run((ACTVIZ, "figure", name, "-o", str(folder)))[0] for name in names)
        ratios.append(together / alone)
    middle = median(ratios)
    return [
        Row(
            what=f"`actviz figure --all`, {len(names)} figures in two versions",
            measured=f"{middle:.2f} × one process each ({min(ratios):.2f}–{max(ratios):.2f})",
            target="≤ 0.3",
            met="yes" if middle <= 0.3 else "no",
        )
    ]


# --- one stack, in process --------------------------------------------------------------------


def time_stack(name: str, rounds: int, floors: dict[str, list[float]]) -> list[Row]:
    """Time the simulation or torch against the products alone, in one process."""
    what, target = {
        "simulate": ("`simulate`: 10 layers of 10 000 × 1024, float32, every statistic", 2.0),
        "drawn": ("· what a sheet draws of the activations, and nothing else", 1.6),
        "torch": ("· torch, hooks that take mean, std and `histc` of the activations", None),
    }[name]
    return time_in_process(what, "G", target, ("stack.py", "time", name), rounds, floors)


def time_small(name: str, rounds: int, floors: dict[str, list[float]]) -> list[Row]:
    """Time small stacks against their products, or an ensemble against a loop in numpy."""
    what, letter, target = {
        "all": ("5 layers of 1000 × 100, float64, every statistic", "their products", 4.5),
        "moments": ("· the moments alone", "their products", 3.0),
        "default-plot": ("the simulation of `actviz plot`, without its picture", "F", 0.6),
        "curves": (
            "· what it draws of 4 × 25 layers, with what the judge reads",
            "numpy's statistics",
            1.0,
        ),
        "few": (
            "1000 stacks of 10 layers, 1000 × 100, scale of the activations, on one core",
            "their draws, products",
            1.94,
        ),
        "backward": ("forward and backward, 10 layers of 1000 × 100, every statistic", "P", 3.0),
        "judged": ("· what the judge reads", "P", None),
        "ensemble": ("`simulate_ensemble`: 200 seeds, 5 layers of 1000 × 100", "L", 1 / 3),
        "many": (
            "`simulate_many`: 1000 stacks, 10 layers of 1000 × 100, moments, on two cores",
            "one core",
            1 / 1.8,
        ),
        "many-cpu": ("· their CPU time, all processes", "one core", 1.1),
        "check": ("a check of 20 baselines, 10 layers of 1000 × 100", "their simulations", 3.0),
    }[name]
    kept = floors if letter in ("P", "L") else {}
    return time_in_process(what, letter, target, ("small.py", name), rounds, kept)


def time_training(name: str, rounds: int, floors: dict[str, list[float]]) -> list[Row]:
    """Time training against its products, against itself with records, or against a second."""
    what, letter, target = {
        "train": ("`train mnist`: 3 initializers × 2000 steps, accuracies included", "M", None),
        "recording": ("· with every layer recorded at every 100th step", "the same without", 1.1),
        "torch": ("· the same nets in torch, two threads", "M", None),
        "circles": ("`train circles`, one run of 15 000 steps", "1 s", 1.0),
    }[name]
    kept = floors if letter == "M" else {}
    return time_in_process(what, letter, target, ("training.py", name), rounds, kept)


def time_in_process(
    what: str,
    letter: str,
    target: float | None,
    script: Sequence[str],
    rounds: int,
    floors: dict[str, list[float]],
) -> list[Row]:
    progress(f"{what}: {rounds} rounds")
    name, *words = script
    text = subprocess.run(
        (PYTHON, str(HERE / name), *words, str(rounds)),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    ).stdout
    times: dict[str, list[float]] = json.loads(text)
    floors.setdefault(letter, []).extend(times["floor"])
    ratios = [it / floor for it, floor in zip(times["it"], times["floor"], strict=True)]
    return [ratio_row(what, ratios, letter, target)]


def measure_memory() -> list[Row]:
    """Return the peak memory of the simulation at several depths."""
    peaks = []
    for depth in DEPTHS:
        progress(f"peak memory at depth {depth}")
        peaks.append(run((PYTHON, str(HERE / "stack.py"), "once", str(depth)))[1])
    grows = max(peaks) > 1.05 * peaks[0]
    return [
        Row(
            what=f"· its peak memory at depth {', '.join(map(str, DEPTHS))}",
            measured=", ".join(f"{peak:.0f}" for peak in peaks) + " MB",
            target="does not grow",
            met="no" if grows else "yes",
        )
    ]


def measure_limit() -> list[Row]:
    """Return the peak memory of a stack whose values have no room, under a limit; minutes."""
    what = "200 000 × 4096, 2 layers, float32, `--memory-limit 2GB`"
    progress(f"peak memory of {what}")
    words = "stats -a relu -i he -d 2 -w 4096 -n 200000 --dtype float32 --memory-limit 2GB"
    peak = run((ACTVIZ, *words.split()))[1]
    met = "yes" if peak <= 2000 else "no"
    return [Row(what=f"· {what}: its peak", measured=f"{peak:.0f} MB", target="≤ 2 GB", met=met)]


def time_theory() -> list[Row]:
    """Return the CPU time of a map that simulates nothing, its process included."""
    what = "`actviz map --theory-only --format csv`, the whole process"
    command = (ACTVIZ, "map", "--theory-only", "--format", "csv")
    run(command)
    return [seconds_row(what, [run(command)[0] for _ in range(FEW)], 1.0)]


def time_chance_map(folder: Path) -> list[Row]:
    """Return the CPU time of the map of the chance to train, the whole process; half a minute."""
    what = "`actviz map --quantity chance`: 741 stacks, 200 × 100, of 2 to 50 layers"
    progress(what)
    command = (ACTVIZ, "map", "--quantity", "chance", "-o", str(folder / "out.png"))
    return [seconds_row(what, [run(command)[0]], 40.0)]


def time_map() -> list[Row]:
    """Return the CPU time of 500 stacks of a map."""
    what = "500 stacks of a map, 200 × 100 × 50 with gradients, what the judge reads"
    progress(what)
    text = subprocess.run(
        (PYTHON, str(HERE / "small.py"), "map", str(FEW)),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    ).stdout
    times: dict[str, list[float]] = json.loads(text)
    ratios = [it / floor for it, floor in zip(times["it"], times["floor"], strict=True)]
    row = seconds_row(what, times["it"], 25.0)
    bound = f", {median(ratios):.2f} × their draws and products"
    return [replace(row, measured=row.measured + bound)]


# --- imports ----------------------------------------------------------------------------------


def check_imports() -> list[Row]:
    """Return whether the package alone stays away from the heavy libraries."""
    heavy = ("matplotlib", "pandas")
    code = f"import sys, actviz; print(*[name for name in {heavy} if name in sys.modules])"
    found = subprocess.run(
        (PYTHON, "-c", code), check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()
    return [
        Row(
            what="`import actviz` imports",
            measured=" and ".join(found) if found else "neither matplotlib nor pandas",
            target="neither matplotlib nor pandas",
            met="no" if found else "yes",
        )
    ]


# --- rows -----------------------------------------------------------------------------------


def ratio_row(what: str, ratios: Sequence[float], letter: str, target: float | None) -> Row:
    middle = median(ratios)
    measured = f"{middle:.2f} × {letter} ({min(ratios):.2f}–{max(ratios):.2f})"
    if target is None:
        return Row(what=what, measured=measured)
    met = "yes" if middle <= target else "no"
    return Row(what=what, measured=measured, target=f"≤ {target:.2g} × {letter}", met=met)


def seconds_row(what: str, took: Sequence[float], target: float) -> Row:
    """Return a row of CPU time, which is the machine's own."""
    middle = median(took)
    spread = f" ({min(took):.1f}–{max(took):.1f})" if len(took) > 1 else ""
    met = "yes" if middle <= target else "no"
    return Row(what=what, measured=f"{middle:.1f} s{spread}", target=f"≤ {target:g} s", met=met)


def say(text: str) -> None:
    print(text, flush=True)


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def tasks(folder: Path, rounds: int, floors: dict[str, list[float]]) -> dict[str, Task]:
    """Return the measurements by name, in the table's order."""
    timed = (partial(time_group, group, rounds, floors) for group in groups(folder))
    row, grid, seaborn, depth, help_ = timed
    made: dict[str, Task] = {"row": row, "grid": grid, "seaborn": seaborn, "depth": depth}
    made["curves"] = partial(time_small, "curves", rounds, floors)
    made["figures"] = partial(time_figures, folder, rounds)
    made["simulate"] = partial(time_stack, "simulate", rounds, floors)
    made["drawn"] = partial(time_stack, "drawn", rounds, floors)
    if find_spec("torch"):
        made["torch"] = partial(time_stack, "torch", rounds, floors)
    made["memory"] = measure_memory
    made["limit"] = measure_limit
    for name in ("all", "moments", "backward", "judged"):
        made[name] = partial(time_small, name, 3 * rounds, floors)
    made["default-plot"] = partial(time_small, "default-plot", rounds, floors)
    made["few"] = partial(time_small, "few", rounds, floors)
    slowly = min(rounds, FEW)
    made["ensemble"] = partial(time_small, "ensemble", min(rounds, 2), floors)
    for name in ("many", "many-cpu"):
        made[name] = partial(time_small, name, slowly, floors)
    made["map"] = time_map
    made["chance-map"] = partial(time_chance_map, folder)
    made["theory"] = time_theory
    made["check"] = partial(time_small, "check", slowly, floors)
    made["train"] = partial(time_training, "train", slowly, floors)
    made["recording"] = partial(time_training, "recording", min(rounds, 2), floors)
    if find_spec("torch"):
        made["train-torch"] = partial(time_training, "torch", slowly, floors)
    made["circles"] = partial(time_training, "circles", rounds, floors)
    return made | {"help": help_, "imports": check_imports}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure actviz against its floors and peers.")
    parser.add_argument("--rounds", type=int, default=7, help="how often each takes its turn")
    parser.add_argument(
        "--only", nargs="+", choices=NAMES, metavar="NAME", help=f"of {', '.join(NAMES)}"
    )
    parser.add_argument("--every", action="store_true", help=f"{', '.join(SLOWEST)} as well")
    parser.add_argument("--write", action="store_true", help="into results.json, ../docs/speed.md")
    given = parser.parse_args()
    wanted = given.only or [name for name in NAMES if given.every or name not in SLOWEST]
    floors: dict[str, list[float]] = {}
    results = Results.read(KEPT) if given.write else Results()

    def keep(results: Results) -> None:
        if given.write:
            results.write(KEPT, PAGE)

    with tempfile.TemporaryDirectory() as folder:
        made = tasks(Path(folder), given.rounds, floors)
        chosen = {name: take for name, take in made.items() if name in wanted}
        try:
            failed = measure(chosen, results, floors=floors, order=NAMES, say=say, keep=keep)
        except KeyboardInterrupt:
            progress("stopped; what was measured until then stands above")
            sys.exit(130)
    say(f"\n{results.measured_with()}")
    if failed:
        raise SystemExit("not measured:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
