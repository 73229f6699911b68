"""actviz leaves the process as it found it."""

import locale
import os
import random
import warnings
from pathlib import Path

import matplotlib
import numpy as np

import actviz
from actviz.files.images import Metadata, write_figure


def _state() -> dict[str, object]:
    drawn = np.random.get_state(legacy=True)
    return {
        "rcParams": dict(matplotlib.rcParams),
        "backend": matplotlib.get_backend(auto_select=False),
        "numpy's generator": (drawn[0], drawn[1].tolist(), *drawn[2:]),
        "numpy's error state": np.geterr(),
        "Python's generator": random.getstate(),
        "warnings": list(warnings.filters),
        "locale": locale.setlocale(locale.LC_ALL),
        "environment": dict(os.environ),
        "directory": Path.cwd(),
    }


def test_simulating_plotting_and_writing_change_nothing(tmp_path):
    matplotlib.rcParams["lines.linewidth"] = 3.25  # somebody's own, to be left alone
    before = _state()
    for rng in ("spawned", "legacy"):
        record = actviz.simulate(activation="relu", init="std=9", width=5, samples=9, rng=rng)
    about = Metadata(title="", description="", command="", specs="", software="")
    for plot in (actviz.plot_grid, actviz.plot_textbook):
        figure = plot([record])
        for suffix in ("png", "svg", "pdf"):
            write_figure(figure, tmp_path / f"figure.{suffix}", about)
    after = _state()
    for name, value in before.items():
        assert after[name] == value, name
    matplotlib.rcdefaults()
