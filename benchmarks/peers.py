"""What people write today: the same pictures from a plain script with plt.hist or seaborn.

python benchmarks/peers.py row|grid|seaborn OUT.png

They draw the same numbers of values, panels and bins on a page of the same size and dots per inch
as `actviz plot` does, with nothing written but the layers' titles.
"""

import sys
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SAMPLES, WIDTH, DEPTH, BINS = 1000, 100, 5, 30
PAGE, DPI = (13.333, 7.5), 144
FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
}
STDS = {"std=1": 1.0, "std=0.01": 0.01, "xavier": WIDTH**-0.5, "he": (2 / WIDTH) ** 0.5}


def layers(function: str, std: float) -> Iterator[Array]:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((SAMPLES, WIDTH))
    for _ in range(DEPTH):
        x = FUNCTIONS[function](x @ (std * rng.standard_normal((WIDTH, WIDTH))))
        yield x


def stacks() -> Iterator[tuple[str, str, float]]:
    for function in FUNCTIONS:
        for init, std in STDS.items():
            yield function, init, std


def plot_row(out: str) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    plt.figure(figsize=PAGE, dpi=DPI)
    for number, values in enumerate(layers("sigmoid", STDS["xavier"]), start=1):
        plt.subplot(1, DEPTH, number)
        plt.title(f"{number}-layer")
        plt.hist(values.ravel(), BINS, range=(0, 1))
    plt.savefig(out)


def plot_rows(out: str) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    plt.figure(figsize=PAGE, dpi=DPI)
    rows = len(FUNCTIONS) * len(STDS)
    for row, (function, _, std) in enumerate(stacks()):
        for column, values in enumerate(layers(function, std), start=1):
            plt.subplot(rows, DEPTH, row * DEPTH + column)
            plt.title(f"{column}-layer")
            plt.hist(values.ravel(), BINS)
    plt.savefig(out)


def plot_facets(out: str) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import pandas as pd
    import seaborn as sns

    frame = pd.concat(
        (
            pd.DataFrame({"stack": f"{function} {init}", "layer": layer, "value": values.ravel()})
            for function, init, std in stacks()
            for layer, values in enumerate(layers(function, std), start=1)
        ),
        ignore_index=True,  # with an index that repeats, seaborn would need 17 GB
    )
    rows = len(FUNCTIONS) * len(STDS)
    grid = sns.displot(
        frame,
        x="value",
        row="stack",
        col="layer",
        bins=BINS,
        common_bins=False,
        height=PAGE[1] / rows,
        aspect=PAGE[0] / DEPTH / (PAGE[1] / rows),
        facet_kws={"sharex": False, "sharey": False},
    )
    grid.savefig(out, dpi=DPI, bbox_inches=None)


if __name__ == "__main__":
    {"row": plot_row, "grid": plot_rows, "seaborn": plot_facets}[sys.argv[1]](sys.argv[2])
