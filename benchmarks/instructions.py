"""The guard: how many instructions a simulation takes, in those of its draws and products alone.

python benchmarks/instructions.py [--write]     needs valgrind; a minute or two

Seconds depend on the neighbours, instructions do not: counted by callgrind they repeat within
0.1 %. A process runs each of `CASES` once, to import what it needs, and then `RUNS` times between
two marks, at which callgrind writes down what it has counted. Other builds of numpy and of its BLAS
change a product's instructions, so that a case is a ratio to its floor, counted in the same way.
The ratios that are kept stand in instructions.json beside this file;
tests/simulation/test_instructions.py holds the code to them.
"""

import gc
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from itertools import count
from pathlib import Path

# numpy and actviz are imported where a case is made: the parent counts, and needs neither.

KEPT = Path(__file__).with_name("instructions.json")
SAMPLES, WIDTH, DEPTH = 1000, 100, 4
RUNS = 2

#: One for every run: stacks of one seed draw their input once.
SEEDS = count()

#: A function of the C library that nothing else here calls: `os.getloadavg`.
MARK = "getloadavg"

#: Repeated counts differ by a thousandth at most; one more pass over the values of the activations,
#: a square, is 1.5 % of the cheapest case.
TOLERANCE = 0.004
#: Of another Python, numpy or BLAS: calls and loops of theirs are a fifth of the cheapest case and
#: two thirds of the dearest, which a new version may make dearer by a fifth.
ELSEWHERE = 0.15

#: Not what this processor alone can do, and what valgrind cannot: the same loops on each of them.
ENVIRONMENT = os.environ | {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "OPENBLAS_CORETYPE": "Haswell",
    "PYTHONHASHSEED": "0",
}


def make_floor() -> Callable[[], object]:
    """The draws, the products and tanh alone."""
    import numpy as np

    from actviz.records.spec import StackSpec
    from actviz.simulation.draws import Draws

    spec = StackSpec(activation="tanh", init="xavier", samples=SAMPLES, width=WIDTH, depth=DEPTH)

    def run() -> None:
        draws = Draws(replace(spec, seed=next(SEEDS)))
        signal = draws.input()
        for layer in range(1, DEPTH + 1):
            W, _ = draws.layer(layer)
            signal = np.tanh(signal @ W)

    return run


def make_way_back() -> Callable[[], object]:
    """The same and the way back: the derivative, and the product with the weights."""
    import numpy as np

    from actviz import ACTIVATIONS
    from actviz.records.spec import StackSpec
    from actviz.simulation.draws import Draws

    spec = StackSpec(activation="tanh", init="xavier", samples=SAMPLES, width=WIDTH, depth=DEPTH)
    tanh = ACTIVATIONS["tanh"]

    def run() -> None:
        draws = Draws(replace(spec, seed=next(SEEDS)))
        signal, tape = draws.input(), []
        for layer in range(1, DEPTH + 1):
            W, _ = draws.layer(layer)
            z = signal @ W
            tape.append((tanh.derivative(z), W))
            signal = np.tanh(z)
        upstream = draws.cotangent()
        for slope, W in reversed(tape):
            upstream = (upstream * slope) @ W.T

    return run


def make_few() -> Callable[[], object]:
    from actviz.records.measuring import Measuring

    return _simulating(Measuring(statistics={"activation": ["scale"]}))


def make_all() -> Callable[[], object]:
    from actviz.records.measuring import Measuring

    return _simulating(Measuring())


def make_judged() -> Callable[[], object]:
    from actviz.diagnosis.rules import DEFAULT

    return _simulating(DEFAULT.measuring)


def _simulating(measuring: object) -> Callable[[], object]:
    from actviz.records.spec import StackSpec
    from actviz.simulation.stacks import simulate

    spec = StackSpec(activation="tanh", init="xavier", samples=SAMPLES, width=WIDTH, depth=DEPTH)
    return lambda: simulate(
        replace(spec, seed=next(SEEDS)),
        measuring=measuring,  # type: ignore[arg-type]
    )


#: By name, each with the name of its floor; a floor has none.
CASES: dict[str, tuple[Callable[[], Callable[[], object]], str | None]] = {
    "floor": (make_floor, None),
    "few": (make_few, "floor"),
    "all": (make_all, "floor"),
    "way back": (make_way_back, None),
    "judged": (make_judged, "way back"),
}


def run_cases() -> None:
    """Run every case between two marks."""
    runs = [make() for make, _ in CASES.values()]
    for run in runs:
        run()
    gc.collect()
    gc.disable()
    for run in runs:
        os.getloadavg()
        for _ in range(RUNS):
            run()
    os.getloadavg()


def instructions() -> dict[str, float]:
    """Return the instructions of one run of each case.

    Raises
    ------
    RuntimeError
        If valgrind fails; the message is the end of what it says.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        words = [f"--dump-before={MARK}", f"--callgrind-out-file={out}", sys.executable]
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", *words, __file__, "run"],
            env=ENVIRONMENT,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        # Part 1 is what came before the first mark, and what comes after the last has no number.
        parts = [Path(f"{out}.{number}") for number in range(2, len(CASES) + 2)]
        if result.returncode or not all(part.is_file() for part in parts):
            raise RuntimeError(f"valgrind failed: {result.stderr[-2000:]}")
        counts = [_total(part) for part in parts]
    return {name: total / RUNS for name, total in zip(CASES, counts, strict=True)}


def _total(part: Path) -> int:
    found = re.search(r"^totals: (\d+)", part.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert found is not None
    return int(found[1])


def ratios(counts: dict[str, float]) -> dict[str, float]:
    """Return each case in its floor."""
    return {name: counts[name] / counts[floor] for name, (_, floor) in CASES.items() if floor}


def where() -> dict[str, str]:
    """Return what instructions depend on, actviz aside."""
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "numpy": ".".join(version("numpy").split(".")[:2]),
        "machine": platform.machine(),
    }


def tolerance(kept: dict[str, object]) -> float:
    """Return how far a ratio may be off the one that is kept, relative."""
    return TOLERANCE if kept["where"] == where() else ELSEWHERE


def main() -> None:
    if sys.argv[1:2] == ["run"]:
        run_cases()
        return
    if not shutil.which("valgrind"):
        raise SystemExit("needs valgrind: apt-get install valgrind")
    counts = instructions()
    found = ratios(counts)
    for name, total in counts.items():
        ratio = f"{found[name]:8.3f} × {CASES[name][1]}" if name in found else ""
        print(f"{name:<10}{total / 1e6:10.2f} million{ratio}")
    if "--write" in sys.argv:
        kept = {
            "where": where(),
            "instructions": {name: round(total) for name, total in counts.items()},
            "ratios": {name: round(ratio, 4) for name, ratio in found.items()},
        }
        KEPT.write_text(f"{json.dumps(kept, indent=1)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
