"""One stack of 10 000 × 1024 values a layer, float32, tanh: its floor G, simulate and torch.

python benchmarks/stack.py time simulate|drawn|torch ROUNDS   prints {"floor": [s, …], "it": […]}
python benchmarks/stack.py once DEPTH                     simulates once, for its peak memory

Each contender has a process of its own, in which it takes turns with the floor: torch's threads
and numpy's, idle but spinning, would slow each other down.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from turns import take_turns

SAMPLES, WIDTH, DEPTH = 10_000, 1024, 10


def make_products() -> Callable[[], object]:
    """G: the matrix products and the activation alone, input and weights being there."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((SAMPLES, WIDTH), dtype=np.float32)
    weights = rng.standard_normal((DEPTH, WIDTH, WIDTH), dtype=np.float32)
    weights /= np.float32(WIDTH**0.5)

    def products() -> NDArray[np.float32]:
        signal = x
        for W in weights:
            signal = np.tanh(signal @ W)
        return signal

    return products


def make_simulate(depth: int = DEPTH, statistics: Any = "all") -> Callable[[], object]:
    from actviz import simulate

    return lambda: simulate(
        activation="tanh",
        init="xavier",
        depth=depth,
        width=WIDTH,
        samples=SAMPLES,
        dtype="float32",
        statistics=statistics,
    )


def make_drawn() -> Callable[[], object]:
    """What a sheet draws of the activations, and nothing else."""
    from actviz.plot.views import VIEWS

    return make_simulate(statistics=VIEWS["sheet"].reads(None, stacks=12, activations=3))


def make_torch() -> Callable[[], object]:
    """Forward hooks that take mean, std and a histogram of the activations, and nothing else."""
    import torch
    from torch import Tensor, nn

    found: list[object] = []

    def look(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        counts = torch.histc(output, bins=30, min=-1.0, max=1.0)
        found.append((output.mean().item(), output.std().item(), counts))

    model = nn.Sequential()
    for _ in range(DEPTH):
        linear = nn.Linear(WIDTH, WIDTH, bias=False)
        nn.init.xavier_normal_(linear.weight)
        tanh = nn.Tanh()
        tanh.register_forward_hook(look)
        model.extend((linear, tanh))
    x = torch.randn(SAMPLES, WIDTH)

    def forward() -> Tensor:
        found.clear()
        with torch.no_grad():
            output: Tensor = model(x)
        return output

    return forward


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of all threads: who else uses the machine has no part in it."""
    start = time.process_time()
    work()
    return time.process_time() - start


def time_pair(name: str, rounds: int) -> dict[str, list[float]]:
    floor = make_products()
    it = {"simulate": make_simulate, "drawn": make_drawn, "torch": make_torch}[name]()
    return take_turns(seconds, floor, it, rounds)


if __name__ == "__main__":
    if sys.argv[1] == "time":
        json.dump(time_pair(sys.argv[2], int(sys.argv[3])), sys.stdout)
    else:
        make_simulate(int(sys.argv[2]))()
